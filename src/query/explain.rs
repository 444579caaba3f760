//! May FROM connect to TO, by which rules; and if not, what is missing on which side.

use std::collections::BTreeSet;

use super::Target;
use super::answer::{Answer, PairAnswer, PartAnswer, Quantity};
use super::units::{ResourceUnit, Unit, one_by_one, units};
use crate::connectivity::{
    ClassIx, Connectivity, Doubt, Finding, Findings, GroupIx, InterfaceProfile, Party, Reach, RuleIx,
    Subject, TooLarge, Work,
};
use crate::inventory::{Direction, Role};
use crate::traffic::{AddressSet, Block, Family, Traffic};

/// The answer to `explain`.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// Who opens the connection.
    pub from: Vec<Target>,
    /// To whom.
    pub to: Vec<Target>,
    /// The traffic asked about; all of it when none was named.
    pub asked: Option<Traffic>,
    /// What FROM stands for.
    pub from_units: Vec<Unit>,
    /// What TO stands for.
    pub to_units: Vec<Unit>,
    /// The answers of all pairs of units.
    pub pairs: Vec<PairAnswer>,
    /// The answer for all together.
    pub answer: Answer,
    /// For how many of how many it is so.
    pub quantity: Quantity,
    /// What the rules say of all pairs together about the traffic asked for, disjoint.
    pub findings: Findings,
    /// Between two groups: the part that rules give which name the two for each other, as the arrow
    /// of the map says it.
    pub own: Option<Findings>,
    /// Between two groups: the groups of the services through whose rules the rest is allowed.
    pub through: Vec<GroupIx>,
    /// The egress rules of FROM, and whether each matches TO. Empty when FROM is outside the input.
    pub egress: Vec<(RuleIx, bool)>,
    /// The ingress rules of TO, and whether each matches FROM. Empty when TO is outside the input.
    pub ingress: Vec<(RuleIx, bool)>,
}

/// One pair of units, kept with all that is said about it, takes as much as so many of a row.
const PAIR: usize = 8;

/// Explains connections from one side to another, each a target or several.
///
/// # Errors
/// [`TooLarge`] when there are too many pairs of resources that rules tell apart.
pub fn explain(
    net: &Connectivity,
    from: &[Target],
    to: &[Target],
    asked: Option<Traffic>,
) -> Result<Explanation, TooLarge> {
    let (mut from_units, mut to_units) = (units(net, from), units(net, to));
    let is_public = |unit: &Unit| matches!(unit, Unit::Resources(unit) if unit.public.is_some());
    if from_units.iter().chain(&to_units).any(is_public) {
        // Each resource has a public address of its own, or none.
        (from_units, to_units) = (one_by_one(from_units), one_by_one(to_units));
    }
    Work::of(net).spend(PAIR.saturating_mul(from_units.len().saturating_mul(to_units.len())))?;
    let asking = Asking { net, asked: asked.clone() };
    let mut pairs = Vec::new();
    for (from, client) in from_units.iter().enumerate() {
        for (to, service) in to_units.iter().enumerate() {
            pairs.extend(asking.pair((from, client), (to, service)));
        }
    }
    let mut findings = Findings::default();
    for part in pairs.iter().flat_map(|pair| &pair.parts) {
        part.findings.iter().for_each(|finding| findings.join(finding));
    }
    let findings = findings.disjoint(net);
    let (own, through) = match (from, to) {
        ([Target::Known(Subject::Group(client))], [Target::Known(Subject::Group(service))]) => {
            asking.own_part(*client, *service, &findings, pairs.is_empty())
        }
        _ => (None, Vec::new()),
    };
    Ok(Explanation {
        from: from.to_vec(),
        to: to.to_vec(),
        asked,
        answer: Answer::of_all(&pairs.iter().map(|pair| pair.answer)),
        quantity: Quantity::new(&from_units, &to_units, &pairs),
        findings,
        own,
        through,
        egress: asking.rules(&from_units, &to_units, Direction::Egress),
        ingress: asking.rules(&to_units, &from_units, Direction::Ingress),
        from_units,
        to_units,
        pairs,
    })
}

