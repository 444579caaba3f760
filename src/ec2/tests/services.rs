//! Answers of other services that name groups, and items of AWS Config.

use super::*;
use crate::inventory::Interface;

/// What a document says of the only thing in it: id, kind, name, place, and the groups of each interface.
fn only(text: &str) -> String {
    let inventory = inventory(text);
    let [endpoint] = inventory.endpoints.values().collect::<Vec<_>>()[..] else {
        panic!("not one thing: {:?}", inventory.endpoints);
    };
    let groups = |interface: &Interface| {
        interface.groups.iter().map(ToString::to_string).collect::<Vec<_>>().join("+")
    };
    let groups: Vec<String> = endpoint.interfaces.iter().map(groups).collect();
    let place = endpoint.account_region.as_ref().map(ToString::to_string).unwrap_or_default();
    let name = endpoint.name.as_deref().unwrap_or_default();
    format!("{} | {} | {name} | {place} | {}", endpoint.id, endpoint.kind, groups.join(" "))
}

#[test]
fn services_name_the_groups_of_what_they_run() {
    let answers = [
        (
            r#"{"DBInstances": [{"DBInstanceIdentifier": "orders", "DBInstanceArn": "arn:aws:rds:eu-west-1:111122223333:db:orders",
                "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-0000000a", "Status": "active"}],
                "DBSubnetGroup": {"VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}}]}"#,
            "aws_db_instance:orders | database | orders | 111122223333/eu-west-1 | sg-0000000a",
        ),
        (
            r#"{"DBClusters": [{"DBClusterIdentifier": "docs", "DBClusterArn": "arn:aws:rds:eu-west-1:111122223333:cluster:docs",
                "Engine": "docdb", "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-0000000a"}]}]}"#,
            "aws_rds_cluster:docs | database cluster | docs | 111122223333/eu-west-1 | sg-0000000a",
        ),
        (
            r#"{"LoadBalancerDescriptions": [{"LoadBalancerName": "old", "SecurityGroups": ["sg-0000000a"], "VPCId": "vpc-1"}]}"#,
            "aws_elb:old | classic load balancer | old |  | sg-0000000a",
        ),
        (
            r#"{"status_code": 200, "data": {"LoadBalancers": [{"LoadBalancerName": "web", "Type": "application",
                "LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/1",
                "SecurityGroups": ["sg-0000000a", "sg-0000000b"]}]}}"#,
            "app/web/1 | load balancer | web | 111122223333/eu-west-1 | sg-0000000a+sg-0000000b",
        ),
        (
            r#"{"Functions": [{"FunctionName": "job", "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:job",
                "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": ["sg-0000000a"], "VpcId": "vpc-1"}}]}"#,
            "aws_lambda_function:job | function | job | 111122223333/eu-west-1 | sg-0000000a",
        ),
        (
            r#"{"FunctionName": "job", "FunctionArn": "arn:aws:lambda:eu-west-1:111122223333:function:job",
                "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": ["sg-0000000a"], "VpcId": "vpc-1"}}"#,
            "aws_lambda_function:job | function | job | 111122223333/eu-west-1 | sg-0000000a",
        ),
        (
            r#"[{"CacheClusterId": "sessions", "ARN": "arn:aws:elasticache:eu-west-1:111122223333:cluster:sessions",
                "SecurityGroups": [{"SecurityGroupId": "sg-0000000a", "Status": "active"}]}]"#,
            "aws_elasticache_cluster:sessions | cache | sessions | 111122223333/eu-west-1 | sg-0000000a",
        ),
        (
            r#"{"Clusters": [{"ClusterIdentifier": "facts", "VpcId": "vpc-1",
                "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-0000000a"}]}]}"#,
            "aws_redshift_cluster:facts | data warehouse | facts |  | sg-0000000a",
        ),
        (
            r#"{"cluster": {"name": "shop", "arn": "arn:aws:eks:eu-west-1:111122223333:cluster/shop",
                "resourcesVpcConfig": {"securityGroupIds": ["sg-0000000a"], "clusterSecurityGroupId": "sg-0000000b"}}}"#,
            "aws_eks_cluster:shop | Kubernetes cluster | shop | 111122223333/eu-west-1 | sg-0000000a+sg-0000000b",
        ),
        (
            r#"{"services": [{"serviceArn": "arn:aws:ecs:eu-west-1:111122223333:service/shop/web", "serviceName": "web",
                "networkConfiguration": {"awsvpcConfiguration": {"securityGroups": ["sg-0000000a"], "subnets": []}}}], "failures": []}"#,
            "aws_ecs_service:arn:aws:ecs:eu-west-1:111122223333:service/shop/web | service | web | 111122223333/eu-west-1 | sg-0000000a",
        ),
        (
            r#"{"VpcEndpoints": [{"VpcEndpointId": "vpce-0000000a", "ServiceName": "s3", "VpcId": "vpc-1",
                "Groups": [{"GroupId": "sg-0000000a", "GroupName": "s3"}]}]}"#,
            "vpce-0000000a | VPC endpoint | s3 |  | sg-0000000a",
        ),
        (
            r#"{"Cluster": {"Id": "j-1", "Name": "jobs", "ClusterArn": "arn:aws:elasticmapreduce:eu-west-1:111122223333:cluster/j-1",
                "Ec2InstanceAttributes": {"EmrManagedMasterSecurityGroup": "sg-0000000a",
                "EmrManagedSlaveSecurityGroup": "sg-0000000b", "AdditionalSlaveSecurityGroups": ["sg-0000000c"]}}}"#,
            "aws_emr_cluster:j-1 | data cluster | jobs | 111122223333/eu-west-1 | sg-0000000a sg-0000000b+sg-0000000c",
        ),
    ];
    for (text, expected) in answers {
        assert_eq!(only(text), expected);
    }
}

