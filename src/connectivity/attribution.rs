//! Under whose name a finding is told: the group whose rule admits, the peer that a rule names. A
//! finding about two classes is told under several names when several rules speak for it; together
//! they say all of it.

use smallvec::{SmallVec, smallvec};

use super::{
    ClassIx, Connectivity, Doubt, Finding, Findings, GroupIx, InterfaceProfile, Outside, PeerIx, RuleIx,
    Rules, UnknownIx, Verdict,
};
use crate::inventory::Direction;
use crate::traffic::Traffic;

/// The other end of a link.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Counterpart {
    /// Resources with a group attached: the service group that allows the subject inbound, or the
    /// client group that is allowed.
    Group(GroupIx),
    /// Resources with a group attached that the input does not tell.
    UnknownGroup(UnknownIx),
    /// Resources that nothing filters, since they have no group.
    Unfiltered,
    /// Any resource: the rules that would say which are not in the input.
    Anyone,
    /// Resources of the input whose address is, or may be, the outside peer's.
    Within(Outside),
    /// Addresses outside the input.
    Outside(Outside),
}

impl Connectivity {
    /// Splits the findings of a pair by counterpart, as the given side sees the other.
    pub(crate) fn attribute(
        &self,
        client: ClassIx,
        service: ClassIx,
        findings: &Findings,
        direction: Direction,
    ) -> Vec<(Counterpart, Finding)> {
        let (client, service) = (&self.class(client).profile, &self.class(service).profile);
        let mut parts = Vec::new();
        for finding in findings {
            let counterparts = self.counterparts(client, service, finding, direction);
            // What is allowed or blocked has its ingress rules for all of its traffic.
            if let [(counterpart, rules)] = &*counterparts
                && matches!(finding.verdict, Verdict::Allowed | Verdict::BlockedByEgress)
                && *rules == finding.ingress
            {
                parts.push((counterpart.clone(), finding.clone()));
                continue;
            }
            let mut rest = finding.traffic.clone();
            for (counterpart, rules) in counterparts {
                let sum = self.traffic_of(rules.iter().copied());
                let Some(mut part) = finding.within(self, &sum) else { continue };
                if !rest.is_empty() {
                    rest = rest.difference(&sum);
                }
                // Each counterpart is told with its own rules: the others stand at theirs.
                let own = match finding.verdict {
                    Verdict::NoIngress => &mut part.egress,
                    Verdict::Allowed | Verdict::Undecided | Verdict::BlockedByEgress => &mut part.ingress,
                };
                if own.iter().any(|ix| rules.contains(ix)) {
                    own.retain(|ix| rules.contains(ix));
                }
                parts.push((counterpart, part));
            }
            let unknown = finding.doubts.iter().filter_map(|doubt| unknown_counterpart(*doubt, direction));
            let mut unknown: Vec<Counterpart> = unknown.collect();
            unknown.dedup();
            for counterpart in unknown {
                rest = Traffic::none();
                parts.push((counterpart, Finding { ingress: Rules::new(), ..finding.clone() }));
            }
            if !rest.is_empty() {
                let counterpart = match direction {
                    Direction::Egress if service.unfiltered => Counterpart::Unfiltered,
                    Direction::Egress | Direction::Ingress => Counterpart::Anyone,
                };
                parts.extend(finding.within(self, &rest).map(|part| (counterpart, part)));
            }
        }
        parts
    }

    /// Returns the counterparts that rules of the finding name, each with these rules.
    fn counterparts(
        &self,
        client: &InterfaceProfile,
        service: &InterfaceProfile,
        finding: &Finding,
        direction: Direction,
    ) -> By {
        let mut by = By::new();
        if finding.verdict == Verdict::NoIngress {
            for ix in &finding.egress {
                let row = self.rule_row(*ix);
                let PeerIx::Group(named) = row.peer else { continue };
                if service.groups.binary_search(&named).is_ok() {
                    let group = if direction == Direction::Egress { named } else { row.group };
                    push(&mut by, Counterpart::Group(group), *ix);
                }
            }
            return by;
        }
        for ix in &finding.ingress {
            let row = self.rule_row(*ix);
            let counterpart = match (direction, &row.peer, Outside::of(&self.rule(*ix).peer)) {
                (Direction::Egress, ..) => Counterpart::Group(row.group),
                (Direction::Ingress, PeerIx::Group(group), _) => Counterpart::Group(*group),
                (Direction::Ingress, _, Some(outside)) => Counterpart::Within(outside),
                (Direction::Ingress, _, None) => continue,
            };
            push(&mut by, counterpart, *ix);
        }
        // A client that an egress rule brings here, whatever lets it in, is told under its own group.
        if by.is_empty() && direction == Direction::Ingress {
            for ix in &finding.egress {
                let row = self.rule_row(*ix);
                let names =
                    matches!(row.peer, PeerIx::Group(named) if service.groups.binary_search(&named).is_ok());
                if names && client.groups.binary_search(&row.group).is_ok() {
                    push(&mut by, Counterpart::Group(row.group), *ix);
                }
            }
        }
        by
    }
}

/// Counterparts, each with the rules that name it.
type By = SmallVec<[(Counterpart, Rules); 1]>;

/// Adds a rule to those of its counterpart.
fn push(by: &mut By, counterpart: Counterpart, ix: RuleIx) {
    match by.iter_mut().find(|(known, _)| *known == counterpart) {
        Some((_, rules)) => rules.push(ix),
        None => by.push((counterpart, smallvec![ix])),
    }
}

/// Returns whom an ingress rule that is not in the input may admit, as the given side sees it.
fn unknown_counterpart(doubt: Doubt, direction: Direction) -> Option<Counterpart> {
    match (doubt, direction) {
        (Doubt::Ingress(group), Direction::Egress) => Some(Counterpart::Group(group)),
        (Doubt::ServiceGroup(unknown), Direction::Egress) => Some(Counterpart::UnknownGroup(unknown)),
        (Doubt::Ingress(_) | Doubt::ServiceGroup(_), Direction::Ingress) => Some(Counterpart::Anyone),
        (
            Doubt::Rule(_)
            | Doubt::Egress(_)
            | Doubt::ClientGroup(_)
            | Doubt::ClientAddress(_)
            | Doubt::ServiceAddress(_)
            | Doubt::Ipv6
            | Doubt::Unpeered
            | Doubt::PeeringStatus
            | Doubt::TransitGateway
            | Doubt::NoResource,
            _,
        ) => None,
    }
}
