//! Merges findings into one inventory. Every step works on sorted collections, so that the result
//! does not depend on the order of files and resources.

mod endpoints;
mod group_names;
mod groups;
mod rules;
mod sort_key;

use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use super::{Authority, Group, GroupFact, GroupId, Inventory, Peer, Rule, Tally, Warning};
use crate::parallel;
use group_names::GroupNames;
use sort_key::sort_key;

/// Merges all findings.
pub(super) fn merge(mut findings: Findings) -> Inventory {
    for (id, entries) in std::mem::take(&mut findings.loose_entries) {
        if let Some(known) = findings.network.prefix_lists.get_mut(&id).and_then(|list| list.entries.as_mut())
        {
            known.extend(entries);
        }
    }
    if !findings.unknown_types.is_empty() {
        let types: Vec<String> = std::mem::take(&mut findings.unknown_types).into_iter().collect();
        findings.warn(format!(
            "resources of types that sglens does not know name security groups, and are taken for resources \
             that have them attached: {}",
            types.join(", ")
        ));
    }
    let mut facts: Vec<_> = std::mem::take(&mut findings.groups).into_iter().collect();
    facts.sort_by_cached_key(|(id, _)| sort_key(id.as_str()));
    let merged = parallel::map(facts, |(id, mut facts): (GroupId, Vec<GroupFact>)| {
        facts.sort();
        let is_defined = facts.iter().any(|fact| fact.authority != Authority::Mention);
        let merged = is_defined.then(|| groups::merge(&id, &facts));
        (id, facts, merged)
    });
    let mut mentions = Vec::new();
    let mut known = Vec::with_capacity(merged.len());
    let mut managers = BTreeMap::new();
    for (id, facts, merged) in merged {
        match merged {
            Some(merged) => {
                findings.warnings.extend(merged.warnings);
                if merged.managers.len() > 1 {
                    managers.insert(id.clone(), merged.managers);
                }
                known.push((id, merged.group));
            }
            None => mentions.push((id, facts)),
        }
    }
    let mut groups = BTreeMap::from_iter(known);
    let names = GroupNames::new(&groups);
    let mut rules = std::mem::take(&mut findings.rules);
    if rules.keys().any(GroupNames::is_name) {
        for (id, list) in std::mem::take(&mut rules) {
            rules.entry(names.resolve(&id, None)).or_default().extend(list);
        }
    }
    let rules = parallel::map(rules.into_iter().collect(), |(id, list): (GroupId, Vec<Rule>)| {
        let vpc = groups.get(&id).and_then(|group| group.vpc.as_ref());
        let rules = rules::merge(list, |peer| names.resolve(peer, vpc));
        let elsewhere = rules.iter().filter_map(|rule| match &rule.peer {
            Peer::Group(id) if !groups.contains_key(id) => Some(id.clone()),
            _ => None,
        });
        let elsewhere: Vec<GroupId> = elsewhere.collect();
        (id, rules, elsewhere)
    });
    for (id, rules, elsewhere) in rules {
        groups.entry(id.clone()).or_insert_with(|| Group::referred_to(id)).rules = rules;
        for id in elsewhere {
            groups.entry(id.clone()).or_insert_with(|| Group::referred_to(id));
        }
    }
    rules::warn_of_differences(&groups, &managers, &mut findings.warnings);

    let endpoints::Merged { endpoints, ungrouped, elsewhere } = endpoints::merge(&mut findings, &mut groups);
    for (id, facts) in mentions {
        if let Some(group) = groups.get_mut(&id) {
            for fact in facts {
                groups::apply_mention(group, fact);
            }
        }
    }
    let vpcs = groups.values().filter_map(|group| group.vpc.clone()).chain(elsewhere);
    for id in vpcs.collect::<BTreeSet<_>>() {
        findings.network.vpcs.entry(id).or_default();
    }
    let gaps = std::mem::take(&mut findings.gaps).into_iter().map(|(what, places)| {
        let places: Vec<String> = places.into_iter().collect();
        Warning { message: format!("{what}; in {}", places.join(", ")) }
    });
    let all_rules = || groups.values().flat_map(|group| &group.rules);
    let tally = Tally {
        files: findings.files,
        groups: groups.values().filter(|group| group.is_defined()).count(),
        groups_elsewhere: groups.values().filter(|group| !group.is_defined()).count(),
        rules: all_rules().count(),
        references: all_rules().filter(|rule| matches!(rule.peer, Peer::Group(_))).count(),
        endpoints: endpoints.len(),
        skipped: findings.skipped,
    };
    Inventory {
        sources: findings.sources.into_iter().collect(),
        groups: groups.into_iter().collect(),
        endpoints: endpoints.into_iter().collect(),
        ungrouped,
        network: findings.network,
        warnings: findings.warnings.into_iter().chain(gaps).collect(),
        tally,
    }
}
