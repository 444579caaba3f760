//! What the user wants to see.

use crate::connectivity::{Counterpart, GroupIx, Outside, VpcIx};

use super::Hubs;

/// What folds nodes together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupBy {
    /// Their VPC.
    Vpc,
    /// The value of a tag.
    Tag(String),
    /// Their name up to the first separator or digit.
    Prefix,
}

/// The choices behind a view.
#[derive(Debug, Clone, Default)]
pub struct ViewOptions {
    /// Only groups in these VPCs; all when empty.
    pub vpcs: Vec<VpcIx>,
    /// Only these groups and their neighbours; all when empty.
    pub groups: Vec<GroupIx>,
    /// Only connections with this traffic; all when empty.
    pub ports: Vec<crate::traffic::Traffic>,
    /// Leave the internet out.
    pub hide_internet: bool,
    /// Which nodes become tags.
    pub hubs: Hubs,
    /// Fold when there are more nodes than this.
    pub max_nodes: Option<usize>,
    /// Fold by this, whatever the size.
    pub group_by: Option<GroupBy>,
    /// The title, if the user gave one.
    pub title: Option<String>,
}

impl ViewOptions {
    /// Tells whether a counterpart is wanted.
    pub(super) fn shows(&self, counterpart: &Counterpart) -> bool {
        let is_internet = *counterpart == Counterpart::Outside(Outside::Internet);
        !(self.hide_internet && is_internet)
    }
}
