//! Merges endpoints and their interfaces: which endpoint owns an interface, which template gives an
//! endpoint its groups, and which VPC an interface is in.

mod arns;
mod conflicts;
mod identity;
mod interfaces;
mod owners;
mod settle;
mod templates;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::group_names::GroupNames;
use super::sort_key::sort_key;
use crate::inventory::findings::{EndpointFacts, Findings};
use crate::inventory::{
    Authority, Endpoint, EndpointFact, EndpointId, Group, GroupId, Interface, InterfaceFact, Origin,
    SortedSet, TemplateName, VpcId,
};
use crate::parallel;
use arns::join_by_arn;
use conflicts::warn_of_different_groups;
use identity::keep_apart;
use interfaces::{fold, interface_of};
use owners::{Gained, give_to_owners, owners};
use settle::{KnownIds, Unknown, is_bare};
use templates::{Pattern, Wanted, inherit};

/// The endpoints of an inventory.
pub(super) struct Merged {
    pub(super) endpoints: BTreeMap<EndpointId, Box<Endpoint>>,
    /// Endpoints without groups, with their labels.
    pub(super) ungrouped: BTreeMap<EndpointId, String>,
    /// VPCs of endpoints that no finding describes.
    pub(super) elsewhere: BTreeSet<VpcId>,
}

/// What remains open about an endpoint until all endpoints are merged.
struct Open {
    unknown: Unknown,
    templates: SortedSet<TemplateName>,
    versions: SortedSet<Arc<str>>,
    pattern: Pattern,
}

/// Merges all endpoints. Adds groups that are attached to endpoints and that no finding describes.
pub(super) fn merge(findings: &mut Findings, groups: &mut BTreeMap<GroupId, Group>) -> Merged {
    let mut all = std::mem::take(&mut findings.endpoints);
    let is_alone = findings.sources.len() < 2;
    if !is_alone {
        join_by_arn(findings, &mut all);
    }
    keep_apart(&mut all, groups, &findings.network);
    let owners = owners(findings, &all);
    let gained = give_to_owners(&mut all, &owners);
    if !is_alone {
        warn_of_different_groups(&all, &mut findings.warnings);
    }
    // Endpoints get their stand-ins before groups are attached, because the origin of an interface
    // describes it better than the origin of an attachment.
    if !findings.added_groups.is_empty() {
        all.iter_mut().for_each(stand_in_if_unknown);
    }
    for (id, group, origin) in std::mem::take(&mut findings.added_groups) {
        let endpoint = owners.get(&id).cloned().unwrap_or_else(|| EndpointId::new(id.as_str()));
        let fact = InterfaceFact {
            id: Some(id),
            groups: [group].into_iter().collect(),
            ..InterfaceFact::new(origin, endpoint)
        };
        all.entry(fact.endpoint.clone()).or_default().interfaces.push(fact);
    }
    all.iter_mut().for_each(stand_in_if_unknown);
    let known = KnownIds {
        groups: groups.values().map(|group| (group.id.as_str(), group.vpc.as_ref())).collect(),
        network: &findings.network,
        names: GroupNames::new(groups),
    };
    let subnet_groups = &findings.subnet_groups;
    let mut merged = parallel::map(all.into_iter().collect(), |(id, found): (EndpointId, EndpointFacts)| {
        let EndpointFacts { mut facts, interfaces } = found;
        facts.sort_by(|a, b| b.authority.cmp(&a.authority).then_with(|| a.cmp(b)));
        let names: SortedSet<TemplateName> =
            facts.iter_mut().flat_map(|fact| std::mem::take(&mut fact.names_as_template)).collect();
        let templates: SortedSet<TemplateName> =
            facts.iter_mut().flat_map(|fact| std::mem::take(&mut fact.templates)).collect();
        let versions: SortedSet<Arc<str>> =
            facts.iter_mut().flat_map(|fact| std::mem::take(&mut fact.versions)).collect();
        let version = facts.iter().filter_map(|fact| fact.version).max();
        let interfaces = interfaces.into_iter().map(|fact| interface_of(fact, subnet_groups, &known));
        let interfaces = fold(interfaces.collect(), id.is_instance());
        let mut endpoint = Box::new(merge_endpoint(id, facts, interfaces));
        if let Some(Gained { aliases, origins }) = gained.get(&endpoint.id) {
            endpoint.aliases.extend(aliases.iter().cloned());
            // Behind its own, which give it its name.
            let mut origins = origins.clone();
            origins.retain(|origin| !endpoint.origins.contains(origin));
            origins.sort();
            origins.dedup();
            endpoint.origins.append(&mut origins);
        }
        // A template's groups are resolved at the endpoints that use it.
        let is_whole = names.is_empty() && templates.is_empty();
        let unknown = if is_whole { known.settle(&mut endpoint) } else { Unknown::default() };
        let is_plain = is_whole && unknown.is_empty();
        let open = if is_plain {
            None
        } else {
            Some(Box::new(Open { unknown, templates, versions, pattern: Pattern { names, version } }))
        };
        (sort_key(endpoint.id.as_str()), endpoint, open)
    });
    merged.sort_unstable_by_key(|(key, ..)| *key);
    let mut templates: BTreeMap<EndpointId, Wanted> = BTreeMap::new();
    let mut patterns: BTreeMap<EndpointId, Pattern> = BTreeMap::new();
    let mut unknowns = Unknown::default();
    let merged = merged.into_iter().map(|(_, endpoint, open)| {
        let id = endpoint.id.clone();
        if let Some(open) = open {
            unknowns.add(open.unknown);
            if !open.pattern.names.is_empty() {
                patterns.insert(id.clone(), open.pattern);
            }
            if !open.templates.is_empty() {
                templates.insert(id.clone(), Wanted { names: open.templates, versions: open.versions });
            }
        }
        (id, endpoint)
    });
    let mut endpoints: BTreeMap<EndpointId, Box<Endpoint>> = merged.collect();
    inherit(&mut endpoints, &templates, &patterns);
    for id in patterns.keys().chain(templates.keys()) {
        if let Some(endpoint) = endpoints.get_mut(id) {
            unknowns.add(known.settle(endpoint));
        }
    }
    let ungrouped =
        unknowns.bare.into_iter().filter(|id| endpoints.get(id).is_some_and(|found| is_bare(found)));
    let ungrouped: Vec<EndpointId> = ungrouped.collect();
    let ungrouped = ungrouped.into_iter().filter_map(|id| endpoints.remove_entry(&id));
    let ungrouped: BTreeMap<_, _> =
        ungrouped.map(|(id, endpoint)| (id, endpoint.label().to_owned())).collect();
    groups.extend(unknowns.groups.into_iter().map(|id| (id.clone(), Group::referred_to(id))));
    findings.skip("endpoints without groups".to_owned(), ungrouped.len());
    Merged { endpoints, ungrouped, elsewhere: unknowns.vpcs }
}

