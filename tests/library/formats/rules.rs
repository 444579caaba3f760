//! Rules: who is admitted, on which protocol and ports, and how often it is said.

use sglens::connectivity::{Connectivity, Counterpart, Subject, Verdict};
use sglens::inventory::{Direction, EndpointId, GroupId, Peer};

use super::fixture::{A, B, D, ONE, OPEN, TWO, arrows, read, rules, skipped};

#[test]
fn a_group_of_another_account_is_known_by_id_and_account() {
    let inventory = read("cross-account.tfstate");
    assert_eq!(rules(&inventory, A), [OPEN, "tcp 443 from B", "tcp 8443 from B", "tcp 9443 from B"]);
    assert_eq!(inventory.groups[B].account.as_deref(), Some("444455556666"));
    assert!(!inventory.groups[B].is_defined());
    assert_eq!(inventory.groups[A].account.as_deref(), Some("111122223333"));
}

#[test]
fn one_inline_object_is_a_rule_for_each_peer() {
    let inventory = read("mixed-peers.tfstate");
    let expected = [
        OPEN,
        "tcp 80 from 10.0.0.0/8",
        "tcp 80 from 192.168.0.0/16",
        "tcp 80 from 2001:db8::/32",
        "tcp 80 from A",
        "tcp 80 from B",
        "tcp 80 from pl-0a0a0a0a0a0a0a0a1",
    ];
    assert_eq!(rules(&inventory, A), expected);
}

#[test]
fn self_is_the_own_id_however_it_is_written() {
    let inventory = read("self-by-id.tfstate");
    assert_eq!(rules(&inventory, A), [OPEN, "tcp 7000 from A"]);
    assert_eq!(arrows(&inventory), ["A -> A: tcp 7000 allowed"]);
    let itself = inventory.groups[A].rules.iter().find(|rule| matches!(rule.peer, Peer::Group(_))).unwrap();
    let places: Vec<&str> = itself.origins.iter().map(|origin| &*origin.address).collect();
    let expected = [
        "aws_security_group.mesh",
        "aws_security_group_rule.mesh",
        "aws_vpc_security_group_ingress_rule.mesh",
    ];
    assert_eq!(places, expected);
}

#[test]
fn groups_that_are_only_referred_to_are_nodes_in_doubt() {
    let inventory = read("referred-only.tfstate");
    assert_eq!((inventory.tally.groups, inventory.tally.groups_elsewhere), (0, 3));
    assert!(inventory.groups.values().all(|group| !group.ingress_known && !group.egress_known));
    assert_eq!(arrows(&inventory), ["A -> D: tcp 5432 undecided"]);
}

#[test]
fn the_source_of_an_egress_rule_is_its_destination() {
    let inventory = read("egress-source.tfstate");
    assert_eq!(rules(&inventory, A), ["tcp 5432 to D"]);
    assert_eq!(rules(&inventory, D), ["tcp 5432 from A"]);
    assert_eq!(arrows(&inventory), ["A -> D: tcp 5432 allowed"]);
}

#[test]
fn a_rule_that_is_given_three_times_is_one_rule_with_three_origins() {
    let inventory = read("twice.tfstate");
    assert_eq!(rules(&inventory, D), [OPEN, "tcp 5432 from A"]);
    let rule = inventory.groups[D].rules.iter().find(|rule| rule.direction == Direction::Ingress).unwrap();
    let told: Vec<&str> = rule.origins.iter().filter_map(|origin| origin.description.as_deref()).collect();
    assert_eq!(told, ["inline", "as a resource", "as a single rule"]);
    let ids: Vec<&str> =
        rule.origins.iter().filter_map(|origin| Some(origin.rule.as_ref()?.as_str())).collect();
    assert_eq!(ids, ["sgr-0a0a0a0a0a0a0a0a3"], "a rule that Terraform numbers itself has no id in EC2");
}

#[test]
fn rules_without_a_peer_a_direction_or_a_group_are_counted() {
    let inventory = read("peerless.tfstate");
    assert_eq!(inventory.tally.rules, 0);
    assert_eq!(skipped(&inventory, "rules without a peer"), 3);
    assert_eq!(skipped(&inventory, "rules without a direction"), 1);
    assert_eq!(skipped(&inventory, "rules without a group"), 1);
}

#[test]
fn ipv6_blocks_are_canonical() {
    let inventory = read("ipv6.tfstate");
    let expected = [
        "all traffic to ::/0",
        "tcp 22 from 2001:db8:0:1::/64",
        "tcp 443 from ::/0",
        "tcp 8080 from 2001:db8:0:2::/64",
    ];
    assert_eq!(rules(&inventory, A), expected);
    let interface = &inventory.endpoints[ONE].interfaces[0];
    let addresses: Vec<String> = interface.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["10.20.1.11/32", "2001:db8:0:1::11/128"]);
}

