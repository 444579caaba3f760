//! The rules of one document, each once: a group lists its rules without ids, and
//! `describe-security-group-rules` lists the same rules with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::inventory::{Builder, Direction, GroupId, Origin, Peer, Rule, RuleTraffic};

/// One peer of a rule as the API states it.
#[derive(Debug, Clone)]
pub(super) struct Stated {
    /// The peer that the rule admits.
    pub(super) peer: Peer,
    /// The rule's description.
    pub(super) description: Option<Arc<str>>,
    /// Whether it refers to a group across a peering connection that is not active.
    pub(super) is_stale: bool,
}

impl Stated {
    /// A peer that cannot be stale.
    pub(super) fn new(peer: Peer, description: Option<Arc<str>>) -> Self {
        Self { peer, description, is_stale: false }
    }
}

/// A rule without its origins, and the group that holds it.
type Entered = (GroupId, Rule);

/// Collects rules. Those with ids must come first.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    rules: BTreeMap<Entered, Vec<Origin>>,
    stale: BTreeSet<Entered>,
}

impl Ledger {
    /// Enters a rule with its origin. Where an origin with a rule id is known already, one without an id
    /// adds at most the description, because some servers send it in one of the two places only.
    pub(super) fn enter(
        &mut self,
        group: &GroupId,
        direction: Direction,
        RuleTraffic { traffic, doubt }: &RuleTraffic,
        stated: Stated,
        origin: Origin,
    ) {
        let Stated { peer, description, is_stale } = stated;
        let rule =
            Rule { direction, peer, traffic: traffic.clone(), doubt: doubt.clone(), origins: Vec::new() };
        let entered = (group.clone(), rule);
        if is_stale {
            self.stale.insert(entered);
            return;
        }
        let origin = Origin { description, ..origin };
        add(self.rules.entry(entered).or_default(), origin);
    }

    /// Adds the rules without the stale ones to the builder, and returns a warning about what is left
    /// out.
    pub(super) fn finish(self, builder: &mut Builder) -> Option<String> {
        for ((group, rule), origins) in self.rules {
            let entered = (group, rule);
            if !self.stale.contains(&entered) {
                let (group, rule) = entered;
                builder.rule(group, Rule { origins, ..rule });
            }
        }
        let count = self.stale.len();
        if count == 0 {
            return None;
        }
        builder.skip("stale rules", count);
        let holders: BTreeSet<&str> = self.stale.iter().map(|(group, _)| group.as_str()).collect();
        let plural = if count == 1 { "" } else { "s" };
        let holders = holders.into_iter().collect::<Vec<_>>().join(", ");
        Some(format!(
            "{count} stale rule{plural} of {holders} left out: the peering connection to the group named is not active"
        ))
    }
}

/// Adds an origin to those of a rule.
fn add(origins: &mut Vec<Origin>, origin: Origin) {
    match origins.first_mut() {
        Some(first) if origin.rule.is_none() && first.rule.is_some() => {
            if first.description.is_none() {
                first.description = origin.description;
            }
        }
        _ => origins.push(origin),
    }
}
