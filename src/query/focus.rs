//! The inverse view: what a subject connects to, who connects to it, and onwards.

use std::collections::BTreeSet;

use crate::connectivity::{Connectivity, Counterpart, Link, Subject, Verdict};
use crate::inventory::Direction;

/// The answer to `focus`.
#[derive(Debug, Clone)]
pub struct Focus {
    /// What was asked about.
    pub subject: Subject,
    /// The steps, by direction (out first), then by distance.
    pub hops: Vec<Hop>,
}

/// The links of one subject, or of the machines of a group that an earlier hop reached.
#[derive(Debug, Clone)]
pub struct Hop {
    /// [`Direction::Egress`] to services, [`Direction::Ingress`] from clients.
    pub direction: Direction,
    /// 1 for the subject's own links.
    pub depth: usize,
    /// Through what the machines were reached; `None` at depth 1.
    pub through: Option<Counterpart>,
    /// The machines; a group that nobody carries stands for itself.
    pub from: Vec<Subject>,
    /// Their links.
    pub links: Vec<Link>,
}

/// Follows links from a subject, breadth first, at most `depth` steps. Only allowed links lead on.
pub fn focus(index: &Connectivity<'_>, subject: Subject, directions: &[Direction], depth: usize) -> Focus {
    let mut hops = Vec::new();
    for &direction in directions {
        let mut seen: BTreeSet<Subject> = BTreeSet::from([subject]);
        let mut edge: Vec<(Option<Counterpart>, Vec<Subject>)> = vec![(None, vec![subject])];
        for distance in 1..=depth.max(1) {
            let mut next: Vec<(Option<Counterpart>, Vec<Subject>)> = Vec::new();
            for (through, from) in std::mem::take(&mut edge) {
                let links = index.links_of_all(&from, direction);
                for link in &links {
                    if link.finding.verdict != Verdict::Allowed {
                        continue;
                    }
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
    Focus { subject, hops }
}
