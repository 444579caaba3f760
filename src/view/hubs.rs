//! Hubs become tags. A handful of nodes that touch everything (logging, monitoring, bastion,
//! internet) make a map unreadable: each is drawn once, and each counterpart carries a small tag
//! instead of a long arrow. Nothing is lost: the tag names the connection and its evidence.

use std::cmp::Reverse;

use super::{Arrow, Emphasis, Tag, View, Way};

/// Which nodes become hubs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hubs {
    /// None.
    Off,
    /// Those with more arrows than a picture of this size can bear.
    #[default]
    Auto,
    /// Those with at least so many arrows.
    AtLeast(usize),
}

/// Pictures up to this many nodes and arrows are readable as they are.
const SMALL: usize = 16;
const FEW_ARROWS: usize = 40;
/// More arrows than this for each node are a hairball.
const DENSE: usize = 5;
/// With fewer arrows than this a node is no hub, however full the picture is.
const FEWEST: usize = 5;

impl Hubs {
    /// The number of arrows from which a node is a hub.
    fn threshold(self, nodes: usize, arrows: usize) -> Option<usize> {
        match self {
            Self::Off => None,
            Self::AtLeast(arrows) => Some(arrows.max(1)),
            Self::Auto if nodes <= SMALL && arrows <= FEW_ARROWS => None,
            Self::Auto => Some(8.max(nodes * 12 / 100)),
        }
    }
}

/// Replaces the arrows of hubs by tags at their other ends.
pub(super) fn tag_hubs(view: &mut View, hubs: Hubs) {
    let Some(threshold) = hubs.threshold(view.nodes.len(), view.arrows.len()) else { return };
    let mut degree = vec![0usize; view.nodes.len()];
    for arrow in &view.arrows {
        degree[arrow.from] += 1;
        degree[arrow.to] += 1;
    }
    let is_hub = choose(view, &degree, threshold, hubs);
    let mut clients = vec![0usize; view.nodes.len()];
    let mut services = vec![0usize; view.nodes.len()];
    let mut labels: Vec<Vec<String>> = vec![Vec::new(); view.nodes.len()];
    let mut kept = Vec::new();
    for arrow in std::mem::take(&mut view.arrows) {
        let (from, to) = (arrow.from, arrow.to);
        let (at, hub, way) = match (is_hub[from], is_hub[to]) {
            (false, false) => {
                kept.push(arrow);
                continue;
            }
            (_, true) => (from, to, Way::Out),
            (true, false) => (to, from, Way::In),
        };
        if is_hub[to] {
            clients[to] += 1;
            labels[to].push(arrow.label.clone());
        }
        if is_hub[from] {
            services[from] += 1;
        }
        let tag = tag(view, &arrow, hub, way);
        view.nodes[at].tags.push(tag);
    }
    view.arrows = kept;
    for (index, node) in view.nodes.iter_mut().enumerate().filter(|(index, _)| is_hub[*index]) {
        let mut facts = Vec::new();
        labels[index].sort();
        labels[index].dedup();
        let traffic = match labels[index].as_slice() {
            [one] if !one.is_empty() => format!(" · {one}"),
            _ => String::new(),
        };
        let count = |n: usize, noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
        if clients[index] > 0 {
            facts.push(format!("{}{traffic}", count(clients[index], "client")));
        }
        if services[index] > 0 {
            facts.push(count(services[index], "service"));
        }
        node.details.extend(facts);
    }
    for node in &mut view.nodes {
        node.tags.sort();
    }
}

/// The nodes with enough arrows. When the choice is ours, more follow until the picture has about as
/// many arrows as nodes; they are at most a third, or half where everything touches everything.
fn choose(view: &View, degree: &[usize], threshold: usize, hubs: Hubs) -> Vec<bool> {
    // What the picture is about keeps its arrows.
    let is_free = |node: &usize| view.nodes[*node].emphasis != Emphasis::Focus;
    let mut chosen = vec![false; degree.len()];
    if hubs != Hubs::Auto {
        for node in (0..degree.len()).filter(is_free).filter(|node| degree[*node] >= threshold) {
            chosen[node] = true;
        }
        return chosen;
    }
    let mut others: Vec<Vec<usize>> = vec![Vec::new(); degree.len()];
    for arrow in &view.arrows {
        others[arrow.from].push(arrow.to);
        others[arrow.to].push(arrow.from);
    }
    let is_dense = view.arrows.len() > DENSE * degree.len();
    let (mut left, mut arrows) = (degree.to_vec(), view.arrows.len());
    for _ in 0..degree.len() / if is_dense { 2 } else { 3 } {
        let able = (0..degree.len()).filter(|node| !chosen[*node]).filter(is_free);
        let Some(next) = able.max_by_key(|node| (left[*node], Reverse(*node))) else { break };
        let bearable = if arrows > degree.len() { FEWEST } else { threshold };
        if left[next] < bearable {
            break;
        }
        chosen[next] = true;
        arrows -= left[next];
        for other in std::mem::take(&mut others[next]) {
            left[other] -= usize::from(!chosen[other]);
        }
    }
    chosen
}

fn tag(view: &View, arrow: &Arrow, hub: usize, way: Way) -> Tag {
    let sign = if way == Way::Out { "→" } else { "←" };
    let hub_node = &view.nodes[hub];
    let text = format!("{sign} {} {}", hub_node.label, arrow.label);
    Tag {
        way,
        other: Some(hub),
        text: text.trim_end().to_owned(),
        traffic: arrow.label.clone(),
        tooltip: arrow.tooltip.clone(),
        style: arrow.style,
    }
}
