//! How FROM could reach TO in several hops: the shortest chains of allowed connections. The search
//! walks over classes of interfaces and passes each once, so it is linear, and a "no" is a no.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::explain::{Asking, explain};
use super::units::{ResourceUnit, Unit, units};
use super::{Answer, Target};
use crate::connectivity::{
    ClassIx, Connectivity, Counterpart, EndpointIx, Finding, Findings, GroupIx, TooLarge, Verdict, Work,
};
use crate::inventory::Direction;
use crate::traffic::Traffic;

/// One hop of a chain.
#[derive(Debug, Clone)]
pub struct Hop {
    /// Where it starts: a group through which the resources were reached; `None` for FROM itself.
    pub through: Option<GroupIx>,
    /// The group whose rule admits it; `None` where TO is outside the input.
    pub to: Option<GroupIx>,
    /// The resources that it reaches.
    pub members: Vec<EndpointIx>,
    /// What is allowed, by family.
    pub findings: Findings,
}

/// The answer to `explain --via`.
#[derive(Debug, Clone)]
pub struct Paths {
    /// Who starts.
    pub from: Vec<Target>,
    /// Who is to be reached.
    pub to: Vec<Target>,
    /// The traffic of the last hop, if it was named.
    pub asked: Option<Traffic>,
    /// Chains, the shortest first. There may be more of the same length.
    pub paths: Vec<Vec<Hop>>,
    /// The answer: that of `explain` where one hop is enough, yes where there is a longer chain.
    pub answer: Answer,
}

/// Finds up to `limit` of the shortest chains of allowed connections.
///
/// # Errors
/// [`TooLarge`] when so many resources are on the way that the search would take too much: then
/// nothing is known about longer chains.
pub fn paths(
    net: &Connectivity,
    from: &[Target],
    to: &[Target],
    asked: Option<&Traffic>,
    limit: usize,
) -> Result<Paths, TooLarge> {
    let answer =
        |paths, answer| Paths { from: from.to_vec(), to: to.to_vec(), asked: asked.cloned(), paths, answer };
    // One hop is what plain `explain` answers.
    let direct = explain(net, from, to, asked.cloned())?;
    if matches!(direct.answer, Answer::Yes | Answer::Partly) {
        let mut hop = Hop { through: None, to: None, members: Vec::new(), findings: Findings::default() };
        for finding in direct.findings.iter().filter(|finding| finding.verdict == Verdict::Allowed) {
            hop.findings.join(finding);
        }
        let reached = direct.pairs.iter().filter(|pair| pair.answer <= Answer::Partly);
        let members: BTreeSet<EndpointIx> =
            reached.flat_map(|pair| direct.to_units[pair.to].members()).copied().collect();
        hop.members = members.into_iter().collect();
        hop.to = only_group(net, &hop.findings);
        return Ok(answer(vec![vec![hop]], direct.answer));
    }
    let mut search = Search {
        net,
        asked: asked.cloned(),
        to: units(net, to),
        parents: BTreeMap::new(),
        is_undecided: direct.answer == Answer::Undecided,
        budget: Cell::new(STEPS_BACK),
    };
    let ends = search.run(&units(net, from))?;
    let mut found = Vec::new();
    for (class, last) in ends {
        if found.len() < limit {
            search.chains(class, &mut vec![last], &mut found, limit);
        }
    }
    let word = match (found.is_empty(), search.is_undecided) {
        (false, _) => Answer::Yes,
        (true, true) => Answer::Undecided,
        (true, false) => Answer::No,
    };
    Ok(answer(found, word))
}

/// Returns the one group whose rules admit, if there is one.
fn only_group(net: &Connectivity, findings: &Findings) -> Option<GroupIx> {
    let groups: BTreeSet<GroupIx> = findings
        .iter()
        .flat_map(|finding| finding.ingress.iter().map(|ix| net.rule_row(*ix).group))
        .collect();
    if groups.len() == 1 { groups.first().copied() } else { None }
}

struct Search<'n> {
    net: &'n Connectivity,
    asked: Option<Traffic>,
    to: Vec<Unit>,
    /// For each class that was reached: from which classes, in the fewest hops, each with the hop.
    parents: BTreeMap<ClassIx, Vec<(Option<ClassIx>, Hop)>>,
    is_undecided: bool,
    /// How many more steps back are taken to tell chains apart that are all of one length.
    budget: Cell<usize>,
}

