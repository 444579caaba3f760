//! What is looked for in answers of other services: objects that groups are attached to.

use serde_json::Value;

use super::row::Row;
use crate::ec2::document::Answer;
use crate::inventory::GroupId;

/// What a document holds beside the objects of EC2.
#[derive(Default)]
pub(in crate::ec2) struct Found {
    /// Objects that groups are attached to.
    pub(super) things: Vec<Thing>,
    /// Objects of EC2 that AWS Config recorded.
    pub(in crate::ec2) answers: Vec<Answer>,
    /// How many objects could not be read.
    pub(super) unread: usize,
}

/// An object that groups are attached to.
pub(super) struct Thing {
    /// What is known of its kind; `None` for another one that has an ARN.
    pub(super) row: Option<&'static Row>,
    pub(super) object: Value,
}

impl Found {
    /// Tells whether nothing was found.
    pub(in crate::ec2) fn is_empty(&self) -> bool {
        self.things.is_empty() && self.answers.is_empty()
    }
}

impl Found {
    /// Parses an object, or counts it. One that is nothing but braces would take a hundred times its size,
    /// and is none of AWS's.
    pub(super) fn parse(&mut self, text: &str) -> Option<Value> {
        const OBJECT: usize = 1 << 10;
        let braces = text.bytes().filter(|byte| matches!(byte, b'{' | b'[')).count();
        let is_dense = braces * OBJECT > 16 * text.len() + (256 << 10);
        let value = if is_dense { None } else { serde_json::from_str(text).ok() };
        self.unread += usize::from(value.is_none());
        value
    }
}

/// Adds an object, if groups are attached to it.
pub(super) fn take_object(object: Value, found: &mut Found) {
    let row = Row::of(&object);
    if row.is_some() || (own_arn(&object).is_some() && !named_groups(&object).is_empty()) {
        found.things.push(Thing { row, object });
    }
}

/// Returns a name with a capital at its beginning.
pub(super) fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Returns a value of which all members begin with a capital. The parser bounds how deep values nest.
pub(super) fn with_capitals(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(with_capitals).collect()),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| (capital(&name), with_capitals(value)));
            Value::Object(members.collect())
        }
        other => other,
    }
}

/// Services whose ARNs objects of others name: roles, keys, topics.
const NAMED_BY_OTHERS: [&str; 7] = ["iam", "kms", "acm", "sns", "logs", "s3", "secretsmanager"];

/// Returns an object's own ARN.
pub(super) fn own_arn(object: &Value) -> Option<&str> {
    let members = object.as_object()?.iter();
    let arns = members.filter(|(name, _)| name.to_ascii_lowercase().ends_with("arn"));
    let mut arns: Vec<(&String, &str)> =
        arns.filter_map(|(name, value)| Some((name, value.as_str()?))).collect();
    // `Arn` comes before `RoleArn`.
    arns.sort_by_key(|(name, _)| (name.len(), *name));
    arns.into_iter().map(|(_, arn)| arn).find(|arn| {
        let service = arn.split(':').nth(2).unwrap_or_default();
        arn.starts_with("arn:") && !NAMED_BY_OTHERS.contains(&service)
    })
}

/// Returns the groups that an object of an unknown kind names, below members that are named after them.
pub(super) fn named_groups(object: &Value) -> Vec<&str> {
    fn walk<'v>(value: &'v Value, is_named: bool, found: &mut Vec<&'v str>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| walk(item, is_named, found)),
            Value::Object(members) => members.iter().for_each(|(name, member)| {
                let is_source = name.starts_with("Source");
                walk(member, !is_source && (is_named || name.contains("SecurityGroup")), found);
            }),
            Value::String(text) if is_named && GroupId::is_id(text) => found.push(text),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(object, false, &mut found);
    found
}
