//! Reads fixtures, and says what is in them in texts short enough to compare.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use sglens::connectivity::{Connectivity, Map};
use sglens::input::{Options, Problem, read_document};
use sglens::inventory::{Builder, Direction, EndpointId, Inventory, Peer, Rule};
use sglens::render::graph_json;
use sglens::terraform::Moment;

pub const A: &str = "sg-0a0a0a0a0a0a0a0a1";
pub const B: &str = "sg-0b0b0b0b0b0b0b0b1";
pub const C: &str = "sg-0c0c0c0c0c0c0c0c1";
pub const D: &str = "sg-0d0d0d0d0d0d0d0d1";
pub const E: &str = "sg-0e0e0e0e0e0e0e0e1";
pub const F: &str = "sg-0f0f0f0f0f0f0f0f1";

pub const VPC: &str = "vpc-0e0e0e0e0e0e0e0e1";
pub const OTHER_VPC: &str = "vpc-0e0e0e0e0e0e0e0e2";
pub const SUBNET: &str = "subnet-0e0e0e0e0e0e0e0e1";
pub const OTHER_SUBNET: &str = "subnet-0e0e0e0e0e0e0e0e2";

/// The first two machines of every fixture that has machines.
pub const ONE: &str = "i-01010101010101011";
pub const TWO: &str = "i-02020202020202021";

/// The egress rule that most fixtures give their groups.
pub const OPEN: &str = "all traffic to 0.0.0.0/0";

pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

pub fn bytes(name: &str) -> Vec<u8> {
    fs::read(path(name)).unwrap()
}

/// Reads one fixture.
pub fn read(name: &str) -> Inventory {
    read_all(&[name])
}

/// Reads several fixtures as one estate.
pub fn read_all(names: &[&str]) -> Inventory {
    let mut builder = Builder::new();
    for name in names {
        read_document(name, &bytes(name), Options::default(), &mut builder).unwrap();
    }
    builder.finish()
}

/// Reads one side of a plan.
pub fn read_side(name: &str, moment: Moment) -> Inventory {
    let mut builder = Builder::new();
    read_document(name, &bytes(name), Options { moment, ..Options::default() }, &mut builder).unwrap();
    builder.finish()
}

/// Reads a document that is no fixture.
pub fn read_bytes(bytes: &[u8]) -> Result<Inventory, Problem> {
    let mut builder = Builder::new();
    read_document("document", bytes, Options::default(), &mut builder)?;
    Ok(builder.finish())
}

/// A state of single instances, each a type, a name (perhaps in a module) and attributes.
pub fn state(resources: &[(&str, &str, Value)]) -> Vec<u8> {
    let resources = resources.iter().map(|(kind, name, attributes)| {
        let (module, name) = name.rsplit_once('.').unwrap_or(("", name));
        json!({ "module": module, "mode": "managed", "type": kind, "name": name,
            "instances": [{ "attributes": attributes }] })
    });
    let resources: Vec<_> = resources.collect();
    json!({ "version": 4, "serial": 1, "lineage": "x", "resources": resources }).to_string().into_bytes()
}

/// Reads documents that are no fixtures as one estate, each under a name.
pub fn read_documents(documents: &[(&str, &[u8])]) -> Inventory {
    let mut builder = Builder::new();
    for (name, document) in documents {
        read_document(name, document, Options::default(), &mut builder).unwrap();
    }
    builder.finish()
}

/// The rules of a group, as text in alphabetical order: `tcp 443 from A`. A question mark stands
/// before traffic that is in doubt.
#[track_caller]
pub fn rules(inventory: &Inventory, group: &str) -> Vec<String> {
    let mut texts: Vec<String> = inventory.groups[group].rules.iter().map(text).collect();
    texts.sort();
    texts
}

fn text(rule: &Rule) -> String {
    let doubt = if rule.doubt.is_some() { "? " } else { "" };
    let way = if rule.direction == Direction::Ingress { "from" } else { "to" };
    let peer = match &rule.peer {
        Peer::Group(id) => id.to_string(),
        Peer::Block(block) => block.to_string(),
        Peer::PrefixList(id) => id.to_string(),
        Peer::Unresolved(text) => format!("? {text}"),
    };
    short(&format!("{doubt}{} {way} {peer}", rule.traffic))
}

/// The arrows of the map: `A -> D: tcp 5432 allowed`, each once for both address families. Left out is
/// what rules may say that are not in the input, and IPv6 where there may be no address.
pub fn arrows(inventory: &Inventory) -> Vec<String> {
    let graph: Value = serde_json::from_str(&graph(inventory)).unwrap();
    let field = |edge: &Value, name: &str| edge[name].as_str().unwrap().to_owned();
    let edges = graph["edges"].as_array().unwrap().iter();
    let is_open = |edge: &&Value| {
        let reasons = edge["reasons"].as_array().unwrap().iter();
        edge["from"].as_str().is_some_and(|end| end.contains("rules that are not"))
            || edge["to"].as_str().is_some_and(|end| end.contains("rules that are not"))
            || reasons.clone().any(|reason| reason.as_str().unwrap().contains("have an IPv6 address"))
    };
    let mut arrows: Vec<String> = edges
        .filter(|edge| !is_open(edge))
        .map(|edge| {
            let (from, to) = (field(edge, "from"), field(edge, "to"));
            short(&format!("{from} -> {to}: {} {}", field(edge, "summary"), field(edge, "verdict")))
        })
        .collect();
    arrows.dedup();
    arrows
}

/// The map as JSON.
pub fn graph(inventory: &Inventory) -> String {
    let index = Connectivity::new(inventory.clone());
    graph_json(&index, &Map::new(&index), &sglens::query::Filter::default())
}

/// The groups of each interface of an endpoint.
#[track_caller]
pub fn carried(inventory: &Inventory, endpoint: &str) -> Vec<Vec<String>> {
    let interfaces = inventory.endpoints[endpoint].interfaces.iter();
    interfaces.map(|interface| interface.groups.iter().map(|id| short(id.as_str())).collect()).collect()
}

/// The ids of all endpoints.
pub fn endpoints(inventory: &Inventory) -> Vec<&str> {
    inventory.endpoints.keys().map(EndpointId::as_str).collect()
}

/// The Terraform addresses that define a group.
#[track_caller]
pub fn addresses<'i>(inventory: &'i Inventory, group: &str) -> Vec<&'i str> {
    inventory.groups[group].origins.iter().map(|origin| &*origin.address).collect()
}

/// How many things were skipped for a reason.
pub fn skipped(inventory: &Inventory, reason: &str) -> usize {
    inventory.tally.skipped.get(reason).copied().unwrap_or_default()
}

/// Calls the groups by one letter.
pub fn short(text: &str) -> String {
    let letters = [(A, "A"), (B, "B"), (C, "C"), (D, "D"), (E, "E"), (F, "F")];
    letters.iter().fold(text.to_owned(), |text, (id, letter)| text.replace(*id, letter))
}
