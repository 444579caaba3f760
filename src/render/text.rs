//! Reports for the terminal. Styled text: the caller strips the styles where they do not belong.

use std::fmt::Write as _;

use super::evidence::{
    BOLD, DIM, PLAIN, addresses, counterpart_name, group_name, peer_name, reasons, rule_places, rule_sentence,
};
use super::{NOTE, clean};
use crate::connectivity::{Connectivity, Counterpart, Link, Subject, Verdict};
use crate::inventory::{Direction, Endpoint};
use crate::query::{Focus, Hop, Members};

/// How many machines a line names before it counts the rest.
const NAMED: usize = 8;

/// The report of `focus`.
pub fn focus_text(index: &Connectivity<'_>, focus: &Focus) -> String {
    let mut out = String::new();
    subject(&mut out, index, focus.subject);
    for hop in &focus.hops {
        hop_text(&mut out, index, focus, hop);
    }
    let _ = writeln!(out, "\n{DIM}{NOTE}{PLAIN}");
    out
}

/// Who is asked about.
fn subject(out: &mut String, index: &Connectivity<'_>, subject: Subject) {
    match subject {
        Subject::Endpoint(ix) => {
            let endpoint = index.endpoint(ix);
            let _ = writeln!(out, "{BOLD}{}{PLAIN}  {}", clean(endpoint.label()), endpoint_facts(endpoint));
            for origin in &endpoint.origins {
                let _ = writeln!(out, "  {DIM}{}{PLAIN}", clean(&origin.to_string()));
            }
            for interface in &endpoint.interfaces {
                let groups = interface.groups.iter().filter_map(|id| index.find_group(id));
                let names: Vec<String> =
                    groups.map(|ix| format!("{} ({})", group_name(index, ix), index.group(ix).id)).collect();
                let id = interface.id.as_ref().filter(|_| endpoint.interfaces.len() > 1);
                let id = id.map(|id| format!("{id}: ")).unwrap_or_default();
                let _ = writeln!(out, "  {id}groups {}", names.join(", "));
                for unknown in &interface.unresolved {
                    let _ = writeln!(out, "  {id}and a group that is not known: {}", clean(unknown));
                }
            }
        }
        Subject::Group(ix) => {
            let group = index.group(ix);
            let _ = writeln!(out, "{BOLD}{}{PLAIN}  group {}", clean(group.label()), group.id);
            for origin in &group.origins {
                let _ = writeln!(out, "  {DIM}{}{PLAIN}", clean(&origin.to_string()));
            }
            let members = index.members(ix);
            let _ = match members.len() {
                0 => writeln!(out, "  no machine carries it; the answer is for one that carried it alone"),
                n => writeln!(out, "  carried by {n}: {}", machine_list(index, members.into_iter())),
            };
        }
    }
}

fn endpoint_facts(endpoint: &Endpoint) -> String {
    let id = endpoint.id.as_str().split_once(':').map_or(endpoint.id.as_str(), |(_, id)| id);
    let id = if id.len() < 40 { id } else { "" };
    let facts = [endpoint.kind.to_string(), clean(id).into_owned(), addresses(endpoint).join(" ")];
    facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join("  ")
}

fn hop_text(out: &mut String, index: &Connectivity<'_>, focus: &Focus, hop: &Hop) {
    let heading = match (hop.direction, &hop.through) {
        (Direction::Egress, None) => "connects to".to_owned(),
        (Direction::Ingress, None) => "is reached by".to_owned(),
        (direction, Some(through)) => {
            let machines = hop.from.iter().filter_map(|subject| match subject {
                Subject::Endpoint(ix) => Some(*ix),
                Subject::Group(_) => None,
            });
            let who = machine_list(index, machines);
            let name = counterpart_name(index, through);
            let step = hop.depth;
            let verb = if direction == Direction::Egress { "connects to" } else { "is reached by" };
            match through {
                // The machines go on, not the block that they are in.
                Counterpart::Outside(_) => format!("step {step}: each of {who} (in {name}) {verb}"),
                Counterpart::Group(_) if who.is_empty() => format!("step {step}: {name} {verb}"),
                Counterpart::Group(_) => format!("step {step}: {name} ({who}) {verb}"),
            }
        }
    };
    let _ = writeln!(out, "\n{BOLD}{heading}{PLAIN}");
    let (inside, outside): (Vec<&Link>, Vec<&Link>) =
        hop.links.iter().partition(|link| matches!(link.counterpart, Counterpart::Group(_)));
    if hop.links.is_empty() {
        let _ = writeln!(out, "  {}", nothing(index, focus, hop));
    }
    for link in inside.into_iter().chain(outside) {
        link_text(out, index, hop, link);
    }
}

