//! What all parts of this room share: where findings go, and what is only known at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::document::Answer;
use super::ledger::Ledger;
use super::lenient::{Flat, Text};
use super::shapes::GroupIdentifier;
use crate::inventory::{
    Builder, EndpointFact, EndpointId, GroupFact, GroupId, GroupRef, Known, Origin, Peer, SortedSet, Source,
    VpcId,
};
use crate::traffic::{Block, Traffic};

/// What a rule's protocol and ports say, and why that may not be certain.
pub(super) type Reading = (Traffic, Option<Arc<str>>);

/// What is said in passing of a group.
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
    /// The account of the answer being read, when a snapshot tells it.
    pub(super) account: Option<Arc<str>>,
    /// The region of the answer being read, when a snapshot tells it.
    pub(super) region: Option<Arc<str>>,
    /// Whether the answer being read lists every rule of its groups as an object of its own.
    pub(super) lists_rules: bool,
    /// The rules met so far.
    pub(super) ledger: Ledger,
    /// The groups that the document describes.
    pub(super) defined: BTreeSet<GroupId>,
    /// The groups whose rules the document lists, with the owner's account.
    pub(super) listed: BTreeMap<GroupId, Option<Arc<str>>>,
    /// Instances that are terminated.
    pub(super) gone: BTreeSet<EndpointId>,
    is_snapshot: bool,
    hints: BTreeMap<GroupId, Hint>,
    told: BTreeSet<(EndpointId, Option<Arc<str>>)>,
    no_id: usize,
    remarks: BTreeSet<String>,
}

impl<'b> Reader<'b> {
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
            gone: BTreeSet::new(),
            is_snapshot,
            hints: BTreeMap::new(),
            told: BTreeSet::new(),
            no_id: 0,
            remarks: BTreeSet::new(),
        }
    }

    /// Turns to an answer. Only a snapshot is known to list rules without a filter.
    pub(super) fn enter(&mut self, answer: &Answer) {
        self.account = answer.account.shared();
        self.region = answer.region.shared();
        self.lists_rules = self.is_snapshot
            && answer.security_group_rules.is_some()
            && !answer.unavailable.has("ec2:DescribeSecurityGroupRules");
    }

    /// The account and region of the answer being read, when it tells both.
    pub(super) fn home(&self) -> Option<Arc<str>> {
        Some(format!("{}/{}", self.account.as_ref()?, self.region.as_ref()?).into())
    }

    /// Evidence from this document.
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

    /// Keeps what is said of a group in passing, in case that nothing describes it.
    pub(super) fn hint(&mut self, group: &GroupId, hint: Hint) {
        if hint.name.is_none() && hint.vpc.is_none() && hint.account.is_none() {
            return;
        }
        let known = self.hints.entry(group.clone()).or_default();
        smaller(&mut known.name, hint.name);
        smaller(&mut known.vpc, hint.vpc);
        smaller(&mut known.account, hint.account);
    }

    /// Adds what the document says of an endpoint: once, though each of its interfaces says it.
    pub(super) fn tell(&mut self, id: EndpointId, fact: EndpointFact) {
        if self.told.insert((id.clone(), fact.home.clone())) {
            self.builder.endpoint(id, fact);
        }
    }

    /// Reads the protocol and ports of a rule.
    pub(super) fn traffic(
        &mut self,
        group: &GroupId,
        protocol: &Text,
        from_port: Option<i64>,
        to_port: Option<i64>,
    ) -> Reading {
        let Some(protocol) = protocol.get() else {
            return (Traffic::all(), Some("its protocol and ports are not in the input".into()));
        };
        match Traffic::from_permission(protocol, from_port, to_port) {
            Ok(traffic) => (traffic, None),
            Err(error) => {
                self.remark(format!("a rule of {group}: {error}; what it admits is undecided"));
                (Traffic::all(), Some("its protocol or ports cannot be read".into()))
            }
        }
    }

    /// Reads the address block of a rule; what is none stays in the picture as an unresolved peer.
    pub(super) fn block_peer(&mut self, group: &GroupId, text: &str) -> Peer {
        match text.parse::<Block>() {
            Ok(block) => Peer::Block(block),
            Err(_) => {
                self.remark(format!("a rule of {group} holds a text that is no address block"));
                Peer::Unresolved("an address block that cannot be read".into())
            }
        }
    }

    /// Reads addresses and blocks of an object and reports what is none.
    pub(super) fn blocks<'t>(&mut self, id: &str, texts: impl Iterator<Item = &'t Text>) -> SortedSet<Block> {
        let mut blocks = SortedSet::default();
        for text in texts.filter_map(Text::get) {
            match text.parse() {
                Ok(block) => drop(blocks.insert(block)),
                Err(_) => self.remark(format!("{id} holds a text that is no address block")),
            }
        }
        blocks
    }

    /// The groups that an interface carries: by id, or by name where there is no id.
    pub(super) fn groups(&mut self, carried: &Flat<GroupIdentifier>) -> SortedSet<GroupRef> {
        let mut groups = SortedSet::default();
        for group in &carried.0 {
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

    /// Hands over what is only known at the end.
    pub(super) fn finish(mut self) {
        let stale = std::mem::take(&mut self.ledger).finish(self.builder);
        if let Some(remark) = stale {
            self.remark(remark);
        }
        for (id, account) in std::mem::take(&mut self.listed) {
            if !self.defined.contains(&id) {
                let origin = self.origin(id.as_str());
                let fact = GroupFact { account, ..GroupFact::new(Known::Looked, Some(origin)) };
                self.builder.group(id, fact);
            }
        }
        for (id, Hint { name, vpc, account }) in std::mem::take(&mut self.hints) {
            if !self.defined.contains(&id) {
                let vpc = vpc.map(VpcId::new);
                let fact = GroupFact { name, vpc, account, ..GroupFact::new(Known::Hint, None) };
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
