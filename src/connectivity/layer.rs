//! The seam between what filters connections and what puts the answers together. Security groups
//! are the first layer; network ACLs and routes can become others.

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

/// Rules whose peer is the other side, and whether surely.
pub(super) type Matched = SmallVec<[(RuleIx, bool); 6]>;

/// What one side of a connection lets through in one family.
#[derive(Default, Clone, Debug)]
pub struct Side {
    /// What it surely lets through.
    pub sure: Traffic,
    /// What it may let through: a superset of `sure`.
    pub possible: Traffic,
    /// What rules let through, or may, that name the other side and not only its address.
    pub by_name: Traffic,
    /// Of that, what is sure.
    pub surely_by_name: Traffic,
    /// The rules that match the other side, each with whether surely.
    pub(super) rules: Matched,
    /// Why `possible` is more than `sure`, each with the traffic that it is about.
    pub(super) doubts: Vec<(Doubt, Traffic)>,
}

impl Side {
    /// Returns a side that lets everything through.
    pub(super) fn open() -> Self {
        Self { sure: Traffic::all(), possible: Traffic::all(), ..Self::default() }
    }

    /// Makes everything possible, for a reason.
    pub(super) fn doubt_all(&mut self, doubt: Doubt) {
        self.possible = Traffic::all();
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
        self.sure = self.sure.intersection(&other.sure);
        self.possible = self.possible.intersection(&other.possible);
        self.by_name = self.by_name.intersection(&other.possible);
        self.surely_by_name = self.surely_by_name.intersection(&other.sure);
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
