//! What an answer lists beside its verdict: which rules match, what is missing, and what the map of
//! resources draws to outside peers; each against the naive reading of the rules.

use std::collections::BTreeMap;

use sglens::connectivity::{
    Connectivity, EndpointIx, MapEnd, Outside, ResourceMap, RuleIx, Subject, Verdict,
};
use sglens::inventory::{Direction, Multiplicity, Peer, Role, Rule};
use sglens::query::{Answer, Target, explain};
use sglens::traffic::{Block, Family, Protocol, Traffic};

use super::estates;
use super::mask::{Mask, machine_id};
use super::naive::{in_reach, is_peer};
use super::world::{Machine, Nic, RawRule, World, group_id};
use crate::testkit::random::Random;

/// A rule of which only the peer is looked at.
fn naming(rule: &Rule) -> RawRule {
    let is_ingress = rule.direction == Direction::Ingress;
    RawRule { group: 0, is_ingress, protocol: -1, from: 0, to: 0, peer: rule.peer.clone() }
}

fn has(nic: &Nic, family: Family) -> bool {
    nic.addresses.iter().any(|block| block.family() == family)
}

/// The interfaces of a machine to which the group of a rule is attached.
fn owners<'m>(net: &Connectivity, ix: RuleIx, machine: &'m Machine) -> impl Iterator<Item = &'m Nic> {
    let group = net.group(net.rule_row(ix).group).id.clone();
    machine.nics.iter().filter(move |nic| nic.groups.iter().any(|number| group_id(*number) == group))
}

/// All rules of the groups of a machine, in one direction.
fn rules_of(net: &Connectivity, machine: &Machine, direction: Direction) -> Vec<RuleIx> {
    let rules = net.all_rules().filter(|ix| net.rule(*ix).direction == direction);
    rules.filter(|ix| owners(net, *ix, machine).next().is_some()).collect()
}

fn known(net: &Connectivity, number: usize) -> (EndpointIx, [Target; 1]) {
    let ix = net.find_endpoint(&machine_id(number)).unwrap();
    (ix, [Target::Known(Subject::Endpoint(ix))])
}

#[test]
fn listed_rules_match_where_their_peer_is_the_other_side() {
    let (mut listed, mut matching) = (0, 0);
    for seed in 0..estates(60) {
        let world = World::random(&mut Random::new(seed ^ 0xE51D));
        let net = Connectivity::new(Mask::none(&world).inventory(&world));
        for from in 0..world.machines.len() {
            for to in (0..world.machines.len()).filter(|to| *to != from) {
                let answer = explain(&net, &known(&net, from).1, &known(&net, to).1, None).unwrap();
                let sides = [
                    (from, to, Direction::Egress, &answer.egress),
                    (to, from, Direction::Ingress, &answer.ingress),
                ];
                for (own, other, direction, said) in sides {
                    let (own, other) = (&world.machines[own], &world.machines[other]);
                    let matches = |ix: RuleIx| {
                        let rule = naming(net.rule(ix));
                        owners(&net, ix, own).any(|nic| {
                            other.nics.iter().any(|far| {
                                in_reach(&world, nic.vpc, far.vpc)
                                    && Family::BOTH.into_iter().any(|family| {
                                        has(nic, family)
                                            && has(far, family)
                                            && is_peer(&world, &rule, far, family)
                                    })
                            })
                        })
                    };
                    let rules = rules_of(&net, own, direction).into_iter();
                    let joined = own
                        .nics
                        .iter()
                        .any(|nic| other.nics.iter().any(|far| in_reach(&world, nic.vpc, far.vpc)));
                    // A rule may name the group of a machine that is out of reach: it matches by name.
                    if !joined {
                        continue;
                    }
                    let expected: Vec<(RuleIx, bool)> = rules.map(|ix| (ix, matches(ix))).collect();
                    assert_eq!(*said, expected, "seed {seed}: {from} → {to}, {direction:?}\n{world:#?}");
                    listed += said.len();
                    matching += said.iter().filter(|(_, is)| *is).count();
                }
            }
        }
    }
    assert!(matching > 1_000 && listed > matching + 1_000, "{matching} of {listed}");
}

#[test]
fn what_is_missing_is_what_no_matching_rule_has() {
    let mut missing = 0;
    for seed in 0..estates(60) {
        let mut random = Random::new(seed ^ 0x1ACC);
        let world = World::random(&mut random);
        let net = Connectivity::new(Mask::none(&world).inventory(&world));
        for _ in 0..40 {
            let (from, to) = (random.below(world.machines.len()), random.below(world.machines.len()));
            let (one, other) = (&world.machines[from], &world.machines[to]);
            let is_plain = from != to && one.nics.len() == 1 && other.nics.len() == 1;
            let is_able = one.role != Role::Service && other.role != Role::Client;
            if !is_plain || !is_able || !in_reach(&world, one.nics[0].vpc, other.nics[0].vpc) {
                continue;
            }
            let port = random.below(9) as u16;
            let asked = Traffic::ports(Protocol::TCP, port, port + random.below(3) as u16);
            let answer =
                explain(&net, &known(&net, from).1, &known(&net, to).1, Some(asked.clone())).unwrap();
            let lack = |rules: &[(RuleIx, bool)], own: &Machine| {
                // What nothing filters lacks nothing.
                if own.nics[0].groups.is_empty() {
                    return None;
                }
                let matching = rules.iter().filter(|(_, is)| *is).map(|(ix, _)| *ix);
                let lack = asked.difference(&net.traffic_of(matching));
                Some(lack).filter(|lack| !lack.is_empty())
            };
            let said = answer.missing(&net);
            if matches!(answer.answer, Answer::Yes) || answer.pairs.is_empty() {
                assert!(said.ingress.is_none() && said.egress.is_none());
                continue;
            }
            let expected = (lack(&answer.ingress, other), lack(&answer.egress, one));
            assert_eq!(
                (said.ingress, said.egress),
                expected,
                "seed {seed}: {from} → {to} {asked}\n{world:#?}"
            );
            missing += 1;
        }
    }
    assert!(missing > 300, "{missing}");
}

