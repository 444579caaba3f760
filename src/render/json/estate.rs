//! The relation, once: every connection between sets of resources that no rule tells apart, and with
//! outside peers, with everything that the input tells about both ends.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::parts::{
    GroupJson, OriginJson, OutsideJson, ResourceJson, VpcJson, document, family, group, origins, outside,
    resource, tags, vpc,
};
use crate::connectivity::{ClassIx, Connectivity, Finding, Findings, GroupIx, Outside, ResourceSet, RuleIx};
use crate::inventory::{Direction, Peer, RuleId};
use crate::traffic::TrafficItem;
use crate::words;

#[derive(Serialize)]
struct Body<'n> {
    level: &'static str,
    vpcs: Vec<VpcFacts<'n>>,
    subnets: Vec<SubnetFacts<'n>>,
    prefix_lists: Vec<PrefixListFacts<'n>>,
    groups: Vec<GroupFacts<'n>>,
    rules: Vec<RuleFacts<'n>>,
    nodes: Vec<NodeJson<'n>>,
    edges: Vec<EdgeJson>,
}

#[derive(Serialize)]
struct VpcFacts<'n> {
    #[serde(flatten)]
    vpc: VpcJson<'n>,
    blocks: Vec<String>,
}

#[derive(Serialize)]
struct SubnetFacts<'n> {
    id: &'n str,
    name: Option<&'n str>,
    vpc: Option<VpcJson<'n>>,
    blocks: Vec<String>,
}

#[derive(Serialize)]
struct PrefixListFacts<'n> {
    id: &'n str,
    name: Option<&'n str>,
    entries: Option<Vec<String>>,
}

#[derive(Serialize)]
struct GroupFacts<'n> {
    #[serde(flatten)]
    group: GroupJson<'n>,
    label: &'n str,
    description: Option<&'n str>,
    vpc: Option<VpcJson<'n>>,
    account: Option<&'n str>,
    region: Option<&'n str>,
    tags: BTreeMap<&'n str, &'n str>,
    defined: bool,
    ingress_known: bool,
    egress_known: bool,
    origins: Vec<OriginJson<'n>>,
}

#[derive(Serialize)]
struct RuleFacts<'n> {
    /// What connections name it by, in this document.
    index: usize,
    ids: Vec<&'n str>,
    direction: &'static str,
    group: &'n str,
    peer: PeerJson,
    traffic: Vec<TrafficItem>,
    summary: String,
    default: bool,
    doubt: Option<&'n str>,
    descriptions: Vec<&'n str>,
    origins: Vec<OriginJson<'n>>,
}

#[derive(Serialize)]
struct PeerJson {
    kind: &'static str,
    label: String,
}

/// A set of resources that no rule tells apart, or an outside peer.
#[derive(Serialize)]
struct NodeJson<'n> {
    id: String,
    kind: &'static str,
    label: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<&'n str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vpcs: Vec<&'n str>,
    members: Vec<ResourceJson<'n>>,
}

#[derive(Serialize)]
struct EdgeJson {
    from: String,
    to: String,
    family: &'static str,
    verdict: &'static str,
    traffic: Vec<TrafficItem>,
    summary: String,
    reasons: Vec<String>,
    /// Indexes into `rules`.
    rules: Vec<usize>,
}

/// Prints the complete relation, the answer of `graph --level endpoint`; with how many edges it has.
pub fn estate_json(net: &Connectivity) -> (String, usize) {
    let inventory = net.inventory();
    let sets = net.resource_sets(&|_| true);
    let network = &inventory.network;
    let strings = |blocks: &mut dyn Iterator<Item = String>| blocks.collect::<Vec<_>>();
    let (edges, peers) = edges(net, &sets);
    let nodes = sets.iter().map(|set| set_node(net, set)).chain(peers.iter().map(outside_node));
    let body = Body {
        level: "endpoint",
        vpcs: network
            .vpcs
            .iter()
            .map(|(id, facts)| VpcFacts {
                vpc: vpc(net, id),
                blocks: strings(&mut facts.blocks.iter().map(ToString::to_string)),
            })
            .collect(),
        subnets: network
            .subnets
            .iter()
            .map(|(id, facts)| SubnetFacts {
                id: id.as_str(),
                name: facts.name.as_deref(),
                vpc: facts.vpc.as_ref().map(|id| vpc(net, id)),
                blocks: strings(&mut facts.blocks.iter().map(ToString::to_string)),
            })
            .collect(),
        prefix_lists: network
            .prefix_lists
            .iter()
            .map(|(id, facts)| PrefixListFacts {
                id: id.as_str(),
                name: facts.name.as_deref(),
                entries: facts
                    .entries
                    .as_ref()
                    .map(|list| strings(&mut list.iter().map(ToString::to_string))),
            })
            .collect(),
        groups: net.all_groups().map(|ix| group_facts(net, ix)).collect(),
        rules: net.all_rules().map(|ix| rule_facts(net, ix)).collect(),
        nodes: nodes.collect(),
        edges,
    };
    let count = body.edges.len();
    (document(net, count, body), count)
}

