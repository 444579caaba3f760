//! The words that people read are AWS's and Terraform's: no text of the program uses those that the project
//! rules out. Comments and code may be shorter.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Where texts for people stand.
const FOLDERS: [&str; 8] = ["cli", "commands", "input", "query", "report", "render", "view", "words"];

/// What is not said, as patterns. A machine is an instance or a resource, but for this machine's clock.
const RULED_OUT: [&str; 14] = [
    r"\bcarr(y|ies|ied|ying)\b",
    r"\blets? in\b",
    r"\bis reached by\b",
    r"\bknown machines?\b",
    r"\bmachines? (of|in) \{",
    r"\bno members\b",
    r"\bmeans \{?\w*\}? things\b",
    r"\bnothing is called\b",
    r"\bwhich is another\b",
    r"\bours to see\b",
    r"\bnothing in common\b",
    r"\bfits no file\b",
    r"\bnothing to read on\b.*\bSVG\b",
    r"\bestate of machines\b",
];

#[test]
fn texts_use_the_words_of_aws() {
    let ruled_out: Vec<Regex> = RULED_OUT.iter().map(|pattern| Regex::new(pattern).unwrap()).collect();
    let literal = Regex::new(r#""((?:[^"\\]|\\.)*)""#).unwrap();
    let (mut seen, mut found) = (0, Vec::new());
    for path in FOLDERS.iter().flat_map(|folder| sources(&root().join(folder))).chain([root().join("cli.rs")])
    {
        let code = fs::read_to_string(&path).unwrap();
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//") || line.contains("///"));
        // The comments of the command line are its help.
        let is_help = path.ends_with("cli.rs") || path.parent().is_some_and(|folder| folder.ends_with("cli"));
        let code: Vec<&str> = lines.filter(|line| is_help || !line.trim_start().starts_with("//")).collect();
        let code = code.join("\n");
        let texts = literal.captures_iter(&code).map(|found| found[1].to_owned());
        let help = code.lines().filter_map(|line| line.trim_start().strip_prefix("/// ").map(str::to_owned));
        for text in texts.chain(help.filter(|_| is_help)) {
            seen += 1;
            if let Some(pattern) = ruled_out.iter().find(|pattern| pattern.is_match(&text)) {
                found.push(format!("{}: {text:?} ({pattern})", path.display()));
            }
        }
    }
    assert!(seen > 500, "only {seen} texts were found");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && path.file_stem().is_none_or(|stem| stem != "tests")
        {
            found.push(path);
        }
    }
    found.sort();
    found
}
