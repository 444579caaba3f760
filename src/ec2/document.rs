//! What a document holds, whatever its outer form: one answer, a recorded one, a snapshot's
//! regions, or loose objects and lists of them.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

use super::error::ReadError;
use super::lenient::{Flat, Text};
use super::outline::{Kind, Outline};
use super::shapes::{
    Entry, Instance, Net, NetworkInterface, Peering, PrefixList, Reservation, SecurityGroup,
    SecurityGroupRule,
};

/// The newest version of a snapshot that is understood.
const SNAPSHOT_VERSION: u64 = 1;

/// The lists of one answer of the API, or of all answers of a region in a snapshot.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Answer {
    /// Of a snapshot's region.
    #[serde(rename = "account")]
    pub(super) account: Text,
    /// Of a snapshot's region.
    #[serde(rename = "region")]
    pub(super) region: Text,
    /// The calls that a snapshot could not make, by IAM action.
    #[serde(rename = "unavailable")]
    pub(super) unavailable: Option<Vec<Text>>,
    pub(super) security_groups: Flat<SecurityGroup>,
    pub(super) security_group_rules: Option<Flat<SecurityGroupRule>>,
    pub(super) network_interfaces: Flat<NetworkInterface>,
    pub(super) reservations: Flat<Reservation>,
    pub(super) instances: Flat<Instance>,
    pub(super) subnets: Flat<Net>,
    pub(super) vpcs: Flat<Net>,
    pub(super) vpc_peering_connections: Flat<Peering>,
    pub(super) prefix_lists: Flat<PrefixList>,
    pub(super) managed_prefix_lists: Flat<PrefixList>,
    /// Entries by the id of their list; only snapshots have them so.
    pub(super) prefix_list_entries: Option<BTreeMap<String, Flat<Entry>>>,
    /// Entries of a list that the answer does not name.
    pub(super) entries: Flat<Entry>,
    /// There is more than the answer holds.
    pub(super) next_token: Text,
    /// Objects that are none of the API's.
    #[serde(skip)]
    pub(super) foreign: usize,
}

/// A parsed document.
#[derive(Debug)]
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
    regions: Flat<Answer>,
}

#[derive(serde::Deserialize)]
struct Envelope {
    data: Answer,
}

/// Parses a document.
pub(super) fn parse(text: &[u8]) -> Result<Document, ReadError> {
    let outline = Outline::of(text);
    let is = |kind: Kind| text.trim_ascii_start().first() == Some(&b'{') && outline.has(kind);
    if is(Kind::Snapshot) {
        let version = json::<Version>(text)?.sglens_snapshot;
        if version != SNAPSHOT_VERSION {
            return Err(ReadError::SnapshotVersion(version));
        }
        return Ok(Document { answers: json::<Snapshot>(text)?.regions.0, is_snapshot: true });
    }
    let answers = if is(Kind::Envelope) {
        vec![json::<Envelope>(text)?.data]
    } else if is(Kind::Answer) {
        vec![json(text)?]
    } else {
        json::<Flat<Item>>(text)?.0.into_iter().map(|Item(answer)| answer).collect()
    };
    Ok(Document { answers, is_snapshot: false })
}

fn json<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, ReadError> {
    serde_json::from_slice(text).map_err(|error| ReadError::from_json(&error))
}

/// An object by itself, as the answer that would hold it alone. It becomes a value first, since
/// what it is shows only at its end.
struct Item(Answer);

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Answer::of(value).map(Self).map_err(D::Error::custom)
    }
}

impl Answer {
    /// Tells whether a snapshot could not make a call, by its IAM action.
    pub(super) fn lacks(&self, action: &str) -> bool {
        self.unavailable.iter().flatten().any(|lacking| lacking.get() == Some(action))
    }

    fn of(value: Value) -> Result<Self, serde_json::Error> {
        let mut answer = Self::default();
        match Outline::kind(&value) {
            Kind::Answer => return serde_json::from_value(value),
            Kind::Envelope => return serde_json::from_value::<Envelope>(value).map(|envelope| envelope.data),
            Kind::Group => answer.security_groups = serde_json::from_value(value)?,
            Kind::Rule => answer.security_group_rules = Some(serde_json::from_value(value)?),
            Kind::Interface => answer.network_interfaces = serde_json::from_value(value)?,
            Kind::Instance => answer.instances = serde_json::from_value(value)?,
            Kind::Subnet => answer.subnets = serde_json::from_value(value)?,
            Kind::Vpc => answer.vpcs = serde_json::from_value(value)?,
            Kind::Peering => answer.vpc_peering_connections = serde_json::from_value(value)?,
            Kind::PrefixList => answer.prefix_lists = serde_json::from_value(value)?,
            Kind::Entry => answer.entries = serde_json::from_value(value)?,
            Kind::Association => {}
            Kind::Snapshot | Kind::OtherAws | Kind::Foreign => answer.foreign = 1,
        }
        Ok(answer)
    }
}
