//! Where things stand: on every example, every state of the corpus and random views, nothing
//! overlaps, lines end where they should and pass through nothing, every caption is there, and
//! everything is on the page. All of it holds with ELK, with the plain placement in its stead, and
//! with the plain placement of the whole. The same view twice is the same scene.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sglens::connectivity::{Connectivity, Map, Subject};
use sglens::input::{Input, Options, read};
use sglens::inventory::Direction;
use sglens::layout::{
    LayoutEngine, Plain, Rect, Scene, Trouble, layout_view, layout_with, measure_view, problems,
};
use sglens::query::{Target, focus};
use sglens::traffic::Traffic;
use sglens::view::{
    Arrow, Cluster, Emphasis, Hubs, Node, NodeKind, Style, Tag, View, ViewOptions, Way, focus_view, map_view,
};

use crate::testkit::random::Random;
use crate::testkit::skip::outside;

/// Pixels that rounding may cost.
const TOLERANCE: f64 = 0.6;

#[test]
fn examples_are_well_placed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let states: Vec<PathBuf> = entries(&folder)
        .into_iter()
        .map(|path| path.join("terraform.tfstate"))
        .filter(|path| path.is_file())
        .collect();
    assert!(!states.is_empty(), "there are examples");
    check_states(&states);
}

#[test]
fn corpus_states_are_well_placed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/tfstate-v4");
    if !folder.is_dir() {
        outside("the corpus, ../shared/corpus,");
        return;
    }
    check_states(&entries(&folder));
}

#[test]
fn random_views_are_well_placed() {
    let mut failures = Vec::new();
    for seed in 0..60 {
        check(&format!("random view {seed}"), &random_view(seed), &mut failures);
    }
    assert_none(&failures);
}

#[test]
fn the_same_view_is_the_same_scene() {
    for seed in 0..60 {
        let view = random_view(seed);
        let (first, second) = (layout_view(&view), layout_view(&view));
        assert!(first == second, "the second layout of random view {seed} differs from the first");
    }
}

#[test]
fn odd_views_are_well_placed() {
    let mut failures = Vec::new();
    check("an empty view", &View::default(), &mut failures);
    let mut dice = dice(1);
    for (name, nodes, clusters) in [("a node", 1, 0), ("a node in a box", 1, 1), ("only lonely nodes", 17, 3)]
    {
        let mut view = View { clusters: clusters_of(&mut dice, clusters), ..View::default() };
        view.nodes = (0..nodes).map(|index| node(&mut dice, index, clusters)).collect();
        check(name, &view, &mut failures);
    }
    assert_none(&failures);
}

/// The files and folders in a folder, in order.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let listing = fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = listing.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.sort();
    paths
}

fn assert_none(failures: &[String]) {
    assert!(failures.is_empty(), "{} faults:\n{}", failures.len(), failures.join("\n"));
}

/// Checks the pictures that a user may ask of each state.
fn check_states(paths: &[PathBuf]) {
    let mut failures = Vec::new();
    for path in paths {
        let name = path.display();
        let inventory = match read(&[Input::from_argument(path)], Options::default()) {
            Ok(inventory) => inventory,
            Err(error) => {
                failures.push(format!("{name}: {error}"));
                continue;
            }
        };
        let index = Connectivity::new(inventory);
        let map = Map::new(&index);
        for hubs in [Hubs::Auto, Hubs::Off, Hubs::AtLeast(3)] {
            let options = ViewOptions { hubs, ..ViewOptions::default() };
            check(
                &format!("map of {name} with hubs {hubs:?}"),
                &map_view(&index, &map, &options),
                &mut failures,
            );
        }
        let groups = index.all_groups().take(3).map(Subject::Group);
        let endpoints = index.all_endpoints().take(3).map(Subject::Endpoint);
        for (number, subject) in groups.chain(endpoints).enumerate() {
            let answer =
                focus(&index, &[Target::Known(subject)], &[Direction::Egress, Direction::Ingress], 2)
                    .unwrap();
            let view = focus_view(&index, &answer, &ViewOptions::default());
            check(&format!("focus {number} of {name}"), &view, &mut failures);
        }
    }
    assert_none(&failures);
}

/// Lays a view out in each way and collects what is wrong.
fn check(name: &str, view: &View, failures: &mut Vec<String>) {
    let graph = measure_view(view);
    let plain = Plain.place(&graph).map_err(|error| error.to_string());
    let scenes = [
        ("by ELK", told(layout_view(view))),
        ("by parts without ELK", told(layout_with(&graph, &Plain))),
        (
            "as the fallback",
            plain.map_or_else(|error| (Scene::default(), Some(error)), |scene| (scene, None)),
        ),
    ];
    for (way, (scene, trouble)) in scenes {
        let mut faults = problems(&graph, &scene);
        faults.extend(faults_of(view, &scene));
        faults.extend(trouble);
        failures.extend(faults.into_iter().map(|fault| format!("{name} {way}: {fault}")));
    }
}

