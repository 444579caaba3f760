//! The whole map as a view: one node a group (or a class of machines), one arrow a pair.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::visit::EdgeRef;

use super::fold::reduce;
use super::{Arrow, Cluster, Emphasis, Node, NodeKind, Style, View, ViewOptions, names};
use crate::connectivity::{Connectivity, Finding, GroupIx, Map, Node as MapNode, Outside, RuleIx, VpcIx};
use crate::inventory::Direction;
use crate::query::tell_findings;
use crate::traffic::{Family, Traffic};
use crate::words::{self, DISCLAIMER, name, short};

/// Groups without any connection are folded into one node beyond this number.
const LONELY: usize = 6;

/// Collects nodes by key, so that each is made once.
#[derive(Default)]
pub(super) struct Drawing {
    pub(super) view: View,
    positions: BTreeMap<String, usize>,
    clusters: BTreeMap<VpcIx, usize>,
}

impl Drawing {
    /// The node with an id, made on first use.
    pub(super) fn node(&mut self, id: String, make: impl FnOnce(&mut Self, String) -> Node) -> usize {
        if let Some(position) = self.positions.get(&id) {
            return *position;
        }
        let node = make(self, id.clone());
        self.view.nodes.push(node);
        self.positions.insert(id, self.view.nodes.len() - 1);
        self.view.nodes.len() - 1
    }

    /// The box of a VPC, made on first use.
    pub(super) fn cluster(&mut self, net: &Connectivity, vpc: Option<VpcIx>) -> Option<usize> {
        let vpc = vpc?;
        let next = self.view.clusters.len();
        let position = *self.clusters.entry(vpc).or_insert(next);
        if position == next {
            let id = net.vpc(vpc);
            let facts = net.inventory().network.vpcs.get(id);
            let blocks: Vec<String> =
                facts.iter().flat_map(|vpc| &vpc.blocks).take(2).map(ToString::to_string).collect();
            let name = facts.and_then(|vpc| vpc.name.as_deref()).unwrap_or(id.as_str());
            let label = format!("VPC {} {}", short(name, 32), blocks.join(" "));
            self.view.clusters.push(Cluster { id: id.to_string(), label: label.trim_end().to_owned() });
        }
        Some(position)
    }

    /// The node of a group.
    pub(super) fn group(&mut self, net: &Connectivity, ix: GroupIx) -> usize {
        let group = net.group(ix);
        self.node(group.id.to_string(), |drawing, id| Node {
            id,
            kind: if group.is_defined() { NodeKind::Group } else { NodeKind::Elsewhere },
            label: names::group(net, ix),
            details: vec![names::member_count(net, ix)],
            tooltip: names::group_tooltip(net, ix),
            cluster: drawing.cluster(net, net.group_vpc(ix)),
            emphasis: Emphasis::Normal,
            tags: Vec::new(),
        })
    }

    /// The node of an outside peer. Clients and services stand at different edges of the picture,
    /// and each VPC has its own, so that no arrow crosses it all.
    pub(super) fn outside(
        &mut self,
        net: &Connectivity,
        outside: &Outside,
        direction: Direction,
        beside: Option<usize>,
    ) -> usize {
        let side = if direction == Direction::Ingress { "from" } else { "to" };
        let vpc = beside.map(|cluster| format!("@{}", self.view.clusters[cluster].id)).unwrap_or_default();
        self.node(format!("{side}:{outside}{vpc}"), |_, id| {
            let label = names::outside(net, outside);
            let kind = match outside {
                Outside::Internet => NodeKind::Internet,
                Outside::Block(_) | Outside::PrefixList(_) => NodeKind::Block,
                Outside::Unresolved(_) => NodeKind::Unknown,
            };
            let details = match outside {
                Outside::PrefixList(list) => vec![short(&format!("prefix list {list}"), names::LABEL)],
                _ => Vec::new(),
            };
            let tooltip = name(&outside.to_string());
            Node {
                id,
                kind,
                label,
                details,
                tooltip,
                cluster: None,
                emphasis: Emphasis::Normal,
                tags: Vec::new(),
            }
        })
    }
}

