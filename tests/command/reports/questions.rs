//! Questions that were once answered wrongly, each by the name that it has in the list of faults:
//! F of the evaluators, A of the first use, C of the failing cases, 0.N of the code review.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Run;
use super::state::{OPEN, State};

/// The elements under a key.
fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The connections or findings of one verdict.
fn of_verdict<'v>(values: &'v [Value], verdict: &str) -> Vec<&'v Value> {
    values.iter().filter(|value| value["verdict"] == verdict).collect()
}

/// The labels of all members of some connections.
fn members<'v>(connections: &[&'v Value]) -> BTreeSet<&'v str> {
    let members = connections.iter().flat_map(|connection| list(connection, "members"));
    members.filter_map(|member| member["label"].as_str()).collect()
}

/// The first ports of all rows of traffic of some rules or findings.
fn ports(values: &[Value]) -> BTreeSet<i64> {
    let rows = values.iter().flat_map(|value| list(value, "traffic"));
    rows.filter_map(|row| row["from_port"].as_i64()).collect()
}

/// The ports of the ingress rules that stand as evidence below some findings.
fn evidence_ports(findings: &[Value]) -> BTreeSet<i64> {
    let rules = findings.iter().flat_map(|finding| list(finding, "evidence"));
    ports(&rules.filter(|rule| rule["direction"] == "ingress").cloned().collect::<Vec<_>>())
}

/// The lists under a key, wherever it stands.
fn lists_everywhere<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v Vec<Value>>) {
    match value {
        Value::Array(values) => {
            for value in values {
                lists_everywhere(value, key, found);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                if let (true, Value::Array(rows)) = (name == key, value) {
                    found.push(rows);
                }
                lists_everywhere(value, key, found);
            }
        }
        _ => {}
    }
}

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<&str> {
    names.into_iter().collect()
}

/// The exit code that belongs to an answer.
fn code_of(answer: &str) -> i32 {
    if answer == "yes" { 0 } else { 2 }
}

/// Text and JSON give this answer, with the exit code that belongs to it.
#[track_caller]
fn answer(state: &State, line: &str, word: &str) -> Run {
    assert_eq!(state.json(line)["answer"], word, "`{line}` in JSON");
    state.ask(line).exits(code_of(word)).answers(word)
}

// --- Self rules, and both sides on one machine.

fn one_of_a_self_rule() -> State {
    let ingress = ["tcp 5432 from self", "tcp 22 from 10.0.0.0/8"];
    State::default().group("sg-g", &ingress, &[OPEN]).instance("one", &["10.0.0.5"], &["sg-g"])
}

#[test]
fn f1_rules_are_not_denied_where_both_sides_are_one_machine() {
    let state = one_of_a_self_rule();
    for line in ["explain g g tcp/5432", "explain one g tcp/5432", "explain g one tcp/5432"] {
        let run = answer(&state, line, "no");
        let run = run.never_says("no such rules");
        let is_named = run.stdout.lines().skip(1).any(|line| line.contains("tcp 5432"));
        assert!(is_named, "the rule is not named\n{}", run.shown());
        let json = state.json(line);
        assert_eq!(ports(list(&json, "ingress")), BTreeSet::from([22, 5432]), "`{line}`: ingress {json:#}");
        assert!(!list(&json, "egress").is_empty(), "`{line}`: egress {json:#}");
    }
}

#[test]
fn f1_two_machines_of_a_self_rule_may_connect() {
    let state = one_of_a_self_rule().instance("two", &["10.0.0.6"], &["sg-g"]);
    for line in ["explain g g tcp/5432", "explain one two 5432", "explain two g 5432"] {
        answer(&state, line, "yes");
    }
    answer(&state, "explain one two 5433", "no");
}

#[test]
fn f1_a_fleet_stands_for_many_machines() {
    let state = State::default().group("sg-g", &["tcp 5432 from self"], &[OPEN]).fleet("nodes", &["sg-g"]);
    answer(&state, "explain g g 5432", "yes");
    answer(&state, "explain nodes nodes 5432", "yes");
    let focus = state.json("focus nodes");
    assert!(members(&of_verdict(list(&focus, "connections"), "allowed")).contains("nodes"), "{focus:#}");
}

#[test]
fn f1_the_map_shows_a_self_rule_whoever_has_it() {
    for state in [one_of_a_self_rule(), one_of_a_self_rule().instance("two", &["10.0.0.6"], &["sg-g"])] {
        let map = state.json("graph");
        let looped = list(&map, "edges").iter().any(|edge| edge["from"] == "sg-g" && edge["to"] == "sg-g");
        assert!(looped, "{map:#}");
    }
}

// --- What is not known is never passed over in silence.

