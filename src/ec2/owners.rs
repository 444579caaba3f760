//! The owner of an interface: the instance it is attached to, or the thing that its description, type
//! or requester identifies, by the table in `assets/interface-owners.tsv`.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::shapes::NetworkInterface;
use crate::inventory::{Authority, EndpointId, Multiplicity, Role};

/// The owner of an interface.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Owner {
    /// Its identity; the interface's own where no better one is known.
    pub(super) id: EndpointId,
    /// What it is, in a word or two.
    pub(super) kind: &'static str,
    /// What people call it.
    pub(super) name: Option<Arc<str>>,
    /// One machine or many.
    pub(super) members: Multiplicity,
    /// Client, service or both.
    pub(super) role: Role,
    /// How well an interface knows it.
    pub(super) authority: Authority,
}

/// An interface without an owner, or whose owner is not known.
const UNATTACHED: &str = "network interface";
/// An interface that AWS manages for a service that is not in the table.
const MANAGED: &str = "managed interface";

/// Finds the owner of an interface.
pub(super) fn owner(interface: &NetworkInterface, id: &Arc<str>) -> Owner {
    let attachment = interface.attachment.as_ref().and_then(|attachment| attachment.instance_id.shared());
    if let Some(instance) = attachment {
        return Owner::instance(instance);
    }
    let operator = interface.operator.as_ref().filter(|operator| operator.managed == Some(true));
    if let Some(principal) = operator.and_then(|operator| operator.principal.shared()) {
        return Owner::itself(id, MANAGED, Some(principal));
    }
    // Anybody who may create an interface writes its description and tags, so that on a free one which no
    // service of AWS manages they prove nothing.
    if is_free(interface) && interface.requester_managed != Some(true) {
        return unknown(interface, id);
    }
    ROWS.iter()
        .find_map(|row| row.owner(interface, id))
        .or_else(|| by_tag(interface))
        .unwrap_or_else(|| unknown(interface, id))
}

/// Finds the owner by the tags that EKS and EC2 put on interfaces.
fn by_tag(interface: &NetworkInterface) -> Option<Owner> {
    if let Some(instance) = interface.tag_set.value("node.k8s.amazonaws.com/instance_id") {
        return Some(Owner::instance(instance));
    }
    let id = interface.tag_set.value("InstanceConnectEndpointId")?;
    Some(Owner {
        id: EndpointId::new(format!("aws_ec2_instance_connect_endpoint:{id}")),
        kind: "connect endpoint",
        name: Some(id),
        members: Multiplicity::One,
        role: Role::Client,
        authority: Authority::DataSource,
    })
}

/// Tells whether an interface is attached to nothing.
fn is_free(interface: &NetworkInterface) -> bool {
    interface.status.get() == Some("available")
}

fn unknown(interface: &NetworkInterface, id: &Arc<str>) -> Owner {
    let is_managed = interface.requester_managed == Some(true) && !is_free(interface);
    Owner::itself(id, if is_managed { MANAGED } else { UNATTACHED }, interface.description.shared())
}

impl Owner {
    /// An instance. Its own description is better than that of its interface, which only mentions it.
    fn instance(id: Arc<str>) -> Self {
        Self {
            id: EndpointId::new(id),
            kind: "instance",
            name: None,
            members: Multiplicity::One,
            role: Role::Both,
            authority: Authority::Mention,
        }
    }

    /// The interface itself, in place of an owner that is not known.
    fn itself(id: &Arc<str>, kind: &'static str, name: Option<Arc<str>>) -> Self {
        Self {
            id: EndpointId::new(Arc::clone(id)),
            kind,
            name,
            members: Multiplicity::One,
            role: Role::Both,
            authority: Authority::Managed,
        }
    }
}

/// One line of the table; the file explains the columns.
#[derive(Debug)]
struct Row {
    owner: &'static str,
    members: Multiplicity,
    role: Role,
    types: Vec<&'static str>,
    pattern: Option<Regex>,
    requester: Option<&'static str>,
    id_prefix: Option<&'static str>,
    #[cfg(test)]
    sample: Option<&'static str>,
}

/// All lines of the table. A line that cannot be read is left out; a test checks that there is none.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| lines().filter_map(Row::parse).collect());

/// Returns the lines below the header.
fn lines() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("../../assets/interface-owners.tsv").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).skip(1)
}

impl Row {
    fn parse(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t').map(|cell| Some(cell).filter(|cell| *cell != "-"));
        let mut cell = || cells.next().flatten();
        Some(Self {
            owner: cell()?,
            members: Multiplicity::of_cell(cell()?),
            role: Role::of_cell(cell()?),
            types: cell().map(|types| types.split(' ').collect()).unwrap_or_default(),
            pattern: cell().map(Regex::new).transpose().ok()?,
            requester: cell(),
            id_prefix: cell(),
            #[cfg(test)]
            sample: cell(),
        })
    }

