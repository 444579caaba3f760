//! The relation that every answer is a view of: (client class, service class) → findings by family.
//! A row holds all counterparts of one class; rows are made when they are asked for, or all in order.
//!
//! No step pairs all classes with all classes: candidates come from the rules that name a group, the
//! blocks that hold an address, and the rules that the input does not tell. Counterparts that the
//! rules of the subject and the matching rules of theirs cannot tell apart are evaluated once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::rc::Rc;
use std::sync::Arc;

use foldhash::fast::RandomState;
use smallvec::SmallVec;

use super::layer::{Party, Question, Side};
use super::profile::CoarseProfile;
use super::{
    BlocksIx, ClassIx, Connectivity, Findings, GroupIx, InterfaceProfile, PeerIx, Presence, Reach, TooLarge,
    UnknownIx, Work,
};
use crate::inventory::Direction;
use crate::traffic::Family;

/// One counterpart of a class, and what the rules say about the two. Equal findings are shared.
#[derive(Debug, Clone)]
pub struct Row {
    /// The class at the other end.
    pub class: ClassIx,
    /// What the rules say, never empty.
    pub findings: Arc<Findings>,
}

/// What a subject's rules can tell of a counterpart: which of their peers it is.
type Matches = SmallVec<[Told; 4]>;

/// A peer of a subject's rules that a counterpart is, or may be.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Told {
    Group(GroupIx),
    Inside(Family, BlocksIx),
    Perhaps(Family, BlocksIx),
}

/// To evaluate a kind of counterparts takes as much as to look at so many.
const EVALUATION: usize = 8;

/// What tells the counterparts of one subject apart.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    shape: CoarseProfile,
    /// Groups of the counterpart whose rules have a say.
    groups: SmallVec<[GroupIx; 4]>,
    unresolved: Option<UnknownIx>,
    /// What the subject's rules can tell.
    matches: Matches,
}

/// What a subject's own rules say, by all that they can tell of a counterpart.
type Sides = HashMap<(Family, Reach, Option<UnknownIx>, Matches), Rc<Side>, RandomState>;

/// Groups in order, each with whether a rule names a group for the other side.
type Related = Vec<(GroupIx, bool)>;

impl Connectivity {
    /// Returns the row of a class: its services for [`Direction::Egress`], its clients for
    /// [`Direction::Ingress`], by class. A class is its own counterpart only where it holds two endpoints,
    /// or one that stands for many.
    pub fn row(&self, class: ClassIx, direction: Direction) -> Vec<Row> {
        self.row_within(class, direction, &mut Work::unlimited()).expect("the work has no limit")
    }

    /// Returns the same, as part of an answer that is about several rows.
    ///
    /// # Errors
    /// [`TooLarge`] when these take too much together.
    pub fn row_within(
        &self,
        class: ClassIx,
        direction: Direction,
        work: &mut Work,
    ) -> Result<Vec<Row>, TooLarge> {
        let profile = &self.class(class).profile;
        let mut row = match direction {
            Direction::Egress if self.is_client(class) => self.services_of(profile, work)?,
            Direction::Ingress if self.is_service(class) => self.clients_of(profile, work)?,
            Direction::Egress | Direction::Ingress => Vec::new(),
        };
        row.retain(|row| self.are_distinct(class, row.class));
        Ok(row)
    }

    /// Returns the complete relation: each client class with its row, the hypothetical ones left out.
    pub fn relation(&self) -> impl Iterator<Item = (ClassIx, Vec<Row>)> {
        let known = self.all_classes().filter(|class| self.class(*class).hypothetical.is_none());
        known.map(|class| {
            let mut row = self.row(class, Direction::Egress);
            row.retain(|row| self.class(row.class).hypothetical.is_none());
            (class, row)
        })
    }

    fn services_of(&self, client: &InterfaceProfile, work: &mut Work) -> Result<Vec<Row>, TooLarge> {
        let (admitting, named) = (self.admitting_groups(client), self.groups_named_by(client));
        let of_group = |(group, is_related): &(GroupIx, bool)| {
            let is_related = *is_related;
            self.carriers(*group).iter().map(move |class| (*class, is_related))
        };
        let others = self.unresolved_classes.iter().chain(&self.unfiltered_classes);
        let others = others.map(|class| (*class, false));
        let candidates = admitting.iter().chain(&named).flat_map(of_group).chain(others).collect();
        let telling = self.telling_peers(client, Direction::Egress);
        self.rows(candidates, client, work, |service| {
            // Of groups in other VPCs, those that a rule names were looked for, and not those that a
            // block opens.
            let is_near = self.peerings.reach(client.vpc, service.vpc).is_possible();
            let has_say = |group: &&GroupIx| {
                !is_near || admitting.binary_search_by_key(*group, |(known, _)| *known).is_ok()
            };
            let key = self.key(service, service.groups.iter().filter(has_say).copied(), &telling);
            (key, Direction::Egress)
        })
    }

