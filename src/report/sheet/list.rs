//! What is in the input: resources, groups, rules, VPCs.

use std::collections::{BTreeMap, BTreeSet};

use super::super::subject::own_id;
use super::{NONE, Sheet, rules_sheet};
use crate::connectivity::{Connectivity, EndpointIx, GroupIx, RuleIx, VpcIx};
use crate::inventory::{AccountRegion, Direction};
use crate::query::Filter;
use crate::report::Report;
use crate::words;

/// The longest name in a list for the terminal, in characters.
const NAME: usize = 40;

/// How many security groups an interface can have unless a quota is raised (VPC quotas).
const ATTACHED: usize = 5;

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// What groups are attached to.
    Resources,
    /// Security groups.
    Groups,
    /// Their rules.
    Rules,
    /// VPCs.
    Vpcs,
}

/// Returns a list as a sheet. `is_named` tells whether a label or an id is one of those that the user named.
pub fn list_sheet(
    net: &Connectivity,
    what: Listed,
    filter: &Filter,
    is_named: &dyn Fn(&[&str]) -> bool,
) -> Sheet {
    match what {
        Listed::Resources => {
            let all = net.all_endpoints().filter(|ix| {
                let endpoint = net.endpoint(*ix);
                filter.resource(net, *ix)
                    && is_named(&[endpoint.label(), endpoint.id.as_str(), &own_id(endpoint)])
            });
            resources(net, all)
        }
        Listed::Groups => groups(net, net.all_groups().filter(|ix| is_group(net, filter, is_named, *ix))),
        Listed::Rules => {
            let wanted = |ix: &RuleIx| {
                filter.rule(net, *ix) && is_group(net, filter, is_named, net.rule_row(*ix).group)
            };
            let rules: Vec<RuleIx> = net.all_rules().filter(wanted).collect();
            rules_sheet(net, &rules)
        }
        Listed::Vpcs => {
            let wanted = |ix: &VpcIx| {
                let id = net.vpc(*ix);
                let is_in = filter.vpcs.is_empty() || filter.vpcs.contains(ix);
                is_in && is_named(&[id.as_str(), &words::vpc(net, id)])
            };
            vpcs(net, net.all_vpcs().filter(wanted))
        }
    }
}

fn is_group(net: &Connectivity, filter: &Filter, is_named: &dyn Fn(&[&str]) -> bool, ix: GroupIx) -> bool {
    let group = net.group(ix);
    let name = group.name.as_deref().unwrap_or_default();
    filter.has(net, ix) && is_named(&[group.label(), name, group.id.as_str()])
}

/// Returns a list for the terminal, with how much there is of everything above it.
pub fn list_report(net: &Connectivity, mut sheet: Sheet) -> Report {
    let mut report = Report::default();
    let kinds = net.all_endpoints().fold(BTreeMap::<&str, usize>::new(), |mut kinds, ix| {
        *kinds.entry(&*net.endpoint(ix).kind).or_default() += 1;
        kinds
    });
    let resources =
        kinds.iter().map(|(kind, count)| words::count(*count, kind)).collect::<Vec<_>>().join(", ");
    let counts = [
        words::count(net.all_vpcs().count(), "VPC"),
        words::count(net.all_groups().count(), "security group"),
        words::count(net.all_rules().len(), "rule"),
        if resources.is_empty() { "no resources".to_owned() } else { resources },
    ];
    report.line(0, counts.join(" · "));
    report.space();
    // Who needs the whole name asks for a table or JSON.
    for row in &mut sheet.rows {
        if let Some(name) = row.first_mut() {
            *name = words::short(name, NAME);
        }
    }
    report.parts.extend(sheet.report().parts);
    report
}

/// Tells whether things are in several accounts or regions, as far as that is known.
fn are_apart<'n>(places: impl Iterator<Item = (Option<&'n str>, Option<&'n str>)> + Clone) -> bool {
    let accounts: BTreeSet<&str> = places.clone().filter_map(|(account, _)| account).collect();
    let regions: BTreeSet<&str> = places.filter_map(|(_, region)| region).collect();
    accounts.len() > 1 || regions.len() > 1
}

/// Hides where things are, unless that tells them apart.
fn hide_places(net: &Connectivity, sheet: &mut Sheet, are_apart: bool) {
    if !are_apart {
        sheet.hidden.push("Account and region");
    }
    if net.all_vpcs().count() < 2 {
        sheet.hidden.push("VPC");
    }
}

