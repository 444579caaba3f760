//! Who may connect to whom: the evaluator, and the directed graph it draws.
//!
//! A connection from A to B is allowed when egress of A allows the traffic towards B *and* ingress
//! of B allows it from A (VPC user guide, "Security group rules": groups are stateful, rules are
//! allow-only, the groups of one interface are a union). Groups permit; they do not promise a
//! route: network ACLs, route tables and endpoint policies are not looked at.
//!
//! Interfaces with equal standing (the same groups, VPC and position to every block that any rule
//! names) form one [`Class`] and are evaluated once.

mod class;
mod collector;
mod doubt;
mod graph;
mod index;
mod judge;
mod links;
mod machines;
mod outside;
mod scope;

use class::Shape;
pub use class::{Class, Presence, Standing};
pub use doubt::Doubt;
pub use graph::{Connection, Map, Node};
pub use index::{
    BlockIx, ClassIx, Connectivity, EndpointIx, GroupIx, PeerIx, RuleIx, RuleRow, UnknownIx, VpcIx,
};
pub use judge::{Finding, Rules, Verdict};
pub use links::{Counterpart, Link, Member, Subject};
pub use machines::{MachineMap, Machines, Spot, TooManyPairs};
pub use outside::{Coverage, Outside};
pub use scope::Reach;
