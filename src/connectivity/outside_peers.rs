//! The outside peers of a class: whom its rules name that is no group, and what they say about all
//! addresses of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use smallvec::SmallVec;

use super::outside::{ExternalPart, Outside, UNKNOWN_RULES};
use super::{
    BlockIx, BlocksIx, ClassIx, Connectivity, Doubt, Finding, Findings, GroupIx, InterfaceProfile, Presence,
    RuleIx, Verdict,
};
use crate::inventory::{Direction, Rule};
use crate::traffic::{AddressSet, Block, Family, Traffic};

/// Without a prefix at most this long, thousands of blocks would have to make up the internet.
const LARGE: u8 = 8;

impl Connectivity {
    /// Returns the outside peers of an interface's rules in one direction, each with the rules that name
    /// it, and the internet where several blocks together may be all of it.
    fn outside_peers(
        &self,
        own: &InterfaceProfile,
        direction: Direction,
    ) -> BTreeMap<Outside, SmallVec<[RuleIx; 2]>> {
        let mut peers: BTreeMap<Outside, SmallVec<[RuleIx; 2]>> = BTreeMap::new();
        for ix in self.rules_for(own, direction) {
            if let Some(outside) = Outside::of(&self.rule(ix).peer) {
                peers.entry(outside).or_default().push(ix);
            }
        }
        if !peers.contains_key(&Outside::Internet) && (own.unfiltered || self.names_internet(own, direction))
        {
            peers.insert(Outside::Internet, SmallVec::new());
        }
        peers
    }

