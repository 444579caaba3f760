//! What peers of sglens get wrong, one test each, and every verdict by name.

#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, clippy::doc_markdown)]

mod estate;

use estate::{Estate, open, rule};
use sglens::connectivity::{Connectivity, Map, Node};
use sglens::inventory::{Direction, GroupId};

const A: &str = "vpc-a";
const B: &str = "vpc-b";

/// Names are labels: two VPCs' groups called `default` are two groups.
#[test]
fn groups_of_one_name_in_two_vpcs_stay_apart() {
    let estate = || {
        Estate::default()
            .group("sg-default1", A, &[rule("-1", 0, 0, "self")], &[open()])
            .group("sg-default2", B, &[rule("-1", 0, 0, "self")], &[open()])
            .machine("i-1", A, &["10.0.0.1"], &["sg-default1"])
            .machine("i-2", A, &["10.0.0.2"], &["sg-default1"])
            .machine("i-3", B, &["10.0.0.3"], &["sg-default2"])
    };
    assert_eq!(
        estate().out("i-1"),
        ["sg-default1: all traffic allowed (i-2)", "internet: all traffic allowed"]
    );
    assert_eq!(estate().out("i-3"), ["internet: all traffic allowed"]);
}

/// An egress rule points away from its group; nobody is let in by it.
#[test]
fn an_egress_rule_is_not_drawn_backwards() {
    let estate = || {
        Estate::default()
            .group("sg-a", A, &[], &[rule("tcp", 443, 443, "sg-b")])
            .group("sg-b", A, &[], &[open()])
            .machine("i-1", A, &["10.0.0.1"], &["sg-a"])
            .machine("i-2", A, &["10.0.0.2"], &["sg-b"])
    };
    assert_eq!(estate().out("i-2"), ["internet: all traffic allowed"], "sg-b may not connect to sg-a");
    assert_eq!(estate().out("i-1"), ["sg-b: tcp 443 no ingress (i-2)"]);
    assert_eq!(estate().back("i-2"), ["sg-a: tcp 443 no ingress (i-1)"]);
}

/// Both sides have to allow it: what they have in common passes, and the rest is named.
#[test]
fn egress_that_names_a_group_meets_its_ingress() {
    let estate = Estate::default()
        .group("sg-a", A, &[], &[rule("tcp", 80, 90, "sg-b")])
        .group("sg-b", A, &[rule("tcp", 85, 100, "sg-a")], &[])
        .machine("i-1", A, &["10.0.0.1"], &["sg-a"])
        .machine("i-2", A, &["10.0.0.2"], &["sg-b"]);
    assert_eq!(
        estate.out("i-1"),
        [
            "sg-b: tcp 85-90 allowed (i-2)",
            "sg-b: tcp 91-100 blocked by egress (i-2)",
            "sg-b: tcp 80-84 no ingress (i-2)",
        ]
    );
}

/// The answer to "what does it connect to" is not the machine's own egress rule.
#[test]
fn the_answer_is_services_not_the_own_egress() {
    let estate = Estate::default()
        .group("sg-a", A, &[], &[open()])
        .group("sg-sender", A, &[], &[])
        .group("sg-b", A, &[rule("tcp", 5000, 5000, "sg-sender")], &[])
        .group("sg-c", A, &[rule("tcp", 9200, 9200, "sg-b")], &[])
        .machine("i-1", A, &["10.0.0.1"], &["sg-a", "sg-sender"])
        .machine("i-2", A, &["10.0.0.2"], &["sg-b"])
        .machine("i-3", A, &["10.0.0.3"], &["sg-c"]);
    assert_eq!(estate.out("i-1"), ["sg-b: tcp 5000 allowed (i-2)", "internet: all traffic allowed"]);
}

/// IPv6 is evaluated apart: an IPv4 way out is no way into an IPv6 door.
#[test]
fn families_do_not_mix() {
    let estate = |egress: &str| {
        Estate::default()
            .group("sg-a", A, &[], &[rule("-1", 0, 0, egress)])
            .group("sg-b", A, &[rule("tcp", 443, 443, "::/0")], &[])
            .machine("i-1", A, &["10.0.0.1", "2001:db8::1"], &["sg-a"])
            .machine("i-2", A, &["10.0.0.2", "2001:db8::2"], &["sg-b"])
    };
    assert_eq!(estate("0.0.0.0/0").out("i-1")[0], "sg-b: tcp 443 blocked by egress (i-2)");
    assert_eq!(estate("::/0").out("i-1")[0], "sg-b: tcp 443 allowed (i-2)");
}

