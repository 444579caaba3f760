//! The fallback on random graphs, and what happens when an engine has no good answer.

use std::collections::BTreeMap;

use super::*;

/// `SplitMix64`: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }
}

/// Boxes of all sizes in up to four clusters, lines of all kinds: chains, cycles, pairs, loops.
fn random_graph(seed: u64) -> Graph {
    let mut dice = Dice(seed);
    let clusters = dice.roll(5);
    let count = 1 + dice.roll(25);
    let nodes = (0..count).map(|_| NodeBox {
        width: 60.0 + dice.roll(200) as f64,
        height: 34.0 + dice.roll(90) as f64,
        cluster: Some(dice.roll(clusters + 1)).filter(|cluster| *cluster < clusters),
    });
    let nodes: Vec<NodeBox> = nodes.collect();
    let lines = dice.roll(3 * count);
    let edges = (0..lines).map(|_| {
        let label = (dice.roll(3) > 0).then(|| (20.0 + dice.roll(900) as f64, 15.0));
        EdgeLine { from: dice.roll(count), to: dice.roll(count), label }
    });
    let edges: Vec<EdgeLine> = edges.collect();
    let clusters = (0..clusters).map(|_| 20.0 + dice.roll(700) as f64).collect();
    Graph { nodes, edges, clusters }
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

/// What [`problems`] does not look for: captions on the page, apart from each other and from boxes.
fn caption_faults(graph: &Graph, scene: &Scene) -> Vec<String> {
    let mut faults = Vec::new();
    let mut before: Vec<Rect> = Vec::new();
    for (index, (edge, route)) in graph.edges.iter().zip(&scene.edges).enumerate() {
        let size = route.label.map(|rect| (rect.width, rect.height));
        if size != edge.label {
            faults.push(format!("caption {index} is {size:?} and should be {:?}", edge.label));
        }
        let Some(caption) = route.label else { continue };
        if caption.x < 0.0 || caption.y < 0.0 || caption.right() > scene.width {
            faults.push(format!("caption {index} is not on the page"));
        }
        if scene.nodes.iter().chain(&before).any(|rect| overlap(&caption, rect)) {
            faults.push(format!("caption {index} covers a box or a caption"));
        }
        before.push(caption);
    }
    faults
}

#[test]
fn the_plain_placement_has_no_fault() {
    for seed in 0..300 {
        let graph = random_graph(seed);
        let scene = Plain.place(&graph).expect("the plain placement always answers");
        let mut faults = problems(&graph, &scene);
        faults.extend(caption_faults(&graph, &scene));
        assert!(faults.is_empty(), "random graph {seed}: {faults:?}");
    }
}

#[test]
fn the_plain_placement_serves_as_an_engine() {
    for seed in 0..300 {
        let mut graph = random_graph(seed);
        // A box that nothing else connects is placed without the engine, and a view has no such lines.
        graph.edges.retain(|edge| edge.from != edge.to);
        let (scene, trouble) = layout_with(&graph, &Plain);
        assert_eq!(trouble, None, "random graph {seed}");
        let faults = caption_faults(&graph, &scene);
        assert!(faults.is_empty(), "random graph {seed}: {faults:?}");
    }
}

fn boxes(count: usize, lines: &[(usize, usize)]) -> Graph {
    let node = NodeBox { width: 80.0, height: 30.0, cluster: None };
    let line = |&(from, to): &(usize, usize)| EdgeLine { from, to, label: Some((50.0, 15.0)) };
    Graph { nodes: vec![node; count], edges: lines.iter().map(line).collect(), clusters: Vec::new() }
}

/// The columns of boxes in a plain placement, counted from the left.
fn columns(graph: &Graph) -> Vec<usize> {
    let scene = simple::place(graph);
    let left: Vec<u64> = scene.nodes.iter().map(|rect| rect.x as u64).collect();
    let mut order: BTreeMap<u64, usize> = left.iter().map(|x| (*x, 0)).collect();
    for (number, column) in order.values_mut().enumerate() {
        *column = number;
    }
    left.iter().map(|x| order[x]).collect()
}

#[test]
fn boxes_stand_in_columns_by_distance() {
    assert_eq!(columns(&boxes(4, &[(0, 1), (1, 2), (2, 3)])), [0, 1, 2, 3]);
    // Against the order of the lines, which takes a round for each box.
    assert_eq!(columns(&boxes(4, &[(2, 3), (1, 2), (0, 1)])), [0, 1, 2, 3]);
    // The longest way counts.
    assert_eq!(columns(&boxes(3, &[(0, 2), (0, 1), (1, 2)])), [0, 1, 2]);
    assert_eq!(columns(&boxes(4, &[(0, 1), (0, 2), (1, 3), (2, 3)])), [0, 1, 1, 2]);
    assert_eq!(columns(&boxes(3, &[])), [0, 0, 0]);
    // A line to itself moves nothing.
    assert_eq!(columns(&boxes(2, &[(0, 0), (0, 1)])), [0, 1]);
}

#[test]
fn cycles_and_long_chains_stay_within_a_page() {
    let ring: Vec<(usize, usize)> = (0..40).map(|index| (index, (index + 1) % 40)).collect();
    let chain = &ring[..39];
    for lines in [ring.as_slice(), chain] {
        let columns = columns(&boxes(40, lines));
        let last = columns.iter().max().copied();
        assert!(last.is_some_and(|last| (2..=12).contains(&last)), "{columns:?}");
    }
}

/// An engine that answers as the closure does.
struct Stub<F>(F);

impl<F: Fn(&Graph) -> Result<Scene, LayoutError>> LayoutEngine for Stub<F> {
    fn place(&self, graph: &Graph) -> Result<Scene, LayoutError> {
        (self.0)(graph)
    }
}

/// Asserts that an engine leads to the plain placement of the whole graph, with a reason.
fn assert_falls_back(answer: impl Fn(&Graph) -> Result<Scene, LayoutError>, expected: &str) {
    let graph = boxes(3, &[(0, 1), (1, 2)]);
    let (scene, trouble) = layout_with(&graph, &Stub(answer));
    let trouble = trouble.expect("the engine gave no scene");
    assert_eq!(trouble.reason, expected);
    assert_eq!(trouble.is_by_clock, expected.contains("too long"), "{expected}");
    assert!(scene == simple::place(&graph), "{expected}: {scene:?}");
    assert!(scene.edges.iter().all(|route| route.label.is_some()), "{expected}: a caption is lost");
}

#[test]
fn an_engine_without_an_answer_leads_to_the_plain_placement() {
    assert_falls_back(refuse, "the layout engine refused the graph");
    assert_falls_back(|_| Err(LayoutError::TooSlow), "the layout engine took too long");
    assert_falls_back(
        |graph| Err(LayoutError::TooLarge { nodes: graph.nodes.len(), lines: graph.edges.len() }),
        "3 boxes and 2 lines are more than the layout engine takes",
    );
}

#[test]
fn an_engine_that_panics_leads_to_the_plain_placement() {
    assert_falls_back(|_| panic!("as a young engine may"), "the layout engine failed on this graph");
}

/// Answers with the plain placement after a change.
fn broken(change: fn(&mut Scene)) -> impl Fn(&Graph) -> Result<Scene, LayoutError> {
    move |graph| {
        let mut scene = simple::place(graph);
        change(&mut scene);
        Ok(scene)
    }
}

#[test]
fn a_broken_scene_leads_to_the_plain_placement() {
    let left_out = "the layout engine left something out";
    assert_falls_back(broken(|scene| scene.nodes.truncate(2)), left_out);
    assert_falls_back(broken(|scene| scene.edges.clear()), left_out);
    assert_falls_back(
        broken(|scene| scene.edges[1].label = None),
        "the layout engine left a fault (a caption is missing)",
    );
    assert_falls_back(
        broken(|scene| scene.nodes[1] = scene.nodes[0]),
        "the layout engine left a fault (two boxes overlap)",
    );
    assert_falls_back(
        broken(|scene| scene.nodes[2].x = f64::NAN),
        "the layout engine left a fault (a box has no place)",
    );
    assert_falls_back(
        broken(|scene| scene.edges[0].points[0].1 = -7.0),
        "the layout engine left a fault (a line does not end at its boxes)",
    );
}

fn refuse(_: &Graph) -> Result<Scene, LayoutError> {
    Err(LayoutError::Refused)
}

#[test]
fn a_fault_of_the_plain_placement_is_said_too() {
    // A line cannot end at a border that is nowhere.
    let mut graph = boxes(2, &[(0, 1)]);
    graph.nodes[0].width = f64::NAN;
    let (_, trouble) = layout_with(&graph, &Stub(refuse));
    let trouble = trouble.expect("the engine refused").reason;
    assert!(trouble.starts_with("the layout engine refused the graph, and the plain"), "{trouble}");
}
