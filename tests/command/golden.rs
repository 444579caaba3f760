//! The pictures that stand beside the examples are what sglens draws today.

use std::fs;

use crate::{Case, state};

/// Each example, and the machine that its focus pictures show.
const EXAMPLES: [(&str, &str); 5] = [
    ("component-groups", "api-1"),
    ("logstash", "application-1"),
    ("microservices", "checkout-1"),
    ("paired-groups", "application-1"),
    ("subnet-shortcut", "batch-1"),
];

/// Compares what was printed with a file, or writes it; returns what differs.
fn compare(case: &Case, name: &str, printed: &str, is_update: bool) -> Option<String> {
    let path = case.path(name);
    match fs::read_to_string(&path) {
        Ok(known) if known == printed => None,
        _ if is_update => {
            fs::write(&path, printed).unwrap();
            None
        }
        Ok(_) => Some(format!("{name} is stale")),
        Err(error) => Some(format!("{name} is missing: {error}")),
    }
}

#[test]
fn the_pictures_of_the_examples_are_up_to_date() {
    let is_update = std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1");
    let case = Case::repository();
    let mut problems = Vec::new();
    for (example, machine) in EXAMPLES {
        let state = state(example);
        let tables = [
            ("flows.md", vec!["graph", "-f", "markdown"]),
            ("flows.csv", vec!["graph", "-f", "csv"]),
            ("focus.txt", vec!["focus", machine, "--both", "--rules"]),
        ];
        let tables = tables.map(|(name, mut args)| {
            args.push(&state);
            (name.to_owned(), case.run(&args).exits(0).stdout)
        });
        for (name, printed) in tables {
            problems.extend(compare(&case, &format!("examples/{example}/{name}"), &printed, is_update));
        }
        for format in ["svg", "dot"] {
            let map = case.run(&["graph", &state, "-f", format]).exits(0);
            let focus = case.run(&["focus", machine, &state, "--depth", "2", "-f", format]).exits(0);
            let resources = case.run(&["graph", &state, "--level", "resource", "-f", format]).exits(0);
            for (picture, run) in [("map", map), ("resources", resources), ("focus", focus)] {
                let name = format!("examples/{example}/{picture}.{format}");
                problems.extend(compare(&case, &name, &run.stdout, is_update));
            }
        }
    }
    let list = problems.join("\n");
    assert!(
        problems.is_empty(),
        "{list}\nwrite them with `UPDATE_GOLDEN=1 cargo test --test command golden`"
    );
}
