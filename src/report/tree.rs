//! The steps beyond the first as a tree: each resource once.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Evidence;
use super::links::{Joined, Room, joined, name, resources, rows};
use super::{Label, Report};
use crate::connectivity::{Connectivity, Counterpart, EndpointIx, Verdict};
use crate::inventory::Direction;
use crate::query::{Focus, Hop, Target, ToldLink};
use crate::words;

/// How long a list of names is before the rest is counted, in characters.
const BACK: usize = 60;

/// Adds a tree for each direction that was followed beyond the first step. `told` has the links of each step.
pub(super) fn add(
    report: &mut Report,
    net: &Connectivity,
    evidence: &Evidence<'_>,
    focus: &Focus,
    told: &[Vec<ToldLink>],
) {
    for direction in [Direction::Egress, Direction::Ingress] {
        let hops: Vec<&Hop> = focus.hops.iter().filter(|hop| hop.direction == direction).collect();
        if hops.iter().all(|hop| hop.depth == 1) {
            continue;
        }
        report.heading(match direction {
            Direction::Egress => "and from there to",
            Direction::Ingress => "and to there from",
        });
        let told = focus.hops.iter().zip(told).filter(|(hop, _)| hop.direction == direction);
        let told = told.map(|(_, told)| told.as_slice()).collect();
        let tree = Tree::new(net, evidence, direction, focus, &hops, told);
        tree.add(report);
    }
}

struct Tree<'t, 'n> {
    net: &'n Connectivity,
    evidence: &'t Evidence<'n>,
    direction: Direction,
    hops: &'t [&'t Hop],
    told: Vec<&'t [ToldLink]>,
    /// The hops that go on from each hop, by their place in the answer.
    next: BTreeMap<usize, Vec<usize>>,
    /// The counterparts of each hop behind which something is that no earlier hop reached.
    news: Vec<BTreeSet<Counterpart>>,
}

