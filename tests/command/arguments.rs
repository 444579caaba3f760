//! Arguments as people type them: in whatever order, with a word too few, with an address where a file
//! belongs. What can be understood is; what cannot is answered with the command to type.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::testkit::command::{SGLENS, run};
use crate::{Case, Run, state_text};

/// A folder with the logstash example as `net.tfstate`.
fn case() -> Case {
    let case = Case::scratch();
    case.write("net.tfstate", state_text("logstash").as_bytes());
    case
}

/// Asks whether application-1 may connect to logstash, with more words.
fn ask(case: &Case, words: &[&str]) -> Run {
    case.run(&[&["explain", "application-1", "logstash"], words].concat())
}

#[test]
fn the_way_is_a_flag_or_a_value() {
    let case = case();
    let focus = |way: &[&str]| case.run(&[&["focus", "logstash-1", "net.tfstate"], way].concat());
    for (flag, value) in [("--in", "in"), ("--out", "out"), ("--both", "both")] {
        let answer = focus(&[flag]).exits(0).stdout;
        assert_eq!(answer, focus(&["-d", value]).exits(0).stdout, "{flag}");
        assert_eq!(answer, focus(&["--direction", value]).exits(0).stdout, "{flag}");
    }
    assert_eq!(focus(&[]).stdout, focus(&["--out"]).stdout);
    assert_ne!(focus(&[]).stdout, focus(&["--in"]).stdout);
    focus(&["--in", "--both"]).fails_saying(&["--in", "cannot be used with", "--both"]);
    focus(&["--out", "-d", "in"]).fails_saying(&["--out", "cannot be used with", "--direction"]);
}

#[test]
fn a_level_has_an_older_name() {
    let case = case();
    let graph = |level: &str| case.run(&["graph", "net.tfstate", "--level", level]);
    let resources = graph("resource").exits(0).stdout;
    assert_eq!(resources, graph("endpoint").exits(0).stdout);
    assert_ne!(resources, graph("group").exits(0).stdout);
    graph("machine").fails_saying(&["'machine'", "[possible values: group, resource]"]);
}

#[test]
fn a_port_stands_where_it_is_typed() {
    let case = case();
    let answer = ask(&case, &["5000", "net.tfstate"]).exits(0).stdout;
    assert!(answer.starts_with("yes"), "{answer}");
    for words in [
        &["net.tfstate", "5000"][..],
        &["--port", "5000", "net.tfstate"],
        &["net.tfstate", "--port=5000"],
        &["tcp/5000", "net.tfstate"],
        &["tcp:5000", "net.tfstate"],
        &["net.tfstate", "5000/tcp"],
    ] {
        assert_eq!(ask(&case, words).exits(0).stdout, answer, "{words:?}");
    }
    let open = |port: &str| case.run(&["explain", "internet", "application", port, "net.tfstate"]).exits(0);
    assert_eq!(open("https").stdout, open("443").stdout);
}

#[test]
fn a_file_may_be_called_as_a_port() {
    let case = case();
    let answer = |words: &[&str]| {
        let run = ask(&case, words).exits(0);
        run.says_once("read 1 input");
        run.stdout.lines().next().unwrap_or_default().to_owned()
    };
    let [asked, all] = [answer(&["5000", "net.tfstate"]), answer(&["net.tfstate"])];
    assert_ne!(asked, all);
    case.write("5000", state_text("logstash").as_bytes());
    assert_eq!(answer(&["5000", "net.tfstate"]), asked);
    assert_eq!(answer(&["5000", "5000"]), asked);
    assert_eq!(answer(&["--port", "5000", "5000"]), asked);
    assert_eq!(answer(&["./5000", "tcp/5000"]), asked);
    assert_eq!(answer(&["5000"]), all);
}

