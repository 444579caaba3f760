//! Several states of one estate.

use serde_json::json;
use sglens::input::{Input, Options, read_document};
use sglens::inventory::{
    Authority, Builder, EndpointFact, EndpointId, GroupId, GroupRef, InterfaceFact, InterfaceId, Inventory,
    Origin, TemplateName,
};

use super::fixture::{
    A, B, D, ONE, OPEN, addresses, arrows, carried, graph, path, read_all, read_bytes, rules, state,
};

#[test]
fn states_that_contradict_each_other_are_both_kept_with_warnings() {
    let inventory = read_all(&["contradict-a.tfstate", "contradict-b.tfstate"]);
    assert_eq!(addresses(&inventory, A), ["aws_security_group.app", "aws_security_group.application"]);
    assert_eq!(rules(&inventory, A), [OPEN, "tcp 443 from 10.0.0.0/8", "tcp 8443 from 10.0.0.0/8"]);
    assert_eq!(carried(&inventory, ONE), [["A", "B"]]);
    let warned = |text: &str| {
        let mut warnings = inventory.warnings.iter().map(|warning| &warning.message);
        assert!(warnings.any(|message| message.contains(text)), "{text}: {:?}", inventory.warnings);
    };
    warned("different name");
    warned("different VPC");
    warned("2 ingress rules are in only some");
    warned("has different groups attached");
    assert!(inventory.warnings.iter().all(|warning| warning.message.contains("contradict-b.tfstate")));
    assert!(!inventory.groups[B].is_defined());
}

#[test]
fn a_resource_of_one_state_and_a_data_source_of_another_are_one_group() {
    let names = ["shared-infra.tfstate", "shared-app.tfstate"];
    let inventory = read_all(&names);
    assert_eq!(addresses(&inventory, D), ["data.aws_security_group.db", "aws_security_group.db"]);
    assert!(inventory.groups[D].ingress_known, "one of them lists the rules");
    assert_eq!(arrows(&inventory), ["A -> D: tcp 5432 allowed"]);
    assert!(inventory.warnings.is_empty(), "{:?}", inventory.warnings);
    assert_eq!(graph(&read_all(&[names[1], names[0]])), graph(&inventory), "in any order");
}

#[test]
fn a_managed_group_below_a_module_named_metadata_is_compared() {
    let group = |port: u16, mode: &str| {
        let rule =
            json!({ "protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": ["10.0.0.0/8"] });
        let attributes = json!({ "id": "sg-1", "name": "web", "vpc_id": "vpc-1", "ingress": [rule] });
        let resource = json!({ "module": "module.metadata", "mode": mode, "type": "aws_security_group",
            "name": "web", "instances": [{ "attributes": attributes }] });
        json!({ "version": 4, "serial": 1, "lineage": "x", "resources": [resource] }).to_string()
    };
    let warnings = |states: [String; 2]| {
        let mut builder = Builder::new();
        for (number, state) in states.iter().enumerate() {
            let name = format!("{number}.tfstate");
            read_document(&name, state.as_bytes(), Options::default(), &mut builder).unwrap();
        }
        builder.finish().warnings
    };
    let contradiction = warnings([group(80, "managed"), group(443, "managed")]);
    assert_eq!(contradiction.len(), 1, "{contradiction:?}");
    assert!(contradiction[0].message.contains("2 ingress rules are in only some"), "{contradiction:?}");
    let with_data_source = warnings([group(80, "managed"), group(443, "data")]);
    assert!(with_data_source.is_empty(), "a data source lists no rules: {with_data_source:?}");
}

#[test]
fn naming_a_file_twice_reads_it_once() {
    let read = |inputs: &[Input]| -> Inventory { sglens::input::read(inputs, Options::default()).unwrap() };
    let input = Input::Path(path("same-v4.tfstate"));
    let once = read(std::slice::from_ref(&input));
    let twice = read(&[input.clone(), input]);
    assert_eq!(twice.tally, once.tally);
    assert_eq!(graph(&twice), graph(&once));
}

#[test]
fn a_group_that_a_template_names_is_looked_for_where_the_template_is_used() {
    let inventory = read_bytes(&state(&[
        ("aws_security_group", "web", json!({ "id": "sg-1", "name": "web", "vpc_id": "vpc-1" })),
        ("aws_subnet", "other", json!({ "id": "subnet-2", "vpc_id": "vpc-2", "cidr_block": "10.2.0.0/16" })),
        ("aws_launch_template", "t", json!({ "id": "lt-1", "name": "t", "security_group_names": ["web"] })),
        (
            "aws_instance",
            "i",
            json!({ "id": "i-1", "subnet_id": "subnet-2", "launch_template": [{ "id": "lt-1" }] }),
        ),
    ]))
    .unwrap();
    assert_eq!(carried(&inventory, "i-1"), [["name:web"]], "the other VPC has no such group");
}

