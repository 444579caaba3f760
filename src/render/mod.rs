//! Answers and pictures as bytes: one format a file, one escaper each. Nothing is decided here.

mod dot;
mod json;
mod mermaid;
#[cfg(feature = "png")]
mod png;
mod svg;
mod text;

pub use dot::dot;
pub use json::{estate_json, explain_json, focus_json, graph_json, members_json, paths_json, scene_json};
pub use mermaid::{MermaidRefusal, mermaid};
#[cfg(feature = "png")]
pub use png::{Png, PngRefusal, png};
pub use svg::{SvgOptions, Theme, svg};
pub use text::text;
