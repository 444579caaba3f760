//! The table in `assets/attachments.tsv`: which attributes of a resource hold what.

use std::sync::LazyLock;

use smallvec::SmallVec;

use crate::inventory::{Multiplicity, Role};
use crate::terraform::parse::{KeyTable, Value};

/// What the texts at a path are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// Ids of the groups of the endpoint's interface of that number.
    Groups(usize),
    /// Names of groups.
    GroupNames,
    /// Ids or ARNs of subnets.
    Subnets,
    /// Names of subnet groups.
    SubnetGroup,
    /// Private addresses and prefixes.
    Addresses,
    /// Public addresses.
    Public,
    /// Ids of the endpoint's interfaces.
    Interfaces,
    /// Names of the endpoint.
    Name,
    /// The instance to which an interface is attached.
    Machine,
    /// Interfaces that resources of their own describe.
    OtherInterfaces,
    /// Ids and names of launch templates.
    LaunchTemplate,
    /// Versions of launch templates that are used.
    TemplateVersion,
    /// Names of launch configurations.
    LaunchConfiguration,
}

/// One line of the table; the file explains the cells.
#[derive(Debug)]
pub(crate) struct Row {
    /// The resource type.
    pub(crate) kind: &'static str,
    /// What pictures call it.
    pub(crate) noun: &'static str,
    /// One machine or many.
    pub(crate) members: Multiplicity,
    /// Client, service or both.
    pub(crate) role: Role,
    /// The paths with their columns, in the order of columns and, in a column, of preference.
    columns: Vec<(Column, &'static str)>,
    /// How many interfaces have different groups.
    pub(crate) interfaces: usize,
    /// The first names of all paths.
    first_names: KeyTable,
    /// By first name: the number of each of its paths, and the path without the first name.
    rests: Vec<Vec<(usize, &'static str)>>,
}

/// All lines of the table.
pub(crate) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let lines = include_str!("../../../assets/attachments.tsv").lines();
    lines.filter(|line| line.starts_with("aws_")).map(Row::parse).collect()
});

/// The paths that are read for every type.
const COMMON: [(Column, &str); 21] = [
    (Column::TemplateVersion, "launch_template.version"),
    (Column::TemplateVersion, "mixed_instances_policy.launch_template.launch_template_specification.version"),
    (
        Column::TemplateVersion,
        "mixed_instances_policy.launch_template.override.launch_template_specification.version",
    ),
    (Column::TemplateVersion, "launch_template_config.launch_template_specification.version"),
    (Column::TemplateVersion, "compute_resources.launch_template.version"),
    (Column::Machine, "attachment.instance"),
    (Column::Machine, "attachment.instance_id"),
    (Column::OtherInterfaces, "network_interface.network_interface_id"),
    (Column::LaunchTemplate, "launch_template.id"),
    (Column::LaunchTemplate, "launch_template.name"),
    (
        Column::LaunchTemplate,
        "mixed_instances_policy.launch_template.launch_template_specification.launch_template_id",
    ),
    (
        Column::LaunchTemplate,
        "mixed_instances_policy.launch_template.launch_template_specification.launch_template_name",
    ),
    (
        Column::LaunchTemplate,
        "mixed_instances_policy.launch_template.override.launch_template_specification.launch_template_id",
    ),
    (
        Column::LaunchTemplate,
        "mixed_instances_policy.launch_template.override.launch_template_specification.launch_template_name",
    ),
    (Column::LaunchTemplate, "launch_template_config.launch_template_specification.launch_template_id"),
    (Column::LaunchTemplate, "launch_template_config.launch_template_specification.id"),
    (Column::LaunchTemplate, "launch_template_config.launch_template_specification.name"),
    (Column::LaunchTemplate, "launch_template_config.launch_template_specification.launch_template_name"),
    (Column::LaunchTemplate, "compute_resources.launch_template.launch_template_id"),
    (Column::LaunchTemplate, "compute_resources.launch_template.launch_template_name"),
    (Column::LaunchConfiguration, "launch_configuration"),
];