/// Why there is no link: never an unexplained empty answer.
fn nothing(index: &Connectivity<'_>, focus: &Focus, hop: &Hop) -> String {
    let (groups, unknown): (Vec<_>, Vec<&str>) = match focus.subject {
        Subject::Endpoint(ix) => {
            let endpoint = index.endpoint(ix);
            let groups = endpoint.groups().into_iter().filter_map(|id| index.find_group(id)).collect();
            (groups, endpoint.interfaces.iter().flat_map(|i| &i.unresolved).map(AsRef::as_ref).collect())
        }
        Subject::Group(ix) => (vec![ix], Vec::new()),
    };
    if hop.depth == 1 && !unknown.is_empty() {
        return format!("undecided: it carries a group that is not known: {}", clean(&unknown.join(", ")));
    }
    let none = groups.iter().all(|group| index.rules_of(*group, hop.direction).is_empty());
    let is_known = groups.iter().all(|group| match hop.direction {
        Direction::Egress => index.group(*group).egress_known,
        Direction::Ingress => index.group(*group).ingress_known,
    });
    let text = match (hop.depth, hop.direction, none) {
        (1, _, true) if !is_known => "undecided: the rules of its groups are not in the input",
        (1, Direction::Egress, true) => {
            "nothing: its groups have no egress rules, so no connection may be opened"
        }
        (1, Direction::Ingress, true) => "nobody: its groups have no ingress rules",
        (_, Direction::Egress, _) => "nothing: no group in the input lets it in",
        (_, Direction::Ingress, _) => "nobody in the input",
    };
    text.into()
}

fn link_text(out: &mut String, index: &Connectivity<'_>, hop: &Hop, link: &Link) {
    let finding = &link.finding;
    let verdict = match finding.verdict {
        Verdict::Allowed => String::new(),
        other => format!("  [{}]", other.words()),
    };
    let name = counterpart_name(index, &link.counterpart);
    let id = match &link.counterpart {
        Counterpart::Group(ix) => format!("  {}", index.group(*ix).id),
        Counterpart::Outside(_) => String::new(),
    };
    let _ = writeln!(out, "  {BOLD}{name}{PLAIN}  {}{verdict}{DIM}{id}{PLAIN}", finding.traffic);
    match &link.counterpart {
        Counterpart::Group(_) if link.members.is_empty() => {
            let _ = writeln!(out, "    no machine in the input carries it");
        }
        Counterpart::Outside(_) if link.members.is_empty() => {}
        Counterpart::Group(_) => members_lines(out, index, link, ""),
        Counterpart::Outside(_) => members_lines(out, index, link, "known machines in it: "),
    }
    for reason in reasons(index, finding) {
        let _ = writeln!(out, "    undecided: {reason}");
    }
    let (own, other) = match hop.direction {
        Direction::Egress => (&finding.egress, &finding.ingress),
        Direction::Ingress => (&finding.ingress, &finding.egress),
    };
    for &ix in other.iter().chain(own) {
        rule_lines(out, index, ix, other.contains(&ix));
    }
    let missing = match finding.verdict {
        Verdict::BlockedByEgress => Some("missing: an egress rule of the client that lets it out"),
        Verdict::NoIngress => Some("missing: an ingress rule of the service that lets it in"),
        _ => None,
    };
    if let Some(missing) = missing {
        let _ = writeln!(out, "    {missing}");
    }
}

