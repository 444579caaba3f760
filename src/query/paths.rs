//! How FROM could reach TO in several hops, shortest first.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::connectivity::{Connectivity, Counterpart, GroupIx, Link, Subject, Verdict};
use crate::inventory::Direction;

/// One hop of a path: the machines it starts from, and the link it takes.
#[derive(Debug, Clone)]
pub struct Step {
    /// The group through which the machines were reached; `None` for FROM itself.
    pub through: Option<GroupIx>,
    /// The allowed link.
    pub link: Link,
}

/// The longest path that is looked for.
const MAX_HOPS: usize = 8;
/// How many ways are looked at before the search ends.
const MAX_VISITS: usize = 5_000;

/// Finds up to `limit` paths of allowed links, shortest first. A group is passed once on a path.
pub fn paths(index: &Connectivity<'_>, from: Subject, to: Subject, limit: usize) -> Vec<Vec<Step>> {
    let goal = |link: &Link| match to {
        Subject::Group(group) => link.counterpart == Counterpart::Group(group),
        Subject::Endpoint(endpoint) => link.members.iter().any(|member| member.endpoint == endpoint),
    };
    // Going round among the machines of FROM's own groups leads nowhere new.
    let own: Vec<GroupIx> = match from {
        Subject::Group(group) => vec![group],
        Subject::Endpoint(ix) => {
            index.endpoint(ix).groups().into_iter().filter_map(|id| index.find_group(id)).collect()
        }
    };
    let mut found: Vec<Vec<Step>> = Vec::new();
    let mut known: BTreeMap<Vec<Subject>, Vec<Link>> = BTreeMap::new();
    let mut queue: VecDeque<(Vec<Subject>, Vec<Step>)> = VecDeque::from([(vec![from], Vec::new())]);
    let mut visits = 0;
    while let Some((at, path)) = queue.pop_front() {
        visits += 1;
        if found.len() >= limit || visits > MAX_VISITS {
            break;
        }
        let links = known.entry(at.clone()).or_insert_with(|| index.links_of_all(&at, Direction::Egress));
        let through = path.last().and_then(|step: &Step| group_of(&step.link));
        let passed: BTreeSet<GroupIx> =
            path.iter().filter_map(|step| group_of(&step.link)).chain(own.iter().copied()).collect();
        for link in links.iter().filter(|link| link.finding.verdict == Verdict::Allowed) {
            let Some(group) = group_of(link) else { continue };
            let step = Step { through, link: link.clone() };
            let longer: Vec<Step> = path.iter().cloned().chain([step]).collect();
            if goal(link) {
                if found.len() < limit {
                    found.push(longer);
                }
            } else if longer.len() < MAX_HOPS && !passed.contains(&group) {
                let mut next: Vec<Subject> =
                    link.members.iter().map(|member| Subject::Endpoint(member.endpoint)).collect();
                if next.is_empty() {
                    next.push(Subject::Group(group));
                }
                queue.push_back((next, longer));
            }
        }
    }
    found
}

fn group_of(link: &Link) -> Option<GroupIx> {
    match link.counterpart {
        Counterpart::Group(group) => Some(group),
        Counterpart::Outside(_) => None,
    }
}