#[test]
fn what_is_no_port_is_told_what_is() {
    let case = case();
    let forms = "write a port from 0 to 65535 (443, tcp/443, udp/53), a range from low to high (8000-8100), a \
                 service (https), icmp or all";
    let reasons = [
        ("x", forms),
        ("htpps", forms),
        ("99999", "ports go from 0 to 65535"),
        ("5000-4000", "a range goes from low to high, as 8000-8100 does"),
    ];
    for (port, reason) in reasons {
        let message = format!("`{port}` is not a valid port: {reason}");
        let flag = format!("invalid value '{port}' for '--port <PORT>': {message}");
        ask(&case, &["--port", port, "net.tfstate"]).fails_saying(&[&flag]);
        ask(&case, &[port, "net.tfstate"]).fails(&message);
    }
    ask(&case, &["net.tfstate", "tcp/99999"])
        .fails("`tcp/99999` is not a valid port: ports go from 0 to 65535");
    ask(&case, &["443", "net.tfstate", "5000"]).fails(
        "`443` and `5000` are two ports: ask about one, or about a range from low to high (8000-8100)",
    );
    ask(&case, &["443", "net.tfstate", "--port", "5000"])
        .fails("`--port` is given, and `443` is a port too: leave out one of them");
    case.run(&["focus", "application-1", "net.tfstate", "5000"])
        .fails("`5000` cannot be read: no such file or folder; a port is given as `--port 5000`");
}

#[test]
fn the_right_order_is_shown() {
    let case = case();
    let wrong = |line: &str, message: &str| case.run(&line.split(' ').collect::<Vec<_>>()).fails(message);
    wrong(
        "focus net.tfstate application-1 --depth 2",
        "put TARGET first: `net.tfstate` is an input, and `application-1` is none; type \
         `sglens focus application-1 net.tfstate --depth 2`",
    );
    wrong(
        "members - logstash -f json",
        "put GROUP first: `-` is an input, and `logstash` is none; type `sglens members logstash - -f json`",
    );
    wrong(
        "explain application-1 net.tfstate logstash 5000",
        "put FROM and TO first: `net.tfstate` is an input, and `logstash` is none; type \
         `sglens explain application-1 logstash 5000 net.tfstate`",
    );
    wrong(
        "explain net.tfstate application-1 logstash --via",
        "put FROM and TO first: `net.tfstate` is an input, and `logstash` is none; type \
         `sglens explain application-1 logstash net.tfstate --via`",
    );
    wrong(
        "explain 5000 application-1 logstash net.tfstate",
        "put FROM and TO first: `5000` is a port, and `logstash` is none; type \
         `sglens explain application-1 logstash 5000 net.tfstate`",
    );
    // A shell takes it as it stands.
    case.run(&["focus", "net.tfstate", "aws_instance.web[\"it's\"]"]).fails(
        "put TARGET first: `net.tfstate` is an input, and `aws_instance.web[\"it's\"]` is none; type \
         `sglens focus 'aws_instance.web[\"it'\\''s\"]' net.tfstate`",
    );
    let hostile = case.run(&["focus", "net.tfstate", "web\u{1b}[8m\n::error::forged"]).exits(1);
    assert!(hostile.stderr.starts_with("error: put TARGET first: "), "{}", hostile.stderr);
    assert!(!hostile.stderr.contains('\u{1b}') && hostile.stderr.lines().count() == 1, "{}", hostile.stderr);
}

#[test]
fn what_is_missing_is_named() {
    let case = case();
    case.write("states/net.tfstate", state_text("logstash").as_bytes());
    let wrong = |line: &str, message: &str| case.run(&line.split(' ').collect::<Vec<_>>()).fails(message);
    wrong(
        "focus net.tfstate --in",
        "TARGET is missing: `net.tfstate` is an input; type `sglens focus TARGET net.tfstate --in`",
    );
    wrong("focus -", "TARGET is missing: `-` is an input; type `sglens focus TARGET -`");
    wrong(
        "members other.tfstate",
        "GROUP is missing: `other.tfstate` is an input; type `sglens members GROUP other.tfstate`",
    );
    wrong(
        "explain application-1 net.tfstate",
        "TO is missing: `net.tfstate` is an input; type `sglens explain application-1 TO net.tfstate`",
    );
    wrong(
        "explain application-1 net.tfstate 5000",
        "TO is missing: `net.tfstate` is an input; type `sglens explain application-1 TO 5000 net.tfstate`",
    );
    wrong(
        "explain net.tfstate states",
        "FROM and TO are missing: `net.tfstate` is an input; type `sglens explain FROM TO net.tfstate states`",
    );
    // What nothing but the lack of an input tells.
    wrong("focus states", "TARGET is missing: `states` is an input; type `sglens focus TARGET states`");
    wrong(
        "explain application-1 states",
        "TO is missing: `states` is an input; type `sglens explain application-1 TO states`",
    );
}