#[test]
fn icmp_has_types_and_codes_and_esp_has_no_ports() {
    let inventory = read("icmp.tfstate");
    let expected = [
        "esp from 10.3.0.0/16",
        "esp from 10.4.0.0/16",
        "icmp all from 10.2.0.0/16",
        "icmp echo-request/0 from 10.0.0.0/8",
        "icmp unreachable from 10.1.0.0/16",
        "icmpv6 all from 2001:db8:1::/48",
        "icmpv6 echo-request/0 from 2001:db8::/32",
    ];
    assert_eq!(rules(&inventory, A), expected);
}

#[test]
fn protocols_may_be_numbers_with_and_without_quotes() {
    let inventory = read("numeric-protocols.tfstate");
    let expected = [
        "all traffic from 10.2.0.0/16",
        OPEN,
        "esp from 10.3.0.0/16",
        "tcp 443 from 10.4.0.0/16",
        "tcp 80 from 10.0.0.0/8",
        "udp 53 from 10.1.0.0/16",
    ];
    assert_eq!(rules(&inventory, A), expected);
}

#[test]
fn protocols_may_be_in_upper_case() {
    let inventory = read("upper-case-protocols.tfstate");
    let expected = [
        "all traffic from 10.3.0.0/16",
        "icmp echo-request/0 from 10.2.0.0/16",
        "icmpv6 all from 2001:db8::/32",
        "tcp 80 from 10.0.0.0/8",
        "udp 53 from 10.1.0.0/16",
    ];
    assert_eq!(rules(&inventory, A), expected);
}

#[test]
fn ports_that_make_no_range_leave_the_traffic_in_doubt() {
    let inventory = read("odd-ports.tfstate");
    let expected = [
        "? all traffic from 10.7.0.0/16",
        "? icmp all from 10.6.0.0/16",
        "? tcp all from 10.4.0.0/16",
        "? tcp all from 10.5.0.0/16",
        "all traffic from 10.1.0.0/16",
        "tcp 0 from 10.0.0.0/16",
        "tcp all from 10.2.0.0/16",
        "udp all from 10.3.0.0/16",
    ];
    assert_eq!(rules(&inventory, A), expected);
    assert_eq!(inventory.warnings.len(), 3, "one for each kind of trouble: {:?}", inventory.warnings);
}

#[test]
fn ports_that_are_no_numbers_leave_the_traffic_in_doubt() {
    let inventory = read("unreadable-ports.tfstate");
    assert!(inventory.groups[A].rules.iter().all(|rule| rule.doubt.is_some()), "{:?}", rules(&inventory, A));
    assert!(!inventory.warnings.is_empty());
}

#[test]
fn ports_of_a_flat_map_may_be_numbers_without_quotes() {
    let inventory = read("unquoted-flat-v3.tfstate");
    assert_eq!(rules(&inventory, A), ["tcp 80 from 10.0.0.0/16"]);
}

#[test]
fn prefix_lists_have_entries_from_three_kinds_of_resources() {
    let inventory = read("prefix-lists.tfstate");
    let entries = |id: &str| -> Vec<String> {
        let list = &inventory.network.prefix_lists[id];
        list.entries.as_ref().unwrap().iter().map(ToString::to_string).collect()
    };
    let offices = ["192.0.2.7/32", "198.51.100.0/24", "203.0.113.0/24"];
    assert_eq!(entries("pl-0a0a0a0a0a0a0a0a1"), offices, "its own, and one of a resource for it alone");
    assert_eq!(entries("pl-0b0b0b0b0b0b0b0b1"), ["10.77.0.0/16"]);
    assert_eq!(entries("pl-0c0c0c0c0c0c0c0c1"), ["192.0.2.128/25"]);
    let service = &inventory.network.prefix_lists["pl-0c0c0c0c0c0c0c0c1"];
    assert_eq!(service.name.as_deref(), Some("com.amazonaws.eu-west-1.s3"));

    let index = Connectivity::new(inventory);
    let client = index.find_endpoint(&EndpointId::new(TWO)).unwrap();
    let service = Counterpart::Group(index.find_group(&GroupId::new(A)).unwrap());
    let links = index.links(Subject::Endpoint(client), Direction::Egress);
    let link = links.iter().find(|link| link.counterpart == service).unwrap();
    assert_eq!(
        (link.finding.verdict, link.finding.traffic.to_string()),
        (Verdict::Allowed, "tcp 8443".into())
    );
}

#[test]
fn a_prefix_list_without_entries_decides_nothing() {
    let inventory = read("prefix-list-unknown.tfstate");
    assert_eq!(rules(&inventory, A), ["tcp 443 from pl-0d0d0d0d0d0d0d0d1"]);
    assert_eq!(arrows(&inventory), ["pl-0d0d0d0d0d0d0d0d1 -> A: tcp 443 undecided"]);
}
