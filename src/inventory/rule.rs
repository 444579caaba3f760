//! Rules: one permission of one group, with one peer.

use std::sync::Arc;

use super::{GroupId, Origin, PrefixListId};
use crate::traffic::{Block, Traffic};

/// Which way a rule looks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Direction {
    /// Who may open connections to members of the group.
    Ingress,
    /// To whom members of the group may open connections.
    Egress,
}

impl Direction {
    /// The other direction.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Ingress => Self::Egress,
            Self::Egress => Self::Ingress,
        }
    }

    /// `ingress` or `egress`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingress => "ingress",
            Self::Egress => "egress",
        }
    }
}

/// What a rule admits. A self rule names its own group.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Peer {
    /// The interfaces that carry a group.
    Group(GroupId),
    /// An address block.
    Block(Block),
    /// A prefix list: its entries, when they are known.
    PrefixList(PrefixListId),
    /// A peer that the input does not tell, with the expression that would.
    Unresolved(Arc<str>),
}

/// One permission. The group that holds it is the map key it is found under.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Rule {
    /// Ingress or egress.
    pub direction: Direction,
    /// Whom it admits.
    pub peer: Peer,
    /// What it admits; everything that it may admit when `doubt` is set.
    pub traffic: Traffic,
    /// Why the traffic is not certain (a value is not in the input).
    pub doubt: Option<Arc<str>>,
    /// Every place that states the rule: inline and as a resource of its own, in several states.
    pub origins: Vec<Origin>,
}

impl Rule {
    /// What the rule says, wherever it stands.
    pub(super) fn says(&self) -> (Direction, &Peer, &Traffic, Option<&str>) {
        (self.direction, &self.peer, &self.traffic, self.doubt.as_deref())
    }

    /// Tells whether the rule is the egress rule that AWS gives each new group: everything to
    /// everywhere (VPC user guide, "Default security groups").
    pub fn is_default_egress(&self) -> bool {
        self.direction == Direction::Egress
            && self.doubt.is_none()
            && self.traffic.is_all()
            && matches!(&self.peer, Peer::Block(block) if block.is_internet())
    }
}
