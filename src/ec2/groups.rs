//! `SecurityGroup`: the groups and their permissions. One permission is the
//! product of its protocol and ports with each of its peers.

use super::document::Answer;
use super::ledger::Stated;
use super::reader::Reader;
use super::rules::pair;
use super::shapes::{IpPermission, SecurityGroup};
use crate::inventory::{Authority, Direction, GroupFact, GroupId, Peer, PrefixListId, VpcId};
use crate::traffic::Family;

/// Reads the groups of an answer.
pub(super) fn take(reader: &mut Reader<'_>, answer: &Answer) {
    let carriers_unseen = answer.unavailable.has("ec2:DescribeNetworkInterfaces");
    for group in &answer.security_groups.0 {
        take_group(reader, group, carriers_unseen);
    }
}

fn take_group(reader: &mut Reader<'_>, group: &SecurityGroup, carriers_unseen: bool) {
    let Some(id) = group.group_id.shared().map(GroupId::new) else { return reader.no_id() };
    let lists =
        [(Direction::Ingress, &group.ip_permissions), (Direction::Egress, &group.ip_permissions_egress)];
    // A list of group names describes groups without their rules.
    let is_whole = reader.lists_rules || lists.iter().any(|(_, list)| list.is_some());
    let account = group.owner_id.shared().or_else(|| reader.account.clone());
    let origin = reader.origin(id.as_str());
    let authority = if is_whole { Authority::Managed } else { Authority::DataSource };
    let fact = GroupFact {
        name: group.group_name.shared(),
        description: group.description.shared(),
        vpc: group.vpc_id.shared().map(VpcId::new),
        account: account.clone(),
        region: reader.region.clone().or_else(|| region(group.security_group_arn.get()?).map(Into::into)),
        tags: group.tags.by_key(),
        ingress_known: reader.lists_rules || group.ip_permissions.is_some(),
        egress_known: reader.lists_rules || group.ip_permissions_egress.is_some(),
        carriers_unseen,
        ..GroupFact::new(authority, Some(origin))
    };
    for (direction, list) in lists {
        for permission in list.iter().flat_map(|list| &list.0) {
            take_permission(reader, &id, account.as_deref(), direction, permission);
        }
    }
    reader.homes.extend(group.vpc_id.shared().map(|vpc| (id.clone(), VpcId::new(vpc))));
    reader.defined.insert(id.clone());
    reader.builder.group(id, fact);
}

fn take_permission(
    reader: &mut Reader<'_>,
    group: &GroupId,
    account: Option<&str>,
    direction: Direction,
    permission: &IpPermission,
) {
    let traffic = reader.traffic(group, &permission.ip_protocol, permission.from_port, permission.to_port);
    let peers = peers(reader, group, account, permission);
    if peers.is_empty() {
        reader.builder.skip("rules without a peer", 1);
    }
    for stated in peers {
        let origin = reader.origin(group.as_str());
        reader.ledger.enter(group, direction, &traffic, stated, origin);
    }
}

fn peers(
    reader: &mut Reader<'_>,
    group: &GroupId,
    account: Option<&str>,
    permission: &IpPermission,
) -> Vec<Stated> {
    let mut peers = Vec::new();
    for range in permission.ip_ranges.0.iter().chain(&permission.ipv6_ranges.0) {
        let texts = [(&range.cidr_ip, Family::V4), (&range.cidr_ipv6, Family::V6)].into_iter();
        let mut texts = texts.filter_map(|(text, family)| Some((text.get()?, family))).peekable();
        if texts.peek().is_none() {
            peers.push(Stated::new(reader.nobody(group, "an address range"), None));
        }
        for (text, family) in texts {
            peers.push(Stated::new(reader.block_peer(group, family, text), range.description.shared()));
        }
    }
    for list in &permission.prefix_list_ids.0 {
        let peer = match list.prefix_list_id.shared() {
            Some(id) => Peer::PrefixList(PrefixListId::new(id)),
            None => reader.nobody(group, "a prefix list"),
        };
        peers.push(Stated::new(peer, list.description.shared()));
    }
    for named in &permission.user_id_group_pairs.0 {
        let stated = pair(reader, group, account, named);
        peers.push(stated.unwrap_or_else(|| Stated::new(reader.nobody(group, "a group"), None)));
    }
    if peers.is_empty() {
        peers.push(Stated::new(reader.nobody(group, "the peer"), None));
    }
    peers
}

/// Returns the region of an ARN (`arn:partition:service:region:account:…`).
fn region(arn: &str) -> Option<&str> {
    arn.split(':').nth(3).filter(|region| !region.is_empty())
}
