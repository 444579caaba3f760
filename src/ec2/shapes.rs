//! The objects of the EC2 API as the AWS CLI and boto3 write them: the members that sglens uses,
//! each of them optional (botocore, EC2 model 2016-11-15). Tags are `TagSet` on interfaces and
//! `Tags` elsewhere. The same shapes read documents and write snapshots.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::lenient::{LenientText, OneOrMany};
use super::member::Member;
use crate::inventory::Tags;

/// Objects whose members may all be missing, and are not written when they are. The first member is the
/// object's identity, by which lists are sorted.
macro_rules! objects {
    ($($(#[$about:meta])* $object:ident {
        $($(#[$note:meta])* $member:ident: $kind:ty,)+
    })+) => {$(
        $(#[$about])*
        #[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
        #[serde(rename_all = "PascalCase", default)]
        pub(super) struct $object {
            $(
                $(#[$note])*
                #[serde(skip_serializing_if = "Member::is_absent")]
                pub(super) $member: $kind,
            )+
        }

        impl Member for $object {
            fn arrange(&mut self) {
                $(self.$member.arrange();)+
            }
        }
    )+};
}

objects! {
    /// A tag.
    Tag {
        key: LenientText,
        value: LenientText,
    }

    /// `SecurityGroup`.
    SecurityGroup {
        group_id: LenientText,
        group_name: LenientText,
        description: LenientText,
        owner_id: LenientText,
        vpc_id: LenientText,
        security_group_arn: LenientText,
        tags: OneOrMany<Tag>,
        /// Absent, not empty, when `--query` left it out.
        ip_permissions: Option<OneOrMany<IpPermission>>,
        /// Absent, not empty, when `--query` left it out.
        ip_permissions_egress: Option<OneOrMany<IpPermission>>,
    }

    /// `IpPermission`: one protocol and port range, many peers.
    IpPermission {
        ip_protocol: LenientText,
        from_port: Option<i64>,
        to_port: Option<i64>,
        ip_ranges: OneOrMany<IpRange>,
        ipv6_ranges: OneOrMany<IpRange>,
        prefix_list_ids: OneOrMany<PrefixListRef>,
        user_id_group_pairs: OneOrMany<GroupPair>,
    }

    /// `IpRange` and `Ipv6Range`.
    IpRange {
        cidr_ip: LenientText,
        cidr_ipv6: LenientText,
        description: LenientText,
    }

    /// `PrefixListId` of a permission.
    PrefixListRef {
        prefix_list_id: LenientText,
        description: LenientText,
    }

    /// `UserIdGroupPair` of a permission, `ReferencedSecurityGroup` of a rule.
    GroupPair {
        group_id: LenientText,
        group_name: LenientText,
        user_id: LenientText,
        vpc_id: LenientText,
        vpc_peering_connection_id: LenientText,
        peering_status: LenientText,
        description: LenientText,
    }

    /// `SecurityGroupRule`: one peer.
    SecurityGroupRule {
        security_group_rule_id: LenientText,
        group_id: LenientText,
        group_owner_id: LenientText,
        is_egress: Option<bool>,
        ip_protocol: LenientText,
        from_port: Option<i64>,
        to_port: Option<i64>,
        cidr_ipv4: LenientText,
        cidr_ipv6: LenientText,
        prefix_list_id: LenientText,
        referenced_group_info: Option<GroupPair>,
        description: LenientText,
    }

    /// `GroupIdentifier`: a group that is attached to an interface.
    GroupIdentifier {
        group_id: LenientText,
        group_name: LenientText,
    }

    /// `Reservation`.
    Reservation {
        instances: OneOrMany<Instance>,
    }

    /// `Instance`.
    Instance {
        instance_id: LenientText,
        state: Option<State>,
        vpc_id: LenientText,
        subnet_id: LenientText,
        private_ip_address: LenientText,
        public_ip_address: LenientText,
        ipv6_address: LenientText,
        private_dns_name: LenientText,
        public_dns_name: LenientText,
        security_groups: OneOrMany<GroupIdentifier>,
        network_interfaces: OneOrMany<NetworkInterface>,
        tags: OneOrMany<Tag>,
    }

    /// `NetworkInterface`, and `InstanceNetworkInterface`, which is a part of it.
    NetworkInterface {
        network_interface_id: LenientText,
        vpc_id: LenientText,
        subnet_id: LenientText,
        description: LenientText,
        interface_type: LenientText,
        requester_id: LenientText,
        requester_managed: Option<bool>,
        status: LenientText,
        groups: OneOrMany<GroupIdentifier>,
        private_ip_address: LenientText,
        private_ip_addresses: OneOrMany<Address>,
        ipv6_addresses: OneOrMany<Address>,
        ipv4_prefixes: OneOrMany<Address>,
        ipv6_prefixes: OneOrMany<Address>,
        association: Option<Association>,
        attachment: Option<Attachment>,
        operator: Option<Operator>,
        tag_set: OneOrMany<Tag>,
    }

    /// One address or delegated prefix of an interface; each list of them fills another member.
    Address {
        private_ip_address: LenientText,
        ipv6_address: LenientText,
        ipv4_prefix: LenientText,
        ipv6_prefix: LenientText,
        association: Option<Association>,
    }

    /// The public address of a private one.
    Association {
        public_ip: LenientText,
    }

    /// `NetworkInterfaceAttachment`. Interfaces of managed services have one without an instance.
    Attachment {
        instance_id: LenientText,
    }

    /// `OperatorResponse`: the service that manages an interface.
    Operator {
        managed: Option<bool>,
        principal: LenientText,
    }

    /// `Subnet` and `Vpc`: both have blocks in the same members.
    Net {
        subnet_id: LenientText,
        vpc_id: LenientText,
        cidr_block: LenientText,
        cidr_block_association_set: OneOrMany<NetBlock>,
        ipv6_cidr_block_association_set: OneOrMany<NetBlock>,
        tags: OneOrMany<Tag>,
    }

    /// `VpcCidrBlockAssociation` and its kin; one of the two blocks is there.
    NetBlock {
        cidr_block: LenientText,
        cidr_block_state: Option<NetBlockState>,
        ipv6_cidr_block: LenientText,
        ipv6_cidr_block_state: Option<NetBlockState>,
    }

    /// `VpcCidrBlockState`.
    NetBlockState {
        state: LenientText,
    }

    /// `VpcPeeringConnection`.
    Peering {
        vpc_peering_connection_id: LenientText,
        requester_vpc_info: Option<PeeringSide>,
        accepter_vpc_info: Option<PeeringSide>,
        status: Option<PeeringStatus>,
    }

    /// `VpcPeeringConnectionVpcInfo`. CIDR blocks are present only while the connection is active.
    PeeringSide {
        vpc_id: LenientText,
        cidr_block: LenientText,
        cidr_block_set: OneOrMany<NetBlock>,
        ipv6_cidr_block_set: OneOrMany<NetBlock>,
    }

    /// `VpcPeeringConnectionStateReason`.
    PeeringStatus {
        code: LenientText,
    }

    /// `ManagedPrefixList`, and `PrefixList` of the older call, which holds the CIDR blocks itself.
    PrefixList {
        prefix_list_id: LenientText,
        prefix_list_name: LenientText,
        cidrs: Option<Vec<LenientText>>,
    }

    /// `PrefixListEntry`.
    Entry {
        cidr: LenientText,
    }

    /// `TransitGatewayVpcAttachment`, and `TransitGatewayAttachment`, which may be of another resource
    /// than a VPC.
    TransitAttachment {
        transit_gateway_attachment_id: LenientText,
        transit_gateway_id: LenientText,
        vpc_id: LenientText,
        resource_type: LenientText,
        resource_id: LenientText,
        state: LenientText,
    }

    /// `SecurityGroupVpcAssociation`.
    VpcAssociation {
        group_id: LenientText,
        vpc_id: LenientText,
        group_owner_id: LenientText,
        vpc_owner_id: LenientText,
        state: LenientText,
    }
}

/// `InstanceState`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum State {
    /// As the API has it.
    Whole {
        /// `running`, `terminated`, …
        #[serde(rename = "Name", default)]
        name: LenientText,
    },
    /// As `--query '….{State:State.Name}'` has it.
    Name(LenientText),
}

impl Member for State {}

impl OneOrMany<Tag> {
    /// The tags by key.
    pub(super) fn by_key(&self) -> Tags {
        let pair = |tag: &Tag| Some((tag.key.shared()?, tag.value.shared().unwrap_or_else(|| Arc::from(""))));
        self.0.iter().filter_map(pair).collect()
    }

    /// The value of one tag.
    pub(super) fn value(&self, key: &str) -> Option<Arc<str>> {
        self.0.iter().find(|tag| tag.key.get() == Some(key))?.value.shared()
    }
}
