//! VPCs, subnets, peerings and prefix lists.

use std::collections::BTreeSet;

use crate::inventory::{GroupId, PeeringId, PrefixListId, SubnetId, VpcId};
use crate::terraform::parse::Value;
use crate::terraform::resource::{Reader, Resource};
use crate::terraform::schema::Net;

/// Converts a network resource.
pub(crate) fn take(reader: &mut Reader<'_>, kind: Net, resource: &Resource<'_>) {
    let values = &resource.values;
    let name = resource.tags(reader).get("Name").cloned();
    match kind {
        Net::Vpc => {
            let Some(id) = resource.own_id().map(VpcId::new) else { return reader.no_id() };
            let paths = ["cidr_block", "ipv6_cidr_block", "cidr_block_associations.cidr_block"];
            let blocks = resource.blocks(reader, &paths);
            if let Some(group) = values.text("default_security_group_id") {
                reader.builder.hint(GroupId::new(group), Some("default".into()), Some(id.clone()));
            }
            reader.builder.vpc(id, name, blocks);
        }
        Net::VpcBlock => {
            if let Some(id) = resource.object_at("vpc_id").map(VpcId::new) {
                let blocks = resource.blocks(reader, &["cidr_block", "ipv6_cidr_block"]);
                reader.builder.vpc(id, None, blocks);
            }
        }
        Net::Subnet => {
            let Some(id) = resource.own_id().map(SubnetId::new) else { return reader.no_id() };
            let blocks = resource.blocks(reader, &["cidr_block", "ipv6_cidr_block"]);
            reader.builder.subnet(id, name, resource.object_at("vpc_id").map(VpcId::new), blocks);
        }
        Net::Peering => peering(reader, resource),
        Net::Transit => {
            if let Some(vpc) = resource.object_at("vpc_id").map(VpcId::new) {
                // A plan does not follow which of several planned gateways is meant: any may be.
                reader.builder.transit(values.text("transit_gateway_id").unwrap_or("planned"), vpc);
            }
        }
        Net::PrefixList => {
            let Some(id) = resource.first_text(&["prefix_list_id", "id"]).map(PrefixListId::new) else {
                return reader.no_id();
            };
            let paths = ["entry.cidr", "entries.cidr", "cidr_blocks"];
            let lists = ["entry", "entries", "cidr_blocks"];
            let listed = lists.iter().any(|list| matches!(values.get(list), Some(Value::List(_))));
            let entries: BTreeSet<_> = resource.blocks(reader, &paths).into_iter().collect();
            reader.builder.prefix_list(id, values.text("name").map(Into::into), listed.then_some(entries));
        }
        Net::PrefixListEntry => {
            if let Some(id) = values.text("prefix_list_id").map(PrefixListId::new) {
                let entries = resource.blocks(reader, &["cidr"]);
                reader.builder.prefix_list_entry(id, entries);
            }
        }
    }
}

fn peering(reader: &mut Reader<'_>, resource: &Resource<'_>) {
    let id = resource.first_text(&["id", "vpc_peering_connection_id"]).map(PeeringId::new);
    let id = id.or_else(|| resource.own_id().map(PeeringId::new));
    let side = |path| resource.object_at(path).map(VpcId::new);
    let sides = (side("vpc_id"), side("peer_vpc_id"));
    if let (Some(id), (Some(one), Some(other))) = (id, sides) {
        let status = resource.first_text(&["accept_status", "status"]).map(Into::into);
        reader.builder.peering(id, one, other, status);
    } else {
        reader.no_id();
    }
}
