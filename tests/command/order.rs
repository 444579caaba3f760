//! The order of files, and of resources within them, changes nothing; neither does splitting an
//! estate into one state for groups and rules and one for machines.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::testkit::random::Random;
use crate::{Case, state_text};

const QUESTIONS: [&[&str]; 7] = [
    &["graph"],
    &["focus", "checkout-1", "--depth", "2", "--direction", "both"],
    &["focus", "logstash", "--direction", "in"],
    &["members", "logstash"],
    &["explain", "checkout-1", "elasticsearch", "--via"],
    &["explain", "checkout", "logstash", "5000"],
    ENDPOINTS,
];

const ENDPOINTS: &[&str] = &["graph", "--level", "endpoint"];

const FORMATS: [&str; 5] = ["text", "json", "dot", "svg", "scene"];

/// The microservices estate: groups, rules and network in one state, machines in another.
fn split() -> [Value; 2] {
    let whole: Value = serde_json::from_str(&state_text("microservices")).unwrap();
    [false, true].map(|machines| {
        let mut part = whole.clone();
        part["resources"].as_array_mut().unwrap().retain(|resource| {
            let is_machine = matches!(resource["type"].as_str(), Some("aws_instance" | "aws_lb"));
            is_machine == machines
        });
        part
    })
}

/// Writes the two states as `infra.tfstate` and `app.tfstate`.
fn write(states: &[Value; 2]) -> Case {
    let case = Case::scratch();
    for (name, state) in ["infra.tfstate", "app.tfstate"].into_iter().zip(states) {
        case.write(name, serde_json::to_string_pretty(state).unwrap().as_bytes());
    }
    case
}

/// Shuffles the resources of a state, and the instances of each.
fn shuffle(state: &mut Value, seed: u64) {
    let mut dice = Random::new(seed);
    let resources = state["resources"].as_array_mut().unwrap();
    mix(resources, &mut dice);
    for resource in resources {
        mix(resource["instances"].as_array_mut().unwrap(), &mut dice);
    }
}

/// Fisher and Yates' shuffle, with the same dice on every machine.
fn mix(list: &mut [Value], dice: &mut Random) {
    for last in (1..list.len()).rev() {
        list.swap(last, dice.below(last + 1));
    }
}

/// All that a user sees of an answer.
fn ask(case: &Case, question: &[&str], format: &str, files: &[&str]) -> (Option<i32>, String, String) {
    let run = case.run(&[question, &["-f", format], files].concat());
    (run.code, run.stdout, run.stderr)
}

#[test]
fn the_order_of_files_and_resources_does_not_matter() {
    let plain = split();
    let known = write(&plain);
    let shuffled: Vec<Case> = (1..3)
        .map(|seed| {
            let mut states = plain.clone();
            for state in &mut states {
                shuffle(state, seed);
            }
            assert_ne!(states, plain);
            write(&states)
        })
        .collect();
    for question in QUESTIONS {
        for format in FORMATS {
            // Some verbs refuse some formats: then they refuse alike.
            let expected = ask(&known, question, format, &["infra.tfstate", "app.tfstate"]);
            let reversed = ask(&known, question, format, &["app.tfstate", "infra.tfstate"]);
            assert_eq!(reversed, expected, "files reversed: {question:?} {format}");
            for case in &shuffled {
                let other = ask(case, question, format, &["app.tfstate", "infra.tfstate"]);
                assert_eq!(other, expected, "resources shuffled: {question:?} {format}");
            }
        }
        let (code, stdout, stderr) = ask(&known, question, "json", &["infra.tfstate", "app.tfstate"]);
        assert_eq!(code, Some(0), "{question:?}: {stderr}");
        assert!(stdout.contains("infra.tfstate"), "{question:?}");
    }
}

/// A file named twice is read once.
#[test]
fn a_repeated_file_does_not_matter() {
    let case = write(&split());
    let once = ask(&case, QUESTIONS[0], "json", &["infra.tfstate", "app.tfstate"]);
    let twice = ask(&case, QUESTIONS[0], "json", &["app.tfstate", "infra.tfstate", "app.tfstate"]);
    assert_eq!(twice, once);
}

fn words(value: &Value) -> String {
    value.as_str().unwrap_or("-").to_owned()
}

fn edges(answer: &Value) -> BTreeSet<[String; 5]> {
    let edges = answer["edges"].as_array().unwrap().iter();
    edges.map(|edge| ["from", "to", "family", "summary", "verdict"].map(|key| words(&edge[key]))).collect()
}

fn connections(answer: &Value) -> BTreeSet<(Vec<String>, Vec<String>)> {
    let connections = answer["connections"].as_array().unwrap().iter();
    let line = |c: &Value| -> (Vec<String>, Vec<String>) {
        let peer = [&c["counterpart"], &c["group"]["id"], &c["outside"]["label"], &c["through"]];
        let said = [&c["direction"], &c["family"], &c["summary"], &c["verdict"]];
        let facts = peer.into_iter().chain(said).map(words).collect();
        let members = c["members"].as_array().unwrap().iter();
        (facts, members.map(|member| words(&member["id"])).collect())
    };
    connections.map(line).collect()
}

#[test]
fn two_states_give_the_connections_of_the_whole() {
    let case = write(&split());
    case.write("whole.tfstate", state_text("microservices").as_bytes());
    let parts = ["infra.tfstate", "app.tfstate"];
    let json = |question: &[&str], files: &[&str]| -> Value {
        let (code, stdout, stderr) = ask(&case, question, "json", files);
        assert_eq!(code, Some(0), "{stderr}");
        serde_json::from_str(&stdout).unwrap()
    };
    for question in [QUESTIONS[0], ENDPOINTS] {
        let whole = edges(&json(question, &["whole.tfstate"]));
        assert!(whole.len() > 8);
        assert_eq!(edges(&json(question, &parts)), whole, "{question:?}");
    }
    for question in &QUESTIONS[1..3] {
        let whole = connections(&json(question, &["whole.tfstate"]));
        assert!(!whole.is_empty());
        assert_eq!(connections(&json(question, &parts)), whole, "{question:?}");
    }
}

#[test]
fn a_half_of_an_estate_says_what_it_lacks() {
    let case = write(&split());
    let groups = case.run(&["graph", "infra.tfstate"]).exits(0);
    assert!(groups.stderr.contains("11 groups, 29 rules"), "{}", groups.stderr);
    assert!(groups.stderr.contains("0 resources"), "{}", groups.stderr);
    let machines = case.run(&["graph", "app.tfstate"]).exits(0);
    assert!(machines.stderr.contains("0 groups (and 11 only referred to)"), "{}", machines.stderr);
    // Nothing is surely allowed, and nothing is denied either: each answer says which rules are lacking.
    let machines = case.run(&["graph", "app.tfstate", "-f", "json"]).exits(0).json();
    let edges = machines["edges"].as_array().unwrap();
    let mut lacking = BTreeSet::new();
    for edge in edges {
        assert_eq!(edge["verdict"], "undecided", "{edge}");
        lacking.extend(edge["reasons"].as_array().unwrap().iter().map(words));
    }
    let groups = machines["nodes"].as_array().unwrap().iter().filter(|node| node["kind"] == "group");
    let expected: BTreeSet<String> = groups
        .flat_map(|group| {
            assert_eq!(group["defined"], false, "{group}");
            ["ingress", "egress"]
                .map(|side| format!("not all {side} rules of {} are in the input", words(&group["id"])))
        })
        .collect();
    assert_eq!(expected.len(), 22);
    assert_eq!(lacking, expected);
}
