//! Hides facts of a known estate: what is left is what a reader would have found. Everything hidden
//! can be filled in again in other ways, all of which the reader must reckon with.

use std::sync::Arc;

use sglens::inventory::{
    Authority, Builder, Direction, EndpointFact, EndpointId, GroupFact, GroupRef, InterfaceFact, InterfaceId,
    Inventory, Origin, Peer, PeeringId, Rule, Source, SubnetId,
};
use sglens::traffic::{Block, Traffic};

use super::world::{
    Nic, RawRule, World, group_id, list_id, random_addresses, random_entries, random_peer, random_rule,
    vpc_id,
};
use crate::testkit::random::Random;

/// What is not told of a rule.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Hidden {
    Nothing,
    /// The whole rule.
    Rule,
    /// Its protocol and ports.
    Traffic,
    /// Its peer.
    Peer,
}

/// Which facts of a world are hidden.
#[derive(Debug, Clone)]
pub struct Mask {
    rules: Vec<Hidden>,
    /// Of each group: whether ingress and egress rules are all told. One of which nothing is told has
    /// neither.
    known: Vec<(bool, bool)>,
    /// Groups of which nothing is told.
    elsewhere: Vec<bool>,
    /// Interfaces, by machine and position: whether the addresses are told; in a subnet that is told?
    addresses: Vec<Vec<Where>>,
    /// Interfaces: which of the attached groups is only an expression.
    groups: Vec<Vec<Option<usize>>>,
    lists: bool,
    peering: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Where {
    Told,
    /// Only that it is in a subnet of these addresses.
    Subnet,
    Nowhere,
}

const SUBNET: &str = "10.0.0.0/28";

impl Mask {
    /// Hides nothing.
    pub fn none(world: &World) -> Self {
        Self {
            rules: vec![Hidden::Nothing; world.rules.len()],
            known: vec![(true, true); world.groups.len()],
            elsewhere: vec![false; world.groups.len()],
            addresses: world.machines.iter().map(|machine| vec![Where::Told; machine.nics.len()]).collect(),
            groups: world.machines.iter().map(|machine| vec![None; machine.nics.len()]).collect(),
            lists: false,
            peering: false,
        }
    }

    /// Hides some facts of each kind.
    pub fn random(random: &mut Random, world: &World) -> Self {
        let mut mask = Self::none(world);
        mask.lists = random.chance(30);
        mask.peering = random.chance(30);
        for group in 0..world.groups.len() {
            mask.elsewhere[group] = random.chance(10);
            let is_there = !mask.elsewhere[group];
            mask.known[group] = (is_there && !random.chance(20), is_there && !random.chance(20));
        }
        for (rule, hidden) in world.rules.iter().zip(&mut mask.rules) {
            let known = mask.known[rule.group];
            let may_hide = !if rule.is_ingress { known.0 } else { known.1 };
            *hidden = match random.below(20) {
                _ if mask.elsewhere[rule.group] => Hidden::Rule,
                0..=9 if may_hide => Hidden::Rule,
                10 => Hidden::Traffic,
                11 => Hidden::Peer,
                _ => Hidden::Nothing,
            };
        }
        for (number, machine) in world.machines.iter().enumerate() {
            for (position, nic) in machine.nics.iter().enumerate() {
                let is_v4 = nic.addresses.iter().any(|block| block.to_string().starts_with("10."));
                let subnet: Block = SUBNET.parse().unwrap();
                let is_in_subnet = nic.addresses.iter().all(|block| subnet.contains(block));
                // An address that is not told is taken to be IPv4 at least.
                mask.addresses[number][position] = match random.below(10) {
                    0 if is_v4 => Where::Nowhere,
                    1 | 2 if is_in_subnet => Where::Subnet,
                    _ => Where::Told,
                };
                mask.groups[number][position] =
                    (!nic.groups.is_empty() && random.chance(10)).then(|| random.below(nic.groups.len()));
            }
        }
        mask
    }

    /// Returns a world that looks the same behind the mask.
    pub fn complete(&self, random: &mut Random, world: &World) -> World {
        let mut other = world.clone();
        let groups = world.groups.len();
        let mut rules = Vec::new();
        for (rule, hidden) in world.rules.iter().zip(&self.rules) {
            match hidden {
                Hidden::Nothing => rules.push(rule.clone()),
                Hidden::Rule => {}
                Hidden::Traffic => {
                    // Any traffic of the rule's protocol; that much a reader can tell.
                    let RawRule { protocol, from, to, .. } = random_rule(random, rule.group, groups);
                    let same = protocol == rule.protocol || rule.protocol == -1;
                    let rolled = RawRule { protocol, from, to, ..rule.clone() };
                    rules.push(if same { rolled } else { rule.clone() });
                }
                Hidden::Peer => {
                    rules.push(RawRule { peer: random_peer(random, rule.group, groups), ..rule.clone() });
                }
            }
        }
        for (group, (ingress, egress)) in self.known.iter().enumerate() {
            for _ in 0..random.below(3) {
                let rule = random_rule(random, group, groups);
                if !if rule.is_ingress { *ingress } else { *egress } {
                    rules.push(rule);
                }
            }
        }
        other.rules = rules;
        if self.lists {
            other.lists.insert(list_id(), random_entries(random));
        }
        if let (true, Some(peering)) = (self.peering, &mut other.peering) {
            peering.2 = random.chance(50);
        }
        for (number, machine) in other.machines.iter_mut().enumerate() {
            for (position, nic) in machine.nics.iter_mut().enumerate() {
                match self.addresses[number][position] {
                    Where::Told => {}
                    Where::Subnet => {
                        nic.addresses = vec![format!("10.0.0.{}", random.below(16)).parse().unwrap()];
                    }
                    Where::Nowhere => nic.addresses = some_v4(random),
                }
                if let Some(hidden) = self.groups[number][position] {
                    nic.groups[hidden] = random.below(groups);
                }
            }
        }
        other
    }

