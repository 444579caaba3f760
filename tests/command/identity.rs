//! Inputs whose names, lists or shapes could be taken for something else: small states and plans with
//! invented ids, each asked the question that was answered wrongly.

use serde_json::{Value, json};

use crate::Case;

fn resource(kind: &str, name: &str, attributes: &Value) -> Value {
    json!({ "mode": "managed", "type": kind, "name": name, "instances": [{ "attributes": attributes }] })
}

fn state(resources: &[Value]) -> String {
    json!({ "version": 4, "serial": 1, "lineage": "", "resources": resources }).to_string()
}

fn open(port: u16, block: &str) -> Value {
    json!({ "protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": [block] })
}

fn group(id: &str, name: &str, vpc: &str, ingress: &[Value]) -> Value {
    let attributes = json!({ "id": id, "name": name, "vpc_id": vpc, "ingress": ingress, "egress": [] });
    resource("aws_security_group", name, &attributes)
}

/// Asks whether the internet may reach a target on a port.
fn reaches(case: &Case, target: &str, port: u16, files: &[&str]) -> String {
    let port = port.to_string();
    let run = case.run(&[&["explain", "internet", target, &port], files].concat());
    run.stdout.split(':').next().unwrap_or_default().to_owned()
}

#[test]
fn a_template_of_another_account_gives_no_groups() {
    let case = Case::scratch();
    let estate = |account: &str, number: u8, ingress: &[Value], by_id: bool| {
        let (group_id, id) = (format!("sg-0000000{number}"), format!("lt-{number}"));
        let arn = format!("arn:aws:ec2:eu-west-1:{account}:launch-template/{id}");
        let template = json!({ "id": id, "name": "web", "arn": arn, "vpc_security_group_ids": [group_id] });
        let named = if by_id { json!({ "id": id, "name": "web" }) } else { json!({ "name": "web" }) };
        let fleet = json!({ "id": format!("asg-{number}"), "name": format!("asg-{number}"), "launch_template": [named] });
        state(&[
            group(&group_id, "web", &format!("vpc-{number}"), ingress),
            resource("aws_launch_template", "web", &template),
            resource("aws_autoscaling_group", "web", &fleet),
        ])
    };
    for by_id in [true, false] {
        case.write("prod.tfstate", estate("111122223333", 1, &[], by_id).as_bytes());
        case.write("dev.tfstate", estate("444455556666", 2, &[open(22, "0.0.0.0/0")], by_id).as_bytes());
        let files = ["prod.tfstate", "dev.tfstate"];
        assert_eq!(reaches(&case, "asg-1", 22, &files), "no", "by id: {by_id}");
        assert_eq!(reaches(&case, "asg-2", 22, &files), "yes", "by id: {by_id}");
    }
    // A template of that name in two other inputs may be either.
    let fleet = json!({ "id": "asg-3", "name": "asg-3", "launch_template": [{ "name": "web" }] });
    case.write("fleet.tfstate", state(&[resource("aws_autoscaling_group", "web", &fleet)]).as_bytes());
    let files = ["prod.tfstate", "dev.tfstate", "fleet.tfstate"];
    assert_eq!(reaches(&case, "asg-3", 22, &files), "undecided");
}

#[test]
fn things_of_one_name_in_two_vpcs_are_two_things() {
    let case = Case::scratch();
    let estate = |number: u8, ingress: &[Value]| {
        let id = format!("sg-0000000{number}");
        let cache = json!({ "id": "sessions", "cluster_id": "sessions", "security_group_ids": [id] });
        state(&[
            group(&id, "cache", &format!("vpc-{number}"), ingress),
            resource("aws_elasticache_cluster", "sessions", &cache),
        ])
    };
    case.write("one.tfstate", estate(1, &[]).as_bytes());
    case.write("two.tfstate", estate(2, &[open(6379, "0.0.0.0/0")]).as_bytes());
    let run =
        case.run(&["graph", "--level", "endpoint", "-f", "json", "one.tfstate", "two.tfstate"]).exits(0);
    assert_eq!(run.json()["stats"]["endpoints"], 2);
    case.write("two.tfstate", estate(1, &[]).as_bytes());
    let run =
        case.run(&["graph", "--level", "endpoint", "-f", "json", "one.tfstate", "two.tfstate"]).exits(0);
    assert_eq!(run.json()["stats"]["endpoints"], 1, "of one VPC they are one thing");
}

