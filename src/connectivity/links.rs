//! The links of one subject: every service it may open connections to, or every client that may
//! open connections to it. One walk for both directions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::collector::Collector;
use super::{
    BlockIx, ClassIx, Connectivity, EndpointIx, Finding, GroupIx, Outside, PeerIx, Presence, Reach, RuleIx,
    RuleRow, Rules, Shape, Standing, Verdict, VpcIx,
};
use crate::inventory::{Direction, Role};
use crate::traffic::{Block, Family, Traffic};

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
    /// What of the link's traffic is between the subject and this endpoint. Shared: most members of
    /// a link have the same.
    pub traffic: Arc<Traffic>,
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
            classes
                .entry(class)
                .and_modify(|one| *one = one.filter(|one| *one == endpoint))
                .or_insert(Some(endpoint));
        };
        for subject in subjects {
            match *subject {
                Subject::Endpoint(endpoint) => {
                    self.classes_of(endpoint).iter().for_each(|class| ask(*class, endpoint));
                }
                Subject::Group(group) => {
                    if let Some(imagined) = self.imagined(group) {
                        self.links_of(imagined, None, direction, &mut found);
                    }
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
    fn links_of(
        &self,
        own: &Standing,
        endpoint: Option<EndpointIx>,
        direction: Direction,
        found: &mut Collector,
    ) {
        match direction {
            Direction::Egress => self.links_out(own, endpoint, found),
            Direction::Ingress => self.links_in(own, endpoint, found),
        }
        self.outside_links(own, direction, found);
    }

    fn links_out(&self, client: &Standing, endpoint: Option<EndpointIx>, found: &mut Collector) {
        let is_open = self.is_open(client);
        for (service, is_related) in self.services(client) {
            let judge = |standing: &Standing| {
                self.judge_answers(client, standing, &self.ingress[service.get()], |peer, _| peer == service)
            };
            if let Some(imagined) = self.imagined(service) {
                for finding in judge(imagined) {
                    found.add(Counterpart::Group(service), &finding, std::iter::empty());
                }
            }
            // To a client whose egress looks at no address, services of one shape are the same.
            let mut judged: Vec<(Shape, Vec<Finding>)> = Vec::new();
            for class in self.carriers(service).iter().map(|ix| self.class(*ix)) {
                let standing = &class.standing;
                let reach = self.scope.reach(client.vpc, standing.vpc);
                if standing.role == Role::Client || reach == Reach::Unpeered && !is_related {
                    continue;
                }
                let shape = standing.shape();
                let known = if is_open { judged.iter().position(|(known, _)| *known == shape) } else { None };
                let known = known.unwrap_or_else(|| {
                    judged.push((shape, judge(standing)));
                    judged.len() - 1
                });
                let members = others(&class.members, endpoint, client.many);
                if members.clone().next().is_some() {
                    for finding in &judged[known].1 {
                        found.add(Counterpart::Group(service), finding, members.clone());
                    }
                }
            }
        }
    }

    /// The groups that may let a client in, or that its egress rules name; with each, whether a rule
    /// names a group of the one for the other.
    fn services(&self, client: &Standing) -> Vec<(GroupIx, bool)> {
        let owner = |ix: &RuleIx| self.rule(*ix).owner;
        let naming = client.groups.iter().flat_map(|group| &self.ingress_naming[group.get()]).map(owner);
        let mut services: Vec<(GroupIx, bool)> = naming.map(|service| (service, true)).collect();
        for ix in client.groups.iter().flat_map(|group| &self.egress[group.get()]) {
            if let PeerIx::Group(named) = self.rule(*ix).peer {
                services.push((named, true));
            }
        }
        let near =
            |home: &Option<VpcIx>| matches!(self.scope.reach(client.vpc, *home), Reach::Yes | Reach::Maybe);
        for family in Family::BOTH {
            if let Presence::Present { inside, perhaps, .. } = client.presence(family) {
                let everywhere = self.everywhere(family);
                for block in inside.iter().chain(perhaps.iter()).chain(&everywhere) {
                    let open = self.open_to_block[block.get()].iter().filter(|(home, _)| near(home));
                    services.extend(open.flat_map(|(_, groups)| groups).map(|service| (*service, false)));
                }
            }
        }
        // Related first, so that the one that is kept of two says so.
        services.sort_unstable_by_key(|(service, is_related)| (*service, !is_related));
        services.dedup_by_key(|(service, _)| *service);
        services
    }

    /// Tells whether the egress rules of a client look at nothing but the address family.
    pub(super) fn is_open(&self, client: &Standing) -> bool {
        client.groups.iter().flat_map(|group| &self.egress[group.get()]).all(|ix| {
            match &self.rule(*ix).peer {
                PeerIx::Blocks(blocks) => blocks.iter().all(|block| self.blocks[block.get()].is_internet()),
                PeerIx::Unknown => true,
                PeerIx::Group(_) => false,
            }
        })
    }

    /// The block of all addresses of a family, if any rule names it.
    fn everywhere(&self, family: Family) -> Option<BlockIx> {
        let all = if family == Family::V4 { Block::ALL_V4 } else { Block::ALL_V6 };
        self.blocks.binary_search(&all).ok().map(BlockIx::new)
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
            if let Some(imagined) = from.and_then(|group| self.imagined(group)) {
                for finding in judge(imagined) {
                    found.add(counterpart.clone(), &finding, std::iter::empty());
                }
            }
            for class in classes {
                let class = self.class(class);
                let members = others(&class.members, endpoint, service.many);
                if members.clone().next().is_some() {
                    for finding in judge(&class.standing) {
                        found.add(counterpart.clone(), &finding, members.clone());
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
                PeerIx::Blocks(blocks)
                    if blocks.iter().any(|block| self.blocks[block.get()].is_internet()) =>
                {
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
        let findings = self.judge_by(client, service, rules, false);
        if findings.iter().all(|one| one.verdict != Verdict::NoIngress) {
            return findings;
        }
        let (in_vain, mut findings): (Vec<Finding>, Vec<Finding>) =
            findings.into_iter().partition(|one| one.verdict == Verdict::NoIngress);
        for unanswered in in_vain {
            let is_about = |ix: &RuleIx| {
                let row = self.rule(*ix);
                matches!(row.peer, PeerIx::Group(peer) if about(peer, row.owner))
            };
            let egress: Rules = unanswered.egress.iter().copied().filter(is_about).collect();
            let named =
                egress.iter().fold(Traffic::none(), |sum, ix| sum.union(&self.rule(*ix).rule.traffic));
            let asked = unanswered.traffic.intersection(&named);
            if asked.is_empty() {
                continue;
            }
            // Another group of the service may well let it in, or its rules may not be known.
            for answer in self.judge(client, service) {
                let traffic = answer.traffic.intersection(&asked);
                if matches!(answer.verdict, Verdict::NoIngress | Verdict::Undecided) && !traffic.is_empty() {
                    let egress = if answer.verdict == Verdict::NoIngress {
                        egress.clone()
                    } else {
                        answer.egress.clone()
                    };
                    findings.push(Finding { traffic, egress, ..answer });
                }
            }
        }
        findings
    }

    /// What the rules of a standing say about peers outside the known groups.
    fn outside_links(&self, own: &Standing, direction: Direction, found: &mut Collector) {
        if own.role == if direction == Direction::Egress { Role::Service } else { Role::Client } {
            return;
        }
        for &ix in own.groups.iter().flat_map(|group| self.rules_of(*group, direction)) {
            if let Some((outside, finding)) = self.outside_finding(ix, own) {
                found.add(Counterpart::Outside(outside), &finding, std::iter::empty());
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
                PeerIx::Blocks(blocks) => {
                    blocks.iter().any(|block| self.blocks[block.get()].family() == family)
                }
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
        let rules = |wanted| (rule.direction == wanted).then_some(ix).into_iter().collect();
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
fn others(
    members: &[EndpointIx],
    own: Option<EndpointIx>,
    many: bool,
) -> impl Iterator<Item = EndpointIx> + Clone {
    members.iter().copied().filter(move |member| many || Some(*member) != own)
}
