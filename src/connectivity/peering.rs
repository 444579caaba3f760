//! Which VPCs can reach each other by private addresses: the same one, and peered ones.

use std::collections::{HashMap, HashSet};

use super::VpcIx;
use crate::inventory::{Inventory, VpcId};

/// Whether private addresses of two VPCs mean each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// The same VPC, an active peering, or a VPC that the input does not tell.
    Yes,
    /// A peering whose status is not in the input.
    Maybe,
    /// Different VPCs, with no peering in the input.
    Unpeered,
    /// Different VPCs, with a peering that is not active.
    Inactive,
}

/// The peerings, by pair of VPCs.
#[derive(Debug, Default)]
pub(super) struct PeeringTable {
    active: HashSet<(VpcIx, VpcIx)>,
    unknown: HashSet<(VpcIx, VpcIx)>,
    inactive: HashSet<(VpcIx, VpcIx)>,
}

impl PeeringTable {
    pub(super) fn new(inventory: &Inventory, vpcs: &HashMap<&VpcId, VpcIx>) -> Self {
        let mut table = Self::default();
        for peering in inventory.network.peerings.values() {
            let sides = (vpcs.get(&peering.sides[0]), vpcs.get(&peering.sides[1]));
            if let (Some(&one), Some(&other)) = sides {
                let set = match peering.is_active() {
                    Some(true) => &mut table.active,
                    Some(false) => &mut table.inactive,
                    None => &mut table.unknown,
                };
                set.extend([(one, other), (other, one)]);
            }
        }
        table
    }

    /// Whether an interface in one VPC can be meant by a private address or a group of the other.
    pub(super) fn reach(&self, one: Option<VpcIx>, other: Option<VpcIx>) -> Reach {
        match (one, other) {
            (Some(one), Some(other)) if one != other => {
                if self.active.contains(&(one, other)) {
                    Reach::Yes
                } else if self.unknown.contains(&(one, other)) {
                    Reach::Maybe
                } else if self.inactive.contains(&(one, other)) {
                    Reach::Inactive
                } else {
                    Reach::Unpeered
                }
            }
            _ => Reach::Yes,
        }
    }
}