    /// Returns the owner of an interface that matches the line.
    fn owner(&self, interface: &NetworkInterface, id: &Arc<str>) -> Option<Owner> {
        let kind = interface.interface_type.get();
        let is_type = self.types.is_empty() || self.types.iter().any(|one| Some(*one) == kind);
        if !is_type || (self.requester.is_some() && self.requester != interface.requester_id.get()) {
            return None;
        }
        let description = interface.description.get().unwrap_or_default();
        let found = match &self.pattern {
            Some(pattern) => Some(pattern.captures(description)?),
            None => None,
        };
        let key = found.as_ref().and_then(|found| found.name("key")).map(|part| part.as_str());
        let name = found.as_ref().and_then(|found| found.name("name")).map(|part| part.as_str());
        Some(self.owner_by(interface, id, key, name))
    }

    /// Returns the owner by the parts that the pattern captured.
    fn owner_by(
        &self,
        interface: &NetworkInterface,
        id: &Arc<str>,
        key: Option<&str>,
        name: Option<&str>,
    ) -> Owner {
        // A task gets the name of its ECS service, if it has one.
        let service =
            if self.owner == "task" { interface.tag_set.value("aws:ecs:serviceName") } else { None };
        let name = service.or_else(|| name.or(key.filter(|_| self.id_prefix.is_some())).map(Arc::from));
        let itself = Owner { members: self.members, role: self.role, ..Owner::itself(id, self.owner, name) };
        match key {
            Some(key) if self.owner == "instance" => Owner::instance(key.into()),
            Some(key) => {
                let id = EndpointId::new(format!("{}{key}", self.id_prefix.unwrap_or_default()));
                Owner { id, authority: Authority::DataSource, ..itself }
            }
            None => itself,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_the_table_catches_its_sample_first() {
        assert!(ROWS.len() > 50);
        assert_eq!(ROWS.len(), lines().count(), "every line can be read");
        assert!(lines().all(|line| line.split('\t').count() == 8), "each line has 8 cells");
        for (index, row) in ROWS.iter().enumerate() {
            let interface: NetworkInterface = serde_json::from_value(serde_json::json!({
                "Description": row.sample,
                "InterfaceType": row.types.first(),
                "RequesterId": row.requester,
            }))
            .unwrap();
            let id: Arc<str> = Arc::from("eni-1");
            let first = ROWS.iter().position(|other| other.owner(&interface, &id).is_some());
            assert_eq!(first, Some(index), "{row:?}");
            assert!(
                row.pattern.is_some() == row.sample.is_some() && row.owner.chars().count() <= 24,
                "{row:?}"
            );
            let has_key = row.pattern.as_ref().is_some_and(|pattern| pattern.as_str().contains("?<key>"));
            let owner = owner(&interface, &id);
            assert_eq!(owner.id.as_str() != "eni-1", has_key, "{row:?}");
            assert_eq!(owner.kind, row.owner);
        }
    }

    #[test]
    fn members_and_roles_are_those_of_the_table() {
        for (row, line) in ROWS.iter().zip(lines()) {
            let members = if row.members == Multiplicity::One { "one" } else { "many" };
            let role = match row.role {
                Role::Client => "client",
                Role::Service => "service",
                Role::Both => "both",
            };
            let cells: Vec<&str> = line.split('\t').skip(1).take(2).collect();
            assert_eq!(cells, [members, role], "{line}");
        }
    }

    #[test]
    fn the_order_of_decision() {
        let kind = |json: serde_json::Value| {
            let interface: NetworkInterface = serde_json::from_value(json).unwrap();
            let owner = owner(&interface, &Arc::from("eni-1"));
            (owner.kind, owner.id.as_str().to_owned(), owner.name.as_deref().map(str::to_owned))
        };
        let named = |text: &str| Some(text.to_owned());
        let elb = "ELB app/web/0a1b2c3d4e5f6071";
        assert_eq!(
            kind(serde_json::json!({"Attachment": {"InstanceId": "i-1"}, "Description": elb})),
            ("instance", "i-1".into(), None)
        );
        assert_eq!(
            kind(
                serde_json::json!({"Operator": {"Managed": true, "Principal": "eks.amazonaws.com"}, "Description": elb})
            ),
            (MANAGED, "eni-1".into(), named("eks.amazonaws.com"))
        );
        assert_eq!(
            kind(
                serde_json::json!({"Operator": {"Managed": false}, "Description": elb, "Attachment": {"Status": "attached"}})
            ),
            ("load balancer", "app/web/0a1b2c3d4e5f6071".into(), named("web"))
        );
        assert_eq!(
            kind(
                serde_json::json!({"TagSet": [{"Key": "node.k8s.amazonaws.com/instance_id", "Value": "i-2"}]})
            ),
            ("instance", "i-2".into(), None)
        );
        assert_eq!(
            kind(
                serde_json::json!({"RequesterManaged": true, "Status": "in-use", "Description": "of some service"})
            ),
            (MANAGED, "eni-1".into(), named("of some service"))
        );
        assert_eq!(kind(serde_json::json!({"Status": "available"})), (UNATTACHED, "eni-1".into(), None));
        let claims = serde_json::json!({"Status": "available", "Description": "ELB app/prod/0a1b0a1b0a1b0a1b",
            "TagSet": [{"Key": "node.k8s.amazonaws.com/instance_id", "Value": "i-1"}]});
        assert_eq!(kind(claims).1, "eni-1", "anybody may write that");
    }
}
