//! Where answers go: stdout or a file, the format, colours, the line of account, and the options
//! for those who embed pictures.

use std::fs::File;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::testkit::command::SGLENS;
use crate::{Case, Run, state, state_text};

/// A folder with the logstash example as `net.tfstate`.
fn case() -> Case {
    let case = Case::scratch();
    case.write("net.tfstate", state_text("logstash").as_bytes());
    case
}

const FOCUS: [&str; 3] = ["focus", "application-1", "net.tfstate"];

/// Asks what application-1 connects to, with more options.
fn focus(case: &Case, options: &[&str]) -> Run {
    case.run(&[FOCUS.as_slice(), options].concat())
}

#[test]
fn a_file_is_written_only_when_it_changes() {
    let case = case();
    let args = ["graph", "net.tfstate", "-o", "net.svg"];
    let account = "read 1 input: 3 groups, 7 rules (3 references to groups), 6 resources; skipped nothing; \
                   4 connections\n";
    let first = case.run(&args).exits(0);
    assert_eq!((first.stdout.as_str(), first.stderr), ("", format!("wrote net.svg\n{account}")));
    let written = case.read("net.svg");
    // A time that no file written now has.
    let before = SystemTime::UNIX_EPOCH + Duration::from_hours(240_000);
    for file in ["net.tfstate", "net.svg"] {
        File::options().write(true).open(case.path(file)).unwrap().set_modified(before).unwrap();
    }
    let again = case.run(&args).exits(0);
    assert_eq!((again.stdout.as_str(), again.stderr), ("", format!("unchanged net.svg\n{account}")));
    assert_eq!(case.path("net.svg").metadata().unwrap().modified().unwrap(), before);
    case.write("net.svg", b"old");
    assert!(case.run(&args).exits(0).stderr.starts_with("wrote net.svg\n"));
    assert_eq!(case.read("net.svg"), written);
}

#[test]
fn check_tells_and_writes_nothing() {
    let case = case();
    let check = ["graph", "net.tfstate", "-o", "net.dot", "--check"];
    let remedy = "the same command without `--check` writes it: sglens graph net.tfstate -o net.dot\n";
    assert!(case.run(&check).exits(2).stderr.starts_with(&format!("net.dot is missing; {remedy}")));
    assert!(!case.path("net.dot").exists());
    case.run(&check[..4]).exits(0);
    assert!(case.run(&check).exits(0).stderr.starts_with("net.dot is up to date\n"));
    case.write("net.dot", b"old");
    assert!(case.run(&check).exits(2).stderr.starts_with(&format!("net.dot is stale; {remedy}")));
    assert_eq!(case.read("net.dot"), "old");
    case.run(&["graph", "missing.tfstate", "-o", "net.dot", "--check"]).exits(1);
}

#[test]
fn a_file_that_cannot_be_written() {
    let case = case();
    let run = case.run(&["graph", "net.tfstate", "-o", "net.tfstate/net.dot"]).exits(1);
    assert!(run.stderr.starts_with("error: cannot write `net.tfstate/net.dot`: "), "{}", run.stderr);
}

#[test]
fn quiet_is_quiet() {
    let case = case();
    for args in [
        &["-q", "graph", "net.tfstate"][..],
        &["graph", "-q", "net.tfstate", "-o", "net.json"],
        &["graph", "net.tfstate", "-o", "net.json", "--quiet"],
        &["graph", "net.tfstate", "-o", "net.json", "--check", "-q"],
        &["focus", "application-1", "net.tfstate", "-q"],
        &["members", "logstash", "net.tfstate", "-q"],
        &["explain", "application-1", "logstash", "5000", "net.tfstate", "-q"],
    ] {
        let run = case.run(args).exits(0);
        assert_eq!(run.stderr, "", "`{}`", run.command);
    }
    case.run(&["-q", "graph", "missing.tfstate"])
        .fails("`missing.tfstate` cannot be read: no such file or folder");
}

#[test]
fn stderr_ends_with_the_account() {
    let case = case();
    let account = |args: &[&str]| case.run(args).stderr;
    let read = "read 1 input: 3 groups, 7 rules (3 references to groups), 6 resources; skipped nothing;";
    assert_eq!(account(&["graph", "net.tfstate"]), format!("{read} 4 connections\n"));
    assert_eq!(account(&FOCUS), format!("{read} 3 connections\n"));
    assert_eq!(
        account(&["focus", "logstash-1", "-d", "in", "net.tfstate"]),
        format!("{read} 1 connection\n")
    );
    let components = Case::repository().run(&["graph", &state("component-groups")]).exits(0);
    assert!(components.stderr.contains("; skipped 4 resources of other types; "), "{}", components.stderr);
}

