//! Bad input is answered with one message that says what it is and what to do, and exit code 1;
//! unusual input that can be read is read.

use std::fs::File;

use crate::{Case, state_text};

/// The file and the pipe are refused with the same words, under their own names.
#[track_caller]
fn refuses(name: &str, content: &[u8], message: &str) {
    let case = Case::scratch();
    case.write(name, content);
    case.run(&["graph", name]).fails(&format!("`{name}` {message}"));
    case.pipe(content, &["graph", "-"]).fails(&format!("`standard input` {message}"));
}

const EMPTY: &str =
    "is empty; if it comes from `terraform state pull`, that command failed or has no state yet";
const NOT_JSON: &str = "is not JSON; sglens reads Terraform state, `terraform show -json`, plan JSON and EC2 `describe-*` output";
const OTHER_JSON: &str = "is JSON, but no Terraform state, plan or EC2 `describe-*` output that sglens knows";

#[test]
fn nothing_in_it() {
    refuses("empty.tfstate", b"", EMPTY);
    refuses("blank.tfstate", b" \r\n\t\n", EMPTY);
    refuses("bom.tfstate", b"\xEF\xBB\xBF", EMPTY);
}

#[test]
fn every_verb_refuses_alike() {
    let case = Case::scratch();
    case.write("empty.tfstate", b"");
    let message = format!("`empty.tfstate` {EMPTY}");
    case.run(&["focus", "web-1", "empty.tfstate"]).fails(&message);
    case.run(&["members", "web", "empty.tfstate"]).fails(&message);
    case.run(&["explain", "web-1", "db", "5432", "empty.tfstate"]).fails(&message);
    case.run(&["-q", "graph", "empty.tfstate"]).fails(&message);
}

#[test]
fn not_json() {
    refuses("notes.txt", b"Groups of web-1\n", NOT_JSON);
}

#[test]
fn json_that_is_no_state() {
    for text in ["{}", "[1, 2]", "null", "42", "\"state\"", r#"{"name": "web", "private": true}"#] {
        refuses("package.json", text.as_bytes(), OTHER_JSON);
    }
}

