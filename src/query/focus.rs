//! The inverse view: what a subject connects to, who connects to it, and onwards.

use std::collections::{BTreeSet, HashMap};

use super::Target;
use super::external::external_links;
use crate::connectivity::{Connectivity, Counterpart, Link, Subject, Verdict};
use crate::inventory::Direction;

/// The answer to `focus`.
#[derive(Debug, Clone)]
pub struct Focus {
    /// What was asked about.
    pub targets: Vec<Target>,
    /// The steps, by direction (out first), then by distance.
    pub hops: Vec<Hop>,
}

/// The links of the targets, or of the resources that an earlier hop reached.
#[derive(Debug, Clone)]
pub struct Hop {
    /// [`Direction::Egress`] to services, [`Direction::Ingress`] from clients.
    pub direction: Direction,
    /// 1 for the targets' own links.
    pub depth: usize,
    /// Through what the resources were reached; `None` at depth 1.
    pub through: Option<Counterpart>,
    /// The resources; a group that is attached to nothing stands for itself.
    pub from: Vec<Subject>,
    /// Their links.
    pub links: Vec<Link>,
}

/// Follows links from targets, breadth first, at most `depth` steps. Only allowed links lead on.
pub fn focus(net: &Connectivity, targets: &[Target], directions: &[Direction], depth: usize) -> Focus {
    let subjects = subjects(net, targets);
    let mut hops = Vec::new();
    for &direction in directions {
        let mut seen: BTreeSet<Subject> = subjects.iter().copied().collect();
        let mut edge: Vec<(Option<Counterpart>, Vec<Subject>)> = vec![(None, subjects.clone())];
        let mut known: HashMap<Vec<Subject>, Vec<Link>> = HashMap::new();
        for distance in 1..=depth.max(1) {
            let mut next: Vec<(Option<Counterpart>, Vec<Subject>)> = Vec::new();
            for (through, from) in std::mem::take(&mut edge) {
                let links = known.entry(from.clone());
                let mut links = links.or_insert_with(|| net.links_of_all(&from, direction)).clone();
                if distance == 1 {
                    links.extend(targets.iter().flat_map(|target| external_links(net, target, direction)));
                }
                for link in links.iter().filter(|link| link.finding.verdict == Verdict::Allowed) {
                    let mut reached: Vec<Subject> =
                        link.members.iter().map(|member| Subject::Endpoint(member.endpoint)).collect();
                    if let (Counterpart::Group(group), true) = (&link.counterpart, reached.is_empty()) {
                        reached.push(Subject::Group(*group));
                    }
                    reached.retain(|subject| seen.insert(*subject));
                    if !reached.is_empty() {
                        next.push((Some(link.counterpart.clone()), reached));
                    }
                }
                hops.push(Hop { direction, depth: distance, through, from, links });
            }
            if next.is_empty() {
                break;
            }
            edge = next;
        }
    }
    Focus { targets: targets.to_vec(), hops }
}

/// Returns the resources and groups of the input that targets stand for.
fn subjects(net: &Connectivity, targets: &[Target]) -> Vec<Subject> {
    let mut subjects = Vec::new();
    for target in targets {
        match target {
            Target::Known(subject) => subjects.push(*subject),
            Target::Public(..) => {}
            Target::Outside(_) => {
                let held = target.interfaces_within(net).into_iter();
                subjects.extend(held.map(|(ix, position)| Subject::Interface(ix, position)));
            }
        }
    }
    subjects.sort_unstable();
    subjects.dedup();
    subjects
}
