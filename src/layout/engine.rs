//! The door between this module and whatever places boxes and lines. The program, its fallback and
//! its tests go through it alike.

use super::scene::{Graph, Scene};

/// Places the boxes, lines and captions of a graph.
///
/// `Elk` makes the pictures that people see. `Plain` stands in for it.
pub trait LayoutEngine {
    /// Returns coordinates for everything in the graph, in the order of the graph.
    ///
    /// # Errors
    /// [`LayoutError`] when the engine has no answer.
    fn place(&self, graph: &Graph) -> Result<Scene, LayoutError>;
}

/// The reason why an engine has no scene for a graph.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// The graph is beyond the size that the engine takes.
    #[error("{nodes} boxes and {lines} lines are more than the layout engine takes")]
    TooLarge {
        /// The number of boxes.
        nodes: usize,
        /// The number of lines.
        lines: usize,
    },
    /// The engine answered with an error. Its text is left out because users cannot act upon it.
    #[error("the layout engine refused the graph")]
    Refused,
    /// The engine panicked.
    #[error("the layout engine failed on this graph")]
    Failed,
    /// The engine did not answer within the last resort of a time limit.
    #[error("the layout engine took too long")]
    TooSlow,
    /// The engine answered without some box or line.
    #[error("the layout engine left something out")]
    Incomplete,
    /// The scene of the engine has a fault, as `problems` names it.
    #[error("the layout engine left a fault ({0})")]
    Fault(String),
    /// The system gives no thread to run the engine on.
    #[error("no thread for the layout engine: {0}")]
    NoThread(String),
}
