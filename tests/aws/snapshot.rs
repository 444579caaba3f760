//! A snapshot: what the account said, to be read again without it.

use std::fs;

use serde_json::{Value, json};

use crate::agreed::{list, set, texts};
use crate::answers::{SHOP, backwards, recorded};
use crate::command::Sglens;
use crate::moto::moto;
use crate::stub::{Reply, Stub};

/// A stub that answers everything.
fn shop() -> Stub {
    Stub::serve(|request, _| recorded(request))
}

#[test]
fn the_same_account_gives_the_same_bytes() {
    let stub = shop();
    let sglens = Sglens::at(&stub.url);
    let once = sglens.run(&["snapshot", "--aws"]).exits(0).stdout;
    sglens.run(&["snapshot", "--aws", "-o", "account.json"]).exits(0);
    assert_eq!(sglens.read("account.json"), once);
    let check = ["snapshot", "--aws", "-o", "account.json", "--check"];
    sglens.run(&check).exits(0);
    sglens.write("account.json", "{}");
    sglens.run(&check).exits(2);
    // AWS gives lists in any order.
    let other = Stub::serve(|request, _| backwards(request));
    assert_eq!(Sglens::at(&other.url).run(&["snapshot", "--aws"]).exits(0).stdout, once);
    let snapshot: Value = serde_json::from_str(&once).unwrap();
    assert_eq!(snapshot["sglens_snapshot"], 1);
    let region = &snapshot["regions"][0];
    assert_eq!((&region["account"], &region["region"]), (&json!(SHOP), &json!("eu-west-1")));
}

#[test]
fn reading_it_is_like_reading_the_account() {
    let stub = shop();
    let sglens = Sglens::at(&stub.url);
    sglens.run(&["snapshot", "--aws", "-o", "account.json"]).exits(0);
    let asked = stub.seen().len();
    let offline = sglens.run(&["graph", "account.json", "-f", "json"]).exits(0).json();
    assert_eq!(stub.seen().len(), asked, "a file asks nobody");
    let live = sglens.run(&["graph", "--aws", "-f", "json"]).exits(0).stdout;
    // But for the name of the source.
    let live: Value =
        serde_json::from_str(&live.replace(&format!("aws:{SHOP}/eu-west-1"), "account.json")).unwrap();
    assert_eq!(live["nodes"], offline["nodes"]);
    assert_eq!(live["edges"], offline["edges"]);
}

#[test]
fn it_holds_no_secrets() {
    let stub = shop();
    let run = Sglens::at(&stub.url).run(&["snapshot", "--aws"]).exits(0);
    assert!(run.stdout.contains("app-1"));
    // Key names, user data, profiles, tokens: the stub's instances have them, marked.
    let leaks: Vec<&str> = run.stdout.lines().filter(|line| line.contains("CANARY")).collect();
    assert!(leaks.is_empty(), "{leaks:?}");
}

#[test]
fn what_was_not_to_be_had_is_noted_for_the_reader() {
    let stub = Stub::serve(|request, _| match request.action.as_str() {
        "DescribeSubnets" => Reply::Error(403, "UnauthorizedOperation"),
        "DescribeVpcPeeringConnections" => Reply::Html,
        _ => recorded(request),
    });
    let sglens = Sglens::at(&stub.url);
    sglens.run(&["snapshot", "--aws", "-o", "account.json"]).exits(0);
    let snapshot: Value = serde_json::from_str(&sglens.read("account.json")).unwrap();
    let unavailable = snapshot["regions"][0]["unavailable"].as_object().unwrap();
    let actions: Vec<&str> = unavailable.keys().map(String::as_str).collect();
    assert_eq!(actions, ["ec2:DescribeSubnets", "ec2:DescribeVpcPeeringConnections"]);
    let reasons: Vec<&str> = unavailable.values().map(|reason| reason.as_str().unwrap()).collect();
    assert_eq!(reasons, ["denied", "not supported by this endpoint"]);
    let run = sglens.run(&["graph", "account.json"]).exits(0);
    for action in actions {
        run.says_once(action);
    }
}

#[test]
fn it_says_what_the_aws_cli_says() {
    let Some(moto) = moto() else { return };
    let stub = shop();
    let sglens = Sglens::at(&stub.url);
    sglens.run(&["snapshot", "--aws", "-o", "account.json"]).exits(0);
    let snapshot: Value = serde_json::from_str(&sglens.read("account.json")).unwrap();
    moto.dump(&stub.url, &sglens.path("dump"), "eu-west-1");

    let mut compared = 0;
    for file in fs::read_dir(sglens.path("dump/eu-west-1")).unwrap() {
        let answer: Value = serde_json::from_slice(&fs::read(file.unwrap().path()).unwrap()).unwrap();
        for name in answer.as_object().unwrap().keys() {
            // The older call of the same list has this name in a snapshot.
            let own = if name == "PrefixLists" { "ManagedPrefixLists" } else { name };
            let (parts, wholes) = (objects(&snapshot["regions"][0], own), objects(&answer, name));
            assert!(!parts.is_empty(), "{name}");
            for part in parts {
                let is_there = wholes.iter().any(|whole| is_part(part, whole));
                assert!(is_there, "{name} of the AWS CLI has no such\n{part:#}");
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 8);

    // And nothing is lost that matters. Entries do not say whose they are.
    let entries = json!([{"Cidr": "203.0.113.0/25"}, {"Cidr": "203.0.113.128/25"}]);
    let entries = json!({"pl-0a000000000000001": entries, "pl-0a000000000000002": entries});
    sglens.write("dump/entries.json", &json!({ "PrefixListEntries": entries }).to_string());
    let [one, other] = ["account.json", "dump"]
        .map(|input| evaluated(&sglens.run(&["graph", input, "-f", "json"]).exits(0).json()));
    assert_eq!(one, other);
    let groups = texts(list(&one, "nodes"), "label");
    assert!(groups.is_superset(&set(["app", "db", "edge", "internet"])), "{groups:?}");
}

/// The objects of a list; a reservation is a mere wrapping of instances.
fn objects<'v>(answer: &'v Value, name: &str) -> Vec<&'v Value> {
    let mut objects = Vec::new();
    for one in list(answer, name) {
        match one.get("Instances") {
            Some(_) => objects.extend(list(one, "Instances")),
            None => objects.push(one),
        }
    }
    objects
}

/// Tells whether one value says nothing that the other does not say as well.
fn is_part(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part.iter().all(|(key, value)| match whole.get(key) {
            Some(other) => is_part(value, other),
            None => value.is_null() || *value == json!([]),
        }),
        (Value::Array(part), Value::Array(whole)) => {
            part.iter().all(|one| whole.iter().any(|other| is_part(one, other)))
        }
        _ => part == whole,
    }
}

/// A map without its evidence, which names files.
fn evaluated(graph: &Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Array(list) => list.iter_mut().for_each(strip),
            Value::Object(members) => {
                // What the AWS CLI prints does not say whose it is.
                members
                    .retain(|key, _| !["evidence", "origins", "account", "region"].contains(&key.as_str()));
                members.values_mut().for_each(strip);
            }
            _ => {}
        }
    }
    let mut map = json!({ "nodes": graph["nodes"], "edges": graph["edges"] });
    strip(&mut map);
    map
}
