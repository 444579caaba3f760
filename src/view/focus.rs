//! The inverse view of one subject: the subject at one side, services and clients at the others.

use std::collections::{BTreeMap, BTreeSet};

use super::map::{Drawing, add_arrow, describe_coverage, finish};
use super::{Arrow, Emphasis, Kind, Node, Style, Tag, View, ViewOptions, Way, names};
use crate::connectivity::{
    Connectivity, Counterpart, EndpointIx, GroupIx, Link, Member, Outside, Subject, Verdict,
};
use crate::inventory::Direction;
use crate::query::{Focus, Hop};
use crate::render::short;

/// Draws the answer of `focus`.
pub fn focus_view(index: &Connectivity<'_>, focus: &Focus, options: &ViewOptions) -> View {
    let mut drawing = Drawing::default();
    let reached = reached(focus);
    let subject = subject_node(&mut drawing, index, focus.subject);
    let mut left_out: BTreeSet<String> = BTreeSet::new();
    for hop in &focus.hops {
        let start = match &hop.through {
            None => subject,
            Some(Counterpart::Group(group)) => drawing.group(index, *group),
            // An arrow at the block would say that all of the block may, not the machines in it.
            Some(Counterpart::Outside(outside)) => {
                left_out.insert(names::outside(index, outside));
                continue;
            }
        };
        for link in hop.links.iter().filter(|link| hop.depth == 1 || is_news(link, focus.subject)) {
            draw_link(&mut drawing, index, hop, link, start, &reached);
        }
    }
    let mut view = drawing.view;
    if !left_out.is_empty() {
        let blocks: Vec<String> = left_out.into_iter().collect();
        let blocks = short(&blocks.join(", "), 80);
        view.notes
            .push(format!("Further steps from machines in {blocks} are not drawn; the report has them."));
    }
    for arrow in view.arrows.iter_mut().filter(|arrow| arrow.from == subject || arrow.to == subject) {
        arrow.emphasis = Emphasis::Focus;
    }
    let name = &view.nodes[subject].label;
    let both = focus.hops.iter().any(|hop| hop.direction != focus.hops[0].direction);
    let title = match focus.hops.first().map(|hop| hop.direction) {
        _ if both => format!("What {name} may connect to, and who may connect to it"),
        Some(Direction::Ingress) => format!("Who may connect to {name}"),
        _ => format!("What {name} may connect to"),
    };
    view.title = options.title.clone().unwrap_or(title);
    finish(view, index, options)
}

fn subject_node(drawing: &mut Drawing, index: &Connectivity<'_>, subject: Subject) -> usize {
    match subject {
        Subject::Group(group) => {
            let node = drawing.group(index, group);
            drawing.view.nodes[node].emphasis = Emphasis::Focus;
            node
        }
        Subject::Endpoint(ix) => {
            let endpoint = index.endpoint(ix);
            let vpc = index.classes_of(ix).first().and_then(|class| index.class(*class).standing.vpc);
            let groups: Vec<GroupIx> =
                endpoint.groups().into_iter().filter_map(|id| index.find_group(id)).collect();
            let mut details = vec![endpoint.kind.to_string()];
            details.extend(groups.iter().take(6).map(|ix| format!("in {}", names::group(index, *ix))));
            if groups.len() > 6 {
                details.push(format!("and {} more groups", groups.len() - 6));
            }
            drawing.node(endpoint.id.to_string(), |drawing, id| Node {
                id,
                kind: Kind::Endpoint,
                label: names::endpoint(index, ix),
                details,
                tooltip: names::endpoints_tooltip(index, &[ix]),
                cluster: drawing.cluster(index, vpc),
                emphasis: Emphasis::Focus,
                tags: Vec::new(),
            })
        }
    }
}

/// Beyond the subject's own connections, what does not work is no news, nor is the way back.
fn is_news(link: &Link, subject: Subject) -> bool {
    let is_subject = |member: &Member| Subject::Endpoint(member.endpoint) == subject;
    let is_back = !link.members.is_empty() && link.members.iter().all(is_subject);
    matches!(link.finding.verdict, Verdict::Allowed | Verdict::Undecided) && !is_back
}

