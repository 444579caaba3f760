//! What several reports say alike: rules with their places, lists of resources, who is asked about.

use super::{Label, Report};
use crate::connectivity::{Connectivity, EndpointIx, RuleIx, Subject};
use crate::inventory::{Endpoint, Origin};
use crate::query::Target;
use crate::traffic::Family;
use crate::words;

/// How many resources a line names before it counts the rest.
pub(super) const NAMED: usize = 8;

/// Returns ` over IPv4`, where the families differ.
pub(super) fn over(family: Option<Family>) -> String {
    family.map(|family| format!("over {}", words::family(family))).unwrap_or_default()
}

/// Adds a rule, and where it stands.
pub(super) fn rule(report: &mut Report, net: &Connectivity, depth: usize, ix: RuleIx) {
    let rule = net.rule(ix);
    report.line(depth, words::rule_sentence(net, ix));
    words::rule_places(rule).into_iter().for_each(|place| report.quiet(depth + 1, place));
}

/// Returns `web-1 10.0.0.1, web-2 10.0.0.2 and 3 more`.
pub(super) fn resources(net: &Connectivity, members: impl Iterator<Item = EndpointIx>) -> String {
    let mut all: Vec<String> = members
        .map(|ix| {
            let address = words::addresses(net.endpoint(ix)).into_iter().next();
            let address = address.map(|text| format!(" {text}")).unwrap_or_default();
            format!("{}{address}", words::endpoint(net, ix))
        })
        .collect();
    all.sort();
    let more = all.len().saturating_sub(NAMED);
    all.truncate(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    all.join(", ") + &more
}

/// Adds who is asked about.
pub(super) fn target(report: &mut Report, net: &Connectivity, target: &Target) {
    match target {
        Target::Known(Subject::Endpoint(ix)) => {
            endpoint(report, net, *ix);
            interfaces(report, net, *ix, None);
        }
        Target::Known(Subject::Interface(ix, position)) | Target::Public(ix, position, _) => {
            let name = words::target(net, target);
            let held = net.endpoint(*ix).interfaces[*position as usize].addresses.iter();
            let addresses = held.map(words::address).collect::<Vec<_>>().join(" ");
            report.row(
                0,
                [(Label::Strong, name), (Label::Plain, "interface".into()), (Label::Plain, addresses)],
            );
            places(report, &net.endpoint(*ix).origins);
            interfaces(report, net, *ix, Some(*position as usize));
        }
        Target::Known(Subject::Group(ix)) => {
            let group = net.group(*ix);
            let id = format!("group {}", words::name(group.id.as_str()));
            report.row(0, [(Label::Strong, words::group(net, *ix)), (Label::Plain, id)]);
            places(report, &group.origins);
            let members = net.members(*ix);
            report.line(
                1,
                match members.len() {
                    0 => "not attached to anything in the input; the answer is for a resource that has it alone"
                        .into(),
                    n => format!("attached to {n}: {}", resources(net, members.into_iter())),
                },
            );
        }
        Target::Outside(outside) => {
            let addresses = target.addresses(net);
            let kind = match outside {
                crate::connectivity::Outside::Internet => "all public addresses",
                crate::connectivity::Outside::Block(_) => "CIDR block",
                crate::connectivity::Outside::PrefixList(_) => "prefix list",
                crate::connectivity::Outside::Unresolved(_) => "not known",
            };
            report.row(0, [(Label::Strong, words::outside(net, outside)), (Label::Plain, kind.into())]);
            if addresses.is_none() {
                report.line(1, "its entries are not in the input");
            }
        }
    }
}

fn endpoint(report: &mut Report, net: &Connectivity, ix: EndpointIx) {
    let endpoint = net.endpoint(ix);
    report.row(0, [(Label::Strong, words::endpoint(net, ix)), (Label::Plain, facts(endpoint))]);
    places(report, &endpoint.origins);
}

pub(super) fn places(report: &mut Report, origins: &[Origin]) {
    origins.iter().for_each(|origin| report.quiet(1, words::name(&origin.to_string())));
}

/// Returns kind, id and addresses of an endpoint.
pub(super) fn facts(endpoint: &Endpoint) -> String {
    let id = endpoint.id.as_str().split_once(':').map_or(endpoint.id.as_str(), |(_, id)| id);
    let id = if id.len() < 40 { id } else { "" };
    let facts = [endpoint.kind.to_string(), words::name(id), words::addresses(endpoint).join(" ")];
    facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join("  ")
}

/// Adds the groups that are attached to each interface, or to one.
fn interfaces(report: &mut Report, net: &Connectivity, ix: EndpointIx, only: Option<usize>) {
    let endpoint = net.endpoint(ix);
    for (position, interface) in endpoint.interfaces.iter().enumerate() {
        if only.is_some_and(|only| only != position) {
            continue;
        }
        let groups = interface.groups.iter().filter_map(|id| net.find_group(id));
        let name = |ix| format!("{} ({})", words::group(net, ix), words::name(net.group(ix).id.as_str()));
        let names: Vec<String> = groups.map(name).collect();
        let id = interface.id.as_ref().filter(|_| endpoint.interfaces.len() > 1);
        let id = id.map(|id| format!("{}: ", words::name(id.as_str()))).unwrap_or_default();
        if !names.is_empty() {
            report.line(1, format!("{id}groups {}", names.join(", ")));
        }
        if interface.unfiltered {
            report.line(1, format!("{id}no security groups, so that nothing filters it"));
        }
        for unknown in &interface.unresolved {
            report.line(1, format!("{id}and a group that is not known: {}", words::name(unknown)));
        }
    }
}
