//! What every rule has, inline or a resource of its own: traffic, peers, and one rule for each peer.

use super::mentions::mention;
use crate::inventory::{Direction, GroupId, Origin, Peer, PrefixListId, Rule, RuleTraffic};
use crate::terraform::parse::Value;
use crate::terraform::resource::{Reader, Reference, Resource};
use crate::traffic::{Block, Family, Traffic};

/// Reads `protocol` (or `ip_protocol`), `from_port` and `to_port`.
pub(crate) fn traffic(
    reader: &mut Reader<'_>,
    address: &str,
    block: &Value<'_>,
    protocol: &str,
) -> RuleTraffic {
    let text = match block.get(protocol) {
        Some(Value::Text(text)) if !text.is_empty() => text.to_string(),
        Some(Value::Int(number)) => number.to_string(),
        None | Some(Value::Null | Value::Text(_)) => return RuleTraffic::missing(),
        Some(Value::Odd | Value::Bool(_) | Value::List(_) | Value::Map(_)) => {
            reader
                .unreadable
                .insert(format!("a rule of {address}: its protocol is no text; what it admits is undecided"));
            return RuleTraffic::missing();
        }
    };
    let is_odd = |name: &str| {
        let is_blank = |value: &Value<'_>| matches!(value, Value::Null) || *value == Value::Text("".into());
        block.get(name).is_some_and(|value| !is_blank(value)) && block.int(name).is_none()
    };
    if is_odd("from_port") || is_odd("to_port") {
        reader
            .unreadable
            .insert(format!("a rule of {address}: its ports are no numbers; what it admits is undecided"));
        return RuleTraffic::unreadable(&text);
    }
    match Traffic::from_permission(&text, block.int("from_port"), block.int("to_port")) {
        Ok(traffic) => RuleTraffic::certain(traffic),
        Err(error) => {
            reader.unreadable.insert(format!("a rule of {address}: {error}; what it admits is undecided"));
            RuleTraffic::unreadable(&text)
        }
    }
}

/// Reads the CIDR blocks and prefix lists of a rule.
pub(crate) fn block_peers(reader: &mut Reader<'_>, address: &str, block: &Value<'_>) -> Vec<Peer> {
    let mut peers = Vec::new();
    for (path, family) in [("cidr_blocks", Family::V4), ("ipv6_cidr_blocks", Family::V6)] {
        for text in block.texts(path) {
            peers.push(block_peer(reader, address, family, text));
        }
    }
    for text in block.texts("prefix_list_ids") {
        peers.push(Peer::PrefixList(PrefixListId::new(text)));
    }
    peers
}

/// The attributes of a rule with one peer that name this peer.
pub(crate) struct PeerNames {
    /// CIDR blocks, IPv4 and IPv6.
    pub(crate) cidrs: [&'static str; 2],
    /// A prefix list.
    pub(crate) prefix_list: &'static str,
    /// A group.
    pub(crate) group: &'static str,
}

impl PeerNames {
    /// Returns all of them.
    pub(crate) fn all(&self) -> [&'static str; 4] {
        let [v4, v6] = self.cidrs;
        [v4, v6, self.prefix_list, self.group]
    }

    /// Reads the peer that a rule names.
    pub(crate) fn peers(&self, reader: &mut Reader<'_>, address: &str, block: &Value<'_>) -> Vec<Peer> {
        let mut peers = Vec::new();
        for (name, family) in self.cidrs.into_iter().zip(Family::BOTH) {
            peers.extend(block.text(name).map(|text| block_peer(reader, address, family, text)));
        }
        peers.extend(block.text(self.prefix_list).map(|id| Peer::PrefixList(PrefixListId::new(id))));
        peers.extend(block.text(self.group).map(|text| Peer::Group(mention(reader, text))));
        peers
    }
}

/// Returns a peer that cannot be read where an attribute that names peers holds something else than
/// texts, one or a list of them, or `self` is no boolean: such a rule may admit anybody.
pub(crate) fn odd_peer(
    reader: &mut Reader<'_>,
    resource: &Resource<'_>,
    block: &Value<'_>,
    lists: &[&str],
    texts: &[&str],
) -> Option<Peer> {
    let list = lists.iter().find(|name| block.is_odd_list(name, !resource.unknown.is_empty()));
    let odd = list.or_else(|| texts.iter().find(|name| block.is_odd_text(name))).copied();
    let odd = odd.or_else(|| block.is_odd_flag("self").then_some("self"))?;
    reader.unreadable.insert(format!(
        "a rule of {}: its {odd} cannot be read; whom it admits is undecided",
        resource.address
    ));
    Some(Peer::Unresolved(format!("a {odd} that cannot be read").into()))
}

/// Reads one CIDR block. A text that is none becomes an unresolved peer and a warning; so does one that AWS
/// would not take, because nobody knows what it was to mean.
pub(crate) fn block_peer(reader: &mut Reader<'_>, address: &str, family: Family, text: &str) -> Peer {
    match Block::of_rule(text) {
        Some(block) if block.family() == family => Peer::Block(block),
        Some(_) | None => {
            reader.unreadable.insert(format!(
                "a rule of {address} holds a text that is no address block as AWS has them; whom it admits is undecided"
            ));
            Peer::Unresolved("an address block that cannot be read".into())
        }
    }
}

/// Adds one rule for each peer, or counts the lack of any.
pub(crate) fn add_rules(
    reader: &mut Reader<'_>,
    group: &GroupId,
    direction: Direction,
    RuleTraffic { traffic, doubt }: &RuleTraffic,
    peers: Vec<Peer>,
    origin: &Origin,
) {
    if peers.is_empty() {
        reader.builder.skip("rules without a peer", 1);
    }
    for peer in peers {
        let rule = Rule {
            direction,
            peer,
            traffic: traffic.clone(),
            doubt: doubt.clone(),
            origins: vec![origin.clone()],
        };
        reader.builder.rule(group.clone(), rule);
    }
}

/// Returns the peer that an unknown value of a plan refers to.
pub(crate) fn unknown_peer(reference: &Reference) -> Peer {
    match reference {
        Reference::Object(id) => Peer::Group(GroupId::new(id.as_str())),
        Reference::Perhaps(text) | Reference::Expression(text) => Peer::Unresolved(text.as_str().into()),
    }
}
