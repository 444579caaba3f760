//! Questions and their answers: whom a text means, what a subject connects to, what a group is
//! attached to. Every answer is a view of the relation in `connectivity`.
//!
//! Answers hold indexes and evidence, no text; `words` says them.

mod answer;
mod explain;
mod external;
mod filter;
mod focus;
mod members;
mod paths;
mod relation;
mod select;
mod select_error;
mod target;
mod told;
mod units;

pub use answer::{Answer, DividedSide, PairAnswer, PartAnswer, Quantity};
pub use explain::{Explanation, Missing, Obstacle, explain};
pub use filter::{Filter, is_broad};
pub use focus::{Focus, Hop, Stopped, focus};
pub use members::{Members, members};
pub use paths::{Hop as PathHop, Paths, paths};
pub use relation::{Relation, RelationArrow};
pub use select::{select, select_groups};
pub use select_error::{Candidate, SelectError};
pub use target::{Target, groups_of};
pub use told::{ToldLink, tell_findings, tell_links};
pub use units::{ResourceUnit, Unit};

use select_error::{ADDRESSES, abbreviation, slug};
