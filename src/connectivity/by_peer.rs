//! The rules of one group by their peers, so that a thousand rules are not looked at for one interface.

use super::blocks::NamedBlocks;
use super::{InterfaceProfile, PeerIx, RuleIx};
use crate::traffic::Family;

/// So few rules are sooner looked at than found.
const FEW: usize = 16;

/// The rules of one group in one direction, by peer; nothing where they are few.
#[derive(Debug, Default, Clone)]
pub(super) struct ByPeer(Vec<(PeerIx, RuleIx)>);

impl ByPeer {
    pub(super) fn new(rules: &[RuleIx], peer: impl Fn(RuleIx) -> PeerIx) -> Self {
        if rules.len() <= FEW {
            return Self::default();
        }
        let mut by_peer: Vec<(PeerIx, RuleIx)> = rules.iter().map(|ix| (peer(*ix), *ix)).collect();
        by_peer.sort_unstable();
        Self(by_peer)
    }

    /// Returns the rules whose peer may be an interface, as its addresses of one family tell; `None`
    /// where looking at all of them is no more work.
    pub(super) fn about(
        &self,
        other: &InterfaceProfile,
        family: Family,
        blocks: &NamedBlocks,
    ) -> Option<Vec<RuleIx>> {
        let presence = other.presence(family);
        let places: usize = presence.lists().map(|list| list.len()).sum();
        if self.0.len() <= FEW.max(places) || other.unresolved.is_some() {
            return None;
        }
        let named = blocks.holders(presence.blocks().chain(blocks.everywhere(family)));
        let peers = other.groups.iter().copied().map(PeerIx::Group);
        let peers = peers.chain(named.into_iter().map(PeerIx::Blocks)).chain([PeerIx::Unknown]);
        Some(peers.flat_map(|peer| self.naming(peer)).collect())
    }

    fn naming(&self, peer: PeerIx) -> impl Iterator<Item = RuleIx> {
        let first = self.0.partition_point(|(known, _)| *known < peer);
        self.0[first..].iter().take_while(move |(known, _)| *known == peer).map(|(_, ix)| *ix)
    }
}
