//! Security groups.

use std::sync::Arc;

use super::origin;
use super::{Direction, GroupId, Origin, Rule, Tags, VpcId};

/// A security group and its rules.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Identity.
    pub id: GroupId,
    /// The group's name. Names repeat across VPCs.
    pub name: Option<Arc<str>>,
    /// The group's description.
    pub description: Option<Arc<str>>,
    /// The group's primary VPC. It may be attached to interfaces in associated VPCs too.
    pub vpc: Option<VpcId>,
    /// The owner's account number, if known.
    pub account: Option<Arc<str>>,
    /// The region, if known.
    pub region: Option<Arc<str>>,
    /// Tags by key.
    pub tags: Tags,
    /// Whether all its ingress rules are in the input. A group that is only referred to, or that
    /// is a data source, may have further rules.
    pub ingress_known: bool,
    /// Whether all its egress rules are in the input.
    pub egress_known: bool,
    /// Whether a source could not see everything that it may be attached to. Then it may be attached to
    /// further machines.
    pub carriers_unseen: bool,
    /// Its rules, in a fixed order.
    pub rules: Vec<Rule>,
    /// Where it is defined; empty for a group that is only referred to.
    pub origins: Vec<Origin>,
}

impl Group {
    /// A group of which only the id is known.
    pub fn referred_to(id: GroupId) -> Self {
        Self {
            id,
            name: None,
            description: None,
            vpc: None,
            account: None,
            region: None,
            tags: Tags::default(),
            ingress_known: false,
            egress_known: false,
            carriers_unseen: false,
            rules: Vec::new(),
            origins: Vec::new(),
        }
    }

    /// Returns what people call it: the Name tag, the group's name, the Terraform address, the id.
    pub fn label(&self) -> &str {
        origin::label(&self.tags, self.name.as_ref(), &self.origins, self.id.as_str())
    }

    /// Tells whether all its rules of one direction are in the input.
    pub fn rules_known(&self, direction: Direction) -> bool {
        match direction {
            Direction::Ingress => self.ingress_known,
            Direction::Egress => self.egress_known,
        }
    }

    /// Tells whether the group is defined in the input, not only referred to.
    pub fn is_defined(&self) -> bool {
        !self.origins.is_empty()
    }
}
