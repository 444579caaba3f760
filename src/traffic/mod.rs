//! The algebra of traffic and addresses: canonical sets with union, intersection, difference and
//! subset, so that two equal sets compare equal.
//!
//! This module knows nothing of security groups.

mod address;
mod display;
mod icmp;
mod interval;
mod parse;
mod protocol;
mod rows;
mod set;

pub use address::{AddressSet, Block, BlockError, Family};
pub use interval::{Bound, IntervalSet};
pub use parse::TrafficSyntaxError;
pub use protocol::{Protocol, ProtocolError};
pub use rows::TrafficItem;
pub use set::{Traffic, TrafficError};
