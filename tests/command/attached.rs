//! What groups are attached to, in whatever way a resource says it.

use serde_json::{Value, json};

use crate::Case;
use crate::given::{group, open, resource, state};

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

/// Returns the first word of the answer to a question.
fn verdict(case: &Case, question: &[&str]) -> String {
    case.run(&[&["explain"], question].concat()).stdout.split(':').next().unwrap_or_default().to_owned()
}

fn balancer(kind: &str, groups: &Value) -> Value {
    let attributes = json!({
        "id": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/entry/1",
        "name": "entry", "load_balancer_type": kind, "security_groups": groups, "vpc_id": "vpc-1",
        "subnet_mapping": [{ "subnet_id": "subnet-1", "private_ipv4_address": "10.0.1.50" }],
    });
    resource("aws_lb", "entry", &attributes)
}

#[test]
fn nothing_filters_a_network_load_balancer_without_groups() {
    let case = Case::scratch();
    let everywhere = json!({ "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"] });
    let client = json!({ "id": "sg-0000000c", "name": "client", "vpc_id": "vpc-1", "ingress": [], "egress": [everywhere] });
    let instance = |id: &str, group: &str, address: &str| json!({ "id": id, "private_ip": address, "vpc_security_group_ids": [group] });
    let mut parts = vec![
        group("sg-0000000a", "service", "vpc-1", &[open(8443, "10.0.1.0/24")]),
        resource("aws_security_group", "client", &client),
        resource("aws_instance", "s", &instance("i-1", "sg-0000000a", "10.0.2.20")),
        resource("aws_instance", "c", &instance("i-2", "sg-0000000c", "10.0.2.21")),
    ];
    parts.push(balancer("network", &json!([])));
    case.write("one.tfstate", state(&parts).as_bytes());
    let ask = |from: &str, to: &str, port: &str| verdict(&case, &[from, to, port, "one.tfstate"]);
    assert_eq!(ask("entry", "i-1", "8443"), "yes");
    assert_eq!(ask("entry", "i-1", "22"), "no");
    assert_eq!(ask("i-2", "entry", "443"), "yes");
    assert_eq!(ask("i-1", "entry", "443"), "no", "it has no egress rule");
    assert_eq!(ask("internet", "entry", "443"), "yes");
    assert_eq!(ask("entry", "internet", "443"), "yes");
    let focus = |target: &str, direction: &str| {
        let run = case.run(&["focus", target, "-d", direction, "-f", "json", "one.tfstate"]).exits(0);
        let json = run.json();
        let connections =
            json["connections"].as_array().unwrap().iter().filter(|one| one["verdict"] == "allowed");
        let ends = connections.flat_map(|one| {
            let members = one["members"].as_array().unwrap().iter();
            members.map(|member| member["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        });
        let mut ends: Vec<String> = ends.collect();
        ends.sort();
        ends.dedup();
        ends
    };
    let entry = "net/entry/1";
    assert_eq!(focus("i-2", "out"), [entry], "the counterpart has no group");
    assert_eq!(focus("i-1", "in"), [entry]);
    assert_eq!(focus(entry, "out"), ["i-1", entry], "a load balancer stands for several nodes");
    assert_eq!(focus(entry, "in"), ["i-2", entry]);
    // Another balancer without groups is one whose groups are not known.
    parts.pop();
    parts.push(balancer("application", &json!([])));
    case.write("one.tfstate", state(&parts).as_bytes());
    case.run(&["explain", "entry", "i-1", "8443", "one.tfstate"]).exits(1);
    // So is it in an answer of EC2.
    let interface = |kind: &str| {
        let interface = json!({ "NetworkInterfaceId": "eni-1", "InterfaceType": kind, "VpcId": "vpc-1",
            "Description": "ELB net/entry/1", "PrivateIpAddress": "10.0.1.50", "Groups": [], "Status": "in-use" });
        let list = json!({ "NetworkInterfaces": [interface] }).to_string();
        case.write("interfaces.json", list.as_bytes());
        let service = state(&parts[..3]);
        case.write("one.tfstate", service.as_bytes());
        case.run(&["explain", "net/entry/1", "i-1", "8443", "interfaces.json", "one.tfstate"]).stdout
    };
    assert!(interface("network_load_balancer").starts_with("yes"), "{}", interface("network_load_balancer"));
    assert!(!interface("nat_gateway").starts_with("yes"));
}

#[test]
fn the_parts_of_a_beanstalk_environment_have_their_own_groups() {
    let case = Case::scratch();
    let setting = |namespace: &str, name: &str, value: &str| json!({ "namespace": namespace, "name": name, "value": value, "resource": "" });
    let environment = json!({ "id": "e-1", "name": "shop", "all_settings": [
        setting("aws:autoscaling:launchconfiguration", "SecurityGroups", "sg-0000000a,sg-0000000b"),
        setting("aws:elbv2:loadbalancer", "SecurityGroups", "sg-0000000c"),
        setting("aws:ec2:vpc", "VPCId", "vpc-1"),
        setting("aws:elasticbeanstalk:application:environment", "GROUP", "sg-0000000d"),
    ] });
    let parts = [
        resource(
            "aws_security_group",
            "app",
            &json!({ "id": "sg-0000000a", "name": "app", "vpc_id": "vpc-1", "ingress": [],
                "egress": [open(5432, "0.0.0.0/0")] }),
        ),
        group(
            "sg-0000000e",
            "db",
            "vpc-1",
            &[
                json!({ "protocol": "tcp", "from_port": 5432, "to_port": 5432, "security_groups": ["sg-0000000c"] }),
            ],
        ),
        resource("aws_instance", "db", &json!({ "id": "i-1", "vpc_security_group_ids": ["sg-0000000e"] })),
        group("sg-0000000b", "more", "vpc-1", &[]),
        group("sg-0000000c", "front", "vpc-1", &[open(443, "0.0.0.0/0")]),
        group("sg-0000000d", "none", "vpc-1", &[]),
        resource("aws_elastic_beanstalk_environment", "shop", &environment),
    ];
    case.write("one.tfstate", state(&parts).as_bytes());
    let members = |group: &str| {
        let run = case.run(&["members", group, "-f", "json", "one.tfstate"]).exits(0);
        run.json()["members"].as_array().unwrap().len()
    };
    assert_eq!(["app", "more", "front", "none"].map(members), [1, 1, 1, 0]);
    // What lets one part out and what lets the other one in is no connection.
    assert_eq!(verdict(&case, &["shop", "i-1", "5432", "one.tfstate"]), "no");
}

#[test]
fn nodes_with_remote_access_have_both_groups() {
    let case = Case::scratch();
    let cluster = json!({ "id": "shop", "name": "shop", "vpc_config": [{ "cluster_security_group_id": "sg-0000000a" }] });
    let nodes = json!({ "id": "shop:w", "cluster_name": "shop", "node_group_name": "w",
        "remote_access": [{ "ec2_ssh_key": "k", "source_security_group_ids": ["sg-0000000c"] }],
        "resources": [{ "remote_access_security_group_id": "sg-0000000b" }] });
    let parts = [
        group("sg-0000000a", "cluster", "vpc-1", &[]),
        group("sg-0000000b", "remote", "vpc-1", &[open(22, "0.0.0.0/0")]),
        group("sg-0000000c", "admins", "vpc-1", &[]),
        resource("aws_eks_cluster", "c", &cluster),
        resource("aws_eks_node_group", "w", &nodes),
    ];
    case.write("one.tfstate", state(&parts).as_bytes());
    let nodes = |group: &str| {
        let run = case.run(&["members", group, "-f", "json", "one.tfstate"]).exits(0);
        run.json()["members"].as_array().unwrap().iter().any(|one| one["id"] == "aws_eks_node_group:shop:w")
    };
    assert_eq!(["cluster", "remote", "admins"].map(nodes), [true, true, false]);
}

#[test]
fn batch_takes_the_groups_of_its_launch_template() {
    let case = Case::scratch();
    let template = json!({ "id": "lt-1", "name": "jobs", "latest_version": 1, "default_version": 1,
        "vpc_security_group_ids": ["sg-0000000a"] });
    let jobs = json!({ "id": "jobs", "name": "jobs", "compute_resources": [{
        "launch_template": [{ "launch_template_id": "lt-1", "version": "$Latest" }], "security_group_ids": [] }] });
    let parts = [
        group("sg-0000000a", "jobs", "vpc-1", &[]),
        resource("aws_launch_template", "jobs", &template),
        resource("aws_batch_compute_environment", "jobs", &jobs),
    ];
    case.write("one.tfstate", state(&parts).as_bytes());
    let run = case.run(&["members", "sg-0000000a", "-f", "json", "one.tfstate"]).exits(0);
    assert_eq!(run.json()["members"][0]["id"], "aws_batch_compute_environment:jobs");
}

#[test]
fn groups_of_the_cloud_control_provider_are_groups() {
    let case = Case::scratch();
    let group = json!({ "id": "sg-0000000a", "group_id": "sg-0000000a", "group_name": "db", "vpc_id": "vpc-1",
        "tags": [{ "key": "Name", "value": "shop-db" }],
        "security_group_ingress": [
            { "ip_protocol": "tcp", "from_port": 5432, "to_port": 5432, "source_security_group_id": "sg-0000000b" },
            { "ip_protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_ip": "10.0.0.0/8", "cidr_ipv_6": null },
        ],
        "security_group_egress": [] });
    let client = json!({ "id": "sg-0000000b", "group_name": "web", "vpc_id": "vpc-1",
        "security_group_ingress": [], "security_group_egress": [] });
    let rule = json!({ "id": "sgr-1", "group_id": "sg-0000000b", "ip_protocol": "-1",
        "destination_security_group_id": "sg-0000000a" });
    let instance = |id: &str, group: &str, address: &str| json!({ "id": id, "security_group_ids": [group], "private_ip": address });
    let parts = [
        resource("awscc_ec2_security_group", "db", &group),
        resource("awscc_ec2_security_group", "web", &client),
        resource("awscc_ec2_security_group_egress", "all", &rule),
        resource("awscc_ec2_instance", "db", &instance("i-1", "sg-0000000a", "10.0.0.1")),
        resource("awscc_ec2_instance", "web", &instance("i-2", "sg-0000000b", "10.0.0.2")),
    ];
    case.write("one.tfstate", state(&parts).as_bytes());
    let ask = |from: &str, to: &str, port: &str| verdict(&case, &[from, to, port, "one.tfstate"]);
    assert_eq!(ask("i-2", "i-1", "5432"), "yes");
    assert_eq!(ask("web", "shop-db", "5432"), "yes", "a list of keys and values are tags");
    assert_eq!(ask("10.9.9.9", "i-1", "22"), "yes");
    assert_eq!(ask("i-1", "i-2", "22"), "no");
}

#[test]
fn a_rule_that_a_data_source_reads_is_a_rule() {
    let case = Case::scratch();
    let rule = |id: &str, is_egress: bool, block: &str| {
        json!({ "mode": "data", "type": "aws_vpc_security_group_rule", "name": id, "instances": [{ "attributes": {
            "id": id, "security_group_rule_id": id, "security_group_id": "sg-0000000a", "is_egress": is_egress,
            "ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": block, "cidr_ipv6": null } }] })
    };
    let known = json!({ "mode": "data", "type": "aws_security_group", "name": "web", "instances": [{ "attributes": {
        "id": "sg-0000000a", "name": "web", "vpc_id": "vpc-1" } }] });
    let parts = [known, rule("sgr-1", false, "0.0.0.0/0"), rule("sgr-2", true, "192.0.2.0/24")];
    case.write("one.tfstate", state(&parts).as_bytes());
    assert_eq!(verdict(&case, &["internet", "web", "443", "one.tfstate"]), "yes");
    assert_eq!(verdict(&case, &["web", "192.0.2.1", "443", "one.tfstate"]), "yes");
    assert_eq!(verdict(&case, &["internet", "web", "80", "one.tfstate"]), "undecided", "others may be there");
}

#[test]
fn a_data_source_may_name_its_groups_otherwise_than_the_resource() {
    let case = Case::scratch();
    let database = json!({ "mode": "data", "type": "aws_db_instance", "name": "old", "instances": [{ "attributes": {
        "id": "legacy", "db_instance_identifier": "legacy", "vpc_security_groups": ["sg-0000000a"] } }] });
    case.write("one.tfstate", state(&[group("sg-0000000a", "db", "vpc-1", &[]), database]).as_bytes());
    let run = case.run(&["members", "db", "-f", "json", "one.tfstate"]).exits(0);
    assert_eq!(run.json()["members"][0]["id"], "aws_db_instance:legacy");
}
