//! Labels and tooltips: what a picture says of groups, machines and rules.

use std::collections::BTreeMap;

use super::{Node, NodeKind};
use crate::connectivity::{Connectivity, Coverage, EndpointIx, Finding, GroupIx, Outside, RuleIx};
use crate::traffic::{Family, Traffic};
use crate::words::{self, name, short};

/// The longest label on a node, in characters.
pub(super) const LABEL: usize = 36;
/// So much of an id tells groups of one name apart.
const ID_END: usize = 5;
/// The longest label on an arrow.
const ARROW_LABEL: usize = 34;
/// How many lines a tooltip has at most before it counts the rest.
const TOOLTIP_LINES: usize = 24;
/// How many characters such a line has at most.
const TOOLTIP_LINE: usize = 240;

/// A group's label. Of a Terraform address, what all groups have in common is left out.
pub(super) fn group(net: &Connectivity, ix: GroupIx) -> String {
    short(&net.group(ix).label().replacen("aws_security_group.", "", 1), LABEL)
}

/// Tells groups of one name apart by the end of their ids.
pub(super) fn tell_apart(nodes: &mut [Node]) {
    let is_group = |node: &Node| matches!(node.kind, NodeKind::Group | NodeKind::Elsewhere);
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for node in nodes.iter().filter(|node| is_group(node)) {
        *uses.entry(node.label.clone()).or_default() += 1;
    }
    for node in nodes.iter_mut().filter(|node| is_group(node) && uses[&node.label] > 1) {
        let skipped = node.id.chars().count().saturating_sub(ID_END);
        let end: String = node.id.chars().skip(skipped).collect();
        node.label = format!("{} …{end}", short(&node.label, LABEL - ID_END - 2));
    }
}

/// An endpoint's label.
pub(super) fn endpoint(net: &Connectivity, ix: EndpointIx) -> String {
    short(net.endpoint(ix).label(), LABEL)
}

/// `web ×12` for machines whose names differ only at the end; `a, b` or `a and 3 more` for others.
pub(super) fn resources(net: &Connectivity, members: &[EndpointIx]) -> String {
    let mut names: Vec<&str> = members.iter().map(|ix| net.endpoint(*ix).label()).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [] => String::new(),
        [one] if members.len() == 1 => short(one, LABEL),
        [first, rest @ ..] => {
            let common = rest.iter().fold(*first, |prefix, name| common_prefix(prefix, name));
            let stem = common.trim_end_matches(|c: char| !c.is_alphabetic());
            let (stem, count) = if rest.is_empty() {
                (*first, format!(" ×{}", members.len()))
            } else if stem.chars().count() >= 2 {
                (stem, format!(" ×{}", members.len()))
            } else {
                (*first, format!(" and {} more", members.len() - 1))
            };
            short(stem, LABEL - count.chars().count()) + &count
        }
    }
}

fn common_prefix<'t>(one: &'t str, other: &str) -> &'t str {
    let end = one
        .char_indices()
        .zip(other.chars())
        .find(|((_, a), b)| a != b)
        .map_or(one.len().min(other.len()), |((at, _), _)| at);
    let mut end = end;
    while !one.is_char_boundary(end) {
        end -= 1;
    }
    &one[..end]
}

/// Returns to how many resources a group is attached: `3 instances`, `not attached`.
pub(super) fn member_count(net: &Connectivity, ix: GroupIx) -> String {
    let members = net.members(ix);
    let kinds: BTreeMap<&str, usize> = members.iter().fold(BTreeMap::new(), |mut kinds, ix| {
        *kinds.entry(&*net.endpoint(*ix).kind).or_default() += 1;
        kinds
    });
    match (members.as_slice(), kinds.len()) {
        ([], _) if !net.group(ix).is_defined() => "not in the input".into(),
        ([], _) if net.group(ix).carriers_unseen => "attachments not seen".into(),
        ([], _) => "not attached".into(),
        ([one], _) => short(&format!("{} {}", net.endpoint(*one).kind, net.endpoint(*one).label()), LABEL),
        (_, 1) => format!(
            "{} {}",
            members.len(),
            words::kind(kinds.keys().next().copied().unwrap_or_default(), members.len())
        ),
        _ => format!("{} resources", members.len()),
    }
}

/// Everything about a group.
pub(super) fn group_tooltip(net: &Connectivity, ix: GroupIx) -> String {
    let group = net.group(ix);
    let mut lines = vec![format!("{} ({})", name(group.label()), name(group.id.as_str()))];
    lines.extend(group.description.as_ref().map(|text| short(text, 120)));
    lines.extend(group.vpc.as_ref().map(|vpc| format!("in {vpc}")));
    lines.extend(group.origins.iter().map(|origin| name(&origin.address)));
    let members = net.members(ix);
    lines.push(format!("attached to {}", members.len()));
    lines.extend(members.iter().map(|ix| endpoint_line(net, *ix)));
    limited(lines)
}

