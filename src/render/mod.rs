//! Answers and pictures as bytes: one format a file, one escaper each. Nothing is decided here.

mod account;
mod clean;
mod dot;
mod evidence;
mod explain;
mod json;
mod mermaid;
#[cfg(feature = "png")]
mod png;
mod svg;
mod text;

pub use account::account;
pub use clean::{clean, short};
pub use dot::dot;
pub use explain::{explain_json, explain_text, paths_json, paths_text};
pub use json::{focus_json, graph_json, members_json, scene_json};
pub use mermaid::{MermaidRefusal, mermaid};
#[cfg(feature = "png")]
pub use png::{Png, PngRefusal, png};
pub use svg::{SvgOptions, Theme, svg};
pub use text::{focus_text, members_text};

/// What each answer says of its own limits, once.
pub const NOTE: &str = "Permitted by security groups; routes, network ACLs and endpoint policies are not evaluated. \
    DNS, metadata and time of the VPC are never filtered.";
