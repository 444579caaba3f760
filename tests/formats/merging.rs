//! Several states of one estate.

use sglens::input::{Input, Options};
use sglens::inventory::Inventory;

use crate::fixture::{A, B, D, ONE, OPEN, addresses, arrows, carried, graph, path, read_all, rules};

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
    warned("carries different groups");
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
fn naming_a_file_twice_reads_it_once() {
    let read = |inputs: &[Input]| -> Inventory { sglens::input::read(inputs, Options::default()).unwrap() };
    let input = Input::Path(path("same-v4.tfstate"));
    let once = read(std::slice::from_ref(&input));
    let twice = read(&[input.clone(), input]);
    assert_eq!(twice.tally, once.tally);
    assert_eq!(graph(&twice), graph(&once));
}