/// What is missing for all that was asked for to be allowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Missing {
    /// Traffic that an ingress rule of TO would have to allow.
    pub ingress: Option<Traffic>,
    /// Traffic that an egress rule of FROM would have to allow.
    pub egress: Option<Traffic>,
    /// Why no rule would help.
    pub obstacle: Option<Obstacle>,
}

/// Why no rule would allow a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// By its nature FROM opens no connections, or TO accepts none.
    Nature,
    /// They are in different VPCs, and no peering between these is in the input.
    NoPeering,
    /// They are in different VPCs, and the peering between these is not active.
    InactivePeering,
}

impl Explanation {
    /// Returns what is missing on each side: traffic that was asked for and that no matching rule of
    /// that side has. Nothing is missing where the answer is yes or not known.
    pub fn missing(&self, net: &Connectivity) -> Missing {
        if matches!(self.answer, Answer::Yes | Answer::Undecided) || self.pairs.is_empty() {
            return Missing::default();
        }
        let all = |rules: &[(RuleIx, bool)]| {
            let rules = rules.iter().filter(|(_, matches)| *matches);
            net.traffic_of(rules.map(|(ix, _)| *ix))
        };
        // Where nothing was named, the rules of the one side say what is missing on the other.
        let wanted = match &self.asked {
            Some(asked) => asked.clone(),
            None => Some(all(&self.ingress).union(&all(&self.egress)))
                .filter(|sum| !sum.is_empty())
                .unwrap_or_else(Traffic::all),
        };
        let lack = |direction| {
            let open = self.pairs.iter().filter(|pair| pair.answer != Answer::Yes);
            let lacks = open.map(|pair| wanted.difference(&self.matched(net, pair, direction, &wanted)));
            let lack = lacks.fold(Traffic::none(), |sum, lack| sum.union(&lack));
            Some(lack).filter(|lack| !lack.is_empty())
        };
        let (ingress, egress) = (lack(Direction::Ingress), lack(Direction::Egress));
        let obstacle = if self.is_able(net) { self.apart(net) } else { Some(Obstacle::Nature) };
        match obstacle {
            Some(_) => Missing { obstacle, ..Missing::default() },
            None => Missing { ingress, egress, obstacle },
        }
    }

    /// Returns the traffic of the rules of one side of a pair that match the other side; all that was
    /// wanted where that side is outside the input.
    fn matched(
        &self,
        net: &Connectivity,
        pair: &PairAnswer,
        direction: Direction,
        wanted: &Traffic,
    ) -> Traffic {
        let (from, to) = (&self.from_units[pair.from], &self.to_units[pair.to]);
        let (own, other) = if direction == Direction::Ingress { (to, from) } else { (from, to) };
        let Unit::Resources(own) = own else { return wanted.clone() };
        let mut sum = Traffic::none();
        for profile in own.classes.iter().map(|class| &net.class(*class).profile) {
            if profile.unfiltered {
                return wanted.clone();
            }
            let rules: Vec<(RuleIx, bool)> = match other {
                Unit::Addresses(addresses) => net.matching_outside(profile, addresses.as_ref(), direction),
                Unit::Resources(unit) => match unit.public {
                    Some(address) => {
                        let host = AddressSet::from_blocks([&Block::host(address)]);
                        net.matching_outside(profile, Some(&host), direction)
                    }
                    None => {
                        let others = unit.classes.iter().map(|class| &net.class(*class).profile);
                        others.flat_map(|other| net.matching_rules(profile, other, direction)).collect()
                    }
                },
            };
            let rules = rules.into_iter().filter(|(_, matches)| *matches);
            sum = rules.fold(sum, |sum, (ix, _)| sum.union(&net.rule(ix).traffic));
        }
        sum
    }

