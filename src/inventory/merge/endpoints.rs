//! Merges endpoints and their interfaces: who owns which interface, whose template gives the
//! groups, in which VPC it stands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Names, beginning, smallest};
use crate::inventory::builder::{ById, Told};
use crate::inventory::{
    Builder, Endpoint, EndpointFact, EndpointId, Group, GroupId, GroupRef, Interface, InterfaceFact,
    InterfaceId, Known, Members, Origin, Role, SortedSet, SubnetId, Tags, VpcId, Warning,
};
use crate::parallel;

mod owners;
mod settle;

use owners::{give_to_owners, keep_apart, owners};
use settle::{KnownIds, Unknown, is_bare};

/// What tells an endpoint's interfaces apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Slot(usize),
    Id(InterfaceId),
}

/// What is said of the interfaces of one endpoint.
type Interfaces = Vec<(Key, Interface)>;

/// All that was told, by endpoint.
type Endpoints = ById<EndpointId, Told>;

/// The endpoints of an inventory.
pub(super) struct Merged {
    pub(super) endpoints: BTreeMap<EndpointId, Box<Endpoint>>,
    /// Those that carry nothing, with their labels.
    pub(super) ungrouped: BTreeMap<EndpointId, String>,
    /// VPCs in which some stand and that nothing describes.
    pub(super) elsewhere: BTreeSet<VpcId>,
}

/// What is left to say of an endpoint when all are known.
struct Open {
    unknown: Unknown,
    templates: SortedSet<Arc<str>>,
    is_pattern: bool,
}

