//! Nothing leaks: states hold passwords, and sglens prints none of what it does not draw.
//!
//! Fixtures and examples are salted with canaries in every place that sglens has no use for, and
//! spoiled with canaries where a rule should hold a protocol, a port or an address. Then every verb
//! runs in every format, with broken documents too, and no canary may be in any output.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};
use tempfile::TempDir;

const SGLENS: &str = env!("CARGO_BIN_EXE_sglens");

const CANARY: &str = "CANARY-0f7c1e";

/// A format that a verb does not have ends in an error message, which is looked at too.
const FORMATS: [&str; 6] = ["text", "json", "dot", "svg", "scene", "mermaid"];

/// Attributes that no type of ours uses.
const SECRETS: [&str; 9] = [
    "password",
    "user_data",
    "user_data_base64",
    "master_password",
    "private",
    "connection",
    "secret_string",
    "policy",
    "auth_token",
];

/// Attributes of the fixtures and examples that are there and not used.
const UNUSED: [&str; 9] = [
    "ami",
    "availability_zone",
    "iam_instance_profile",
    "instance_state",
    "instance_type",
    "key_name",
    "private_dns",
    "public_dns",
    "tenancy",
];

/// The documents of a folder whose names end in one of some ways, parsed.
fn documents(folder: &str, ends: &[&str]) -> Vec<(String, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> =
        fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let state = |path: PathBuf| if path.is_dir() { path.join("terraform.tfstate") } else { path };
    let all = paths.into_iter().map(state).filter(|path| path.is_file());
    let named = all.filter(|path| ends.iter().any(|end| path.to_string_lossy().ends_with(*end)));
    let found: Vec<(String, Value)> = named
        .map(|path| {
            let json = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            (path.strip_prefix(root).unwrap().display().to_string(), json)
        })
        .collect();
    assert!(!found.is_empty(), "{folder} has documents");
    found
}

/// Adds canaries wherever sglens has nothing to look for.
fn salt(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(salt),
        Value::Object(fields) => {
            salt_object(fields);
            fields.values_mut().for_each(salt);
        }
        _ => {}
    }
}

fn salt_object(fields: &mut Map<String, Value>) {
    for name in ["attributes", "attributes_flat", "values", "before", "after"] {
        if let Some(Value::Object(attributes)) = fields.get_mut(name)
            && !attributes.contains_key("root_module")
        {
            salt_attributes(attributes);
        }
    }
    for name in UNUSED {
        if fields.get(name).is_some_and(Value::is_string) {
            fields.insert(name.to_owned(), json!(CANARY));
        }
    }
    if fields.contains_key("attributes") || fields.contains_key("instances") {
        fields.insert("private".to_owned(), json!(CANARY));
        fields.insert("identity".to_owned(), json!({"account": CANARY}));
        fields.insert("ephemeral".to_owned(), json!({"connInfo": {"password": CANARY}}));
        fields.insert("meta".to_owned(), json!({"note": CANARY}));
    }
    let secret = json!({"value": CANARY, "default": CANARY, "type": "string", "sensitive": true,
        "expression": {"constant_value": CANARY}});
    for name in ["outputs", "variables", "output_changes"] {
        if let Some(Value::Object(named)) = fields.get_mut(name) {
            named.insert("secret".to_owned(), secret.clone());
        }
    }
    if let Some(Value::Object(expressions)) = fields.get_mut("expressions") {
        expressions.insert("password".to_owned(), json!({"constant_value": CANARY}));
    }
    if fields.contains_key("version") || fields.contains_key("format_version") {
        fields.insert("check_results".to_owned(), json!([{"problems": [{"message": CANARY}]}]));
        fields.insert("checks".to_owned(), json!([{"instances": [{"problems": [{"message": CANARY}]}]}]));
        fields.insert("relevant_attributes".to_owned(), json!([{"resource": CANARY}]));
    }
}

fn salt_attributes(attributes: &mut Map<String, Value>) {
    for name in SECRETS {
        attributes.insert(name.to_owned(), json!(CANARY));
    }
    let is_flat = attributes.keys().any(|key| key.ends_with(".#") || key.ends_with(".%"));
    if is_flat {
        for (name, value) in [("env.#", "1"), ("env.0.%", "1"), ("env.0.TOKEN", CANARY), ("env.0.#", CANARY)]
        {
            attributes.insert(name.to_owned(), json!(value));
        }
    } else {
        attributes.insert("environment".to_owned(), json!([{"secrets": {"TOKEN": CANARY}}]));
        attributes
            .insert("container_definitions".to_owned(), json!(format!("[{{\"secret\":\"{CANARY}\"}}]")));
    }
}