/// `db-1` has `db` attached, and a group that is not in the input.
fn partial() -> State {
    State::default()
        .group("sg-app", &["tcp 22 from 10.0.0.0/8"], &[OPEN])
        .group("sg-db", &["tcp 5432 from sg-app"], &[])
        .instance("app-1", &["10.0.0.5"], &["sg-app"])
        .instance("db-1", &["10.0.0.6"], &["sg-db", "sg-elsewhere"])
}

/// `focus` says that something is undecided, and that it is about these machines. Where anybody may
/// be let in, it need not name each.
#[track_caller]
fn leaves_open(state: &State, line: &str, machines: &[&str]) {
    let json = state.json(line);
    let open = of_verdict(list(&json, "connections"), "undecided");
    assert!(!open.is_empty(), "`{line}` leaves nothing undecided\n{json:#}");
    let mut run = state.ask(line).exits(0).says("undecided");
    for machine in machines {
        assert!(members(&open).contains(machine), "`{line}` has no undecided {machine}\n{json:#}");
        run = run.says(machine);
    }
}

#[test]
fn f4_focus_lists_what_explain_leaves_undecided() {
    let state = partial();
    answer(&state, "explain app-1 db-1 443", "undecided").says("sg-elsewhere");
    answer(&state, "explain app-1 db-1 5432", "yes");
    leaves_open(&state, "focus app-1", &["db-1"]);
    leaves_open(&state, "focus db-1 -d in", &[]);
    leaves_open(&state, "focus db-1 -d out", &["app-1"]);
}

#[test]
fn f4_the_map_shows_what_is_undecided() {
    let state = partial();
    let map = state.json("graph");
    let open = of_verdict(list(&map, "edges"), "undecided");
    assert!(open.iter().any(|edge| edge["to"] == "sg-db" || edge["to"] == "sg-elsewhere"), "{map:#}");
    let machines = state.json("graph --level endpoint");
    assert!(!of_verdict(list(&machines, "edges"), "undecided").is_empty(), "{machines:#}");
}

#[test]
fn f4_a_script_does_not_read_that_a_machine_without_known_groups_connects_to_nothing() {
    let uses = json!([{"id": "lt-gone", "name": "gone", "version": "1"}]);
    let state = partial()
        .add("aws_autoscaling_group", json!({"id": "nodes", "name": "nodes", "launch_template": uses}));
    for line in ["focus nodes -d out", "focus nodes -d in"] {
        leaves_open(&state, line, &[]);
    }
    answer(&state, "explain app-1 nodes 443", "undecided");
}

#[test]
fn review_0_1_a_prefix_list_or_a_data_source_leaves_focus_undecided_too() {
    let client = || {
        State::default()
            .group("sg-client", &[], &[OPEN])
            .instance("client-1", &["10.0.0.5"], &["sg-client"])
            .instance("server-1", &["10.0.0.6"], &["sg-server"])
    };
    let listed = client().group("sg-server", &["tcp 443 from pl-0dead0"], &[]);
    let looked_up =
        client().data("aws_security_group", json!({"id": "sg-server", "name": "server", "vpc_id": "vpc-1"}));
    for state in [listed, looked_up] {
        answer(&state, "explain client-1 server-1 443", "undecided");
        leaves_open(&state, "focus client-1", &["server-1"]);
        leaves_open(&state, "focus server-1 -d in", &[]);
    }
}

#[test]
fn a_second_group_of_unknown_rules_makes_an_arrow_of_the_map_undecided() {
    let state = State::default()
        .group("sg-a", &[], &[])
        .data("aws_security_group", json!({"id": "sg-x", "name": "x", "vpc_id": "vpc-1"}))
        .group("sg-t", &["tcp 443 from sg-a"], &[])
        .instance("a-1", &["10.0.0.5"], &["sg-a", "sg-x"])
        .instance("t-1", &["10.0.0.6"], &["sg-t"]);
    answer(&state, "explain a-1 t-1 443", "undecided");
    let map = state.json("graph");
    let arrows: Vec<&Value> =
        list(&map, "edges").iter().filter(|edge| edge["from"] == "sg-a" && edge["to"] == "sg-t").collect();
    assert!(!arrows.is_empty() && arrows.iter().all(|edge| edge["verdict"] == "undecided"), "{map:#}");
}

#[test]
fn ports_that_cannot_be_read_are_undecided_and_not_open() {
    let state = State::default().group("sg-odd", &["tcp http from 0.0.0.0/0"], &[]).instance(
        "odd-1",
        &["10.0.0.5"],
        &["sg-odd"],
    );
    answer(&state, "explain internet odd-1 80", "undecided");
    let json = state.json("focus odd-1 -d in");
    assert!(of_verdict(list(&json, "connections"), "allowed").is_empty(), "{json:#}");
    let map = state.json("graph");
    assert!(of_verdict(list(&map, "edges"), "allowed").is_empty(), "{map:#}");
}

// --- Words that say what is not so.