impl Drawing {
    /// A node of the map of groups, as the end of an arrow.
    fn end<'m>(&mut self, net: &Connectivity, node: &'m MapNode) -> End<'m> {
        match node {
            MapNode::Group(ix) => End::Node(self.group(net, *ix)),
            MapNode::Outside(outside) => End::Outside(outside),
        }
    }

    /// Draws the arrows of a map, with the outside peers at their ends.
    pub(super) fn connect<'m>(
        &mut self,
        net: &Connectivity,
        arrows: impl IntoIterator<Item = (End<'m>, End<'m>, (Finding, Option<Family>))>,
    ) {
        let mut covered: BTreeMap<usize, Vec<RuleIx>> = BTreeMap::new();
        for (client, service, (finding, family)) in arrows {
            let (from, to) = match (client, service) {
                (End::Node(from), End::Node(to)) => (from, to),
                (End::Outside(outside), End::Node(to)) if is_drawn(outside) => {
                    let beside = self.view.nodes[to].cluster;
                    let from = self.outside(net, outside, Direction::Ingress, beside);
                    covered.entry(from).or_default().extend(finding.ingress.iter().copied());
                    (from, to)
                }
                (End::Node(from), End::Outside(outside)) if is_drawn(outside) => {
                    let beside = self.view.nodes[from].cluster;
                    (from, self.outside(net, outside, Direction::Egress, beside))
                }
                _ => continue,
            };
            let tooltip = names::limited(names::finding_lines(net, &finding, family));
            add_arrow(&mut self.view, from, to, (&finding.traffic, family), finding.verdict.into(), tooltip);
        }
        for (node, rules) in covered {
            describe_coverage(&mut self.view, net, node, &rules);
        }
    }
}

/// Draws the map.
pub fn map_view(net: &Connectivity, map: &Map, options: &ViewOptions) -> View {
    let mut drawing = Drawing::default();
    let mut connected: BTreeSet<GroupIx> = BTreeSet::new();
    for edge in map.graph.edge_references() {
        for node in [edge.source(), edge.target()] {
            if let MapNode::Group(ix) = map.graph[node] {
                connected.insert(ix);
            }
        }
    }
    let groups: Vec<GroupIx> = map.groups().into_iter().collect();
    let lonely: Vec<GroupIx> = groups.iter().copied().filter(|ix| !connected.contains(ix)).collect();
    for ix in &groups {
        if connected.contains(ix) || lonely.len() <= LONELY {
            drawing.group(net, *ix);
        }
    }
    if lonely.len() > LONELY {
        fold_lonely(&mut drawing, net, &lonely);
    }
    let mut arrows = Vec::new();
    for (client, service, findings) in map.between() {
        for told in tell_findings(&findings) {
            let (from, to) = (drawing.end(net, client), drawing.end(net, service));
            arrows.push((from, to, told));
        }
    }
    drawing.connect(net, arrows);
    drawing.view.notes.extend(unknown_rules(net, &groups));
    drawing.view.title = options.title.clone().unwrap_or_else(|| default_title(net));
    finish(drawing.view, net, options)
}

/// Returns a note on attached groups of which not all rules are in the input: what these allow is
/// undecided.
pub(super) fn unknown_rules(net: &Connectivity, groups: &[GroupIx]) -> Option<String> {
    let is_open = |ix: &&GroupIx| {
        let group = net.group(**ix);
        let is_known = group.ingress_known && group.egress_known;
        !is_known && !net.members(**ix).is_empty()
    };
    let names: Vec<String> = groups.iter().filter(is_open).map(|ix| words::group(net, *ix)).collect();
    let of = match names.as_slice() {
        [] => return None,
        [first, second, rest @ ..] if rest.len() > 1 => {
            format!("{first}, {second} and {} more groups", rest.len())
        }
        few => few.join(", "),
    };
    Some(format!("Undecided, because not all in the input: what further rules of {of} allow."))
}

/// Tells whether an outside peer is drawn. An arrow for rules that are not in the input at nearly every
/// group would say less than the note does.
fn is_drawn(outside: &Outside) -> bool {
    !outside.is_unknown_rules()
}

/// One end of an arrow of a map: a node that is drawn, or an outside peer.
pub(super) enum End<'m> {
    Node(usize),
    Outside(&'m Outside),
}

