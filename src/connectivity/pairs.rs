//! What rules that name two groups give between them: the arrows of the map, and the part of an
//! answer that the groups' own rules account for.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use foldhash::fast::RandomState;

use super::work::SharedWork;
use super::{ClassIx, Connectivity, EndpointIx, Finding, Findings, GroupIx, PeerIx, RuleIx, Verdict};
use crate::inventory::Direction;

/// A client group and a service group, with the rules of either that name the other.
#[derive(Debug, Clone)]
pub struct GroupPair {
    /// The group of the clients.
    pub client: GroupIx,
    /// The group of the services.
    pub service: GroupIx,
    /// Ingress rules of the service group that name the client group.
    pub ingress: Vec<RuleIx>,
    /// Egress rules of the client group that name the service group.
    pub egress: Vec<RuleIx>,
}

impl Connectivity {
    /// Returns the rules that name two groups for each other.
    pub fn group_pair(&self, client: GroupIx, service: GroupIx) -> GroupPair {
        let of = |owner: GroupIx, named: GroupIx, direction| -> Vec<RuleIx> {
            let rules = self.rules_naming(named, direction).iter().copied();
            rules.filter(|ix| self.rule_row(*ix).group == owner).collect()
        };
        GroupPair {
            client,
            service,
            ingress: of(service, client, Direction::Ingress),
            egress: of(client, service, Direction::Egress),
        }
    }

    /// Returns all pairs of which a rule of the service group names the client group, or the other way
    /// round, by client.
    pub(super) fn pairs_of(&self, service: GroupIx) -> Vec<GroupPair> {
        let mut by_client: BTreeMap<GroupIx, (Vec<RuleIx>, Vec<RuleIx>)> = BTreeMap::new();
        for ix in self.rules_of(service, Direction::Ingress) {
            match self.rule_row(*ix).peer {
                PeerIx::Group(client) => by_client.entry(client).or_default().0.push(*ix),
                PeerIx::Blocks(_) | PeerIx::Unknown => {}
            }
        }
        for ix in self.rules_naming(service, Direction::Egress) {
            by_client.entry(self.rule_row(*ix).group).or_default().1.push(*ix);
        }
        let pair = |(client, (ingress, egress))| GroupPair { client, service, ingress, egress };
        by_client.into_iter().map(pair).collect()
    }

    /// Returns the part of findings that the rules of a pair of groups give.
    pub fn pair_part(&self, pair: &GroupPair, findings: &Findings) -> Findings {
        let sum = |rules: &[RuleIx]| self.traffic_of(rules.iter().copied());
        let (inward, outward) = (sum(&pair.ingress), sum(&pair.egress));
        let mut parts = Findings::default();
        for finding in findings {
            // A rule that only may admit is no evidence that something is blocked.
            let sure = match finding.verdict {
                Verdict::BlockedByEgress => {
                    let rules = finding.ingress.iter().filter(|ix| pair.ingress.contains(ix));
                    Some(self.traffic_of(rules.copied()))
                }
                Verdict::Allowed | Verdict::Undecided | Verdict::NoIngress => None,
            };
            if finding.verdict != Verdict::NoIngress
                && let Some(mut part) = finding.within(self, sure.as_ref().unwrap_or(&inward))
            {
                part.ingress.retain(|ix| pair.ingress.contains(ix));
                parts.join(&part);
            }
            // That another rule of the service would admit a client which only an egress rule brings
            // here is no news about the pair.
            if finding.verdict != Verdict::BlockedByEgress
                && let Some(mut part) = finding.within(self, &outward)
            {
                part.egress.retain(|ix| pair.egress.contains(ix));
                parts.join(&part);
            }
        }
        parts
    }
}

/// Equal values under one number.
type Numbers<T> = HashMap<T, u32, RandomState>;

/// Returns the number of a value, a new one if it was not there.
fn number<T: Eq + Hash>(known: &mut Numbers<T>, value: T) -> u32 {
    let next = known.len() as u32;
    *known.entry(value).or_insert(next)
}