    /// Tells whether any resource of FROM opens connections and any of TO accepts them.
    fn is_able(&self, net: &Connectivity) -> bool {
        let is = |units: &[Unit], unable: Role| {
            units.iter().any(|unit| match unit {
                Unit::Resources(unit) => {
                    unit.classes.iter().any(|class| net.class(*class).profile.role != unable)
                }
                Unit::Addresses(_) => true,
            })
        };
        is(&self.from_units, Role::Service) && is(&self.to_units, Role::Client)
    }

    /// Returns how the VPCs of the two sides are apart, if no resource of the one can meet one of the
    /// other by private addresses.
    fn apart(&self, net: &Connectivity) -> Option<Obstacle> {
        let mut apart = None;
        for (from, to) in self.pairs.iter().map(|pair| (&self.from_units[pair.from], &self.to_units[pair.to]))
        {
            let (Unit::Resources(from), Unit::Resources(to)) = (from, to) else { return None };
            if from.public.is_some() || to.public.is_some() {
                return None;
            }
            for reach in from.classes.iter().flat_map(|a| to.classes.iter().map(|b| net.reach(*a, *b))) {
                match reach {
                    Reach::Yes | Reach::Maybe | Reach::Transit => return None,
                    Reach::Unpeered => apart = Some(Obstacle::NoPeering),
                    Reach::Inactive => apart = Some(Obstacle::InactivePeering),
                }
            }
        }
        apart
    }
}

pub(super) struct Asking<'n> {
    pub(super) net: &'n Connectivity,
    pub(super) asked: Option<Traffic>,
}

