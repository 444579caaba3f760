//! What of an answer all sources must agree on: names, since ids differ, and no evidence.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The elements under a key.
pub fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The text under a key.
pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The texts under a key of each element.
pub fn texts(values: &[Value], key: &str) -> BTreeSet<String> {
    values.iter().map(|value| text(value, key).to_owned()).collect()
}

/// A set of texts.
pub fn set<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.map(str::to_owned).into()
}

/// What `focus` says of a machine: the groups that it carries, with whom it connects, which of the
/// machines are behind that. Only `machines` have the same names everywhere.
pub fn machine(answer: &Value, machines: &BTreeSet<String>) -> BTreeSet<String> {
    let focus = &answer["focus"];
    let mut said = BTreeSet::from([format!("{} {}", text(focus, "kind"), text(focus, "label"))]);
    for group in list(focus, "groups") {
        said.insert(format!("carries {}", text(group, "name")));
    }
    for connection in list(answer, "connections").iter().filter(|connection| !is_perhaps(connection)) {
        let peer = connection["group"]["name"].as_str().or(connection["outside"]["label"].as_str());
        let what = ["direction", "counterpart", "family", "summary", "verdict"]
            .map(|key| text(connection, key))
            .join(" ");
        let members = list(connection, "members").iter();
        let known = members.filter(|member| machines.contains(text(member, "label")));
        let behind: BTreeSet<String> =
            known.map(|member| format!("{} {}", text(member, "label"), member["traffic"])).collect();
        said.insert(format!("{what} {} {behind:?}", peer.unwrap()));
    }
    said
}

/// What `graph` says: which machine carries which group, and all arrows.
pub fn map(graph: &Value, machines: &BTreeSet<String>) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    let mut labels = BTreeMap::new();
    for node in list(graph, "nodes") {
        labels.insert(text(node, "id"), text(node, "label"));
        for member in list(node, "members") {
            if machines.contains(text(member, "label")) {
                said.insert(format!("{} carries {}", text(member, "label"), text(node, "label")));
            }
        }
    }
    for edge in list(graph, "edges").iter().filter(|edge| !is_perhaps(edge)) {
        let [from, to] = ["from", "to"].map(|key| labels[text(edge, key)]);
        said.insert(format!("{from} -> {to} {} {}", text(edge, "summary"), text(edge, "verdict")));
    }
    said
}

/// Whether an answer only says that IPv6 would be so too, if both had an address: not every source tells
/// whether they have.
fn is_perhaps(finding: &Value) -> bool {
    let reasons = finding["reasons"].as_array().into_iter().flatten();
    reasons.filter_map(Value::as_str).any(|reason| reason.contains("have an IPv6 address"))
}

/// The arrows of a map from one node to another, one a verdict.
pub fn arrows<'v>(graph: &'v Value, from: &str, to: &str) -> Vec<&'v Value> {
    list(graph, "edges").iter().filter(|edge| edge["from"] == from && edge["to"] == to).collect()
}

/// The names of all sources that the nodes of a map come from.
pub fn sources(graph: &Value) -> BTreeSet<String> {
    list(graph, "nodes").iter().flat_map(|node| texts(list(node, "origins"), "file")).collect()
}
