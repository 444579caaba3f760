//! The report of `explain`: the verdict in a sentence, then both sides, then what is missing.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{Evidence, some_resources as resources};
use super::links::over;
use super::sides;
use super::{Detail, Label, Report};
use crate::connectivity::{Connectivity, EndpointIx, Finding, GroupIx, Subject, Verdict};
use crate::inventory::Direction;
use crate::query::{Answer, DividedSide, Explanation, Obstacle, Target, Unit, tell_findings};
use crate::traffic::{AddressSet, Family, Traffic};
use crate::words;

/// How many groups a line names.
const NAMED: usize = 8;

/// Returns the report of `explain`.
pub fn explain_report(net: &Connectivity, answer: &Explanation, detail: &Detail) -> Report {
    let mut report = Report::default();
    let evidence = Evidence::new(net, detail);
    let names = Names::new(net, answer);
    report.row(0, [(Label::Strong, names.verdict(answer))]);
    names.quantity(&mut report, answer);
    for (finding, family) in tell_findings(&answer.findings) {
        let text = format!("{}: {} {}", words::verdict(finding.verdict), finding.traffic, over(family));
        report.line(1, text.trim_end());
        words::doubts(net, &finding).iter().for_each(|reason| report.line(2, format!("because {reason}")));
        report.lines(evidence.rules(2, &finding));
    }
    names.through(&mut report, &evidence, answer);
    unfiltered_row(&mut report, net, answer);
    for (direction, own, other) in
        [(Direction::Egress, &names.from, &names.to), (Direction::Ingress, &names.to, &names.from)]
    {
        sides::add(&mut report, net, &evidence, answer, direction, (own, other));
    }
    let missing = names.missing(answer);
    if !missing.is_empty() {
        report.space();
        missing.into_iter().for_each(|line| report.line(0, line));
    }
    evidence.footnotes(&mut report);
    report.disclaimer(detail);
    report
}

/// Adds who needs no rule.
fn unfiltered_row(report: &mut Report, net: &Connectivity, answer: &Explanation) {
    let units = answer.from_units.iter().chain(&answer.to_units);
    let is_open = |ix: &EndpointIx| net.endpoint(*ix).interfaces.iter().any(|one| one.unfiltered);
    let open: BTreeSet<EndpointIx> =
        units.flat_map(|unit| unit.members().iter().copied()).filter(is_open).collect();
    if !open.is_empty() {
        let names = resources(net, open.into_iter());
        report.line(1, format!("no security groups, so that nothing filters it: {names}"));
    }
}

struct Names<'n> {
    net: &'n Connectivity,
    from: String,
    to: String,
    on: String,
}

/// Returns the verdict in a sentence.
pub fn explain_sentence(net: &Connectivity, answer: &Explanation) -> String {
    Names::new(net, answer).verdict(answer)
}

impl<'n> Names<'n> {
    fn new(net: &'n Connectivity, answer: &Explanation) -> Self {
        Self {
            net,
            from: words::targets(net, &answer.from),
            to: words::targets(net, &answer.to),
            on: answer.asked.as_ref().map(|asked| format!(" on {asked}")).unwrap_or_default(),
        }
    }

    fn verdict(&self, answer: &Explanation) -> String {
        let Self { from, to, on, .. } = self;
        match answer.answer {
            Answer::Yes => {
                let over =
                    Self::only_family(answer).map(|family| format!(", over {} alone", words::family(family)));
                format!("yes: {from} may connect to {to}{on}{}", over.unwrap_or_default())
            }
            Answer::Undecided => format!("undecided: whether {from} may connect to {to}{on}"),
            Answer::No => format!("no: {from} may not connect to {to}{on}"),
            Answer::Partly => self.partly(answer),
        }
    }

