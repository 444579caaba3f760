//! What is one thing and what are two: names, versions and snapshots across inputs.

use serde_json::{Value, json};

use crate::Case;
use crate::given::{group, open, reaches, resource, state};

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
    let ask = |to: &str| case.run(&["explain", "vm-1", to, "443", "tgw.tfstate", "--width", "200"]).stdout;
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

#[test]
fn subnet_groups_of_one_name_are_as_many_as_there_are() {
    let case = Case::scratch();
    let estate = |number: u8, place: &Value| {
        let (vpc, subnet) = (format!("vpc-{number}"), format!("subnet-{number}"));
        let id = format!("sg-0000000{number}");
        let mut group_of_subnets = json!({ "id": "main", "name": "main", "subnet_ids": [subnet] });
        let mut database = json!({ "id": format!("db-{number}"), "identifier": format!("db-{number}"),
            "vpc_security_group_ids": [id], "db_subnet_group_name": "main" });
        for one in [&mut group_of_subnets, &mut database] {
            one.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
        }
        let subnet = json!({ "id": subnet, "vpc_id": vpc, "cidr_block": format!("10.{number}.0.0/24") });
        [
            resource(
                "aws_security_group",
                &id,
                &json!({ "id": id, "name": id, "ingress": [], "egress": [] }),
            ),
            resource("aws_subnet", &vpc, &subnet),
            resource("aws_db_subnet_group", &vpc, &group_of_subnets),
            resource("aws_db_instance", &id, &database),
        ]
    };
    let homes = |files: &[&str]| {
        let run = case.run(&[&["graph", "--level", "endpoint", "-f", "json"], files].concat()).exits(0);
        let json = run.json();
        let nodes = json["nodes"].as_array().unwrap().iter().filter(|node| node["kind"] == "resources");
        let home = |one: &Value| one["vpcs"][0].as_str().map(str::to_owned);
        nodes.map(home).collect::<Vec<_>>()
    };
    let both = [Some("vpc-1".to_owned()), Some("vpc-2".to_owned())];
    // In two states, the one that names it holds it.
    case.write("one.tfstate", state(&estate(1, &json!({}))).as_bytes());
    case.write("two.tfstate", state(&estate(2, &json!({}))).as_bytes());
    assert_eq!(homes(&["one.tfstate", "two.tfstate"]), both);
    // In one state, the region tells them apart.
    let regions = [json!({ "region": "eu-west-1" }), json!({ "region": "us-east-1" })];
    let parts = [estate(1, &regions[0]), estate(2, &regions[1])].concat();
    case.write("all.tfstate", state(&parts).as_bytes());
    assert_eq!(homes(&["all.tfstate"]), both);
    // Where nothing tells them apart, nothing is taken.
    let parts = [estate(1, &json!({})), estate(2, &json!({}))].concat();
    case.write("all.tfstate", state(&parts).as_bytes());
    assert_eq!(homes(&["all.tfstate"]), [None, None]);
}

#[test]
fn the_region_is_part_of_an_identity() {
    let case = Case::scratch();
    let cache = |number: u8, region: &str| {
        let id = format!("sg-0000000{number}");
        json!({ "id": "sessions", "cluster_id": "sessions", "region": region, "security_group_ids": [id] })
    };
    let parts = [
        group("sg-00000001", "here", "vpc-1", &[]),
        group("sg-00000002", "there", "vpc-2", &[open(6379, "0.0.0.0/0")]),
        resource("aws_elasticache_cluster", "here", &cache(1, "eu-west-1")),
        resource("aws_elasticache_cluster", "there", &cache(2, "us-east-1")),
    ];
    case.write("one.tfstate", state(&parts).as_bytes());
    let run = case.run(&["graph", "--level", "endpoint", "-f", "json", "one.tfstate"]).exits(0);
    let json = run.json();
    let nodes = json["nodes"].as_array().unwrap().iter();
    let found: Vec<_> = nodes
        .flat_map(|node| node["members"].as_array().unwrap())
        .map(|one| [one["id"].as_str().unwrap(), one["region"].as_str().unwrap()])
        .collect();
    let id = "aws_elasticache_cluster:sessions";
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0], [&*format!("{id}@eu-west-1"), "eu-west-1"]);
    assert_eq!(found[1], [&*format!("{id}@us-east-1"), "us-east-1"]);
}

