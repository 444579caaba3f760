//! Every line of `assets/attachments.tsv`: a resource of its type, written as the state writes it,
//! carries its groups. And the types that only mention groups carry none.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

use serde_json::{Map, Value, json};
use sglens::input::{Options, read_document};
use sglens::inventory::{Builder, Endpoint, GroupId, Inventory, Multiplicity, Role};

const GROUP: &str = "sg-0123456789abcdef0";
const SUBNET: &str = "subnet-0123456789abcdef0";
const INTERFACE: &str = "eni-0123456789abcdef0";
const ARN: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123456789abcdef0";

/// One line of the table.
struct Row {
    resource: &'static str,
    noun: &'static str,
    members: Multiplicity,
    role: Role,
    /// For each interface, the paths of its groups.
    groups: Vec<Vec<&'static str>>,
    group_names: Vec<&'static str>,
    subnets: Vec<&'static str>,
    subnet_group: Vec<&'static str>,
    addresses: Vec<&'static str>,
    public: Vec<&'static str>,
    interfaces: Vec<&'static str>,
    name: Vec<&'static str>,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("../../assets/attachments.tsv").lines();
    lines.filter(|line| line.starts_with("aws_")).map(row).collect()
}

fn row(line: &'static str) -> Row {
    let cells: Vec<&str> = line.split('\t').collect();
    assert_eq!(cells.len(), 12, "{line}");
    let list = |cell: usize| -> Vec<&'static str> {
        cells[cell].split(' ').filter(|path| !matches!(*path, "" | "-")).collect()
    };
    Row {
        resource: cells[0],
        noun: cells[1],
        members: match cells[2] {
            "one" => Multiplicity::One,
            "many" => Multiplicity::Many,
            other => panic!("{line}: {other}"),
        },
        role: match cells[3] {
            "client" => Role::Client,
            "service" => Role::Service,
            "both" => Role::Both,
            other => panic!("{line}: {other}"),
        },
        groups: list(4).into_iter().map(|joined| joined.split('+').collect()).collect(),
        group_names: list(5),
        subnets: list(6),
        subnet_group: list(7),
        addresses: list(8),
        public: list(9),
        interfaces: list(10),
        name: list(11),
    }
}

/// How blocks stand in a document: the state writes lists, other tools write single objects.
#[derive(Clone, Copy)]
enum Blocks {
    Lists,
    Objects,
}

/// Puts a value at a dotted path, into the block that is already there.
fn put(object: &mut Map<String, Value>, path: &str, value: &Value, blocks: Blocks) {
    let Some((name, rest)) = path.split_once('.') else {
        object.insert(path.to_owned(), value.clone());
        return;
    };
    let empty = || match blocks {
        Blocks::Lists => json!([{}]),
        Blocks::Objects => json!({}),
    };
    let slot = object.entry(name).or_insert_with(empty);
    let block = if slot.is_array() { &mut slot[0] } else { slot };
    put(block.as_object_mut().unwrap(), rest, value, blocks);
}

/// Attributes with a group in every place that carries one.
fn attributes(row: &Row) -> Map<String, Value> {
    let mut values = Map::new();
    values.insert("id".to_owned(), json!("thing-1"));
    for path in row.groups.iter().flatten() {
        put(&mut values, path, &json!([GROUP]), Blocks::Lists);
    }
    values
}

fn resource(kind: &str, values: &Map<String, Value>) -> Value {
    json!({"mode": "managed", "type": kind, "name": "this", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
        "instances": [{"schema_version": 1, "attributes": values}]})
}

fn read(resources: &[Value]) -> Inventory {
    let state = json!({"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {},
        "resources": resources});
    let mut builder = Builder::new();
    read_document("state", &serde_json::to_vec(&state).unwrap(), Options::default(), &mut builder).unwrap();
    builder.finish()
}

/// The only endpoint of a state with one resource.
#[track_caller]
fn only<'i>(inventory: &'i Inventory, kind: &str) -> &'i Endpoint {
    assert_eq!(inventory.endpoints.len(), 1, "{kind}: {:?}", inventory.endpoints);
    inventory.endpoints.values().next().unwrap()
}

fn groups(endpoint: &Endpoint) -> Vec<&str> {
    endpoint.groups().into_iter().map(GroupId::as_str).collect()
}

#[test]
fn every_line_carries_its_groups() {
    let mut walked = 0;
    for row in rows() {
        let kind = row.resource;
        if row.groups.is_empty() {
            println!("skipped: {kind}: its groups are those of a launch template, see below");
            continue;
        }
        let mut values = attributes(&row);
        values.insert("tags".to_owned(), json!({"team": "shop"}));
        let inventory = read(&[resource(kind, &values)]);
        let endpoint = only(&inventory, kind);
        assert_eq!(groups(endpoint), [GROUP], "{kind}");
        assert_eq!(&*endpoint.kind, row.noun, "{kind}");
        assert_eq!((endpoint.members, endpoint.role), (row.members, row.role), "{kind}");
        assert_eq!(endpoint.tags.get("team").map(|value| &**value), Some("shop"), "{kind}");
        assert_eq!(&*endpoint.origins[0].address, format!("{kind}.this"));
        assert_eq!(endpoint.interfaces.len(), row.groups.len(), "{kind}: groups that it carries apart");
        assert!(inventory.groups.contains_key(GROUP) && inventory.warnings.is_empty(), "{kind}");
        walked += 1;
    }
    println!("{walked} types carry groups");
    assert!(walked > 100);
}

