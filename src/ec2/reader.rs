//! The state that all parts of this module share while a document is read: where findings go, and what
//! is only known at the end of the document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::document::Answer;
use super::ledger::Ledger;
use super::lenient::{LenientText, OneOrMany};
use super::shapes::GroupIdentifier;
use crate::inventory::{
    AccountRegion, Authority, Builder, EndpointFact, EndpointId, GroupFact, GroupId, GroupRef, Origin, Peer,
    PeeringId, RuleTraffic, SortedSet, Source, VpcId,
};
use crate::traffic::{Block, Family, Traffic};

/// What other objects mention about a group.
#[derive(Debug, Default)]
pub(super) struct Hint {
    /// Its name.
    pub(super) name: Option<Arc<str>>,
    /// Its VPC.
    pub(super) vpc: Option<Arc<str>>,
    /// Its owner's account.
    pub(super) account: Option<Arc<str>>,
}

/// Turns the answers of one document into findings.
pub(super) struct Reader<'b> {
    /// Where the findings go.
    pub(super) builder: &'b mut Builder,
    /// The input being read.
    pub(super) source: Arc<Source>,
    /// The account of the answer being read, if a snapshot holds it.
    pub(super) account: Option<Arc<str>>,
    /// The region of the answer being read, if a snapshot holds it.
    pub(super) region: Option<Arc<str>>,
    /// Whether the answer being read lists every rule of its groups as an object of its own.
    pub(super) lists_rules: bool,
    /// The rules met so far.
    pub(super) ledger: Ledger,
    /// The groups that the document describes.
    pub(super) defined: BTreeSet<GroupId>,
    /// The groups whose rules the document lists, with the owner's account.
    pub(super) listed: BTreeMap<GroupId, Option<Arc<str>>>,
    /// Groups with a rule that names a group of another VPC over an active peering, that VPC, and the id
    /// of the peering.
    pub(super) peered: BTreeSet<(GroupId, VpcId, Option<Arc<str>>)>,
    /// The VPC of each group.
    pub(super) homes: BTreeMap<GroupId, VpcId>,
    /// Instances that are terminated.
    pub(super) gone: BTreeSet<EndpointId>,
    is_snapshot: bool,
    hints: BTreeMap<GroupId, Hint>,
    /// The endpoints that were added, each with its account and region.
    added: BTreeSet<(EndpointId, Option<AccountRegion>)>,
    no_id: usize,
    /// Warnings about this document.
    remarks: BTreeSet<String>,
}

impl<'b> Reader<'b> {
    /// A reader of one document.
    pub(super) fn new(source: &Arc<Source>, builder: &'b mut Builder, is_snapshot: bool) -> Self {
        Self {
            builder,
            source: Arc::clone(source),
            account: None,
            region: None,
            lists_rules: false,
            ledger: Ledger::default(),
            defined: BTreeSet::new(),
            listed: BTreeMap::new(),
            peered: BTreeSet::new(),
            homes: BTreeMap::new(),
            gone: BTreeSet::new(),
            is_snapshot,
            hints: BTreeMap::new(),
            added: BTreeSet::new(),
            no_id: 0,
            remarks: BTreeSet::new(),
        }
    }

    /// Starts an answer. Only a snapshot is known to list rules without a filter.
    pub(super) fn enter(&mut self, answer: &Answer) {
        self.account = answer.account.shared();
        self.region = answer.region.shared();
        self.lists_rules = self.is_snapshot
            && answer.security_group_rules.is_some()
            && !answer.unavailable.has("ec2:DescribeSecurityGroupRules");
    }

    /// Returns the account and region of the answer being read, if it holds both.
    pub(super) fn account_region(&self) -> Option<AccountRegion> {
        Some(AccountRegion::new(self.account.as_ref()?, self.region.as_ref()?))
    }

    /// Returns an origin in this document.
    pub(super) fn origin(&self, id: &str) -> Origin {
        Origin::new(&self.source, id)
    }

    /// Counts an object that has no id.
    pub(super) fn no_id(&mut self) {
        self.no_id += 1;
    }

    /// Adds a warning about this document; the same text counts once.
    pub(super) fn remark(&mut self, text: String) {
        self.remarks.insert(text);
    }

    /// Keeps what an object mentions about a group, for a group that the document does not describe.
    pub(super) fn hint(&mut self, group: &GroupId, hint: Hint) {
        if hint.name.is_none() && hint.vpc.is_none() && hint.account.is_none() {
            return;
        }
        let known = self.hints.entry(group.clone()).or_default();
        smaller(&mut known.name, hint.name);
        smaller(&mut known.vpc, hint.vpc);
        smaller(&mut known.account, hint.account);
    }

