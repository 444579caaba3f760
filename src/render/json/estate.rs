//! The relation, once: every connection between sets of resources that no rule tells apart, and with
//! outside peers, with everything that the input tells about both ends.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::parts::{
    GroupJson, OriginJson, OutsideJson, ResourceJson, VpcJson, document, family, group, origins, outside,
    resource, tags, vpc,
};
use crate::connectivity::{Connectivity, Finding, GroupIx, MapEnd, Outside, ResourceSet, RuleIx, TooLarge};
use crate::inventory::{Peer, RuleId};
use crate::query::{Filter, Relation};
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
    edges: Edges<'n>,
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
struct EdgeJson<'a> {
    from: Cow<'a, str>,
    to: Cow<'a, str>,
    family: &'static str,
    verdict: &'static str,
    traffic: Vec<TrafficItem>,
    summary: String,
    reasons: Vec<String>,
    /// Indexes into `rules`.
    rules: Vec<usize>,
}

/// Prints the complete relation, the answer of `graph --level endpoint`; with how many edges it has.
///
/// # Errors
/// [`TooLarge`] when there are too many connections.
pub fn estate_json(net: &Connectivity, filter: &Filter) -> Result<(String, usize), TooLarge> {
    let inventory = net.inventory();
    let network = &inventory.network;
    let strings = |blocks: &mut dyn Iterator<Item = String>| blocks.collect::<Vec<_>>();
    let relation = filter.relation(net, Relation::new(net)?);
    let count = relation.arrows.iter().map(|arrow| arrow.findings.iter().count()).sum();
    let sets = relation.sets.iter().filter(|set| !set.members.is_empty()).map(|set| set_node(net, set));
    let nodes = sets.chain(relation.peers.iter().map(outside_node)).collect();
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
        nodes,
        edges: Edges { net, relation },
    };
    Ok((document(net, filter, count, body), count))
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
    set.members.first().map(|ix| net.endpoint(*ix).id.to_string()).unwrap_or_default()
}

fn outside_node<'n>(peer: &Outside) -> NodeJson<'n> {
    let OutsideJson { kind, label } = outside(peer);
    NodeJson { id: peer.to_string(), kind, label, groups: Vec::new(), vpcs: Vec::new(), members: Vec::new() }
}

/// The arrows, each made JSON when it is printed: all of them at once are many times as large.
struct Edges<'n> {
    net: &'n Connectivity,
    relation: Relation,
}

impl Serialize for Edges<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Many arrows begin at one set: its name is made once.
        let ids: Vec<String> = self.relation.sets.iter().map(|set| set_id(self.net, set)).collect();
        let end = |end: &MapEnd| match end {
            MapEnd::Resources(set) => Cow::Borrowed(ids[*set].as_str()),
            MapEnd::Outside(outside) => Cow::Owned(outside.to_string()),
        };
        let edges = self.relation.arrows.iter().flat_map(|arrow| {
            let (from, to) = (end(&arrow.from), end(&arrow.to));
            let findings = arrow.findings.iter();
            findings.map(move |finding| edge(self.net, (from.clone(), to.clone()), finding))
        });
        serializer.collect_seq(edges)
    }
}

fn edge<'a>(net: &Connectivity, (from, to): (Cow<'a, str>, Cow<'a, str>), finding: &Finding) -> EdgeJson<'a> {
    EdgeJson {
        from,
        to,
        family: family(finding.family),
        verdict: words::verdict_id(finding.verdict),
        traffic: finding.traffic.items(),
        summary: finding.traffic.to_string(),
        reasons: words::doubts(net, finding),
        rules: finding.rules().map(RuleIx::get).collect(),
    }
}