/// Each path by itself, in every form in which a group is written.
#[test]
fn every_path_is_read_in_every_form() {
    for row in rows() {
        for path in row.groups.iter().flatten() {
            let forms = [
                ("a list", json!([GROUP]), Blocks::Lists),
                ("a list in objects", json!([GROUP]), Blocks::Objects),
                ("a text", json!(GROUP), Blocks::Lists),
                ("a text in objects", json!(GROUP), Blocks::Objects),
                ("an ARN", json!([ARN]), Blocks::Lists),
                ("texts with commas", json!(format!("{GROUP}, {GROUP}")), Blocks::Lists),
                ("a list with nothing in it", json!([null, "", GROUP]), Blocks::Lists),
            ];
            for (form, value, blocks) in forms {
                let mut values = Map::new();
                values.insert("id".to_owned(), json!("thing-1"));
                put(&mut values, path, &value, blocks);
                let inventory = read(&[resource(row.resource, &values)]);
                let endpoint = only(&inventory, row.resource);
                assert_eq!(groups(endpoint), [GROUP], "{} {path}: {form}", row.resource);
                assert_eq!(endpoint.interfaces.len(), 1, "{} {path}: {form}", row.resource);
            }
        }
    }
}

/// What a path of the other columns holds arrives at the interface.
#[test]
fn every_other_path_is_read() {
    for row in rows().into_iter().filter(|row| !row.groups.is_empty()) {
        let kind = row.resource;
        let with = |path: &str, value: Value| {
            let mut values = attributes(&row);
            put(&mut values, path, &value, Blocks::Lists);
            read(&[resource(kind, &values)])
        };
        for path in &row.subnets {
            let arn = format!("arn:aws:ec2:eu-west-1:111122223333:subnet/{SUBNET}");
            for value in [json!([SUBNET]), json!(SUBNET), json!(arn)] {
                let inventory = with(path, value);
                let interface = &only(&inventory, kind).interfaces[0];
                assert!(interface.subnets.contains(SUBNET), "{kind} {path}");
            }
        }
        for path in &row.addresses {
            let inventory = with(path, json!("10.20.1.11"));
            let addresses = &only(&inventory, kind).interfaces[0].addresses;
            assert!(addresses.iter().any(|block| block.to_string() == "10.20.1.11/32"), "{kind} {path}");
        }
        for path in &row.public {
            let inventory = with(path, json!("198.51.100.11"));
            let public = &only(&inventory, kind).interfaces[0].public;
            assert!(public.iter().any(|address| address.to_string() == "198.51.100.11"), "{kind} {path}");
        }
        for path in &row.interfaces {
            let inventory = with(path, json!(INTERFACE));
            assert!(only(&inventory, kind).aliases.contains(INTERFACE), "{kind} {path}");
        }
        for path in &row.name {
            let inventory = with(path, json!("given-name"));
            let named = only(&inventory, kind).name.as_deref();
            assert_eq!(named, Some("given-name"), "{kind} {path}");
        }
    }
}

/// Where EC2-Classic allowed it, groups go by name.
#[test]
fn names_of_groups_are_read() {
    let named: Vec<Row> = rows().into_iter().filter(|row| !row.group_names.is_empty()).collect();
    assert!(!named.is_empty());
    for row in named {
        for path in &row.group_names {
            let mut values = Map::new();
            values.insert("id".to_owned(), json!("thing-1"));
            put(&mut values, path, &json!(["web"]), Blocks::Lists);
            let carrier = resource(row.resource, &values);
            let inventory = read(std::slice::from_ref(&carrier));
            assert_eq!(groups(only(&inventory, row.resource)), ["name:web"], "{} {path}", row.resource);
            let web = json!({"id": GROUP, "name": "web", "ingress": [], "egress": []});
            let inventory = read(&[carrier, resource("aws_security_group", web.as_object().unwrap())]);
            assert_eq!(groups(only(&inventory, row.resource)), [GROUP], "{} {path}", row.resource);
        }
    }
}

/// The resource that makes a subnet group for others.
fn subnet_group_of(kind: &str) -> &'static str {
    let families = [
        ("aws_db_", "aws_db_subnet_group"),
        ("aws_rds_", "aws_db_subnet_group"),
        ("aws_docdb_", "aws_docdb_subnet_group"),
        ("aws_neptune_", "aws_neptune_subnet_group"),
        ("aws_elasticache_", "aws_elasticache_subnet_group"),
        ("aws_memorydb_", "aws_memorydb_subnet_group"),
        ("aws_dax_", "aws_dax_subnet_group"),
        ("aws_redshift_", "aws_redshift_subnet_group"),
        ("aws_dms_", "aws_dms_replication_subnet_group"),
    ];
    let family = families.into_iter().find(|(prefix, _)| kind.starts_with(prefix));
    let Some((_, group)) = family else { panic!("{kind} has a subnet group of an unknown kind") };
    group
}

