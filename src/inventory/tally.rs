//! What was read, what was skipped, and warnings.

use std::collections::BTreeMap;

/// A problem of the input that bears on answers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Warning {
    /// One sentence without a full stop. It holds no value of the input but names, ids and addresses.
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