#[test]
fn a_file_may_be_called_as_a_resource() {
    let case = case();
    case.write("logstash", b"#!/bin/sh");
    case.write("application-1/notes.txt", b"");
    case.run(&["focus", "logstash", "net.tfstate"]).exits(0);
    ask(&case, &["5000", "net.tfstate"]).exits(0);
    case.pipe(state_text("logstash").as_bytes(), &["members", "logstash"]).exits(0);
}

#[test]
fn an_address_is_downloaded_first() {
    let case = case();
    case.run(&["focus", "web-1", "s3://states/prod.tfstate", "--in"]).fails(
        "`s3://states/prod.tfstate` is an address, and sglens reads files: download it first, as \
         `aws s3 cp s3://states/prod.tfstate - | sglens focus web-1 - --in` does",
    );
    case.run(&["explain", "web-1", "db", "https://example.org/net.tfstate?a=1&b=2", "5432"]).fails(
        "`https://example.org/net.tfstate?a=1&b=2` is an address, and sglens reads files: download it first, as \
         `curl -fsSL 'https://example.org/net.tfstate?a=1&b=2' | sglens explain web-1 db - 5432` does",
    );
    case.run(&["graph", "net.tfstate", "s3://states/a.tfstate", "s3://states/b.tfstate"]).fails(
        "`s3://states/a.tfstate` is an address, and sglens reads files: download it first with \
         `aws s3 cp s3://states/a.tfstate .`, and name the file",
    );
    case.run(&["graph", "ftp://example.org/net.tfstate"]).fails(
        "`ftp://example.org/net.tfstate` is an address, and sglens reads files: download it first, and name the \
         file",
    );
}

#[test]
fn the_state_of_the_folder_is_read_where_nothing_is_named() {
    let case = Case::scratch();
    case.write("terraform.tfstate", state_text("logstash").as_bytes());
    let told = "reading terraform.tfstate, because no input was named\n";
    for args in
        [&["focus", "application-1"][..], &["explain", "application-1", "logstash", "5000"], &["graph"]]
    {
        let named = case.run(&[args, &["terraform.tfstate"]].concat()).exits(0);
        let unnamed = case.run(args).exits(0);
        assert_eq!(unnamed.stdout, named.stdout, "{args:?}");
        assert_eq!(unnamed.stderr, format!("{told}{}", named.stderr), "{args:?}");
        assert_eq!(case.pipe(b"", args).exits(0).stdout, named.stdout, "a pipe that gives nothing: {args:?}");
    }
    assert_eq!(case.run(&["graph", "-q"]).exits(0).stderr, "");
    let text = state_text("microservices");
    let piped = case.pipe(text.as_bytes(), &["focus", "checkout-1"]).exits(0);
    assert!(piped.stdout.contains("checkout-1"), "what is piped counts: {}", piped.stdout);
    assert!(!piped.stderr.contains("reading"), "{}", piped.stderr);
    case.run(&["graph", "-"]).fails_saying(&["`standard input` is empty"]);
}

#[test]
fn without_any_input_the_message_names_what_to_give() {
    let live = if cfg!(feature = "aws") { ", `--aws` for live AWS" } else { "" };
    Case::scratch().run(&["graph"]).fails(&format!(
        "no input: standard input is empty, and there is no terraform.tfstate in this folder; name a Terraform \
         state, a folder of states{live}, or `-` for standard input (`terraform state pull | sglens … -`)"
    ));
}

