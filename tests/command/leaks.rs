//! The command prints no more than the library, which `tests/library/leaks.rs` asks about every document
//! that we have: here is one of each kind.

use serde_json::{Value, json};

use crate::testkit::canary::{CANARY, assert_none, documents, salt, spoil};
use crate::{Case, Run};

/// A state with canaries.
fn salted() -> Value {
    let (_, mut document) = documents("tests/fixtures", &["same-v4.tfstate"]).swap_remove(0);
    salt(&mut document);
    document
}

/// Runs the command on a document that it knows as `state.json`.
#[track_caller]
fn ask(case: &Case, document: &[u8], args: &[&str]) -> Run {
    case.write("state.json", document);
    let run = case.run(args);
    assert_none(&run.command, "stdout", &run.stdout);
    assert_none(&run.command, "stderr", &run.stderr);
    run
}

#[test]
fn answers_and_messages_leak_nothing() {
    let case = Case::scratch();
    let mut document = salted();
    let text = document.to_string();
    assert!(text.contains(CANARY));
    let state = text.as_bytes();
    ask(&case, state, &["graph", "-f", "json", "state.json"]).exits(0);
    ask(&case, state, &["-q", "graph", "state.json", "-o", "map.svg"]).exits(0);
    assert_none("graph", "the file", &case.read("map.svg"));
    ask(&case, state, &["focus", "i-01010101010101011", "--direction", "both", "state.json"]).exits(0);
    ask(&case, state, &["members", "sg-0a0a0a0a0a0a0a0a1", "state.json"]).exits(0);
    ask(&case, state, &["explain", "10.0.0.1", "sg-0a0a0a0a0a0a0a0a1", "443", "state.json"]);
    ask(&case, state, &["focus", "nothing of that name", "state.json"]).exits(1);
    // What cannot be read to its end, what is no state, what follows a state.
    ask(&case, &state[..text.len() / 2], &["graph", "state.json"]).exits(1);
    ask(&case, json!({ "secret": CANARY }).to_string().as_bytes(), &["graph", "state.json"]).exits(1);
    ask(&case, format!("{text} {CANARY}").as_bytes(), &["graph", "state.json"]);
    // Rules that hold no protocol, no port and no address.
    spoil(&mut document);
    ask(&case, document.to_string().as_bytes(), &["graph", "state.json"]);
}
