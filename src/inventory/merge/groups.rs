//! Merges the facts about groups.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::inventory::findings::smallest;
use crate::inventory::origin::list_sources;
use crate::inventory::{Authority, Group, GroupFact, GroupId, Source, Warning};

/// A group, and what merging its facts brought up.
pub(super) struct Merged {
    pub(super) group: Group,
    pub(super) warnings: Vec<Warning>,
    /// The sources that manage the group, if there are several facts.
    pub(super) managers: BTreeSet<Arc<Source>>,
}

/// Merges the sorted facts about one group. The higher authority wins, then the smaller text.
pub(super) fn merge(id: &GroupId, facts: &[GroupFact]) -> Merged {
    let mut group = Group::referred_to(id.clone());
    let mut warnings = Vec::new();
    for equals in facts.chunk_by(|one, other| one.authority == other.authority).rev() {
        let is_open = [&group.name, &group.description, &group.account, &group.region].map(Option::is_none);
        let is_placed = group.vpc.is_some();
        for fact in equals {
            group.ingress_known |= fact.ingress_known;
            group.egress_known |= fact.egress_known;
            group.carriers_unseen |= fact.carriers_unseen;
            group.origins.extend(fact.origin.clone());
            let slots = [
                (&mut group.name, &fact.name),
                (&mut group.description, &fact.description),
                (&mut group.account, &fact.account),
                (&mut group.region, &fact.region),
            ];
            for ((slot, new), is_open) in slots.into_iter().zip(is_open) {
                if is_open {
                    smallest(slot, new.clone());
                }
            }
            if !is_placed {
                smallest(&mut group.vpc, fact.vpc.clone());
            }
        }
        match equals {
            [only] => group.tags.add_missing(&only.tags),
            several => {
                // The last value of a key counts, so the smallest comes last.
                let mut tags: Vec<_> = several.iter().flat_map(|fact| fact.tags.iter().cloned()).collect();
                tags.sort_by(|one, other| other.cmp(one));
                group.tags.add_missing(&tags.into_iter().collect());
            }
        }
    }
    if let [_] = facts {
        return Merged { group, warnings, managers: BTreeSet::new() };
    }
    group.origins.sort();
    group.origins.dedup();
    let differ = |field: &dyn Fn(&GroupFact) -> Option<String>| {
        facts.iter().filter_map(field).collect::<BTreeSet<_>>().len() > 1
    };
    let name = |fact: &GroupFact| fact.name.as_ref().map(ToString::to_string);
    let vpc = |fact: &GroupFact| fact.vpc.as_ref().map(ToString::to_string);
    for (what, differs) in [("name", differ(&name)), ("VPC", differ(&vpc))] {
        if differs {
            let places = list_sources(&group.origins);
            let message = format!("group {id} has a different {what} in {places}: both are kept as evidence");
            warnings.push(Warning { message });
        }
    }
    let managed = facts.iter().filter(|fact| fact.authority == Authority::Managed);
    let managers = managed.filter_map(|fact| Some(Arc::clone(&fact.origin.as_ref()?.source))).collect();
    Merged { group, warnings, managers }
}

/// Adds what mentions of a group hold: its name, VPC and account.
pub(super) fn apply_mention(group: &mut Group, mention: GroupFact) {
    if group.name.is_none() || group.origins.is_empty() {
        smallest(&mut group.name, mention.name);
    }
    if group.vpc.is_none() || group.origins.is_empty() {
        smallest(&mut group.vpc, mention.vpc);
    }
    smallest(&mut group.account, mention.account);
}
