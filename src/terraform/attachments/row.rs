//! The table in `assets/attachments.tsv`, and what a resource says by it.

use std::sync::LazyLock;

use smallvec::SmallVec;

use super::super::names::Names;
use super::super::value::Value;
use crate::inventory::{Members, Role};

/// What the texts at a path are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// Groups of the endpoint's interface of that number.
    Groups(usize),
    GroupNames,
    Subnets,
    SubnetGroup,
    Addresses,
    Public,
    Interfaces,
    Name,
    /// The machine to which an interface is attached.
    Machine,
    /// Interfaces that are described elsewhere.
    OtherInterfaces,
    LaunchTemplate,
    LaunchConfiguration,
}

/// One line of the table; the file explains the cells.
#[derive(Debug)]
pub(in super::super) struct Row {
    /// The resource type.
    pub(in super::super) kind: &'static str,
    pub(super) noun: &'static str,
    pub(super) members: Members,
    pub(super) role: Role,
    /// What is where, in the order of columns and, in a column, of preference.
    pub(super) columns: Vec<(Column, &'static str)>,
    /// How many interfaces carry different groups.
    pub(super) interfaces: usize,
    /// The first names of all paths, and for each the numbers and rests of its paths.
    first_names: Names,
    rests: Vec<Vec<(usize, &'static str)>>,
}

/// The table.
pub(in super::super) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let lines = include_str!("../../../assets/attachments.tsv").lines();
    lines.filter(|line| line.starts_with("aws_")).map(Row::parse).collect()
});

/// What is read whatever the type.
const COMMON: [(Column, &str); 11] = [
    (Column::Machine, "attachment.instance"),
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
    (Column::LaunchConfiguration, "launch_configuration"),
];

impl Row {
    fn parse(line: &'static str) -> Self {
        let mut cells = line.split('\t').map(|cell| if cell == "-" { "" } else { cell });
        let mut cell = || cells.next().unwrap_or_default();
        let (kind, noun) = (cell(), cell());
        let members = if cell() == "one" { Members::One } else { Members::Many };
        let role = match cell() {
            "client" => Role::Client,
            "service" => Role::Service,
            _ => Role::Both,
        };
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
        let (mut first_names, mut rests) = (Names::default(), Vec::new());
        for (number, (_, path)) in columns.iter().enumerate() {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            let index = first_names.insert(first);
            rests.resize(first_names.len(), Vec::new());
            rests[index].push((number, rest));
        }
        let interfaces = groups.split_whitespace().count();
        Self { kind, noun, members, role, columns, interfaces, first_names, rests }
    }

    /// Every attribute path that the row needs.
    pub(in super::super) fn paths(&self) -> impl Iterator<Item = &'static str> + '_ {
        let columns = self.columns.iter().map(|(_, path)| *path);
        columns.chain(["id", "arn", "tags", "tags_all", "vpc_id"])
    }

    /// The paths of a column.
    pub(super) fn paths_of(&self, wanted: Column) -> impl Iterator<Item = &'static str> + '_ {
        self.columns.iter().filter(move |(column, _)| *column == wanted).map(|(_, path)| *path)
    }

    /// Finds all texts in one walk through a resource's attributes.
    pub(super) fn texts<'v>(&self, values: &'v Value<'_>) -> Texts<'v> {
        let mut found = SmallVec::new();
        for (name, value) in values.fields() {
            let paths = self.first_names.find(name).map(|index| &self.rests[index]);
            for (number, rest) in paths.into_iter().flatten() {
                value.each_text(rest, &mut |text| found.push((self.columns[*number].0, *number, text)));
            }
        }
        // From the order of attributes to that of paths; stable within a path.
        found.sort_by_key(|(_, number, _)| *number);
        Texts(found)
    }

    /// Whether it is a pattern for machines rather than a machine.
    pub(super) fn is_template(&self) -> bool {
        matches!(self.kind, "aws_launch_template" | "aws_launch_configuration")
    }
}

/// The texts of a resource that are of use, each with its column and the number of its path.
pub(super) struct Texts<'v>(SmallVec<[(Column, usize, &'v str); 12]>);

impl<'v> Texts<'v> {
    /// The texts of a column, in the order of its paths.
    pub(super) fn of(&self, wanted: Column) -> impl Iterator<Item = &'v str> {
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
        assert!(lines.iter().all(|line| line.split('\t').count() == 13), "each line has 13 cells");
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