fn group_facts(net: &Connectivity, ix: GroupIx) -> GroupFacts<'_> {
    let facts = net.group(ix);
    GroupFacts {
        group: group(net, ix),
        label: facts.label(),
        description: facts.description.as_deref(),
        vpc: facts.vpc.as_ref().map(|id| vpc(net, id)),
        account: facts.account.as_deref(),
        region: facts.region.as_deref(),
        tags: tags(&facts.tags),
        defined: facts.is_defined(),
        ingress_known: facts.ingress_known,
        egress_known: facts.egress_known,
        origins: origins(&facts.origins),
    }
}

fn rule_facts(net: &Connectivity, ix: RuleIx) -> RuleFacts<'_> {
    let rule = net.rule(ix);
    let peer = match &rule.peer {
        Peer::Group(id) => PeerJson { kind: "group", label: id.to_string() },
        other => {
            let OutsideJson { kind, label } = outside(&Outside::of(other).expect("no group"));
            PeerJson { kind, label: if let Peer::Block(block) = other { block.to_string() } else { label } }
        }
    };
    RuleFacts {
        index: ix.get(),
        ids: rule.origins.iter().filter_map(|origin| origin.rule.as_ref().map(RuleId::as_str)).collect(),
        direction: rule.direction.name(),
        group: net.group(net.rule_row(ix).group).id.as_str(),
        peer,
        traffic: rule.traffic.items(),
        summary: rule.traffic.to_string(),
        default: rule.is_default_egress(),
        doubt: rule.doubt.as_deref(),
        descriptions: rule.origins.iter().filter_map(|origin| origin.description.as_deref()).collect(),
        origins: origins(&rule.origins),
    }
}

fn set_node<'n>(net: &'n Connectivity, set: &ResourceSet) -> NodeJson<'n> {
    let profiles = || set.classes.iter().map(|class| &net.class(*class).profile);
    let mut groups: Vec<&str> =
        profiles().flat_map(|profile| &profile.groups).map(|ix| net.group(*ix).id.as_str()).collect();
    let mut vpcs: Vec<&str> =
        profiles().filter_map(|profile| profile.vpc).map(|ix| net.vpc(ix).as_str()).collect();
    for list in [&mut groups, &mut vpcs] {
        list.sort_unstable();
        list.dedup();
    }
    NodeJson {
        id: set_id(net, set),
        kind: "resources",
        label: net.endpoint(set.members[0]).label().to_owned(),
        groups,
        vpcs,
        members: set.members.iter().map(|ix| resource(net, *ix)).collect(),
    }
}

/// Returns what edges name a set by: the id of its first resource.
fn set_id(net: &Connectivity, set: &ResourceSet) -> String {
    net.endpoint(set.members[0]).id.to_string()
}

fn outside_node<'n>(peer: &Outside) -> NodeJson<'n> {
    let OutsideJson { kind, label } = outside(peer);
    NodeJson { id: peer.to_string(), kind, label, groups: Vec::new(), vpcs: Vec::new(), members: Vec::new() }
}

/// Returns every connection between two sets, and between a set and an outside peer, and these peers.
fn edges(net: &Connectivity, sets: &[ResourceSet]) -> (Vec<EdgeJson>, BTreeSet<Outside>) {
    let mut sets_of: HashMap<ClassIx, Vec<usize>> = HashMap::new();
    for (position, set) in sets.iter().enumerate() {
        set.classes.iter().for_each(|class| sets_of.entry(*class).or_default().push(position));
    }
    let mut all = Vec::new();
    let mut peers = BTreeSet::new();
    for (from, set) in sets.iter().enumerate() {
        let own = set_id(net, set);
        let mut found: BTreeMap<usize, Findings> = BTreeMap::new();
        for class in &set.classes {
            for row in net.row(*class, Direction::Egress) {
                for to in sets_of.get(&row.class).into_iter().flatten() {
                    // A resource is no counterpart of itself.
                    if *to != from || set.are_several(net) {
                        found.entry(*to).or_default().join_all(&row.findings);
                    }
                }
            }
        }
        for (to, findings) in found {
            all.extend(told(net, &own, &set_id(net, &sets[to]), findings));
        }
        for direction in [Direction::Egress, Direction::Ingress] {
            let mut outs: BTreeMap<Outside, Findings> = BTreeMap::new();
            for class in &set.classes {
                for (peer, findings) in net.outside_row(*class, direction) {
                    outs.entry(peer).or_default().join_all(&findings);
                }
            }
            for (peer, findings) in outs {
                let id = peer.to_string();
                let (from, to) = if direction == Direction::Egress { (&own, &id) } else { (&id, &own) };
                all.extend(told(net, from, to, findings));
                peers.insert(peer);
            }
        }
    }
    (all, peers)
}

fn told(net: &Connectivity, from: &str, to: &str, findings: Findings) -> Vec<EdgeJson> {
    let findings = findings.disjoint(net);
    let edge = |finding: &Finding| EdgeJson {
        from: from.to_owned(),
        to: to.to_owned(),
        family: family(finding.family),
        verdict: words::verdict_id(finding.verdict),
        traffic: finding.traffic.items(),
        summary: finding.traffic.to_string(),
        reasons: words::doubts(net, finding),
        rules: finding.rules().map(RuleIx::get).collect(),
    };
    findings.iter().map(edge).collect()
}
