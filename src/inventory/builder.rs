//! Collects the findings of readers.

use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::hash::Hash;
use std::sync::Arc;

use super::findings::{ById, EndpointFacts, Findings, SubnetGroup, smallest};
use super::merge::merge;
use super::{
    Authority, EndpointFact, EndpointId, GroupFact, GroupId, GroupRef, InterfaceFact, InterfaceId, Inventory,
    Network, Origin, Peering, PeeringId, PrefixList, PrefixListId, Rule, Source, Subnet, SubnetId, Vpc,
    VpcId, Warning,
};
use crate::traffic::Block;

/// Collects findings in any order; [`Builder::finish`] merges them.
#[derive(Debug, Default)]
pub struct Builder {
    findings: Findings,
}

impl Builder {
    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Registers an input and returns its handle for origins.
    pub fn source(&mut self, name: &str) -> Arc<Source> {
        let source = Arc::new(Source { name: name.to_owned() });
        self.findings.files += 1;
        self.findings.sources.insert(Arc::clone(&source));
        source
    }

    /// Adds a fact about a group, rules aside.
    pub fn group(&mut self, id: GroupId, fact: GroupFact) {
        push_first(self.findings.groups.entry(id).or_default(), fact);
    }

    /// Adds a rule of a group. The group need not be known.
    pub fn rule(&mut self, group: GroupId, rule: Rule) {
        self.findings.rules.entry(group).or_default().push(rule);
    }

