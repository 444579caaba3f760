//! Why something could not be decided.

use super::{Connectivity, GroupIx, RuleIx, UnknownIx};
use crate::inventory::Peer;

/// Why a connection is undecided.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Doubt {
    /// The rule's own traffic or peer is not in the input.
    Rule(RuleIx),
    /// Not all egress rules of the group are in the input.
    Egress(GroupIx),
    /// Not all ingress rules of the group are in the input.
    Ingress(GroupIx),
    /// The client carries a group that the input does not tell.
    ClientGroup(UnknownIx),
    /// The service carries a group that the input does not tell.
    ServiceGroup(UnknownIx),
    /// The client's address is not in the input, and the rule names a block.
    ClientAddress(RuleIx),
    /// The service's address is not in the input, and the rule names a block.
    ServiceAddress(RuleIx),
    /// Whether both have an IPv6 address is not in the input.
    Ipv6,
    /// The two are in different VPCs, and no peering between them is in the input.
    Unpeered,
    /// The two are in peered VPCs, and the status of the peering is not in the input.
    PeeringStatus,
}

impl Connectivity<'_> {
    /// Says a doubt in words.
    pub fn explain_doubt(&self, doubt: Doubt) -> String {
        match doubt {
            Doubt::Rule(ix) => {
                let rule = self.rule(ix).rule;
                match (&rule.doubt, &rule.peer) {
                    (Some(doubt), _) => doubt.to_string(),
                    (None, Peer::PrefixList(id)) => {
                        format!("the entries of prefix list {id} are not in the input")
                    }
                    (None, Peer::Unresolved(text)) => format!("its peer is not known: {text}"),
                    (None, _) => "its peer is not known".into(),
                }
            }
            Doubt::Egress(ix) => {
                format!("not all egress rules of {} are in the input", self.group(ix).label())
            }
            Doubt::Ingress(ix) => {
                format!("not all ingress rules of {} are in the input", self.group(ix).label())
            }
            Doubt::ClientGroup(ix) => {
                format!(
                    "the client carries a group that the input does not tell: {}",
                    self.unknowns[ix.get()]
                )
            }
            Doubt::ServiceGroup(ix) => {
                format!(
                    "the service carries a group that the input does not tell: {}",
                    self.unknowns[ix.get()]
                )
            }
            Doubt::ClientAddress(_) => "the address of the client is not in the input".into(),
            Doubt::ServiceAddress(_) => "the address of the service is not in the input".into(),
            Doubt::Ipv6 => "whether both have an IPv6 address is not in the input".into(),
            Doubt::Unpeered => {
                "the two are in different VPCs, and no peering between them is in the input".into()
            }
            Doubt::PeeringStatus => {
                "the status of the peering between the two VPCs is not in the input".into()
            }
        }
    }
}