    /// Adds a fact about an endpoint. Only the first counts, because each interface of an endpoint gives
    /// the same one.
    pub(super) fn add_endpoint(&mut self, id: EndpointId, fact: EndpointFact) {
        if self.added.insert((id.clone(), fact.account_region.clone())) {
            self.builder.endpoint(id, fact);
        }
    }

    /// Reads the protocol and ports of a rule.
    pub(super) fn traffic(
        &mut self,
        group: &GroupId,
        protocol: &LenientText,
        from_port: Option<i64>,
        to_port: Option<i64>,
    ) -> RuleTraffic {
        let Some(protocol) = protocol.get() else { return RuleTraffic::missing() };
        match Traffic::from_permission(protocol, from_port, to_port) {
            Ok(traffic) => RuleTraffic::certain(traffic),
            Err(error) => {
                self.remark(format!("a rule of {group}: {error}; what it admits is undecided"));
                RuleTraffic::unreadable(protocol)
            }
        }
    }

    /// Reads the CIDR block of a rule. A text that is none becomes an unresolved peer and a warning; so does
    /// one that AWS would not give.
    pub(super) fn block_peer(&mut self, group: &GroupId, family: Family, text: &str) -> Peer {
        match Block::of_rule(text) {
            Some(block) if block.family() == family => Peer::Block(block),
            Some(_) | None => {
                self.remark(format!(
                    "a rule of {group} holds a text that is no address block as AWS has them; whom it admits is undecided"
                ));
                Peer::Unresolved("an address block that cannot be read".into())
            }
        }
    }

    /// Returns the peer of a rule that has an object for one which names nobody: it may admit anybody.
    pub(super) fn nobody(&mut self, group: &GroupId, what: &str) -> Peer {
        self.remark(format!("a rule of {group}: {what} of it cannot be read; whom it admits is undecided"));
        Peer::Unresolved(format!("{what} that cannot be read").into())
    }

    /// Reads the addresses and CIDR blocks of an object. A text that is none becomes a warning.
    pub(super) fn blocks<'t>(
        &mut self,
        id: &str,
        texts: impl Iterator<Item = &'t LenientText>,
    ) -> SortedSet<Block> {
        let mut blocks = SortedSet::default();
        for text in texts.filter_map(LenientText::get) {
            match text.parse() {
                Ok(block) => drop(blocks.insert(block)),
                Err(_) => self.remark(format!("{id} holds a text that is no address block")),
            }
        }
        blocks
    }

    /// Returns the groups that are attached to an interface: by id, or by name where there is no id.
    pub(super) fn groups(&mut self, attached: &OneOrMany<GroupIdentifier>) -> SortedSet<GroupRef> {
        let mut groups = SortedSet::default();
        for group in &attached.0 {
            match (group.group_id.shared(), group.group_name.shared()) {
                (Some(id), name) => {
                    let id = GroupId::new(id);
                    self.hint(&id, Hint { name, ..Hint::default() });
                    groups.insert(GroupRef::Id(id));
                }
                (None, Some(name)) => drop(groups.insert(GroupRef::Id(GroupId::new(format!("name:{name}"))))),
                (None, None) => self.no_id(),
            }
        }
        groups
    }

    /// Adds what is only known at the end of the document.
    pub(super) fn finish(mut self) {
        let stale = std::mem::take(&mut self.ledger).finish(self.builder);
        if let Some(remark) = stale {
            self.remark(remark);
        }
        // EC2 tells the status of a peering beside the group that a rule names.
        for (group, other, id) in std::mem::take(&mut self.peered) {
            let home = self.homes.get(&group).filter(|home| **home != other).cloned();
            if let Some(home) = home {
                let id = id.unwrap_or_else(|| format!("peering of {home} and {other}").into());
                self.builder.peering(PeeringId::new(id), home, other, Some("active".into()));
            }
        }
        for (id, account) in std::mem::take(&mut self.listed) {
            if !self.defined.contains(&id) {
                let origin = self.origin(id.as_str());
                let fact = GroupFact { account, ..GroupFact::new(Authority::DataSource, Some(origin)) };
                self.builder.group(id, fact);
            }
        }
        for (id, Hint { name, vpc, account }) in std::mem::take(&mut self.hints) {
            if !self.defined.contains(&id) {
                let vpc = vpc.map(VpcId::new);
                let fact = GroupFact { name, vpc, account, ..GroupFact::new(Authority::Mention, None) };
                self.builder.group(id, fact);
            }
        }
        self.builder.skip("objects without an id", self.no_id);
        let source = &self.source.name;
        for remark in &self.remarks {
            self.builder.warn(format!("{source}: {remark}"));
        }
    }
}

/// Keeps the smaller of two texts, so that the choice does not depend on their order.
fn smaller(slot: &mut Option<Arc<str>>, new: Option<Arc<str>>) {
    *slot = slot.take().into_iter().chain(new).min();
}
