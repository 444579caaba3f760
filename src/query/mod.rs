//! Questions and their answers: whom a name means, what a subject connects to, who carries a group.
//!
//! Answers hold indexes and evidence, no text; `render` says them.

mod focus;
mod members;
mod select;

pub use focus::{Focus, Hop, focus};
pub use members::{Members, members};
pub use select::{Candidate, Only, SelectError, select};
