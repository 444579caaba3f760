//! The answer of `focus`.

use serde::Serialize;

use super::parts::{
    FindingJson, GroupJson, MemberJson, OutsideJson, TargetJson, counterpart_id, document, finding, group,
    member, outside, target, targets,
};
use crate::connectivity::{Connectivity, Counterpart, Link};
use crate::inventory::Direction;
use crate::query::{Filter, Focus, Hop};
use crate::words;

#[derive(Serialize)]
struct Connection<'n> {
    direction: &'static str,
    depth: usize,
    through: Option<String>,
    /// `group`, `unknown-group`, `any`, `within` or `outside`.
    counterpart: &'static str,
    group: Option<GroupJson<'n>>,
    outside: Option<OutsideJson>,
    only: Option<Vec<String>>,
    members: Vec<MemberJson<'n>>,
    #[serde(flatten)]
    finding: FindingJson<'n>,
}

#[derive(Serialize)]
struct Body<'n> {
    focus: TargetJson<'n>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    more: Vec<TargetJson<'n>>,
    connections: Vec<Connection<'n>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stopped: Vec<StoppedJson>,
}

/// From this step on nothing is said, because it would be too much.
#[derive(Serialize)]
struct StoppedJson {
    direction: &'static str,
    depth: usize,
    reason: String,
}

fn way(direction: Direction) -> &'static str {
    if direction == Direction::Egress { "out" } else { "in" }
}

/// Prints the answer of `focus`: one connection for each counterpart, family and verdict, with the
/// resources behind it.
pub fn focus_json(net: &Connectivity, focus: &Focus, filter: &Filter) -> String {
    let connections: Vec<Connection<'_>> = focus
        .hops
        .iter()
        .flat_map(|hop| hop.links.iter().map(move |link| connection(net, hop, link)))
        .collect();
    let (first, more) = focus.targets.split_first().expect("a question is about something");
    let stopped = focus.stopped.iter().map(|stopped| StoppedJson {
        direction: way(stopped.direction),
        depth: stopped.depth,
        reason: words::stopped(stopped),
    });
    let stopped = stopped.collect();
    let body = Body { focus: target(net, first), more: targets(net, more), connections, stopped };
    document(net, filter, body.connections.len(), body)
}

fn connection<'n>(net: &'n Connectivity, hop: &Hop, link: &Link) -> Connection<'n> {
    let (kind, known, peer) = match &link.counterpart {
        Counterpart::Group(ix) => ("group", Some(*ix), None),
        Counterpart::UnknownGroup(_) => ("unknown-group", None, None),
        Counterpart::Unfiltered => ("unfiltered", None, None),
        Counterpart::Anyone => ("any", None, None),
        Counterpart::Within(peer) => ("within", None, Some(peer)),
        Counterpart::Outside(peer) => ("outside", None, Some(peer)),
    };
    let blocks = |only: &crate::traffic::AddressSet| only.blocks().iter().map(ToString::to_string).collect();
    Connection {
        direction: way(hop.direction),
        depth: hop.depth,
        through: hop.through.as_ref().map(|through| counterpart_id(net, through)),
        counterpart: kind,
        group: known.map(|ix| group(net, ix)),
        outside: peer.map(outside),
        only: link.only.as_ref().map(blocks),
        members: link.members.iter().map(|one| member(net, one)).collect(),
        finding: finding(net, &link.finding),
    }
}
