//! Whom a CIDR block or prefix list really allows inbound: what the subnet shortcut loses.

use std::collections::{BTreeMap, BTreeSet};

use super::{Connectivity, EndpointIx, GroupIx, PeerIx, Presence, Reach, RuleIx, VpcIx};
use crate::inventory::VpcId;
use crate::traffic::{AddressSet, Block};

/// Whom a CIDR block or prefix list allows inbound.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Coverage {
    /// Known endpoints in it, ascending.
    pub endpoints: Vec<EndpointIx>,
    /// Of those, to how many each group is attached.
    pub by_group: BTreeMap<GroupIx, usize>,
    /// How many IPv4 addresses it has, and how many of them are none of a known endpoint.
    pub addresses: u64,
    /// See `addresses`.
    pub unknown_addresses: u64,
    /// The part that lies in no known subnet.
    pub beyond_subnets: Vec<Block>,
    /// Known networks that lie in it, by name or id.
    pub networks: Vec<String>,
}

impl Connectivity {
    /// Returns whom an ingress rule with a CIDR block or prefix list as peer admits; `None` for other
    /// peers, for the internet, and for a list whose entries are not known.
    pub fn coverage(&self, rule: RuleIx) -> Option<Coverage> {
        let row = self.rule_row(rule);
        let PeerIx::Blocks(named) = row.peer else { return None };
        let list = self.named.of(named);
        let blocks: Vec<Block> = list.iter().map(|ix| self.block(*ix)).collect();
        if blocks.iter().any(Block::is_internet) {
            return None;
        }
        let vpcs = self.carrier_vpcs(row.group);
        let in_reach =
            |vpc: Option<VpcIx>| vpcs.iter().any(|home| self.peerings.reach(*home, vpc) == Reach::Yes);
        let mut coverage = Coverage::default();
        for (ix, block) in list.iter().zip(&blocks) {
            for class in self.named.classes_in(*ix).map(|class| self.class(class)) {
                let profile = &class.profile;
                let is_sure = matches!(profile.presence(block.family()),
                    Presence::Present { inside, .. } if inside.binary_search(ix).is_ok());
                if is_sure && in_reach(profile.vpc) {
                    coverage.endpoints.extend(&class.members);
                }
            }
        }
        coverage.endpoints.sort_unstable();
        coverage.endpoints.dedup();
        for endpoint in &coverage.endpoints {
            for group in self.endpoint(*endpoint).groups() {
                if let Some(ix) = self.find_group(group) {
                    *coverage.by_group.entry(ix).or_default() += 1;
                }
            }
        }
        self.measure(&blocks, in_reach, &mut coverage);
        Some(coverage)
    }

    /// How much of the blocks is known: addresses of endpoints, subnets, networks by name.
    fn measure(&self, blocks: &[Block], in_reach: impl Fn(Option<VpcIx>) -> bool, coverage: &mut Coverage) {
        let network = &self.inventory().network;
        let whole = AddressSet::from_blocks(blocks);
        let interfaces = coverage.endpoints.iter().flat_map(|ix| &self.endpoint(*ix).interfaces);
        let addresses = AddressSet::from_blocks(interfaces.flat_map(|interface| &interface.addresses));
        coverage.addresses = whole.ipv4_count();
        coverage.unknown_addresses = whole.difference(&addresses).ipv4_count();
        let near = |id: Option<&VpcId>| in_reach(id.and_then(|id| self.find_vpc(id)));
        let subnets: Vec<_> =
            network.subnets.iter().filter(|(_, subnet)| near(subnet.vpc.as_ref())).collect();
        let subnet_blocks = AddressSet::from_blocks(subnets.iter().flat_map(|(_, subnet)| &subnet.blocks));
        if !subnet_blocks.is_empty() {
            coverage.beyond_subnets = whole.difference(&subnet_blocks).blocks();
        }
        let inside =
            |held: &BTreeSet<Block>| held.iter().any(|held| blocks.iter().any(|block| block.contains(held)));
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
