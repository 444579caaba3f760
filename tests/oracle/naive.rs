//! The oracle: one packet, straight from the rules. No index, no sets, no classes.

use sglens::connectivity::{Connectivity, EndpointIx};
use sglens::inventory::{GroupId, Interface, Members, Peer, Role};
use sglens::traffic::{Block, Family};

use crate::estate::{Dice, Estate, RawRule};

/// One packet from one interface to another. `detail` is the port, or `type * 256 + code`.
#[derive(Debug, Clone, Copy)]
pub struct Tuple {
    pub from: (usize, usize),
    pub to: (usize, usize),
    pub protocol: u8,
    pub detail: u16,
}

impl Tuple {
    pub fn random(estate: &Estate, dice: &mut Dice) -> Self {
        let endpoints: Vec<usize> = estate.inventory.endpoints.values().map(|e| e.interfaces.len()).collect();
        let (from, to) = (dice.roll(endpoints.len()), dice.roll(endpoints.len()));
        let (protocol, detail) = Self::packet(dice);
        let ends = ((from, dice.roll(endpoints[from])), (to, dice.roll(endpoints[to])));
        Self { from: ends.0, to: ends.1, protocol, detail }
    }

    pub fn packet(dice: &mut Dice) -> (u8, u16) {
        let protocol = *dice.pick(&[6, 6, 6, 6, 17, 17, 1, 58, 50, 51]);
        let detail = match protocol {
            1 | 58 => dice.roll(3) * 256 + dice.roll(3),
            _ => dice.roll(9),
        };
        (protocol, detail as u16)
    }
}

pub fn endpoint(index: &Connectivity<'_>, position: usize) -> EndpointIx {
    index.all_endpoints().nth(position).unwrap()
}

pub fn is_many(estate: &Estate, position: usize) -> bool {
    estate.inventory.endpoints.values().nth(position).unwrap().members == Members::Many
}

/// May this interface send this packet to that one?
pub fn is_allowed(estate: &Estate, tuple: &Tuple) -> bool {
    allowed_by(estate, tuple, |_| true)
}

/// May any interface of the one machine send the packet to any interface of the other, by these
/// ingress rules?
pub fn is_allowed_between(estate: &Estate, tuple: &Tuple, counts: impl Fn(&RawRule) -> bool + Copy) -> bool {
    let count = |position| estate.inventory.endpoints.values().nth(position).unwrap().interfaces.len();
    (0..count(tuple.from.0)).any(|a| {
        (0..count(tuple.to.0)).any(|b| {
            allowed_by(estate, &Tuple { from: (tuple.from.0, a), to: (tuple.to.0, b), ..*tuple }, counts)
        })
    })
}

/// Is the packet on the arrow between two groups? `None` where the question is not asked: a group
/// that nobody carries, or an arrow that an egress rule, not an ingress rule, draws.
pub fn is_drawn(
    estate: &Estate,
    client: &GroupId,
    service: &GroupId,
    protocol: u8,
    detail: u16,
) -> Option<bool> {
    let carriers = |group: &GroupId| -> Vec<(usize, usize)> {
        let endpoints = estate.inventory.endpoints.values().enumerate();
        let all =
            endpoints.flat_map(|(e, endpoint)| (0..endpoint.interfaces.len()).map(move |i| (e, i, endpoint)));
        all.filter(|(_, i, endpoint)| endpoint.interfaces[*i].groups.contains(group))
            .map(|(e, i, _)| (e, i))
            .collect()
    };
    let names = |rule: &RawRule| {
        rule.group == *service && rule.is_ingress && rule.peer == Peer::Group(client.clone())
    };
    let (clients, services) = (carriers(client), carriers(service));
    if clients.is_empty() || services.is_empty() || !estate.rules.iter().any(names) {
        return None;
    }
    let pairs = clients.iter().flat_map(|from| services.iter().map(move |to| (*from, *to)));
    Some(pairs.into_iter().any(|(from, to)| allowed_by(estate, &Tuple { from, to, protocol, detail }, names)))
}

/// `admits` chooses which ingress rules count.
fn allowed_by(estate: &Estate, tuple: &Tuple, admits: impl Fn(&RawRule) -> bool) -> bool {
    let nth = |position: usize| estate.inventory.endpoints.values().nth(position).unwrap();
    let (client, service) = (nth(tuple.from.0), nth(tuple.to.0));
    if tuple.from.0 == tuple.to.0 && client.members == Members::One {
        return false;
    }
    if client.role == Role::Service || service.role == Role::Client {
        return false;
    }
    let (one, other) = (&client.interfaces[tuple.from.1], &service.interfaces[tuple.to.1]);
    Family::BOTH.into_iter().any(|family| {
        let wrong_icmp =
            (family == Family::V4 && tuple.protocol == 58) || (family == Family::V6 && tuple.protocol == 1);
        let has = |interface: &Interface| interface.addresses.iter().any(|block| block.family() == family);
        let fits = |rule: &&RawRule, own: &Interface, far: &Interface| {
            own.groups.contains(&rule.group)
                && carries(rule, tuple.protocol, tuple.detail)
                && is_peer(estate, rule, own, far, family)
        };
        !wrong_icmp
            && has(one)
            && has(other)
            && estate.rules.iter().filter(|rule| !rule.is_ingress).any(|rule| fits(&rule, one, other))
            && estate
                .rules
                .iter()
                .filter(|rule| rule.is_ingress && admits(rule))
                .any(|rule| fits(&rule, other, one))
    })
}

fn carries(rule: &RawRule, protocol: u8, detail: u16) -> bool {
    match rule.protocol {
        -1 => true,
        number if number != i64::from(protocol) => false,
        6 | 17 => rule.from <= i64::from(detail) && i64::from(detail) <= rule.to,
        1 | 58 => {
            (rule.from == -1 || rule.from == i64::from(detail / 256))
                && (rule.from == -1 || rule.to == -1 || rule.to == i64::from(detail % 256))
        }
        _ => true,
    }
}

fn is_peer(estate: &Estate, rule: &RawRule, own: &Interface, far: &Interface, family: Family) -> bool {
    let in_reach = match (&own.vpc, &far.vpc) {
        (Some(one), Some(other)) => one == other || estate.peered.contains(&(one.clone(), other.clone())),
        _ => true,
    };
    let holds = |block: &Block| {
        block.family() == family
            && far.addresses.iter().any(|address| block.contains(address) || address.contains(block))
    };
    in_reach
        && match &rule.peer {
            Peer::Group(group) => far.groups.contains(group),
            Peer::Block(block) => holds(block),
            Peer::PrefixList(list) => estate.lists[list].iter().any(holds),
            Peer::Unresolved(_) => false,
        }
}
