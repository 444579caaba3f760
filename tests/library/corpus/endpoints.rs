//! What carries groups, found a second time by the table of attachments.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::Resource;
use super::model::group;
use super::values::{text, texts, texts_at};

/// Where the launch template of a group of machines is named.
const TEMPLATES: [&str; 4] = [
    "launch_template.id",
    "launch_template.name",
    "mixed_instances_policy.launch_template.launch_template_specification.launch_template_id",
    "launch_template_config.launch_template_specification.launch_template_id",
];

/// One line of the table, as far as it matters here.
struct Row {
    groups: Vec<&'static str>,
    names: Vec<&'static str>,
    interfaces: Vec<&'static str>,
}

fn table() -> BTreeMap<&'static str, Row> {
    let lines = include_str!("../../../assets/attachments.tsv").lines();
    let paths = |cell: &'static str| cell.split([' ', '+']).filter(|path| *path != "-").collect();
    lines
        .filter(|line| line.starts_with("aws_"))
        .map(|line| {
            let cells: Vec<&'static str> = line.split('\t').collect();
            let row = Row { groups: paths(cells[4]), names: paths(cells[5]), interfaces: paths(cells[10]) };
            (cells[0], row)
        })
        .collect()
}

/// What was found on the way.
#[derive(Default)]
struct Search {
    /// Whether each carrier states groups.
    carriers: BTreeMap<String, bool>,
    /// The machine that has an interface.
    owners: BTreeMap<String, String>,
    /// The templates that a carrier names, and the templates by their names.
    wanted: BTreeMap<String, Vec<String>>,
    templates: BTreeMap<String, String>,
    carried: BTreeSet<String>,
}

/// The ids of all carriers, and all groups that are carried.
pub fn find(resources: &[Resource]) -> (BTreeSet<String>, BTreeSet<String>) {
    let table = table();
    let mut search = Search::default();
    let mut joined = BTreeSet::new();
    for resource in resources.iter().filter(|resource| !resource.deposed) {
        let values = &resource.values;
        match resource.kind.as_str() {
            "aws_network_interface_sg_attachment" => {
                if let Some(interface) = text(&values["network_interface_id"]) {
                    joined.insert(interface.to_owned());
                    search.carried.extend(texts(&values["security_group_id"]).into_iter().map(group));
                }
            }
            "aws_network_interface_attachment" => {
                if let (Some(interface), Some(machine)) =
                    (text(&values["network_interface_id"]), text(&values["instance_id"]))
                {
                    search.owners.insert(interface.to_owned(), machine.to_owned());
                }
            }
            kind => {
                if let (Some(row), Some(id)) = (table.get(kind), text(&values["id"])) {
                    search.carrier(kind, row, id, values);
                    // Nothing filters it when it has no groups.
                    if matches!(text(&values["load_balancer_type"]), Some("network" | "gateway")) {
                        search.carriers.insert(id.to_owned(), true);
                    }
                }
            }
        }
    }
    search.carriers.extend(joined.into_iter().map(|interface| (interface, true)));
    let carried = by_id(&search.carried, resources);
    (search.finish(), carried)
}

impl Search {
    fn carrier(&mut self, kind: &str, row: &Row, id: &str, values: &Value) {
        let all = |paths: &[&str]| -> Vec<String> {
            paths.iter().flat_map(|path| texts_at(values, path)).map(str::to_owned).collect()
        };
        let mut groups = all(&row.groups);
        if groups.is_empty() {
            groups = all(&row.names);
        }
        let key = if ["i-", "eni-", "vpce-"].iter().any(|prefix| id.starts_with(prefix)) {
            id.to_owned()
        } else {
            format!("{}:{id}", if kind == "aws_alb" { "aws_lb" } else { kind })
        };
        *self.carriers.entry(key.clone()).or_default() |= !groups.is_empty();
        self.carried.extend(groups.iter().map(|id| group(id)));
        if kind == "aws_network_interface" {
            let machines = texts_at(values, "attachment.instance");
            self.owners.extend(machines.into_iter().map(|machine| (id.to_owned(), machine.to_owned())));
        } else {
            self.owners.extend(all(&row.interfaces).into_iter().map(|interface| (interface, key.clone())));
        }
        let names = [Some(id), text(&values["name"])].into_iter().flatten();
        match kind {
            "aws_launch_template" => {
                self.templates.extend(names.map(|name| (format!("template {name}"), key.clone())));
            }
            "aws_launch_configuration" => {
                self.templates.extend(names.map(|name| (format!("configuration {name}"), key.clone())));
            }
            _ => {}
        }
        // Nodes have the group of their cluster, whether the input tells it or not.
        let has_nodes = matches!(kind, "aws_eks_node_group" | "aws_eks_fargate_profile");
        if has_nodes && text(&values["cluster_name"]).is_some() {
            *self.carriers.entry(key.clone()).or_default() = true;
        }
        let mut wanted: Vec<String> = all(&TEMPLATES).iter().map(|name| format!("template {name}")).collect();
        wanted.extend(all(&["launch_configuration"]).iter().map(|name| format!("configuration {name}")));
        if !wanted.is_empty() {
            self.wanted.insert(key, wanted);
        }
    }

    /// Carriers without groups take those of their templates, and used templates are none themselves.
    fn finish(mut self) -> BTreeSet<String> {
        let mut used = BTreeSet::new();
        for (key, wanted) in &self.wanted {
            let found: Vec<String> =
                wanted.iter().filter_map(|name| self.templates.get(name)).cloned().collect();
            let given = found.is_empty() || found.iter().any(|template| self.carriers[template]);
            *self.carriers.entry(key.clone()).or_default() |= given;
            used.extend(found);
        }
        let all = self.carriers.into_iter().filter(|(key, carries)| *carries && !used.contains(key));
        all.map(|(key, _)| self.owners.get(&key).cloned().unwrap_or(key)).collect()
    }
}

/// Groups that go by name, by the id of the only group of that name.
fn by_id(carried: &BTreeSet<String>, resources: &[Resource]) -> BTreeSet<String> {
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for resource in resources.iter().filter(|resource| !resource.deposed) {
        let is_group = matches!(resource.kind.as_str(), "aws_security_group" | "aws_default_security_group");
        if let (true, Some(id), Some(name)) =
            (is_group, text(&resource.values["id"]), text(&resource.values["name"]))
        {
            ids.entry(format!("name:{name}")).or_default().insert(id.to_owned());
        }
    }
    let only = |text: &String| ids.get(text).filter(|ids| ids.len() == 1).and_then(BTreeSet::first).cloned();
    carried.iter().map(|text| only(text).unwrap_or_else(|| text.clone())).collect()
}
