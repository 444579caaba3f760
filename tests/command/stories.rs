//! Each example tells its story: the answers that its README promises, read from the JSON.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{Case, state};

/// Asks one question of an example; the state's path comes last.
#[track_caller]
fn ask(example: &str, question: &[&str]) -> Value {
    let path = state(example);
    let args = [question, &[path.as_str(), "-f", "json"]].concat();
    let answer = Case::repository().run(&args).exits(0).json();
    assert_eq!(answer["schema"], "sglens/2");
    answer
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The label or name under a key of each element.
fn names(values: &[Value], key: &str) -> BTreeSet<String> {
    values.iter().map(|value| text(&value[key])).collect()
}

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// The other end of a connection: `logstash`, `internet`, `within 10.30.1.0/24`.
fn counterpart(connection: &Value) -> String {
    let outside = text(&connection["outside"]["label"]);
    match connection["counterpart"].as_str() {
        Some("group") => text(&connection["group"]["name"]),
        Some("outside") => outside,
        Some("within") => format!("within {outside}"),
        other => panic!("no example has a counterpart of kind {other:?}"),
    }
}

/// The allowed connections of one direction and distance: `logstash tcp 5000`.
fn allowed(answer: &Value, direction: &str, depth: u64) -> BTreeSet<String> {
    let wanted = |c: &&Value| c["verdict"] == "allowed" && c["direction"] == direction && c["depth"] == depth;
    let connections = list(answer, "connections").iter().filter(wanted);
    connections.map(|c| format!("{} {}", counterpart(c), text(&c["summary"]))).collect()
}

/// The one allowed connection with a counterpart.
#[track_caller]
fn connection<'v>(answer: &'v Value, direction: &str, with: &str) -> &'v Value {
    let fits = |c: &&Value| {
        c["verdict"] == "allowed" && c["direction"] == direction && c["depth"] == 1 && counterpart(c) == with
    };
    let found: Vec<&Value> = list(answer, "connections").iter().filter(fits).collect();
    assert_eq!(found.len(), 1, "connections {direction} with {with}");
    found[0]
}

/// The resources behind a connection.
fn members(connection: &Value) -> BTreeSet<String> {
    names(list(connection, "members"), "label")
}

/// Tells whether a group is named at all, with whatever verdict.
fn mentions(answer: &Value, group: &str) -> bool {
    list(answer, "connections").iter().any(|c| c["group"]["name"] == group)
}

#[test]
fn logstash_an_application_reaches_logstash_and_not_elasticsearch() {
    let answer = ask("logstash", &["focus", "application-1"]);
    assert_eq!(answer["focus"]["label"], "application-1");
    assert!(allowed(&answer, "out", 1).contains("logstash tcp 5000"));
    assert!(!mentions(&answer, "elasticsearch"));
    let logstash = connection(&answer, "out", "logstash");
    assert_eq!(members(logstash), set(["logstash-1"]));
    assert_eq!(logstash["family"], "ipv4");
    let traffic = serde_json::json!([{"protocol": "tcp", "from_port": 5000, "to_port": 5000}]);
    assert_eq!(logstash["traffic"], traffic);
    assert!(names(list(logstash, "evidence"), "address").contains("aws_security_group.logstash"));
    assert_eq!(names(list(logstash, "evidence"), "file"), set([state("logstash").as_str()]));
}

#[test]
fn logstash_two_steps_lead_to_elasticsearch() {
    let answer = ask("logstash", &["focus", "application-1", "--depth", "2"]);
    assert!(allowed(&answer, "out", 1).contains("logstash tcp 5000"));
    assert!(!allowed(&answer, "out", 1).contains("elasticsearch tcp 9200"));
    assert!(allowed(&answer, "out", 2).contains("elasticsearch tcp 9200"));
}

