//! Who is asked about: name, kind, id, addresses, network, and attached security groups.

use std::collections::BTreeSet;

use super::evidence::{Evidence, some_resources};
use super::{Label, Report};
use crate::connectivity::{Connectivity, EndpointIx, GroupIx, Outside, RuleIx, Subject};
use crate::inventory::{Direction, Endpoint, Interface};
use crate::query::{Target, groups_of};
use crate::words;

/// How many of several are shown by themselves.
const SHOWN: usize = 6;

/// Adds who is asked about.
pub(super) fn targets(report: &mut Report, net: &Connectivity, evidence: &Evidence<'_>, all: &[Target]) {
    let shown = if all.len() > SHOWN + 1 && !evidence.is_wanted { SHOWN } else { all.len() };
    all[..shown].iter().for_each(|one| target(report, net, evidence, one));
    if shown < all.len() {
        report.line(0, format!("and {} more (all with `--rules`)", all.len() - shown));
    }
}

fn target(report: &mut Report, net: &Connectivity, evidence: &Evidence<'_>, target: &Target) {
    match target {
        Target::Known(Subject::Endpoint(ix)) => {
            endpoint(report, net, evidence, *ix);
            let all: Vec<&Interface> = net.endpoint(*ix).interfaces.iter().collect();
            network(report, net, *ix, &all);
            interfaces(report, net, &all);
        }
        Target::Known(Subject::Interface(ix, position)) | Target::Public(ix, position, _) => {
            let name = words::target(net, target);
            let interface = &net.endpoint(*ix).interfaces[*position as usize];
            let addresses = interface.addresses.iter().map(words::address).collect::<Vec<_>>().join(" ");
            report.row(
                0,
                [
                    (Label::Strong, name),
                    (Label::Plain, "network interface".into()),
                    (Label::Plain, addresses),
                ],
            );
            report.lines(evidence.places(1, &net.endpoint(*ix).origins));
            network(report, net, *ix, &[interface]);
            interfaces(report, net, &[interface]);
        }
        Target::Known(Subject::Group(ix)) => group(report, net, evidence, *ix),
        Target::Outside(outside) => {
            let kind = match outside {
                Outside::Internet => "all public addresses",
                Outside::Block(_) => "CIDR block",
                Outside::PrefixList(_) => "prefix list",
                Outside::Unresolved(_) => "not known",
            };
            report.row(0, [(Label::Strong, words::outside(net, outside)), (Label::Plain, kind.into())]);
            if target.addresses(net).is_none() {
                report.line(1, "its entries are not in the input");
            }
        }
    }
}

fn endpoint(report: &mut Report, net: &Connectivity, evidence: &Evidence<'_>, ix: EndpointIx) {
    let endpoint = net.endpoint(ix);
    report.row(0, [(Label::Strong, words::endpoint(net, ix)), (Label::Plain, facts(endpoint))]);
    report.lines(evidence.places(1, &endpoint.origins));
}

fn group(report: &mut Report, net: &Connectivity, evidence: &Evidence<'_>, ix: GroupIx) {
    group_title(report, net, ix);
    report.lines(evidence.places(1, &net.group(ix).origins));
    group_home(report, net, ix);
    let members = net.members(ix);
    report.line(
        1,
        match members.len() {
            0 => {
                "not attached to anything in the input; the answer is for a resource that has it alone".into()
            }
            n => format!("attached to {n}: {}", some_resources(net, members.into_iter())),
        },
    );
}

/// Adds what a group is called, and its id.
pub(super) fn group_title(report: &mut Report, net: &Connectivity, ix: GroupIx) {
    let id = words::name(net.group(ix).id.as_str());
    let kind = "security group".to_owned();
    report.row(0, [(Label::Strong, words::group(net, ix)), (Label::Plain, kind), (Label::Plain, id)]);
}

/// Adds the VPC of a group; account and region where the input has several.
pub(super) fn group_home(report: &mut Report, net: &Connectivity, ix: GroupIx) {
    let group = net.group(ix);
    let vpc = net.group_vpc(ix).map(|vpc| format!("in VPC {}", words::vpc(net, net.vpc(vpc))));
    let place = place(net, group.account.as_deref(), group.region.as_deref());
    let facts: Vec<String> = vpc.into_iter().chain(place).collect();
    if !facts.is_empty() {
        report.line(1, facts.join(", "));
    }
}

/// Returns kind, id and addresses of an endpoint.
fn facts(endpoint: &Endpoint) -> String {
    let public = endpoint.interfaces.iter().flat_map(|interface| interface.public.iter());
    let public: Vec<String> = public.map(|address| format!("public {address}")).collect();
    let facts =
        [endpoint.kind.to_string(), own_id(endpoint), words::addresses(endpoint).join(" "), public.join(" ")];
    facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join("  ")
}