#[test]
fn subnet_groups_stand_for_subnets() {
    for row in rows().into_iter().filter(|row| !row.subnet_group.is_empty()) {
        let kind = row.resource;
        for path in &row.subnet_group {
            let mut values = attributes(&row);
            put(&mut values, path, &json!("private"), Blocks::Lists);
            let group = json!({"id": "private", "name": "private", "replication_subnet_group_id": "private",
                "subnet_ids": [SUBNET]});
            let group = resource(subnet_group_of(kind), group.as_object().unwrap());
            let inventory = read(&[resource(kind, &values), group]);
            let subnets = &only(&inventory, kind).interfaces[0].subnets;
            assert!(subnets.contains(SUBNET), "{kind} {path}");
        }
    }
}

/// Lines without groups take those of a launch template.
#[test]
fn templates_give_their_groups_to_those_that_name_them() {
    let template = json!({"id": "lt-0123456789abcdef0", "name": "web", "vpc_security_group_ids": [GROUP]});
    let template = resource("aws_launch_template", template.as_object().unwrap());
    let without: Vec<Row> = rows().into_iter().filter(|row| row.groups.is_empty()).collect();
    assert!(!without.is_empty());
    for row in without {
        let kind = row.resource;
        let path = match kind {
            "aws_autoscaling_group" | "aws_eks_node_group" | "aws_gamelift_game_server_group" => {
                "launch_template.id"
            }
            "aws_ec2_fleet" => "launch_template_config.launch_template_specification.launch_template_id",
            // Its pods take the group of the cluster.
            "aws_eks_fargate_profile" => continue,
            other => panic!("{other} has no groups: say here where it names its template"),
        };
        let mut values = Map::new();
        values.insert("id".to_owned(), json!("thing-1"));
        let alone = read(&[resource(kind, &values)]);
        assert!(alone.endpoints.is_empty(), "{kind} carries nothing by itself");
        put(&mut values, path, &json!("lt-0123456789abcdef0"), Blocks::Lists);
        let inventory = read(&[resource(kind, &values), template.clone()]);
        let endpoint = only(&inventory, kind);
        assert_eq!((groups(endpoint), &*endpoint.kind), (vec![GROUP], row.noun), "{kind}");
        assert_eq!(endpoint.members, Multiplicity::Many, "{kind}");
    }
}

/// Types that mention groups and attach nothing, and attributes of carriers that do.
#[test]
fn a_mention_is_no_attachment() {
    let mentions = [
        ("aws_vpc", "default_security_group_id"),
        ("aws_default_vpc", "default_security_group_id"),
        ("aws_db_option_group", "option.vpc_security_group_memberships"),
        ("aws_db_option_group", "option.db_security_group_memberships"),
        ("aws_ec2_network_insights_analysis", "explanations.security_group.id"),
        ("aws_ec2_network_insights_analysis", "explanations.security_groups.id"),
        ("aws_medialive_input_security_group", "security_group_id"),
        ("aws_medialive_input", "input_security_groups"),
        ("aws_emr_block_public_access_configuration", "security_group_id"),
        ("aws_ec2_transit_gateway", "security_group_referencing_support"),
        ("aws_ec2_transit_gateway_vpc_attachment", "security_group_referencing_support"),
        ("aws_networkmanager_vpc_attachment", "options.security_group_referencing_support"),
        ("aws_security_group", "id"),
        ("aws_default_security_group", "id"),
        ("aws_security_group_rule", "source_security_group_id"),
        ("aws_vpc_security_group_ingress_rule", "referenced_security_group_id"),
        ("aws_vpc_security_group_egress_rule", "referenced_security_group_id"),
        ("aws_vpc_security_group_rules_exclusive", "security_group_id"),
        ("aws_vpc_security_group_vpc_association", "security_group_id"),
        ("aws_elb", "source_security_group"),
        ("aws_elb", "source_security_group_id"),
        ("aws_lb", "enforce_security_group_inbound_rules_on_private_link_traffic"),
        ("aws_eks_node_group", "remote_access.source_security_group_ids"),
        ("aws_lambda_function", "replacement_security_group_ids"),
        ("aws_elasticache_cluster", "security_group_names"),
        ("aws_elasticache_replication_group", "security_group_names"),
    ];
    for (kind, path) in mentions {
        let mut values = Map::new();
        values.insert("id".to_owned(), json!("thing-1"));
        put(&mut values, path, &json!([GROUP]), Blocks::Lists);
        if path != "id" {
            put(&mut values, "vpc_id", &json!("vpc-0123456789abcdef0"), Blocks::Lists);
        }
        let inventory = read(&[resource(kind, &values)]);
        assert!(inventory.endpoints.is_empty(), "{kind} {path}: {:?}", inventory.endpoints);
    }
}
