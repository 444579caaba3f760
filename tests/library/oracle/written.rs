//! Random estates written as people have them: Terraform resources, a state of some of them, a plan, an
//! answer of EC2.

use serde_json::{Map, Value, json};
use sglens::inventory::{Multiplicity, Peer, Role};
use sglens::traffic::{Block, Family};

use super::mask::machine_id;
use super::world::{Nic, RawRule, World, group_id, list_id, vpc_id};

/// A Terraform resource: type, name, attributes.
pub type Resource = (&'static str, String, Value);

/// How the rules of a group are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// In its own lists.
    Inline,
    /// As resources of their own, which its lists echo.
    Separate,
}

/// The style of a group, by its number.
pub fn style(group: usize) -> Style {
    if group.is_multiple_of(2) { Style::Inline } else { Style::Separate }
}

/// Makes an estate one that instances can be: each is one, client and service, and has groups.
pub fn plain(mut world: World) -> World {
    for machine in &mut world.machines {
        (machine.members, machine.role) = (Multiplicity::One, Role::Both);
        machine.nics.iter_mut().filter(|nic| nic.groups.is_empty()).for_each(|nic| nic.groups.push(0));
    }
    world.rules.dedup();
    world
}

fn of_family(blocks: &[Block], family: Family) -> Vec<String> {
    blocks.iter().filter(|block| block.family() == family).map(ToString::to_string).collect()
}

