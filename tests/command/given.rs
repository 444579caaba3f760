//! Small states and plans with invented ids, and the question that most tests ask of them.

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
