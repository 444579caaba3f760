//! The evaluator against a naive oracle: random estates, random tuples, no disagreement.
//!
//! `SGLENS_ORACLE_ESTATES=20000 cargo test --release --test oracle` runs longer than CI does.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_possible_wrap,
    clippy::doc_markdown,
    clippy::range_plus_one
)]

mod estate;
mod naive;

use estate::Estate;
use naive::Tuple;
use sglens::connectivity::{
    Connectivity, Counterpart, EndpointIx, Link, MachineMap, Map, Node, Spot, Subject, Verdict,
};
use sglens::inventory::{Direction, GroupId, Peer};
use sglens::traffic::Protocol;

const TUPLES: usize = 400;

fn estates() -> u64 {
    std::env::var("SGLENS_ORACLE_ESTATES").ok().and_then(|text| text.parse().ok()).unwrap_or(400)
}

#[test]
fn every_answer_agrees_with_the_oracle() {
    let mut tuples = 0usize;
    let mut allowed = 0usize;
    for seed in 0..estates() {
        let estate = Estate::random(seed);
        let index = Connectivity::new(&estate.inventory);
        let mut dice = estate::Dice::new(seed ^ 0xABCD);
        for _ in 0..TUPLES {
            let tuple = Tuple::random(&estate, &mut dice);
            let expected = naive::is_allowed(&estate, &tuple);
            check_judge(&index, &estate, &tuple, expected, seed);
            tuples += 1;
            allowed += usize::from(expected);
        }
        check_links(&estate, &index, seed);
        check_map(&estate, &index, seed);
        check_machines(&estate, &index, seed);
    }
    println!("{tuples} tuples on {} estates, {allowed} of them allowed", estates());
    assert!(allowed * 50 > tuples, "an oracle that refuses everything proves nothing");
}

/// The verdict on a pair of interfaces contains the tuple exactly when the oracle allows it.
fn check_judge(index: &Connectivity<'_>, estate: &Estate, tuple: &Tuple, expected: bool, seed: u64) {
    let (client, service) = (naive::endpoint(index, tuple.from.0), naive::endpoint(index, tuple.to.0));
    let one = index.class(index.classes_of(client)[tuple.from.1]);
    let other = index.class(index.classes_of(service)[tuple.to.1]);
    let itself = client == service && !naive::is_many(estate, tuple.from.0);
    let findings = if itself { Vec::new() } else { index.judge(&one.standing, &other.standing) };
    let says = findings.iter().any(|finding| {
        finding.verdict == Verdict::Allowed
            && finding.traffic.contains(Protocol(tuple.protocol), tuple.detail)
    });
    assert_eq!(says, expected, "seed {seed}: {tuple:?}\n{}", estate.describe());
}

/// Links in both directions are the union of the oracle's answers over the interfaces.
fn check_links(estate: &Estate, index: &Connectivity<'_>, seed: u64) {
    let mut dice = estate::Dice::new(seed ^ 0x1111);
    for _ in 0..6 {
        let tuple = Tuple::random(estate, &mut dice);
        let expected = naive::is_allowed_between(estate, &tuple, |_| true);
        let (client, service) = (naive::endpoint(index, tuple.from.0), naive::endpoint(index, tuple.to.0));
        let out = index.links(Subject::Endpoint(client), Direction::Egress);
        assert_eq!(
            reaches(&out, service, &tuple),
            expected,
            "out, seed {seed}: {tuple:?}\n{}",
            estate.describe()
        );
        let back = index.links(Subject::Endpoint(service), Direction::Ingress);
        assert_eq!(
            reaches(&back, client, &tuple),
            expected,
            "in, seed {seed}: {tuple:?}\n{}",
            estate.describe()
        );
        for links in [&out, &back] {
            assert_are_disjoint(links);
        }
    }
}

fn reaches(links: &[Link], endpoint: EndpointIx, tuple: &Tuple) -> bool {
    links.iter().filter(|link| link.finding.verdict == Verdict::Allowed).any(|link| {
        link.members.iter().any(|member| {
            member.endpoint == endpoint && member.traffic.contains(Protocol(tuple.protocol), tuple.detail)
        })
    })
}

/// No machine is said to be allowed and blocked for the same traffic of one counterpart.
fn assert_are_disjoint(links: &[Link]) {
    for (position, link) in links.iter().enumerate() {
        for other in links[position + 1..].iter().filter(|other| other.counterpart == link.counterpart) {
            for member in &link.members {
                let twice = other
                    .members
                    .iter()
                    .any(|one| one.endpoint == member.endpoint && one.traffic.overlaps(&member.traffic));
                assert!(!twice, "{link:?} and {other:?}");
            }
        }
    }
}

