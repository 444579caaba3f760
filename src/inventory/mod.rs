//! Everything that was read, from any source: groups and their rules, endpoints and their interfaces,
//! the network around them, and warnings.
//!
//! This module does no I/O and knows neither Terraform nor the EC2 API. Readers hand their facts to a
//! [`Builder`]; [`Builder::finish`] merges them into one [`Inventory`], which does not depend on the
//! order of the facts.

mod account_region;
mod builder;
mod endpoint;
mod facts;
mod findings;
mod group;
mod id;
mod merge;
mod network;
mod origin;
mod rule;
mod sorted;
mod table;
mod tally;

pub use account_region::AccountRegion;
pub use builder::Builder;
pub use endpoint::{Endpoint, Interface, Multiplicity, Role};
pub use facts::{Authority, EndpointFact, GroupFact, GroupRef, InterfaceFact, TemplateName};
pub(crate) use findings::SubnetGroup;
pub use group::Group;
pub use id::{EndpointId, GroupId, InterfaceId, PeeringId, PrefixListId, RuleId, SubnetId, VpcId};
pub use network::{Network, Peering, PrefixList, Subnet, Vpc};
pub use origin::{Origin, Source};
pub use rule::{Direction, Peer, Rule, RuleTraffic};
pub use sorted::{SortedSet, Tags};
pub use table::Table;
pub use tally::{Tally, Warning};

use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything read, merged: the input of every answer.
#[derive(Debug, Default, Clone)]
pub struct Inventory {
    /// What was read, by name.
    pub sources: Vec<Arc<Source>>,
    /// The groups by id, those that are only referred to among them.
    pub groups: Table<GroupId, Group>,
    /// The endpoints by id.
    pub endpoints: Table<EndpointId, Box<Endpoint>>,
    /// Endpoints without a group in the input, by id, with their labels. No answer is about them.
    pub ungrouped: BTreeMap<EndpointId, String>,
    /// VPCs, subnets, peerings and prefix lists.
    pub network: Network,
    /// Problems of the input that bear on answers, sorted, each once.
    pub warnings: Vec<Warning>,
    /// How much was read, and what was skipped.
    pub tally: Tally,
}
