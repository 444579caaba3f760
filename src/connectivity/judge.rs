//! The verdict on one client and one service: egress of the one, ingress of the other.

use super::{Connectivity, Doubt, GroupIx, PeerIx, Presence, Reach, RuleIx, Standing};
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

/// Some traffic with one verdict, and the rules behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The verdict.
    pub verdict: Verdict,
    /// The traffic, never empty. Findings of one pair are disjoint.
    pub traffic: Traffic,
    /// Ingress rules that speak for it, ascending.
    pub ingress: Vec<RuleIx>,
    /// Egress rules that speak for it, ascending.
    pub egress: Vec<RuleIx>,
    /// Why it is undecided; empty otherwise.
    pub doubts: Vec<Doubt>,
}

/// Whether a rule's peer is the other side.
enum Match {
    No,
    Maybe(Doubt),
    Yes,
}

/// One side of a connection in one family.
#[derive(Default)]
struct Side {
    sure: Traffic,
    /// What the side may allow beyond doubt or not: a superset of `sure`.
    possible: Traffic,
    /// Egress only: what rules that name a group allow.
    named: Traffic,
}

/// The evidence of both sides, over both families.
#[derive(Default)]
struct Evidence {
    ingress: Vec<(RuleIx, bool)>,
    egress: Vec<(RuleIx, bool)>,
    doubts: Vec<(Doubt, Traffic)>,
}

