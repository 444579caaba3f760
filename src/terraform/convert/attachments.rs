//! Resources with groups attached, by the table in `assets/attachments.tsv`.

use std::net::IpAddr;
use std::sync::Arc;

use smallvec::SmallVec;

use super::mentions::{named_groups, parse_group};
use crate::inventory::{
    AccountRegion, EndpointFact, EndpointId, GroupRef, InterfaceFact, InterfaceId, Origin, SortedSet,
    SubnetId, TemplateName, VpcId,
};
use crate::terraform::parse::last_part;
use crate::terraform::resource::{Reader, Reference, Resource};
use crate::terraform::schema::{Column, Row, Texts};

/// A resource with groups attached, on its way to findings.
struct Attachment<'x> {
    row: &'static Row,
    resource: &'x Resource<'x>,
    texts: Texts<'x>,
    id: EndpointId,
    origin: Origin,
    account_region: Option<AccountRegion>,
    /// The endpoint's interfaces, sorted, each once.
    interfaces: Vec<InterfaceId>,
}

/// Converts a resource with groups attached.
pub(crate) fn take(reader: &mut Reader<'_>, row: &'static Row, resource: &Resource<'_>) {
    let values = &resource.values;
    let texts = row.texts(values);
    // Some types have no id. One without groups as well was never created, or its attributes were pruned.
    let has_identity = ["id", "arn"].iter().any(|name| values.text(name).is_some());
    let has_groups = || (0..row.interfaces).any(|number| texts.of(Column::Groups(number)).next().is_some());
    if !has_identity && resource.unknown.is_empty() && !has_groups() {
        return reader.no_id();
    }
    let mut interfaces: Vec<InterfaceId> = texts.of(Column::Interfaces).map(InterfaceId::new).collect();
    interfaces.sort();
    interfaces.dedup();
    let attachment = Attachment {
        row,
        resource,
        id: endpoint_id(row, resource),
        origin: resource.origin(reader),
        account_region: resource.account_region(reader),
        texts,
        interfaces,
    };
    attachment.add_owners(reader);
    attachment.add_interfaces(reader);
    attachment.add_endpoint(reader);
}

/// Returns the endpoint's identity: the id where it is unique by itself, else the type and the id.
fn endpoint_id(row: &Row, resource: &Resource<'_>) -> EndpointId {
    // A spot request is the instance that it was given.
    let given = if row.kind == "aws_spot_instance_request" { "spot_instance_id" } else { "id" };
    let Some(id) = resource.first_text(&[given, "id", "arn"]) else {
        return EndpointId::new(Arc::clone(&resource.address));
    };
    let kind = if row.kind == "aws_alb" { "aws_lb" } else { row.kind };
    EndpointId::of(kind, id)
}

