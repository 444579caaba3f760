//! The map of resources as a view: one node for all resources that no rule can tell apart.

use std::collections::BTreeSet;

use super::map::{Drawing, End, default_title, finish, unknown_rules};
use super::{Emphasis, Node, NodeKind, View, ViewOptions, names};
use crate::connectivity::{Connectivity, Map, MapEnd, ResourceMap, ResourceSet, TooLarge};
use crate::query::{Filter, tell_findings};
use crate::words::{self, short};

/// Draws the map of the resources to which the groups of a map are attached, as far as a filter wants it.
///
/// # Errors
/// [`TooLarge`] when there are too many resources of different profiles to compare.
pub fn resources_view(
    net: &Connectivity,
    map: &Map,
    filter: &Filter,
    options: &ViewOptions,
) -> Result<View, TooLarge> {
    let wanted = map.groups();
    let map = filter.resources(net, ResourceMap::new(net, &|group| wanted.contains(&group))?);
    let mut drawing = Drawing::default();
    for set in &map.sets {
        resource_node(&mut drawing, net, set);
    }
    // The nodes of resources come first, in the order of the map.
    let arrows = map.arrows.iter().flat_map(|(client, service, findings)| {
        tell_findings(findings).into_iter().map(|told| (End::of(client), End::of(service), told))
    });
    drawing.connect(net, arrows);
    let mut view = drawing.view;
    view.title = options.title.clone().unwrap_or_else(|| default_title(net));
    let groups: Vec<_> = wanted.iter().copied().collect();
    view.notes.extend(unknown_rules(net, &groups));
    let empty = wanted.iter().filter(|group| net.members(**group).is_empty()).count();
    if empty > 0 {
        let (groups, are) = if empty == 1 { ("group", "is") } else { ("groups", "are") };
        view.notes.push(format!("{empty} {groups} attached to nothing {are} not drawn."));
    }
    Ok(finish(view, net, options))
}

impl<'m> End<'m> {
    fn of(spot: &'m MapEnd) -> Self {
        match spot {
            MapEnd::Resources(position) => Self::Node(*position),
            MapEnd::Outside(outside) => Self::Outside(outside),
        }
    }
}

/// Adds the node of resources, with the groups attached to them.
fn resource_node(drawing: &mut Drawing, net: &Connectivity, set: &ResourceSet) {
    let first = net.endpoint(set.members[0]);
    let profiles = || set.classes.iter().map(|class| &net.class(*class).profile);
    let groups: BTreeSet<_> = profiles().flat_map(|profile| profile.groups.iter().copied()).collect();
    let carried: Vec<String> = groups.iter().map(|group| names::group(net, *group)).collect();
    drawing.node(first.id.to_string(), |drawing, id| Node {
        id,
        kind: NodeKind::Endpoint,
        label: names::resources(net, &set.members),
        details: vec![
            words::kind(&first.kind, set.members.len()),
            short(&format!("{}: {}", words::kind("SG", carried.len()), carried.join(", ")), names::LABEL),
        ],
        tooltip: names::endpoints_tooltip(net, &set.members),
        cluster: drawing.cluster(net, profiles().find_map(|profile| profile.vpc)),
        emphasis: Emphasis::Normal,
        tags: Vec::new(),
    });
}
