//! The verdict on one client and one service: egress of the one, ingress of the other.

use smallvec::SmallVec;

use super::{Connectivity, Doubt, PeerIx, Presence, Reach, RuleIx, RuleRow, Standing};
use crate::inventory::Role;
use crate::traffic::{Family, Traffic};

/// What the rules say about some traffic from a client to a service.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// Egress of the client and ingress of the service both allow it.
    Allowed,
    /// Something that would decide it is not in the input.
    Undecided,
    /// The service would let it in; no egress rule of the client lets it out.
    BlockedByEgress,
    /// An egress rule of the client names the service's group; no ingress rule lets it in.
    NoIngress,
}

impl Verdict {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Undecided => "undecided",
            Self::BlockedByEgress => "blocked-by-egress",
            Self::NoIngress => "no-ingress",
        }
    }

    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Undecided => "undecided",
            Self::BlockedByEgress => "blocked by egress",
            Self::NoIngress => "no ingress",
        }
    }
}

/// The rules behind a finding: mostly one or two, which need no allocation of their own.
pub type Rules = SmallVec<[RuleIx; 4]>;

/// Some traffic with one verdict, and the rules behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The verdict.
    pub verdict: Verdict,
    /// The traffic, never empty. Findings of one pair are disjoint.
    pub traffic: Traffic,
    /// Ingress rules that speak for it, ascending.
    pub ingress: Rules,
    /// Egress rules that speak for it, ascending.
    pub egress: Rules,
    /// Why it is undecided; empty otherwise.
    pub doubts: Vec<Doubt>,
}

/// Whether a rule's peer is the other side.
#[derive(Clone, Copy)]
enum Match {
    No,
    Maybe(Doubt),
    Yes,
}

/// One side of a connection in one family.
#[derive(Default)]
struct Side {
    sure: Traffic,
    /// What the side may allow, beyond doubt or not: a superset of `sure`.
    possible: Traffic,
    /// What rules allow that name a group which the other side carries.
    by_group: Traffic,
    /// Of that, what is sure.
    named: Traffic,
}

/// What one family says: traffic by verdict (not yet disjoint), and the rules behind it.
#[derive(Default)]
struct Evidence {
    parts: [Traffic; 4],
    ingress: Matched,
    egress: Matched,
    doubts: Vec<(Doubt, Traffic)>,
}

/// Rules whose peer is the other side, and whether surely.
type Matched = SmallVec<[(RuleIx, bool); 6]>;

/// The verdicts in the order of [`Evidence::parts`]: each takes what the ones before it left.
const VERDICTS: [Verdict; 4] =
    [Verdict::Allowed, Verdict::Undecided, Verdict::BlockedByEgress, Verdict::NoIngress];

