//! The answer to a question, in one word and by quantity.

use std::collections::{BTreeMap, BTreeSet};

use super::units::Unit;
use crate::connectivity::{EndpointIx, Findings, Verdict};
use crate::traffic::{AddressSet, Traffic};

/// The answer to what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// All of it is allowed, or anything when nothing was named.
    Yes,
    /// A part is surely allowed, and a part is not.
    Partly,
    /// Something that would decide it is not in the input.
    Undecided,
    /// None of it is allowed.
    No,
}

impl Answer {
    /// Returns the answer in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::Undecided => "undecided",
            Self::No => "no",
        }
    }

    /// Returns the answer for one pair. `asked` is what was asked for and can be carried at all; where
    /// nothing was named, anything that is allowed is enough.
    pub(super) fn of(findings: &Findings, asked: Option<&Traffic>) -> Self {
        let allowed = findings.traffic(Verdict::Allowed);
        let is_all = asked.is_none_or(|asked| !asked.is_empty() && asked.is_subset(&allowed));
        match (allowed.is_empty(), is_all) {
            (false, true) => Self::Yes,
            (false, false) => Self::Partly,
            (true, _) if !findings.traffic(Verdict::Undecided).is_empty() => Self::Undecided,
            (true, _) => Self::No,
        }
    }

    /// Returns the answer for several that are asked about together.
    pub(super) fn of_all(answers: &(impl Iterator<Item = Self> + Clone)) -> Self {
        let has = |wanted: Self| answers.clone().any(|answer| answer == wanted);
        let is_any = has(Self::Yes) || has(Self::Partly);
        match (is_any, has(Self::Undecided)) {
            (true, _) if answers.clone().all(|answer| answer == Self::Yes) => Self::Yes,
            (true, _) => Self::Partly,
            (false, true) => Self::Undecided,
            (false, false) => Self::No,
        }
    }

    /// Returns the answer for the parts of one pair. A family that a resource only may have decides
    /// nothing where another one is sure.
    pub(super) fn of_parts(parts: &[PartAnswer]) -> Self {
        let is_perhaps = |part: &&PartAnswer| {
            part.findings.is_empty()
                || part.findings.iter().all(|finding| finding.verdict == Verdict::Undecided)
        };
        let all = Self::of_all(&parts.iter().map(|part| part.answer));
        let sure = parts.iter().filter(|part| part.is_certain || !is_perhaps(part));
        match Self::of_all(&sure.map(|part| part.answer)) {
            Self::No | Self::Undecided => all,
            sure => sure,
        }
    }
}

/// What the rules say about one unit of FROM and one of TO.
#[derive(Debug, Clone)]
pub struct PairAnswer {
    /// Index of the client's unit.
    pub from: usize,
    /// Index of the service's unit.
    pub to: usize,
    /// How many pairs of different resources it stands for.
    pub pairs: usize,
    /// The findings; several where addresses outside the input are told apart.
    pub parts: Vec<PartAnswer>,
    /// The answer for each pair.
    pub answer: Answer,
}

/// What the rules say about a pair of units, or about some of the addresses of one.
#[derive(Debug, Clone)]
pub struct PartAnswer {
    /// The addresses outside the input; `None` between resources.
    pub addresses: Option<AddressSet>,
    /// The findings about the traffic that was asked for, disjoint.
    pub findings: Findings,
    /// The answer.
    pub answer: Answer,
    /// Whether both sides surely have an address of the families that it is about.
    pub is_certain: bool,
}

/// For how many of how many an answer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// Pairs of different resources, or resources where the other side is outside the input.
    pub pairs: usize,
    /// Of these, the pairs for which all that was asked for is allowed.
    pub allowed: usize,
    /// The pairs for which a part is.
    pub partly: usize,
    /// The pairs of which it is not known.
    pub undecided: usize,
    /// The side whose resources differ in the answer, if only one does.
    pub side: Option<DividedSide>,
}

/// The side of a question whose resources differ in their answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DividedSide {
    /// Whether it is FROM.
    pub is_from: bool,
    /// The resources for which all that was asked for is allowed.
    pub allowed: Vec<EndpointIx>,
    /// The resources for which a part of it is.
    pub partly: Vec<EndpointIx>,
    /// The resources of which it is not known.
    pub undecided: Vec<EndpointIx>,
    /// All others.
    pub denied: Vec<EndpointIx>,
}

impl DividedSide {
    /// Returns the resources by answer.
    pub fn lists(&self) -> [(Answer, &[EndpointIx]); 4] {
        [
            (Answer::Yes, &self.allowed),
            (Answer::Partly, &self.partly),
            (Answer::Undecided, &self.undecided),
            (Answer::No, &self.denied),
        ]
    }

    /// Returns how many resources the side has.
    pub fn total(&self) -> usize {
        self.lists().iter().map(|(_, list)| list.len()).sum()
    }
}

impl Quantity {
    pub(super) fn new(from: &[Unit], to: &[Unit], pairs: &[PairAnswer]) -> Self {
        let count = |wanted: Answer| -> usize {
            pairs.iter().filter(|pair| pair.answer == wanted).map(|pair| pair.pairs).sum()
        };
        Self {
            pairs: pairs.iter().map(|pair| pair.pairs).sum(),
            allowed: count(Answer::Yes),
            partly: count(Answer::Partly),
            undecided: count(Answer::Undecided),
            side: divide(from, to, pairs, false).or_else(|| divide(from, to, pairs, true)),
        }
    }
}

/// Divides one side by answer, if the answers depend on that side alone.
fn divide(from: &[Unit], to: &[Unit], pairs: &[PairAnswer], is_from: bool) -> Option<DividedSide> {
    let (units, others) = if is_from { (from, to) } else { (to, from) };
    let mut by_unit: BTreeMap<usize, Answer> = BTreeMap::new();
    let mut met: BTreeSet<EndpointIx> = BTreeSet::new();
    for pair in pairs {
        let (unit, other) = if is_from { (pair.from, pair.to) } else { (pair.to, pair.from) };
        met.extend(others[other].members());
        if *by_unit.entry(unit).or_insert(pair.answer) != pair.answer {
            return None;
        }
    }
    let mut side = DividedSide {
        is_from,
        allowed: Vec::new(),
        partly: Vec::new(),
        undecided: Vec::new(),
        denied: Vec::new(),
    };
    for (unit, answer) in &by_unit {
        let list = match answer {
            Answer::Yes => &mut side.allowed,
            Answer::Partly => &mut side.partly,
            Answer::Undecided => &mut side.undecided,
            Answer::No => &mut side.denied,
        };
        // A resource that could only meet itself is in no pair.
        let meets = |member: &&EndpointIx| met.len() != 1 || !met.contains(member);
        list.extend(units[*unit].members().iter().filter(meets));
    }
    for list in [&mut side.allowed, &mut side.partly, &mut side.undecided, &mut side.denied] {
        list.sort_unstable();
    }
    (side.lists().iter().filter(|(_, list)| !list.is_empty()).count() > 1).then_some(side)
}