    /// Tells whether the blocks of an interface's rules together are the internet, in one family.
    fn names_internet(&self, own: &InterfaceProfile, direction: Direction) -> bool {
        let named = self.peers_named_by(own, direction).into_iter();
        let blocks: Vec<Block> =
            named.flat_map(|named| self.named.of(named)).map(|ix| self.block(*ix)).collect();
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
        let row = if is_able { self.outside_findings(profile, direction) } else { Vec::new() };
        let unknown = self.unknown_rules(profile, direction).filter(|_| is_able);
        let unknown = unknown.map(|(outside, doubt)| (outside, doubtful(profile, doubt)));
        row.into_iter().chain(unknown).filter(|(_, findings)| !findings.is_empty()).collect()
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

    /// Returns what an interface's rules say about each outside peer that they name.
    pub(super) fn outside_findings(
        &self,
        own: &InterfaceProfile,
        direction: Direction,
    ) -> Vec<(Outside, Findings)> {
        let peers = self.outside_peers(own, direction);
        let places = self.places_named_by(own, direction);
        let told = peers.into_iter().map(|(outside, rules)| {
            let findings = self.findings_about(own, &outside, &rules, &places, direction);
            (outside, findings)
        });
        told.collect()
    }

    /// Returns what an interface's rules say about all addresses of an outside peer. What is undecided
    /// because of a rule with another peer is left to that peer.
    fn findings_about(
        &self,
        own: &InterfaceProfile,
        outside: &Outside,
        rules: &[RuleIx],
        places: &Places,
        direction: Direction,
    ) -> Findings {
        let named = self.traffic_of(rules.iter().copied());
        let parts = match self.whole_part(own, outside, places, direction) {
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

    /// Returns the blocks that an interface's rules name in one direction.
    fn places_named_by(&self, own: &InterfaceProfile, direction: Direction) -> Places {
        let peers = self.peers_named_by(own, direction);
        let (lists, single_peers): (Vec<BlocksIx>, Vec<BlocksIx>) =
            peers.into_iter().partition(|peer| self.named.is_list(*peer));
        let mut single: Vec<BlockIx> =
            single_peers.iter().flat_map(|peer| self.named.of(*peer)).copied().collect();
        single.sort_unstable();
        Places { single, single_peers, lists }
    }

    /// Returns those of some blocks, ascending, that hold another block; `None` where one is only a part
    /// of it.
    fn around(&self, whole: &Block, blocks: &[BlockIx]) -> Option<Vec<BlockIx>> {
        // Blocks are sorted by address, then by length: the parts of a block follow it.
        let next = blocks.partition_point(|ix| self.block(*ix) <= *whole);
        if blocks.get(next).is_some_and(|ix| whole.contains(&self.block(*ix))) {
            return None;
        }
        let supernets = (0..=whole.prefix()).filter_map(|prefix| whole.supernet(prefix));
        let found = supernets.filter_map(|holder| {
            let at = blocks.binary_search_by_key(&holder, |ix| self.block(*ix)).ok()?;
            Some(blocks[at])
        });
        Some(found.collect())
    }

    /// Returns the parts of an outside peer where no block that the interface's rules name is only a
    /// part of it: one for each family, and no address need be looked at.
    fn whole_part(
        &self,
        own: &InterfaceProfile,
        outside: &Outside,
        places: &Places,
        direction: Direction,
    ) -> Option<Vec<ExternalPart>> {
        let wholes: Vec<Whole<'_>> = match outside {
            Outside::Internet => vec![Whole::Block(Block::ALL_V4), Whole::Block(Block::ALL_V6)],
            Outside::Block(block) => vec![Whole::Block(*block)],
            Outside::PrefixList(id) => {
                let (list, addresses) = self.named.list(id)?;
                let families = Family::BOTH.into_iter();
                let families = families.filter(|family| !addresses.within(*family).is_empty());
                families.map(|family| Whole::List(list, family, addresses)).collect()
            }
            Outside::Unresolved(_) => return None,
        };
        let mut parts = Vec::with_capacity(wholes.len());
        for whole in wholes {
            let family = whole.family();
            let mut inside = match &whole {
                Whole::Block(block) => self.around(block, &places.single)?,
                Whole::List(..) => Vec::new(),
            };
            let single = if matches!(whole, Whole::Block(_)) { &[][..] } else { &places.single_peers[..] };
            for peer in places.lists.iter().chain(single) {
                let blocks = self.named.of(*peer).iter().filter(|ix| self.block(**ix).family() == family);
                // One of its own blocks stands for all of the list: no rule names one without the others.
                if whole.is_list(*peer) {
                    inside.extend(blocks.take(1));
                    continue;
                }
                for ix in blocks {
                    match whole.is_within(&self.block(*ix)) {
                        Some(true) => inside.push(*ix),
                        Some(false) => {}
                        None => return None,
                    }
                }
            }
            inside.sort_unstable();
            inside.dedup();
            let external = InterfaceProfile::external_in(family, Presence::within(inside));
            let findings = self.evaluate_external(own, &external, direction);
            parts.push(ExternalPart { family, addresses: AddressSet::default(), findings });
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

/// The blocks that the rules of one interface name in one direction.
struct Places {
    /// Those that rules name by themselves, ascending.
    single: Vec<BlockIx>,
    /// The same as peers.
    single_peers: Vec<BlocksIx>,
    /// Prefix lists.
    lists: Vec<BlocksIx>,
}

/// The addresses of an outside peer in one family.
enum Whole<'n> {
    Block(Block),
    List(BlocksIx, Family, &'n AddressSet),
}

impl Whole<'_> {
    fn family(&self) -> Family {
        match self {
            Self::Block(block) => block.family(),
            Self::List(_, family, _) => *family,
        }
    }

    fn is_list(&self, peer: BlocksIx) -> bool {
        matches!(self, Self::List(list, ..) if *list == peer)
    }

    /// Tells whether all addresses lie in a block of the family, or none of them; `None` for some.
    fn is_within(&self, block: &Block) -> Option<bool> {
        match self {
            Self::Block(whole) if block.contains(whole) => Some(true),
            Self::Block(whole) => (!whole.contains(block)).then_some(false),
            Self::List(_, family, addresses) => {
                let block = AddressSet::from_blocks([block]);
                match addresses.intersection(&block) {
                    common if common.is_empty() => Some(false),
                    common => (common == addresses.within(*family)).then_some(true),
                }
            }
        }
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