/// A prefix list is its entries when they are known, and undecided when not.
#[test]
fn prefix_lists_are_their_entries() {
    let estate = |list: &str| {
        Estate::default()
            .prefix_list("pl-known", &["10.0.0.0/30"])
            .group("sg-a", A, &[], &[open()])
            .group("sg-b", A, &[rule("tcp", 443, 443, list)], &[])
            .machine("i-1", A, &["10.0.0.1"], &["sg-a"])
            .machine("i-2", A, &["10.0.0.2"], &["sg-b"])
            .machine("i-9", A, &["10.0.0.9"], &["sg-a"])
    };
    assert_eq!(
        estate("pl-known").back("i-2"),
        ["within pl-known: tcp 443 allowed (i-1)", "pl-known: tcp 443 allowed"]
    );
    assert_eq!(
        estate("pl-unknown").back("i-2"),
        ["within pl-unknown: tcp 443 undecided (i-1 i-9)", "pl-unknown: tcp 443 undecided"]
    );
}

/// One ESP or ICMPv6 rule ends nothing, and each is what it is.
#[test]
fn icmpv6_and_numbered_protocols_are_traffic() {
    let ingress = [rule("icmpv6", -1, -1, "sg-a"), rule("50", 0, 0, "sg-a"), rule("icmp", 8, 0, "sg-a")];
    let estate = |addresses: &[&[&str]; 2]| {
        Estate::default()
            .group("sg-a", A, &[], &[open(), rule("-1", 0, 0, "::/0")])
            .group("sg-b", A, &ingress, &[])
            .machine("i-1", A, addresses[0], &["sg-a"])
            .machine("i-2", A, addresses[1], &["sg-b"])
            .out("i-1")
    };
    assert_eq!(estate(&[&["10.0.0.1"], &["10.0.0.2"]])[0], "sg-b: icmp echo-request/0 · esp allowed (i-2)");
    assert_eq!(estate(&[&["2001:db8::1"], &["2001:db8::2"]])[0], "sg-b: icmpv6 all · esp allowed (i-2)");
}

/// A reference across VPCs needs an active peering; an unknown one leaves it undecided.
#[test]
fn references_across_a_peering() {
    let estate = || {
        Estate::default()
            .group("sg-a", A, &[], &[open()])
            .group("sg-b", B, &[rule("tcp", 443, 443, "sg-a")], &[])
            .machine("i-1", A, &["10.0.0.1"], &["sg-a"])
            .machine("i-2", B, &["10.1.0.2"], &["sg-b"])
    };
    let service = |estate: Estate| estate.out("i-1").into_iter().find(|line| line.starts_with("sg-b"));
    assert_eq!(service(estate().peering(A, B, "active")).unwrap(), "sg-b: tcp 443 allowed (i-2)");
    assert_eq!(service(estate().peering(B, A, "pending-acceptance")), None);
    assert_eq!(service(estate()).unwrap(), "sg-b: tcp 443 undecided (i-2)");
}

/// Equal private addresses in unrelated VPCs are different machines.
#[test]
fn blocks_do_not_reach_into_unrelated_vpcs() {
    let estate = || {
        Estate::default()
            .group("sg-a", A, &[], &[open()])
            .group("sg-b", B, &[rule("tcp", 443, 443, "10.0.0.0/16")], &[])
            .machine("i-1", A, &["10.0.0.1"], &["sg-a"])
            .machine("i-2", B, &["10.0.0.1"], &["sg-b"])
    };
    assert_eq!(estate().back("i-2"), ["10.0.0.0/16: tcp 443 allowed"]);
    assert_eq!(
        estate().peering(A, B, "active").back("i-2"),
        ["within 10.0.0.0/16: tcp 443 allowed (i-1)", "10.0.0.0/16: tcp 443 allowed"]
    );
}

/// `self` and the own id as source are one rule, between different members.
#[test]
fn a_rule_that_names_its_own_group_is_self() {
    for own in ["self", "sg-a"] {
        let estate = || {
            Estate::default().group("sg-a", A, &[rule("tcp", 9300, 9300, own)], &[open()]).machine(
                "i-1",
                A,
                &["10.0.0.1"],
                &["sg-a"],
            )
        };
        assert_eq!(estate().out("i-1"), ["internet: all traffic allowed"], "a machine is no peer of itself");
        let pair = estate().machine("i-2", A, &["10.0.0.2"], &["sg-a"]);
        assert_eq!(pair.out("i-1"), ["sg-a: tcp 9300 allowed (i-2)", "internet: all traffic allowed"]);
    }
}

/// The groups of one interface are a union, but two interfaces are two.
#[test]
fn interfaces_of_one_machine_are_evaluated_apart() {
    let estate = || {
        Estate::default()
            .group("sg-out", A, &[], &[open()])
            .group("sg-app", A, &[], &[])
            .group("sg-b", A, &[rule("tcp", 443, 443, "sg-app")], &[])
            .machine("i-2", A, &["10.0.0.2"], &["sg-b"])
    };
    let together = estate().machine("i-1", A, &["10.0.0.1"], &["sg-out", "sg-app"]);
    assert_eq!(together.out("i-1")[0], "sg-b: tcp 443 allowed (i-2)");
    let mut apart =
        estate().machine("i-1", A, &["10.0.0.1"], &["sg-out"]).machine("i-3", A, &["10.0.0.3"], &["sg-app"]);
    assert_eq!(std::mem::take(&mut apart).out("i-3"), ["sg-b: tcp 443 blocked by egress (i-2)"]);
}

