//! The outer forms of documents, and what is none.

use super::*;

#[test]
fn a_recorded_answer_is_read_through_its_envelope() {
    let recorded = inventory(&format!(r#"{{"status_code": 200, "data": {GROUPS}}}"#));
    assert_eq!(rules(group(&recorded, "sg-logs")).len(), 8);
    let boto = GROUPS.replacen('{', r#"{"ResponseMetadata": {"RetryAttempts": 0}, "NextToken": "x", "#, 1);
    let boto = inventory(&boto);
    assert_eq!(rules(group(&boto, "sg-logs")).len(), 8);
    assert!(boto.warnings[0].message.contains("NextToken"));
}

#[test]
fn arrays_lists_within_lists_and_single_objects() {
    let list = GROUPS.trim_start_matches(r#"{"SecurityGroups": "#).trim_end_matches('}');
    let single = list.trim_start_matches('[').trim_end_matches(']');
    let instance = r#"{"InstanceId": "i-1", "SecurityGroups": [{"GroupId": "sg-logs", "GroupName": "logs"}], "PrivateIpAddress": "10.0.0.9"}"#;
    for text in [
        list,
        single,
        &format!("[[{single}], []]"),
        &format!("[{GROUPS}]"),
        &format!("[[{single}], [[{instance}]]]"),
    ] {
        assert_eq!(rules(group(&inventory(text), "sg-logs")).len(), 8, "{text}");
    }
    let nested = inventory(&format!("[[{instance}]]"));
    assert_eq!(endpoint(&nested, "i-1").interfaces[0].addresses.len(), 1);
}

#[test]
fn a_snapshot_knows_accounts_regions_and_what_it_lacks() {
    let text = r#"{"sglens_snapshot": 1, "regions": [
        {"account": "111122223333", "region": "eu-west-1",
         "SecurityGroups": [{"GroupId": "sg-a", "GroupName": "a", "VpcId": "vpc-1"}],
         "SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-a", "IsEgress": true, "IpProtocol": "tcp",
            "FromPort": 443, "ToPort": 443, "PrefixListId": "pl-1"}],
         "Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", "Tags": [{"Key": "Name", "Value": "apps"}],
            "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:db8::/64", "Ipv6CidrBlockState": {"State": "associated"}},
                {"Ipv6CidrBlock": "2001:db9::/64", "Ipv6CidrBlockState": {"State": "disassociated"}}]}],
         "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "CidrBlockAssociationSet": [{"CidrBlock": "10.1.0.0/16"}]}],
         "VpcPeeringConnections": [{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"},
            "RequesterVpcInfo": {"VpcId": "vpc-1"}, "AccepterVpcInfo": {"VpcId": "vpc-2", "CidrBlock": "10.9.0.0/16"}}],
         "PrefixLists": [{"PrefixListId": "pl-1", "PrefixListName": "s3", "AddressFamily": "IPv4"}],
         "PrefixListEntries": {"pl-1": [{"Cidr": "198.51.100.0/24", "Description": "x"}]},
         "unavailable": ["ec2:DescribeNetworkInterfaces"]},
        {"account": "111122223333", "region": "eu-central-1", "SecurityGroups": []}]}"#;
    let inventory = inventory(text);
    let a = group(&inventory, "sg-a");
    assert_eq!((a.account.as_deref(), a.region.as_deref()), (Some("111122223333"), Some("eu-west-1")));
    assert!(a.ingress_known && a.egress_known, "a snapshot lists every rule");
    assert_eq!(rules(a), ["-> pl-1 tcp 443 [sgr-1 -]"]);
    let network = &inventory.network;
    let subnet = network.subnets.get("subnet-1").unwrap();
    assert_eq!((subnet.name.as_deref(), subnet.blocks.len()), (Some("apps"), 2));
    assert_eq!(network.vpcs.get("vpc-1").unwrap().blocks.len(), 2);
    assert_eq!(network.vpcs.get("vpc-2").unwrap().blocks.len(), 1);
    assert_eq!(network.peerings.get("pcx-1").unwrap().is_active(), Some(true));
    let list = network.prefix_lists.get("pl-1").unwrap();
    assert_eq!((list.name.as_deref(), list.entries.as_ref().unwrap().len()), (Some("s3"), 1));
    let warnings: Vec<&str> = inventory.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(
        warnings,
        ["ec2:DescribeNetworkInterfaces gave no answer: what has groups attached and is no instance is not \
          seen; in 111122223333/eu-west-1"]
    );
    let newer = read(br#"{"sglens_snapshot": 2}"#, &Builder::new().source("x"), &mut Builder::new());
    assert!(matches!(newer, Err(ReadError::SnapshotVersion(2))));
}

#[test]
fn look_alikes_are_refused_as_a_whole() {
    let refused = [
        r#"{"SecurityGroups": [{"Name": "web", "InboundRules": [{"IpProtocol": "tcp", "FromPort": 443}]}]}"#,
        r#"[{"Id": "sg-1", "Name": "web", "Ingress": [{"IpProtocol": "tcp", "IpRanges": []}], "Egress": []}]"#,
        r#"[{"NetworkInterfaceId": "", "Groups": ["sg-X"], "SubnetId": "subnet-X", "DeviceIndex": 0}]"#,
        r#"{"SecurityGroups": [{"Name": "web"}], "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]}"#,
        r#"{"GroupId": "pg-1", "GroupName": "a placement group"}"#,
        r#"{"LoadBalancerName": "x", "Instances": [{"InstanceId": "i-1"}], "SecurityGroups": ["sg-1"]}"#,
        r#"{"version": 4, "resources": []}"#,
        "[]",
        "{}",
        "[1, \"sg-1\"]",
        "sg-1",
        "",
    ];
    for text in refused {
        assert!(!detect(text.as_bytes()) && !is_other_aws(text.as_bytes()), "{text}");
    }
    let others = [
        r#"{"LoadBalancers": [{"LoadBalancerArn": "arn", "SecurityGroups": ["sg-1"]}]}"#,
        r#"{"status_code": 200, "data": {"Functions": [], "ResponseMetadata": {}}}"#,
        r#"{"StaleSecurityGroupSet": [{"GroupId": "sg-1", "GroupName": "a"}]}"#,
    ];
    for text in others {
        assert!(!detect(text.as_bytes()) && is_other_aws(text.as_bytes()), "{text}");
    }
}

#[test]
fn broken_and_hostile_documents_are_errors() {
    let fails = |text: &str| {
        let mut builder = Builder::new();
        let source = builder.source("x");
        read(text.as_bytes(), &source, &mut builder).unwrap_err()
    };
    assert!(matches!(fails(&GROUPS[..GROUPS.len() / 2]), ReadError::Json { eof: true, .. }));
    assert!(matches!(
        fails(r#"{"SecurityGroups": [{"GroupId": "sg-1", "GroupName": []}]}"#),
        ReadError::Shape { line: 1, .. }
    ));
    assert!(matches!(fails(&"[".repeat(100_000)), ReadError::Json { .. }));
    let deep = format!(r#"{{"SecurityGroups": {}"#, "[".repeat(100_000));
    assert!(matches!(fails(&deep), ReadError::Json { .. }));
}
