//! Which VPCs can reach each other by private addresses: the same one, peered ones, and perhaps those at
//! one transit gateway.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::VpcIx;
use crate::inventory::{Inventory, VpcId};

/// Whether private addresses of two VPCs mean each other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reach {
    /// The same VPC, an active peering, or a VPC that the input does not tell.
    Yes,
    /// A peering whose status is not in the input.
    Maybe,
    /// Two VPCs attached to one transit gateway, whose route tables are not evaluated.
    Transit,
    /// Different VPCs, with no peering in the input.
    Unpeered,
    /// Different VPCs, with a peering that is not active.
    Inactive,
}

impl Reach {
    /// Tells whether private addresses of the two mean each other, or may.
    pub fn is_possible(self) -> bool {
        matches!(self, Self::Yes | Self::Maybe | Self::Transit)
    }
}

/// The peerings, by pair of VPCs, and the transit gateways of each VPC.
#[derive(Debug, Default)]
pub(super) struct PeeringTable {
    transit: HashMap<VpcIx, BTreeSet<usize>>,
    active: HashSet<(VpcIx, VpcIx)>,
    unknown: HashSet<(VpcIx, VpcIx)>,
    inactive: HashSet<(VpcIx, VpcIx)>,
    /// For each VPC, those with an active peering or one of unknown status.
    peered: HashMap<VpcIx, BTreeSet<VpcIx>>,
}

impl PeeringTable {
    pub(super) fn new(inventory: &Inventory, vpcs: &HashMap<&VpcId, VpcIx>) -> Self {
        let mut table = Self::default();
        for peering in inventory.network.peerings.values() {
            let sides = (vpcs.get(&peering.sides[0]), vpcs.get(&peering.sides[1]));
            if let (Some(&one), Some(&other)) = sides {
                if peering.is_active() != Some(false) {
                    table.peered.entry(one).or_default().insert(other);
                    table.peered.entry(other).or_default().insert(one);
                }
                let set = match peering.is_active() {
                    Some(true) => &mut table.active,
                    Some(false) => &mut table.inactive,
                    None => &mut table.unknown,
                };
                set.extend([(one, other), (other, one)]);
            }
        }
        for (number, attached) in inventory.network.transit_gateways.values().enumerate() {
            for vpc in attached.iter().filter_map(|id| vpcs.get(id)) {
                table.transit.entry(*vpc).or_default().insert(number);
            }
        }
        table
    }

    fn share_gateway(&self, one: VpcIx, other: VpcIx) -> bool {
        let (Some(one), Some(other)) = (self.transit.get(&one), self.transit.get(&other)) else {
            return false;
        };
        !one.is_disjoint(other)
    }

    /// Returns what is known of the VPCs in which an address of another one may mean something. Among
    /// thousands of VPCs only a few are looked at, unless a transit gateway may join them all.
    pub(super) fn near<'t, T>(
        &self,
        vpc: Option<VpcIx>,
        table: &'t BTreeMap<Option<VpcIx>, T>,
    ) -> impl Iterator<Item = &'t T> {
        let few = match vpc {
            Some(vpc) if !self.transit.contains_key(&vpc) => {
                let peered = self.peered.get(&vpc).into_iter().flatten().copied();
                let mut near: Vec<Option<VpcIx>> = peered.chain([vpc]).map(Some).chain([None]).collect();
                near.sort_unstable();
                near.dedup();
                Some(near)
            }
            Some(_) | None => None,
        };
        let all = few.is_none().then(|| {
            let is_near = move |other: &Option<VpcIx>| self.reach(vpc, *other).is_possible();
            table.iter().filter(move |(other, _)| is_near(other)).map(|(_, value)| value).collect::<Vec<_>>()
        });
        let few = few.into_iter().flatten().filter_map(|vpc| table.get(&vpc));
        all.into_iter().flatten().chain(few)
    }

    /// Whether an interface in one VPC can be meant by a private address or a group of the other.
    pub(super) fn reach(&self, one: Option<VpcIx>, other: Option<VpcIx>) -> Reach {
        match (one, other) {
            (Some(one), Some(other)) if one != other => {
                if self.active.contains(&(one, other)) {
                    Reach::Yes
                } else if self.unknown.contains(&(one, other)) {
                    Reach::Maybe
                } else if self.share_gateway(one, other) {
                    Reach::Transit
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
