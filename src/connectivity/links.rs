//! The links of one subject: every service it may open connections to, or every client that may
//! open connections to it. One walk for both directions.

use std::collections::BTreeMap;

use super::{
    ClassIx, Connectivity, EndpointIx, Finding, GroupIx, Outside, PeerIx, Presence, RuleIx, RuleRow, Standing, Verdict,
};
use crate::inventory::{Direction, Role};
use crate::traffic::{Family, Traffic};

/// What is asked about: an endpoint, or a group through those who carry it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// One endpoint, all its interfaces.
    Endpoint(EndpointIx),
    /// The carriers of a group; an imagined one when there are none.
    Group(GroupIx),
}

/// The other end of a link.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Counterpart {
    /// Carriers of a group: the service group that lets the subject in, or the client group that
    /// is let in.
    Group(GroupIx),
    /// An outside peer.
    Outside(Outside),
}

/// An endpoint behind a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// The endpoint.
    pub endpoint: EndpointIx,
    /// What of the link's traffic is between the subject and this endpoint.
    pub traffic: Traffic,
}

/// All traffic of one verdict between a subject and one counterpart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The other end.
    pub counterpart: Counterpart,
    /// Verdict, traffic and rules.
    pub finding: Finding,
    /// The endpoints of the other end. For a group, none means that nobody carries it.
    pub members: Vec<Member>,
}

/// Findings by counterpart and verdict, as they come in.
#[derive(Default)]
struct Collector(BTreeMap<(Counterpart, Verdict), (Finding, BTreeMap<EndpointIx, Traffic>)>);