/// What is not in the input is undecided, never allowed and never refused.
#[test]
fn groups_of_another_state_leave_it_undecided() {
    let estate = Estate::default()
        .group("sg-b", A, &[rule("tcp", 443, 443, "sg-elsewhere")], &[])
        .machine("i-1", A, &["10.0.0.1"], &["sg-elsewhere"])
        .machine("i-2", A, &["10.0.0.2"], &["sg-b"]);
    assert_eq!(
        estate.out("i-1"),
        ["sg-b: tcp 443 undecided (i-2)", "unknown: rules that are not in the input: all traffic undecided"]
    );
}

/// The subnet shortcut: whom a block really lets in, and how much of it is nobody we know.
#[test]
fn a_block_says_whom_it_really_lets_in() {
    let inventory = Estate::default()
        .subnet("subnet-1", A, "10.0.0.0/25")
        .group("sg-a", A, &[], &[open()])
        .group("sg-c", A, &[], &[open()])
        .group("sg-b", A, &[rule("tcp", 5000, 5000, "10.0.0.0/24")], &[])
        .machine("i-1", A, &["10.0.0.1"], &["sg-a"])
        .machine("i-2", A, &["10.0.0.2"], &["sg-a", "sg-c"])
        .machine("i-3", A, &["10.0.9.3"], &["sg-b"])
        .read();
    let index = Connectivity::new(inventory);
    let service = index.find_group(&GroupId::new("sg-b")).unwrap();
    let coverage = index.coverage(index.rules_of(service, Direction::Ingress)[0]).unwrap();
    let counts: Vec<(&str, usize)> =
        coverage.by_group.iter().map(|(ix, count)| (index.group(*ix).id.as_str(), *count)).collect();
    assert_eq!(counts, [("sg-a", 2), ("sg-c", 1)]);
    assert_eq!((coverage.addresses, coverage.unknown_addresses), (256, 254));
    assert_eq!(
        coverage.beyond_subnets.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["10.0.0.128/25"]
    );
}

/// Each arrow of the map names the rules that draw it, with group, file and resource address.
#[test]
fn every_arrow_has_evidence() {
    let inventory = Estate::default()
        .group("sg-a", A, &[rule("tcp", 443, 443, "0.0.0.0/0")], &[open()])
        .group("sg-b", A, &[rule("tcp", 5000, 5000, "sg-a")], &[rule("tcp", 53, 53, "10.9.0.2/32")])
        .read();
    let index = Connectivity::new(inventory);
    let map = Map::new(&index);
    assert_eq!(map.graph.edge_count(), 3);
    for edge in map.graph.edge_indices() {
        let finding = &map.graph[edge];
        let rules: Vec<_> = finding.ingress.iter().chain(&finding.egress).collect();
        assert!(!rules.is_empty());
        for ix in rules {
            let origins = &index.rule(*ix).origins;
            assert!(
                origins.iter().all(|origin| origin.address.starts_with("aws_security_group.")),
                "{origins:?}"
            );
        }
    }
    let services = map.graph.node_weights().filter(|node| matches!(node, Node::Outside(_))).count();
    assert_eq!(services, 2, "the internet and one block");
}

/// A public address that the input does not tell may be in any block, and is surely somewhere.
#[test]
fn a_public_address_that_is_not_told_may_be_in_any_block() {
    let inventory = Estate::default()
        .group("sg-a", A, &[rule("tcp", 22, 22, "198.51.100.0/24"), rule("tcp", 22, 22, "192.0.2.0/24")], &[])
        .group("sg-b", A, &[rule("tcp", 22, 22, "2001:db8::/64")], &[open()])
        .read();
    let index = Connectivity::new(inventory);
    let profile = index.public_profile(None);
    let sglens::connectivity::Presence::Present { certain: true, inside, perhaps } = &profile.v4 else {
        panic!("{profile:?}");
    };
    let named = |blocks: &[sglens::connectivity::BlockIx]| {
        blocks.iter().map(|ix| index.block(*ix).to_string()).collect::<Vec<_>>()
    };
    assert_eq!(named(inside), [""; 0]);
    assert_eq!(named(perhaps), ["192.0.2.0/24", "198.51.100.0/24"]);
    let profile = index.public_profile(Some("198.51.100.7".parse().unwrap()));
    let sglens::connectivity::Presence::Present { inside, .. } = &profile.v4 else { panic!("{profile:?}") };
    assert_eq!(named(inside), ["0.0.0.0/0", "198.51.100.0/24"]);
}