/// The four lists of peers of an inline rule; one of them holds the peer.
fn peers(peer: &Peer) -> [(&'static str, Vec<String>); 4] {
    let block = |family| match peer {
        Peer::Block(block) => of_family(&[*block], family),
        Peer::Group(_) | Peer::PrefixList(_) | Peer::Unresolved(_) => Vec::new(),
    };
    let list = if let Peer::PrefixList(id) = peer { vec![id.to_string()] } else { Vec::new() };
    let group = if let Peer::Group(id) = peer { vec![id.to_string()] } else { Vec::new() };
    [
        ("cidr_blocks", block(Family::V4)),
        ("ipv6_cidr_blocks", block(Family::V6)),
        ("prefix_list_ids", list),
        ("security_groups", group),
    ]
}

fn inline(rule: &RawRule) -> Value {
    let mut object = Map::new();
    object.insert("protocol".into(), rule.protocol.to_string().into());
    object.insert("from_port".into(), rule.from.into());
    object.insert("to_port".into(), rule.to.into());
    object.extend(peers(&rule.peer).map(|(name, list)| (name.to_owned(), list.into())));
    Value::Object(object)
}

fn separate(rule: &RawRule) -> Value {
    let [v4, v6, list, group] = peers(&rule.peer).map(|(_, list)| list.into_iter().next());
    json!({ "security_group_id": group_id(rule.group).as_str(), "ip_protocol": rule.protocol.to_string(),
        "from_port": rule.from, "to_port": rule.to, "cidr_ipv4": v4, "cidr_ipv6": v6, "prefix_list_id": list,
        "referenced_security_group_id": group })
}

/// The rules of a group in one direction.
fn rules_of(world: &World, group: usize, is_ingress: bool) -> impl Iterator<Item = &RawRule> {
    world.rules.iter().filter(move |rule| rule.group == group && rule.is_ingress == is_ingress)
}

/// All resources. Groups whose rules are separate list those of `echoed`, which they had at the last
/// refresh.
pub fn resources(world: &World, echoed: &World) -> Vec<Resource> {
    let mut all: Vec<Resource> = Vec::new();
    for vpc in 0..world.vpcs {
        let id = vpc_id(vpc);
        all.push(("aws_vpc", format!("v{vpc}"), json!({ "id": id.as_str() })));
        let subnet = json!({ "id": format!("subnet-{vpc}"), "vpc_id": id.as_str(), "cidr_block": "10.0.0.0/16",
            "ipv6_cidr_block": "2001:db8::/56" });
        all.push(("aws_subnet", format!("s{vpc}"), subnet));
    }
    if let Some((one, other, is_active)) = world.peering {
        let status = if is_active { "active" } else { "pending-acceptance" };
        let sides = [vpc_id(one), vpc_id(other)];
        let peering = json!({ "id": "pcx-1", "vpc_id": sides[0].as_str(), "peer_vpc_id": sides[1].as_str(),
            "accept_status": status });
        all.push(("aws_vpc_peering_connection", "p".into(), peering));
    }
    let entries: Vec<Value> =
        world.lists[&list_id()].iter().map(|block| json!({ "cidr": block.to_string() })).collect();
    let list = json!({ "id": list_id().as_str(), "name": "list", "entry": entries });
    all.push(("aws_ec2_managed_prefix_list", "l".into(), list));
    for (group, vpc) in world.groups.iter().enumerate() {
        let source = if style(group) == Style::Inline { world } else { echoed };
        let lists = [true, false].map(|way| rules_of(source, group, way).map(inline).collect::<Vec<_>>());
        let [ingress, egress] = lists;
        let attributes = json!({ "id": group_id(group).as_str(), "name": format!("group-{group}"),
            "vpc_id": vpc_id(*vpc).as_str(), "ingress": ingress, "egress": egress });
        all.push(("aws_security_group", format!("g{group}"), attributes));
    }
    for (number, rule) in
        world.rules.iter().enumerate().filter(|(_, rule)| style(rule.group) == Style::Separate)
    {
        let kind = if rule.is_ingress {
            "aws_vpc_security_group_ingress_rule"
        } else {
            "aws_vpc_security_group_egress_rule"
        };
        let mut attributes = separate(rule);
        attributes["id"] = format!("sgr-{number}").into();
        // Named by what it says, so that the same rule has the same address in two estates.
        let name = attributes
            .to_string()
            .bytes()
            .fold(0u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
        all.push((kind, format!("r{name:x}"), attributes));
    }
    for (number, machine) in world.machines.iter().enumerate() {
        let id = machine_id(number);
        all.push((
            "aws_instance",
            format!("i{number}"),
            json!({ "id": id.as_str(), "vpc_security_group_ids": groups(&machine.nics[0]) }),
        ));
        for (position, nic) in machine.nics.iter().enumerate() {
            let (hosts, prefixes): (Vec<Block>, Vec<Block>) = nic
                .addresses
                .iter()
                .partition(|block| block.to_string().ends_with("/32") || !block.to_string().contains('/'));
            let bare = |list: Vec<String>| {
                list.iter().map(|text| text.split('/').next().unwrap().to_owned()).collect::<Vec<_>>()
            };
            let six = of_family(&nic.addresses, Family::V6);
            let interface = json!({ "id": format!("eni-{number}-{position}"), "subnet_id": format!("subnet-{}", nic.vpc),
                "private_ips": bare(of_family(&hosts, Family::V4)), "ipv4_prefixes": of_family(&prefixes, Family::V4),
                "ipv6_addresses": bare(six), "security_groups": groups(nic),
                "attachment": [{ "instance": id.as_str(), "device_index": position }] });
            all.push(("aws_network_interface", format!("e{number}_{position}"), interface));
        }
    }
    all
}

fn groups(nic: &Nic) -> Vec<String> {
    nic.groups.iter().map(|group| group_id(*group).to_string()).collect()
}

/// A state.
pub fn state(resources: &[Resource], lineage: &str, serial: u32) -> String {
    let one = |(kind, name, attributes): &Resource| json!({ "mode": "managed", "type": kind, "name": name, "instances": [{ "attributes": attributes }] });
    let resources: Vec<Value> = resources.iter().map(one).collect();
    json!({ "version": 4, "serial": serial, "lineage": lineage, "resources": resources }).to_string()
}

fn module(resources: &[Resource]) -> Value {
    let one = |(kind, name, values): &Resource| json!({ "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "values": values });
    json!({ "root_module": { "resources": resources.iter().map(one).collect::<Vec<_>>() } })
}

/// What `terraform show -json` prints of a state.
pub fn show(resources: &[Resource]) -> String {
    json!({ "format_version": "1.0", "terraform_version": "1.9.0", "values": module(resources) }).to_string()
}

/// A plan from one list of resources to another.
pub fn plan(before: &[Resource], after: &[Resource]) -> String {
    let find = |list: &[Resource], (kind, name, _): &Resource| {
        list.iter().find(|one| one.0 == *kind && one.1 == *name).map(|one| one.2.clone())
    };
    let mut changes = Vec::new();
    for one in after.iter().chain(before.iter().filter(|one| find(after, one).is_none())) {
        let (old, new) = (find(before, one), find(after, one));
        let actions = match (&old, &new) {
            (None, _) => json!(["create"]),
            (_, None) => json!(["delete"]),
            (Some(old), Some(new)) if old == new => json!(["no-op"]),
            _ => json!(["update"]),
        };
        changes.push(json!({ "address": format!("{}.{}", one.0, one.1), "mode": "managed", "type": one.0, "name": one.1,
            "change": { "actions": actions, "before": old, "after": new, "after_unknown": {} } }));
    }
    let configured = after.iter().map(|(kind, name, values)| {
        // Only inline groups configure their lists.
        let mut expressions = json!({});
        let is_inline = name.strip_prefix('g').and_then(|number| number.parse().ok()).is_some_and(|group: usize| style(group) == Style::Inline);
        if *kind == "aws_security_group" && is_inline {
            expressions = json!({ "ingress": { "constant_value": values["ingress"] }, "egress": { "constant_value": values["egress"] } });
        }
        json!({ "address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name, "expressions": expressions })
    });
    json!({ "format_version": "1.2", "terraform_version": "1.9.0", "planned_values": module(after),
        "resource_changes": changes, "prior_state": { "format_version": "1.0", "values": module(before) },
        "configuration": { "root_module": { "resources": configured.collect::<Vec<_>>() } } })
    .to_string()
}

/// A snapshot of EC2, or one answer with all lists.
pub fn ec2(world: &World, is_snapshot: bool) -> String {
    let protocol = |number: i64| match number {
        6 => "tcp".to_owned(),
        17 => "udp".to_owned(),
        1 => "icmp".to_owned(),
        58 => "icmpv6".to_owned(),
        other => other.to_string(),
    };
    let permission = |rule: &RawRule| {
        let [v4, v6, lists, groups] = peers(&rule.peer).map(|(_, list)| list);
        let named = |list: Vec<String>, name: &str| {
            list.into_iter().map(|text| json!({ name: text })).collect::<Vec<_>>()
        };
        let mut object = json!({ "IpProtocol": protocol(rule.protocol), "IpRanges": named(v4, "CidrIp"),
            "Ipv6Ranges": named(v6, "CidrIpv6"), "PrefixListIds": named(lists, "PrefixListId"),
            "UserIdGroupPairs": named(groups, "GroupId") });
        if rule.protocol != -1 {
            object["FromPort"] = rule.from.into();
            object["ToPort"] = rule.to.into();
        }
        object
    };
    let group = |(group, vpc): (usize, &usize)| {
        let [ingress, egress] =
            [true, false].map(|way| rules_of(world, group, way).map(permission).collect::<Vec<_>>());
        json!({ "GroupId": group_id(group).as_str(), "GroupName": format!("group-{group}"), "VpcId": vpc_id(*vpc).as_str(),
            "IpPermissions": ingress, "IpPermissionsEgress": egress })
    };
    let interface = |number: usize, position: usize, nic: &Nic| {
        let groups = groups(nic).into_iter().map(|id| json!({ "GroupId": id }));
        let bare = |block: &Block| block.to_string().split('/').next().unwrap().to_owned();
        let is_host = |block: &&Block| block.to_string().ends_with("/32") || !block.to_string().contains('/');
        let four: Vec<Block> =
            nic.addresses.iter().filter(|block| block.family() == Family::V4).copied().collect();
        let hosts: Vec<Value> =
            four.iter().filter(is_host).map(|block| json!({ "PrivateIpAddress": bare(block) })).collect();
        let prefixes: Vec<Value> = four
            .iter()
            .filter(|block| !is_host(block))
            .map(|block| json!({ "Ipv4Prefix": block.to_string() }))
            .collect();
        let six = nic.addresses.iter().filter(|block| block.family() == Family::V6);
        json!({ "NetworkInterfaceId": format!("eni-{number}-{position}"), "VpcId": vpc_id(nic.vpc).as_str(),
            "SubnetId": format!("subnet-{}", nic.vpc), "Status": "in-use", "Groups": groups.collect::<Vec<_>>(),
            "PrivateIpAddresses": hosts, "Ipv4Prefixes": prefixes,
            "Ipv6Addresses": six.map(|block| json!({ "Ipv6Address": bare(block) })).collect::<Vec<_>>(),
            "Attachment": { "InstanceId": machine_id(number).as_str() } })
    };
    let machines = world.machines.iter().enumerate();
    let interfaces: Vec<Value> = machines
        .flat_map(|(number, machine)| {
            machine.nics.iter().enumerate().map(move |(at, nic)| interface(number, at, nic))
        })
        .collect();
    let entries: Vec<Value> =
        world.lists[&list_id()].iter().map(|block| json!({ "Cidr": block.to_string() })).collect();
    let peering = world.peering.map(|(one, other, is_active)| {
        let code = if is_active { "active" } else { "pending-acceptance" };
        json!({ "VpcPeeringConnectionId": "pcx-1", "RequesterVpcInfo": { "VpcId": vpc_id(one).as_str() },
            "AccepterVpcInfo": { "VpcId": vpc_id(other).as_str() }, "Status": { "Code": code } })
    });
    let mut lists = json!({
        "SecurityGroups": world.groups.iter().enumerate().map(group).collect::<Vec<_>>(),
        "NetworkInterfaces": interfaces,
        "VpcPeeringConnections": peering.into_iter().collect::<Vec<_>>(),
        "ManagedPrefixLists": [{ "PrefixListId": list_id().as_str(), "PrefixListName": "list" }],
        "PrefixListEntries": { list_id().as_str(): entries },
    });
    if !is_snapshot {
        return lists.to_string();
    }
    lists["account"] = "111122223333".into();
    lists["region"] = "eu-west-1".into();
    json!({ "sglens_snapshot": 1, "regions": [lists] }).to_string()
}