/// Enough to tell apart what a report shows.
const STEPS_BACK: usize = 10_000;
/// Of the ways to one place that are equally long, a few are enough to show.
const PARENTS: usize = 32;

impl Search<'_> {
    /// Walks from FROM, all classes of one distance together, until TO is met. Returns the classes from
    /// which TO is one hop away, with that hop.
    fn run(&mut self, from: &[Unit]) -> Result<Vec<(ClassIx, Hop)>, TooLarge> {
        let mut work = Work::of(self.net);
        let mut seen: BTreeSet<ClassIx> = BTreeSet::new();
        let mut edge: Vec<ClassIx> = Vec::new();
        for unit in from {
            match unit {
                Unit::Resources(unit) => edge.extend(&unit.classes),
                Unit::Addresses(addresses) => {
                    for class in self.net.all_classes() {
                        let profile = &self.net.class(class).profile;
                        let parts =
                            self.net.external_parts_of(&[profile], addresses.as_ref(), Direction::Ingress);
                        let mut findings = Findings::default();
                        parts.iter().for_each(|part| findings.join_all(&part.findings));
                        if let Some(hop) = self.hop(class, None, &findings) {
                            self.parents.entry(class).or_default().push((None, hop));
                        }
                    }
                    edge.extend(self.parents.keys());
                }
            }
        }
        edge.sort_unstable();
        edge.dedup();
        seen.extend(&edge);
        // One hop from FROM was asked about before.
        let mut is_first = self.parents.is_empty();
        while !edge.is_empty() {
            let able = if std::mem::take(&mut is_first) { &[] } else { edge.as_slice() };
            let ends: Vec<(ClassIx, Hop)> =
                able.iter().filter_map(|class| Some((*class, self.last_hop(*class)?))).collect();
            if !ends.is_empty() {
                return Ok(ends);
            }
            let mut next: BTreeMap<ClassIx, Vec<(Option<ClassIx>, Hop)>> = BTreeMap::new();
            for class in std::mem::take(&mut edge) {
                for row in self.net.row_within(class, Direction::Egress, &mut work)? {
                    if seen.contains(&row.class) {
                        continue;
                    }
                    let attributed = self.net.attributed_group(class, row.class, &row.findings);
                    if let Some(hop) = self.hop(row.class, attributed, &row.findings) {
                        // A resource that is reached goes on from any of its interfaces.
                        for sibling in self.siblings(row.class) {
                            if !seen.contains(&sibling) {
                                let parents = next.entry(sibling).or_default();
                                if parents.len() < PARENTS {
                                    parents.push((Some(class), hop.clone()));
                                }
                            }
                        }
                    }
                }
            }
            seen.extend(next.keys());
            edge = next.keys().copied().collect();
            self.parents.extend(next);
        }
        Ok(Vec::new())
    }

    /// Tells whether a class holds a resource that is not the only one to be reached, or one that
    /// stands for many.
    fn has_other(&self, class: ClassIx, members: &[EndpointIx]) -> bool {
        let class = self.net.class(class);
        class.profile.many
            || class.members.is_empty()
            || members.is_empty()
            || class.members.iter().any(|own| members.iter().any(|other| other != own))
    }

    fn siblings(&self, class: ClassIx) -> BTreeSet<ClassIx> {
        let members = self.net.class(class).members.iter();
        members.flat_map(|member| self.net.classes_of(*member)).copied().chain([class]).collect()
    }

    /// Returns the hop that allowed findings make; `None` when nothing is allowed.
    fn hop(&mut self, class: ClassIx, to: Option<GroupIx>, findings: &Findings) -> Option<Hop> {
        let allowed: Findings =
            findings.iter().filter(|finding| finding.verdict == Verdict::Allowed).cloned().collect();
        self.is_undecided |= findings.iter().any(|finding| finding.verdict == Verdict::Undecided);
        let to = to.or_else(|| self.net.class(class).profile.groups.first().copied());
        let members = self.net.class(class).members.clone();
        (!allowed.is_empty()).then_some(Hop { through: None, to, members, findings: allowed })
    }

    /// Returns the hop from a class to TO, if there is one.
    fn last_hop(&mut self, class: ClassIx) -> Option<Hop> {
        let asked = self.asked.clone();
        let net = self.net;
        let within = move |finding: &Finding| match &asked {
            Some(asked) => finding.within(net, asked),
            None => Some(finding.clone()),
        };
        let mut hop = Hop { through: None, to: None, members: Vec::new(), findings: Findings::default() };
        let mut is_undecided = false;
        for unit in &self.to {
            let (found, members) = match unit {
                Unit::Resources(unit) if unit.public.is_some() => {
                    let own = net.class(class);
                    let one = ResourceUnit {
                        members: own.members.clone(),
                        classes: vec![class],
                        public: None,
                        by_address: false,
                        hypothetical: own.hypothetical,
                    };
                    let part = Asking { net, asked: None }.between(&one, unit);
                    (part.findings.iter().cloned().collect(), unit.members.clone())
                }
                Unit::Resources(unit) => {
                    let rows = net.row(class, Direction::Egress).into_iter();
                    let rows: Vec<_> = rows
                        .filter(|row| {
                            unit.classes.contains(&row.class) && self.has_other(class, &unit.members)
                        })
                        .collect();
                    for row in &rows {
                        let told: Findings = row.findings.iter().filter_map(&within).collect();
                        hop.to = hop.to.or_else(|| net.attributed_group(class, row.class, &told));
                    }
                    let found: Vec<Finding> = rows
                        .iter()
                        .flat_map(|row| row.findings.iter().cloned().collect::<Vec<_>>())
                        .collect();
                    (found, unit.members.clone())
                }
                Unit::Addresses(addresses) => {
                    let profile = &net.class(class).profile;
                    let parts = net.external_parts_of(&[profile], addresses.as_ref(), Direction::Egress);
                    let found = parts.iter().flat_map(|part| part.findings.iter().cloned());
                    (found.collect(), Vec::new())
                }
            };
            let found: Vec<Finding> = found.iter().filter_map(&within).collect();
            is_undecided |= found.iter().any(|finding| finding.verdict == Verdict::Undecided);
            let allowed: Vec<&Finding> =
                found.iter().filter(|finding| finding.verdict == Verdict::Allowed).collect();
            if !allowed.is_empty() {
                hop.members.extend(members);
                allowed.into_iter().for_each(|finding| hop.findings.join(finding));
            }
        }
        self.is_undecided |= is_undecided;
        (!hop.findings.is_empty()).then_some(hop)
    }

    /// Collects the chains that end with given hops, from the class at which these start back to FROM.
    fn chains(&self, class: ClassIx, tail: &mut Vec<Hop>, found: &mut Vec<Vec<Hop>>, limit: usize) {
        let Some(left) = self.budget.get().checked_sub(1) else { return };
        self.budget.set(left);
        let parents = self.parents.get(&class).map_or(&[][..], Vec::as_slice);
        if parents.is_empty() {
            keep(tail, found);
            return;
        }
        for (parent, hop) in parents {
            if found.len() >= limit {
                return;
            }
            tail.push(hop.clone());
            match parent {
                Some(parent) => self.chains(*parent, tail, found, limit),
                None => keep(tail, found),
            }
            tail.pop();
        }
    }
}

