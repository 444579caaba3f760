//! One thing under two ids: sources that identify it differently tell the same ARN.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::inventory::EndpointId;
use crate::inventory::findings::{ById, EndpointFacts, Findings};

/// Gives things with a common ARN the smallest of their ids. Within one source an id is enough.
pub(super) fn join_by_arn(findings: &mut Findings, all: &mut ById<EndpointId, EndpointFacts>) {
    let mut by_arn: HashMap<&Arc<str>, BTreeSet<&EndpointId>, RandomState> = HashMap::default();
    for (id, found) in &*all {
        let aliases = found.facts.iter().flat_map(|fact| &fact.aliases);
        for arn in aliases.filter(|alias| alias.starts_with("arn:")) {
            by_arn.entry(arn).or_default().insert(id);
        }
    }
    // Sets of ids in their order, so that the outcome depends on no hash.
    let sets: BTreeSet<BTreeSet<&EndpointId>> = by_arn.into_values().filter(|ids| ids.len() > 1).collect();
    let mut leaders: BTreeMap<EndpointId, EndpointId> = BTreeMap::new();
    for ids in sets {
        let known = ids.iter().map(|id| leader(&leaders, id).clone()).collect::<BTreeSet<_>>();
        let first = known.first().expect("a set has two ids").clone();
        for id in ids.into_iter().cloned().chain(known) {
            if id != first {
                leaders.insert(id, first.clone());
            }
        }
    }
    let moved: Vec<EndpointId> = leaders.keys().cloned().collect();
    for id in moved {
        let Some(found) = all.shift_remove(&id) else { continue };
        let to = leader(&leaders, &id).clone();
        let joined = all.entry(to.clone()).or_default();
        joined.facts.extend(found.facts);
        joined.interfaces.extend(found.interfaces.into_iter().map(|mut fact| {
            fact.endpoint = to.clone();
            fact
        }));
    }
    for (_, owner) in &mut findings.owners {
        *owner = leader(&leaders, owner).clone();
    }
}

/// Returns the id that stands for an id.
fn leader<'l>(leaders: &'l BTreeMap<EndpointId, EndpointId>, id: &'l EndpointId) -> &'l EndpointId {
    let mut id = id;
    // Each step leads to a smaller id.
    while let Some(next) = leaders.get(id) {
        id = next;
    }
    id
}
