//! What a document holds, whatever its outer form: one answer, a recorded one, a snapshot's
//! regions, or loose objects and lists of them.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

use super::error::ReadError;
use super::lenient::{LenientText, OneOrMany};
use super::member::Member;
use super::outline::{ObjectKind, Outline};
use super::shapes::{
    Entry, Instance, Net, NetworkInterface, Peering, PrefixList, Reservation, SecurityGroup,
    SecurityGroupRule, TransitAttachment, VpcAssociation,
};
use super::unavailable::Unavailable;

/// The newest version of a snapshot that is understood, and the one that is written.
pub(super) const SNAPSHOT_VERSION: u64 = 1;

/// The lists of one answer of the API, or of all answers of a region in a snapshot.
#[derive(Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Answer {
    /// The account of a snapshot's region.
    #[serde(rename = "account", skip_serializing_if = "Member::is_absent")]
    pub(super) account: LenientText,
    /// The name of a snapshot's region.
    #[serde(rename = "region", skip_serializing_if = "Member::is_absent")]
    pub(super) region: LenientText,
    /// Written even when it is empty, because an answer without a list is not recognised.
    pub(super) security_groups: OneOrMany<SecurityGroup>,
    /// In a snapshot an empty list is a complete one.
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) security_group_rules: Option<OneOrMany<SecurityGroupRule>>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) network_interfaces: OneOrMany<NetworkInterface>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) reservations: OneOrMany<Reservation>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) instances: OneOrMany<Instance>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) subnets: OneOrMany<Net>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) vpcs: OneOrMany<Net>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) vpc_peering_connections: OneOrMany<Peering>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) prefix_lists: OneOrMany<PrefixList>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) managed_prefix_lists: OneOrMany<PrefixList>,
    /// Entries by the id of their list; only snapshots have them so.
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) prefix_list_entries: Option<BTreeMap<String, OneOrMany<Entry>>>,
    /// Entries of a list that the answer does not name.
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) entries: OneOrMany<Entry>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) security_group_vpc_associations: OneOrMany<VpcAssociation>,
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) transit_gateway_vpc_attachments: OneOrMany<TransitAttachment>,
    /// Attachments of any resource; snapshots have none.
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) transit_gateway_attachments: OneOrMany<TransitAttachment>,
    /// Set when the answer breaks off and further pages exist.
    #[serde(skip_serializing_if = "Member::is_absent")]
    pub(super) next_token: LenientText,
    /// The calls that gave a snapshot no answer.
    #[serde(rename = "unavailable", skip_serializing_if = "Member::is_absent")]
    pub(super) unavailable: Unavailable,
    /// How many objects are none of the API's.
    #[serde(skip)]
    pub(super) foreign: usize,
}

/// A parsed document.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// Its answers, in document order.
    pub(super) answers: Vec<Answer>,
    /// Whether they come from a snapshot, which lists everything of a region.
    pub(super) is_snapshot: bool,
}

#[derive(serde::Deserialize)]
struct Version {
    sglens_snapshot: u64,
}

#[derive(serde::Deserialize)]
struct Snapshot {
    #[serde(default)]
    regions: OneOrMany<Answer>,
}

#[derive(serde::Deserialize)]
struct Envelope {
    data: Answer,
}

/// Parses a document of an outline.
pub(super) fn parse(text: &[u8], outline: &Outline) -> Result<Document, ReadError> {
    let is = |kind: ObjectKind| text.trim_ascii_start().first() == Some(&b'{') && outline.has(kind);
    if is(ObjectKind::Snapshot) {
        let version = json::<Version>(text)?.sglens_snapshot;
        if version != SNAPSHOT_VERSION {
            return Err(ReadError::SnapshotVersion(version));
        }
        return Ok(Document { answers: json::<Snapshot>(text)?.regions.0, is_snapshot: true });
    }
    let answers = if is(ObjectKind::Envelope) {
        vec![json::<Envelope>(text)?.data]
    } else if is(ObjectKind::Answer) {
        vec![json(text)?]
    } else {
        json::<OneOrMany<Item>>(text)?.0.into_iter().map(|Item(answer)| answer).collect()
    };
    Ok(Document { answers, is_snapshot: false })
}

fn json<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, ReadError> {
    serde_json::from_slice(text).map_err(|error| ReadError::from_json(&error))
}

/// An object by itself, as the answer that would hold it alone. It is parsed to a value first, because
/// its kind depends on all its members.
struct Item(Answer);

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Answer::of(value).map(Self).map_err(D::Error::custom)
    }
}

impl Answer {
    fn of(value: Value) -> Result<Self, serde_json::Error> {
        let mut answer = Self::default();
        match Outline::kind(&value) {
            ObjectKind::Answer => return serde_json::from_value(value),
            ObjectKind::Envelope => {
                return serde_json::from_value::<Envelope>(value).map(|envelope| envelope.data);
            }
            ObjectKind::Group => answer.security_groups = serde_json::from_value(value)?,
            ObjectKind::Rule => answer.security_group_rules = Some(serde_json::from_value(value)?),
            ObjectKind::Interface => answer.network_interfaces = serde_json::from_value(value)?,
            ObjectKind::Instance => answer.instances = serde_json::from_value(value)?,
            ObjectKind::Subnet => answer.subnets = serde_json::from_value(value)?,
            ObjectKind::Vpc => answer.vpcs = serde_json::from_value(value)?,
            ObjectKind::Peering => answer.vpc_peering_connections = serde_json::from_value(value)?,
            ObjectKind::Transit => answer.transit_gateway_attachments = serde_json::from_value(value)?,
            ObjectKind::PrefixList => answer.prefix_lists = serde_json::from_value(value)?,
            ObjectKind::Entry => answer.entries = serde_json::from_value(value)?,
            ObjectKind::Association => {
                answer.security_group_vpc_associations = serde_json::from_value(value)?;
            }
            ObjectKind::Snapshot | ObjectKind::OtherAws | ObjectKind::Foreign => answer.foreign = 1,
        }
        Ok(answer)
    }
}
