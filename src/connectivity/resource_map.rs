//! The map at the level of resources: the same pairs of groups and the same rules as the map of
//! groups, with the resources to which they are attached in place of the groups.

use std::collections::{BTreeMap, HashMap};

use super::profile::CoarseProfile;
use super::{ClassIx, Connectivity, EndpointIx, Findings, GroupIx, Outside, TooLarge, Work};
use crate::inventory::{Direction, Role};

/// Resources of one kind whose interfaces no rule can tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceSet {
    /// The resources, ascending.
    pub members: Vec<EndpointIx>,
    /// The classes of their interfaces.
    pub classes: Vec<ClassIx>,
}

/// What the rules of a group say about outside peers, by all that they can tell of an interface.
type Told = HashMap<(GroupIx, CoarseProfile, Direction), Vec<(Outside, Findings)>>;

/// One arrow of a picture costs as much as so many pairs of a row.
const PICTURE: usize = 4;

/// One end of an arrow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MapEnd {
    /// Resources, by their index in [`ResourceMap::sets`].
    Resources(usize),
    /// A peer that is no resource.
    Outside(Outside),
}

/// The map of resources.
#[derive(Debug)]
pub struct ResourceMap {
    /// All resources to which a wanted group is attached.
    pub sets: Vec<ResourceSet>,
    /// Client, service and what is between them, sorted.
    pub arrows: Vec<(MapEnd, MapEnd, Findings)>,
}

impl ResourceMap {
    /// Returns the map of the resources to which wanted groups are attached, as far as rules between
    /// these groups and with outside peers go.
    ///
    /// # Errors
    /// [`TooLarge`], before it takes long.
    pub fn new(net: &Connectivity, wanted: &dyn Fn(GroupIx) -> bool) -> Result<Self, TooLarge> {
        let sets = net.resource_sets(&|groups| groups.iter().any(|group| wanted(*group)));
        let mut at: HashMap<ClassIx, Vec<usize>> = HashMap::new();
        for (position, set) in sets.iter().enumerate() {
            set.classes.iter().for_each(|class| at.entry(*class).or_default().push(position));
        }
        let mut found: BTreeMap<(MapEnd, MapEnd), Findings> = BTreeMap::new();
        let mut work = Work::of(net);
        // Two classes may meet because of several pairs of groups.
        let mut known: HashMap<(ClassIx, ClassIx), Findings> = HashMap::new();
        for service in net.all_groups().filter(|group| wanted(*group)) {
            for pair in net.pairs_of(service).iter().filter(|pair| wanted(pair.client)) {
                let pairs = net.carriers(pair.client).len() * net.carriers(service).len();
                work.spend(PICTURE.saturating_mul(pairs))?;
                for (one, other) in net.class_pairs(pair.client, service) {
                    let findings = known.entry((one, other)).or_insert_with(|| {
                        net.evaluate_profiles(&net.class(one).profile, &net.class(other).profile)
                    });
                    let part = net.pair_part(pair, findings);
                    for (from, to) in
                        at[&one].iter().flat_map(|from| at[&other].iter().map(move |to| (*from, *to)))
                    {
                        // A resource is no counterpart of itself.
                        if from != to || sets[from].are_several(net) {
                            let ends = (MapEnd::Resources(from), MapEnd::Resources(to));
                            found.entry(ends).or_default().join_all(&part);
                        }
                    }
                }
            }
        }
        let mut told = Told::default();
        for (position, set) in sets.iter().enumerate() {
            for (direction, outside, findings) in set.outside(net, wanted, &mut told) {
                work.spend(PICTURE)?;
                let (own, peer) = (MapEnd::Resources(position), MapEnd::Outside(outside));
                let ends = if direction == Direction::Ingress { (peer, own) } else { (own, peer) };
                found.entry(ends).or_default().join_all(&findings);
            }
        }
        let arrows = found.into_iter().map(|((from, to), findings)| (from, to, findings.disjoint(net)));
        Ok(Self { sets, arrows: arrows.filter(|(.., findings)| !findings.is_empty()).collect() })
    }
}

impl Connectivity {
    /// Returns the resources of one kind and one set of classes together, by their first member.
    pub fn resource_sets(&self, wanted: &dyn Fn(&[GroupIx]) -> bool) -> Vec<ResourceSet> {
        let mut by_classes: BTreeMap<(&str, Vec<ClassIx>), Vec<EndpointIx>> = BTreeMap::new();
        for ix in self.all_endpoints() {
            let mut classes = self.classes_of(ix).to_vec();
            classes.sort_unstable();
            classes.dedup();
            if classes.iter().any(|class| wanted(&self.class(*class).profile.groups)) {
                by_classes.entry((&self.endpoint(ix).kind, classes)).or_default().push(ix);
            }
        }
        let sets = by_classes.into_iter().map(|((_, classes), members)| ResourceSet { members, classes });
        let mut sets: Vec<ResourceSet> = sets.collect();
        sets.sort_by_key(|set| set.members[0]);
        sets
    }

    /// Returns each class of the one group with each of the other, the hypothetical ones left out.
    fn class_pairs(&self, client: GroupIx, service: GroupIx) -> impl Iterator<Item = (ClassIx, ClassIx)> {
        let known = |group| {
            let classes = self.carriers(group).iter().copied();
            classes.filter(|class| self.class(*class).hypothetical.is_none())
        };
        known(client).flat_map(move |one| known(service).map(move |other| (one, other)))
    }
}

impl ResourceSet {
    /// Tells whether there are two of them that may connect to each other.
    pub fn are_several(&self, net: &Connectivity) -> bool {
        self.members.len() > 1 || self.classes.iter().any(|class| net.class(*class).profile.many)
    }

    /// Returns what the rules of wanted groups say about outside peers.
    fn outside(
        &self,
        net: &Connectivity,
        wanted: &dyn Fn(GroupIx) -> bool,
        told: &mut Told,
    ) -> Vec<(Direction, Outside, Findings)> {
        let mut found = Vec::new();
        for profile in self.classes.iter().map(|class| &net.class(*class).profile) {
            for (direction, unable) in
                [(Direction::Ingress, Role::Client), (Direction::Egress, Role::Service)]
            {
                let groups = profile.groups.iter().filter(|group| profile.role != unable && wanted(**group));
                for group in groups {
                    let told = told
                        .entry((*group, profile.coarse(), direction))
                        .or_insert_with(|| net.group_to_outside(*group, profile, direction));
                    let told = told.iter().cloned();
                    found.extend(told.map(|(outside, findings)| (direction, outside, findings)));
                }
            }
        }
        found
    }
}