/// Everything about some machines.
pub(super) fn endpoints_tooltip(net: &Connectivity, members: &[EndpointIx]) -> String {
    limited(members.iter().map(|ix| endpoint_line(net, *ix)).collect())
}

fn endpoint_line(net: &Connectivity, ix: EndpointIx) -> String {
    let endpoint = net.endpoint(ix);
    let place = endpoint.origins.first().map(|origin| name(&origin.address)).unwrap_or_default();
    format!("{} {} ({place})", endpoint.kind, name(endpoint.label()))
}

/// At most so many lines, and how many more there are.
pub(super) fn limited(mut lines: Vec<String>) -> String {
    if lines.len() > TOOLTIP_LINES {
        let more = lines.len() - (TOOLTIP_LINES - 1);
        lines.truncate(TOOLTIP_LINES - 1);
        lines.push(format!("… and {more} more lines (all with -f json)"));
    }
    // Graphviz refuses texts of over 16 KB.
    lines.iter().map(|line| short(line, TOOLTIP_LINE)).collect::<Vec<_>>().join("\n")
}

/// Two tooltips as one.
pub(super) fn both(one: &str, other: &str) -> String {
    limited(one.lines().chain(other.lines()).map(str::to_owned).collect())
}

/// Returns an outside peer's label.
pub(super) fn outside(net: &Connectivity, outside: &Outside) -> String {
    match outside {
        Outside::PrefixList(id) => {
            let list = net.inventory().network.prefix_lists.get(id);
            short(list.and_then(|list| list.name.as_deref()).unwrap_or(id.as_str()), LABEL)
        }
        Outside::Internet | Outside::Block(_) | Outside::Unresolved(_) => short(&outside.to_string(), LABEL),
    }
}

/// Returns the subnet shortcut in two lines: `37 resources of 12 groups`, `holds vpc main`.
pub(super) fn coverage(coverage: &Coverage) -> Vec<String> {
    let mut lines = Vec::new();
    match (coverage.endpoints.len(), coverage.by_group.len()) {
        (0, _) => lines.push("no resource in the input".into()),
        (resources, groups) => {
            let (resources, groups) = (words::count(resources, "resource"), words::count(groups, "group"));
            lines.push(format!("{resources} of {groups}"));
        }
    }
    if !coverage.networks.is_empty() {
        lines.push(short(&format!("holds {}", coverage.networks.join(", ")), LABEL));
    }
    lines
}

/// Whom a block lets in, by group.
pub(super) fn coverage_tooltip(net: &Connectivity, label: &str, coverage: &Coverage) -> String {
    let mut lines = vec![format!("{label} really admits:")];
    for (group, count) in &coverage.by_group {
        lines.push(format!(
            "{count} of {} ({})",
            name(net.group(*group).label()),
            name(net.group(*group).id.as_str())
        ));
    }
    lines.push(format!(
        "{} of its {} IPv4 addresses are no resource of the input",
        coverage.unknown_addresses, coverage.addresses
    ));
    if !coverage.beyond_subnets.is_empty() {
        let blocks: Vec<String> = coverage.beyond_subnets.iter().take(4).map(ToString::to_string).collect();
        let more = if coverage.beyond_subnets.len() > 4 { ", …" } else { "" };
        lines.push(format!("outside known subnets: {}{more}", blocks.join(", ")));
    }
    limited(lines)
}

/// The short form of traffic on an arrow; the tooltip has all of it.
pub(super) fn traffic(traffic: &Traffic) -> String {
    let text = traffic.to_string();
    if text.chars().count() <= ARROW_LABEL {
        return text;
    }
    let mut kept = String::new();
    for part in text.split_inclusive([',', '·']) {
        if kept.chars().count() + part.chars().count() > ARROW_LABEL - 2 {
            break;
        }
        kept.push_str(part);
    }
    if kept.is_empty() { short(&text, ARROW_LABEL) } else { format!("{}…", kept.trim_end()) }
}

/// Returns verdict, traffic, rules and places of a finding.
pub(super) fn finding_lines(net: &Connectivity, finding: &Finding, family: Option<Family>) -> Vec<String> {
    let over = family.map(|family| format!(" over {}", words::family(family))).unwrap_or_default();
    let mut lines = vec![format!("{}: {}{over}", words::verdict(finding.verdict), finding.traffic)];
    lines.extend(words::doubts(net, finding));
    lines.extend(finding.rules().map(|ix| rule(net, ix)));
    lines.dedup();
    lines
}

/// Returns a rule and the first place where it stands. The input is not named: the same state is the same
/// picture, from whatever folder and by whatever path it is read.
fn rule(net: &Connectivity, ix: RuleIx) -> String {
    let origin = net.rule(ix).origins.first().filter(|_| !net.rule(ix).is_default_egress());
    let place = origin.map(|origin| format!(", {}", words::rule_place(origin))).unwrap_or_default();
    words::rule_sentence(net, ix) + &place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_end_at_characters() {
        assert_eq!(common_prefix("wéb-1", "wéb-2"), "wéb-");
        assert_eq!(common_prefix("a", "b"), "");
    }
}
