//! Why a text means nothing, or too much.

use std::fmt;

use crate::shown::name;

/// One thing that a text may mean.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Candidate {
    /// What to type to mean it alone.
    pub to_type: String,
    /// What it is.
    pub kind: String,
    /// What people call it.
    pub label: String,
    /// Its id.
    pub id: String,
    /// Its VPC, by name or id.
    pub vpc: Option<String>,
    /// Where it is defined.
    pub place: String,
}

impl Candidate {
    /// Returns the name with its kind before it: `lb:web`.
    pub(super) fn short(&self, name: &str) -> String {
        if self.kind == ADDRESSES {
            return self.id.clone();
        }
        format!("{}:{name}", if self.kind == "group" { "group".into() } else { abbreviation(&self.kind) })
    }

    /// Returns the name with VPC and kind before it: `vpc:prod/group:web`.
    pub(super) fn in_vpc(&self, name: &str) -> Option<String> {
        let vpc = self.vpc.as_ref().filter(|vpc| !vpc.contains('/'))?;
        Some(format!("vpc:{vpc}/{}", self.short(name)))
    }
}

/// Returns a kind as a prefix: `load-balancer`.
pub(super) fn slug(kind: &str) -> String {
    kind.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-")
}

/// Returns the shortest usual prefix for a kind.
pub(super) fn abbreviation(kind: &str) -> String {
    match slug(kind).as_str() {
        "load-balancer" => "lb".into(),
        "autoscaling-group" => "asg".into(),
        "network-interface" => "eni".into(),
        "database" => "db".into(),
        other => other.to_owned(),
    }
}

/// The kind of what is outside the input.
pub(super) const ADDRESSES: &str = "addresses";

/// Why a text means nothing, or too much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectError {
    /// Nothing has the name.
    Unknown {
        /// What was typed.
        text: String,
        /// Names that are near to it.
        near: Vec<String>,
        /// How many groups there are.
        groups: usize,
        /// How many endpoints there are.
        endpoints: usize,
    },
    /// Several things have it.
    Ambiguous {
        /// What was typed.
        text: String,
        /// All of them.
        candidates: Vec<Candidate>,
    },
    /// What has it is no group.
    NoGroup {
        /// What was typed.
        text: String,
        /// What it is instead.
        candidates: Vec<Candidate>,
    },
    /// What has it has no group attached that the input tells.
    NoGroupAttached {
        /// What was typed.
        text: String,
    },
}

/// More candidates than this are counted.
const SHOWN: usize = 20;

impl std::error::Error for SelectError {}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::NoGroupAttached { text }
        | Self::NoGroup { text, .. }
        | Self::Unknown { text, .. }
        | Self::Ambiguous { text, .. }) = self;
        let text = name(text);
        match self {
            Self::NoGroupAttached { .. } => write!(
                f,
                "`{text}` is in the input, but the input does not tell a security group that is attached to it"
            ),
            Self::NoGroup { candidates, .. } => {
                write!(f, "`{text}` is no security group")?;
                candidates
                    .iter()
                    .take(SHOWN)
                    .try_for_each(|one| write!(f, ", but {} ({})", name(&one.kind), name(&one.id)))?;
                write!(f, "; ask `sglens focus {text}`")
            }
            Self::Unknown { near, groups, endpoints, .. } => {
                write!(
                    f,
                    "no resource or security group matches `{text}` ({groups} groups, {endpoints} resources)"
                )?;
                if !near.is_empty() {
                    write!(f, "\ndid you mean")?;
                }
                near.iter().try_for_each(|near| write!(f, "\n  {}", name(near)))
            }
            Self::Ambiguous { candidates, .. } => {
                write!(f, "`{text}` is ambiguous: {} matches; write one of", candidates.len())?;
                for one in candidates.iter().take(SHOWN) {
                    write!(f, "\n  {}  {} {}", name(&one.to_type), name(&one.kind), name(&one.label))?;
                    if one.to_type != one.id {
                        write!(f, "  {}", name(&one.id))?;
                    }
                    if !one.place.is_empty() {
                        write!(f, "  {}", name(&one.place))?;
                    }
                }
                match candidates.len().saturating_sub(SHOWN) {
                    0 => Ok(()),
                    more => write!(f, "\n  and {more} more"),
                }
            }
        }
    }
}
