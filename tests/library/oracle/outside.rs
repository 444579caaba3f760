//! Addresses outside the input: `internet`, single addresses and CIDR blocks, against packets from
//! sampled addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use sglens::connectivity::{Connectivity, Outside, Subject, Verdict};
use sglens::inventory::Role;
use sglens::query::{Answer, Target, explain};
use sglens::traffic::{AddressSet, Block, Family, Protocol, Traffic};

use super::estates;
use super::mask::{Mask, machine_id};
use super::naive::{Packet, is_open_outside};
use super::world::World;
use crate::testkit::random::Random;

/// Addresses on both sides of every border that a rule may draw.
fn samples(set: &AddressSet) -> Vec<IpAddr> {
    let v4 =
        ["1.1.1.1", "9.255.255.255", "11.0.0.0", "127.255.255.255", "128.0.0.1", "192.0.2.7", "203.0.113.9"];
    let more = ["10.0.0.4", "10.0.0.5", "10.0.0.9", "10.0.0.15", "10.0.0.16", "10.0.1.200", "10.200.0.1"];
    let v4 = v4.into_iter().chain(more).map(|text| IpAddr::V4(text.parse::<Ipv4Addr>().unwrap()));
    let v6 = ["2001:db8::5", "2001:db8::99", "2001:db9::1", "2600::1"];
    let v6 = v6.into_iter().map(|text| IpAddr::V6(text.parse::<Ipv6Addr>().unwrap()));
    v4.chain(v6).filter(|address| set.contains(*address)).collect()
}

#[test]
fn outside_is_answered_address_by_address() {
    let (mut asked, mut divided) = (0, 0);
    for seed in 0..estates(300) {
        let mut random = Random::new(seed ^ 0x0571);
        let world = World::random(&mut random);
        let net = Connectivity::new(Mask::none(&world).inventory(&world));
        for _ in 0..20 {
            let number = random.below(world.machines.len());
            let machine = &world.machines[number];
            let ix = net.find_endpoint(&machine_id(number)).unwrap();
            let blocks = ["10.0.0.0/8", "10.0.0.0/28", "192.0.2.0/23", "2001:db8::/48", "172.16.0.0/12"];
            let outside = match random.below(blocks.len() + 2) {
                at if at < blocks.len() => Outside::Block(blocks[at].parse().unwrap()),
                _ => Outside::Internet,
            };
            let target = Target::Outside(outside.clone());
            // Resources in the block answer for themselves: they are another test's.
            let set = target.addresses(&net).unwrap();
            let is_ingress = random.chance(50);
            let packet = Packet::random(&mut random);
            let traffic = match packet.protocol {
                6 | 17 => Traffic::ports(Protocol(packet.protocol), packet.detail, packet.detail),
                _ => continue,
            };
            let known = [Target::Known(Subject::Endpoint(ix))];
            let sides = if is_ingress { ([target], known) } else { (known, [target]) };
            let answer = explain(&net, &sides.0, &sides.1, Some(traffic)).unwrap();
            let unable = if is_ingress { Role::Client } else { Role::Service };
            let is_open = |address: IpAddr| {
                let family = if address.is_ipv4() { Family::V4 } else { Family::V6 };
                let packet = Packet { family, ..packet };
                let mut nics = machine.nics.iter();
                machine.role != unable
                    && nics.any(|nic| is_open_outside(&world, nic, is_ingress, address, packet))
            };
            for address in samples(&set) {
                let family = if address.is_ipv4() { Family::V4 } else { Family::V6 };
                let has_family =
                    machine.nics.iter().any(|nic| nic.addresses.iter().any(|block| block.family() == family));
                let parts = answer.pairs.iter().flat_map(|pair| &pair.parts);
                let mut parts = parts.filter(|part| {
                    part.addresses.as_ref().is_some_and(|addresses| addresses.contains(address))
                });
                let part = parts.next();
                assert!(parts.next().is_none(), "seed {seed}: {address} stands in two parts");
                assert_eq!(part.is_some(), has_family, "seed {seed}: {address} {outside}\n{world:#?}");
                let Some(part) = part else { continue };
                let allowed = part.findings.iter().any(|finding| finding.verdict == Verdict::Allowed);
                assert_eq!(
                    allowed,
                    is_open(address),
                    "seed {seed}: {address} {outside} {packet:?}\n{world:#?}"
                );
                asked += 1;
            }
            // The word is about all addresses at once.
            let is_only_outside = target_is_bare(&net, &sides.0) && target_is_bare(&net, &sides.1);
            if is_only_outside {
                let words: Vec<bool> = samples(&set).into_iter().map(is_open).collect();
                match answer.answer {
                    Answer::Yes => assert!(
                        answer.pairs.iter().flat_map(|pair| &pair.parts).all(|p| p.answer == Answer::Yes)
                    ),
                    Answer::No => {
                        assert!(words.iter().all(|is| !is), "seed {seed}: {outside} {packet:?}\n{world:#?}");
                    }
                    Answer::Partly => divided += 1,
                    Answer::Undecided => panic!("seed {seed}: all is known\n{world:#?}"),
                }
            }
        }
    }
    println!("{asked} addresses, {divided} answers in part");
    assert!(asked > 10_000 && divided > 50);
}

fn target_is_bare(net: &Connectivity, targets: &[Target]) -> bool {
    targets.iter().all(|target| target.interfaces_within(net).is_empty())
}

#[test]
fn two_halves_are_the_internet_and_an_office_is_a_part() {
    let half = |text: &str| text.parse::<Block>().unwrap();
    let all = AddressSet::from_blocks(&[half("0.0.0.0/1"), half("128.0.0.0/1"), half("2000::/3")]);
    assert!(AddressSet::internet().is_subset(&all));
    assert!(!AddressSet::internet().is_subset(&AddressSet::from_blocks(&[half("0.0.0.0/1")])));
}