#[test]
fn f13_a5_a_machine_of_unknown_address_is_not_known_to_be_in_a_block() {
    let state = State::default()
        .group("sg-web", &["tcp 22 from 198.51.100.7/32"], &[])
        .group("sg-ssh", &[], &[OPEN])
        .instance("web-1", &["10.0.0.5"], &["sg-web"])
        .instance("bastion", &[], &["sg-ssh"]);
    let run = state.ask("focus web-1 -d in").exits(0).never_says("known machines");
    if run.stdout.contains("bastion") {
        let hedges = ["possibly", "undecided", "not in the input"];
        assert!(hedges.iter().any(|hedge| run.stdout.contains(*hedge)), "{}", run.shown());
    }
}

#[test]
fn f13_a_written_rule_is_not_called_the_default() {
    let state = State::default()
        .add(
            "aws_security_group",
            json!({"id": "sg-a", "name": "a", "vpc_id": "vpc-1", "ingress": [], "egress": []}),
        )
        .add(
            "aws_vpc_security_group_egress_rule",
            json!({
                "id": "sgr-1", "security_group_rule_id": "sgr-1", "security_group_id": "sg-a",
                "ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0", "description": "to everywhere, on purpose",
            }),
        )
        .group("sg-b", &["tcp 443 from sg-a"], &[])
        .instance("a-1", &["10.0.0.5"], &["sg-a"])
        .instance("b-1", &["10.0.0.6"], &["sg-b"]);
    answer(&state, "explain a-1 b-1 443", "yes").never_says("(the default)");
    state.ask("focus a-1").exits(0).never_says("(the default)");
}

#[test]
fn f13_a_tcp_rule_of_unreadable_ports_is_still_a_tcp_rule() {
    let state = State::default()
        .group("sg-client", &[], &["tcp 443 to sg-odd"])
        .group("sg-odd", &["tcp http from sg-client"], &[])
        .instance("client-1", &["10.0.0.5"], &["sg-client"])
        .instance("odd-1", &["10.0.0.6"], &["sg-odd"]);
    state.ask("focus odd-1 -d in").exits(0).never_says("all traffic").says("tcp").says("undecided");
    answer(&state, "explain client-1 odd-1 udp/53", "no").never_says("all traffic");
}

#[test]
fn f13_two_rules_that_miss_each_other_are_both_named() {
    let state = State::default()
        .group("sg-r", &[], &["tcp 9080 to sg-q"])
        .group("sg-q", &["udp 9080 from sg-r"], &[])
        .instance("r-1", &["10.0.0.5"], &["sg-r"])
        .instance("q-1", &["10.0.0.6"], &["sg-q"]);
    answer(&state, "explain r-1 q-1", "no").never_says("on any traffic").says("tcp 9080").says("udp 9080");
}

#[test]
fn a6_what_is_common_is_not_denied() {
    let state = State::default()
        .group("sg-api", &[], &["tcp 8080-8081 to sg-orders"])
        .group("sg-orders", &["tcp 8081-8090 from sg-api"], &[])
        .instance("api-1", &["10.0.0.5"], &["sg-api"])
        .instance("orders-1", &["10.0.0.6"], &["sg-orders"]);
    answer(&state, "explain api-1 orders-1 8081-8090", "partly")
        .never_says("nothing in common")
        .says("tcp 8081");
}

#[test]
fn a6_a_peering_that_is_not_active_is_named() {
    let state = State::default()
        .add("aws_vpc", json!({"id": "vpc-1", "cidr_block": "10.0.0.0/16"}))
        .add("aws_vpc", json!({"id": "vpc-2", "cidr_block": "10.2.0.0/16"}))
        .add(
            "aws_vpc_peering_connection",
            json!({
                "id": "pcx-1", "vpc_id": "vpc-1", "peer_vpc_id": "vpc-2",
                "accept_status": "pending-acceptance",
            }),
        )
        .group("sg-a", &[], &[OPEN])
        .group_in("vpc-2", "sg-b", &["tcp 443 from sg-a"], &[])
        .instance("a-1", &["10.0.0.5"], &["sg-a"])
        .instance("b-1", &["10.2.0.5"], &["sg-b"]);
    let run = answer(&state, "explain a-1 b-1 443", "no").never_says("nothing in common");
    assert!(run.stdout.to_lowercase().contains("peering"), "{}", run.shown());
}

// --- Names.

/// A group, a load balancer and an autoscaling group of one name, which is the id of the last.
fn three_called_shop() -> State {
    let balancer = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/0b";
    State::default()
        .add(
            "aws_security_group",
            json!({
                "id": "sg-0a", "name": "shop", "vpc_id": "vpc-1", "egress": [],
                "ingress": [super::state::rule("tcp 443 from 0.0.0.0/0")],
            }),
        )
        .group("sg-nodes", &[], &[OPEN])
        .fleet("shop", &["sg-nodes"])
        .add("aws_lb", json!({"id": balancer, "name": "shop", "security_groups": ["sg-0a"]}))
}

