//! From sizes to coordinates. Layout knows boxes, lines and captions; nothing of groups or rules.
//!
//! A [`LayoutEngine`] places each connected part, and `pack` puts the parts on a page. The engine is
//! ELK's layered algorithm ([`Elk`], through the crate `elkrs`). Every scene is checked by [`problems`];
//! where the engine has no good one, [`Plain`] places the whole graph.

mod check;
mod elk;
mod engine;
mod measure;
mod pack;
mod scene;
mod simple;
#[cfg(test)]
mod tests;

pub use check::problems;
pub use elk::Elk;
pub use engine::{LayoutEngine, LayoutError};
pub(crate) use measure::tags_shown;
pub use measure::{Line, LineRole, PADDING, lines, node_size, text_width};
pub use scene::{EdgeLine, Graph, NodeBox, Rect, Route, Scene};
pub use simple::Plain;

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::view::View;

/// Why a scene is the plain one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The reason in words.
    pub reason: String,
    /// Whether the clock decided: another run may draw another picture.
    pub is_by_clock: bool,
}

/// Lays a graph out with [`Elk`]. Always answers: the second value is the reason when the scene is the
/// plain one.
pub fn layout(graph: &Graph) -> (Scene, Option<Trouble>) {
    layout_with(graph, &Elk)
}

/// Lays a graph out with an engine. Always answers: the second value is the reason when the scene is
/// the plain one, because the engine gave none or one with a fault.
pub fn layout_with(graph: &Graph, engine: &dyn LayoutEngine) -> (Scene, Option<Trouble>) {
    let reason = match checked(graph, engine) {
        Ok(scene) => return (scene, None),
        Err(reason) => reason,
    };
    let scene = simple::place(graph);
    let is_by_clock = matches!(reason, LayoutError::TooSlow);
    let reason = match problems(graph, &scene).first() {
        None => reason.to_string(),
        Some(fault) => format!("{reason}, and the plain placement has a fault ({fault})"),
    };
    (scene, Some(Trouble { reason, is_by_clock }))
}

/// Returns the scene of an engine when it has no fault. A panic of the engine is an error like others.
fn checked(graph: &Graph, engine: &dyn LayoutEngine) -> Result<Scene, LayoutError> {
    let attempt = AssertUnwindSafe(|| pack::layout(graph, engine));
    let scene = catch_unwind(attempt).map_err(|_| LayoutError::Failed)??;
    match problems(graph, &scene).into_iter().next() {
        None => Ok(scene),
        Some(fault) => Err(LayoutError::Fault(fault)),
    }
}

/// Measures a view and lays it out with [`Elk`]. The second value is the reason when the scene is the
/// plain one.
pub fn layout_view(view: &View) -> (Scene, Option<Trouble>) {
    layout(&measure_view(view))
}

/// Returns the boxes, lines and captions of a view, by their sizes.
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
