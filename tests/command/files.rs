//! Files are written whole or not at all, never over an input, and only files are read.
#![cfg(unix)]

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::given::{group, open, state};
use crate::testkit::command::SGLENS;
use crate::{Case, Run, state_text};

fn case() -> Case {
    let case = Case::scratch();
    case.write("net.tfstate", state_text("logstash").as_bytes());
    case
}

#[track_caller]
fn refused(run: &Run, reason: &str) {
    assert_eq!(run.code, Some(1), "`{}`: {}", run.command, run.stderr);
    assert!(run.stderr.contains(reason), "{reason}\n{}", run.stderr);
}

#[test]
fn an_input_is_never_written_to() {
    let case = case();
    let state = case.read("net.tfstate");
    case.write("all/net.tfstate", state.as_bytes());
    case.write("all/broken.tfstate", b"{\"version\": 4, \"resources\": [");
    symlink(case.path("net.tfstate"), case.path("link.svg")).unwrap();
    symlink(case.path("all"), case.path("linked")).unwrap();
    fs::hard_link(case.path("net.tfstate"), case.path("hard.svg")).unwrap();
    fs::hard_link(case.path("all/net.tfstate"), case.path("inside.svg")).unwrap();
    let absolute = case.path("net.tfstate").display().to_string();
    for (inputs, output) in [
        ("net.tfstate", "net.tfstate"),
        ("net.tfstate", "./net.tfstate"),
        ("net.tfstate", absolute.as_str()),
        ("./net.tfstate", "all/../net.tfstate"),
        ("net.tfstate", "link.svg"),
        ("link.svg", "net.tfstate"),
        ("net.tfstate", "hard.svg"),
        ("hard.svg", "net.tfstate"),
        ("net.tfstate", "/proc/self/cwd/net.tfstate"),
        ("all net.tfstate", "net.tfstate"),
        ("all", "all/net.tfstate"),
        ("all", "inside.svg"),
        ("linked", "all/net.tfstate"),
        ("all", "all/broken.tfstate"),
        ("- < net.tfstate", "net.tfstate"),
        ("/dev/stdin < net.tfstate", "hard.svg"),
    ] {
        refused(&case.sh(&format!("sglens graph {inputs} -f svg -o {output}")), "would overwrite an input");
        assert_eq!(case.read("net.tfstate"), state, "{inputs} → {output}");
        assert_eq!(case.read("all/net.tfstate"), state, "{inputs} → {output}");
    }
    // What a folder holds beside its states is no input.
    case.sh("sglens graph all -f json -o all/map.json && sglens graph all -f json -o all/map.json").exits(0);
}

