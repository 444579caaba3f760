//! What people call groups, endpoints, peers and counterparts.

use std::collections::BTreeSet;

use super::name;
use crate::connectivity::{Connectivity, Counterpart, EndpointIx, GroupIx, Outside, Subject};
use crate::inventory::{Endpoint, Peer, PrefixListId, Rule, SubnetId, VpcId};
use crate::query::Target;
use crate::traffic::{AddressSet, Block, Family};

/// More CIDR blocks than this are counted.
const MAX_BLOCKS: usize = 8;

/// Returns the label of a group. Groups of one name are told apart by their VPCs, else by the modules of
/// Terraform that they are in, else by their ids.
pub fn group(net: &Connectivity, ix: GroupIx) -> String {
    let label = name(net.group(ix).label());
    let same = net.namesakes(ix);
    if same.is_empty() {
        return label;
    }
    let tells = |of: &dyn Fn(GroupIx) -> Option<String>| {
        let all: BTreeSet<Option<String>> = same.iter().map(|ix| of(*ix)).collect();
        of(ix).filter(|_| all.len() == same.len())
    };
    let vpc = |ix| net.group_vpc(ix).map(|vpc| format!("VPC {}", self::vpc(net, net.vpc(vpc))));
    let module = |ix| net.group(ix).origins.first().and_then(|origin| module(&origin.address));
    let id = || name(net.group(ix).id.as_str());
    let qualifier = tells(&vpc).or_else(|| tells(&module)).unwrap_or_else(id);
    if qualifier == label { label } else { format!("{label} ({qualifier})") }
}

/// Returns the module of an address of Terraform: `module.a.module.b`.
fn module(address: &str) -> Option<String> {
    let end = address.match_indices("module.").last().map(|(at, part)| at + part.len())?;
    let rest = &address[end..];
    let length = rest.find('.').unwrap_or(rest.len());
    Some(name(&address[..end + length]))
}

/// Returns a VPC by name, else by id.
pub fn vpc(net: &Connectivity, id: &VpcId) -> String {
    let known = net.inventory().network.vpcs.get(id).and_then(|vpc| vpc.name.as_deref());
    name(known.filter(|known| !known.trim().is_empty()).unwrap_or(id.as_str()))
}

/// Returns a subnet by name, else by id.
pub fn subnet(net: &Connectivity, id: &SubnetId) -> String {
    let known = net.inventory().network.subnets.get(id).and_then(|subnet| subnet.name.as_deref());
    name(known.filter(|known| !known.trim().is_empty()).unwrap_or(id.as_str()))
}

/// Returns the label of an endpoint.
pub fn endpoint(net: &Connectivity, ix: EndpointIx) -> String {
    name(net.endpoint(ix).label())
}

/// Returns the other end of a link in words.
pub fn counterpart(net: &Connectivity, counterpart: &Counterpart) -> String {
    match counterpart {
        Counterpart::Group(ix) => group(net, *ix),
        Counterpart::UnknownGroup(ix) => format!("a group that is not known ({})", name(net.unknown(*ix))),
        Counterpart::Unfiltered => "resources without security groups".into(),
        Counterpart::Anyone => "any resource".into(),
        Counterpart::Within(Outside::Internet) => "within 0.0.0.0/0 or ::/0".into(),
        Counterpart::Within(peer) => format!("within {}", outside(net, peer)),
        Counterpart::Outside(peer) => outside(net, peer),
    }
}

/// Returns an outside peer in words; a prefix list by its name, where it has one.
pub fn outside(net: &Connectivity, outside: &Outside) -> String {
    match outside {
        Outside::PrefixList(id) => prefix_list(net, id),
        Outside::Block(block) => address(block),
        Outside::Internet | Outside::Unresolved(_) => name(&outside.to_string()),
    }
}

fn prefix_list(net: &Connectivity, id: &PrefixListId) -> String {
    match net.inventory().network.prefix_lists.get(id).and_then(|list| list.name.as_ref()) {
        Some(known) => format!("{} ({})", name(known), name(id.as_str())),
        None => name(id.as_str()),
    }
}