impl Connectivity<'_> {
    /// The links of a subject: [`Direction::Egress`] to services, [`Direction::Ingress`] from clients.
    /// Sorted by counterpart, then verdict.
    pub fn links(&self, subject: Subject, direction: Direction) -> Vec<Link> {
        self.links_of_all(&[subject], direction)
    }

    /// The links of several subjects, merged. Machines of one class are asked about once.
    pub fn links_of_all(&self, subjects: &[Subject], direction: Direction) -> Vec<Link> {
        let mut found = Collector::default();
        // For each class, the one endpoint that is asked about; `None` for several.
        let mut classes: BTreeMap<ClassIx, Option<EndpointIx>> = BTreeMap::new();
        let mut ask = |class: ClassIx, endpoint: EndpointIx| {
            classes.entry(class).and_modify(|one| *one = one.filter(|one| *one == endpoint)).or_insert(Some(endpoint));
        };
        for subject in subjects {
            match *subject {
                Subject::Endpoint(endpoint) => self.classes_of(endpoint).iter().for_each(|class| ask(*class, endpoint)),
                Subject::Group(group) if self.carriers(group).is_empty() => {
                    self.links_of(self.alone(group), None, direction, &mut found);
                }
                Subject::Group(group) => {
                    for class in self.carriers(group) {
                        self.class(*class).members.iter().for_each(|endpoint| ask(*class, *endpoint));
                    }
                }
            }
        }
        for (class, endpoint) in classes {
            self.links_of(&self.class(class).standing, endpoint, direction, &mut found);
        }
        found.finish()
    }

    /// The links of one standing. `own` is the endpoint that has it, which is no counterpart of itself.
    fn links_of(&self, own: &Standing, endpoint: Option<EndpointIx>, direction: Direction, found: &mut Collector) {
        match direction {
            Direction::Egress => self.links_out(own, endpoint, found),
            Direction::Ingress => self.links_in(own, endpoint, found),
        }
        self.outside_links(own, direction, found);
    }

    fn links_out(&self, client: &Standing, endpoint: Option<EndpointIx>, found: &mut Collector) {
        for service in self.services(client) {
            let pairs = self.other_ends(service, client, endpoint, |role| role != Role::Client);
            if pairs.is_empty() && self.carriers(service).is_empty() {
                for finding in self.judge_answers(client, self.alone(service), &self.ingress[service.get()], |peer, _| peer == service) {
                    found.add(Counterpart::Group(service), finding, &[]);
                }
            }
            for (class, members) in pairs {
                let standing = &self.class(class).standing;
                for finding in self.judge_answers(client, standing, &self.ingress[service.get()], |peer, _| peer == service) {
                    found.add(Counterpart::Group(service), finding, &members);
                }
            }
        }
    }

    /// The groups that may let a client in, or that its egress rules name.
    fn services(&self, client: &Standing) -> Vec<GroupIx> {
        let mut rules: Vec<RuleIx> = Vec::new();
        for group in &client.groups {
            rules.extend(&self.ingress_naming[group.get()]);
        }
        for family in Family::BOTH {
            if let Presence::Present { inside, perhaps, .. } = client.presence(family) {
                let named = inside.iter().chain(perhaps.iter()).map(|block| &self.ingress_from_block[block.get()]);
                rules.extend(named.flatten());
                rules.extend(self.open_ingress(family));
            }
        }
        let mut services: Vec<GroupIx> = rules.into_iter().map(|ix| self.rule(ix).owner).collect();
        for ix in client.groups.iter().flat_map(|group| &self.egress[group.get()]) {
            if let PeerIx::Group(named) = self.rule(*ix).peer {
                services.push(named);
            }
        }
        services.sort_unstable();
        services.dedup();
        services
    }

    /// The ingress rules that admit every address of a family.
    fn open_ingress(&self, family: Family) -> &[RuleIx] {
        let all = if family == Family::V4 { crate::traffic::Block::ALL_V4 } else { crate::traffic::Block::ALL_V6 };
        self.blocks.binary_search(&all).map_or(&[], |position| &self.ingress_from_block[position])
    }

    fn links_in(&self, service: &Standing, endpoint: Option<EndpointIx>, found: &mut Collector) {
        let mut by_peer: BTreeMap<Counterpart, Vec<RuleIx>> = BTreeMap::new();
        for &ix in service.groups.iter().flat_map(|group| &self.ingress[group.get()]) {
            let row = self.rule(ix);
            let counterpart = match (&row.peer, Outside::of(&row.rule.peer)) {
                (PeerIx::Group(group), _) => Counterpart::Group(*group),
                (_, Some(outside)) => Counterpart::Outside(outside),
                (_, None) => continue,
            };
            by_peer.entry(counterpart).or_default().push(ix);
        }
        // Clients whose egress names us, though nothing lets them in.
        for ix in service.groups.iter().flat_map(|group| &self.egress_naming[group.get()]) {
            by_peer.entry(Counterpart::Group(self.rule(*ix).owner)).or_default();
        }
        for (counterpart, rules) in by_peer {
            let from = if let Counterpart::Group(group) = counterpart { Some(group) } else { None };
            let judge = |client: &Standing| {
                self.judge_answers(client, service, &rules, |_, owner| Some(owner) == from)
            };
            let classes = match from {
                Some(group) => self.carriers(group).to_vec(),
                None => self.admitted_by_block(&rules),
            };
            if let (Some(group), true) = (from, classes.is_empty()) {
                for finding in judge(self.alone(group)) {
                    found.add(counterpart.clone(), finding, &[]);
                }
            }
            for class in classes {
                let class = self.class(class);
                let members = others(&class.members, endpoint, service.many);
                if !members.is_empty() {
                    for finding in judge(&class.standing) {
                        found.add(counterpart.clone(), finding, &members);
                    }
                }
            }
        }
    }

    /// The classes that rules with blocks as peers may admit.
    fn admitted_by_block(&self, rules: &[RuleIx]) -> Vec<ClassIx> {
        let mut classes = Vec::new();
        for ix in rules {
            match &self.rule(*ix).peer {
                PeerIx::Blocks(blocks) if blocks.iter().any(|block| self.blocks[block.get()].is_internet()) => {
                    return self.all_classes().collect();
                }
                PeerIx::Blocks(blocks) => {
                    classes.extend(blocks.iter().flat_map(|block| &self.classes_in_block[block.get()]));
                }
                // Anybody may be behind an unknown peer: that is said once, not once for each machine.
                PeerIx::Unknown | PeerIx::Group(_) => {}
            }
        }
        classes.sort_unstable();
        classes.dedup();
        classes
    }

    /// Judges by some ingress rules what they let in, and by all rules of the service what egress
    /// rules name a group of it for in vain. `about` says of such an egress rule, by the group it
    /// names and the group that holds it, whether it is asked about.
    pub(super) fn judge_answers(
        &self,
        client: &Standing,
        service: &Standing,
        rules: &[RuleIx],
        about: impl Fn(GroupIx, GroupIx) -> bool,
    ) -> Vec<Finding> {
        let (in_vain, mut findings): (Vec<Finding>, Vec<Finding>) =
            self.judge_by(client, service, rules, false).into_iter().partition(|one| one.verdict == Verdict::NoIngress);
        for unanswered in in_vain {
            let is_about = |ix: &RuleIx| {
                let row = self.rule(*ix);
                matches!(row.peer, PeerIx::Group(peer) if about(peer, row.owner))
            };
            let egress: Vec<RuleIx> = unanswered.egress.iter().copied().filter(is_about).collect();
            let named = egress.iter().fold(Traffic::none(), |sum, ix| sum.union(&self.rule(*ix).rule.traffic));
            let asked = unanswered.traffic.intersection(&named);
            if asked.is_empty() {
                continue;
            }
            // Another group of the service may well let it in, or its rules may not be known.
            for answer in self.judge(client, service) {
                let traffic = answer.traffic.intersection(&asked);
                if matches!(answer.verdict, Verdict::NoIngress | Verdict::Undecided) && !traffic.is_empty() {
                    let egress = if answer.verdict == Verdict::NoIngress { egress.clone() } else { answer.egress.clone() };
                    findings.push(Finding { traffic, egress, ..answer });
                }
            }
        }
        findings
    }

    /// The classes at the other end that carry `group`, with the endpoints that are not the subject.
    fn other_ends(
        &self,
        group: GroupIx,
        own: &Standing,
        endpoint: Option<EndpointIx>,
        role: impl Fn(Role) -> bool,
    ) -> Vec<(ClassIx, Vec<EndpointIx>)> {
        let mut ends = Vec::new();
        for ix in self.carriers(group) {
            let class = self.class(*ix);
            if role(class.standing.role) {
                let members = others(&class.members, endpoint, own.many);
                if !members.is_empty() {
                    ends.push((*ix, members));
                }
            }
        }
        ends
    }

    /// What the rules of a standing say about peers outside the known groups.
    fn outside_links(&self, own: &Standing, direction: Direction, found: &mut Collector) {
        if own.role == if direction == Direction::Egress { Role::Service } else { Role::Client } {
            return;
        }
        for &ix in own.groups.iter().flat_map(|group| self.rules_of(*group, direction)) {
            if let Some((outside, finding)) = self.outside_finding(ix, own) {
                found.add(Counterpart::Outside(outside), finding, &[]);
            }
        }
    }

    /// What a rule whose peer is no group says for an interface that carries its group; `None` when
    /// its peer is a group, or when the interface has no address of the rule's family.
    pub(super) fn outside_finding(&self, ix: RuleIx, own: &Standing) -> Option<(Outside, Finding)> {
        let RuleRow { rule, peer, .. } = self.rule(ix);
        let outside = Outside::of(&rule.peer)?;
        let (mut sure, mut possible) = (Traffic::none(), Traffic::none());
        for family in Family::BOTH {
            let is_named = match peer {
                PeerIx::Blocks(blocks) => blocks.iter().any(|block| self.blocks[block.get()].family() == family),
                PeerIx::Group(_) | PeerIx::Unknown => true,
            };
            if let Presence::Present { certain, .. } = own.presence(family)
                && is_named
            {
                let part = rule.traffic.within(family);
                if *certain {
                    sure = sure.union(&part);
                } else {
                    possible = possible.union(&part);
                }
            }
        }
        let doubt = if rule.doubt.is_some() || matches!(peer, PeerIx::Unknown) {
            Some(super::Doubt::Rule(ix))
        } else if sure.is_empty() {
            Some(super::Doubt::Ipv6)
        } else {
            None
        };
        let traffic = if sure.is_empty() { possible } else { sure };
        if traffic.is_empty() {
            return None;
        }
        let rules = |wanted| if rule.direction == wanted { vec![ix] } else { Vec::new() };
        let finding = Finding {
            verdict: if doubt.is_some() { Verdict::Undecided } else { Verdict::Allowed },
            traffic,
            ingress: rules(Direction::Ingress),
            egress: rules(Direction::Egress),
            doubts: doubt.into_iter().collect(),
        };
        Some((outside, finding))
    }
}