#[test]
fn logstash_seen_from_the_other_side() {
    let answer = ask("logstash", &["focus", "logstash-1", "--direction", "in"]);
    assert_eq!(allowed(&answer, "in", 1), set(["application tcp 5000"]));
    assert_eq!(allowed(&answer, "out", 1), set([]), "nothing but what was asked for");
    let application = connection(&answer, "in", "application");
    assert_eq!(members(application), set(["application-1", "application-2"]));
    let answer = ask("logstash", &["focus", "application-1", "--direction", "in"]);
    assert_eq!(allowed(&answer, "in", 1), set(["internet tcp 443", "within internet tcp 443"]));
    // A rule for everyone lets in those inside too: all but application-1 itself.
    let inside = ["application-2", "elasticsearch-1", "elasticsearch-2", "elasticsearch-3", "logstash-1"];
    assert_eq!(members(connection(&answer, "in", "within internet")), set(inside));
    assert_eq!(members(connection(&answer, "in", "internet")), set([]));
}

#[test]
fn logstash_members() {
    let answer = ask("logstash", &["members", "logstash"]);
    assert_eq!(answer["group"]["id"], "sg-04174b73d4b2d6944");
    assert_eq!(names(list(&answer, "members"), "label"), set(["logstash-1"]));
    assert_eq!(names(list(&answer, "opens"), "group_name"), set(["elasticsearch"]));
    assert_eq!(names(list(&answer, "admits"), "peer"), set(["application"]));
    let answer = ask("logstash", &["members", "application"]);
    assert_eq!(names(list(&answer, "members"), "label"), set(["application-1", "application-2"]));
}

#[test]
fn paired_groups_an_application_logs_because_of_log_sender() {
    let answer = ask("paired-groups", &["focus", "application-1"]);
    assert_eq!(names(list(&answer["focus"], "groups"), "name"), set(["application", "log_sender"]));
    assert!(allowed(&answer, "out", 1).contains("logstash tcp 5000"));
    let evidence = list(connection(&answer, "out", "logstash"), "evidence");
    let side = |direction: &str| -> Vec<Value> {
        evidence.iter().filter(|e| e["direction"] == direction).cloned().collect()
    };
    let (ingress, egress) = (side("ingress"), side("egress"));
    assert_eq!(names(&ingress, "group_name"), set(["logstash"]));
    assert_eq!(names(&ingress, "peer"), set(["log_sender"]));
    assert_eq!(names(&egress, "group_name"), set(["log_sender"]), "application itself has no part in it");
    assert_eq!(names(&egress, "group_id"), set(["sg-0ac4dc0617fe20a1d"]));
    assert_eq!(names(&egress, "peer"), set(["logstash"]));
    assert!(names(&ingress, "rule").contains("sgr-059afd383cb09f5ff"));
    assert!(names(&egress, "rule").contains("sgr-0aabb9aedb689843b"));
    // The rule stands in the state twice: on the group, and as a resource of its own.
    let places =
        set(["aws_security_group.logstash", "aws_vpc_security_group_ingress_rule.logstash_from_log_sender"]);
    assert_eq!(names(&ingress, "address"), places);
    let places =
        set(["aws_security_group.log_sender", "aws_vpc_security_group_egress_rule.log_sender_to_logstash"]);
    assert_eq!(names(&egress, "address"), places);
}

#[test]
fn paired_groups_a_forgotten_machine_cannot_log() {
    let answer = ask("paired-groups", &["focus", "cron-1"]);
    assert!(!mentions(&answer, "logstash"));
    let answer = ask("paired-groups", &["focus", "logstash-1", "--direction", "in"]);
    let senders = connection(&answer, "in", "log_sender");
    let labels = members(senders);
    assert_eq!(labels, set(["application-1", "application-2", "worker-1"]));
    let answer = ask("paired-groups", &["members", "log_sender"]);
    assert_eq!(names(list(&answer, "members"), "label"), labels);
    assert_eq!(names(list(&answer, "opens"), "group_name"), set(["logstash"]));
}

