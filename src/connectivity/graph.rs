//! The map: groups and outside peers, with an arrow from each client to each service.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use petgraph::graph::{DiGraph, NodeIndex};

use super::{
    ClassIx, Connectivity, EndpointIx, Finding, GroupIx, Outside, PeerIx, RuleIx, Standing, Verdict,
};
use crate::inventory::{Direction, Role};
use crate::traffic::Traffic;

/// A node of the map.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Node {
    /// A group.
    Group(GroupIx),
    /// A peer that is no group.
    Outside(Outside),
}

/// An arrow of the map, client to service: what at least one carrier of the client group may send
/// to at least one carrier of the service group because the service names the client. Where nobody
/// carries a group, a machine is imagined that carries it alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Connection {
    /// Verdict, traffic and rules. There may be several arrows between two nodes, one a verdict.
    pub finding: Finding,
}

/// The directed graph of groups and outside peers.
#[derive(Debug)]
pub struct Map {
    /// petgraph's graph. Nodes are sorted, and so are the edges of a service.
    pub graph: DiGraph<Node, Connection>,
}

impl Map {
    /// Draws the map of a compiled inventory. Every group is a node, whether connected or not.
    pub fn new(index: &Connectivity<'_>) -> Self {
        let mut arrows: BTreeMap<(Node, Node, Verdict), Finding> = BTreeMap::new();
        let mut add = |client: Node, service: Node, finding: Finding| {
            let slot = arrows.entry((client, service, finding.verdict));
            slot.and_modify(|known| known.absorb(&finding)).or_insert(finding);
        };
        let profiles = Profiles::new(index);
        for service in index.all_groups() {
            for &ix in index.rules_of(service, Direction::Ingress) {
                for (outside, finding) in profiles.outside(index, service, ix) {
                    add(Node::Outside(outside), Node::Group(service), finding);
                }
            }
            for pair in pairs_of(index, service) {
                for finding in profiles.between(index, &pair) {
                    add(Node::Group(pair.client), Node::Group(service), finding);
                }
            }
        }
        for client in index.all_groups() {
            for &ix in index.rules_of(client, Direction::Egress) {
                if !index.rule(ix).rule.is_default_egress() {
                    for (outside, finding) in profiles.outside(index, client, ix) {
                        add(Node::Group(client), Node::Outside(outside), finding);
                    }
                }
            }
        }
        Self::assemble(index, arrows)
    }

    fn assemble(index: &Connectivity<'_>, arrows: BTreeMap<(Node, Node, Verdict), Finding>) -> Self {
        let mut graph = DiGraph::new();
        let mut positions: BTreeMap<Node, NodeIndex> = BTreeMap::new();
        let outside = arrows.keys().flat_map(|(client, service, _)| [client, service]);
        let mut nodes: Vec<Node> = index.all_groups().map(Node::Group).chain(outside.cloned()).collect();
        nodes.sort();
        nodes.dedup();
        for node in nodes {
            positions.insert(node.clone(), graph.add_node(node));
        }
        for (client, service, finding) in disjoint(arrows) {
            graph.add_edge(positions[&client], positions[&service], Connection { finding });
        }
        Self { graph }
    }
}

/// Two groups that rules bring together, and the ingress rules that are asked about them.
pub(super) struct Pair {
    pub(super) client: GroupIx,
    pub(super) service: GroupIx,
    /// Rules of the service that name the client; all of them when none does.
    rules: Vec<RuleIx>,
    /// Whether a rule of the service names the client.
    is_named: bool,
}

impl Pair {
    /// Whether a verdict on the pair is about the pair: that a client which only its own egress
    /// rules bring here is let in by another of the service's rules is told elsewhere.
    fn is_about(&self, verdict: Verdict) -> bool {
        self.is_named || verdict != Verdict::BlockedByEgress
    }

    /// Judges a carrier of the client group against one of the service group, by the rules of the pair.
    pub(super) fn judge(&self, index: &Connectivity<'_>, one: &Standing, other: &Standing) -> Vec<Finding> {
        let about = |peer, owner| (peer, owner) == (self.service, self.client);
        let mut findings = index.judge_answers(one, other, &self.rules, about);
        findings.retain(|finding| self.is_about(finding.verdict));
        findings
    }
}