/// Keeps a chain, or adds it to one through the same groups. The hops stand last first.
fn keep(tail: &[Hop], found: &mut Vec<Vec<Hop>>) {
    let mut chain: Vec<Hop> = tail.iter().rev().cloned().collect();
    for position in 1..chain.len() {
        chain[position].through = chain[position - 1].to;
    }
    let same = |known: &Vec<Hop>| known.iter().map(|hop| hop.to).eq(chain.iter().map(|hop| hop.to));
    if let Some(known) = found.iter_mut().find(|known| same(known)) {
        for (known, hop) in known.iter_mut().zip(&chain) {
            known.members.extend(&hop.members);
            known.members.sort_unstable();
            known.members.dedup();
            known.findings.join_all(&hop.findings);
        }
    } else {
        found.push(chain);
    }
}

impl Connectivity {
    /// Returns the group under whose name an allowed connection is told.
    fn attributed_group(&self, client: ClassIx, service: ClassIx, findings: &Findings) -> Option<GroupIx> {
        let parts = self.attribute(client, service, findings, Direction::Egress).into_iter();
        let allowed = parts.filter(|(_, finding)| finding.verdict == Verdict::Allowed);
        let groups = allowed.filter_map(|(counterpart, _)| match counterpart {
            Counterpart::Group(group) => Some(group),
            Counterpart::UnknownGroup(_)
            | Counterpart::Anyone
            | Counterpart::Unfiltered
            | Counterpart::Within(_)
            | Counterpart::Outside(_) => None,
        });
        groups.min()
    }
}
