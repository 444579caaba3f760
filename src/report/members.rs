//! The report of `members`.

use super::parts::{facts, places};
use super::{Label, Report};
use crate::connectivity::{Connectivity, RuleIx};
use crate::query::Members;
use crate::words;

/// Returns the report of `members`.
pub fn members_report(net: &Connectivity, members: &Members) -> Report {
    let mut report = Report::default();
    let group = net.group(members.group);
    let id = format!("group {}", words::name(group.id.as_str()));
    report.row(0, [(Label::Strong, words::group(net, members.group)), (Label::Plain, id)]);
    places(&mut report, &group.origins);
    let unseen = if group.carriers_unseen { " or more: not all resources could be seen" } else { "" };
    report.heading(format!("attached to {}{unseen}", members.endpoints.len()));
    if members.endpoints.is_empty() && !group.carriers_unseen {
        report.line(1, "nothing in the input");
    }
    for ix in &members.endpoints {
        let endpoint = net.endpoint(*ix);
        let place = endpoint.origins.first().map(ToString::to_string).unwrap_or_default();
        let place = words::name(&place);
        let name = words::endpoint(net, *ix);
        report.row(1, [(Label::Plain, name), (Label::Plain, facts(endpoint)), (Label::Quiet, place)]);
    }
    report.heading("allows connections to");
    if members.opens.is_empty() {
        report.line(1, "nothing: no ingress rule in the input names it");
    }
    for &ix in &members.opens {
        rule_rows(&mut report, net, words::group(net, net.rule_row(ix).group), ix);
    }
    report.heading("allows inbound from");
    if members.admits.is_empty() {
        report.line(1, "nobody: it has no ingress rules in the input");
    }
    for &ix in &members.admits {
        rule_rows(&mut report, net, words::peer(net, net.rule(ix)), ix);
    }
    report.disclaimer();
    report
}

fn rule_rows(report: &mut Report, net: &Connectivity, name: String, ix: RuleIx) {
    let rule = net.rule(ix);
    report.row(1, [(Label::Strong, name), (Label::Plain, rule.traffic.to_string())]);
    words::rule_places(rule).into_iter().for_each(|place| report.quiet(3, place));
}
