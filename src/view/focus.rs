//! The inverse view of one subject: the subject at one side, services and clients at the others.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::map::{Drawing, add_arrow, describe_coverage, finish};
use super::{Emphasis, Node, NodeKind, Style, Tag, View, ViewOptions, Way, names};
use crate::connectivity::{Connectivity, Counterpart, EndpointIx, GroupIx, Member, Subject, Verdict, VpcIx};
use crate::inventory::Direction;
use crate::query::{Focus, Hop, Target, ToldLink, tell_links};
use crate::traffic::Family;
use crate::words::short;

/// The arrows by what makes them one, with their positions.
type Drawn = HashMap<(usize, usize, Style, Option<Family>), usize>;

/// Draws the answer of `focus`.
pub fn focus_view(net: &Connectivity, focus: &Focus, options: &ViewOptions) -> View {
    let mut drawing = Drawing::default();
    let reached = reached(focus);
    let subject = subject_node(&mut drawing, net, &focus.targets);
    let mut left_out: BTreeSet<String> = BTreeSet::new();
    let mut notes: BTreeSet<String> = BTreeSet::new();
    let mut drawn = Drawn::new();
    for hop in &focus.hops {
        let start = match &hop.through {
            None => subject,
            Some(Counterpart::Group(group)) => drawing.group(net, *group),
            // An arrow at the block would say that all of the block may, not the resources in it.
            Some(Counterpart::Outside(outside) | Counterpart::Within(outside)) => {
                left_out.insert(names::outside(net, outside));
                continue;
            }
            Some(Counterpart::UnknownGroup(_) | Counterpart::Unfiltered | Counterpart::Anyone) => continue,
        };
        let told = tell_links(&hop.links);
        for link in told.iter().filter(|link| hop.depth == 1 || is_news(link, focus)) {
            if let Some(only) = link.only.as_ref().filter(|_| link.finding.verdict == Verdict::Allowed) {
                let name = crate::words::counterpart(net, &link.counterpart);
                let addresses = crate::words::address_set(only);
                notes.insert(format!("{name}: {} for {addresses}.", link.finding.traffic));
            }
            draw_link(&mut drawing, &mut drawn, net, hop, link, start, &reached);
        }
    }
    let mut view = drawing.view;
    view.notes.extend(notes);
    if !left_out.is_empty() {
        let blocks: Vec<String> = left_out.into_iter().collect();
        let blocks = short(&blocks.join(", "), 80);
        view.notes
            .push(format!("Further steps from resources in {blocks} are not drawn; the report has them."));
    }
    view.notes.extend(focus.stopped.iter().map(|stopped| format!("{}.", crate::words::stopped(stopped))));
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
    finish(view, net, options)
}

fn subject_node(drawing: &mut Drawing, net: &Connectivity, targets: &[Target]) -> usize {
    let node = match targets {
        [Target::Known(Subject::Group(group))] => drawing.group(net, *group),
        [Target::Known(Subject::Endpoint(ix) | Subject::Interface(ix, _)) | Target::Public(ix, ..)] => {
            let id = match &targets[0] {
                Target::Known(Subject::Endpoint(ix)) => net.endpoint(*ix).id.to_string(),
                other => crate::words::target(net, other),
            };
            let label = match &targets[0] {
                Target::Known(Subject::Endpoint(ix)) => names::endpoint(net, *ix),
                other => short(&crate::words::target(net, other), names::LABEL),
            };
            endpoint_node(drawing, net, *ix, id, label)
        }
        [Target::Outside(outside)] => drawing.outside(net, outside, Direction::Ingress, None),
        several => {
            let label = crate::words::targets(net, several);
            drawing.node(format!("targets:{label}"), |_, id| Node {
                id,
                kind: NodeKind::Folded,
                label: short(&label, names::LABEL),
                details: vec![format!("{} together", several.len())],
                tooltip: label,
                cluster: None,
                emphasis: Emphasis::Focus,
                tags: Vec::new(),
            })
        }
    };
    drawing.view.nodes[node].emphasis = Emphasis::Focus;
    node
}

fn endpoint_node(
    drawing: &mut Drawing,
    net: &Connectivity,
    ix: EndpointIx,
    id: String,
    label: String,
) -> usize {
    let endpoint = net.endpoint(ix);
    let vpc = net.classes_of(ix).first().and_then(|class| net.class(*class).profile.vpc);
    let groups: Vec<GroupIx> = endpoint.groups().into_iter().filter_map(|id| net.find_group(id)).collect();
    let mut details = vec![endpoint.kind.to_string()];
    details.extend(groups.iter().take(6).map(|ix| format!("SG: {}", names::group(net, *ix))));
    if groups.len() > 6 {
        details.push(format!("and {} more groups", groups.len() - 6));
    }
    drawing.node(id, |drawing, id| Node {
        id,
        kind: NodeKind::Endpoint,
        label,
        details,
        tooltip: names::endpoints_tooltip(net, &[ix]),
        cluster: drawing.cluster(net, vpc),
        emphasis: Emphasis::Focus,
        tags: Vec::new(),
    })
}

/// Tells whether an endpoint is what the picture is about.
fn is_subject(focus: &Focus, endpoint: EndpointIx) -> bool {
    focus.targets.iter().any(|target| match target {
        Target::Known(Subject::Endpoint(ix) | Subject::Interface(ix, _)) | Target::Public(ix, ..) => {
            *ix == endpoint
        }
        Target::Known(Subject::Group(_)) | Target::Outside(_) => false,
    })
}

