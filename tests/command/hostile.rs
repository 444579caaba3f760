//! Text that anyone may have written, in every field of an estate, ids too: whatever is asked, in whatever
//! format, nothing steers a terminal or a build server, nothing makes a line of its own, nothing is endless.

use serde_json::{Value, json};

use crate::given::{resource, state};
use crate::{Case, Run};

/// What is put into each field, after a few letters that tell fields apart.
const TEXTS: [&str; 8] = [
    "\u{1b}[8m\u{1b}]0;title\u{7}\u{9b}31m",
    "\nerror: forged",
    "\r\n::error::forged",
    "##vso[task.setvariable variable=gate]open ##[section]x",
    "\u{202e}\u{2066}\u{2028}\u{85}",
    "\u{3164}\u{115f}\u{2800}\u{fe0f}\u{e0100}\u{e000}\u{1d173}\u{200b}",
    "<script>&\"'`|\\",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
];

/// An estate in which each text that it has ends, or begins, with a hostile one.
fn estate(hostile: &str, is_first: bool) -> String {
    let text = |field: &str| if is_first { format!("{hostile}{field}") } else { format!("{field}{hostile}") };
    let rule = |peer: Value| {
        let mut rule =
            json!({"protocol": "tcp", "from_port": 443, "to_port": 443, "description": text("rule")});
        rule.as_object_mut().unwrap().extend(peer.as_object().unwrap().clone());
        rule
    };
    let all = json!([{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}]);
    let group = |id: &str, rules: Vec<Value>| {
        json!({"id": text(id), "name": text(&format!("name-{id}")), "description": text("about"), "vpc_id": text("vpc"),
               "ingress": rules, "egress": all, "tags": {text("key"): text("value")}})
    };
    let machine = |id: &str, groups: Value| {
        json!({"id": text(id), "vpc_security_group_ids": groups, "subnet_id": text("subnet"),
               "tags": {"Name": text("machine")}})
    };
    let to_web = vec![
        rule(json!({"security_groups": [text("sg-db")]})),
        rule(json!({"prefix_list_ids": [text("pl")]})),
        rule(json!({"prefix_list_ids": [text("pl-unknown")]})),
        rule(json!({"cidr_blocks": [text("10.0.0.0/8")]})),
    ];
    let named = |kind: &str, attributes: Value| resource(kind, &text("terraform"), &attributes);
    state(&[
        named("aws_security_group", group("sg-web", to_web)),
        named("aws_security_group", group("sg-db", vec![rule(json!({"security_groups": [text("sg-web")]}))])),
        named(
            "aws_vpc",
            json!({"id": text("vpc"), "tags": {"Name": text("network")}, "cidr_block": "10.0.0.0/16"}),
        ),
        named(
            "aws_subnet",
            json!({"id": text("subnet"), "vpc_id": text("vpc"), "tags": {"Name": text("part")}}),
        ),
        named(
            "aws_ec2_managed_prefix_list",
            json!({"id": text("pl"), "name": text("list"), "entry": [{"cidr": "192.0.2.0/24"}]}),
        ),
        named("aws_instance", machine("i-web", json!([text("sg-web")]))),
        named("aws_instance", machine("i-db", json!([text("sg-db")]))),
        named("aws_instance", machine("i-other", json!([text("sg-elsewhere"), 5]))),
    ])
}

