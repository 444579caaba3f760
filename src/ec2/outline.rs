//! Recognises the API's objects by their members, never by the name of a file.
//!
//! An object counts when it has its id, spelled as AWS spells ids, and one of the members that nothing
//! else has beside that id. Hand-written and renamed look-alikes do not.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// What an object is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum ObjectKind {
    /// A snapshot of sglens.
    Snapshot,
    /// A recorded answer: `{"status_code": 200, "data": {…}}`.
    Envelope,
    /// An answer with lists of the kinds below.
    Answer,
    /// A security group.
    Group,
    /// A security group rule.
    Rule,
    /// A network interface.
    Interface,
    /// An instance.
    Instance,
    /// A subnet.
    Subnet,
    /// A VPC.
    Vpc,
    /// A VPC peering connection.
    Peering,
    /// An attachment to a transit gateway.
    Transit,
    /// A prefix list.
    PrefixList,
    /// An entry of a prefix list, which is of use with its list only.
    Entry,
    /// An association of a group with a further VPC, which is of use with the group only.
    Association,
    /// An answer of AWS that sglens has no use for.
    OtherAws,
    /// Anything else.
    Foreign,
}

impl ObjectKind {
    /// Tells whether sglens reads it.
    pub(super) fn is_readable(self) -> bool {
        self <= Self::PrefixList
    }
}

/// Members that hold an id, and how the id begins.
const IDS: [(&str, &str); 9] = [
    ("SecurityGroupRuleId", "sgr-"),
    ("NetworkInterfaceId", "eni-"),
    ("InstanceId", "i-"),
    ("VpcPeeringConnectionId", "pcx-"),
    ("PrefixListId", "pl-"),
    ("TransitGatewayAttachmentId", "tgw-attach-"),
    ("GroupId", "sg-"),
    ("SubnetId", "subnet-"),
    ("VpcId", "vpc-"),
];

/// Members of an answer, and what their elements are.
const LISTS: [(&str, ObjectKind); 14] = [
    ("SecurityGroups", ObjectKind::Group),
    ("SecurityGroupRules", ObjectKind::Rule),
    ("NetworkInterfaces", ObjectKind::Interface),
    ("Reservations", ObjectKind::Answer),
    ("Instances", ObjectKind::Instance),
    ("Subnets", ObjectKind::Subnet),
    ("Vpcs", ObjectKind::Vpc),
    ("VpcPeeringConnections", ObjectKind::Peering),
    ("ManagedPrefixLists", ObjectKind::PrefixList),
    ("PrefixLists", ObjectKind::PrefixList),
    ("Entries", ObjectKind::Entry),
    ("SecurityGroupVpcAssociations", ObjectKind::Association),
    ("TransitGatewayVpcAttachments", ObjectKind::Transit),
    ("TransitGatewayAttachments", ObjectKind::Transit),
];

/// Tells whether a member of an answer holds objects of the kinds below.
pub(super) fn is_list(name: &str) -> bool {
    LISTS.iter().any(|(list, _)| *list == name)
}

/// An object with all of the first members and one of the second (if there are any) is of the kind.
type Recipe = (ObjectKind, &'static [&'static str], &'static [&'static str]);

/// The first recipe that fits counts, because objects hold members of others: an instance has a subnet.
const RECIPES: [Recipe; 12] = [
    (ObjectKind::Snapshot, &["sglens_snapshot"], &[]),
    (ObjectKind::Rule, &["SecurityGroupRuleId"], &[]),
    (ObjectKind::Interface, &["NetworkInterfaceId"], &["Groups", "PrivateIpAddress", "PrivateIpAddresses"]),
    (ObjectKind::Instance, &["InstanceId"], &["NetworkInterfaces", "SecurityGroups", "PrivateIpAddress"]),
    (ObjectKind::Transit, &["TransitGatewayAttachmentId"], &["VpcId", "ResourceId"]),
    (ObjectKind::Peering, &["VpcPeeringConnectionId"], &["RequesterVpcInfo", "AccepterVpcInfo"]),
    (ObjectKind::Group, &["GroupId"], &["GroupName", "IpPermissions", "IpPermissionsEgress"]),
    (ObjectKind::Association, &["GroupId", "VpcId", "State"], &[]),
    (ObjectKind::Subnet, &["SubnetId"], &["CidrBlock", "Ipv6CidrBlockAssociationSet"]),
    (ObjectKind::Vpc, &["VpcId"], &["CidrBlock", "CidrBlockAssociationSet"]),
    (ObjectKind::PrefixList, &["PrefixListId"], &["PrefixListName", "Cidrs", "AddressFamily"]),
    (ObjectKind::Entry, &["Cidr"], &[]),
];

/// Answers of other calls, by the member that holds their list.
const OTHER_ANSWERS: [&str; 24] = [
    "ResponseMetadata",
    "LoadBalancers",
    "LoadBalancerDescriptions",
    "TargetGroups",
    "Listeners",
    "Functions",
    "DBInstances",
    "DBClusters",
    "CacheClusters",
    "ReplicationGroups",
    "VpcEndpoints",
    "NatGateways",
    "InternetGateways",
    "RouteTables",
    "NetworkAcls",
    "Addresses",
    "Images",
    "Volumes",
    "LaunchTemplates",
    "AutoScalingGroups",
    "StaleSecurityGroupSet",
    "SecurityGroupForVpcs",
    "SecurityGroupReferenceSet",
    "configurationItems",
];

