//! The answers of `explain` and `explain --via`.

use serde::Serialize;

use super::parts::{
    EvidenceJson, FindingJson, GroupJson, MemberJson, TargetJson, document, findings, group, matching,
    member, targets,
};
use crate::connectivity::{Connectivity, EndpointIx, Member};
use crate::query::{Explanation, Filter, Obstacle, PairAnswer, PathHop, Paths, Unit};
use crate::traffic::{AddressSet, Block, Traffic, TrafficItem};

/// FROM and TO: one object for one target, a list for several.
#[derive(Serialize)]
#[serde(untagged)]
enum SideJson<'n> {
    One(TargetJson<'n>),
    Several(Vec<TargetJson<'n>>),
}

fn side<'n>(net: &'n Connectivity, all: &[crate::query::Target]) -> SideJson<'n> {
    let mut all = targets(net, all);
    if all.len() == 1 { SideJson::One(all.remove(0)) } else { SideJson::Several(all) }
}

/// For how many pairs of different resources the answer holds.
#[derive(Serialize)]
struct QuantityJson {
    pairs: usize,
    allowed: usize,
    partly: usize,
    undecided: usize,
}

/// What the rules say about some resources of FROM and some of TO, or some addresses.
#[derive(Serialize)]
struct PairJson<'n> {
    from: UnitJson<'n>,
    to: UnitJson<'n>,
    pairs: usize,
    answer: &'static str,
    parts: Vec<PartJson<'n>>,
}

#[derive(Serialize)]
struct PartJson<'n> {
    addresses: Option<Vec<String>>,
    answer: &'static str,
    findings: Vec<FindingJson<'n>>,
}

#[derive(Serialize)]
struct UnitJson<'n> {
    resources: Vec<&'n str>,
    addresses: Option<Vec<String>>,
    hypothetical: bool,
}

/// What is missing for all that was asked for to be allowed.
#[derive(Serialize)]
struct MissingJson {
    ingress: Option<Vec<TrafficItem>>,
    egress: Option<Vec<TrafficItem>>,
    apart: Option<&'static str>,
    unable: bool,
}

/// Prints the answer of `explain`.
pub fn explain_json(net: &Connectivity, answer: &Explanation, filter: &Filter) -> String {
    #[derive(Serialize)]
    struct Body<'n> {
        from: SideJson<'n>,
        to: SideJson<'n>,
        asked: Option<Vec<TrafficItem>>,
        answer: &'static str,
        quantity: QuantityJson,
        findings: Vec<FindingJson<'n>>,
        own: Option<Vec<FindingJson<'n>>>,
        through: Vec<GroupJson<'n>>,
        pairs: Vec<PairJson<'n>>,
        ingress: Vec<EvidenceJson<'n>>,
        egress: Vec<EvidenceJson<'n>>,
        missing: MissingJson,
    }
    let missing = answer.missing(net);
    let items = |traffic: &Option<Traffic>| traffic.as_ref().map(Traffic::items);
    let quantity = &answer.quantity;
    let body = Body {
        from: side(net, &answer.from),
        to: side(net, &answer.to),
        asked: items(&answer.asked),
        answer: answer.answer.name(),
        quantity: QuantityJson {
            pairs: quantity.pairs,
            allowed: quantity.allowed,
            partly: quantity.partly,
            undecided: quantity.undecided,
        },
        findings: findings(net, &answer.findings),
        own: answer.own.as_ref().map(|own| findings(net, own)),
        through: answer.through.iter().map(|ix| group(net, *ix)).collect(),
        pairs: answer.pairs.iter().map(|one| pair(net, answer, one)).collect(),
        ingress: matching(net, &answer.ingress),
        egress: matching(net, &answer.egress),
        missing: MissingJson {
            ingress: items(&missing.ingress),
            egress: items(&missing.egress),
            unable: missing.obstacle == Some(Obstacle::Nature),
            apart: missing.obstacle.and_then(|obstacle| match obstacle {
                Obstacle::InactivePeering => Some("inactive-peering"),
                Obstacle::NoPeering => Some("no-peering"),
                Obstacle::Nature => None,
            }),
        },
    };
    document(net, filter, body.findings.len(), body)
}

