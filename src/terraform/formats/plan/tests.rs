//! Small plans with invented ids, read through the front door.

use serde_json::{Value, json};

use super::Moment;
use crate::input::{Options, read_document};
use crate::inventory::{Builder, Inventory, Peer};

fn read(plan: &Value, moment: Moment) -> Inventory {
    let mut builder = Builder::new();
    let bytes = serde_json::to_vec(plan).unwrap();
    read_document("plan.json", &bytes, Options { moment, ..Options::default() }, &mut builder).unwrap();
    builder.finish()
}

/// A planned instance: its address, what is known of it, what is not.
fn planned(address: &str, values: &Value, unknown: &Value) -> [Value; 2] {
    let kind = address.split(['.', '[']).find(|step| step.starts_with("aws_")).unwrap();
    [
        json!({"address": address, "mode": "managed", "type": kind, "values": values}),
        json!({"address": address, "mode": "managed", "type": kind,
               "change": {"actions": ["create"], "after_unknown": unknown}}),
    ]
}

/// A group that is only planned.
fn group(address: &str) -> [Value; 2] {
    planned(address, &json!({"name": "g"}), &json!({"id": true, "ingress": true, "egress": true}))
}

/// An ingress rule of which both groups are unknown.
fn rule(address: &str) -> [Value; 2] {
    let values = json!({"type": "ingress", "protocol": "tcp", "from_port": 5432, "to_port": 5432});
    planned(
        address,
        &values,
        &json!({"id": true, "security_group_id": true, "source_security_group_id": true}),
    )
}

fn plan(instances: &[[Value; 2]], root: &Value) -> Value {
    let resources: Vec<&Value> = instances.iter().map(|[resource, _]| resource).collect();
    let changes: Vec<&Value> = instances.iter().map(|[_, change]| change).collect();
    json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": changes,
        "configuration": {"root_module": root},
    })
}

fn refers(texts: &[&str]) -> Value {
    json!({"references": texts})
}

fn resource(address: &str, expressions: &Value) -> Value {
    json!({"address": address, "expressions": expressions})
}

/// The peers of a group's rules; what is not resolved begins with a question mark.
fn peers(inventory: &Inventory, group: &str) -> Vec<String> {
    let text = |peer: &Peer| match peer {
        Peer::Group(id) => id.to_string(),
        Peer::Unresolved(text) => format!("? {text}"),
        Peer::Block(block) => block.to_string(),
        Peer::PrefixList(id) => id.to_string(),
    };
    inventory.groups[group].rules.iter().map(|rule| text(&rule.peer)).collect()
}

/// The groups of an endpoint, and what is not resolved.
fn carried(inventory: &Inventory, endpoint: &str) -> Vec<String> {
    let endpoint = &inventory.endpoints[endpoint];
    let unresolved = endpoint.interfaces.iter().flat_map(|interface| &interface.unresolved);
    let groups = endpoint.groups().into_iter().map(ToString::to_string);
    groups.chain(unresolved.map(|text| format!("? {text}"))).collect()
}

#[test]
fn a_rule_between_two_planned_groups() {
    let expressions = json!({
        "security_group_id": refers(&["aws_security_group.db.id", "aws_security_group.db"]),
        "source_security_group_id": refers(&["aws_security_group.app.id", "aws_security_group.app"]),
        "type": {"constant_value": "ingress"},
    });
    let root = json!({"resources": [resource("aws_security_group_rule.r", &expressions)]});
    let instances =
        [group("aws_security_group.app"), group("aws_security_group.db"), rule("aws_security_group_rule.r")];
    let inventory = read(&plan(&instances, &root), Moment::After);
    assert_eq!(inventory.tally.groups, 2);
    assert_eq!(peers(&inventory, "aws_security_group.db"), ["aws_security_group.app"]);
    assert!(inventory.groups["aws_security_group.db"].rules[0].doubt.is_none());
    assert!(peers(&inventory, "aws_security_group.app").is_empty());
}

