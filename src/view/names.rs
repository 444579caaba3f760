//! Labels and tooltips: what a picture says of groups, machines and rules.

use std::collections::BTreeMap;

use super::{Kind, Node};
use crate::connectivity::{Connectivity, Coverage, EndpointIx, Finding, GroupIx, Outside, RuleIx};
use crate::inventory::{Direction, Peer};
use crate::render::{clean, short};
use crate::traffic::Traffic;

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
pub(super) fn group(index: &Connectivity<'_>, ix: GroupIx) -> String {
    short(&index.group(ix).label().replacen("aws_security_group.", "", 1), LABEL)
}

/// Tells groups of one name apart by the end of their ids.
pub(super) fn tell_apart(nodes: &mut [Node]) {
    let is_group = |node: &Node| matches!(node.kind, Kind::Group | Kind::Elsewhere);
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
pub(super) fn endpoint(index: &Connectivity<'_>, ix: EndpointIx) -> String {
    short(index.endpoint(ix).label(), LABEL)
}

/// `web ×12` for machines whose names differ only at the end; `a, b` or `a and 3 more` for others.
pub(super) fn machines(index: &Connectivity<'_>, members: &[EndpointIx]) -> String {
    let mut names: Vec<&str> = members.iter().map(|ix| index.endpoint(*ix).label()).collect();
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

/// How many machines carry a group: `3 machines`, `no members`.
pub(super) fn member_count(index: &Connectivity<'_>, ix: GroupIx) -> String {
    let members = index.members(ix);
    let kinds: BTreeMap<&str, usize> = members.iter().fold(BTreeMap::new(), |mut kinds, ix| {
        *kinds.entry(&*index.endpoint(*ix).kind).or_default() += 1;
        kinds
    });
    match (members.as_slice(), kinds.len()) {
        ([], _) if !index.group(ix).is_defined() => "not in the input".into(),
        ([], _) if index.group(ix).carriers_unseen => "members not seen".into(),
        ([], _) => "no members".into(),
        ([one], _) => {
            short(&format!("{} {}", index.endpoint(*one).kind, index.endpoint(*one).label()), LABEL)
        }
        (_, 1) => format!("{} {}", members.len(), plural(kinds.keys().next().copied().unwrap_or_default())),
        _ => format!("{} endpoints", members.len()),
    }
}

/// `instance`, or `instances` for several.
pub(super) fn kind(kind: &str, count: usize) -> String {
    if count == 1 { kind.to_owned() } else { plural(kind) }
}

fn plural(noun: &str) -> String {
    match noun {
        _ if noun.ends_with('s') || noun.ends_with('x') => format!("{noun}es"),
        _ if noun.ends_with("cy") || noun.ends_with("ry") || noun.ends_with("xy") => {
            format!("{}ies", &noun[..noun.len() - 1])
        }
        _ => format!("{noun}s"),
    }
}

/// Everything about a group.
pub(super) fn group_tooltip(index: &Connectivity<'_>, ix: GroupIx) -> String {
    let group = index.group(ix);
    let mut lines = vec![format!("{} ({})", clean(group.label()), group.id)];
    lines.extend(group.description.as_ref().map(|text| short(text, 120)));
    lines.extend(group.vpc.as_ref().map(|vpc| format!("in {vpc}")));
    lines.extend(group.origins.iter().map(|origin| clean(&origin.to_string()).into_owned()));
    let members = index.members(ix);
    lines.push(format!("carried by {}", members.len()));
    lines.extend(members.iter().map(|ix| endpoint_line(index, *ix)));
    limited(lines)
}

/// Everything about some machines.
pub(super) fn endpoints_tooltip(index: &Connectivity<'_>, members: &[EndpointIx]) -> String {
    limited(members.iter().map(|ix| endpoint_line(index, *ix)).collect())
}

fn endpoint_line(index: &Connectivity<'_>, ix: EndpointIx) -> String {
    let endpoint = index.endpoint(ix);
    let place = endpoint.origins.first().map(ToString::to_string).unwrap_or_default();
    format!("{} {} ({})", endpoint.kind, clean(endpoint.label()), clean(&place))
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

/// An outside peer's label.
pub(super) fn outside(index: &Connectivity<'_>, outside: &Outside) -> String {
    match outside {
        Outside::PrefixList(id) => {
            let list = index.inventory.network.prefix_lists.get(id);
            short(list.and_then(|list| list.name.as_deref()).unwrap_or(id.as_str()), LABEL)
        }
        other => short(&other.to_string(), LABEL),
    }
}

/// The subnet shortcut in two lines: `37 machines of 12 groups`, `lies in vpc main`.
pub(super) fn coverage(coverage: &Coverage) -> Vec<String> {
    let mut lines = Vec::new();
    match (coverage.endpoints.len(), coverage.by_group.len()) {
        (0, _) => lines.push("no known machine".into()),
        (machines, groups) => lines.push(format!(
            "{machines} machine{} of {groups} group{}",
            if machines == 1 { "" } else { "s" },
            if groups == 1 { "" } else { "s" }
        )),
    }
    if !coverage.networks.is_empty() {
        lines.push(short(&format!("holds {}", coverage.networks.join(", ")), LABEL));
    }
    lines
}

/// Whom a block lets in, by group.
pub(super) fn coverage_tooltip(index: &Connectivity<'_>, label: &str, coverage: &Coverage) -> String {
    let mut lines = vec![format!("{label} really lets in:")];
    for (group, count) in &coverage.by_group {
        lines.push(format!("{count} of {} ({})", clean(index.group(*group).label()), index.group(*group).id));
    }
    lines.push(format!(
        "{} of its {} IPv4 addresses are no machine that is in the input",
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

/// Verdict, traffic, rules and places of a finding.
pub(super) fn finding_lines(index: &Connectivity<'_>, finding: &Finding) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", finding.verdict.words(), finding.traffic)];
    lines.extend(finding.doubts.iter().map(|doubt| clean(&index.explain_doubt(*doubt)).into_owned()));
    for ix in finding.ingress.iter().chain(&finding.egress) {
        lines.push(rule(index, *ix));
    }
    lines.dedup();
    lines
}

/// `tcp 5000: rule sgr-… of logstash, infra.tfstate aws_security_group_rule.logs`
fn rule(index: &Connectivity<'_>, ix: RuleIx) -> String {
    let row = index.rule(ix);
    let rule = row.rule;
    let way = if rule.direction == Direction::Ingress { "from" } else { "to" };
    let peer = match &rule.peer {
        Peer::Group(id) => index.find_group(id).map_or_else(|| id.to_string(), |ix| group(index, ix)),
        other => Outside::of(other).map(|peer| outside(index, &peer)).unwrap_or_default(),
    };
    let place = match rule.origins.first() {
        _ if rule.is_default_egress() => "the default".to_owned(),
        Some(origin) => {
            let id = origin.rule.as_ref().map(|id| format!("{id}, ")).unwrap_or_default();
            format!("{id}{}", clean(&origin.to_string()))
        }
        None => String::new(),
    };
    let direction = rule.direction.name();
    format!("{}: {direction} of {} {way} {peer}, {place}", rule.traffic, group(index, row.owner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_and_prefixes() {
        assert_eq!(plural("instance"), "instances");
        assert_eq!(plural("database proxy"), "database proxies");
        assert_eq!(common_prefix("wéb-1", "wéb-2"), "wéb-");
        assert_eq!(common_prefix("a", "b"), "");
    }
}
