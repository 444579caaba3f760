//! Merges endpoints and their interfaces: who owns which interface, whose template gives the
//! groups, in which VPC it stands.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::{Names, smallest};
use crate::inventory::builder::push_first;
use crate::inventory::{
    Builder, Endpoint, EndpointFact, EndpointId, Group, GroupId, GroupRef, Interface, InterfaceFact,
    InterfaceId, Known, Members, Network, Origin, Role, Tags, VpcId, Warning,
};

/// What tells an endpoint's interfaces apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Slot(usize),
    Id(InterfaceId),
}

/// What is said of the interfaces of one endpoint.
type Interfaces = Vec<(Key, Interface)>;

pub(in crate::inventory) fn merge(
    builder: &mut Builder,
    groups: &mut BTreeMap<GroupId, Group>,
    names: &Names,
) -> (BTreeMap<EndpointId, Endpoint>, BTreeMap<EndpointId, String>) {
    let mut facts = std::mem::take(&mut builder.endpoints);
    let mut interfaces = std::mem::take(&mut builder.interfaces);
    keep_apart(&mut facts, &mut interfaces);
    let owners = owners(builder, &interfaces);
    let mut strangers = Strangers::default();
    let mut aliases: HashMap<EndpointId, Vec<Arc<str>>> = HashMap::new();
    for (interface, owner) in &owners {
        // The interface resource itself is only another name of the machine that owns it.
        if owner.as_str() != interface.as_str() {
            for fact in facts.remove(interface.as_str()).unwrap_or_default() {
                strangers.meet(owner, &fact.origin, &facts);
                let names = [interface.as_str().into(), Arc::clone(&fact.origin.address)];
                aliases.entry(owner.clone()).or_default().extend(names);
            }
        }
    }
    let mut by_endpoint: HashMap<EndpointId, Interfaces> = HashMap::with_capacity(interfaces.len());
    let mut stated: BTreeMap<InterfaceId, BTreeMap<String, BTreeSet<GroupId>>> = BTreeMap::new();
    for fact in interfaces {
        let endpoint = fact.id.as_ref().and_then(|id| owners.get(id)).unwrap_or(&fact.endpoint).clone();
        let key = fact.id.clone().map_or(Key::Slot(fact.slot), Key::Id);
        strangers.meet(&endpoint, &fact.origin, &facts);
        if let (Some(id), true) = (&fact.id, builder.sources.len() > 1) {
            let ids = fact.groups.iter().filter_map(|group| match group {
                GroupRef::Id(id) => Some(id.clone()),
                GroupRef::Unresolved(_) => None,
            });
            stated
                .entry(id.clone())
                .or_default()
                .entry(fact.origin.source.name.clone())
                .or_default()
                .extend(ids);
        }
        push_first(by_endpoint.entry(endpoint).or_default(), (key, interface_of(fact, builder)));
    }
    warn_of_different_groups(&stated, &mut builder.warnings);
    for (id, group, origin) in std::mem::take(&mut builder.added_groups) {
        let endpoint = owners.get(&id).cloned().unwrap_or_else(|| EndpointId::new(id.as_str()));
        strangers.meet(&endpoint, &origin, &facts);
        let mut interface = Interface { id: Some(id.clone()), ..Interface::default() };
        add_groups(&mut interface, [group]);
        by_endpoint.entry(endpoint).or_default().push((Key::Id(id), interface));
    }
    facts.extend(strangers.facts());
    let mut endpoints: Vec<(EndpointId, Endpoint)> = Vec::with_capacity(facts.len());
    let mut templates: BTreeMap<EndpointId, Vec<Arc<str>>> = BTreeMap::new();
    let mut patterns: BTreeSet<EndpointId> = BTreeSet::new();
    for (id, mut list) in facts {
        list.sort_by(|a, b| b.known.cmp(&a.known).then_with(|| a.cmp(b)));
        if list.iter().any(|fact| fact.is_template) {
            patterns.insert(id.clone());
        }
        let mut wanted: Vec<Arc<str>> = list.iter().flat_map(|fact| fact.templates.clone()).collect();
        wanted.sort();
        wanted.dedup();
        if !wanted.is_empty() {
            templates.insert(id.clone(), wanted);
        }
        let is_machine = id.as_str().starts_with("i-");
        let interfaces = fold(by_endpoint.remove(&id).unwrap_or_default(), is_machine);
        let mut endpoint = merge_endpoint(id.clone(), list, interfaces);
        endpoint.aliases.extend(aliases.remove(&id).into_iter().flatten());
        endpoints.push((id, endpoint));
    }
    let mut endpoints = BTreeMap::from_iter(endpoints);
    inherit(&mut endpoints, &templates, &patterns);
    settle(&mut endpoints, groups, &builder.network, names);
    let bare = |interface: &Interface| interface.groups.is_empty() && interface.unresolved.is_empty();
    let ungrouped = endpoints.extract_if(.., |_, endpoint| endpoint.interfaces.iter().all(bare));
    let ungrouped: BTreeMap<_, _> =
        ungrouped.map(|(id, endpoint)| (id, endpoint.label().to_owned())).collect();
    builder.skip("endpoints without groups", ungrouped.len());
    (endpoints, ungrouped)
}

