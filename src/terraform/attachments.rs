//! Resources that carry groups, by the table in `assets/attachments.tsv`.

use std::net::IpAddr;
use std::sync::Arc;

use smallvec::SmallVec;

use super::resource::{Reader, Reference, Resource};
use crate::inventory::{
    EndpointFact, EndpointId, GroupRef, InterfaceFact, InterfaceId, SortedSet, SubnetId, VpcId,
};

mod row;

use row::Column;
pub(super) use row::{ROWS, Row};

impl Row {
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
    let texts = row.texts(values);

    let mut interfaces: Vec<InterfaceId> = texts.of(Column::Interfaces).map(InterfaceId::new).collect();
    interfaces.sort();
    interfaces.dedup();
    for extra in texts.of(Column::OtherInterfaces) {
        reader.builder.own(InterfaceId::new(extra), id.clone());
    }
    let own = if id.as_str().starts_with("eni-") { Some(InterfaceId::new(id.as_str())) } else { None };
    for instance in texts.of(Column::Machine) {
        reader.builder.own(InterfaceId::new(id.as_str()), EndpointId::new(instance));
    }

    let mut carried: SmallVec<[SortedSet<GroupRef>; 2]> = SmallVec::new();
    for number in 0..row.interfaces {
        let column = Column::Groups(number);
        let mut groups: SortedSet<_> = super::groups::named_groups(reader, texts.of(column)).collect();
        groups.extend(row.paths_of(column).flat_map(|path| resource.unknown_groups(path)));
        if !groups.is_empty() {
            carried.push(groups);
        }
    }
    // Names repeat the ids where both are stored; alone they are all there is (EC2-Classic).
    if carried.is_empty() {
        let named = texts.of(Column::GroupNames).map(|name| GroupRef::Id(super::groups::parse_group(name).0));
        carried.push(named.collect());
    }
    let subnet_service = row.kind.trim_start_matches("aws_").split('_').next().unwrap_or_default();
    let subnet_service = match subnet_service {
        "rds" | "docdb" | "neptune" => "db",
        other => other,
    };
    let template = InterfaceFact {
        home: home.clone(),
        vpc: values.text("vpc_id").map(|id| VpcId::new(reader.shared(id))),
        subnets: texts
            .of(Column::Subnets)
            .flat_map(|text| text.split(','))
            .map(|text| SubnetId::new(reader.shared(last_part(text))))
            .collect(),
        subnet_groups: texts
            .of(Column::SubnetGroup)
            .map(|name| format!("{subnet_service}:{name}").into())
            .collect(),
        addresses: resource.parse_blocks(reader, texts.of(Column::Addresses)).collect(),
        public: texts.of(Column::Public).filter_map(|text| text.parse::<IpAddr>().ok()).collect(),
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
    let name = texts.of(Column::Name).next().map(Arc::from);
    let named =
        [(Column::LaunchTemplate, "launch template"), (Column::LaunchConfiguration, "launch configuration")];
    let named_templates = named
        .iter()
        .flat_map(|(column, noun)| texts.of(*column).map(move |name| Arc::from(format!("{noun} {name}"))));
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