/// Classes that behave alike at one end of an arrow, so that each pair of kinds is evaluated once.
pub(super) struct ClassKinds {
    /// For each class: what decides about it as a client that a rule names by group.
    outward: Vec<u32>,
    /// For each class: whether its egress rules look at nothing but the family.
    is_open: Vec<bool>,
    /// For each class: what an open client can tell of it as a service.
    shape: Vec<u32>,
    /// For each class: what any egress rule can tell of it as a service.
    distinction: Vec<u32>,
    /// For each class: all that decides about it as a client, and as a service.
    client: Vec<u32>,
    service: Vec<u32>,
}

/// So many rules of the two sides take as long as one pair that has none.
const RULES: usize = 8;

impl ClassKinds {
    pub(super) fn new(net: &Connectivity) -> Self {
        let mut shapes: Numbers<_> = HashMap::default();
        let mut outwards: Numbers<_> = HashMap::default();
        let mut terms: Numbers<_> = HashMap::default();
        let mut distinctions: Numbers<_> = HashMap::default();
        let mut clients: Numbers<_> = HashMap::default();
        let mut services: Numbers<_> = HashMap::default();
        let of_rule = |ix: RuleIx| {
            let rule = net.rule(ix);
            number(&mut terms, (&rule.peer, &rule.traffic, &rule.doubt))
        };
        let terms: Vec<u32> = net.all_rules().map(of_rule).collect();
        let mut kinds = Self {
            outward: Vec::new(),
            is_open: Vec::new(),
            shape: Vec::new(),
            distinction: Vec::new(),
            client: Vec::new(),
            service: Vec::new(),
        };
        for ix in net.all_classes() {
            let profile = &net.class(ix).profile;
            let shape = number(&mut shapes, profile.coarse());
            let contents = |direction| {
                let rules = net.rules_for(profile, direction);
                let mut contents: Vec<u32> = rules.map(|ix| terms[ix.get()]).collect();
                contents.sort_unstable();
                contents.dedup();
                contents
            };
            let (egress, ingress) = (contents(Direction::Egress), contents(Direction::Ingress));
            let groups = profile.groups.iter().copied();
            let unsure: Vec<GroupIx> = groups.filter(|group| !net.group(*group).egress_known).collect();
            let outward = number(&mut outwards, (shape, egress, unsure, profile.unresolved));
            kinds.outward.push(outward);
            let is_open = net.rules_for(profile, Direction::Egress).all(|ix| match &net.rule_row(ix).peer {
                PeerIx::Blocks(named) => net.is_all_everywhere(*named),
                PeerIx::Unknown => true,
                PeerIx::Group(_) => false,
            });
            kinds.is_open.push(is_open);
            kinds.shape.push(shape);
            let groups = profile.groups.iter().copied();
            let is_named = |group: &GroupIx| !net.rules_naming(*group, Direction::Egress).is_empty();
            let named: Vec<GroupIx> = groups.filter(is_named).collect();
            let distinction = (shape, &profile.v4, &profile.v6, named, profile.unresolved);
            let distinction = number(&mut distinctions, distinction);
            kinds.distinction.push(distinction);
            let groups = || profile.groups.iter().copied();
            let is_admitted = |group: &GroupIx| !net.rules_naming(*group, Direction::Ingress).is_empty();
            let admitted: Vec<GroupIx> = groups().filter(is_admitted).collect();
            kinds.client.push(number(&mut clients, (outward, &profile.v4, &profile.v6, admitted)));
            let unsure: Vec<GroupIx> = groups().filter(|group| !net.group(*group).ingress_known).collect();
            kinds.service.push(number(&mut services, (distinction, ingress, unsure)));
        }
        kinds
    }

    /// Returns one class of each shape to which a group is attached.
    pub(super) fn shapes_of(&self, net: &Connectivity, group: GroupIx) -> Vec<ClassIx> {
        representatives(net, net.carriers(group), |ix| self.shape[ix.get()])
    }

