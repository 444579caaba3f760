//! The answer of `focus` in one or two sentences.

use std::collections::BTreeSet;

use crate::connectivity::{Connectivity, Counterpart, EndpointIx, Outside, Verdict};
use crate::inventory::Direction;
use crate::query::{Target, ToldLink, explain};
use crate::traffic::Traffic;
use crate::words;

/// So many ports are named.
const NAMED: usize = 3;

/// Returns what may be connected to (or who may connect): the known first, then the internet and other
/// addresses, then what is not decided.
pub(super) fn sentence(direction: Direction, links: &[ToldLink]) -> String {
    let of = |verdict| links.iter().filter(move |link| link.finding.verdict == verdict);
    let mut parts: Vec<String> = known(direction, of(Verdict::Allowed)).into_iter().collect();
    let outside = |link: &&ToldLink| match &link.counterpart {
        Counterpart::Outside(outside) => Some(outside.clone()),
        _ => None,
    };
    let internet: Vec<&ToldLink> =
        of(Verdict::Allowed).filter(|link| outside(link) == Some(Outside::Internet)).collect();
    if !internet.is_empty() {
        parts.push(format!("the internet ({})", sum(internet.into_iter())));
    }
    let blocks: BTreeSet<Outside> = of(Verdict::Allowed)
        .filter_map(|link| outside(&link))
        .filter(|peer| *peer != Outside::Internet)
        .collect();
    match blocks.len() {
        0 => {}
        1 => parts.push("one other CIDR block or prefix list".into()),
        n => parts.push(format!("{n} other CIDR blocks or prefix lists")),
    }
    let verb = if direction == Direction::Egress { "may connect to" } else { "inbound from" };
    let nobody = if direction == Direction::Egress { "nothing" } else { "nobody" };
    let mut text = match parts.split_last() {
        None => format!("{verb} {nobody}"),
        Some((last, [])) => format!("{verb} {last}"),
        Some((last, rest)) => format!("{verb} {} and {last}", rest.join(", ")),
    };
    for (verdict, what) in
        [(Verdict::Undecided, "undecided"), (Verdict::BlockedByEgress, "blocked by egress")]
    {
        let peers: BTreeSet<&Counterpart> = of(verdict).map(|link| &link.counterpart).collect();
        if !peers.is_empty() {
            text += &format!("; {} {what}", words::count(peers.len(), "peer"));
        }
    }
    text
}

/// Returns the part of the sentence about what is in the input.
fn known<'l>(direction: Direction, links: impl Iterator<Item = &'l ToldLink>) -> Option<String> {
    let links: Vec<&ToldLink> =
        links.filter(|link| !matches!(link.counterpart, Counterpart::Outside(_))).collect();
    let peers: BTreeSet<&Counterpart> = links.iter().map(|link| &link.counterpart).collect();
    let members = links.iter().flat_map(|link| link.members.iter().map(|member| member.endpoint));
    let members: BTreeSet<EndpointIx> = members.collect();
    let noun = if direction == Direction::Egress { "service" } else { "client" };
    let resources = match members.len() {
        0 => "nothing attached".to_owned(),
        n => words::count(n, "resource"),
    };
    (!peers.is_empty())
        .then(|| format!("{} ({resources}) {}", words::count(peers.len(), noun), on(links.into_iter())))
}

/// Returns `on tcp 443`, or `on 9 ports`.
fn on<'l>(links: impl Iterator<Item = &'l ToldLink>) -> String {
    let traffic = sum(links);
    let items = traffic.items();
    let ports = items.iter().map(|item| match (item.protocol.as_str(), item.from_port, item.to_port) {
        ("tcp" | "udp", Some(first), Some(last)) => (last - first) as usize + 1,
        _ => 1,
    });
    let ports: usize = ports.sum();
    if ports > NAMED && items.len() > NAMED { format!("on {ports} ports") } else { format!("on {traffic}") }
}

fn sum<'l>(links: impl Iterator<Item = &'l ToldLink>) -> Traffic {
    links.fold(Traffic::none(), |sum, link| sum.union(&link.finding.traffic))
}

/// Returns what the internet may connect to of the targets; nothing where one of them is outside the input.
pub(super) fn from_internet(net: &Connectivity, targets: &[Target]) -> Option<String> {
    if targets.iter().any(|target| matches!(target, Target::Outside(_))) {
        return None;
    }
    // One that is too large to be answered is left to `--in`.
    let answer = explain(net, &[Target::Outside(Outside::Internet)], targets, None).ok()?;
    let allowed = answer.findings.traffic(Verdict::Allowed);
    let perhaps = !answer.findings.traffic(Verdict::Undecided).is_empty();
    Some(match (allowed.is_empty(), perhaps) {
        (false, _) => format!("from the internet: {allowed}"),
        (true, false) => "from the internet: nothing".to_owned(),
        (true, true) => "from the internet: undecided".to_owned(),
    })
}
