//! Mermaid's own parser reads our flowcharts: all examples, and names made to break it. Needs node, and
//! what `tests/install mermaid` installs into `target/mermaid`; without them this test is skipped.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use sglens::connectivity::{Connectivity, Map, Subject};
use sglens::input::{Input, Options, read};
use sglens::inventory::Direction;
use sglens::query::{Target, focus};
use sglens::render::{MermaidRefusal, mermaid};
use sglens::traffic::Traffic;
use sglens::view::{
    Arrow, Cluster, Emphasis, Node, NodeKind, Style, Tag, View, ViewOptions, Way, focus_view, map_view,
};
use sglens::words::clean;

use crate::testkit::names::hostile_names;
use crate::testkit::skip::{installed, skip};

/// The version that GitHub and GitLab are near to, with all that it needs.
const PACKAGES: &str = include_str!("../mermaid/package-lock.json");

#[test]
fn mermaid_reads_what_was_meant() {
    let prefix = match installed("mermaid", PACKAGES) {
        Ok(prefix) => prefix,
        Err(reason) => return skip(&reason),
    };
    let mut cases = Vec::new();
    for path in examples() {
        let inventory =
            read(&[Input::from_argument(&path)], Options::default()).expect("an example can be read");
        let index = Connectivity::new(inventory);
        let map = Map::new(&index);
        let name = path.display().to_string();
        cases.extend(case(&name, &map_view(&index, &map, &ViewOptions::default())));
        for subject in
            index.all_groups().map(Subject::Group).chain(index.all_endpoints().map(Subject::Endpoint))
        {
            let answer =
                focus(&index, &[Target::Known(subject)], &[Direction::Egress, Direction::Ingress], 1)
                    .unwrap();
            cases.extend(case(&name, &focus_view(&index, &answer, &ViewOptions::default())));
        }
    }
    // The longest of these are refused.
    let long = ["x".repeat(3_000), "\"".repeat(500)];
    for name in hostile_names().into_iter().chain(long) {
        cases.extend(case(&name, &view_of(&name)));
    }
    let file = prefix.join("cases.json");
    fs::write(&file, Value::Array(cases).to_string()).expect("the cases can be written");
    let check =
        Command::new("node").arg(root().join("tests/mermaid/check.mjs")).arg(&prefix).arg(&file).output();
    let check = check.expect("node runs");
    let said =
        format!("{}{}", String::from_utf8_lossy(&check.stdout), String::from_utf8_lossy(&check.stderr));
    assert!(check.status.success(), "{said}");
    println!("{said}");
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The states of all examples, in order.
fn examples() -> Vec<PathBuf> {
    let folders = fs::read_dir(root().join("examples")).expect("there are examples");
    let states = folders.map(|entry| entry.expect("a folder can be read").path().join("terraform.tfstate"));
    let mut states: Vec<PathBuf> = states.filter(|path| path.is_file()).collect();
    states.sort();
    assert!(!states.is_empty(), "there are examples");
    states
}

/// A diagram, and what it should be understood as; `None` when the view is too large for Mermaid.
fn case(name: &str, view: &View) -> Option<Value> {
    let text = match mermaid(view) {
        Ok(text) => text,
        Err(MermaidRefusal::TooManyArrows { .. } | MermaidRefusal::TooLong { .. }) => {
            println!("refused: {}", name.chars().take(60).collect::<String>());
            return None;
        }
    };
    let nodes: Vec<String> = view.nodes.iter().map(node_text).collect();
    let arrows: Vec<Value> = view.arrows.iter().map(arrow_value).collect();
    let is_used = |cluster: usize| view.nodes.iter().any(|node| node.cluster == Some(cluster));
    let clusters: Vec<String> = (0..view.clusters.len())
        .filter(|cluster| is_used(*cluster))
        .map(|cluster| shown(&view.clusters[cluster].label))
        .collect();
    let title = clean(&view.title).replace('\u{FB02}', "fl");
    Some(json!({
        "name": name, "text": text, "title": title, "nodes": nodes, "arrows": arrows, "clusters": clusters,
    }))
}

fn node_text(node: &Node) -> String {
    let tags = node.tags.iter().map(|tag| tag.text.clone());
    let lines: Vec<String> =
        std::iter::once(node.label.clone()).chain(node.details.iter().cloned()).chain(tags).collect();
    shown(&lines.join("\n"))
}

fn arrow_value(arrow: &Arrow) -> Value {
    let label = if arrow.label.is_empty() { arrow.style.word().unwrap_or_default() } else { &arrow.label };
    json!({ "from": arrow.from, "to": arrow.to, "label": shown(label) })
}

/// What a reader should see.
fn shown(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| clean(line).replace('\u{FB02}', "fl")).collect();
    lines.join("\n")
}

/// A view that says one name wherever a name can stand.
fn view_of(name: &str) -> View {
    let node = |id: &str, kind: NodeKind, cluster: Option<usize>| Node {
        id: id.to_owned(),
        kind,
        label: name.to_owned(),
        details: vec![name.to_owned()],
        tooltip: name.to_owned(),
        cluster,
        emphasis: Emphasis::Focus,
        tags: vec![Tag {
            way: Way::Out,
            other: None,
            text: format!("→ {name}"),
            traffic: name.to_owned(),
            tooltip: name.to_owned(),
            style: Style::Allowed,
        }],
    };
    let arrow = |from: usize, to: usize, style: Style| Arrow {
        from,
        to,
        count: 1,
        label: name.to_owned(),
        traffic: Traffic::none(),
        family: None,
        tooltip: name.to_owned(),
        style,
        emphasis: Emphasis::Normal,
    };
    View {
        title: name.to_owned(),
        description: name.to_owned(),
        clusters: vec![Cluster { id: "vpc-1".to_owned(), label: name.to_owned() }],
        nodes: vec![node("a", NodeKind::Group, Some(0)), node("b", NodeKind::Internet, None)],
        arrows: vec![arrow(0, 1, Style::Allowed), arrow(1, 0, Style::Blocked)],
        notes: vec![name.to_owned(), format!("%%{{init: {{\"theme\": \"dark\"}}}}%% {name}")],
    }
}
