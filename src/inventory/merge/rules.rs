//! Merges the rules of a group.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::group_names::GroupNames;
use crate::inventory::origin::list_sources;
use crate::inventory::{Direction, Group, GroupId, Peer, Rule, Source, Warning};

/// Joins rules of the same content into one rule with all their origins.
pub(super) fn merge(mut rules: Vec<Rule>, resolve: impl Fn(&GroupId) -> GroupId) -> Vec<Rule> {
    for rule in &mut rules {
        if let Peer::Group(id) = &mut rule.peer
            && GroupNames::is_name(id)
        {
            *id = resolve(id);
        }
    }
    // Sorting brings rules of the same content together, with their origins in order.
    rules.sort_unstable();
    rules.dedup_by(|later, first| {
        let same = later.content() == first.content();
        if same {
            first.origins.append(&mut later.origins);
        }
        same
    });
    for rule in &mut rules {
        rule.origins.sort();
        rule.origins.dedup();
        rule.origins.shrink_to_fit();
    }
    rules.shrink_to_fit();
    rules
}

/// Warns of rules that one source of a group lists and another does not. `managers` holds the groups
/// that several sources manage; a data source lists no rules, so it is not compared.
pub(super) fn warn_of_differences(
    groups: &BTreeMap<GroupId, Group>,
    managers: &BTreeMap<GroupId, BTreeSet<Arc<Source>>>,
    warnings: &mut BTreeSet<Warning>,
) {
    for (id, managers) in managers {
        let Some(group) = groups.get(id) else { continue };
        for direction in [Direction::Ingress, Direction::Egress] {
            let partial = group.rules.iter().filter(|rule| rule.direction == direction).filter(|rule| {
                let holders: BTreeSet<_> = rule.origins.iter().map(|origin| &origin.source).collect();
                managers.iter().any(|source| !holders.contains(source))
            });
            let count = partial.count();
            if count > 0 {
                let message = format!(
                    "group {id}: {count} {} rule{} in only some of {}; the union is used",
                    direction.name(),
                    if count == 1 { " is" } else { "s are" },
                    list_sources(&group.origins),
                );
                warnings.insert(Warning { message });
            }
        }
    }
}