#[test]
fn a1_a_name_of_three_things_is_ambiguous_though_one_has_it_as_its_id() {
    let state = three_called_shop();
    for line in ["explain internet shop 443", "explain shop internet 443", "focus shop", "focus shop -d in"] {
        let run = state.ask(line).exits(1);
        assert_eq!(run.stdout, "", "`{line}`");
        assert!(run.stderr.contains("ambiguous"), "{}", run.shown());
        for id in ["sg-0a", "app/shop/0b"] {
            assert!(run.stderr.contains(id), "no {id}: {}", run.shown());
        }
        let prefixes = [["group:", "sg:"], ["lb:", "load-balancer:"], ["asg:", "autoscaling-group:"]];
        for either in prefixes {
            assert!(either.iter().any(|one| run.stderr.contains(*one)), "no {}: {}", either[0], run.shown());
        }
    }
    answer(&state, "explain internet sg-0a 443", "yes");
    answer(&state, "explain internet app/shop/0b 443", "yes");
    answer(&state, "explain internet group:shop 443", "yes");
    // Of the three only one is a group.
    state.ask("members shop").exits(0).says("sg-0a");
}

// --- Questions about several are answered by quantity.

/// Twelve instances of `db`; four of them are let in on 443 by `batch`, two more on 80 by `cache`.
fn twelve() -> State {
    let mut state = State::default()
        .group("sg-web", &[], &[OPEN])
        .group("sg-db", &["tcp 5432 from sg-jobs"], &[])
        .group("sg-jobs", &[], &[OPEN])
        .group("sg-batch", &["tcp 443 from sg-web"], &[])
        .group("sg-cache", &["tcp 80 from sg-web"], &[])
        .instance("web-1", &["10.0.0.11"], &["sg-web"])
        .instance("web-2", &["10.0.0.12"], &["sg-web"])
        .instance("jobs-1", &["10.0.0.13"], &["sg-jobs"]);
    for number in 1..=12 {
        let groups: &[&str] = match number {
            1..=4 => &["sg-db", "sg-batch"],
            5 | 6 => &["sg-db", "sg-cache"],
            _ => &["sg-db"],
        };
        let address = format!("10.0.1.{}", number + 10);
        state = state.instance(&format!("db-{number:02}"), &[address.as_str()], groups);
    }
    state
}

const FOUR: [&str; 4] = ["db-01", "db-02", "db-03", "db-04"];

#[test]
fn a2_four_of_twelve_is_partly_and_names_the_four() {
    let state = twelve();
    for line in ["explain web db 443", "explain web-1 db 443"] {
        let run = answer(&state, line, "partly");
        let first = run.stdout.lines().next().unwrap_or_default().to_owned();
        assert!(first.contains("4 of 12"), "{}", run.shown());
        let run = FOUR.iter().fold(run, |run, name| run.says(name));
        run.never_says("tcp 80");
        let json = state.json(line);
        assert_eq!(evidence_ports(list(&json, "findings")), BTreeSet::from([443]), "`{line}` {json:#}");
    }
    answer(&state, "explain web db 22", "no");
    answer(&state, "explain jobs db 5432", "yes");
}

#[test]
fn a2_focus_explain_and_the_map_agree_on_the_four() {
    let state = twelve();
    for line in ["focus web", "focus web-1"] {
        let json = state.json(line);
        let on_443 = of_verdict(list(&json, "connections"), "allowed")
            .into_iter()
            .filter(|connection| !connection["group"].is_null())
            .filter(|connection| ports(std::slice::from_ref(*connection)).contains(&443))
            .collect::<Vec<_>>();
        assert_eq!(members(&on_443), set(FOUR), "`{line}` {json:#}");
    }
    for number in 1..=12 {
        let word = if number <= 4 { "yes" } else { "no" };
        answer(&state, &format!("explain web-1 db-{number:02} 443"), word);
    }
    let map = state.json("graph");
    let from_web = list(&map, "edges").iter().filter(|edge| edge["from"] == "sg-web");
    let to: BTreeSet<&str> = from_web.filter_map(|edge| edge["to"].as_str()).collect();
    assert!(to.contains("sg-batch") && to.contains("sg-cache"), "{map:#}");
}

#[test]
fn a3_via_agrees_with_plain_explain() {
    let state = twelve();
    let hops = |line: &str| -> Vec<usize> {
        let json = state.json(line);
        list(&json, "paths").iter().map(|path| path.as_array().map_or(0, Vec::len)).collect()
    };
    answer(&state, "explain web db", "partly").says("6 of 12");
    assert_eq!(hops("explain web db --via").first(), Some(&1), "what may connect is one hop away");
    for number in 1..=12 {
        let pair = format!("explain web-1 db-{number:02}");
        let word = if number <= 6 { "yes" } else { "no" };
        answer(&state, &pair, word);
        let shortest = hops(&format!("{pair} --via")).first().copied();
        assert_eq!(shortest, (number <= 6).then_some(1), "`{pair} --via`");
        state.ask(&format!("{pair} --via")).exits(code_of(word));
    }
}

