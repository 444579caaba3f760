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

#[test]
fn the_pictures_of_the_examples_are_up_to_date() {
    let is_update = std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1");
    let case = Case::repository();
    let mut problems = Vec::new();
    for (example, machine) in EXAMPLES {
        let state = state(example);
        for format in ["svg", "dot"] {
            let map = case.run(&["graph", &state, "-f", format]).exits(0);
            let focus = case.run(&["focus", machine, &state, "--depth", "2", "-f", format]).exits(0);
            let resources = case.run(&["graph", &state, "--level", "resource", "-f", format]).exits(0);
            for (picture, run) in [("map", map), ("resources", resources), ("focus", focus)] {
                let name = format!("examples/{example}/{picture}.{format}");
                let path = case.path(&name);
                match fs::read_to_string(&path) {
                    Ok(known) if known == run.stdout => {}
                    _ if is_update => fs::write(&path, &run.stdout).unwrap(),
                    Ok(_) => problems.push(format!("{name} is stale")),
                    Err(error) => problems.push(format!("{name} is missing: {error}")),
                }
            }
        }
    }
    let list = problems.join("\n");
    assert!(
        problems.is_empty(),
        "{list}\nwrite them with `UPDATE_GOLDEN=1 cargo test --test command golden`"
    );
}