#[test]
fn rules_match_outside_addresses_that_their_peer_holds_or_may_hold() {
    let mut unknown = 0;
    for seed in 0..estates(100) {
        let mut random = Random::new(seed ^ 0x0075);
        let world = World::random(&mut random);
        let mask = Mask::random(&mut random, &world);
        let net = Connectivity::new(mask.inventory(&world));
        let outside =
            ["8.8.8.8/32", "192.0.2.0/25", "2001:db8:ffff::1/128"].map(|text| text.parse().unwrap());
        for (ix, block) in net.all_endpoints().flat_map(|ix| outside.map(|block: Block| (ix, block))) {
            let target = [Target::Outside(Outside::Block(block))];
            let answer = explain(&net, &target, &[Target::Known(Subject::Endpoint(ix))], None).unwrap();
            for (rule, matches) in answer.ingress {
                let meets = |other: &Block| other.contains(&block) || block.contains(other);
                let holds = match &net.rule(rule).peer {
                    Peer::Group(_) => false,
                    Peer::Block(other) => meets(other),
                    Peer::PrefixList(list) => match &net.inventory().network.prefix_lists.get(list) {
                        Some(list) => list.entries.as_ref().is_none_or(|entries| entries.iter().any(meets)),
                        None => true,
                    },
                    Peer::Unresolved(_) => true,
                };
                unknown += usize::from(matches!(net.rule(rule).peer, Peer::Unresolved(_)));
                assert_eq!(matches, holds, "seed {seed}: {block} {:?}\n{mask:?}\n{world:#?}", net.rule(rule));
            }
        }
    }
    assert!(unknown > 50, "{unknown}");
}

/// Of two ends of an arrow, what is allowed in each family.
type Arrows = BTreeMap<(String, Outside, bool, Family), Traffic>;

#[test]
fn the_map_of_resources_draws_what_rules_say_to_outside_peers() {
    for seed in 0..estates(60) {
        let world = World::random(&mut Random::new(seed ^ 0x3A9));
        let net = Connectivity::new(Mask::none(&world).inventory(&world));
        let wanted = |group: usize| group % 3 != 1;
        let map = ResourceMap::new(&net, &|ix| {
            (0..world.groups.len()).any(|group| wanted(group) && net.group(ix).id == group_id(group))
        });
        let map = map.unwrap();
        let mut drawn = Arrows::new();
        for (from, to, findings) in &map.arrows {
            let (set, outside, is_ingress) = match (from, to) {
                (MapEnd::Resources(set), MapEnd::Outside(outside)) => (set, outside, false),
                (MapEnd::Outside(outside), MapEnd::Resources(set)) => (set, outside, true),
                (MapEnd::Resources(_), MapEnd::Resources(_)) => continue,
                (MapEnd::Outside(_), MapEnd::Outside(_)) => panic!("no resource at either end"),
            };
            for member in &map.sets[*set].members {
                for finding in findings {
                    assert_eq!(finding.verdict, Verdict::Allowed, "all is known");
                    let id = net.endpoint(*member).id.to_string();
                    let key = (id, outside.clone(), is_ingress, finding.family);
                    drawn.insert(key, finding.traffic.clone());
                }
            }
        }
        let mut expected = Arrows::new();
        for (number, machine) in world.machines.iter().enumerate() {
            for nic in &machine.nics {
                for rule in world.rules.iter().filter(|rule| nic.groups.contains(&rule.group)) {
                    let unable = if rule.is_ingress { Role::Client } else { Role::Service };
                    let blocks = match &rule.peer {
                        Peer::Block(block) => vec![*block],
                        Peer::PrefixList(list) => world.lists[list].clone(),
                        Peer::Group(_) | Peer::Unresolved(_) => continue,
                    };
                    let is_default =
                        !rule.is_ingress && rule.protocol == -1 && blocks.iter().any(Block::is_internet);
                    if machine.role == unable || !wanted(rule.group) || is_default {
                        continue;
                    }
                    let ports = (Some(rule.from), Some(rule.to));
                    let traffic =
                        Traffic::from_permission(&rule.protocol.to_string(), ports.0, ports.1).unwrap();
                    let outside = match &rule.peer {
                        Peer::PrefixList(list) => Outside::PrefixList(list.clone()),
                        Peer::Block(block) if block.is_internet() => Outside::Internet,
                        Peer::Block(block) => Outside::Block(*block),
                        Peer::Group(_) | Peer::Unresolved(_) => continue,
                    };
                    for family in Family::BOTH.into_iter().filter(|family| has(nic, *family)) {
                        if blocks.iter().any(|block| block.family() == family) {
                            let key =
                                (machine_id(number).to_string(), outside.clone(), rule.is_ingress, family);
                            expected.entry(key).or_default().join(&traffic.within(family));
                        }
                    }
                }
            }
        }
        expected.retain(|_, traffic| !traffic.is_empty());
        assert_eq!(drawn, expected, "seed {seed}\n{world:#?}");
        assert!(world.machines.iter().any(|machine| machine.members == Multiplicity::One) || seed > 0);
    }
}