#[test]
fn subnet_shortcut_lets_in_more_than_was_meant() {
    let answer = ask("subnet-shortcut", &["focus", "logstash-1", "--direction", "in"]);
    let let_in = [
        ("10.30.1.0/24", ["bastion-1", "billing-1", "orders-1"]),
        ("10.30.2.0/24", ["batch-1", "billing-2", "orders-2"]),
    ];
    let mut all = BTreeSet::new();
    for (subnet, inside) in let_in {
        // The resources in the subnet, and the rest of its addresses.
        all.extend([format!("within {subnet} tcp 5000"), format!("{subnet} tcp 5000")]);
        assert_eq!(members(connection(&answer, "in", &format!("within {subnet}"))), set(inside));
        assert_eq!(members(connection(&answer, "in", subnet)), set([]));
    }
    assert_eq!(allowed(&answer, "in", 1), all);
    let path = state("subnet-shortcut");
    let report =
        Case::repository().run(&["focus", "logstash-1", "--in", "--width", "120", &path]).exits(0).stdout;
    let row = "\n  within 10.30.2.0/24         tcp 5000  3: batch-1, billing-2, orders-2    ingress from 10.30.2.0/24";
    assert!(report.contains(row), "{report}");
    let answer = ask("subnet-shortcut", &["focus", "batch-1"]);
    assert!(allowed(&answer, "out", 1).contains("logstash tcp 5000"));
}

#[test]
fn component_groups_a_component_is_client_and_provider() {
    let answer = ask("component-groups", &["focus", "api-1", "--direction", "both"]);
    let out = allowed(&answer, "out", 1);
    for service in ["cache tcp 6379", "db tcp 5432", "orders tcp 8081"] {
        assert!(out.contains(service), "{service}: {out:?}");
    }
    assert!(!mentions(&answer, "billing") && !mentions(&answer, "queue"));
    assert_eq!(allowed(&answer, "in", 1), set(["bastion tcp 22", "web tcp 8080"]));
}

#[test]
fn component_groups_two_components_call_each_other() {
    let orders = ask("component-groups", &["focus", "orders-1", "--direction", "both"]);
    assert!(allowed(&orders, "out", 1).contains("billing tcp 8082"));
    assert!(allowed(&orders, "in", 1).contains("billing tcp 8081"));
    let billing = ask("component-groups", &["focus", "billing-1", "--direction", "both"]);
    assert!(allowed(&billing, "out", 1).contains("orders tcp 8081"));
    assert!(allowed(&billing, "in", 1).contains("orders tcp 8082"));
}

#[test]
fn component_groups_the_function_is_a_client_alone() {
    let answer = ask("component-groups", &["focus", "endpoint:reporter", "--direction", "both"]);
    assert_eq!(allowed(&answer, "out", 1), set(["db tcp 5432"]));
    assert_eq!(allowed(&answer, "in", 1), set([]));
}

#[test]
fn microservices_logstash_is_a_hub() {
    let answer = ask("microservices", &["focus", "logstash-1", "--direction", "in"]);
    let clients: BTreeSet<String> = list(&answer, "connections").iter().map(counterpart).collect();
    let services =
        set(["catalog", "checkout", "notifications", "payments", "reviews", "search", "shipping", "users"]);
    assert_eq!(clients, services);
    assert!(allowed(&answer, "in", 1).iter().all(|client| client.ends_with(" tcp 5000")));
    let answer = ask("microservices", &["graph"]);
    let hub = "sg-017c25fd5c6626956";
    assert_eq!(list(&answer, "edges").iter().filter(|edge| edge["to"] == hub).count(), 8);
}

#[test]
fn every_way_to_name_a_machine_means_the_same_machine() {
    let by_id = ask("logstash", &["focus", "i-07b00d9cdcad67fcd"]);
    let ways =
        ["application-1", "aws_instance.application[0]", "tag:Name=application-1", "endpoint:application-1"];
    for way in ways {
        assert_eq!(ask("logstash", &["focus", way]), by_id, "{way}");
    }
}

