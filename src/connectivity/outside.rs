//! Peers that are no group: the internet, CIDR blocks, prefix lists; and addresses that are no known
//! resource's, as one side of a connection.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use super::layer::Party;
use super::{
    BlockIx, ClassIx, Connectivity, Doubt, Finding, Findings, GroupIx, InterfaceProfile, PeerIx, Presence,
    RuleIx, Verdict,
};
use crate::inventory::{Direction, Peer, PrefixListId, Rule};
use crate::traffic::{AddressSet, Block, Family, Traffic};

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
const UNKNOWN_RULES: &str = "rules that are not in the input";

/// Without a prefix at most this long, thousands of blocks would have to make up the internet.
const LARGE: u8 = 8;

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
            let present = Presence::within(inside);
            let (v4, v6) = match family {
                Family::V4 => (present, Presence::Absent),
                Family::V6 => (Presence::Absent, present),
            };
            let external = InterfaceProfile::external(v4, v6);
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
        let mut named: Vec<BlockIx> =
            own.iter().flat_map(|own| self.blocks_named_by(own, direction)).collect();
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

    /// Returns the blocks that an interface's rules name in one direction.
    fn blocks_named_by(&self, own: &InterfaceProfile, direction: Direction) -> Vec<BlockIx> {
        let of_rule = |ix: RuleIx| match &self.rule_row(ix).peer {
            PeerIx::Blocks(blocks) => blocks.as_slice(),
            PeerIx::Group(_) | PeerIx::Unknown => &[],
        };
        self.rules_for(own, direction).flat_map(of_rule).copied().collect()
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
            PeerIx::Blocks(blocks) => blocks.iter().any(holds),
            PeerIx::Unknown => true,
        };
        self.rules_for(own, direction).map(|ix| (ix, matches(ix))).collect()
    }

    /// Returns an interface as the internet sees it: by a public address, or by one that the input
    /// does not tell.
    pub fn public_profile(&self, address: Option<IpAddr>) -> InterfaceProfile {
        let Some(address) = address else {
            let perhaps = (0..self.blocks.len()).map(BlockIx::new).filter(|ix| {
                let block = self.block(*ix);
                block.family() == Family::V4 && !block.is_internet()
            });
            let v4 = Presence::Present { certain: true, inside: Arc::from([]), perhaps: perhaps.collect() };
            return InterfaceProfile::external(v4, Presence::Absent);
        };
        let host = Block::host(address);
        let inside = (0..self.blocks.len()).map(BlockIx::new);
        let inside = Presence::within(inside.filter(|ix| self.block(*ix).contains(&host)).collect());
        match host.family() {
            Family::V4 => InterfaceProfile::external(inside, Presence::Absent),
            Family::V6 => InterfaceProfile::external(Presence::Absent, inside),
        }
    }

    fn evaluate_external(
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

    /// Returns the outside peers of an interface's rules in one direction, and the internet where
    /// several blocks together may be all of it.
    pub(super) fn outside_peers(&self, own: &InterfaceProfile, direction: Direction) -> Vec<Outside> {
        let rules = || self.rules_for(own, direction);
        let mut peers: Vec<Outside> = rules().filter_map(|ix| Outside::of(&self.rule(ix).peer)).collect();
        if !peers.contains(&Outside::Internet) && (own.unfiltered || self.names_internet(own, direction)) {
            peers.push(Outside::Internet);
        }
        peers.sort_unstable();
        peers.dedup();
        peers
    }

    /// Tells whether the blocks of an interface's rules together are the internet, in one family.
    fn names_internet(&self, own: &InterfaceProfile, direction: Direction) -> bool {
        let blocks: Vec<Block> =
            self.blocks_named_by(own, direction).into_iter().map(|ix| self.block(ix)).collect();
        if !blocks.iter().any(|block| block.prefix() <= LARGE) {
            return false;
        }
        let (internet, named) = (AddressSet::internet(), AddressSet::from_blocks(&blocks));
        Family::BOTH.iter().any(|family| internet.within(*family).is_subset(&named))
    }

    /// Returns the outside peers of a class's rules, with what its rules say about them; see
    /// [`Connectivity::row`] for the resources of the input.
    pub fn outside_row(&self, class: ClassIx, direction: Direction) -> Vec<(Outside, Findings)> {
        let profile = &self.class(class).profile;
        let is_able = match direction {
            Direction::Egress => self.is_client(class),
            Direction::Ingress => self.is_service(class),
        };
        let peers = self.outside_peers(profile, direction).into_iter().filter(|_| is_able);
        let row = peers.map(|outside| {
            let findings = self.outside_findings(profile, &outside, direction);
            (outside, findings)
        });
        let unknown = self.unknown_rules(profile, direction).filter(|_| is_able);
        let unknown = unknown.map(|(outside, doubt)| (outside, doubtful(profile, doubt)));
        row.chain(unknown).filter(|(_, findings)| !findings.is_empty()).collect()
    }

    /// Returns whom rules of an interface may name that are not in the input, each with the doubt.
    pub(super) fn unknown_rules<'p>(
        &'p self,
        profile: &'p InterfaceProfile,
        direction: Direction,
    ) -> impl Iterator<Item = (Outside, Doubt)> + 'p {
        let groups = profile.groups.iter().copied().filter_map(move |ix| match direction {
            Direction::Ingress => (!self.group(ix).ingress_known).then_some(Doubt::Ingress(ix)),
            Direction::Egress => (!self.group(ix).egress_known).then_some(Doubt::Egress(ix)),
        });
        let unresolved = profile.unresolved.map(|ix| match direction {
            Direction::Ingress => Doubt::ServiceGroup(ix),
            Direction::Egress => Doubt::ClientGroup(ix),
        });
        groups.chain(unresolved).map(|doubt| (Outside::Unresolved(Arc::from(UNKNOWN_RULES)), doubt))
    }

    /// Returns what an interface's rules say about all addresses of an outside peer. What is undecided
    /// because of a rule with another peer is left to that peer.
    pub(super) fn outside_findings(
        &self,
        own: &InterfaceProfile,
        outside: &Outside,
        direction: Direction,
    ) -> Findings {
        let naming = self.rules_for(own, direction).filter(|ix| names(self.rule(*ix), outside));
        let named = self.traffic_of(naming);
        let parts = match self.whole_part(own, outside, direction) {
            Some(parts) => parts,
            None => self.external_parts(own, self.addresses_of(outside).as_ref(), direction),
        };
        let mut findings = Findings::default();
        for family in Family::BOTH {
            let of = |verdict: Verdict| {
                let parts = parts.iter().filter(move |part| part.family == family);
                parts.map(move |part| part.findings.iter().find(|finding| finding.verdict == verdict))
            };
            // All addresses have in common what the parts have in common.
            let allowed = of(Verdict::Allowed).map(Option::<&Finding>::cloned).reduce(|known, one| {
                let (mut known, one) = (known?, one?);
                let common = known.traffic.intersection(&one.traffic);
                known.join(&one);
                known.with_traffic(self, common)
            });
            let allowed = allowed.flatten();
            let taken = allowed.as_ref().map_or_else(Traffic::none, |finding| finding.traffic.clone());
            let open = of(Verdict::Undecided).flatten().filter_map(|finding| finding.within(self, &named));
            let open = open.filter_map(|finding| finding.without(self, &taken));
            allowed.into_iter().chain(open).for_each(|finding| findings.join(&finding));
        }
        findings
    }

    /// Returns the parts of an outside peer where no block that the interface's rules name is only a
    /// part of it: one for each family, and no address need be looked at.
    fn whole_part(
        &self,
        own: &InterfaceProfile,
        outside: &Outside,
        direction: Direction,
    ) -> Option<Vec<ExternalPart>> {
        let wholes: &[Block] = match outside {
            Outside::Internet => &[Block::ALL_V4, Block::ALL_V6],
            Outside::Block(block) => &[*block],
            Outside::PrefixList(_) | Outside::Unresolved(_) => return None,
        };
        let mut named = self.blocks_named_by(own, direction);
        named.sort_unstable();
        named.dedup();
        let mut parts = Vec::with_capacity(wholes.len());
        for whole in wholes {
            let mut inside = Vec::new();
            for ix in &named {
                let block = self.block(*ix);
                if block.contains(whole) {
                    inside.push(*ix);
                } else if whole.contains(&block) {
                    return None;
                }
            }
            let present = Presence::within(inside);
            let (v4, v6) = match whole.family() {
                Family::V4 => (present, Presence::Absent),
                Family::V6 => (Presence::Absent, present),
            };
            let findings = self.evaluate_external(own, &InterfaceProfile::external(v4, v6), direction);
            parts.push(ExternalPart { family: whole.family(), addresses: AddressSet::default(), findings });
        }
        Some(parts)
    }

    /// Returns the part of findings about an outside peer that rules of one group give which name it:
    /// what the arrow between the two in the map says.
    pub(super) fn named_part(&self, group: GroupIx, outside: &Outside, findings: &Findings) -> Findings {
        let is_own = |ix: &RuleIx| {
            let rule = self.rule(*ix);
            self.rule_row(*ix).group == group && names(rule, outside) && !rule.is_default_egress()
        };
        let parts = findings.iter().filter_map(|finding| {
            let rules: Vec<RuleIx> = finding.rules().filter(is_own).collect();
            let named = self.traffic_of(rules);
            let mut part = finding.within(self, &named)?;
            part.ingress.retain(|ix| is_own(ix));
            part.egress.retain(|ix| is_own(ix));
            Some(part)
        });
        parts.collect()
    }
}

/// Returns that anything may be allowed, in each family that an interface has or may have.
pub(super) fn doubtful(profile: &InterfaceProfile, doubt: Doubt) -> Findings {
    let has = |family: &Family| !matches!(profile.presence(*family), Presence::Absent);
    let families = Family::BOTH.into_iter().filter(has);
    families.map(|family| Finding::undecided(family, Traffic::all().within(family), doubt)).collect()
}

/// Tells whether an outside peer is told under the name of a rule's peer.
fn names(rule: &Rule, outside: &Outside) -> bool {
    Outside::of(&rule.peer).as_ref() == Some(outside)
}
