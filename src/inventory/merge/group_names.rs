//! Groups that are mentioned by name instead of by id.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use foldhash::fast::RandomState;

use crate::inventory::{Group, GroupId, VpcId};

/// Groups of one name, each with its VPC.
type Namesakes<'g> = Vec<(Option<&'g VpcId>, &'g GroupId)>;

/// Resolves names of groups to ids.
pub(super) struct GroupNames<'g> {
    groups: &'g BTreeMap<GroupId, Group>,
    /// Built when the first name is met, because most inputs mention ids alone.
    by_name: OnceLock<HashMap<&'g str, Namesakes<'g>, RandomState>>,
}

impl<'g> GroupNames<'g> {
    /// A resolver among some groups.
    pub(super) fn new(groups: &'g BTreeMap<GroupId, Group>) -> Self {
        Self { groups, by_name: OnceLock::new() }
    }

    /// Returns the defined groups of a name.
    fn namesakes(&self, name: &str) -> Option<&Namesakes<'g>> {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name: HashMap<&str, Namesakes<'g>, RandomState> = HashMap::default();
            for group in self.groups.values().filter(|group| group.is_defined()) {
                if let Some(name) = &group.name {
                    by_name.entry(name).or_default().push((group.vpc.as_ref(), &group.id));
                }
            }
            by_name
        });
        by_name.get(name)
    }

    /// Tells whether a group is mentioned by name, not by id.
    pub(super) fn is_name(id: &GroupId) -> bool {
        id.as_str().starts_with("name:")
    }

    /// Returns the id of a group that is mentioned as `name:NAME`: the only group of that name, or the
    /// only one in the VPC. An id, and a name that stays ambiguous, is returned as it is.
    pub(super) fn resolve(&self, id: &GroupId, vpc: Option<&VpcId>) -> GroupId {
        let name = id.as_str().strip_prefix("name:");
        let Some(candidates) = name.and_then(|name| self.namesakes(name)) else {
            return id.clone();
        };
        let fits = |own: Option<&VpcId>| own.is_none() || vpc.is_none() || own == vpc;
        let mut near = candidates.iter().filter(|(own, _)| fits(*own));
        match (near.next(), near.next()) {
            (Some((_, only)), None) => (*only).clone(),
            _ => id.clone(),
        }
    }
}
