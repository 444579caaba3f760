//! What may be asked about: resources and groups of the input, and addresses outside it.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::connectivity::{Connectivity, EndpointIx, GroupIx, Outside, Subject};
use crate::inventory::GroupId;
use crate::traffic::{AddressSet, Block};

/// One thing that a question is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// An endpoint, one of its interfaces, or what a group is attached to.
    Known(Subject),
    /// An interface of an endpoint as the internet sees it: by its public address.
    Public(EndpointIx, u32, IpAddr),
    /// The internet, an address, a CIDR block, a prefix list.
    Outside(Outside),
}

/// Returns the groups that targets are, or that are attached to them; of an interface its own.
pub fn groups_of(net: &Connectivity, targets: &[Target]) -> BTreeSet<GroupIx> {
    let mut groups = BTreeSet::new();
    for target in targets {
        let ids: Vec<&GroupId> = match target {
            Target::Known(Subject::Group(ix)) => {
                groups.insert(*ix);
                Vec::new()
            }
            Target::Known(Subject::Endpoint(ix)) => net.endpoint(*ix).groups().into_iter().collect(),
            Target::Known(Subject::Interface(ix, at)) | Target::Public(ix, at, _) => {
                net.endpoint(*ix).interfaces[*at as usize].groups.iter().collect()
            }
            Target::Outside(_) => Vec::new(),
        };
        groups.extend(ids.into_iter().filter_map(|id| net.find_group(id)));
    }
    groups
}

impl Target {
    /// Returns the addresses outside the input for which the target stands; `None` for a prefix list
    /// whose entries the input does not tell. `0.0.0.0/0` and `::/0` are the public addresses of their
    /// family, because people who write them mean the internet.
    pub fn addresses(&self, net: &Connectivity) -> Option<AddressSet> {
        match self {
            Self::Known(_) | Self::Public(..) => Some(AddressSet::default()),
            Self::Outside(Outside::Block(block)) if block.is_internet() => {
                Some(AddressSet::internet().within(block.family()))
            }
            Self::Outside(outside) => net.addresses_of(outside),
        }
    }

    /// Returns the interfaces of the input that a CIDR block or prefix list holds. The internet holds
    /// none, because only private addresses are compared.
    pub fn interfaces_within(&self, net: &Connectivity) -> Vec<(EndpointIx, u32)> {
        let blocks: Vec<Block> = match self {
            Self::Outside(Outside::Block(block)) if !block.is_internet() => vec![*block],
            Self::Outside(outside @ Outside::PrefixList(_)) => {
                net.addresses_of(outside).map(|addresses| addresses.blocks()).unwrap_or_default()
            }
            Self::Known(_) | Self::Public(..) | Self::Outside(_) => Vec::new(),
        };
        if blocks.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for ix in net.all_endpoints() {
            for (position, interface) in net.endpoint(ix).interfaces.iter().enumerate() {
                let holds = |held: &Block| blocks.iter().any(|block| block.contains(held));
                if interface.addresses.iter().any(holds) {
                    found.push((ix, position as u32));
                }
            }
        }
        found
    }
}
