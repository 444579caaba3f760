//! The map of machines as a view: one node for all machines that no rule can tell apart.

use std::collections::BTreeSet;

use super::map::{Drawing, End, Wanted, default_title, finish};
use super::{Emphasis, Kind, Node, View, ViewOptions, names};
use crate::connectivity::{Connectivity, MachineMap, Machines, Map, Spot, TooManyPairs};
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
    // The nodes of machines come first, in the order of the map.
    let arrows =
        map.arrows.iter().map(|(client, service, finding)| (End::of(client), End::of(service), finding));
    drawing.connect(index, &wanted, arrows);
    let mut view = drawing.view;
    view.title = options.title.clone().unwrap_or_else(|| default_title(index));
    let empty = wanted.groups.iter().filter(|group| index.carriers(**group).is_empty()).count();
    if empty > 0 {
        let (groups, are) = if empty == 1 { ("group", "is") } else { ("groups", "are") };
        view.notes.push(format!("{empty} {groups} that nobody carries {are} not drawn."));
    }
    Ok(finish(view, index, options))
}

impl<'m> End<'m> {
    fn of(spot: &'m Spot) -> Self {
        match spot {
            Spot::Machines(position) => Self::Node(*position),
            Spot::Outside(outside) => Self::Outside(outside),
        }
    }
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
