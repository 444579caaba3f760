//! The evaluator against a naive oracle, and all verbs against each other: random estates, random
//! questions, no disagreement.
//!
//! `SGLENS_ORACLE_ESTATES=20000 cargo test --release --test library oracle` runs longer than CI does.

mod agree;
mod evidence;
mod forms;
mod mask;
mod naive;
mod outside;
mod sound;
mod world;
mod written;

use sglens::connectivity::{Findings, Verdict};
use sglens::traffic::Protocol;

use naive::Packet;

/// How many estates a test asks.
fn estates(usual: u64) -> u64 {
    std::env::var("SGLENS_ORACLE_ESTATES").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// What findings say of a packet: one verdict at most, since they are disjoint.
#[track_caller]
fn told(findings: &Findings, packet: Packet) -> Option<Verdict> {
    let protocol = Protocol(packet.protocol);
    let about = findings.iter().filter(|finding| {
        finding.family == packet.family && finding.traffic.contains(protocol, packet.detail)
    });
    let verdicts: Vec<Verdict> = about.map(|finding| finding.verdict).collect();
    assert!(verdicts.len() < 2, "{packet:?} has several verdicts in {findings:?}");
    verdicts.first().copied()
}
