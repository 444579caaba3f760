//! The counts of the index, counted anew.

use serde_json::Value;

use super::document::{Kind, Resource, planned, resources};
use super::values::{is_true, list, text};

/// Every count of the index that we check, by column.
pub fn counts(kind: Kind, json: &Value) -> Vec<(&'static str, usize)> {
    let all = if kind == Kind::Plan { planned(json) } else { resources(kind, json) };
    let managed = || all.iter().filter(|resource| resource.managed);
    let of = |kind: &str| managed().filter(|resource| resource.kind == kind).count();
    let inline = |direction: &str| -> usize {
        managed().filter(|one| is_group(one)).map(|one| list(&one.values[direction]).len()).sum()
    };
    vec![
        ("sg", managed().filter(|resource| is_group(resource)).count()),
        ("inline_ingress", inline("ingress")),
        ("inline_egress", inline("egress")),
        ("aws_security_group_rule", of("aws_security_group_rule")),
        ("vpc_ingress_rule", of("aws_vpc_security_group_ingress_rule")),
        ("vpc_egress_rule", of("aws_vpc_security_group_egress_rule")),
        ("sg_refs", managed().map(references).sum()),
        ("aws_instance", of("aws_instance")),
        ("data_sources", all.iter().filter(|resource| !resource.managed).count()),
    ]
}

fn is_group(resource: &Resource) -> bool {
    matches!(resource.kind.as_str(), "aws_security_group" | "aws_default_security_group")
}

/// How often a resource refers to a group as a peer.
fn references(resource: &Resource) -> usize {
    let values = &resource.values;
    let one = |name: &str| usize::from(text(&values[name]).is_some());
    match resource.kind.as_str() {
        "aws_security_group" | "aws_default_security_group" => ["ingress", "egress"]
            .into_iter()
            .flat_map(|direction| list(&values[direction]))
            .map(|block| list(&block["security_groups"]).len() + usize::from(is_true(&block["self"])))
            .sum(),
        "aws_security_group_rule" => one("source_security_group_id") + usize::from(is_true(&values["self"])),
        kind if kind.starts_with("aws_vpc_security_group_") => one("referenced_security_group_id"),
        _ => 0,
    }
}
