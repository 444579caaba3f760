//! Questions and their answers: whom a name means, what a subject connects to, who carries a group.
//!
//! Answers hold indexes and evidence, no text; `render` says them.

mod explain;
mod focus;
mod members;
mod paths;
mod select;

pub use explain::{Answer, Explanation, Party, explain};
pub use focus::{Focus, Hop, focus};
pub use members::{Members, members};
pub use paths::{Step, paths};
pub use select::{Candidate, Only, SelectError, select};
