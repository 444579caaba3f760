//! Groups and rules.

use super::*;
use crate::traffic::{Protocol, Traffic};

#[test]
fn a_file_of_the_cli_gives_one_rule_for_each_peer() {
    let inventory = inventory(GROUPS);
    let logs = group(&inventory, "sg-logs");
    assert_eq!(logs.label(), "logstash");
    assert_eq!(logs.account.as_deref(), Some("111122223333"));
    assert_eq!(logs.region.as_deref(), Some("eu-west-1"));
    assert!(logs.ingress_known && logs.egress_known && logs.is_defined());
    let expected = [
        "-> 0.0.0.0/0 all traffic [- -]",
        "<- 0.0.0.0/0 icmp echo-request [- -]",
        "<- 10.0.0.0/16 tcp 5000 [- office]",
        "<- 2001:db8::/32 tcp 5000 [- -]",
        "<- name:old tcp 5000 [- -]",
        "<- pl-1 tcp 5000 [- partners]",
        "<- sg-app tcp 5000 [- apps]",
        "<- sg-logs tcp 5000 [- -]",
    ];
    assert_eq!(rules(logs), expected);
    let app = group(&inventory, "sg-app");
    assert!(!app.is_defined());
    assert_eq!(app.account.as_deref(), Some("444455556666"));
    assert_eq!(app.vpc.as_ref().map(ToString::to_string).as_deref(), Some("vpc-2"));
    assert!(inventory.warnings.is_empty(), "{:?}", inventory.warnings);
}

#[test]
fn groups_and_their_rules_become_one_rule_with_its_id() {
    let permissions = r#""IpPermissions": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
        "UserIdGroupPairs": [{"GroupId": "sg-b", "UserId": "1", "Description": "from b"}]}], "IpPermissionsEgress": []"#;
    let listed = r#""SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-a", "IsEgress": false,
        "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "ReferencedGroupInfo": {"GroupId": "sg-b", "UserId": "1"}}]"#;
    let of_group = format!(
        r#""SecurityGroups": [{{"GroupId": "sg-a", "GroupName": "a", "OwnerId": "1", {permissions}}}]"#
    );
    let expected = ["<- sg-b tcp 443 [sgr-1 from b]"];
    for text in [format!("{{{of_group}, {listed}}}"), format!("[{{{listed}}}, {{{of_group}}}]")] {
        let inventory = inventory(&text);
        assert_eq!(rules(group(&inventory, "sg-a")), expected);
        assert!(inventory.warnings.is_empty());
    }
    let apart = merged(&[&format!("{{{of_group}}}"), &format!("{{{listed}}}")]);
    assert_eq!(rules(group(&apart, "sg-a")), ["<- sg-b tcp 443 [- from b; sgr-1 -]"]);
    let alone = inventory(&format!("{{{listed}}}"));
    assert!(group(&alone, "sg-a").is_defined() && !group(&alone, "sg-a").ingress_known, "it may be filtered");
}

#[test]
fn a_rule_across_a_dead_peering_admits_nothing() {
    let text = r#"{"SecurityGroups": [{"GroupId": "sg-a", "GroupName": "a", "OwnerId": "1", "IpPermissionsEgress": [],
        "IpPermissions": [{"IpProtocol": "-1", "UserIdGroupPairs": [
            {"GroupId": "sg-x", "UserId": "2", "VpcPeeringConnectionId": "pcx-1", "PeeringStatus": "deleted"},
            {"GroupId": "sg-y", "UserId": "2", "VpcPeeringConnectionId": "pcx-2", "PeeringStatus": "active"}]}]}],
        "SecurityGroupRules": [{"SecurityGroupRuleId": "sgr-1", "GroupId": "sg-a", "IsEgress": false, "IpProtocol": "-1",
            "FromPort": -1, "ToPort": -1, "ReferencedGroupInfo": {"GroupId": "sg-x", "UserId": "2"}}]}"#;
    let inventory = inventory(text);
    assert_eq!(rules(group(&inventory, "sg-a")), ["<- sg-y all traffic [- -]"]);
    assert_eq!(inventory.tally.skipped.get("stale rules"), Some(&1), "once, though it stands in both lists");
    assert_eq!(inventory.warnings.len(), 1);
    assert!(inventory.warnings[0].message.contains("1 stale rule of sg-a"), "{:?}", inventory.warnings);
}