/// What is wrong with a scene. Slow and plain, and written without a look at the library's own check.
fn faults_of(view: &View, scene: &Scene) -> Vec<String> {
    let drawn = (scene.nodes.len(), scene.edges.len(), scene.clusters.len());
    let wanted = (view.nodes.len(), view.arrows.len(), view.clusters.len());
    if drawn != wanted {
        return vec![format!("{drawn:?} nodes, lines and boxes instead of {wanted:?}")];
    }
    let mut faults = Vec::new();
    nodes(scene, &mut faults);
    clusters(view, scene, &mut faults);
    labels(view, scene, &mut faults);
    lines(view, scene, &mut faults);
    faults
}

fn page(scene: &Scene) -> Rect {
    Rect { x: 0.0, y: 0.0, width: scene.width, height: scene.height }
}

fn nodes(scene: &Scene, faults: &mut Vec<String>) {
    for (index, rect) in scene.nodes.iter().enumerate() {
        if !holds(&page(scene), rect) {
            faults.push(format!("node {index} is not on the page"));
        }
        for (other, before) in scene.nodes[..index].iter().enumerate() {
            if overlap(rect, before) {
                faults.push(format!("nodes {other} and {index} overlap"));
            }
        }
    }
}

fn clusters(view: &View, scene: &Scene, faults: &mut Vec<String>) {
    let is_empty = |cluster: usize| view.nodes.iter().all(|node| node.cluster != Some(cluster));
    let used: Vec<usize> = (0..view.clusters.len()).filter(|cluster| !is_empty(*cluster)).collect();
    for (position, &cluster) in used.iter().enumerate() {
        let rect = &scene.clusters[cluster];
        if !holds(&page(scene), rect) {
            faults.push(format!("box {cluster} is not on the page"));
        }
        for &other in &used[..position] {
            if overlap(rect, &scene.clusters[other]) {
                faults.push(format!("boxes {other} and {cluster} overlap"));
            }
        }
        for (index, node) in scene.nodes.iter().enumerate() {
            let is_member = view.nodes[index].cluster == Some(cluster);
            if is_member && !holds(rect, node) {
                faults.push(format!("node {index} is not inside its box {cluster}"));
            }
            if !is_member && overlap(rect, node) {
                faults.push(format!("node {index} is inside box {cluster}, which is not its own"));
            }
        }
    }
}

fn labels(view: &View, scene: &Scene, faults: &mut Vec<String>) {
    let mut placed: Vec<(usize, &Rect)> = Vec::new();
    for (index, route) in scene.edges.iter().enumerate() {
        let Some(label) = &route.label else {
            if !view.arrows[index].label.is_empty() {
                faults.push(format!("line {index} has lost its label"));
            }
            continue;
        };
        if !holds(&page(scene), label) {
            faults.push(format!("label {index} is not on the page"));
        }
        for (node, rect) in scene.nodes.iter().enumerate() {
            if overlap(label, rect) {
                faults.push(format!("label {index} covers node {node}"));
            }
        }
        for (other, before) in &placed {
            if overlap(label, before) {
                faults.push(format!("labels {other} and {index} overlap"));
            }
        }
        placed.push((index, label));
    }
}

fn lines(view: &View, scene: &Scene, faults: &mut Vec<String>) {
    for (index, (arrow, route)) in view.arrows.iter().zip(&scene.edges).enumerate() {
        let ([first, ..], [.., last]) = (route.points.as_slice(), route.points.as_slice()) else {
            faults.push(format!("line {index} has no points"));
            continue;
        };
        if !is_on_border(&scene.nodes[arrow.from], *first) {
            faults.push(format!("line {index} does not start at the border of node {}", arrow.from));
        }
        if !is_on_border(&scene.nodes[arrow.to], *last) {
            faults.push(format!("line {index} does not end at the border of node {}", arrow.to));
        }
        for pair in route.points.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let stretch = Rect {
                x: a.0.min(b.0),
                y: a.1.min(b.1),
                width: (a.0 - b.0).abs(),
                height: (a.1 - b.1).abs(),
            };
            if !holds(&page(scene), &stretch) {
                faults.push(format!("line {index} leaves the page"));
            }
            if stretch.width > TOLERANCE && stretch.height > TOLERANCE {
                faults.push(format!("line {index} is slanted"));
            }
            // Its own nodes too: it ends at their borders.
            for (node, rect) in scene.nodes.iter().enumerate() {
                if crosses(&stretch, rect) {
                    faults.push(format!(
                        "line {index} ({} to {}) passes through node {node}",
                        arrow.from, arrow.to
                    ));
                }
            }
        }
    }
}

/// Tells whether two rectangles share an area.
fn overlap(a: &Rect, b: &Rect) -> bool {
    let width = a.right().min(b.right()) - a.x.max(b.x);
    let height = a.bottom().min(b.bottom()) - a.y.max(b.y);
    width > TOLERANCE && height > TOLERANCE
}

/// Tells whether a flat stretch of a line lies inside a rectangle, and not just along its border.
fn crosses(stretch: &Rect, rect: &Rect) -> bool {
    stretch.x < rect.right() - TOLERANCE
        && stretch.right() > rect.x + TOLERANCE
        && stretch.y < rect.bottom() - TOLERANCE
        && stretch.bottom() > rect.y + TOLERANCE
}

