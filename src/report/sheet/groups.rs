//! Security groups with their rules in a row each, and rules in the words of the console.

use super::console::parts;
use super::{NONE, Sheet};
use crate::connectivity::{Connectivity, GroupIx, RuleIx};
use crate::inventory::{Direction, Peer};
use crate::words;

/// How many rules a cell holds before it counts the rest.
const RULES: usize = 12;

/// Returns groups, one a row: what they are attached to, what their rules allow.
pub fn groups_sheet(
    net: &Connectivity,
    groups: impl Iterator<Item = GroupIx>,
    wanted: &dyn Fn(RuleIx) -> bool,
) -> Sheet {
    let mut sheet = Sheet::new(&["Security group", "Attached to", "Inbound", "Outbound", "Group ID", "VPC"]);
    sheet.hidden = vec!["Group ID", "VPC"];
    for ix in groups {
        let attached = net.members(ix).into_iter().map(|member| words::endpoint(net, member));
        let attached = words::few(&words::together(attached.collect()), 4);
        sheet.rows.push(vec![
            words::group(net, ix),
            if attached.is_empty() { "nothing".to_owned() } else { attached },
            cell(net, ix, Direction::Ingress, wanted),
            cell(net, ix, Direction::Egress, wanted),
            words::name(net.group(ix).id.as_str()),
            net.group_vpc(ix).map(|vpc| words::vpc(net, net.vpc(vpc))).unwrap_or_default(),
        ]);
    }
    sheet.sort();
    sheet
}

/// Returns the rules of a group in one direction: `5000/tcp from log_sender`.
fn cell(net: &Connectivity, group: GroupIx, direction: Direction, wanted: &dyn Fn(RuleIx) -> bool) -> String {
    if !net.group(group).rules_known(direction) {
        return "not in the input".to_owned();
    }
    let way = if direction == Direction::Ingress { "from" } else { "to" };
    let rules = net.rules_of(group, direction).iter().filter(|ix| wanted(**ix));
    let mut said: Vec<String> = rules
        .map(|ix| {
            let rule = net.rule(*ix);
            let ports = parts(&rule.traffic).into_iter().map(|part| match part.protocol.as_str() {
                "All" => "all traffic".to_owned(),
                protocol => format!("{}/{}", part.ports, protocol.to_lowercase()),
            });
            format!("{} {way} {}", ports.collect::<Vec<_>>().join(", "), peer(net, *ix))
        })
        .collect();
    said.sort_by(|one, other| words::natural(one, other));
    said.dedup();
    let more = said.len().saturating_sub(RULES);
    if more > 0 {
        said.truncate(RULES);
        said.push(format!("and {more} more"));
    }
    match said.is_empty() {
        false => said.join("; "),
        true if net.rules_of(group, direction).is_empty() => "None".to_owned(),
        true => "(filtered)".to_owned(),
    }
}

/// Returns a rule's peer; the group itself as `self`.
fn peer(net: &Connectivity, ix: RuleIx) -> String {
    let rule = net.rule(ix);
    match &rule.peer {
        Peer::Group(id) if net.find_group(id) == Some(net.rule_row(ix).group) => "self".to_owned(),
        _ => words::peer(net, rule),
    }
}

/// Returns rules, one a row, in the words of the console.
pub fn rules_sheet(net: &Connectivity, rules: &[RuleIx]) -> Sheet {
    let mut sheet = Sheet::new(&[
        "Security group",
        "Direction",
        "Type",
        "Protocol",
        "Port range",
        "Source or destination",
        "Description",
        "Rule ID",
        "Group ID",
        "Address",
    ]);
    sheet.hidden = vec!["Rule ID", "Group ID", "Address"];
    for ix in rules {
        let rule = net.rule(*ix);
        let group = net.rule_row(*ix).group;
        let mut texts: Vec<String> = rule
            .origins
            .iter()
            .filter_map(|origin| origin.description.as_deref())
            .map(|text| words::short(text, 200))
            .collect();
        texts.dedup();
        let mut ids: Vec<String> = rule
            .origins
            .iter()
            .filter_map(|origin| origin.rule.as_ref())
            .map(|id| words::name(id.as_str()))
            .collect();
        ids.dedup();
        let addresses: Vec<String> = rule.origins.iter().map(|origin| words::name(&origin.address)).collect();
        let doubt = if rule.doubt.is_some() { "perhaps " } else { "" };
        for part in parts(&rule.traffic) {
            sheet.rows.push(vec![
                words::group(net, group),
                if rule.direction == Direction::Ingress { "Inbound" } else { "Outbound" }.to_owned(),
                format!("{doubt}{}", part.kind),
                part.protocol,
                part.ports,
                peer(net, *ix),
                if texts.is_empty() { NONE.to_owned() } else { texts.join("; ") },
                words::few(&ids, 3),
                words::name(net.group(group).id.as_str()),
                words::few(&addresses, 3),
            ]);
        }
    }
    sheet.sort();
    sheet
}