impl Connectivity<'_> {
    /// Judges connections from `client` to `service`, all rules of both considered.
    pub fn judge(&self, client: &Standing, service: &Standing) -> Vec<Finding> {
        let ingress: Vec<RuleIx> =
            service.groups.iter().flat_map(|group| &self.ingress[group.get()]).copied().collect();
        self.judge_by(client, service, &ingress, true)
    }

    /// Judges where one side may be an address that is no known machine's: its own rules are not
    /// ours to evaluate, so the other side alone decides.
    pub fn judge_between(
        &self,
        client: &Standing,
        service: &Standing,
        client_is_address: bool,
        service_is_address: bool,
    ) -> Vec<Finding> {
        if !client_is_address && !service_is_address {
            return self.judge(client, service);
        }
        let families = Family::BOTH.map(|family| {
            let mut evidence = Evidence::default();
            if !matches!(
                (client.presence(family), service.presence(family)),
                (Presence::Present { .. }, Presence::Present { .. })
            ) {
                return evidence;
            }
            let side = if client_is_address {
                let rules: Vec<RuleIx> =
                    service.groups.iter().flat_map(|group| &self.ingress[group.get()]).copied().collect();
                let mut side = self.ingress_side(client, &rules, family, Reach::Yes, &mut evidence);
                self.doubt_service(service, &mut side, &mut evidence);
                side
            } else {
                self.egress_side(client, service, family, Reach::Yes, &mut evidence)
            };
            evidence.parts =
                [side.sure.within(family), side.possible.within(family), Traffic::none(), Traffic::none()];
            evidence
        });
        findings(self, &families)
    }

    /// The rules of `own` in one direction, each with whether its peer is, or may be, `other`.
    pub fn rules_looking(
        &self,
        own: &Standing,
        other: &Standing,
        direction: crate::inventory::Direction,
    ) -> Vec<(RuleIx, bool)> {
        let reach = self.scope.reach(own.vpc, other.vpc);
        let rules = own.groups.iter().flat_map(|group| self.rules_of(*group, direction));
        let looks = |ix: RuleIx| {
            Family::BOTH.iter().any(|family| {
                matches!(other.presence(*family), Presence::Present { .. })
                    && !matches!(
                        self.matches(
                            ix,
                            other,
                            *family,
                            reach,
                            (Doubt::Rule(ix), other.unresolved.map(Doubt::ServiceGroup))
                        ),
                        Match::No
                    )
            })
        };
        rules.map(|ix| (*ix, looks(*ix))).collect()
    }

    /// Judges with some of the service's ingress rules. When they are all it has, rules and groups
    /// of the service that the input does not tell leave everything else undecided.
    pub(super) fn judge_by(
        &self,
        client: &Standing,
        service: &Standing,
        ingress: &[RuleIx],
        are_all: bool,
    ) -> Vec<Finding> {
        if client.role == Role::Service || service.role == Role::Client {
            return Vec::new();
        }
        let reach = self.scope.reach(client.vpc, service.vpc);
        if reach == Reach::Inactive {
            return Vec::new();
        }
        // Most machines speak one family: the other costs nothing.
        let mut families: SmallVec<[Evidence; 2]> = SmallVec::new();
        for family in Family::BOTH {
            let certain = match (client.presence(family), service.presence(family)) {
                (Presence::Present { certain: a, .. }, Presence::Present { certain: b, .. }) => *a && *b,
                _ => continue,
            };
            let mut evidence = Evidence::default();
            let mut inward = self.ingress_side(client, ingress, family, reach, &mut evidence);
            if are_all {
                self.doubt_service(service, &mut inward, &mut evidence);
            }
            let outward = self.egress_side(client, service, family, reach, &mut evidence);
            evidence.decide(&inward, &outward, family, reach, certain);
            families.push(evidence);
        }
        findings(self, &families)
    }

    /// What is not known of the service's own rules may let anything in.
    fn doubt_service(&self, service: &Standing, inward: &mut Side, evidence: &mut Evidence) {
        let unknown = service.groups.iter().filter(|group| !self.group(**group).ingress_known);
        let doubts = unknown.map(|group| Doubt::Ingress(*group));
        for doubt in doubts.chain(service.unresolved.map(Doubt::ServiceGroup)) {
            inward.possible = Traffic::all();
            evidence.doubt(doubt, Traffic::all());
        }
    }

    fn ingress_side(
        &self,
        client: &Standing,
        rules: &[RuleIx],
        family: Family,
        reach: Reach,
        evidence: &mut Evidence,
    ) -> Side {
        let mut side = Side::default();
        for &ix in rules {
            let doubts = (Doubt::ClientAddress(ix), client.unresolved.map(Doubt::ClientGroup));
            let matched = self.matches(ix, client, family, reach, doubts);
            if let Some(sure) = self.fold(&mut side, ix, client, matched, evidence) {
                evidence.ingress.push((ix, sure));
            }
        }
        side
    }

    fn egress_side(
        &self,
        client: &Standing,
        service: &Standing,
        family: Family,
        reach: Reach,
        evidence: &mut Evidence,
    ) -> Side {
        let mut side = Side::default();
        for &ix in client.groups.iter().flat_map(|group| &self.egress[group.get()]) {
            let doubts = (Doubt::ServiceAddress(ix), service.unresolved.map(Doubt::ServiceGroup));
            let matched = self.matches(ix, service, family, reach, doubts);
            if let Some(sure) = self.fold(&mut side, ix, service, matched, evidence) {
                evidence.egress.push((ix, sure));
            }
        }
        if !side.sure.is_all() {
            let unknown = client.groups.iter().filter(|group| !self.group(**group).egress_known);
            let doubts = unknown.map(|group| Doubt::Egress(*group));
            for doubt in doubts.chain(client.unresolved.map(Doubt::ClientGroup)) {
                side.possible = Traffic::all();
                evidence.doubt(doubt, Traffic::all());
            }
        }
        side
    }

    /// Adds a matching rule to a side; tells whether it matched, and surely.
    fn fold(
        &self,
        side: &mut Side,
        ix: RuleIx,
        other: &Standing,
        matched: Match,
        evidence: &mut Evidence,
    ) -> Option<bool> {
        let RuleRow { rule, peer, .. } = self.rule(ix);
        let doubt = match matched {
            Match::No => return None,
            Match::Maybe(doubt) => Some(doubt),
            Match::Yes if rule.doubt.is_some() => Some(Doubt::Rule(ix)),
            Match::Yes => None,
        };
        side.possible = side.possible.union(&rule.traffic);
        if matches!(peer, PeerIx::Group(group) if other.groups.binary_search(group).is_ok()) {
            side.by_group = side.by_group.union(&rule.traffic);
            if doubt.is_none() {
                side.named = side.named.union(&rule.traffic);
            }
        }
        match doubt {
            Some(doubt) => evidence.doubt(doubt, rule.traffic.clone()),
            None => side.sure = side.sure.union(&rule.traffic),
        }
        Some(doubt.is_none())
    }

    /// Tells whether the peer of a rule is the interface on the other side. `doubts` are the words
    /// for an unknown address and an unknown group of that side.
    fn matches(
        &self,
        ix: RuleIx,
        other: &Standing,
        family: Family,
        reach: Reach,
        doubts: (Doubt, Option<Doubt>),
    ) -> Match {
        let beyond = match reach {
            Reach::Yes => None,
            Reach::Maybe => Some(Doubt::PeeringStatus),
            Reach::Unpeered | Reach::Inactive => Some(Doubt::Unpeered),
        };
        let or_doubt = |doubt: Option<Doubt>| doubt.map_or(Match::Yes, Match::Maybe);
        match &self.rule(ix).peer {
            PeerIx::Group(group) if other.groups.binary_search(group).is_ok() => or_doubt(beyond),
            PeerIx::Group(_) => doubts.1.map_or(Match::No, Match::Maybe),
            PeerIx::Blocks(blocks) => {
                let Presence::Present { inside, perhaps, .. } = other.presence(family) else {
                    return Match::No;
                };
                let named = |ix: &&super::BlockIx| self.blocks[ix.get()].family() == family;
                let mut best = Match::No;
                for block in blocks.iter().filter(named) {
                    if self.blocks[block.get()].is_internet() || inside.binary_search(block).is_ok() {
                        return or_doubt(beyond);
                    }
                    if perhaps.binary_search(block).is_ok() {
                        best = Match::Maybe(doubts.0);
                    }
                }
                best
            }
            PeerIx::Unknown => Match::Maybe(Doubt::Rule(ix)),
        }
    }
}

