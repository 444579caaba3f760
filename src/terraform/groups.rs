//! `aws_security_group` and `aws_default_security_group`: the groups and their inline rules.
//!
//! Provider source, `vpc_security_group.go`: each inline object is the product of its peers; `self`
//! stands for the group itself.

use std::sync::Arc;

use super::resource::{Reader, Reference, Resource};
use super::value::Value;
use crate::inventory::{Direction, GroupFact, GroupId, GroupRef, Origin, Peer, PrefixListId, Rule, VpcId};
use crate::traffic::{Block, Traffic};

/// Reads a group and the rules that stand inside it.
pub(super) fn group(reader: &mut Reader<'_>, resource: &Resource<'_>) {
    let Some(id) = resource.group_id() else { return reader.no_id() };
    let values = &resource.values;
    let origin = resource.origin(reader);
    let (region, account) = values.text("arn").map(region_and_account).unwrap_or_default();
    let list = |direction: Direction| {
        resource.managed && matches!(values.get(direction.name()), Some(Value::List(_)))
    };
    let fact = GroupFact {
        name: resource.first_text(&["name", "name_prefix"]).map(Into::into),
        description: values.text("description").map(Into::into),
        vpc: values.text("vpc_id").map(VpcId::new),
        account: values.text("owner_id").or(account).map(Into::into),
        region: values.text("region").or(region).map(Into::into),
        tags: resource.tags(reader),
        ingress_known: list(Direction::Ingress),
        egress_known: list(Direction::Egress),
        ..GroupFact::new(resource.known(), Some(origin.clone()))
    };
    reader.builder.group(id.clone(), fact);
    for direction in [Direction::Ingress, Direction::Egress] {
        for (index, block) in values.blocks(direction.name()).iter().enumerate() {
            let mut origin = origin.clone();
            origin.description = block.text("description").map(Into::into);
            let traffic = traffic(reader, &resource.address, block, "protocol");
            let mut peers = inline_peers(reader, resource, block, &id);
            // A plan may know all of a block but its peers; they stand under the block's index.
            let unknown = resource.unknown.get(&format!("{}.{index}", direction.name()));
            peers.extend(unknown.into_iter().flatten().map(unknown_peer));
            add_rules(reader, &id, direction, &traffic, peers, &origin);
        }
        for reference in resource.unknown.get(direction.name()).into_iter().flatten() {
            let doubt = Some(Arc::from("the rule is only known after apply"));
            let peer = unknown_peer(reference);
            let rule =
                Rule { direction, peer, traffic: Traffic::all(), doubt, origins: vec![origin.clone()] };
            reader.builder.rule(id.clone(), rule);
        }
    }
}

/// What a rule's protocol and ports say, and why that may not be certain.
pub(super) type Reading = (Traffic, Option<Arc<str>>);

/// Reads `protocol` (or `ip_protocol`), `from_port` and `to_port`.
pub(super) fn traffic(reader: &mut Reader<'_>, address: &str, block: &Value<'_>, protocol: &str) -> Reading {
    let text = match block.get(protocol) {
        Some(Value::Text(text)) if !text.is_empty() => text.to_string(),
        Some(Value::Int(number)) => number.to_string(),
        _ => return (Traffic::all(), Some("its protocol and ports are not in the input".into())),
    };
    let is_odd = |name: &str| {
        let is_blank = |value: &Value<'_>| matches!(value, Value::Null) || *value == Value::Text("".into());
        block.get(name).is_some_and(|value| !is_blank(value)) && block.int(name).is_none()
    };
    if is_odd("from_port") || is_odd("to_port") {
        reader
            .unreadable
            .insert(format!("a rule of {address}: its ports are no numbers; what it admits is undecided"));
        return (Traffic::all(), Some("its protocol or ports cannot be read".into()));
    }
    match Traffic::from_permission(&text, block.int("from_port"), block.int("to_port")) {
        Ok(traffic) => (traffic, None),
        Err(error) => {
            reader.unreadable.insert(format!("a rule of {address}: {error}; what it admits is undecided"));
            (Traffic::all(), Some("its protocol or ports cannot be read".into()))
        }
    }
}

/// The peers of an inline object.
fn inline_peers(
    reader: &mut Reader<'_>,
    resource: &Resource<'_>,
    block: &Value<'_>,
    own: &GroupId,
) -> Vec<Peer> {
    let mut peers = block_peers(reader, &resource.address, block);
    for text in block.texts("security_groups") {
        peers.push(Peer::Group(mention(reader, text)));
    }
    if block.flag("self") {
        peers.push(Peer::Group(own.clone()));
    }
    peers
}

