//! Why something could not be decided.

use super::{GroupIx, RuleIx, UnknownIx};

/// Why a connection is undecided.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Doubt {
    /// The rule's own traffic or peer is not in the input.
    Rule(RuleIx),
    /// Not all egress rules of the group are in the input.
    Egress(GroupIx),
    /// Not all ingress rules of the group are in the input.
    Ingress(GroupIx),
    /// The client has a group attached that the input does not tell.
    ClientGroup(UnknownIx),
    /// The service has a group attached that the input does not tell.
    ServiceGroup(UnknownIx),
    /// The client's address is not in the input, and the rule names a CIDR block.
    ClientAddress(RuleIx),
    /// The service's address is not in the input, and the rule names a CIDR block.
    ServiceAddress(RuleIx),
    /// Whether both have an IPv6 address is not in the input.
    Ipv6,
    /// The two are in different VPCs, and no peering between them is in the input.
    Unpeered,
    /// The two are in peered VPCs, and the status of the peering is not in the input.
    PeeringStatus,
    /// The two are in VPCs that are attached to one transit gateway, whose routes are not evaluated.
    TransitGateway,
    /// Neither side is a resource of the input.
    NoResource,
}

impl Doubt {
    /// Returns the rule that the doubt is about, if it is about one.
    pub fn rule(self) -> Option<RuleIx> {
        match self {
            Self::Rule(ix) | Self::ClientAddress(ix) | Self::ServiceAddress(ix) => Some(ix),
            Self::Egress(_)
            | Self::Ingress(_)
            | Self::ClientGroup(_)
            | Self::ServiceGroup(_)
            | Self::Ipv6
            | Self::Unpeered
            | Self::PeeringStatus
            | Self::TransitGateway
            | Self::NoResource => None,
        }
    }
}
