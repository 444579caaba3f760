//! What a plan leaves out or repeats: rules, ids, homes.

use serde_json::{Value, json};

use crate::Case;
use crate::given::{open, plan, reaches};

#[test]
fn a_plan_that_takes_a_rule_away_leaves_no_echo_of_it() {
    let case = Case::scratch();
    let group = |rules: &[Value]| json!({ "id": "sg-0000000a", "name": "db", "vpc_id": "vpc-1", "ingress": rules, "egress": [] });
    let rule = |port: u16, block: &str| {
        json!({ "id": "sgr-1", "security_group_id": "sg-0000000a", "ip_protocol": "tcp",
                "from_port": port, "to_port": port, "cidr_ipv4": block })
    };
    let (own, separate) = ("aws_security_group.db", "aws_vpc_security_group_ingress_rule.r");
    let world = "0.0.0.0/0";
    let echo = [open(22, world), open(80, world)];
    let before = [(own, group(&echo)), (separate, rule(22, world))];
    let ask = |after: &[(&str, Value)], action: &[&str]| {
        case.write("plan.json", plan(&before, after, &[(own, &["no-op"]), (separate, action)]).as_bytes());
        [22, 80].map(|port| reaches(&case, "db", port, &["plan.json"]))
    };
    assert_eq!(ask(&[(own, group(&echo))], &["delete"]), ["no", "yes"], "deleted");
    let narrowed = [(own, group(&echo)), (separate, rule(22, "10.0.0.0/8"))];
    assert_eq!(ask(&narrowed, &["update"]), ["no", "yes"], "narrowed");
    assert_eq!(ask(&narrowed, &["delete", "create"]), ["no", "yes"], "replaced");
    assert_eq!(ask(&before, &["no-op"]), ["yes", "yes"], "kept");
    let forgotten = [(own, group(&echo)), (separate, Value::Null)];
    assert_eq!(ask(&forgotten, &["forget"]), ["yes", "yes"], "forgotten");
    assert_eq!(ask(&[(own, group(&echo))], &["forget"]), ["yes", "yes"], "forgotten without an entry");
    let moved = json!({ "id": "sgrule-1", "type": "ingress", "security_group_id": "sg-0000000a",
        "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": [world] });
    let moved = [(own, group(&echo)), ("aws_security_group_rule.r", moved)];
    assert_eq!(ask(&moved, &["delete"]), ["yes", "yes"], "moved to another type");
    let run = case.run(&["explain", "internet", "db", "80", "plan.json"]).exits(0);
    assert!(run.stdout.contains("(unowned: nothing configures it)"), "{}", run.stdout);
    assert!(!case.run(&["explain", "internet", "db", "22", "plan.json"]).stdout.contains("unowned"));
}

#[test]
fn what_aws_made_by_itself_outlives_its_resource() {
    let case = Case::scratch();
    let default = json!({ "id": "sg-0000000d", "name": "default", "vpc_id": "vpc-1",
        "ingress": [open(22, "0.0.0.0/0")], "egress": [] });
    let address = "aws_default_security_group.d";
    case.write("plan.json", plan(&[(address, default)], &[], &[(address, &["delete"])]).as_bytes());
    assert_eq!(reaches(&case, "default", 22, &["plan.json"]), "yes");
}

