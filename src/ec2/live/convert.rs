//! The SDK's types as our shapes: what sglens uses of them, and nothing else.

use aws_sdk_ec2::types;

use crate::ec2::lenient::OneOrMany;
use crate::ec2::shapes::{
    Address, Association, Attachment, Entry, GroupIdentifier, GroupPair, Instance, IpPermission, IpRange,
    Net, NetBlock, NetBlockState, NetworkInterface, Operator, Peering, PeeringSide, PeeringStatus,
    PrefixList, PrefixListRef, Reservation, SecurityGroup, SecurityGroupRule, State, Tag, TransitAttachment,
    VpcAssociation,
};

/// Converts a list that may be missing.
pub(super) fn each<S, T>(list: Option<Vec<S>>, one: impl Fn(S) -> T) -> impl Iterator<Item = T> {
    list.unwrap_or_default().into_iter().map(one)
}

fn list<S, T>(list: Option<Vec<S>>, one: impl Fn(S) -> T) -> OneOrMany<T> {
    each(list, one).collect()
}

pub(super) fn group(group: types::SecurityGroup) -> SecurityGroup {
    SecurityGroup {
        group_id: group.group_id.into(),
        group_name: group.group_name.into(),
        description: group.description.into(),
        owner_id: group.owner_id.into(),
        vpc_id: group.vpc_id.into(),
        security_group_arn: group.security_group_arn.into(),
        tags: list(group.tags, tag),
        // The API always lists permissions, so a missing list means no rule.
        ip_permissions: Some(list(group.ip_permissions, permission)),
        ip_permissions_egress: Some(list(group.ip_permissions_egress, permission)),
    }
}

fn permission(permission: types::IpPermission) -> IpPermission {
    IpPermission {
        ip_protocol: permission.ip_protocol.into(),
        from_port: permission.from_port.map(i64::from),
        to_port: permission.to_port.map(i64::from),
        ip_ranges: list(permission.ip_ranges, |range| IpRange {
            cidr_ip: range.cidr_ip.into(),
            description: range.description.into(),
            ..IpRange::default()
        }),
        ipv6_ranges: list(permission.ipv6_ranges, |range| IpRange {
            cidr_ipv6: range.cidr_ipv6.into(),
            description: range.description.into(),
            ..IpRange::default()
        }),
        prefix_list_ids: list(permission.prefix_list_ids, |list| PrefixListRef {
            prefix_list_id: list.prefix_list_id.into(),
            description: list.description.into(),
        }),
        user_id_group_pairs: list(permission.user_id_group_pairs, |pair| GroupPair {
            group_id: pair.group_id.into(),
            group_name: pair.group_name.into(),
            user_id: pair.user_id.into(),
            vpc_id: pair.vpc_id.into(),
            vpc_peering_connection_id: pair.vpc_peering_connection_id.into(),
            peering_status: pair.peering_status.into(),
            description: pair.description.into(),
        }),
    }
}

pub(super) fn rule(rule: types::SecurityGroupRule) -> SecurityGroupRule {
    SecurityGroupRule {
        security_group_rule_id: rule.security_group_rule_id.into(),
        group_id: rule.group_id.into(),
        group_owner_id: rule.group_owner_id.into(),
        is_egress: rule.is_egress,
        ip_protocol: rule.ip_protocol.into(),
        from_port: rule.from_port.map(i64::from),
        to_port: rule.to_port.map(i64::from),
        cidr_ipv4: rule.cidr_ipv4.into(),
        cidr_ipv6: rule.cidr_ipv6.into(),
        prefix_list_id: rule.prefix_list_id.into(),
        referenced_group_info: rule.referenced_group_info.map(|named| GroupPair {
            group_id: named.group_id.into(),
            user_id: named.user_id.into(),
            vpc_id: named.vpc_id.into(),
            vpc_peering_connection_id: named.vpc_peering_connection_id.into(),
            peering_status: named.peering_status.into(),
            ..GroupPair::default()
        }),
        description: rule.description.into(),
    }
}

/// An instance in a reservation of its own.
pub(super) fn reservation(one: types::Instance) -> Reservation {
    Reservation { instances: OneOrMany(vec![instance(one)]) }
}