#[test]
fn a_dash_is_standard_output() {
    let case = case();
    for options in [&["-f", "dot"][..], &["-f", "json"], &["-f", "svg"]] {
        let graph = [&["graph", "net.tfstate"], options].concat();
        let printed = case.run(&graph).exits(0);
        let dashed = case.run(&[&graph[..], &["-o", "-"]].concat()).exits(0);
        assert_eq!((dashed.stdout, dashed.stderr), (printed.stdout, printed.stderr), "{options:?}");
    }
    assert!(!case.path("-").exists());
    case.run(&["graph", "missing.tfstate", "-o", "-", "--check"])
        .fails("`-o -` is standard output: there is nothing that `--check` could compare with");
}

#[test]
fn a_format_and_an_extension_agree() {
    let case = case();
    // Before anything is read.
    case.run(&["graph", "missing.tfstate", "-o", "net.svg", "-f", "json"]).fails(
        "`-o net.svg` says svg and `-f json` another format: leave out `-f`, or end the name of the file in .json",
    );
    case.run(&["focus", "web-1", "missing.tfstate", "-o", "NET.GV", "-f", "text"]).fails(
        "`-o NET.GV` says dot and `-f text` another format: leave out `-f`, or end the name of the file in .txt",
    );
    for options in [["net.json", "scene"], ["net.gv", "dot"], ["net.picture", "svg"]] {
        case.run(&["graph", "net.tfstate", "-o", options[0], "-f", options[1]]).exits(0);
    }
    assert!(case.read("net.picture").ends_with("</svg>\n"));
}

#[test]
fn a_verb_offers_its_own_formats() {
    let case = case();
    for verb in [&["explain", "application-1", "logstash"][..], &["members", "logstash"]] {
        let name = verb[0];
        case.run(&[verb, &["missing.tfstate", "-o", "net.svg"]].concat()).fails_saying(&[
            &format!("error: `-o net.svg` says svg, which `{name}` does not write: it writes text"),
            "json\n",
        ]);
        case.run(&[verb, &["net.tfstate", "-f", "svg"]].concat()).fails_saying(&[
            "invalid value 'svg' for '--format <FORMAT>'\n",
            "[possible values: text, ",
            "json",
        ]);
        let help = case.run(&[name, "--help"]).exits(0).stdout;
        assert!(help.contains("- json:") && !help.contains("- svg:"), "{help}");
    }
    let help = case.run(&["graph", "--help"]).exits(0).stdout;
    assert!(help.contains("- mermaid:") && help.contains("- scene:"), "{help}");
    assert_eq!(help.contains("- png:"), cfg!(feature = "png"), "{help}");
}

#[test]
fn a_missing_folder_is_made() {
    let case = case();
    let run = case.run(&["graph", "net.tfstate", "-o", "docs/pictures/net.dot"]).exits(0);
    assert!(
        run.stderr.starts_with("made the folder docs/pictures\nwrote docs/pictures/net.dot\n"),
        "{}",
        run.stderr
    );
    let again = case.run(&["graph", "net.tfstate", "-o", "docs/pictures/net.svg"]).exits(0);
    assert!(again.stderr.starts_with("wrote docs/pictures/net.svg\n"), "{}", again.stderr);
    let check = case.run(&["graph", "net.tfstate", "-o", "other/net.dot", "--check"]).exits(2);
    assert!(check.stderr.starts_with("other/net.dot is missing; "), "{}", check.stderr);
    assert!(!case.path("other").exists(), "a check makes nothing");
}