#[test]
fn what_another_service_names_is_taken_with_a_warning() {
    let text = r#"{"workspaces": [{"workspaceArn": "arn:aws:acme:eu-west-1:111122223333:workspace/w-1", "workspaceName": "w",
        "roleArn": "arn:aws:iam::111122223333:role/r", "network": {"securityGroupIds": ["sg-0000000a"]},
        "sourceSecurityGroups": ["sg-0000000b"], "note": "sg-0000000c"}]}"#;
    let id = "acme workspace:arn:aws:acme:eu-west-1:111122223333:workspace/w-1";
    assert_eq!(only(text), format!("{id} | acme workspace | w | 111122223333/eu-west-1 | sg-0000000a"));
    let warnings = inventory(text).warnings;
    assert!(warnings.iter().any(|warning| warning.message.ends_with(": acme workspace")), "{warnings:?}");
}

#[test]
fn mentions_and_other_json_are_none_of_it() {
    for text in [
        r#"{"StaleSecurityGroupSet": [{"GroupId": "sg-0000000a", "arn": "arn:aws:ec2:::x"}]}"#,
        r#"{"security_group_ids": ["sg-0000000a"], "name": "settings"}"#,
        r#"{"Findings": [{"Id": "arn:aws:x:::f", "SecurityGroups": ["sg-0000000a"], "Arn": "arn:aws:x:::f"}]}"#,
        r#"{"Functions": [{"FunctionName": "job", "FunctionArn": "arn:aws:lambda:::function:job"}]}"#,
    ] {
        assert!(!detect(text.as_bytes()), "{text}");
    }
}

#[test]
fn a_network_load_balancer_without_groups_is_not_filtered() {
    let text = r#"{"LoadBalancers": [{"LoadBalancerName": "entry", "Type": "network",
        "LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/entry/1",
        "AvailabilityZones": [{"SubnetId": "subnet-1", "LoadBalancerAddresses": [{"PrivateIPv4Address": "10.0.0.1"}]}]}],
        "SecurityGroups": [{"GroupId": "sg-0000000a", "GroupName": "web", "IpPermissions": []}]}"#;
    let inventory = inventory(text);
    assert!(inventory.endpoints.get("net/entry/1").unwrap().interfaces[0].unfiltered);
    assert!(inventory.groups.get("sg-0000000a").is_some(), "beside objects of EC2");
    let text = text.replace("\"network\"", "\"application\"");
    assert!(super::inventory(&text).endpoints.is_empty(), "groups that are not told");
}

