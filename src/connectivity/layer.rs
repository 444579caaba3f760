//! The seam between what filters connections and what puts the answers together. Security groups
//! are the first layer; network ACLs and routes can become others.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::{Doubt, InterfaceProfile, Reach, RuleIx};
use crate::traffic::{Family, Traffic};

/// One side of a connection: whose rules count, and as what the other side's rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Party<'p> {
    /// The interface whose rules count; `None` for addresses outside the input, which no rule of ours
    /// governs.
    pub own: Option<&'p InterfaceProfile>,
    /// What the other side meets: the interface itself, or a public address.
    pub seen: &'p InterfaceProfile,
}

impl<'p> Party<'p> {
    /// Returns an interface as its neighbours see it.
    pub fn interface(profile: &'p InterfaceProfile) -> Self {
        Self { own: Some(profile), seen: profile }
    }

    /// Returns addresses that are no known interface's.
    pub fn external(profile: &'p InterfaceProfile) -> Self {
        Self { own: None, seen: profile }
    }
}

/// A rule whose peer is the other side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matching {
    pub(super) rule: RuleIx,
    /// Whether it surely matches.
    pub(super) is_sure: bool,
    /// Whether it names a group of the other side, and not only its address.
    pub(super) by_group: bool,
}

/// What one side of a connection lets through in one family.
#[derive(Default, Clone, Debug)]
pub struct Side {
    /// What it surely lets through.
    pub sure: Traffic,
    /// What else it may let through.
    pub perhaps: Traffic,
    /// The rules that match the other side.
    pub(super) rules: SmallVec<[Matching; 4]>,
    /// Why there is more than what is sure, each with the traffic that it is about.
    pub(super) doubts: Vec<(Doubt, Traffic)>,
}

impl Side {
    /// Returns a side that lets everything through.
    pub(super) fn open() -> Self {
        Self { sure: Traffic::all(), ..Self::default() }
    }

    /// Returns what it lets through, or may.
    pub(super) fn possible(&self) -> Cow<'_, Traffic> {
        if self.doubts.is_empty() {
            Cow::Borrowed(&self.sure)
        } else {
            Cow::Owned(self.sure.union(&self.perhaps))
        }
    }

    /// Makes everything possible, for a reason.
    pub(super) fn doubt_all(&mut self, doubt: Doubt) {
        self.perhaps = Traffic::all();
        self.doubt(doubt, Traffic::all());
    }

    /// Adds a reason, unless it is there.
    pub(super) fn doubt(&mut self, doubt: Doubt, traffic: Traffic) {
        if !self.doubts.iter().any(|(known, about)| *known == doubt && traffic.is_subset(about)) {
            self.doubts.push((doubt, traffic));
        }
    }

    /// Returns what passes this layer and another one.
    #[must_use]
    pub(super) fn through(mut self, other: Self) -> Self {
        self.perhaps = self.possible().intersection(&other.possible());
        self.sure = self.sure.intersection(&other.sure);
        self.rules.extend(other.rules);
        self.doubts.extend(other.doubts);
        self
    }
}

/// The question that a layer answers: one family of one pair.
#[derive(Clone, Copy, Debug)]
pub struct Question<'p> {
    /// Who opens the connection.
    pub client: Party<'p>,
    /// To whom.
    pub service: Party<'p>,
    /// The address family.
    pub family: Family,
    /// Whether private addresses of the two mean each other.
    pub reach: Reach,
}

/// Something that filters connections at either end.
pub trait Layer {
    /// Returns what the layer lets out of the client towards the service.
    fn outward(&self, question: &Question<'_>) -> Side;
    /// Returns what the layer lets into the service from the client.
    fn inward(&self, question: &Question<'_>) -> Side;
}
