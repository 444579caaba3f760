//! Values as they seldom are, and facts that only one of several places tells.

use serde_json::{Value, json};
use sglens::inventory::{Inventory, SubnetId, VpcId};
use sglens::traffic::{Protocol, Traffic};

use super::fixture::{addresses, graph, read, read_bytes, read_documents, rules, state};

/// The rules of a group with one inline ingress object that admits 10.0.0.0/8.
#[track_caller]
fn admits(object: &Value) -> Vec<String> {
    let mut object = object.clone();
    object["cidr_blocks"] = json!(["10.0.0.0/8"]);
    rules(&group(&json!([object])), "sg-1")
}

/// A group with inline ingress.
#[track_caller]
fn group(ingress: &Value) -> Inventory {
    let attributes = json!({ "id": "sg-1", "name": "web", "ingress": ingress, "egress": [] });
    read_bytes(&state(&[("aws_security_group", "web", attributes)])).unwrap()
}

#[test]
fn a_machine_in_several_subnets_is_in_their_vpc() {
    let vpc = |subnets: [&str; 2]| {
        let subnet = |id: &str, vpc: &str| json!({ "id": id, "vpc_id": vpc });
        let inside = json!([{ "security_group_ids": ["sg-1", "sg-2"], "subnet_ids": subnets }]);
        let inventory = read_bytes(&state(&[
            ("aws_subnet", "a", subnet("subnet-1", "vpc-1")),
            ("aws_subnet", "b", subnet("subnet-2", "vpc-1")),
            ("aws_subnet", "c", subnet("subnet-3", "vpc-2")),
            (
                "aws_lambda_function",
                "mail",
                json!({ "id": "mail", "function_name": "mail", "vpc_config": inside }),
            ),
        ]))
        .unwrap();
        inventory.endpoints["aws_lambda_function:mail"].interfaces[0].vpc.clone()
    };
    assert_eq!(vpc(["subnet-1", "subnet-2"]).as_ref().map(VpcId::as_str), Some("vpc-1"));
    assert_eq!(vpc(["subnet-1", "subnet-3"]), None, "subnets of two VPCs tell neither");
}

#[test]
fn an_interface_keeps_what_only_one_state_tells() {
    let interface = |attributes: Value| state(&[("aws_network_interface", "own", attributes)]);
    let one = interface(json!({ "id": "eni-1", "security_groups": ["sg-1"] }));
    let other = interface(json!({ "id": "eni-1", "security_groups": ["sg-1"], "subnet_id": "subnet-1" }));
    let (one, other) = (("a", one.as_slice()), ("b", other.as_slice()));
    for documents in [[one, other], [other, one]] {
        let inventory = read_documents(&documents);
        let subnets = inventory.endpoints["eni-1"].interfaces.iter().flat_map(|one| &one.subnets);
        assert_eq!(subnets.map(SubnetId::as_str).collect::<Vec<_>>(), ["subnet-1"]);
    }
}

#[test]
fn of_two_facts_the_same_one_wins_in_any_order() {
    let group = |vpc: &str| {
        let attributes = json!({ "id": "sg-1", "name": "web", "description": vpc, "vpc_id": vpc });
        state(&[("aws_security_group", "web", attributes)])
    };
    let (one, other) = (group("vpc-1"), group("vpc-2"));
    let (one, other) = (("a", one.as_slice()), ("b", other.as_slice()));
    for documents in [[one, other], [other, one]] {
        let inventory = read_documents(&documents);
        assert_eq!(inventory.groups["sg-1"].vpc.as_ref().map(VpcId::as_str), Some("vpc-1"));
    }
}

#[test]
fn every_spelling_of_icmpv6_is_icmpv6() {
    let of = |protocol: &str| Traffic::from_permission(protocol, Some(-1), Some(-1)).unwrap();
    for spelling in ["ipv6-icmp", "icmp6", "ICMPv6"] {
        assert_eq!(of(spelling), of("58"), "{spelling}");
    }
}

#[test]
fn a_protocol_by_number_is_itself_alone() {
    for number in [50u8, 103, 255] {
        let traffic = Traffic::from_permission(&number.to_string(), None, None).unwrap();
        let held: Vec<u8> = (0..=255).filter(|other| traffic.contains(Protocol(*other), 0)).collect();
        assert_eq!(held, [number]);
    }
}

#[test]
fn an_empty_protocol_is_none() {
    let ingress = json!([{ "protocol": "", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8"] }]);
    let inventory = group(&ingress);
    assert_eq!(rules(&inventory, "sg-1"), ["? all traffic from 10.0.0.0/8"]);
    let warned = inventory.warnings.iter().any(|warning| warning.message.contains("undecided"));
    assert!(!warned, "what is not there is no text that cannot be read: {:?}", inventory.warnings);
}

#[test]
fn a_port_is_a_whole_number() {
    let ports = |port: f64| admits(&json!({ "protocol": "tcp", "from_port": port, "to_port": port }));
    assert_eq!(ports(22.0), ["tcp 22 from 10.0.0.0/8"]);
    assert_ne!(ports(22.5), ["tcp 22 from 10.0.0.0/8"]);
}

#[test]
fn a_nested_block_may_stand_without_its_list() {
    let block = json!({ "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8"] });
    assert_eq!(rules(&group(&block), "sg-1"), ["tcp 22 from 10.0.0.0/8"]);
}

#[test]
fn only_twelve_digits_are_an_account() {
    let peers = ["abcdefghijkl/sg-2", "111122223333/sg-3"];
    let inventory = group(&json!([{ "protocol": "-1", "security_groups": peers }]));
    let account = |id: &str| inventory.groups[id].account.as_deref().map(str::to_owned);
    assert_eq!(account("sg-2"), None);
    assert_eq!(account("sg-3").as_deref(), Some("111122223333"));
}

#[test]
fn the_name_of_a_resource_may_follow_its_instances() {
    let text = r#"{"version": 4, "resources": [{"mode": "managed", "type": "aws_security_group",
        "instances": [{"attributes": {"id": "sg-1"}}], "name": "web"}]}"#;
    let inventory = read_bytes(text.as_bytes()).unwrap();
    assert_eq!(addresses(&inventory, "sg-1"), ["aws_security_group.web"]);
}

#[test]
fn a_data_source_of_an_old_state_is_known_by_its_key() {
    let primary = json!({ "id": "sg-1", "attributes": { "id": "sg-1", "name": "web", "ingress.#": "0" } });
    let typed = json!({ "type": "aws_security_group", "primary": primary });
    for entry in [typed, json!({ "primary": primary })] {
        let module = json!({ "path": ["root"], "resources": { "data.aws_security_group.web": entry } });
        let text = json!({ "version": 3, "serial": 1, "modules": [module] }).to_string();
        let inventory = read_bytes(text.as_bytes()).unwrap();
        assert_eq!(addresses(&inventory, "sg-1"), ["data.aws_security_group.web"]);
        assert!(!inventory.groups["sg-1"].ingress_known, "it lists no rules");
    }
}

#[test]
fn the_internet_and_blocks_are_defined_by_themselves() {
    let graph: Value = serde_json::from_str(&graph(&read("same-v4.tfstate"))).unwrap();
    let nodes = graph["nodes"].as_array().unwrap();
    let outside: Vec<&Value> = nodes.iter().filter(|node| node["kind"] != "group").collect();
    assert_eq!(outside.len(), 3, "{nodes:?}");
    assert!(outside.iter().all(|node| node["defined"] == true), "{outside:?}");
}
