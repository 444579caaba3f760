//! What is there and cannot be read is not absent: the rule is undecided, and a warning names where it is.

use serde_json::{Value, json};

use crate::Case;
use crate::given::{resource, state};

/// Returns the first words of the answer whether m1 may connect to m2 on tcp 443, and what was said beside it.
fn answer(case: &Case, document: &str) -> (String, String) {
    case.write("estate.json", document.as_bytes());
    let run = case.run(&["explain", "i-00000001", "i-00000002", "443", "estate.json"]);
    let verdict = run.stdout.split([':', ' ']).next().unwrap_or_default().to_owned();
    (verdict, run.stderr)
}

fn egress() -> Value {
    json!([{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}])
}

/// A state in which m1 has the group sg-00000001, and m2 a group with these ingress rules.
fn estate(ingress: &Value, groups: &Value, more: &[Value]) -> String {
    let group = |id: &str, ingress: &Value| {
        let attributes =
            json!({"id": id, "name": id, "vpc_id": "vpc-1", "ingress": ingress, "egress": egress()});
        resource("aws_security_group", id, &attributes)
    };
    let machine = |id: &str, address: &str, groups: &Value| {
        let attributes = json!({"id": id, "private_ip": address, "vpc_security_group_ids": groups, "subnet_id": "subnet-1"});
        resource("aws_instance", id, &attributes)
    };
    let mut all = vec![
        group("sg-00000001", &json!([])),
        group("sg-00000002", ingress),
        machine("i-00000001", "10.0.0.1", &json!(["sg-00000001"])),
        machine("i-00000002", "10.0.0.2", groups),
    ];
    all.extend(more.iter().cloned());
    state(&all)
}

#[track_caller]
fn is_undecided(document: &str, warning: &str, what: &str) {
    let case = Case::scratch();
    let (verdict, said) = answer(&case, document);
    assert_eq!(verdict, "undecided", "{what}\n{said}");
    assert!(
        said.lines().any(|line| line.starts_with("warning: ") && line.contains(warning)),
        "{what}\n{said}"
    );
}

