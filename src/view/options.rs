//! What the user wants to see.

use crate::connectivity::{GroupIx, VpcIx};

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
    /// Only connections on these ports: (protocol or any, port).
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
