//! The verdict on one client and one service: what passes the layers at both ends.

use std::rc::Rc;

use super::layer::{Layer, Matching, Party, Question, Side};
use super::security_groups::{Match, SecurityGroups};
use super::{Connectivity, Doubt, Finding, Findings, InterfaceProfile, Reach, RuleIx, Rules, Verdict};
use crate::inventory::{Direction, Role};
use crate::traffic::{Family, Traffic};

impl Connectivity {
    /// Evaluates connections from a client to a service: disjoint findings for each family.
    pub fn evaluate(&self, client: Party<'_>, service: Party<'_>) -> Findings {
        let outward = |question: &Question<'_>| Rc::new(self.outward(question));
        let inward = |question: &Question<'_>| Rc::new(self.inward(question));
        self.evaluate_with(client, service, outward, inward)
    }

    /// Returns what all layers let out of the client.
    pub(super) fn outward(&self, question: &Question<'_>) -> Side {
        through(&[&SecurityGroups(self)], |layer| layer.outward(question))
    }

    /// Returns what all layers let into the service.
    pub(super) fn inward(&self, question: &Question<'_>) -> Side {
        through(&[&SecurityGroups(self)], |layer| layer.inward(question))
    }

    /// Evaluates two interfaces.
    pub(super) fn evaluate_profiles(
        &self,
        client: &InterfaceProfile,
        service: &InterfaceProfile,
    ) -> Findings {
        self.evaluate(Party::interface(client), Party::interface(service))
    }

