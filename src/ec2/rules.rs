//! `SecurityGroupRule`: rules as objects of their own, one peer each.

use std::sync::Arc;

use super::document::Answer;
use super::ledger::Stated;
use super::reader::{Hint, Reader};
use super::shapes::{GroupPair, SecurityGroupRule};
use crate::inventory::{Direction, GroupId, Peer, PrefixListId, RuleId, VpcId};
use crate::traffic::Family;

/// Reads the rules of an answer.
pub(super) fn take(reader: &mut Reader<'_>, answer: &Answer) {
    for rule in answer.security_group_rules.iter().flat_map(|list| &list.0) {
        take_rule(reader, rule);
    }
}

fn take_rule(reader: &mut Reader<'_>, rule: &SecurityGroupRule) {
    let Some(group) = rule.group_id.shared().map(GroupId::new) else {
        reader.remark(
            "a rule names no group that it belongs to; it is left out, so answers may lack what it admits"
                .into(),
        );
        return reader.builder.skip("rules without a group", 1);
    };
    let direction = match rule.is_egress {
        Some(true) => Direction::Egress,
        Some(false) => Direction::Ingress,
        None => {
            reader.remark(format!("a rule of {group} does not tell its direction; it is left out, so answers may lack what it admits"));
            return reader.builder.skip("rules without a direction", 1);
        }
    };
    let account = rule.group_owner_id.shared().or_else(|| reader.account.clone());
    let peers = peers(reader, &group, account.as_deref(), rule);
    if peers.is_empty() {
        reader.builder.skip("rules without a peer", 1);
    }
    let traffic = reader.traffic(&group, &rule.ip_protocol, rule.from_port, rule.to_port);
    let mut origin = reader.origin(group.as_str());
    origin.rule = rule.security_group_rule_id.shared().map(RuleId::new);
    for stated in peers {
        reader.ledger.enter(&group, direction, &traffic, stated, origin.clone());
    }
    let known = reader.listed.entry(group).or_default();
    *known = known.take().or(account);
}

/// Returns the peer of a rule. Only a document that is not quite the API's has several.
fn peers(
    reader: &mut Reader<'_>,
    group: &GroupId,
    account: Option<&str>,
    rule: &SecurityGroupRule,
) -> Vec<Stated> {
    let description = rule.description.shared();
    let mut peers = Vec::new();
    for (text, family) in [(&rule.cidr_ipv4, Family::V4), (&rule.cidr_ipv6, Family::V6)] {
        if let Some(text) = text.get() {
            peers.push(Stated::new(reader.block_peer(group, family, text), description.clone()));
        }
    }
    if let Some(id) = rule.prefix_list_id.shared() {
        peers.push(Stated::new(Peer::PrefixList(PrefixListId::new(id)), description.clone()));
    }
    if let Some(info) = &rule.referenced_group_info {
        let stated = pair(reader, group, account, info);
        let stated = stated.unwrap_or_else(|| Stated::new(reader.nobody(group, "a group"), None));
        peers.push(Stated { description, ..stated });
    }
    peers
}

/// Returns the group that a rule names, by id or, where EC2-Classic and default VPCs allow it, by name.
/// `account` is the account of the rule's own group; the named group's account is kept when it differs.
pub(super) fn pair(
    reader: &mut Reader<'_>,
    own: &GroupId,
    account: Option<&str>,
    pair: &GroupPair,
) -> Option<Stated> {
    let name = pair.group_name.shared();
    let id = match (pair.group_id.shared(), &name) {
        (Some(id), _) => GroupId::new(id),
        (None, Some(name)) => GroupId::new(format!("name:{name}")),
        (None, None) => return None,
    };
    let owner: Option<Arc<str>> = pair.user_id.shared().filter(|owner| Some(&**owner) != account);
    reader.hint(&id, Hint { name, vpc: pair.vpc_id.shared(), account: owner });
    if let (Some(vpc), Some("active")) = (pair.vpc_id.shared(), pair.peering_status.get()) {
        let peering = pair.vpc_peering_connection_id.shared();
        reader.peered.insert((own.clone(), VpcId::new(vpc), peering));
    }
    let is_stale = pair.peering_status.get().is_some_and(|status| !status.eq_ignore_ascii_case("active"));
    Some(Stated { peer: Peer::Group(id), description: pair.description.shared(), is_stale })
}