impl Asking<'_> {
    /// Answers for two units; `None` where there is no pair of different resources, or where an address
    /// means another resource than the other side could meet.
    fn pair(&self, (from, client): (usize, &Unit), (to, service): (usize, &Unit)) -> Option<PairAnswer> {
        let (parts, pairs) = match (client, service) {
            (Unit::Resources(one), Unit::Resources(other)) => {
                let pairs = self.distinct_pairs(one, other);
                if pairs == 0 || !self.can_meet(one, other) {
                    return None;
                }
                (vec![self.between(one, other)], pairs)
            }
            (Unit::Addresses(addresses), Unit::Resources(unit)) => {
                (self.external(unit, addresses.as_ref(), Direction::Ingress), unit.members.len().max(1))
            }
            (Unit::Resources(unit), Unit::Addresses(addresses)) => {
                (self.external(unit, addresses.as_ref(), Direction::Egress), unit.members.len().max(1))
            }
            (Unit::Addresses(one), Unit::Addresses(other)) => {
                (vec![self.nobody(one.as_ref(), other.as_ref())?], 1)
            }
        };
        let answer = Answer::of_parts(&parts);
        Some(PairAnswer { from, to, pairs, parts, answer })
    }

    /// Returns how many pairs of different resources there are: a resource is no counterpart of itself,
    /// unless it stands for many.
    fn distinct_pairs(&self, one: &ResourceUnit, other: &ResourceUnit) -> usize {
        let many = one.classes.iter().any(|class| self.net.class(*class).profile.many);
        let same = one.members.iter().filter(|member| other.members.binary_search(member).is_ok()).count();
        let all = one.members.len().max(1) * other.members.len().max(1);
        if many { all } else { all - same }
    }

    /// Tells whether a resource that is meant by its address can be met there: equal addresses in VPCs
    /// that are not joined are other resources.
    fn can_meet(&self, one: &ResourceUnit, other: &ResourceUnit) -> bool {
        if !one.by_address && !other.by_address {
            return true;
        }
        let mut pairs = one.classes.iter().flat_map(|a| other.classes.iter().map(move |b| (*a, *b)));
        pairs.any(|(a, b)| self.net.reach(a, b).is_possible())
    }

    pub(super) fn between(&self, one: &ResourceUnit, other: &ResourceUnit) -> PartAnswer {
        let net = self.net;
        let is_public = one.public.is_some() || other.public.is_some();
        let mut findings = Findings::default();
        let mut families = Families::default();
        for client in one.classes.iter().map(|class| &net.class(*class).profile) {
            for service in other.classes.iter().map(|class| &net.class(*class).profile) {
                let seen = is_public.then(|| (self.seen(one, client), self.seen(other, service)));
                let (a, b) = match &seen {
                    Some((a, b)) => {
                        (Party { own: Some(client), seen: a }, Party { own: Some(service), seen: b })
                    }
                    None => (Party::interface(client), Party::interface(service)),
                };
                families.add(a.seen, b.seen);
                net.evaluate(a, b).iter().for_each(|finding| findings.join(finding));
            }
        }
        self.part(None, findings.disjoint(net), &families)
    }

    /// Returns an interface as the internet sees it: by its public address, or by one that is not known.
    fn seen(&self, unit: &ResourceUnit, profile: &InterfaceProfile) -> InterfaceProfile {
        let known = unit.members.first().and_then(|member| {
            let interfaces = self.net.endpoint(*member).interfaces.iter().zip(self.net.classes_of(*member));
            let of_profile = interfaces.filter(|(_, class)| self.net.class(**class).profile == *profile);
            of_profile.filter_map(|(interface, _)| interface.public.first().copied()).min()
        });
        self.net.public_profile(unit.public.or(known))
    }

    fn external(
        &self,
        unit: &ResourceUnit,
        addresses: Option<&AddressSet>,
        direction: Direction,
    ) -> Vec<PartAnswer> {
        let profiles = unit.classes.iter().map(|class| &self.net.class(*class).profile);
        let parts = self.net.external_parts_of(&profiles.clone().collect::<Vec<_>>(), addresses, direction);
        let mut families = Families::default();
        profiles.for_each(|profile| families.add(profile, profile));
        let has = |family| families.has(family);
        let told = parts.into_iter().filter(|part| has(part.family));
        let told = told.map(|part| {
            let only = families.within(part.family);
            self.part(Some(part.addresses), part.findings, &only)
        });
        told.collect()
    }

    /// Answers for addresses on both sides: nothing is known. `None` where they share no family.
    fn nobody(&self, one: Option<&AddressSet>, other: Option<&AddressSet>) -> Option<PartAnswer> {
        let traffic = self.asked.clone().unwrap_or_else(Traffic::all);
        let has = |set: Option<&AddressSet>, family| set.is_none_or(|set| !set.within(family).is_empty());
        let findings: Findings = Family::BOTH
            .into_iter()
            .filter(|family| has(one, *family) && has(other, *family))
            .map(|family| Finding::undecided(family, traffic.within(family), Doubt::NoResource))
            .collect();
        if findings.is_empty() {
            return None;
        }
        Some(PartAnswer { addresses: None, findings, answer: Answer::Undecided, is_certain: true })
    }

    fn part(&self, addresses: Option<AddressSet>, findings: Findings, families: &Families) -> PartAnswer {
        let findings = match &self.asked {
            Some(asked) => findings.within(self.net, asked),
            None => findings,
        };
        let carried = self.asked.as_ref().map(|asked| families.carried(asked));
        let answer = Answer::of(&findings, carried.as_ref());
        PartAnswer { addresses, findings, answer, is_certain: !families.sure.is_empty() }
    }

    /// Returns the part of an answer that the rules between two groups give, and through which other
    /// groups the rest is allowed.
    fn own_part(
        &self,
        client: GroupIx,
        service: GroupIx,
        findings: &Findings,
        is_alone: bool,
    ) -> (Option<Findings>, Vec<GroupIx>) {
        let pair = self.net.group_pair(client, service);
        let only = self.net.carriers(client).first().filter(|_| client == service && is_alone);
        let own = match only {
            // Where one resource alone has the group, a second one is imagined, as in the map.
            Some(class) => {
                let party = Party::interface(&self.net.class(*class).profile);
                let asked = self.asked.clone().unwrap_or_else(Traffic::all);
                self.net.pair_part(&pair, &self.net.evaluate(party, party).within(self.net, &asked))
            }
            None => self.net.pair_part(&pair, findings),
        };
        let rules = findings.iter().flat_map(|finding| {
            let told =
                own.iter().filter(|part| (part.family, part.verdict) == (finding.family, finding.verdict));
            let told = told.fold(Traffic::none(), |sum, part| sum.union(&part.traffic));
            let rest = finding.traffic.difference(&told);
            finding.ingress.iter().copied().filter(move |ix| self.net.rule(*ix).traffic.overlaps(&rest))
        });
        let through: BTreeSet<GroupIx> = rules.map(|ix| self.net.rule_row(ix).group).collect();
        (Some(own), through.into_iter().collect())
    }

    /// Returns the rules of all resources of one side, each with whether it matches the other side. A
    /// resource and itself count here: that a rule is there does not depend on who else is.
    fn rules(&self, own: &[Unit], other: &[Unit], direction: Direction) -> Vec<(RuleIx, bool)> {
        let classes = |units: &[Unit]| -> BTreeSet<ClassIx> {
            let resources = units.iter().filter_map(|unit| match unit {
                Unit::Resources(unit) => Some(&unit.classes),
                Unit::Addresses(_) => None,
            });
            resources.flatten().copied().collect()
        };
        let is_public = |unit: &Unit| matches!(unit, Unit::Resources(unit) if unit.public.is_some());
        // By public addresses only rules that name addresses match.
        let is_seen_outside = own.iter().chain(other).any(is_public);
        let others = if is_seen_outside { BTreeSet::new() } else { classes(other) };
        let addresses: Vec<Option<AddressSet>> = other
            .iter()
            .filter_map(|unit| match unit {
                Unit::Addresses(addresses) => Some(addresses.clone()),
                Unit::Resources(unit) => {
                    unit.public.map(|address| Some(AddressSet::from_blocks(&[Block::host(address)])))
                }
            })
            .collect();
        let mut found: std::collections::BTreeMap<RuleIx, bool> = std::collections::BTreeMap::new();
        for profile in classes(own).into_iter().map(|class| &self.net.class(class).profile) {
            let sides = others.iter().map(|class| &self.net.class(*class).profile);
            let listed = sides.flat_map(|other| self.net.matching_rules(profile, other, direction));
            let outside =
                addresses.iter().flat_map(|set| self.net.matching_outside(profile, set.as_ref(), direction));
            for (ix, matches) in listed.chain(outside) {
                *found.entry(ix).or_default() |= matches;
            }
        }
        found.into_iter().collect()
    }
}

/// The address families that two sides share, surely or perhaps.
#[derive(Default, Clone)]
struct Families {
    sure: Vec<Family>,
    perhaps: Vec<Family>,
}

impl Families {
    fn add(&mut self, one: &InterfaceProfile, other: &InterfaceProfile) {
        for family in Family::BOTH {
            match one.share(other, family) {
                Some(true) => self.sure.push(family),
                Some(false) => self.perhaps.push(family),
                None => {}
            }
        }
    }

    fn has(&self, family: Family) -> bool {
        self.sure.contains(&family) || self.perhaps.contains(&family)
    }

    fn within(&self, family: Family) -> Self {
        let keep = |list: &[Family]| list.iter().copied().filter(|one| *one == family).collect();
        Self { sure: keep(&self.sure), perhaps: keep(&self.perhaps) }
    }

    /// Returns the part of some traffic that the families can carry; those that both sides only may
    /// have count where there is no other.
    fn carried(&self, traffic: &Traffic) -> Traffic {
        let families = if self.sure.is_empty() { &self.perhaps } else { &self.sure };
        families.iter().fold(Traffic::none(), |sum, family| sum.union(&traffic.within(*family)))
    }
}
