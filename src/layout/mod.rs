//! From sizes to coordinates. Layout knows boxes, lines and captions; nothing of groups or rules.
//!
//! The default engine is ELK's layered algorithm (the crate `elkrs`), run on a thread of its own
//! with a large stack and a time limit. When it fails, `simple` always answers.

mod check;
mod elk;
mod measure;
mod pack;
mod simple;

pub use check::problems;
pub use measure::{Line, PADDING, Role, lines, node_size, tags_shown, text_width, wrap_tags};

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::view::View;

/// What is to be laid out, in pixels.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Boxes, each perhaps in a cluster.
    pub nodes: Vec<NodeBox>,
    /// Lines between them.
    pub edges: Vec<EdgeLine>,
    /// Clusters by the width of their caption.
    pub clusters: Vec<f64>,
}

/// A box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NodeBox {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// The cluster that holds it.
    pub cluster: Option<usize>,
}

/// A line from a client to a service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgeLine {
    /// The box it starts from.
    pub from: usize,
    /// The box it ends at.
    pub to: usize,
    /// Width and height of its caption.
    pub label: Option<(f64, f64)>,
}

/// A rectangle: left, top, width, height.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// Right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// The rectangle moved.
    #[must_use]
    pub fn moved(self, dx: f64, dy: f64) -> Self {
        Self { x: self.x + dx, y: self.y + dy, ..self }
    }
}

/// Where one edge runs.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Route {
    /// The corners, from the border of its first box to the border of its last.
    pub points: Vec<(f64, f64)>,
    /// Where its caption stands.
    pub label: Option<Rect>,
}

/// Coordinates for everything in a [`Graph`], in the same order. Serialisable: those who draw
/// themselves start here.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Scene {
    /// Width of the picture.
    pub width: f64,
    /// Height of the picture.
    pub height: f64,
    /// The boxes.
    pub nodes: Vec<Rect>,
    /// The lines.
    pub edges: Vec<Route>,
    /// The boxes around boxes.
    pub clusters: Vec<Rect>,
}

/// No picture is worth a longer wait, however many parts it has. Views keep far below it, so that
/// the same view gives the same picture on slow machines too.
const LIMIT: Duration = Duration::from_millis(3500);

/// Lays a graph out. Always answers; the second value says when the default engine did not.
pub fn layout(graph: &Graph) -> (Scene, Option<String>) {
    let deadline = Instant::now() + LIMIT;
    match pack::layout(graph, |part| elk::layout(part, deadline)) {
        Ok(scene) => match problems(graph, &scene).first() {
            None => (scene, None),
            Some(problem) => {
                (simple::layout(graph), Some(format!("the layout engine left a fault ({problem})")))
            }
        },
        Err(reason) => (simple::layout(graph), Some(reason)),
    }
}

/// Measures a view and lays it out. The first value is the scene, the second says when the default
/// engine did not answer.
pub fn layout_view(view: &View) -> (Scene, Option<String>) {
    layout(&measure_view(view))
}

/// The boxes, lines and captions of a view.
pub fn measure_view(view: &View) -> Graph {
    let nodes = view.nodes.iter().map(|node| {
        let (width, height) = node_size(node);
        NodeBox { width, height, cluster: node.cluster }
    });
    let edges = view.arrows.iter().map(|arrow| {
        let size = || ((text_width(&arrow.label, ARROW_TEXT, false) + 8.0).ceil(), ARROW_TEXT + 4.0);
        EdgeLine { from: arrow.from, to: arrow.to, label: (!arrow.label.is_empty()).then(size) }
    });
    Graph {
        nodes: nodes.collect(),
        edges: edges.collect(),
        clusters: view.clusters.iter().map(|cluster| text_width(&cluster.label, 12.0, true).ceil()).collect(),
    }
}

/// The font size of captions on lines.
pub const ARROW_TEXT: f64 = 11.0;