    /// Evaluates what some ingress rules of a service allow: traffic that other rules decide is left
    /// out of their findings, as it would be by [`Connectivity::evaluate`].
    pub(super) fn evaluate_for_rules(
        &self,
        client: &InterfaceProfile,
        service: &InterfaceProfile,
        rules: &[RuleIx],
    ) -> Findings {
        let groups = SecurityGroups(self);
        let (one, other) = (Party::interface(client), Party::interface(service));
        let inward = |question: &Question<'_>| {
            Rc::new(groups.side_by(rules.iter().copied(), Direction::Ingress, question))
        };
        let outward = |question: &Question<'_>| Rc::new(self.outward(question));
        let findings = self.evaluate_with(one, other, outward, inward);
        let is_open = |finding: &Finding| matches!(finding.verdict, Verdict::Undecided | Verdict::NoIngress);
        // Allowed and blocked by some rules is allowed and blocked by all: only the rest is asked again.
        if findings.iter().any(is_open) { self.evaluate(one, other) } else { findings }
    }

    /// Evaluates connections by what is let out and in. Sides are shared where the same one is asked for
    /// again.
    pub(super) fn evaluate_with(
        &self,
        client: Party<'_>,
        service: Party<'_>,
        mut outward: impl FnMut(&Question<'_>) -> Rc<Side>,
        mut inward: impl FnMut(&Question<'_>) -> Rc<Side>,
    ) -> Findings {
        let is = |party: Party<'_>, role| party.own.is_some_and(|own| own.role == role);
        if is(client, Role::Service) || is(service, Role::Client) {
            return Findings::default();
        }
        let reach = self.peerings.reach(client.seen.vpc, service.seen.vpc);
        if reach == Reach::Inactive {
            return Findings::default();
        }
        let mut findings = Findings::default();
        for family in Family::BOTH {
            let Some(is_certain) = client.seen.share(service.seen, family) else { continue };
            let question = Question { client, service, family, reach };
            let (outward, inward) = (outward(&question), inward(&question));
            let parts = self.decide(&question, &outward, &inward, is_certain);
            let mut taken = Traffic::none();
            for (verdict, part) in Verdict::ALL.into_iter().zip(parts) {
                if part.is_empty() {
                    continue;
                }
                let mut part = if taken.is_empty() { part } else { part.difference(&taken) };
                part.keep(family);
                if part.is_empty() {
                    continue;
                }
                taken.join(&part);
                let doubts = outward.doubts.iter().chain(&inward.doubts);
                let doubts = doubts.filter(|(_, about)| about.overlaps(&part)).map(|(doubt, _)| *doubt);
                let mut doubts: Vec<Doubt> =
                    if verdict == Verdict::Undecided { doubts.collect() } else { Vec::new() };
                if verdict == Verdict::Undecided && !is_certain {
                    doubts.push(Doubt::Ipv6);
                }
                doubts.sort_unstable();
                doubts.dedup();
                let ingress = self.evidence(&inward, verdict, &part);
                let egress = self.evidence(&outward, verdict, &part);
                findings.push(Finding { family, verdict, traffic: part, ingress, egress, doubts });
            }
        }
        findings
    }

    /// Returns the rules of a side that have traffic in common with a verdict's.
    fn evidence(&self, side: &Side, verdict: Verdict, traffic: &Traffic) -> Rules {
        let is_about = |one: &&Matching| {
            (one.is_sure || verdict == Verdict::Undecided) && self.rule(one.rule).traffic.overlaps(traffic)
        };
        let mut rules: Rules = side.rules.iter().filter(is_about).map(|one| one.rule).collect();
        rules.sort_unstable();
        rules
    }

    /// Returns the rules of an interface in one direction, each with whether its peer is, or may be,
    /// the other side.
    pub fn matching_rules(
        &self,
        own: &InterfaceProfile,
        other: &InterfaceProfile,
        direction: Direction,
    ) -> Vec<(RuleIx, bool)> {
        let reach = self.peerings.reach(own.vpc, other.vpc);
        let groups = SecurityGroups(self);
        let matches = |ix: RuleIx| {
            let in_family = |family: &Family| {
                own.share(other, *family).is_some() && groups.matches(ix, other, *family, reach) != Match::No
            };
            reach != Reach::Inactive && Family::BOTH.iter().any(in_family)
        };
        self.rules_for(own, direction).map(|ix| (ix, matches(ix))).collect()
    }
}

/// Returns what passes all layers.
fn through(layers: &[&dyn Layer], side: impl Fn(&dyn Layer) -> Side) -> Side {
    let [first, rest @ ..] = layers else { return Side::open() };
    rest.iter().fold(side(*first), |passed, layer| passed.through(side(*layer)))
}

impl Connectivity {
    /// Puts the two sides together: traffic by verdict, in the order of [`Verdict::ALL`], not yet disjoint.
    fn decide(
        &self,
        question: &Question<'_>,
        outward: &Side,
        inward: &Side,
        is_certain: bool,
    ) -> [Traffic; 4] {
        // What rules name a group of the other side for, as far as it passes.
        let by_name = |side: &Side, is_wanted: &dyn Fn(&Matching) -> bool| {
            let rules = side.rules.iter().filter(|one| one.by_group && is_wanted(one));
            self.traffic_of(rules.map(|one| one.rule))
        };
        let (may_enter, may_leave) = (inward.possible(), outward.possible());
        let is_named = outward.rules.iter().any(|one| one.by_group && one.is_sure);
        if may_enter.is_empty() && !is_named {
            return Default::default();
        }
        // Without a doubt nothing is possible but what is sure.
        let is_decided = is_certain && outward.doubts.is_empty() && inward.doubts.is_empty();
        let mut possible = if is_decided { Traffic::none() } else { may_leave.intersection(&may_enter) };
        if question.reach == Reach::Unpeered {
            // Equal private addresses in unrelated VPCs are not the same resource: only a rule that names
            // a group of the other side shows that the two have to do with each other.
            let named = by_name(inward, &|_| true).union(&by_name(outward, &|_| true));
            possible = possible.intersection(&named);
        }
        if !is_certain {
            // Either may lack an address of the family: nothing is sure, and nothing is missing.
            return [Traffic::none(), possible, Traffic::none(), Traffic::none()];
        }
        let allowed = outward.sure.intersection(&inward.sure);
        // Of addresses outside the input nothing is known that could be blocked or missing.
        if question.client.own.is_none() || question.service.own.is_none() {
            return [allowed, possible, Traffic::none(), Traffic::none()];
        }
        let blocked = inward.sure.difference(&may_leave);
        let refused = if is_named {
            let named = by_name(outward, &|one| one.is_sure).intersection(&outward.sure);
            named.difference(&may_enter)
        } else {
            Traffic::none()
        };
        [allowed, possible, blocked, refused]
    }
}
