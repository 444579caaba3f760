//! What the user wants to see.

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
    /// What the user left out, in words.
    pub filtered: Vec<String>,
    /// Which nodes become tags.
    pub hubs: Hubs,
    /// Fold when there are more nodes than this.
    pub max_nodes: Option<usize>,
    /// Fold by this, whatever the size.
    pub group_by: Option<GroupBy>,
    /// The title, if the user gave one.
    pub title: Option<String>,
}