/// Describes an endpoint without facts by the first origin of its interfaces.
fn stand_in_if_unknown((id, found): (&EndpointId, &mut EndpointFacts)) {
    if found.facts.is_empty() {
        let first = found.interfaces.iter().map(|fact| &fact.origin).min();
        let stand_in = |origin: &Origin| EndpointFact::new(Authority::Mention, origin.clone(), id.kind());
        found.facts.extend(first.map(stand_in));
    }
}

fn merge_endpoint(id: EndpointId, facts: Vec<EndpointFact>, interfaces: Vec<Interface>) -> Endpoint {
    let mut facts = facts.into_iter();
    let first = facts.next().expect("an endpoint has at least one fact");
    let mut endpoint = Endpoint {
        id,
        account_region: first.account_region,
        kind: first.kind,
        name: first.name,
        tags: first.tags,
        members: first.members,
        role: first.role,
        aliases: first.aliases.into_iter().collect(),
        interfaces,
        origins: vec![first.origin],
    };
    for fact in facts {
        endpoint.account_region = endpoint.account_region.or(fact.account_region);
        endpoint.name = endpoint.name.or(fact.name);
        endpoint.tags.add_missing(&fact.tags);
        endpoint.members = endpoint.members.max(fact.members);
        endpoint.aliases.extend(fact.aliases);
        endpoint.origins.push(fact.origin);
    }
    endpoint
        .aliases
        .extend(endpoint.interfaces.iter().filter_map(|interface| Some(interface.id.as_ref()?.into())));
    endpoint.origins.sort();
    endpoint.origins.dedup();
    endpoint
}