    /// Returns which part is allowed: of the addresses, of the resources, or of the traffic.
    fn partly(&self, answer: &Explanation) -> String {
        let Self { net, from, to, on } = self;
        let has_addresses = |units: &[Unit]| units.iter().any(|unit| matches!(unit, Unit::Addresses(_)));
        let way = if has_addresses(&answer.from_units) { "from" } else { "to" };
        let (allowed, is_divided) = allowed_addresses(answer);
        // Addresses are the answer where the resources on the other side do not differ.
        let is_elsewhere = answer.quantity.side.as_ref().is_some_and(|side| {
            !has_addresses(if side.is_from { &answer.from_units } else { &answer.to_units })
        });
        if !allowed.is_empty() && is_divided && !is_elsewhere {
            return format!(
                "partly: {from} may connect to {to}{on} {way} {} alone",
                words::address_set(&allowed)
            );
        }
        if let Some(side) = &answer.quantity.side {
            let share = format!("{} of {}", side.allowed.len(), side.total());
            let kind = kind_of(net, side);
            let part = match side.partly.len() {
                0 => String::new(),
                n => format!(", and {n} in part"),
            };
            let rest = if allowed.is_empty() || is_elsewhere { "" } else { ", and all other addresses" };
            return if side.is_from {
                format!("partly: {share}: {share} {kind} of {from}{part}{rest} may connect to {to}{on}")
            } else {
                format!("partly: {share}: {from} may connect to {share} {kind} of {to}{part}{rest}{on}")
            };
        }
        let quantity = &answer.quantity;
        if quantity.pairs > 1 && quantity.partly < quantity.pairs {
            let share = format!("{} of {}", quantity.allowed, quantity.pairs);
            let part = if quantity.partly > 0 {
                format!(", and {} in part", quantity.partly)
            } else {
                String::new()
            };
            return format!("partly: {share}: {share} pairs of {from} and {to}{part} may connect{on}");
        }
        let allowed = answer.findings.traffic(Verdict::Allowed);
        match &answer.asked {
            Some(asked) => format!("partly: {from} may connect to {to} on {allowed} alone, of {asked}"),
            None => format!("partly: {from} may connect to {to} on {allowed}"),
        }
    }

    /// Returns the one family over which it is allowed, where the other one is shared too and is not.
    fn only_family(answer: &Explanation) -> Option<Family> {
        let has = |family, is_allowed: bool| {
            let mut of_family = answer.findings.iter().filter(|finding| finding.family == family);
            of_family.any(|finding| {
                (finding.verdict == Verdict::Allowed) == is_allowed && finding.doubts.is_empty()
            })
        };
        let [v4, v6] = Family::BOTH;
        match (has(v4, true), has(v6, true)) {
            (true, false) if has(v6, false) => Some(v4),
            (false, true) if has(v4, false) => Some(v6),
            _ => None,
        }
    }

    /// Adds for which of several it is so.
    fn quantity(&self, report: &mut Report, answer: &Explanation) {
        if answer.pairs.is_empty() {
            report.line(1, "a resource is no counterpart of itself, and there is no other one in the input");
        }
        let Some(side) = &answer.quantity.side else { return };
        for (word, list) in side.lists().into_iter().filter(|(_, list)| !list.is_empty()) {
            let names = resources(self.net, list.iter().copied());
            match word {
                Answer::Yes => report.line(1, format!("allowed for {names}")),
                Answer::Partly => self.parts(report, answer, side),
                Answer::Undecided => report.line(1, format!("undecided for {names}")),
                Answer::No => report.line(1, format!("not allowed for {names}")),
            }
        }
    }

    /// Adds what is allowed for those of a divided side for which a part is.
    fn parts(&self, report: &mut Report, answer: &Explanation, side: &DividedSide) {
        let mut by_part: BTreeMap<String, BTreeSet<EndpointIx>> = BTreeMap::new();
        for pair in answer.pairs.iter().filter(|pair| pair.answer == Answer::Partly) {
            let units = if side.is_from { &answer.from_units[pair.from] } else { &answer.to_units[pair.to] };
            let mut addresses = AddressSet::default();
            let mut traffic = Traffic::none();
            for part in pair.parts.iter().filter(|part| part.answer <= Answer::Partly) {
                addresses = addresses.union(&part.addresses.clone().unwrap_or_default());
                traffic = traffic.union(&part.findings.traffic(Verdict::Allowed));
            }
            let what = if addresses.is_empty() {
                traffic.to_string()
            } else {
                format!("{traffic} for {}", words::address_set(&addresses))
            };
            by_part.entry(what).or_default().extend(units.members());
        }
        for (what, members) in by_part {
            report.line(1, format!("in part for {}: {what}", resources(self.net, members.into_iter())));
        }
    }