    /// Evaluates all classes of one group against all classes of another, as far as the rules of the
    /// pair go.
    pub(super) fn between(&self, net: &Connectivity, pair: &GroupPair, work: &SharedWork) -> Findings {
        if pair.egress.is_empty() {
            let clients = representatives(net, net.carriers(pair.client), |ix| self.outward[ix.get()]);
            let found = self.join(net, pair, work, &clients, |one, other| {
                let (one, other) = (&net.class(one).profile, &net.class(other).profile);
                net.evaluate_for_rules(one, other, &pair.ingress)
            });
            let is_decided =
                |finding: &Finding| matches!(finding.verdict, Verdict::Allowed | Verdict::BlockedByEgress);
            if found.iter().all(is_decided) {
                return found;
            }
        }
        // What is undecided here may be decided by other rules, which tell more classes apart.
        let clients = representatives(net, net.carriers(pair.client), |ix| self.client[ix.get()]);
        let services = representatives(net, net.carriers(pair.service), |ix| self.service[ix.get()]);
        Self::join_all(net, pair, work, &clients, &|_| services.clone(), |one, other| {
            net.evaluate_profiles(&net.class(one).profile, &net.class(other).profile)
        })
    }

    fn join(
        &self,
        net: &Connectivity,
        pair: &GroupPair,
        work: &SharedWork,
        clients: &[ClassIx],
        evaluate: impl Fn(ClassIx, ClassIx) -> Findings,
    ) -> Findings {
        let services = |client: ClassIx| {
            representatives(net, net.carriers(pair.service), |ix| {
                if self.is_open[client.get()] { self.shape[ix.get()] } else { self.distinction[ix.get()] }
            })
        };
        Self::join_all(net, pair, work, clients, &services, evaluate)
    }

    fn join_all(
        net: &Connectivity,
        pair: &GroupPair,
        work: &SharedWork,
        clients: &[ClassIx],
        services: &dyn Fn(ClassIx) -> Vec<ClassIx>,
        evaluate: impl Fn(ClassIx, ClassIx) -> Findings,
    ) -> Findings {
        let mut found = Findings::default();
        let mut is_asked = false;
        for client in clients {
            for service in services(*client) {
                if net.are_distinct(*client, service) {
                    if !work.spend(1 + net.rules_between(*client, service) / RULES) {
                        // The whole map is refused.
                        return Findings::default();
                    }
                    is_asked = true;
                    found.join_all(&net.pair_part(pair, &evaluate(*client, service)));
                }
            }
        }
        // A rule that names its own group is between two resources. Where there is one, the rule is
        // still there, and a second one is imagined.
        if let (false, Some(only)) = (is_asked, clients.first())
            && pair.client == pair.service
        {
            found.join_all(&net.pair_part(pair, &evaluate(*only, *only)));
        }
        found.disjoint(net)
    }
}

/// Returns one class of each kind, or several until two endpoints are among them: an endpoint is no
/// counterpart of itself.
fn representatives(net: &Connectivity, classes: &[ClassIx], kind: impl Fn(ClassIx) -> u32) -> Vec<ClassIx> {
    let mut seen: HashMap<u32, (Option<EndpointIx>, bool), RandomState> = HashMap::default();
    let needed = |ix: &ClassIx| {
        if net.class(*ix).hypothetical.is_some() {
            return true;
        }
        let members = &net.class(*ix).members;
        let several = |first: Option<EndpointIx>| members.iter().any(|member| Some(*member) != first);
        match seen.get_mut(&kind(*ix)) {
            Some((_, enough)) if *enough => false,
            Some((first, enough)) => {
                *enough = several(*first);
                true
            }
            None => {
                let first = members.first().copied();
                seen.insert(kind(*ix), (first, several(first)));
                true
            }
        }
    };
    classes.iter().copied().filter(needed).collect()
}

impl Connectivity {
    /// Returns how many rules the evaluation of two classes looks at.
    fn rules_between(&self, client: ClassIx, service: ClassIx) -> usize {
        let count = |class, direction| {
            let groups = &self.class(class).profile.groups;
            groups.iter().map(|group| self.rules_of(*group, direction).len()).sum::<usize>()
        };
        count(client, Direction::Egress) + count(service, Direction::Ingress)
    }
}
