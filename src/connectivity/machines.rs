//! The map at the level of machines: the same pairs of groups and the same rules as the map of
//! groups, with the machines that carry them in place of the groups.

use std::collections::{BTreeMap, HashMap};

use super::graph::{Pair, disjoint, pairs_of};
use super::{ClassIx, Connectivity, EndpointIx, Finding, GroupIx, Outside, RuleIx, Verdict};
use crate::inventory::{Direction, Role};

/// More pairs of classes than this are no picture, and would take seconds.
const MOST_PAIRS: usize = 1_000_000;

/// Machines of one kind whose interfaces no rule can tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machines {
    /// The machines, ascending.
    pub members: Vec<EndpointIx>,
    /// The classes of their interfaces.
    pub classes: Vec<ClassIx>,
}

/// One end of an arrow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// Machines, by their index in [`MachineMap::machines`].
    Machines(usize),
    /// A peer that is no machine.
    Outside(Outside),
}

/// The map of machines.
#[derive(Debug)]
pub struct MachineMap {
    /// All machines that carry a group which is asked for.
    pub machines: Vec<Machines>,
    /// Client, service and what is between them, sorted; one for each verdict.
    pub arrows: Vec<(Spot, Spot, Finding)>,
}

/// There are more pairs of machines than a picture can show.
#[derive(Debug, thiserror::Error)]
#[error("there are more than {MOST_PAIRS} pairs of machines to compare, which is no picture")]
pub struct TooManyPairs;

impl MachineMap {
    /// Draws the map of the machines that carry wanted groups, as far as rules between these groups
    /// and with outside peers go.
    ///
    /// # Errors
    /// [`TooManyPairs`], before it takes long.
    pub fn new(index: &Connectivity<'_>, wanted: &dyn Fn(GroupIx) -> bool) -> Result<Self, TooManyPairs> {
        let machines = machines(index, wanted);
        let mut at: HashMap<ClassIx, Vec<usize>> = HashMap::new();
        for (position, kind) in machines.iter().enumerate() {
            kind.classes.iter().for_each(|class| at.entry(*class).or_default().push(position));
        }
        let mut found: BTreeMap<(Spot, Spot, Verdict), Finding> = BTreeMap::new();
        let mut add = |client: Spot, service: Spot, finding: Finding| {
            let slot = found.entry((client, service, finding.verdict));
            slot.and_modify(|known| known.absorb(&finding)).or_insert(finding);
        };
        let mut pairs = 0;
        for service in index.all_groups().filter(|group| wanted(*group)) {
            for pair in pairs_of(index, service).iter().filter(|pair| wanted(pair.client)) {
                pairs += index.carriers(pair.client).len() * index.carriers(service).len();
                if pairs > MOST_PAIRS {
                    return Err(TooManyPairs);
                }
                for (one, other) in classes_of(index, pair) {
                    let findings =
                        pair.judge(index, &index.class(one).standing, &index.class(other).standing);
                    for (from, to) in
                        at[&one].iter().flat_map(|from| at[&other].iter().map(move |to| (*from, *to)))
                    {
                        // A machine is no counterpart of itself.
                        if from == to && !machines[from].are_several(index) {
                            continue;
                        }
                        for finding in &findings {
                            add(Spot::Machines(from), Spot::Machines(to), finding.clone());
                        }
                    }
                }
            }
        }
        for (position, kind) in machines.iter().enumerate() {
            for (direction, outside, finding) in kind.outside(index, wanted) {
                let (own, peer) = (Spot::Machines(position), Spot::Outside(outside));
                match direction {
                    Direction::Ingress => add(peer, own, finding),
                    Direction::Egress => add(own, peer, finding),
                }
            }
        }
        Ok(Self { machines, arrows: disjoint(found) })
    }
}

/// The machines that carry a wanted group, by kind and classes.
fn machines(index: &Connectivity<'_>, wanted: &dyn Fn(GroupIx) -> bool) -> Vec<Machines> {
    let mut by_classes: BTreeMap<(&str, Vec<ClassIx>), Vec<EndpointIx>> = BTreeMap::new();
    for ix in index.all_endpoints() {
        let mut classes = index.classes_of(ix).to_vec();
        classes.sort_unstable();
        classes.dedup();
        if classes.iter().any(|class| index.class(*class).standing.groups.iter().any(|group| wanted(*group)))
        {
            by_classes.entry((&index.endpoint(ix).kind, classes)).or_default().push(ix);
        }
    }
    let kinds = by_classes.into_iter().map(|((_, classes), members)| Machines { members, classes });
    let mut machines: Vec<Machines> = kinds.collect();
    machines.sort_by_key(|kind| kind.members[0]);
    machines
}

/// The classes of the clients and of the services of a pair, each with each.
fn classes_of(index: &Connectivity<'_>, pair: &Pair) -> impl Iterator<Item = (ClassIx, ClassIx)> {
    let services = index.carriers(pair.service);
    index.carriers(pair.client).iter().flat_map(move |one| services.iter().map(move |other| (*one, *other)))
}

impl Machines {
    /// Whether there are two of them that may connect to each other.
    fn are_several(&self, index: &Connectivity<'_>) -> bool {
        self.members.len() > 1 || self.classes.iter().any(|class| index.class(*class).standing.many)
    }

    /// What the rules of wanted groups say about outside peers; the default egress rule says nothing
    /// that is worth an arrow.
    fn outside(
        &self,
        index: &Connectivity<'_>,
        wanted: &dyn Fn(GroupIx) -> bool,
    ) -> Vec<(Direction, Outside, Finding)> {
        let mut found = Vec::new();
        for standing in self.classes.iter().map(|class| &index.class(*class).standing) {
            for (direction, unable) in
                [(Direction::Ingress, Role::Client), (Direction::Egress, Role::Service)]
            {
                let groups = standing.groups.iter().filter(|group| wanted(**group));
                let rules = groups.flat_map(|group| index.rules_of(*group, direction));
                let is_worth = |ix: &&RuleIx| !index.rule(**ix).rule.is_default_egress();
                for ix in rules.filter(|_| standing.role != unable).filter(is_worth) {
                    let said = index.outside_finding(*ix, standing);
                    found.extend(said.map(|(outside, finding)| (direction, outside, finding)));
                }
            }
        }
        found
    }
}
