//! The objects of the EC2 API as the AWS CLI and boto3 write them: the members that sglens uses,
//! each of them optional (botocore, EC2 model 2016-11-15). Tags are `TagSet` on interfaces and
//! `Tags` elsewhere. The same shapes read documents and write snapshots.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::lenient::{Flat, Text};
use super::member::Member;
use crate::inventory::Tags;

/// Objects whose members may all be missing, and are left out where they say nothing. The first
/// member tells objects apart: lists are sorted by it.
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
        key: Text,
        value: Text,
    }

    /// `SecurityGroup`.
    SecurityGroup {
        group_id: Text,
        group_name: Text,
        description: Text,
        owner_id: Text,
        vpc_id: Text,
        security_group_arn: Text,
        tags: Flat<Tag>,
        /// Absent, not empty, when `--query` left it out.
        ip_permissions: Option<Flat<IpPermission>>,
        /// Absent, not empty, when `--query` left it out.
        ip_permissions_egress: Option<Flat<IpPermission>>,
    }

    /// `IpPermission`: one protocol and port range, many peers.
    IpPermission {
        ip_protocol: Text,
        from_port: Option<i64>,
        to_port: Option<i64>,
        ip_ranges: Flat<IpRange>,
        ipv6_ranges: Flat<IpRange>,
        prefix_list_ids: Flat<PrefixListRef>,
        user_id_group_pairs: Flat<GroupPair>,
    }

    /// `IpRange` and `Ipv6Range`.
    IpRange {
        cidr_ip: Text,
        cidr_ipv6: Text,
        description: Text,
    }

    /// `PrefixListId` of a permission.
    PrefixListRef {
        prefix_list_id: Text,
        description: Text,
    }

    /// `UserIdGroupPair` of a permission, `ReferencedSecurityGroup` of a rule.
    GroupPair {
        group_id: Text,
        group_name: Text,
        user_id: Text,
        vpc_id: Text,
        peering_status: Text,
        description: Text,
    }

    /// `SecurityGroupRule`: one peer.
    SecurityGroupRule {
        security_group_rule_id: Text,
        group_id: Text,
        group_owner_id: Text,
        is_egress: Option<bool>,
        ip_protocol: Text,
        from_port: Option<i64>,
        to_port: Option<i64>,
        cidr_ipv4: Text,
        cidr_ipv6: Text,
        prefix_list_id: Text,
        referenced_group_info: Option<GroupPair>,
        description: Text,
    }

    /// `GroupIdentifier`: a group that an interface carries.
    GroupIdentifier {
        group_id: Text,
        group_name: Text,
    }

    /// `Reservation`.
    Reservation {
        instances: Flat<Instance>,
    }

    /// `Instance`.
    Instance {
        instance_id: Text,
        state: Option<State>,
        vpc_id: Text,
        subnet_id: Text,
        private_ip_address: Text,
        public_ip_address: Text,
        ipv6_address: Text,
        private_dns_name: Text,
        public_dns_name: Text,
        security_groups: Flat<GroupIdentifier>,
        network_interfaces: Flat<NetworkInterface>,
        tags: Flat<Tag>,
    }

    /// `NetworkInterface`, and `InstanceNetworkInterface`, which is a part of it.
    NetworkInterface {
        network_interface_id: Text,
        vpc_id: Text,
        subnet_id: Text,
        description: Text,
        interface_type: Text,
        requester_id: Text,
        requester_managed: Option<bool>,
        status: Text,
        groups: Flat<GroupIdentifier>,
        private_ip_address: Text,
        private_ip_addresses: Flat<Address>,
        ipv6_addresses: Flat<Address>,
        ipv4_prefixes: Flat<Address>,
        ipv6_prefixes: Flat<Address>,
        association: Option<Association>,
        attachment: Option<Attachment>,
        operator: Option<Operator>,
        tag_set: Flat<Tag>,
    }

    /// One address or delegated prefix of an interface; each list of them fills another member.
    Address {
        private_ip_address: Text,
        ipv6_address: Text,
        ipv4_prefix: Text,
        ipv6_prefix: Text,
        association: Option<Association>,
    }

    /// The public address of a private one.
    Association {
        public_ip: Text,
    }

    /// `NetworkInterfaceAttachment`. Interfaces of managed services have one without an instance.
    Attachment {
        instance_id: Text,
    }

    /// `OperatorResponse`: the service that manages an interface.
    Operator {
        managed: Option<bool>,
        principal: Text,
    }

    /// `Subnet` and `Vpc`: both have blocks in the same members.
    Net {
        subnet_id: Text,
        vpc_id: Text,
        cidr_block: Text,
        cidr_block_association_set: Flat<NetBlock>,
        ipv6_cidr_block_association_set: Flat<NetBlock>,
        tags: Flat<Tag>,
    }

    /// `VpcCidrBlockAssociation` and its kin; one of the two blocks is there.
    NetBlock {
        cidr_block: Text,
        cidr_block_state: Option<NetBlockState>,
        ipv6_cidr_block: Text,
        ipv6_cidr_block_state: Option<NetBlockState>,
    }

    /// `VpcCidrBlockState`.
    NetBlockState {
        state: Text,
    }

    /// `VpcPeeringConnection`.
    Peering {
        vpc_peering_connection_id: Text,
        requester_vpc_info: Option<PeeringSide>,
        accepter_vpc_info: Option<PeeringSide>,
        status: Option<PeeringStatus>,
    }

    /// `VpcPeeringConnectionVpcInfo`. Blocks are told only while the connection is active.
    PeeringSide {
        vpc_id: Text,
        cidr_block: Text,
        cidr_block_set: Flat<NetBlock>,
        ipv6_cidr_block_set: Flat<NetBlock>,
    }

    /// `VpcPeeringConnectionStateReason`.
    PeeringStatus {
        code: Text,
    }

    /// `ManagedPrefixList`, and `PrefixList` of the older call, which tells the blocks itself.
    PrefixList {
        prefix_list_id: Text,
        prefix_list_name: Text,
        cidrs: Option<Vec<Text>>,
    }

    /// `PrefixListEntry`.
    Entry {
        cidr: Text,
    }

    /// `SecurityGroupVpcAssociation`. Snapshots keep it; interfaces tell all that it does.
    VpcAssociation {
        group_id: Text,
        vpc_id: Text,
        group_owner_id: Text,
        vpc_owner_id: Text,
        state: Text,
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
        name: Text,
    },
    /// As `--query '….{State:State.Name}'` has it.
    Name(Text),
}

impl Member for State {}

impl Flat<Tag> {
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