/// Not so when a number is none.
fn holds(outer: &Rect, inner: &Rect) -> bool {
    inner.x >= outer.x - TOLERANCE
        && inner.y >= outer.y - TOLERANCE
        && inner.right() <= outer.right() + TOLERANCE
        && inner.bottom() <= outer.bottom() + TOLERANCE
}

fn is_on_border(rect: &Rect, point: (f64, f64)) -> bool {
    let spot = Rect { x: point.0, y: point.1, width: 0.0, height: 0.0 };
    let is_near = |a: f64, b: f64| (a - b).abs() <= TOLERANCE;
    holds(rect, &spot)
        && (is_near(point.0, rect.x)
            || is_near(point.0, rect.right())
            || is_near(point.1, rect.y)
            || is_near(point.1, rect.bottom()))
}

/// The dice of a view.
fn dice(seed: u64) -> Random {
    Random::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5CE4_E000)
}

const NAMES: [&str; 8] = [
    "web",
    "",
    "a",
    "logging-elasticsearch-production-eu-1",
    "ελληνικά ονόματα",
    "日本語の名前の長いセキュリティグループの名前",
    "🔥🔥🔥 hot",
    "i l i l i l",
];
const TRAFFIC: [&str; 6] =
    ["", "tcp 443", "all traffic", "tcp 80, 443, 8080-8090 · icmp echo", "udp 53 (undecided)", "tcp 1"];
const STYLES: [Style; 4] = [Style::Allowed, Style::Undecided, Style::Blocked, Style::NoIngress];
const KINDS: [NodeKind; 7] = [
    NodeKind::Group,
    NodeKind::Elsewhere,
    NodeKind::Endpoint,
    NodeKind::Internet,
    NodeKind::Block,
    NodeKind::Unknown,
    NodeKind::Folded,
];

fn clusters_of(dice: &mut Random, count: usize) -> Vec<Cluster> {
    (0..count)
        .map(|index| Cluster { id: format!("vpc-{index}"), label: format!("VPC {}", dice.pick(&NAMES)) })
        .collect()
}

fn node(dice: &mut Random, index: usize, clusters: usize) -> Node {
    let cluster = Some(dice.below(clusters + 1)).filter(|cluster| *cluster < clusters);
    let details = (0..dice.below(4)).map(|_| (*dice.pick(&NAMES)).to_owned()).collect();
    let tags = if dice.below(4) == 0 { dice.below(11) } else { 0 };
    let tags = (0..tags).map(|_| tag(dice)).collect();
    Node {
        id: format!("sg-{index}"),
        kind: KINDS[dice.below(KINDS.len())],
        label: (*dice.pick(&NAMES)).to_owned(),
        details,
        tooltip: String::new(),
        cluster,
        emphasis: Emphasis::Normal,
        tags,
    }
}

fn tag(dice: &mut Random) -> Tag {
    Tag {
        way: Way::Out,
        other: None,
        text: format!("→ {}", dice.pick(&NAMES)),
        traffic: (*dice.pick(&TRAFFIC)).to_owned(),
        tooltip: String::new(),
        style: STYLES[dice.below(STYLES.len())],
    }
}

/// A view as the library promises it: no arrow from a node to itself, at most one between two nodes
/// and a style. Stars, rings, two-sided graphs and plain disorder.
fn random_view(seed: u64) -> View {
    let mut dice = dice(seed);
    let clusters = dice.below(5);
    let count = 2 + dice.below(22);
    let nodes: Vec<Node> = (0..count).map(|index| node(&mut dice, index, clusters)).collect();
    let mut ends: BTreeSet<(usize, usize, Style)> = BTreeSet::new();
    let wanted = match seed % 5 {
        0 => count / 2,
        1 => count,
        2 => count * 3 / 2,
        3 => (count * 3).min(40),
        _ => count - 1,
    };
    for turn in 0..wanted {
        let (from, to) = match seed % 10 {
            4 => (0, turn + 1),
            9 => (turn + 1, 0),
            6 => (turn % count, (turn + 1) % count),
            8 => (dice.below(count.div_ceil(2)), count.div_ceil(2) + dice.below(count / 2)),
            _ => (dice.below(count), dice.below(count)),
        };
        let style = if dice.below(3) > 0 { Style::Allowed } else { STYLES[dice.below(STYLES.len())] };
        if from != to {
            ends.insert((from, to, style));
        }
    }
    let arrows = ends.into_iter().map(|(from, to, style)| Arrow {
        from,
        to,
        count: 1,
        label: (*dice.pick(&TRAFFIC)).to_owned(),
        traffic: Traffic::none(),
        family: None,
        tooltip: String::new(),
        style,
        emphasis: Emphasis::Normal,
    });
    let arrows: Vec<Arrow> = arrows.collect();
    View { clusters: clusters_of(&mut dice, clusters), nodes, arrows, ..View::default() }
}

/// A scene, with the reason where it is the plain one.
fn told((scene, trouble): (Scene, Option<Trouble>)) -> (Scene, Option<String>) {
    (scene, trouble.map(|trouble| trouble.reason))
}