/// Further members that decide the kind of an object: those of the recipes that hold neither an id nor a
/// list, those of other answers, and two that [`Seen::kind`] asks for.
static MARKS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let of_recipes = RECIPES.iter().flat_map(|(_, all, one)| all.iter().chain(*one)).copied();
    let has_table =
        |name: &str| IDS.iter().any(|(id, _)| *id == name) || LISTS.iter().any(|(list, _)| *list == name);
    let of_recipes = of_recipes.filter(|name| !has_table(name));
    of_recipes.chain(OTHER_ANSWERS).chain(["status_code", "PrefixListEntries"]).collect()
});

/// The kinds of the objects in a document or list, with those of lists within lists.
#[derive(Debug, Default)]
pub(super) struct Outline(BTreeSet<ObjectKind>);

impl Outline {
    /// Reads a document until it is clear whether it holds a readable object. A broken document counts
    /// up to the break.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut outline = Self::default();
        let mut json = serde_json::Deserializer::from_slice(text);
        // A reader reports later what is broken, with the place.
        let _ = json.deserialize_any(Look { outline: &mut outline, wanted: None });
        outline
    }

    /// Returns the kind of a single object.
    pub(super) fn kind(value: &Value) -> ObjectKind {
        let mut outline = Self::default();
        let _ = value.deserialize_any(Look { outline: &mut outline, wanted: None });
        outline.0.first().copied().unwrap_or(ObjectKind::Foreign)
    }

    /// Tells whether an object of the kind was met.
    pub(super) fn has(&self, kind: ObjectKind) -> bool {
        self.0.contains(&kind)
    }

    /// Tells whether anything was met that sglens reads.
    pub(super) fn is_readable(&self) -> bool {
        self.0.first().is_some_and(|first| first.is_readable())
    }
}

/// Adds kinds to an outline until it has the wanted one; without one, until it is readable.
struct Look<'o> {
    outline: &'o mut Outline,
    wanted: Option<ObjectKind>,
}

impl Look<'_> {
    fn is_done(&self) -> bool {
        self.wanted.map_or_else(|| self.outline.is_readable(), |kind| self.outline.has(kind))
    }

    fn foreign(self) {
        self.outline.0.insert(ObjectKind::Foreign);
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.foreign();
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.foreign();
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.foreign();
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.foreign();
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.foreign();
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        loop {
            let more = if self.is_done() {
                seq.next_element::<IgnoredAny>()?.is_some()
            } else {
                seq.next_element_seed(Look { outline: &mut *self.outline, wanted: self.wanted })?.is_some()
            };
            if !more {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let mut seen = Seen::default();
        let result = seen.look(map);
        self.outline.0.insert(seen.kind());
        result
    }
}

/// A key, borrowed from the input where it holds no escapes.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// The members of one object that decide its kind.
#[derive(Default)]
struct Seen {
    members: BTreeSet<&'static str>,
    /// How many lists of an answer hold objects of their kind.
    good: usize,
    /// How many lists of an answer are empty.
    empty: usize,
    /// How many members named like lists of an answer hold something else.
    wrong: usize,
    /// The objects below `data`.
    data: Outline,
}

impl Seen {
    fn look<'de, A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            let key: &str = &key;
            if let Some((name, prefix)) = IDS.iter().copied().find(|(name, _)| *name == key) {
                let id = map.next_value::<Value>()?;
                if id.as_str().is_some_and(|id| id.starts_with(prefix)) {
                    self.members.insert(name);
                }
            } else if let Some((name, wanted)) = LISTS.iter().copied().find(|(name, _)| *name == key) {
                self.members.insert(name);
                let mut list = Outline::default();
                let result = map.next_value_seed(Look { outline: &mut list, wanted: Some(wanted) });
                self.count(&list, wanted);
                result?;
            } else if key == "data" {
                map.next_value_seed(Look { outline: &mut self.data, wanted: Some(ObjectKind::Answer) })?;
            } else {
                self.members.extend(MARKS.get(key));
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn count(&mut self, list: &Outline, wanted: ObjectKind) {
        if list.has(wanted) {
            self.good += 1;
        } else if !list.0.is_empty() {
            self.wrong += 1;
        } else if wanted != ObjectKind::Entry {
            self.empty += 1;
        }
    }

    fn kind(&self) -> ObjectKind {
        let has = |name: &&'static str| self.members.contains(name);
        if has(&"status_code") && self.data.has(ObjectKind::Answer) {
            return ObjectKind::Envelope;
        }
        let fits = |(_, all, one): &&Recipe| all.iter().all(has) && (one.is_empty() || one.iter().any(has));
        if let Some((kind, ..)) = RECIPES.iter().find(fits) {
            return *kind;
        }
        let is_answer = self.good + self.empty > 0 || has(&"PrefixListEntries");
        if is_answer && self.wrong == 0 {
            ObjectKind::Answer
        } else if OTHER_ANSWERS.iter().any(has)
            || (has(&"status_code") && self.data.has(ObjectKind::OtherAws))
        {
            ObjectKind::OtherAws
        } else {
            ObjectKind::Foreign
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_of_a_recipe_is_read() {
        for (kind, all, one) in RECIPES {
            for name in all.iter().chain(one) {
                let is_read = IDS.iter().any(|(id, _)| id == name)
                    || LISTS.iter().any(|(list, _)| list == name)
                    || MARKS.contains(name);
                assert!(is_read, "{kind:?} needs {name}");
            }
        }
        assert!(IDS.iter().all(|(id, _)| !MARKS.contains(id)), "ids are read as ids");
        assert!(LISTS.iter().all(|(list, _)| !MARKS.contains(list)), "lists are read as lists");
    }
}