    /// Returns all rules so far, with their groups.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (&GroupId, &Rule)> {
        self.findings.rules.iter().flat_map(|(group, rules)| rules.iter().map(move |rule| (group, rule)))
    }

    /// Adds a fact about an endpoint.
    pub fn endpoint(&mut self, id: EndpointId, fact: EndpointFact) {
        push_first(&mut self.findings.endpoints.entry(id).or_default().facts, fact);
    }

    /// Adds a fact about an interface.
    pub fn interface(&mut self, fact: InterfaceFact) {
        push_first(&mut self.findings.endpoints.entry(fact.endpoint.clone()).or_default().interfaces, fact);
    }

    /// Attaches one group to an interface that another finding may describe.
    pub fn attach(&mut self, interface: InterfaceId, group: GroupRef, origin: Origin) {
        self.findings.added_groups.push((interface, group, origin));
    }

    /// Adds that an interface belongs to an endpoint.
    pub fn own(&mut self, interface: InterfaceId, endpoint: EndpointId) {
        self.findings.owners.push((interface, endpoint));
    }

    /// Adds a named subnet group (`type:name`).
    pub(crate) fn subnet_group(&mut self, name: Arc<str>, group: SubnetGroup) {
        self.findings.subnet_groups.entry(name).or_default().insert(group);
    }

    /// Adds that a group can be attached in a VPC beside its own.
    pub fn associate(&mut self, group: GroupId, vpc: VpcId) {
        self.findings.network.associations.entry(group).or_default().insert(vpc);
    }

    /// Adds a VPC, or more of it.
    pub fn vpc(&mut self, id: VpcId, name: Option<Arc<str>>, blocks: impl IntoIterator<Item = Block>) {
        let vpc: &mut Vpc = self.findings.network.vpcs.entry(id).or_default();
        smallest(&mut vpc.name, name);
        vpc.blocks.extend(blocks);
    }

    /// Adds a subnet, or more of it.
    pub fn subnet(
        &mut self,
        id: SubnetId,
        name: Option<Arc<str>>,
        vpc: Option<VpcId>,
        blocks: impl IntoIterator<Item = Block>,
    ) {
        let subnet = self.findings.network.subnets.entry(id).or_default();
        smallest(&mut subnet.name, name);
        smallest(&mut subnet.vpc, vpc);
        subnet.blocks.extend(blocks);
    }

    /// Adds a peering connection. The status `active` wins over any other, because the accepter's
    /// resource may have it before the requester's.
    pub fn peering(&mut self, id: PeeringId, one: VpcId, other: VpcId, status: Option<Arc<str>>) {
        let sides = if one <= other { [one, other] } else { [other, one] };
        let peering = match self.findings.network.peerings.entry(id) {
            Entry::Vacant(slot) => slot.insert(Peering { sides, status: None }),
            Entry::Occupied(slot) => {
                let id = slot.key().clone();
                let known = slot.into_mut();
                if known.sides != sides {
                    let message = format!(
                        "peering {id} joins other VPCs elsewhere in the input; the first pair is used"
                    );
                    self.findings.warnings.insert(Warning { message });
                    known.sides = sides.min(known.sides.clone());
                }
                known
            }
        };
        match (&peering.status, &status) {
            (_, Some(new)) if &**new == "active" => peering.status = status,
            (Some(old), _) if &**old == "active" => {}
            _ => smallest(&mut peering.status, status),
        }
    }

    /// Adds that a VPC is attached to a transit gateway.
    pub fn transit(&mut self, gateway: &str, vpc: VpcId) {
        self.findings.network.transit_gateways.entry(gateway.into()).or_default().insert(vpc);
    }

    /// Adds a prefix list, or more of it; `entries` is `None` when the source does not list them.
    pub fn prefix_list(
        &mut self,
        id: PrefixListId,
        name: Option<Arc<str>>,
        entries: Option<BTreeSet<Block>>,
    ) {
        let list = self.findings.network.prefix_lists.entry(id).or_default();
        smallest(&mut list.name, name);
        if let Some(entries) = entries {
            list.entries.get_or_insert_default().extend(entries);
        }
    }

    /// Adds entries that a source holds apart from their prefix list. The list stays unknown unless
    /// another finding lists all its entries.
    pub fn prefix_list_entry(&mut self, id: PrefixListId, entries: impl IntoIterator<Item = Block>) {
        self.findings.network.prefix_lists.entry(id.clone()).or_default();
        self.findings.loose_entries.entry(id).or_default().extend(entries);
    }

    /// Adds a warning; the same text counts once.
    pub fn warn(&mut self, message: impl Into<String>) {
        self.findings.warn(message.into());
    }

    /// Warns of something that could not be fetched from one place (an account and region). The same
    /// in several places becomes one warning.
    pub fn warn_of_gap(&mut self, what: String, place: &str) {
        self.findings.gaps.entry(what).or_default().insert(place.to_owned());
    }

    /// Adds a type that is not known and has groups attached. All such types become one warning.
    pub(crate) fn warn_of_type(&mut self, kind: &str) {
        self.findings.unknown_types.insert(kind.to_owned());
    }

    /// Counts things that were not used, by reason.
    pub fn skip(&mut self, reason: impl Into<String>, count: usize) {
        self.findings.skip(reason.into(), count);
    }

    /// Adds the name and VPC of a group that another resource mentions, for its label.
    pub fn hint(&mut self, id: GroupId, name: Option<Arc<str>>, vpc: Option<VpcId>) {
        let fact = GroupFact { name, vpc, ..GroupFact::new(Authority::Mention, None) };
        self.group(id, fact);
    }

    /// Adds the findings of another collection.
    pub fn absorb(&mut self, other: Self) {
        if self.findings.is_empty() {
            *self = other;
            return;
        }
        let other = other.findings;
        let Network { vpcs, subnets, peerings, transit_gateways, prefix_lists, associations } = other.network;
        for (id, Vpc { name, blocks }) in vpcs {
            self.vpc(id, name, blocks);
        }
        for (id, Subnet { name, vpc, blocks }) in subnets {
            self.subnet(id, name, vpc, blocks);
        }
        for (id, Peering { sides: [one, other], status }) in peerings {
            self.peering(id, one, other, status);
        }
        for (gateway, vpcs) in transit_gateways {
            vpcs.into_iter().for_each(|vpc| self.transit(&gateway, vpc));
        }
        for (group, vpcs) in associations {
            vpcs.into_iter().for_each(|vpc| self.associate(group.clone(), vpc));
        }
        for (id, PrefixList { name, entries }) in prefix_lists {
            self.prefix_list(id, name, entries);
        }
        join(&mut self.findings.groups, other.groups, append);
        join(&mut self.findings.rules, other.rules, append);
        join(&mut self.findings.endpoints, other.endpoints, |known: &mut EndpointFacts, more| {
            append(&mut known.facts, more.facts);
            append(&mut known.interfaces, more.interfaces);
        });
        self.findings.added_groups.extend(other.added_groups);
        self.findings.owners.extend(other.owners);
        for (name, groups) in other.subnet_groups {
            groups.into_iter().for_each(|group| self.subnet_group(Arc::clone(&name), group));
        }
        for (id, entries) in other.loose_entries {
            self.prefix_list_entry(id, entries);
        }
        for (what, places) in other.gaps {
            self.findings.gaps.entry(what).or_default().extend(places);
        }
        for (reason, count) in other.skipped {
            self.skip(reason, count);
        }
        self.findings.unknown_types.extend(other.unknown_types);
        self.findings.sources.extend(other.sources);
        self.findings.warnings.extend(other.warnings);
        self.findings.files += other.files;
    }

    /// Merges everything into one inventory, the same whatever the order of the findings.
    pub fn finish(self) -> Inventory {
        merge(self.findings)
    }
}

/// Appends to a list that mostly stays at one item. The default capacity of four would be a fifth of
/// all memory.
fn push_first<T>(list: &mut Vec<T>, item: T) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(item);
}

/// Joins two maps; an empty one is replaced.
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

/// Joins two lists; an empty one is replaced.
fn append<T>(all: &mut Vec<T>, more: Vec<T>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.extend(more);
    }
}
