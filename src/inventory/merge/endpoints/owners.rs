//! Which endpoint is meant: things of one name in several places, and interfaces of machines.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::Endpoints;
use crate::inventory::builder::Told;
use crate::inventory::{Builder, EndpointId, InterfaceFact, InterfaceId, Warning};

/// Gives things of one name in several accounts or regions an identity each. Who does not say where
/// it is stays by itself: it may be any of them.
pub(super) fn keep_apart(told: &mut Endpoints) {
    let mut apart: Vec<(EndpointId, Told)> = Vec::new();
    for (id, told) in told.iter_mut() {
        // Ids that EC2 gives are there once in the world.
        if told.facts.len() < 2
            || ["i-", "eni-", "vpce-"].iter().any(|prefix| id.as_str().starts_with(prefix))
        {
            continue;
        }
        let homes: BTreeSet<Arc<str>> = told.facts.iter().filter_map(|fact| fact.home.clone()).collect();
        if homes.len() < 2 {
            continue;
        }
        for home in homes {
            let id = EndpointId::new(format!("{id}@{home}"));
            let facts = told.facts.extract_if(.., |fact| fact.home.as_ref() == Some(&home)).collect();
            let mut interfaces: Vec<_> =
                told.interfaces.extract_if(.., |fact| fact.home.as_ref() == Some(&home)).collect();
            for fact in &mut interfaces {
                fact.endpoint = id.clone();
            }
            apart.push((id, Told { facts, interfaces }));
        }
    }
    if !apart.is_empty() {
        told.retain(|_, told| !told.facts.is_empty() || !told.interfaces.is_empty());
        told.extend(apart);
    }
}

/// Moves what is said of an interface to the endpoint that owns it. Returns what else the endpoints
/// are called by: the interface's own resource is only another name of the machine.
pub(super) fn give_to_owners(
    told: &mut Endpoints,
    owners: &HashMap<InterfaceId, EndpointId, RandomState>,
) -> HashMap<EndpointId, Vec<Arc<str>>> {
    let mut aliases: HashMap<EndpointId, Vec<Arc<str>>> = HashMap::new();
    let mut moved: Vec<(EndpointId, InterfaceFact)> = Vec::new();
    for (id, told) in told.iter_mut() {
        let owner = |fact: &InterfaceFact| owners.get(fact.id.as_ref()?).filter(|owner| *owner != id);
        let lost = told.interfaces.extract_if(.., |fact| owner(fact).is_some());
        moved.extend(lost.filter_map(|fact| Some((owners.get(fact.id.as_ref()?)?.clone(), fact))));
        if let Some(owner) = owners.get(id.as_str()).filter(|owner| *owner != id) {
            for fact in told.facts.drain(..) {
                let names = [Arc::from(id), Arc::clone(&fact.origin.address)];
                aliases.entry(owner.clone()).or_default().extend(names);
            }
        }
    }
    for (owner, fact) in moved {
        told.entry(owner).or_default().interfaces.push(fact);
    }
    told.retain(|_, told| !told.facts.is_empty() || !told.interfaces.is_empty());
    aliases
}

/// Who owns each interface: a machine before the interface's own resource.
pub(super) fn owners(
    builder: &mut Builder,
    told: &Endpoints,
) -> HashMap<InterfaceId, EndpointId, RandomState> {
    let mut owners: HashMap<InterfaceId, EndpointId, RandomState> = HashMap::default();
    let mut disputed: BTreeMap<InterfaceId, BTreeSet<EndpointId>> = BTreeMap::new();
    let stated = told.values().flat_map(|told| &told.interfaces);
    let stated = stated.filter_map(|fact| Some((fact.id.clone()?, fact.endpoint.clone())));
    for (interface, endpoint) in stated.chain(std::mem::take(&mut builder.owners)) {
        if endpoint.as_str() == interface.as_str() {
            continue;
        }
        match owners.entry(interface) {
            Entry::Vacant(slot) => drop(slot.insert(endpoint)),
            Entry::Occupied(slot) if *slot.get() == endpoint => {}
            Entry::Occupied(mut slot) => {
                let claims = disputed.entry(slot.key().clone()).or_default();
                claims.extend([slot.get().clone(), endpoint.clone()]);
                if endpoint < *slot.get() {
                    slot.insert(endpoint);
                }
            }
        }
    }
    for (interface, claims) in disputed {
        let names: Vec<&str> = claims.iter().map(EndpointId::as_str).collect();
        let message = format!("interface {interface} is claimed by {}; the first is used", names.join(", "));
        builder.warnings.insert(Warning { message });
    }
    owners
}