/// The clients that rules of a service group name, or that name it in their egress rules. The latter
/// are answered by rules that name the client, or by none, or by blocks: then all rules are asked.
pub(super) fn pairs_of(index: &Connectivity<'_>, service: GroupIx) -> Vec<Pair> {
    let mut by_client: BTreeMap<GroupIx, Vec<RuleIx>> = BTreeMap::new();
    for &ix in index.rules_of(service, Direction::Ingress) {
        if let PeerIx::Group(client) = index.rule(ix).peer {
            by_client.entry(client).or_default().push(ix);
        }
    }
    let naming = index.egress_naming[service.get()].iter().map(|ix| index.rule(*ix).owner);
    let naming: BTreeSet<GroupIx> = naming.filter(|client| !by_client.contains_key(client)).collect();
    let all = index.rules_of(service, Direction::Ingress);
    let named = by_client.into_iter().map(|(client, rules)| Pair { client, service, rules, is_named: true });
    let others =
        naming.into_iter().map(|client| Pair { client, service, rules: all.to_vec(), is_named: false });
    named.chain(others).collect()
}

/// Findings by client and service, in that order, each without what a better verdict has: what one
/// rule allows is not undecided or blocked because another rule is.
pub(super) fn disjoint<K: Clone + Ord>(found: BTreeMap<(K, K, Verdict), Finding>) -> Vec<(K, K, Finding)> {
    let mut all: Vec<(K, K, Finding)> = Vec::with_capacity(found.len());
    let mut taken = Traffic::none();
    let mut last: Option<(K, K)> = None;
    for ((client, service, _), mut finding) in found {
        let pair = Some((client, service));
        if last != pair {
            taken = Traffic::none();
            last = pair;
        }
        finding.traffic = finding.traffic.difference(&taken);
        if let (Some((client, service)), false) = (last.clone(), finding.traffic.is_empty()) {
            taken = taken.union(&finding.traffic);
            all.push((client, service, finding));
        }
    }
    all
}

/// Classes that behave alike at one end of an arrow, so that each pair of kinds is judged once.
struct Profiles {
    /// For each class: what decides about it as a client that a rule names by group.
    outward: Vec<u32>,
    /// For each class: whether its egress rules look at nothing but the family.
    is_open: Vec<bool>,
    /// For each class: what an open client can tell of it as a service.
    shape: Vec<u32>,
    /// For each class: what any egress rule can tell of it as a service.
    told: Vec<u32>,
}

impl Profiles {
    fn new(index: &Connectivity<'_>) -> Self {
        let mut shapes = HashMap::new();
        let mut outwards = HashMap::new();
        let mut terms = HashMap::new();
        let mut tellings = HashMap::new();
        let mut profiles =
            Self { outward: Vec::new(), is_open: Vec::new(), shape: Vec::new(), told: Vec::new() };
        for ix in index.all_classes() {
            let standing = &index.class(ix).standing;
            let next = shapes.len() as u32;
            let shape = *shapes.entry(standing.shape()).or_insert(next);
            let rules = || standing.groups.iter().flat_map(|group| index.rules_of(*group, Direction::Egress));
            let mut egress: Vec<u32> = rules()
                .map(|ix| {
                    let rule = index.rule(*ix).rule;
                    let next = terms.len() as u32;
                    *terms.entry((&rule.peer, &rule.traffic, &rule.doubt)).or_insert(next)
                })
                .collect();
            egress.sort_unstable();
            egress.dedup();
            let unsure: Vec<GroupIx> =
                standing.groups.iter().copied().filter(|group| !index.group(*group).egress_known).collect();
            let next = outwards.len() as u32;
            profiles
                .outward
                .push(*outwards.entry((shape, egress, unsure, standing.unresolved)).or_insert(next));
            profiles.is_open.push(index.is_open(standing));
            profiles.shape.push(shape);
            let named: Vec<GroupIx> = standing
                .groups
                .iter()
                .copied()
                .filter(|group| !index.egress_naming[group.get()].is_empty())
                .collect();
            let next = tellings.len() as u32;
            let telling = (shape, &standing.v4, &standing.v6, named, standing.unresolved);
            profiles.told.push(*tellings.entry(telling).or_insert(next));
        }
        profiles
    }

