//! The interfaces of one endpoint: what several sources state about each, joined.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::settle::KnownIds;
use crate::inventory::findings::{SubnetGroup, smallest};
use crate::inventory::{GroupRef, Interface, InterfaceFact, InterfaceId, SortedSet, SubnetId, VpcId};

/// The key that identifies an interface of an endpoint.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Slot(usize),
    Id(InterfaceId),
}

/// The interfaces of one endpoint by key.
pub(super) type Interfaces = Vec<(Key, Interface)>;

/// Returns an interface as one fact states it.
pub(super) fn interface_of(
    fact: InterfaceFact,
    subnet_groups: &BTreeMap<Arc<str>, BTreeSet<SubnetGroup>>,
    known: &KnownIds<'_>,
) -> (Key, Interface) {
    let key = fact.id.clone().map_or(Key::Slot(fact.slot), Key::Id);
    let named = fact.subnet_groups.iter().filter_map(|name| subnet_groups.get(name));
    let named: SortedSet<SubnetId> =
        named.flat_map(|groups| subnets_for(&fact, groups, known)).cloned().collect();
    let mut interface = Interface {
        id: fact.id,
        vpc: fact.vpc,
        subnets: fact.subnets,
        addresses: fact.addresses,
        public: fact.public,
        unfiltered: fact.unfiltered,
        ..Interface::default()
    };
    interface.subnets.extend(named);
    for group in fact.groups {
        match group {
            GroupRef::Id(id) => drop(interface.groups.insert(id)),
            GroupRef::Unresolved(expression) => drop(interface.unresolved.insert(expression)),
        }
    }
    (key, interface)
}

/// Returns the subnets of the group that an interface means by a name: one of its account and region, with
/// subnets in the VPC of its security groups, and of its own source rather than of another.
fn subnets_for<'g>(
    fact: &InterfaceFact,
    named: &'g BTreeSet<SubnetGroup>,
    known: &KnownIds<'_>,
) -> impl Iterator<Item = &'g SubnetId> {
    let vpcs: Vec<&VpcId> = if named.len() < 2 {
        Vec::new()
    } else {
        let groups = fact.groups.iter();
        groups.filter_map(|group| if let GroupRef::Id(id) = group { known.home(id) } else { None }).collect()
    };
    let is_elsewhere = |id: &SubnetId| {
        let vpc = known.network.subnets.get(id).and_then(|subnet| subnet.vpc.as_ref());
        vpc.is_some_and(|vpc| !vpcs.is_empty() && !vpcs.contains(&vpc))
    };
    let fits = |group: &&SubnetGroup| {
        let pair = fact.account_region.as_ref().zip(group.account_region.as_ref());
        let is_apart = pair.is_some_and(|(one, other)| one.contradicts(other));
        !is_apart && !group.subnets.iter().any(is_elsewhere)
    };
    let mut fitting: Vec<&SubnetGroup> = named.iter().filter(fits).collect();
    if fitting.iter().any(|group| group.source == fact.origin.source) {
        fitting.retain(|group| group.source == fact.origin.source);
    }
    fitting.into_iter().flat_map(|group| &group.subnets)
}

/// Adds another finding about the same interface.
fn absorb(interface: &mut Interface, other: Interface) {
    smallest(&mut interface.vpc, other.vpc);
    interface.groups.extend(other.groups);
    interface.unresolved.extend(other.unresolved);
    interface.subnets.extend(other.subnets);
    interface.addresses.extend(other.addresses);
    interface.public.extend(other.public);
    interface.unfiltered |= other.unfiltered;
}

/// Joins the findings about each interface. Some sources leave the id out, so an interface without an
/// id is joined with one that has an id when they share an address, or when all its groups are
/// attached to the other.
pub(super) fn fold(mut found: Interfaces, is_machine: bool) -> Vec<Interface> {
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut interfaces: Interfaces = Vec::with_capacity(found.len());
    for (key, interface) in found {
        match interfaces.last_mut() {
            Some((known, same)) if *known == key => absorb(same, interface),
            _ => interfaces.push((key, interface)),
        }
    }
    if interfaces.first().is_some_and(|(key, _)| *key == Key::Slot(0)) {
        let (key, unnamed) = interfaces.remove(0);
        let has_id = |key: &Key| matches!(key, Key::Id(_));
        let shares = |named: &Interface| !named.addresses.is_disjoint(&unnamed.addresses);
        let same = interfaces.iter().position(|(key, named)| has_id(key) && shares(named)).or_else(|| {
            let unplaced = unnamed.addresses.is_empty();
            // What is said of a service with a single interface is said of that one.
            let is_only = !is_machine && interfaces.len() == 1;
            let fits = |named: &Interface| is_only || unnamed.groups.is_subset(&named.groups);
            interfaces.iter().position(|(key, named)| has_id(key) && unplaced && fits(named))
        });
        match same {
            Some(position) => absorb(&mut interfaces[position].1, unnamed),
            None => interfaces.insert(0, (key, unnamed)),
        }
    }
    interfaces.into_iter().map(|(_, interface)| interface).collect()
}
