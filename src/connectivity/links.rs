//! The links of subjects: their rows of the relation, put together by counterpart.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::{ClassIx, Connectivity, Counterpart, EndpointIx, Finding, GroupIx, TooLarge, Verdict, Work};
use crate::inventory::Direction;
use crate::traffic::{AddressSet, Family, Traffic};

/// What is asked about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// One endpoint, all its interfaces.
    Endpoint(EndpointIx),
    /// One interface of an endpoint, by its position.
    Interface(EndpointIx, u32),
    /// The interfaces to which a group is attached; a hypothetical one when there are none.
    Group(GroupIx),
}

impl Subject {
    /// Returns the endpoint that it is, or that it is an interface of.
    pub fn endpoint(self) -> Option<EndpointIx> {
        match self {
            Self::Endpoint(ix) | Self::Interface(ix, _) => Some(ix),
            Self::Group(_) => None,
        }
    }
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

/// All traffic of one family and verdict between a subject and one counterpart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The other end.
    pub counterpart: Counterpart,
    /// Family, verdict, traffic and rules.
    pub finding: Finding,
    /// The endpoints of the other end. For a group, none means that it is attached to nothing known.
    pub members: Vec<Member>,
    /// Where the subject is addresses outside the input: those that it is about.
    pub only: Option<AddressSet>,
}

impl Connectivity {
    /// Returns the links of a subject: [`Direction::Egress`] to services, [`Direction::Ingress`] from
    /// clients. Sorted by counterpart, then family and verdict.
    pub fn links(&self, subject: Subject, direction: Direction) -> Vec<Link> {
        let work = &mut Work::unlimited();
        self.links_of_all(&[subject], direction, work).expect("the work has no limit")
    }

    /// Returns the links of several subjects, joined. Interfaces of one class are asked about once.
    ///
    /// # Errors
    /// [`TooLarge`] when they are about more than the work that is left.
    pub fn links_of_all(
        &self,
        subjects: &[Subject],
        direction: Direction,
        work: &mut Work,
    ) -> Result<Vec<Link>, TooLarge> {
        let mut found = Collector { net: self, entries: BTreeMap::new() };
        for (class, endpoint) in self.classes_of_all(subjects) {
            let row = self.row_within(class, direction, work)?;
            let many = self.class(class).profile.many;
            let mut told: HashMap<*const _, Vec<Part>, RandomState> = HashMap::default();
            for other in &row {
                let (client, service) = match direction {
                    Direction::Egress => (class, other.class),
                    Direction::Ingress => (other.class, class),
                };
                let members = &self.class(other.class).members;
                let others = members.iter().copied().filter(|member| many || Some(*member) != endpoint);
                work.spend(members.len())?;
                if !members.is_empty() && others.clone().next().is_none() {
                    continue;
                }
                let parts = told.entry(Arc::as_ptr(&other.findings)).or_insert_with(|| {
                    let parts = self.attribute(client, service, &other.findings, direction).into_iter();
                    let shared = |(counterpart, finding): (Counterpart, Finding)| {
                        let traffic = Arc::new(finding.traffic.clone());
                        Part { counterpart, finding: Arc::new(finding), traffic }
                    };
                    parts.map(shared).collect()
                });
                for part in parts.iter() {
                    found.add(part, others.clone());
                }
            }
            for (outside, findings) in self.outside_row(class, direction) {
                for finding in &findings {
                    let counterpart = Counterpart::Outside(outside.clone());
                    let traffic = Arc::new(finding.traffic.clone());
                    let part = Part { counterpart, finding: Arc::new(finding.clone()), traffic };
                    found.add(&part, std::iter::empty());
                }
            }
        }
        Ok(found.finish())
    }

    /// Returns the classes of subjects, each with the one endpoint that is asked about; `None` for
    /// several.
    fn classes_of_all(&self, subjects: &[Subject]) -> BTreeMap<ClassIx, Option<EndpointIx>> {
        let mut classes: BTreeMap<ClassIx, Option<EndpointIx>> = BTreeMap::new();
        let mut ask = |class: ClassIx, endpoint: Option<EndpointIx>| {
            let slot = classes.entry(class);
            slot.and_modify(|one| *one = one.filter(|one| Some(*one) == endpoint)).or_insert(endpoint);
        };
        for subject in subjects {
            match *subject {
                Subject::Endpoint(endpoint) => {
                    self.classes_of(endpoint).iter().for_each(|class| ask(*class, Some(endpoint)));
                }
                Subject::Interface(endpoint, position) => {
                    let class = self.classes_of(endpoint).get(position as usize);
                    class.iter().for_each(|class| ask(**class, Some(endpoint)));
                }
                Subject::Group(group) => {
                    for class in self.carriers(group) {
                        let members = &self.class(*class).members;
                        let only = members.iter().all(|member| *member == members[0]);
                        ask(*class, members.first().copied().filter(|_| only));
                    }
                }
            }
        }
        classes
    }
}

/// What is told under the name of one counterpart, with its traffic to be shared by members.
struct Part {
    counterpart: Counterpart,
    finding: Arc<Finding>,
    traffic: Arc<Traffic>,
}

