//! Peers that are no group: the internet, address blocks, prefix lists; and whom a block really
//! lets in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{Connectivity, EndpointIx, GroupIx, PeerIx, Presence, Reach, RuleIx, VpcIx};
use crate::inventory::{Peer, PrefixListId, VpcId};
use crate::traffic::{AddressSet, Block};

/// A peer outside the known groups.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Outside {
    /// `0.0.0.0/0` or `::/0`.
    Internet,
    /// An address block.
    Block(Block),
    /// A prefix list.
    PrefixList(PrefixListId),
    /// A peer that the input does not tell.
    Unresolved(Arc<str>),
}

impl Outside {
    /// The outside peer of a rule; `None` when its peer is a group.
    pub fn of(peer: &Peer) -> Option<Self> {
        match peer {
            Peer::Group(_) => None,
            Peer::Block(block) if block.is_internet() => Some(Self::Internet),
            Peer::Block(block) => Some(Self::Block(*block)),
            Peer::PrefixList(id) => Some(Self::PrefixList(id.clone())),
            Peer::Unresolved(text) => Some(Self::Unresolved(Arc::clone(text))),
        }
    }
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Internet => f.write_str("internet"),
            Self::Block(block) => block.fmt(f),
            Self::PrefixList(id) => id.fmt(f),
            Self::Unresolved(text) => write!(f, "unknown: {text}"),
        }
    }
}

/// Whom a block or prefix list lets in: the subnet shortcut, spelled out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Coverage {
    /// Known endpoints in it, ascending.
    pub endpoints: Vec<EndpointIx>,
    /// Of those, how many carry each group.
    pub by_group: BTreeMap<GroupIx, usize>,
    /// How many IPv4 addresses it has, and how many of them are none of a known endpoint.
    pub addresses: u64,
    /// See `addresses`.
    pub unknown_addresses: u64,
    /// The part that lies in no known subnet.
    pub beyond_subnets: Vec<Block>,
    /// Known networks that lie in it or around it, by name or id.
    pub networks: Vec<String>,
}

impl Connectivity<'_> {
    /// Whom an ingress rule with a block or prefix list as peer lets in; `None` for other peers,
    /// for the internet, and for a list whose entries are not known.
    pub fn coverage(&self, rule: RuleIx) -> Option<Coverage> {
        let row = self.rule(rule);
        let PeerIx::Blocks(list) = &row.peer else { return None };
        let blocks: Vec<Block> = list.iter().map(|ix| self.blocks[ix.get()]).collect();
        if blocks.iter().any(Block::is_internet) {
            return None;
        }
        let homes = &self.homes[row.owner.get()];
        let in_reach =
            |vpc: Option<VpcIx>| homes.iter().any(|home| self.scope.reach(*home, vpc) == Reach::Yes);
        let mut coverage = Coverage::default();
        for class in &self.classes {
            let standing = &class.standing;
            let is_in = list.iter().any(|ix| {
                matches!(standing.presence(self.blocks[ix.get()].family()),
                    Presence::Present { inside, .. } if inside.binary_search(ix).is_ok())
            });
            if is_in && in_reach(standing.vpc) {
                coverage.endpoints.extend(&class.members);
            }
        }
        coverage.endpoints.sort_unstable();
        coverage.endpoints.dedup();
        for endpoint in &coverage.endpoints {
            for group in self.endpoint(*endpoint).groups() {
                *coverage.by_group.entry(self.group_by_id[group]).or_default() += 1;
            }
        }
        self.measure(&blocks, in_reach, &mut coverage);
        Some(coverage)
    }

    /// How much of the blocks is known: addresses of endpoints, subnets, networks by name.
    fn measure(&self, blocks: &[Block], in_reach: impl Fn(Option<VpcIx>) -> bool, coverage: &mut Coverage) {
        let network = &self.inventory.network;
        let vpc_ix = |id: &VpcId| self.vpcs.binary_search_by(|known| (*known).cmp(id)).ok().map(VpcIx::new);
        let whole = AddressSet::from_blocks(blocks);
        let interfaces = coverage.endpoints.iter().flat_map(|ix| &self.endpoint(*ix).interfaces);
        let addresses = AddressSet::from_blocks(interfaces.flat_map(|interface| &interface.addresses));
        coverage.addresses = whole.ipv4_count();
        coverage.unknown_addresses = whole.difference(&addresses).ipv4_count();
        let near = |id: Option<&VpcId>| in_reach(id.and_then(vpc_ix));
        let subnets: Vec<_> =
            network.subnets.iter().filter(|(_, subnet)| near(subnet.vpc.as_ref())).collect();
        let subnet_blocks = AddressSet::from_blocks(subnets.iter().flat_map(|(_, subnet)| &subnet.blocks));
        if !subnet_blocks.is_empty() {
            coverage.beyond_subnets = whole.difference(&subnet_blocks).blocks();
        }
        let inside = |held: &std::collections::BTreeSet<Block>| {
            held.iter().any(|held| blocks.iter().any(|block| block.contains(held)))
        };
        let vpcs = network.vpcs.iter().filter(|(id, vpc)| near(Some(*id)) && inside(&vpc.blocks));
        let vpcs: Vec<_> = vpcs.map(|(id, vpc)| (id.as_str(), &vpc.name)).collect();
        let names = if vpcs.is_empty() {
            let held = subnets.iter().filter(|(_, subnet)| inside(&subnet.blocks));
            held.map(|(id, subnet)| (id.as_str(), &subnet.name)).collect()
        } else {
            vpcs
        };
        coverage.networks =
            names.into_iter().map(|(id, name)| name.as_deref().unwrap_or(id).to_owned()).collect();
    }
}