/// Adds an arrow. One from a node to itself becomes a tag when the view is finished.
pub(super) fn add_arrow(
    view: &mut View,
    from: usize,
    to: usize,
    (traffic, family): (&Traffic, Option<Family>),
    style: Style,
    tooltip: String,
) {
    let traffic = traffic.clone();
    view.arrows.push(Arrow {
        from,
        to,
        count: 1,
        label: String::new(),
        traffic,
        family,
        tooltip,
        style,
        emphasis: Emphasis::Normal,
    });
}

/// The last steps of every view: say the traffic, fold what is too large, make hubs tags, describe.
pub(super) fn finish(mut view: View, net: &Connectivity, options: &ViewOptions) -> View {
    names::tell_apart(&mut view.nodes);
    let mut view = reduce(view, net, options);
    for node in &mut view.nodes {
        node.tags.sort();
        // Members of a folded node say the same, each with its own evidence.
        node.tags.dedup_by(|next, kept| {
            let is_same = (next.way, next.other, &next.text, next.style)
                == (kept.way, kept.other, &kept.text, kept.style);
            if is_same && next.tooltip != kept.tooltip {
                kept.tooltip = names::both(&kept.tooltip, &next.tooltip);
            }
            is_same
        });
    }
    if !options.filtered.is_empty() {
        view.notes.push(format!("Filtered: {}.", options.filtered.join(", ")));
    }
    view.notes.push(DISCLAIMER.to_owned());
    view.description = format!(
        "{}: {} nodes and {} arrows from client to service.",
        view.title,
        view.nodes.len(),
        view.arrows.len()
    );
    view
}

fn fold_lonely(drawing: &mut Drawing, net: &Connectivity, lonely: &[GroupIx]) {
    let mut by_vpc: BTreeMap<Option<VpcIx>, Vec<GroupIx>> = BTreeMap::new();
    for ix in lonely {
        by_vpc.entry(net.group_vpc(*ix)).or_default().push(*ix);
    }
    for (vpc, groups) in by_vpc {
        let cluster = drawing.cluster(net, vpc);
        let lines = groups
            .iter()
            .map(|ix| format!("{} ({})", name(net.group(*ix).label()), name(net.group(*ix).id.as_str())));
        let tooltip = names::limited(lines.collect());
        let label =
            format!("{} group{} without connections", groups.len(), if groups.len() == 1 { "" } else { "s" });
        let id = format!("lonely:{}", vpc.map(|vpc| net.vpc(vpc).to_string()).unwrap_or_default());
        let kind = NodeKind::Folded;
        let details = Vec::new();
        drawing.node(id, |_, id| Node {
            id,
            kind,
            label,
            details,
            tooltip,
            cluster,
            emphasis: Emphasis::Normal,
            tags: Vec::new(),
        });
    }
}

/// Says on a block whom it really lets in: what the subnet shortcut loses.
pub(super) fn describe_coverage(view: &mut View, net: &Connectivity, node: usize, rules: &[RuleIx]) {
    let Some(coverage) = rules.iter().find_map(|rule| net.coverage(*rule)) else { return };
    view.nodes[node].details.extend(names::coverage(&coverage));
    view.nodes[node].tooltip = names::coverage_tooltip(net, &view.nodes[node].label.clone(), &coverage);
}

/// How many VPCs a title names.
const TITLE_VPCS: usize = 3;

/// Says what is drawn, by the VPCs that it is in. No path stands in a picture: the same state is the same
/// picture everywhere.
pub(super) fn default_title(net: &Connectivity) -> String {
    let ids = net.all_groups().filter_map(|ix| net.group_vpc(ix)).map(|vpc| words::vpc(net, net.vpc(vpc)));
    let names: BTreeSet<String> = ids.collect();
    let mut names: Vec<String> = names.into_iter().map(|name| short(&name, 40)).collect();
    names.sort_by(|one, other| words::natural(one, other));
    match names.len() {
        0 => "Who may connect to whom".to_owned(),
        1 => format!("Who may connect to whom in VPC {}", names[0]),
        _ => format!("Who may connect to whom in the VPCs {}", words::few(&names, TITLE_VPCS)),
    }
}