#[test]
fn each_instance_takes_the_group_of_its_key() {
    let expressions = json!({
        "security_group_id": refers(&["aws_security_group.tier", "each.key"]),
        "source_security_group_id": refers(&[
            "aws_security_group.tier[\"web\"].id",
            "aws_security_group.tier[\"web\"]",
            "aws_security_group.tier"]),
    });
    let root = json!({"resources": [resource("aws_security_group_rule.r", &expressions)]});
    let instances = [
        group("aws_security_group.tier[\"db\"]"),
        group("aws_security_group.tier[\"web\"]"),
        rule("aws_security_group_rule.r[\"db\"]"),
        rule("aws_security_group_rule.r[\"web\"]"),
    ];
    let inventory = read(&plan(&instances, &root), Moment::After);
    for group in ["aws_security_group.tier[\"db\"]", "aws_security_group.tier[\"web\"]"] {
        assert_eq!(peers(&inventory, group), ["aws_security_group.tier[\"web\"]"]);
    }
}

#[test]
fn each_value_is_a_key_when_the_map_is_literal() {
    let mut rule_config = resource(
        "aws_security_group_rule.r",
        &json!({
            "security_group_id": refers(&["aws_security_group.tier", "each.key"]),
            "source_security_group_id": refers(&["aws_security_group.tier", "each.value"]),
        }),
    );
    rule_config["for_each_expression"] = json!({"constant_value": {"db": "web"}});
    let instances = [
        group("aws_security_group.tier[\"db\"]"),
        group("aws_security_group.tier[\"web\"]"),
        rule("aws_security_group_rule.r[\"db\"]"),
    ];
    let inventory = read(&plan(&instances, &json!({"resources": [rule_config]})), Moment::After);
    assert_eq!(peers(&inventory, "aws_security_group.tier[\"db\"]"), ["aws_security_group.tier[\"web\"]"]);
    rule_config["for_each_expression"] = refers(&["local.pairs"]);
    let inventory = read(&plan(&instances, &json!({"resources": [rule_config]})), Moment::After);
    let unresolved = peers(&inventory, "aws_security_group.tier[\"db\"]");
    assert_eq!(unresolved, ["? one of aws_security_group.tier[…], local.pairs"]);
}

/// A root that hands the group of `module.sg` to `module.app`, under an expression for the output.
fn modules(output: &Value) -> Value {
    let web = resource("aws_instance.web", &json!({"vpc_security_group_ids": refers(&["var.sg_id"])}));
    json!({"module_calls": {
        "sg": {"module": {"resources": [resource("aws_security_group.this", &json!({}))],
                          "outputs": {"id": {"expression": output}}}},
        "app": {"expressions": {"sg_id": refers(&["module.sg.id", "module.sg"])},
                "module": {"resources": [web], "variables": {"sg_id": {}}}},
    }})
}

#[test]
fn a_group_comes_through_an_output_and_a_variable() {
    let machine = || {
        planned(
            "module.app.aws_instance.web",
            &json!({}),
            &json!({"id": true, "vpc_security_group_ids": true}),
        )
    };
    let instances = [group("module.sg.aws_security_group.this"), machine()];
    let root = modules(&refers(&["aws_security_group.this.id", "aws_security_group.this"]));
    let inventory = read(&plan(&instances, &root), Moment::After);
    assert_eq!(carried(&inventory, "module.app.aws_instance.web"), ["module.sg.aws_security_group.this"]);

    let inventory = read(&plan(&instances, &modules(&refers(&["local.id"]))), Moment::After);
    assert_eq!(carried(&inventory, "module.app.aws_instance.web"), ["? local.id in module.sg"]);

    let counted = ["module.sg.aws_security_group.this[0]", "module.sg.aws_security_group.this[1]"];
    let instances = [group(counted[0]), group(counted[1]), machine()];
    let inventory = read(&plan(&instances, &modules(&refers(&["aws_security_group.this"]))), Moment::After);
    assert_eq!(carried(&inventory, "module.app.aws_instance.web"), counted);
}