    fn clients_of(&self, service: &InterfaceProfile, work: &mut Work) -> Result<Vec<Row>, TooLarge> {
        let mut candidates: Vec<(ClassIx, bool)> = Vec::new();
        let mut is_open_to_all = service.unresolved.is_some()
            || service.unfiltered
            || service.groups.iter().any(|group| !self.group(*group).ingress_known);
        let mut names_group = false;
        let mut named: Vec<BlocksIx> = Vec::new();
        for ix in self.rules_for(service, Direction::Ingress) {
            match &self.rule_row(ix).peer {
                PeerIx::Group(group) => {
                    names_group = true;
                    candidates.extend(self.carriers(*group).iter().map(|class| (*class, true)));
                }
                PeerIx::Blocks(blocks) => named.push(*blocks),
                PeerIx::Unknown => is_open_to_all = true,
            }
        }
        named.sort_unstable();
        named.dedup();
        is_open_to_all |=
            named.iter().any(|named| Family::BOTH.iter().any(|family| self.is_everywhere(*named, *family)));
        if !is_open_to_all {
            let blocks = named.iter().flat_map(|named| self.named.of(*named));
            let inside = blocks.flat_map(|block| self.named.classes_in(*block));
            candidates.extend(inside.map(|class| (class, false)));
        }
        for ix in service.groups.iter().flat_map(|group| self.rules_naming(*group, Direction::Egress)) {
            let naming = self.carriers(self.rule_row(*ix).group);
            candidates.extend(naming.iter().map(|class| (*class, true)));
        }
        if names_group {
            candidates.extend(self.unresolved_classes.iter().map(|class| (*class, false)));
        }
        if is_open_to_all {
            let known = self.all_classes().filter(|class| self.class(*class).hypothetical.is_none());
            candidates.extend(known.map(|class| (class, false)));
        }
        let telling = self.telling_peers(service, Direction::Ingress);
        self.rows(candidates, service, work, |client| {
            let has_say = |group: &&GroupIx| {
                !self.rules_of(**group, Direction::Egress).is_empty() || !self.group(**group).egress_known
            };
            let key = self.key(client, client.groups.iter().filter(has_say).copied(), &telling);
            (key, Direction::Ingress)
        })
    }

