//! The data that a builder collects and that merging takes: findings in any order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::{
    AccountRegion, EndpointFact, EndpointId, GroupFact, GroupId, GroupRef, InterfaceFact, InterfaceId,
    Network, Origin, PrefixListId, Rule, Source, SubnetId, Warning,
};
use crate::traffic::Block;

/// Findings by id, in the order of insertion, because walking through them in another order would
/// jump through memory.
pub(super) type ById<K, V> = IndexMap<K, V, RandomState>;

/// The facts about one endpoint.
#[derive(Debug, Default)]
pub(super) struct EndpointFacts {
    /// Empty for an endpoint that only its interfaces name.
    pub(super) facts: Vec<EndpointFact>,
    /// The facts about its interfaces.
    pub(super) interfaces: Vec<InterfaceFact>,
}

/// A named group of subnets, as one source states it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SubnetGroup {
    /// The source.
    pub(crate) source: Arc<Source>,
    /// Account and region, if known.
    pub(crate) account_region: Option<AccountRegion>,
    /// Its subnets.
    pub(crate) subnets: BTreeSet<SubnetId>,
}

/// Everything that readers found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The inputs.
    pub(super) sources: BTreeSet<Arc<Source>>,
    /// The facts about groups, rules aside.
    pub(super) groups: ById<GroupId, Vec<GroupFact>>,
    /// The rules by the group that holds them.
    pub(super) rules: ById<GroupId, Vec<Rule>>,
    /// The facts about endpoints and their interfaces.
    pub(super) endpoints: ById<EndpointId, EndpointFacts>,
    /// Groups that were attached to interfaces one by one.
    pub(super) added_groups: Vec<(InterfaceId, GroupRef, Origin)>,
    /// The endpoints that interfaces belong to.
    pub(super) owners: Vec<(InterfaceId, EndpointId)>,
    /// Subnet groups by name, which several may have.
    pub(super) subnet_groups: BTreeMap<Arc<str>, BTreeSet<SubnetGroup>>,
    /// VPCs, subnets, peerings and prefix lists, merged as they come.
    pub(super) network: Network,
    /// Entries of prefix lists that were found apart from their list.
    pub(super) loose_entries: BTreeMap<PrefixListId, BTreeSet<Block>>,
    /// Warnings.
    pub(super) warnings: BTreeSet<Warning>,
    /// What could not be fetched, with the accounts and regions where it could not.
    pub(super) gaps: BTreeMap<String, BTreeSet<String>>,
    /// Types that are not known and have groups attached.
    pub(super) unknown_types: BTreeSet<String>,
    /// How many things were not used, by reason.
    pub(super) skipped: BTreeMap<String, usize>,
    /// How many inputs were read.
    pub(super) files: usize,
}

impl Findings {
    /// Tells whether nothing was found, not even an input.
    pub(super) fn is_empty(&self) -> bool {
        let Self { sources, groups, rules, endpoints, added_groups, owners, .. } = self;
        let has_facts = !(groups.is_empty() && rules.is_empty() && endpoints.is_empty());
        let has_links = !(added_groups.is_empty() && owners.is_empty() && self.subnet_groups.is_empty());
        let has_network = self.network != Network::default() || !self.loose_entries.is_empty();
        let has_notes = !(self.warnings.is_empty()
            && self.unknown_types.is_empty()
            && self.gaps.is_empty()
            && self.skipped.is_empty());
        sources.is_empty() && self.files == 0 && !has_facts && !has_links && !has_network && !has_notes
    }

    /// Adds a warning; the same text counts once.
    pub(super) fn warn(&mut self, message: String) {
        self.warnings.insert(Warning { message });
    }

    /// Counts things that were not used, by reason.
    pub(super) fn skip(&mut self, reason: String, count: usize) {
        if count > 0 {
            *self.skipped.entry(reason).or_default() += count;
        }
    }
}

/// Keeps the smaller of two values, so that the choice does not depend on their order.
pub(super) fn smallest<T: Ord>(slot: &mut Option<T>, new: Option<T>) {
    if let Some(new) = new
        && slot.as_ref().is_none_or(|old| new < *old)
    {
        *slot = Some(new);
    }
}
