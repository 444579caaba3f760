//! The algebra of traffic and addresses: canonical sets with union, intersection, difference and
//! subset, so that two equal sets compare equal.
//!
//! This room knows nothing of security groups.

mod address;
mod display;
mod icmp;
mod interval;
mod protocol;
mod set;

pub use address::{AddressSet, Block, BlockError, Family};
pub use interval::{Bound, IntervalSet};
pub use protocol::{Protocol, ProtocolError};
pub use set::{Traffic, TrafficError, TrafficItem};
