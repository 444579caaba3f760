//! Small states and plans with invented ids, and the question that most tests ask of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::Case;

/// A managed resource of a state.
pub(crate) fn resource(kind: &str, name: &str, attributes: &Value) -> Value {
    json!({ "mode": "managed", "type": kind, "name": name, "instances": [{ "attributes": attributes }] })
}

/// A state of some resources.
pub(crate) fn state(resources: &[Value]) -> String {
    json!({ "version": 4, "serial": 1, "lineage": "", "resources": resources }).to_string()
}

/// An inline tcp rule.
pub(crate) fn open(port: u16, block: &str) -> Value {
    json!({ "protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": [block] })
}

/// A group without egress rules.
pub(crate) fn group(id: &str, name: &str, vpc: &str, ingress: &[Value]) -> Value {
    let attributes = json!({ "id": id, "name": name, "vpc_id": vpc, "ingress": ingress, "egress": [] });
    resource("aws_security_group", name, &attributes)
}

/// Asks whether the internet may reach a target on a port.
pub(crate) fn reaches(case: &Case, target: &str, port: u16, files: &[&str]) -> String {
    let port = port.to_string();
    let run = case.run(&[&["explain", "internet", target, &port], files].concat());
    run.stdout.split(':').next().unwrap_or_default().to_owned()
}

/// A plan: resources before and after, by address, type and values.
pub(crate) fn plan(before: &[(&str, Value)], after: &[(&str, Value)], actions: &[(&str, &[&str])]) -> String {
    let entry = |(address, values): &(&str, Value)| {
        let kind = address.split('.').next().unwrap();
        json!({ "address": address, "mode": "managed", "type": kind, "name": "x", "values": values })
    };
    let list = |side: &[(&str, Value)]| side.iter().map(entry).collect::<Vec<_>>();
    let changes: Vec<Value> = actions
        .iter()
        .map(|(address, actions)| json!({ "address": address, "change": { "actions": actions } }))
        .collect();
    json!({
        "format_version": "1.2",
        "planned_values": { "root_module": { "resources": list(after) } },
        "resource_changes": changes,
        "prior_state": { "values": { "root_module": { "resources": list(before) } } },
        "configuration": { "root_module": {} },
    })
    .to_string()
}

/// A resource that a plan creates: address, values, what is only known after apply, expressions.
pub(crate) type Created<'p> = (&'p str, Value, Value, Value);

/// References to something, as an expression has them.
pub(crate) fn refers(names: &[&str]) -> Value {
    json!({ "references": names })
}

/// A plan that creates resources, some of them in modules; `outputs` are those of all modules, and
/// `for_each` what all resources repeat over.
pub(crate) fn creation(parts: &[Created<'_>], outputs: &Value, for_each: &Value) -> String {
    let mut modules: BTreeMap<&str, (Vec<Value>, BTreeMap<&str, Value>)> = BTreeMap::new();
    let mut changes = Vec::new();
    for (address, values, unknown, expressions) in parts {
        let (module, own) = match address.strip_prefix("module.").and_then(|rest| rest.split_once('.')) {
            Some((module, own)) => (module, own),
            None => ("", *address),
        };
        let base = own.split('[').next().unwrap();
        let (kind, name) = base.split_once('.').unwrap();
        let (planned, configured) = modules.entry(module).or_default();
        planned.push(
            json!({ "address": address, "mode": "managed", "type": kind, "name": name, "values": values }),
        );
        let mut resource = json!({ "address": base, "mode": "managed", "type": kind, "name": name, "expressions": expressions });
        if !for_each.is_null() {
            resource["for_each_expression"] = for_each.clone();
        }
        configured.insert(base, resource);
        changes.push(
            json!({ "address": address, "change": { "actions": ["create"], "after_unknown": unknown } }),
        );
    }
    let root = modules.remove("").unwrap_or_default();
    let children = modules
        .iter()
        .map(|(name, (planned, _))| json!({ "address": format!("module.{name}"), "resources": planned }));
    let children: Vec<Value> = children.collect();
    let resources = |configured: &BTreeMap<&str, Value>| configured.values().cloned().collect::<Vec<_>>();
    let calls = modules.iter().map(|(name, (_, configured))| {
        (*name, json!({ "module": { "resources": resources(configured), "outputs": outputs } }))
    });
    let calls: BTreeMap<&str, Value> = calls.collect();
    json!({
        "format_version": "1.2",
        "planned_values": { "root_module": { "resources": root.0, "child_modules": children } },
        "resource_changes": changes,
        "configuration": { "root_module": { "resources": resources(&root.1), "module_calls": calls } },
    })
    .to_string()
}