/// Merges all endpoints. Groups that they carry and that nothing describes are added.
pub(super) fn merge(builder: &mut Builder, groups: &mut BTreeMap<GroupId, Group>) -> Merged {
    let mut told = std::mem::take(&mut builder.endpoints);
    keep_apart(&mut told);
    let owners = owners(builder, &told);
    let aliases = give_to_owners(&mut told, &owners);
    if builder.sources.len() > 1 {
        warn_of_different_groups(&told, &mut builder.warnings);
    }
    // Whoever describes an interface says better what it is than who attaches a group to it.
    if !builder.added_groups.is_empty() {
        told.iter_mut().for_each(stand_in_if_unknown);
    }
    for (id, group, origin) in std::mem::take(&mut builder.added_groups) {
        let endpoint = owners.get(&id).cloned().unwrap_or_else(|| EndpointId::new(id.as_str()));
        let fact = InterfaceFact {
            id: Some(id),
            groups: [group].into_iter().collect(),
            ..InterfaceFact::new(origin, endpoint)
        };
        told.entry(fact.endpoint.clone()).or_default().interfaces.push(fact);
    }
    told.iter_mut().for_each(stand_in_if_unknown);
    let known = KnownIds {
        groups: groups.values().map(|group| (group.id.as_str(), group.vpc.as_ref())).collect(),
        network: &builder.network,
        names: Names::new(groups),
    };
    let subnet_groups = &builder.subnet_groups;
    let mut merged = parallel::map(told.into_iter().collect(), |(id, told): (EndpointId, Told)| {
        let Told { mut facts, interfaces } = told;
        facts.sort_by(|a, b| b.known.cmp(&a.known).then_with(|| a.cmp(b)));
        let is_pattern = facts.iter().any(|fact| fact.is_template);
        let templates: SortedSet<Arc<str>> =
            facts.iter_mut().flat_map(|fact| std::mem::take(&mut fact.templates)).collect();
        let interfaces = interfaces.into_iter().map(|fact| interface_of(fact, subnet_groups));
        let interfaces = fold(interfaces.collect(), id.as_str().starts_with("i-"));
        let mut endpoint = Box::new(merge_endpoint(id, facts, interfaces));
        endpoint.aliases.extend(aliases.get(&endpoint.id).into_iter().flatten().cloned());
        // What a template gives is settled where it is used.
        let is_whole = !is_pattern && templates.is_empty();
        let unknown = if is_whole { known.settle(&mut endpoint) } else { Unknown::default() };
        let is_plain = is_whole && unknown.is_empty();
        let open = if is_plain { None } else { Some(Box::new(Open { unknown, templates, is_pattern })) };
        (beginning(endpoint.id.as_str()), endpoint, open)
    });
    merged.sort_unstable_by_key(|(beginning, ..)| *beginning);
    let mut templates: BTreeMap<EndpointId, SortedSet<Arc<str>>> = BTreeMap::new();
    let mut patterns: BTreeSet<EndpointId> = BTreeSet::new();
    let mut unknowns = Unknown::default();
    let merged = merged.into_iter().map(|(_, endpoint, open)| {
        let id = endpoint.id.clone();
        if let Some(open) = open {
            unknowns.add(open.unknown);
            if open.is_pattern {
                patterns.insert(id.clone());
            }
            if !open.templates.is_empty() {
                templates.insert(id.clone(), open.templates);
            }
        }
        (id, endpoint)
    });
    let mut endpoints: BTreeMap<EndpointId, Box<Endpoint>> = merged.collect();
    inherit(&mut endpoints, &templates, &patterns);
    for id in patterns.iter().chain(templates.keys()) {
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
    builder.skip("endpoints without groups", ungrouped.len());
    Merged { endpoints, ungrouped, elsewhere: unknowns.vpcs }
}

fn interface_of(
    fact: InterfaceFact,
    subnet_groups: &BTreeMap<Arc<str>, BTreeSet<SubnetId>>,
) -> (Key, Interface) {
    let key = fact.id.clone().map_or(Key::Slot(fact.slot), Key::Id);
    let named = fact.subnet_groups.iter().filter_map(|name| subnet_groups.get(name)).flatten();
    let mut interface = Interface {
        id: fact.id,
        vpc: fact.vpc,
        subnets: fact.subnets,
        addresses: fact.addresses,
        public: fact.public,
        ..Interface::default()
    };
    interface.subnets.extend(named.cloned());
    for group in fact.groups {
        match group {
            GroupRef::Id(id) => drop(interface.groups.insert(id)),
            GroupRef::Unresolved(expression) => drop(interface.unresolved.insert(expression)),
        }
    }
    (key, interface)
}

/// Adds what another finding says of the same interface.
fn absorb(interface: &mut Interface, other: Interface) {
    smallest(&mut interface.vpc, other.vpc);
    interface.groups.extend(other.groups);
    interface.unresolved.extend(other.unresolved);
    interface.subnets.extend(other.subnets);
    interface.addresses.extend(other.addresses);
    interface.public.extend(other.public);
}

fn warn_of_different_groups(told: &Endpoints, warnings: &mut BTreeSet<Warning>) {
    let mut stated: BTreeMap<&InterfaceId, BTreeMap<&str, BTreeSet<&GroupId>>> = BTreeMap::new();
    for fact in told.values().flat_map(|told| &told.interfaces) {
        if let Some(id) = &fact.id {
            let groups = fact.groups.iter().filter_map(|group| match group {
                GroupRef::Id(id) => Some(id),
                GroupRef::Unresolved(_) => None,
            });
            stated.entry(id).or_default().entry(&fact.origin.source.name).or_default().extend(groups);
        }
    }
    for (id, by_source) in stated {
        let distinct: BTreeSet<_> = by_source.values().filter(|groups| !groups.is_empty()).collect();
        if distinct.len() > 1 {
            let sources: Vec<&str> = by_source.keys().copied().collect();
            warnings.insert(Warning {
                message: format!(
                    "interface {id} carries different groups in {}; the union is used",
                    sources.join(", ")
                ),
            });
        }
    }
}

/// Describes an endpoint that nothing describes, by the first origin that names it.
fn stand_in_if_unknown((id, told): (&EndpointId, &mut Told)) {
    if told.facts.is_empty() {
        let first = told.interfaces.iter().map(|fact| &fact.origin).min();
        told.facts.extend(first.map(|origin| stand_in(id, origin)));
    }
}

/// An endpoint that is only named by an attachment.
fn stand_in(id: &EndpointId, origin: &Origin) -> EndpointFact {
    let kind = match id.as_str().split_once('-') {
        Some(("i", _)) => "instance",
        Some(("vpce", _)) => "VPC endpoint",
        _ => "network interface",
    };
    EndpointFact {
        known: Known::Hint,
        origin: origin.clone(),
        home: None,
        kind: kind.into(),
        name: None,
        tags: Tags::default(),
        members: Members::One,
        role: Role::Both,
        aliases: Vec::new(),
        templates: Vec::new(),
        is_template: false,
    }
}

/// Makes one of what is said of each interface. An interface without an id is one with an id when
/// they share an address, or when the one's groups are all among the other's: some sources leave
/// the id out.
fn fold(mut found: Interfaces, is_machine: bool) -> Vec<Interface> {
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

fn merge_endpoint(id: EndpointId, facts: Vec<EndpointFact>, interfaces: Vec<Interface>) -> Endpoint {
    let mut facts = facts.into_iter();
    let first = facts.next().expect("an endpoint has at least one fact");
    let mut endpoint = Endpoint {
        id,
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

/// Gives endpoints that state no groups those of their templates, and drops used templates.
fn inherit(
    endpoints: &mut BTreeMap<EndpointId, Box<Endpoint>>,
    templates: &BTreeMap<EndpointId, SortedSet<Arc<str>>>,
    patterns: &BTreeSet<EndpointId>,
) {
    let mut by_alias: BTreeMap<Arc<str>, EndpointId> = BTreeMap::new();
    for id in patterns {
        by_alias.extend(endpoints[id].aliases.iter().map(|alias| (Arc::clone(alias), id.clone())));
    }
    let mut used = BTreeSet::new();
    for (id, wanted) in templates {
        let found: BTreeSet<&EndpointId> = wanted.iter().filter_map(|alias| by_alias.get(alias)).collect();
        let given: Vec<Interface> = found.iter().flat_map(|id| endpoints[*id].interfaces.clone()).collect();
        used.extend(found.into_iter().cloned());
        let endpoint = endpoints.get_mut(id).expect("templates are wanted by known endpoints");
        if endpoint.interfaces.iter().any(|i| !i.groups.is_empty() || !i.unresolved.is_empty()) {
            continue;
        }
        let own = endpoint.interfaces.first().cloned().unwrap_or_default();
        endpoint.interfaces = if given.is_empty() {
            let missing = wanted.iter().map(|alias| format!("{alias} (not in the input)").into());
            vec![Interface { unresolved: missing.collect(), ..own }]
        } else {
            let merge = |pattern: Interface| Interface {
                groups: pattern.groups,
                unresolved: pattern.unresolved,
                subnets: if own.subnets.is_empty() { pattern.subnets } else { own.subnets.clone() },
                ..own.clone()
            };
            given.into_iter().map(merge).collect()
        };
    }
    endpoints.retain(|id, _| !used.contains(id));
}