/// Puts canaries where rules hold protocols, ports and addresses.
fn spoil(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(spoil),
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                spoil_field(name, field);
            }
        }
        _ => {}
    }
}

fn spoil_field(name: &str, field: &mut Value) {
    // `ingress.1234.cidr_blocks.0` of a flat map is an address block.
    let name = name.rsplit('.').find(|part| part.parse::<u64>().is_err()).unwrap_or(name);
    let is_traffic = matches!(name, "protocol" | "ip_protocol" | "from_port" | "to_port" | "self");
    let is_address = ["cidr_blocks", "ipv6_cidr_blocks", "cidr_block", "cidr_ipv4", "cidr_ipv6", "cidr"]
        .into_iter()
        .chain(["private_ip", "public_ip"])
        .any(|known| known == name);
    if is_traffic && !field.is_object() || is_address && field.is_string() {
        *field = json!(CANARY);
    } else if let Value::Array(items) = field
        && is_address
    {
        items.fill(json!(CANARY));
    } else {
        spoil(field);
    }
}

/// A document on disk, and everything that is run on it.
struct Case {
    folder: TempDir,
    runs: usize,
}

impl Case {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), runs: 0 }
    }

    /// Runs the command; its name of the document is `state.json`.
    fn run(&mut self, of: &str, args: &[&str]) -> (bool, String) {
        let output = Command::new(SGLENS).args(args).current_dir(self.folder.path()).output().unwrap();
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        let err = String::from_utf8_lossy(&output.stderr);
        for (stream, text) in [("stdout", &*out), ("stderr", &*err)] {
            if let Some(at) = text.find("CANARY") {
                let around: String = text[..at].chars().rev().take(120).collect();
                let around: String = around.chars().rev().collect();
                panic!("{of}: `sglens {}` leaks to {stream} after: {around}", args.join(" "));
            }
        }
        self.runs += 1;
        (output.status.success(), out)
    }

    /// Writes a document and runs every verb in every format.
    fn check(&mut self, of: &str, document: &[u8]) {
        fs::write(self.folder.path().join("state.json"), document).unwrap();
        let (is_read, graph) = self.run(of, &["graph", "-f", "json", "state.json"]);
        let (group, machine) = if is_read { targets(&graph) } else { ("web".to_owned(), "web-1".to_owned()) };
        let (group, machine) = (group.as_str(), machine.as_str());
        for format in FORMATS {
            self.run(of, &["graph", "-f", format, "state.json"]);
            self.run(of, &["focus", machine, "--direction", "both", "-f", format, "state.json"]);
            self.run(
                of,
                &["focus", group, "--direction", "both", "--depth", "2", "-f", format, "state.json"],
            );
            self.run(of, &["members", group, "-f", format, "state.json"]);
            self.run(of, &["explain", machine, group, "-f", format, "state.json"]);
        }
        self.run(of, &["explain", machine, "internet", "443", "state.json"]);
        self.run(of, &["explain", "10.0.0.1", group, "443", "state.json"]);
        self.run(of, &["explain", machine, group, "--via", "state.json"]);
        self.run(of, &["focus", "nothing of that name", "state.json"]);
        self.run(of, &["-q", "graph", "state.json", "-o", "map.svg"]);
    }

    /// Writes a document and reads it in two ways: for those that fail before anything is drawn.
    fn check_reading(&mut self, of: &str, document: &[u8]) -> bool {
        fs::write(self.folder.path().join("state.json"), document).unwrap();
        self.run(of, &["focus", "web-1", "state.json"]);
        self.run(of, &["graph", "-f", "json", "state.json"]).0
    }
}

/// A group and a machine of a graph, by id.
fn targets(graph: &str) -> (String, String) {
    let graph: Value = serde_json::from_str(graph).unwrap();
    let nodes = graph["nodes"].as_array().unwrap();
    let groups: Vec<&Value> = nodes.iter().filter(|node| node["kind"] == "group").collect();
    let with_members = groups.iter().copied().find(|group| group["members"][0].is_object());
    let id = |object: &Value| object["id"].as_str().unwrap_or("web").to_owned();
    let group = with_members.or(groups.first().copied()).map_or_else(|| "web".to_owned(), id);
    let machine = with_members.map_or_else(|| group.clone(), |group| id(&group["members"][0]));
    (group, machine)
}

