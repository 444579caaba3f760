//! Collects the findings of readers.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::{
    EndpointFact, EndpointId, GroupFact, GroupId, GroupRef, InterfaceFact, InterfaceId, Inventory, Known,
    Network, Origin, Peering, PeeringId, PrefixList, PrefixListId, Rule, Source, Subnet, SubnetId, Vpc,
    VpcId, Warning, merge,
};
use crate::traffic::Block;

/// In the order in which things were found: walking through it walks through memory in order.
pub(super) type ById<K, V> = IndexMap<K, V, RandomState>;

/// What sources say of one endpoint.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Empty for an endpoint that is only named by what it carries.
    pub(super) facts: Vec<EndpointFact>,
    pub(super) interfaces: Vec<InterfaceFact>,
}

/// Collects findings in any order; [`Builder::finish`] merges them.
#[derive(Debug, Default)]
pub struct Builder {
    pub(super) sources: BTreeSet<Arc<Source>>,
    pub(super) groups: ById<GroupId, Vec<GroupFact>>,
    pub(super) rules: ById<GroupId, Vec<Rule>>,
    pub(super) endpoints: ById<EndpointId, Told>,
    pub(super) added_groups: Vec<(InterfaceId, GroupRef, Origin)>,
    pub(super) owners: Vec<(InterfaceId, EndpointId)>,
    pub(super) subnet_groups: BTreeMap<Arc<str>, BTreeSet<SubnetId>>,
    pub(super) network: Network,
    pub(super) loose_entries: BTreeMap<PrefixListId, BTreeSet<Block>>,
    pub(super) warnings: BTreeSet<Warning>,
    /// What was not to be had, with all places where it was not.
    pub(super) gaps: BTreeMap<String, BTreeSet<String>>,
    pub(super) skipped: BTreeMap<String, usize>,
    pub(super) files: usize,
}

impl Builder {
    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers an input and returns its handle for origins.
    pub fn source(&mut self, name: &str) -> Arc<Source> {
        let source = Arc::new(Source { name: name.to_owned() });
        self.files += 1;
        self.sources.insert(Arc::clone(&source));
        source
    }

    /// Adds what a source says of a group.
    pub fn group(&mut self, id: GroupId, fact: GroupFact) {
        push_first(self.groups.entry(id).or_default(), fact);
    }

    /// Adds a rule of a group. The group need not be known.
    pub fn rule(&mut self, group: GroupId, rule: Rule) {
        self.rules.entry(group).or_default().push(rule);
    }

    /// Adds what a source says of an endpoint.
    pub fn endpoint(&mut self, id: EndpointId, fact: EndpointFact) {
        push_first(&mut self.endpoints.entry(id).or_default().facts, fact);
    }

    /// Adds what a source says of an interface.
    pub fn interface(&mut self, fact: InterfaceFact) {
        push_first(&mut self.endpoints.entry(fact.endpoint.clone()).or_default().interfaces, fact);
    }

    /// Adds one group to an interface that may be described elsewhere.
    pub fn attach(&mut self, interface: InterfaceId, group: GroupRef, origin: Origin) {
        self.added_groups.push((interface, group, origin));
    }

    /// Says that an interface belongs to an endpoint.
    pub fn own(&mut self, interface: InterfaceId, endpoint: EndpointId) {
        self.owners.push((interface, endpoint));
    }

    /// Adds subnets to a named subnet group (`type:name`).
    pub fn subnet_group(&mut self, name: Arc<str>, subnets: impl IntoIterator<Item = SubnetId>) {
        self.subnet_groups.entry(name).or_default().extend(subnets);
    }

    /// Adds what a source says of a VPC.
    pub fn vpc(&mut self, id: VpcId, name: Option<Arc<str>>, blocks: impl IntoIterator<Item = Block>) {
        let vpc: &mut Vpc = self.network.vpcs.entry(id).or_default();
        merge::smallest(&mut vpc.name, name);
        vpc.blocks.extend(blocks);
    }

    /// Adds what a source says of a subnet.
    pub fn subnet(
        &mut self,
        id: SubnetId,
        name: Option<Arc<str>>,
        vpc: Option<VpcId>,
        blocks: impl IntoIterator<Item = Block>,
    ) {
        let subnet = self.network.subnets.entry(id).or_default();
        merge::smallest(&mut subnet.name, name);
        merge::smallest(&mut subnet.vpc, vpc);
        subnet.blocks.extend(blocks);
    }