/// The machines of each group that any hop reaches: two ways to one group may reach different ones.
/// The subject has a node of its own.
fn reached(focus: &Focus) -> BTreeMap<GroupIx, Vec<EndpointIx>> {
    let mut reached: BTreeMap<GroupIx, BTreeSet<EndpointIx>> = BTreeMap::new();
    for link in focus.hops.iter().flat_map(|hop| &hop.links) {
        if let Counterpart::Group(group) = link.counterpart {
            let others = link.members.iter().map(|member| member.endpoint);
            let others = others.filter(|endpoint| Subject::Endpoint(*endpoint) != focus.subject);
            reached.entry(group).or_default().extend(others);
        }
    }
    reached.into_iter().map(|(group, machines)| (group, machines.into_iter().collect())).collect()
}

fn draw_link(
    drawing: &mut Drawing,
    index: &Connectivity<'_>,
    hop: &Hop,
    link: &Link,
    start: usize,
    reached: &BTreeMap<GroupIx, Vec<EndpointIx>>,
) {
    let other = match &link.counterpart {
        Counterpart::Group(group) => {
            let node = drawing.group(index, *group);
            let machines = &reached[group];
            if !machines.is_empty() {
                let label = short(&names::machines(index, machines), names::LABEL);
                drawing.view.nodes[node].details = vec![label];
            }
            node
        }
        Counterpart::Outside(outside) => {
            let is_default = hop.direction == Direction::Egress
                && link.finding.egress.iter().all(|ix| index.rule(*ix).rule.is_default_egress());
            if is_default {
                // Nearly every group has it: named, not shouted.
                default_egress(drawing, index, link, start);
                return;
            }
            if link.finding.verdict == Verdict::BlockedByEgress && !link.members.is_empty() {
                // It is not the block that may not, but machines in it.
                let node = machines_in(drawing, index, outside, link);
                return draw_arrow(drawing, index, link, (node, start));
            }
            let node = drawing.outside(index, outside, hop.direction, None);
            if hop.direction == Direction::Ingress && drawing.view.nodes[node].details.is_empty() {
                describe_coverage(&mut drawing.view, index, node, &link.finding.ingress);
            }
            node
        }
    };
    let ends = if hop.direction == Direction::Egress { (start, other) } else { (other, start) };
    draw_arrow(drawing, index, link, ends);
}

/// The known machines of a block for which a link speaks.
fn machines_in(drawing: &mut Drawing, index: &Connectivity<'_>, outside: &Outside, link: &Link) -> usize {
    let machines: BTreeSet<EndpointIx> = link.members.iter().map(|member| member.endpoint).collect();
    let machines: Vec<EndpointIx> = machines.into_iter().collect();
    let block = names::outside(index, outside);
    let vpcs = machines.iter().map(|ix| index.class(index.classes_of(*ix)[0]).standing.vpc);
    let vpcs: BTreeSet<_> = vpcs.collect();
    drawing.node(format!("in:{block}"), |drawing, id| Node {
        id,
        kind: Kind::Endpoint,
        label: short(&names::machines(index, &machines), names::LABEL),
        details: vec![format!("in {block}")],
        tooltip: names::endpoints_tooltip(index, &machines),
        cluster: vpcs.first().filter(|_| vpcs.len() == 1).and_then(|vpc| drawing.cluster(index, *vpc)),
        emphasis: Emphasis::Normal,
        tags: Vec::new(),
    })
}

/// Draws a link, or adds it to the arrow that is there.
fn draw_arrow(drawing: &mut Drawing, index: &Connectivity<'_>, link: &Link, (from, to): (usize, usize)) {
    let tooltip = names::limited(names::finding_lines(index, &link.finding));
    let style = link.finding.verdict.into();
    let same = |arrow: &&mut Arrow| (arrow.from, arrow.to, arrow.style) == (from, to, style);
    match drawing.view.arrows.iter_mut().find(same) {
        Some(known) if !link.finding.traffic.is_subset(&known.traffic) => {
            known.traffic = known.traffic.union(&link.finding.traffic);
            known.tooltip = names::both(&known.tooltip, &tooltip);
        }
        Some(_) => {}
        None => add_arrow(&mut drawing.view, from, to, &link.finding.traffic, style, tooltip),
    }
}

/// The default egress rule as a tag.
fn default_egress(drawing: &mut Drawing, index: &Connectivity<'_>, link: &Link, start: usize) {
    let tag = Tag {
        way: Way::Out,
        other: None,
        text: "→ internet (default egress)".into(),
        traffic: link.finding.traffic.to_string(),
        tooltip: names::limited(names::finding_lines(index, &link.finding)),
        style: Style::Allowed,
    };
    let tags = &mut drawing.view.nodes[start].tags;
    if !tags.contains(&tag) {
        tags.push(tag);
    }
}
