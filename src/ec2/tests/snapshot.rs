//! What is written is read again, in an order of its own.

use super::*;
use crate::ec2::document::{self, Answer};
use crate::ec2::snapshot::{Region, Snapshot};

/// Regions as a collector would have them.
fn regions(text: &str) -> Vec<Region> {
    let text = text.as_bytes();
    document::parse(text, &Outline::of(text)).unwrap().answers.into_iter().map(Region::new).collect()
}

fn messages(inventory: &Inventory) -> Vec<&str> {
    inventory.warnings.iter().map(|warning| warning.message.as_str()).collect()
}

const REGION: &str = r#"{"account": "111122223333", "region": "eu-west-1",
    "SecurityGroups": [
        {"GroupId": "sg-b", "GroupName": "b", "IpPermissions": [], "IpPermissionsEgress": []},
        {"GroupId": "sg-a", "GroupName": "a", "Description": "", "OwnerId": "111122223333", "VpcId": "vpc-1",
         "Tags": [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": ""}], "IpPermissionsEgress": [], "IpPermissions": [
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.2.0.0/16"}, {"CidrIp": "10.1.0.0/16"}],
             "Ipv6Ranges": [], "PrefixListIds": [{"PrefixListId": "pl-1"}], "UserIdGroupPairs": []}]}],
    "SecurityGroupRules": [],
    "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "Groups": [{"GroupId": "sg-a", "GroupName": "a"}],
        "PrivateIpAddress": "10.0.0.5", "Attachment": {"InstanceId": "i-1"}, "TagSet": []}],
    "Reservations": [{"Instances": [{"InstanceId": "i-1", "State": {"Name": "running"}, "KeyName": "k3y",
        "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "PrivateIpAddress": "10.0.0.5",
            "Groups": [{"GroupId": "sg-a", "GroupName": "a"}]}]}]}],
    "ManagedPrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": "offices"}],
    "PrefixListEntries": {"pl-1": [{"Cidr": "10.9.0.0/16"}, {"Cidr": "10.8.0.0/16"}]},
    "SecurityGroupVpcAssociations": [{"GroupId": "sg-a", "VpcId": "vpc-2", "State": "associated"}],
    "unavailable": {"ec2:DescribeVpcs": "denied"}}"#;

fn whole(regions: &str) -> String {
    format!(r#"{{"sglens_snapshot": 1, "regions": [{regions}]}}"#)
}

#[test]
fn a_snapshot_is_read_as_what_it_was_made_of() {
    let given = whole(REGION);
    let snapshot = Snapshot::new(regions(&given));
    let (before, after) = (inventory(&given), inventory(&snapshot.document()));
    assert_eq!(after.groups, before.groups);
    assert_eq!(after.endpoints, before.endpoints);
    assert_eq!(after.network, before.network);
    assert_eq!(
        messages(&after),
        ["ec2:DescribeVpcs gave no answer (denied): the address blocks of VPCs are not known; in \
             111122223333/eu-west-1"]
    );
    let [region] = snapshot.regions() else { panic!("one region") };
    assert_eq!((region.account(), region.region()), (Some("111122223333"), "eu-west-1"));
    assert_eq!(region.source(), "aws:111122223333/eu-west-1");
    let alone = inventory(std::str::from_utf8(&region.document()).unwrap());
    assert_eq!(alone.groups, before.groups);
}

#[test]
fn what_says_nothing_is_left_out_and_what_says_no_stays() {
    let text = Snapshot::new(regions(&whole(REGION))).document();
    assert!(text.ends_with("]\n}\n"), "{text}");
    for absent in ["KeyName", "Description", "Ipv6Ranges", "TagSet", "Subnets", "null", "\"\""] {
        assert!(!text.contains(absent), "{absent} in {text}");
    }
    for present in
        [r#""SecurityGroupRules": []"#, r#""IpPermissionsEgress": []"#, "vpc-2", "\"State\": \"associated\""]
    {
        assert!(text.contains(present), "{present} in {text}");
    }
    let empty = Region::new(Answer::default());
    let empty = String::from_utf8(empty.document()).unwrap();
    assert_eq!(empty, r#"{"sglens_snapshot":1,"regions":[{"SecurityGroups":[]}]}"#);
}

#[test]
fn the_order_of_the_api_does_not_show() {
    let mixed = REGION
        .replace(
            r#"{"CidrIp": "10.2.0.0/16"}, {"CidrIp": "10.1.0.0/16"}"#,
            r#"{"CidrIp": "10.1.0.0/16"}, {"CidrIp": "10.2.0.0/16"}"#,
        )
        .replace(
            r#"{"Cidr": "10.9.0.0/16"}, {"Cidr": "10.8.0.0/16"}"#,
            r#"{"Cidr": "10.8.0.0/16"}, {"Cidr": "10.9.0.0/16"}"#,
        )
        .replace(
            r#"{"Key": "b", "Value": "2"}, {"Key": "a", "Value": ""}"#,
            r#"{"Key": "a", "Value": ""}, {"Key": "b", "Value": "2"}"#,
        );
    assert_ne!(mixed, REGION);
    let other = r#"{"account": "111122223333", "region": "eu-central-1", "SecurityGroups": []}"#;
    let one = Snapshot::new(regions(&whole(&format!("{REGION}, {other}")))).document();
    let two = Snapshot::new(regions(&whole(&format!("{other}, {mixed}")))).document();
    assert_eq!(one, two);
    assert!(one.find("sg-a") < one.find("sg-b") && one.find("eu-central-1") < one.find("eu-west-1"));
}

#[test]
fn a_region_that_two_identities_see_stands_once() {
    let more = REGION.replace(r#""unavailable": {"ec2:DescribeVpcs": "denied"}"#, r#""unavailable": {}"#);
    let snapshot = Snapshot::new(regions(&whole(&format!("{REGION}, {more}"))));
    assert_eq!(snapshot.regions().len(), 1);
    assert!(!snapshot.document().contains("unavailable"), "the one that sees more stays");
    let unknown = r#"{"region": "eu-west-1", "SecurityGroups": []}"#;
    let snapshot = Snapshot::new(regions(&whole(&format!("{unknown}, {unknown}"))));
    assert_eq!(snapshot.regions().len(), 2, "they may be of different accounts");
    assert_eq!(snapshot.regions()[0].source(), "aws:eu-west-1");
}

#[test]
fn reasons_stand_beside_actions() {
    let mut answer = Answer::default();
    for reason in ["failed: RequestLimitExceeded", "denied", "failed: no connection"] {
        answer.unavailable.add("ec2:GetManagedPrefixListEntries", reason);
    }
    let warnings: Vec<String> = answer.unavailable.warnings().collect();
    assert_eq!(
        warnings,
        ["ec2:GetManagedPrefixListEntries gave no answer (denied): rules that name a prefix list whose \
             entries are not known stay undecided"],
        "the same whatever came first"
    );
    let listed = REGION.replace(
        r#"{"ec2:DescribeVpcs": "denied"}"#,
        r#"["ec2:DescribeVpcs", null, "ec2:DescribeSecurityGroupRules"]"#,
    );
    let listed = inventory(&whole(&listed));
    assert_eq!(
        messages(&listed),
        [
            "ec2:DescribeSecurityGroupRules gave no answer: rules are shown without their ids; in \
             111122223333/eu-west-1",
            "ec2:DescribeVpcs gave no answer: the address blocks of VPCs are not known; in \
             111122223333/eu-west-1"
        ]
    );
}
