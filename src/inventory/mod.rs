//! Everything that was read, whatever it was read from: groups and their rules, endpoints and
//! their interfaces, the network around them, and the warnings met on the way.
//!
//! This room does no I/O and knows neither Terraform nor the EC2 API. Readers hand their findings
//! to a [`Builder`]; [`Builder::finish`] merges them into one [`Inventory`], the same whatever the
//! order in which they came.

mod builder;
mod endpoint;
mod facts;
mod group;
mod id;
mod merge;
mod network;
mod origin;
mod rule;
mod sorted;
mod tally;

pub use builder::Builder;
pub use endpoint::{Endpoint, Interface, Members, Role};
pub use facts::{EndpointFact, GroupFact, GroupRef, InterfaceFact, Known};
pub use group::Group;
pub use id::{EndpointId, GroupId, InterfaceId, PeeringId, PrefixListId, RuleId, SubnetId, VpcId};
pub use network::{Network, Peering, PrefixList, Subnet, Vpc};
pub use origin::{Origin, Source};
pub use rule::{Direction, Peer, Rule};
pub use sorted::{SortedSet, Tags};
pub use tally::{Tally, Warning};

use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything read, merged: the input of every answer.
#[derive(Debug, Default, Clone)]
pub struct Inventory {
    /// What was read, by name.
    pub sources: Vec<Arc<Source>>,
    /// The groups by id, with those that are only referred to.
    pub groups: BTreeMap<GroupId, Group>,
    /// The endpoints by id.
    pub endpoints: BTreeMap<EndpointId, Box<Endpoint>>,
    /// Endpoints that carry no group in the input, by id, with their labels: nothing can be said of
    /// them, but that they are there.
    pub ungrouped: BTreeMap<EndpointId, String>,
    /// VPCs, subnets, peerings and prefix lists.
    pub network: Network,
    /// What a reader of the answer should know about the input, sorted, each once.
    pub warnings: Vec<Warning>,
    /// How much was read, and what was skipped.
    pub tally: Tally,
}
