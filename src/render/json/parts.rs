//! What several answers share: the document, things, evidence, findings.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::connectivity::{
    Connectivity, Counterpart, EndpointIx, Finding, Findings, GroupIx, Member, Outside, RuleIx, Subject,
};
use crate::inventory::{AccountRegion, GroupId, InterfaceId, Origin, RuleId, SubnetId, Tags, VpcId};
use crate::query::{Filter, Target};
use crate::traffic::{Family, TrafficItem};
use crate::words;

/// The name of the schema; a change that breaks scripts changes the number.
const SCHEMA: &str = "sglens/2";

#[derive(Serialize)]
struct Document<B: Serialize> {
    schema: &'static str,
    #[serde(flatten)]
    body: B,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    filter: Vec<String>,
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

/// Wraps a body as a document and prints it.
pub(super) fn document<B: Serialize>(net: &Connectivity, filter: &Filter, edges: usize, body: B) -> String {
    let tally = &net.inventory().tally;
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
    let warnings = net.inventory().warnings.iter().map(|warning| warning.message.clone()).collect();
    let filter = words::filters(net, filter);
    print(&Document { schema: SCHEMA, body, filter, note: words::DISCLAIMER, warnings, stats })
}

pub(super) fn print(body: &impl Serialize) -> String {
    crate::shown::json(body)
}

/// A group by id and name.
#[derive(Serialize)]
pub(super) struct GroupJson<'n> {
    pub(super) id: &'n str,
    pub(super) name: &'n str,
}

pub(super) fn group(net: &Connectivity, ix: GroupIx) -> GroupJson<'_> {
    let group = net.group(ix);
    GroupJson { id: group.id.as_str(), name: group.name.as_deref().unwrap_or_else(|| group.label()) }
}

/// Where something is defined.
#[derive(Serialize)]
pub(super) struct OriginJson<'n> {
    file: &'n str,
    address: &'n str,
    /// Of a rule in a plan: nothing configures it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unowned: bool,
}

pub(super) fn origins(origins: &[Origin]) -> Vec<OriginJson<'_>> {
    let places = origins.iter();
    places
        .map(|origin| OriginJson {
            file: &origin.source.name,
            address: &origin.address,
            unowned: origin.unowned,
        })
        .collect()
}

pub(super) fn tags(tags: &Tags) -> BTreeMap<&str, &str> {
    tags.iter().map(|(key, value)| (&**key, &**value)).collect()
}

/// A resource: anything that has groups attached.
#[derive(Serialize)]
pub(super) struct ResourceJson<'n> {
    id: &'n str,
    label: &'n str,
    kind: &'n str,
    account: Option<&'n str>,
    region: Option<&'n str>,
    tags: BTreeMap<&'n str, &'n str>,
    addresses: Vec<String>,
    public_addresses: Vec<String>,
    groups: Vec<GroupJson<'n>>,
    interfaces: Vec<InterfaceJson<'n>>,
    origins: Vec<OriginJson<'n>>,
}

/// Rules apply to each interface by itself.
#[derive(Serialize)]
struct InterfaceJson<'n> {
    id: Option<&'n str>,
    vpc: Option<VpcJson<'n>>,
    subnets: Vec<&'n str>,
    addresses: Vec<String>,
    groups: Vec<&'n str>,
    unknown_groups: Vec<&'n str>,
}

/// A VPC by id and name.
#[derive(Serialize)]
pub(super) struct VpcJson<'n> {
    id: &'n str,
    name: Option<&'n str>,
}

pub(super) fn vpc<'n>(net: &'n Connectivity, id: &'n VpcId) -> VpcJson<'n> {
    let name = net.inventory().network.vpcs.get(id).and_then(|vpc| vpc.name.as_deref());
    VpcJson { id: id.as_str(), name }
}

pub(super) fn resource(net: &Connectivity, ix: EndpointIx) -> ResourceJson<'_> {
    let endpoint = net.endpoint(ix);
    let place = endpoint.account_region.as_ref();
    ResourceJson {
        id: endpoint.id.as_str(),
        label: endpoint.label(),
        kind: &endpoint.kind,
        account: place.and_then(AccountRegion::account),
        region: place.and_then(AccountRegion::region),
        tags: tags(&endpoint.tags),
        addresses: words::addresses(endpoint),
        public_addresses: endpoint
            .interfaces
            .iter()
            .flat_map(|interface| interface.public.iter().map(ToString::to_string))
            .collect(),
        groups: endpoint
            .groups()
            .into_iter()
            .filter_map(|id| Some(group(net, net.find_group(id)?)))
            .collect(),
        interfaces: endpoint
            .interfaces
            .iter()
            .map(|interface| InterfaceJson {
                id: interface.id.as_ref().map(InterfaceId::as_str),
                vpc: interface.vpc.as_ref().map(|id| vpc(net, id)),
                subnets: interface.subnets.iter().map(SubnetId::as_str).collect(),
                addresses: interface.addresses.iter().map(words::address).collect(),
                groups: interface.groups.iter().map(GroupId::as_str).collect(),
                unknown_groups: interface.unresolved.iter().map(AsRef::as_ref).collect(),
            })
            .collect(),
        origins: origins(&endpoint.origins),
    }
}

/// A resource at the other end of a connection, with the traffic that is between the two.
#[derive(Serialize)]
pub(super) struct MemberJson<'n> {
    id: &'n str,
    label: &'n str,
    kind: &'n str,
    addresses: Vec<String>,
    traffic: Vec<TrafficItem>,
}