#[test]
fn an_address_means_its_interface_alone() {
    let by_id = ask("logstash", &["focus", "eni-07981f049fb9b09ec"]);
    assert_eq!(by_id["focus"]["type"], "interface");
    assert_eq!(by_id["focus"]["interface"], "eni-07981f049fb9b09ec");
    assert_eq!(by_id["focus"]["resource"]["label"], "application-1");
    assert_eq!(ask("logstash", &["focus", "10.10.1.25"]), by_id);
    // The instance has no other interface.
    assert_eq!(by_id["connections"], ask("logstash", &["focus", "application-1"])["connections"]);
}

#[test]
fn a_pattern_means_all_that_fit() {
    let answer = ask("logstash", &["focus", "application-?"]);
    let more = names(list(&answer, "more"), "label");
    let focus = text(&answer["focus"]["label"]);
    assert_eq!(
        more.into_iter().chain([focus]).collect::<BTreeSet<_>>(),
        set(["application-1", "application-2"])
    );
    // Each may connect to the other.
    let application = connection(&answer, "out", "application");
    assert_eq!(members(application), set(["application-1", "application-2"]));
}

#[test]
fn every_way_to_name_a_group_means_the_same_group() {
    let by_id = ask("logstash", &["focus", "sg-04174b73d4b2d6944"]);
    assert_eq!(by_id["focus"]["type"], "group");
    for way in ["logstash", "aws_security_group.logstash", "group:logstash"] {
        assert_eq!(ask("logstash", &["focus", way]), by_id, "{way}");
        assert_eq!(ask("logstash", &["members", way])["group"]["id"], "sg-04174b73d4b2d6944", "{way}");
    }
}

#[test]
fn explain_yes() {
    let path = state("logstash");
    let run = Case::repository().run(&["explain", "application-1", "logstash-1", "5000", &path]).exits(0);
    assert!(
        run.stdout.starts_with("yes: application-1 may connect to logstash-1 on tcp 5000\n"),
        "{}",
        run.stdout
    );
    let matched = "\ningress of logstash-1\n  matches  ports     from         rule of\n  yes      tcp 5000  application  logstash\n";
    assert!(run.stdout.contains(matched), "{}", run.stdout);
    let answer = ask("logstash", &["explain", "application-1", "logstash-1", "tcp/5000"]);
    assert_eq!(answer["answer"], "yes");
    assert_eq!(names(list(&answer, "findings"), "summary"), set(["tcp 5000"]));
    let one = serde_json::json!({"pairs": 1, "allowed": 1, "partly": 0, "undecided": 0});
    assert_eq!(answer["quantity"], one);
    assert_eq!(
        answer["missing"],
        serde_json::json!({"ingress": null, "egress": null, "apart": null, "unable": false})
    );
}

#[test]
fn explain_no_and_what_is_missing() {
    let case = Case::repository();
    let path = state("logstash");
    let run =
        case.run(&["explain", "application-1", "elasticsearch", "9200", "--width", "120", &path]).exits(2);
    assert!(
        run.stdout.starts_with("no: application-1 may not connect to elasticsearch on tcp 9200\n"),
        "{}",
        run.stdout
    );
    let missing: Vec<&str> =
        run.stdout.lines().filter(|line| line.contains("missing:")).map(str::trim).collect();
    let expected = "missing: an ingress rule of elasticsearch that allows tcp 9200 from application-1";
    assert_eq!(missing, [expected]);
    let looked_at =
        "\n  no       tcp 9200  logstash  elasticsearch  application-1 does not have logstash attached\n";
    assert!(run.stdout.contains(looked_at), "{}", run.stdout);
    let run = case.run(&["explain", "application-1", "elasticsearch", "9200", &path, "-f", "json"]).exits(2);
    let answer = run.json();
    assert_eq!(answer["answer"], "no");
    let none_of_three = serde_json::json!({"pairs": 3, "allowed": 0, "partly": 0, "undecided": 0});
    assert_eq!(answer["quantity"], none_of_three);
    let rest = serde_json::json!([{"protocol": "tcp", "from_port": 9200, "to_port": 9200}]);
    assert_eq!(
        answer["missing"],
        serde_json::json!({"ingress": rest, "egress": null, "apart": null, "unable": false})
    );
}