/// Beyond the subject's own connections, what does not work is no news, nor is the way back.
fn is_news(link: &ToldLink, focus: &Focus) -> bool {
    let is_back = |member: &Member| is_subject(focus, member.endpoint);
    let is_way_back = !link.members.is_empty() && link.members.iter().all(is_back);
    matches!(link.finding.verdict, Verdict::Allowed | Verdict::Undecided) && !is_way_back
}

/// Returns the resources of each group that any hop reaches: two ways to one group may reach different
/// ones. The subject has a node of its own.
fn reached(focus: &Focus) -> BTreeMap<GroupIx, Vec<EndpointIx>> {
    let mut reached: BTreeMap<GroupIx, BTreeSet<EndpointIx>> = BTreeMap::new();
    for link in focus.hops.iter().flat_map(|hop| &hop.links) {
        if let Counterpart::Group(group) = link.counterpart {
            let others = link.members.iter().map(|member| member.endpoint);
            let others = others.filter(|endpoint| !is_subject(focus, *endpoint));
            reached.entry(group).or_default().extend(others);
        }
    }
    reached.into_iter().map(|(group, members)| (group, members.into_iter().collect())).collect()
}

fn draw_link(
    drawing: &mut Drawing,
    drawn: &mut Drawn,
    net: &Connectivity,
    hop: &Hop,
    link: &ToldLink,
    start: usize,
    reached: &BTreeMap<GroupIx, Vec<EndpointIx>>,
) {
    let other = match &link.counterpart {
        Counterpart::Group(group) => {
            let node = drawing.group(net, *group);
            let members = &reached[group];
            if !members.is_empty() {
                let label = short(&names::resources(net, members), names::LABEL);
                drawing.view.nodes[node].details = vec![label];
            }
            node
        }
        Counterpart::Outside(outside) => {
            let rules = &link.finding.egress;
            let is_default = hop.direction == Direction::Egress
                && link.finding.verdict == Verdict::Allowed
                && !rules.is_empty()
                && rules.iter().all(|ix| net.rule(*ix).is_default_egress());
            if is_default {
                // Nearly every group has it: named, not shouted.
                default_egress(drawing, net, link, start);
                return;
            }
            let node = drawing.outside(net, outside, hop.direction, None);
            if hop.direction == Direction::Ingress && drawing.view.nodes[node].details.is_empty() {
                describe_coverage(&mut drawing.view, net, node, &link.finding.ingress);
            }
            node
        }
        // The arrow at the block stands for its resources, too, and the block says which they are.
        Counterpart::Within(_) if link.finding.verdict == Verdict::Allowed => return,
        Counterpart::Within(outside) => {
            resources_node(drawing, net, link, &format!("within {}", names::outside(net, outside)))
        }
        Counterpart::UnknownGroup(_) | Counterpart::Unfiltered | Counterpart::Anyone => {
            resources_node(drawing, net, link, &crate::words::counterpart(net, &link.counterpart))
        }
    };
    let ends = if hop.direction == Direction::Egress { (start, other) } else { (other, start) };
    draw_arrow(drawing, drawn, net, link, ends);
}

/// Returns the node of the resources behind a link that no group stands for.
fn resources_node(drawing: &mut Drawing, net: &Connectivity, link: &ToldLink, what: &str) -> usize {
    let members: BTreeSet<EndpointIx> = link.members.iter().map(|member| member.endpoint).collect();
    let members: Vec<EndpointIx> = members.into_iter().collect();
    let vpc_of = |ix: &EndpointIx| net.class(net.classes_of(*ix)[0]).profile.vpc;
    let vpcs: BTreeSet<Option<VpcIx>> = members.iter().map(vpc_of).collect();
    drawing.node(format!("in:{what}"), |drawing, id| Node {
        id,
        kind: NodeKind::Endpoint,
        label: short(&names::resources(net, &members), names::LABEL),
        details: vec![short(what, names::LABEL)],
        tooltip: names::endpoints_tooltip(net, &members),
        cluster: vpcs.first().filter(|_| vpcs.len() == 1).and_then(|vpc| drawing.cluster(net, *vpc)),
        emphasis: Emphasis::Normal,
        tags: Vec::new(),
    })
}

/// Draws a link, or adds it to the arrow that is there.
fn draw_arrow(
    drawing: &mut Drawing,
    drawn: &mut Drawn,
    net: &Connectivity,
    link: &ToldLink,
    (from, to): (usize, usize),
) {
    let tooltip = names::limited(names::finding_lines(net, &link.finding, link.family));
    let style = link.finding.verdict.into();
    let next = drawing.view.arrows.len();
    let position = *drawn.entry((from, to, style, link.family)).or_insert(next);
    match drawing.view.arrows.get_mut(position) {
        Some(known) if !link.finding.traffic.is_subset(&known.traffic) => {
            known.traffic = known.traffic.union(&link.finding.traffic);
            known.tooltip = names::both(&known.tooltip, &tooltip);
        }
        Some(_) => {}
        None => {
            let traffic = (&link.finding.traffic, link.family);
            add_arrow(&mut drawing.view, from, to, traffic, style, tooltip);
        }
    }
}

/// Adds the default egress rule as a tag.
fn default_egress(drawing: &mut Drawing, net: &Connectivity, link: &ToldLink, start: usize) {
    let tag = Tag {
        way: Way::Out,
        other: None,
        text: "→ internet (default egress)".into(),
        traffic: link.finding.traffic.to_string(),
        tooltip: names::limited(names::finding_lines(net, &link.finding, link.family)),
        style: Style::Allowed,
    };
    let tags = &mut drawing.view.nodes[start].tags;
    if !tags.contains(&tag) {
        tags.push(tag);
    }
}
