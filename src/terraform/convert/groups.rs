//! `aws_security_group` and `aws_default_security_group`: the groups and their inline rules.
//!
//! Provider source, `vpc_security_group.go`: each inline object is the product of its peers; `self`
//! is the group itself.

use std::sync::Arc;

use super::mentions::mention;
use super::permissions::{add_rules, block_peers, odd_peer, traffic, unknown_peer};
use crate::inventory::{AccountRegion, Direction, GroupFact, GroupId, Origin, Peer, Rule, VpcId};
use crate::terraform::parse::Value;
use crate::terraform::resource::{Atom, Reader, Resource};
use crate::traffic::Traffic;

/// Converts a group and its inline rules.
pub(crate) fn group(reader: &mut Reader<'_>, resource: &Resource<'_>) {
    let Some(id) = resource.group_id() else { return reader.no_id() };
    let values = &resource.values;
    let origin = resource.origin(reader);
    let (region, account) = values.text("arn").map(AccountRegion::parts_of_arn).unwrap_or_default();
    let is_odd = |direction: Direction| values.is_odd_blocks(direction.name());
    for direction in
        [Direction::Ingress, Direction::Egress].into_iter().filter(|direction| is_odd(*direction))
    {
        let what = format!(
            "{}: some of its {} rules cannot be read; what else they admit is undecided",
            resource.address,
            direction.name()
        );
        reader.unreadable.insert(what);
    }
    let lists_rules = |direction: Direction| {
        let is_list = matches!(values.get(direction.name()), Some(Value::List(_)));
        resource.managed && is_list && !is_odd(direction)
    };
    let fact = GroupFact {
        name: resource.first_text(&["name", "name_prefix"]).map(Into::into),
        description: values.text("description").map(Into::into),
        vpc: resource.object_at("vpc_id").map(VpcId::new),
        account: values.text("owner_id").or(account).map(Into::into),
        region: values.text("region").or(region).map(Into::into),
        tags: resource.tags(reader),
        ingress_known: lists_rules(Direction::Ingress),
        egress_known: lists_rules(Direction::Egress),
        ..GroupFact::new(resource.authority(), Some(origin.clone()))
    };
    reader.builder.group(id.clone(), fact);
    for direction in [Direction::Ingress, Direction::Egress] {
        let blocks = values.blocks(direction.name()).iter().enumerate();
        for (index, block) in blocks.filter(|(_, block)| !block.fields().is_empty()) {
            let mut origin = origin.clone();
            origin.description = block.text("description").map(Into::into);
            let traffic = traffic(reader, &resource.address, block, "protocol");
            let mut peers = inline_peers(reader, resource, block, &id);
            // Where a plan knows all of a block but its peers, they have the block's index as their path.
            let unknown = resource.unknown.get(&format!("{}.{index}", direction.name()));
            peers.extend(unknown.into_iter().flatten().map(unknown_peer));
            let echo = Arc::clone(&reader.echo);
            if echo.lists.is_empty() {
                add_rules(reader, &id, direction, &traffic, peers, &origin);
                continue;
            }
            for peer in peers {
                let atom = Atom::new(&id, direction, &peer, &traffic.traffic);
                let origin = Origin { unowned: echo.is_unowned(&atom), ..origin.clone() };
                if !echo.gone.contains(&atom) {
                    add_rules(reader, &id, direction, &traffic, vec![peer], &origin);
                }
            }
        }
        for reference in resource.unknown.get(direction.name()).into_iter().flatten() {
            let doubt = Some(Arc::from("the rule is only known after apply"));
            let peer = unknown_peer(reference);
            let rule =
                Rule { direction, peer, traffic: Traffic::all(), doubt, origins: vec![origin.clone()] };
            reader.builder.rule(id.clone(), rule);
        }
    }
}

/// Reads the peers of an inline object.
fn inline_peers(
    reader: &mut Reader<'_>,
    resource: &Resource<'_>,
    block: &Value<'_>,
    own: &GroupId,
) -> Vec<Peer> {
    let mut peers = block_peers(reader, &resource.address, block);
    for text in block.texts("security_groups") {
        peers.push(Peer::Group(mention(reader, text)));
    }
    if block.flag("self") {
        peers.push(Peer::Group(own.clone()));
    }
    let lists = ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups"];
    peers.extend(odd_peer(reader, resource, block, &lists, &[]));
    peers
}

impl Resource<'_> {
    /// Returns the id of a group resource, or its address where the id is only known after apply.
    pub(crate) fn group_id(&self) -> Option<GroupId> {
        self.own_id().map(GroupId::new)
    }
}