#[test]
fn planned_vpcs_are_apart_as_they_will_be() {
    let case = Case::scratch();
    let mut resources = Vec::new();
    let (mut changes, mut configured) = (Vec::new(), Vec::new());
    for name in ["a", "b"] {
        let mut add = |kind: &str, values: Value, unknown: Value, expressions: Value| {
            let address = format!("{kind}.{name}");
            resources.push(json!({ "address": address, "mode": "managed", "type": kind, "name": name, "values": values }));
            changes.push(
                json!({ "address": address, "change": { "actions": ["create"], "after_unknown": unknown } }),
            );
            configured.push(json!({ "address": address, "mode": "managed", "type": kind, "name": name, "expressions": expressions }));
        };
        let refers =
            |kind: &str| json!({ "references": [format!("{kind}.{name}.id"), format!("{kind}.{name}")] });
        add("aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }), json!({ "id": true }), json!({}));
        add(
            "aws_subnet",
            json!({ "cidr_block": "10.0.1.0/24" }),
            json!({ "id": true, "vpc_id": true }),
            json!({ "vpc_id": refers("aws_vpc") }),
        );
        let everywhere =
            json!({ "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"] });
        add(
            "aws_security_group",
            json!({ "name": name, "ingress": [open(443, "0.0.0.0/0")], "egress": [everywhere] }),
            json!({ "id": true, "vpc_id": true }),
            json!({ "vpc_id": refers("aws_vpc") }),
        );
        add(
            "aws_instance",
            json!({ "tags": { "Name": format!("vm-{name}") } }),
            json!({ "id": true, "subnet_id": true, "vpc_security_group_ids": true, "private_ip": true }),
            json!({ "subnet_id": refers("aws_subnet"), "vpc_security_group_ids": refers("aws_security_group") }),
        );
    }
    let plan = json!({ "format_version": "1.2", "planned_values": { "root_module": { "resources": resources } },
        "resource_changes": changes, "configuration": { "root_module": { "resources": configured } } });
    case.write("plan.json", plan.to_string().as_bytes());
    case.run(&["explain", "vm-a", "vm-b", "443", "plan.json"]).exits(2);
    let run = case.run(&["explain", "vm-a", "vm-b", "443", "plan.json"]);
    assert!(run.stdout.starts_with("no:"), "{}", run.stdout);
}

#[test]
fn the_default_group_of_a_planned_vpc_is_the_one_that_is_adopted() {
    let case = Case::scratch();
    let plan = |adopts: bool| {
        let refers = |names: &[&str]| json!({ "references": names });
        let mut parts = vec![
            (
                "aws_vpc.main",
                json!({ "cidr_block": "10.0.0.0/16" }),
                json!({ "id": true, "default_security_group_id": true }),
                json!({}),
            ),
            (
                "aws_instance.web",
                json!({ "tags": { "Name": "web" } }),
                json!({ "id": true, "vpc_security_group_ids": true }),
                json!({ "vpc_security_group_ids": refers(&["aws_vpc.main.default_security_group_id", "aws_vpc.main"]) }),
            ),
        ];
        if adopts {
            parts.push((
                "aws_default_security_group.all",
                json!({ "ingress": [open(443, "0.0.0.0/0")], "egress": [] }),
                json!({ "id": true, "vpc_id": true }),
                json!({ "vpc_id": refers(&["aws_vpc.main.id", "aws_vpc.main"]) }),
            ));
        }
        let named = |address: &str| {
            let (kind, name) = address.split_once('.').unwrap();
            json!({ "address": address, "mode": "managed", "type": kind, "name": name })
        };
        let with = |mut object: serde_json::Value, key: &str, value: &serde_json::Value| {
            object[key] = value.clone();
            object
        };
        let planned: Vec<_> =
            parts.iter().map(|(address, values, ..)| with(named(address), "values", values)).collect();
        let changes: Vec<_> = parts
            .iter()
            .map(|(address, _, unknown, _)| json!({ "address": address, "change": { "actions": ["create"], "after_unknown": unknown } }))
            .collect();
        let configured: Vec<_> = parts
            .iter()
            .map(|(address, .., expressions)| with(named(address), "expressions", expressions))
            .collect();
        json!({ "format_version": "1.2", "planned_values": { "root_module": { "resources": planned } },
            "resource_changes": changes, "configuration": { "root_module": { "resources": configured } } })
        .to_string()
    };
    case.write("plan.json", plan(true).as_bytes());
    assert_eq!(reaches(&case, "web", 443, &["plan.json"]), "yes");
    case.write("plan.json", plan(false).as_bytes());
    assert_eq!(reaches(&case, "web", 443, &["plan.json"]), "undecided");
}