#[test]
fn a_file_keeps_its_mode_and_a_link_is_followed() {
    let case = case();
    case.write("pictures/net.svg", b"old");
    fs::set_permissions(case.path("pictures/net.svg"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("pictures/net.svg", case.path("net.svg")).unwrap();
    symlink("pictures/new.svg", case.path("new.svg")).unwrap();
    case.sh("umask 022; sglens graph net.tfstate -o net.svg && sglens graph net.tfstate -o new.svg").exits(0);
    assert!(case.read("pictures/net.svg").ends_with("</svg>\n"));
    assert!(case.path("net.svg").is_symlink() && case.path("new.svg").is_symlink());
    let mode = |name: &str| case.path(name).metadata().unwrap().mode() & 0o777;
    assert_eq!((mode("pictures/net.svg"), mode("pictures/new.svg")), (0o640, 0o644));
    let names = fs::read_dir(case.path("pictures")).unwrap().count();
    assert_eq!(names, 2, "nothing is left beside them");
    refused(&case.run(&["graph", "net.tfstate", "-f", "svg", "-o", "pictures"]), "it is a folder");
}

#[test]
fn a_full_disk_leaves_the_old_file() {
    let case = case();
    case.write("net.svg", b"old");
    // The size of a file is limited as on a disk that is full; the signal would end the command.
    let run = case.sh("trap '' XFSZ; ulimit -f 4; sglens graph net.tfstate -o net.svg");
    refused(&run, "cannot write `net.svg`");
    assert_eq!(case.read("net.svg"), "old");
    let run = case.sh("trap '' XFSZ; ulimit -f 4; sglens graph net.tfstate -o new.svg");
    refused(&run, "cannot write `new.svg`");
    assert!(!case.path("new.svg").exists(), "half of a picture is none");
    let names = fs::read_dir(case.path("")).unwrap().count();
    assert_eq!(names, 2, "nothing is left beside them");
}

#[test]
fn a_reader_beside_four_writers_sees_whole_files() {
    let case = case();
    let states = ["one", "two"].map(|name| {
        let machines: Vec<_> = (0..40).map(|port| open(port, "10.0.0.0/8")).collect();
        let text = state(&[group("sg-1", name, "vpc-1", &machines)]);
        case.write(&format!("{name}.tfstate"), text.as_bytes());
        format!("{name}.tfstate")
    });
    let whole = states.each_ref().map(|state| {
        case.run(&["graph", state, "-o", "net.json"]).exits(0);
        case.read("net.json")
    });
    let is_over = AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = 0;
            while !is_over.load(Ordering::Relaxed) {
                let text = case.read("net.json");
                assert!(whole.contains(&text), "a torn file of {} bytes", text.len());
                seen += 1;
            }
            seen
        });
        let writers: Vec<_> = (0..4)
            .map(|number| {
                let (case, states) = (&case, &states);
                scope.spawn(move || {
                    for turn in 0..10 {
                        case.run(&["graph", &states[(number + turn) % 2], "-o", "net.json"]).exits(0);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
        reader.join().unwrap()
    });
    assert!(seen > 10, "the reader had its turn: {seen}");
}

/// Runs a line of shell that must end soon.
fn soon(case: &Case, line: &str) -> bool {
    let mut child = Command::new("sh")
        .args(["-c", line])
        .current_dir(case.path(""))
        .env("PATH", format!("{}:/usr/bin:/bin", std::path::Path::new(SGLENS).parent().unwrap().display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + Duration::from_mins(1);
    while Instant::now() < end {
        if let Some(status) = child.try_wait().unwrap() {
            return status.success();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    panic!("`{line}` does not end");
}

#[test]
fn a_pipe_or_a_device_is_written_to_and_never_read() {
    let case = case();
    let graph = "sglens graph net.tfstate -f svg -o";
    assert!(soon(&case, &format!("{graph} /dev/stdout | grep -q '</svg>'")));
    assert!(soon(
        &case,
        &format!("mkfifo pipe; cat pipe > copy.svg & {graph} pipe; wait; grep -q '</svg>' copy.svg")
    ));
    assert!(soon(&case, &format!("{graph} /dev/null")));
    assert!(!soon(&case, &format!("{graph} /dev/full")), "nothing can be written there");
    assert!(!soon(&case, &format!("{graph} /dev/zero --check")), "there is nothing to compare with");
    // A file of another length is not read, however long it is.
    File::create(case.path("large.svg")).unwrap().set_len(3 << 30).unwrap();
    assert!(soon(&case, &format!("ulimit -v 2000000; {graph} large.svg")));
    assert!(case.read("large.svg").ends_with("</svg>\n"));
    assert!(!soon(&case, "sglens --help > /dev/full"), "lost help is no success");
}

#[test]
fn a_device_is_no_input_and_a_length_is_known_before_reading() {
    let case = Case::scratch();
    refused(&case.run(&["graph", "/dev/zero"]), "`/dev/zero` is a device, and no file");
    File::create(case.path("large.tfstate")).unwrap().set_len(5 << 30).unwrap();
    let run = case.sh("ulimit -v 2000000; sglens graph large.tfstate");
    refused(&run, "`large.tfstate` is larger than 4 GiB");
    File::create(case.path("long.tfstate")).unwrap().set_len(3 << 30).unwrap();
    let run = case.sh("ulimit -v 2000000; sglens graph long.tfstate");
    refused(&run, "`long.tfstate` cannot be read: out of memory");
    // What the shell makes of a substitution is a pipe, and ends.
    case.write("net.tfstate", state_text("logstash").as_bytes());
    case.sh("mkfifo pipe; cat net.tfstate > pipe & sglens graph pipe").exits(0);
}