    /// What a rule with an outside peer says for the carriers of its group.
    fn outside(&self, index: &Connectivity<'_>, group: GroupIx, ix: RuleIx) -> Vec<(Outside, Finding)> {
        let carriers = index.carriers(group);
        let unable =
            if index.rule(ix).rule.direction == Direction::Ingress { Role::Client } else { Role::Service };
        let mut found: BTreeMap<(Outside, Verdict), Finding> = BTreeMap::new();
        let classes = kinds(index, carriers, |ix| self.shape[ix.get()]);
        let known = classes.into_iter().map(|class| &index.class(class).standing);
        for standing in known.chain(index.imagined(group)) {
            if standing.role != unable
                && let Some((outside, finding)) = index.outside_finding(ix, standing)
            {
                found
                    .entry((outside, finding.verdict))
                    .and_modify(|known| known.absorb(&finding))
                    .or_insert(finding);
            }
        }
        found.into_iter().map(|((outside, _), finding)| (outside, finding)).collect()
    }

    /// Judges all carriers of one group against all carriers of another.
    fn between(&self, index: &Connectivity<'_>, pair: &Pair) -> Vec<Finding> {
        let (client, service, rules) = (pair.client, pair.service, &pair.rules);
        let mut found: BTreeMap<Verdict, Finding> = BTreeMap::new();
        let mut judge = |one: &Standing, other: &Standing| {
            for finding in pair.judge(index, one, other) {
                let slot = found.entry(finding.verdict);
                slot.and_modify(|known| known.absorb(&finding)).or_insert(finding);
            }
        };
        // Clients of one kind are told apart by blocks, and by other groups that may answer an
        // egress rule.
        let is_named_alone = rules.iter().all(|ix| matches!(index.rule(*ix).peer, PeerIx::Group(_)))
            && !index.egress_naming[service.get()].iter().any(|ix| index.rule(*ix).owner == client);
        let clients = index.carriers(client);
        let services = index.carriers(service);
        // One class of each kind stands for its kind; two where the first may be the same machine.
        let client_kinds =
            kinds(index, clients, |ix| if is_named_alone { self.outward[ix.get()] } else { ix.0 });
        let (one_more, other_more) = (index.imagined(client), index.imagined(service));
        if let Some(one) = one_more {
            for ix in services {
                judge(one, &index.class(*ix).standing);
            }
        }
        if let Some(other) = other_more {
            for ix in &client_kinds {
                judge(&index.class(*ix).standing, other);
            }
        }
        if let (Some(one), Some(other)) = (one_more, other_more) {
            judge(one, other);
        }
        for one in client_kinds {
            let other_kinds = kinds(index, services, |ix| {
                if self.is_open[one.get()] { self.shape[ix.get()] } else { self.told[ix.get()] }
            });
            for other in other_kinds {
                if index.are_distinct(one, other) {
                    judge(&index.class(one).standing, &index.class(other).standing);
                }
            }
        }
        settle(found)
    }
}

/// What one carrier may do is allowed; only the rest is undecided or blocked.
fn settle(mut found: BTreeMap<Verdict, Finding>) -> Vec<Finding> {
    let mut settled: Vec<Finding> = Vec::new();
    for verdict in [Verdict::Allowed, Verdict::Undecided, Verdict::BlockedByEgress, Verdict::NoIngress] {
        if let Some(mut finding) = found.remove(&verdict) {
            for better in &settled {
                finding.traffic = finding.traffic.difference(&better.traffic);
            }
            if !finding.traffic.is_empty() {
                settled.push(finding);
            }
        }
    }
    settled
}

/// One class of each kind, or several until two machines are among them: a machine is no
/// counterpart of itself.
fn kinds(index: &Connectivity<'_>, classes: &[ClassIx], kind: impl Fn(ClassIx) -> u32) -> Vec<ClassIx> {
    let mut seen: HashMap<u32, (EndpointIx, bool)> = HashMap::new();
    let needed = |ix: &ClassIx| {
        let members = &index.class(*ix).members;
        let several = |first: EndpointIx| members.iter().any(|member| *member != first);
        match seen.get_mut(&kind(*ix)) {
            Some((_, enough)) if *enough => false,
            Some((first, enough)) => {
                *enough = several(*first);
                true
            }
            None => {
                seen.insert(kind(*ix), (members[0], several(members[0])));
                true
            }
        }
    };
    classes.iter().copied().filter(needed).collect()
}

impl Connectivity<'_> {
    /// Tells whether two classes hold two different machines, or one that stands for many.
    fn are_distinct(&self, one: ClassIx, other: ClassIx) -> bool {
        let (one, other) = (self.class(one), self.class(other));
        one.standing.many || one.members.iter().chain(&other.members).any(|member| *member != one.members[0])
    }
}
