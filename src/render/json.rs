//! JSON for scripts, schema `sglens/1`; `docs/sglens-1.schema.json` describes it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::evidence::{addresses, peer_name, reasons};
use crate::connectivity::{
    Connectivity, Counterpart, EndpointIx, Finding, GroupIx, Map, Member, Node, Outside, RuleIx, Subject,
};
use crate::inventory::{Direction, Origin};
use crate::query::{Focus, Hop, Members};
use crate::traffic::{Traffic, TrafficItem};

/// The name of the schema; a change that breaks scripts changes the number.
const SCHEMA: &str = "sglens/1";

#[derive(Serialize)]
pub(super) struct Document<B: Serialize> {
    schema: &'static str,
    #[serde(flatten)]
    body: B,
    note: &'static str,
    warnings: Vec<String>,
    stats: Stats,
}

#[derive(Serialize)]
struct Stats {
    files: usize,
    groups: usize,
    groups_elsewhere: usize,
    rules: usize,
    references: usize,
    endpoints: usize,
    edges: usize,
    skipped: BTreeMap<String, usize>,
}

#[derive(Serialize)]
pub(super) struct GroupJson<'i> {
    id: &'i str,
    name: &'i str,
}

#[derive(Serialize)]
struct Place<'i> {
    file: &'i str,
    address: &'i str,
}

#[derive(Serialize)]
pub(super) struct EndpointJson<'i> {
    id: &'i str,
    label: &'i str,
    kind: &'i str,
    addresses: Vec<String>,
    groups: Vec<GroupJson<'i>>,
    interfaces: Vec<InterfaceJson<'i>>,
    origins: Vec<Place<'i>>,
}

/// Rules apply to each interface by itself: which group is carried by which.
#[derive(Serialize)]
struct InterfaceJson<'i> {
    id: Option<&'i str>,
    groups: Vec<&'i str>,
}

#[derive(Serialize)]
struct MemberJson<'i> {
    id: &'i str,
    label: &'i str,
    kind: &'i str,
    addresses: Vec<String>,
    traffic: Vec<TrafficItem>,
}

#[derive(Serialize)]
pub(super) struct OutsideJson {
    kind: &'static str,
    label: String,
}

#[derive(Serialize)]
pub(super) struct EvidenceJson<'i> {
    direction: &'static str,
    rule: Option<&'i str>,
    group_id: &'i str,
    group_name: &'i str,
    peer: String,
    traffic: Vec<TrafficItem>,
    default: bool,
    description: Option<&'i str>,
    file: &'i str,
    address: &'i str,
}

#[derive(Serialize)]
pub(super) struct FindingJson<'i> {
    traffic: Vec<TrafficItem>,
    summary: String,
    verdict: &'static str,
    reasons: Vec<String>,
    evidence: Vec<EvidenceJson<'i>>,
}

/// Wraps a body as a document and prints it.
pub(super) fn document<B: Serialize>(index: &Connectivity<'_>, edges: usize, body: B) -> String {
    let tally = &index.inventory.tally;
    let stats = Stats {
        files: tally.files,
        groups: tally.groups,
        groups_elsewhere: tally.groups_elsewhere,
        rules: tally.rules,
        references: tally.references,
        endpoints: tally.endpoints,
        edges,
        skipped: tally.skipped.clone(),
    };
    let warnings = index.inventory.warnings.iter().map(|warning| warning.message.clone()).collect();
    let document = Document { schema: SCHEMA, body, note: super::NOTE, warnings, stats };
    let mut text = serde_json::to_string_pretty(&document).expect("plain data always becomes JSON");
    text.push('\n');
    text
}

pub(super) fn group<'i>(index: &Connectivity<'i>, ix: GroupIx) -> GroupJson<'i> {
    let group = index.group(ix);
    GroupJson { id: group.id.as_str(), name: group.name.as_deref().unwrap_or_else(|| group.label()) }
}

fn places(origins: &[Origin]) -> Vec<Place<'_>> {
    origins.iter().map(|origin| Place { file: &origin.source.name, address: &origin.address }).collect()
}