/// An arrow of the map holds a tuple exactly when some carrier of the one group may send it to some
/// carrier of the other because a rule of the latter names the former.
fn check_map(estate: &Estate, index: &Connectivity<'_>, seed: u64) {
    let map = Map::new(index);
    let mut dice = estate::Dice::new(seed ^ 0x2222);
    for _ in 0..10 {
        let (client, service) = (dice.pick(&estate.groups).clone(), dice.pick(&estate.groups).clone());
        let (protocol, detail) = Tuple::packet(&mut dice);
        let Some(expected) = naive::is_drawn(estate, &client, &service, protocol, detail) else { continue };
        let says = map.graph.edge_indices().any(|edge| {
            let (from, to) = map.graph.edge_endpoints(edge).unwrap();
            let named =
                |node: &Node, id: &GroupId| matches!(node, Node::Group(ix) if index.group(*ix).id == *id);
            let finding = &map.graph[edge].finding;
            named(&map.graph[from], &client)
                && named(&map.graph[to], &service)
                && finding.verdict == Verdict::Allowed
                && finding.traffic.contains(Protocol(protocol), detail)
        });
        assert_eq!(
            says,
            expected,
            "map, seed {seed}: {client} → {service} {protocol}/{detail}\n{}",
            estate.describe()
        );
    }
}

/// The map of machines shows what rules that name a group let through, and nothing that is not let
/// through at all. What only blocks let in stands at the block.
fn check_machines(estate: &Estate, index: &Connectivity<'_>, seed: u64) {
    let map = MachineMap::new(index, &|_| true).unwrap();
    let holds = |spot: &Spot, endpoint: EndpointIx| matches!(spot, Spot::Machines(at) if map.machines[*at].members.contains(&endpoint));
    let mut dice = estate::Dice::new(seed ^ 0x3333);
    for _ in 0..10 {
        let tuple = Tuple::random(estate, &mut dice);
        let (client, service) = (naive::endpoint(index, tuple.from.0), naive::endpoint(index, tuple.to.0));
        if client == service {
            continue;
        }
        let shown = map.arrows.iter().any(|(from, to, finding)| {
            finding.verdict == Verdict::Allowed
                && finding.traffic.contains(Protocol(tuple.protocol), tuple.detail)
                && holds(from, client)
                && holds(to, service)
        });
        let text = || format!("machines, seed {seed}: {tuple:?}\n{}", estate.describe());
        let by_name = naive::is_allowed_between(estate, &tuple, |rule| matches!(rule.peer, Peer::Group(_)));
        assert!(shown || !by_name, "{}", text());
        assert!(!shown || naive::is_allowed_between(estate, &tuple, |_| true), "{}", text());
    }
}

/// Expanding the classes gives each interface its own standing: endpoints of one class have the
/// same links, but for themselves.
#[test]
fn classes_expand_to_the_same_edges() {
    let mut compared = 0;
    for seed in 0..(3 * estates()).min(20_000) {
        let estate = Estate::random(seed);
        let index = Connectivity::new(&estate.inventory);
        for class in index.all_classes() {
            let members = &index.class(class).members;
            let single = |ix: &EndpointIx| index.classes_of(*ix).len() == 1;
            let members: Vec<EndpointIx> = members.iter().copied().filter(single).collect();
            for pair in members.windows(2) {
                for direction in [Direction::Egress, Direction::Ingress] {
                    let of = |ix: EndpointIx| {
                        let links = index.links(Subject::Endpoint(ix), direction);
                        let told = links.into_iter().map(|link| {
                            let others: Vec<_> = link
                                .members
                                .into_iter()
                                .filter(|m| !pair.contains(&m.endpoint))
                                .map(|m| (m.endpoint, m.traffic))
                                .collect();
                            (link.counterpart, link.finding.verdict, others)
                        });
                        told.filter(|(to, _, others)| {
                            !others.is_empty() || matches!(to, Counterpart::Outside(_))
                        })
                        .collect::<Vec<_>>()
                    };
                    assert_eq!(of(pair[0]), of(pair[1]), "seed {seed}\n{}", estate.describe());
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 100, "too few classes of several machines to prove anything: {compared}");
}
