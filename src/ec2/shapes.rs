//! The objects of the EC2 API as the AWS CLI and boto3 write them: the members that sglens uses,
//! each of them optional (botocore, EC2 model 2016-11-15). Tags are `TagSet` on interfaces and
//! `Tags` elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::lenient::{Flat, Text};

/// A tag.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Tag {
    key: Text,
    value: Text,
}

impl Flat<Tag> {
    /// The tags by key.
    pub(super) fn by_key(&self) -> BTreeMap<Arc<str>, Arc<str>> {
        let pair = |tag: &Tag| Some((tag.key.shared()?, tag.value.shared().unwrap_or_else(|| Arc::from(""))));
        self.0.iter().filter_map(pair).collect()
    }

    /// The value of one tag.
    pub(super) fn value(&self, key: &str) -> Option<Arc<str>> {
        self.0.iter().find(|tag| tag.key.get() == Some(key))?.value.shared()
    }
}

/// `SecurityGroup`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SecurityGroup {
    pub(super) group_id: Text,
    pub(super) group_name: Text,
    pub(super) description: Text,
    pub(super) owner_id: Text,
    pub(super) vpc_id: Text,
    pub(super) security_group_arn: Text,
    pub(super) tags: Flat<Tag>,
    /// Absent, not empty, when `--query` left it out.
    pub(super) ip_permissions: Option<Flat<IpPermission>>,
    /// Absent, not empty, when `--query` left it out.
    pub(super) ip_permissions_egress: Option<Flat<IpPermission>>,
}

/// `IpPermission`: one protocol and port range, many peers.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct IpPermission {
    pub(super) ip_protocol: Text,
    pub(super) from_port: Option<i64>,
    pub(super) to_port: Option<i64>,
    pub(super) ip_ranges: Flat<IpRange>,
    pub(super) ipv6_ranges: Flat<IpRange>,
    pub(super) prefix_list_ids: Flat<PrefixListRef>,
    pub(super) user_id_group_pairs: Flat<GroupPair>,
}

/// `IpRange` and `Ipv6Range`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct IpRange {
    pub(super) cidr_ip: Text,
    pub(super) cidr_ipv6: Text,
    pub(super) description: Text,
}

/// `PrefixListId` of a permission.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct PrefixListRef {
    pub(super) prefix_list_id: Text,
    pub(super) description: Text,
}

/// `UserIdGroupPair` of a permission, `ReferencedSecurityGroup` of a rule.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct GroupPair {
    pub(super) group_id: Text,
    pub(super) group_name: Text,
    pub(super) user_id: Text,
    pub(super) vpc_id: Text,
    pub(super) peering_status: Text,
    pub(super) description: Text,
}

/// `SecurityGroupRule`: one peer.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SecurityGroupRule {
    pub(super) security_group_rule_id: Text,
    pub(super) group_id: Text,
    pub(super) group_owner_id: Text,
    pub(super) is_egress: Option<bool>,
    pub(super) ip_protocol: Text,
    pub(super) from_port: Option<i64>,
    pub(super) to_port: Option<i64>,
    pub(super) cidr_ipv4: Text,
    pub(super) cidr_ipv6: Text,
    pub(super) prefix_list_id: Text,
    pub(super) referenced_group_info: Option<GroupPair>,
    pub(super) description: Text,
}

/// `GroupIdentifier`: a group that an interface carries.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct GroupIdentifier {
    pub(super) group_id: Text,
    pub(super) group_name: Text,
}

/// `Reservation`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Reservation {
    pub(super) instances: Flat<Instance>,
}

/// `Instance`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Instance {
    pub(super) instance_id: Text,
    pub(super) state: Option<State>,
    pub(super) vpc_id: Text,
    pub(super) subnet_id: Text,
    pub(super) private_ip_address: Text,
    pub(super) public_ip_address: Text,
    pub(super) ipv6_address: Text,
    pub(super) private_dns_name: Text,
    pub(super) public_dns_name: Text,
    pub(super) security_groups: Flat<GroupIdentifier>,
    pub(super) network_interfaces: Flat<NetworkInterface>,
    pub(super) tags: Flat<Tag>,
}

