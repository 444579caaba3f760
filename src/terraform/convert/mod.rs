//! Turns resources into findings: one converter for each kind of resource. This module alone chooses
//! which; converters do not know it, nor the formats.

mod any_type;
mod attachments;
mod beanstalk;
mod cloud_control;
mod groups;
mod links;
mod mentions;
mod network;
mod permissions;
mod rules;

use super::resource::{Reader, Resource};
use super::schema::{Handler, Spec};
use crate::inventory::Direction;

impl Reader<'_> {
    /// Converts one resource instance.
    pub(crate) fn take(&mut self, spec: &'static Spec, resource: &Resource<'_>) {
        match spec.handler {
            Handler::Group => groups::group(self, resource),
            Handler::GroupRule => rules::group_rule(self, resource),
            Handler::IngressRule => rules::single_rule(self, resource, Direction::Ingress),
            Handler::EgressRule => rules::single_rule(self, resource, Direction::Egress),
            Handler::DataRule => rules::single_rule(self, resource, rules::direction(resource)),
            Handler::Network(net) => network::take(self, net, resource),
            Handler::Link(link) => links::take(self, link, resource),
            Handler::Attachment(row) => attachments::take(self, row, resource),
            Handler::CloudGroup => cloud_control::group(self, resource),
            Handler::CloudRule(direction) => cloud_control::rule(self, resource, direction),
            Handler::Beanstalk => beanstalk::take(self, resource),
            Handler::AnyType => any_type::take(self, resource),
            Handler::Nothing => {}
        }
    }
}
