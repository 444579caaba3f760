//! The inverse view: what a subject connects to, who connects to it, and onwards.

use std::collections::{BTreeSet, HashMap};

use super::Target;
use super::external::external_links;
use crate::connectivity::{Connectivity, Counterpart, Link, Subject, TooLarge, Verdict, Work};
use crate::inventory::Direction;

/// The answer to `focus`.
#[derive(Debug, Clone)]
pub struct Focus {
    /// What was asked about.
    pub targets: Vec<Target>,
    /// The steps, by direction (out first), then by distance.
    pub hops: Vec<Hop>,
    /// Directions that are not followed to the end.
    pub stopped: Vec<Stopped>,
}

/// Where a direction ends although there may be more: nothing is said about the steps from there on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// The direction.
    pub direction: Direction,
    /// The first step that is not taken.
    pub depth: usize,
}

/// More links than this after the first step are no answer that anyone reads.
const LINKS: usize = 50_000;

/// What is followed next: the step that led there, through what, and from whom.
type Onward = (Option<usize>, Option<Counterpart>, Vec<Subject>);

/// The links of the targets, or of the resources that an earlier hop reached.
#[derive(Debug, Clone)]
pub struct Hop {
    /// [`Direction::Egress`] to services, [`Direction::Ingress`] from clients.
    pub direction: Direction,
    /// 1 for the targets' own links.
    pub depth: usize,
    /// The step whose links led here, by its place among all steps; `None` at depth 1.
    pub parent: Option<usize>,
    /// Through what the resources were reached; `None` at depth 1.
    pub through: Option<Counterpart>,
    /// The resources; a group that is attached to nothing stands for itself.
    pub from: Vec<Subject>,
    /// Their links.
    pub links: Vec<Link>,
}

/// Follows links from targets, breadth first, at most `depth` steps. Only allowed links lead on. A step
/// that would take too much is not taken, and the answer says so.
///
/// # Errors
/// [`TooLarge`] when the first step would take too much.
pub fn focus(
    net: &Connectivity,
    targets: &[Target],
    directions: &[Direction],
    depth: usize,
) -> Result<Focus, TooLarge> {
    let subjects = subjects(net, targets);
    let mut hops = Vec::new();
    let mut stopped = Vec::new();
    let mut work = Work::of(net);
    let mut left = LINKS;
    'directions: for &direction in directions {
        let mut seen: BTreeSet<Subject> = subjects.iter().copied().collect();
        let mut edge: Vec<Onward> = vec![(None, None, subjects.clone())];
        let mut known: HashMap<Vec<Subject>, Vec<Link>> = HashMap::new();
        for distance in 1..=depth.max(1) {
            let mut taken = Vec::new();
            let mut next: Vec<Onward> = Vec::new();
            for (parent, through, from) in std::mem::take(&mut edge) {
                let links = match known.get(&from) {
                    Some(links) => Ok(links.clone()),
                    None => net.links_of_all(&from, direction, &mut work),
                };
                let mut links = match links {
                    Ok(links) if distance == 1 || links.len() <= left => links,
                    Err(too_large) if distance == 1 => return Err(too_large),
                    Ok(_) | Err(_) => {
                        stopped.push(Stopped { direction, depth: distance });
                        continue 'directions;
                    }
                };
                known.entry(from.clone()).or_insert_with(|| links.clone());
                if distance == 1 {
                    links.extend(targets.iter().flat_map(|target| external_links(net, target, direction)));
                } else {
                    left -= links.len();
                }
                for link in links.iter().filter(|link| link.finding.verdict == Verdict::Allowed) {
                    let mut reached: Vec<Subject> =
                        link.members.iter().map(|member| Subject::Endpoint(member.endpoint)).collect();
                    if let (Counterpart::Group(group), true) = (&link.counterpart, reached.is_empty()) {
                        reached.push(Subject::Group(*group));
                    }
                    reached.retain(|subject| seen.insert(*subject));
                    if !reached.is_empty() {
                        let place = hops.len() + taken.len();
                        next.push((Some(place), Some(link.counterpart.clone()), reached));
                    }
                }
                taken.push(Hop { direction, depth: distance, parent, through, from, links });
            }
            hops.append(&mut taken);
            if next.is_empty() {
                break;
            }
            edge = next;
        }
    }
    Ok(Focus { targets: targets.to_vec(), hops, stopped })
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
