//! What is laid out, and where it stands then: boxes and lines without meaning.

use serde::Serialize;

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

/// A line from a client to a service: from one box to another.
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
    /// Returns the right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Returns the bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Returns the rectangle moved.
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
