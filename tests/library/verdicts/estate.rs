//! A small language for estates, written as Terraform state and read as such.

use serde_json::{Value, json};
use sglens::connectivity::{Connectivity, Counterpart, Subject};
use sglens::input::{Options, read_document};
use sglens::inventory::{Builder, Direction, EndpointId, GroupId, Inventory};
use sglens::query::tell_links;
use sglens::words;

/// Resources of a state under construction.
#[derive(Default)]
pub struct Estate {
    resources: Vec<Value>,
}

/// A rule of a group: protocol, ports, and a peer that tells its kind by its look.
pub fn rule(protocol: &str, from: i64, to: i64, peer: &str) -> Value {
    let mut rule = json!({"protocol": protocol, "from_port": from, "to_port": to, "self": peer == "self"});
    let list = match peer {
        "self" => return rule,
        _ if peer.starts_with("sg-") => "security_groups",
        _ if peer.starts_with("pl-") => "prefix_list_ids",
        _ if peer.contains(':') => "ipv6_cidr_blocks",
        _ => "cidr_blocks",
    };
    rule[list] = json!([peer]);
    rule
}

/// Everything to everywhere.
pub fn open() -> Value {
    rule("-1", 0, 0, "0.0.0.0/0")
}

impl Estate {
    fn add(mut self, kind: &str, attributes: Value) -> Self {
        let name = format!("r{}", self.resources.len());
        self.resources.push(json!({
            "mode": "managed", "type": kind, "name": name, "instances": [{"attributes": attributes}],
        }));
        self
    }

    pub fn group(self, id: &str, vpc: &str, ingress: &[Value], egress: &[Value]) -> Self {
        let name = id.trim_start_matches("sg-").trim_end_matches(|c: char| c.is_ascii_digit());
        self.add(
            "aws_security_group",
            json!({"id": id, "name": name, "vpc_id": vpc, "ingress": ingress, "egress": egress}),
        )
    }

    pub fn machine(self, id: &str, vpc: &str, addresses: &[&str], groups: &[&str]) -> Self {
        let (v6, v4): (Vec<&str>, Vec<&str>) = addresses.iter().partition(|address| address.contains(':'));
        self.add(
            "aws_network_interface",
            json!({
                "id": format!("eni-{id}"), "vpc_id": vpc, "private_ips": v4, "ipv6_addresses": v6,
                "security_groups": groups, "attachment": [{"instance": id}],
            }),
        )
    }

    pub fn peering(self, one: &str, other: &str, status: &str) -> Self {
        self.add(
            "aws_vpc_peering_connection",
            json!({"id": "pcx-1", "vpc_id": one, "peer_vpc_id": other, "accept_status": status}),
        )
    }

    pub fn subnet(self, id: &str, vpc: &str, block: &str) -> Self {
        self.add("aws_subnet", json!({"id": id, "vpc_id": vpc, "cidr_block": block}))
    }

    pub fn prefix_list(self, id: &str, blocks: &[&str]) -> Self {
        let entries: Vec<Value> = blocks.iter().map(|block| json!({"cidr": block})).collect();
        self.add("aws_ec2_managed_prefix_list", json!({"id": id, "entry": entries}))
    }

    pub fn read(self) -> Inventory {
        let state = json!({"version": 4, "resources": self.resources}).to_string();
        let mut builder = Builder::new();
        read_document("estate.tfstate", state.as_bytes(), Options::default(), &mut builder).unwrap();
        builder.finish()
    }

    /// What a machine connects to, a line a counterpart: `web: tcp 80 allowed (i-2)`.
    pub fn out(self, machine: &str) -> Vec<String> {
        links(self.read(), machine, Direction::Egress)
    }

    /// Who connects to a machine.
    pub fn back(self, machine: &str) -> Vec<String> {
        links(self.read(), machine, Direction::Ingress)
    }
}

/// The links of a machine in words, as people read them.
pub fn links(inventory: Inventory, machine: &str, direction: Direction) -> Vec<String> {
    let net = Connectivity::new(inventory);
    let subject = match net.find_endpoint(&EndpointId::new(machine)) {
        Some(ix) => Subject::Endpoint(ix),
        None => Subject::Group(net.find_group(&GroupId::new(machine)).unwrap()),
    };
    let said = tell_links(&net.links(subject, direction)).into_iter().map(|link| {
        let name = match &link.counterpart {
            Counterpart::Group(ix) => net.group(*ix).id.to_string(),
            Counterpart::UnknownGroup(ix) => format!("unknown group {}", net.unknown(*ix)),
            Counterpart::Unfiltered => "unfiltered".into(),
            Counterpart::Anyone => "anyone".into(),
            Counterpart::Within(peer) => format!("within {peer}"),
            Counterpart::Outside(peer) => peer.to_string(),
        };
        let members: Vec<&str> =
            link.members.iter().map(|member| net.endpoint(member.endpoint).id.as_str()).collect();
        let members = if members.is_empty() { String::new() } else { format!(" ({})", members.join(" ")) };
        let over = link.family.map(|family| format!(" over {}", words::family(family))).unwrap_or_default();
        format!("{name}: {}{over} {}{members}", link.finding.traffic, words::verdict(link.finding.verdict))
    });
    said.collect()
}