#[test]
fn references_in_circles_end() {
    let mut root = modules(&refers(&["var.back"]));
    root["module_calls"]["sg"]["expressions"] = json!({"back": refers(&["module.app.out"])});
    root["module_calls"]["app"]["module"]["outputs"] = json!({"out": {"expression": refers(&["var.sg_id"])}});
    let unknown = json!({"id": true, "vpc_security_group_ids": true});
    let instances = [planned("module.app.aws_instance.web", &json!({}), &unknown)];
    assert!(read(&plan(&instances, &root), Moment::After).endpoints.is_empty());
}

#[test]
fn locals_and_secrets_are_not_told() {
    let root = json!({"resources": [
        resource("aws_lb.front", &json!({"security_groups": refers(&["local.app_sg_id", "var.password"])})),
    ]});
    let instances = [planned("aws_lb.front", &json!({}), &json!({"id": true, "security_groups": true}))];
    let mut plan = plan(&instances, &root);
    plan["variables"] = json!({"password": {"value": "hunter2"}});
    let inventory = read(&plan, Moment::After);
    assert_eq!(carried(&inventory, "aws_lb.front"), ["? local.app_sg_id"]);
    assert!(!format!("{inventory:?}").contains("hunter2"));
}

#[test]
fn unknown_without_an_expression_is_nothing() {
    let values = json!({"type": "ingress", "protocol": "tcp", "from_port": 443, "to_port": 443,
        "security_group_id": "sg-0a", "cidr_blocks": ["10.0.0.0/8"]});
    let instances = [
        planned("aws_instance.web", &json!({}), &json!({"id": true, "vpc_security_group_ids": true})),
        planned("aws_security_group_rule.r", &values, &json!({"id": true, "source_security_group_id": true})),
    ];
    let root = json!({"resources": [
        resource("aws_instance.web", &json!({"ami": {"constant_value": "ami-1"}})),
        resource("aws_security_group_rule.r", &json!({"source_security_group_id": {"constant_value": null}})),
    ]});
    let inventory = read(&plan(&instances, &root), Moment::After);
    assert!(inventory.endpoints.is_empty());
    assert_eq!(peers(&inventory, "sg-0a"), ["10.0.0.0/8"]);
}

#[test]
fn a_machine_carries_every_group_of_its_list() {
    let texts = ["aws_security_group.a.id", "aws_security_group.a", "aws_security_group.b.id"];
    let expressions = json!({"vpc_security_group_ids": refers(&texts)});
    let root = json!({"resources": [resource("aws_instance.web", &expressions)]});
    let mut machine =
        planned("aws_instance.web", &json!({"id": "i-0a"}), &json!({"vpc_security_group_ids": true}));
    machine[1]["change"]["actions"] = json!(["update"]);
    machine[1]["change"]["before"] = json!({"vpc_security_group_ids": ["sg-0b", "sg-0c", "sg-0d"]});
    let known = |address: &str, id: &str| planned(address, &json!({"id": id, "name": "g"}), &json!({}));
    let instances = [
        group("aws_security_group.a"),
        known("aws_security_group.b", "sg-0b"),
        known("aws_security_group.c", "sg-0c"),
        machine,
    ];
    let inventory = read(&plan(&instances, &root), Moment::After);
    // sg-0d is a literal; sg-0c is managed here and no longer mentioned.
    assert_eq!(carried(&inventory, "i-0a"), ["aws_security_group.a", "sg-0b", "sg-0d"]);
}

#[test]
fn one_of_several_is_never_guessed() {
    let either = refers(&["aws_security_group.a.id", "aws_security_group.a", "aws_security_group.b.id"]);
    let owner = refers(&["aws_security_group.a.id"]);
    let expressions = json!({"security_group_id": owner, "source_security_group_id": either});
    let root = json!({"resources": [resource("aws_security_group_rule.r", &expressions)]});
    let instances =
        [group("aws_security_group.a"), group("aws_security_group.b"), rule("aws_security_group_rule.r")];
    let inventory = read(&plan(&instances, &root), Moment::After);
    let text = "? one of aws_security_group.a, aws_security_group.b";
    assert_eq!(peers(&inventory, "aws_security_group.a"), [text]);
}

