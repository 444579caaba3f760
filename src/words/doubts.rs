//! Doubts in words.

use super::{group, name};
use crate::connectivity::{Connectivity, Doubt, Finding};
use crate::inventory::Peer;

/// Returns the reasons of a finding in words, each once, in order.
pub fn doubts(net: &Connectivity, finding: &Finding) -> Vec<String> {
    let mut reasons: Vec<String> = finding.doubts.iter().map(|reason| doubt(net, *reason)).collect();
    reasons.sort();
    reasons.dedup();
    reasons
}

/// Returns a doubt in words.
pub fn doubt(net: &Connectivity, doubt: Doubt) -> String {
    let text = match doubt {
        Doubt::Rule(ix) => {
            let rule = net.rule(ix);
            match (&rule.doubt, &rule.peer) {
                (Some(doubt), _) => doubt.to_string(),
                (None, Peer::PrefixList(id)) => {
                    format!("the entries of prefix list {id} are not in the input")
                }
                (None, Peer::Unresolved(text)) => format!("its peer is not known: {text}"),
                (None, Peer::Group(_) | Peer::Block(_)) => "its peer is not known".into(),
            }
        }
        Doubt::Egress(ix) => format!("not all egress rules of {} are in the input", group(net, ix)),
        Doubt::Ingress(ix) => format!("not all ingress rules of {} are in the input", group(net, ix)),
        Doubt::ClientGroup(ix) => {
            format!("a security group attached to the client is not known: {}", net.unknown(ix))
        }
        Doubt::ServiceGroup(ix) => {
            format!("a security group attached to the service is not known: {}", net.unknown(ix))
        }
        Doubt::ClientAddress(_) => "the address of the client is not in the input".into(),
        Doubt::ServiceAddress(_) => "the address of the service is not in the input".into(),
        Doubt::Ipv6 => "whether both have an IPv6 address is not in the input".into(),
        Doubt::Unpeered => {
            "the two are in different VPCs, and no peering between them is in the input".into()
        }
        Doubt::PeeringStatus => "the status of the peering between the two VPCs is not in the input".into(),
        Doubt::TransitGateway => {
            "the two are in VPCs that a transit gateway joins, and its routes are not evaluated".into()
        }
        Doubt::NoResource => "neither side is a resource of the input".into(),
    };
    name(&text)
}