#[test]
fn explain_no_on_both_sides() {
    let path = state("paired-groups");
    let run = Case::repository().run(&["explain", "cron-1", "logstash", "5000", &path]).exits(2);
    let missing: Vec<&str> =
        run.stdout.lines().filter(|line| line.contains("missing:")).map(str::trim).collect();
    let expected = [
        "missing: an ingress rule of logstash that allows tcp 5000 from cron-1",
        "missing: an egress rule of cron-1 that allows tcp 5000 to logstash",
    ];
    assert_eq!(missing, expected);
}

#[test]
fn explain_no_to_a_resource_and_itself() {
    let path = state("logstash");
    let questions = [
        ("logstash", "logstash-1", "logstash may not connect to logstash-1"),
        ("logstash", "logstash", "logstash may not connect to logstash"),
        (
            "application-1",
            "10.10.1.25",
            "application-1 may not connect to eni-07981f049fb9b09ec of application-1",
        ),
    ];
    for (from, to, no) in questions {
        let run = Case::repository().run(&["explain", from, to, &path]).exits(2);
        let start = format!("no: {no}\n  a resource is no counterpart of itself, and there is no other one");
        assert!(run.stdout.starts_with(&start), "{}", run.stdout);
        assert!(!run.stdout.contains("missing:"), "{}", run.stdout);
    }
    // Two that are alike are each other's counterpart.
    Case::repository().run(&["explain", "elasticsearch", "elasticsearch", "9300", &path]).exits(0);
}

#[test]
fn explain_the_shortest_way() {
    let answer = ask("logstash", &["explain", "application", "elasticsearch", "--via"]);
    let [shortest] = list(&answer, "paths") else { panic!("longer ones are not shown: {answer}") };
    let hops: Vec<(String, BTreeSet<String>)> = shortest
        .as_array()
        .unwrap()
        .iter()
        .map(|hop| (text(&hop["to"]), names(list(hop, "findings"), "summary")))
        .collect();
    let wanted = [("sg-04174b73d4b2d6944", "tcp 5000"), ("sg-01422362d374b31f7", "tcp 9200")];
    assert_eq!(hops, wanted.map(|(group, traffic)| (group.to_owned(), set([traffic]))));
    let path = state("logstash");
    let run = Case::repository().run(&["explain", "application", "elasticsearch", "--via", &path]).exits(0);
    assert!(run.stdout.starts_with("application → logstash → elasticsearch  2 hops\n"), "{}", run.stdout);
    let run = Case::repository().run(&["explain", "elasticsearch", "logstash", "--via", &path]);
    // Through application's port 443, which is open to everyone.
    assert!(run.exits(0).stdout.starts_with("elasticsearch → application → logstash  2 hops\n"));
    let run =
        Case::repository().run(&["explain", "cron-1", "worker", "--via", &state("paired-groups")]).exits(2);
    assert!(run.stdout.starts_with("no: no path from cron-1 to worker\n"), "{}", run.stdout);
}

#[test]
fn explain_from_the_internet() {
    let answer = ask("logstash", &["explain", "internet", "application"]);
    assert_eq!(answer["answer"], "yes");
    assert_eq!(names(list(&answer, "findings"), "summary"), set(["tcp 443"]));
    let path = state("logstash");
    for (service, port) in [("application", "22"), ("logstash", "5000"), ("elasticsearch", "9200")] {
        Case::repository().run(&["explain", "internet", service, port, &path]).exits(2);
    }
}