#[test]
fn inline_blocks_keep_their_ports() {
    let block = |port: u16, more: &Value| {
        let mut block = json!({"protocol": "tcp", "from_port": port, "to_port": port, "self": false});
        block.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        block
    };
    let ingress =
        json!([block(80, &json!({"cidr_blocks": ["10.0.0.0/8"]})), block(22, &json!({"cidr_blocks": []}))]);
    let unknown = json!({"id": true, "ingress": [
        {"cidr_blocks": [false], "security_groups": []}, {"cidr_blocks": [], "security_groups": true}]});
    let instances = [
        group("aws_security_group.bastion"),
        planned("aws_security_group.app", &json!({"ingress": ingress}), &unknown),
    ];
    let with = |expressions: &Value| {
        let root = json!({"resources": [resource("aws_security_group.app", expressions)]});
        read(&plan(&instances, &root), Moment::After)
    };
    let inventory = with(&json!({"ingress": refers(&["aws_security_group.bastion.id", "var.port"])}));
    let mut found = peers(&inventory, "aws_security_group.app");
    found.sort();
    assert_eq!(found, ["10.0.0.0/8", "aws_security_group.bastion"]);
    let rules = &inventory.groups["aws_security_group.app"].rules;
    assert!(rules.iter().all(|rule| rule.doubt.is_none() && !rule.traffic.is_all()));

    let inventory = with(&json!({}));
    let found = peers(&inventory, "aws_security_group.app");
    assert!(found.contains(&"? a dynamic ingress block".to_owned()), "{found:?}");
}

#[test]
fn the_other_side_is_the_prior_state() {
    let kind = "aws_security_group";
    let prior = json!([
        {"address": "aws_security_group.gone", "mode": "managed", "type": kind, "values": {"id": "sg-0a"}},
        {"address": "aws_security_group.untargeted", "mode": "managed", "type": kind, "values": {"id": "sg-0b"}},
    ]);
    let mut plan = plan(&[group("aws_security_group.new")], &json!({}));
    plan["prior_state"] = json!({"format_version": "1.0", "values": {"root_module": {"resources": prior}}});
    let delete =
        json!({"address": "aws_security_group.gone", "change": {"actions": ["delete"], "after_unknown": {}}});
    plan["resource_changes"].as_array_mut().unwrap().push(delete);
    let ids = |moment| read(&plan, moment).groups.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(ids(Moment::Before), ["sg-0a", "sg-0b"]);
    assert_eq!(ids(Moment::After), ["aws_security_group.new", "sg-0b"]);
}

#[test]
fn of_the_branches_of_a_condition_one_is_meant() {
    let machine = |references: &[&str]| {
        let unknown = json!({"id": true, "vpc_security_group_ids": true});
        let instances = [
            group("aws_security_group.a"),
            group("aws_security_group.b"),
            planned("aws_instance.i", &json!({}), &unknown),
        ];
        let ids = json!({"vpc_security_group_ids": refers(references)});
        let root = json!({
            "resources": [resource("aws_security_group.a", &json!({})), resource("aws_security_group.b", &json!({})),
                          resource("aws_instance.i", &ids)],
            "variables": {"public": {}, "more": {}},
        });
        let mut plan = plan(&instances, &root);
        plan["variables"] = json!({"public": {"value": true}, "more": {"value": ["sg-0c0c0c0c"]}});
        carried(&read(&plan, Moment::After), "aws_instance.i")
    };
    let both = ["aws_security_group.a.id", "aws_security_group.b.id"];
    assert_eq!(machine(&both), both.map(|id| id.trim_end_matches(".id")));
    assert_eq!(machine(&["var.more", both[0], both[1]]).len(), 3);
    assert_eq!(
        machine(&["var.public", both[0], both[1]]),
        ["? one of aws_security_group.a, aws_security_group.b"]
    );
    assert_eq!(machine(&["var.public", both[0]]), ["aws_security_group.a"]);
}