impl Evidence {
    fn doubt(&mut self, doubt: Doubt, traffic: Traffic) {
        if !self.doubts.iter().any(|(known, about)| *known == doubt && traffic.is_subset(about)) {
            self.doubts.push((doubt, traffic));
        }
    }

    /// Puts the two sides together for one family.
    fn decide(&mut self, inward: &Side, outward: &Side, family: Family, reach: Reach, certain: bool) {
        let allowed = outward.sure.intersection(&inward.sure);
        let mut possible = outward.possible.intersection(&inward.possible);
        if reach == Reach::Unpeered {
            // Equal private addresses in unrelated VPCs are not the same machine: only a rule that
            // names a group of the other side shows that the two have to do with each other.
            possible = possible.intersection(&inward.by_group.union(&outward.by_group));
        }
        let blocked = inward.sure.difference(&outward.possible);
        let refused = outward.named.difference(&inward.possible);
        self.parts = if certain {
            [allowed, possible, blocked, refused]
        } else {
            // Either may lack an address of the family: nothing is sure, and nothing is missing.
            self.doubt(Doubt::Ipv6, possible.clone());
            [Traffic::none(), possible, Traffic::none(), Traffic::none()]
        };
        self.parts = std::mem::take(&mut self.parts).map(|part| part.within(family));
    }

