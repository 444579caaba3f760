//! Who may connect to whom, one row a source, destination, protocol and purpose.

use std::collections::BTreeSet;

use super::console::parts;
use super::{NONE, Sheet};
use crate::connectivity::{
    Connectivity, Counterpart, EndpointIx, Finding, Findings, GroupIx, Map, MapEnd, Node, Outside, Verdict,
};
use crate::inventory::Direction;
use crate::query::{Explanation, Focus, Relation, Target, tell_findings, tell_links};
use crate::traffic::Traffic;
use crate::words;

/// What may go from one end to another.
#[derive(Debug, Clone)]
pub struct Flow {
    source: End,
    destination: End,
    finding: Finding,
}

/// One end of a flow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct End {
    name: String,
    id: String,
    attached: Vec<EndpointIx>,
}

impl End {
    fn group(net: &Connectivity, ix: GroupIx) -> Self {
        let id = words::name(net.group(ix).id.as_str());
        Self { name: words::group(net, ix), id, attached: net.members(ix) }
    }

    fn outside(net: &Connectivity, outside: &Outside) -> Self {
        let name = match outside {
            Outside::Internet => "Internet".to_owned(),
            other => words::outside(net, other),
        };
        Self { name, id: words::name(&outside.to_string()), attached: Vec::new() }
    }

    fn counterpart(net: &Connectivity, counterpart: &Counterpart) -> Self {
        match counterpart {
            Counterpart::Group(ix) => Self::group(net, *ix),
            Counterpart::Outside(outside) => Self::outside(net, outside),
            Counterpart::UnknownGroup(_)
            | Counterpart::Unfiltered
            | Counterpart::Anyone
            | Counterpart::Within(_) => {
                let name = words::counterpart(net, counterpart);
                Self { id: name.clone(), name, attached: Vec::new() }
            }
        }
    }

    fn targets(net: &Connectivity, targets: &[Target]) -> Self {
        match targets {
            [Target::Known(crate::connectivity::Subject::Group(ix))] => Self::group(net, *ix),
            [Target::Known(crate::connectivity::Subject::Endpoint(ix))] => Self {
                name: words::endpoint(net, *ix),
                id: words::name(net.endpoint(*ix).id.as_str()),
                attached: Vec::new(),
            },
            [Target::Outside(outside)] => Self::outside(net, outside),
            several => {
                let name = words::targets(net, several);
                Self { id: name.clone(), name, attached: Vec::new() }
            }
        }
    }

    fn set(net: &Connectivity, members: &[EndpointIx]) -> Self {
        let names = words::together(members.iter().map(|ix| words::endpoint(net, *ix)).collect());
        let ids: Vec<String> = members.iter().map(|ix| words::name(net.endpoint(*ix).id.as_str())).collect();
        Self { name: words::few(&names, 4), id: words::few(&ids, 4), attached: Vec::new() }
    }
}

/// Returns the flows of an answer of `focus`.
pub fn focus_flows(net: &Connectivity, focus: &Focus) -> Vec<Flow> {
    let own = End::targets(net, &focus.targets);
    let mut flows = Vec::new();
    for hop in &focus.hops {
        let start =
            hop.through.as_ref().map_or_else(|| own.clone(), |through| End::counterpart(net, through));
        for link in tell_links(&hop.links) {
            let mut other = End::counterpart(net, &link.counterpart);
            other.attached = link.members.iter().map(|member| member.endpoint).collect();
            let mut start = start.clone();
            if let Some(only) = &link.only {
                start.name = format!("{} ({})", start.name, words::address_set(only));
            }
            let (source, destination) = if hop.direction == Direction::Egress {
                (start.clone(), other)
            } else {
                (other, start.clone())
            };
            flows.push(Flow { source, destination, finding: link.finding });
        }
    }
    flows
}

/// Returns the flows of an answer of `explain`.
fn explain_flows(net: &Connectivity, answer: &Explanation) -> Vec<Flow> {
    let (source, destination) = (End::targets(net, &answer.from), End::targets(net, &answer.to));
    of_findings(&source, &destination, &answer.findings)
}

/// Returns the sheet of an answer of `explain`, with what was asked for and is not permitted.
pub fn explain_sheet(net: &Connectivity, answer: &Explanation) -> Sheet {
    let mut sheet = flows_sheet(net, &explain_flows(net, answer), &[]);
    let open = |verdict| answer.findings.traffic(verdict);
    let open = open(Verdict::Allowed).union(&open(Verdict::Undecided));
    let (source, destination) = (End::targets(net, &answer.from), End::targets(net, &answer.to));
    let rest = match &answer.asked {
        Some(asked) => asked.difference(&open),
        None if open.is_empty() => Traffic::all(),
        None => Traffic::none(),
    };
    for part in parts(&rest) {
        let mut row = vec![String::new(); COLUMNS.len()];
        let cells = [&source.name, &destination.name, &part.ports, &part.protocol].map(Clone::clone);
        row[..4].clone_from_slice(&cells);
        "not permitted".clone_into(&mut row[4]);
        "no".clone_into(&mut row[7]);
        row[8..].clone_from_slice(&[source.id.clone(), destination.id.clone()]);
        sheet.rows.push(row);
    }
    sheet
}

