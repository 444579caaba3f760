//! What a document says, read a second time without sglens: every group by id, and every rule as a
//! text, one for each peer. And the same of an inventory, to compare.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde_json::Value;
use sglens::inventory::{Direction, Inventory, Peer};

use super::document::Resource;
use super::endpoints;
use super::values::{is_true, list, number, text, texts};

/// The second reading.
#[derive(Default)]
pub struct Model {
    pub groups: BTreeSet<String>,
    /// `sg-1 ingress tcp 80 80 group sg-2`
    pub rules: BTreeSet<String>,
    /// Rules of a plan whose peer it does not tell.
    pub open: usize,
    /// The ids of what carries groups.
    pub endpoints: BTreeSet<String>,
    /// The groups that something carries.
    pub carried: BTreeSet<String>,
    pub skipped: BTreeMap<&'static str, usize>,
    /// Group resources that are no further group of their own, by reason.
    pub surplus: BTreeMap<&'static str, usize>,
    /// Groups that only data sources name.
    pub looked_up: usize,
}

impl Model {
    pub fn new(resources: &[Resource]) -> Self {
        let mut model = Self::default();
        let mut managed = BTreeSet::new();
        for resource in resources {
            let values = &resource.values;
            match resource.kind.as_str() {
                "aws_security_group" | "aws_default_security_group" => model.group(resource, &mut managed),
                _ if resource.deposed => {}
                "aws_security_group_rule" => {
                    model.open += usize::from(is_open(resource, !peers(values, None).is_empty()));
                    model.group_rule(values, &owner(resource));
                }
                "aws_vpc_security_group_ingress_rule" => {
                    model.single_rule(values, "ingress", &owner(resource));
                }
                "aws_vpc_security_group_egress_rule" => {
                    model.single_rule(values, "egress", &owner(resource));
                }
                _ => {}
            }
        }
        model.looked_up = model.groups.difference(&managed).count();
        (model.endpoints, model.carried) = endpoints::find(resources);
        model
    }

    /// The rules whose peer is a group.
    pub fn references(&self) -> usize {
        self.rules.iter().filter(|rule| rule.contains(" group ")).count()
    }

    fn group(&mut self, resource: &Resource, managed: &mut BTreeSet<String>) {
        let values = &resource.values;
        let id = text(&values["id"]).map(str::to_owned).or_else(|| {
            // A group that is only planned goes by its address.
            is_true(&resource.unknown["id"]).then(|| format!("sg-{}", resource.address))
        });
        let id = match id {
            _ if resource.deposed => return self.surplus("it awaits destruction"),
            None if resource.managed => return self.surplus("it has no id"),
            None => return,
            Some(id) => id,
        };
        self.groups.insert(id.clone());
        if resource.managed && !managed.insert(id.clone()) {
            self.surplus("another resource is the same group");
        }
        for direction in ["ingress", "egress"] {
            for (index, block) in list(&values[direction]).into_iter().enumerate() {
                let unknown = &resource.unknown[direction][index];
                if is_true(&unknown["security_groups"]) {
                    self.open += 1;
                }
                let traffic = traffic(&block["protocol"], block);
                self.add(&id, direction, &traffic, peers(block, Some(&id)));
            }
        }
    }

    /// `aws_security_group_rule`; `owner` where the rule itself does not tell its group.
    pub fn group_rule(&mut self, values: &Value, owner: &str) {
        let Some(direction) = text(&values["type"]).filter(|text| matches!(*text, "ingress" | "egress"))
        else {
            return self.skip("rules without a direction");
        };
        let owner = text(&values["security_group_id"]).map_or_else(|| owner.to_owned(), group);
        if owner.is_empty() {
            return self.skip("rules without a group");
        }
        self.add(&owner, direction, &traffic(&values["protocol"], values), peers(values, Some(&owner)));
    }

    fn single_rule(&mut self, values: &Value, direction: &str, owner: &str) {
        let owner = text(&values["security_group_id"]).map_or_else(|| owner.to_owned(), group);
        if owner.is_empty() {
            return self.skip("rules without a group");
        }
        let mut peers: Vec<String> =
            ["cidr_ipv4", "cidr_ipv6"].iter().filter_map(|name| text(&values[*name])).map(block).collect();
        peers.extend(text(&values["prefix_list_id"]).map(|id| format!("list {id}")));
        peers.extend(text(&values["referenced_security_group_id"]).map(|id| format!("group {}", group(id))));
        self.add(&owner, direction, &traffic(&values["ip_protocol"], values), peers);
    }

    fn add(&mut self, owner: &str, direction: &str, traffic: &str, peers: Vec<String>) {
        if peers.is_empty() {
            self.skip("rules without a peer");
        }
        for peer in peers {
            self.rules.insert(format!("{owner} {direction} {traffic} {peer}"));
        }
    }

    fn skip(&mut self, reason: &'static str) {
        *self.skipped.entry(reason).or_default() += 1;
    }

    fn surplus(&mut self, reason: &'static str) {
        *self.surplus.entry(reason).or_default() += 1;
    }
}

