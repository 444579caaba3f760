//! `NetworkInterface`: every interface of the account, of any owner.

use std::net::IpAddr;
use std::sync::Arc;

use super::document::Answer;
use super::lenient::LenientText;
use super::owners::{self, Owner};
use super::reader::Reader;
use super::shapes::{Association, NetworkInterface};
use crate::inventory::{EndpointFact, EndpointId, InterfaceFact, InterfaceId, SubnetId, Tags, VpcId};

/// Reads the interfaces of an answer.
pub(super) fn take(reader: &mut Reader<'_>, answer: &Answer) {
    for interface in &answer.network_interfaces.0 {
        take_interface(reader, interface);
    }
}

fn take_interface(reader: &mut Reader<'_>, interface: &NetworkInterface) {
    let Some(id) = interface.network_interface_id.shared() else { return reader.no_id() };
    let owner = owners::owner(interface, &id);
    if reader.gone.contains(owner.id.as_str()) {
        return reader.builder.skip("interfaces of terminated instances", 1);
    }
    let fact = fact(reader, interface, owner.id.clone(), 0);
    reader.builder.interface(fact);
    let fact = owner_fact(reader, interface, &id, &owner);
    reader.add_endpoint(owner.id, fact);
}

/// Returns the fact that an interface gives about its owner.
fn owner_fact(reader: &Reader<'_>, interface: &NetworkInterface, id: &str, owner: &Owner) -> EndpointFact {
    let origin = reader.origin(owner.id.as_str());
    // The tags of an interface are its owner's only where the interface is its own owner.
    let tags = if owner.id.as_str() == id { interface.tag_set.by_key() } else { Tags::default() };
    EndpointFact {
        account_region: reader.account_region(),
        name: owner.name.clone(),
        tags,
        members: owner.members,
        role: owner.role,
        aliases: vec![Arc::clone(&origin.address)],
        ..EndpointFact::new(owner.authority, origin, owner.kind)
    }
}

/// Returns the fact about an interface, which is described by itself or within its instance.
pub(super) fn fact(
    reader: &mut Reader<'_>,
    interface: &NetworkInterface,
    endpoint: EndpointId,
    slot: usize,
) -> InterfaceFact {
    let id = interface.network_interface_id.shared();
    let address: Arc<str> = id.clone().unwrap_or_else(|| Arc::from(endpoint.as_str()));
    InterfaceFact {
        id: id.map(InterfaceId::new),
        slot,
        account_region: reader.account_region(),
        unfiltered: interface.is_unfiltered(),
        groups: reader.groups(&interface.groups),
        vpc: interface.vpc_id.shared().map(VpcId::new),
        subnets: interface.subnet_id.shared().map(SubnetId::new).into_iter().collect(),
        addresses: reader.blocks(&address, interface.addresses()),
        public: interface.public_addresses().collect(),
        ..InterfaceFact::new(reader.origin(&address), endpoint)
    }
}

impl NetworkInterface {
    /// Tells whether nothing filters it: a network or gateway load balancer needs no groups.
    fn is_unfiltered(&self) -> bool {
        let kind = self.interface_type.get();
        self.groups.0.is_empty() && matches!(kind, Some("network_load_balancer" | "gateway_load_balancer"))
    }

    /// Returns all private addresses and the delegated prefixes, because a rule that names a group
    /// applies to all of them.
    fn addresses(&self) -> impl Iterator<Item = &LenientText> {
        let lists =
            [&self.private_ip_addresses, &self.ipv6_addresses, &self.ipv4_prefixes, &self.ipv6_prefixes];
        let listed = lists.into_iter().flat_map(|list| &list.0).flat_map(|address| {
            [&address.private_ip_address, &address.ipv6_address, &address.ipv4_prefix, &address.ipv6_prefix]
        });
        std::iter::once(&self.private_ip_address).chain(listed)
    }

    /// Returns the public addresses of the private ones.
    fn public_addresses(&self) -> impl Iterator<Item = IpAddr> {
        let each = self.private_ip_addresses.0.iter().map(|address| &address.association);
        let all = std::iter::once(&self.association).chain(each).flatten();
        all.filter_map(Association::address)
    }
}

impl Association {
    fn address(&self) -> Option<IpAddr> {
        self.public_ip.get()?.parse().ok()
    }
}