#[test]
fn a_group_of_several_vpcs_does_not_tell_where_a_thing_is() {
    let case = Case::scratch();
    let association = json!({ "security_group_id": "sg-0000000a", "vpc_id": "vpc-2", "state": "associated" });
    let function = json!({ "id": "job", "function_name": "job", "vpc_config": [{ "security_group_ids": ["sg-0000000a"] }] });
    let everywhere = json!({ "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"] });
    let jobs = json!({ "id": "sg-0000000a", "name": "jobs", "vpc_id": "vpc-1", "ingress": [], "egress": [everywhere] });
    let instance =
        json!({ "id": "i-1", "vpc_security_group_ids": ["sg-0000000b"], "private_ip": "10.2.0.1" });
    let mut parts = vec![
        resource("aws_security_group", "jobs", &jobs),
        group("sg-0000000b", "db", "vpc-2", &[open(5432, "0.0.0.0/0")]),
        resource("aws_lambda_function", "job", &function),
        resource("aws_instance", "db", &instance),
    ];
    case.write("one.tfstate", state(&parts).as_bytes());
    let answer = || case.run(&["explain", "job", "i-1", "5432", "one.tfstate"]).stdout;
    assert!(answer().starts_with("no:"), "{}", answer());
    parts.push(resource("aws_vpc_security_group_vpc_association", "a", &association));
    case.write("one.tfstate", state(&parts).as_bytes());
    assert!(!answer().starts_with("no:"), "{}", answer());
    // Nor is a thing two things because its groups are at home elsewhere.
    let cache = |group: &str| {
        resource(
            "aws_elasticache_cluster",
            group,
            &json!({ "id": "sessions", "security_group_ids": [group] }),
        )
    };
    parts.push(cache("sg-0000000a"));
    case.write("one.tfstate", state(&parts).as_bytes());
    case.write("two.tfstate", state(&[cache("sg-0000000b")]).as_bytes());
    let run =
        case.run(&["graph", "--level", "endpoint", "-f", "json", "one.tfstate", "two.tfstate"]).exits(0);
    let json = run.json();
    let nodes = json["nodes"].as_array().unwrap().iter();
    let caches =
        nodes.flat_map(|node| node["members"].as_array().unwrap()).filter(|one| one["kind"] == "cache");
    assert_eq!(caches.count(), 1);
}

#[test]
fn where_only_the_region_is_told_the_only_account_there_is_meant() {
    let case = Case::scratch();
    let cache = |place: Value| {
        let mut cache = json!({ "id": "sessions", "security_group_ids": ["sg-00000001"] });
        cache.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
        state(&[resource("aws_elasticache_cluster", "sessions", &cache)])
    };
    let arn = |place: &str| json!({ "arn": format!("arn:aws:elasticache:{place}:cluster:sessions") });
    let things = |other: &str| {
        case.write("one.tfstate", cache(arn("eu-west-1:111122223333")).as_bytes());
        case.write("two.tfstate", cache(arn(other)).as_bytes());
        case.write("three.tfstate", cache(json!({ "region": "eu-west-1" })).as_bytes());
        let files = ["one.tfstate", "two.tfstate", "three.tfstate"];
        let run = case.run(&[&["graph", "--level", "endpoint", "-f", "json"], &files[..]].concat()).exits(0);
        run.json()["stats"]["endpoints"].as_u64().unwrap()
    };
    assert_eq!(things("us-east-1:444455556666"), 2);
    assert_eq!(things("eu-west-1:444455556666"), 3, "either may be meant");
}