pub(super) fn endpoint<'i>(index: &Connectivity<'i>, ix: EndpointIx) -> EndpointJson<'i> {
    let endpoint = index.endpoint(ix);
    EndpointJson {
        id: endpoint.id.as_str(),
        label: endpoint.label(),
        kind: &endpoint.kind,
        addresses: addresses(endpoint),
        groups: endpoint
            .groups()
            .into_iter()
            .filter_map(|id| Some(group(index, index.find_group(id)?)))
            .collect(),
        interfaces: endpoint
            .interfaces
            .iter()
            .map(|interface| InterfaceJson {
                id: interface.id.as_ref().map(crate::inventory::InterfaceId::as_str),
                groups: interface.groups.iter().map(crate::inventory::GroupId::as_str).collect(),
            })
            .collect(),
        origins: places(&endpoint.origins),
    }
}

pub(super) fn outside(outside: &Outside) -> OutsideJson {
    let kind = match outside {
        Outside::Internet => "internet",
        Outside::Block(_) => "block",
        Outside::PrefixList(_) => "prefix-list",
        Outside::Unresolved(_) => "unknown",
    };
    OutsideJson { kind, label: outside.to_string() }
}

fn items(traffic: &Traffic) -> Vec<TrafficItem> {
    traffic.items()
}

fn member<'i>(index: &Connectivity<'i>, member: &Member) -> MemberJson<'i> {
    let endpoint = index.endpoint(member.endpoint);
    MemberJson {
        id: endpoint.id.as_str(),
        label: endpoint.label(),
        kind: &endpoint.kind,
        addresses: addresses(endpoint),
        traffic: items(&member.traffic),
    }
}

/// One entry for each origin of each rule.
pub(super) fn evidence<'i>(index: &Connectivity<'i>, rules: &[RuleIx]) -> Vec<EvidenceJson<'i>> {
    let mut list = Vec::new();
    for ix in rules {
        let row = index.rule(*ix);
        let group = index.group(row.owner);
        for origin in &row.rule.origins {
            list.push(EvidenceJson {
                direction: row.rule.direction.name(),
                rule: origin.rule.as_ref().map(crate::inventory::RuleId::as_str),
                group_id: group.id.as_str(),
                group_name: group.label(),
                peer: peer_name(index, row.rule),
                traffic: items(&row.rule.traffic),
                default: row.rule.is_default_egress(),
                description: origin.description.as_deref(),
                file: &origin.source.name,
                address: &origin.address,
            });
        }
    }
    list
}

pub(super) fn finding<'i>(index: &Connectivity<'i>, finding: &Finding) -> FindingJson<'i> {
    let rules: Vec<RuleIx> = finding.ingress.iter().chain(&finding.egress).copied().collect();
    FindingJson {
        traffic: items(&finding.traffic),
        summary: finding.traffic.to_string(),
        verdict: finding.verdict.name(),
        reasons: reasons(index, finding),
        evidence: evidence(index, &rules),
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum SubjectJson<'i> {
    Endpoint(EndpointJson<'i>),
    Group(GroupJson<'i>),
}

pub(super) fn subject<'i>(index: &Connectivity<'i>, subject: Subject) -> SubjectJson<'i> {
    match subject {
        Subject::Endpoint(ix) => SubjectJson::Endpoint(endpoint(index, ix)),
        Subject::Group(ix) => SubjectJson::Group(group(index, ix)),
    }
}

/// What a script finds the other end by: the group's id, or the peer as it is written.
pub(super) fn counterpart_id(index: &Connectivity<'_>, counterpart: &Counterpart) -> String {
    match counterpart {
        Counterpart::Group(ix) => index.group(*ix).id.to_string(),
        Counterpart::Outside(peer) => peer.to_string(),
    }
}

