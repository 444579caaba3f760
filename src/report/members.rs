//! The report of `members`: what a group is attached to, and what that opens.

use super::evidence::Evidence;
use super::subject::{group_home, group_title, own_id};
use super::{Detail, Report, Table, TableRow};
use crate::connectivity::{Connectivity, RuleIx};
use crate::query::Members;
use crate::words;

/// Returns the report of `members`.
pub fn members_report(net: &Connectivity, members: &Members, detail: &Detail) -> Report {
    let mut report = Report::default();
    let evidence = Evidence::new(net, detail);
    let group = net.group(members.group);
    group_title(&mut report, net, members.group);
    group_home(&mut report, net, members.group);
    report.lines(evidence.places(1, &group.origins));
    let left =
        |why: &'static str| if detail.filtered.is_empty() { why } else { "nothing is left by the filters" };
    let unseen = if group.carriers_unseen { " or more: not all resources could be seen" } else { "" };
    report.heading(format!("attached to {}{unseen}", members.endpoints.len()));
    if members.endpoints.is_empty() && !group.carriers_unseen {
        report.line(1, left("nothing in the input"));
    }
    let mut rows: Vec<TableRow> = members
        .endpoints
        .iter()
        .map(|ix| {
            let endpoint = net.endpoint(*ix);
            let addresses = words::addresses(endpoint);
            TableRow {
                cells: vec![
                    words::endpoint(net, *ix),
                    endpoint.kind.to_string(),
                    own_id(endpoint),
                    words::few(&addresses, 2),
                ],
                notes: evidence.places(1, &endpoint.origins),
            }
        })
        .collect();
    rows.sort_by(|one, other| words::natural(&one.cells[0], &other.cells[0]));
    report.table(Table::new(&["resource", "kind", "id", "addresses"], rows));
    report.heading("allows connections to");
    if members.opens.is_empty() {
        report
            .line(1, left("nothing by name: no ingress rule in the input names it (`sglens focus` has all)"));
    }
    let owner = |ix: RuleIx| words::group(net, net.rule_row(ix).group);
    report.table(rules(net, &evidence, "to", members.opens.iter().map(|ix| (owner(*ix), *ix))));
    report.heading("allows inbound from");
    if members.admits.is_empty() {
        report.line(1, left("nobody: it has no ingress rules in the input"));
    }
    let peer = |ix: RuleIx| words::peer(net, net.rule(ix));
    report.table(rules(net, &evidence, "from", members.admits.iter().map(|ix| (peer(*ix), *ix))));
    evidence.footnotes(&mut report);
    report.disclaimer(detail);
    report
}

/// Returns rules, one a row, by the name of their other end.
fn rules(
    net: &Connectivity,
    evidence: &Evidence<'_>,
    way: &'static str,
    rules: impl Iterator<Item = (String, RuleIx)>,
) -> Table {
    let mut rows: Vec<TableRow> = rules
        .map(|(name, ix)| {
            let rule = net.rule(ix);
            let why =
                rule.origins.iter().find_map(|origin| origin.description.as_deref()).unwrap_or_default();
            TableRow {
                cells: vec![name, words::rule_traffic(rule), words::short(why, 80)],
                notes: evidence.below_row(2, ix),
            }
        })
        .collect();
    rows.sort_by(|one, other| {
        words::natural(&one.cells[0], &other.cells[0]).then_with(|| one.cells.cmp(&other.cells))
    });
    Table::new(&[way, "ports", "description"], rows)
}