impl Attachment<'_> {
    /// Adds which interfaces belong to which endpoint.
    fn add_owners(&self, reader: &mut Reader<'_>) {
        for interface in self.texts.of(Column::OtherInterfaces) {
            reader.builder.own(InterfaceId::new(interface), self.id.clone());
        }
        for instance in self.texts.of(Column::Machine) {
            reader.builder.own(InterfaceId::new(self.id.as_str()), EndpointId::new(instance));
        }
    }

    /// Adds the endpoint's interfaces, one for each column of groups that holds any.
    fn add_interfaces(&self, reader: &mut Reader<'_>) {
        let mut attached = self.groups(reader);
        let template = self.interface(reader);
        let own = self.id.as_str().starts_with("eni-").then(|| InterfaceId::new(self.id.as_str()));
        for (slot, groups) in attached.drain(1..).enumerate() {
            reader.builder.interface(InterfaceFact {
                id: own.clone(),
                slot: slot + 1,
                groups,
                ..template.clone()
            });
        }
        // A resource with one interface names its id; one with several has the same groups on each.
        let single = if let [single] = &*self.interfaces { Some(single.clone()) } else { None };
        let groups = attached.pop().unwrap_or_default();
        let unfiltered = groups.is_empty() && self.needs_no_group();
        reader.builder.interface(InterfaceFact { id: own.or(single), groups, unfiltered, ..template });
    }

    /// Tells whether nothing filters the resource when it has no group.
    fn needs_no_group(&self) -> bool {
        matches!(self.resource.values.text("load_balancer_type"), Some("network" | "gateway"))
    }

    /// Returns the groups of each interface; the list has at least one element.
    fn groups(&self, reader: &mut Reader<'_>) -> SmallVec<[SortedSet<GroupRef>; 2]> {
        let mut attached: SmallVec<[SortedSet<GroupRef>; 2]> = SmallVec::new();
        for number in 0..self.row.interfaces {
            let column = Column::Groups(number);
            let mut groups: SortedSet<_> = named_groups(reader, self.texts.of(column)).collect();
            for path in self.row.paths_of(column) {
                groups.extend(self.resource.unknown_groups(path));
                groups.extend(self.resource.odd_group(reader, path));
            }
            if !groups.is_empty() {
                attached.push(groups);
            }
        }
        // Names repeat the ids where a state holds both; EC2-Classic has names alone.
        if attached.is_empty() {
            let names = self.texts.of(Column::GroupNames);
            attached.push(names.map(|name| GroupRef::Id(parse_group(name).0)).collect());
        }
        attached
    }

    /// Returns what all interfaces of the endpoint have in common.
    fn interface(&self, reader: &mut Reader<'_>) -> InterfaceFact {
        let texts = &self.texts;
        let service = subnet_service(self.row.kind);
        InterfaceFact {
            account_region: self.account_region.clone(),
            vpc: self.resource.object_at("vpc_id").map(|id| VpcId::new(reader.shared(id))),
            subnets: texts
                .of(Column::Subnets)
                .flat_map(|text| text.split(','))
                .map(|text| SubnetId::new(reader.shared(last_part(text))))
                .chain(self.planned(Column::Subnets).map(SubnetId::new))
                .collect(),
            subnet_groups: texts
                .of(Column::SubnetGroup)
                .map(|name| format!("{service}:{name}").into())
                .collect(),
            addresses: self.resource.parse_blocks(reader, texts.of(Column::Addresses)).collect(),
            public: texts.of(Column::Public).filter_map(|text| text.parse::<IpAddr>().ok()).collect(),
            ..InterfaceFact::new(self.origin.clone(), self.id.clone())
        }
    }

    /// Adds the endpoint itself.
    fn add_endpoint(self, reader: &mut Reader<'_>) {
        let values = &self.resource.values;
        let is_template = self.row.is_template();
        let interface_names = self.interfaces.iter().map(Arc::from);
        let template = match self.row.kind {
            "aws_launch_configuration" => TemplateName::LaunchConfiguration,
            _ => TemplateName::LaunchTemplate,
        };
        let template_names = ["id", "name"].iter().filter_map(|name| values.text(name));
        let template_names = template_names.chain([&*self.resource.address]).filter(|_| is_template);
        let names_as_template = template_names.map(|name| template(name.into())).collect();
        if self.row.kind == "aws_eks_cluster" {
            self.add_nodes(reader);
        }
        let fact = EndpointFact {
            account_region: self.account_region.clone(),
            name: self.texts.of(Column::Name).next().map(Arc::from),
            tags: self.resource.tags(reader),
            members: self.row.members,
            role: self.row.role,
            aliases: self.resource.aliases(&self.id).chain(interface_names).collect(),
            templates: self.templates(),
            versions: self.texts.of(Column::TemplateVersion).map(Into::into).collect(),
            version: is_template.then(|| self.version()).flatten(),
            names_as_template,
            ..EndpointFact::new(self.resource.authority(), self.origin.clone(), reader.shared(self.row.noun))
        };
        reader.builder.endpoint(self.id, fact);
    }

    /// Returns the version of a launch template whose attributes a state holds, the latest, and the default
    /// one (provider source, `ec2_launch_template.go`).
    fn version(&self) -> Option<(i64, i64)> {
        let latest = self.resource.values.int("latest_version")?;
        Some((latest, self.resource.values.int("default_version").unwrap_or(latest)))
    }

    /// Adds what the nodes of a cluster have where no launch template names their groups.
    fn add_nodes(&self, reader: &mut Reader<'_>) {
        let values = &self.resource.values;
        let group = values.texts("vpc_config.cluster_security_group_id").into_iter();
        let groups: SortedSet<GroupRef> = named_groups(reader, group).collect();
        if groups.is_empty() {
            return;
        }
        let id = EndpointId::new(format!("{} nodes", self.id));
        let names = ["name", "id"].iter().filter_map(|name| values.text(name));
        let fact = EndpointFact {
            account_region: self.account_region.clone(),
            names_as_template: names.map(|name| TemplateName::Nodes(name.into())).collect(),
            ..EndpointFact::new(self.resource.authority(), self.origin.clone(), "node")
        };
        reader.builder.endpoint(id.clone(), fact);
        let interface = InterfaceFact::new(self.origin.clone(), id);
        let account_region = self.account_region.clone();
        reader.builder.interface(InterfaceFact { account_region, groups, ..interface });
    }

    /// Returns the templates whose groups the endpoint takes.
    fn templates(&self) -> Vec<TemplateName> {
        let cluster = self.resource.values.text("cluster_name");
        let has_nodes = matches!(self.row.kind, "aws_eks_node_group" | "aws_eks_fargate_profile");
        let nodes = cluster.filter(|_| has_nodes).map(|name| TemplateName::Nodes(name.into()));
        let columns: [(Column, fn(Arc<str>) -> TemplateName); 2] = [
            (Column::LaunchTemplate, TemplateName::LaunchTemplate),
            (Column::LaunchConfiguration, TemplateName::LaunchConfiguration),
        ];
        let named = columns
            .iter()
            .flat_map(|(column, template)| self.texts.of(*column).map(|name| template(name.into())));
        let planned = columns.iter().flat_map(|(column, template)| {
            let references = self.row.paths_of(*column).filter_map(|path| self.resource.unknown.get(path));
            references.flatten().map(|reference| match reference {
                Reference::Object(text) | Reference::Perhaps(text) | Reference::Expression(text) => {
                    template(text.as_str().into())
                }
            })
        });
        named.chain(planned).chain(nodes).collect()
    }

    /// Returns the planned objects that the attributes of a column name.
    fn planned(&self, column: Column) -> impl Iterator<Item = &str> {
        self.row.paths_of(column).flat_map(|path| self.resource.planned_at(path))
    }
}

/// Returns the service whose subnet groups a resource type names.
fn subnet_service(kind: &str) -> &str {
    match kind.trim_start_matches("aws_").split('_').next().unwrap_or_default() {
        "rds" | "docdb" | "neptune" => "db",
        other => other,
    }
}
