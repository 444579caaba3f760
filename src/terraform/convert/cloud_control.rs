//! Groups and rules of the provider `awscc`, which have the attributes of `CloudFormation` (its
//! template reference, `AWS::EC2::SecurityGroup`, `…Ingress`, `…Egress`).

use super::mentions::mention;
use super::permissions::{add_rules, block_peer, odd_peer, traffic, unknown_peer};
use crate::inventory::{Direction, GroupFact, GroupId, GroupRef, Origin, Peer, PrefixListId, VpcId};
use crate::terraform::parse::Value;
use crate::terraform::resource::{Reader, Resource};

/// The attributes of one permission that name its peer.
struct PeerNames {
    group: &'static str,
    prefix_list: &'static str,
}

impl PeerNames {
    fn of(direction: Direction) -> Self {
        match direction {
            Direction::Ingress => {
                Self { group: "source_security_group_id", prefix_list: "source_prefix_list_id" }
            }
            Direction::Egress => {
                Self { group: "destination_security_group_id", prefix_list: "destination_prefix_list_id" }
            }
        }
    }
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
        for block in values.blocks(name) {
            let mut peers = peers(reader, resource, block, direction);
            // A plan tells that some peer of the list is unknown, and not of which rule.
            if peers.is_empty() {
                let path = format!("{name}.{}", PeerNames::of(direction).group);
                peers.extend(resource.unknown.get(&path).into_iter().flatten().map(unknown_peer));
            }
            add(reader, resource, &id, (direction, block), peers, &origin);
        }
    }
}

/// Converts a rule that is a resource of its own.
pub(crate) fn rule(reader: &mut Reader<'_>, resource: &Resource<'_>, direction: Direction) {
    let origin = resource.origin(reader);
    let mut peers = peers(reader, resource, &resource.values, direction);
    let unknown = resource.unknown.get(PeerNames::of(direction).group);
    peers.extend(unknown.into_iter().flatten().map(unknown_peer));
    let owners = resource.groups_at(reader, "group_id").into_iter();
    let owners: Vec<GroupId> =
        owners.filter_map(|group| if let GroupRef::Id(id) = group { Some(id) } else { None }).collect();
    if owners.is_empty() {
        reader.builder.skip("rules without a group", 1);
    }
    for owner in owners {
        add(reader, resource, &owner, (direction, &resource.values), peers.clone(), &origin);
    }
}

/// Reads the peers of a permission.
fn peers(
    reader: &mut Reader<'_>,
    resource: &Resource<'_>,
    block: &Value<'_>,
    direction: Direction,
) -> Vec<Peer> {
    let PeerNames { group, prefix_list } = PeerNames::of(direction);
    let mut peers = Vec::new();
    for name in ["cidr_ip", "cidr_ipv_6"] {
        peers.extend(block.text(name).map(|text| block_peer(reader, &resource.address, text)));
    }
    peers.extend(block.text(prefix_list).map(|id| Peer::PrefixList(PrefixListId::new(id))));
    peers.extend(block.text(group).map(|text| Peer::Group(mention(reader, text))));
    let names = ["cidr_ip", "cidr_ipv_6", prefix_list, group];
    peers.extend(odd_peer(reader, &resource.address, block, &names));
    peers
}

fn add(
    reader: &mut Reader<'_>,
    resource: &Resource<'_>,
    owner: &GroupId,
    (direction, block): (Direction, &Value<'_>),
    peers: Vec<Peer>,
    origin: &Origin,
) {
    let traffic = traffic(reader, &resource.address, block, "ip_protocol");
    let origin = Origin { description: block.text("description").map(Into::into), ..origin.clone() };
    add_rules(reader, owner, direction, &traffic, peers, &origin);
}
