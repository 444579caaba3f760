//! Who may connect to whom: the evaluator, and the relation that every answer is a view of.
//!
//! A connection from A to B is allowed when egress of A allows the traffic towards B *and* ingress
//! of B allows it from A (VPC user guide, "Security group rules": groups are stateful, rules are
//! allow-only, the groups of one interface are a union). Groups permit; they do not promise a
//! route: network ACLs, route tables and endpoint policies are not looked at.
//!
//! Interfaces with equal profiles (the same groups, VPC and position to every block that any rule
//! names) form one [`InterfaceClass`] and are evaluated once.

mod attribution;
mod block_list;
mod blocks;
mod by_peer;
mod class;
mod coverage;
mod doubt;
mod estate;
mod evaluate;
mod finding;
mod index;
mod ix;
mod layer;
mod links;
mod map;
mod namesakes;
mod outside;
mod outside_peers;
mod pairs;
mod peering;
mod profile;
mod resource_map;
mod security_groups;
mod work;

pub use attribution::Counterpart;
pub use block_list::BlockList;
pub use class::InterfaceClass;
pub use coverage::Coverage;
pub use doubt::Doubt;
pub use estate::Row;
pub use finding::{Finding, Findings, Rules, Verdict};
pub use index::{Connectivity, RuleRow};
pub use ix::{BlockIx, BlocksIx, ClassIx, EndpointIx, GroupIx, PeerIx, RuleIx, UnknownIx, VpcIx};
pub use layer::{Layer, Party, Question, Side};
pub use links::{Link, Member, Subject};
pub use map::{Map, Node};
pub use outside::{ExternalPart, Outside};
pub use pairs::GroupPair;
pub use peering::Reach;
pub use profile::{InterfaceProfile, Presence};
pub use resource_map::{MapEnd, ResourceMap, ResourceSet};
pub use work::{TooLarge, Work};
