//! The links of one subject: every service it may open connections to, or every client that may
//! open connections to it. One walk for both directions.

use std::collections::BTreeMap;

use super::{ClassIx, Connectivity, EndpointIx, Finding, GroupIx, Outside, PeerIx, Presence, RuleIx, Standing, Verdict};
use crate::inventory::{Direction, Peer, Role};
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

    /// The links of several subjects, merged.
    pub fn links_of_all(&self, subjects: &[Subject], direction: Direction) -> Vec<Link> {
        let mut found = Collector::default();
        for subject in subjects {
            self.links_from(*subject, direction, &mut found);
        }
        found.finish()
    }

    fn links_from(&self, subject: Subject, direction: Direction, found: &mut Collector) {
        match subject {
            Subject::Endpoint(endpoint) => {
                for class in self.classes_of(endpoint) {
                    self.links_of(&self.class(*class).standing, Some(endpoint), direction, found);
                }
            }
            Subject::Group(group) if self.carriers(group).is_empty() => {
                self.links_of(self.alone(group), None, direction, found);
            }
            Subject::Group(group) => {
                for class in self.carriers(group) {
                    let class = self.class(*class);
                    let only = class.members.iter().all(|member| *member == class.members[0]);
                    self.links_of(&class.standing, only.then_some(class.members[0]), direction, found);
                }
            }
        }
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
                for finding in self.judge_arrow(client, self.alone(service), service, &self.ingress[service.get()]) {
                    found.add(Counterpart::Group(service), finding, &[]);
                }
            }
            for (class, members) in pairs {
                let standing = &self.class(class).standing;
                for finding in self.judge_arrow(client, standing, service, &self.ingress[service.get()]) {
                    found.add(Counterpart::Group(service), finding, &members);
                }
            }
        }
    }

    /// The groups that may let a client in, or that its egress rules name.
    fn services(&self, client: &Standing) -> Vec<GroupIx> {
        let mut rules: Vec<RuleIx> = self.ingress_from_unknown.clone();
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
        let everyone: Vec<ClassIx> = self.all_classes().collect();
        for (counterpart, rules) in by_peer {
            let classes = match &counterpart {
                Counterpart::Group(group) => self.carriers(*group),
                Counterpart::Outside(_) => &everyone,
            };
            if let (Counterpart::Group(group), true) = (&counterpart, classes.is_empty()) {
                for finding in self.judge_from(self.alone(*group), service, Some(*group), &rules) {
                    found.add(counterpart.clone(), finding, &[]);
                }
            }
            let client = if let Counterpart::Group(group) = counterpart { Some(group) } else { None };
            for class in classes {
                let class = self.class(*class);
                let members = others(&class.members, endpoint, service.many);
                if members.is_empty() {
                    continue;
                }
                for finding in self.judge_from(&class.standing, service, client, &rules) {
                    found.add(counterpart.clone(), finding, &members);
                }
            }
        }
    }

    /// Judges by the service group's rules what they let in, and by all rules of the service what
    /// the client's egress rules name the group for in vain.
    pub(super) fn judge_arrow(
        &self,
        client: &Standing,
        service: &Standing,
        group: GroupIx,
        rules: &[RuleIx],
    ) -> Vec<Finding> {
        let mut findings = self.judge_by(client, service, rules, &[]);
        if findings.iter().any(|finding| finding.verdict == Verdict::NoIngress) {
            findings.retain(|finding| finding.verdict != Verdict::NoIngress);
            findings.extend(self.in_vain(client, service, |peer, _| peer == group));
        }
        findings
    }

    /// As [`Self::judge_arrow`], seen from the service: by the rules that name the client.
    fn judge_from(&self, client: &Standing, service: &Standing, from: Option<GroupIx>, rules: &[RuleIx]) -> Vec<Finding> {
        let mut findings = self.judge_by(client, service, rules, &[]);
        if findings.iter().any(|finding| finding.verdict == Verdict::NoIngress) {
            findings.retain(|finding| finding.verdict != Verdict::NoIngress);
            findings.extend(self.in_vain(client, service, |_, owner| Some(owner) == from));
        }
        findings
    }

    /// What egress rules of the client name groups of the service for, though nothing lets it in.
    fn in_vain(&self, client: &Standing, service: &Standing, about: impl Fn(GroupIx, GroupIx) -> bool) -> Option<Finding> {
        let refused = self.judge(client, service).into_iter().find(|finding| finding.verdict == Verdict::NoIngress)?;
        let is_about = |ix: &RuleIx| {
            let row = self.rule(*ix);
            matches!(row.peer, PeerIx::Group(peer) if about(peer, row.owner))
        };
        let egress: Vec<RuleIx> = refused.egress.iter().copied().filter(is_about).collect();
        let named = egress.iter().fold(Traffic::none(), |sum, ix| sum.union(&self.rule(*ix).rule.traffic));
        let traffic = refused.traffic.intersection(&named);
        if traffic.is_empty() { None } else { Some(Finding { traffic, egress, ..refused }) }
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
        for &group in &own.groups {
            for &ix in self.rules_of(group, direction) {
                let row = self.rule(ix);
                let Some(outside) = Outside::of(&row.rule.peer) else { continue };
                let families = match row.rule.peer {
                    Peer::Block(block) => vec![block.family()],
                    _ => Family::BOTH.to_vec(),
                };
                let present = |family: &&Family| matches!(own.presence(**family), Presence::Present { .. });
                let carried = families.iter().filter(present).map(|family| row.rule.traffic.within(*family));
                let traffic = carried.fold(Traffic::none(), |sum, part| sum.union(&part));
                if traffic.is_empty() {
                    continue;
                }
                let is_list = matches!(outside, Outside::PrefixList(_) | Outside::Unresolved(_));
                let unsure = row.rule.doubt.is_some() || matches!(row.peer, PeerIx::Unknown) && is_list;
                let rules = |wanted| if direction == wanted { vec![ix] } else { Vec::new() };
                let finding = Finding {
                    verdict: if unsure { Verdict::Undecided } else { Verdict::Allowed },
                    traffic,
                    ingress: rules(Direction::Ingress),
                    egress: rules(Direction::Egress),
                    doubts: if unsure { vec![super::Doubt::Rule(ix)] } else { Vec::new() },
                };
                found.add(Counterpart::Outside(outside), finding, &[]);
            }
        }
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

    fn finish(self) -> Vec<Link> {
        let links = self.0.into_iter().map(|((counterpart, _), (finding, members))| Link {
            counterpart,
            finding,
            members: members.into_iter().map(|(endpoint, traffic)| Member { endpoint, traffic }).collect(),
        });
        links.collect()
    }
}

impl Finding {
    /// Takes in another finding of the same verdict.
    pub(super) fn absorb(&mut self, other: &Self) {
        self.traffic = self.traffic.union(&other.traffic);
        for (mine, theirs) in [(&mut self.ingress, &other.ingress), (&mut self.egress, &other.egress)] {
            mine.extend(theirs);
            mine.sort_unstable();
            mine.dedup();
        }
        self.doubts.extend(&other.doubts);
        self.doubts.sort_unstable();
        self.doubts.dedup();
    }
}
