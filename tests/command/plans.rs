//! What a plan leaves out or repeats: rules, ids, homes.

use serde_json::{Value, json};

use crate::Case;
use crate::given::{Created, creation, open, plan, reaches, refers};

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
    let run = case.run(&["explain", "internet", "db", "80", "plan.json", "-v", "--width", "200"]).exits(0);
    assert!(run.stdout.contains("(unowned: nothing configures it)"), "{}", run.stdout);
    assert!(!case.run(&["explain", "internet", "db", "22", "plan.json"]).stdout.contains("unowned"));
    let run = case.run(&["explain", "internet", "db", "80", "-f", "json", "plan.json"]).exits(0);
    assert_eq!(run.json()["findings"][0]["evidence"][0]["unowned"], true);
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
    let names = ["a", "b"].map(|name| {
        let kinds = ["aws_vpc", "aws_subnet", "aws_security_group", "aws_instance"];
        (name, kinds.map(|kind| format!("{kind}.{name}")))
    });
    let everywhere = json!({ "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"] });
    let parts = names.iter().flat_map(|(name, [vpc, subnet, group, instance])| {
        let of = |address: &str| refers(&[&format!("{address}.id"), address]);
        [
            (&**vpc, json!({ "cidr_block": "10.0.0.0/16" }), json!({ "id": true }), json!({})),
            (
                &**subnet,
                json!({ "cidr_block": "10.0.1.0/24" }),
                json!({ "id": true, "vpc_id": true }),
                json!({ "vpc_id": of(vpc) }),
            ),
            (
                &**group,
                json!({ "name": name, "ingress": [open(443, "0.0.0.0/0")], "egress": [everywhere] }),
                json!({ "id": true, "vpc_id": true }),
                json!({ "vpc_id": of(vpc) }),
            ),
            (
                &**instance,
                json!({ "tags": { "Name": format!("vm-{name}") } }),
                json!({ "id": true, "subnet_id": true, "vpc_security_group_ids": true, "private_ip": true }),
                json!({ "subnet_id": of(subnet), "vpc_security_group_ids": of(group) }),
            ),
        ]
    });
    let parts: Vec<Created<'_>> = parts.collect();
    case.write("plan.json", creation(&parts, &Value::Null, &Value::Null).as_bytes());
    let run = case.run(&["explain", "vm-a", "vm-b", "443", "plan.json"]).exits(2);
    assert!(run.stdout.starts_with("no:"), "{}", run.stdout);
}

#[test]
fn the_default_group_of_a_planned_vpc_is_the_one_that_is_adopted() {
    let case = Case::scratch();
    let unknown = json!({ "id": true, "default_security_group_id": true });
    let vpc = ("aws_vpc.main", json!({ "cidr_block": "10.0.0.0/16" }), unknown, json!({}));
    let named = refers(&["aws_vpc.main.default_security_group_id", "aws_vpc.main"]);
    let instance = (
        "aws_instance.web",
        json!({ "tags": { "Name": "web" } }),
        json!({ "id": true, "vpc_security_group_ids": true }),
        json!({ "vpc_security_group_ids": named }),
    );
    let adopted = (
        "aws_default_security_group.all",
        json!({ "ingress": [open(443, "0.0.0.0/0")], "egress": [] }),
        json!({ "id": true, "vpc_id": true }),
        json!({ "vpc_id": refers(&["aws_vpc.main.id", "aws_vpc.main"]) }),
    );
    let ask = |parts: &[Created<'_>]| {
        case.write("plan.json", creation(parts, &Value::Null, &Value::Null).as_bytes());
        reaches(&case, "web", 443, &["plan.json"])
    };
    assert_eq!(ask(&[vpc.clone(), instance.clone(), adopted]), "yes");
    assert_eq!(ask(&[vpc, instance]), "undecided");
}