fn instance(instance: types::Instance) -> Instance {
    Instance {
        instance_id: instance.instance_id.into(),
        state: instance.state.map(|state| State::Whole { name: state.name.into() }),
        vpc_id: instance.vpc_id.into(),
        subnet_id: instance.subnet_id.into(),
        private_ip_address: instance.private_ip_address.into(),
        public_ip_address: instance.public_ip_address.into(),
        ipv6_address: instance.ipv6_address.into(),
        private_dns_name: instance.private_dns_name.into(),
        public_dns_name: instance.public_dns_name.into(),
        security_groups: list(instance.security_groups, carried),
        network_interfaces: list(instance.network_interfaces, interface_of_instance),
        tags: list(instance.tags, tag),
    }
}

/// Converts an interface, which the API describes by itself and below its instance, in two types with
/// the same members.
macro_rules! interface {
    ($interface:ident) => {
        NetworkInterface {
            network_interface_id: $interface.network_interface_id.into(),
            vpc_id: $interface.vpc_id.into(),
            subnet_id: $interface.subnet_id.into(),
            description: $interface.description.into(),
            // The text and not the SDK's enum, because the API has `nat_gateway`, the model `natGateway`.
            interface_type: $interface.interface_type.into(),
            status: $interface.status.into(),
            groups: list($interface.groups, carried),
            private_ip_address: $interface.private_ip_address.into(),
            private_ip_addresses: list($interface.private_ip_addresses, |address| Address {
                private_ip_address: address.private_ip_address.into(),
                association: address.association.map(|public| association_of(public.public_ip)),
                ..Address::default()
            }),
            ipv6_addresses: list($interface.ipv6_addresses, |address| Address {
                ipv6_address: address.ipv6_address.into(),
                ..Address::default()
            }),
            ipv4_prefixes: list($interface.ipv4_prefixes, |prefix| Address {
                ipv4_prefix: prefix.ipv4_prefix.into(),
                ..Address::default()
            }),
            ipv6_prefixes: list($interface.ipv6_prefixes, |prefix| Address {
                ipv6_prefix: prefix.ipv6_prefix.into(),
                ..Address::default()
            }),
            association: $interface.association.map(|public| association_of(public.public_ip)),
            operator: $interface.operator.map(operator),
            ..NetworkInterface::default()
        }
    };
}

pub(super) fn interface(interface: types::NetworkInterface) -> NetworkInterface {
    NetworkInterface {
        requester_id: interface.requester_id.into(),
        requester_managed: interface.requester_managed,
        attachment: interface
            .attachment
            .map(|attachment| Attachment { instance_id: attachment.instance_id.into() }),
        tag_set: list(interface.tag_set, tag),
        ..interface!(interface)
    }
}

fn interface_of_instance(interface: types::InstanceNetworkInterface) -> NetworkInterface {
    interface!(interface)
}

fn association_of(public_ip: Option<String>) -> Association {
    Association { public_ip: public_ip.into() }
}

fn operator(operator: types::OperatorResponse) -> Operator {
    Operator { managed: operator.managed, principal: operator.principal.into() }
}

fn carried(group: types::GroupIdentifier) -> GroupIdentifier {
    GroupIdentifier { group_id: group.group_id.into(), group_name: group.group_name.into() }
}

fn tag(tag: types::Tag) -> Tag {
    Tag { key: tag.key.into(), value: tag.value.into() }
}

pub(super) fn subnet(subnet: types::Subnet) -> Net {
    Net {
        subnet_id: subnet.subnet_id.into(),
        vpc_id: subnet.vpc_id.into(),
        cidr_block: subnet.cidr_block.into(),
        ipv6_cidr_block_association_set: list(subnet.ipv6_cidr_block_association_set, |block| NetBlock {
            ipv6_cidr_block: block.ipv6_cidr_block.into(),
            ipv6_cidr_block_state: block.ipv6_cidr_block_state.map(|state| block_state(state.state)),
            ..NetBlock::default()
        }),
        tags: list(subnet.tags, tag),
        ..Net::default()
    }
}

