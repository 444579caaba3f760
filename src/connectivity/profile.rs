//! What rules can tell of an interface.

use super::block_list::BlockList;
use super::{BlockIx, GroupIx, UnknownIx, VpcIx};
use crate::inventory::Role;
use crate::traffic::Family;

/// What is known of an interface's addresses of one family, as far as rules care.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Presence {
    /// It has no address of the family.
    Absent,
    /// It has one, or, when `certain` is false, may have one.
    Present {
        /// Whether the input tells that it has an address of the family.
        certain: bool,
        /// Blocks (without /0) in which an address of it surely is, ascending.
        inside: BlockList,
        /// Blocks in which an address of it may be, ascending.
        perhaps: BlockList,
    },
}

/// Everything about an interface that rules can tell.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct InterfaceProfile {
    /// The groups attached to it, ascending.
    pub groups: Vec<GroupIx>,
    /// What is attached to it and the input does not tell, if anything.
    pub unresolved: Option<UnknownIx>,
    /// Whether it is known to have no group, so that nothing filters it.
    pub unfiltered: bool,
    /// Its VPC, if known.
    pub vpc: Option<VpcIx>,
    /// Its IPv4 addresses.
    pub v4: Presence,
    /// Its IPv6 addresses.
    pub v6: Presence,
    /// Client, service or both.
    pub role: Role,
    /// Whether the endpoint stands for many resources, which may connect to each other.
    pub many: bool,
}

/// The part of a profile that rules tell which look at no group and no address but everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct CoarseProfile {
    vpc: Option<VpcIx>,
    v4: u8,
    v6: u8,
    role: Role,
    many: bool,
    unfiltered: bool,
}

impl InterfaceProfile {
    /// Returns the profile of addresses that are no known interface's: in no VPC, without groups.
    pub(super) fn external(v4: Presence, v6: Presence) -> Self {
        let (groups, unresolved) = (Vec::new(), None);
        Self { groups, unresolved, unfiltered: false, vpc: None, v4, v6, role: Role::Both, many: true }
    }

    /// Returns the same of addresses of one family.
    pub(super) fn external_in(family: Family, present: Presence) -> Self {
        match family {
            Family::V4 => Self::external(present, Presence::Absent),
            Family::V6 => Self::external(Presence::Absent, present),
        }
    }

    /// Returns the addresses of a family.
    pub fn presence(&self, family: Family) -> &Presence {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }

    /// Tells whether both have, or may have, an address of a family; and whether both surely have.
    pub fn share(&self, other: &Self, family: Family) -> Option<bool> {
        match (self.presence(family), other.presence(family)) {
            (Presence::Present { certain: a, .. }, Presence::Present { certain: b, .. }) => Some(*a && *b),
            (Presence::Absent, _) | (_, Presence::Absent) => None,
        }
    }

    /// Returns the part that rules to everywhere can tell.
    pub(super) fn coarse(&self) -> CoarseProfile {
        let family = |presence: &Presence| match presence {
            Presence::Absent => 0,
            Presence::Present { certain, .. } => 1 + u8::from(*certain),
        };
        CoarseProfile {
            vpc: self.vpc,
            v4: family(&self.v4),
            v6: family(&self.v6),
            role: self.role,
            many: self.many,
            unfiltered: self.unfiltered,
        }
    }
}

impl Presence {
    /// Returns a known address that lies in these blocks, ascending.
    pub(super) fn within(inside: Vec<BlockIx>) -> Self {
        Self::Present { certain: true, inside: inside.into(), perhaps: Vec::new().into() }
    }

    /// Returns the blocks in which an address surely or perhaps is.
    pub(super) fn blocks(&self) -> impl Iterator<Item = BlockIx> {
        self.lists().flat_map(|list| list.iter().copied())
    }

    /// Returns the same as the lists that interfaces share.
    pub(super) fn lists(&self) -> impl Iterator<Item = &BlockList> {
        let lists = match self {
            Self::Absent => None,
            Self::Present { inside, perhaps, .. } => Some([inside, perhaps]),
        };
        lists.into_iter().flatten().filter(|list| !list.is_empty())
    }
}
