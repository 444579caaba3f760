//! The identity of things whose names repeat across accounts, regions and VPCs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::inventory::findings::{ById, EndpointFacts};
use crate::inventory::{
    AccountRegion, EndpointId, Group, GroupId, GroupRef, InterfaceFact, Network, Origin, Source,
};

/// What states a fact: one resource of one input, and the account and region that it tells.
type Statement = (Arc<Source>, Arc<str>, Option<AccountRegion>);

/// What a statement tells of where a thing is.
#[derive(Debug, Clone, Default)]
struct Home {
    /// Account and region.
    account_region: Option<AccountRegion>,
    /// The VPCs of its groups and subnets.
    vpcs: BTreeSet<Arc<str>>,
    /// The accounts that own its groups.
    owners: BTreeSet<Arc<str>>,
}

impl Home {
    fn is_placed(&self) -> bool {
        self.account_region.as_ref().is_some_and(AccountRegion::is_whole)
    }

    fn is_empty(&self) -> bool {
        self.account_region.is_none() && self.vpcs.is_empty() && self.owners.is_empty()
    }

    /// Tells whether one thing cannot be at both homes. A thing is in one account and region, and its
    /// groups are of one VPC.
    fn contradicts(&self, other: &Self) -> bool {
        let differ = |one: &BTreeSet<Arc<str>>, other: &BTreeSet<Arc<str>>| {
            !one.is_empty() && !other.is_empty() && one.is_disjoint(other)
        };
        if let (Some(one), Some(other)) = (&self.account_region, &other.account_region) {
            if one.contradicts(other) {
                return true;
            }
            if one.is_whole() && other.is_whole() {
                return false;
            }
        }
        differ(&self.vpcs, &other.vpcs) || differ(&self.owners, &other.owners)
    }

    fn name(&self) -> Option<Arc<str>> {
        let place = self.account_region.as_ref().map(|place| place.to_string().into());
        place.or_else(|| self.vpcs.first().cloned()).or_else(|| self.owners.first().cloned())
    }
}

/// Gives things of one name in several accounts, regions or VPCs an identity each. A fact that does not
/// tell where keeps the name, because it may be about any of them.
pub(super) fn keep_apart(
    all: &mut ById<EndpointId, EndpointFacts>,
    groups: &BTreeMap<GroupId, Group>,
    network: &Network,
) {
    let mut apart: Vec<(EndpointId, EndpointFacts)> = Vec::new();
    for (id, found) in all.iter_mut() {
        if found.facts.len() < 2 || EndpointId::is_global(id.as_str()) {
            continue;
        }
        let homes = homes(found, groups, network);
        let known: Vec<&Home> = homes.values().filter(|home| !home.is_empty()).collect();
        let is_contested = known.iter().any(|one| known.iter().any(|other| one.contradicts(other)));
        if !is_contested {
            continue;
        }
        let place = |origin: &Origin, account_region: Option<&AccountRegion>| {
            homes.get(&statement(origin, account_region)).and_then(Home::name)
        };
        let mut by_place: BTreeMap<Arc<str>, EndpointFacts> = BTreeMap::new();
        for fact in std::mem::take(&mut found.facts) {
            match place(&fact.origin, fact.account_region.as_ref()) {
                Some(place) => by_place.entry(place).or_default().facts.push(fact),
                None => found.facts.push(fact),
            }
        }
        for mut fact in std::mem::take(&mut found.interfaces) {
            match place(&fact.origin, fact.account_region.as_ref()) {
                Some(place) => {
                    fact.endpoint = EndpointId::new(format!("{id}@{place}"));
                    by_place.entry(place).or_default().interfaces.push(fact);
                }
                None => found.interfaces.push(fact),
            }
        }
        apart.extend(
            by_place.into_iter().map(|(place, found)| (EndpointId::new(format!("{id}@{place}")), found)),
        );
    }
    if !apart.is_empty() {
        all.retain(|_, found| !found.facts.is_empty() || !found.interfaces.is_empty());
        all.extend(apart);
    }
}

fn statement(origin: &Origin, account_region: Option<&AccountRegion>) -> Statement {
    (Arc::clone(&origin.source), Arc::clone(&origin.address), account_region.cloned())
}

/// Returns the home of each statement. Where one is known by VPC alone, and another of that VPC tells
/// account and region, both are at that one.
fn homes(
    found: &EndpointFacts,
    groups: &BTreeMap<GroupId, Group>,
    network: &Network,
) -> BTreeMap<Statement, Home> {
    let mut homes: BTreeMap<Statement, Home> = BTreeMap::new();
    for fact in &found.facts {
        let home = homes.entry(statement(&fact.origin, fact.account_region.as_ref())).or_default();
        home.account_region = home.account_region.take().or_else(|| fact.account_region.clone());
    }
    for fact in &found.interfaces {
        let home = homes.entry(statement(&fact.origin, fact.account_region.as_ref())).or_default();
        home.account_region = home.account_region.take().or_else(|| fact.account_region.clone());
        add_groups(home, fact, groups, network);
    }
    let placed: Vec<Home> = homes.values().filter(|home| home.is_placed()).cloned().collect();
    for home in homes.values_mut().filter(|home| !home.is_placed()) {
        let mut same = placed.iter().filter(|other| !home.vpcs.is_disjoint(&other.vpcs));
        let by_vpc = same.next().and_then(|other| other.account_region.clone());
        // Where the region alone is told, and one account is known there, that is the one.
        let region = home.account_region.as_ref();
        let there = region.map(|region| {
            let near = placed.iter().filter_map(|other| other.account_region.as_ref());
            near.filter(|other| !other.contradicts(region)).collect::<BTreeSet<_>>()
        });
        let only = there.filter(|there| there.len() == 1).and_then(|there| there.into_iter().next());
        if let Some(place) = by_vpc.as_ref().or(only) {
            home.account_region = Some(place.clone());
        }
    }
    homes
}

fn add_groups(home: &mut Home, fact: &InterfaceFact, groups: &BTreeMap<GroupId, Group>, network: &Network) {
    home.vpcs.extend(fact.vpc.as_ref().map(Arc::from));
    let subnets = fact.subnets.iter().filter_map(|id| network.subnets.get(id)?.vpc.as_ref());
    home.vpcs.extend(subnets.map(Arc::from));
    let known = fact.groups.iter().filter_map(|group| match group {
        GroupRef::Id(id) => groups.get(id),
        GroupRef::Unresolved(_) => None,
    });
    for group in known {
        home.vpcs.extend(network.only_vpc(&group.id, group.vpc.as_ref()).map(Arc::from));
        home.owners.extend(group.account.clone());
    }
}
