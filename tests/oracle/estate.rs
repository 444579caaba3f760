//! Random estates, small and nasty: overlapping address space in unrelated VPCs, peerings, every
//! shape of rule, machines with several interfaces.

use std::collections::BTreeMap;
use std::sync::Arc;

use sglens::inventory::{
    Builder, Direction, EndpointFact, EndpointId, GroupFact, GroupId, GroupRef, InterfaceFact, InterfaceId,
    Inventory, Known, Members, Origin, Peer, PeeringId, PrefixListId, Role, Rule, VpcId,
};
use sglens::traffic::{Block, Traffic};

/// SplitMix64: the same dice on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    pub fn pick<'t, T>(&mut self, list: &'t [T]) -> &'t T {
        &list[self.roll(list.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }
}

/// A rule as it was rolled, before anything of sglens has seen it.
#[derive(Debug, Clone)]
pub struct RawRule {
    pub group: GroupId,
    pub is_ingress: bool,
    /// -1 for all.
    pub protocol: i64,
    pub from: i64,
    pub to: i64,
    pub peer: Peer,
}

pub struct Estate {
    pub inventory: Inventory,
    pub groups: Vec<GroupId>,
    pub rules: Vec<RawRule>,
    pub lists: BTreeMap<PrefixListId, Vec<Block>>,
    /// Active peerings, both ways round.
    pub peered: Vec<(VpcId, VpcId)>,
}

const BLOCKS: [&str; 12] = [
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
];

impl Estate {
    pub fn random(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut builder = Builder::new();
        let source = builder.source("random");
        let vpcs: Vec<VpcId> = (0..=dice.roll(3)).map(|n| VpcId::new(format!("vpc-{n}"))).collect();
        let mut peered = Vec::new();
        if vpcs.len() > 1 {
            let status = *dice.pick(&["active", "active", "pending-acceptance"]);
            builder.peering(PeeringId::new("pcx-1"), vpcs[0].clone(), vpcs[1].clone(), Some(status.into()));
            if status == "active" {
                peered.extend([(vpcs[0].clone(), vpcs[1].clone()), (vpcs[1].clone(), vpcs[0].clone())]);
            }
        }
        let mut lists = BTreeMap::new();
        let list = PrefixListId::new("pl-1");
        let entries: Vec<Block> = (0..2).map(|_| dice.pick(&BLOCKS[2..]).parse().unwrap()).collect();
        builder.prefix_list(list.clone(), None, Some(entries.iter().copied().collect()));
        lists.insert(list, entries);

        let groups: Vec<GroupId> = (0..2 + dice.roll(6)).map(|n| GroupId::new(format!("sg-{n}"))).collect();
        for id in &groups {
            let fact = GroupFact {
                ingress_known: true,
                egress_known: true,
                vpc: Some(dice.pick(&vpcs).clone()),
                ..GroupFact::new(Known::Owned, Some(Origin::new(&source, id.as_str())))
            };
            builder.group(id.clone(), fact);
        }
        let mut rules = Vec::new();
        for group in &groups {
            if dice.chance(60) {
                rules.push(raw(group, false, -1, 0, 0, Peer::Block(Block::ALL_V4)));
            }
            for _ in 0..dice.roll(5) {
                rules.push(random_rule(&mut dice, group, &groups));
            }
        }
        for rule in &rules {
            let traffic =
                Traffic::from_permission(&rule.protocol.to_string(), Some(rule.from), Some(rule.to)).unwrap();
            let direction = if rule.is_ingress { Direction::Ingress } else { Direction::Egress };
            let origins = vec![Origin::new(&source, rule.group.as_str())];
            builder.rule(
                rule.group.clone(),
                Rule { direction, peer: rule.peer.clone(), traffic, doubt: None, origins },
            );
        }
        for number in 0..2 + dice.roll(8) {
            add_machine(&mut dice, &mut builder, &source, number, &groups, &vpcs);
        }
        Self { inventory: builder.finish(), groups, rules, lists, peered }
    }

    /// Everything, for the message of a failing test.
    pub fn describe(&self) -> String {
        format!("{:#?}\n{:#?}\npeered {:?}", self.inventory.endpoints, self.rules, self.peered)
    }
}

fn raw(group: &GroupId, is_ingress: bool, protocol: i64, from: i64, to: i64, peer: Peer) -> RawRule {
    RawRule { group: group.clone(), is_ingress, protocol, from, to, peer }
}

fn random_rule(dice: &mut Dice, group: &GroupId, groups: &[GroupId]) -> RawRule {
    let is_ingress = dice.chance(70);
    let port = dice.roll(6) as i64;
    let (protocol, from, to) = match dice.roll(10) {
        0 => (-1, 0, 0),
        1 => (17, port, port + 1),
        2 => (1, dice.roll(3) as i64, dice.roll(3) as i64 - 1),
        3 => (58, -1, -1),
        4 => (50, 0, 0),
        5 => (6, 0, 65_535),
        _ => (6, port, port + dice.roll(3) as i64),
    };
    let peer = match dice.roll(10) {
        0 => Peer::PrefixList(PrefixListId::new("pl-1")),
        1..=4 => Peer::Block(dice.pick(&BLOCKS).parse().unwrap()),
        5 => Peer::Group(group.clone()),
        _ => Peer::Group(dice.pick(groups).clone()),
    };
    raw(group, is_ingress, protocol, from, to, peer)
}

fn add_machine(
    dice: &mut Dice,
    builder: &mut Builder,
    source: &Arc<sglens::inventory::Source>,
    number: usize,
    groups: &[GroupId],
    vpcs: &[VpcId],
) {
    let id = EndpointId::new(format!("i-{number}"));
    let origin = Origin::new(source, id.as_str());
    builder.endpoint(
        id.clone(),
        EndpointFact {
            home: None,
            known: Known::Owned,
            origin: origin.clone(),
            kind: "instance".into(),
            name: None,
            tags: sglens::inventory::Tags::default(),
            members: if dice.chance(15) { Members::Many } else { Members::One },
            role: *dice.pick(&[Role::Both, Role::Both, Role::Both, Role::Both, Role::Client, Role::Service]),
            aliases: Vec::new(),
            templates: Vec::new(),
            is_template: false,
        },
    );
    let vpc = dice.pick(vpcs).clone();
    for nic in 0..1 + usize::from(dice.chance(25)) {
        let mut fact = InterfaceFact::new(origin.clone(), id.clone());
        fact.id = Some(InterfaceId::new(format!("eni-{number}-{nic}")));
        fact.vpc = Some(vpc.clone());
        let carried = (0..1 + dice.roll(3)).map(|_| GroupRef::Id(dice.pick(groups).clone()));
        fact.groups = carried.collect();
        if !dice.chance(10) {
            fact.addresses.insert(format!("10.0.{}.{}", dice.roll(2), dice.roll(12)).parse().unwrap());
        }
        if dice.chance(20) {
            fact.addresses.insert(format!("10.0.0.{}", dice.roll(12)).parse().unwrap());
        }
        if dice.chance(10) {
            fact.addresses.insert("10.0.0.0/28".parse().unwrap());
        }
        if dice.chance(30) || fact.addresses.is_empty() {
            fact.addresses.insert(format!("2001:db8::{}", dice.roll(8)).parse().unwrap());
        }
        builder.interface(fact);
    }
}
