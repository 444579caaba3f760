//! Merges findings into one inventory. Every step works on sorted collections, so that the result
//! does not depend on the order in which files and resources came.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;

use super::{
    Builder, Direction, Group, GroupFact, GroupId, Inventory, Known, Origin, Peer, Rule, Source, Tally,
    VpcId, Warning,
};
use crate::parallel;

mod endpoints;

/// Keeps the smaller of two texts, so that the choice does not depend on their order.
pub(super) fn smallest<T: Ord>(slot: &mut Option<T>, new: Option<T>) {
    if let Some(new) = new
        && slot.as_ref().is_none_or(|old| new < *old)
    {
        *slot = Some(new);
    }
}

/// The first bytes of an id, as a number that sorts like them. Sorted by it, thousands are nearly in
/// order without a look at texts that lie scattered in memory.
fn beginning(id: &str) -> u128 {
    let mut bytes = [0; 16];
    let length = id.len().min(bytes.len());
    bytes[..length].copy_from_slice(&id.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

/// Groups of one name, each with its VPC.
type Namesakes<'g> = Vec<(Option<&'g VpcId>, &'g GroupId)>;

/// Finds groups that are mentioned by name.
pub(super) struct Names<'g> {
    groups: &'g BTreeMap<GroupId, Group>,
    /// Made when the first name is met: most inputs mention ids alone.
    by_name: OnceLock<HashMap<&'g str, Namesakes<'g>, RandomState>>,
}

impl<'g> Names<'g> {
    pub(super) fn new(groups: &'g BTreeMap<GroupId, Group>) -> Self {
        Self { groups, by_name: OnceLock::new() }
    }

    fn namesakes(&self, name: &str) -> Option<&Namesakes<'g>> {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name: HashMap<&str, Namesakes<'g>, RandomState> = HashMap::default();
            for group in self.groups.values().filter(|group| group.is_defined()) {
                if let Some(name) = &group.name {
                    by_name.entry(name).or_default().push((group.vpc.as_ref(), &group.id));
                }
            }
            by_name
        });
        by_name.get(name)
    }

    /// Tells whether a group is mentioned by name, not by id.
    fn is_name(id: &GroupId) -> bool {
        id.as_str().starts_with("name:")
    }

    /// The id of a group that is mentioned as `name:NAME`: the only group of that name, or the only
    /// one in the VPC. An id, and a name that stays ambiguous, is returned as it is.
    pub(super) fn resolve(&self, id: &GroupId, vpc: Option<&VpcId>) -> GroupId {
        let name = id.as_str().strip_prefix("name:");
        let Some(candidates) = name.and_then(|name| self.namesakes(name)) else {
            return id.clone();
        };
        let fits = |home: Option<&VpcId>| home.is_none() || vpc.is_none() || home == vpc;
        let mut near = candidates.iter().filter(|(home, _)| fits(*home));
        match (near.next(), near.next()) {
            (Some((_, only)), None) => (*only).clone(),
            _ => id.clone(),
        }
    }
}

