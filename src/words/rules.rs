//! Rules in words.

use super::{group, name, peer, short};
use crate::connectivity::{Connectivity, RuleIx};
use crate::inventory::{Direction, Origin, Rule};

/// The longest description that is quoted, in characters.
const DESCRIPTION: usize = 80;

/// Returns a rule as a sentence: `ingress of logstash: tcp 5000 from application`.
pub fn rule_sentence(net: &Connectivity, ix: RuleIx) -> String {
    let rule = net.rule(ix);
    let way = match rule.direction {
        Direction::Ingress => "from",
        Direction::Egress => "to",
    };
    format!(
        "{} of {}: {} {way} {}",
        rule.direction.name(),
        group(net, net.rule_row(ix).group),
        rule_traffic(rule),
        peer(net, rule),
    )
}

/// Returns what a rule allows, with `perhaps` where the input does not tell it.
pub fn rule_traffic(rule: &Rule) -> String {
    let doubt = if rule.doubt.is_some() { "perhaps " } else { "" };
    format!("{doubt}{}", rule.traffic)
}

/// Returns where a rule stands, one text an origin: `infra.tfstate aws_security_group.logs sgr-… "why"`.
/// Of the egress rule that AWS gives each new group, and that nobody described, there is nothing to
/// look up.
pub fn rule_places(rule: &Rule) -> Vec<String> {
    if rule.is_default_egress() && rule.origins.iter().all(|origin| origin.description.is_none()) {
        return Vec::new();
    }
    let place = |origin: &Origin| format!("{} {}", name(&origin.source.name), rule_place(origin));
    rule.origins.iter().map(place).collect()
}

/// Returns where a rule stands, without its input: `aws_security_group.logs sgr-… "why"`.
pub fn rule_place(origin: &Origin) -> String {
    let id = origin.rule.as_ref().map(|id| format!(" {}", name(id.as_str()))).unwrap_or_default();
    let why = origin.description.as_ref();
    let why = why.map(|text| format!(" \"{}\"", short(text, DESCRIPTION))).unwrap_or_default();
    let unowned = if origin.unowned { " (unowned: nothing configures it)" } else { "" };
    format!("{}{id}{why}{unowned}", name(&origin.address))
}