impl Connectivity<'_> {
    /// Judges connections from `client` to `service`, all rules of both considered.
    pub fn judge(&self, client: &Standing, service: &Standing) -> Vec<Finding> {
        let ingress: Vec<RuleIx> =
            service.groups.iter().flat_map(|group| &self.ingress[group.get()]).copied().collect();
        self.judge_by(client, service, &ingress, &service.groups)
    }

    /// Judges connections that the service's group `group` lets in.
    pub fn judge_through(&self, client: &Standing, service: &Standing, group: GroupIx) -> Vec<Finding> {
        self.judge_by(client, service, &self.ingress[group.get()], &[])
    }

    /// Judges with some of the service's ingress rules. `unsure` are the groups whose incomplete
    /// ingress rules make everything else undecided.
    pub(super) fn judge_by(
        &self,
        client: &Standing,
        service: &Standing,
        ingress: &[RuleIx],
        unsure: &[GroupIx],
    ) -> Vec<Finding> {
        if client.role == Role::Service || service.role == Role::Client {
            return Vec::new();
        }
        let reach = self.scope.reach(client.vpc, service.vpc);
        if reach == Reach::Inactive {
            return Vec::new();
        }
        let mut evidence = Evidence::default();
        let mut total = [Traffic::none(), Traffic::none(), Traffic::none(), Traffic::none()];
        for family in Family::BOTH {
            let certain = match (client.presence(family), service.presence(family)) {
                (Presence::Present { certain: a, .. }, Presence::Present { certain: b, .. }) => *a && *b,
                _ => continue,
            };
            let mut inward = self.ingress_side(client, ingress, family, reach, &mut evidence);
            if service.has_unresolved && !unsure.is_empty() {
                inward.possible = Traffic::all();
                evidence.doubt(Doubt::ServiceGroup, Traffic::all());
            }
            for group in unsure {
                if !self.group(*group).ingress_known {
                    inward.possible = Traffic::all();
                    evidence.doubt(Doubt::Ingress(*group), Traffic::all());
                }
            }
            let outward = self.egress_side(client, service, family, reach, &mut evidence);
            let allowed = outward.sure.intersection(&inward.sure);
            let possible = outward.possible.intersection(&inward.possible);
            let blocked = inward.sure.difference(&outward.possible);
            let refused = outward.named.difference(&inward.possible);
            let mut parts = [allowed, possible, blocked, refused];
            if !certain {
                // Both may lack an address of the family: nothing is sure, and nothing is missing.
                evidence.doubt(Doubt::Ipv6, parts[1].clone());
                parts[0] = Traffic::none();
                parts[2] = Traffic::none();
                parts[3] = Traffic::none();
            }
            for (sum, part) in total.iter_mut().zip(parts) {
                *sum = sum.union(&part.within(family));
            }
        }
        evidence.findings(self, total)
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
            let matched = self.matches(ix, client, family, reach, Doubt::ClientAddress(ix));
            if let Some(sure) = self.fold(&mut side, ix, matched, evidence) {
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
        for &group in &client.groups {
            for &ix in &self.egress[group.get()] {
                let matched = self.matches(ix, service, family, reach, Doubt::ServiceAddress(ix));
                if let Some(sure) = self.fold(&mut side, ix, matched, evidence) {
                    evidence.egress.push((ix, sure));
                    let row = self.rule(ix);
                    if sure && matches!(row.peer, PeerIx::Group(_)) {
                        side.named = side.named.union(&row.rule.traffic);
                    }
                }
            }
            if !self.group(group).egress_known && !side.sure.is_all() {
                side.possible = Traffic::all();
                evidence.doubt(Doubt::Egress(group), Traffic::all());
            }
        }
        if client.has_unresolved && !side.sure.is_all() {
            side.possible = Traffic::all();
            evidence.doubt(Doubt::ClientGroup, Traffic::all());
        }
        side
    }

    /// Adds a matching rule to a side; tells whether it matched, and surely.
    fn fold(&self, side: &mut Side, ix: RuleIx, matched: Match, evidence: &mut Evidence) -> Option<bool> {
        let rule = self.rule(ix).rule;
        let doubt = match matched {
            Match::No => return None,
            Match::Maybe(doubt) => Some(doubt),
            Match::Yes if rule.doubt.is_some() => Some(Doubt::Rule(ix)),
            Match::Yes => None,
        };
        side.possible = side.possible.union(&rule.traffic);
        match doubt {
            Some(doubt) => evidence.doubt(doubt, rule.traffic.clone()),
            None => side.sure = side.sure.union(&rule.traffic),
        }
        Some(doubt.is_none())
    }

    /// Tells whether the peer of a rule is the interface on the other side.
    fn matches(&self, ix: RuleIx, other: &Standing, family: Family, reach: Reach, unknown: Doubt) -> Match {
        let beyond = match reach {
            Reach::Yes => None,
            Reach::Maybe => Some(Doubt::PeeringStatus),
            Reach::Unpeered | Reach::Inactive => Some(Doubt::Unpeered),
        };
        let or_doubt = |doubt: Option<Doubt>| doubt.map_or(Match::Yes, Match::Maybe);
        match &self.rule(ix).peer {
            PeerIx::Group(group) if other.groups.binary_search(group).is_ok() => or_doubt(beyond),
            PeerIx::Group(_) => Match::No,
            // Equal private addresses in unrelated VPCs are not the same machine.
            PeerIx::Blocks(_) if beyond == Some(Doubt::Unpeered) => Match::No,
            PeerIx::Blocks(blocks) => {
                let Presence::Present { inside, perhaps, .. } = other.presence(family) else { return Match::No };
                let named = |ix: &&super::BlockIx| self.blocks[ix.get()].family() == family;
                let mut best = Match::No;
                for block in blocks.iter().filter(named) {
                    if self.blocks[block.get()].is_internet() || inside.binary_search(block).is_ok() {
                        return or_doubt(beyond);
                    }
                    if perhaps.binary_search(block).is_ok() {
                        best = Match::Maybe(unknown);
                    }
                }
                best
            }
            PeerIx::Unknown if beyond == Some(Doubt::Unpeered) => Match::No,
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

    /// Splits the totals into disjoint findings, each with the rules that speak for it.
    fn findings(&self, index: &Connectivity<'_>, [allowed, possible, blocked, refused]: [Traffic; 4]) -> Vec<Finding> {
        // Everything that IPv4 can carry is "all" to people: what ICMPv6 alone adds is no news.
        let rest = |part: Traffic| if allowed.is_all() { Traffic::none() } else { part.difference(&allowed) };
        let undecided = rest(possible);
        let blocked = rest(blocked).difference(&undecided);
        let refused = rest(refused).difference(&undecided);
        let parts = [
            (Verdict::Allowed, allowed),
            (Verdict::Undecided, undecided),
            (Verdict::BlockedByEgress, blocked),
            (Verdict::NoIngress, refused),
        ];
        let mut findings = Vec::new();
        for (verdict, traffic) in parts {
            if traffic.is_empty() {
                continue;
            }
            let speaking = |rules: &[(RuleIx, bool)]| {
                let wanted = rules.iter().filter(|(ix, sure)| {
                    (*sure || verdict == Verdict::Undecided) && index.rule(*ix).rule.traffic.overlaps(&traffic)
                });
                let mut list: Vec<RuleIx> = wanted.map(|(ix, _)| *ix).collect();
                list.sort_unstable();
                list.dedup();
                list
            };
            let mut doubts = Vec::new();
            if verdict == Verdict::Undecided {
                doubts.extend(self.doubts.iter().filter(|(_, about)| about.overlaps(&traffic)).map(|(doubt, _)| *doubt));
                doubts.sort_unstable();
                doubts.dedup();
            }
            findings.push(Finding {
                ingress: if verdict == Verdict::NoIngress { Vec::new() } else { speaking(&self.ingress) },
                egress: if verdict == Verdict::BlockedByEgress { Vec::new() } else { speaking(&self.egress) },
                verdict,
                traffic,
                doubts,
            });
        }
        findings
    }
}