#[test]
fn a7_a_block_is_answered_by_the_part_that_is_let_in() {
    let state = State::default().group("sg-ssh", &["tcp 22 from 203.0.113.0/24"], &[]).instance(
        "bastion",
        &["10.0.0.5"],
        &["sg-ssh"],
    );
    answer(&state, "explain 0.0.0.0/0 bastion 22", "partly").says("203.0.113.0/24");
    answer(&state, "explain internet bastion 22", "partly").says("203.0.113.0/24");
    answer(&state, "explain 203.0.113.0/24 bastion 22", "yes");
    answer(&state, "explain 203.0.113.128/25 bastion 22", "yes");
    answer(&state, "explain 203.0.112.0/24 bastion 22", "no");
    answer(&state, "explain 0.0.0.0/0 bastion 443", "no");
    let run = state.ask("explain internet internet").never_says("may not connect").never_says("not ours");
    assert!(matches!(run.code, Some(1 | 2)) && run.first_word() != "no", "{}", run.shown());
}

#[test]
fn addresses_inside_outside_and_around_a_rule_in_both_families() {
    let ingress = ["tcp 443 from 10.0.0.0/8", "tcp 443 from 2001:db8:1::/48"];
    let egress = ["tcp 443 to 192.0.2.0/25", "tcp 443 to 2001:db8:2::/48"];
    let state = State::default().group("sg-web", &ingress, &egress).instance(
        "web-1",
        &["172.16.0.5", "2001:db8:9::5"],
        &["sg-web"],
    );
    for (line, word) in [
        ("explain 10.1.2.3 web-1 443", "yes"),
        ("explain 11.1.2.3 web-1 443", "no"),
        ("explain 10.0.0.0/9 web-1 443", "yes"),
        ("explain 8.0.0.0/6 web-1 443", "partly"),
        ("explain 2001:db8:1::9 web-1 443", "yes"),
        ("explain 2001:db8:2::9 web-1 443", "no"),
        ("explain 2001:db8::/32 web-1 443", "partly"),
        ("explain web-1 192.0.2.7 443", "yes"),
        ("explain web-1 192.0.2.200 443", "no"),
        ("explain web-1 192.0.2.0/24 443", "partly"),
        ("explain web-1 2001:db8:2::9 443", "yes"),
        ("explain web-1 2001:db8:3::9 443", "no"),
        ("explain web-1 2001:db8::/32 443", "partly"),
        ("explain 10.1.2.3 web-1 22", "no"),
    ] {
        answer(&state, line, word);
    }
}

// --- Interfaces and addresses.

#[test]
fn c11_an_address_or_an_interface_means_that_interface_alone() {
    let state = State::default()
        .group("sg-mgmt", &["tcp 22 from 10.0.0.0/8"], &[])
        .group("sg-data", &["tcp 8443 from 10.0.0.0/8"], &[])
        .add(
            "aws_instance",
            json!({
                "id": "i-1", "private_ip": "10.0.1.10", "primary_network_interface_id": "eni-1",
                "vpc_security_group_ids": ["sg-mgmt"], "tags": {"Name": "fw"},
            }),
        )
        .add(
            "aws_network_interface",
            json!({
                "id": "eni-2", "private_ip": "10.0.2.10", "security_groups": ["sg-data"],
                "attachment": [{"instance": "i-1", "device_index": 1}],
            }),
        );
    for (to, on_22, on_8443) in [
        ("10.0.2.10", "no", "yes"),
        ("eni-2", "no", "yes"),
        ("10.0.1.10", "yes", "no"),
        ("eni-1", "yes", "no"),
    ] {
        answer(&state, &format!("explain 10.9.9.9 {to} 22"), on_22);
        answer(&state, &format!("explain 10.9.9.9 {to} 8443"), on_8443);
    }
    state.ask("focus eni-2 -d in").exits(0).says("tcp 8443").never_says("tcp 22");
    state.ask("focus 10.0.1.10 -d in").exits(0).says("tcp 22").never_says("8443");
}

#[test]
fn c23_public_addresses_of_known_machines() {
    let instance = |id: &str, private: &str, public: &str, group: &str| {
        json!({
            "id": id, "private_ip": private, "public_ip": public, "vpc_security_group_ids": [group],
        })
    };
    let state = State::default()
        .group("sg-w", &[], &[OPEN])
        .group("sg-s", &["tcp 443 from 198.51.100.7/32"], &[])
        .add("aws_instance", instance("i-1", "10.0.1.9", "198.51.100.7", "sg-w"))
        .add("aws_instance", instance("i-2", "10.0.1.8", "198.51.100.8", "sg-s"));
    answer(&state, "explain 198.51.100.7 198.51.100.8 443", "yes");
    answer(&state, "explain 198.51.100.7 198.51.100.8 22", "no");
}