/// What `make` needs, which compares times.
#[test]
fn an_unchanged_file_is_made_younger_than_its_inputs() {
    let case = case();
    let graph = ["graph", "net.tfstate", "-o", "net.dot"];
    let time = |file: &str| case.path(file).metadata().unwrap().modified().unwrap();
    let set = |file: &str, time: SystemTime| {
        File::options().write(true).open(case.path(file)).unwrap().set_modified(time).unwrap();
    };
    case.run(&graph).exits(0);
    let old = SystemTime::UNIX_EPOCH + Duration::from_hours(240_000);
    set("net.dot", old);
    case.run(&[&graph[..], &["--check"]].concat()).exits(0);
    assert_eq!(time("net.dot"), old, "a check changes nothing");
    assert!(case.run(&graph).exits(0).stderr.starts_with("unchanged net.dot\n"));
    assert!(time("net.dot") >= time("net.tfstate"));
    set("net.dot", old);
    set("net.tfstate", old);
    case.run(&graph).exits(0);
    assert_eq!(time("net.dot"), old, "it is no older than its input");
}

#[test]
fn a_step_of_github_actions_learns_what_changed() {
    let case = case();
    let sglens = |variable: &str, args: &[&str]| {
        run(&case.path(""), Path::new(SGLENS), args, &[("GITHUB_OUTPUT", variable)], None)
    };
    let graph = ["graph", "net.tfstate", "-o", "net.dot"];
    let check = [&graph[..], &["--check"]].concat();
    let mut expected = String::from("earlier=1\n");
    case.write("step.txt", expected.as_bytes());
    for (args, code, told) in [
        (&check[..], 2, "changed=true\n"),
        (&graph[..], 0, "changed=true\n"),
        (&graph[..], 0, "changed=false\n"),
        (&check[..], 0, "changed=false\n"),
        (&graph[..2], 0, ""),
        (&["graph", "net.tfstate", "-o", "-"][..], 0, ""),
    ] {
        sglens("step.txt", args).exits(code);
        expected += told;
        assert_eq!(case.read("step.txt"), expected, "{args:?}");
    }
    sglens("", &graph).exits(0);
    let lost = sglens("none/step.txt", &graph).exits(1);
    let said = "cannot write to `none/step.txt`, which `GITHUB_OUTPUT` names";
    assert!(lost.stderr.contains(said), "{}", lost.stderr);
}

#[test]
fn an_expected_answer_is_success() {
    let case = case();
    let answers = [("5000", "yes"), ("22", "no"), ("4000-5000", "partly")];
    for (port, answer) in answers {
        let plain = ask(&case, &[port, "net.tfstate"]).exits(if answer == "yes" { 0 } else { 2 });
        assert!(plain.stdout.starts_with(answer), "{}", plain.stdout);
        for expected in ["yes", "no"] {
            let is_met = expected == answer;
            let run =
                ask(&case, &[port, "net.tfstate", "--expect", expected]).exits(if is_met { 0 } else { 2 });
            assert_eq!(run.stdout, plain.stdout, "the report stays");
            let said = format!("expected {expected}, but the answer is {answer}\n");
            assert_eq!(run.stderr.ends_with(&said), !is_met, "{}", run.stderr);
        }
    }
    let path = |expected: &str| {
        case.run(&["explain", "application-1", "elasticsearch", "net.tfstate", "--via", "--expect", expected])
    };
    path("yes").exits(0);
    path("no").exits(2);
    case.run(&["explain", "aplication-1", "logstash", "net.tfstate", "--expect", "no"]).exits(1);
    ask(&case, &["net.tfstate", "--expect", "maybe"]).fails_saying(&["[possible values: yes, no]"]);
    // A stale file is a finding, whatever the answer.
    ask(&case, &["net.tfstate", "--expect", "yes", "-o", "answer.txt", "--check"]).exits(2);
}