/// A launch template and what uses it, by the address of each.
fn templates<'p>(template: &'p str, user: &'p str, name: &str) -> [Created<'p>; 2] {
    let base = template.rsplit_once("aws_launch_template").unwrap().1.split('[').next().unwrap();
    let reference = format!("aws_launch_template{base}");
    let mut names = vec![format!("{reference}.id"), reference.clone()];
    if template.contains('[') {
        // As Terraform lists `aws_launch_template.w[each.key].id`.
        names = vec![reference, "each.key".to_owned()];
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    [
        (
            template,
            json!({ "name": name, "vpc_security_group_ids": [format!("sg-0000000{name}")] }),
            json!({ "id": true }),
            json!({}),
        ),
        (
            user,
            json!({ "name": format!("asg-{name}"), "launch_template": [{ "version": "$Latest" }] }),
            json!({ "id": true, "launch_template": [{ "id": true }] }),
            json!({ "launch_template": [{ "id": refers(&names) }] }),
        ),
    ]
}

#[test]
fn a_reference_within_a_module_is_to_what_the_module_plans() {
    let case = Case::scratch();
    let group = |name: &str, port: u16| {
        json!({ "id": format!("sg-0000000{name}"), "name": name, "vpc_id": "vpc-1",
            "ingress": [open(port, "0.0.0.0/0")], "egress": [] })
    };
    let groups = [
        ("aws_security_group.a", group("a", 22), json!({}), json!({})),
        ("aws_security_group.b", group("b", 80), json!({}), json!({})),
    ];
    let [template, user] =
        templates("module.c.aws_launch_template.w", "module.c.aws_autoscaling_group.w", "a");
    let parts = [groups[0].clone(), template, user];
    case.write("plan.json", creation(&parts, &Value::Null, &Value::Null).as_bytes());
    assert_eq!(reaches(&case, "asg-a", 22, &["plan.json"]), "yes");
    // By the key that both repeat over.
    let one = templates("aws_launch_template.w[\"x\"]", "aws_autoscaling_group.w[\"x\"]", "a");
    let other = templates("aws_launch_template.w[\"y\"]", "aws_autoscaling_group.w[\"y\"]", "b");
    let parts: Vec<Created<'_>> = groups.into_iter().chain(one).chain(other).collect();
    let keys = json!({ "references": ["var.names"] });
    case.write("plan.json", creation(&parts, &Value::Null, &keys).as_bytes());
    let ask = |target: &str| [22, 80].map(|port| reaches(&case, target, port, &["plan.json"]));
    assert_eq!(ask("asg-a"), ["yes", "no"]);
    assert_eq!(ask("asg-b"), ["no", "yes"]);
}

#[test]
fn a_local_is_the_one_group_that_its_module_plans() {
    let case = Case::scratch();
    let unknown = json!({ "id": true, "ingress": true, "egress": true });
    let group = |address| (address, json!({ "name": "web" }), unknown.clone(), json!({}));
    let rule = (
        "module.sg.aws_security_group_rule.in[0]",
        json!({ "type": "ingress", "protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["0.0.0.0/0"] }),
        json!({ "id": true, "security_group_id": true }),
        json!({ "security_group_id": refers(&["local.group_id"]) }),
    );
    let names = ["aws_security_group.this[0].id", "aws_security_group.this[0]", "aws_security_group.this"];
    let outputs = json!({ "id": { "expression": refers(&names) } });
    let this = group("module.sg.aws_security_group.this[0]");
    case.write("plan.json", creation(&[this.clone(), rule.clone()], &outputs, &Value::Null).as_bytes());
    assert_eq!(reaches(&case, "web", 80, &["plan.json"]), "yes");
    // Of two it may be either: each has the rule, with the doubt.
    let parts = [this, group("module.sg.aws_security_group.other"), rule];
    case.write("plan.json", creation(&parts, &outputs, &Value::Null).as_bytes());
    for address in ["module.sg.aws_security_group.this[0]", "module.sg.aws_security_group.other"] {
        let run = case.run(&["explain", "internet", address, "80", "plan.json"]).exits(2);
        assert!(run.stdout.starts_with("undecided:"), "{}", run.stdout);
        assert!(
            run.stdout.contains("it may belong to another group: its group is local.group_id"),
            "{}",
            run.stdout
        );
    }
}
