//! Random estates, small and nasty, of which everything is known: overlapping address space in
//! unrelated VPCs, peerings, every shape of rule, machines with several interfaces.

use std::collections::BTreeMap;

use sglens::inventory::{GroupId, Multiplicity, Peer, PrefixListId, Role, VpcId};
use sglens::traffic::Block;

use crate::testkit::random::Random;

/// A rule as it was rolled, before anything of sglens has seen it.
#[derive(Debug, Clone, PartialEq)]
pub struct RawRule {
    pub group: usize,
    pub is_ingress: bool,
    /// -1 for all.
    pub protocol: i64,
    pub from: i64,
    pub to: i64,
    pub peer: Peer,
}

/// A network interface. Nothing filters one without groups.
#[derive(Debug, Clone)]
pub struct Nic {
    pub vpc: usize,
    pub groups: Vec<usize>,
    pub addresses: Vec<Block>,
}

/// A machine, or many behind one name.
#[derive(Debug, Clone)]
pub struct Machine {
    pub members: Multiplicity,
    pub role: Role,
    pub nics: Vec<Nic>,
}

/// All there is.
#[derive(Debug, Clone)]
pub struct World {
    pub vpcs: usize,
    /// The VPC of each group.
    pub groups: Vec<usize>,
    pub rules: Vec<RawRule>,
    pub lists: BTreeMap<PrefixListId, Vec<Block>>,
    pub machines: Vec<Machine>,
    /// Two VPCs, and whether traffic passes between them.
    pub peering: Option<(usize, usize, bool)>,
}

const BLOCKS: [&str; 13] = [
    "0.0.0.0/0",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/28",
    "10.0.0.4/30",
    "10.0.0.5/32",
    "10.0.0.9/32",
    "10.0.1.0/24",
    "::/0",
    "2001:db8::/64",
    "2001:db8::5/128",
    "192.0.2.0/24",
    "128.0.0.0/1",
];

pub fn group_id(number: usize) -> GroupId {
    GroupId::new(format!("sg-{number}"))
}

pub fn vpc_id(number: usize) -> VpcId {
    VpcId::new(format!("vpc-{number}"))
}

pub fn list_id() -> PrefixListId {
    PrefixListId::new("pl-1")
}

impl World {
    pub fn random(random: &mut Random) -> Self {
        let vpcs = 1 + random.below(3);
        Self::of_size(random, vpcs, (2, 6), (2, 6), 60)
    }

    /// Few groups on many machines, most of them without the default egress rule: what tells classes
    /// of one group apart is their other groups.
    pub fn crowded(random: &mut Random) -> Self {
        Self::of_size(random, 1, (3, 2), (10, 4), 30)
    }

    /// Numbers are at least so many, and up to how many more; `open` is how many of a hundred groups
    /// have the default egress rule.
    fn of_size(
        random: &mut Random,
        vpcs: usize,
        groups: (usize, usize),
        machines: (usize, usize),
        open: usize,
    ) -> Self {
        let peering = (vpcs > 1).then(|| (0, 1, random.chance(60)));
        let groups: Vec<usize> = (0..groups.0 + random.below(groups.1)).map(|_| random.below(vpcs)).collect();
        let mut rules = Vec::new();
        for group in 0..groups.len() {
            if random.chance(open) {
                let peer = Peer::Block(Block::ALL_V4);
                rules.push(RawRule { group, is_ingress: false, protocol: -1, from: 0, to: 0, peer });
            }
            // Where rules are many, they are looked up by peer.
            let count = if random.chance(8) { 17 + random.below(8) } else { random.below(5) };
            for _ in 0..count {
                rules.push(random_rule(random, group, groups.len()));
            }
        }
        let mut machines: Vec<Machine> = (0..machines.0 + random.below(machines.1))
            .map(|_| random_machine(random, groups.len(), vpcs))
            .collect();
        // Twins, which no rule tells apart.
        for number in 0..random.below(3) {
            let mut twin = machines[random.below(machines.len())].clone();
            twin.nics.truncate(1);
            twin.nics[0].addresses = vec![format!("10.0.1.{}", 100 + number).parse().unwrap()];
            machines.push(twin.clone());
            twin.nics[0].addresses = vec![format!("10.0.1.{}", 200 + number).parse().unwrap()];
            machines.push(twin);
        }
        let lists = BTreeMap::from([(list_id(), random_entries(random))]);
        Self { vpcs, groups, rules, lists, machines, peering }
    }
}

pub fn random_entries(random: &mut Random) -> Vec<Block> {
    (0..=random.below(2)).map(|_| random.pick(&BLOCKS[2..]).parse().unwrap()).collect()
}

pub fn random_peer(random: &mut Random, own: usize, groups: usize) -> Peer {
    match random.below(10) {
        0 => Peer::PrefixList(list_id()),
        1..=4 => Peer::Block(random.pick(&BLOCKS).parse().unwrap()),
        5 => Peer::Group(group_id(own)),
        _ => Peer::Group(group_id(random.below(groups))),
    }
}

pub fn random_rule(random: &mut Random, group: usize, groups: usize) -> RawRule {
    let is_ingress = random.chance(70);
    let port = random.below(6) as i64;
    let (protocol, from, to) = match random.below(10) {
        0 => (-1, 0, 0),
        1 => (17, port, port + 1),
        2 => (1, random.below(3) as i64, random.below(3) as i64 - 1),
        3 => (58, -1, -1),
        4 => (50, 0, 0),
        5 => (6, 0, 65_535),
        _ => (6, port, port + random.below(3) as i64),
    };
    RawRule { group, is_ingress, protocol, from, to, peer: random_peer(random, group, groups) }
}

fn random_machine(random: &mut Random, groups: usize, vpcs: usize) -> Machine {
    let vpc = random.below(vpcs);
    let nics = (0..=usize::from(random.chance(25)))
        .map(|_| {
            let count = if random.chance(6) { 0 } else { 1 + random.below(3) };
            let groups = (0..count).map(|_| random.below(groups)).collect();
            Nic { vpc, groups, addresses: random_addresses(random) }
        })
        .collect();
    let roles = [Role::Both, Role::Both, Role::Both, Role::Both, Role::Client, Role::Service];
    Machine {
        members: if random.chance(15) { Multiplicity::Many } else { Multiplicity::One },
        role: *random.pick(&roles),
        nics,
    }
}

/// One address or several, of either family or both; at times a delegated prefix.
pub fn random_addresses(random: &mut Random) -> Vec<Block> {
    let mut addresses: Vec<String> = Vec::new();
    if !random.chance(10) {
        addresses.push(format!("10.0.{}.{}", random.below(2), random.below(12)));
    }
    if random.chance(20) {
        addresses.push(format!("10.0.0.{}", random.below(12)));
    }
    if random.chance(10) {
        addresses.push("10.0.0.0/28".into());
    }
    if random.chance(30) || addresses.is_empty() {
        addresses.push(format!("2001:db8::{}", random.below(8)));
    }
    addresses.iter().map(|text| text.parse().unwrap()).collect()
}
