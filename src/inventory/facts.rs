//! What readers hand to the [`Builder`](super::Builder): single findings, not yet merged.

use std::net::IpAddr;
use std::sync::Arc;

use super::{EndpointId, GroupId, InterfaceId, Members, Origin, Role, SortedSet, SubnetId, Tags, VpcId};
use crate::traffic::Block;

/// How well a source knows a thing; better knowledge wins when sources differ.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Known {
    /// Mentioned in passing.
    Hint,
    /// Read, but not owned, by the source (a Terraform data source).
    Looked,
    /// Owned by the source: a managed resource, or the live API.
    Owned,
}

/// A mention of a group by an attachment.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum GroupRef {
    /// By id, or by `name:NAME` where EC2-Classic and default VPCs allow a name.
    Id(GroupId),
    /// By an expression whose value the input does not tell.
    Unresolved(Arc<str>),
}

/// What one source says of a group, rules aside.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct GroupFact {
    /// How well the source knows it.
    pub known: Known,
    /// Where it stands; `None` for a mention that defines nothing.
    pub origin: Option<Origin>,
    /// Name.
    pub name: Option<Arc<str>>,
    /// Description.
    pub description: Option<Arc<str>>,
    /// Primary VPC.
    pub vpc: Option<VpcId>,
    /// Owner's account.
    pub account: Option<Arc<str>>,
    /// Region.
    pub region: Option<Arc<str>>,
    /// Tags.
    pub tags: Tags,
    /// Whether the source lists every ingress rule.
    pub ingress_known: bool,
    /// Whether the source lists every egress rule.
    pub egress_known: bool,
    /// Whether the source could not see everything that may carry it.
    pub carriers_unseen: bool,
}

impl GroupFact {
    /// A fact that says only how well the group is known and where it stands.
    pub fn new(known: Known, origin: Option<Origin>) -> Self {
        Self {
            known,
            origin,
            name: None,
            description: None,
            vpc: None,
            account: None,
            region: None,
            tags: Tags::default(),
            ingress_known: false,
            egress_known: false,
            carriers_unseen: false,
        }
    }
}

/// What one source says of an endpoint, interfaces aside.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct EndpointFact {
    /// How well the source knows it.
    pub known: Known,
    /// Where it stands.
    pub origin: Origin,
    /// Account and region (`111122223333/eu-west-1`), if known: names of functions and clusters are
    /// only unique there.
    pub home: Option<Arc<str>>,
    /// What it is, in a word or two.
    pub kind: Arc<str>,
    /// Its own name.
    pub name: Option<Arc<str>>,
    /// Tags.
    pub tags: Tags,
    /// One machine or many.
    pub members: Members,
    /// Client, service or both.
    pub role: Role,
    /// Other texts that name it.
    pub aliases: Vec<Arc<str>>,
    /// Aliases of the templates whose groups it takes when it states none itself.
    pub templates: Vec<Arc<str>>,
    /// Whether it is only a pattern for others: it is dropped when something takes its groups.
    pub is_template: bool,
}

/// What one source says of a network interface.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct InterfaceFact {
    /// Where it stands.
    pub origin: Origin,
    /// The endpoint that the source says it belongs to.
    pub endpoint: EndpointId,
    /// The endpoint's account and region, if known.
    pub home: Option<Arc<str>>,
    /// Its id; facts with one id are one interface.
    pub id: Option<InterfaceId>,
    /// Without an id: which of the endpoint's interfaces it is.
    pub slot: usize,
    /// The groups it carries.
    pub groups: SortedSet<GroupRef>,
    /// VPC.
    pub vpc: Option<VpcId>,
    /// Subnets.
    pub subnets: SortedSet<SubnetId>,
    /// Names of subnet groups (`type:name`) that stand for subnets.
    pub subnet_groups: Vec<Arc<str>>,
    /// Private addresses and delegated prefixes.
    pub addresses: SortedSet<Block>,
    /// Public addresses.
    pub public: SortedSet<IpAddr>,
}

impl InterfaceFact {
    /// A fact that says only whose interface it is.
    pub fn new(origin: Origin, endpoint: EndpointId) -> Self {
        Self {
            origin,
            endpoint,
            home: None,
            id: None,
            slot: 0,
            groups: SortedSet::default(),
            vpc: None,
            subnets: SortedSet::default(),
            subnet_groups: Vec::new(),
            addresses: SortedSet::default(),
            public: SortedSet::default(),
        }
    }
}