// --- The internet.

#[test]
fn c25_the_internet_has_no_private_addresses() {
    let state = State::default()
        .group("sg-s", &["tcp 443 from 10.0.0.0/8"], &["tcp 443 to 192.168.0.0/16"])
        .instance("s-1", &["10.0.0.5"], &["sg-s"]);
    for line in ["explain internet s 443", "explain internet s-1 443", "explain s-1 internet 443"] {
        answer(&state, line, "no");
    }
}

#[test]
fn review_0_4_ipv6_is_the_internet_too() {
    let state = State::default().group("sg-web", &["tcp 443 from ::/0"], &[]).instance(
        "web-1",
        &["10.0.0.5", "2001:db8::5"],
        &["sg-web"],
    );
    let run = state.ask("explain internet web-1 443");
    assert!(["yes", "partly"].contains(&run.first_word()), "{}", run.shown());
    let json = state.json("focus web-1 -d in");
    let open = of_verdict(list(&json, "connections"), "allowed");
    assert!(open.iter().any(|connection| connection["outside"]["kind"] == "internet"), "{json:#}");
}

#[test]
fn two_halves_are_the_whole_internet() {
    let state = State::default()
        .group("sg-web", &["tcp 443 from 0.0.0.0/1 128.0.0.0/1 ::/1 8000::/1"], &[])
        .instance("web-1", &["10.0.0.5"], &["sg-web"]);
    answer(&state, "explain 0.0.0.0/0 web-1 443", "yes");
    answer(&state, "explain internet web-1 443", "yes");
}

// --- Evidence and traffic.

#[test]
fn c37_evidence_is_for_the_port_asked() {
    let state = State::default()
        .group("sg-web", &["tcp 443 from 0.0.0.0/0", "tcp 22 from 10.0.0.0/8"], &[])
        .instance("web-1", &["10.0.1.10"], &["sg-web"]);
    answer(&state, "explain 10.9.9.9 web-1 22", "yes").says("tcp 22").never_says("443");
    let json = state.json("explain 10.9.9.9 web-1 22");
    assert_eq!(evidence_ports(list(&json, "findings")), BTreeSet::from([22]), "{json:#}");
}

#[test]
fn c38_all_icmp_but_one_code_is_short() {
    let state = State::default()
        .group("sg-app", &[], &["icmp 3-4 to 0.0.0.0/0"])
        .group("sg-svc", &["icmp from sg-app"], &[])
        .instance("app-1", &["10.0.0.5"], &["sg-app"])
        .instance("svc-1", &["10.0.0.6"], &["sg-svc"]);
    for line in ["focus app", "focus app-1", "focus svc -d in", "explain app-1 svc-1 icmp", "explain app svc"]
    {
        let run = state.ask(line);
        let longest = run.stdout.lines().map(|line| line.chars().count()).max().unwrap_or_default();
        assert!(longest > 0 && longest < 200, "{longest} characters in a line\n{}", run.shown());
        let json = state.json(line);
        let mut lists = Vec::new();
        lists_everywhere(&json, "traffic", &mut lists);
        let most = lists.iter().map(|rows| rows.len()).max().unwrap_or_default();
        assert!(most > 0 && most < 10, "`{line}`: {most} rows of traffic");
    }
}

#[test]
fn a_denied_port_of_an_open_pair_is_denied() {
    let state = State::default()
        .group("sg-a", &[], &[OPEN])
        .group("sg-b", &["tcp 5432 from sg-a"], &[])
        .instance("a-1", &["10.0.0.5"], &["sg-a"])
        .instance("b-1", &["10.0.0.6"], &["sg-b"]);
    for (port, word) in [("5432", "yes"), ("22", "no"), ("udp/5432", "no"), ("5432-5433", "partly")] {
        answer(&state, &format!("explain a-1 b-1 {port}"), word);
        answer(&state, &format!("explain a b {port}"), word);
    }
    answer(&state, "explain b-1 a-1 5432", "no");
}

// --- Two families.

/// Both speak both families; the client may send IPv4 alone.
fn dual_stack() -> State {
    State::default()
        .group("sg-client", &[], &[OPEN])
        .group("sg-server", &["all from sg-client"], &[])
        .instance("client-1", &["10.0.0.5", "2001:db8::5"], &["sg-client"])
        .instance("server-1", &["10.0.0.6", "2001:db8::6"], &["sg-server"])
}