/// Returns the id without its type; nothing where it is too long to be read, as an ARN is, or repeats
/// the label.
pub(super) fn own_id(endpoint: &Endpoint) -> String {
    let id = endpoint.id.as_str().split_once(':').map_or(endpoint.id.as_str(), |(_, id)| id);
    if id.len() < 40 && id != endpoint.label() { words::name(id) } else { String::new() }
}

/// Adds VPC and subnets by name; account and region where the input has several.
fn network(report: &mut Report, net: &Connectivity, ix: EndpointIx, interfaces: &[&Interface]) {
    let mut names: Vec<String> = Vec::new();
    let mut add = |noun: &str, all: BTreeSet<String>| {
        if !all.is_empty() {
            let all: Vec<String> = words::together(all.into_iter().collect());
            names.push(format!("{} {}", words::kind(noun, all.len()), words::few(&all, 4)));
        }
    };
    let vpcs = interfaces.iter().filter_map(|interface| interface.vpc.as_ref());
    add("VPC", vpcs.map(|id| words::vpc(net, id)).collect());
    let subnets = interfaces.iter().flat_map(|interface| interface.subnets.iter());
    add("subnet", subnets.map(|id| words::subnet(net, id)).collect());
    let home = net.endpoint(ix).account_region.as_ref();
    names.extend(place(net, home.and_then(|home| home.account()), home.and_then(|home| home.region())));
    if !names.is_empty() {
        report.line(1, format!("in {}", names.join(", ")));
    }
}

/// Returns account and region, each where the input has several.
fn place(net: &Connectivity, account: Option<&str>, region: Option<&str>) -> Option<String> {
    let groups = || net.inventory().groups.values();
    let accounts: BTreeSet<_> = groups().filter_map(|group| group.account.as_deref()).collect();
    let regions: BTreeSet<_> = groups().filter_map(|group| group.region.as_deref()).collect();
    let account =
        account.filter(|_| accounts.len() > 1).map(|account| format!("account {}", words::name(account)));
    let region = region.filter(|_| regions.len() > 1).map(words::name);
    let parts: Vec<String> = account.into_iter().chain(region).collect();
    Some(parts.join(", ")).filter(|text| !text.is_empty())
}

/// Adds the groups that are attached: once, where all interfaces have the same.
fn interfaces(report: &mut Report, net: &Connectivity, interfaces: &[&Interface]) {
    let mut told: Vec<(String, Vec<String>)> = Vec::new();
    for interface in interfaces {
        let id = interface.id.as_ref().map(|id| words::name(id.as_str())).unwrap_or_default();
        let text = attached(net, interface);
        match told.iter_mut().find(|(known, _)| *known == text) {
            Some((_, ids)) => ids.push(id),
            None => told.push((text, vec![id])),
        }
    }
    let are_several = told.len() > 1;
    for (text, mut ids) in told.into_iter().filter(|(text, _)| !text.is_empty()) {
        ids.retain(|id| !id.is_empty());
        let of = if are_several && !ids.is_empty() {
            format!("{}: ", words::few(&words::together(ids), 3))
        } else {
            String::new()
        };
        report.line(1, format!("{of}{text}"));
    }
}

fn attached(net: &Connectivity, interface: &Interface) -> String {
    let groups: Vec<String> = interface
        .groups
        .iter()
        .map(|id| net.find_group(id).map_or_else(|| words::name(id.as_str()), |ix| words::group(net, ix)))
        .collect();
    let mut parts = Vec::new();
    if !groups.is_empty() {
        parts.push(format!("{}: {}", words::kind("security group", groups.len()), groups.join(", ")));
    }
    if interface.unfiltered {
        parts.push("no security groups, so that nothing filters it".into());
    }
    let unknown = interface.unresolved.iter();
    parts.extend(unknown.map(|unknown| format!("and a group that is not known: {}", words::name(unknown))));
    parts.join("; ")
}

/// Adds the default egress rule once, where one of the groups has it.
pub(super) fn default_egress(report: &mut Report, net: &Connectivity, targets: &[Target]) {
    let groups = groups_of(net, targets);
    let has = |ix: &&GroupIx| {
        net.rules_of(**ix, Direction::Egress).iter().any(|rule: &RuleIx| net.rule(*rule).is_default_egress())
    };
    let names: Vec<String> = groups.iter().filter(has).map(|ix| words::group(net, *ix)).collect();
    if !names.is_empty() {
        let names = words::few(&words::together(names), 4);
        report.line(1, format!("egress: all traffic to anywhere, by the default rule of {names}"));
    }
}
