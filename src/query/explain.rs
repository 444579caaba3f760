//! May FROM connect to TO, by which rules; and if not, what is missing on which side.

use std::collections::BTreeSet;

use crate::connectivity::{Connectivity, EndpointIx, Finding, GroupIx, RuleIx, Standing, Subject, Verdict};
use crate::inventory::Direction;
use crate::traffic::{Block, Traffic};

/// One end of the question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Party {
    /// A known machine or group.
    Known(Subject),
    /// An address or block that is no known machine's; `/0` is the internet.
    Address(Block),
}

/// The answer to `explain`.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Who opens the connection.
    pub from: Party,
    /// To whom.
    pub to: Party,
    /// The traffic asked about; all of it when none was named.
    pub asked: Option<Traffic>,
    /// What the rules say about that traffic, disjoint, allowed first.
    pub findings: Vec<Finding>,
    /// The egress rules of FROM, and whether each looks at TO. Empty when FROM is an address.
    pub egress: Vec<(RuleIx, bool)>,
    /// The ingress rules of TO, and whether each looks at FROM. Empty when TO is an address.
    pub ingress: Vec<(RuleIx, bool)>,
}

impl Explanation {
    /// The verdict in one word: allowed only when all that was asked for is, or, when nothing was
    /// asked for, when anything is.
    pub fn verdict(&self) -> Answer {
        let of = |verdict| {
            self.findings.iter().find(|finding| finding.verdict == verdict).map(|finding| &finding.traffic)
        };
        match (&self.asked, of(Verdict::Allowed), of(Verdict::Undecided)) {
            (None, Some(_), _) => Answer::Yes,
            (Some(asked), Some(allowed), _) if asked.is_subset(allowed) => Answer::Yes,
            (Some(_), Some(_), _) => Answer::Partly,
            (_, None, Some(_)) => Answer::Undecided,
            (_, None, None) => Answer::No,
        }
    }
}

/// The verdict on what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Allowed.
    Yes,
    /// A part is allowed.
    Partly,
    /// Something that would decide it is not in the input.
    Undecided,
    /// Not allowed.
    No,
}

/// Explains connections from one party to another.
pub fn explain(index: &Connectivity<'_>, from: Party, to: Party, asked: Option<Traffic>) -> Explanation {
    let clients = standings(index, from);
    let services = standings(index, to);
    let mut total: Vec<Finding> = Vec::new();
    let (mut egress, mut ingress) = (Vec::new(), Vec::new());
    for (client, one) in &clients {
        for (service, other) in &services {
            // A machine is no counterpart of itself, unless it stands for many.
            if one.is_some() && one == other && !client.many {
                continue;
            }
            for finding in index.judge_between(client, service, is_address(from), is_address(to)) {
                match total.iter_mut().find(|known| known.verdict == finding.verdict) {
                    Some(known) => known.absorb(&finding),
                    None => total.push(finding),
                }
            }
            egress.extend(index.rules_looking(client, service, Direction::Egress));
            ingress.extend(index.rules_looking(service, client, Direction::Ingress));
        }
    }
    let asked_for = asked.clone().unwrap_or_else(Traffic::all);
    Explanation {
        from,
        to,
        asked,
        findings: disjoint(total, &asked_for),
        egress: once(egress),
        ingress: once(ingress),
    }
}

fn is_address(party: Party) -> bool {
    matches!(party, Party::Address(_))
}

/// A rule looks at the other side if it does so for any pair of interfaces.
fn once(rules: Vec<(RuleIx, bool)>) -> Vec<(RuleIx, bool)> {
    let looking: BTreeSet<RuleIx> = rules.iter().filter(|(_, looks)| *looks).map(|(ix, _)| *ix).collect();
    let all: BTreeSet<RuleIx> = rules.into_iter().map(|(ix, _)| ix).collect();
    all.into_iter().map(|ix| (ix, looking.contains(&ix))).collect()
}

/// What one pair of interfaces allows is allowed; the rest follows in order of verdicts.
fn disjoint(mut findings: Vec<Finding>, asked: &Traffic) -> Vec<Finding> {
    findings.sort_by_key(|finding| finding.verdict);
    let mut taken = Traffic::none();
    let mut rest = Vec::new();
    for mut finding in findings {
        finding.traffic = finding.traffic.intersection(asked).difference(&taken);
        let is_news = !(taken.is_all() && asked.is_all());
        if is_news && !finding.traffic.is_empty() {
            taken = taken.union(&finding.traffic);
            rest.push(finding);
        }
    }
    rest
}

/// How a party stands, each standing with its machine if it is a single one.
fn standings(index: &Connectivity<'_>, party: Party) -> Vec<(Standing, Option<EndpointIx>)> {
    let of_group = |group: GroupIx| {
        let carriers = index.carriers(group);
        let known = carriers.iter().map(|class| {
            let class = index.class(*class);
            let only = class.members.iter().all(|member| *member == class.members[0]);
            (class.standing.clone(), only.then(|| class.members[0]))
        });
        known.chain(index.imagined(group).map(|standing| (standing.clone(), None))).collect()
    };
    match party {
        Party::Known(Subject::Group(group)) => of_group(group),
        Party::Known(Subject::Endpoint(endpoint)) => {
            let classes = index.classes_of(endpoint).iter();
            classes.map(|class| (index.class(*class).standing.clone(), Some(endpoint))).collect()
        }
        Party::Address(block) => vec![(index.stranger(block), None)],
    }
}