    /// The rules that speak for some traffic of a verdict.
    fn speaking(
        index: &Connectivity<'_>,
        rules: &[(RuleIx, bool)],
        verdict: Verdict,
        traffic: &Traffic,
    ) -> impl Iterator<Item = RuleIx> {
        let speaks = move |(ix, sure): &&(RuleIx, bool)| {
            (*sure || verdict == Verdict::Undecided) && index.rule(*ix).rule.traffic.overlaps(traffic)
        };
        rules.iter().filter(speaks).map(|(ix, _)| *ix)
    }
}

/// Puts the families together: disjoint findings, each with the rules that speak for it.
fn findings(index: &Connectivity<'_>, families: &[Evidence]) -> Vec<Finding> {
    // Most pairs have one verdict or none.
    let mut findings: Vec<Finding> = Vec::with_capacity(1);
    let mut taken = Traffic::none();
    for (position, verdict) in VERDICTS.into_iter().enumerate() {
        if families.iter().all(|evidence| evidence.parts[position].is_empty()) {
            continue;
        }
        let parts = families.iter().map(|evidence| &evidence.parts[position]);
        let both = parts.fold(Traffic::none(), |sum, part| sum.union(part));
        let traffic = if taken.is_empty() { both } else { both.difference(&taken) };
        // Everything that IPv4 can carry is "all" to people: what ICMPv6 alone adds is no news.
        if traffic.is_empty() || taken.is_all() {
            continue;
        }
        let mut finding =
            Finding { verdict, traffic, ingress: Rules::new(), egress: Rules::new(), doubts: Vec::new() };
        for evidence in families {
            if evidence.parts[position].is_empty() {
                continue;
            }
            let about = evidence.parts[position].intersection(&finding.traffic);
            if verdict != Verdict::NoIngress {
                finding.ingress.extend(Evidence::speaking(index, &evidence.ingress, verdict, &about));
            }
            if verdict != Verdict::BlockedByEgress {
                finding.egress.extend(Evidence::speaking(index, &evidence.egress, verdict, &about));
            }
            if verdict == Verdict::Undecided {
                let doubts = evidence.doubts.iter().filter(|(_, traffic)| traffic.overlaps(&about));
                finding.doubts.extend(doubts.map(|(doubt, _)| *doubt));
            }
        }
        finding.tidy();
        taken = taken.union(&finding.traffic);
        findings.push(finding);
    }
    findings
}

impl Finding {
    /// Sorts rules and doubts, each once.
    fn tidy(&mut self) {
        for rules in [&mut self.ingress, &mut self.egress] {
            rules.sort_unstable();
            rules.dedup();
        }
        self.doubts.sort_unstable();
        self.doubts.dedup();
    }

    /// Takes in another finding of the same verdict.
    pub fn absorb(&mut self, other: &Self) {
        self.traffic = self.traffic.union(&other.traffic);
        self.ingress.extend_from_slice(&other.ingress);
        self.egress.extend_from_slice(&other.egress);
        self.doubts.extend(&other.doubts);
        self.tidy();
    }
}
