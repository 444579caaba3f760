//! The answer of `graph`: the map of groups.

use petgraph::visit::EdgeRef as _;
use serde::Serialize;

use super::parts::{
    FindingJson, OriginJson, ResourceJson, document, finding, origins, outside, resource, tags,
};
use crate::connectivity::{Connectivity, Map, Node};
use crate::inventory::VpcId;
use crate::query::Filter;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct NodeJson<'n> {
    id: String,
    kind: &'static str,
    label: String,
    vpc: Option<&'n str>,
    defined: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules_known: Option<RulesKnown>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<&'n str, &'n str>,
    members: Vec<ResourceJson<'n>>,
    origins: Vec<OriginJson<'n>>,
}

/// Where a direction is not known, connections of the group's members that no rule here allows are
/// undecided.
#[derive(Serialize)]
struct RulesKnown {
    ingress: bool,
    egress: bool,
}

#[derive(Serialize)]
struct EdgeJson<'n> {
    from: String,
    to: String,
    #[serde(flatten)]
    finding: FindingJson<'n>,
}

/// Prints the answer of `graph`: the whole map, at group level.
pub fn graph_json(net: &Connectivity, map: &Map, filter: &Filter) -> String {
    #[derive(Serialize)]
    struct Body<'n> {
        nodes: Vec<NodeJson<'n>>,
        edges: Vec<EdgeJson<'n>>,
    }
    let id = |node: &Node| match node {
        Node::Group(ix) => net.group(*ix).id.to_string(),
        Node::Outside(peer) => peer.to_string(),
    };
    let graph = &map.graph;
    let edges: Vec<EdgeJson<'_>> = graph
        .edge_references()
        .map(|edge| EdgeJson {
            from: id(&graph[edge.source()]),
            to: id(&graph[edge.target()]),
            finding: finding(net, edge.weight()),
        })
        .collect();
    document(
        net,
        filter,
        edges.len(),
        Body { nodes: graph.node_weights().map(|one| node(net, one)).collect(), edges },
    )
}

fn node<'n>(net: &'n Connectivity, node: &Node) -> NodeJson<'n> {
    match node {
        Node::Group(ix) => {
            let group = net.group(*ix);
            NodeJson {
                id: group.id.to_string(),
                kind: "group",
                label: group.label().to_owned(),
                vpc: group.vpc.as_ref().map(VpcId::as_str),
                defined: group.is_defined(),
                rules_known: Some(RulesKnown { ingress: group.ingress_known, egress: group.egress_known }),
                tags: tags(&group.tags),
                members: net.members(*ix).into_iter().map(|ix| resource(net, ix)).collect(),
                origins: origins(&group.origins),
            }
        }
        Node::Outside(peer) => NodeJson {
            id: peer.to_string(),
            kind: outside(peer).kind,
            label: peer.to_string(),
            vpc: None,
            defined: true,
            rules_known: None,
            tags: BTreeMap::new(),
            members: Vec::new(),
            origins: Vec::new(),
        },
    }
}