#[test]
fn the_map_of_machines_draws_those_alike_as_one() {
    let path = state("component-groups");
    let args = ["graph", path.as_str(), "--level", "endpoint", "-f", "scene"];
    let scene = Case::repository().run(&args).exits(0).json();
    let nodes = names(list(&scene["view"], "nodes"), "label");
    let wanted = ["api ×2", "bastion-1", "edge", "orders ×2", "platform-db", "reporter"].map(str::to_owned);
    assert!(wanted.iter().all(|label| nodes.contains(label)), "{nodes:?}");
    let at = |index: &Value| text(&scene["view"]["nodes"][index.as_u64().unwrap() as usize]["label"]);
    let arrows: BTreeSet<String> = list(&scene["view"], "arrows")
        .iter()
        .map(|arrow| format!("{} {} {}", at(&arrow["from"]), text(&arrow["label"]), at(&arrow["to"])))
        .collect();
    // A function opens connections and accepts none; two components call each other.
    assert!(arrows.contains("reporter tcp 5432 platform-db"), "{arrows:?}");
    assert!(
        arrows.contains("billing-1 tcp 8081 orders ×2") && arrows.contains("orders ×2 tcp 8082 billing-1")
    );
}

#[test]
fn the_relation_of_machines_is_told_to_scripts() {
    let answer = ask("component-groups", &["graph", "--level", "endpoint"]);
    assert_eq!(answer["level"], "endpoint");
    assert_eq!(names(list(&answer, "vpcs"), "name"), set(["platform"]));
    assert_eq!(list(&answer, "groups").len(), 10);
    assert_eq!(list(&answer, "rules").len(), 25);
    // Those alike are one node.
    let node = |id: &Value| list(&answer, "nodes").iter().find(|node| node["id"] == *id).unwrap();
    let name = |id: &Value| {
        let members: Vec<String> = members(node(id)).into_iter().collect();
        if members.is_empty() { text(&node(id)["label"]) } else { members.join("+") }
    };
    let nodes: BTreeSet<String> = list(&answer, "nodes").iter().map(|node| name(&node["id"])).collect();
    let wanted = [
        "203.0.113.0/24",
        "api-1+api-2",
        "bastion-1",
        "billing-1",
        "edge",
        "internet",
        "orders-1+orders-2",
        "platform-cache",
        "platform-db",
        "platform-queue",
        "reporter",
        "web",
    ];
    assert_eq!(nodes, set(wanted));
    let of = |end: &str, who: &str| -> BTreeSet<String> {
        let touches = list(&answer, "edges").iter().filter(|edge| name(&edge[end]) == who);
        let told = |edge: &Value| {
            let ends = format!("{} → {}", name(&edge["from"]), name(&edge["to"]));
            format!("{ends} {} {} {}", text(&edge["family"]), text(&edge["summary"]), text(&edge["verdict"]))
        };
        touches.map(told).collect()
    };
    let db = "reporter → platform-db ipv4 tcp 5432 allowed";
    assert_eq!(of("from", "reporter"), set([db, "reporter → edge ipv4 tcp 443 blocked-by-egress"]));
    assert_eq!(of("to", "reporter"), set([]));
    assert!(of("from", "billing-1").contains("billing-1 → orders-1+orders-2 ipv4 tcp 8081 allowed"));
    assert!(of("to", "billing-1").contains("orders-1+orders-2 → billing-1 ipv4 tcp 8082 allowed"));
    // The rules behind an edge are named by their index.
    let edges = list(&answer, "edges").iter();
    let to_db = edges.filter(|edge| name(&edge["from"]) == "reporter" && edge["verdict"] == "allowed");
    let rules: Vec<&Value> = to_db
        .flat_map(|edge| list(edge, "rules"))
        .map(|index| list(&answer, "rules").iter().find(|rule| rule["index"] == *index).unwrap())
        .collect();
    let ids: BTreeSet<String> = rules.iter().map(|rule| text(&rule["ids"][0])).collect();
    assert_eq!(ids, set(["sgr-02672200362168acb", "sgr-0ffaf1dc542cb4884"]));
}