/// Endpoints that nothing describes, each with the first origin that names it.
#[derive(Default)]
struct Strangers(BTreeMap<EndpointId, Origin>);

impl Strangers {
    fn meet(&mut self, id: &EndpointId, origin: &Origin, known: &HashMap<EndpointId, Vec<EndpointFact>>) {
        if !known.contains_key(id) {
            let first = self.0.entry(id.clone()).or_insert_with(|| origin.clone());
            if origin < first {
                *first = origin.clone();
            }
        }
    }

    fn facts(self) -> impl Iterator<Item = (EndpointId, Vec<EndpointFact>)> {
        self.0.into_iter().map(|(id, origin)| {
            let fact = stand_in(&id, origin);
            (id, vec![fact])
        })
    }
}

/// Gives things of one name in several accounts or regions an identity each. Who does not say where
/// it is stays by itself: it may be any of them.
fn keep_apart(facts: &mut HashMap<EndpointId, Vec<EndpointFact>>, interfaces: &mut [InterfaceFact]) {
    let mut apart: HashMap<EndpointId, Vec<EndpointFact>> = HashMap::new();
    let mut split: BTreeSet<EndpointId> = BTreeSet::new();
    facts.retain(|id, list| {
        let homes: BTreeSet<_> = list.iter().filter_map(|fact| fact.home.as_deref()).collect();
        // Ids that EC2 gives are there once in the world.
        let is_unique = ["i-", "eni-", "vpce-"].iter().any(|prefix| id.as_str().starts_with(prefix));
        if is_unique || homes.len() < 2 {
            return true;
        }
        split.insert(id.clone());
        for fact in list.extract_if(.., |fact| fact.home.is_some()) {
            let id = at_home(id, fact.home.as_deref());
            apart.entry(id).or_default().push(fact);
        }
        !list.is_empty()
    });
    facts.extend(apart);
    for fact in interfaces.iter_mut().filter(|fact| split.contains(&fact.endpoint)) {
        fact.endpoint = at_home(&fact.endpoint, fact.home.as_deref());
    }
}

fn at_home(id: &EndpointId, home: Option<&str>) -> EndpointId {
    home.map_or_else(|| id.clone(), |home| EndpointId::new(format!("{id}@{home}")))
}

