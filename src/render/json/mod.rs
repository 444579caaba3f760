//! JSON for scripts, schema `sglens/2`; `docs/sglens-2.schema.json` describes it.

mod estate;
mod explain;
mod focus;
mod graph;
mod list;
mod members;
mod parts;

pub use estate::estate_json;
pub use explain::{explain_json, paths_json};
pub use focus::focus_json;
pub use graph::graph_json;
pub use list::list_json;
pub use members::members_json;

/// Prints a picture's nodes, arrows and coordinates, for those who draw themselves.
pub fn scene_json(view: &crate::view::View, scene: &crate::layout::Scene) -> String {
    #[derive(serde::Serialize)]
    struct Body<'v> {
        schema: &'static str,
        view: &'v crate::view::View,
        scene: &'v crate::layout::Scene,
    }
    parts::print(&Body { schema: "sglens-scene/1", view, scene })
}
