//! What the rules say about some traffic of one address family, and the one home of joining such
//! findings and making them disjoint.

use smallvec::SmallVec;

use super::{Connectivity, Doubt, RuleIx};
use crate::traffic::{Family, Traffic};

/// What the rules say about some traffic from a client to a service. The order is the order of
/// strength: of two findings about the same traffic the smaller verdict counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// Egress of the client and ingress of the service both allow it.
    Allowed,
    /// Something that would decide it is not in the input.
    Undecided,
    /// The service allows it inbound; no egress rule of the client allows it.
    BlockedByEgress,
    /// An egress rule of the client names the service's group; no ingress rule allows it.
    NoIngress,
}

impl Verdict {
    /// All verdicts, the strongest first.
    pub const ALL: [Self; 4] = [Self::Allowed, Self::Undecided, Self::BlockedByEgress, Self::NoIngress];
}

/// The rules behind a finding: mostly one or two, which need no allocation of their own.
pub type Rules = SmallVec<[RuleIx; 4]>;

/// Some traffic of one family with one verdict, and the rules behind it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Finding {
    /// The address family: rules and addresses of the two never mix.
    pub family: Family,
    /// The verdict.
    pub verdict: Verdict,
    /// The traffic, never empty, and only what the family can carry.
    pub traffic: Traffic,
    /// Ingress rules behind it, ascending. Each has traffic in common with the finding.
    pub ingress: Rules,
    /// Egress rules behind it, ascending. Each has traffic in common with the finding.
    pub egress: Rules,
    /// Why it is undecided; empty otherwise.
    pub doubts: Vec<Doubt>,
}

impl Finding {
    /// Returns a finding without rules that says why some traffic is undecided.
    pub fn undecided(family: Family, traffic: Traffic, doubt: Doubt) -> Self {
        let (ingress, egress) = (Rules::new(), Rules::new());
        Self { family, verdict: Verdict::Undecided, traffic, ingress, egress, doubts: vec![doubt] }
    }

    /// Returns all rules behind it, ingress first.
    pub fn rules(&self) -> impl Iterator<Item = RuleIx> {
        self.ingress.iter().chain(&self.egress).copied()
    }

    /// Returns the rules that decide about it: those of the service, where it has any.
    pub fn deciding(&self) -> &Rules {
        if self.ingress.is_empty() { &self.egress } else { &self.ingress }
    }

    /// Adds what another finding of the same family and verdict says.
    pub fn join(&mut self, other: &Self) {
        self.traffic.join(&other.traffic);
        merge(&mut self.ingress, &other.ingress);
        merge(&mut self.egress, &other.egress);
        if self.doubts != other.doubts {
            self.doubts.extend_from_slice(&other.doubts);
            self.doubts.sort_unstable();
            self.doubts.dedup();
        }
    }

    /// Adds the rules behind another finding.
    pub fn join_rules(&mut self, other: &Self) {
        merge(&mut self.ingress, &other.ingress);
        merge(&mut self.egress, &other.egress);
    }

    /// Returns the finding with other traffic, a part of its own, and only the evidence that is about
    /// this part; `None` when nothing is left.
    pub(super) fn with_traffic(mut self, net: &Connectivity, traffic: Traffic) -> Option<Self> {
        if traffic.is_empty() {
            return None;
        }
        if traffic != self.traffic {
            let is_about = |ix: &RuleIx| net.rule(*ix).traffic.overlaps(&traffic);
            self.ingress.retain(|ix| is_about(ix));
            self.egress.retain(|ix| is_about(ix));
            self.doubts.retain(|doubt| doubt.rule().is_none_or(|ix| is_about(&ix)));
            self.traffic = traffic;
        }
        Some(self)
    }

    /// Returns the part of the finding that is about some traffic.
    pub fn within(&self, net: &Connectivity, traffic: &Traffic) -> Option<Self> {
        if self.traffic.is_subset(traffic) {
            return Some(self.clone());
        }
        self.clone().with_traffic(net, self.traffic.intersection(traffic))
    }

    /// Returns the finding without some traffic.
    pub(super) fn without(self, net: &Connectivity, traffic: &Traffic) -> Option<Self> {
        if !self.traffic.overlaps(traffic) {
            return Some(self);
        }
        let rest = self.traffic.difference(traffic);
        self.with_traffic(net, rest)
    }
}

/// Adds rules to a sorted list.
fn merge(known: &mut Rules, more: &Rules) {
    if known != more {
        known.extend_from_slice(more);
        known.sort_unstable();
        known.dedup();
    }
}

/// Findings about one pair, in the order of family and verdict, one each.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Findings(SmallVec<[Finding; 1]>);

impl Findings {
    /// Adds a finding to the one of its family and verdict.
    pub fn join(&mut self, finding: &Finding) {
        let key = (finding.family, finding.verdict);
        match self.0.binary_search_by_key(&key, |known| (known.family, known.verdict)) {
            Ok(place) => self.0[place].join(finding),
            Err(place) => self.0.insert(place, finding.clone()),
        }
    }

    /// Adds a finding whose family and verdict come after all others.
    pub(super) fn push(&mut self, finding: Finding) {
        debug_assert!(
            self.0
                .last()
                .is_none_or(|last| { (last.family, last.verdict) < (finding.family, finding.verdict) })
        );
        self.0.push(finding);
    }

    /// Adds all of another pair's findings.
    pub fn join_all(&mut self, others: &Self) {
        others.iter().for_each(|finding| self.join(finding));
    }

    /// Returns the findings with disjoint traffic in each family: what one pair allows is not
    /// undecided or blocked because another pair does not.
    #[must_use]
    pub fn disjoint(self, net: &Connectivity) -> Self {
        let mut rest = Self::default();
        let mut taken = Traffic::none();
        let mut family = None;
        for finding in self.0 {
            if family != Some(finding.family) {
                family = Some(finding.family);
                taken = Traffic::none();
            }
            if let Some(finding) = finding.without(net, &taken) {
                taken.join(&finding.traffic);
                rest.0.push(finding);
            }
        }
        rest
    }

    /// Returns what the findings say about some traffic.
    #[must_use]
    pub fn within(&self, net: &Connectivity, traffic: &Traffic) -> Self {
        Self(self.iter().filter_map(|finding| finding.within(net, traffic)).collect())
    }

    /// Returns the traffic of one verdict, in any family.
    pub fn traffic(&self, verdict: Verdict) -> Traffic {
        let same = self.iter().filter(|finding| finding.verdict == verdict);
        same.fold(Traffic::none(), |sum, finding| sum.union(&finding.traffic))
    }

    /// Returns the findings in the order of family and verdict.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.0.iter()
    }

    /// Tells whether there is no finding: nothing is allowed, and nothing is known to be in the way.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'f> IntoIterator for &'f Findings {
    type Item = &'f Finding;
    type IntoIter = std::slice::Iter<'f, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = smallvec::IntoIter<[Finding; 1]>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Self {
        let mut all = Self::default();
        for finding in findings {
            all.join(&finding);
        }
        all
    }
}
