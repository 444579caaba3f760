//! A placement that always answers: boxes in columns by distance, lines along lanes of their own
//! above all boxes. Plain, but nothing overlaps and nothing is missing.

use super::{Graph, Rect, Route, Scene};

const COLUMN_GAP: f64 = 60.0;
const ROW_GAP: f64 = 24.0;
const LANE: f64 = 8.0;
const CAPTION: f64 = 30.0;
const PAD: f64 = 16.0;

/// Lays out any graph. Each cluster is a band of its own, with a column for each distance.
pub(super) fn layout(graph: &Graph) -> Scene {
    let rank = ranks(graph);
    let columns = rank.iter().max().map_or(0, |last| last + 1);
    let mut widths = vec![0.0f64; columns];
    for (node, rank) in graph.nodes.iter().zip(&rank) {
        widths[*rank] = widths[*rank].max(node.width);
    }
    // Between two columns every line that starts or ends there has a lane.
    let mut gutters = vec![COLUMN_GAP; columns + 1];
    for edge in &graph.edges {
        gutters[rank[edge.from] + 1] += LANE;
        gutters[rank[edge.to]] += LANE;
    }
    let mut left = vec![0.0f64; columns];
    let mut x = gutters.first().copied().unwrap_or_default() + PAD;
    for column in 0..columns {
        left[column] = x;
        x += widths[column] + gutters[column + 1];
    }
    let width = x + PAD;
    let top = graph.edges.len() as f64 * LANE + PAD;
    let mut scene = Scene {
        width,
        height: 0.0,
        nodes: vec![Rect::default(); graph.nodes.len()],
        edges: Vec::new(),
        clusters: vec![Rect::default(); graph.clusters.len()],
    };
    let mut y = top;
    let bands = (0..graph.clusters.len()).map(Some).chain([None]);
    for band in bands {
        let mut heights = vec![y + if band.is_some() { CAPTION } else { 0.0 }; columns];
        let mut any = false;
        for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.cluster == band) {
            let row = &mut heights[rank[index]];
            scene.nodes[index] =
                Rect { x: left[rank[index]], y: *row, width: node.width, height: node.height };
            *row += node.height + ROW_GAP;
            any = true;
        }
        let bottom = heights.iter().copied().fold(y, f64::max);
        if any {
            if let Some(cluster) = band {
                scene.clusters[cluster] = Rect { x: PAD, y, width: width - 2.0 * PAD, height: bottom - y };
            }
            y = bottom + ROW_GAP;
        }
    }
    scene.height = y;
    route(graph, &rank, &left, &widths, &mut scene);
    scene
}

/// Distance from a box that nothing points at; cycles are cut where they close.
fn ranks(graph: &Graph) -> Vec<usize> {
    let mut rank = vec![0usize; graph.nodes.len()];
    // As many rounds as a page has columns; more would only stretch cycles.
    for _ in 0..graph.nodes.len().min(12) {
        let mut changed = false;
        for edge in graph.edges.iter().filter(|edge| edge.from != edge.to) {
            if rank[edge.to] <= rank[edge.from] && rank[edge.from] < 12 {
                rank[edge.to] = rank[edge.from] + 1;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    rank
}

/// Right out of the client, up the gutter, along a lane above everything, down and into the service.
fn route(graph: &Graph, rank: &[usize], left: &[f64], widths: &[f64], scene: &mut Scene) {
    let mut used_right = vec![0.0f64; left.len()];
    let mut used_left = vec![0.0f64; left.len()];
    let mut ports_out = vec![0usize; graph.nodes.len()];
    let mut ports_in = vec![0usize; graph.nodes.len()];
    let count = |ends: &dyn Fn(&super::EdgeLine) -> usize| {
        graph.edges.iter().fold(vec![0usize; graph.nodes.len()], |mut counts, edge| {
            counts[ends(edge)] += 1;
            counts
        })
    };
    let (outs, ins) = (count(&|edge| edge.from), count(&|edge| edge.to));
    for (index, edge) in graph.edges.iter().enumerate() {
        let (from, to) = (scene.nodes[edge.from], scene.nodes[edge.to]);
        let lane = PAD + index as f64 * LANE;
        let (a, b) = (rank[edge.from], rank[edge.to]);
        used_right[a] += LANE;
        used_left[b] += LANE;
        ports_out[edge.from] += 1;
        ports_in[edge.to] += 1;
        let start = from.y + from.height * ports_out[edge.from] as f64 / (outs[edge.from] + 1) as f64;
        let end = to.y + to.height * ports_in[edge.to] as f64 / (ins[edge.to] + 1) as f64;
        let up = left[a] + widths[a] + used_right[a] + 8.0;
        let down = left[b] - used_left[b] - 8.0;
        let points =
            vec![(from.right(), start), (up, start), (up, lane), (down, lane), (down, end), (to.x, end)];
        scene.edges.push(Route { points, label: None });
    }
}