#[test]
fn review_0_2_ipv6_that_is_blocked_is_named_beside_ipv4_that_is_allowed() {
    let state = dual_stack();
    let run = state.ask("explain client-1 server-1 443").says("IPv6").says("blocked");
    assert!(["yes", "partly"].contains(&run.first_word()), "{}", run.shown());
    state.ask("focus client-1").exits(0).says("IPv6");
    state.ask("focus server-1 -d in").exits(0).says("IPv6");
    for line in ["explain client-1 server-1", "focus client-1", "focus server-1 -d in"] {
        let json = state.json(line);
        let all = [list(&json, "findings"), list(&json, "connections")].concat();
        assert!(!of_verdict(&all, "blocked-by-egress").is_empty(), "`{line}` {json:#}");
    }
}

#[test]
fn review_0_3_traffic_in_json_is_what_explain_says_of_each_protocol() {
    let state = dual_stack();
    answer(&state, "explain client-1 server-1 icmp", "yes");
    answer(&state, "explain client-1 server-1 icmpv6", "no");
    let json = state.json("explain client-1 server-1");
    for finding in of_verdict(list(&json, "findings"), "allowed") {
        let protocols: BTreeSet<&str> =
            list(finding, "traffic").iter().filter_map(|row| row["protocol"].as_str()).collect();
        assert!(!protocols.contains("icmpv6"), "{finding:#}");
        // "all" is true of one family alone, and then it says so.
        let is_of_one_family = finding.to_string().to_lowercase().contains("ipv4");
        assert!(!protocols.contains("all") || is_of_one_family, "{finding:#}");
    }
}

// --- What else a mutation of the code went unnoticed by.

#[test]
fn depth_stops_behind_a_blocked_connection() {
    let state = State::default()
        .group("sg-a", &[], &[])
        .group("sg-b", &["tcp 443 from sg-a"], &[OPEN])
        .group("sg-c", &["tcp 443 from sg-b"], &[])
        .instance("a-1", &["10.0.0.5"], &["sg-a"])
        .instance("b-1", &["10.0.0.6"], &["sg-b"])
        .instance("c-1", &["10.0.0.7"], &["sg-c"]);
    let json = state.json("focus a-1 --depth 2");
    let connections = list(&json, "connections");
    assert_eq!(of_verdict(connections, "blocked-by-egress").len(), 1, "{json:#}");
    assert!(connections.iter().all(|connection| connection["depth"] == 1), "{json:#}");
}

