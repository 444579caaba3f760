//! The resources of a document, whatever its format.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::values::{NULL, list, text, unflatten};

/// A format that sglens reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    State,
    Flat,
    Show,
    Plan,
    Aws,
}

impl Kind {
    /// By the name that the index gives it.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "tfstate-v4" => Some(Self::State),
            "tfstate-v3" | "tfstate-old" => Some(Self::Flat),
            "show-json" => Some(Self::Show),
            "plan-json" => Some(Self::Plan),
            "aws-cli" => Some(Self::Aws),
            _ => None,
        }
    }
}

/// One instance of a resource.
pub struct Resource {
    pub managed: bool,
    pub kind: String,
    pub address: String,
    /// It awaits destruction.
    pub deposed: bool,
    pub values: Value,
    /// Where a plan knows no value.
    pub unknown: Value,
}

/// All instances of a document. Of a plan: what it makes, and what it leaves alone.
pub fn resources(kind: Kind, json: &Value) -> Vec<Resource> {
    match kind {
        Kind::State => list(&json["resources"]).into_iter().flat_map(state).collect(),
        Kind::Flat => list(&json["modules"]).into_iter().flat_map(flat).collect(),
        Kind::Show => modules(&json["values"]["root_module"]).into_iter().map(shown).collect(),
        Kind::Plan => plan(json),
        Kind::Aws => Vec::new(),
    }
}

/// What stands in `planned_values` alone.
pub fn planned(json: &Value) -> Vec<Resource> {
    modules(&json["planned_values"]["root_module"]).into_iter().map(shown).collect()
}

fn state(resource: &Value) -> Vec<Resource> {
    let instance = |instance: &Value| {
        let values = match &instance["attributes"] {
            Value::Null => unflatten(&instance["attributes_flat"]),
            values => values.clone(),
        };
        Resource {
            managed: resource["mode"] == "managed",
            kind: owned(&resource["type"]),
            address: owned(&resource["name"]),
            deposed: text(&instance["deposed"]).is_some(),
            values,
            unknown: Value::Null,
        }
    };
    list(&resource["instances"]).into_iter().map(instance).collect()
}

fn flat(module: &Value) -> Vec<Resource> {
    let none = Map::new();
    let entries = module["resources"].as_object().unwrap_or(&none).iter();
    let instance = |(key, entry): (&String, &Value)| {
        let primary = &entry["primary"];
        let mut values = unflatten(&primary["attributes"]);
        if values["id"].is_null() && text(&primary["id"]).is_some() {
            values["id"] = primary["id"].clone();
        }
        Resource {
            managed: !key.starts_with("data."),
            kind: owned(&entry["type"]),
            address: key.clone(),
            deposed: false,
            values,
            unknown: Value::Null,
        }
    };
    entries.map(instance).collect()
}

/// The resources of a module and of those below it.
fn modules(module: &Value) -> Vec<&Value> {
    let below = list(&module["child_modules"]).into_iter().flat_map(modules);
    list(&module["resources"]).into_iter().chain(below).collect()
}

fn shown(resource: &Value) -> Resource {
    Resource {
        managed: resource["mode"] == "managed",
        kind: owned(&resource["type"]),
        address: owned(&resource["address"]),
        deposed: text(&resource["deposed_key"]).is_some(),
        values: resource["values"].clone(),
        unknown: Value::Null,
    }
}

fn plan(json: &Value) -> Vec<Resource> {
    let current = list(&json["resource_changes"]).into_iter().filter(|change| change["deposed"].is_null());
    let changes: BTreeMap<String, &Value> =
        current.map(|change| (owned(&change["address"]), &change["change"])).collect();
    let is_read_later = |address: &str| {
        let actions = changes.get(address).map_or(&NULL, |change| &change["actions"]);
        list(actions).into_iter().any(|action| action == "read")
    };
    let after = planned(json);
    let named: BTreeSet<String> = after.iter().map(|resource| resource.address.clone()).collect();
    let before = modules(&json["prior_state"]["values"]["root_module"]).into_iter().map(shown);
    let untouched = before.filter(|old| !named.contains(&old.address) && !changes.contains_key(&old.address));
    let mut all: Vec<Resource> =
        after.into_iter().filter(|new| !is_read_later(&new.address)).chain(untouched).collect();
    for resource in &mut all {
        if let Some(change) = changes.get(&resource.address) {
            resource.unknown = change["after_unknown"].clone();
        }
    }
    all
}

fn owned(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
