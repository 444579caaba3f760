//! `NetworkInterface`: every interface of the account, whoever owns it.

use std::net::IpAddr;
use std::sync::Arc;

use super::document::Answer;
use super::instances;
use super::lenient::Text;
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
    let told = told(reader, interface, &id, &owner);
    reader.tell(owner.id, told);
}

/// What an interface says of its owner.
fn told(reader: &Reader<'_>, interface: &NetworkInterface, id: &str, owner: &Owner) -> EndpointFact {
    let origin = reader.origin(owner.id.as_str());
    // The tags of an interface are its owner's only where it is its own.
    let tags = if owner.id.as_str() == id { interface.tag_set.by_key() } else { Tags::default() };
    EndpointFact {
        home: reader.home(),
        kind: owner.kind.into(),
        name: owner.name.clone(),
        tags,
        members: owner.members,
        role: owner.role,
        ..instances::endpoint(owner.known, origin)
    }
}

/// What is said of an interface, by itself or within its instance.
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
        home: reader.home(),
        groups: reader.groups(&interface.groups),
        vpc: interface.vpc_id.shared().map(VpcId::new),
        subnets: interface.subnet_id.shared().map(SubnetId::new).into_iter().collect(),
        addresses: reader.blocks(&address, interface.addresses()),
        public: interface.public_addresses().collect(),
        ..InterfaceFact::new(reader.origin(&address), endpoint)
    }
}

impl NetworkInterface {
    /// Its private addresses, first and further ones, and the prefixes delegated to it: a rule
    /// that names a group means all of them.
    fn addresses(&self) -> impl Iterator<Item = &Text> {
        let lists =
            [&self.private_ip_addresses, &self.ipv6_addresses, &self.ipv4_prefixes, &self.ipv6_prefixes];
        let listed = lists.into_iter().flat_map(|list| &list.0).flat_map(|address| {
            [&address.private_ip_address, &address.ipv6_address, &address.ipv4_prefix, &address.ipv6_prefix]
        });
        std::iter::once(&self.private_ip_address).chain(listed)
    }

    /// The public addresses of its private ones.
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
