//! Resources that join two others: groups to interfaces, interfaces to instances, names to subnets.

use std::sync::Arc;

use crate::inventory::{EndpointId, GroupRef, InterfaceFact, InterfaceId, SubnetGroup, SubnetId, VpcId};
use crate::terraform::resource::{Reader, Resource};
use crate::terraform::schema::Link;

/// Converts a joining resource.
pub(crate) fn take(reader: &mut Reader<'_>, link: Link, resource: &Resource<'_>) {
    let values = &resource.values;
    match link {
        Link::GroupToInterface => {
            let Some(interface) = values.text("network_interface_id").map(InterfaceId::new) else {
                return reader.no_id();
            };
            let origin = resource.origin(reader);
            for group in resource.groups_at(reader, "security_group_id") {
                reader.builder.attach(interface.clone(), group, origin.clone());
            }
        }
        Link::InterfaceToInstance => {
            let interface = values.text("network_interface_id").map(InterfaceId::new);
            let instance = values.text("instance_id").map(EndpointId::new);
            if let (Some(interface), Some(instance)) = (interface, instance) {
                reader.builder.own(interface, instance);
            }
        }
        Link::GroupToVpcEndpoint => {
            if let Some(endpoint) = values.text("vpc_endpoint_id").map(EndpointId::new) {
                let mut fact = InterfaceFact::new(resource.origin(reader), endpoint);
                fact.groups = resource.groups_at(reader, "security_group_id").into_iter().collect();
                reader.builder.interface(fact);
            }
        }
        Link::SubnetGroup(service) => {
            let known = values.texts("subnet_ids").into_iter();
            let group = SubnetGroup {
                source: Arc::clone(&reader.source),
                account_region: resource.account_region(reader),
                subnets: known.chain(resource.planned_at("subnet_ids")).map(SubnetId::new).collect(),
            };
            for name in
                ["name", "id", "replication_subnet_group_id"].iter().filter_map(|key| values.text(key))
            {
                reader.builder.subnet_group(Arc::from(format!("{service}:{name}")), group.clone());
            }
        }
        Link::GroupToVpc => {
            if let Some(vpc) = resource.object_at("vpc_id").map(VpcId::new) {
                let paths = ["security_group_id", "group_id"];
                let groups: Vec<GroupRef> =
                    paths.iter().flat_map(|path| resource.groups_at(reader, path)).collect();
                for group in groups {
                    if let GroupRef::Id(group) = group {
                        reader.builder.associate(group, vpc.clone());
                    }
                }
            }
        }
    }
}
