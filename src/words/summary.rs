//! The line that ends stderr: what was read, what was skipped and why, what was answered; and where an
//! answer ends.

use crate::inventory::{Direction, Tally};
use crate::query::Stopped;

/// Returns where `focus` ends, and what to do.
pub fn stopped(stopped: &Stopped) -> String {
    let whose = match stopped.direction {
        Direction::Egress => "connects to",
        Direction::Ingress => "inbound from",
    };
    format!(
        "{whose}, step {}: stopped here, because there are more connections than anyone reads; ask about one of \
         the resources above",
        stopped.depth
    )
}

/// Returns the line: `read 2 inputs: 12 groups, 40 rules, 30 endpoints; skipped 172 resources of other types; 18 connections`
pub fn summary_line(tally: &Tally, edges: usize) -> String {
    let why = match (edges, tally.groups, tally.rules) {
        (0, 0, _) => " because no group is defined in the input",
        (0, _, 0) => " because the groups have no rules",
        _ => "",
    };
    format!("{}; {}{why}", read_line(tally), super::count(edges, "connection"))
}

/// Returns its first part: what was read, and what was skipped.
pub fn read_line(tally: &Tally) -> String {
    let count = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let elsewhere = match tally.groups_elsewhere {
        0 => String::new(),
        n => format!(" (and {n} only referred to)"),
    };
    let skipped: Vec<String> =
        tally.skipped.iter().map(|(what, n)| format!("{n} {}", counted(what, *n))).collect();
    let skipped = if skipped.is_empty() { "nothing".into() } else { skipped.join(", ") };
    format!(
        "read {}: {}{elsewhere}, {} ({}), {}; skipped {skipped}",
        count(tally.files, "input"),
        count(tally.groups, "group"),
        count(tally.rules, "rule"),
        count(tally.references, "reference") + " to groups",
        count(tally.endpoints, "resource"),
    )
}

/// Returns `endpoints without groups`, or `endpoint without groups` for one.
fn counted(what: &str, n: usize) -> String {
    match what.split_once(' ') {
        Some((noun, rest)) if n == 1 => format!("{} {rest}", noun.strip_suffix('s').unwrap_or(noun)),
        _ => what.to_owned(),
    }
}
