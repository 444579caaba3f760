//! What does not fit on a page is summarised: nodes fold by VPC, by tag or by name, and the view
//! says so. A picture that nobody can read answers nothing.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::hubs::tag_hubs;
use super::{Arrow, Emphasis, GroupBy, Node, NodeKind, Tag, View, ViewOptions, Way, names};
use crate::connectivity::Connectivity;
use crate::inventory::{EndpointId, GroupId};
use crate::words::short;

/// The number of nodes that a page bears, unless the user says otherwise.
const PAGE: usize = 150;
/// What the layout engine places in a second or two, whatever the user asks for: a picture that
/// depended on the patience of the machine would not be the same everywhere.
const MOST_NODES: usize = 2000;
const MOST_ARROWS: usize = 1200;
/// More arrows than this for each node are a hairball, whatever the layout.
const DENSE: usize = 4;
/// Pictures with fewer arrows than this are readable at any density.
const FEW_ARROWS: usize = 100;
/// Above these sizes arrows carry no labels: their tooltips do.
const LABELLED_NODES: usize = 150;
const LABELS_PER_NODE: usize = 2;

/// Folds and tags until the view fits; the least folded one that fits wins.
pub(super) fn reduce(view: View, net: &Connectivity, options: &ViewOptions) -> View {
    let page = options.max_nodes.unwrap_or(PAGE);
    let steps: Vec<Option<GroupBy>> = match &options.group_by {
        Some(GroupBy::Vpc) => vec![Some(GroupBy::Vpc)],
        Some(by) => vec![Some(by.clone()), Some(GroupBy::Vpc)],
        None => vec![None, Some(GroupBy::Prefix), Some(GroupBy::Vpc)],
    };
    let last = steps.len() - 1;
    for (step, by) in steps.into_iter().enumerate() {
        let mut tried = view.clone();
        if let Some(by) = by {
            fold(&mut tried, net, &by);
        }
        let is_asked = step == 0 && options.group_by.is_some();
        let page = if is_asked { MOST_NODES } else { page.min(MOST_NODES) };
        // Tags do not change the number of nodes: what is too large need not be labelled first.
        if tried.nodes.len() > page && step != last {
            continue;
        }
        label_arrows(&mut tried);
        tag_loops(&mut tried);
        tag_hubs(&mut tried, options.hubs);
        // Who says how large a page may be wants it so, hairball or not.
        let is_given = is_asked || options.max_nodes.is_some();
        let bearable = if is_given { MOST_ARROWS } else { FEW_ARROWS.max(DENSE * tried.nodes.len()) };
        let fits = tried.nodes.len() <= page && tried.arrows.len() <= bearable.min(MOST_ARROWS);
        if fits || step == last {
            thin_labels(&mut tried);
            return tried;
        }
    }
    view
}

/// Folds the nodes of equal key and place into one node each.
fn fold(view: &mut View, net: &Connectivity, by: &GroupBy) {
    let mut sets: BTreeMap<(Option<usize>, String, String), Vec<usize>> = BTreeMap::new();
    for (position, node) in view.nodes.iter().enumerate().filter(|(_, node)| node.emphasis != Emphasis::Focus)
    {
        if let Some(key) = key(net, node, by) {
            sets.entry((node.cluster, side(node), key)).or_default().push(position);
        }
    }
    let before = view.nodes.len();
    let mut target: Vec<usize> = (0..view.nodes.len()).collect();
    for ((.., key), members) in sets.iter().filter(|(_, members)| members.len() > 1) {
        let first = members[0];
        let labels: Vec<&str> = members.iter().map(|position| view.nodes[*position].label.as_str()).collect();
        let listed = members.iter().map(|at| format!("{} ({})", view.nodes[*at].label, view.nodes[*at].id));
        let tooltip = names::limited(listed.collect());
        let node = Node {
            id: format!("fold:{}", view.nodes[first].id),
            kind: NodeKind::Folded,
            label: format!("{} ×{}", short(key, names::LABEL - 6), members.len()),
            details: vec![short(&labels.join(", "), names::LABEL)],
            tooltip,
            cluster: view.nodes[first].cluster,
            emphasis: Emphasis::Normal,
            tags: Vec::new(),
        };
        let tags: Vec<_> = members.iter().flat_map(|at| std::mem::take(&mut view.nodes[*at].tags)).collect();
        view.nodes[first] = node;
        view.nodes[first].tags = tags;
        for member in members {
            target[*member] = first;
        }
    }
    redirect(view, &target);
    let now = view.nodes.len();
    if now < before {
        let what = match by {
            GroupBy::Vpc => "VPC".to_owned(),
            GroupBy::Tag(key) => format!("tag {key}"),
            GroupBy::Prefix => "name".to_owned(),
        };
        view.notes.push(format!(
            "Folded by {what}: {before} nodes into {now}; ×N counts the groups in a node and the \
             connections in an arrow. See a part with `sglens focus GROUP`, or with `graph --group` or `--vpc`."
        ));
    }
}

