//! Which endpoint owns an interface.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::inventory::findings::{ById, EndpointFacts, Findings};
use crate::inventory::{EndpointId, InterfaceFact, InterfaceId, Origin};

/// All facts by endpoint.
type Endpoints = ById<EndpointId, EndpointFacts>;

/// What an endpoint has of the resources of its interfaces, which are only other names of it.
#[derive(Default)]
pub(super) struct Gained {
    pub(super) aliases: Vec<Arc<str>>,
    pub(super) origins: Vec<Origin>,
}

/// Moves the facts about an interface to the endpoint that owns it. Returns what the endpoints gain.
pub(super) fn give_to_owners(
    all: &mut Endpoints,
    owners: &HashMap<InterfaceId, EndpointId, RandomState>,
) -> HashMap<EndpointId, Gained> {
    let mut gained: HashMap<EndpointId, Gained> = HashMap::new();
    let mut moved: Vec<(EndpointId, InterfaceFact)> = Vec::new();
    for (id, found) in all.iter_mut() {
        let owner = |fact: &InterfaceFact| owners.get(fact.id.as_ref()?).filter(|owner| *owner != id);
        let lost = found.interfaces.extract_if(.., |fact| owner(fact).is_some());
        moved.extend(lost.filter_map(|fact| Some((owners.get(fact.id.as_ref()?)?.clone(), fact))));
        if let Some(owner) = owners.get(id.as_str()).filter(|owner| *owner != id) {
            for fact in found.facts.drain(..) {
                let gained = gained.entry(owner.clone()).or_default();
                gained.aliases.extend([Arc::from(id), Arc::clone(&fact.origin.address)]);
                gained.origins.push(fact.origin);
            }
        }
    }
    for (owner, fact) in moved {
        all.entry(owner).or_default().interfaces.push(fact);
    }
    all.retain(|_, found| !found.facts.is_empty() || !found.interfaces.is_empty());
    gained
}

/// Returns the owner of each interface: a machine rather than the interface's own resource.
pub(super) fn owners(
    findings: &mut Findings,
    all: &Endpoints,
) -> HashMap<InterfaceId, EndpointId, RandomState> {
    let mut owners: HashMap<InterfaceId, EndpointId, RandomState> = HashMap::default();
    let mut disputed: BTreeMap<InterfaceId, BTreeSet<EndpointId>> = BTreeMap::new();
    let stated = all.values().flat_map(|found| &found.interfaces);
    let stated = stated.filter_map(|fact| Some((fact.id.clone()?, fact.endpoint.clone())));
    for (interface, endpoint) in stated.chain(std::mem::take(&mut findings.owners)) {
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
        findings.warn(message);
    }
    owners
}