fn resources(net: &Connectivity, all: impl Iterator<Item = EndpointIx>) -> Sheet {
    let mut sheet = Sheet::new(&[
        "Name",
        "Kind",
        "ID",
        "Addresses",
        "VPC",
        "Groups",
        "Account and region",
        "Security groups",
        "Address",
    ]);
    sheet.hidden = vec!["Security groups", "Address"];
    let all: Vec<EndpointIx> = all.collect();
    let home = |ix: &EndpointIx| {
        let home = net.endpoint(*ix).account_region.as_ref();
        (home.and_then(AccountRegion::account), home.and_then(AccountRegion::region))
    };
    hide_places(net, &mut sheet, are_apart(all.iter().map(home)));
    for ix in all {
        let endpoint = net.endpoint(ix);
        let vpcs = net.classes_of(ix).iter().filter_map(|class| net.class(*class).profile.vpc);
        let vpcs: BTreeSet<String> = vpcs.map(|vpc| words::vpc(net, net.vpc(vpc))).collect();
        let groups: Vec<String> = endpoint
            .groups()
            .into_iter()
            .map(|id| net.find_group(id).map_or_else(|| words::name(id.as_str()), |ix| words::group(net, ix)))
            .collect();
        let most =
            endpoint.interfaces.iter().map(|interface| interface.groups.iter().count()).max().unwrap_or(0);
        let public = endpoint.interfaces.iter().flat_map(|interface| interface.public.iter());
        let mut addresses = words::addresses(endpoint);
        addresses.extend(public.map(ToString::to_string));
        let addresses_of = endpoint.origins.iter().map(|origin| words::name(&origin.address));
        sheet.rows.push(vec![
            words::name(endpoint.label()),
            endpoint.kind.to_string(),
            own_id(endpoint),
            words::within(&addresses, 32),
            vpcs.into_iter().collect::<Vec<_>>().join(", "),
            format!("{most} of {ATTACHED}"),
            endpoint.account_region.as_ref().map(ToString::to_string).unwrap_or_default(),
            words::together(groups).join(", "),
            words::few(&addresses_of.collect::<Vec<_>>(), 2),
        ]);
    }
    sheet.sort();
    sheet
}

fn groups(net: &Connectivity, all: impl Iterator<Item = GroupIx>) -> Sheet {
    let mut sheet = Sheet::new(&[
        "Name",
        "ID",
        "VPC",
        "Rules in",
        "Rules out",
        "Attached to",
        "Account and region",
        "Description",
        "Address",
    ]);
    sheet.hidden = vec!["Description", "Address"];
    let all: Vec<GroupIx> = all.collect();
    let group = |ix: &GroupIx| net.group(*ix);
    let are_apart =
        are_apart(all.iter().map(|ix| (group(ix).account.as_deref(), group(ix).region.as_deref())));
    hide_places(net, &mut sheet, are_apart);
    for ix in all {
        let group = net.group(ix);
        let rules = |direction| {
            let count = net.rules_of(ix, direction).len();
            if group.rules_known(direction) { count.to_string() } else { format!("{count} or more") }
        };
        let home = [group.account.as_deref(), group.region.as_deref()];
        let home: Vec<&str> = home.into_iter().flatten().collect();
        let addresses = group.origins.iter().map(|origin| words::name(&origin.address));
        sheet.rows.push(vec![
            words::name(group.label()),
            words::name(group.id.as_str()),
            net.group_vpc(ix).map(|vpc| words::vpc(net, net.vpc(vpc))).unwrap_or_default(),
            rules(Direction::Ingress),
            rules(Direction::Egress),
            match net.members(ix).len() {
                0 if !group.is_defined() => "not in the input".to_owned(),
                0 => "nothing".to_owned(),
                n => n.to_string(),
            },
            words::name(&home.join("/")),
            group.description.as_deref().map(|text| words::short(text, 120)).unwrap_or_default(),
            words::few(&addresses.collect::<Vec<_>>(), 2),
        ]);
    }
    sheet.sort();
    sheet
}

fn vpcs(net: &Connectivity, all: impl Iterator<Item = VpcIx>) -> Sheet {
    let mut sheet =
        Sheet::new(&["Name", "ID", "CIDR blocks", "Subnets", "Security groups", "Resources", "Peered with"]);
    for ix in all {
        let id = net.vpc(ix);
        let network = &net.inventory().network;
        let blocks: Vec<String> =
            network.vpcs.get(id).into_iter().flat_map(|vpc| &vpc.blocks).map(ToString::to_string).collect();
        let peered = network.peerings.values().filter_map(|peering| {
            let [one, other] = &peering.sides;
            let other = if one == id {
                other
            } else if other == id {
                one
            } else {
                return None;
            };
            let state = if peering.is_active() == Some(true) { "" } else { " (not active)" };
            Some(format!("{}{state}", words::vpc(net, other)))
        });
        let peered: BTreeSet<String> = peered.collect();
        let groups = net.all_groups().filter(|group| net.group_vpc(*group) == Some(ix)).count();
        let is_in = |endpoint: &EndpointIx| {
            net.classes_of(*endpoint).iter().any(|class| net.class(*class).profile.vpc == Some(ix))
        };
        sheet.rows.push(vec![
            words::vpc(net, id),
            words::name(id.as_str()),
            words::few(&blocks, 4),
            network.subnets.values().filter(|subnet| subnet.vpc.as_ref() == Some(id)).count().to_string(),
            groups.to_string(),
            net.all_endpoints().filter(is_in).count().to_string(),
            if peered.is_empty() {
                NONE.to_owned()
            } else {
                peered.into_iter().collect::<Vec<_>>().join(", ")
            },
        ]);
    }
    sheet.sort();
    sheet
}
