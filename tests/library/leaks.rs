//! Nothing leaks: states hold passwords, and sglens prints none of what it does not draw.
//!
//! Fixtures and examples are salted with canaries in every place that sglens has no use for, and
//! spoiled with canaries where a rule should hold a protocol, a port or an address. Then every
//! renderer prints every answer, of broken documents too, and no canary may be in any of it.
//! `tests/command/leaks.rs` asks the command the same.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

use serde_json::{Value, json};
use sglens::connectivity::{Connectivity, Map, Outside, Subject};
use sglens::input::{Options, read_document};
use sglens::inventory::{Builder, Direction};
use sglens::layout::layout_view;
use sglens::query::{Target, explain, focus, members, paths};
use sglens::render::{
    SvgOptions, dot, estate_json, explain_json, focus_json, graph_json, members_json, mermaid, paths_json,
    scene_json, svg, text,
};
use sglens::report::{explain_report, focus_report, members_report, paths_report};
use sglens::view::{View, ViewOptions, focus_view, map_view, resources_view};
use sglens::words::summary_line;

use crate::testkit::canary::{CANARY, assert_none, documents, salt, spoil};

/// All that the library says of a document, in every format: each with a name. When it cannot be read,
/// the reason.
fn answers(document: &[u8]) -> Result<Vec<(&'static str, String)>, String> {
    let mut builder = Builder::new();
    let read = read_document("state.json", document, Options::default(), &mut builder);
    read.map_err(|problem| problem.to_string())?;
    let inventory = builder.finish();
    let index = Connectivity::new(inventory);
    let inventory = index.inventory();
    let map = Map::new(&index);
    let mut said: Vec<(&'static str, String)> =
        inventory.warnings.iter().map(|warning| ("a warning", warning.message.clone())).collect();
    said.push(("the account", summary_line(&inventory.tally, 0)));
    said.push(("graph JSON", graph_json(&index, &map, &sglens::query::Filter::default())));
    said.push(("estate JSON", estate_json(&index, &sglens::query::Filter::default()).unwrap().0));
    let options = ViewOptions::default();
    let mut views: Vec<View> = vec![map_view(&index, &map, &options)];
    views.extend(resources_view(&index, &map, &sglens::query::Filter::default(), &options).ok());
    let with_members = index.all_groups().find(|group| !index.members(*group).is_empty());
    if let Some(group) = with_members.or_else(|| index.all_groups().next()) {
        let answer = members(&index, group);
        said.push((
            "members text",
            text(&members_report(&index, &answer, &sglens::report::Detail::default()), 100),
        ));
        said.push(("members JSON", members_json(&index, &answer, &sglens::query::Filter::default())));
        let service = Subject::Group(group);
        let machine = index.members(group).first().map_or(service, |machine| Subject::Endpoint(*machine));
        for subject in [service, machine] {
            let answer =
                focus(&index, &[Target::Known(subject)], &[Direction::Egress, Direction::Ingress], 2)
                    .unwrap();
            said.push((
                "focus text",
                text(&focus_report(&index, &answer, &sglens::report::Detail::default()), 100),
            ));
            said.push(("focus JSON", focus_json(&index, &answer, &sglens::query::Filter::default())));
            views.push(focus_view(&index, &answer, &options));
        }
        for from in [Target::Known(machine), Target::Outside(Outside::Internet)] {
            let answer = explain(&index, &[from], &[Target::Known(service)], None).unwrap();
            said.push((
                "explain text",
                text(&explain_report(&index, &answer, &sglens::report::Detail::default()), 100),
            ));
            said.push(("explain JSON", explain_json(&index, &answer, &sglens::query::Filter::default())));
        }
        let found = paths(&index, &[Target::Known(machine)], &[Target::Known(service)], None, 5).unwrap();
        said.push((
            "paths text",
            text(&paths_report(&index, &found, &sglens::report::Detail::default()), 100),
        ));
        said.push(("paths JSON", paths_json(&index, &found, &sglens::query::Filter::default())));
    }
    for view in &views {
        let (scene, _) = layout_view(view);
        said.push(("SVG", svg(view, &scene, &SvgOptions::default())));
        said.push(("a scene", scene_json(view, &scene)));
        said.push(("DOT", dot(view)));
        said.extend(mermaid(view).ok().map(|text| ("Mermaid", text)));
    }
    Ok(said)
}

/// Looks for canaries in all that is said of a document; tells whether it can be read.
fn check(of: &str, document: &[u8]) -> bool {
    match answers(document) {
        Ok(said) => {
            for (what, text) in said {
                assert_none(of, what, &text);
            }
            true
        }
        Err(reason) => {
            assert_none(of, "the reason", &reason);
            false
        }
    }
}

/// Salts and spoils all documents of a folder.
fn check_all(folder: &str, ends: &[&str]) {
    let mut read = 0;
    for (name, document) in documents(folder, ends) {
        let mut salted = document.clone();
        salt(&mut salted);
        let text = salted.to_string();
        let is_salted = text.matches(CANARY).count() > 2;
        assert!(is_salted, "{name} has places for canaries");
        read += usize::from(check(&format!("{name}, salted"), text.as_bytes()));
        spoil(&mut salted);
        read += usize::from(check(&format!("{name}, spoiled"), salted.to_string().as_bytes()));
    }
    assert!(read > 0, "{folder} has documents that can be read");
    println!("{read} documents of {folder}/*{ends:?} leak nothing");
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
    let mut count = 0;
    for (name, mut document) in documents("tests/fixtures", &ONE_OF_EACH) {
        salt(&mut document);
        let text = document.to_string();
        for cut in (1..20).map(|part| text.len() * part / 20).chain([text.len() - 1]) {
            let is_read = check(&format!("{name}, cut at {cut}"), &text.as_bytes()[..cut]);
            assert!(!is_read, "{name} cut at {cut} is read");
            count += 1;
        }
        for (what, text) in [
            ("with a text before it", format!("{CANARY} {text}")),
            ("with a text after it", format!("{text} {CANARY}")),
            ("with a key of its own", format!("{{\"{CANARY}\": {text}}}")),
            ("as a line of a log", format!("{{\"@level\": \"{CANARY}\", \"@message\": {text}}}")),
            ("as a text", json!(text).to_string()),
        ] {
            check(&format!("{name} {what}"), text.as_bytes());
            count += 1;
        }
    }
    println!("{count} broken documents leak nothing");
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
    let mut count = 0;
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
                    check(&of, document.to_string().as_bytes());
                    count += 1;
                }
            }
        }
    }
    println!("{count} documents of the wrong shape leak nothing");
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
#[should_panic(expected = "leaks")]
fn a_canary_in_a_name_is_found() {
    let group = json!({"id": "sg-0a0a0a0a0a0a0a0a1", "name": CANARY, "ingress": [], "egress": []});
    let state = json!({"version": 4, "serial": 1, "resources": [{"mode": "managed", "type": "aws_security_group",
        "name": "this", "instances": [{"attributes": group}]}]});
    check("a state", state.to_string().as_bytes());
}