#[test]
fn aws_config_recorded_what_ec2_and_others_say() {
    let text = r#"{"fileVersion": "1.0", "configurationItems": [
        {"resourceType": "AWS::EC2::SecurityGroup", "awsAccountId": "111122223333", "awsRegion": "eu-west-1",
         "configuration": {"groupId": "sg-0000000a", "groupName": "db", "vpcId": "vpc-1", "ipPermissionsEgress": [],
          "ipPermissions": [{"ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432, "ipRanges": ["10.0.0.0/8"],
           "ipv4Ranges": [{"cidrIp": "10.0.0.0/8", "description": "all"}], "userIdGroupPairs": [{"groupId": "sg-0000000b"}]}]}},
        {"resourceType": "AWS::RDS::DBInstance", "ARN": "arn:aws:rds:eu-west-1:111122223333:db:orders",
         "configuration": "{\"dBInstanceIdentifier\": \"orders\", \"dBInstanceArn\": \"arn:aws:rds:eu-west-1:111122223333:db:orders\", \"vpcSecurityGroups\": [{\"vpcSecurityGroupId\": \"sg-0000000a\"}]}"},
        {"resourceType": "AWS::RDS::DBInstance", "resourceId": "old", "configurationItemCaptureTime": "2026-01-01T00:00:00Z",
         "ARN": "arn:aws:rds:eu-west-1:111122223333:db:old", "configuration": {"dBInstanceIdentifier": "old",
          "dBInstanceArn": "arn:aws:rds:eu-west-1:111122223333:db:old", "vpcSecurityGroups": [{"vpcSecurityGroupId": "sg-0000000a"}]}},
        {"resourceType": "AWS::RDS::DBInstance", "resourceId": "old", "configurationItemCaptureTime": "2026-02-01T00:00:00Z",
         "configurationItemStatus": "ResourceDeleted", "configuration": null},
        {"resourceType": "AWS::EC2::Instance", "configurationItemStatus": "ResourceDeleted",
         "configuration": {"instanceId": "i-1", "securityGroups": [{"groupId": "sg-0000000a"}]}}]}"#;
    let text = text.replace(r#""configurationItems": ["#, r#""configurationItems": [{"resourceType": 1}, "#);
    let inventory = inventory(&text);
    let unread = "objects of AWS services that cannot be read";
    assert_eq!(inventory.tally.skipped.get(unread), Some(&1), "counted, not passed over");
    assert_eq!(
        rules(group(&inventory, "sg-0000000a")),
        ["<- 10.0.0.0/8 tcp 5432 [- all]", "<- sg-0000000b tcp 5432 [- -]"]
    );
    assert_eq!(
        inventory.endpoints.keys().map(ToString::to_string).collect::<Vec<_>>(),
        ["aws_db_instance:orders"]
    );
    assert_eq!(group(&inventory, "sg-0000000a").region.as_deref(), Some("eu-west-1"));
}

#[test]
fn one_arn_is_one_thing() {
    let answer = |identifier: &str, group: &str| {
        format!(
            r#"{{"DBInstances": [{{"DBInstanceIdentifier": "{identifier}", "DBInstanceArn": "arn:aws:rds:eu-west-1:111122223333:db:orders",
                "VpcSecurityGroups": [{{"VpcSecurityGroupId": "{group}"}}]}}]}}"#
        )
    };
    let inventory = merged(&[&answer("orders", "sg-0000000a"), &answer("db-XYZ", "sg-0000000a")]);
    assert_eq!(
        inventory.endpoints.keys().map(ToString::to_string).collect::<Vec<_>>(),
        ["aws_db_instance:db-XYZ"]
    );
    assert!(inventory.warnings.is_empty(), "{:?}", inventory.warnings);
    let inventory = merged(&[&answer("orders", "sg-0000000a"), &answer("orders", "sg-0000000b")]);
    let warned = inventory.warnings.iter().any(|warning| {
        warning.message
            == "aws_db_instance:orders has different groups attached in 0.json, 1.json; the union is used"
    });
    assert!(warned, "{:?}", inventory.warnings);
}

#[test]
fn peerings_and_transit_gateways_are_known_from_what_mentions_them() {
    let text = r#"{"SecurityGroups": [{"GroupId": "sg-0000000a", "GroupName": "db", "VpcId": "vpc-1", "IpPermissions": [
        {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "sg-0000000b", "VpcId": "vpc-2",
         "VpcPeeringConnectionId": "pcx-0000000a", "PeeringStatus": "active"}]}]}]}"#;
    let inventory = inventory(text);
    let [(id, peering)] = inventory.network.peerings.iter().collect::<Vec<_>>()[..] else { panic!("none") };
    assert_eq!((id.as_str(), peering.is_active()), ("pcx-0000000a", Some(true)));
    assert_eq!(peering.sides.clone().map(|side| side.to_string()), ["vpc-1", "vpc-2"]);
    let text = r#"{"TransitGatewayVpcAttachments": [
        {"TransitGatewayAttachmentId": "tgw-attach-1", "TransitGatewayId": "tgw-1", "VpcId": "vpc-1", "State": "available"},
        {"TransitGatewayAttachmentId": "tgw-attach-2", "TransitGatewayId": "tgw-1", "VpcId": "vpc-2", "State": "deleted"}]}"#;
    let gateways = super::inventory(text).network.transit_gateways;
    assert_eq!(gateways["tgw-1"].iter().map(ToString::to_string).collect::<Vec<_>>(), ["vpc-1"]);
}
