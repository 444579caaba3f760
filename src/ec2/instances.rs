//! `Instance`: one endpoint with all its interfaces, each with its own groups and addresses. The
//! instance's own list of groups is that of its first interface only.

use super::document::Answer;
use super::interfaces;
use super::lenient::LenientText;
use super::reader::Reader;
use super::shapes::{Instance, State};
use crate::inventory::{Authority, EndpointFact, EndpointId, InterfaceFact, SubnetId, VpcId};

/// Reads the instances of an answer.
pub(super) fn take(reader: &mut Reader<'_>, answer: &Answer) {
    let reserved = answer.reservations.0.iter().flat_map(|reservation| &reservation.instances.0);
    for instance in reserved.chain(&answer.instances.0) {
        take_instance(reader, instance);
    }
}

fn take_instance(reader: &mut Reader<'_>, instance: &Instance) {
    let Some(id) = instance.instance_id.shared().map(EndpointId::new) else { return reader.no_id() };
    if instance.is_gone() {
        reader.builder.skip("terminated instances", 1);
        reader.gone.insert(id);
        return;
    }
    if instance.network_interfaces.0.is_empty() {
        let fact = only_interface(reader, &id, instance);
        reader.builder.interface(fact);
    }
    for (slot, interface) in instance.network_interfaces.0.iter().enumerate() {
        let fact = interfaces::fact(reader, interface, id.clone(), slot);
        reader.builder.interface(fact);
    }
    let aliases = [&instance.instance_id, &instance.private_dns_name, &instance.public_dns_name];
    let fact = EndpointFact {
        tags: instance.tags.by_key(),
        aliases: aliases.into_iter().filter_map(LenientText::shared).collect(),
        ..EndpointFact::new(Authority::Managed, reader.origin(id.as_str()), "instance")
    };
    reader.add_endpoint(id, fact);
}

/// Returns the interface of an instance that lists none: EC2-Classic, or a `--query` that left them out.
fn only_interface(reader: &mut Reader<'_>, id: &EndpointId, instance: &Instance) -> InterfaceFact {
    let addresses = [&instance.private_ip_address, &instance.ipv6_address];
    InterfaceFact {
        groups: reader.groups(&instance.security_groups),
        vpc: instance.vpc_id.shared().map(VpcId::new),
        subnets: instance.subnet_id.shared().map(SubnetId::new).into_iter().collect(),
        addresses: reader.blocks(id.as_str(), addresses.into_iter()),
        public: instance.public_ip_address.get().and_then(|text| text.parse().ok()).into_iter().collect(),
        ..InterfaceFact::new(reader.origin(id.as_str()), id.clone())
    }
}

impl Instance {
    /// Tells whether the instance is terminated or about to be. Its groups have no effect any more, but
    /// some servers go on listing them.
    fn is_gone(&self) -> bool {
        let name = match &self.state {
            Some(State::Whole { name } | State::Name(name)) => name.get(),
            None => None,
        };
        matches!(name, Some("terminated" | "shutting-down"))
    }
}
