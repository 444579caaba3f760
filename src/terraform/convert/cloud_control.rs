//! Groups and rules of the provider `awscc`, which have the attributes of `CloudFormation` (its
//! template reference, `AWS::EC2::SecurityGroup`, `…Ingress`, `…Egress`).

use super::permissions::{PeerNames, add_rules, odd_peer, traffic, unknown_peer};
use super::rules::single_rule_of;
use crate::inventory::{Direction, GroupFact, GroupId, Origin, VpcId};
use crate::terraform::parse::Value;
use crate::terraform::resource::{Reader, Resource};

/// Returns the attributes of a permission that name its peer.
fn peer_names(direction: Direction) -> PeerNames {
    let (prefix_list, group) = match direction {
        Direction::Ingress => ("source_prefix_list_id", "source_security_group_id"),
        Direction::Egress => ("destination_prefix_list_id", "destination_security_group_id"),
    };
    PeerNames { cidrs: ["cidr_ip", "cidr_ipv_6"], prefix_list, group }
}

/// Converts a group and its inline rules.
pub(crate) fn group(reader: &mut Reader<'_>, resource: &Resource<'_>) {
    let values = &resource.values;
    let id = resource.first_text(&["group_id", "security_group_id"]).map(GroupId::new);
    let Some(id) = id.or_else(|| resource.group_id()) else { return reader.no_id() };
    let origin = resource.origin(reader);
    let lists =
        [(Direction::Ingress, "security_group_ingress"), (Direction::Egress, "security_group_egress")];
    let [ingress_known, egress_known] =
        lists.map(|(_, name)| resource.managed && matches!(values.get(name), Some(Value::List(_))));
    let fact = GroupFact {
        name: values.text("group_name").map(Into::into),
        description: values.text("group_description").map(Into::into),
        vpc: resource.object_at("vpc_id").map(VpcId::new),
        tags: resource.tags(reader),
        ingress_known,
        egress_known,
        ..GroupFact::new(resource.authority(), Some(origin.clone()))
    };
    reader.builder.group(id.clone(), fact);
    for (direction, name) in lists {
        let names = peer_names(direction);
        for block in values.blocks(name) {
            let mut peers = names.peers(reader, &resource.address, block);
            peers.extend(odd_peer(reader, resource, block, &[], &names.all()));
            // A plan tells that some peer of the list is unknown, and not of which rule.
            if peers.is_empty() {
                let unknown = resource.unknown.get(&format!("{name}.{}", names.group));
                peers.extend(unknown.into_iter().flatten().map(unknown_peer));
            }
            let traffic = traffic(reader, &resource.address, block, "ip_protocol");
            let description = block.text("description").map(Into::into);
            let origin = Origin { description, ..origin.clone() };
            add_rules(reader, &id, direction, &traffic, peers, &origin);
        }
    }
}

/// Converts a rule that is a resource of its own.
pub(crate) fn rule(reader: &mut Reader<'_>, resource: &Resource<'_>, direction: Direction) {
    single_rule_of(reader, resource, direction, "group_id", &peer_names(direction));
}
