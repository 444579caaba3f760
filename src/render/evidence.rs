//! What texts and pictures say of rules: in one place, so that they all say the same.

use crate::connectivity::{Connectivity, Counterpart, Finding, GroupIx, RuleIx};
use crate::inventory::{Endpoint, Peer, Rule};

use super::clean;

/// Styles of reports; the caller strips them where they do not belong.
pub(super) const BOLD: &str = "\u{1b}[1m";
pub(super) const DIM: &str = "\u{1b}[2m";
pub(super) const PLAIN: &str = "\u{1b}[0m";

/// The label of a group.
pub(super) fn group_name(index: &Connectivity<'_>, ix: GroupIx) -> String {
    clean(index.group(ix).label()).into_owned()
}

/// The other end of a link in words.
pub(super) fn counterpart_name(index: &Connectivity<'_>, counterpart: &Counterpart) -> String {
    match counterpart {
        Counterpart::Group(ix) => group_name(index, *ix),
        Counterpart::Outside(outside) => clean(&outside.to_string()).into_owned(),
    }
}

/// A rule's peer in words.
pub(super) fn peer_name(index: &Connectivity<'_>, rule: &Rule) -> String {
    match &rule.peer {
        Peer::Group(id) => index.find_group(id).map_or_else(|| id.to_string(), |ix| group_name(index, ix)),
        Peer::Block(block) => block.to_string(),
        Peer::PrefixList(id) => {
            match index.inventory.network.prefix_lists.get(id).and_then(|list| list.name.as_ref()) {
                Some(name) => format!("{} ({id})", clean(name)),
                None => id.to_string(),
            }
        }
        Peer::Unresolved(text) => format!("unknown ({})", clean(text)),
    }
}

/// `ingress of logstash: tcp 5000 from application`
pub(super) fn rule_sentence(index: &Connectivity<'_>, ix: RuleIx) -> String {
    let row = index.rule(ix);
    let rule = row.rule;
    let way = match rule.direction {
        crate::inventory::Direction::Ingress => "from",
        crate::inventory::Direction::Egress => "to",
    };
    let default = if rule.is_default_egress() { " (the default)" } else { "" };
    let doubt = if rule.doubt.is_some() { "perhaps " } else { "" };
    format!(
        "{} of {}: {doubt}{} {way} {}{default}",
        rule.direction.name(),
        group_name(index, row.owner),
        rule.traffic,
        peer_name(index, rule),
    )
}

/// Where a rule stands: `sgr-… "why" infra.tfstate aws_security_group.logs`, one text an origin.
pub(super) fn rule_places(rule: &Rule) -> Vec<String> {
    let place = |origin: &crate::inventory::Origin| {
        let id = origin.rule.as_ref().map(|id| format!("{id} ")).unwrap_or_default();
        let why = origin
            .description
            .as_ref()
            .map(|text| format!(" \"{}\"", super::short(text, 80)))
            .unwrap_or_default();
        format!("{id}{} {}{why}", clean(&origin.source.name), clean(&origin.address))
    };
    rule.origins.iter().map(place).collect()
}

/// The reasons of an undecided finding in words.
pub(super) fn reasons(index: &Connectivity<'_>, finding: &Finding) -> Vec<String> {
    let mut reasons: Vec<String> =
        finding.doubts.iter().map(|doubt| clean(&index.explain_doubt(*doubt)).into_owned()).collect();
    reasons.sort();
    reasons.dedup();
    reasons
}

/// The private addresses of an endpoint, hosts without their /32.
pub(super) fn addresses(endpoint: &Endpoint) -> Vec<String> {
    let blocks = endpoint.interfaces.iter().flat_map(|interface| &interface.addresses);
    let mut shown: Vec<String> = blocks
        .map(|block| {
            let text = block.to_string();
            text.strip_suffix("/32").or(text.strip_suffix("/128")).unwrap_or(&text).to_owned()
        })
        .collect();
    shown.dedup();
    shown
}
