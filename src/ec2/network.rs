//! Subnets, VPCs, peering connections and prefix lists.

use std::collections::BTreeSet;

use super::document::Answer;
use super::lenient::LenientText;
use super::reader::Reader;
use super::shapes::{Net, NetBlock, NetBlockState, Peering, PeeringSide, PrefixList, TransitAttachment};
use crate::inventory::{GroupId, PeeringId, PrefixListId, SubnetId, VpcId};

/// Reads the network of an answer.
pub(super) fn take(reader: &mut Reader<'_>, answer: &Answer) {
    for net in &answer.vpcs.0 {
        vpc(reader, net);
    }
    for net in &answer.subnets.0 {
        subnet(reader, net);
    }
    for connection in &answer.vpc_peering_connections.0 {
        peering(reader, connection);
    }
    let attachments = &answer.transit_gateway_vpc_attachments.0;
    for attachment in attachments.iter().chain(&answer.transit_gateway_attachments.0) {
        transit(reader, attachment);
    }
    for association in &answer.security_group_vpc_associations.0 {
        let is_gone = matches!(association.state.get(), Some("disassociated" | "association-failed"));
        let pair = association.group_id.shared().zip(association.vpc_id.shared()).filter(|_| !is_gone);
        if let Some((group, vpc)) = pair {
            reader.builder.associate(GroupId::new(group), VpcId::new(vpc));
        }
    }
    for list in answer.prefix_lists.0.iter().chain(&answer.managed_prefix_lists.0) {
        prefix_list(reader, list);
    }
    entries(reader, answer);
}

fn vpc(reader: &mut Reader<'_>, net: &Net) {
    let Some(id) = net.vpc_id.shared().map(VpcId::new) else { return reader.no_id() };
    let blocks = reader.blocks(id.as_str(), net.blocks());
    reader.builder.vpc(id, net.tags.value("Name"), blocks);
}

fn subnet(reader: &mut Reader<'_>, net: &Net) {
    let Some(id) = net.subnet_id.shared().map(SubnetId::new) else { return reader.no_id() };
    let blocks = reader.blocks(id.as_str(), net.blocks());
    reader.builder.subnet(id, net.tags.value("Name"), net.vpc_id.shared().map(VpcId::new), blocks);
}

fn peering(reader: &mut Reader<'_>, peering: &Peering) {
    let Some(id) = peering.vpc_peering_connection_id.shared().map(PeeringId::new) else {
        return reader.no_id();
    };
    let one = peering.requester_vpc_info.as_ref().and_then(|side| peering_side(reader, side));
    let other = peering.accepter_vpc_info.as_ref().and_then(|side| peering_side(reader, side));
    let (Some(one), Some(other)) = (one, other) else {
        return reader.builder.skip("peering connections without their VPCs", 1);
    };
    let status = peering.status.as_ref().and_then(|status| status.code.shared());
    reader.builder.peering(id, one, other, status);
}

/// Adds a VPC that is attached to a transit gateway, unless it is no more.
fn transit(reader: &mut Reader<'_>, attachment: &TransitAttachment) {
    let is_gone = matches!(attachment.state.get(), Some("deleted" | "deleting" | "failed" | "rejected"));
    let is_vpc = attachment.resource_type.get().is_none_or(|kind| kind == "vpc");
    let vpc = attachment.vpc_id.shared().or_else(|| attachment.resource_id.shared());
    if let (Some(gateway), Some(vpc)) = (attachment.transit_gateway_id.get(), vpc)
        && is_vpc
        && !is_gone
    {
        reader.builder.transit(gateway, VpcId::new(vpc));
    }
}

/// Adds one side's VPC. A VPC of another account is described nowhere else.
fn peering_side(reader: &mut Reader<'_>, side: &PeeringSide) -> Option<VpcId> {
    let id = VpcId::new(side.vpc_id.shared()?);
    let sets = side.cidr_block_set.0.iter().chain(&side.ipv6_cidr_block_set.0);
    let blocks =
        reader.blocks(id.as_str(), std::iter::once(&side.cidr_block).chain(sets.flat_map(NetBlock::texts)));
    reader.builder.vpc(id.clone(), None, blocks);
    Some(id)
}

fn prefix_list(reader: &mut Reader<'_>, list: &PrefixList) {
    let Some(id) = list.prefix_list_id.shared().map(PrefixListId::new) else { return reader.no_id() };
    let entries = list.cidrs.as_ref().map(|cidrs| reader.blocks(id.as_str(), cidrs.iter()));
    let entries = entries.map(BTreeSet::from_iter);
    reader.builder.prefix_list(id, list.prefix_list_name.shared(), entries);
}

/// Reads the entries of prefix lists: by the id of their list, or beside the only list.
fn entries(reader: &mut Reader<'_>, answer: &Answer) {
    for (id, entries) in answer.prefix_list_entries.iter().flatten() {
        let blocks = reader.blocks(id, entries.0.iter().map(|entry| &entry.cidr));
        reader.builder.prefix_list(PrefixListId::new(id.as_str()), None, Some(blocks.into_iter().collect()));
    }
    if answer.entries.0.is_empty() {
        return;
    }
    let mut lists = answer.prefix_lists.0.iter().chain(&answer.managed_prefix_lists.0);
    match (lists.next().and_then(|list| list.prefix_list_id.shared()), lists.next()) {
        (Some(id), None) => {
            let blocks = reader.blocks(&id, answer.entries.0.iter().map(|entry| &entry.cidr));
            reader.builder.prefix_list(PrefixListId::new(id), None, Some(blocks.into_iter().collect()));
        }
        _ => {
            reader.builder.skip("prefix list entries without their list", answer.entries.0.len());
            reader.remark(
                "prefix list entries do not say of which list they are; \
                 write them as {\"PrefixListEntries\": {\"pl-…\": […]}}"
                    .to_owned(),
            );
        }
    }
}

impl Net {
    /// Returns all its CIDR blocks that are in use.
    fn blocks(&self) -> impl Iterator<Item = &LenientText> {
        let sets = self.cidr_block_association_set.0.iter().chain(&self.ipv6_cidr_block_association_set.0);
        std::iter::once(&self.cidr_block).chain(sets.flat_map(NetBlock::texts))
    }
}

impl NetBlock {
    /// Returns the CIDR blocks, unless they are being removed.
    fn texts(&self) -> impl Iterator<Item = &LenientText> {
        let pairs = [
            (&self.cidr_block, self.cidr_block_state.as_ref()),
            (&self.ipv6_cidr_block, self.ipv6_cidr_block_state.as_ref()),
        ];
        pairs
            .into_iter()
            .filter(|(_, state)| state.is_none_or(NetBlockState::is_in_use))
            .map(|(text, _)| text)
    }
}

impl NetBlockState {
    fn is_in_use(&self) -> bool {
        matches!(self.state.get(), None | Some("associated" | "associating"))
    }
}
