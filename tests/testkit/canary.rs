//! Canaries: texts in places of a document whose content must never be printed.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

/// What must not be in any output.
pub const CANARY: &str = "CANARY-0f7c1e";

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
pub fn documents(folder: &str, ends: &[&str]) -> Vec<(String, Value)> {
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
pub fn salt(value: &mut Value) {
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
pub fn spoil(value: &mut Value) {
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

/// Looks for a canary in what was printed.
///
/// # Panics
/// When there is one.
#[track_caller]
pub fn assert_none(of: &str, what: &str, text: &str) {
    if let Some(at) = text.find("CANARY") {
        let around: String = text[..at].chars().rev().take(120).collect();
        let around: String = around.chars().rev().collect();
        panic!("{of}: {what} leaks after: {around}");
    }
}