impl<'t, 'n> Tree<'t, 'n> {
    fn new(
        net: &'n Connectivity,
        evidence: &'t Evidence<'n>,
        direction: Direction,
        focus: &Focus,
        hops: &'t [&'t Hop],
        told: Vec<&'t [ToldLink]>,
    ) -> Self {
        let all = focus.hops.iter().enumerate().filter(|(_, hop)| hop.direction == direction);
        let places: BTreeMap<usize, usize> = all.enumerate().map(|(own, (place, _))| (place, own)).collect();
        let mut next: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (own, hop) in hops.iter().enumerate() {
            if let Some(parent) = hop.parent.and_then(|parent| places.get(&parent)) {
                next.entry(*parent).or_default().push(own);
            }
        }
        let news = news(focus, &told);
        Self { net, evidence, direction, hops, told, next, news }
    }

    /// Adds what the links of the first step lead to.
    fn add(&self, report: &mut Report) {
        let firsts = (0..self.hops.len()).filter(|hop| self.hops[*hop].depth == 1);
        firsts.for_each(|hop| self.branches(report, hop, 1));
    }

    /// Adds the steps that go on from a step, the steps that say the same together.
    fn branches(&self, report: &mut Report, hop: usize, depth: usize) {
        let next = self.next.get(&hop).map_or(&[][..], Vec::as_slice);
        let mut alike: BTreeMap<(Vec<String>, Option<usize>), Vec<usize>> = BTreeMap::new();
        for own in next {
            // One that goes on, or whose rules are told, is told by itself.
            let is_alone = self.next.contains_key(own) || self.evidence.is_wanted;
            alike.entry((self.lines(*own), is_alone.then_some(*own))).or_default().push(*own);
        }
        let titled = alike.into_iter().map(|((lines, _), hops)| (self.title(&hops), lines, hops));
        let mut titled: Vec<(String, Vec<String>, Vec<usize>)> = titled.collect();
        titled.sort_by(|(one, ..), (other, ..)| words::natural(one, other));
        for (title, lines, hops) in titled {
            report.row(depth, [(Label::Strong, title)]);
            lines.into_iter().for_each(|line| report.line(depth + 1, line));
            if self.evidence.is_wanted {
                self.notes(report, hops[0], depth + 2);
            }
            hops.iter().for_each(|own| self.branches(report, *own, depth + 1));
        }
    }

    /// Returns who goes on: `logstash (logstash-1)`.
    fn title(&self, hops: &[usize]) -> String {
        let name = |hop: &usize| {
            let through = self.hops[*hop].through.as_ref();
            match through {
                Some(Counterpart::Group(group)) => words::group(self.net, *group),
                Some(other) => words::counterpart(self.net, other),
                None => String::new(),
            }
        };
        let names = words::together(hops.iter().map(name).collect());
        let members =
            hops.iter().flat_map(|hop| &self.hops[*hop].from).filter_map(|subject| subject.endpoint());
        let members: BTreeSet<EndpointIx> = members.collect();
        let members = words::together(members.iter().map(|ix| words::endpoint(self.net, *ix)).collect());
        let who =
            if members.is_empty() { String::new() } else { format!(" ({})", words::within(&members, 30)) };
        let verb = if self.direction == Direction::Egress { "connects to" } else { "inbound from" };
        format!("{}{who} {verb}", words::within(&names, BACK))
    }

    /// Returns what a step connects to: what is new a line each, what was seen before in one.
    fn lines(&self, hop: usize) -> Vec<String> {
        let rows = rows(self.net, self.told[hop]);
        let allowed: Vec<_> =
            rows.iter().filter(|row| row.link.finding.verdict == Verdict::Allowed).collect();
        let is_new =
            |rows: &Joined<'_, '_>| rows.iter().any(|row| self.news[hop].contains(&row.link.counterpart));
        let (new, seen): (Vec<_>, Vec<_>) = joined(allowed).into_iter().partition(is_new);
        let mut lines: Vec<String> = Vec::new();
        for rows in &new {
            let who = resources(self.net, rows, Room::Usual);
            let who = if who.is_empty() { who } else { format!("  ({who})") };
            lines.push(format!("{}  {}{who}", name(rows, Room::Usual), rows[0].ports));
        }
        if !seen.is_empty() {
            let names = seen.iter().flatten().map(|row| row.who.clone()).collect();
            lines.push(format!("{}  (see above)", words::within(&words::together(names), BACK)));
        }
        let open = rows.iter().filter(|row| row.link.finding.verdict == Verdict::Undecided).count();
        if open > 0 {
            lines.push(format!("{} undecided", words::count(open, "peer")));
        }
        if lines.is_empty() {
            lines.push(if self.direction == Direction::Egress { "nothing" } else { "nobody" }.to_owned());
        }
        lines
    }

    fn notes(&self, report: &mut Report, hop: usize, depth: usize) {
        for row in rows(self.net, self.told[hop]) {
            let title = format!("{}  {}", row.who, row.ports);
            report.line(depth, title);
            report.lines(self.evidence.rules(depth + 1, &row.link.finding));
        }
    }
}

/// Returns for each hop the counterparts behind which something is that no earlier one reached. The hops
/// stand in the order in which they were taken.
fn news(focus: &Focus, told: &[&[ToldLink]]) -> Vec<BTreeSet<Counterpart>> {
    let mut seen: BTreeSet<EndpointIx> = BTreeSet::new();
    seen.extend(focus.targets.iter().filter_map(|target| match target {
        Target::Known(subject) => subject.endpoint(),
        Target::Public(ix, ..) => Some(*ix),
        Target::Outside(_) => None,
    }));
    let mut bare: BTreeSet<Counterpart> = BTreeSet::new();
    let news = told.iter().map(|links| {
        let mut news = BTreeSet::new();
        for link in links.iter().filter(|link| link.finding.verdict == Verdict::Allowed) {
            let is_new = if link.members.is_empty() {
                bare.insert(link.counterpart.clone())
            } else {
                link.members.iter().filter(|member| seen.insert(member.endpoint)).count() > 0
            };
            if is_new {
                news.insert(link.counterpart.clone());
            }
        }
        news
    });
    news.collect()
}