/// Returns the flows of a map of groups, and the groups of the map without inbound connections.
pub fn map_flows(net: &Connectivity, map: &Map) -> Vec<Flow> {
    let end = |node: &Node| match node {
        Node::Group(ix) => End::group(net, *ix),
        Node::Outside(outside) => End::outside(net, outside),
    };
    let is_unknown = |node: &Node| matches!(node, Node::Outside(outside) if outside.is_unknown_rules());
    let shown = map.between().filter(|(client, service, _)| !is_unknown(client) && !is_unknown(service));
    shown
        .flat_map(|(client, service, findings)| of_findings(&end(client), &end(service), &findings))
        .collect()
}

/// Returns the flows of the relation of resources.
pub fn relation_flows(net: &Connectivity, relation: &Relation) -> Vec<Flow> {
    let end = |end: &MapEnd| match end {
        MapEnd::Resources(set) => End::set(net, &relation.sets[*set].members),
        MapEnd::Outside(outside) => End::outside(net, outside),
    };
    let arrows = relation.arrows.iter();
    arrows.flat_map(|arrow| of_findings(&end(&arrow.from), &end(&arrow.to), &arrow.findings)).collect()
}

fn of_findings(source: &End, destination: &End, findings: &Findings) -> Vec<Flow> {
    let told = tell_findings(findings).into_iter();
    told.map(|(finding, _)| Flow { source: source.clone(), destination: destination.clone(), finding })
        .collect()
}

impl Flow {
    /// Tells whether it is allowed or may be.
    fn is_open(&self) -> bool {
        matches!(self.finding.verdict, Verdict::Allowed | Verdict::Undecided)
    }

    /// Returns the ends by name, with the verdict and the traffic: for a matrix.
    pub(super) fn named(&self) -> (&str, &str, &Finding) {
        (&self.source.name, &self.destination.name, &self.finding)
    }
}

/// What a sheet of flows has, the first five unless the user names others.
const COLUMNS: [&str; 10] = [
    "Source",
    "Destination",
    "Port",
    "Protocol",
    "Purpose",
    "Enforcement",
    "Attached",
    "Verdict",
    "Source ID",
    "Destination ID",
];

/// The columns of a sheet of flows that nobody chose.
const USUAL: usize = 5;

/// Returns flows as a sheet, with the groups that accept nothing.
pub fn flows_sheet(net: &Connectivity, flows: &[Flow], closed: &[GroupIx]) -> Sheet {
    let mut sheet = Sheet::new(&COLUMNS);
    sheet.hidden = COLUMNS[USUAL..].to_vec();
    for flow in flows.iter().filter(|flow| flow.is_open()) {
        let purpose = purpose(net, &flow.finding);
        let rules = flow.finding.deciding().iter();
        let rules: BTreeSet<String> = rules.map(|ix| words::rule_sentence(net, *ix)).collect();
        let rules: Vec<String> = rules.into_iter().collect();
        let attached =
            words::together(flow.destination.attached.iter().map(|ix| words::endpoint(net, *ix)).collect());
        for part in parts(&flow.finding.traffic) {
            sheet.rows.push(vec![
                flow.source.name.clone(),
                flow.destination.name.clone(),
                part.ports,
                part.protocol,
                purpose.clone(),
                words::few(&rules, 3),
                words::few(&attached, 4),
                words::verdict(flow.finding.verdict).to_owned(),
                flow.source.id.clone(),
                flow.destination.id.clone(),
            ]);
        }
    }
    sheet.sort();
    if !closed.is_empty() {
        let names = words::together(closed.iter().map(|ix| words::group(net, *ix)).collect()).join(", ");
        let mut row = vec![NONE.to_owned(); COLUMNS.len()];
        row[1] = names;
        "no inbound".clone_into(&mut row[4]);
        sheet.rows.push(row);
    }
    let blocked = flows.iter().filter(|flow| !flow.is_open()).count();
    if blocked > 0 {
        sheet.notes.push(format!(
            "{} not listed: one side allows them, the other does not.",
            words::count(blocked, "connection")
        ));
    }
    sheet
}

/// Returns what the rules say that they are for; why it is undecided, where it is.
fn purpose(net: &Connectivity, finding: &Finding) -> String {
    if finding.verdict == Verdict::Undecided {
        return format!("undecided: {}", words::few(&words::doubts(net, finding), 2));
    }
    let described = finding.deciding().iter().flat_map(|ix| net.rule(*ix).origins.iter());
    let described: BTreeSet<String> = described
        .filter_map(|origin| origin.description.as_deref())
        .filter(|text| !text.trim().is_empty() && *text != MANAGED)
        .map(|text| words::short(text, 120))
        .collect();
    words::few(&described.into_iter().collect::<Vec<_>>(), 3)
}

/// What Terraform writes where nobody describes a group; it is of no use to a reader.
const MANAGED: &str = "Managed by Terraform";
