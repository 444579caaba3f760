//! The relation as a whole: every connection between sets of resources that no rule tells apart, and with
//! outside peers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::connectivity::{ClassIx, Connectivity, Findings, MapEnd, Outside, ResourceSet, TooLarge, Work};
use crate::inventory::Direction;

/// Every connection of an estate.
#[derive(Debug)]
pub struct Relation {
    /// The resources, those that no rule tells apart together.
    pub sets: Vec<ResourceSet>,
    /// The outside peers at the ends of arrows.
    pub peers: BTreeSet<Outside>,
    /// What is between them.
    pub arrows: Vec<RelationArrow>,
}

/// What is between two sets, or between a set and an outside peer.
#[derive(Debug)]
pub struct RelationArrow {
    /// The client.
    pub from: MapEnd,
    /// The service.
    pub to: MapEnd,
    /// What the rules say, disjoint.
    pub findings: Findings,
}

impl Relation {
    /// Evaluates every connection.
    ///
    /// # Errors
    /// [`TooLarge`] when there are too many.
    pub fn new(net: &Connectivity) -> Result<Self, TooLarge> {
        let sets = net.resource_sets(&|_| true);
        let mut sets_of: HashMap<ClassIx, Vec<usize>> = HashMap::new();
        for (position, set) in sets.iter().enumerate() {
            set.classes.iter().for_each(|class| sets_of.entry(*class).or_default().push(position));
        }
        let mut work = Work::of(net);
        let mut arrows = Vec::new();
        let mut peers = BTreeSet::new();
        for (from, set) in sets.iter().enumerate() {
            let mut found: BTreeMap<usize, Findings> = BTreeMap::new();
            for class in &set.classes {
                for row in net.row_within(*class, Direction::Egress, &mut work)? {
                    let to = sets_of.get(&row.class).map_or(&[][..], Vec::as_slice);
                    work.spend(to.len())?;
                    for to in to {
                        // A resource is no counterpart of itself.
                        if *to != from || set.are_several(net) {
                            found.entry(*to).or_default().join_all(&row.findings);
                        }
                    }
                }
            }
            for (to, findings) in found {
                let (from, to) = (MapEnd::Resources(from), MapEnd::Resources(to));
                arrows.push(RelationArrow { from, to, findings: findings.disjoint(net) });
            }
            for direction in [Direction::Egress, Direction::Ingress] {
                let mut outs: BTreeMap<Outside, Findings> = BTreeMap::new();
                for class in &set.classes {
                    for (peer, findings) in net.outside_row(*class, direction) {
                        outs.entry(peer).or_default().join_all(&findings);
                    }
                }
                work.spend(outs.len())?;
                for (peer, findings) in outs {
                    let (own, other) = (MapEnd::Resources(from), MapEnd::Outside(peer.clone()));
                    let (from, to) = if direction == Direction::Egress { (own, other) } else { (other, own) };
                    arrows.push(RelationArrow { from, to, findings: findings.disjoint(net) });
                    peers.insert(peer);
                }
            }
        }
        Ok(Self { sets, peers, arrows })
    }
}
