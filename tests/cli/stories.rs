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
    assert_eq!(answer["schema"], "sglens/1");
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

/// The allowed connections of one direction and distance: `logstash tcp 5000`.
fn allowed(answer: &Value, direction: &str, depth: u64) -> BTreeSet<String> {
    let wanted = |c: &&Value| c["verdict"] == "allowed" && c["direction"] == direction && c["depth"] == depth;
    let peer =
        |c: &Value| c["group"]["name"].as_str().or(c["endpoint"]["label"].as_str()).unwrap().to_owned();
    let connections = list(answer, "connections").iter().filter(wanted);
    connections.map(|c| format!("{} {}", peer(c), text(&c["summary"]))).collect()
}

/// The one allowed connection with a group.
#[track_caller]
fn connection<'v>(answer: &'v Value, direction: &str, group: &str) -> &'v Value {
    let fits = |c: &&Value| {
        c["verdict"] == "allowed"
            && c["direction"] == direction
            && c["depth"] == 1
            && c["group"]["name"] == group
    };
    let found: Vec<&Value> = list(answer, "connections").iter().filter(fits).collect();
    assert_eq!(found.len(), 1, "connections {direction} with {group}");
    found[0]
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
    assert_eq!(names(list(logstash, "members"), "label"), set(["logstash-1"]));
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
    assert_eq!(names(list(application, "members"), "label"), set(["application-1", "application-2"]));
    let answer = ask("logstash", &["focus", "application-1", "--direction", "in"]);
    assert_eq!(allowed(&answer, "in", 1), set(["internet tcp 443"]));
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
    let labels = names(list(senders, "members"), "label");
    assert_eq!(labels, set(["application-1", "application-2", "worker-1"]));
    let answer = ask("paired-groups", &["members", "log_sender"]);
    assert_eq!(names(list(&answer, "members"), "label"), labels);
    assert_eq!(names(list(&answer, "opens"), "group_name"), set(["logstash"]));
}

#[test]
fn subnet_shortcut_lets_in_more_than_was_meant() {
    let answer = ask("subnet-shortcut", &["focus", "logstash-1", "--direction", "in"]);
    assert_eq!(allowed(&answer, "in", 1), set(["10.30.1.0/24 tcp 5000", "10.30.2.0/24 tcp 5000"]));
    let members = list(&answer, "connections").iter().flat_map(|c| list(c, "members"));
    let let_in: BTreeSet<String> = members.map(|member| text(&member["label"])).collect();
    assert_eq!(let_in, set(["bastion-1", "batch-1", "billing-1", "billing-2", "orders-1", "orders-2"]));
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
    let clients: BTreeSet<String> =
        list(&answer, "connections").iter().map(|c| text(&c["group"]["name"])).collect();
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
    let ways = [
        "application-1",
        "10.10.1.25",
        "aws_instance.application[0]",
        "tag:Name=application-1",
        "endpoint:application-1",
    ];
    for way in ways {
        assert_eq!(ask("logstash", &["focus", way]), by_id, "{way}");
    }
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
    assert!(run.stdout.contains("ingress of logstash: tcp 5000 from application\n"), "{}", run.stdout);
    let answer = ask("logstash", &["explain", "application-1", "logstash-1", "tcp/5000"]);
    assert_eq!(answer["answer"], "yes");
    assert_eq!(names(list(&answer, "findings"), "summary"), set(["tcp 5000"]));
}

#[test]
fn explain_no_and_what_is_missing() {
    let case = Case::repository();
    let path = state("logstash");
    let run = case.run(&["explain", "application-1", "elasticsearch", "9200", &path]).exits(2);
    assert!(
        run.stdout.starts_with("no: application-1 may not connect to elasticsearch on tcp 9200\n"),
        "{}",
        run.stdout
    );
    let missing: Vec<&str> =
        run.stdout.lines().filter(|line| line.contains("missing:")).map(str::trim).collect();
    assert_eq!(missing, ["missing: an ingress rule of elasticsearch that admits application-1 on tcp 9200"]);
    let run = case.run(&["explain", "application-1", "elasticsearch", "9200", &path, "-f", "json"]).exits(2);
    assert_eq!(run.json()["answer"], "no");
}

#[test]
fn explain_no_on_both_sides() {
    let path = state("paired-groups");
    let run = Case::repository().run(&["explain", "cron-1", "logstash", "5000", &path]).exits(2);
    let missing: Vec<&str> =
        run.stdout.lines().filter(|line| line.contains("missing:")).map(str::trim).collect();
    let expected = [
        "missing: an ingress rule of logstash that admits cron-1 on tcp 5000",
        "missing: an egress rule of cron-1 that lets it out to logstash on tcp 5000",
    ];
    assert_eq!(missing, expected);
}

#[test]
fn explain_the_shortest_way() {
    let answer = ask("logstash", &["explain", "application", "elasticsearch", "--via"]);
    let shortest = answer["paths"][0].as_array().unwrap();
    let hops: Vec<String> =
        shortest.iter().map(|hop| format!("{} {}", text(&hop["to"]), text(&hop["summary"]))).collect();
    assert_eq!(hops, ["sg-04174b73d4b2d6944 tcp 5000", "sg-01422362d374b31f7 tcp 9200"]);
    let path = state("logstash");
    let run = Case::repository().run(&["explain", "application", "elasticsearch", "--via", &path]).exits(0);
    assert!(run.stdout.starts_with("application → logstash → elasticsearch  2 hops\n"), "{}", run.stdout);
    let run = Case::repository().run(&["explain", "elasticsearch", "logstash", "--via", &path]);
    // Through application's port 443, which is open to everyone.
    assert!(run.exits(0).stdout.starts_with("elasticsearch → application → logstash  2 hops\n"));
    let run =
        Case::repository().run(&["explain", "cron-1", "worker", "--via", &state("paired-groups")]).exits(2);
    assert!(run.stdout.starts_with("no: cron-1 reaches worker over no chain of allowed connections\n"));
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
    let refused =
        Case::repository().run(&["graph", path.as_str(), "--level", "endpoint", "-f", "json"]).exits(1);
    assert!(refused.stderr.contains("sglens focus"), "{}", refused.stderr);
}
