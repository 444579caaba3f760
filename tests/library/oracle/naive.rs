//! The oracle: one packet of one family, straight from the rules. No index, no sets, no classes.

use std::net::IpAddr;

use sglens::connectivity::Verdict;
use sglens::inventory::{Multiplicity, Peer, Role};
use sglens::traffic::{Block, Family};

use super::world::{Nic, RawRule, World, group_id};
use crate::testkit::random::Random;

/// A packet: `detail` is the port, or `type * 256 + code`.
#[derive(Debug, Clone, Copy)]
pub struct Packet {
    pub family: Family,
    pub protocol: u8,
    pub detail: u16,
}

impl Packet {
    pub fn random(random: &mut Random) -> Self {
        let protocol = *random.pick(&[6, 6, 6, 6, 17, 17, 1, 58, 50, 51]);
        let detail = match protocol {
            1 | 58 => random.below(3) * 256 + random.below(3),
            _ => random.below(9),
        };
        Self { family: *random.pick(&Family::BOTH), protocol, detail: detail as u16 }
    }

    /// ICMP is IPv4's, `ICMPv6` is IPv6's.
    fn is_possible(self) -> bool {
        !matches!((self.family, self.protocol), (Family::V4, 58) | (Family::V6, 1))
    }
}

/// The verdict on a packet between two interfaces, by machine and position; `None` for no connection
/// of which nothing is to be said.
pub fn verdict(world: &World, from: (usize, usize), to: (usize, usize), packet: Packet) -> Option<Verdict> {
    let (client, service) = (&world.machines[from.0], &world.machines[to.0]);
    let is_itself = from.0 == to.0 && client.members == Multiplicity::One;
    if is_itself || client.role == Role::Service || service.role == Role::Client || !packet.is_possible() {
        return None;
    }
    let (one, other) = (&client.nics[from.1], &service.nics[to.1]);
    let has = |nic: &Nic| nic.addresses.iter().any(|block| block.family() == packet.family);
    if !has(one) || !has(other) || !in_reach(world, one.vpc, other.vpc) {
        return None;
    }
    let fits = |rule: &&RawRule, own: &Nic, far: &Nic| {
        own.groups.contains(&rule.group) && carries(rule, packet) && is_peer(world, rule, far, packet.family)
    };
    let outward = || world.rules.iter().filter(|rule| !rule.is_ingress && fits(rule, one, other));
    let is_let_out = one.groups.is_empty() || outward().next().is_some();
    let inward =
        other.groups.is_empty() || world.rules.iter().any(|rule| rule.is_ingress && fits(&rule, other, one));
    let names_group = |rule: &RawRule| matches!(rule.peer, Peer::Group(_));
    match (is_let_out, inward) {
        (true, true) => Some(Verdict::Allowed),
        (false, true) => Some(Verdict::BlockedByEgress),
        (true, false) if outward().any(names_group) => Some(Verdict::NoIngress),
        (true | false, false) => None,
    }
}

/// May an address outside the estate open a connection to an interface, or the other way round?
pub fn is_open_outside(world: &World, own: &Nic, is_ingress: bool, address: IpAddr, packet: Packet) -> bool {
    let host = Block::host(address);
    let holds = |block: &Block| block.contains(&host);
    let names = |rule: &RawRule| match &rule.peer {
        Peer::Block(block) => holds(block),
        Peer::PrefixList(list) => world.lists[list].iter().any(holds),
        Peer::Group(_) | Peer::Unresolved(_) => false,
    };
    packet.is_possible()
        && host.family() == packet.family
        && own.addresses.iter().any(|block| block.family() == packet.family)
        && (own.groups.is_empty()
            || world.rules.iter().any(|rule| {
                rule.is_ingress == is_ingress
                    && own.groups.contains(&rule.group)
                    && carries(rule, packet)
                    && names(rule)
            }))
}

pub fn in_reach(world: &World, one: usize, other: usize) -> bool {
    let joins =
        |(a, b, is_active): (usize, usize, bool)| is_active && [(a, b), (b, a)].contains(&(one, other));
    one == other || world.peering.is_some_and(joins)
}

fn carries(rule: &RawRule, packet: Packet) -> bool {
    let detail = i64::from(packet.detail);
    match rule.protocol {
        -1 => true,
        number if number != i64::from(packet.protocol) => false,
        6 | 17 => rule.from <= detail && detail <= rule.to,
        1 | 58 => {
            (rule.from == -1 || rule.from == detail / 256)
                && (rule.from == -1 || rule.to == -1 || rule.to == detail % 256)
        }
        _ => true,
    }
}

pub fn is_peer(world: &World, rule: &RawRule, far: &Nic, family: Family) -> bool {
    let holds = |block: &Block| {
        let meets = |address: &Block| block.contains(address) || address.contains(block);
        block.family() == family && far.addresses.iter().any(meets)
    };
    match &rule.peer {
        Peer::Group(group) => far.groups.iter().any(|number| group_id(*number) == *group),
        Peer::Block(block) => holds(block),
        Peer::PrefixList(list) => world.lists[list].iter().any(holds),
        Peer::Unresolved(_) => false,
    }
}