/// Verdict first: what a better verdict took is known before a worse one is looked at.
type Slot = (Verdict, Counterpart, Family);

/// What is found about the counterparts of one subject.
struct Collector<'n> {
    net: &'n Connectivity,
    /// Boxed, because the tree moves its values about.
    /// With each finding its members, and the traffic that is not theirs but of an imagined one.
    entries: BTreeMap<Slot, Box<(Arc<Finding>, Vec<Member>, Traffic)>>,
}

impl Collector<'_> {
    fn add(&mut self, part: &Part, members: impl Iterator<Item = EndpointIx>) {
        let Part { counterpart, finding, traffic } = part;
        let slot = self.entries.entry((finding.verdict, counterpart.clone(), finding.family));
        let entry = slot.or_insert_with(|| Box::new((Arc::clone(finding), Vec::new(), Traffic::none())));
        let (known, list, bare) = &mut **entry;
        if !Arc::ptr_eq(known, finding) && known != finding {
            Arc::make_mut(known).join(finding);
        }
        let before = list.len();
        list.reserve(members.size_hint().1.unwrap_or_default());
        list.extend(members.map(|endpoint| Member { endpoint, traffic: Arc::clone(traffic) }));
        if list.len() == before {
            bare.join(traffic);
        }
    }

    /// Returns the links, disjoint: what one interface of an endpoint allows is not blocked because
    /// another does not, whatever group it is told under.
    fn finish(self) -> Vec<Link> {
        let mut links: Vec<Link> = Vec::with_capacity(self.entries.len());
        // What better verdicts took, by endpoint, and by counterpart where no endpoint is behind it.
        let mut by_endpoint: HashMap<(Family, EndpointIx), Traffic, RandomState> = HashMap::default();
        let mut by_counterpart: HashMap<(Family, Counterpart), Traffic, RandomState> = HashMap::default();
        let is_worse = |slot: &Slot| slot.0 != Verdict::Allowed;
        let worse = self.entries.iter().filter(|(slot, _)| is_worse(slot));
        let contested = worse
            .flat_map(|((_, _, family), entry)| entry.1.iter().map(move |member| (*family, member.endpoint)));
        let contested: HashSet<(Family, EndpointIx), RandomState> = contested.collect();
        let has_worse = self.entries.keys().any(is_worse);
        let mut level: Vec<Link> = Vec::new();
        let mut last = Verdict::Allowed;
        for ((verdict, counterpart, family), entry) in self.entries {
            if verdict != last {
                last = verdict;
                for link in level.drain(..) {
                    for member in &link.members {
                        let key = (link.finding.family, member.endpoint);
                        if contested.contains(&key) {
                            by_endpoint.entry(key).or_default().join(&member.traffic);
                        }
                    }
                    let taken = by_counterpart.entry((link.finding.family, link.counterpart.clone()));
                    taken.or_default().join(&link.finding.traffic);
                    links.push(link);
                }
            }
            let (finding, members, bare) = *entry;
            let finding = Arc::unwrap_or_clone(finding);
            let is_bare = members.is_empty();
            let members = subtract(merged(members), family, &by_endpoint);
            let finding = if is_bare {
                match by_counterpart.get(&(family, counterpart.clone())) {
                    Some(taken) => finding.without(self.net, taken),
                    None => Some(finding),
                }
            } else if by_endpoint.is_empty() {
                Some(finding)
            } else {
                let mut sum = bare;
                members.iter().for_each(|member| sum.join(&member.traffic));
                finding.with_traffic(self.net, sum)
            };
            let Some(finding) = finding else { continue };
            let link = Link { counterpart, finding, members, only: None };
            if has_worse { level.push(link) } else { links.push(link) }
        }
        links.append(&mut level);
        links.sort_by(|one, other| {
            let key = |link: &Link| (link.finding.family, link.finding.verdict);
            one.counterpart.cmp(&other.counterpart).then_with(|| key(one).cmp(&key(other)))
        });
        links
    }
}

/// Returns one entry for each endpoint, ascending.
fn merged(mut members: Vec<Member>) -> Vec<Member> {
    members.sort_by_key(|member| member.endpoint);
    members.dedup_by(|next, kept| {
        let is_same = next.endpoint == kept.endpoint;
        if is_same && next.traffic != kept.traffic {
            kept.traffic = Arc::new(kept.traffic.union(&next.traffic));
        }
        is_same
    });
    members
}

/// Takes from each endpoint what it already has.
fn subtract(
    members: Vec<Member>,
    family: Family,
    taken: &HashMap<(Family, EndpointIx), Traffic, RandomState>,
) -> Vec<Member> {
    if taken.is_empty() {
        return members;
    }
    let rest = members.into_iter().map(|member| match taken.get(&(family, member.endpoint)) {
        Some(taken) if taken.overlaps(&member.traffic) => {
            Member { traffic: Arc::new(member.traffic.difference(taken)), ..member }
        }
        Some(_) | None => member,
    });
    rest.filter(|member| !member.traffic.is_empty()).collect()
}
