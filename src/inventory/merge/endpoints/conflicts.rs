//! Warnings about things that two sources state differently.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::findings::{ById, EndpointFacts};
use crate::inventory::{EndpointId, GroupId, GroupRef, InterfaceFact, Warning};

/// What the groups of an interface are compared by: its id, or the thing that it belongs to and which of
/// its interfaces it is.
type Place<'f> = (&'f str, Option<usize>);

/// Warns of interfaces that have different groups in several sources.
pub(super) fn warn_of_different_groups(
    all: &ById<EndpointId, EndpointFacts>,
    warnings: &mut BTreeSet<Warning>,
) {
    let mut stated: BTreeMap<Place<'_>, BTreeMap<&str, BTreeSet<&GroupId>>> = BTreeMap::new();
    for fact in all.values().flat_map(|found| &found.interfaces) {
        let groups = fact.groups.iter().filter_map(|group| match group {
            GroupRef::Id(id) => Some(id),
            GroupRef::Unresolved(_) => None,
        });
        stated.entry(place(fact)).or_default().entry(&fact.origin.source.name).or_default().extend(groups);
    }
    for ((id, slot), by_source) in stated {
        let distinct: BTreeSet<_> = by_source.values().filter(|groups| !groups.is_empty()).collect();
        // The groups of a VPC endpoint may be added one by one, in another source.
        let is_added = slot.is_some() && id.starts_with("vpce-") && {
            let whole = distinct.iter().max_by_key(|groups| groups.len());
            whole.is_some_and(|whole| distinct.iter().all(|groups| groups.is_subset(whole)))
        };
        if distinct.len() > 1 && !is_added {
            let sources: Vec<&str> = by_source.keys().copied().collect();
            let what = if slot.is_none() { "interface " } else { "" };
            let message = format!(
                "{what}{id} has different groups attached in {}; the union is used",
                sources.join(", ")
            );
            warnings.insert(Warning { message });
        }
    }
}

fn place(fact: &InterfaceFact) -> Place<'_> {
    match &fact.id {
        Some(id) => (id.as_str(), None),
        None => (fact.endpoint.as_str(), Some(fact.slot)),
    }
}
