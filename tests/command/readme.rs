//! The README tells the truth: the commands in its ```` ```console ```` blocks run, and print what stands
//! below them.
//!
//! They run beside a copy of `examples` and `docs`, so that a command that writes a file leaves the
//! repository alone. In the output, a line `...` stands for any lines.

use std::fs;
use std::path::Path;

use crate::{Case, REPOSITORY};

/// A command, and the lines that the README shows below it.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    line: usize,
    command: String,
    output: Vec<String>,
}

/// Finds the commands of all ```` ```console ```` blocks: lines that begin with `$ `. A backslash at the end
/// continues a command.
fn commands(markdown: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    // The indentation of the block that is open.
    let mut block: Option<usize> = None;
    let mut is_first = true;
    for (index, line) in markdown.lines().enumerate() {
        let Some(indent) = block else {
            if line.trim() == "```console" {
                block = Some(line.len() - line.trim_start().len());
                is_first = true;
            }
            continue;
        };
        let text = line.get(indent..).unwrap_or_default().trim_end();
        if text == "```" {
            block = None;
        } else if let Some(command) = text.strip_prefix("$ ") {
            found.push(Shown { line: index + 1, command: command.to_owned(), output: Vec::new() });
            is_first = false;
        } else if let (Some(last), false) = (found.last_mut(), is_first) {
            if let Some(start) = last.command.strip_suffix('\\') {
                last.command = format!("{start}{}", text.trim_start());
            } else {
                last.output.push(text.to_owned());
            }
        }
    }
    for shown in &mut found {
        while shown.output.last().is_some_and(String::is_empty) {
            shown.output.pop();
        }
    }
    found
}

/// Checks that the printed text holds the expected lines: in order, and without gaps but at `...`.
fn check(printed: &str, expected: &[String]) -> Result<(), String> {
    let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let mut rest = lines.as_slice();
    for part in expected.split(|line| line.trim() == "...").filter(|part| !part.is_empty()) {
        let fits = |window: &[&str]| window.iter().zip(part).all(|(line, wanted)| *line == wanted.as_str());
        match rest.windows(part.len()).position(fits) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return Err(part.join("\n")),
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else if from.exists() {
        fs::copy(from, to).unwrap();
    }
}

fn is_ours(shown: &Shown) -> bool {
    shown.command == "sglens" || shown.command.starts_with("sglens ")
}

#[test]
fn the_commands_of_the_readme_work() {
    let readme = fs::read_to_string(Path::new(REPOSITORY).join("README.md")).expect("README.md can be read");
    let shown = commands(&readme);
    assert!(shown.iter().any(is_ours), "README.md has no ```console block with a line `$ sglens …`");
    let case = Case::scratch();
    for folder in ["examples", "docs"] {
        copy(&Path::new(REPOSITORY).join(folder), &case.path(folder));
    }
    // Where the README writes its pictures.
    fs::create_dir(case.path("target")).unwrap();
    let mut problems = Vec::new();
    for one in &shown {
        let Shown { line, command, output } = one;
        let place = format!("README.md:{line}: `{command}`");
        if command.starts_with("cargo run") {
            // Only whether it parses: `--help` ends it before it reads anything.
            let Some((_, args)) = command.split_once(" -- ") else { continue };
            let args = args.split(['|', '>']).next().unwrap_or_default();
            let run = case.sh(&format!("sglens {args} --help"));
            if run.code != Some(0) {
                problems.push(format!("{place} does not parse:\n{}", run.stderr));
            }
        } else if is_ours(one) {
            let run = case.sh(command);
            if !matches!(run.code, Some(0 | 2)) {
                problems.push(format!("{place} ended with {:?}:\n{}", run.code, run.stderr));
            } else if let Err(part) = check(&run.stdout, output) {
                problems.push(format!("{place} does not print\n{part}\nbut\n{}", run.stdout));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn commands_are_found() {
    let markdown = "\
# Title

$ sglens outside of any block

```console
a line before any command
$ sglens focus web-1 \\
    examples
web-1

  db  tcp 5432

$ cargo run -- graph
```

```sh
$ sglens of another block
```

- in a list

  ```console
  $ sglens members web | head -1
  web
    indented
  ```
";
    let shown = |line, command: &str, output: &[&str]| Shown {
        line,
        command: command.to_owned(),
        output: output.iter().map(|line| (*line).to_owned()).collect(),
    };
    let expected = [
        shown(7, "sglens focus web-1 examples", &["web-1", "", "  db  tcp 5432"]),
        shown(13, "cargo run -- graph", &[]),
        shown(23, "sglens members web | head -1", &["web", "  indented"]),
    ];
    assert_eq!(commands(markdown), expected);
}

#[test]
fn output_is_compared() {
    let says = |expected: &[&str]| {
        let expected: Vec<String> = expected.iter().map(|line| (*line).to_owned()).collect();
        check("one\ntwo  \n\nthree\nfour\n", &expected).is_ok()
    };
    assert!(says(&[]));
    assert!(says(&["one", "two", "", "three"]));
    assert!(says(&["two", "...", "four"]));
    assert!(says(&["...", "three", "..."]));
    assert!(!says(&["one", "three"]), "a gap");
    assert!(!says(&["four", "...", "one"]), "another order");
    assert!(!says(&["five"]));
}