impl Row {
    fn parse(line: &'static str) -> Self {
        let mut cells = line.split('\t').map(|cell| if cell == "-" { "" } else { cell });
        let mut cell = || cells.next().unwrap_or_default();
        let (kind, noun) = (cell(), cell());
        let (members, role) = (Multiplicity::of_cell(cell()), Role::of_cell(cell()));
        let mut columns = Vec::new();
        let groups = cell();
        for (number, joined) in groups.split_whitespace().enumerate() {
            columns.extend(joined.split('+').map(|path| (Column::Groups(number), path)));
        }
        for column in [
            Column::GroupNames,
            Column::Subnets,
            Column::SubnetGroup,
            Column::Addresses,
            Column::Public,
            Column::Interfaces,
            Column::Name,
        ] {
            columns.extend(cell().split_whitespace().map(|path| (column, path)));
        }
        columns.extend(COMMON);
        let (mut first_names, mut rests) = (KeyTable::default(), Vec::new());
        for (number, (_, path)) in columns.iter().enumerate() {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            let index = first_names.insert(first);
            rests.resize(first_names.len(), Vec::new());
            rests[index].push((number, rest));
        }
        let interfaces = groups.split_whitespace().count();
        Self { kind, noun, members, role, columns, interfaces, first_names, rests }
    }

    /// Returns every attribute path that the row needs.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &'static str> + '_ {
        let columns = self.columns.iter().map(|(_, path)| *path);
        let own: &[&str] = match self.kind {
            "aws_launch_template" => &["latest_version", "default_version"],
            "aws_lb" | "aws_alb" => &["load_balancer_type"],
            "aws_spot_instance_request" => &["spot_instance_id"],
            _ => &[],
        };
        columns.chain(["id", "arn", "region", "tags", "tags_all", "vpc_id"]).chain(own.iter().copied())
    }

    /// Returns the paths of a column.
    pub(crate) fn paths_of(&self, wanted: Column) -> impl Iterator<Item = &'static str> + '_ {
        self.columns.iter().filter(move |(column, _)| *column == wanted).map(|(_, path)| *path)
    }

    /// Tells whether the row takes groups from an attribute.
    #[cfg(test)]
    pub(super) fn names_groups_at(&self, path: &str) -> bool {
        let is_groups = |column: &Column| matches!(column, Column::Groups(_) | Column::GroupNames);
        self.columns.iter().any(|(column, known)| *known == path && is_groups(column))
    }

    /// Finds all texts in one walk through a resource's attributes.
    pub(crate) fn texts<'v>(&self, values: &'v Value<'_>) -> Texts<'v> {
        let mut found = SmallVec::new();
        for (name, value) in values.fields() {
            let paths = self.first_names.find(name).map(|index| &self.rests[index]);
            for (number, rest) in paths.into_iter().flatten() {
                value.each_text(rest, &mut |text| found.push((self.columns[*number].0, *number, text)));
            }
        }
        // Texts come in the order of attributes; the sort is stable within a path.
        found.sort_by_key(|(_, number, _)| *number);
        Texts(found)
    }

    /// Tells whether the type is a template of machines rather than a machine.
    pub(crate) fn is_template(&self) -> bool {
        matches!(self.kind, "aws_launch_template" | "aws_launch_configuration")
    }
}

/// The texts of a resource at the paths of its row, each with its column and the number of its path.
pub(crate) struct Texts<'v>(SmallVec<[(Column, usize, &'v str); 12]>);

impl<'v> Texts<'v> {
    /// Returns the texts of a column, in the order of its paths.
    pub(crate) fn of(&self, wanted: Column) -> impl Iterator<Item = &'v str> {
        self.0.iter().filter(move |(column, ..)| *column == wanted).map(|(.., text)| *text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let lines = include_str!("../../../assets/attachments.tsv").lines();
        let lines: Vec<&str> = lines.filter(|line| line.starts_with("aws_")).collect();
        assert!(lines.iter().all(|line| line.split('\t').count() == 12), "each line has 12 cells");
        assert!(lines.is_sorted_by_key(|line| line.split('\t').next()), "lines are sorted by type");
        assert!(ROWS.len() > 100);
        for row in ROWS.iter() {
            assert!(
                row.kind.starts_with("aws_") && !row.noun.is_empty() && row.noun.chars().count() <= 24,
                "{row:?}"
            );
        }
    }
}
