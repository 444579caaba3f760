//! Rules: one permission of one group, with one peer.

use std::sync::Arc;

use super::{GroupId, Origin, PrefixListId};
use crate::traffic::{Block, Traffic};

/// The direction of the connections that a rule admits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Direction {
    /// Inbound: from whom interfaces with the group accept connections.
    Ingress,
    /// Outbound: to whom interfaces with the group may open connections.
    Egress,
}

impl Direction {
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
    /// The interfaces that a group is attached to.
    Group(GroupId),
    /// An address block.
    Block(Block),
    /// A prefix list: its entries, when they are known.
    PrefixList(PrefixListId),
    /// A peer that is not in the input, by the expression for it.
    Unresolved(Arc<str>),
}

/// One permission. The group that holds it is the map key it is found under.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Rule {
    /// Ingress or egress.
    pub direction: Direction,
    /// The peer that it admits.
    pub peer: Peer,
    /// What it admits; everything that it may admit when `doubt` is set.
    pub traffic: Traffic,
    /// Why the traffic is not certain (a value is not in the input).
    pub doubt: Option<Arc<str>>,
    /// Every origin of the rule: inline and as a resource of its own, in several states.
    pub origins: Vec<Origin>,
}

impl Rule {
    /// Returns what rules must have in common to be one rule: all but their origins.
    pub(super) fn content(&self) -> (Direction, &Peer, &Traffic, Option<&str>) {
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

/// The traffic of a rule as a reader found it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleTraffic {
    /// What the rule admits; everything that it may admit when `doubt` is set.
    pub traffic: Traffic,
    /// Why the traffic is not certain.
    pub doubt: Option<Arc<str>>,
}

impl RuleTraffic {
    /// Traffic that is known.
    pub fn certain(traffic: Traffic) -> Self {
        Self { traffic, doubt: None }
    }

    /// The traffic of a rule without a protocol.
    pub fn missing() -> Self {
        Self::doubtful("its protocol and ports are not in the input")
    }

    /// The traffic of a rule whose protocol or ports are malformed: perhaps all of the protocol, where
    /// that can be read.
    pub fn unreadable(protocol: &str) -> Self {
        let traffic = Traffic::from_permission(protocol, None, None).unwrap_or_else(|_| Traffic::all());
        Self { traffic, ..Self::doubtful("its protocol or ports cannot be read") }
    }

    /// Adds a further reason why the traffic is not certain; the first one counts.
    #[must_use]
    pub fn doubted(self, doubt: Option<Arc<str>>) -> Self {
        Self { doubt: self.doubt.or(doubt), ..self }
    }

    fn doubtful(reason: &str) -> Self {
        Self { traffic: Traffic::all(), doubt: Some(reason.into()) }
    }
}
