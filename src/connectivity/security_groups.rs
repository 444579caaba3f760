//! Security groups as a layer: egress of the client, ingress of the service. They are stateful and
//! allow-only, and the groups of one interface are a union (VPC user guide, "Security group rules").

use super::layer::{Layer, Matching, Question, Side};
use super::{Connectivity, Doubt, GroupIx, InterfaceProfile, PeerIx, Presence, Reach, RuleIx};
use crate::inventory::Direction;
use crate::traffic::Family;

/// Whether a rule's peer is the other side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Match {
    No,
    Maybe(Doubt),
    Yes,
}

/// The rules of all security groups.
pub(super) struct SecurityGroups<'n>(pub(super) &'n Connectivity);

impl Layer for SecurityGroups<'_> {
    fn outward(&self, question: &Question<'_>) -> Side {
        let Some(client) = question.client.own else { return Side::open() };
        if client.unfiltered {
            return unfiltered(question.reach);
        }
        let mut side = self.side(client, Direction::Egress, question);
        let all = crate::traffic::Traffic::all().within(question.family);
        if !all.is_subset(&side.sure) {
            let unknown = client.groups.iter().filter(|group| !self.0.group(**group).egress_known);
            let doubts = unknown.map(|group| Doubt::Egress(*group));
            doubts.chain(client.unresolved.map(Doubt::ClientGroup)).for_each(|doubt| side.doubt_all(doubt));
        }
        side
    }

    fn inward(&self, question: &Question<'_>) -> Side {
        let Some(service) = question.service.own else { return Side::open() };
        if service.unfiltered {
            return unfiltered(question.reach);
        }
        let mut side = self.side(service, Direction::Ingress, question);
        let unknown = service.groups.iter().filter(|group| !self.0.group(**group).ingress_known);
        let doubts = unknown.map(|group| Doubt::Ingress(*group));
        doubts.chain(service.unresolved.map(Doubt::ServiceGroup)).for_each(|doubt| side.doubt_all(doubt));
        side
    }
}

impl SecurityGroups<'_> {
    /// Returns what the rules of one side let through, as far as they are in the input.
    fn side(&self, own: &InterfaceProfile, direction: Direction, question: &Question<'_>) -> Side {
        let other = seen(direction, question);
        let about = |group: &GroupIx| self.0.rules_about(*group, direction, other, question.family);
        let rules = own.groups.iter().flat_map(|group| about(group).into_owned());
        self.side_by(rules, direction, question)
    }

    /// Returns what some rules of one side let through.
    pub(super) fn side_by(
        &self,
        rules: impl Iterator<Item = RuleIx>,
        direction: Direction,
        question: &Question<'_>,
    ) -> Side {
        let other = seen(direction, question);
        let mut side = Side::default();
        for ix in rules {
            let matched = self.matches(ix, other, question.family, question.reach);
            self.add(&mut side, ix, other, matched);
        }
        side
    }

    /// Adds a rule to a side, if it matches.
    fn add(&self, side: &mut Side, ix: RuleIx, other: &InterfaceProfile, matched: Match) {
        let rule = self.0.rule(ix);
        let doubt = match matched {
            Match::No => return,
            Match::Maybe(doubt) => Some(doubt),
            Match::Yes if rule.doubt.is_some() => Some(Doubt::Rule(ix)),
            Match::Yes => None,
        };
        let peer = &self.0.rule_row(ix).peer;
        let by_group = matches!(peer, PeerIx::Group(group) if other.groups.binary_search(group).is_ok());
        side.rules.push(Matching { rule: ix, is_sure: doubt.is_none(), by_group });
        match doubt {
            Some(doubt) => {
                side.perhaps.join(&rule.traffic);
                side.doubt(doubt, rule.traffic.clone());
            }
            None => side.sure.join(&rule.traffic),
        }
    }

    /// Tells whether the peer of a rule is the interface on the other side.
    pub(super) fn matches(
        &self,
        ix: RuleIx,
        other: &InterfaceProfile,
        family: Family,
        reach: Reach,
    ) -> Match {
        let net = self.0;
        let is_ingress = net.rule(ix).direction == Direction::Ingress;
        let beyond = beyond(reach).map_or(Match::Yes, Match::Maybe);
        match &net.rule_row(ix).peer {
            PeerIx::Group(group) if other.groups.binary_search(group).is_ok() => beyond,
            PeerIx::Group(_) => match other.unresolved {
                Some(unknown) if is_ingress => Match::Maybe(Doubt::ClientGroup(unknown)),
                Some(unknown) => Match::Maybe(Doubt::ServiceGroup(unknown)),
                None => Match::No,
            },
            PeerIx::Blocks(named) => {
                let Presence::Present { inside, perhaps, .. } = other.presence(family) else {
                    return Match::No;
                };
                let blocks = net.named.of(*named);
                if net.is_everywhere(*named, family) || inside.meets(blocks) {
                    beyond
                } else if perhaps.meets(blocks) {
                    let doubt = if is_ingress { Doubt::ClientAddress } else { Doubt::ServiceAddress };
                    Match::Maybe(doubt(ix))
                } else {
                    Match::No
                }
            }
            PeerIx::Unknown => Match::Maybe(Doubt::Rule(ix)),
        }
    }
}

/// Returns the interface that rules of one direction look at.
fn seen<'p>(direction: Direction, question: &Question<'p>) -> &'p InterfaceProfile {
    match direction {
        Direction::Ingress => question.client.seen,
        Direction::Egress => question.service.seen,
    }
}

/// Returns why it is not sure that private addresses of two interfaces mean each other.
fn beyond(reach: Reach) -> Option<Doubt> {
    match reach {
        Reach::Yes => None,
        Reach::Maybe => Some(Doubt::PeeringStatus),
        Reach::Transit => Some(Doubt::TransitGateway),
        Reach::Unpeered | Reach::Inactive => Some(Doubt::Unpeered),
    }
}

/// Returns the side of an interface that nothing filters.
fn unfiltered(reach: Reach) -> Side {
    match beyond(reach) {
        None => Side::open(),
        Some(doubt) => {
            let mut side = Side::default();
            side.doubt_all(doubt);
            side
        }
    }
}
