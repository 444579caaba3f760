//! What a group is attached to, and what its attachment opens.

use crate::connectivity::{Connectivity, EndpointIx, GroupIx, RuleIx};
use crate::inventory::Direction;

/// The answer to `members`.
#[derive(Debug, Clone)]
pub struct Members {
    /// The group.
    pub group: GroupIx,
    /// The endpoints to which it is attached, by id.
    pub endpoints: Vec<EndpointIx>,
    /// The ingress rules that admit these: what its attachment opens.
    pub opens: Vec<RuleIx>,
    /// Its own ingress rules: who may connect to these.
    pub admits: Vec<RuleIx>,
}

/// Returns what a group is attached to.
pub fn members(net: &Connectivity, group: GroupIx) -> Members {
    Members {
        group,
        endpoints: net.members(group),
        opens: net.rules_naming(group, Direction::Ingress).to_vec(),
        admits: net.rules_of(group, Direction::Ingress).to_vec(),
    }
}