/// `InstanceState`.
#[derive(Debug, Deserialize)]
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

/// `NetworkInterface`, and `InstanceNetworkInterface`, which is a part of it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct NetworkInterface {
    pub(super) network_interface_id: Text,
    pub(super) vpc_id: Text,
    pub(super) subnet_id: Text,
    pub(super) description: Text,
    pub(super) interface_type: Text,
    pub(super) requester_id: Text,
    pub(super) requester_managed: Option<bool>,
    pub(super) status: Text,
    pub(super) groups: Flat<GroupIdentifier>,
    pub(super) private_ip_address: Text,
    pub(super) private_ip_addresses: Flat<Address>,
    pub(super) ipv6_addresses: Flat<Address>,
    pub(super) ipv4_prefixes: Flat<Address>,
    pub(super) ipv6_prefixes: Flat<Address>,
    pub(super) association: Option<Association>,
    pub(super) attachment: Option<Attachment>,
    pub(super) operator: Option<Operator>,
    pub(super) tag_set: Flat<Tag>,
}

/// One address or delegated prefix of an interface; each list of them fills another member.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Address {
    pub(super) private_ip_address: Text,
    pub(super) ipv6_address: Text,
    pub(super) ipv4_prefix: Text,
    pub(super) ipv6_prefix: Text,
    pub(super) association: Option<Association>,
}

/// The public address of a private one.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Association {
    pub(super) public_ip: Text,
}

/// `NetworkInterfaceAttachment`. Interfaces of managed services have one without an instance.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Attachment {
    pub(super) instance_id: Text,
}

/// `OperatorResponse`: the service that manages an interface.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Operator {
    pub(super) managed: Option<bool>,
    pub(super) principal: Text,
}

/// `Subnet` and `Vpc`: both have blocks in the same members.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Net {
    pub(super) subnet_id: Text,
    pub(super) vpc_id: Text,
    pub(super) cidr_block: Text,
    pub(super) cidr_block_association_set: Flat<NetBlock>,
    pub(super) ipv6_cidr_block_association_set: Flat<NetBlock>,
    pub(super) tags: Flat<Tag>,
}

/// `VpcCidrBlockAssociation` and its kin; one of the two blocks is there.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct NetBlock {
    pub(super) cidr_block: Text,
    pub(super) cidr_block_state: Option<NetBlockState>,
    pub(super) ipv6_cidr_block: Text,
    pub(super) ipv6_cidr_block_state: Option<NetBlockState>,
}

/// `VpcCidrBlockState`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct NetBlockState {
    pub(super) state: Text,
}

/// `VpcPeeringConnection`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Peering {
    pub(super) vpc_peering_connection_id: Text,
    pub(super) requester_vpc_info: Option<PeeringSide>,
    pub(super) accepter_vpc_info: Option<PeeringSide>,
    pub(super) status: Option<PeeringStatus>,
}

/// `VpcPeeringConnectionVpcInfo`. Blocks are told only while the connection is active.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct PeeringSide {
    pub(super) vpc_id: Text,
    pub(super) cidr_block: Text,
    pub(super) cidr_block_set: Flat<NetBlock>,
    pub(super) ipv6_cidr_block_set: Flat<NetBlock>,
}

/// `VpcPeeringConnectionStateReason`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct PeeringStatus {
    pub(super) code: Text,
}

/// `ManagedPrefixList`, and `PrefixList` of the older call, which tells the blocks itself.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct PrefixList {
    pub(super) prefix_list_id: Text,
    pub(super) prefix_list_name: Text,
    pub(super) cidrs: Option<Vec<Text>>,
}

/// `PrefixListEntry`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Entry {
    pub(super) cidr: Text,
}
