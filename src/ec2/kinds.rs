//! The kinds of the API's objects, and which members tell them.
//!
//! An object counts when it has its id, spelled as AWS spells ids, and one of the members that
//! nothing else has beside that id: hand-written and renamed look-alikes have not.

/// What an object is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Kind {
    /// A snapshot of sglens.
    Snapshot,
    /// A recorded answer: `{"status_code": 200, "data": {…}}`.
    Envelope,
    /// An answer with lists of the kinds below.
    Answer,
    /// A security group.
    Group,
    /// A security group rule.
    Rule,
    /// A network interface.
    Interface,
    /// An instance.
    Instance,
    /// A subnet.
    Subnet,
    /// A VPC.
    Vpc,
    /// A VPC peering connection.
    Peering,
    /// A prefix list.
    PrefixList,
    /// An entry of a prefix list; says nothing without its list.
    Entry,
    /// An association of a group with a further VPC; interfaces tell all that it does.
    Association,
    /// An answer of AWS that sglens has no use for.
    OtherAws,
    /// Anything else.
    Foreign,
}

/// Members that hold an id, and how the id begins.
pub(super) const IDS: [(&str, &str); 8] = [
    ("SecurityGroupRuleId", "sgr-"),
    ("NetworkInterfaceId", "eni-"),
    ("InstanceId", "i-"),
    ("VpcPeeringConnectionId", "pcx-"),
    ("PrefixListId", "pl-"),
    ("GroupId", "sg-"),
    ("SubnetId", "subnet-"),
    ("VpcId", "vpc-"),
];

/// Members of an answer, and what their elements are.
pub(super) const LISTS: [(&str, Kind); 12] = [
    ("SecurityGroups", Kind::Group),
    ("SecurityGroupRules", Kind::Rule),
    ("NetworkInterfaces", Kind::Interface),
    ("Reservations", Kind::Answer),
    ("Instances", Kind::Instance),
    ("Subnets", Kind::Subnet),
    ("Vpcs", Kind::Vpc),
    ("VpcPeeringConnections", Kind::Peering),
    ("ManagedPrefixLists", Kind::PrefixList),
    ("PrefixLists", Kind::PrefixList),
    ("Entries", Kind::Entry),
    ("SecurityGroupVpcAssociations", Kind::Association),
];

/// All of the first members and one of the second (if there are any) make the kind.
pub(super) type Recipe = (Kind, &'static [&'static str], &'static [&'static str]);

/// The first that fits counts: an instance has a subnet, too.
pub(super) const RECIPES: [Recipe; 11] = [
    (Kind::Snapshot, &["sglens_snapshot"], &[]),
    (Kind::Rule, &["SecurityGroupRuleId"], &[]),
    (Kind::Interface, &["NetworkInterfaceId"], &["Groups", "PrivateIpAddress", "PrivateIpAddresses"]),
    (Kind::Instance, &["InstanceId"], &["NetworkInterfaces", "SecurityGroups", "PrivateIpAddress"]),
    (Kind::Peering, &["VpcPeeringConnectionId"], &["RequesterVpcInfo", "AccepterVpcInfo"]),
    (Kind::Group, &["GroupId"], &["GroupName", "IpPermissions", "IpPermissionsEgress"]),
    (Kind::Association, &["GroupId", "VpcId", "State"], &[]),
    (Kind::Subnet, &["SubnetId"], &["CidrBlock", "Ipv6CidrBlockAssociationSet"]),
    (Kind::Vpc, &["VpcId"], &["CidrBlock", "CidrBlockAssociationSet"]),
    (Kind::PrefixList, &["PrefixListId"], &["PrefixListName", "Cidrs", "AddressFamily"]),
    (Kind::Entry, &["Cidr"], &[]),
];

/// Answers of other calls, told by the member that holds their list.
pub(super) const OTHER_ANSWERS: [&str; 24] = [
    "ResponseMetadata",
    "LoadBalancers",
    "LoadBalancerDescriptions",
    "TargetGroups",
    "Listeners",
    "Functions",
    "DBInstances",
    "DBClusters",
    "CacheClusters",
    "ReplicationGroups",
    "VpcEndpoints",
    "NatGateways",
    "InternetGateways",
    "RouteTables",
    "NetworkAcls",
    "Addresses",
    "Images",
    "Volumes",
    "LaunchTemplates",
    "AutoScalingGroups",
    "StaleSecurityGroupSet",
    "SecurityGroupForVpcs",
    "SecurityGroupReferenceSet",
    "configurationItems",
];

/// Further members that tell kinds apart.
pub(super) const MARKS: [&str; 19] = [
    "sglens_snapshot",
    "status_code",
    "Groups",
    "PrivateIpAddress",
    "PrivateIpAddresses",
    "RequesterVpcInfo",
    "AccepterVpcInfo",
    "GroupName",
    "IpPermissions",
    "IpPermissionsEgress",
    "State",
    "CidrBlock",
    "CidrBlockAssociationSet",
    "Ipv6CidrBlockAssociationSet",
    "PrefixListName",
    "Cidrs",
    "AddressFamily",
    "Cidr",
    "PrefixListEntries",
];