/// Who owns each interface: a machine before the interface's own resource.
fn owners(builder: &mut Builder, interfaces: &[InterfaceFact]) -> HashMap<InterfaceId, EndpointId> {
    let mut owners: HashMap<InterfaceId, EndpointId> = HashMap::new();
    let mut disputed: BTreeMap<InterfaceId, BTreeSet<EndpointId>> = BTreeMap::new();
    let stated = interfaces.iter().filter_map(|fact| Some((fact.id.clone()?, fact.endpoint.clone())));
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

fn interface_of(fact: InterfaceFact, builder: &Builder) -> Interface {
    let named = fact.subnet_groups.iter().filter_map(|name| builder.subnet_groups.get(name)).flatten();
    let mut interface = Interface {
        id: fact.id,
        vpc: fact.vpc,
        subnets: fact.subnets.into_iter().chain(named.cloned()).collect(),
        addresses: fact.addresses.into_iter().collect(),
        public: fact.public.into_iter().collect(),
        ..Interface::default()
    };
    add_groups(&mut interface, fact.groups);
    interface
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

fn add_groups(interface: &mut Interface, groups: impl IntoIterator<Item = GroupRef>) {
    for group in groups {
        match group {
            GroupRef::Id(id) => drop(interface.groups.insert(id)),
            GroupRef::Unresolved(expression) => drop(interface.unresolved.insert(expression)),
        }
    }
}

fn warn_of_different_groups(
    stated: &BTreeMap<InterfaceId, BTreeMap<String, BTreeSet<GroupId>>>,
    warnings: &mut BTreeSet<Warning>,
) {
    for (id, by_source) in stated {
        let distinct: BTreeSet<_> = by_source.values().filter(|groups| !groups.is_empty()).collect();
        if distinct.len() > 1 {
            let sources: Vec<&str> = by_source.keys().map(String::as_str).collect();
            warnings.insert(Warning {
                message: format!(
                    "interface {id} carries different groups in {}; the union is used",
                    sources.join(", ")
                ),
            });
        }
    }
}

/// An endpoint that is only named by an attachment.
fn stand_in(id: &EndpointId, origin: Origin) -> EndpointFact {
    let kind = match id.as_str().split_once('-') {
        Some(("i", _)) => "instance",
        Some(("vpce", _)) => "VPC endpoint",
        _ => "network interface",
    };
    EndpointFact {
        known: Known::Hint,
        origin,
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
        .extend(endpoint.interfaces.iter().filter_map(|i| Some(Arc::from(i.id.as_ref()?.as_str()))));
    endpoint.origins.sort();
    endpoint.origins.dedup();
    endpoint
}

/// Gives endpoints that state no groups those of their templates, and drops used templates.
fn inherit(
    endpoints: &mut BTreeMap<EndpointId, Endpoint>,
    templates: &BTreeMap<EndpointId, Vec<Arc<str>>>,
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

/// Finds each interface's VPC and makes sure that each group it carries is known at least by id.
fn settle(
    endpoints: &mut BTreeMap<EndpointId, Endpoint>,
    groups: &mut BTreeMap<GroupId, Group>,
    network: &Network,
    names: &Names,
) {
    for interface in endpoints.values_mut().flat_map(|endpoint| &mut endpoint.interfaces) {
        let Interface { subnets, groups: carried, .. } = &*interface;
        let by_subnet = || only(subnets.iter().filter_map(|id| network.subnets.get(id)?.vpc.as_ref()));
        let by_group = || only(carried.iter().filter_map(|id| groups.get(id)?.vpc.as_ref()));
        let vpc = interface.vpc.clone().or_else(by_subnet).or_else(by_group);
        if carried.iter().any(Names::is_name) {
            interface.groups = carried.iter().map(|id| names.resolve(id, vpc.as_ref())).collect();
        }
        interface.vpc = vpc;
        for id in &interface.groups {
            if !groups.contains_key(id) {
                groups.insert(id.clone(), Group::referred_to(id.clone()));
            }
        }
    }
}

/// The VPC that all agree on.
fn only<'a>(mut vpcs: impl Iterator<Item = &'a VpcId>) -> Option<VpcId> {
    let first = vpcs.next()?;
    vpcs.all(|vpc| vpc == first).then(|| first.clone())
}
