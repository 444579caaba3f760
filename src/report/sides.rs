//! The two sides of a question as tables: the rules that match, and what the others miss by.

use super::evidence::Evidence;
use super::{Report, Table, TableRow};
use crate::connectivity::{Connectivity, GroupIx, InterfaceProfile, RuleIx};
use crate::inventory::{Direction, Peer};
use crate::query::{Answer, Explanation, Unit};
use crate::words;

/// How many rules that do not match are shown.
const MISSES: usize = 10;

/// How a rule stands to what was asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Yes,
    OtherTraffic,
    OtherPeer,
}

/// Adds the rules of one side: of the client for egress, of the service for ingress.
pub(super) fn add(
    report: &mut Report,
    net: &Connectivity,
    evidence: &Evidence<'_>,
    answer: &Explanation,
    direction: Direction,
    (own, other): (&str, &str),
) {
    let (units, rules) = match direction {
        Direction::Ingress => (&answer.to_units, &answer.ingress),
        Direction::Egress => (&answer.from_units, &answer.egress),
    };
    let title = format!("{} of {own}", direction.name());
    if units.iter().all(|unit| matches!(unit, Unit::Addresses(_))) {
        report.heading(title);
        report.line(1, "not evaluated: it is outside the input");
        return;
    }
    if rules.is_empty() {
        if profiles(net, units).all(|profile| profile.unfiltered) {
            return;
        }
        let is_known = is_known(net, units, direction);
        report.heading(title);
        report
            .line(1, if is_known { "no such rules" } else { "the rules of its groups are not in the input" });
        return;
    }
    report.heading(title);
    let mut all: Vec<(Match, [String; 5], RuleIx)> =
        rules.iter().map(|(ix, is_match)| row(net, answer, other, *ix, *is_match)).collect();
    all.sort_by(|(one, cells, _), (other, others, _)| {
        let names = || cells.iter().map(String::as_str).cmp(others.iter().map(String::as_str));
        one.cmp(other).then_with(|| words::natural(&cells[2], &others[2])).then_with(names)
    });
    all.dedup_by(|(_, one, _), (_, other, _)| one == other);
    // Where it is allowed, what does not match is no news.
    let has_match = all.iter().any(|(is_match, ..)| *is_match == Match::Yes);
    let misses = if answer.answer == Answer::Yes && has_match { 0 } else { MISSES };
    // Rules of other traffic are no answer, unless there is nothing else to show.
    let is_asked =
        |ix: RuleIx| answer.asked.as_ref().is_none_or(|asked| net.rule(ix).traffic.overlaps(asked));
    let is_any = all.iter().any(|(.., ix)| is_asked(*ix));
    let is_hidden = |seen: usize, is_match: Match, ix: RuleIx| {
        let is_miss = is_match != Match::Yes && (seen >= misses || is_any && !is_asked(ix));
        is_miss && !evidence.is_wanted
    };
    let (mut shown, mut seen, mut hidden) = (Vec::new(), 0, 0);
    for (is_match, cells, ix) in all {
        if is_hidden(seen, is_match, ix) {
            hidden += 1;
            continue;
        }
        seen += usize::from(is_match != Match::Yes);
        shown.push(TableRow { cells: cells.into(), notes: evidence.below_row(2, ix) });
    }
    let way = if direction == Direction::Ingress { "from" } else { "to" };
    report.table(Table::new(&["matches", "ports", way, "rule of", "misses by"], shown));
    if hidden > 0 {
        report.line(
            1,
            format!(
                "{} not match (all with `--rules`)",
                match hidden {
                    1 => "1 other rule does".to_owned(),
                    n => format!("{n} other rules do"),
                }
            ),
        );
    }
}

fn row(
    net: &Connectivity,
    answer: &Explanation,
    other: &str,
    ix: RuleIx,
    is_match: bool,
) -> (Match, [String; 5], RuleIx) {
    let rule = net.rule(ix);
    let is_asked = answer.asked.as_ref().is_none_or(|asked| rule.traffic.overlaps(asked));
    let peer = words::peer(net, rule);
    let (how, misses) = match (is_match, is_asked) {
        (true, true) => (Match::Yes, String::new()),
        (true, false) => (Match::OtherTraffic, "other ports".to_owned()),
        (false, _) => (
            Match::OtherPeer,
            match &rule.peer {
                Peer::Group(_) => format!("{other} does not have {peer} attached"),
                Peer::Block(_) | Peer::PrefixList(_) => format!("no address of {other} is in it"),
                Peer::Unresolved(_) => "it is not known whom it names".to_owned(),
            },
        ),
    };
    let group = words::group(net, net.rule_row(ix).group);
    let word = if how == Match::Yes { "yes" } else { "no" };
    (how, [word.to_owned(), words::rule_traffic(rule), peer, group, misses], ix)
}

/// Tells whether all rules of one direction are in the input for the resources of a side.
fn is_known(net: &Connectivity, units: &[Unit], direction: Direction) -> bool {
    profiles(net, units).all(|profile| {
        let is_known = |group: &GroupIx| net.group(*group).rules_known(direction);
        profile.unresolved.is_none() && profile.groups.iter().all(is_known)
    })
}

/// Returns the interfaces of the resources of a side.
fn profiles<'n>(net: &'n Connectivity, units: &[Unit]) -> impl Iterator<Item = &'n InterfaceProfile> {
    let classes = units.iter().flat_map(|unit| match unit {
        Unit::Resources(unit) => unit.classes.as_slice(),
        Unit::Addresses(_) => &[],
    });
    classes.map(|class| &net.class(*class).profile)
}
