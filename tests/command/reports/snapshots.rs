//! Whole reports, word for word. A difference here is to be read: is the new sentence better?
//!
//! Each estate in `estates/` is asked the questions below, and each answer stands in
//! `expected/ESTATE/QUESTION.txt` (or `.json`): the command, its exit code, and what it printed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{Run, folder, run};

/// An estate and what is asked about it. Words are separated by blanks; the estate's file comes last.
struct Asked {
    estate: &'static str,
    /// Reports for people.
    text: &'static [&'static str],
    /// The same in JSON: one question a verb is enough to hold the fields.
    json: &'static [&'static str],
}

/// What every estate is asked.
const EVERY: [&str; 2] = ["graph", "graph --level endpoint"];

/// The same for people, and as tables.
const EVERY_TEXT: [&str; 6] = [
    "list",
    "list groups",
    "list rules -f csv",
    "graph -f text",
    "graph -f markdown --level resource",
    "graph -f markdown --table groups",
];

static ASKED: [Asked; 13] = [
    // Everything is known; allowed, blocked by egress and no ingress stand side by side.
    Asked {
        estate: "known",
        text: &[
            "focus app-1",
            "focus app-1 -d in",
            "focus app-1 -d both --depth 2",
            "focus edge -d both",
            "focus front -d both",
            "focus group:db -d in",
            "focus db-1 -d in --depth 2",
            "explain app-1 db-1",
            "explain app-1 db-1 5432",
            "explain app-1 db-1 6379",
            "explain app-1 db-1 9200-9201",
            "explain app db 5432",
            "explain watch-1 db-1 22",
            "explain watch-1 db-1 5432",
            "explain internet app-1 8080",
            "explain app-1 203.0.113.9 443",
            "explain edge db --via",
            "explain db-1 edge --via",
            "members app",
            "members group:edge",
        ],
        json: &["focus app-1 -d both", "explain app-1 db-1", "explain edge db --via", "members app"],
    },
    // IPv4 is allowed and IPv6 is not, or nobody knows whether there is any.
    Asked {
        estate: "dual-stack",
        text: &[
            "focus client-1",
            "focus client-1 --depth 2",
            "focus server-1 -d in",
            "focus six-1 -d in",
            "focus perhaps-1 -d both",
            "explain client-1 server-1",
            "explain client-1 server-1 443",
            "explain client-1 server-1 icmp",
            "explain client-1 server-1 icmpv6",
            "explain both-1 server-1 443",
            "explain client-1 six-1 8443",
            "explain both-1 six-1 8443",
            "explain both-1 perhaps-1 8443",
            "explain both perhaps-1 icmpv6",
            "explain internet six-1 icmpv6",
            "explain 2001:db8:0:1ff::9 six-1 8443",
            "members server",
        ],
        json: &["focus client-1", "explain client-1 server-1", "explain both six --via", "members six"],
    },
    // A prefix list whose entries are known, and one whose are not.
    Asked {
        estate: "prefix-lists",
        text: &[
            "focus web-1",
            "focus web-1 -d in",
            "focus web-1 -d both --depth 2",
            "focus other-1 -d both",
            "explain vpn-1 web-1 443",
            "explain vpn-1 web-1 8443",
            "explain other-1 web-1",
            "explain other-1 web-1 443",
            "explain web-1 other-1 9000",
            "explain internet web-1 443",
            "explain 203.0.113.7 web-1 443",
            "explain 192.0.2.7 web-1 443",
            "explain web-1 198.51.100.9 443",
            "explain vpn web --via",
            "members web",
        ],
        json: &["focus web-1 -d both", "explain web-1 other-1", "explain vpn web --via", "members web"],
    },
    // Rules that are not known: of a data source, of a group that is only referred to.
    Asked {
        estate: "partial",
        text: &[
            "focus app-1",
            "focus app-1 -d both --depth 2",
            "focus db-1",
            "focus db-1 -d in",
            "focus legacy-1 -d both",
            "focus lost-1 -d both",
            "focus cache-1 -d both",
            "focus sg-elsewhere -d both",
            "explain app-1 db-1 443",
            "explain app-1 db-1 5432",
            "explain app-1 legacy-1",
            "explain legacy-1 cache-1 6379",
            "explain legacy-1 cache-1 22",
            "explain lost-1 app-1 22",
            "explain internet db-1 443",
            "explain app db --via",
            "members legacy",
            "members sg-elsewhere",
            "members sg-gone",
        ],
        json: &["focus app-1", "explain app-1 db-1 443", "explain app db --via", "members sg-elsewhere"],
    },
    // Groups that come from a launch template, which is in the input, or not.
    Asked {
        estate: "templates",
        text: &[
            "focus nodes-blue -d both",
            "focus nodes-green",
            "focus nodes-green -d in",
            "focus nodes-green -d both --depth 2",
            "focus plane-1 -d both",
            "focus node -d both",
            "explain nodes-blue plane-1 443",
            "explain nodes-green plane-1 443",
            "explain nodes-green plane-1 22",
            "explain plane-1 nodes-green 10250",
            "explain nodes-blue nodes-blue 80",
            "explain internet nodes-green 22",
            "explain plane node --via",
            "members node",
        ],
        json: &["focus nodes-green -d both", "explain nodes-green plane-1", "members node"],
    },
    // Addresses that are known, known to be in a subnet, or not known at all.
    Asked {
        estate: "addresses",
        text: &[
            "focus client-1",
            "focus client-1 --depth 2",
            "focus orders -d in",
            "focus half-1 -d both",
            "focus nowhere-1 -d both",
            "focus narrow-1 -d in",
            "explain client-1 inside-1 5432",
            "explain client-1 out-1 5432",
            "explain client-1 half-1 5433",
            "explain client-1 orders 5432",
            "explain client-1 nowhere-1 5432",
            "explain client db 5432",
            "explain half-1 narrow-1 8443",
            "explain exact-1 narrow-1 9443",
            "explain half-1 narrow-1 9443",
            "explain out-1 narrow-1 443",
            "explain 198.51.100.7 nowhere-1 22",
            "explain 10.0.0.0/8 orders 5432",
            "explain 10.0.1.0/28 narrow-1 443",
            "explain 192.0.2.1 narrow-1 443",
            "members db",
        ],
        json: &["focus client-1", "explain client db 5432", "explain client db --via", "members db"],
    },
    // Peerings: active, of no known status, not active, none; and one address in two VPCs.
    Asked {
        estate: "peerings",
        text: &[
            "focus hub-1",
            "focus hub-1 -d in",
            "focus hub-1 -d both --depth 2",
            "focus active-1 -d both",
            "focus silent-1 -d in",
            "focus pending-1 -d in",
            "focus stranger-1 -d in",
            "explain hub-1 active-1 443",
            "explain hub-1 active-1 8443",
            "explain hub-1 silent-1 443",
            "explain hub-1 pending-1 443",
            "explain hub-1 stranger-1 443",
            "explain hub-1 stranger-1 8443",
            "explain hub-1 stranger-1 9443",
            "explain 10.0.0.10 active-1 8443",
            "explain hub active --via",
            "members hub",
        ],
        json: &["focus hub-1 -d both", "explain hub-1 stranger-1", "explain hub active --via", "members hub"],
    },
    // Four of the twelve instances of one group are let in by another group of theirs.
    Asked {
        estate: "beside",
        text: &[
            "focus web-1",
            "focus web-1 --depth 2",
            "focus web",
            "focus db -d in",
            "focus db-01 -d in",
            "focus db-07 -d in",
            "explain web db",
            "explain web db 443",
            "explain web db 80",
            "explain web db 22",
            "explain web db 5432",
            "explain web-1 db 443",
            "explain web-1 db-01 443",
            "explain web-1 db-07 443",
            "explain jobs db 5432",
            "explain batch db 5432",
            "explain web db --via",
            "explain web-1 db-07 --via",
            "members db",
            "members batch",
        ],
        json: &["focus web", "explain web db 443", "explain web db --via", "members db"],
    },
    // Groups that admit themselves, attached once, twice, to a fleet, to nothing.
    Asked {
        estate: "selves",
        text: &[
            "focus once -d both",
            "focus one -d both",
            "focus twice -d both --depth 2",
            "focus two-1 -d both",
            "focus fleet -d both",
            "focus fleet-asg -d both",
            "focus nobody -d both",
            "explain once once tcp/5432",
            "explain one once tcp/5432",
            "explain once one tcp/5432",
            "explain twice twice 7000",
            "explain two-1 two-2 7000",
            "explain two-1 two-2 22",
            "explain fleet fleet 8300",
            "explain nobody nobody 11211",
            "explain once nobody 11211",
            "explain one one 22",
            "explain twice twice --via",
            "members once",
            "members nobody",
        ],
        json: &[
            "focus twice -d both",
            "explain once once tcp/5432",
            "explain two-1 twice --via",
            "members nobody",
        ],
    },
    // An address or an interface is one interface; public addresses.
    Asked {
        estate: "interfaces",
        text: &[
            "focus firewall -d both",
            "focus 10.0.2.10 -d both",
            "focus eni-0002 -d in",
            "focus eni-0001",
            "focus firewall -d both --depth 2",
            "explain 10.9.9.9 firewall 22",
            "explain 10.9.9.9 10.0.1.10 22",
            "explain 10.9.9.9 10.0.2.10 22",
            "explain 10.9.9.9 eni-0002 22",
            "explain 10.9.9.9 eni-0002 8443",
            "explain 198.51.100.7 198.51.100.8 443",
            "explain out-1 public-1 443",
            "explain 198.51.100.7 public-1 443",
            "explain out-1 eni-0001 22",
            "explain out mgmt --via",
            "members data",
        ],
        json: &[
            "focus eni-0002 -d in",
            "explain 10.9.9.9 10.0.2.10 22",
            "explain out mgmt --via",
            "members data",
        ],
    },
    // ICMP, protocols by number, all of them, and ports that cannot be read.
    Asked {
        estate: "protocols",
        text: &[
            "focus client-1",
            "focus pinger-1",
            "focus server-1 -d in",
            "focus odd-1 -d in",
            "focus echo-1 -d both --depth 2",
            "focus whole-1 -d in",
            "explain client-1 server-1",
            "explain client-1 server-1 icmp",
            "explain client-1 server-1 50",
            "explain client-1 server-1 esp",
            "explain client-1 server-1 udp/53",
            "explain pinger-1 server-1",
            "explain pinger-1 server-1 icmp",
            "explain client-1 echo-1 icmp",
            "explain client-1 whole-1",
            "explain client-1 whole-1 icmpv6",
            "explain client-1 odd-1 80",
            "explain client-1 odd-1 22",
            "explain internet odd-1 80",
            "explain client server --via",
            "members server",
        ],
        json: &["focus pinger-1", "explain client-1 whole-1", "explain client server --via", "members odd"],
    },
    // One name for several things.
    Asked {
        estate: "names",
        text: &[
            "focus shop",
            "focus group:shop -d both",
            "focus sg-shop -d both --depth 2",
            "focus twin -d in",
            "focus sg-twin2 -d in",
            "explain internet shop 443",
            "explain internet sg-shop 443",
            "explain internet shop 443 --via",
            "explain sg-shop shop 8080",
            "explain twin-1 twin-2 22",
            "members shop",
            "members twin",
            "members nothing",
        ],
        json: &[
            "focus sg-shop -d both",
            "explain sg-shop sg-nodes 8080",
            "explain sg-shop sg-nodes --via",
            "members shop",
        ],
    },
    // What counts as the internet.
    Asked {
        estate: "internet",
        text: &[
            "focus all-1 -d both",
            "focus six-1 -d in",
            "focus halves-1 -d in",
            "focus office-1 -d both",
            "focus private-1 -d both --depth 2",
            "focus internet",
            "explain internet all-1 443",
            "explain internet six-1 443",
            "explain internet halves-1 443",
            "explain internet office-1 22",
            "explain internet private-1 443",
            "explain 0.0.0.0/0 office-1 22",
            "explain ::/0 six-1 443",
            "explain 203.0.113.0/24 office-1 22",
            "explain 203.0.113.0/25 office-1 22",
            "explain 203.0.112.0/23 office-1 22",
            "explain 8.8.8.8 private-1 443",
            "explain office-1 internet 443",
            "explain private-1 internet 443",
            "explain all-1 internet 443",
            "explain internet internet",
            "members six",
        ],
        json: &[
            "focus halves-1 -d in",
            "explain internet six-1 443",
            "explain 0.0.0.0/0 office-1 22",
            "members all",
        ],
    },
];

