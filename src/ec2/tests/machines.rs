//! Instances and interfaces.

use super::*;
use crate::inventory::{GroupId, Interface};

/// Id, groups, private and public addresses.
fn shown(interface: &Interface) -> [String; 4] {
    let join = |texts: Vec<String>| texts.join(" ");
    [
        interface.id.as_ref().map(ToString::to_string).unwrap_or_default(),
        join(interface.groups.iter().map(ToString::to_string).collect()),
        join(interface.addresses.iter().map(ToString::to_string).collect()),
        join(interface.public.iter().map(ToString::to_string).collect()),
    ]
}

#[test]
fn an_instance_is_one_endpoint_with_each_interface_of_its_own() {
    let instances = r#"{"Reservations": [{"Groups": [], "ReservationId": "r-1", "Instances": [
        {"InstanceId": "i-1", "State": {"Code": 16, "Name": "running"}, "VpcId": "vpc-1", "SubnetId": "subnet-1",
         "PrivateDnsName": "ip-10-0-0-5.internal", "SecurityGroups": [{"GroupId": "sg-a", "GroupName": "a"}],
         "Tags": [{"Key": "Name", "Value": "web"}], "NetworkInterfaces": [
            {"NetworkInterfaceId": "eni-1", "VpcId": "vpc-1", "SubnetId": "subnet-1", "Groups": [{"GroupId": "sg-a", "GroupName": "a"}],
             "PrivateIpAddress": "10.0.0.5", "Ipv6Addresses": [{"Ipv6Address": "2001:db8::5"}],
             "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.5", "Primary": true, "Association": {"PublicIp": "203.0.113.5"}},
                                    {"PrivateIpAddress": "10.0.0.6", "Primary": false}]},
            {"NetworkInterfaceId": "eni-2", "VpcId": "vpc-1", "SubnetId": "subnet-2", "Groups": [{"GroupId": "sg-b", "GroupName": "b"}],
             "PrivateIpAddress": "10.0.1.5", "Ipv4Prefixes": [{"Ipv4Prefix": "10.0.1.16/28"}]}]},
        {"InstanceId": "i-2", "State": {"Name": "terminated"}, "SecurityGroups": [], "NetworkInterfaces": []}]}]}"#;
    let interfaces = r#"{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-2", "Attachment": {"InstanceId": "i-1"},
        "Groups": [{"GroupId": "sg-b", "GroupName": "b"}], "PrivateIpAddress": "10.0.1.5", "TagSet": []}]}"#;
    let together = inventory(&format!("[{interfaces}, {instances}]"));
    for inventory in [inventory(instances), merged(&[instances, interfaces]), together] {
        assert_eq!(inventory.endpoints.len(), 1);
        let web = endpoint(&inventory, "i-1");
        assert_eq!((web.label(), &*web.kind), ("web", "instance"));
        assert!(web.aliases.contains("eni-2") && web.aliases.contains("ip-10-0-0-5.internal"));
        let seen: Vec<[String; 4]> = web.interfaces.iter().map(shown).collect();
        let expected = [
            ["eni-1", "sg-a", "10.0.0.5/32 10.0.0.6/32 2001:db8::5/128", "203.0.113.5"],
            ["eni-2", "sg-b", "10.0.1.5/32 10.0.1.16/28", ""],
        ];
        assert_eq!(seen, expected);
        assert_eq!(group(&inventory, "sg-b").name.as_deref(), Some("b"));
        assert_eq!(inventory.tally.skipped.get("terminated instances"), Some(&1));
    }
}

#[test]
fn the_interfaces_of_a_terminated_instance_do_not_bring_it_back() {
    let text = r#"[{"NetworkInterfaceId": "eni-1", "Attachment": {"InstanceId": "i-1"}, "Groups": [{"GroupId": "sg-a", "GroupName": "a"}]},
        {"InstanceId": "i-1", "State": "shutting-down", "SecurityGroups": [{"GroupId": "sg-a", "GroupName": "a"}]}]"#;
    assert!(inventory(text).endpoints.is_empty());
}

