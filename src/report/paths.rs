//! The report of `explain --via`.

use super::evidence::Evidence;
use super::links::over;
use super::{Detail, Label, Report};
use crate::connectivity::Connectivity;
use crate::query::{Answer, Paths, tell_findings};
use crate::words;

/// Returns the report of `explain --via`.
pub fn paths_report(net: &Connectivity, answer: &Paths, detail: &Detail) -> Report {
    let mut report = Report::default();
    let evidence = Evidence::new(net, detail);
    let (from, to) = (words::targets(net, &answer.from), words::targets(net, &answer.to));
    let on = answer.asked.as_ref().map(|asked| format!(" on {asked}")).unwrap_or_default();
    if answer.paths.is_empty() {
        let text = if answer.answer == Answer::Undecided {
            format!("undecided: no chain of surely allowed connections leads from {from} to {to}{on}")
        } else {
            format!("no: no path from {from} to {to}{on}")
        };
        report.row(0, [(Label::Strong, text)]);
    }
    for path in &answer.paths {
        let last = path.len() - 1;
        let stop = |position: usize| match path[position].to {
            Some(group) if position < last || path.len() > 1 => words::group(net, group),
            Some(_) | None if position == last => to.clone(),
            Some(group) => words::group(net, group),
            None => "a resource whose groups are not known".into(),
        };
        let stops: Vec<String> = (0..path.len()).map(stop).collect();
        let title = format!("{from} → {}", stops.join(" → "));
        let part = if answer.answer == Answer::Partly { "in part" } else { "" };
        let hops = words::count(path.len(), "hop");
        report.row(0, [(Label::Strong, title), (Label::Plain, hops), (Label::Plain, part.to_owned())]);
        for (position, hop) in path.iter().enumerate() {
            let start = if position == 0 { from.clone() } else { stops[position - 1].clone() };
            for (finding, family) in tell_findings(&hop.findings) {
                let over = over(family);
                let text = format!("{start} → {}: {} {over}", stops[position], finding.traffic);
                report.line(1, text.trim_end());
                if evidence.is_wanted {
                    let rules = finding.ingress.iter().flat_map(|ix| evidence.rule(2, *ix));
                    report.lines(rules);
                } else {
                    finding.ingress.iter().for_each(|ix| report.line(2, words::rule_sentence(net, *ix)));
                }
            }
        }
    }
    evidence.footnotes(&mut report);
    report.disclaimer(detail);
    report
}
