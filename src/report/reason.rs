//! The rules that decide about a row, in short: `ingress of logstash from log_sender`.

use std::collections::{BTreeMap, BTreeSet};

use crate::connectivity::{Connectivity, Counterpart, Finding, GroupIx, Outside};
use crate::inventory::{Direction, Peer, Rule};
use crate::query::is_broad;
use crate::traffic::Block;
use crate::words;

/// A longer text does without names that the row has anyway, in characters.
const LONG: usize = 36;

/// How many groups, and how many peers of each, are named.
const NAMED: usize = 2;

/// Whom a rule names, or whose it is. Rows whose reasons only differ in the row's own name are one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Named {
    /// The other end of the row itself.
    Each,
    /// A group.
    Group(GroupIx),
    /// Anything else.
    Text(String),
}

/// The deciding rules of a row: for each group whose rules they are, their peers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(super) struct Reason {
    rules: BTreeMap<(Direction, Named), BTreeSet<Named>>,
    /// Whether all of them are egress rules that AWS gives each new group.
    is_default: bool,
}

/// How far the peers of rules reach: what was meant comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Breadth {
    /// A rule names a group.
    Group,
    /// A CIDR block or prefix list.
    Block,
    /// A CIDR block that no network of its own fills.
    Broad,
}

/// Returns the deciding rules of a finding: those of the service, where it has any.
pub(super) fn reason(net: &Connectivity, counterpart: &Counterpart, finding: &Finding) -> Reason {
    let rules = finding.deciding();
    let is_default = !rules.is_empty() && rules.iter().all(|ix| net.rule(*ix).is_default_egress());
    let mut reason = Reason { is_default, ..Reason::default() };
    for ix in rules {
        let rule = net.rule(*ix);
        let owner = net.rule_row(*ix).group;
        let is_each = |group| *counterpart == Counterpart::Group(group);
        let named = |group| if is_each(group) { Named::Each } else { Named::Group(group) };
        let peer = match &rule.peer {
            Peer::Group(id) => net.find_group(id).map(named),
            Peer::Block(block) if is_block(counterpart, *block) => Some(Named::Each),
            Peer::Block(_) | Peer::PrefixList(_) | Peer::Unresolved(_) => None,
        };
        let peer = peer.unwrap_or_else(|| Named::Text(words::peer(net, rule)));
        reason.rules.entry((rule.direction, named(owner))).or_default().insert(peer);
    }
    reason
}

/// Tells whether a row is about the very block that a rule names.
fn is_block(counterpart: &Counterpart, block: Block) -> bool {
    match counterpart {
        Counterpart::Outside(Outside::Block(own)) | Counterpart::Within(Outside::Block(own)) => *own == block,
        Counterpart::Outside(_)
        | Counterpart::Within(_)
        | Counterpart::Group(_)
        | Counterpart::UnknownGroup(_)
        | Counterpart::Unfiltered
        | Counterpart::Anyone => false,
    }
}

/// Tells how far the deciding rules of a finding reach, by the narrowest of them.
pub(super) fn breadth(net: &Connectivity, finding: &Finding) -> Breadth {
    finding.deciding().iter().map(|ix| breadth_of(net, net.rule(*ix))).min().unwrap_or(Breadth::Group)
}

fn breadth_of(net: &Connectivity, rule: &Rule) -> Breadth {
    match &rule.peer {
        Peer::Group(_) => Breadth::Group,
        Peer::Block(block) if is_broad(net, *block) => Breadth::Broad,
        Peer::Block(_) | Peer::PrefixList(_) | Peer::Unresolved(_) => Breadth::Block,
    }
}

impl Reason {
    /// Says it for one row, by the name of the row's other end, or for several. `sole` is the only group of the
    /// subject, if it has but one: where the text is to be short, or grows long, it need not be named, nor need
    /// the row's own.
    pub(super) fn text(
        &self,
        net: &Connectivity,
        own: Option<&str>,
        sole: Option<GroupIx>,
        is_short: bool,
    ) -> String {
        if self.is_default {
            return "the default egress rule".to_owned();
        }
        let whole = self.sentence(net, own, &|_| true);
        if !is_short && whole.chars().count() <= LONG {
            return whole;
        }
        let is_plain =
            |owner: &Named| *owner == Named::Each || sole.is_some_and(|sole| *owner == Named::Group(sole));
        self.sentence(net, own, &|owner| !is_plain(owner))
    }

    fn sentence(&self, net: &Connectivity, own: Option<&str>, is_named: &dyn Fn(&Named) -> bool) -> String {
        let say = |named: &Named| match named {
            Named::Each => own.unwrap_or("each").to_owned(),
            Named::Group(group) => words::group(net, *group),
            Named::Text(text) => text.clone(),
        };
        let parts = self.rules.iter().map(|((direction, owner), peers)| {
            let way = if *direction == Direction::Ingress { "from" } else { "to" };
            let mut peers: Vec<String> = peers.iter().map(say).collect();
            peers.sort_by(|one, other| words::natural(one, other));
            let of = if is_named(owner) { format!(" of {}", say(owner)) } else { String::new() };
            format!("{}{of} {way} {}", direction.name(), words::few(&peers, NAMED))
        });
        let mut parts: Vec<String> = parts.collect();
        parts.sort_by(|one, other| words::natural(one, other));
        let more = parts.len().saturating_sub(NAMED);
        if more > 1 {
            parts.truncate(NAMED);
            parts.push(format!("and rules of {more} more groups"));
        }
        parts.join("; ")
    }
}
