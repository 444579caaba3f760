//! A flag changes the answer, or it is refused: none is taken and then forgotten.

use std::collections::BTreeSet;
use std::thread;

use super::{Run, folder, run};

/// The verbs that answer from files, each with a question whose answer is yes, or long.
static VERBS: [&str; 5] = ["graph", "focus web-1", "explain web-1 db-users-1", "members web", "list"];

/// All formats; a verb refuses those that it does not have.
static FORMATS: [&str; 9] = ["text", "markdown", "csv", "dot", "mermaid", "svg", "png", "json", "scene"];

/// Each flag with a value that is not its default. Every one is tried on every verb. In
/// `estates/flags.tfstate` each has an effect.
static FLAGS: [&str; 42] = [
    "--color always",
    "--title Elsewhere",
    "--theme dark",
    "--embed inline",
    "--id-prefix mine",
    "--link-template https://wiki.example/{id}",
    "--scale 3",
    "--hubs 2",
    "--max-nodes 3",
    "--group-by name",
    "--group-by vpc",
    "--group-by tag:Tier",
    "--hide-internet",
    "--level endpoint",
    "--vpc data",
    "--group logs",
    "--port 5432-5433",
    "--direction both",
    "--depth 2",
    "--via",
    // Without `--aws` these mean nothing.
    "--profile work",
    "--region eu-west-1",
    "--all-regions",
    "--role-arn arn:aws:iam::111122223333:role/reader",
    "--endpoint-url http://localhost:4566",
    "--timeout 5",
    "--in",
    "--both",
    "--hide-broad",
    "--tag Tier=front",
    "--expect no",
    "--rules",
    "--width 40",
    "--table rules",
    "--table groups",
    "--table matrix",
    "--columns protocol",
    "--columns name",
    "--ids",
    "--excel",
    "--fence",
    "--name web*",
];

/// Pictures and documents.
const NOT_TEXT: &[&str] = &["markdown", "csv", "dot", "mermaid", "svg", "png", "json", "scene"];

/// Flags that may leave an answer as it is, in which formats (none named: in all), and why.
static EXEMPT: [(&str, &[&str], &str); 10] = [
    ("--help", &[], "prints the manual"),
    ("--version", &[], "prints the version"),
    ("--quiet", &[], "is about stderr; tests/cli/output.rs"),
    ("--output", &[], "is about where to; tests/cli/output.rs"),
    ("--format", &[], "is what this table runs over"),
    ("--check", &[], "needs `--output`; tests/cli/output.rs"),
    ("--aws", &[], "asks AWS; tests/aws"),
    ("--strict", &[], "is about folders; tests/command/inputs.rs"),
    ("--out", &[], "is what `focus` answers anyway"),
    ("--color", NOT_TEXT, "colours what a terminal shows; a file is the same everywhere"),
];

/// The name of a flag in the table.
fn name(flag: &str) -> &str {
    flag.split(' ').next().unwrap_or_default()
}

fn is_exempt(flag: &str, format: &str) -> bool {
    EXEMPT
        .iter()
        .any(|(known, formats, _)| *known == name(flag) && (formats.is_empty() || formats.contains(&format)))
}

/// Asks a verb in a format, with a flag or without.
fn ask(verb: &str, format: &str, flag: Option<&str>) -> Run {
    let words = verb.split(' ').chain(["flags.tfstate", "-f", format]);
    let words: Vec<&str> = words.chain(flag.into_iter().flat_map(|flag| flag.split(' '))).collect();
    run(&folder("estates"), &words)
}

/// What is wrong with all flags on one verb and format.
fn problems(verb: &str, format: &str) -> Vec<String> {
    let without = ask(verb, format, None);
    if without.code == Some(1) {
        return Vec::new(); // The verb does not have the format; see below that it has one.
    }
    let mut problems = Vec::new();
    for flag in FLAGS.iter().copied().filter(|flag| !is_exempt(flag, format)) {
        let with = ask(verb, format, Some(flag));
        let is_refused = with.code == Some(1);
        if is_refused && !with.stderr.contains(name(flag)) {
            let said = with.stderr.lines().next().unwrap_or_default();
            problems.push(format!("{verb} -f {format} {flag}: refused without its name: {said}"));
        }
        if !is_refused && (with.code, &with.bytes) == (without.code, &without.bytes) {
            problems.push(format!("{verb} -f {format} {flag}: taken, and changes nothing"));
        }
    }
    problems
}

#[test]
fn every_flag_counts_or_is_refused() {
    let problems: Vec<String> = thread::scope(|scope| {
        let pairs = VERBS.iter().flat_map(|verb| FORMATS.iter().map(move |format| (*verb, *format)));
        let running: Vec<_> =
            pairs.map(|(verb, format)| scope.spawn(move || problems(verb, format))).collect();
        running.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn every_verb_answers_in_some_format_and_in_json() {
    for verb in VERBS {
        for format in ["json", if verb == "graph" { "dot" } else { "text" }] {
            ask(verb, format, None).exits(0);
        }
    }
}

#[test]
fn every_flag_of_the_help_stands_in_the_table() {
    let known: BTreeSet<&str> =
        FLAGS.iter().map(|flag| name(flag)).chain(EXEMPT.iter().map(|(flag, ..)| *flag)).collect();
    for verb in VERBS {
        let help = run(&folder("estates"), &[name(verb), "--help"]).exits(0);
        let found: BTreeSet<&str> = help.stdout.lines().filter_map(flag_of).collect();
        assert!(found.contains("--help"), "no flags were found\n{}", help.shown());
        let missing: Vec<&&str> = found.difference(&known).collect();
        assert!(
            missing.is_empty(),
            "`{verb}` takes {missing:?}: give FLAGS a value of it that counts, or EXEMPT a reason"
        );
    }
}

/// The long flag that a line of `--help` explains: `  -o, --output <FILE>`.
fn flag_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if !line.starts_with('-') || line.starts_with("- ") {
        return None;
    }
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    line.split(is_end).find(|word| word.starts_with("--") && word.len() > 2)
}