#[test]
fn help_begins_with_examples_and_ends_with_exit_codes() {
    let case = Case::scratch();
    let verbs = ["focus", "explain", "members", "graph", "snapshot", "iam-policy", "completions", "man"];
    for verb in verbs {
        for flag in ["-h", "--help"] {
            let help = case.run(&[verb, flag]).exits(0).stdout;
            let at =
                |text: &str| help.find(text).unwrap_or_else(|| panic!("`{verb} {flag}`: {text}\n{help}"));
            assert!(at("\nExamples:\n  ") < at(&format!("\nUsage: sglens {verb}")), "{help}");
            assert!(at("\nOptions:\n") < at("\nExit codes:\n  0  "), "{help}");
            assert!(help[at("\nExamples:\n")..at("\nUsage:")].contains(&format!("sglens {verb}")), "{help}");
            assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
        }
    }
    let help = case.run(&["focus", "--help"]).exits(0).stdout;
    let headings = ["\nWhat to ask:\n", "\nWhat to draw:\n", "\nWhere to write:\n"];
    assert!(
        headings.map(|heading| help.find(heading)).is_sorted_by(|one, other| one.is_some() && one < other)
    );
    assert_eq!(help.contains("\nAWS:\n"), cfg!(feature = "aws"), "{help}");
    assert_eq!(help.contains("--profile"), cfg!(feature = "aws"), "{help}");
    let help = case.run(&["explain", "--help"]).exits(0).stdout;
    assert!(help.contains("Usage: sglens explain [OPTIONS] <FROM> <TO> [PORT] [INPUT]...\n"), "{help}");
}

#[test]
fn flags_of_live_aws_are_refused_by_name() {
    let case = case();
    case.run(&["graph", "net.tfstate", "--profile", "work"])
        .fails("`--profile` is about live AWS: add `--aws`");
    #[cfg(not(feature = "aws"))]
    case.run(&["graph", "--aws"]).fails_saying(&["this sglens is built without live AWS"]);
}

#[test]
fn shells_complete_the_commands() {
    let case = Case::scratch();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = case.run(&["completions", shell]).exits(0);
        for word in ["sglens", "focus", "explain", "direction"] {
            assert!(run.stdout.contains(word), "{shell}: {word}\n{}", run.stdout);
        }
        assert_eq!(run.stderr, "");
    }
    case.run(&["completions", "tcsh"]).fails_saying(&["'tcsh'", "[possible values: bash, "]);
    case.run(&["completions"]).fails_saying(&["<SHELL>"]);
}

#[test]
fn the_manual_has_a_page_for_each_verb() {
    let case = Case::scratch();
    let page = |args: &[&str], name: &str, words: &[&str]| {
        let run = case.run(&[&["man"], args].concat()).exits(0);
        let title = format!(".TH {name} 1 ");
        for word in [title.as_str(), ".SH NAME\n", ".SH SYNOPSIS\n"].iter().chain(words) {
            assert!(run.stdout.contains(word), "{args:?}: {word}\n{}", run.stdout);
        }
        assert_eq!(run.stderr, "");
    };
    page(&[], "sglens", &["sglens\\-focus(1)"]);
    let sections = [".SH \"EXIT CODES\"\n.nf\n\\&  0  ", ".SH \"EXAMPLES\"\n.nf\n\\&  sglens "];
    for verb in ["focus", "explain", "members", "graph", "completions"] {
        page(&[verb], &format!("sglens-{verb}"), &sections);
    }
    case.run(&["man", "nope"]).fails_saying(&["error: `nope` is no command; there are focus, explain, "]);
}

#[test]
fn values_are_checked_before_anything_is_read() {
    let case = Case::scratch();
    let graph = |options: &[&str]| case.run(&[&["graph", "missing.tfstate"], options].concat());
    for wrong in ["0", "x", "-1", "1.5"] {
        let option = format!("--max-nodes={wrong}");
        graph(&[&option]).fails_saying(&["'--max-nodes <N>': give a number of nodes, 1 or more"]);
    }
    for wrong in ["1 x<", "1x", "-x", "a b", "a.b", "é"] {
        let option = format!("--id-prefix={wrong}");
        graph(&[&option]).fails_saying(&["'--id-prefix <TEXT>': give a letter or `_`, ", "[A-Za-z0-9_-]*"]);
    }
    for right in ["x", "_x", "My-net_2"] {
        graph(&["--id-prefix", right, "-f", "svg"]).fails_saying(&["`missing.tfstate` cannot be read"]);
    }
}