/// Returns a rule's peer in words.
pub fn peer(net: &Connectivity, rule: &Rule) -> String {
    match &rule.peer {
        Peer::Group(id) => net.find_group(id).map_or_else(|| name(id.as_str()), |ix| group(net, ix)),
        Peer::Block(block) => block.to_string(),
        Peer::PrefixList(id) => prefix_list(net, id),
        Peer::Unresolved(text) => format!("unknown ({})", name(text)),
    }
}

/// Returns what was asked about in words.
pub fn subject(net: &Connectivity, subject: Subject) -> String {
    match subject {
        Subject::Group(ix) => group(net, ix),
        Subject::Endpoint(ix) => endpoint(net, ix),
        Subject::Interface(ix, position) => {
            let interface = &net.endpoint(ix).interfaces[position as usize];
            match (&interface.id, interface.addresses.first()) {
                (Some(id), _) => format!("{} of {}", name(id.as_str()), endpoint(net, ix)),
                (None, Some(block)) => format!("{} of {}", address(block), endpoint(net, ix)),
                (None, None) => endpoint(net, ix),
            }
        }
    }
}

/// Returns a target in words.
pub fn target(net: &Connectivity, target: &Target) -> String {
    match target {
        Target::Known(known) => subject(net, *known),
        Target::Public(ix, _, address) => format!("{address}, a public address of {}", endpoint(net, *ix)),
        Target::Outside(peer) => outside(net, peer),
    }
}

/// Returns several targets in words: at most four by name.
pub fn targets(net: &Connectivity, all: &[Target]) -> String {
    let names: Vec<String> = all.iter().take(4).map(|one| target(net, one)).collect();
    let more = all.len().saturating_sub(names.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    names.join(", ") + &more
}

/// Returns a block in words: a single address without its /32 or /128.
pub fn address(block: &Block) -> String {
    let text = block.to_string();
    text.strip_suffix("/32").or(text.strip_suffix("/128")).unwrap_or(&text).to_owned()
}

/// Returns addresses in their shortest form; the public ones of a family by its name.
pub fn address_set(addresses: &AddressSet) -> String {
    for family in Family::BOTH {
        if *addresses == AddressSet::internet().within(family) {
            return format!("public {} addresses", super::family(family));
        }
    }
    let blocks = addresses.blocks();
    let names: Vec<String> = blocks.iter().take(MAX_BLOCKS).map(ToString::to_string).collect();
    let more = blocks.len().saturating_sub(MAX_BLOCKS);
    names.join(", ") + &if more > 0 { format!(" and {more} more CIDR blocks") } else { String::new() }
}

/// Returns the private addresses of an endpoint.
pub fn addresses(endpoint: &Endpoint) -> Vec<String> {
    let blocks = endpoint.interfaces.iter().flat_map(|interface| &interface.addresses);
    let mut shown: Vec<String> = blocks.map(address).collect();
    shown.dedup();
    shown
}

/// Returns a number with its noun: `1 resource`, `2 resources`.
pub fn count(n: usize, noun: &str) -> String {
    format!("{n} {}", kind(noun, n))
}

/// Returns a noun for so many: `instance`, `instances`, `database proxies`.
pub fn kind(noun: &str, n: usize) -> String {
    match noun {
        _ if n == 1 => noun.to_owned(),
        _ if noun.ends_with('s') || noun.ends_with('x') => format!("{noun}es"),
        _ if noun.ends_with("cy") || noun.ends_with("ry") || noun.ends_with("xy") => {
            format!("{}ies", &noun[..noun.len() - 1])
        }
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_have_a_plural() {
        assert_eq!(kind("instance", 2), "instances");
        assert_eq!(kind("instance", 1), "instance");
        assert_eq!(kind("instance", 0), "instances");
        assert_eq!(kind("database proxy", 2), "database proxies");
        assert_eq!(count(1, "pair"), "1 pair");
    }
}
