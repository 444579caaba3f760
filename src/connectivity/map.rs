//! The map: groups and outside peers, with an arrow from each client to each service.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use super::outside_peers::doubtful;
use super::pairs::ClassKinds;
use super::work::{SharedWork, size};
use super::{Connectivity, Finding, Findings, GroupIx, InterfaceProfile, Outside, TooLarge};
use crate::inventory::{Direction, Role};
use crate::parallel;

/// What a small input may ask for, in pairs of resources that rules tell apart: a few seconds.
const PAIRS: usize = 4_000_000;
/// What an input may ask for beside that, for each of its rules and classes of interfaces.
const PAIRS_EACH: usize = 40;

/// A node of the map.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Node {
    /// A group.
    Group(GroupIx),
    /// A peer that is no group.
    Outside(Outside),
}

/// The ends, client first, and what is said about them, disjoint.
type Arrow = ((Node, Node), Findings);

/// The directed graph of groups and outside peers.
#[derive(Debug)]
pub struct Map {
    /// An edge goes from client to service, one a family and verdict: what at least one resource of
    /// the client group may send to at least one of the service group because rules name the two for
    /// each other. Where a group is attached to nothing, a resource is imagined that has it alone.
    /// Nodes are sorted, and so are the edges of a service.
    pub graph: DiGraph<Node, Finding>,
}

impl Map {
    /// Returns the map of a compiled inventory. Every group is a node, whether connected or not. The
    /// default egress rule is no arrow, because nearly every group has it.
    ///
    /// # Panics
    /// Never: nothing is refused.
    pub fn new(net: &Connectivity) -> Self {
        Self::limited(net, &SharedWork::new(usize::MAX)).expect("the work has no limit")
    }

    /// Returns the map, unless that would take too long.
    ///
    /// # Errors
    /// [`TooLarge`] when there are too many resources that rules tell apart, and too many rules.
    pub fn within_limits(net: &Connectivity) -> Result<Self, TooLarge> {
        Self::limited(net, &SharedWork::new(PAIRS + PAIRS_EACH * size(net)))
    }

    /// Returns its groups. A map may be a part of the whole.
    pub fn groups(&self) -> BTreeSet<GroupIx> {
        let group = |node: &Node| match node {
            Node::Group(ix) => Some(*ix),
            Node::Outside(_) => None,
        };
        self.graph.node_weights().filter_map(group).collect()
    }

    /// Returns what is between each client and service, of all families and verdicts together.
    pub fn between(&self) -> impl Iterator<Item = (&Node, &Node, Findings)> {
        let mut between: BTreeMap<(NodeIndex, NodeIndex), Findings> = BTreeMap::new();
        for edge in self.graph.edge_references() {
            between.entry((edge.source(), edge.target())).or_default().join(edge.weight());
        }
        let named = |((from, to), findings)| (&self.graph[from], &self.graph[to], findings);
        between.into_iter().map(named)
    }

    fn limited(net: &Connectivity, work: &SharedWork) -> Result<Self, TooLarge> {
        let kinds = ClassKinds::new(net);
        let arrows = parallel::map(net.all_groups().collect(), |group| arrows_of(net, &kinds, group, work));
        work.finish()?;
        Ok(Self::assemble(net, arrows.into_iter().flatten().collect()))
    }

    fn assemble(net: &Connectivity, mut arrows: Vec<Arrow>) -> Self {
        arrows.retain(|(_, findings)| !findings.is_empty());
        arrows.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut graph = DiGraph::new();
        let outside = arrows.iter().flat_map(|((client, service), _)| [client.clone(), service.clone()]);
        let mut nodes: Vec<Node> = net.all_groups().map(Node::Group).chain(outside).collect();
        nodes.sort();
        nodes.dedup();
        let positions: BTreeMap<Node, NodeIndex> =
            nodes.into_iter().map(|node| (node.clone(), graph.add_node(node))).collect();
        for ((client, service), findings) in arrows {
            for finding in findings {
                graph.add_edge(positions[&client], positions[&service], finding);
            }
        }
        Self { graph }
    }
}

/// Returns the arrows between a group and outside peers, and those from client groups to it.
fn arrows_of(net: &Connectivity, kinds: &ClassKinds, group: GroupIx, work: &SharedWork) -> Vec<Arrow> {
    let mut outside: BTreeMap<(Node, Node), Findings> = BTreeMap::new();
    for (direction, unable) in [(Direction::Ingress, Role::Client), (Direction::Egress, Role::Service)] {
        let classes = kinds.shapes_of(net, group).into_iter().map(|ix| &net.class(ix).profile);
        for profile in classes.filter(|profile| profile.role != unable) {
            for (peer, findings) in net.group_to_outside(group, profile, direction) {
                let (own, peer) = (Node::Group(group), Node::Outside(peer));
                let ends = if direction == Direction::Ingress { (peer, own) } else { (own, peer) };
                outside.entry(ends).or_default().join_all(&findings);
            }
        }
    }
    let outside = outside.into_iter().map(|(ends, findings)| (ends, findings.disjoint(net)));
    let pairs = net.pairs_of(group).into_iter().map(|pair| {
        let ends = (Node::Group(pair.client), Node::Group(group));
        (ends, kinds.between(net, &pair, work))
    });
    outside.chain(pairs).collect()
}

impl Connectivity {
    /// Returns what the rules of one group say about outside peers, for an interface to which the
    /// group is attached.
    pub(super) fn group_to_outside(
        &self,
        group: GroupIx,
        profile: &InterfaceProfile,
        direction: Direction,
    ) -> Vec<(Outside, Findings)> {
        let alone = InterfaceProfile { groups: vec![group], unresolved: None, ..profile.clone() };
        let unknown = self.unknown_rules(&alone, direction).filter(|_| !self.members(group).is_empty());
        let unknown = unknown.map(|(outside, doubt)| (outside, doubtful(&alone, doubt)));
        let unknown: Vec<(Outside, Findings)> = unknown.collect();
        let found = self.outside_findings(&alone, direction).into_iter().map(|(outside, findings)| {
            let part = self.named_part(group, &outside, &findings);
            (outside, part)
        });
        found.chain(unknown).filter(|(_, findings)| !findings.is_empty()).collect()
    }
}