/// Salts and spoils all documents of a folder.
fn check_all(folder: &str, ends: &[&str]) {
    let mut case = Case::new();
    for (name, document) in documents(folder, ends) {
        let mut salted = document.clone();
        salt(&mut salted);
        let text = salted.to_string();
        let is_salted = text.matches(CANARY).count() > 2;
        assert!(is_salted, "{name} has places for canaries");
        case.check(&format!("{name}, salted"), text.as_bytes());
        spoil(&mut salted);
        case.check(&format!("{name}, spoiled"), salted.to_string().as_bytes());
    }
    println!("{} runs on {folder}/*{ends:?} leak nothing", case.runs);
}

#[test]
fn states_leak_nothing() {
    check_all("tests/fixtures", &[".tfstate"]);
}

#[test]
fn plans_and_the_output_of_show_leak_nothing() {
    check_all("tests/fixtures", &[".json"]);
}

#[test]
fn examples_leak_nothing() {
    check_all("examples", &["terraform.tfstate"]);
}

const ONE_OF_EACH: [&str; 5] =
    ["same-v4.tfstate", "same-v3.tfstate", "same-show.json", "plan-for-each.json", "plan-modules.json"];

#[test]
fn documents_that_break_off_leak_nothing() {
    let mut case = Case::new();
    for (name, mut document) in documents("tests/fixtures", &ONE_OF_EACH) {
        salt(&mut document);
        let text = document.to_string();
        for cut in (1..20).map(|part| text.len() * part / 20).chain([text.len() - 1]) {
            let is_read = case.check_reading(&format!("{name}, cut at {cut}"), &text.as_bytes()[..cut]);
            assert!(!is_read, "{name} cut at {cut} is read");
        }
        for (what, text) in [
            ("with a text before it", format!("{CANARY} {text}")),
            ("with a text after it", format!("{text} {CANARY}")),
            ("with a key of its own", format!("{{\"{CANARY}\": {text}}}")),
            ("as a line of a log", format!("{{\"@level\": \"{CANARY}\", \"@message\": {text}}}")),
            ("as a text", json!(text).to_string()),
        ] {
            case.check_reading(&format!("{name} {what}"), text.as_bytes());
        }
    }
    println!("{} runs on broken documents leak nothing", case.runs);
}

/// One part after another is a text where a list or an object should be.
#[test]
fn documents_of_the_wrong_shape_leak_nothing() {
    let parts = [
        "after_unknown",
        "attributes",
        "change",
        "child_modules",
        "configuration",
        "deposed",
        "expressions",
        "instances",
        "module_calls",
        "modules",
        "planned_values",
        "primary",
        "prior_state",
        "resource_changes",
        "resources",
        "root_module",
        "schema_version",
        "serial",
        "values",
        "variables",
    ];
    let mut case = Case::new();
    for (name, mut document) in documents("tests/fixtures", &ONE_OF_EACH) {
        salt(&mut document);
        for part in parts {
            for wrong in [
                json!(CANARY),
                json!([{"secret": CANARY}]),
                json!({CANARY: CANARY}),
                json!([[{"password": CANARY}]]),
            ] {
                let mut document = document.clone();
                if replace(&mut document, part, &wrong) {
                    let of = format!("{name} with {part} of the wrong shape");
                    case.check_reading(&of, document.to_string().as_bytes());
                }
            }
        }
    }
    println!("{} runs on documents of the wrong shape leak nothing", case.runs);
}

/// Replaces the values of a key wherever it is; tells whether it is anywhere.
fn replace(value: &mut Value, key: &str, new: &Value) -> bool {
    let mut is_there = false;
    match value {
        Value::Array(items) => {
            for item in items {
                is_there |= replace(item, key, new);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                if name == key {
                    *field = new.clone();
                    is_there = true;
                } else {
                    is_there |= replace(field, key, new);
                }
            }
        }
        _ => {}
    }
    is_there
}

/// A test that finds no canary must be able to find one.
#[test]
#[should_panic(expected = "leaks to stdout")]
fn a_canary_in_a_name_is_found() {
    let group = json!({"id": "sg-0a0a0a0a0a0a0a0a1", "name": CANARY, "ingress": [], "egress": []});
    let state = json!({"version": 4, "serial": 1, "resources": [{"mode": "managed", "type": "aws_security_group",
        "name": "this", "instances": [{"attributes": group}]}]});
    Case::new().check("a state", state.to_string().as_bytes());
}