    /// Returns what a reader would have found.
    pub fn inventory(&self, world: &World) -> Inventory {
        let mut builder = Builder::new();
        let source = builder.source("random");
        if let Some((one, other, is_active)) = world.peering {
            let status = if is_active { "active" } else { "pending-acceptance" };
            let status = (!self.peering).then(|| status.into());
            builder.peering(PeeringId::new("pcx-1"), vpc_id(one), vpc_id(other), status);
        }
        let entries = world.lists[&list_id()].iter().copied().collect();
        builder.prefix_list(list_id(), None, (!self.lists).then_some(entries));
        for vpc in 0..world.vpcs {
            let subnet = SubnetId::new(format!("subnet-{vpc}"));
            builder.subnet(subnet, None, Some(vpc_id(vpc)), [SUBNET.parse().unwrap()]);
        }
        for (group, vpc) in world.groups.iter().enumerate().filter(|(group, _)| !self.elsewhere[*group]) {
            let id = group_id(group);
            let fact = GroupFact {
                ingress_known: self.known[group].0,
                egress_known: self.known[group].1,
                vpc: Some(vpc_id(*vpc)),
                ..GroupFact::new(Authority::Managed, Some(Origin::new(&source, id.as_str())))
            };
            builder.group(id, fact);
        }
        for (rule, hidden) in world.rules.iter().zip(&self.rules) {
            Self::tell_rule(&mut builder, &source, rule, *hidden);
        }
        for number in 0..world.machines.len() {
            self.tell_machine(&mut builder, &source, world, number);
        }
        builder.finish()
    }

    fn tell_rule(builder: &mut Builder, source: &Arc<Source>, rule: &RawRule, hidden: Hidden) {
        if hidden == Hidden::Rule {
            return;
        }
        let id = group_id(rule.group);
        let protocol = rule.protocol.to_string();
        let ports = if hidden == Hidden::Traffic { (None, None) } else { (Some(rule.from), Some(rule.to)) };
        builder.rule(
            id.clone(),
            Rule {
                direction: if rule.is_ingress { Direction::Ingress } else { Direction::Egress },
                peer: if hidden == Hidden::Peer {
                    Peer::Unresolved("var.peer".into())
                } else {
                    rule.peer.clone()
                },
                traffic: Traffic::from_permission(&protocol, ports.0, ports.1).unwrap(),
                doubt: (hidden == Hidden::Traffic).then(|| "its ports are not known".into()),
                origins: vec![Origin::new(source, id.as_str())],
            },
        );
    }

    fn tell_machine(&self, builder: &mut Builder, source: &Arc<Source>, world: &World, number: usize) {
        let machine = &world.machines[number];
        let id = machine_id(number);
        let origin = Origin::new(source, id.as_str());
        builder.endpoint(
            id.clone(),
            EndpointFact {
                members: machine.members,
                role: machine.role,
                ..EndpointFact::new(Authority::Managed, origin.clone(), "instance")
            },
        );
        for (position, nic) in machine.nics.iter().enumerate() {
            let mut fact = InterfaceFact::new(origin.clone(), id.clone());
            fact.id = Some(InterfaceId::new(format!("eni-{number}-{position}")));
            fact.vpc = Some(vpc_id(nic.vpc));
            fact.unfiltered = nic.groups.is_empty();
            fact.groups = self.tell_groups(nic, number, position).into_iter().collect();
            match self.addresses[number][position] {
                Where::Told => fact.addresses.extend(nic.addresses.iter().copied()),
                Where::Subnet => drop(fact.subnets.insert(SubnetId::new(format!("subnet-{}", nic.vpc)))),
                Where::Nowhere => {}
            }
            builder.interface(fact);
        }
    }

    fn tell_groups(&self, nic: &Nic, number: usize, position: usize) -> Vec<GroupRef> {
        let hidden = self.groups[number][position];
        let tell = |(at, group): (usize, &usize)| {
            if hidden == Some(at) {
                GroupRef::Unresolved(format!("var.group{at}").into())
            } else {
                GroupRef::Id(group_id(*group))
            }
        };
        nic.groups.iter().enumerate().map(tell).collect()
    }
}

pub fn machine_id(number: usize) -> EndpointId {
    EndpointId::new(format!("i-{number}"))
}

fn some_v4(random: &mut Random) -> Vec<Block> {
    loop {
        let addresses = random_addresses(random);
        if addresses.iter().any(|block| block.to_string().starts_with("10.")) {
            return addresses;
        }
    }
}
