//! A placement that always answers: boxes in columns by distance, each line with its caption along a
//! lane of its own above all boxes. It is plain, but nothing overlaps and nothing is missing.

use super::engine::{LayoutEngine, LayoutError};
use super::scene::{EdgeLine, Graph, Rect, Route, Scene};

/// Space between two columns, beside the lanes of lines.
const COLUMN_GAP: f64 = 60.0;
/// Space between two boxes of a column, and between two clusters.
const ROW_GAP: f64 = 24.0;
/// Space between two lines.
const LANE: f64 = 8.0;
/// Above a cluster's first row of boxes, for its caption.
const CAPTION: f64 = 30.0;
/// Space around the picture, and within a cluster.
const PAD: f64 = 16.0;
/// The last column, which bounds the width of a picture with long chains or with cycles.
const MAX_RANK: usize = 12;

/// Columns and lanes. Every graph has a scene.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plain;

impl LayoutEngine for Plain {
    fn place(&self, graph: &Graph) -> Result<Scene, LayoutError> {
        Ok(place(graph))
    }
}

/// Lays out any graph. Each cluster is a band of its own, with a column for each distance.
pub(super) fn place(graph: &Graph) -> Scene {
    let columns = Columns::new(graph);
    let (lanes, top) = lanes(graph);
    let width = page_width(graph, columns.right);
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
        let mut heights = vec![y + if band.is_some() { CAPTION } else { 0.0 }; columns.left.len()];
        let mut is_empty = true;
        for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.cluster == band) {
            let column = columns.rank[index];
            let row = &mut heights[column];
            scene.nodes[index] =
                Rect { x: columns.left[column], y: *row, width: node.width, height: node.height };
            *row += node.height + ROW_GAP;
            is_empty = false;
        }
        if is_empty {
            continue;
        }
        let bottom = heights.iter().copied().fold(y, f64::max);
        if let Some(cluster) = band {
            scene.clusters[cluster] = Rect { x: PAD, y, width: width - 2.0 * PAD, height: bottom - y };
        }
        y = bottom + ROW_GAP;
    }
    scene.height = y;
    route(graph, &columns, &lanes, &mut scene);
    scene
}

/// The columns of boxes.
struct Columns {
    /// The column of each box.
    rank: Vec<usize>,
    /// The left edge of each column.
    left: Vec<f64>,
    /// The width of the widest box of each column.
    widths: Vec<f64>,
    /// The right edge of the picture, if no caption needs more.
    right: f64,
}

impl Columns {
    fn new(graph: &Graph) -> Self {
        let rank = ranks(graph);
        let count = rank.iter().max().map_or(0, |last| last + 1);
        let mut widths = vec![0.0f64; count];
        for (node, rank) in graph.nodes.iter().zip(&rank) {
            widths[*rank] = widths[*rank].max(node.width);
        }
        // Between two columns every line that starts or ends there has a lane.
        let mut gutters = vec![COLUMN_GAP; count + 1];
        for edge in &graph.edges {
            gutters[rank[edge.from] + 1] += LANE;
            gutters[rank[edge.to]] += LANE;
        }
        let mut left = vec![0.0f64; count];
        let mut x = gutters[0] + PAD;
        for column in 0..count {
            left[column] = x;
            x += widths[column] + gutters[column + 1];
        }
        Self { rank, left, widths, right: x + PAD }
    }
}

/// Returns the distance of each box from a box that nothing points at. Cycles have no such box: there
/// the distances grow until the rounds are over.
fn ranks(graph: &Graph) -> Vec<usize> {
    let mut rank = vec![0usize; graph.nodes.len()];
    for _ in 0..graph.nodes.len().min(MAX_RANK) {
        let mut changed = false;
        for edge in graph.edges.iter().filter(|edge| edge.from != edge.to) {
            if rank[edge.to] <= rank[edge.from] && rank[edge.from] < MAX_RANK {
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

/// Returns the height of each line's lane, and of the first box below all lanes. A caption stands on
/// its lane, so that lanes with one are further apart.
fn lanes(graph: &Graph) -> (Vec<f64>, f64) {
    let mut y = PAD;
    let mut lanes = Vec::with_capacity(graph.edges.len());
    for edge in &graph.edges {
        let lane = y + edge.label.map_or(0.0, |(_, height)| height);
        lanes.push(lane);
        y = lane + LANE;
    }
    (lanes, y)
}

/// Returns the width of a picture that holds the columns, each caption of a line, and the caption of
/// each cluster that has a box.
fn page_width(graph: &Graph, columns: f64) -> f64 {
    let captions = graph.edges.iter().filter_map(|edge| edge.label).map(|(width, _)| width + 2.0 * PAD);
    let has_box = |cluster: usize| graph.nodes.iter().any(|node| node.cluster == Some(cluster));
    let clusters = graph.clusters.iter().enumerate().filter(|(cluster, _)| has_box(*cluster));
    captions.chain(clusters.map(|(_, caption)| caption + 4.0 * PAD)).fold(columns, f64::max)
}

/// Draws each line right out of the client, up the gutter, along its lane, down and into the service.
fn route(graph: &Graph, columns: &Columns, lanes: &[f64], scene: &mut Scene) {
    let Columns { rank, left, widths, .. } = columns;
    let mut used_right = vec![0.0f64; left.len()];
    let mut used_left = vec![0.0f64; left.len()];
    let mut ports_out = vec![0usize; graph.nodes.len()];
    let mut ports_in = vec![0usize; graph.nodes.len()];
    let outs = count_ends(graph, |edge| edge.from);
    let ins = count_ends(graph, |edge| edge.to);
    for (edge, &lane) in graph.edges.iter().zip(lanes) {
        let (from, to) = (scene.nodes[edge.from], scene.nodes[edge.to]);
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
        let label = edge.label.map(|size| caption(size, lane, f64::midpoint(up, down), scene.width));
        scene.edges.push(Route { points, label });
    }
}

/// Returns the number of lines that each box is the named end of.
fn count_ends(graph: &Graph, end: impl Fn(&EdgeLine) -> usize) -> Vec<usize> {
    let mut counts = vec![0; graph.nodes.len()];
    for edge in &graph.edges {
        counts[end(edge)] += 1;
    }
    counts
}

/// Puts a caption on a lane: in the middle of the line's way along it, or beside that where the page
/// ends.
fn caption((width, height): (f64, f64), lane: f64, middle: f64, page: f64) -> Rect {
    let x = (middle - width / 2.0).min(page - PAD - width).max(PAD);
    Rect { x, y: lane - height, width, height }
}
