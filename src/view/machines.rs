//! The map of machines as a view: one node for all machines that no rule can tell apart.

use std::collections::{BTreeMap, BTreeSet};

use super::map::{Drawing, Wanted, add_arrow, default_title, describe_coverage, finish};
use super::{Emphasis, Kind, Node, View, ViewOptions, names};
use crate::connectivity::{Connectivity, MachineMap, Machines, Map, RuleIx, Spot, TooManyPairs};
use crate::inventory::Direction;
use crate::render::short;

/// Draws the map of machines.
///
/// # Errors
/// [`TooManyPairs`] when there are too many machines of different standing to compare.
pub fn machines_view(
    index: &Connectivity<'_>,
    map: &Map,
    options: &ViewOptions,
) -> Result<View, TooManyPairs> {
    let wanted = Wanted::new(index, map, options);
    let map = MachineMap::new(index, &|group| wanted.groups.contains(&group))?;
    let mut drawing = Drawing::default();
    for machines in &map.machines {
        machines_node(&mut drawing, index, machines);
    }
    let mut covered: BTreeMap<usize, Vec<RuleIx>> = BTreeMap::new();
    for (client, service, finding) in &map.arrows {
        let traffic = wanted.traffic(&finding.traffic);
        if traffic.is_empty() {
            continue;
        }
        let cluster = |drawing: &Drawing, position: usize| drawing.view.nodes[position].cluster;
        // The nodes of machines come first, in the order of the map.
        let (from, to) = match (client, service) {
            (Spot::Machines(from), Spot::Machines(to)) => (*from, *to),
            (Spot::Outside(outside), Spot::Machines(to)) if wanted.shows(outside) => {
                let beside = cluster(&drawing, *to);
                let from = drawing.outside(index, outside, Direction::Ingress, beside);
                covered.entry(from).or_default().extend(&finding.ingress);
                (from, *to)
            }
            (Spot::Machines(from), Spot::Outside(outside)) if wanted.shows(outside) => {
                let beside = cluster(&drawing, *from);
                (*from, drawing.outside(index, outside, Direction::Egress, beside))
            }
            _ => continue,
        };
        let lines = names::finding_lines(index, finding);
        add_arrow(&mut drawing.view, from, to, &traffic, finding.verdict.into(), names::limited(lines));
    }
    for (node, rules) in covered {
        describe_coverage(&mut drawing.view, index, node, &rules);
    }
    let mut view = drawing.view;
    view.title = options.title.clone().unwrap_or_else(|| default_title(index));
    let empty = wanted.groups.iter().filter(|group| index.carriers(**group).is_empty()).count();
    if empty > 0 {
        let (groups, are) = if empty == 1 { ("group", "is") } else { ("groups", "are") };
        view.notes.push(format!("{empty} {groups} that nobody carries {are} not drawn."));
    }
    Ok(finish(view, index, options))
}

/// The node of machines, with the groups that they carry.
fn machines_node(drawing: &mut Drawing, index: &Connectivity<'_>, machines: &Machines) {
    let first = index.endpoint(machines.members[0]);
    let standings = || machines.classes.iter().map(|class| &index.class(*class).standing);
    let groups: BTreeSet<_> = standings().flat_map(|standing| standing.groups.iter().copied()).collect();
    let carried: Vec<String> = groups.iter().map(|group| names::group(index, *group)).collect();
    drawing.node(first.id.to_string(), |drawing, id| Node {
        id,
        kind: Kind::Endpoint,
        label: names::machines(index, &machines.members),
        details: vec![
            names::kind(&first.kind, machines.members.len()),
            short(&format!("in {}", carried.join(", ")), names::LABEL),
        ],
        tooltip: names::endpoints_tooltip(index, &machines.members),
        cluster: drawing.cluster(index, standings().find_map(|standing| standing.vpc)),
        emphasis: Emphasis::Normal,
        tags: Vec::new(),
    });
}