pub(super) fn merge(mut builder: Builder) -> Inventory {
    for (id, entries) in std::mem::take(&mut builder.loose_entries) {
        if let Some(known) = builder.network.prefix_lists.get_mut(&id).and_then(|list| list.entries.as_mut())
        {
            known.extend(entries);
        }
    }
    let mut facts: Vec<_> = std::mem::take(&mut builder.groups).into_iter().collect();
    facts.sort_by_cached_key(|(id, _)| beginning(id.as_str()));
    let merged = parallel::map(facts, |(id, mut facts): (GroupId, Vec<GroupFact>)| {
        facts.sort();
        let group = facts.iter().any(|fact| fact.known != Known::Hint).then(|| merge_group(&id, &facts));
        (id, facts, group)
    });
    let mut hints = Vec::new();
    let mut known = Vec::with_capacity(merged.len());
    for (id, facts, group) in merged {
        match group {
            Some((group, warnings)) => {
                builder.warnings.extend(warnings);
                known.push((id, group));
            }
            None => hints.push((id, facts)),
        }
    }
    let mut groups = BTreeMap::from_iter(known);
    let names = Names::new(&groups);
    let mut rules = std::mem::take(&mut builder.rules);
    if rules.keys().any(Names::is_name) {
        for (id, list) in std::mem::take(&mut rules) {
            rules.entry(names.resolve(&id, None)).or_default().extend(list);
        }
    }
    let rules = parallel::map(rules.into_iter().collect(), |(id, list): (GroupId, Vec<Rule>)| {
        let vpc = groups.get(&id).and_then(|group| group.vpc.as_ref());
        let rules = merge_rules(list, |peer| names.resolve(peer, vpc));
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
    if builder.sources.len() > 1 {
        warn_of_different_rules(&groups, &mut builder.warnings);
    }

    let endpoints::Merged { endpoints, ungrouped, elsewhere } = endpoints::merge(&mut builder, &mut groups);
    for (id, facts) in hints {
        if let Some(group) = groups.get_mut(&id) {
            for fact in facts {
                apply_hint(group, fact);
            }
        }
    }
    let vpcs = groups.values().filter_map(|group| group.vpc.clone()).chain(elsewhere);
    for id in vpcs.collect::<BTreeSet<_>>() {
        builder.network.vpcs.entry(id).or_default();
    }
    let gaps = std::mem::take(&mut builder.gaps).into_iter().map(|(what, places)| {
        let places: Vec<String> = places.into_iter().collect();
        Warning { message: format!("{what}; in {}", places.join(", ")) }
    });
    let all_rules = || groups.values().flat_map(|group| &group.rules);
    let tally = Tally {
        files: builder.files,
        groups: groups.values().filter(|group| group.is_defined()).count(),
        groups_elsewhere: groups.values().filter(|group| !group.is_defined()).count(),
        rules: all_rules().count(),
        references: all_rules().filter(|rule| matches!(rule.peer, Peer::Group(_))).count(),
        endpoints: endpoints.len(),
        skipped: builder.skipped,
    };
    Inventory {
        sources: builder.sources.into_iter().collect(),
        groups,
        endpoints,
        ungrouped,
        network: builder.network,
        warnings: builder.warnings.into_iter().chain(gaps).collect(),
        tally,
    }
}

/// Merges what sources say of one group, in order; better knowledge first, then the smaller text.
fn merge_group(id: &GroupId, facts: &[GroupFact]) -> (Group, Vec<Warning>) {
    let mut group = Group::referred_to(id.clone());
    let mut warnings = Vec::new();
    for known in facts.chunk_by(|one, other| one.known == other.known).rev() {
        let is_open = [&group.name, &group.description, &group.account, &group.region].map(Option::is_none);
        let is_placed = group.vpc.is_some();
        for fact in known {
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
        match known {
            [only] => group.tags.add_missing(&only.tags),
            several => {
                // The last of a key counts: the smallest value.
                let mut tags: Vec<_> = several.iter().flat_map(|fact| fact.tags.iter().cloned()).collect();
                tags.sort_by(|one, other| other.cmp(one));
                group.tags.add_missing(&tags.into_iter().collect());
            }
        }
    }
    if let [_] = facts {
        return (group, warnings);
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
    (group, warnings)
}

fn apply_hint(group: &mut Group, hint: GroupFact) {
    if group.name.is_none() || group.origins.is_empty() {
        smallest(&mut group.name, hint.name);
    }
    if group.vpc.is_none() || group.origins.is_empty() {
        smallest(&mut group.vpc, hint.vpc);
    }
    smallest(&mut group.account, hint.account);
}

/// Makes rules that say the same into one rule with all their origins.
fn merge_rules(mut rules: Vec<Rule>, resolve: impl Fn(&GroupId) -> GroupId) -> Vec<Rule> {
    for rule in &mut rules {
        if let Peer::Group(id) = &mut rule.peer
            && Names::is_name(id)
        {
            *id = resolve(id);
        }
    }
    // Rules that say the same come to stand side by side, and their origins in order.
    rules.sort_unstable();
    rules.dedup_by(|later, first| {
        let same = later.says() == first.says();
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

/// Warns of rules that one owner of a group lists and another does not.
fn warn_of_different_rules(groups: &BTreeMap<GroupId, Group>, warnings: &mut BTreeSet<Warning>) {
    for group in groups.values() {
        let owners: BTreeSet<&Arc<Source>> = group
            .origins
            .iter()
            .filter(|origin| !origin.address.contains("data."))
            .map(|o| &o.source)
            .collect();
        if owners.len() < 2 {
            continue;
        }
        for direction in [Direction::Ingress, Direction::Egress] {
            let partial = group.rules.iter().filter(|rule| rule.direction == direction).filter(|rule| {
                let holders: BTreeSet<_> = rule.origins.iter().map(|origin| &origin.source).collect();
                !owners.is_subset(&holders)
            });
            let count = partial.count();
            if count > 0 {
                let message = format!(
                    "group {}: {count} {} rule{} in only some of {}; the union is used",
                    group.id,
                    direction.name(),
                    if count == 1 { " is" } else { "s are" },
                    list_sources(&group.origins),
                );
                warnings.insert(Warning { message });
            }
        }
    }
}

fn list_sources(origins: &[Origin]) -> String {
    let names: BTreeSet<&str> = origins.iter().map(|origin| origin.source.name.as_str()).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}