#[test]
fn the_extension_names_the_format() {
    let case = case();
    let starts = [
        ("net.svg", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg "),
        ("NET.SVG", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg "),
        ("net.json", "{\n  \"schema\": \"sglens/2\","),
        ("net.txt", "application-1  instance  i-07b00d9cdcad67fcd"),
    ];
    for (file, start) in starts {
        focus(&case, &["-o", file]).exits(0);
        assert!(case.read(file).starts_with(start), "{file}: {:.80}", case.read(file));
    }
    for file in ["net.dot", "net.gv"] {
        focus(&case, &["-o", file]).exits(0);
        assert!(case.read(file).contains("\ndigraph sglens {\n"), "{file}: {:.80}", case.read(file));
    }
    focus(&case, &["-o", "answer", "-f", "json"]).exits(0);
    assert_eq!(case.read("answer"), case.read("net.json"), "`-f` names it where no extension does");
}

#[test]
fn file_and_stdout_are_the_same() {
    let case = case();
    for (file, format) in [("net.svg", "svg"), ("net.dot", "dot"), ("net.json", "json"), ("net.txt", "text")]
    {
        focus(&case, &["-o", file]).exits(0);
        let printed = focus(&case, &["-f", format]).exits(0);
        assert_eq!(case.read(file), printed.stdout, "{format}");
    }
}

#[test]
fn each_verb_has_its_own_format() {
    let case = case();
    assert!(case.run(&["graph", "net.tfstate"]).exits(0).stdout.contains("\ndigraph sglens {\n"));
    let report = focus(&case, &[]).exits(0);
    assert!(
        report.stdout.contains("\nconnects to\n  to           ports        resources      because of\n  logstash     tcp 5000     logstash-1 "),
        "{}",
        report.stdout
    );
    for args in [&["members", "logstash"][..], &["explain", "application", "logstash"]] {
        assert!(case.run(&[args, &["net.tfstate"]].concat()).exits(0).stdout.contains("logstash"));
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let case = case();
    for args in [&["graph", "net.tfstate"][..], &["graph", "net.tfstate", "-f", "svg"], &FOCUS] {
        // It has left before the first byte is written.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(SGLENS);
        command.arg("-q").args(args).current_dir(case.path("")).env_clear().stdin(Stdio::null());
        let output = command.stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
    let run = case.sh("sglens graph net.tfstate -f json | head -1").exits(0);
    assert_eq!(run.stdout, "{\n");
    assert!(!run.stderr.contains("error"), "{}", run.stderr);
}

#[test]
fn a_picture_goes_to_a_pipe() {
    let run = focus(&case(), &["-f", "svg"]).exits(0);
    assert!(run.stdout.starts_with("<?xml "));
    assert!(run.stdout.ends_with("</svg>\n"));
}

/// Before anything is read, which may take long.
#[cfg(not(feature = "png"))]
#[test]
fn png_is_a_feature() {
    let case = case();
    let refusal = "this sglens is built without PNG; get it with `cargo install --path . --features png`, \
                   or write `-o FILE.svg` and turn that into a PNG with `rsvg-convert`";
    case.run(&["graph", "missing.tfstate", "-o", "net.png"]).fails(refusal);
    focus(&case, &["-f", "png"]).fails(refusal);
    assert!(!case.path("net.png").exists());
}

#[test]
fn colour_is_for_terminals() {
    let case = case();
    let escape = '\u{1b}';
    let plain = focus(&case, &[]).exits(0);
    assert!(!plain.stdout.contains(escape), "a pipe gets none");
    assert_eq!(focus(&case, &["--color", "never"]).exits(0).stdout, plain.stdout);
    let coloured = focus(&case, &["--color", "always"]).exits(0);
    assert!(coloured.stdout.contains("\u{1b}[1mapplication-1\u{1b}[0m"), "{}", coloured.stdout);
    focus(&case, &["--color", "always", "-o", "answer.txt"]).exits(0);
    assert_eq!(case.read("answer.txt"), plain.stdout, "a file gets none");
    for format in ["json", "dot", "svg"] {
        let run = focus(&case, &["--color", "always", "-f", format]).exits(0);
        assert!(!run.stdout.contains(escape), "{format}");
    }
}

#[test]
fn the_title_of_a_picture() {
    let case = case();
    focus(&case, &["-o", "focus.svg"]).exits(0);
    let picture = case.read("focus.svg");
    assert!(picture.contains("-title\">What application-1 may connect to</title>\n"), "{picture}");
    assert!(picture.contains(">What application-1 may connect to</text>\n"), "{picture}");
    let picture = focus(&case, &["-f", "svg", "--title", "Logs <2026> & \"more\""]).exits(0).stdout;
    assert!(picture.contains("-title\">Logs &lt;2026&gt; &amp; "), "{picture}");
    assert!(!picture.contains("<2026>") && !picture.contains("What application-1"), "{picture}");
    let graph = case.run(&["graph", "net.tfstate", "--title", "Logs \"2026\""]).exits(0).stdout;
    assert!(graph.contains(r#" label="Logs \"2026\"""#), "{graph}");
}

/// An option that is taken and then ignored misleads.
#[test]
fn an_option_without_effect_is_refused() {
    let case = case();
    focus(&case, &["--title", "Logs"]).fails("`--title` has no effect with `-f text`");
    focus(&case, &["-f", "json", "--rules"]).fails("`--rules` has no effect with `-f json`");
    focus(&case, &["--table", "matrix"]).fails("`--table` has no effect with `-f text`");
    focus(&case, &["-f", "dot", "--theme", "dark"]).fails("`--theme` has no effect with `-f dot`");
    focus(&case, &["-f", "svg", "--scale", "3"]).fails("`--scale` has no effect with `-f svg`");
    // Before anything is read.
    case.run(&["graph", "missing.tfstate", "-o", "net.dot", "--embed", "inline"])
        .fails("`--embed` has no effect with `-f dot`");
    assert!(!case.path("net.dot").exists());
}

#[test]
fn an_inline_picture_has_no_header_and_no_blank_line() {
    let inline = focus(&case(), &["-f", "svg", "--embed", "inline"]).exits(0).stdout;
    assert!(inline.starts_with("<svg "), "{inline:.80}");
    assert!(!inline.contains("<?xml") && !inline.contains("<!DOCTYPE"));
    assert!(inline.lines().all(|line| !line.trim().is_empty()), "Markdown ends HTML at a blank line");
}

/// The values of an attribute.
fn values<'p>(picture: &'p str, attribute: &str) -> Vec<&'p str> {
    let opening = format!(" {attribute}=\"");
    picture.split(opening.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn the_prefix_of_ids() {
    let case = case();
    let picture = focus(&case, &["-f", "svg", "--id-prefix", "logs"]).exits(0).stdout;
    let ids = values(&picture, "id");
    assert!(ids.len() > 6, "{ids:?}");
    assert!(ids.iter().all(|id| id.starts_with("logs-")), "{ids:?}");
    assert_eq!(values(&picture, "aria-labelledby"), ["logs-title logs-desc"]);
    // Two pictures on one page do not share ids of their own accord.
    let mut all = Vec::new();
    let pictures = [focus(&case, &["-f", "svg"]), case.run(&["graph", "net.tfstate", "-f", "svg"])];
    for picture in &pictures {
        all.extend(values(&picture.stdout, "id"));
    }
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn the_links_of_nodes() {
    let case = case();
    let plain = focus(&case, &["-f", "svg"]).exits(0).stdout;
    assert!(values(&plain, "href").is_empty());
    let template = "https://wiki.example.org/{id}?a=1&b=2";
    let picture = focus(&case, &["-f", "svg", "--link-template", template]).exits(0).stdout;
    let links = values(&picture, "href");
    for id in ["i-07b00d9cdcad67fcd", "sg-04174b73d4b2d6944", "sg-0b2af114dd9d2728c"] {
        let link = format!("https://wiki.example.org/{id}?a=1&amp;b=2");
        assert!(links.contains(&link.as_str()), "{link}: {links:?}");
    }
    focus(&case, &["-f", "svg", "--link-template", "javascript:alert(1)"])
        .fails("--link-template takes an http or https address");
}
