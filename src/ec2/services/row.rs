//! The table in `assets/answers.tsv`: which members of an object of another service hold what.

use std::sync::LazyLock;

use serde_json::Value;

use crate::inventory::{Multiplicity, Role};

/// One line of the table; the file explains the cells.
#[derive(Debug)]
pub(super) struct Row {
    /// The Terraform resource type.
    pub(super) kind: &'static str,
    /// What pictures call it.
    pub(super) noun: &'static str,
    /// One machine or many.
    pub(super) members: Multiplicity,
    /// Client, service or both.
    pub(super) role: Role,
    /// The path of the id.
    pub(super) id: &'static str,
    /// The path of the ARN, if it has one.
    pub(super) arn: Option<&'static str>,
    /// The path of the name.
    pub(super) name: Option<&'static str>,
    /// For each interface the paths of its groups.
    pub(super) groups: Vec<Vec<&'static str>>,
    /// The paths of subnets.
    pub(super) subnets: Vec<&'static str>,
    /// The paths of the VPC.
    pub(super) vpc: Vec<&'static str>,
    /// The paths of private addresses.
    pub(super) addresses: Vec<&'static str>,
    /// The paths of public addresses.
    pub(super) public: Vec<&'static str>,
    /// The paths of interface ids.
    pub(super) interfaces: Vec<&'static str>,
}

/// All lines of the table. A line that cannot be read is left out; a test checks that there is none.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| lines().filter_map(Row::parse).collect());

/// Returns the lines below the header.
fn lines() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("../../../assets/answers.tsv").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1)
}

impl Row {
    fn parse(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t').map(|cell| Some(cell).filter(|cell| *cell != "-"));
        let mut cell = || cells.next().flatten();
        let paths = |cell: Option<&'static str>| cell.map_or_else(Vec::new, |text| text.split(' ').collect());
        Some(Self {
            kind: cell()?,
            noun: cell()?,
            members: Multiplicity::of_cell(cell()?),
            role: Role::of_cell(cell()?),
            id: cell()?,
            arn: cell(),
            name: cell(),
            groups: paths(cell()).into_iter().map(|joined| joined.split('+').collect()).collect(),
            subnets: paths(cell()),
            vpc: paths(cell()),
            addresses: paths(cell()),
            public: paths(cell()),
            interfaces: paths(cell()),
        })
    }

    /// Finds the kind of an object.
    pub(super) fn of(object: &Value) -> Option<&'static Self> {
        ROWS.iter().find(|row| {
            let has_groups = row.groups.iter().flatten().any(|path| {
                let outermost = path.split('.').next().unwrap_or(path);
                object.get(outermost).is_some_and(|member| !member.is_null())
            });
            let is_arn = |value: &Value| value.as_str().is_some_and(|text| text.starts_with("arn:"));
            let has_arn = row.arn.is_none_or(|arn| object.get(arn).is_some_and(is_arn));
            let is_about_groups = has_groups || row.needs_no_group(object);
            object.get(row.id).is_some_and(Value::is_string) && is_about_groups && has_arn
        })
    }

    /// Tells whether nothing filters an object when it has no group: a network or gateway load balancer.
    pub(super) fn needs_no_group(&self, object: &Value) -> bool {
        let kind = object.get("Type").and_then(Value::as_str);
        self.kind == "aws_lb" && matches!(kind, Some("network" | "gateway"))
    }
}

/// Returns the texts at a path, through any lists.
pub(super) fn texts<'v>(value: &'v Value, path: &str) -> Vec<&'v str> {
    let mut found = Vec::new();
    collect(value, path, &mut found);
    found
}

fn collect<'v>(value: &'v Value, path: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, path, found)),
        Value::String(text) if path.is_empty() && !text.is_empty() => found.push(text),
        Value::Object(members) if !path.is_empty() => {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            if let Some(member) = members.get(first) {
                collect(member, rest, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        assert_eq!(ROWS.len(), lines().count(), "every line can be read");
        assert!(lines().all(|line| line.split('\t').count() == 13), "each line has 13 cells");
        let attachments = include_str!("../../../assets/attachments.tsv");
        for row in ROWS.iter() {
            let kinds = attachments.lines().map(|line| line.split('\t').collect::<Vec<_>>());
            let known = kinds.into_iter().find(|cells| cells[0] == row.kind).expect("a type of Terraform");
            assert_eq!(known[1], row.noun, "{}: one thing has one name", row.kind);
            assert_eq!(known[2] == "one", row.members == Multiplicity::One, "{}", row.kind);
        }
    }
}
