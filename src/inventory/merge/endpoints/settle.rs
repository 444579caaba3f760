//! The VPC of each interface and the groups that are mentioned by name: the last step, when all ids
//! are known.

use std::collections::{BTreeSet, HashMap};

use foldhash::fast::RandomState;

use crate::inventory::merge::group_names::GroupNames;
use crate::inventory::{Endpoint, EndpointId, GroupId, Interface, Network, VpcId};

/// The ids that endpoints may mention.
pub(super) struct KnownIds<'a> {
    /// The VPC of each group.
    pub(super) groups: HashMap<&'a str, Option<&'a VpcId>, RandomState>,
    pub(super) network: &'a Network,
    pub(super) names: GroupNames<'a>,
}

/// What endpoints mention and no finding describes, and the endpoints without groups.
#[derive(Default)]
pub(super) struct Unknown {
    pub(super) groups: BTreeSet<GroupId>,
    pub(super) vpcs: BTreeSet<VpcId>,
    pub(super) bare: Vec<EndpointId>,
}

impl Unknown {
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.vpcs.is_empty() && self.bare.is_empty()
    }

    pub(super) fn add(&mut self, other: Self) {
        self.groups.extend(other.groups);
        self.vpcs.extend(other.vpcs);
        self.bare.extend(other.bare);
    }
}

impl<'a> KnownIds<'a> {
    /// Returns the only VPC in which a group can be attached, if known.
    pub(super) fn home(&self, group: &GroupId) -> Option<&'a VpcId> {
        self.network.only_vpc(group, *self.groups.get(group.as_str())?)
    }

    /// Finds each interface's VPC, and the groups that are mentioned by name.
    pub(super) fn settle(&self, endpoint: &mut Endpoint) -> Unknown {
        let mut unknown = Unknown::default();
        let is_bare = is_bare(endpoint);
        for interface in &mut endpoint.interfaces {
            let Interface { subnets, groups, .. } = &*interface;
            let by_subnet =
                || only(subnets.iter().filter_map(|id| self.network.subnets.get(id)?.vpc.as_ref()));
            let by_group = || only(groups.iter().filter_map(|id| self.home(id)));
            let vpc = interface.vpc.clone().or_else(by_subnet).or_else(by_group);
            if groups.iter().any(GroupNames::is_name) {
                interface.groups = groups.iter().map(|id| self.names.resolve(id, vpc.as_ref())).collect();
            }
            let groups = interface.groups.iter().filter(|id| !self.groups.contains_key(id.as_str()));
            unknown.groups.extend(groups.cloned());
            let vpcs = vpc.iter().filter(|id| !is_bare && !self.network.vpcs.contains_key(*id));
            unknown.vpcs.extend(vpcs.cloned());
            interface.vpc = vpc;
            interface.unfiltered &= interface.groups.is_empty() && interface.unresolved.is_empty();
        }
        if is_bare {
            unknown.bare.push(endpoint.id.clone());
        }
        unknown
    }
}

/// Returns the VPC of some facts, if all are of the same one.
fn only<'a>(mut vpcs: impl Iterator<Item = &'a VpcId>) -> Option<VpcId> {
    let first = vpcs.next()?;
    vpcs.all(|vpc| vpc == first).then(|| first.clone())
}

/// Tells whether an endpoint has no groups, and not because it is known to have none.
pub(super) fn is_bare(endpoint: &Endpoint) -> bool {
    let is_bare = |interface: &Interface| {
        interface.groups.is_empty() && interface.unresolved.is_empty() && !interface.unfiltered
    };
    endpoint.interfaces.iter().all(is_bare)
}