#[test]
fn malformed_json() {
    let message = "cannot be read to its end: the JSON is broken at line 1, column 10";
    refuses("typo.json", br#"{"a": tru}"#, message);
}

#[test]
fn a_truncated_state_wherever_it_is_cut() {
    let whole = state_text("logstash");
    for tenth in 1..10 {
        let cut = &whole[..whole.len() * tenth / 10];
        let (line, column) = (cut.split('\n').count(), cut.rsplit('\n').next().unwrap().len());
        let place = format!("the JSON is broken at line {line}, column {column}: the file ends too early");
        refuses("half.tfstate", cut.as_bytes(), &format!("cannot be read to its end: {place}"));
    }
}

#[test]
fn a_folder_names_what_it_leaves_out() {
    let case = Case::scratch();
    let whole = state_text("logstash");
    case.write("states/a.tfstate", whole.as_bytes());
    case.write("states/b.tfstate", b"{\"version\": 4, \"resources\": [");
    case.write("states/c.tfstate", b"\x1f\x8b");
    case.write("states/d.tfstate", br#"{"version": "4"}"#);
    case.write("states/e.json", br#"{"encryption_version": "v0"}"#);
    case.write("states/a.tfstate.backup", whole.as_bytes());
    case.write("states/.terraform/terraform.tfstate", whole.as_bytes());
    for number in 10..22 {
        case.write(&format!("states/n{number}.json"), br#"{"name": "web"}"#);
    }
    let broken = "`states/b.tfstate` cannot be read to its end: the JSON is broken at line 1, column 29: the file \
                  ends too early";
    let run = case.run(&["graph", "states"]).exits(0);
    for message in [
        &format!("warning: {broken}; it is left out"),
        "warning: `states/c.tfstate` is compressed; unpack it first; it is left out",
        "warning: `states/d.tfstate` is JSON, but no Terraform state",
        "warning: `states/e.json` is encrypted by OpenTofu",
        "warning: files of other kinds are left out: states/n10.json (other JSON), ",
        "states/n19.json (other JSON), and 2 more",
        "1 backup of states",
        "1 folder with a dot before the name",
    ] {
        assert!(run.stderr.contains(message), "{message}\n{}", run.stderr);
    }
    case.run(&["graph", "states", "--strict"]).fails(broken);
    case.write("broken/b.tfstate", b"{\"version\": 4, \"resources\": [");
    case.run(&["graph", "broken"]).fails(&broken.replace("states", "broken"));
    case.write("zero/package.json", br#"{"name": "web"}"#);
    let empty = case.run(&["graph", "states", "zero"]);
    assert!(empty.stderr.contains("`zero` holds no Terraform state"), "{}", empty.stderr);
}

#[test]
#[cfg(unix)]
fn a_folder_opens_regular_files_only() {
    let case = Case::scratch();
    case.write("states/a.tfstate", state_text("logstash").as_bytes());
    let pipe = std::process::Command::new("mkfifo").arg(case.path("states/pipe.json")).status();
    assert!(pipe.unwrap().success());
    std::os::unix::fs::symlink("/dev/zero", case.path("states/zero.json")).unwrap();
    std::os::unix::fs::symlink(case.path("states"), case.path("states/loop.json")).unwrap();
    std::os::unix::fs::symlink("nowhere", case.path("states/gone.tfstate")).unwrap();
    let run = case.run(&["graph", "states"]).exits(0);
    for left_out in [
        "`states/pipe.json` is a pipe, and no file; it is not opened; it is left out",
        "`states/zero.json` is a device, and no file; it is not opened; it is left out",
        "`states/gone.tfstate` cannot be read: no such file or folder; it is left out",
        "3 files or folders that cannot be read, 1 link to folders",
    ] {
        assert!(run.stderr.contains(left_out), "{left_out}\n{}", run.stderr);
    }
    case.run(&["graph", "states", "--strict"])
        .fails("`states/gone.tfstate` cannot be read: no such file or folder");
    std::fs::remove_file(case.path("states/gone.tfstate")).unwrap();
    case.run(&["graph", "states", "--strict"])
        .fails("`states/pipe.json` is a pipe, and no file; it is not opened");
    let deep = format!("deep/{}", "d/".repeat(40));
    case.write(&format!("{deep}a.tfstate"), state_text("logstash").as_bytes());
    case.write("deep/a.tfstate", state_text("logstash").as_bytes());
    let run = case.run(&["graph", "deep"]).exits(0);
    assert!(run.stderr.contains(" is below 32 other folders; nothing in it is looked at"), "{}", run.stderr);
    case.run(&["graph", "deep", "--strict"]).exits(1);
}

#[test]
fn the_newest_snapshot_of_a_state_counts() {
    let case = Case::scratch();
    let state = |serial: u32, lineage: &str, port: u32| {
        let rule = format!(
            r#"{{"protocol":"tcp","from_port":{port},"to_port":{port},"cidr_blocks":["0.0.0.0/0"]}}"#
        );
        let attributes =
            format!(r#"{{"id":"sg-1","name":"db","vpc_id":"vpc-1","ingress":[{rule}],"egress":[]}}"#);
        format!(
            r#"{{"version":4,"serial":{serial},"lineage":"{lineage}","resources":[{{"mode":"managed","type":"aws_security_group","name":"db","instances":[{{"attributes":{attributes}}}]}}]}}"#
        )
    };
    case.write("two/terraform.tfstate", state(9, "l", 80).as_bytes());
    case.write("two/errored.tfstate", state(7, "l", 22).as_bytes());
    let run = case.run(&["explain", "internet", "db", "22", "two"]).exits(2);
    assert!(
        run.stderr.contains(
            "`two/errored.tfstate` is an older snapshot (serial 7) of the state in `two/terraform.tfstate` \
             (serial 9); it is left out"
        ),
        "{}",
        run.stderr
    );
    case.run(&["explain", "internet", "db", "80", "two/errored.tfstate", "two/terraform.tfstate"]).exits(0);
    case.write("two/errored.tfstate", state(7, "other", 22).as_bytes());
    case.run(&["explain", "internet", "db", "22", "two"]).exits(0);
}

#[test]
fn documents_may_follow_one_another() {
    let case = Case::scratch();
    let group = |id: &str| format!(r#"{{"SecurityGroups":[{{"GroupId":"{id}","GroupName":"{id}"}}]}}"#);
    case.write("both.json", format!("{}\n{}\n", group("sg-1"), group("sg-2")).as_bytes());
    let answer = case.run(&["graph", "-f", "json", "both.json"]).exits(0).json();
    assert_eq!(answer["stats"]["groups"], 2);
    case.write("bad.json", format!("{}\n[1]\n", group("sg-1")).as_bytes());
    case.run(&["graph", "bad.json"]).fails(
        "`bad.json` holds several documents; number 2 is JSON, but no Terraform state, plan or EC2 `describe-*` \
         output that sglens knows",
    );
}

#[test]
fn what_holds_no_estate_is_not_an_empty_one() {
    refuses(
        "stack.json",
        br#"{"version":3,"deployment":{"resources":[]}}"#,
        "is a stack of Pulumi, which sglens does not read; run `aws ec2 describe-security-groups` and \
         `aws ec2 describe-network-interfaces`, and give sglens their output, or use `--aws`",
    );
    refuses(
        "backend.tfstate",
        br#"{"version":3,"backend":{"type":"s3"}}"#,
        "only notes which backend holds the state; run `terraform state pull > state.tfstate` there and give \
         sglens that file",
    );
    refuses(
        "bare.tfstate",
        br#"{"version":3,"serial":1}"#,
        "is a Terraform state of version 3 or older without the modules that hold its resources; run \
         `terraform state pull > state.tfstate` and give sglens that file",
    );
}

#[test]
fn two_hundred_megabytes_of_junk() {
    let case = Case::scratch();
    File::create(case.path("junk.bin")).unwrap().set_len(200 << 20).unwrap();
    case.run(&["graph", "junk.bin"]).fails(&format!("`junk.bin` {NOT_JSON}"));
}

#[test]
fn a_large_attribute_is_no_hindrance() {
    let case = Case::scratch();
    let small = state_text("logstash");
    let machine = small.find("\"type\": \"aws_instance\"").unwrap();
    let opening = "\"attributes\": {";
    let at = machine + small[machine..].find(opening).unwrap() + opening.len();
    let padding = "x".repeat(64 << 20);
    let large = [&small[..at], "\"user_data\": \"", padding.as_str(), "\",", &small[at..]].concat();
    case.write("large/terraform.tfstate", large.as_bytes());
    case.write("small/terraform.tfstate", small.as_bytes());
    let ask = |folder: &str| {
        let path = format!("{folder}/terraform.tfstate");
        let run = case.run(&["focus", "application-1", &path, "-f", "json"]).exits(0);
        run.stdout.replace(&path, "PATH")
    };
    assert_eq!(ask("large"), ask("small"));
}

#[test]
fn a_folder_without_states() {
    let case = Case::scratch();
    case.write("none/sub/notes.txt", b"no states here");
    case.write("none/.terraform/terraform.tfstate", b"{}");
    case.run(&["graph", "none"]).fails(
        "`none` holds no Terraform state or plan and no EC2 output (looked at 0 .tfstate and .json files)",
    );
    case.write("one/package.json", br#"{"name": "web"}"#);
    case.run(&["graph", "one"]).fails(
        "`one` holds no Terraform state or plan and no EC2 output (looked at 1 .tfstate and .json file)",
    );
}

#[test]
fn a_folder_with_states_and_other_files() {
    let case = Case::scratch();
    case.write("estate/app/terraform.tfstate", state_text("logstash").as_bytes());
    case.write("estate/package.json", br#"{"name": "web"}"#);
    case.write("estate/empty.tfstate", b"");
    let answer = case.run(&["graph", "estate", "-f", "json"]).exits(0).json();
    assert_eq!(answer["stats"]["files"], 1);
    assert_eq!(answer["stats"]["groups"], 3);
    let skipped = answer["stats"]["skipped"].as_object().unwrap();
    assert_eq!(skipped.values().filter_map(serde_json::Value::as_u64).sum::<u64>(), 2, "both are counted");
}

#[test]
fn a_file_that_is_spelled_twice_is_read_once() {
    let case = Case::scratch();
    case.write("estate/net.tfstate", state_text("logstash").as_bytes());
    let mut inputs =
        vec!["estate/net.tfstate", "./estate/net.tfstate", "estate/../estate/net.tfstate", "estate"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(case.path("estate/net.tfstate"), case.path("link.tfstate")).unwrap();
        inputs.push("link.tfstate");
    }
    let command = [&["graph"][..], &inputs[..], &["-f", "json"]].concat();
    let answer = case.run(&command).exits(0).json();
    assert_eq!(answer["stats"]["files"], 1);
    assert_eq!(answer["stats"]["groups"], 3);
}

#[test]
fn a_file_of_another_kind_is_skipped_in_a_folder_and_refused_by_name() {
    let case = Case::scratch();
    case.write("estate/net.tfstate", state_text("logstash").as_bytes());
    case.write("estate/package.json", br#"{"name": "web"}"#);
    case.run(&["graph", "estate", "estate/package.json"])
        .fails(&format!("`estate/package.json` {OTHER_JSON}"));
}

#[test]
fn no_such_file() {
    let case = Case::scratch();
    case.run(&["graph", "missing.tfstate"]).fails("`missing.tfstate` cannot be read: no such file or folder");
    case.run(&["graph", "infra-*.tfstate"]).fails("`infra-*.tfstate` fits no file");
}

#[test]
fn one_bad_file_among_good_ones() {
    let case = Case::scratch();
    case.write("a.tfstate", state_text("logstash").as_bytes());
    case.write("b.tfstate", b"");
    case.run(&["graph", "a.tfstate", "b.tfstate"]).fails(&format!("`b.tfstate` {EMPTY}"));
}

#[test]
fn a_binary_plan() {
    let message = "is a binary plan; run `terraform show -json PLAN > plan.json` and give sglens that file";
    refuses("plan.tfplan", b"PK\x03\x04\x14\x00\x08\x00", message);
}

#[test]
fn the_log_of_a_plan() {
    let log = b"{\"@level\":\"info\",\"@message\":\"Terraform 1.11.4\",\"type\":\"version\"}\n\
                {\"@level\":\"info\",\"@message\":\"Plan: 1 to add\",\"type\":\"change_summary\"}\n";
    let message = "is the log of `terraform plan -json`, not a plan; run `terraform plan -out=PLAN`, then \
                   `terraform show -json PLAN > plan.json`, and give sglens that file";
    refuses("plan.json", log, message);
}

#[test]
fn every_encoding_gives_the_same_answer() {
    let text = state_text("logstash");
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let answer = |content: &[u8]| {
        let case = Case::scratch();
        case.write("terraform.tfstate", content);
        let run = case.run(&["focus", "application-1", "terraform.tfstate", "-f", "json"]).exits(0);
        (run.stdout, run.stderr)
    };
    let plain = answer(text.as_bytes());
    assert!(plain.0.contains("logstash"));
    assert_eq!(answer(&[b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat()), plain, "UTF-8 with a mark");
    assert_eq!(answer(&[b"\xFF\xFE".as_slice(), little.as_slice()].concat()), plain, "UTF-16LE with a mark");
    assert_eq!(answer(&[b"\xFE\xFF".as_slice(), big.as_slice()].concat()), plain, "UTF-16BE with a mark");
    assert_eq!(answer(&little), plain, "UTF-16LE");
    assert_eq!(answer(&big), plain, "UTF-16BE");
}

#[test]
fn no_text_at_all() {
    refuses("half.tfstate", b"\xFF\xFE{", "is not text in UTF-8 or UTF-16");
    refuses("noise.tfstate", b"\x80\x81\x82", "is not text in UTF-8 or UTF-16");
}

#[test]
fn an_encrypted_state() {
    let state = br#"{"serial": 1, "lineage": "5a9f", "meta": {"key_provider.pbkdf2.main": "e30="},
                     "encrypted_data": "AAAA", "encryption_version": "v0"}"#;
    let message = "is encrypted by OpenTofu; run `tofu state pull` and give sglens its output";
    refuses("terraform.tfstate", state, message);
}

#[test]
fn an_answer_of_terraform_cloud() {
    let answer = br#"{"data": {"id": "sv-1", "type": "state-versions", "attributes": {"serial": 1}}}"#;
    let message = "is an answer of the Terraform Cloud API, not a state; fetch the state itself from its \
                   `hosted-state-download-url`, or run `terraform state pull`";
    refuses("state.json", answer, message);
}

#[test]
fn configuration_instead_of_state() {
    let message =
        "is Terraform configuration, not state; run `terraform state pull` there and give sglens its output";
    refuses("main.tf", b"# The network\n\nresource \"aws_vpc\" \"main\" {\n}\n", message);
    refuses("main.tf", Case::repository().read("examples/logstash/main.tf").as_bytes(), message);
}

#[test]
fn a_web_page() {
    let message = "is an HTML page, probably a login or error page; fetch the file again";
    refuses("state.json", b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", message);
}

#[test]
fn a_compressed_file() {
    refuses("state.gz", b"\x1F\x8B\x08\x00\x00\x00", "is compressed; unpack it first");
}

#[test]
fn a_version_of_tomorrow() {
    let message = "is a Terraform state of version 5; sglens knows versions 1 to 4";
    refuses("terraform.tfstate", br#"{"version": 5, "serial": 1, "resources": []}"#, message);
    let message =
        "cannot be read to its end: its format_version is newer than 1.x, the newest that sglens knows";
    refuses("show.json", br#"{"format_version": "2.0", "values": {}}"#, message);
    refuses("plan.json", br#"{"format_version": "2.0", "planned_values": {}}"#, message);
}

#[test]
fn no_input_at_all() {
    let case = Case::scratch();
    case.pipe(b"", &["focus", "web-1", "-"]).fails(&format!("`standard input` {EMPTY}"));
    // Nothing says that it comes from `terraform state pull`.
    let start = "no input: standard input is empty, and there is no terraform.tfstate in this folder; name ";
    for args in [&["graph"][..], &["focus", "web-1"], &["explain", "web-1", "db"]] {
        case.pipe(b"", args).fails_saying(&[start]);
        case.run(args).fails_saying(&[start]);
    }
}

#[test]
fn a_pipe_needs_no_name() {
    let case = Case::scratch();
    let text = state_text("logstash");
    let named = case.pipe(text.as_bytes(), &["focus", "application-1", "-v", "-"]).exits(0);
    let unnamed = case.pipe(text.as_bytes(), &["focus", "application-1", "-v"]).exits(0);
    assert_eq!((&named.stdout, &named.stderr), (&unnamed.stdout, &unnamed.stderr));
    assert!(named.stdout.contains("\n      aws_security_group.logstash \"Logs"), "{}", named.stdout);
}

#[test]
fn a_format_is_no_file() {
    let case = Case::scratch();
    case.write("a.tfstate", state_text("logstash").as_bytes());
    case.run(&["graph", "a.tfstate", "-o", "svg"]).fails("`-o` takes a file; did you mean `-f svg`?");
    for file in ["net.xyz", "net"] {
        let run = case.run(&["graph", "a.tfstate", "-o", file]);
        run.fails_saying(&[
            &format!("error: `{file}` does not end in "),
            ".dot, .mmd, .svg",
            ".json",
            "; name the format with `-f`",
        ]);
    }
    assert!(!case.path("svg").exists() && !case.path("net.xyz").exists() && !case.path("net").exists());
}

/// 2 would mean "done, with findings".
#[test]
fn wrong_usage_exits_with_1() {
    let case = Case::scratch();
    let usages: [&[&str]; 8] = [
        &[],
        &["grahp"],
        &["graph", "--nope"],
        &["graph", "-f", "docx"],
        &["graph", "--check"],
        &["focus"],
        &["focus", "web-1", "--depth", "0"],
        &["graph", "--port", "70000"],
    ];
    for usage in usages {
        let run = case.run(usage).exits(1);
        assert_eq!(run.stdout, "", "`{}`", run.command);
        assert!(run.stderr.contains("Usage:") || run.stderr.contains("--help"), "{}", run.stderr);
    }
    let run = case.run(&["graph", "--nope"]).exits(1);
    assert!(run.stderr.starts_with("error: unexpected argument '--nope' found\n"), "{}", run.stderr);
}

#[test]
fn help_and_version_exit_with_0() {
    let case = Case::scratch();
    for verb in ["focus", "explain", "members", "graph", "completions", "man"] {
        let help = case.run(&[verb, "--help"]).exits(0);
        assert!(help.stdout.contains(&format!("Usage: sglens {verb} ")), "{}", help.stdout);
        assert_eq!(help.stderr, "");
        assert!(case.run(&["--help"]).exits(0).stdout.contains(&format!("  {verb} ")));
    }
    case.run(&["help"]).exits(0);
    let aws = if cfg!(feature = "aws") { "aws" } else { "no aws" };
    let png = if cfg!(feature = "png") { "png" } else { "no png" };
    let version = format!("sglens {} ({aws}, {png})\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(case.run(&["--version"]).exits(0).stdout, version);
}

#[test]
fn an_ambiguous_target_lists_the_candidates() {
    let case = Case::repository();
    let state = "examples/component-groups/terraform.tfstate";
    case.run(&["focus", "edge", state]).fails(
        "`edge` is ambiguous: 2 matches; write one of\n  \
         group:edge  group edge  sg-06e999973a61e7e53  examples/component-groups/terraform.tfstate \
         aws_security_group.component[\"edge\"]\n  \
         lb:edge  load balancer edge  app/edge/aaf227f43f2e68e5  examples/component-groups/terraform.tfstate aws_lb.edge",
    );
    case.run(&["members", "edge", state]).exits(0);
    // Also where the name is the id of one of them.
    case.run(&["explain", "reporter", "db", state]).fails(
        "`reporter` is ambiguous: 2 matches; write one of\n  \
         function:reporter  function reporter  aws_lambda_function:reporter  \
         examples/component-groups/terraform.tfstate aws_lambda_function.reporter\n  \
         group:reporter  group reporter  sg-01dd7bdbc02dcefc8  examples/component-groups/terraform.tfstate \
         aws_security_group.component[\"reporter\"]",
    );
    // Whatever it says to write means one thing.
    let meant = [
        ("group:edge", "edge  security group  sg-06e999973a61e7e53\n"),
        ("lb:edge", "edge  load balancer  app/edge/aaf227f43f2e68e5\n"),
        ("function:reporter", "reporter  function\n"),
        ("group:reporter", "reporter  security group  sg-01dd7bdbc02dcefc8\n"),
    ];
    for (written, start) in meant {
        let run = case.run(&["focus", written, state]).exits(0);
        assert!(run.stdout.starts_with(start), "{written}: {}", run.stdout);
    }
}

#[test]
fn an_unknown_target_suggests_near_names() {
    let case = Case::repository();
    let state = "examples/logstash/terraform.tfstate";
    case.run(&["focus", "aplication-1", state]).fails(
        "no resource or security group matches `aplication-1` (3 groups, 6 resources)\n\
         did you mean\n  application-1\n  application-2\n  application",
    );
    case.run(&["members", "logstahs", state]).fails(
        "no resource or security group matches `logstahs` (3 groups, 6 resources)\n\
         did you mean\n  logstash",
    );
    case.run(&["explain", "application-1", "zzz", "443", state])
        .fails("no resource or security group matches `zzz` (3 groups, 6 resources)");
}