    /// Adds what a source says of a peering connection; `active` wins over other states, since
    /// the accepter's resource may know it later than the requester's.
    pub fn peering(&mut self, id: PeeringId, one: VpcId, other: VpcId, status: Option<Arc<str>>) {
        let sides = if one <= other { [one, other] } else { [other, one] };
        let peering = match self.network.peerings.entry(id) {
            Entry::Vacant(slot) => slot.insert(Peering { sides, status: None }),
            Entry::Occupied(slot) => {
                let id = slot.key().clone();
                let known = slot.into_mut();
                if known.sides != sides {
                    let message = format!(
                        "peering {id} joins other VPCs elsewhere in the input; the first pair is used"
                    );
                    self.warnings.insert(Warning { message });
                    known.sides = sides.min(known.sides.clone());
                }
                known
            }
        };
        match (&peering.status, &status) {
            (_, Some(new)) if &**new == "active" => peering.status = status,
            (Some(old), _) if &**old == "active" => {}
            _ => merge::smallest(&mut peering.status, status),
        }
    }

    /// Adds what a source says of a prefix list; `entries` is `None` when it does not list them.
    pub fn prefix_list(
        &mut self,
        id: PrefixListId,
        name: Option<Arc<str>>,
        entries: Option<BTreeSet<Block>>,
    ) {
        let list = self.network.prefix_lists.entry(id).or_default();
        merge::smallest(&mut list.name, name);
        if let Some(entries) = entries {
            list.entries.get_or_insert_default().extend(entries);
        }
    }

    /// Adds an entry that stands apart from its prefix list. It says nothing of the other entries:
    /// the list stays unknown unless another source lists it.
    pub fn prefix_list_entry(&mut self, id: PrefixListId, entries: impl IntoIterator<Item = Block>) {
        self.network.prefix_lists.entry(id.clone()).or_default();
        self.loose_entries.entry(id).or_default().extend(entries);
    }

    /// Adds a warning; the same text counts once.
    pub fn warn(&mut self, message: impl Into<String>) {
        self.warnings.insert(Warning { message: message.into() });
    }

    /// Warns of something that was not to be had in one place (an account and region); the same in
    /// several places is said once.
    pub fn warn_of_gap(&mut self, what: String, place: &str) {
        self.gaps.entry(what).or_default().insert(place.to_owned());
    }

    /// Counts things that were not used, by reason.
    pub fn skip(&mut self, reason: impl Into<String>, count: usize) {
        if count > 0 {
            *self.skipped.entry(reason.into()).or_default() += count;
        }
    }

    /// Mentions a group that is perhaps defined nowhere, so that its label is known.
    pub fn hint(&mut self, id: GroupId, name: Option<Arc<str>>, vpc: Option<VpcId>) {
        let fact = GroupFact { name, vpc, ..GroupFact::new(Known::Hint, None) };
        self.group(id, fact);
    }

    /// Takes over the findings of another collection.
    pub fn absorb(&mut self, other: Self) {
        let Network { vpcs, subnets, peerings, prefix_lists } = other.network;
        for (id, Vpc { name, blocks }) in vpcs {
            self.vpc(id, name, blocks);
        }
        for (id, Subnet { name, vpc, blocks }) in subnets {
            self.subnet(id, name, vpc, blocks);
        }
        for (id, Peering { sides: [one, other], status }) in peerings {
            self.peering(id, one, other, status);
        }
        for (id, PrefixList { name, entries }) in prefix_lists {
            self.prefix_list(id, name, entries);
        }
        join(&mut self.groups, other.groups, append);
        join(&mut self.rules, other.rules, append);
        join(&mut self.endpoints, other.endpoints, |known: &mut Told, told| {
            append(&mut known.facts, told.facts);
            append(&mut known.interfaces, told.interfaces);
        });
        self.added_groups.extend(other.added_groups);
        self.owners.extend(other.owners);
        for (name, subnets) in other.subnet_groups {
            self.subnet_group(name, subnets);
        }
        for (id, entries) in other.loose_entries {
            self.prefix_list_entry(id, entries);
        }
        for (what, places) in other.gaps {
            self.gaps.entry(what).or_default().extend(places);
        }
        for (reason, count) in other.skipped {
            self.skip(reason, count);
        }
        self.sources.extend(other.sources);
        self.warnings.extend(other.warnings);
        self.files += other.files;
    }

    /// Merges everything into one inventory, the same whatever the order of the findings.
    pub fn finish(self) -> Inventory {
        merge::merge(self)
    }
}

/// Adds to a list that mostly stays at one: the default room for four is a fifth of all memory.
fn push_first<T>(list: &mut Vec<T>, item: T) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(item);
}

/// Joins two maps. The first to come is taken as it is.
fn join<K: Hash + Eq, V: Default>(all: &mut ById<K, V>, more: ById<K, V>, add: impl Fn(&mut V, V)) {
    if all.is_empty() {
        *all = more;
        return;
    }
    all.reserve(more.len());
    for (id, value) in more {
        add(all.entry(id).or_default(), value);
    }
}

fn append<T>(all: &mut Vec<T>, more: Vec<T>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.extend(more);
    }
}