fn pair<'n>(net: &'n Connectivity, answer: &Explanation, pair: &PairAnswer) -> PairJson<'n> {
    let parts = pair.parts.iter().map(|part| PartJson {
        addresses: part.addresses.as_ref().map(blocks),
        answer: part.answer.name(),
        findings: findings(net, &part.findings),
    });
    PairJson {
        from: unit(net, &answer.from_units[pair.from]),
        to: unit(net, &answer.to_units[pair.to]),
        pairs: pair.pairs,
        answer: pair.answer.name(),
        parts: parts.collect(),
    }
}

fn unit<'n>(net: &'n Connectivity, unit: &Unit) -> UnitJson<'n> {
    let id = |ix: &EndpointIx| net.endpoint(*ix).id.as_str();
    match unit {
        Unit::Resources(unit) => UnitJson {
            resources: unit.members.iter().map(id).collect(),
            addresses: unit.public.map(|address| vec![Block::host(address).to_string()]),
            hypothetical: unit.hypothetical.is_some(),
        },
        Unit::Addresses(addresses) => {
            UnitJson { resources: Vec::new(), addresses: addresses.as_ref().map(blocks), hypothetical: false }
        }
    }
}

fn blocks(addresses: &AddressSet) -> Vec<String> {
    addresses.blocks().iter().map(ToString::to_string).collect()
}

#[derive(Serialize)]
struct HopJson<'n> {
    from: String,
    to: String,
    members: Vec<MemberJson<'n>>,
    findings: Vec<FindingJson<'n>>,
}

/// Prints the answer of `explain --via`.
pub fn paths_json(net: &Connectivity, answer: &Paths, filter: &Filter) -> String {
    #[derive(Serialize)]
    struct Body<'n> {
        from: SideJson<'n>,
        to: SideJson<'n>,
        asked: Option<Vec<TrafficItem>>,
        answer: &'static str,
        paths: Vec<Vec<HopJson<'n>>>,
    }
    let paths: Vec<Vec<HopJson<'_>>> =
        answer.paths.iter().map(|path| path.iter().map(|one| hop(net, answer, one)).collect()).collect();
    let body = Body {
        from: side(net, &answer.from),
        to: side(net, &answer.to),
        asked: answer.asked.as_ref().map(Traffic::items),
        answer: answer.answer.name(),
        paths,
    };
    document(net, filter, body.paths.len(), body)
}

fn hop<'n>(net: &'n Connectivity, answer: &Paths, hop: &PathHop) -> HopJson<'n> {
    let id = |target: &crate::query::Target| match target {
        crate::query::Target::Known(crate::connectivity::Subject::Group(ix)) => net.group(*ix).id.to_string(),
        crate::query::Target::Known(
            crate::connectivity::Subject::Endpoint(ix) | crate::connectivity::Subject::Interface(ix, _),
        )
        | crate::query::Target::Public(ix, ..) => net.endpoint(*ix).id.to_string(),
        crate::query::Target::Outside(peer) => peer.to_string(),
    };
    let ids = |all: &[crate::query::Target]| all.iter().map(id).collect::<Vec<_>>().join(", ");
    let whole = |endpoint: &EndpointIx| Member {
        endpoint: *endpoint,
        traffic: std::sync::Arc::new(hop.findings.traffic(crate::connectivity::Verdict::Allowed)),
    };
    HopJson {
        from: hop.through.map_or_else(|| ids(&answer.from), |ix| net.group(ix).id.to_string()),
        to: hop.to.map_or_else(|| ids(&answer.to), |ix| net.group(ix).id.to_string()),
        members: hop.members.iter().map(|endpoint| member(net, &whole(endpoint))).collect(),
        findings: findings(net, &hop.findings),
    }
}