/// The group of a planned rule that only apply tells: any will do to count the rule.
fn owner(resource: &Resource) -> String {
    if is_true(&resource.unknown["security_group_id"]) {
        format!("sg-of-{}", resource.address)
    } else {
        String::new()
    }
}

/// Whether a plan leaves the only peer of a rule open.
fn is_open(resource: &Resource, has_peers: bool) -> bool {
    let names = ["source_security_group_id", "cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids"];
    let is_self = is_true(&resource.values["self"]);
    !has_peers && !is_self && names.iter().any(|name| is_true(&resource.unknown[*name]))
}

/// The peers of an inline object or of `aws_security_group_rule`.
fn peers(values: &Value, own: Option<&str>) -> Vec<String> {
    let blocks = ["cidr_blocks", "ipv6_cidr_blocks"].iter().flat_map(|name| texts(&values[*name]));
    let mut peers: Vec<String> = blocks.map(block).collect();
    peers.extend(texts(&values["prefix_list_ids"]).into_iter().map(|id| format!("list {id}")));
    let groups =
        ["security_groups", "source_security_group_id"].iter().flat_map(|name| texts(&values[*name]));
    peers.extend(groups.map(|id| format!("group {}", group(id))));
    if let Some(own) = own
        && is_true(&values["self"])
    {
        peers.push(format!("group {own}"));
    }
    peers
}

/// The id of a group in `ACCOUNT/sg-…` and the like; names are marked as such.
pub fn group(text: &str) -> String {
    let id = text.rsplit('/').next().unwrap_or(text);
    if id.starts_with("sg-") { id.to_owned() } else { format!("name:{id}") }
}

/// A rule's protocol and ports as the EC2 API would spell them; `unknown` where they make no sense.
pub fn traffic(protocol: &Value, ports: &Value) -> String {
    let protocol = match protocol {
        Value::String(text) => text.to_lowercase(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let number_of = [("icmp", 1), ("tcp", 6), ("udp", 17), ("icmpv6", 58), ("all", -1)];
    let number_of = number_of.iter().find(|(name, _)| *name == protocol).map(|(_, number)| *number);
    let (from, to) = (number(&ports["from_port"]), number(&ports["to_port"]));
    match number_of.or_else(|| protocol.parse().ok()) {
        None => "unknown".to_owned(),
        Some(-1) => "all".to_owned(),
        Some(number @ (6 | 17)) => {
            let name = if number == 6 { "tcp" } else { "udp" };
            match (from.unwrap_or(-1), to.unwrap_or(-1)) {
                (-1, -1) => format!("{name} 0 65535"),
                (from @ 0..=65535, to @ 0..=65535) if from <= to => format!("{name} {from} {to}"),
                _ => "unknown".to_owned(),
            }
        }
        Some(number @ (1 | 58)) => {
            let name = if number == 1 { "icmp" } else { "icmpv6" };
            match (from.unwrap_or(-1), to.unwrap_or(-1)) {
                (-1, _) => format!("{name} -1 -1"),
                (kind, code) => format!("{name} {kind} {code}"),
            }
        }
        Some(number) => number.to_string(),
    }
}

/// An address block with its host bits cleared.
pub fn block(text: &str) -> String {
    let (address, prefix) = text.trim().split_once('/').unwrap_or((text.trim(), ""));
    match (address.parse(), prefix.parse().ok()) {
        (Ok(IpAddr::V4(address)), prefix) => {
            let prefix = prefix.unwrap_or(32);
            let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
            format!("block {}/{prefix}", IpAddr::V4((address.to_bits() & mask).into()))
        }
        (Ok(IpAddr::V6(address)), prefix) => {
            let prefix = prefix.unwrap_or(128);
            let mask = u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
            format!("block {}/{prefix}", IpAddr::V6((address.to_bits() & mask).into()))
        }
        (Err(_), _) => "open".to_owned(),
    }
}

/// The groups that an inventory defines.
pub fn groups(inventory: &Inventory) -> BTreeSet<String> {
    let defined = inventory.groups.values().filter(|group| group.is_defined());
    defined.map(|group| group.id.to_string()).collect()
}

/// The rules of an inventory.
pub fn rules(inventory: &Inventory) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for (id, group) in &inventory.groups {
        for rule in &group.rules {
            let direction = if rule.direction == Direction::Ingress { "ingress" } else { "egress" };
            let items = rule.traffic.items();
            let traffic = match items.as_slice() {
                _ if rule.doubt.is_some() => "unknown".to_owned(),
                [item] => {
                    let ports = [item.from_port, item.to_port].into_iter().flatten();
                    ports.fold(item.protocol.clone(), |text, port| format!("{text} {port}"))
                }
                other => panic!("one permission is not one item: {other:?}"),
            };
            let peer = match &rule.peer {
                Peer::Group(id) => format!("group {id}"),
                Peer::Block(block) => format!("block {block}"),
                Peer::PrefixList(id) => format!("list {id}"),
                Peer::Unresolved(_) => "open".to_owned(),
            };
            texts.insert(format!("{id} {direction} {traffic} {peer}"));
        }
    }
    texts
}