    /// Evaluates the candidates, each kind of them once.
    fn rows(
        &self,
        mut candidates: Vec<(ClassIx, bool)>,
        own: &InterfaceProfile,
        work: &mut Work,
        key: impl Fn(&InterfaceProfile) -> (Key, Direction),
    ) -> Result<Vec<Row>, TooLarge> {
        // Related first, so that the one that is kept of two says so.
        candidates.sort_unstable_by_key(|(class, is_related)| (*class, !is_related));
        candidates.dedup_by_key(|(class, _)| *class);
        work.spend(candidates.len())?;
        let mut known: HashMap<Key, Arc<Findings>, RandomState> = HashMap::default();
        let mut sides = Sides::default();
        let mut rows = Vec::with_capacity(candidates.len());
        for (class, is_related) in candidates {
            let other = &self.class(class).profile;
            match self.peerings.reach(own.vpc, other.vpc) {
                Reach::Yes | Reach::Maybe | Reach::Transit => {}
                Reach::Unpeered if is_related => {}
                Reach::Unpeered | Reach::Inactive => continue,
            }
            let (key, direction) = key(other);
            let findings = match known.entry(key) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(slot) => {
                    work.spend(EVALUATION)?;
                    let found = self.evaluate_row(own, other, direction, slot.key(), &mut sides);
                    slot.insert(Arc::new(found))
                }
            };
            if !findings.is_empty() {
                rows.push(Row { class, findings: Arc::clone(findings) });
            }
        }
        Ok(rows)
    }

    /// Evaluates one counterpart. What the subject's own rules say is the same for all that these rules
    /// do not tell apart.
    fn evaluate_row(
        &self,
        own: &InterfaceProfile,
        other: &InterfaceProfile,
        direction: Direction,
        key: &Key,
        sides: &mut Sides,
    ) -> Findings {
        let (own, other) = (Party::interface(own), Party::interface(other));
        let own_side = |question: &Question<'_>| {
            let told = (question.family, question.reach, key.unresolved, key.matches.clone());
            let side = sides.entry(told).or_insert_with(|| {
                Rc::new(match direction {
                    Direction::Egress => self.outward(question),
                    Direction::Ingress => self.inward(question),
                })
            });
            Rc::clone(side)
        };
        match direction {
            Direction::Egress => {
                self.evaluate_with(own, other, own_side, |question| Rc::new(self.inward(question)))
            }
            Direction::Ingress => {
                self.evaluate_with(other, own, |question| Rc::new(self.outward(question)), own_side)
            }
        }
    }

    /// Returns the groups whose ingress rules admit, or may admit, a client, ascending.
    fn admitting_groups(&self, client: &InterfaceProfile) -> Related {
        let mut groups: Related = Vec::new();
        for named in &client.groups {
            let naming = self.rules_naming(*named, Direction::Ingress).iter();
            groups.extend(naming.map(|ix| (self.rule_row(*ix).group, true)));
        }
        for family in Family::BOTH {
            let presence = client.presence(family);
            if matches!(presence, Presence::Absent) {
                continue;
            }
            let blocks = presence.blocks().chain(self.named.everywhere(family));
            for named in self.named.holders(blocks) {
                let open = self.named.open_to(named);
                let near = self.peerings.near(client.vpc, open);
                groups.extend(near.flatten().map(|group| (*group, false)));
            }
        }
        groups.extend(self.admit_unknown.iter().map(|group| (*group, false)));
        if client.unresolved.is_some() {
            groups.extend(self.admit_groups.iter().map(|group| (*group, false)));
        }
        groups.sort_unstable_by_key(|(group, is_related)| (*group, !is_related));
        groups.dedup_by_key(|(group, _)| *group);
        groups
    }

    /// Returns the groups that the egress rules of a client name.
    fn groups_named_by(&self, client: &InterfaceProfile) -> Related {
        let rules = self.rules_for(client, Direction::Egress);
        rules
            .filter_map(|ix| match self.rule_row(ix).peer {
                PeerIx::Group(named) => Some((named, true)),
                PeerIx::Blocks(_) | PeerIx::Unknown => None,
            })
            .collect()
    }

    /// Returns the peers of a subject's rules that tell its counterparts apart: all but those that
    /// look at nothing but the family.
    fn telling_peers(&self, own: &InterfaceProfile, direction: Direction) -> Vec<PeerIx> {
        let peers = self.rules_for(own, direction).map(|ix| self.rule_row(ix).peer);
        let mut telling: Vec<PeerIx> = peers
            .filter(|peer| match peer {
                PeerIx::Group(_) => true,
                PeerIx::Blocks(named) => !self.is_all_everywhere(*named),
                PeerIx::Unknown => false,
            })
            .collect();
        telling.sort_unstable();
        telling.dedup();
        telling
    }

    fn key(
        &self,
        other: &InterfaceProfile,
        groups: impl Iterator<Item = GroupIx>,
        telling: &[PeerIx],
    ) -> Key {
        let first_list = telling.partition_point(|peer| matches!(peer, PeerIx::Group(_)));
        let (named_groups, lists) = telling.split_at(first_list);
        let mut matches = Matches::new();
        let is_named = |group: &GroupIx| named_groups.binary_search(&PeerIx::Group(*group)).is_ok();
        matches.extend(other.groups.iter().filter(|group| is_named(group)).map(|group| Told::Group(*group)));
        for family in Family::BOTH {
            let Presence::Present { inside, perhaps, .. } = other.presence(family) else { continue };
            let mut tell = |named: BlocksIx| {
                let blocks = self.named.of(named);
                if inside.meets(blocks) {
                    matches.push(Told::Inside(family, named));
                } else if perhaps.meets(blocks) {
                    matches.push(Told::Perhaps(family, named));
                }
            };
            if lists.len() <= inside.len() + perhaps.len() {
                lists.iter().for_each(|peer| {
                    if let PeerIx::Blocks(named) = peer {
                        tell(*named);
                    }
                });
            } else {
                let mut named = self.named.holders(inside.iter().chain(perhaps.iter()).copied());
                named.retain(|named| lists.binary_search(&PeerIx::Blocks(*named)).is_ok());
                named.into_iter().for_each(tell);
            }
        }
        Key { shape: other.coarse(), groups: groups.collect(), unresolved: other.unresolved, matches }
    }
}
