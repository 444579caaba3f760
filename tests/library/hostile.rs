//! Names are written by anyone who may set a tag. Whatever they say, in every place where a name can
//! stand, every format stays well-formed, nothing becomes executable, and the layout holds.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Map as JsonMap, Value, json};
use sglens::connectivity::{Connectivity, Map, Subject};
use sglens::input::{Options, read_document};
use sglens::inventory::{Builder, Direction, Inventory};
use sglens::layout::{layout_view, measure_view, problems};
use sglens::query::{Target, focus};
use sglens::render::{SvgOptions, dot, focus_json, graph_json, scene_json, svg, text};
use sglens::report::focus_report;
use sglens::view::{Hubs, View, ViewOptions, focus_view, map_view};
use sglens::words::clean;

use crate::testkit;
use crate::testkit::names::hostile_names;
use crate::testkit::skip::skip;

/// A label has at most 36 characters, so no box is wider.
const WIDEST: f64 = 700.0;

#[test]
fn a_name_is_only_a_name() {
    let mut failures = Vec::new();
    for (number, name) in hostile_names().iter().enumerate() {
        let state = state(&resources(name, 0));
        let short: String = name.chars().take(30).collect();
        check_state(&format!("name {number} {short:?}"), name, &state, &mut failures);
    }
    assert!(failures.is_empty(), "{} faults:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn all_names_in_one_estate() {
    let mut failures = Vec::new();
    let names = hostile_names();
    let all: Vec<Value> =
        names.iter().enumerate().flat_map(|(number, name)| resources(name, number)).collect();
    check_state("all names", "all.tfstate", &state(&all), &mut failures);
    assert!(failures.is_empty(), "{} faults:\n{}", failures.len(), failures.join("\n"));
}

/// Prints all that `graph` and `focus` print of a state, and collects what is wrong with it.
fn check_state(title: &str, file: &str, state: &str, failures: &mut Vec<String>) {
    let inventory = inventory(file, state);
    let index = Connectivity::new(inventory);
    let map = Map::new(&index);
    let mut faults = Vec::new();
    json_faults("graph", &graph_json(&index, &map, &sglens::query::Filter::default()), &mut faults);
    let mut views = Vec::new();
    for hubs in [Hubs::Auto, Hubs::AtLeast(1)] {
        let options = ViewOptions { hubs, ..ViewOptions::default() };
        views.push(map_view(&index, &map, &options));
    }
    let groups = index.all_groups().take(1).map(Subject::Group);
    for subject in groups.chain(index.all_endpoints().take(1).map(Subject::Endpoint)) {
        let answer =
            focus(&index, &[Target::Known(subject)], &[Direction::Egress, Direction::Ingress], 2).unwrap();
        json_faults("focus", &focus_json(&index, &answer, &sglens::query::Filter::default()), &mut faults);
        text_faults(
            &text(&focus_report(&index, &answer, &sglens::report::Detail::default()), 100),
            &mut faults,
        );
        views.push(focus_view(&index, &answer, &ViewOptions::default()));
    }
    for view in &views {
        view_faults(view, &mut faults);
    }
    failures.extend(faults.into_iter().map(|fault| format!("{title}: {fault}")));
}

fn inventory(file: &str, state: &str) -> Inventory {
    let mut builder = Builder::new();
    let read = read_document(file, state.as_bytes(), Options::default(), &mut builder);
    assert!(read.is_ok(), "the state of a hostile name can be read");
    builder.finish()
}

/// Every picture of a view.
fn view_faults(view: &View, faults: &mut Vec<String>) {
    let (scene, trouble) = layout_view(view);
    // A busy machine may reach the time limit of the engine; the plain placement is checked then.
    faults.extend(trouble.filter(|trouble| !trouble.is_by_clock).map(|trouble| trouble.reason));
    faults.extend(problems(&measure_view(view), &scene));
    if scene.nodes.iter().any(|rect| rect.width > WIDEST) {
        faults.push("a name makes a node as wide as it likes".to_owned());
    }
    json_faults("scene", &scene_json(view, &scene), faults);
    for options in [SvgOptions::default(), testkit::svg::inline()] {
        faults.extend(testkit::svg::faults(view, &svg(view, &scene, &options), &options));
    }
    dot_faults(view, &dot(view), faults);
}

fn json_faults(what: &str, text: &str, faults: &mut Vec<String>) {
    if let Err(error) = serde_json::from_str::<Value>(text) {
        faults.push(format!("{what} JSON: {error}"));
    }
}

/// A report holds our own styles, lines, and nothing else that a terminal would act upon.
fn text_faults(text: &str, faults: &mut Vec<String>) {
    let plain = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m"]
        .iter()
        .fold(text.to_owned(), |text, style| text.replace(style, ""));
    for line in plain.split('\n').filter(|line| clean(line) != **line) {
        let start: String = line.chars().take(80).collect();
        faults.push(format!("text: a control character in {start:?}"));
    }
}

/// Two parsers read the DOT: that of `graphviz-rust`, and Graphviz itself where it is installed.
fn dot_faults(view: &View, text: &str, faults: &mut Vec<String>) {
    faults.extend(testkit::dot::faults(view, text));
    // Two tests run at once.
    let unique = format!("hostile-{}-{:?}.dot", std::process::id(), std::thread::current().id());
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique);
    fs::write(&file, text).expect("a temporary file can be written");
    let run = Command::new("dot").arg("-Tsvg").arg(&file).output();
    fs::remove_file(&file).expect("a temporary file can be removed");
    let Ok(run) = run else { return skip("Graphviz is not installed; only the other parser read the DOT") };
    if !run.status.success() {
        let said = String::from_utf8_lossy(&run.stderr);
        faults.push(format!("dot: {}", said.chars().take(160).collect::<String>()));
        return;
    }
    faults.extend(testkit::svg::foreign_faults(&String::from_utf8_lossy(&run.stdout)));
}