/// Checks what was printed.
fn check(run: &Run, hostile: &str, what: &str) {
    let shown = format!("{what}: `{}`\n{}\n{}", run.command.escape_debug(), run.stdout, run.stderr);
    for text in [&run.stdout, &run.stderr] {
        let is_steering = |c: char| {
            (c.is_control() && c != '\n')
                || ('\u{200b}'..='\u{200f}').contains(&c)
                || ('\u{2028}'..='\u{202e}').contains(&c)
                || ('\u{2060}'..='\u{206f}').contains(&c)
                || "\u{3164}\u{115f}\u{2800}\u{fe0f}\u{e0100}\u{e000}\u{1d173}".contains(c)
        };
        assert!(!text.chars().any(is_steering), "{shown}");
        assert!(!text.contains("##vso[") && !text.contains("##["), "{shown}");
        assert!(!text.contains(&"\u{301}".repeat(6)) || what.contains("json"), "{shown}");
        for line in text.lines() {
            let begin = line.trim_start();
            assert!(!begin.starts_with("::"), "{shown}");
            assert!(!line.starts_with("error: forged"), "{shown}");
        }
    }
    assert!(matches!(run.code, Some(0..=2)), "{shown}");
    assert!(hostile.len() < 1000 || run.stderr.len() < 100_000, "an endless message");
}

#[test]
fn nothing_in_any_field_steers_who_reads() {
    let case = Case::scratch();
    for hostile in TEXTS {
        for is_first in [false, true] {
            case.write("estate.tfstate", estate(hostile, is_first).as_bytes());
            let text = |field: &str| {
                if is_first { format!("{hostile}{field}") } else { format!("{field}{hostile}") }
            };
            let (web, db, vpc, odd) = (text("i-web"), text("i-db"), text("vpc"), text("q"));
            let questions: Vec<Vec<&str>> = vec![
                vec!["focus", &web, "--direction", "both", "--depth", "2"],
                vec!["focus", &web, "-f", "json"],
                vec!["focus", &web, "-f", "svg"],
                vec!["focus", &web, "-f", "dot"],
                vec!["explain", &db, &web, "443"],
                vec!["explain", &db, &web, "443", "-f", "json"],
                vec!["explain", &db, "internet", "--via"],
                vec!["graph", "-f", "dot"],
                vec!["graph", "-f", "svg"],
                vec!["graph", "-f", "mermaid"],
                vec!["graph", "-f", "json"],
                vec!["graph", "--level", "endpoint", "-f", "json"],
                vec!["graph", "--level", "endpoint", "-f", "svg"],
                vec!["graph", "--vpc", &vpc, "-f", "dot"],
                // Errors that name names.
                vec!["focus", "machin"],
                vec!["focus", "i-wex"],
                vec!["focus", "*machine*"],
                vec!["graph", "--vpc", "q", "-f", "dot"],
                vec!["graph", "--vpc", &odd, "-f", "dot"],
                vec!["graph", "--group", &odd, "-f", "dot"],
                vec!["graph", "--port", &odd, "-f", "dot"],
            ];
            for question in questions {
                let run = case.run(&[&question[..], &["estate.tfstate"]].concat());
                check(&run, hostile, &question.join(" "));
            }
            let named = text("name-sg-web");
            check(&case.run(&["members", &named, "estate.tfstate"]), hostile, "members");
            check(&case.run(&["explain", "a", "b", &text("port"), "estate.tfstate"]), hostile, "port");
            check(&case.run(&["graph", &text("file.tfstate")]), hostile, "file");
            check(&case.run(&["graph", &format!("--{}", text("flag"))]), hostile, "flag");
            check(&case.run(&["graph", "estate.tfstate", "-o", &text("none/x.svg")]), hostile, "output");
        }
    }
}

#[test]
fn a_name_of_a_megabyte_is_cut() {
    let case = Case::scratch();
    let long = "q".repeat(1 << 20);
    case.write("estate.tfstate", estate(&long, false).as_bytes());
    for question in [
        &["focus", "i-web*", "--direction", "both"][..],
        &["explain", "i-db*", "i-web*", "443"],
        &["explain", "i-db*", "internet", "--via"],
        &["graph", "-f", "dot"],
        &["graph", "-f", "svg"],
        &["focus", "*machine*"],
        &["focus", "machin"],
        &["graph", "--vpc", "q", "-f", "dot"],
    ] {
        let run = case.run(&[question, &["estate.tfstate"]].concat());
        let printed = run.stdout.len() + run.stderr.len();
        assert!(printed < 300_000, "`{}` prints {printed} bytes", run.command);
    }
}
