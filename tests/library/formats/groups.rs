//! Groups: data sources, default groups, names and labels.

use sglens::connectivity::Connectivity;
use sglens::query::{SelectError, select};

use super::fixture::{
    A, B, D, F, ONE, OPEN, OTHER_VPC, TWO, addresses, arrows, carried, endpoints, read, rules, short,
};

#[test]
fn a_data_source_names_a_group_but_not_its_rules() {
    let inventory = read("data-groups.tfstate");
    let bastion = &inventory.groups[B];
    assert!(bastion.is_defined() && !bastion.ingress_known && !bastion.egress_known);
    assert_eq!((bastion.label(), bastion.name.as_deref()), ("jump host", Some("bastion")));
    assert_eq!(addresses(&inventory, B), ["data.aws_security_group.bastion"]);
    assert_eq!(carried(&inventory, TWO), [["B"]], "a machine that is looked up carries groups too");
    assert_eq!(arrows(&inventory), ["B -> A: tcp 22 undecided"]);
}

#[test]
fn default_groups_are_adopted_or_at_least_named() {
    let inventory = read("default-groups.tfstate");
    assert_eq!(rules(&inventory, D), ["all traffic from D", OPEN]);
    let other = &inventory.groups[F];
    assert!(!other.is_defined());
    assert_eq!(other.name.as_deref(), Some("default"));
    assert_eq!(other.vpc.as_ref().unwrap().as_str(), OTHER_VPC);
    assert_eq!(carried(&inventory, ONE), [["F"]]);
}

#[test]
fn one_group_under_two_addresses_is_one_group() {
    let inventory = read("same-group-twice.tfstate");
    assert_eq!(inventory.tally.groups, 1);
    assert_eq!(
        addresses(&inventory, D),
        ["aws_default_security_group.default", "aws_security_group.imported"]
    );
    assert_eq!(rules(&inventory, D), ["all traffic from D", OPEN]);
}

#[test]
fn two_groups_of_one_name_are_two_groups() {
    let inventory = read("same-name-two-vpcs.tfstate");
    assert_eq!(rules(&inventory, A), [OPEN, "tcp 80 from 10.0.0.0/8"]);
    assert_eq!(rules(&inventory, B), [OPEN, "tcp 81 from 10.0.0.0/8"]);
    let index = Connectivity::new(inventory);
    let Err(SelectError::Ambiguous { candidates, .. }) = select(&index, "group:web") else {
        panic!("the name means both");
    };
    let ids: Vec<String> = candidates.iter().map(|candidate| short(&candidate.id)).collect();
    assert_eq!(ids, ["A", "B"]);
}

#[test]
fn labels_prefer_the_tag_then_the_name_then_the_prefix() {
    let inventory = read("odd-names.tfstate");
    assert_eq!(inventory.groups[A].label(), "Zürich ⚙️ <&>");
    assert_eq!(addresses(&inventory, A), [r#"aws_security_group.quoted["k\"e]y"]"#]);
    assert_eq!(inventory.groups[B].label(), "made-", "an empty tag and an empty name are none");
    assert_eq!(inventory.groups[B].tags.get("team").map(|value| &**value), Some("x"));
}

#[test]
fn classic_groups_go_by_name() {
    let inventory = read("classic-names-v1.tfstate");
    let expected = ["tcp 22 from sg-0b0b0b0b", "tcp 80 from name:amazon-elb-sg"];
    assert_eq!(rules(&inventory, "sg-0a0a0a0a"), expected);
    let carriers = ["aws_launch_configuration:terraform-0a0a0a0a", "i-0a0a0a0a"];
    assert_eq!(endpoints(&inventory), carriers);
    for carrier in carriers {
        assert_eq!(carried(&inventory, carrier), [["sg-0a0a0a0a"]]);
    }
}

/// Before Terraform 0.7, maps counted their entries under `#`, as lists do.
#[test]
fn tags_of_the_oldest_states_are_read() {
    let inventory = read("classic-names-v1.tfstate");
    assert_eq!(inventory.endpoints["i-0a0a0a0a"].label(), "old web");
}
