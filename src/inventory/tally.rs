//! The account of a run: how much was read, what was skipped, what to be warned of.

use std::collections::BTreeMap;

/// Something that a reader of the answer should know about the input.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Warning {
    /// One sentence without a full stop. It never holds a value that we do not draw.
    pub message: String,
}

/// How much was read, and what was skipped.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Inputs read.
    pub files: usize,
    /// Groups defined in the input.
    pub groups: usize,
    /// Groups that are only referred to.
    pub groups_elsewhere: usize,
    /// Distinct rules.
    pub rules: usize,
    /// Rules whose peer is a group.
    pub references: usize,
    /// Endpoints.
    pub endpoints: usize,
    /// What was not used, by reason.
    pub skipped: BTreeMap<String, usize>,
}