#[test]
fn members_of_one_group_with_different_verdicts_are_both_listed() {
    let state = State::default()
        .group("sg-a", &[], &["tcp 443 to 10.0.0.21/32"])
        .group("sg-b", &["tcp 443 from sg-a"], &[])
        .instance("a-1", &["10.0.0.5"], &["sg-a"])
        .instance("b-1", &["10.0.0.21"], &["sg-b"])
        .instance("b-2", &["10.0.0.22"], &["sg-b"]);
    let json = state.json("focus a-1");
    let connections = list(&json, "connections");
    let groups: Vec<&Value> = connections.iter().filter(|one| !one["group"].is_null()).collect();
    let of = |verdict: &str| {
        let some: Vec<&Value> = groups.iter().copied().filter(|one| one["verdict"] == verdict).collect();
        members(&some).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(of("allowed"), ["b-1"], "{json:#}");
    assert_eq!(of("blocked-by-egress"), ["b-2"], "{json:#}");
    answer(&state, "explain a-1 b 443", "partly").says("1 of 2");
}

#[test]
fn a_client_group_that_is_attached_to_nothing_is_still_told() {
    let state = State::default()
        .group("sg-empty", &[], &[OPEN])
        .group("sg-x", &["tcp 443 from sg-empty"], &[])
        .instance("x-1", &["10.0.0.5"], &["sg-x"]);
    let json = state.json("focus x-1 -d in");
    let named = list(&json, "connections").iter().any(|one| one["group"]["id"] == "sg-empty");
    assert!(named, "{json:#}");
}

#[test]
fn arrows_point_from_client_to_service_at_both_levels() {
    let state = State::default()
        .group("sg-x", &["tcp 22 from 198.51.100.0/24"], &["tcp 443 to 203.0.113.0/24"])
        .instance("x-1", &["10.0.0.5"], &["sg-x"]);
    for line in ["graph", "graph --level endpoint"] {
        let json = state.json(line);
        let edges = list(&json, "edges");
        let has = |end: &str, id: &str| edges.iter().any(|edge| edge[end] == id);
        assert!(has("from", "198.51.100.0/24") && has("to", "203.0.113.0/24"), "`{line}` {json:#}");
        assert!(!has("to", "198.51.100.0/24") && !has("from", "203.0.113.0/24"), "`{line}` {json:#}");
    }
}

#[test]
fn the_map_has_arrows_that_no_ingress_rule_answers() {
    let state = State::default()
        .group("sg-a", &[], &["tcp 443 to sg-b"])
        .group("sg-b", &[], &[])
        .instance("a-1", &["10.0.0.5"], &["sg-a"])
        .instance("b-1", &["10.0.0.6"], &["sg-b"]);
    let json = state.json("graph");
    let vain = of_verdict(list(&json, "edges"), "no-ingress");
    assert!(vain.iter().any(|edge| edge["from"] == "sg-a" && edge["to"] == "sg-b"), "{json:#}");
}

#[test]
fn a_load_balancer_in_two_subnets_is_in_their_vpc() {
    let state = State::default()
        .add("aws_vpc", json!({"id": "vpc-1", "cidr_block": "10.1.0.0/16"}))
        .add("aws_vpc", json!({"id": "vpc-2", "cidr_block": "10.2.0.0/16"}))
        .add("aws_subnet", json!({"id": "subnet-a", "vpc_id": "vpc-1", "cidr_block": "10.1.1.0/24"}))
        .add("aws_subnet", json!({"id": "subnet-b", "vpc_id": "vpc-1", "cidr_block": "10.1.2.0/24"}))
        .group("sg-lb", &["tcp 443 from 10.0.0.0/8"], &[])
        .group("sg-more", &[], &[])
        .group_in("vpc-2", "sg-far", &[], &[OPEN])
        .group("sg-near", &[], &[OPEN])
        .add(
            "aws_lb",
            json!({
                "id": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/front/0c",
                "name": "front", "security_groups": ["sg-lb", "sg-more"], "subnets": ["subnet-a", "subnet-b"],
            }),
        )
        .instance("far-1", &["10.2.0.5"], &["sg-far"])
        .instance("near-1", &["10.1.3.5"], &["sg-near"]);
    answer(&state, "explain near-1 front 443", "yes");
    answer(&state, "explain far-1 front 443", "no");
}

#[test]
fn ports_of_the_map_are_those_that_were_asked_for() {
    let state = State::default()
        .group("sg-a", &[], &[OPEN])
        .group("sg-b", &["tcp 443 from sg-a", "tcp 22 from sg-a", "udp 53 from sg-a"], &[])
        .instance("a-1", &["10.0.0.5"], &["sg-a"])
        .instance("b-1", &["10.0.0.6"], &["sg-b"]);
    let one = state.ask("graph -f mermaid --port 443").exits(0).says("443");
    one.never_says("udp 53").never_says("tcp 22");
    let two = state.ask("graph -f mermaid --port 443 --port udp/53").exits(0).says("443").says("53");
    two.never_says("tcp 22");
    state.ask("graph -f mermaid --port 8080").exits(0).never_says("tcp 443");
}

// --- What a second pair of eyes found.

#[test]
fn what_is_open_to_an_office_alone_is_not_open_to_the_internet() {
    let state = State::default()
        .group("sg-g", &[], &[])
        .group("sg-a", &["tcp 22 from 203.0.113.0/24"], &[])
        .group("sg-b", &["tcp 22 from 0.0.0.0/0"], &[])
        .instance("x1", &["10.0.1.5"], &["sg-g", "sg-a"])
        .instance("x2", &["10.0.1.6"], &["sg-g", "sg-b"])
        .instance("x3", &["10.0.1.7"], &["sg-g"]);
    answer(&state, "explain internet sg-g 22", "partly")
        .says("1 of 3")
        .says("in part for x1 10.0.1.5: tcp 22 for 203.0.113.0/24")
        .never_says("addresses alone");
    let quantity = &state.json("explain internet sg-g 22")["quantity"];
    assert_eq!(*quantity, json!({"pairs": 3, "allowed": 1, "partly": 1, "undecided": 0}));
}

#[test]
fn a_prefix_list_that_only_a_rule_names_can_be_asked_about() {
    let state = State::default().group("sg-p", &["tcp 23 from pl-0gone"], &[]).instance(
        "p-1",
        &["10.0.1.5"],
        &["sg-p"],
    );
    answer(&state, "explain pl-0gone p-1 23", "undecided").says("pl-0gone");
}

#[test]
fn every_spelling_that_is_suggested_settles_it() {
    let state = State::default()
        .group("sg-1", &[], &[])
        .add(
            "aws_security_group",
            json!({"id": "sg-2", "name": "twin", "vpc_id": "vpc-1", "ingress": [], "egress": []}),
        )
        .add(
            "aws_security_group",
            json!({"id": "sg-3", "name": "twin", "vpc_id": "vpc-2", "ingress": [], "egress": []}),
        )
        .instance("twin", &["10.0.1.5"], &["sg-1"]);
    let run = state.ask("focus twin").exits(1);
    let spellings: Vec<&str> =
        run.stderr.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(spellings.len(), 3, "{}", run.shown());
    for spelling in spellings {
        state.ask(&format!("focus {spelling}")).exits(0);
        if spelling.contains("group:") {
            state.ask(&format!("members {spelling}")).exits(0);
        }
    }
}