/// The answer of `focus`: one connection for each counterpart and verdict, with the machines behind it.
pub fn focus_json(index: &Connectivity<'_>, focus: &Focus) -> String {
    #[derive(Serialize)]
    struct Connection<'i> {
        direction: &'static str,
        depth: usize,
        through: Option<String>,
        endpoint: Option<OutsideJson>,
        group: Option<GroupJson<'i>>,
        members: Vec<MemberJson<'i>>,
        #[serde(flatten)]
        finding: FindingJson<'i>,
    }
    #[derive(Serialize)]
    struct Body<'i> {
        focus: SubjectJson<'i>,
        connections: Vec<Connection<'i>>,
    }
    let connection = |hop: &Hop, link: &crate::connectivity::Link| Connection {
        direction: if hop.direction == Direction::Egress { "out" } else { "in" },
        depth: hop.depth,
        through: hop.through.as_ref().map(|through| counterpart_id(index, through)),
        endpoint: if let Counterpart::Outside(peer) = &link.counterpart { Some(outside(peer)) } else { None },
        group: if let Counterpart::Group(ix) = link.counterpart { Some(group(index, ix)) } else { None },
        members: link.members.iter().map(|one| member(index, one)).collect(),
        finding: finding(index, &link.finding),
    };
    let connections: Vec<Connection<'_>> =
        focus.hops.iter().flat_map(|hop| hop.links.iter().map(move |link| connection(hop, link))).collect();
    document(index, connections.len(), Body { focus: subject(index, focus.subject), connections })
}

/// The answer of `graph`: the whole map, at group level.
pub fn graph_json(index: &Connectivity<'_>, map: &Map) -> String {
    #[derive(Serialize)]
    struct NodeJson<'i> {
        id: String,
        kind: &'static str,
        label: String,
        vpc: Option<&'i str>,
        defined: bool,
        members: Vec<EndpointJson<'i>>,
        origins: Vec<Place<'i>>,
    }
    #[derive(Serialize)]
    struct EdgeJson<'i> {
        from: String,
        to: String,
        #[serde(flatten)]
        finding: FindingJson<'i>,
    }
    #[derive(Serialize)]
    struct Body<'i> {
        nodes: Vec<NodeJson<'i>>,
        edges: Vec<EdgeJson<'i>>,
    }
    let id = |node: &Node| match node {
        Node::Group(ix) => index.group(*ix).id.to_string(),
        Node::Outside(peer) => peer.to_string(),
    };
    let node = |node: &Node| match node {
        Node::Group(ix) => {
            let group = index.group(*ix);
            NodeJson {
                id: id(node),
                kind: "group",
                label: group.label().to_owned(),
                vpc: group.vpc.as_ref().map(crate::inventory::VpcId::as_str),
                defined: group.is_defined(),
                members: index.members(*ix).into_iter().map(|ix| endpoint(index, ix)).collect(),
                origins: places(&group.origins),
            }
        }
        Node::Outside(peer) => NodeJson {
            id: id(node),
            kind: outside(peer).kind,
            label: peer.to_string(),
            vpc: None,
            defined: true,
            members: Vec::new(),
            origins: Vec::new(),
        },
    };
    let graph = &map.graph;
    let edges: Vec<EdgeJson<'_>> = graph
        .edge_indices()
        .map(|edge| {
            let (from, to) = graph.edge_endpoints(edge).expect("an edge of the graph has two ends");
            EdgeJson {
                from: id(&graph[from]),
                to: id(&graph[to]),
                finding: finding(index, &graph[edge].finding),
            }
        })
        .collect();
    document(index, edges.len(), Body { nodes: graph.node_weights().map(node).collect(), edges })
}

/// The answer of `members`.
pub fn members_json(index: &Connectivity<'_>, members: &Members) -> String {
    #[derive(Serialize)]
    struct Body<'i> {
        group: GroupJson<'i>,
        members: Vec<EndpointJson<'i>>,
        opens: Vec<EvidenceJson<'i>>,
        admits: Vec<EvidenceJson<'i>>,
    }
    let body = Body {
        group: group(index, members.group),
        members: members.endpoints.iter().map(|ix| endpoint(index, *ix)).collect(),
        opens: evidence(index, &members.opens),
        admits: evidence(index, &members.admits),
    };
    document(index, members.opens.len(), body)
}

/// A picture's nodes, arrows and coordinates, for those who draw themselves.
pub fn scene_json(view: &crate::view::View, scene: &crate::layout::Scene) -> String {
    #[derive(Serialize)]
    struct Body<'v> {
        schema: &'static str,
        view: &'v crate::view::View,
        scene: &'v crate::layout::Scene,
    }
    let body = Body { schema: "sglens-scene/1", view, scene };
    let mut text = serde_json::to_string_pretty(&body).expect("plain data always becomes JSON");
    text.push('\n');
    text
}