fn members_lines(out: &mut String, index: &Connectivity<'_>, link: &Link, prefix: &str) {
    let same = |traffic: &crate::traffic::Traffic| *traffic == link.finding.traffic;
    let whole: Vec<_> = link.members.iter().filter(|member| same(&member.traffic)).collect();
    if !whole.is_empty() {
        let list = machine_list(index, whole.iter().map(|member| member.endpoint));
        let _ = writeln!(out, "    {prefix}{list}");
    }
    for member in link.members.iter().filter(|member| !same(&member.traffic)).take(NAMED) {
        let list = machine_list(index, std::iter::once(member.endpoint));
        let _ = writeln!(out, "    {prefix}{list}: {} only", member.traffic);
    }
    let others = link.members.len() - whole.len();
    if others > NAMED {
        let _ = writeln!(out, "    and {} more with a part of it (all in `-f json`)", others - NAMED);
    }
}

fn rule_lines(out: &mut String, index: &Connectivity<'_>, ix: crate::connectivity::RuleIx, always: bool) {
    let rule = index.rule(ix).rule;
    let _ = writeln!(out, "    {}", rule_sentence(index, ix));
    if always || !rule.is_default_egress() {
        for place in rule_places(rule) {
            let _ = writeln!(out, "      {DIM}{place}{PLAIN}");
        }
    }
}

/// `web-1 10.0.0.1, web-2 10.0.0.2 and 3 more`
fn machine_list(
    index: &Connectivity<'_>,
    machines: impl Iterator<Item = crate::connectivity::EndpointIx>,
) -> String {
    let mut all: Vec<String> = machines
        .map(|ix| {
            let endpoint = index.endpoint(ix);
            let address =
                addresses(endpoint).into_iter().next().map(|text| format!(" {text}")).unwrap_or_default();
            format!("{}{address}", clean(endpoint.label()))
        })
        .collect();
    all.sort();
    let more = all.len().saturating_sub(NAMED);
    all.truncate(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    all.join(", ") + &more
}

/// The report of `members`.
pub fn members_text(index: &Connectivity<'_>, members: &Members) -> String {
    let mut out = String::new();
    let group = index.group(members.group);
    let _ = writeln!(out, "{BOLD}{}{PLAIN}  group {}", clean(group.label()), group.id);
    for origin in &group.origins {
        let _ = writeln!(out, "  {DIM}{}{PLAIN}", clean(&origin.to_string()));
    }
    let unseen = if group.carriers_unseen { " or more: not all machines could be seen" } else { "" };
    let _ = writeln!(out, "\n{BOLD}carried by {}{PLAIN}{unseen}", members.endpoints.len());
    if members.endpoints.is_empty() && !group.carriers_unseen {
        let _ = writeln!(out, "  no machine in the input");
    }
    for ix in &members.endpoints {
        let endpoint = index.endpoint(*ix);
        let place = endpoint.origins.first().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(
            out,
            "  {}  {}  {DIM}{}{PLAIN}",
            clean(endpoint.label()),
            endpoint_facts(endpoint),
            clean(&place)
        );
    }
    let _ = writeln!(out, "\n{BOLD}carrying it opens{PLAIN}");
    if members.opens.is_empty() {
        let _ = writeln!(out, "  nothing: no ingress rule in the input names it");
    }
    for &ix in &members.opens {
        let row = index.rule(ix);
        let _ = writeln!(out, "  {BOLD}{}{PLAIN}  {}", group_name(index, row.owner), row.rule.traffic);
        for place in rule_places(row.rule) {
            let _ = writeln!(out, "      {DIM}{place}{PLAIN}");
        }
    }
    let _ = writeln!(out, "\n{BOLD}lets in{PLAIN}");
    if members.admits.is_empty() {
        let _ = writeln!(out, "  nobody: it has no ingress rules in the input");
    }
    for &ix in &members.admits {
        let row = index.rule(ix);
        let _ = writeln!(out, "  {BOLD}{}{PLAIN}  {}", peer_name(index, row.rule), row.rule.traffic);
        for place in rule_places(row.rule) {
            let _ = writeln!(out, "      {DIM}{place}{PLAIN}");
        }
    }
    let _ = writeln!(out, "\n{DIM}{NOTE}{PLAIN}");
    out
}