#[test]
fn interfaces_tell_their_owners() {
    let text = r#"{"NetworkInterfaces": [
        {"NetworkInterfaceId": "eni-1", "Description": "ELB app/web/0a1b", "RequesterId": "amazon-elb", "Status": "in-use",
         "Groups": [{"GroupId": "sg-a", "GroupName": "a"}], "PrivateIpAddress": "10.0.0.1"},
        {"NetworkInterfaceId": "eni-2", "Description": "ELB app/web/0a1b", "RequesterId": "amazon-elb", "Status": "in-use",
         "Groups": [{"GroupId": "sg-a", "GroupName": "a"}], "PrivateIpAddress": "10.0.1.1"},
        {"NetworkInterfaceId": "eni-3", "Description": "VPC Endpoint Interface vpce-0a1b", "InterfaceType": "vpc_endpoint",
         "Groups": [{"GroupId": "sg-a", "GroupName": "a"}], "PrivateIpAddress": "10.0.0.2"},
        {"NetworkInterfaceId": "eni-4", "Status": "available", "Description": "", "TagSet": [{"Key": "Name", "Value": "spare"}],
         "Groups": [{"GroupId": "sg-a", "GroupName": "a"}], "PrivateIpAddress": "10.0.0.3"},
        {"NetworkInterfaceId": "eni-5", "Description": "Interface for NAT Gateway nat-0a1b", "Groups": [], "PrivateIpAddress": "10.0.0.4"}]}"#;
    let inventory = inventory(text);
    let seen: Vec<(&str, &str, &str, usize)> = inventory
        .endpoints
        .values()
        .map(|endpoint| (endpoint.id.as_str(), &*endpoint.kind, endpoint.label(), endpoint.interfaces.len()))
        .collect();
    let expected = [
        ("app/web/0a1b", "load balancer", "web", 2),
        ("eni-4", "network interface", "spare", 1),
        ("vpce-0a1b", "VPC endpoint", "vpce-0a1b", 1),
    ];
    assert_eq!(seen, expected);
    assert_eq!(inventory.tally.skipped.get("endpoints without groups"), Some(&1));
}

#[test]
fn the_same_name_in_two_accounts_is_two_machines() {
    let region = |account: &str, region: &str, group: &str| {
        format!(
            r#"{{"account": "{account}", "region": "{region}", "SecurityGroups": [{{"GroupId": "{group}"}}],
                "NetworkInterfaces": [{{"NetworkInterfaceId": "eni-{group}", "InterfaceType": "lambda",
                    "Description": "AWS Lambda VPC ENI-notify-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
                    "Groups": [{{"GroupId": "{group}"}}], "PrivateIpAddress": "10.0.0.4"}}]}}"#
        )
    };
    let all = |regions: &[String]| {
        inventory(&format!(r#"{{"sglens_snapshot": 1, "regions": [{}]}}"#, regions.join(",")))
    };
    let one = region("111122223333", "eu-west-1", "sg-1");
    let both = all(&[one.clone(), region("444455556666", "eu-west-1", "sg-2")]);
    let ids: Vec<&str> = both.endpoints.keys().map(crate::inventory::EndpointId::as_str).collect();
    assert_eq!(
        ids,
        [
            "aws_lambda_function:notify@111122223333/eu-west-1",
            "aws_lambda_function:notify@444455556666/eu-west-1"
        ]
    );
    assert!(
        both.endpoints.values().all(|endpoint| endpoint.groups().len() == 1 && endpoint.label() == "notify")
    );
    let same = all(&[one, region("111122223333", "eu-west-1", "sg-2")]);
    assert_eq!(same.endpoints.len(), 1, "one function with two interfaces");
}

#[test]
fn carriers_that_could_not_be_seen_leave_addresses_undecided() {
    use crate::connectivity::{Connectivity, Subject};
    use crate::query::{Answer, Target, explain};
    let answer = |unavailable: &str| {
        let estate = inventory(&format!(
            r#"{{"sglens_snapshot": 1, "regions": [{{"account": "111122223333", "region": "eu-west-1",
                "SecurityGroups": [
                    {{"GroupId": "sg-lb", "VpcId": "vpc-1", "IpPermissionsEgress": [
                        {{"IpProtocol": "-1", "IpRanges": [{{"CidrIp": "0.0.0.0/0"}}]}}]}},
                    {{"GroupId": "sg-db", "VpcId": "vpc-1", "IpPermissions": [
                        {{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{{"CidrIp": "10.0.1.0/24"}}]}}]}}],
                "SecurityGroupRules": null,
                "Instances": [{{"InstanceId": "i-1", "VpcId": "vpc-1", "PrivateIpAddress": "10.0.3.4",
                                "SecurityGroups": [{{"GroupId": "sg-lb"}}]}},
                              {{"InstanceId": "i-2", "VpcId": "vpc-1", "PrivateIpAddress": "10.0.3.5",
                                "SecurityGroups": [{{"GroupId": "sg-db"}}]}}],
                "unavailable": {{{unavailable}}}}}]}}"#
        ));
        let index = Connectivity::new(estate);
        let side = |id: &str| [Target::Known(Subject::Group(index.find_group(&GroupId::new(id)).unwrap()))];
        explain(&index, &side("sg-lb"), &side("sg-db"), None).unwrap().answer
    };
    assert_eq!(answer(""), Answer::No);
    assert_eq!(answer(r#""ec2:DescribeNetworkInterfaces": "denied""#), Answer::Undecided);
}