#[test]
fn a_list_that_is_known_in_part_keeps_no_group_of_before() {
    let values = json!({"id": "i-0a", "vpc_security_group_ids": ["sg-0a"]});
    let mut machine = planned("aws_instance.web", &values, &json!({"vpc_security_group_ids": [false, true]}));
    machine[1]["change"]["actions"] = json!(["update"]);
    machine[1]["change"]["before"] = json!({"vpc_security_group_ids": ["sg-0a", "sg-0b"]});
    let expressions = json!({"vpc_security_group_ids": refers(&["aws_security_group.a.id"])});
    let root = json!({"resources": [resource("aws_instance.web", &expressions)]});
    let instances = [group("aws_security_group.a"), machine];
    let carried = carried(&read(&plan(&instances, &root), Moment::After), "i-0a");
    assert!(carried.contains(&"sg-0a".to_owned()), "{carried:?}");
    assert!(!carried.contains(&"sg-0b".to_owned()), "the other one is the planned one: {carried:?}");
}

#[test]
fn two_inline_rows_of_one_planned_group_are_certain() {
    let block = |port: u16| json!({"protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": []});
    let unknown = json!({"id": true, "ingress": [{"security_groups": true}, {"security_groups": true}]});
    let instances = [
        group("aws_security_group.bastion"),
        planned("aws_security_group.app", &json!({"ingress": [block(80), block(22)]}), &unknown),
    ];
    let expressions = json!({"ingress": refers(&["aws_security_group.bastion.id"])});
    let root = json!({"resources": [resource("aws_security_group.app", &expressions)]});
    let inventory = read(&plan(&instances, &root), Moment::After);
    assert_eq!(peers(&inventory, "aws_security_group.app"), ["aws_security_group.bastion"; 2]);
    let rules = &inventory.groups["aws_security_group.app"].rules;
    assert!(rules.iter().all(|rule| rule.doubt.is_none() && !rule.traffic.is_all()), "{rules:?}");
}

#[test]
fn what_stands_beside_a_planned_group_is_not_forgotten() {
    let machine = |references: &[&str], changes: &[Value]| {
        let unknown = json!({"id": true, "vpc_security_group_ids": true});
        let instances = [group("aws_security_group.a"), planned("aws_instance.i", &json!({}), &unknown)];
        let ids = json!({"vpc_security_group_ids": refers(references)});
        let root = json!({"resources": [resource("aws_instance.i", &ids)], "variables": {"sg": {}}});
        let mut plan = plan(&instances, &root);
        plan["variables"] = json!({"sg": {"value": "sg-0c0c0c0c"}});
        plan["resource_changes"].as_array_mut().unwrap().extend(changes.to_vec());
        carried(&read(&plan, Moment::After), "aws_instance.i")
    };
    let planned = "aws_security_group.a";
    // The id in a variable is one more group, no condition that chooses one.
    assert_eq!(machine(&["var.sg", "aws_security_group.a.id"], &[]), [planned, "sg-0c0c0c0c"]);
    let late = json!({"address": "data.aws_security_group.late", "mode": "data", "type": "aws_security_group",
        "change": {"actions": ["read"], "after_unknown": {"id": true}}});
    let both = machine(&["aws_security_group.a.id", "data.aws_security_group.late.id"], &[late]);
    assert!(both.contains(&planned.to_owned()), "{both:?}");
    assert!(both.iter().any(|one| one.starts_with('?') && one.contains("late")), "{both:?}");
}

#[test]
fn an_output_that_leads_nowhere_stays_in_doubt() {
    let unknown = json!({"id": true, "vpc_security_group_ids": true});
    let instances = [
        group("module.sg.aws_security_group.this"),
        planned("module.app.aws_instance.web", &json!({}), &unknown),
    ];
    let mut root = modules(&refers(&["aws_security_group.this.id"]));
    root["module_calls"]["app"]["expressions"]["sg_id"] = refers(&["module.sg.other"]);
    let carried = carried(&read(&plan(&instances, &root), Moment::After), "module.app.aws_instance.web");
    assert!(matches!(carried.as_slice(), [only] if only.starts_with("? ")), "{carried:?}");
}