#[test]
fn whatever_names_a_group_is_something_it_is_attached_to() {
    let case = Case::scratch();
    let id = "sg-0000000a";
    let parts = [
        group(id, "all", "vpc-1", &[]),
        // A type that is not known, one without an id, a pair in a text, nodes without a template.
        resource("acme_robot", "r", &json!({ "id": "r-1", "name": "robot", "net": [{ "groups": [id] }] })),
        resource("acme_odd", "o", &json!({ "net": { "groups": [id] } })),
        resource(
            "aws_bedrockagentcore_agent_runtime",
            "bot",
            &json!({ "agent_runtime_id": "bot-1",
            "network_configuration": [{ "network_mode_config": [{ "security_groups": [id] }] }] }),
        ),
        resource(
            "aws_lambda_event_source_mapping",
            "k",
            &json!({ "id": "u1",
            "source_access_configuration": [{ "type": "VPC_SECURITY_GROUP", "uri": format!("security_group:{id}") }] }),
        ),
        resource(
            "aws_eks_cluster",
            "c",
            &json!({ "id": "shop", "name": "shop",
            "vpc_config": [{ "cluster_security_group_id": id, "vpc_id": "vpc-1" }] }),
        ),
        resource(
            "aws_eks_node_group",
            "w",
            &json!({ "id": "shop:w", "cluster_name": "shop",
            "node_group_name": "w", "launch_template": [] }),
        ),
        // Copies of an id are no attachments.
        resource("aws_ssm_parameter", "p", &json!({ "id": "/group", "value": id })),
        resource("acme_tagged", "t", &json!({ "id": "t", "tags": { "Group": id }, "name": id })),
        resource("acme_note", "n", &json!({ "id": "n", "text": format!("see {id} for more") })),
    ];
    case.write("all.tfstate", state(&parts).as_bytes());
    let run = case.run(&["members", "all", "-f", "json", "all.tfstate"]).exits(0);
    let json = run.json();
    let mut ids: Vec<&str> =
        json["members"].as_array().unwrap().iter().map(|member| member["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(
        ids,
        [
            "acme_odd.o",
            "acme_robot:r-1",
            "aws_bedrockagentcore_agent_runtime.bot",
            "aws_eks_cluster:shop",
            "aws_eks_node_group:shop:w",
            "aws_lambda_event_source_mapping:u1",
        ]
    );
    let warning = "resources of types that sglens does not know name security groups, and are taken for \
                   resources that have them attached: acme_odd, acme_robot, aws_lambda_event_source_mapping";
    assert!(run.stderr.contains(warning), "{}", run.stderr);
}

/// A plan: resources before and after, by address, type and values.
fn plan(before: &[(&str, Value)], after: &[(&str, Value)], actions: &[(&str, &[&str])]) -> String {
    let entry = |(address, values): &(&str, Value)| {
        let kind = address.split('.').next().unwrap();
        json!({ "address": address, "mode": "managed", "type": kind, "name": "x", "values": values })
    };
    let list = |side: &[(&str, Value)]| side.iter().map(entry).collect::<Vec<_>>();
    let changes: Vec<Value> = actions
        .iter()
        .map(|(address, actions)| json!({ "address": address, "change": { "actions": actions } }))
        .collect();
    json!({
        "format_version": "1.2",
        "planned_values": { "root_module": { "resources": list(after) } },
        "resource_changes": changes,
        "prior_state": { "values": { "root_module": { "resources": list(before) } } },
        "configuration": { "root_module": {} },
    })
    .to_string()
}

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
fn what_a_transit_gateway_joins_is_undecided() {
    let case = Case::scratch();
    let everywhere = json!({ "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"] });
    let mut parts = Vec::new();
    for number in [1, 2, 3] {
        let (vpc, id) = (format!("vpc-{number}"), format!("sg-0000000{number}"));
        let group = json!({ "id": id, "name": id, "vpc_id": vpc, "ingress": [open(443, "0.0.0.0/0")],
            "egress": [everywhere] });
        parts.push(resource("aws_security_group", &id, &group));
        let vm = json!({ "id": format!("i-{number}"), "private_ip": format!("10.{number}.0.5"),
            "vpc_security_group_ids": [id], "tags": { "Name": format!("vm-{number}") } });
        parts.push(resource("aws_instance", "vm", &vm));
        let gateway = if number == 3 { "tgw-2" } else { "tgw-1" };
        let attachment =
            json!({ "id": format!("tgw-attach-{number}"), "transit_gateway_id": gateway, "vpc_id": vpc });
        parts.push(resource("aws_ec2_transit_gateway_vpc_attachment", "t", &attachment));
    }
    case.write("tgw.tfstate", state(&parts).as_bytes());
    let ask = |to: &str| case.run(&["explain", "vm-1", to, "443", "tgw.tfstate"]).stdout;
    let joined = ask("vm-2");
    assert!(joined.starts_with("undecided:"), "{joined}");
    assert!(joined.contains("a transit gateway joins, and its routes are not evaluated"), "{joined}");
    assert!(ask("vm-3").starts_with("no:"), "another gateway joins nothing");
    let focus = case.run(&["focus", "vm-1", "tgw.tfstate"]).stdout;
    assert!(focus.contains("vm-2") && !focus.contains("vm-3"), "{focus}");
}

