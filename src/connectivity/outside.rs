//! Peers that are no group: the internet, CIDR blocks, prefix lists; and addresses that are no known
//! resource's, as one side of a connection.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use super::layer::Party;
use super::{BlockIx, BlocksIx, Connectivity, Findings, InterfaceProfile, PeerIx, Presence, RuleIx};
use crate::inventory::{Direction, Peer, PrefixListId};
use crate::traffic::{AddressSet, Block, Family};

/// A peer outside the known groups.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Outside {
    /// All public addresses. `0.0.0.0/0` and `::/0` of a rule are told under this name.
    Internet,
    /// A CIDR block.
    Block(Block),
    /// A prefix list.
    PrefixList(PrefixListId),
    /// A peer that the input does not tell.
    Unresolved(Arc<str>),
}

impl Outside {
    /// Returns the outside peer of a rule; `None` when its peer is a group.
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

impl Outside {
    /// Tells whether it stands for whatever rules name that are not in the input.
    pub fn is_unknown_rules(&self) -> bool {
        matches!(self, Self::Unresolved(text) if &**text == UNKNOWN_RULES)
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

/// What rules name that are not in the input.
pub(super) const UNKNOWN_RULES: &str = "rules that are not in the input";

/// Addresses outside the input, of one family, that the rules of one interface do not tell apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExternalPart {
    /// The family of the addresses.
    pub family: Family,
    /// The addresses; empty where the input does not tell them.
    pub addresses: AddressSet,
    /// What the interface's rules say about them.
    pub findings: Findings,
}

impl Connectivity {
    /// Returns the addresses of an outside peer; `None` when the input does not tell them.
    pub fn addresses_of(&self, outside: &Outside) -> Option<AddressSet> {
        match outside {
            Outside::Internet => Some(AddressSet::internet().clone()),
            Outside::Block(block) => Some(AddressSet::from_blocks([block])),
            Outside::PrefixList(id) => self.entries(id).map(AddressSet::from_blocks),
            Outside::Unresolved(_) => None,
        }
    }

    /// Evaluates connections between an interface and addresses outside the input, as
    /// [`Connectivity::external_parts_of`].
    pub(super) fn external_parts(
        &self,
        own: &InterfaceProfile,
        addresses: Option<&AddressSet>,
        direction: Direction,
    ) -> Vec<ExternalPart> {
        self.external_parts_of(&[own], addresses, direction)
    }

    /// Evaluates connections between the interfaces of one resource and addresses outside the input,
    /// which open them for [`Direction::Ingress`]. Returns the addresses in parts that the rules tell
    /// apart, each with what any of the interfaces allows; `None` stands for addresses of which nothing
    /// is known.
    pub fn external_parts_of(
        &self,
        own: &[&InterfaceProfile],
        addresses: Option<&AddressSet>,
        direction: Direction,
    ) -> Vec<ExternalPart> {
        let mut parts: Vec<ExternalPart> = Vec::new();
        let mut add = |family: Family, addresses: AddressSet, inside: Vec<BlockIx>| {
            let external = InterfaceProfile::external_in(family, Presence::within(inside));
            let mut findings = Findings::default();
            own.iter().for_each(|own| findings.join_all(&self.evaluate_external(own, &external, direction)));
            let findings = if own.len() > 1 { findings.disjoint(self) } else { findings };
            let same = |part: &&mut ExternalPart| part.family == family && part.findings == findings;
            match parts.iter_mut().find(same) {
                Some(part) => part.addresses = part.addresses.union(&addresses),
                None => parts.push(ExternalPart { family, addresses, findings }),
            }
        };
        let Some(addresses) = addresses else {
            Family::BOTH.into_iter().for_each(|family| add(family, AddressSet::default(), Vec::new()));
            return parts;
        };
        let mut named: Vec<BlockIx> = own
            .iter()
            .flat_map(|own| self.peers_named_by(own, direction))
            .flat_map(|named| self.named.of(named).iter().copied())
            .collect();
        named.sort_unstable();
        named.dedup();
        let blocks: Vec<Block> = named.iter().map(|ix| self.block(*ix)).collect();
        for (holders, addresses) in addresses.split_by(&blocks) {
            let is_v4 = addresses.within(Family::V6).is_empty();
            let inside = holders.into_iter().map(|position| named[position]).collect();
            add(if is_v4 { Family::V4 } else { Family::V6 }, addresses, inside);
        }
        parts
    }

    /// Returns the distinct peers with known addresses that an interface's rules name in one direction.
    pub(super) fn peers_named_by(&self, own: &InterfaceProfile, direction: Direction) -> Vec<BlocksIx> {
        let of_rule = |ix: RuleIx| match self.rule_row(ix).peer {
            PeerIx::Blocks(named) => Some(named),
            PeerIx::Group(_) | PeerIx::Unknown => None,
        };
        let mut named: Vec<BlocksIx> = self.rules_for(own, direction).filter_map(of_rule).collect();
        named.sort_unstable();
        named.dedup();
        named
    }

    /// Returns the rules of an interface in one direction, each with whether its peer is, or may be,
    /// some of the addresses.
    pub fn matching_outside(
        &self,
        own: &InterfaceProfile,
        addresses: Option<&AddressSet>,
        direction: Direction,
    ) -> Vec<(RuleIx, bool)> {
        let holds = |ix: &BlockIx| {
            let block = AddressSet::from_blocks([&self.block(*ix)]);
            addresses.is_none_or(|set| !set.intersection(&block).is_empty())
        };
        let matches = |ix: RuleIx| match &self.rule_row(ix).peer {
            PeerIx::Group(_) => false,
            PeerIx::Blocks(named) => self.named.of(*named).iter().any(holds),
            PeerIx::Unknown => true,
        };
        self.rules_for(own, direction).map(|ix| (ix, matches(ix))).collect()
    }

    /// Returns an interface as the internet sees it: by a public address, or by one that the input
    /// does not tell.
    pub fn public_profile(&self, address: Option<IpAddr>) -> InterfaceProfile {
        let Some(address) = address else {
            let is_wanted = |block: &Block| block.family() == Family::V4 && !block.is_internet();
            let perhaps = self.named.all().iter().enumerate().filter(|(_, block)| is_wanted(block));
            let perhaps: Vec<BlockIx> = perhaps.map(|(position, _)| BlockIx::new(position)).collect();
            let inside = Vec::new().into();
            let v4 = Presence::Present { certain: true, inside, perhaps: perhaps.into() };
            return InterfaceProfile::external_in(Family::V4, v4);
        };
        let host = Block::host(address);
        let holding = self.named.all().iter().enumerate().filter(|(_, block)| block.contains(&host));
        let inside = Presence::within(holding.map(|(position, _)| BlockIx::new(position)).collect());
        InterfaceProfile::external_in(host.family(), inside)
    }

    pub(super) fn evaluate_external(
        &self,
        own: &InterfaceProfile,
        external: &InterfaceProfile,
        direction: Direction,
    ) -> Findings {
        let (own, external) = (Party::interface(own), Party::external(external));
        match direction {
            Direction::Ingress => self.evaluate(external, own),
            Direction::Egress => self.evaluate(own, external),
        }
    }
}