#[test]
fn the_reports_are_what_they_were() {
    let is_update = std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1");
    let mut problems = Vec::new();
    let mut wanted = BTreeMap::new();
    for asked in &ASKED {
        for (line, is_json) in questions(asked) {
            let (name, answer) = ask(asked.estate, line, is_json);
            assert!(wanted.insert(name.clone(), answer).is_none(), "two questions are called {name}");
        }
    }
    let expected = folder("expected");
    for (name, answer) in &wanted {
        let path = expected.join(name);
        match fs::read_to_string(&path) {
            Ok(known) if known == *answer => {}
            _ if is_update => {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, answer).unwrap();
            }
            Ok(known) => problems.push(format!("{name} differs: {}", first_difference(&known, answer))),
            Err(error) => problems.push(format!("{name} is missing: {error}")),
        }
    }
    for path in files(&expected) {
        let name = path.strip_prefix(&expected).unwrap().to_string_lossy().replace('\\', "/");
        if wanted.contains_key(&name) {
            continue;
        }
        if is_update {
            fs::remove_file(&path).unwrap();
        } else {
            problems.push(format!("{name} is asked by no question"));
        }
    }
    let list = problems.join("\n");
    assert!(
        problems.is_empty(),
        "{list}\nwrite them with `UPDATE_GOLDEN=1 cargo test --test command snapshots`, and read `git diff`"
    );
}