#[test]
fn a_version_of_a_template_that_the_state_does_not_hold_is_undecided() {
    let case = Case::scratch();
    let ask = |version: &str| {
        let template = json!({ "id": "lt-1", "name": "web", "latest_version": 5, "default_version": 2,
            "vpc_security_group_ids": ["sg-00000001"] });
        let fleet = json!({ "id": "fleet", "name": "fleet", "launch_template": [{ "id": "lt-1", "version": version }] });
        let parts = [
            group("sg-00000001", "web", "vpc-1", &[open(22, "0.0.0.0/0")]),
            resource("aws_launch_template", "web", &template),
            resource("aws_autoscaling_group", "web", &fleet),
        ];
        case.write("fleet.tfstate", state(&parts).as_bytes());
        reaches(&case, "fleet", 22, &["fleet.tfstate"])
    };
    assert_eq!(
        ["5", "$Latest", "", "3", "$Default"].map(ask),
        ["yes", "yes", "yes", "undecided", "undecided"]
    );
}

#[test]
fn a_spot_request_is_the_instance_that_it_was_given() {
    let case = Case::scratch();
    let request = json!({ "id": "sir-1", "spot_instance_id": "i-1", "private_ip": "10.0.1.9",
        "vpc_security_group_ids": ["sg-00000001"], "tags": { "Name": "spot" } });
    let instance =
        json!({ "id": "i-1", "private_ip": "10.0.1.9", "vpc_security_group_ids": ["sg-00000001"] });
    let parts = [
        group("sg-00000001", "g", "vpc-1", &[]),
        resource("aws_spot_instance_request", "s", &request),
        resource("aws_instance", "s", &instance),
    ];
    case.write("spot.tfstate", state(&parts).as_bytes());
    let run = case.run(&["graph", "--level", "endpoint", "-f", "json", "spot.tfstate"]).exits(0);
    assert_eq!(run.json()["stats"]["endpoints"], 1);
    case.run(&["focus", "sir-1", "spot.tfstate"]).exits(0);
}

#[test]
fn what_cannot_be_read_in_a_rule_is_undecided() {
    let case = Case::scratch();
    let ask = |rule: Value| {
        let parts = [group("sg-00000001", "db", "vpc-1", &[rule])];
        case.write("odd.tfstate", state(&parts).as_bytes());
        reaches(&case, "db", 22, &["odd.tfstate"])
    };
    let with = |name: &str, value: Value| {
        let mut rule = open(22, "0.0.0.0/0");
        rule[name] = value;
        rule
    };
    assert_eq!(ask(open(22, "0.0.0.0/0")), "yes");
    for (name, value) in [
        ("from_port", json!(443.5)),
        ("from_port", json!(18_446_744_073_709_551_615_u64)),
        ("to_port", json!(1e30)),
        ("cidr_blocks", json!({ "a": "0.0.0.0/0" })),
        ("cidr_blocks", json!([10])),
        ("protocol", json!(["tcp"])),
    ] {
        assert_eq!(ask(with(name, value.clone())), "undecided", "{name}: {value}");
    }
    let mut odd_self = open(22, "10.0.0.0/8");
    odd_self["self"] = json!(1);
    assert_eq!(ask(odd_self), "undecided", "self is a number");
}

#[test]
fn a_module_that_stands_after_the_instances_counts() {
    let case = Case::scratch();
    let instances = r#"[{"index_key":0,"attributes":{"id":"i-1","vpc_security_group_ids":["sg-00000001"]}}]"#;
    let resource = format!(
        r#"{{"mode":"managed","type":"aws_instance","name":"node","instances":{instances},"module":"module.backend"}}"#
    );
    case.write("late.tfstate", format!(r#"{{"version":4,"resources":[{resource}]}}"#).as_bytes());
    case.run(&["focus", "module.backend.aws_instance.node[0]", "late.tfstate"]).exits(0);
}
