//! Candidates for an unknown value, how to recognise a group, and the texts for values that stay
//! unknown.

use std::collections::BTreeSet;

use serde_json::Value;

use super::document::Planned;
use super::index::ExprScope;
use super::steps::{AddressStep, absolute, longest, spell};

/// How many names a text spells out; the rest are counted.
const SPELLED: usize = 4;

/// What an unknown value names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    /// A security group.
    Group,
    /// A launch template or launch configuration.
    Template,
    /// A VPC.
    Vpc,
    /// A subnet.
    Subnet,
}

impl Object {
    /// Tells whether resources of a type are such objects.
    pub(super) fn is(self, kind: &str) -> bool {
        match self {
            Self::Group => is_group(kind),
            Self::Template => matches!(kind, "aws_launch_template" | "aws_launch_configuration"),
            Self::Vpc => matches!(kind, "aws_vpc" | "aws_default_vpc"),
            Self::Subnet => matches!(kind, "aws_subnet" | "aws_default_subnet"),
        }
    }

    /// Tells whether an attribute of such an object names the object itself; an empty path is all of it.
    pub(super) fn is_identity(self, path: &str) -> bool {
        let is_group_id = matches!(path, "group_id" | "security_group_id") && self == Self::Group;
        matches!(path, "" | "id" | "arn")
            || is_group_id
            || (matches!(self, Self::Group | Self::Template) && path == "name")
    }

    /// Tells whether an attribute or an output is named like one that holds such objects.
    pub(super) fn names(self, name: &str) -> bool {
        match self {
            Self::Group => names_groups(name),
            Self::Template => name.contains("launch_template") || name.contains("launch_configuration"),
            Self::Vpc => name.split('_').any(|word| word == "vpc"),
            Self::Subnet => name.contains("subnet"),
        }
    }

    /// Returns the id in a text.
    pub(super) fn id(self, text: &str) -> Option<&str> {
        match self {
            Self::Group => group_id(text),
            Self::Template => aws_id(text, "lt-"),
            Self::Vpc => aws_id(text, "vpc-"),
            Self::Subnet => aws_id(text, "subnet-"),
        }
    }
}

/// What an unknown value may turn out to be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Candidate {
    /// A group that exists already, by id.
    Known(String),
    /// A group that is only planned, by address.
    Planned(String),
    /// Something that the plan does not hold, in words.
    Opaque(String),
}

impl Candidate {
    /// Returns a planned object by its id or, where it has none yet, by its address.
    pub(super) fn of(planned: &Planned<'_>) -> Self {
        match planned.values.text("id") {
            Some(id) => Self::Known(id.to_owned()),
            None => Self::Planned(planned.address.to_string()),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Known(text) | Self::Planned(text) | Self::Opaque(text) => text,
        }
    }
}

/// Spells the references of expressions that are wanted.
pub(super) fn describe(
    expressions: &[&Value],
    scope: &ExprScope<'_>,
    wanted: impl Fn(&[AddressStep<'_>]) -> bool,
) -> String {
    let mut texts = BTreeSet::new();
    for expression in expressions {
        for reference in longest(expression) {
            let is_key = matches!(
                reference.first(),
                Some(AddressStep::Name("each" | "count" | "path" | "terraform" | "self"))
            );
            if !is_key && wanted(&reference) {
                texts.insert(spell(&reference));
            }
        }
    }
    if texts.is_empty() {
        return "a value that is only known after apply".to_owned();
    }
    in_module(&few(texts.iter().map(String::as_str)), scope)
}

/// Returns one text for candidates of which only one can be meant.
pub(super) fn one_of(candidates: &BTreeSet<Candidate>) -> String {
    format!("one of {}", few(candidates.iter().map(Candidate::text)))
}

fn few<'t>(texts: impl ExactSizeIterator<Item = &'t str>) -> String {
    let more = texts.len().saturating_sub(SPELLED);
    let spelled = texts.take(SPELLED).collect::<Vec<_>>().join(", ");
    if more == 0 { spelled } else { format!("{spelled} and {more} more") }
}

/// Appends the module of a scope to a text.
pub(super) fn in_module(text: &str, scope: &ExprScope<'_>) -> String {
    let module = absolute(&scope.module, "");
    if module.is_empty() { text.to_owned() } else { format!("{text} in {}", module.trim_end_matches('.')) }
}

/// Tells whether a resource type is a group.
pub(super) fn is_group(kind: &str) -> bool {
    matches!(kind, "aws_security_group" | "aws_default_security_group" | "awscc_ec2_security_group")
}

/// Tells whether a reference leads straight to a group.
pub(super) fn is_group_reference(reference: &[AddressStep<'_>]) -> bool {
    match reference {
        [AddressStep::Name("data"), AddressStep::Name(kind), ..] | [AddressStep::Name(kind), ..] => {
            is_group(kind)
        }
        _ => false,
    }
}

/// Tells whether an attribute or an output is named like one that holds groups.
pub(super) fn names_groups(name: &str) -> bool {
    name.contains("security_group") || name.split('_').any(|word| word == "sg" || word == "sgs")
}

/// Returns the group id in a text or at the end of an ARN.
pub(super) fn group_id(text: &str) -> Option<&str> {
    aws_id(text, "sg-")
}

/// Returns the id of a kind in a text or at the end of an ARN.
fn aws_id<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let id = text.rsplit('/').next()?;
    let rest = id.strip_prefix(prefix).filter(|rest| !rest.is_empty() && rest.len() <= 32)?;
    rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-').then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_of_groups_are_recognised() {
        assert_eq!(group_id("sg-0a1b"), Some("sg-0a1b"));
        assert_eq!(group_id("arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b"), Some("sg-0a1b"));
        assert_eq!(["sg-", "vpc-1", "", "sg-a secret", "a/"].map(group_id), [None; 5]);
        assert!(names_groups("vpc_security_group_ids") && names_groups("db_sg") && !names_groups("msgs"));
    }

    #[test]
    fn long_lists_are_cut() {
        let candidates = (0..6).map(|index| Candidate::Planned(format!("g{index}"))).collect();
        assert_eq!(one_of(&candidates), "one of g0, g1, g2, g3 and 2 more");
    }
}
