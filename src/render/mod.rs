//! Answers and pictures as bytes: one format a file, one escaper each. Nothing is decided here.

mod csv;
mod dot;
mod json;
mod markdown;
mod mermaid;
#[cfg(feature = "png")]
mod png;
mod svg;
mod text;

pub use csv::csv;
pub use dot::dot;
pub use json::{
    estate_json, explain_json, focus_json, graph_json, list_json, members_json, paths_json, scene_json,
};
pub use markdown::markdown;
pub use mermaid::{MermaidRefusal, mermaid};
#[cfg(feature = "png")]
pub use png::{Png, PngRefusal, png};
pub use svg::{SvgOptions, Theme, svg};
pub use text::text;