pub(super) fn vpc(vpc: types::Vpc) -> Net {
    Net {
        vpc_id: vpc.vpc_id.into(),
        cidr_block: vpc.cidr_block.into(),
        cidr_block_association_set: list(vpc.cidr_block_association_set, |block| NetBlock {
            cidr_block: block.cidr_block.into(),
            cidr_block_state: block.cidr_block_state.map(|state| block_state(state.state)),
            ..NetBlock::default()
        }),
        ipv6_cidr_block_association_set: list(vpc.ipv6_cidr_block_association_set, |block| NetBlock {
            ipv6_cidr_block: block.ipv6_cidr_block.into(),
            ipv6_cidr_block_state: block.ipv6_cidr_block_state.map(|state| block_state(state.state)),
            ..NetBlock::default()
        }),
        tags: list(vpc.tags, tag),
        ..Net::default()
    }
}

fn block_state<S: AsRef<str>>(state: Option<S>) -> NetBlockState {
    NetBlockState { state: state.into() }
}

pub(super) fn peering(peering: types::VpcPeeringConnection) -> Peering {
    Peering {
        vpc_peering_connection_id: peering.vpc_peering_connection_id.into(),
        requester_vpc_info: peering.requester_vpc_info.map(peering_side),
        accepter_vpc_info: peering.accepter_vpc_info.map(peering_side),
        status: peering.status.map(|status| PeeringStatus { code: status.code.into() }),
    }
}

fn peering_side(side: types::VpcPeeringConnectionVpcInfo) -> PeeringSide {
    PeeringSide {
        vpc_id: side.vpc_id.into(),
        cidr_block: side.cidr_block.into(),
        cidr_block_set: list(side.cidr_block_set, |block| NetBlock {
            cidr_block: block.cidr_block.into(),
            ..NetBlock::default()
        }),
        ipv6_cidr_block_set: list(side.ipv6_cidr_block_set, |block| NetBlock {
            ipv6_cidr_block: block.ipv6_cidr_block.into(),
            ..NetBlock::default()
        }),
    }
}

pub(super) fn transit(attachment: types::TransitGatewayVpcAttachment) -> TransitAttachment {
    TransitAttachment {
        transit_gateway_attachment_id: attachment.transit_gateway_attachment_id.into(),
        transit_gateway_id: attachment.transit_gateway_id.into(),
        vpc_id: attachment.vpc_id.into(),
        state: attachment.state.into(),
        ..TransitAttachment::default()
    }
}

pub(super) fn association(association: types::SecurityGroupVpcAssociation) -> VpcAssociation {
    VpcAssociation {
        group_id: association.group_id.into(),
        vpc_id: association.vpc_id.into(),
        group_owner_id: association.group_owner_id.into(),
        vpc_owner_id: association.vpc_owner_id.into(),
        state: association.state.into(),
    }
}

pub(super) fn prefix_list(list: types::ManagedPrefixList) -> PrefixList {
    PrefixList {
        prefix_list_id: list.prefix_list_id.into(),
        prefix_list_name: list.prefix_list_name.into(),
        // The older call has the entries here; this one leaves them to another call.
        cidrs: None,
    }
}

pub(super) fn entry(entry: types::PrefixListEntry) -> Entry {
    Entry { cidr: entry.cidr.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_the_model_does_not_know_stays_a_text() {
        let gateway = types::NetworkInterface::builder().interface_type("nat_gateway".into()).build();
        assert_eq!(interface(gateway).interface_type.get(), Some("nat_gateway"));
    }

    #[test]
    fn no_permissions_are_an_empty_list() {
        let group = group(types::SecurityGroup::builder().group_id("sg-1").build());
        assert_eq!(group.ip_permissions, Some(OneOrMany::default()));
        assert_eq!(group.ip_permissions_egress, Some(OneOrMany::default()));
    }

    #[test]
    fn an_interface_is_the_same_in_both_places() {
        let alone = types::NetworkInterface::builder()
            .network_interface_id("eni-1")
            .private_ip_address("10.0.0.1")
            .groups(types::GroupIdentifier::builder().group_id("sg-1").build())
            .build();
        let below = types::InstanceNetworkInterface::builder()
            .network_interface_id("eni-1")
            .private_ip_address("10.0.0.1")
            .groups(types::GroupIdentifier::builder().group_id("sg-1").build())
            .build();
        assert_eq!(interface(alone), interface_of_instance(below));
    }
}
