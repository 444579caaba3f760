//! Endpoints: everything that groups are attached to.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use super::origin;
use super::{AccountRegion, EndpointId, GroupId, InterfaceId, Origin, SortedSet, SubnetId, Tags, VpcId};
use crate::traffic::Block;

/// Whether an endpoint is one machine or several.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Multiplicity {
    /// One machine: a rule that admits its own group does not connect it to itself.
    One,
    /// Several machines or nodes behind one resource (an autoscaling group, a cluster): they may
    /// connect to each other by a self rule.
    Many,
}

impl Multiplicity {
    /// Reads a cell of the tables in `assets/`: `one`, or anything else.
    pub(crate) fn of_cell(cell: &str) -> Self {
        if cell == "one" { Self::One } else { Self::Many }
    }
}

/// Which side of a connection an endpoint can be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// It only opens connections (a Lambda function).
    Client,
    /// It only accepts connections (an interface VPC endpoint).
    Service,
    /// It does both, or it is not known.
    Both,
}

impl Role {
    /// Reads a cell of the tables in `assets/`: `client`, `service`, or anything else.
    pub(crate) fn of_cell(cell: &str) -> Self {
        match cell {
            "client" => Self::Client,
            "service" => Self::Service,
            _ => Self::Both,
        }
    }
}

/// Anything that groups are attached to: an instance, a load balancer, a database, …
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Endpoint {
    /// Identity.
    pub id: EndpointId,
    /// Account and region, if known.
    pub account_region: Option<AccountRegion>,
    /// What it is, in a word or two: `instance`, `load balancer`.
    pub kind: Arc<str>,
    /// Its own name, if it has one.
    pub name: Option<Arc<str>>,
    /// Tags by key.
    pub tags: Tags,
    /// One machine or many.
    pub members: Multiplicity,
    /// Client, service or both.
    pub role: Role,
    /// Other texts that name it: provider ids, ARNs, interface ids.
    pub aliases: SortedSet<Arc<str>>,
    /// Its interfaces; rules apply to each by itself.
    pub interfaces: Vec<Interface>,
    /// Where it is defined.
    pub origins: Vec<Origin>,
}

impl Endpoint {
    /// Returns what people call it: the Name tag, its own name, the Terraform address, the id.
    pub fn label(&self) -> &str {
        origin::label(&self.tags, self.name.as_ref(), &self.origins, self.id.as_str())
    }

    /// Returns the groups of all its interfaces.
    pub fn groups(&self) -> BTreeSet<&GroupId> {
        self.interfaces.iter().flat_map(|interface| &interface.groups).collect()
    }
}

/// A network interface, with its groups, network and addresses.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Interface {
    /// The interface id, if it is in the input.
    pub id: Option<InterfaceId>,
    /// The groups that are attached to it. Their rules are a union.
    pub groups: SortedSet<GroupId>,
    /// Attached groups that are not in the input, by expression.
    pub unresolved: SortedSet<Arc<str>>,
    /// The VPC, through its subnet or, failing that, its groups.
    pub vpc: Option<VpcId>,
    /// The subnets in which its addresses are.
    pub subnets: SortedSet<SubnetId>,
    /// Private addresses: hosts and delegated prefixes, both families.
    pub addresses: SortedSet<Block>,
    /// Public addresses.
    pub public: SortedSet<IpAddr>,
    /// Whether it is known to have no group, so that nothing filters it.
    pub unfiltered: bool,
}
