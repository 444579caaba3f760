//! The calls that gave a snapshot no answer.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::lenient::LenientText;
use super::member::Member;

/// What is missing without a call, by the call's IAM action. Each text is true whatever other calls are
/// missing.
const WITHOUT: [(&str, &str); 11] = [
    ("ec2:DescribeSecurityGroups", "no group is seen"),
    ("ec2:DescribeSecurityGroupRules", "rules are shown without their ids"),
    ("ec2:DescribeNetworkInterfaces", "what has groups attached and is no instance is not seen"),
    ("ec2:DescribeInstances", "the names of instances are not known"),
    ("ec2:DescribeSubnets", "the address blocks of subnets are not known"),
    ("ec2:DescribeVpcs", "the address blocks of VPCs are not known"),
    ("ec2:DescribeVpcPeeringConnections", "peered VPCs are not known"),
    (
        "ec2:DescribeTransitGatewayVpcAttachments",
        "VPCs that only a transit gateway joins count as apart, and what may pass between them as \"no\"",
    ),
    ("ec2:DescribeManagedPrefixLists", "the names of prefix lists are not known"),
    (
        "ec2:GetManagedPrefixListEntries",
        "rules that name a prefix list whose entries are not known stay undecided",
    ),
    ("ec2:DescribeSecurityGroupVpcAssociations", "nothing that answers need is lost"),
];

/// The calls that gave no answer, by IAM action, each with the reason in a few words. A snapshot of
/// another tool may list the actions alone.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Unavailable(BTreeMap<String, LenientText>);

impl Unavailable {
    /// Tells whether a call is among them.
    pub(super) fn has(&self, action: &str) -> bool {
        self.0.contains_key(action)
    }

    /// Returns a warning for each call: the action, the reason, and what is missing without it.
    pub(super) fn warnings(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(action, reason)| {
            let reason = reason.get().map(|reason| format!(" ({reason})")).unwrap_or_default();
            let without = WITHOUT.iter().find(|(name, _)| *name == action.as_str());
            let without = without.map(|(_, without)| format!(": {without}")).unwrap_or_default();
            format!("{action} gave no answer{reason}{without}")
        })
    }

    /// Returns how many calls there are.
    #[cfg(any(feature = "aws", test))]
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Adds a call. When it failed more than once, one of the reasons stays, the same whatever
    /// their order.
    #[cfg(any(feature = "aws", test))]
    pub(super) fn add(&mut self, action: &str, reason: &str) {
        let reason = LenientText::from(Some(reason));
        let known = self.0.entry(action.to_owned()).or_insert_with(|| reason.clone());
        *known = reason.min(known.clone());
    }
}

impl Member for Unavailable {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Unavailable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Actions)
    }
}

struct Actions;

impl<'de> Visitor<'de> for Actions {
    type Value = Unavailable;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("actions, with or without reasons")
    }

    fn visit_unit<E>(self) -> Result<Unavailable, E> {
        Ok(Unavailable::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Unavailable, A::Error> {
        let mut actions = BTreeMap::new();
        while let Some(action) = seq.next_element::<LenientText>()? {
            actions.extend(action.get().map(|action| (action.to_owned(), LenientText::default())));
        }
        Ok(Unavailable(actions))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unavailable, A::Error> {
        let mut actions = BTreeMap::new();
        while let Some((action, reason)) = map.next_entry::<String, LenientText>()? {
            actions.insert(action, reason);
        }
        Ok(Unavailable(actions))
    }
}
