//! What readers hand to the `Builder`: single facts, not yet merged.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use super::{
    AccountRegion, EndpointId, GroupId, InterfaceId, Multiplicity, Origin, Role, SortedSet, SubnetId, Tags,
    VpcId,
};
use crate::traffic::Block;

/// How well a source knows a thing. Where sources differ, the higher authority wins.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Authority {
    /// Another thing mentions it.
    Mention,
    /// The source reads it but does not manage it: a Terraform data source, or a part of an answer.
    DataSource,
    /// The source manages it: a Terraform resource, or the live API.
    Managed,
}

/// A mention of a group by an attachment.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum GroupRef {
    /// By id, or by `name:NAME` where EC2-Classic and default VPCs allow a name.
    Id(GroupId),
    /// By an expression whose value is not in the input.
    Unresolved(Arc<str>),
}

/// A fact of one source about a group, rules aside.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct GroupFact {
    /// How well the source knows it.
    pub authority: Authority,
    /// Where the source defines it; `None` for a mention.
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
    /// Whether the source could not see everything that it may be attached to.
    pub carriers_unseen: bool,
}

impl GroupFact {
    /// A fact without any property of the group.
    pub fn new(authority: Authority, origin: Option<Origin>) -> Self {
        Self {
            authority,
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

/// What names a template whose groups others take.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TemplateName {
    /// A launch template, by id, name or Terraform address.
    LaunchTemplate(Arc<str>),
    /// A launch configuration, by name or Terraform address.
    LaunchConfiguration(Arc<str>),
    /// The nodes of an EKS cluster, by the cluster's name. They have the cluster's own group unless their
    /// launch template names groups (EKS user guide, "Amazon EKS security group requirements").
    Nodes(Arc<str>),
}

impl TemplateName {
    /// Tells whether it names one template, and not perhaps another one of another account.
    pub(super) fn is_identity(&self) -> bool {
        match self {
            Self::LaunchTemplate(name) | Self::LaunchConfiguration(name) => {
                name.starts_with("lt-") || name.contains("aws_launch_")
            }
            Self::Nodes(_) => false,
        }
    }
}

impl fmt::Display for TemplateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LaunchTemplate(name) => write!(f, "launch template {name}"),
            Self::LaunchConfiguration(name) => write!(f, "launch configuration {name}"),
            Self::Nodes(cluster) => write!(f, "nodes of cluster {cluster}"),
        }
    }
}

/// A fact of one source about an endpoint, interfaces aside.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct EndpointFact {
    /// How well the source knows it.
    pub authority: Authority,
    /// Where the source states it.
    pub origin: Origin,
    /// Account and region, if known.
    pub account_region: Option<AccountRegion>,
    /// What it is, in a word or two.
    pub kind: Arc<str>,
    /// Its own name.
    pub name: Option<Arc<str>>,
    /// Tags.
    pub tags: Tags,
    /// One machine or many.
    pub members: Multiplicity,
    /// Client, service or both.
    pub role: Role,
    /// Other texts that name it.
    pub aliases: Vec<Arc<str>>,
    /// The templates whose groups it takes when it has none itself.
    pub templates: Vec<TemplateName>,
    /// The versions of templates that it uses: numbers, `$Latest` or `$Default`.
    pub versions: Vec<Arc<str>>,
    /// Of a launch template: the version whose groups the source tells, and the default one.
    pub version: Option<(i64, i64)>,
    /// Of a template for others: what names it. A template is dropped when something takes its groups.
    pub names_as_template: Vec<TemplateName>,
}

impl EndpointFact {
    /// A fact about one machine of a kind, without any other property.
    pub fn new(authority: Authority, origin: Origin, kind: impl Into<Arc<str>>) -> Self {
        Self {
            authority,
            origin,
            account_region: None,
            kind: kind.into(),
            name: None,
            tags: Tags::default(),
            members: Multiplicity::One,
            role: Role::Both,
            aliases: Vec::new(),
            templates: Vec::new(),
            versions: Vec::new(),
            version: None,
            names_as_template: Vec::new(),
        }
    }
}

/// A fact of one source about a network interface.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct InterfaceFact {
    /// Where the source states it.
    pub origin: Origin,
    /// The endpoint that it belongs to, according to the source.
    pub endpoint: EndpointId,
    /// The endpoint's account and region, if known.
    pub account_region: Option<AccountRegion>,
    /// Its id; facts with one id are one interface.
    pub id: Option<InterfaceId>,
    /// Without an id: which of the endpoint's interfaces it is.
    pub slot: usize,
    /// The groups that are attached to it.
    pub groups: SortedSet<GroupRef>,
    /// VPC.
    pub vpc: Option<VpcId>,
    /// Subnets.
    pub subnets: SortedSet<SubnetId>,
    /// Names of subnet groups (`type:name`) whose subnets it may be in.
    pub subnet_groups: Vec<Arc<str>>,
    /// Private addresses and delegated prefixes.
    pub addresses: SortedSet<Block>,
    /// Public addresses.
    pub public: SortedSet<IpAddr>,
    /// Whether the source tells that it has no group, so that nothing filters it: a network load
    /// balancer without groups (Elastic Load Balancing user guide, "Security groups for your NLB").
    pub unfiltered: bool,
}

impl InterfaceFact {
    /// A fact without any property of the interface but its endpoint.
    pub fn new(origin: Origin, endpoint: EndpointId) -> Self {
        Self {
            origin,
            endpoint,
            account_region: None,
            id: None,
            slot: 0,
            groups: SortedSet::default(),
            vpc: None,
            subnets: SortedSet::default(),
            subnet_groups: Vec::new(),
            addresses: SortedSet::default(),
            public: SortedSet::default(),
            unfiltered: false,
        }
    }
}
