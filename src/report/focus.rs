//! The report of `focus`.

use std::collections::BTreeSet;

use super::parts::{NAMED, over, resources, rule, target};
use super::{Label, Report};
use crate::connectivity::{Connectivity, Counterpart, GroupIx, Outside, RuleIx, Subject, Verdict};
use crate::inventory::{Direction, Role};
use crate::query::{Focus, Hop, Target, ToldLink, tell_links};
use crate::words;

/// Returns the report of `focus`.
pub fn focus_report(net: &Connectivity, focus: &Focus) -> Report {
    let mut report = Report::default();
    focus.targets.iter().for_each(|one| target(&mut report, net, one));
    focus.hops.iter().for_each(|hop| hop_rows(&mut report, net, focus, hop));
    for stopped in &focus.stopped {
        report.heading(words::stopped(stopped));
    }
    report.disclaimer();
    report
}

fn hop_rows(report: &mut Report, net: &Connectivity, focus: &Focus, hop: &Hop) {
    report.heading(heading(net, hop));
    if hop.links.is_empty() {
        report.line(1, nothing(net, focus, hop));
    }
    let told = tell_links(&hop.links);
    let (inside, outside): (Vec<&ToldLink>, Vec<&ToldLink>) =
        told.iter().partition(|link| !matches!(link.counterpart, Counterpart::Outside(_)));
    inside.into_iter().chain(outside).for_each(|link| link_rows(report, net, hop, link));
}

fn heading(net: &Connectivity, hop: &Hop) -> String {
    let verb = if hop.direction == Direction::Egress { "connects to" } else { "inbound from" };
    let Some(through) = &hop.through else { return verb.to_owned() };
    let members = hop.from.iter().filter_map(|subject| match subject {
        Subject::Endpoint(ix) | Subject::Interface(ix, _) => Some(*ix),
        Subject::Group(_) => None,
    });
    let who = resources(net, members);
    let name = words::counterpart(net, through);
    let step = hop.depth;
    match through {
        Counterpart::Group(_) if who.is_empty() => format!("step {step}: {name} {verb}"),
        Counterpart::Group(_) => format!("step {step}: {name} ({who}) {verb}"),
        // The resources go on, not the addresses that they are among.
        Counterpart::Within(_)
        | Counterpart::Outside(_)
        | Counterpart::Anyone
        | Counterpart::Unfiltered
        | Counterpart::UnknownGroup(_) => format!("step {step}: each of {who} ({name}) {verb}"),
    }
}

/// Returns why there is no link: never an unexplained empty answer.
fn nothing(net: &Connectivity, focus: &Focus, hop: &Hop) -> String {
    let mut groups: Vec<GroupIx> = Vec::new();
    for target in &focus.targets {
        match target {
            Target::Known(Subject::Group(ix)) => groups.push(*ix),
            Target::Known(Subject::Endpoint(ix)) => {
                groups.extend(net.endpoint(*ix).groups().into_iter().filter_map(|id| net.find_group(id)));
            }
            Target::Known(Subject::Interface(ix, at)) | Target::Public(ix, at, _) => {
                let interface = &net.endpoint(*ix).interfaces[*at as usize];
                groups.extend(interface.groups.iter().filter_map(|id| net.find_group(id)));
            }
            Target::Outside(_) => return "nothing in the input: no rule names it".into(),
        }
    }
    let unable = match hop.direction {
        Direction::Egress => (Role::Service, "nothing: by its nature it opens no connections"),
        Direction::Ingress => (Role::Client, "nobody: by its nature it accepts no connections"),
    };
    let is_unable = |target: &Target| match target {
        Target::Known(Subject::Endpoint(ix) | Subject::Interface(ix, _)) | Target::Public(ix, ..) => {
            net.endpoint(*ix).role == unable.0
        }
        Target::Known(Subject::Group(_)) | Target::Outside(_) => false,
    };
    if hop.depth == 1 && focus.targets.iter().all(is_unable) {
        return unable.1.into();
    }
    let is_none = groups.iter().all(|group| net.rules_of(*group, hop.direction).is_empty());
    let text = match (hop.depth, hop.direction, is_none) {
        (1, Direction::Egress, true) => {
            "nothing: its groups have no egress rules, so no connection may be opened"
        }
        (1, Direction::Ingress, true) => "nobody: its groups have no ingress rules",
        (_, Direction::Egress, _) => "nothing: no group in the input allows it inbound",
        (_, Direction::Ingress, _) => "nobody in the input",
    };
    text.into()
}