/// The address blocks and prefix lists of a rule.
pub(super) fn block_peers(reader: &mut Reader<'_>, address: &str, block: &Value<'_>) -> Vec<Peer> {
    let mut peers = Vec::new();
    for text in ["cidr_blocks", "ipv6_cidr_blocks"].iter().flat_map(|path| block.texts(path)) {
        peers.push(block_peer(reader, address, text));
    }
    for text in block.texts("prefix_list_ids") {
        peers.push(Peer::PrefixList(PrefixListId::new(text)));
    }
    peers
}

/// Reads one address block; what is none stays in the picture as an unresolved peer.
pub(super) fn block_peer(reader: &mut Reader<'_>, address: &str, text: &str) -> Peer {
    match text.parse::<Block>() {
        Ok(block) => Peer::Block(block),
        Err(_) => {
            reader.unreadable.insert(format!("a rule of {address} holds a text that is no address block"));
            Peer::Unresolved("an address block that cannot be read".into())
        }
    }
}

/// Adds one rule for each peer, or counts the lack of any.
pub(super) fn add_rules(
    reader: &mut Reader<'_>,
    group: &GroupId,
    direction: Direction,
    (traffic, doubt): &Reading,
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

/// The id that a text names, and the owner's account if it is spelled `ACCOUNT/sg-…` or is an ARN.
pub(super) fn parse_group(text: &str) -> (GroupId, Option<&str>) {
    let (before, id) = text.rsplit_once('/').map_or((None, text), |(before, id)| (Some(before), id));
    let account = before.map(|before| before.split(':').nth(4).unwrap_or(before));
    let id = if id.starts_with("sg-") { GroupId::new(id) } else { GroupId::new(format!("name:{id}")) };
    (id, account.filter(|account| account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())))
}

/// Reads a mention of a group and keeps what it tells of the owner.
pub(super) fn mention(reader: &mut Reader<'_>, text: &str) -> GroupId {
    if text.starts_with("sg-") && !text.contains('/') {
        return GroupId::new(reader.shared(text));
    }
    let (id, account) = parse_group(text);
    if let Some(account) = account {
        let fact = GroupFact {
            account: Some(account.into()),
            ..GroupFact::new(crate::inventory::Known::Hint, None)
        };
        reader.builder.group(id.clone(), fact);
    }
    id
}

/// The peer that an unknown value of a plan stands for.
pub(super) fn unknown_peer(reference: &Reference) -> Peer {
    match reference {
        Reference::Group(id) => Peer::Group(GroupId::new(id.as_str())),
        Reference::Expression(text) => Peer::Unresolved(text.as_str().into()),
    }
}

/// Region and account of an ARN (`arn:partition:service:region:account:…`).
pub(super) fn region_and_account(arn: &str) -> (Option<&str>, Option<&str>) {
    let mut parts = arn.split(':').skip(3).map(|part| Some(part).filter(|part| !part.is_empty()));
    (parts.next().flatten(), parts.next().flatten())
}

/// The groups that texts name, each text one or several with commas between.
pub(super) fn named_groups<'t>(
    reader: &mut Reader<'_>,
    texts: impl Iterator<Item = &'t str>,
) -> impl Iterator<Item = GroupRef> {
    let ids = texts.flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty());
    ids.map(|text| GroupRef::Id(mention(reader, text)))
}

impl Resource<'_> {
    /// The id of a group resource; the address where the id is only known after apply.
    pub(super) fn group_id(&self) -> Option<GroupId> {
        match self.values.text("id") {
            Some(id) => Some(GroupId::new(id)),
            None if self.unknown.contains_key("id") => Some(GroupId::new(Arc::clone(&self.address))),
            None => None,
        }
    }

    /// The groups at a path: those it names, and those that a plan's unknown value refers to.
    pub(super) fn groups_at(&self, reader: &mut Reader<'_>, path: &str) -> Vec<GroupRef> {
        let texts = self.values.texts(path).into_iter();
        named_groups(reader, texts).chain(self.unknown_groups(path)).collect()
    }

    /// The groups that a plan's unknown value refers to.
    pub(super) fn unknown_groups(&self, path: &str) -> impl Iterator<Item = GroupRef> {
        self.unknown.get(path).into_iter().flatten().map(|reference| match reference {
            Reference::Group(id) => GroupRef::Id(GroupId::new(id.as_str())),
            Reference::Expression(text) => GroupRef::Unresolved(text.as_str().into()),
        })
    }
}