#[test]
fn what_looks_like_an_identity_is_no_name() {
    let names =
        ["web-*", "web-1", "web-2", "pl-0123456789abcdef0", "i-0123abcd", "203.0.113.07", "203.0.113.7/33"];
    let machines = names.iter().enumerate().map(|(number, name)| {
        let attributes =
            json!({"id": format!("i-{number}"), "tags": {"Name": name}, "vpc_security_group_ids": ["sg-1"]});
        resource("aws_instance", &format!("m{number}"), &attributes)
    });
    let all: Vec<_> = std::iter::once(group("sg-1", "web", "vpc-1", &[])).chain(machines).collect();
    let case = Case::scratch();
    case.write("net.tfstate", state(&all).as_bytes());
    let found = case.run(&["focus", "web-*", "-f", "json", "net.tfstate"]).exits(0).json();
    assert_eq!(found["more"].as_array().map(Vec::len), Some(2), "a pattern is all that it fits");
    for name in &names[3..] {
        let run = case.run(&["explain", name, "web-1", "443", "net.tfstate"]);
        assert_eq!(run.code, Some(1), "{name}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains("no resource or security group matches"), "{}", run.stderr);
        case.run(&["focus", &format!("instance:{name}"), "net.tfstate"]).exits(0);
    }
    let run = case.run(&["explain", "INTERNET", "web-1", "443", "net.tfstate"]).exits(2);
    assert!(run.stdout.starts_with("no: internet"), "{}", run.stdout);
}

#[test]
fn an_arrow_names_its_own_rule_where_another_group_has_the_same() {
    let rule = json!({"protocol": "tcp", "from_port": 443, "to_port": 443, "security_groups": ["sg-client"]});
    let machine = |name: &str| {
        let attributes = json!({"id": format!("i-{name}"), "tags": {"Name": name}, "vpc_security_group_ids": [format!("sg-{name}")]});
        resource("aws_instance", name, &attributes)
    };
    let all = json!([{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}]);
    let client =
        json!({"id": "sg-client", "name": "client", "vpc_id": "vpc-1", "ingress": [], "egress": all});
    let groups =
        ["one", "two"].map(|name| group(&format!("sg-{name}"), name, "vpc-1", std::slice::from_ref(&rule)));
    let mut resources = vec![
        resource("aws_security_group", "client", &client),
        machine("client"),
        machine("one"),
        machine("two"),
    ];
    resources.extend(groups);
    let case = Case::scratch();
    case.write("net.tfstate", state(&resources).as_bytes());
    let scene = case.run(&["graph", "--level", "endpoint", "-f", "scene", "net.tfstate"]).exits(0).json();
    let arrows = scene["view"]["arrows"].as_array().unwrap();
    assert_eq!(arrows.len(), 2);
    for arrow in arrows {
        let service =
            scene["view"]["nodes"][arrow["to"].as_u64().unwrap() as usize]["label"].as_str().unwrap();
        let told = arrow["tooltip"].as_str().unwrap();
        assert!(told.contains(&format!("ingress of {service}: tcp 443 from client")), "{service}: {told}");
    }
}

/// A group that is not in the input is called what the smallest of the names says that mention it, whichever
/// comes first.
#[test]
fn a_group_that_is_only_mentioned_has_one_name() {
    let case = Case::scratch();
    let vm = |number: u32, name: &str| {
        json!({ "InstanceId": format!("i-{number}"), "PrivateIpAddress": format!("10.0.0.{number}"),
            "SecurityGroups": [{ "GroupId": "sg-0000000a", "GroupName": name }] })
    };
    for names in [["zeta", "alpha"], ["alpha", "zeta"]] {
        let instances = [vm(1, names[0]), vm(2, names[1])];
        let document = json!({ "Reservations": [{ "Instances": instances }] });
        case.write("vms.json", document.to_string().as_bytes());
        let run = case.run(&["members", "sg-0000000a", "vms.json"]).exits(0);
        assert!(run.stdout.starts_with("alpha  security group  sg-0000000a\n"), "{}", run.stdout);
    }
}