/// A Terraform state, version 4.
fn state(resources: &[Value]) -> String {
    json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "hostile", "outputs": {},
        "resources": resources,
    })
    .to_string()
}

/// Two VPCs, five groups, three machines, rules of every form, a prefix list: all of one name.
fn resources(name: &str, number: usize) -> Vec<Value> {
    let mut tags = JsonMap::new();
    tags.insert("Name".to_owned(), name.into());
    tags.insert(if name.is_empty() { "key".to_owned() } else { name.to_owned() }, name.into());
    let tags = Value::Object(tags);
    let resource = |kind: &str, attributes: Value| {
        json!({
            "mode": "managed", "type": kind, "name": name, "module": format!("module.{name}"),
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "instances": [{ "schema_version": 1, "index_key": name, "attributes": attributes }],
        })
    };
    let id = |kind: &str, index: usize| format!("{kind}-{number:04}{index:04}");
    let mut all = Vec::new();
    for vpc in 0..2 {
        let block = format!("10.{vpc}.0.0/16");
        all.push(resource("aws_vpc", json!({ "id": id("vpc", vpc), "cidr_block": block, "tags": tags })));
    }
    all.push(resource(
        "aws_subnet",
        json!({
            "id": id("subnet", 0), "vpc_id": id("vpc", 0), "cidr_block": "10.0.0.0/24", "tags": tags,
        }),
    ));
    all.push(resource(
        "aws_ec2_managed_prefix_list",
        json!({
            "id": id("pl", 0), "name": name, "tags": tags,
            "entry": [{ "cidr": "192.168.0.0/24", "description": name }],
        }),
    ));
    for group in 0..5 {
        let everywhere = json!({
            "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"], "description": name,
        });
        // One group has no way out, one has a block that is none.
        let egress = if group == 2 { json!([]) } else { json!([everywhere]) };
        let blocks = match group {
            0 => json!(["10.0.0.0/8", "0.0.0.0/0"]),
            2 => json!([name]),
            _ => json!([]),
        };
        let next = id("sg", (group + 1) % 4);
        let ingress = json!([{
            "protocol": "tcp", "from_port": 443, "to_port": 443, "security_groups": [next],
            "cidr_blocks": blocks, "self": group == 1, "description": name,
        }]);
        all.push(resource(
            "aws_security_group",
            json!({
                "id": id("sg", group), "name": name, "description": name, "vpc_id": id("vpc", group / 4),
                "tags": tags, "ingress": ingress, "egress": egress,
            }),
        ));
    }
    all.push(resource(
        "aws_security_group_rule",
        json!({
            "id": id("sgrule", 0), "type": "ingress", "protocol": "udp", "from_port": 53, "to_port": 53,
            "security_group_id": id("sg", 3), "source_security_group_id": id("sg", 2), "description": name,
        }),
    ));
    all.push(resource(
        "aws_vpc_security_group_ingress_rule",
        json!({
            "id": id("sgr", 0), "security_group_rule_id": id("sgr", 0), "ip_protocol": "tcp", "from_port": 22,
            "to_port": 22, "security_group_id": id("sg", 3), "prefix_list_id": id("pl", 0),
            "description": name, "tags": tags,
        }),
    ));
    for machine in 0..3 {
        all.push(resource("aws_instance", json!({
            "id": id("i", machine), "private_ip": format!("10.0.0.{}", machine + 4), "subnet_id": id("subnet", 0),
            "vpc_security_group_ids": [id("sg", machine)], "tags": tags,
        })));
    }
    all
}