#[test]
fn an_interface_is_described_by_itself_before_what_is_attached_to_it() {
    let inventory = read_bytes(&state(&[
        ("aws_network_interface", "module.net.own", json!({ "id": "eni-1", "security_groups": ["sg-1"] })),
        (
            "aws_network_interface_attachment",
            "a",
            json!({ "instance_id": "i-9", "network_interface_id": "eni-1" }),
        ),
        (
            "aws_network_interface_sg_attachment",
            "a",
            json!({ "security_group_id": "sg-2", "network_interface_id": "eni-1" }),
        ),
    ]))
    .unwrap();
    let origins = &inventory.endpoints["i-9"].origins;
    assert_eq!(
        origins.iter().map(|origin| &*origin.address).collect::<Vec<_>>(),
        ["module.net.aws_network_interface.own"]
    );
}

#[test]
fn a_peering_that_is_told_in_two_ways_is_the_same_in_any_order() {
    let one = (
        "aws_vpc_peering_connection",
        "one",
        json!({ "id": "pcx-1", "vpc_id": "vpc-1", "peer_vpc_id": "vpc-2" }),
    );
    let other = (
        "aws_vpc_peering_connection",
        "other",
        json!({ "id": "pcx-1", "vpc_id": "vpc-1", "peer_vpc_id": "vpc-3" }),
    );
    let there = read_bytes(&state(&[one.clone(), other.clone()])).unwrap();
    let back = read_bytes(&state(&[other, one])).unwrap();
    assert_eq!(format!("{:?}", there.network), format!("{:?}", back.network));
    assert_eq!(there.warnings, back.warnings);
    assert_eq!(there.warnings.len(), 1, "{:?}", there.warnings);
}

#[test]
fn a_template_gives_its_groups_only_to_what_has_none_of_its_own() {
    let told = |own: Vec<GroupRef>| {
        let mut builder = Builder::new();
        let source = builder.source("facts");
        for (id, group, is_template) in [("lt-1", "sg-1", true), ("i-1", "", false)] {
            let origin = Origin::new(&source, id);
            let mut fact = EndpointFact::new(Authority::Managed, origin.clone(), "instance");
            let names = vec![TemplateName::LaunchTemplate("template".into())];
            if is_template {
                fact.names_as_template = names;
            } else {
                fact.templates = names;
            }
            builder.endpoint(EndpointId::new(id), fact);
            let mut interface = InterfaceFact::new(origin, EndpointId::new(id));
            let groups = if is_template { vec![GroupRef::Id(GroupId::new(group))] } else { own.clone() };
            interface.groups = groups.into_iter().collect();
            builder.interface(interface);
        }
        let inventory = builder.finish();
        let interface = &inventory.endpoints["i-1"].interfaces[0];
        let known = interface.groups.iter().map(ToString::to_string);
        known.chain(interface.unresolved.iter().map(ToString::to_string)).collect::<Vec<_>>()
    };
    assert_eq!(told(Vec::new()), ["sg-1"]);
    assert_eq!(told(vec![GroupRef::Id(GroupId::new("sg-9"))]), ["sg-9"]);
    assert_eq!(told(vec![GroupRef::Unresolved("var.groups".into())]), ["var.groups"]);
}

#[test]
fn an_interface_without_an_id_is_the_one_that_has_its_address() {
    let mut builder = Builder::new();
    let source = builder.source("facts");
    let id = || EndpointId::new("i-1");
    let mut add = |interface: Option<&str>, address: &str, group: &str| {
        let mut fact = InterfaceFact::new(Origin::new(&source, "i-1"), id());
        fact.id = interface.map(InterfaceId::new);
        fact.addresses = [address.parse().unwrap()].into_iter().collect();
        fact.groups = [GroupRef::Id(GroupId::new(group))].into_iter().collect();
        builder.interface(fact);
    };
    add(Some("eni-1"), "10.0.0.1", "sg-1");
    add(Some("eni-2"), "10.0.0.2", "sg-2");
    add(None, "10.0.0.2", "sg-3");
    let inventory = builder.finish();
    let groups = inventory.endpoints["i-1"]
        .interfaces
        .iter()
        .map(|one| one.groups.iter().map(ToString::to_string).collect());
    assert_eq!(groups.collect::<Vec<Vec<String>>>(), [vec!["sg-1"], vec!["sg-2", "sg-3"]]);
}
