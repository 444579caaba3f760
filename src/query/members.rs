//! Who carries a group, and what carrying it opens.

use crate::connectivity::{Connectivity, EndpointIx, GroupIx, PeerIx, RuleIx};
use crate::inventory::Direction;

/// The answer to `members`.
#[derive(Debug, Clone)]
pub struct Members {
    /// The group.
    pub group: GroupIx,
    /// The endpoints that carry it, by id.
    pub endpoints: Vec<EndpointIx>,
    /// The ingress rules of other groups that admit its carriers: what carrying it opens.
    pub opens: Vec<RuleIx>,
    /// Its own ingress rules: who is let in to its carriers.
    pub admits: Vec<RuleIx>,
}

/// Finds who carries a group.
pub fn members(index: &Connectivity<'_>, group: GroupIx) -> Members {
    let names_it = |ix: &RuleIx| matches!(index.rule(*ix).peer, PeerIx::Group(peer) if peer == group);
    let others = index.all_groups().flat_map(|other| index.rules_of(other, Direction::Ingress));
    Members {
        group,
        endpoints: index.members(group),
        opens: others.copied().filter(names_it).collect(),
        admits: index.rules_of(group, Direction::Ingress).to_vec(),
    }
}