    /// Adds what two groups' own rules give, and through which others the rest is.
    fn through(&self, report: &mut Report, evidence: &Evidence<'_>, answer: &Explanation) {
        let Some(own) = &answer.own else { return };
        if answer.pairs.is_empty() && !own.is_empty() {
            let given = own.traffic(Verdict::Allowed);
            report.line(1, format!("between two resources its rules would allow {given}"));
            let rules = own.iter().flat_map(Finding::rules).flat_map(|ix| evidence.rule(2, ix));
            report.lines(rules);
            return;
        }
        if answer.findings.traffic(Verdict::Allowed).is_empty() || answer.through.is_empty() {
            return;
        }
        let own = own.traffic(Verdict::Allowed);
        let given = if own.is_empty() { "nothing".to_owned() } else { own.to_string() };
        let is_own = |group| answer.to == [Target::Known(Subject::Group(group))];
        let name = |group: &GroupIx| {
            let name = words::group(self.net, *group);
            if is_own(*group) { format!("other rules of {name}") } else { format!("rules of {name}") }
        };
        let names: Vec<String> = answer.through.iter().take(NAMED).map(name).collect();
        let more = answer.through.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        report.line(
            1,
            format!(
                "rules that name {} and {} for each other give {given}; the rest is by {}{more}",
                self.from,
                self.to,
                names.join(", ")
            ),
        );
    }

    /// Returns what is missing, and on which side.
    fn missing(&self, answer: &Explanation) -> Vec<String> {
        let missing = answer.missing(self.net);
        let Self { from, to, .. } = self;
        let mut lines = Vec::new();
        if let Some(traffic) = &missing.ingress {
            lines.push(format!("missing: an ingress rule of {to} that allows {traffic} from {from}"));
        }
        if let Some(traffic) = &missing.egress {
            lines.push(format!("missing: an egress rule of {from} that allows {traffic} to {to}"));
        }
        lines.extend(missing.obstacle.map(|obstacle| match obstacle {
            Obstacle::InactivePeering => "the peering between their VPCs is not active".to_owned(),
            Obstacle::NoPeering => {
                "the two are in different VPCs, and no peering between them is in the input".to_owned()
            }
            Obstacle::Nature => format!("by its nature {from} opens no connections, or {to} accepts none"),
        }));
        if lines.is_empty() && answer.answer == Answer::No && !answer.pairs.is_empty() {
            lines.push(
                "each side has rules that match, but no two interfaces have one on both sides for the same \
                 traffic and address family"
                    .into(),
            );
        }
        lines
    }
}

/// Returns the addresses outside the input for which something is allowed, and whether there are
/// others for which nothing is.
fn allowed_addresses(answer: &Explanation) -> (AddressSet, bool) {
    let mut allowed = AddressSet::default();
    let mut is_divided = false;
    for part in answer.pairs.iter().flat_map(|pair| &pair.parts) {
        let Some(addresses) = &part.addresses else { continue };
        match part.answer {
            Answer::Yes | Answer::Partly => allowed = allowed.union(addresses),
            Answer::Undecided | Answer::No => is_divided = true,
        }
    }
    (allowed, is_divided)
}

/// Returns the kind of a divided side's resources, in the plural.
fn kind_of(net: &Connectivity, side: &DividedSide) -> String {
    let all = || side.lists().into_iter().flat_map(|(_, list)| list);
    let first = all().next().map(|ix| &net.endpoint(*ix).kind);
    let is_one = all().all(|ix| Some(&net.endpoint(*ix).kind) == first);
    words::kind(first.filter(|_| is_one).map_or("resource", |kind| kind), side.total())
}
