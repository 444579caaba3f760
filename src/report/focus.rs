//! The report of `focus`: who it is, the answer in a sentence, one row a peer; further steps as a tree.

use super::evidence::Evidence;
use super::{Detail, Label, Report, links, missing, subject, summary, tree};
use crate::connectivity::{Connectivity, Verdict};
use crate::inventory::Direction;
use crate::query::{Focus, ToldLink, groups_of, tell_links};
use crate::words;

/// Returns the report of `focus`.
pub fn focus_report(net: &Connectivity, focus: &Focus, detail: &Detail) -> Report {
    let mut report = Report::default();
    let mut evidence = Evidence::new(net, detail);
    let groups = groups_of(net, &focus.targets);
    evidence.sole = groups.first().copied().filter(|_| groups.len() == 1);
    let told: Vec<Vec<ToldLink>> = focus.hops.iter().map(|hop| tell_links(&hop.links)).collect();
    let firsts = || focus.hops.iter().zip(&told).filter(|(hop, _)| hop.depth == 1);
    let has = |direction| firsts().any(|(hop, _)| hop.direction == direction);
    subject::targets(&mut report, net, &evidence, &focus.targets);
    if has(Direction::Egress) {
        subject::default_egress(&mut report, net, &focus.targets);
    }
    report.space();
    for (hop, told) in firsts() {
        report.row(0, [(Label::Strong, summary::sentence(hop.direction, told))]);
    }
    if let Some(text) = summary::from_internet(net, &focus.targets).filter(|_| !has(Direction::Ingress)) {
        report.row(0, [(Label::Strong, text)]);
    }
    for (hop, told) in firsts() {
        let is_allowed = |link: &ToldLink| link.finding.verdict == Verdict::Allowed;
        if hop.links.is_empty() || told.iter().any(is_allowed) {
            report.heading(if hop.direction == Direction::Egress { "connects to" } else { "inbound from" });
        }
        if hop.links.is_empty() {
            let why = match detail.filtered.as_slice() {
                [] => missing::nothing(net, &focus.targets, hop.direction),
                _ => "nothing is left by the filters",
            };
            report.line(1, why);
        }
        links::add(&mut report, net, &evidence, hop.direction, &links::rows(net, told));
    }
    tree::add(&mut report, net, &evidence, focus, &told);
    for stopped in &focus.stopped {
        report.heading(words::stopped(stopped));
    }
    evidence.footnotes(&mut report);
    report.disclaimer(detail);
    report
}
