//! Rules that are resources of their own: `aws_security_group_rule` and the two
//! `aws_vpc_security_group_*_rule` types.

use std::sync::Arc;

use super::mentions::mention;
use super::permissions::{PeerNames, add_rules, block_peers, odd_peer, traffic, unknown_peer};
use crate::inventory::{Direction, GroupId, GroupRef, Peer, RuleId, RuleTraffic};
use crate::terraform::resource::{Reader, Resource};

/// Converts an `aws_security_group_rule`: one resource, one rule for each peer. Despite its name,
/// `source_security_group_id` is the destination of an egress rule.
pub(crate) fn group_rule(reader: &mut Reader<'_>, resource: &Resource<'_>) {
    let values = &resource.values;
    let direction = match values.text("type") {
        Some("ingress") => Direction::Ingress,
        Some("egress") => Direction::Egress,
        _ => {
            if values.get("type").is_some() {
                lost(reader, &resource.address, "its direction");
            }
            return reader.builder.skip("rules without a direction", 1);
        }
    };
    let mut peers = block_peers(reader, &resource.address, values);
    let source = "source_security_group_id";
    peers.extend(values.text(source).map(|text| Peer::Group(mention(reader, text))));
    peers.extend(resource.unknown.get(source).into_iter().flatten().map(unknown_peer));
    if peers.is_empty() {
        let unknown = ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids"];
        peers.extend(
            unknown.iter().filter_map(|path| resource.unknown.get(*path)).flatten().map(unknown_peer),
        );
    }
    let lists = ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids"];
    peers.extend(odd_peer(reader, resource, values, &lists, &[source]));
    let traffic = traffic(reader, &resource.address, values, "protocol");
    for (owner, doubt) in owners(reader, resource, "security_group_id") {
        let mut peers = peers.clone();
        if values.flag("self") {
            peers.push(Peer::Group(owner.clone()));
        }
        add(reader, resource, &owner, direction, &traffic.clone().doubted(doubt), peers);
    }
}

/// Returns the direction of a rule that a data source reads.
pub(crate) fn direction(resource: &Resource<'_>) -> Direction {
    if resource.values.flag("is_egress") { Direction::Egress } else { Direction::Ingress }
}

/// The attributes of the two `aws_vpc_security_group_*_rule` types that name the peer.
const PEER: PeerNames = PeerNames {
    cidrs: ["cidr_ipv4", "cidr_ipv6"],
    prefix_list: "prefix_list_id",
    group: "referenced_security_group_id",
};

/// Converts an `aws_vpc_security_group_ingress_rule` or `_egress_rule`: one resource, one rule.
pub(crate) fn single_rule(reader: &mut Reader<'_>, resource: &Resource<'_>, direction: Direction) {
    single_rule_of(reader, resource, direction, "security_group_id", &PEER);
}

/// Converts a rule with one peer, by the attributes that name its group and its peer.
pub(super) fn single_rule_of(
    reader: &mut Reader<'_>,
    resource: &Resource<'_>,
    direction: Direction,
    group: &str,
    names: &PeerNames,
) {
    let values = &resource.values;
    let mut peers = names.peers(reader, &resource.address, values);
    if peers.is_empty() {
        let unknown = names.all();
        let unknown = unknown.iter().filter_map(|path| resource.unknown.get(*path));
        peers.extend(unknown.flatten().map(unknown_peer));
    }
    peers.extend(odd_peer(reader, resource, values, &[], &names.all()));
    let traffic = traffic(reader, &resource.address, values, "ip_protocol");
    for (owner, doubt) in owners(reader, resource, group) {
        add(reader, resource, &owner, direction, &traffic.clone().doubted(doubt), peers.clone());
    }
}

/// Returns the group that the rule belongs to. Where a plan does not know it, the rule is told of each
/// group that it may belong to, with the doubt, and of none when nothing says which these are.
fn owners(reader: &mut Reader<'_>, resource: &Resource<'_>, path: &str) -> Vec<(GroupId, Option<Arc<str>>)> {
    let mut owners = Vec::new();
    // Terraform writes one id here. Where a text holds several, each would have each of the rule's peers.
    if resource.values.is_odd_text(path) || resource.values.text(path).is_some_and(|text| text.contains(','))
    {
        lost(reader, &resource.address, "its group");
        reader.builder.skip("rules without a group", 1);
        return owners;
    }
    for group in resource.groups_at(reader, path) {
        match group {
            GroupRef::Id(id) => owners.push((id, None)),
            GroupRef::Unresolved(expression) => {
                let address = &resource.address;
                let doubt: Arc<str> =
                    format!("it may belong to another group: its group is {expression}").into();
                let possible = resource.possible_groups(path).map(|id| (id, Some(Arc::clone(&doubt))));
                owners.extend(possible);
                reader
                    .unreadable
                    .insert(format!("{address} belongs to a group that is not known: {expression}"));
            }
        }
    }
    if owners.is_empty() {
        if resource.values.get(path).is_some() {
            lost(reader, &resource.address, "its group");
        }
        reader.builder.skip("rules without a group", 1);
    }
    owners
}

/// Warns of a rule that has a part in no answer, because what it belongs to is there and cannot be read. States
/// of which attributes were pruned have thousands where it is not there: these are counted.
fn lost(reader: &mut Reader<'_>, address: &str, what: &str) {
    let lost =
        format!("{address}: {what} cannot be read; the rule is left out, so answers may lack what it admits");
    reader.unreadable.insert(lost);
}

fn add(
    reader: &mut Reader<'_>,
    resource: &Resource<'_>,
    owner: &GroupId,
    direction: Direction,
    traffic: &RuleTraffic,
    peers: Vec<Peer>,
) {
    let mut origin = resource.origin(reader);
    origin.description = resource.values.text("description").map(Into::into);
    origin.rule = resource
        .first_text(&["security_group_rule_id", "id"])
        .filter(|id| id.starts_with("sgr-"))
        .map(RuleId::new);
    add_rules(reader, owner, direction, traffic, peers, &origin);
}