pub(super) fn member<'n>(net: &'n Connectivity, member: &Member) -> MemberJson<'n> {
    let endpoint = net.endpoint(member.endpoint);
    MemberJson {
        id: endpoint.id.as_str(),
        label: endpoint.label(),
        kind: &endpoint.kind,
        addresses: words::addresses(endpoint),
        traffic: member.traffic.items(),
    }
}

/// A peer outside the known groups.
#[derive(Serialize)]
pub(super) struct OutsideJson {
    pub(super) kind: &'static str,
    pub(super) label: String,
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

/// A rule at one place where it stands.
#[derive(Serialize)]
pub(super) struct EvidenceJson<'n> {
    direction: &'static str,
    rule: Option<&'n str>,
    group_id: &'n str,
    group_name: &'n str,
    peer: String,
    traffic: Vec<TrafficItem>,
    default: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    matches: Option<bool>,
    description: Option<&'n str>,
    file: &'n str,
    address: &'n str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unowned: bool,
}

/// Returns one entry for each origin of each rule.
pub(super) fn evidence(net: &Connectivity, rules: impl IntoIterator<Item = RuleIx>) -> Vec<EvidenceJson<'_>> {
    evidence_of(net, rules.into_iter().map(|ix| (ix, None)))
}

/// Returns the same, each with whether the rule matches the other side.
pub(super) fn matching<'n>(net: &'n Connectivity, rules: &[(RuleIx, bool)]) -> Vec<EvidenceJson<'n>> {
    evidence_of(net, rules.iter().map(|(ix, matches)| (*ix, Some(*matches))))
}

fn evidence_of(
    net: &Connectivity,
    rules: impl Iterator<Item = (RuleIx, Option<bool>)>,
) -> Vec<EvidenceJson<'_>> {
    let mut list = Vec::new();
    for (ix, matches) in rules {
        let rule = net.rule(ix);
        let group = net.group(net.rule_row(ix).group);
        for origin in &rule.origins {
            list.push(EvidenceJson {
                direction: rule.direction.name(),
                rule: origin.rule.as_ref().map(RuleId::as_str),
                group_id: group.id.as_str(),
                group_name: group.label(),
                peer: words::peer(net, rule),
                traffic: rule.traffic.items(),
                default: rule.is_default_egress(),
                matches,
                description: origin.description.as_deref(),
                file: &origin.source.name,
                address: &origin.address,
                unowned: origin.unowned,
            });
        }
    }
    list
}

/// Some traffic of one family with one verdict.
#[derive(Serialize)]
pub(super) struct FindingJson<'n> {
    family: &'static str,
    traffic: Vec<TrafficItem>,
    summary: String,
    verdict: &'static str,
    reasons: Vec<String>,
    evidence: Vec<EvidenceJson<'n>>,
}

pub(super) fn family(family: Family) -> &'static str {
    match family {
        Family::V4 => "ipv4",
        Family::V6 => "ipv6",
    }
}

pub(super) fn finding<'n>(net: &'n Connectivity, finding: &Finding) -> FindingJson<'n> {
    FindingJson {
        family: family(finding.family),
        traffic: finding.traffic.items(),
        summary: finding.traffic.to_string(),
        verdict: words::verdict_id(finding.verdict),
        reasons: words::doubts(net, finding),
        evidence: evidence(net, finding.rules()),
    }
}

pub(super) fn findings<'n>(net: &'n Connectivity, all: &Findings) -> Vec<FindingJson<'n>> {
    all.iter().map(|one| finding(net, one)).collect()
}

/// What was asked about.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum TargetJson<'n> {
    Endpoint(Box<ResourceJson<'n>>),
    Interface { interface: Option<&'n str>, addresses: Vec<String>, resource: Box<ResourceJson<'n>> },
    Public { address: String, resource: Box<ResourceJson<'n>> },
    Group(GroupJson<'n>),
    Outside(OutsideJson),
}

pub(super) fn target<'n>(net: &'n Connectivity, target: &Target) -> TargetJson<'n> {
    match target {
        Target::Known(Subject::Endpoint(ix)) => TargetJson::Endpoint(Box::new(resource(net, *ix))),
        Target::Known(Subject::Interface(ix, position)) => {
            let interface = &net.endpoint(*ix).interfaces[*position as usize];
            TargetJson::Interface {
                interface: interface.id.as_ref().map(InterfaceId::as_str),
                addresses: interface.addresses.iter().map(words::address).collect(),
                resource: Box::new(resource(net, *ix)),
            }
        }
        Target::Known(Subject::Group(ix)) => TargetJson::Group(group(net, *ix)),
        Target::Public(ix, _, address) => {
            TargetJson::Public { address: address.to_string(), resource: Box::new(resource(net, *ix)) }
        }
        Target::Outside(peer) => TargetJson::Outside(outside(peer)),
    }
}

pub(super) fn targets<'n>(net: &'n Connectivity, all: &[Target]) -> Vec<TargetJson<'n>> {
    all.iter().map(|one| target(net, one)).collect()
}

/// Returns what a script finds the other end by: the group's id, or the peer as it is written.
pub(super) fn counterpart_id(net: &Connectivity, counterpart: &Counterpart) -> String {
    match counterpart {
        Counterpart::Group(ix) => net.group(*ix).id.to_string(),
        Counterpart::UnknownGroup(ix) => format!("unknown: {}", net.unknown(*ix)),
        Counterpart::Unfiltered => "unfiltered".into(),
        Counterpart::Anyone => "any".into(),
        Counterpart::Within(peer) | Counterpart::Outside(peer) => peer.to_string(),
    }
}
