//! What may be asked about: resources and groups of the input, and addresses outside it.

use std::net::IpAddr;

use crate::connectivity::{Connectivity, EndpointIx, Outside, Subject};
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