fn link_rows(report: &mut Report, net: &Connectivity, hop: &Hop, link: &ToldLink) {
    let finding = &link.finding;
    let verdict = match finding.verdict {
        Verdict::Allowed => String::new(),
        other => format!("[{}]", words::verdict(other)),
    };
    let id = match &link.counterpart {
        Counterpart::Group(ix) => words::name(net.group(*ix).id.as_str()),
        Counterpart::UnknownGroup(_)
        | Counterpart::Anyone
        | Counterpart::Unfiltered
        | Counterpart::Within(_)
        | Counterpart::Outside(_) => String::new(),
    };
    let name = match &link.counterpart {
        Counterpart::Within(Outside::Internet) => within_everywhere(net, link),
        other => words::counterpart(net, other),
    };
    let traffic = [finding.traffic.to_string(), over(link.family)].join(" ");
    report.row(
        1,
        [
            (Label::Strong, name),
            (Label::Plain, traffic.trim_end().to_owned()),
            (Label::Plain, verdict),
            (Label::Quiet, id),
        ],
    );
    if let Some(only) = &link.only {
        report.line(2, format!("for addresses outside the input: {}", words::address_set(only)));
    }
    match &link.counterpart {
        Counterpart::Outside(_) => {}
        Counterpart::Group(_) if link.members.is_empty() => {
            report.line(2, "not attached to anything in the input");
        }
        Counterpart::Group(_)
        | Counterpart::UnknownGroup(_)
        | Counterpart::Anyone
        | Counterpart::Unfiltered
        | Counterpart::Within(_) => member_rows(report, net, link),
    }
    words::doubts(net, finding).iter().for_each(|reason| report.line(2, format!("undecided: {reason}")));
    let (own, other) = match hop.direction {
        Direction::Egress => (&finding.egress, &finding.ingress),
        Direction::Ingress => (&finding.ingress, &finding.egress),
    };
    let rules: Vec<RuleIx> = other.iter().chain(own).copied().collect();
    rules.into_iter().for_each(|ix| rule(report, net, 2, ix));
    match finding.verdict {
        Verdict::BlockedByEgress => report.line(2, "missing: an egress rule of the client that allows it"),
        Verdict::NoIngress => report.line(2, "missing: an ingress rule of the service that allows it"),
        Verdict::Allowed | Verdict::Undecided => {}
    }
}

/// Returns `within 0.0.0.0/0`, by the rules that admit.
fn within_everywhere(net: &Connectivity, link: &ToldLink) -> String {
    let peers = link.finding.ingress.iter().map(|ix| words::peer(net, net.rule(*ix)));
    let peers: BTreeSet<String> = peers.filter(|peer| peer.ends_with("/0")).collect();
    format!("within {}", peers.into_iter().collect::<Vec<_>>().join(" or "))
}

fn member_rows(report: &mut Report, net: &Connectivity, link: &ToldLink) {
    let (whole, part): (Vec<_>, Vec<_>) =
        link.members.iter().partition(|member| *member.traffic == link.finding.traffic);
    if !whole.is_empty() {
        report.line(2, resources(net, whole.iter().map(|member| member.endpoint)));
    }
    for member in part.iter().take(NAMED) {
        let name = resources(net, std::iter::once(member.endpoint));
        report.line(2, format!("{name}: {} only", member.traffic));
    }
    if part.len() > NAMED {
        report.line(2, format!("and {} more with a part of it (all in `-f json`)", part.len() - NAMED));
    }
}
