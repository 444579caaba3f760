//! Resources that carry groups, by the table in `assets/attachments.tsv`.

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use super::resource::{Reader, Reference, Resource};
use crate::inventory::{
    EndpointFact, EndpointId, GroupRef, InterfaceFact, InterfaceId, Members, Role, SortedSet, SubnetId,
};

/// One line of the table; the file explains the columns.
#[derive(Debug)]
pub(super) struct Row {
    /// The resource type.
    pub(super) kind: &'static str,
    noun: &'static str,
    members: Members,
    role: Role,
    /// For each interface, the paths of its groups.
    groups: Vec<Vec<&'static str>>,
    group_names: Vec<&'static str>,
    subnets: Vec<&'static str>,
    subnet_group: Vec<&'static str>,
    addresses: Vec<&'static str>,
    public: Vec<&'static str>,
    interfaces: Vec<&'static str>,
    name: Vec<&'static str>,
}

/// The table.
pub(super) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let lines = include_str!("../../assets/attachments.tsv").lines();
    lines.filter(|line| line.starts_with("aws_")).map(Row::parse).collect()
});

/// Where launch templates and configurations are named, whatever the type.
const TEMPLATES: [(&str, &str); 9] = [
    ("launch_template.id", "launch template"),
    ("launch_template.name", "launch template"),
    (
        "mixed_instances_policy.launch_template.launch_template_specification.launch_template_id",
        "launch template",
    ),
    (
        "mixed_instances_policy.launch_template.launch_template_specification.launch_template_name",
        "launch template",
    ),
    (
        "mixed_instances_policy.launch_template.override.launch_template_specification.launch_template_id",
        "launch template",
    ),
    (
        "mixed_instances_policy.launch_template.override.launch_template_specification.launch_template_name",
        "launch template",
    ),
    ("launch_template_config.launch_template_specification.launch_template_id", "launch template"),
    ("launch_template_config.launch_template_specification.id", "launch template"),
    ("launch_configuration", "launch configuration"),
];

/// Attributes that are read whatever the type.
const COMMON: [&str; 7] = [
    "id",
    "arn",
    "tags",
    "tags_all",
    "attachment.instance",
    "network_interface.network_interface_id",
    "vpc_id",
];

impl Row {
    fn parse(line: &'static str) -> Self {
        let mut cells = line.split('\t').map(|cell| if cell == "-" { "" } else { cell });
        let mut cell = || cells.next().unwrap_or_default();
        let paths = |cell: &'static str| cell.split(' ').filter(|path| !path.is_empty()).collect::<Vec<_>>();
        Self {
            kind: cell(),
            noun: cell(),
            members: if cell() == "one" { Members::One } else { Members::Many },
            role: match cell() {
                "client" => Role::Client,
                "service" => Role::Service,
                _ => Role::Both,
            },
            groups: paths(cell()).into_iter().map(|joined| joined.split('+').collect()).collect(),
            group_names: paths(cell()),
            subnets: paths(cell()),
            subnet_group: paths(cell()),
            addresses: paths(cell()),
            public: paths(cell()),
            interfaces: paths(cell()),
            name: paths(cell()),
        }
    }

    /// Every attribute path that the row needs.
    pub(super) fn paths(&self) -> impl Iterator<Item = &'static str> + '_ {
        let columns = [
            &self.group_names,
            &self.subnets,
            &self.subnet_group,
            &self.addresses,
            &self.public,
            &self.interfaces,
            &self.name,
        ];
        let templates = TEMPLATES.iter().map(|(path, _)| *path);
        self.groups.iter().chain(columns).flatten().copied().chain(COMMON).chain(templates)
    }

    /// Whether it is a pattern for machines rather than a machine.
    fn is_template(&self) -> bool {
        matches!(self.kind, "aws_launch_template" | "aws_launch_configuration")
    }

    /// The endpoint's identity: the id where it is unique by itself, else the type and the id.
    fn endpoint_id(&self, resource: &Resource<'_>) -> EndpointId {
        let Some(id) = resource.values.text("id") else {
            return EndpointId::new(Arc::clone(&resource.address));
        };
        if ["i-", "eni-", "vpce-"].iter().any(|prefix| id.starts_with(prefix)) {
            return EndpointId::new(id);
        }
        // The live API tells a load balancer by the end of its ARN: `app/NAME/HASH`.
        if let Some((_, balancer)) = id.split_once(":loadbalancer/") {
            return EndpointId::new(balancer);
        }
        let kind = if self.kind == "aws_alb" { "aws_lb" } else { self.kind };
        EndpointId::new(format!("{kind}:{id}"))
    }
}