#[test]
fn a_rule_in_a_group() {
    let own = json!(["sg-00000002"]);
    let known = |ingress: Value| estate(&ingress, &own, &[]);
    for odd in
        [json!(5), json!("x"), json!(true), json!([5]), json!(["x"]), json!([null]), json!([[]]), json!([{}])]
    {
        is_undecided(&known(odd.clone()), "aws_security_group.sg-00000002", &format!("ingress {odd}"));
    }
    let peers = [
        (
            "cidr_blocks",
            vec![json!([null]), json!([""]), json!([10]), json!({}), json!(["10.0.0.0/8x"]), json!(true)],
        ),
        (
            "cidr_blocks",
            ["10.0.0.0/08", "0.0.0.0/00", "010.0.0.0/8", "10.0.0.0/8 ", "10.0.0.1", "::/0", "10.0.0.0/33"]
                .map(|text| json!([text]))
                .to_vec(),
        ),
        (
            "ipv6_cidr_blocks",
            ["10.0.0.0/8", "::ffff:10.0.0.0/104", "::/00"].map(|text| json!([text])).to_vec(),
        ),
        ("prefix_list_ids", vec![json!([null]), json!([""]), json!(5), json!({})]),
        ("security_groups", vec![json!([null]), json!([""]), json!([5]), json!(5)]),
        ("self", vec![json!("yes"), json!(1), json!([])]),
    ];
    for (name, values) in peers {
        for value in values {
            let rule = json!([{"protocol": "tcp", "from_port": 443, "to_port": 443, name: value}]);
            is_undecided(&known(rule.clone()), "a rule of aws_security_group.sg-00000002", &rule.to_string());
        }
    }
    for port in [
        json!(443.5),
        json!(1e30),
        json!(u64::MAX),
        json!(-2),
        json!("x"),
        json!(65_536),
        json!(true),
        json!([]),
        json!({}),
    ] {
        let rule =
            json!([{"protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": ["10.0.0.0/8"]}]);
        is_undecided(&known(rule.clone()), "a rule of aws_security_group.sg-00000002", &rule.to_string());
    }
    // Spellings that AWS drops host bits of, or gives, are what they say.
    for block in ["10.0.0.5/8", "0.0.0.0/0", "10.0.0.1/32"] {
        let rule = json!([{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": [block]}]);
        assert_eq!(answer(&Case::scratch(), &known(rule)).0, "yes", "{block}");
    }
}

#[test]
fn a_rule_of_its_own() {
    let own = json!(["sg-00000002"]);
    let with = |kind: &str, name: &str, value: &Value| {
        let mut rule = json!({"id": "sgr-1", "type": "ingress", "security_group_id": "sg-00000002", "protocol": "tcp",
                              "ip_protocol": "tcp", "from_port": 443, "to_port": 443});
        rule[name] = value.clone();
        estate(&json!([]), &own, &[resource(kind, "rule", &rule)])
    };
    let (one, several) = ("aws_vpc_security_group_ingress_rule", "aws_security_group_rule");
    for name in ["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"] {
        for value in [json!(["10.0.0.0/8"]), json!([]), json!(5), json!({})] {
            is_undecided(
                &with(one, name, &value),
                "a rule of aws_vpc_security_group_ingress_rule.rule",
                name,
            );
        }
    }
    for value in [json!(["sg-00000001"]), json!([]), json!(5)] {
        let document = with(several, "source_security_group_id", &value);
        is_undecided(&document, "a rule of aws_security_group_rule.rule", &value.to_string());
    }
    // A rule of which it cannot be told whose it is, or which way it goes, is named.
    let case = Case::scratch();
    for (name, value) in [
        ("type", json!("Ingress")),
        ("type", json!(1)),
        ("type", json!([])),
        ("security_group_id", json!(1)),
        ("security_group_id", json!({})),
        ("security_group_id", json!("")),
        ("security_group_id", json!("sg-00000001,sg-00000002")),
    ] {
        let (_, said) = answer(&case, &with(several, name, &value));
        assert!(
            said.contains("warning: estate.json: aws_security_group_rule.rule: its "),
            "{name} {value}\n{said}"
        );
    }
}

#[test]
fn a_group_of_a_machine() {
    let rule =
        json!([{"protocol": "tcp", "from_port": 443, "to_port": 443, "security_groups": ["sg-00000001"]}]);
    for odd in [json!(["sg-00000001", 5]), json!([true]), json!(5)] {
        is_undecided(
            &estate(&rule, &odd, &[]),
            "aws_instance.i-00000002: its vpc_security_group_ids",
            &odd.to_string(),
        );
    }
}

#[test]
fn a_permission_of_ec2() {
    let document = |permissions: Value| {
        let group = |id: &str, permissions: &Value| {
            let all = json!([{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}]);
            json!({"GroupId": id, "GroupName": id, "VpcId": "vpc-1", "OwnerId": "111111111111", "IpPermissions": permissions, "IpPermissionsEgress": all})
        };
        let machine = |id: &str, address: &str, group: &str| json!({"InstanceId": id, "VpcId": "vpc-1", "PrivateIpAddress": address, "SecurityGroups": [{"GroupId": group}]});
        json!({
            "SecurityGroups": [group("sg-00000001", &json!([])), group("sg-00000002", &permissions)],
            "Reservations": [{"Instances": [machine("i-00000001", "10.0.0.1", "sg-00000001"), machine("i-00000002", "10.0.0.2", "sg-00000002")]}],
        })
        .to_string()
    };
    let permission = |name: &str, value: Value| json!([{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, name: value}]);
    for permissions in [
        json!([{}]),
        permission("IpRanges", json!([{}])),
        permission("IpRanges", json!([{"CidrIp": null}])),
        permission("IpRanges", json!([{"CidrIp": "10.0.0.0/08"}])),
        permission("IpRanges", json!([{"CidrIp": "::/0"}])),
        permission("Ipv6Ranges", json!([{"CidrIpv6": "10.0.0.0/8"}])),
        permission("UserIdGroupPairs", json!([{}])),
        permission("PrefixListIds", json!([{}])),
        permission("PrefixListIds", json!([])),
    ] {
        is_undecided(&document(permissions.clone()), "a rule of sg-00000002", &permissions.to_string());
    }
    let open = permission("IpRanges", json!([{"CidrIp": "10.0.0.0/8"}]));
    assert_eq!(answer(&Case::scratch(), &document(open)).0, "yes");
}

#[test]
fn of_doubled_keys_the_last_counts() {
    let rule = json!([{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"]}]);
    let (open, closed) =
        (estate(&rule, &json!(["sg-00000002"]), &[]), estate(&json!([]), &json!(["sg-00000002"]), &[]));
    let list = |state: &str| serde_json::from_str::<Value>(state).unwrap()["resources"].clone();
    let case = Case::scratch();
    // Two lists of resources cannot both be read.
    let twice =
        format!("{{\"version\": 4, \"resources\": {}, \"resources\": {}}}", list(&open), list(&closed));
    case.write("twice.json", twice.as_bytes());
    assert_eq!(case.run(&["explain", "i-00000001", "i-00000002", "443", "twice.json"]).code, Some(1));
    // Of instances, attributes and whatever is below the last one counts.
    let groups = [list(&open)[1].clone(), list(&closed)[1].clone()];
    let with = |group: String| {
        let others: Vec<String> = [0, 2, 3].iter().map(|at| list(&open)[*at].to_string()).collect();
        format!("{{\"version\": 4, \"resources\": [{}, {group}]}}", others.join(", "))
    };
    let head = "\"mode\": \"managed\", \"type\": \"aws_security_group\", \"name\": \"b\"";
    for (first, last, expected) in [(0, 1, "no"), (1, 0, "yes")] {
        let instances = format!(
            "{{{head}, \"instances\": {}, \"instances\": {}}}",
            groups[first]["instances"], groups[last]["instances"]
        );
        let attributes = |group: &Value| group["instances"][0]["attributes"].clone();
        let within = format!(
            "{{{head}, \"instances\": [{{\"attributes\": {}, \"attributes\": {}}}]}}",
            attributes(&groups[first]),
            attributes(&groups[last])
        );
        for document in [with(instances), with(within)] {
            assert_eq!(answer(&case, &document).0, expected, "{document}");
        }
    }
}