#[test]
fn what_cannot_be_read_is_in_doubt_not_lost() {
    let text = r#"{"SecurityGroups": [{"GroupId": "sg-a", "GroupName": "a", "IpPermissionsEgress": null, "IpPermissions": [
        {"IpProtocol": "tcp", "FromPort": 70000, "ToPort": 1, "IpRanges": [{"CidrIp": "elsewhere"}]},
        {"IpProtocol": -1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]}]}"#;
    let inventory = inventory(text);
    let a = group(&inventory, "sg-a");
    assert!(a.ingress_known && !a.egress_known);
    assert_eq!(a.rules.iter().filter(|rule| rule.doubt.is_some()).count(), 1);
    let all_tcp = Traffic::ports(Protocol::TCP, 0, 65_535);
    assert!(
        a.rules.iter().all(|rule| rule.traffic.is_all() || rule.traffic == all_tcp),
        "the protocol is known"
    );
    assert_eq!(inventory.warnings.len(), 2, "{:?}", inventory.warnings);
    assert!(!format!("{:?}", inventory.warnings).contains("elsewhere"), "no value is quoted");
}

const LISTED: &str = r#""GroupId": "sg-a", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
    "ReferencedGroupInfo": {"GroupId": "sg-b", "UserId": "1"}"#;

#[test]
fn rules_beside_groups_without_permissions_may_be_filtered() {
    let text = format!(
        r#"{{"SecurityGroups": [{{"GroupId": "sg-a", "GroupName": "a", "OwnerId": "1"}}],
            "SecurityGroupRules": [{{"SecurityGroupRuleId": "sgr-1", {LISTED}}}]}}"#
    );
    let inventory = inventory(&text);
    let a = group(&inventory, "sg-a");
    assert_eq!(rules(a), ["<- sg-b tcp 443 [sgr-1 -]"]);
    assert!(!a.ingress_known && !a.egress_known);
}

#[test]
fn each_object_of_one_rule_is_evidence() {
    let text = format!(
        r#"{{"SecurityGroupRules": [{{"SecurityGroupRuleId": "sgr-1", {LISTED}}},
            {{"SecurityGroupRuleId": "sgr-2", {LISTED}}}]}}"#
    );
    let inventory = inventory(&text);
    assert_eq!(rules(group(&inventory, "sg-a")), ["<- sg-b tcp 443 [sgr-1 -; sgr-2 -]"]);
}

#[test]
fn of_two_names_in_passing_the_first_by_alphabet_is_shown() {
    for names in [["x", "y"], ["y", "x"]] {
        let instance = |number: usize| {
            let name = names[number];
            format!(
                r#"{{"InstanceId": "i-{number}", "SecurityGroups": [{{"GroupId": "sg-a", "GroupName": "{name}"}}]}}"#
            )
        };
        let inventory = inventory(&format!(
            r#"{{"Reservations": [{{"Instances": [{}, {}]}}]}}"#,
            instance(0),
            instance(1)
        ));
        assert_eq!(group(&inventory, "sg-a").name.as_deref(), Some("x"));
    }
}

#[test]
fn an_object_without_an_id_counts_once() {
    let inventory = inventory(
        r#"{"SecurityGroups": [{"GroupId": "sg-a", "GroupName": "a", "OwnerId": "1", "IpPermissions": []},
            {"GroupName": "b", "OwnerId": "1", "IpPermissions": []}]}"#,
    );
    assert_eq!(inventory.tally.skipped.get("objects without an id").copied(), Some(1));
}