#[test]
fn every_estate_is_asked_about() {
    let asked: BTreeSet<String> = ASKED.iter().map(|asked| asked.estate.to_owned()).collect();
    let mut there: BTreeSet<String> = files(&folder("estates"))
        .iter()
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    there.remove("flags"); // `flags.rs` asks about it.
    assert_eq!(there, asked);
}

/// All questions about an estate, and whether in JSON. `graph` has no report for people.
fn questions(asked: &Asked) -> Vec<(&'static str, bool)> {
    let text = asked.text.iter().chain(&EVERY_TEXT).map(|line| (*line, false));
    text.chain(asked.json.iter().chain(&EVERY).map(|line| (*line, true))).collect()
}

/// Asks a question; returns the name of the file that holds the answer, and what it must hold.
fn ask(estate: &str, line: &str, is_json: bool) -> (String, String) {
    let input = format!("{estate}.tfstate");
    let mut words: Vec<&str> = line.split(' ').collect();
    words.push(&input);
    // In JSON the warnings and the account stand in the document.
    words.extend(is_json.then_some(["-q", "-f", "json"]).into_iter().flatten());
    let run = run(&folder("estates"), &words);
    let printed_json = is_json && run.code != Some(1);
    assert!(!printed_json || run.json().is_object(), "{}", run.shown());
    let machine = env!("CARGO_MANIFEST_DIR");
    assert!(!run.stdout.contains(machine) && !run.stderr.contains(machine), "{}", run.shown());
    let extension = if is_json { "json" } else { "txt" };
    (format!("{estate}/{}.{extension}", file_name(line)), answer(&run))
}

/// `explain a b tcp/22` → `explain-a-b-tcp-22`
fn file_name(line: &str) -> String {
    let words = line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// All of a run that a reader sees.
fn answer(run: &Run) -> String {
    let Run { command, code, stdout, stderr, .. } = run;
    let code = code.map_or_else(|| "none".to_owned(), |code| code.to_string());
    let mut text = format!("$ {command}\nexit code {code}\n");
    for (name, said) in [("stdout", stdout), ("stderr", stderr)] {
        if !said.is_empty() {
            text.push_str(&format!("--- {name}\n{said}"));
        }
    }
    text
}

/// The first line that differs, as it was and as it is.
fn first_difference(known: &str, now: &str) -> String {
    let (mut known, mut now) = (known.lines(), now.lines());
    for number in 1.. {
        match (known.next(), now.next()) {
            (None, None) => break,
            (one, other) if one == other => {}
            (one, other) => {
                let (one, other) = (one.unwrap_or("(the end)"), other.unwrap_or("(the end)"));
                return format!("line {number}\n  was {one}\n  is  {other}");
            }
        }
    }
    "line ends".to_owned()
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}
