//! One set of filters, the same for every verb, level and format; and answers that do not depend on where
//! an input is.

use std::collections::BTreeSet;

use crate::{Case, state, state_text};

/// The peers and ports of a table of flows, as `source destination port`.
fn flows(case: &Case, args: &[&str]) -> BTreeSet<String> {
    let columns = ["-f", "csv", "--columns", "source,destination,port"];
    let printed = case.run(&[args, &columns].concat()).exits(0).stdout;
    printed.lines().skip(1).map(|line| line.replace(',', " ")).filter(|line| !line.starts_with('—')).collect()
}

#[test]
fn a_filter_means_the_same_everywhere() {
    let case = Case::repository();
    let path = state("component-groups");
    for filter in [
        &["--port", "5432"][..],
        &["--hide-internet"],
        &["--hide-broad"],
        &["--vpc", "platform"],
        &["--group", "db"],
    ] {
        let map = flows(&case, &[&["graph", &path], filter].concat());
        assert!(!map.is_empty() && map.len() <= flows(&case, &["graph", &path]).len(), "{filter:?}");
        // JSON has the same edges, by number.
        let json = case.run(&[&["graph", &path, "-f", "json"], filter].concat()).exits(0).json();
        assert!(json["filter"][0].is_string(), "{json:#}");
        let edges = json["edges"].as_array().unwrap().iter();
        let ends: BTreeSet<(String, String)> =
            edges.map(|edge| (edge["from"].to_string(), edge["to"].to_string())).collect();
        let named: BTreeSet<(&str, &str)> = map
            .iter()
            .map(|flow| {
                let mut words = flow.split(' ');
                (words.next().unwrap(), words.next().unwrap())
            })
            .collect();
        assert_eq!(ends.len(), named.len(), "{filter:?}: {map:?}\n{json:#}");
        // What focus says of a group stands in the map.
        for flow in flows(&case, &[&["focus", "group:db", "--in", &path], filter].concat()) {
            let is_inside = flow.starts_with("within") || flow.starts_with("any");
            assert!(is_inside || map.contains(&flow), "{filter:?}: {flow} is not in {map:?}");
        }
        // Every format says that it is filtered.
        for format in ["text", "markdown", "svg", "dot", "json"] {
            let printed = case.run(&[&["graph", &path, "-f", format], filter].concat()).exits(0).stdout;
            let is_told = printed.contains("Filtered: ") || printed.contains("\"filter\": [");
            assert!(is_told, "{format} {filter:?}\n{printed}");
        }
    }
    // What has no connection left has no reason to be shown.
    let dot = case.run(&["graph", &path, "--port", "5432"]).exits(0).stdout;
    assert!(dot.contains("label=\"db\\n") && !dot.contains("label=\"cache"), "{dot}");
}

#[test]
fn the_same_state_is_the_same_answer_from_anywhere() {
    let case = Case::scratch();
    let text = state_text("microservices");
    case.write("net.tfstate", text.as_bytes());
    case.write("deep/er/other.tfstate", text.as_bytes());
    let absolute = case.path("net.tfstate").display().to_string();
    for question in [
        "graph -f svg",
        "graph -f dot",
        "graph -f mermaid",
        "graph -f markdown",
        "focus checkout-1 -f svg",
        "focus checkout-1 --rules",
        "focus checkout-1 --depth 2",
        "list",
        "members logstash",
        "explain checkout-1 logstash",
    ] {
        let words: Vec<&str> = question.split(' ').collect();
        let printed = |path: &str| case.run(&[&words[..], &[path]].concat()).exits(0).stdout;
        let usual = printed("net.tfstate");
        assert!(!usual.contains("tfstate"), "{question}\n{usual}");
        for path in ["./net.tfstate", "deep/er/other.tfstate", "deep//er/../er/other.tfstate", &absolute] {
            assert_eq!(usual, printed(path), "{question} {path}");
        }
        let piped = case.pipe(text.as_bytes(), &[&words[..], &["-"]].concat()).exits(0).stdout;
        assert_eq!(usual, piped, "{question} -");
    }
}

/// Whom a question leaves out who could only meet himself.
#[test]
fn a_resource_is_no_counterpart_of_itself_among_several() {
    let case = Case::scratch();
    let group = |id: &str, ingress: &str| {
        format!(
            r#"{{"mode": "managed", "type": "aws_security_group", "name": "{id}", "instances": [{{"attributes":
            {{"id": "{id}", "name": "{id}", "vpc_id": "vpc-1", "ingress": [{ingress}], "egress": [{{"protocol": "-1",
            "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}}]}}}}]}}"#
        )
    };
    let machine = |name: &str, address: &str, groups: &str| {
        format!(
            r#"{{"mode": "managed", "type": "aws_instance", "name": "{name}", "instances": [{{"attributes":
            {{"id": "i-{name}", "private_ip": "{address}", "tags": {{"Name": "{name}"}},
            "vpc_security_group_ids": [{groups}]}}}}]}}"#
        )
    };
    let open = r#"{"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["10.0.0.0/8"]}"#;
    let parts = [
        group("sg-0000000a", ""),
        group("sg-0000000b", open),
        machine("one", "10.0.0.1", r#""sg-0000000a", "sg-0000000b""#),
        machine("two", "10.0.0.2", r#""sg-0000000a", "sg-0000000b""#),
        machine("shut", "10.0.0.3", r#""sg-0000000a""#),
    ];
    case.write("net.tfstate", format!(r#"{{"version": 4, "resources": [{}]}}"#, parts.join(",")).as_bytes());
    let run = case.run(&["explain", "one", "sg-0000000a", "80", "net.tfstate"]).exits(2);
    assert!(run.stdout.starts_with("partly: 1 of 2: "), "{}", run.stdout);
    assert!(run.stdout.contains("\n  allowed for two 10.0.0.2\n"), "{}", run.stdout);
    assert!(run.stdout.contains("\n  not allowed for shut 10.0.0.3\n"), "{}", run.stdout);
    // Of several that ask, each meets the other.
    let run = case.run(&["explain", "tag:Name=*", "sg-0000000a", "80", "net.tfstate"]);
    assert!(!run.stdout.contains("counterpart of itself"), "{}", run.stdout);
}

#[test]
fn a_tag_that_nothing_has_is_a_mistake() {
    let case = Case::repository();
    let path = state("logstash");
    case.run(&["graph", "--group-by", "tag:Nope", &path])
        .fails("nothing in the input has a tag `Nope` (`--group-by`)");
    case.run(&["focus", "application-1", "--tag", "Nope=1", &path])
        .fails("nothing in the input has the tag `Nope=1` (`--tag`)");
    case.run(&["focus", "application-1", "--vpc", "nope", &path])
        .fails_saying(&["no VPC in the input is called `nope`; there is logstash (vpc-"]);
}
