//! Answers of other AWS services that name security groups: databases, load balancers, functions. They
//! say what a group is attached to where nobody listed the network interfaces.

mod config;
mod found;
mod row;

pub(super) use self::found::Found;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;

use self::found::{Thing, capital, named_groups, own_arn, take_object, with_capitals};
use self::row::{Row, texts};
use super::outline::{Outline, is_list};
use super::reader::Reader;
use crate::inventory::{
    AccountRegion, Authority, EndpointFact, EndpointId, GroupId, GroupRef, InterfaceFact, InterfaceId,
    Multiplicity, SortedSet, SubnetId, VpcId,
};

/// Members of answers that name groups and to which none is attached.
const MENTIONS: [&str; 9] = [
    "StaleSecurityGroupSet",
    "SecurityGroupForVpcs",
    "SecurityGroupReferenceSet",
    "NetworkInsightsAnalyses",
    "NetworkInsightsPaths",
    "OptionGroupsList",
    "Findings",
    "Events",
    "Nodegroup",
];

/// What a document holds that has anything for us: the id of a group, or a load balancer, which may have
/// none.
const MARKS: [&[u8]; 2] = [b"sg-", b":loadbalancer/"];

/// Finds the objects of other services in a document. Broken JSON holds none: who reads the document
/// itself says where it is broken.
pub(super) fn find(text: &[u8]) -> Found {
    let mut found = Found::default();
    if MARKS.iter().any(|mark| memchr::memmem::find(text, mark).is_some()) {
        match text.trim_ascii_start().first() {
            Some(b'{') => look_into(text, &mut found),
            // Lists of objects are what `--query` leaves.
            _ => items(text, &mut found),
        }
    }
    found
}

/// Looks at the members of an answer, or of a recorded one.
fn look_into(text: &[u8], found: &mut Found) {
    let Ok(members) = serde_json::from_slice::<BTreeMap<String, &RawValue>>(text) else { return };
    if let (true, Some(data)) = (members.contains_key("status_code"), members.get("data")) {
        return look_into(data.get().as_bytes(), found);
    }
    if members.contains_key("sglens_snapshot") {
        return;
    }
    let mut is_answer = false;
    for (name, raw) in &members {
        let raw = raw.get().as_bytes();
        let holds = |text: &[u8]| memchr::memmem::find(raw, text).is_some();
        if (is_list(name) && holds(b"{")) || MENTIONS.contains(&&*capital(name)) {
            is_answer = true;
        } else if name == "configurationItems" {
            config::take(raw, found);
        } else if MARKS.iter().any(|mark| holds(mark)) {
            items(raw, found);
        }
    }
    // What is left may be one object by itself.
    if !is_answer && found.is_empty() {
        items(text, found);
    }
}

/// Looks at an object, or at those of a list.
fn items(text: &[u8], found: &mut Found) {
    // One by one, because a parsed object is many times as large as its text.
    let items = if text.trim_ascii_start().first() == Some(&b'[') {
        serde_json::from_slice::<Vec<&RawValue>>(text).unwrap_or_default()
    } else {
        serde_json::from_slice::<&RawValue>(text).into_iter().collect()
    };
    for raw in items {
        if let Some(item) = found.parse(raw.get())
            && !Outline::kind(&item).is_readable()
        {
            take_object(with_capitals(item), found);
        }
    }
}

/// Reads the objects into findings.
pub(super) fn take(reader: &mut Reader<'_>, found: &Found) {
    reader.builder.skip("objects of AWS services that cannot be read", found.unread);
    for Thing { row, object } in &found.things {
        match row {
            Some(row) => take_known(reader, row, object),
            None => take_other(reader, object),
        }
    }
}

fn take_known(reader: &mut Reader<'_>, row: &'static Row, object: &Value) {
    let first = |path: &str| texts(object, path).into_iter().next();
    let Some(own) = first(row.id) else { return reader.no_id() };
    let id = EndpointId::of(row.kind, own);
    let arn = row.arn.and_then(first);
    let account_region = arn.and_then(AccountRegion::of_arn);
    let origin = reader.origin(own);
    let all = |paths: &[&str]| paths.iter().flat_map(|path| texts(object, path)).collect::<Vec<_>>();
    for interface in all(&row.interfaces) {
        reader.builder.own(InterfaceId::new(interface), id.clone());
    }
    let lenient: Vec<_> = all(&row.addresses).into_iter().map(|text| Some(text).into()).collect();
    let template = InterfaceFact {
        account_region: account_region.clone(),
        vpc: all(&row.vpc).into_iter().next().map(VpcId::new),
        subnets: all(&row.subnets).into_iter().map(SubnetId::new).collect(),
        addresses: reader.blocks(own, lenient.iter()),
        public: all(&row.public).into_iter().filter_map(|text| text.parse().ok()).collect(),
        ..InterfaceFact::new(origin.clone(), id.clone())
    };
    let attached = row.groups.iter().map(|paths| {
        all(paths).into_iter().map(|group| GroupRef::Id(GroupId::new(group))).collect::<SortedSet<_>>()
    });
    let mut attached: Vec<SortedSet<GroupRef>> = attached.filter(|groups| !groups.is_empty()).collect();
    let unfiltered = attached.is_empty() && row.needs_no_group(object);
    if attached.is_empty() {
        attached.push(SortedSet::default());
    }
    for (slot, groups) in attached.into_iter().enumerate() {
        reader.builder.interface(InterfaceFact { slot, groups, unfiltered, ..template.clone() });
    }
    let aliases = [Some(own), arn].into_iter().flatten().filter(|alias| *alias != id.as_str());
    let fact = EndpointFact {
        account_region,
        name: row.name.and_then(first).map(Into::into),
        members: row.members,
        role: row.role,
        aliases: aliases.map(Into::into).collect(),
        ..EndpointFact::new(Authority::DataSource, origin, row.noun)
    };
    reader.add_endpoint(id, fact);
}

/// Adds an object of an unknown kind under its ARN, with one warning for all of a kind.
fn take_other(reader: &mut Reader<'_>, object: &Value) {
    let Some(arn) = own_arn(object) else { return reader.no_id() };
    let kind = kind_of(arn);
    reader.builder.warn_of_type(&kind);
    let (origin, account_region) = (reader.origin(arn), AccountRegion::of_arn(arn));
    let name = object.as_object().into_iter().flatten().find(|(name, _)| name.ends_with("Name"));
    let id = EndpointId::of(&kind, arn);
    let groups = named_groups(object).into_iter().map(|group| GroupRef::Id(GroupId::new(group))).collect();
    let interface = InterfaceFact::new(origin.clone(), id.clone());
    reader.builder.interface(InterfaceFact { account_region: account_region.clone(), groups, ..interface });
    let fact = EndpointFact {
        account_region,
        name: name.and_then(|(_, value)| value.as_str()).map(Into::into),
        members: Multiplicity::Many,
        aliases: vec![Arc::from(arn)],
        ..EndpointFact::new(Authority::DataSource, origin, kind)
    };
    reader.add_endpoint(id, fact);
}

/// Returns service and type of an ARN: `kafka cluster`.
fn kind_of(arn: &str) -> String {
    let mut parts = arn.split(':').skip(2);
    let service = parts.next().unwrap_or_default();
    let resource = parts.nth(2).unwrap_or_default().split('/').next().unwrap_or_default();
    let clean = |text: &str| {
        text.chars()
            .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
            .take(24)
            .collect::<String>()
    };
    format!("{} {}", clean(service), clean(resource)).trim().to_owned()
}
