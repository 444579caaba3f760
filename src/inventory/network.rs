//! The network around the groups: VPCs, subnets, peerings, prefix lists.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{GroupId, PeeringId, PrefixListId, SubnetId, VpcId};
use crate::traffic::Block;

/// VPCs, subnets, peerings and prefix lists by id.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Network {
    /// VPCs, with those that are only referred to.
    pub vpcs: BTreeMap<VpcId, Vpc>,
    /// Subnets.
    pub subnets: BTreeMap<SubnetId, Subnet>,
    /// Peering connections.
    pub peerings: BTreeMap<PeeringId, Peering>,
    /// The VPCs attached to each transit gateway, by its id.
    pub transit_gateways: BTreeMap<Arc<str>, BTreeSet<VpcId>>,
    /// Prefix lists.
    pub prefix_lists: BTreeMap<PrefixListId, PrefixList>,
    /// The further VPCs in which a group can be attached (VPC user guide, "Associate security groups
    /// with multiple VPCs"), so that the group does not tell where an interface is.
    pub associations: BTreeMap<GroupId, BTreeSet<VpcId>>,
}

impl Network {
    /// Returns the VPC in which a group of a primary VPC is attached, unless it may be attached in others.
    pub(crate) fn only_vpc<'v>(&self, group: &GroupId, primary: Option<&'v VpcId>) -> Option<&'v VpcId> {
        primary.filter(|_| !self.associations.contains_key(group))
    }
}

/// A VPC.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Vpc {
    /// The Name tag.
    pub name: Option<Arc<str>>,
    /// Its address blocks.
    pub blocks: BTreeSet<Block>,
}

/// A subnet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Subnet {
    /// The Name tag.
    pub name: Option<Arc<str>>,
    /// Its VPC.
    pub vpc: Option<VpcId>,
    /// Its address blocks.
    pub blocks: BTreeSet<Block>,
}

/// A peering connection between two VPCs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Peering {
    /// The two sides, the smaller id first.
    pub sides: [VpcId; 2],
    /// The status code, `active` when traffic passes (EC2 API reference, `VpcPeeringConnectionStateReason`).
    pub status: Option<Arc<str>>,
}

impl Peering {
    /// Tells whether traffic passes; `None` when it is not in the input.
    pub fn is_active(&self) -> Option<bool> {
        self.status.as_deref().map(|status| status == "active")
    }
}

/// A prefix list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PrefixList {
    /// Its name.
    pub name: Option<Arc<str>>,
    /// Its entries; `None` when they are not in the input.
    pub entries: Option<BTreeSet<Block>>,
}