/// What a node folds by; `None` keeps it by itself.
fn key(net: &Connectivity, node: &Node, by: &GroupBy) -> Option<String> {
    match (node.kind, by) {
        (NodeKind::Internet | NodeKind::Unknown | NodeKind::Folded, _)
        | (NodeKind::Block, GroupBy::Tag(_)) => return None,
        // Single addresses have no names that tell them apart.
        (NodeKind::Block, GroupBy::Prefix) => return is_address(&node.label).then(|| "addresses".into()),
        (NodeKind::Block, GroupBy::Vpc) => return Some("address blocks".into()),
        (NodeKind::Group | NodeKind::Elsewhere | NodeKind::Endpoint, _) => {}
    }
    match by {
        GroupBy::Vpc => Some(if node.kind == NodeKind::Endpoint { "resources" } else { "groups" }.into()),
        GroupBy::Prefix => {
            let stem: String = node.label.chars().take_while(|c| c.is_alphabetic()).collect();
            if stem.is_empty() { None } else { Some(stem) }
        }
        GroupBy::Tag(key) => {
            let endpoint = net.find_endpoint(&EndpointId::new(node.id.as_str()));
            let tags = match endpoint.filter(|_| node.kind == NodeKind::Endpoint) {
                Some(endpoint) => &net.endpoint(endpoint).tags,
                None => &net.group(net.find_group(&GroupId::new(node.id.as_str()))?).tags,
            };
            Some(tags.get(key.as_str()).map_or_else(|| format!("no {key}"), ToString::to_string))
        }
    }
}

/// At which edge of the picture, and beside which VPC, an outside peer stands.
fn side(node: &Node) -> String {
    let (side, rest) = node.id.split_once(':').unwrap_or_default();
    let vpc = rest.split_once('@').map_or("", |(_, vpc)| vpc);
    if node.kind == NodeKind::Block { format!("{side}@{vpc}") } else { String::new() }
}

fn is_address(block: &str) -> bool {
    block.ends_with("/32") || block.ends_with("/128")
}

/// Moves arrows to the folded nodes, merges equal ones, and drops the nodes that were folded away.
fn redirect(view: &mut View, target: &[usize]) {
    let mut position = vec![usize::MAX; view.nodes.len()];
    let mut kept = Vec::new();
    for (old, node) in std::mem::take(&mut view.nodes).into_iter().enumerate() {
        if target[old] == old {
            position[old] = kept.len();
            kept.push(node);
        }
    }
    view.nodes = kept;
    let mut merged: BTreeMap<_, Arrow> = BTreeMap::new();
    for mut arrow in std::mem::take(&mut view.arrows) {
        arrow.from = position[target[arrow.from]];
        arrow.to = position[target[arrow.to]];
        match merged.entry((arrow.from, arrow.to, arrow.style, arrow.family)) {
            Entry::Vacant(slot) => drop(slot.insert(arrow)),
            Entry::Occupied(mut slot) => {
                let known = slot.get_mut();
                known.traffic = known.traffic.union(&arrow.traffic);
                known.count += arrow.count;
            }
        }
    }
    for mut arrow in merged.into_values() {
        if arrow.count > 1 {
            let first = arrow.tooltip.lines().skip(1).take(6).collect::<Vec<_>>().join("\n");
            arrow.tooltip = format!("{} connections: {}\n{first}\n…", arrow.count, arrow.traffic);
        }
        view.arrows.push(arrow);
    }
}

/// Makes connections among the members of one node tags of the node.
fn tag_loops(view: &mut View) {
    for arrow in view.arrows.extract_if(.., |arrow| arrow.from == arrow.to) {
        view.nodes[arrow.from].tags.push(Tag {
            way: Way::Among,
            other: None,
            text: format!("↔ {}", arrow.label),
            traffic: arrow.label,
            tooltip: arrow.tooltip,
            style: arrow.style,
        });
    }
}

/// Writes the traffic on the arrows.
fn label_arrows(view: &mut View) {
    for arrow in &mut view.arrows {
        let mut label = names::traffic(&arrow.traffic);
        if let Some(family) = arrow.family {
            label = format!("{label} {}", crate::words::family(family));
        }
        if arrow.count > 1 {
            label = format!("{label} ×{}", arrow.count);
        }
        arrow.label = match arrow.style.word() {
            Some(word) => format!("{label} ({word})"),
            None => label,
        };
    }
}

/// Takes the labels off the arrows of a dense picture; the tooltips keep them.
fn thin_labels(view: &mut View) {
    if view.nodes.len() <= LABELLED_NODES && view.arrows.len() <= (LABELS_PER_NODE * view.nodes.len()).max(24)
    {
        return;
    }
    for arrow in &mut view.arrows {
        arrow.label = String::new();
    }
    view.notes.push("Too many arrows for labels: hover over one for its ports.".into());
}