/// Reads a resource that carries groups.
pub(super) fn take(reader: &mut Reader<'_>, row: &'static Row, resource: &Resource<'_>) {
    let values = &resource.values;
    if values.text("id").is_none() && resource.unknown.is_empty() {
        return reader.no_id();
    }
    let id = row.endpoint_id(resource);
    let home = values.text("arn").and_then(|arn| reader.home(arn));
    let origin = resource.origin(reader);
    let texts = |paths: &[&str]| paths.iter().flat_map(|path| values.texts(path)).collect::<Vec<_>>();

    let mut interfaces: Vec<InterfaceId> = texts(&row.interfaces).into_iter().map(InterfaceId::new).collect();
    interfaces.sort();
    interfaces.dedup();
    for extra in values.texts("network_interface.network_interface_id") {
        reader.builder.own(InterfaceId::new(extra), id.clone());
    }
    let own = if id.as_str().starts_with("eni-") { Some(InterfaceId::new(id.as_str())) } else { None };
    for instance in values.texts("attachment.instance") {
        reader.builder.own(InterfaceId::new(id.as_str()), EndpointId::new(instance));
    }

    let named =
        texts(&row.group_names).into_iter().map(|name| GroupRef::Id(super::groups::parse_group(name).0));
    let named: SortedSet<GroupRef> = named.collect();
    let mut carried: Vec<SortedSet<GroupRef>> = Vec::new();
    for paths in &row.groups {
        let groups: SortedSet<_> = paths.iter().flat_map(|path| resource.groups_at(reader, path)).collect();
        if !groups.is_empty() {
            carried.push(groups);
        }
    }
    // Names repeat the ids where both are stored; alone they are all there is (EC2-Classic).
    if carried.is_empty() {
        carried.push(named);
    }
    let subnet_service = row.kind.trim_start_matches("aws_").split('_').next().unwrap_or_default();
    let subnet_service = match subnet_service {
        "rds" | "docdb" | "neptune" => "db",
        other => other,
    };
    let template = InterfaceFact {
        home: home.clone(),
        vpc: values.text("vpc_id").map(crate::inventory::VpcId::new),
        subnets: texts(&row.subnets)
            .into_iter()
            .flat_map(|text| text.split(','))
            .map(|text| SubnetId::new(reader.shared(last_part(text))))
            .collect(),
        subnet_groups: texts(&row.subnet_group)
            .into_iter()
            .map(|name| format!("{subnet_service}:{name}").into())
            .collect(),
        addresses: resource.blocks(reader, &row.addresses).into_iter().collect(),
        public: texts(&row.public).into_iter().filter_map(|text| text.parse::<IpAddr>().ok()).collect(),
        ..InterfaceFact::new(origin.clone(), id.clone())
    };
    for (slot, groups) in carried.drain(1..).enumerate() {
        reader.builder.interface(InterfaceFact {
            id: own.clone(),
            slot: slot + 1,
            groups,
            ..template.clone()
        });
    }
    // A resource with one interface tells its id; one with many has the same groups on each.
    let single = if let [single] = &*interfaces { Some(single.clone()) } else { None };
    let groups = carried.pop().unwrap_or_default();
    reader.builder.interface(InterfaceFact { id: own.or(single), groups, ..template });

    let aliases = ["id", "arn"].iter().filter_map(|name| values.text(name));
    let aliases = aliases.filter(|alias| *alias != id.as_str()).map(Arc::from);
    let interface_names = interfaces.iter().map(Arc::from);
    let noun =
        if row.kind == "aws_launch_configuration" { "launch configuration" } else { "launch template" };
    let pattern_names =
        ["id", "name"].iter().filter_map(|name| values.text(name)).chain([&*resource.address]);
    let patterns =
        pattern_names.filter(|_| row.is_template()).map(|name| Arc::from(format!("{noun} {name}")));
    let name = texts(&row.name).first().map(|name| Arc::from(*name));
    let named_templates = TEMPLATES.iter().flat_map(|(path, noun)| {
        values.texts(path).into_iter().map(move |name| Arc::from(format!("{noun} {name}")))
    });
    let planned = resource.unknown.get("launch_template.id").into_iter().flatten();
    let planned = planned.map(|reference| match reference {
        Reference::Group(text) | Reference::Expression(text) => Arc::from(format!("launch template {text}")),
    });
    let templates = named_templates.chain(planned).collect();
    let fact = EndpointFact {
        known: resource.known(),
        home,
        kind: reader.shared(row.noun),
        name,
        tags: resource.tags(reader),
        members: row.members,
        role: row.role,
        aliases: aliases.chain(interface_names).chain(patterns).collect(),
        templates,
        is_template: row.is_template(),
        origin,
    };
    reader.builder.endpoint(id, fact);
}

/// The id at the end of an ARN; other texts are the id.
fn last_part(text: &str) -> &str {
    text.trim().rsplit('/').next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let lines = include_str!("../../assets/attachments.tsv").lines();
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
