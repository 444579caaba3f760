//! Plans: the estate after them, with ids that only apply will tell.

use sglens::connectivity::{Connectivity, Outside, Subject};
use sglens::inventory::{Direction, EndpointId};
use sglens::query::{Target, explain, focus};
use sglens::render::text as print;
use sglens::report::{explain_report, focus_report};
use sglens::terraform::Moment;
use sglens::traffic::Block;

use super::fixture::{A, D, ONE, OPEN, arrows, carried, endpoints, read, read_side, rules, short};

#[test]
fn each_instance_of_for_each_finds_the_group_of_its_key() {
    let inventory = read("plan-for-each.json");
    let (db, web) = (r#"aws_security_group.tier["db"]"#, r#"aws_security_group.tier["web"]"#);
    assert_eq!(rules(&inventory, db), [OPEN.to_owned(), format!("tcp 5432 from {web}")]);
    assert_eq!(rules(&inventory, web), [OPEN]);
    assert_eq!(arrows(&inventory), [format!("{web} -> {db}: tcp 5432 allowed")]);
    assert_eq!(carried(&inventory, r#"aws_instance.node["db"]"#), [[db]]);
    assert_eq!(carried(&inventory, r#"aws_instance.node["web"]"#), [[web]]);
}

#[test]
fn groups_come_through_outputs_and_variables_of_modules() {
    let inventory = read("plan-modules.json");
    let [front, back] = [0, 1].map(|index| format!("module.groups.aws_security_group.this[{index}]"));
    assert_eq!(rules(&inventory, &back), [format!("tcp 9000 from {front}")]);
    for color in ["blue", "green"] {
        let machine = format!("module.app[\"{color}\"].module.node.aws_instance.this");
        assert_eq!(carried(&inventory, &machine), [[back.as_str()]]);
    }
    assert_eq!(carried(&inventory, "module.lb.aws_lb.this"), [[front.as_str()]]);
}

#[test]
fn locals_stay_open_and_are_named() {
    let inventory = read("plan-local.json");
    let expected = [OPEN, "tcp 443 from ? local.client_group"];
    assert_eq!(rules(&inventory, "aws_security_group.app"), expected);
    assert_eq!(
        arrows(&inventory),
        ["unknown: local.client_group -> aws_security_group.app: tcp 443 undecided"]
    );
    assert_eq!(endpoints(&inventory), ["aws_instance.app"], "the other leaves its groups to the provider");
    let interface = &inventory.endpoints["aws_instance.app"].interfaces[0];
    let open: Vec<&str> = interface.unresolved.iter().map(AsRef::as_ref).collect();
    assert_eq!(open, ["local.app_groups"]);
}

#[test]
fn what_a_machine_with_an_unknown_group_connects_to_is_undecided() {
    let inventory = read("plan-local.json");
    let index = Connectivity::new(inventory);
    let machine = Subject::Endpoint(index.find_endpoint(&EndpointId::new("aws_instance.app")).unwrap());
    let machine = [Target::Known(machine)];
    let elsewhere = [Target::Outside(Outside::Block("10.0.0.1".parse::<Block>().unwrap()))];
    let text = print(
        &explain_report(
            &index,
            &explain(&index, &machine, &elsewhere, None).unwrap(),
            &sglens::report::Detail::default(),
        ),
        100,
    );
    assert!(text.contains("undecided") && text.contains("local.app_groups"), "{text}");
    let answer = focus(&index, &machine, &[Direction::Egress, Direction::Ingress], 1).unwrap();
    let text = print(&focus_report(&index, &answer, &sglens::report::Detail::default()), 100);
    assert!(!text.contains("no connection may be opened"), "{text}");
    assert!(!text.contains("its groups have no ingress rules"), "{text}");
}

#[test]
fn destroyed_groups_are_gone_and_replaced_ones_are_new() {
    let name = "plan-destroy.json";
    let after = read(name);
    let ids: Vec<String> = after.groups.keys().map(|id| short(id.as_str())).collect();
    assert_eq!(ids, ["aws_security_group.app", "D"]);
    assert_eq!(rules(&after, D), ["tcp 5432 from aws_security_group.app"]);
    assert_eq!(rules(&after, "aws_security_group.app"), [OPEN, "tcp 443 from 10.0.0.0/8"]);
    assert_eq!(carried(&after, ONE), [["aws_security_group.app"]]);

    let before = read_side(name, Moment::Before);
    let ids: Vec<String> = before.groups.keys().map(|id| short(id.as_str())).collect();
    assert_eq!(ids, ["A", "B", "D"]);
    assert_eq!(rules(&before, D), ["tcp 5432 from A"]);
    assert_eq!(carried(&before, ONE), [["A", "B"]]);
}

/// `removed { lifecycle { destroy = false } }`: Terraform forgets it, AWS does not.
#[test]
fn forgotten_groups_are_still_there() {
    let inventory = read("plan-forget.json");
    assert!(inventory.groups.contains_key(A));
}

#[test]
fn a_planned_autoscaling_group_takes_the_groups_of_its_planned_template() {
    let inventory = read("plan-autoscaling.json");
    assert_eq!(endpoints(&inventory), ["aws_autoscaling_group.web"]);
    assert_eq!(carried(&inventory, "aws_autoscaling_group.web"), [["aws_security_group.web"]]);
}