/// The members that are not the subject itself, unless it stands for many.
fn others(members: &[EndpointIx], own: Option<EndpointIx>, many: bool) -> Vec<EndpointIx> {
    members.iter().copied().filter(|member| many || Some(*member) != own).collect()
}

impl Collector {
    fn add(&mut self, counterpart: Counterpart, finding: Finding, members: &[EndpointIx]) {
        let traffic = finding.traffic.clone();
        let key = (counterpart, finding.verdict);
        let (_, list) = match self.0.entry(key) {
            std::collections::btree_map::Entry::Vacant(entry) => entry.insert((finding, BTreeMap::new())),
            std::collections::btree_map::Entry::Occupied(entry) => {
                let known = entry.into_mut();
                known.0.absorb(&finding);
                known
            }
        };
        for member in members {
            let slot = list.entry(*member).or_default();
            *slot = slot.union(&traffic);
        }
    }

    /// The links, disjoint: what one interface or group of a machine allows is not blocked because
    /// another does not.
    fn finish(self) -> Vec<Link> {
        let mut links: Vec<Link> = Vec::new();
        let mut better: BTreeMap<EndpointIx, Traffic> = BTreeMap::new();
        let mut total = Traffic::none();
        for ((counterpart, _), (mut finding, members)) in self.0 {
            if links.last().is_none_or(|link| link.counterpart != counterpart) {
                better.clear();
                total = Traffic::none();
            }
            let had_members = !members.is_empty();
            let mut rest = Vec::new();
            for (endpoint, traffic) in members {
                let known = better.entry(endpoint).or_default();
                let traffic = traffic.difference(known);
                *known = known.union(&traffic);
                if !traffic.is_empty() {
                    rest.push(Member { endpoint, traffic });
                }
            }
            finding.traffic = if had_members && !rest.is_empty() {
                rest.iter().fold(Traffic::none(), |sum, member| sum.union(&member.traffic))
            } else {
                finding.traffic.difference(&total)
            };
            if had_members && rest.is_empty() || finding.traffic.is_empty() {
                continue;
            }
            total = total.union(&finding.traffic);
            links.push(Link { counterpart, finding, members: rest });
        }
        links
    }
}
