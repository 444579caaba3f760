//! Items of AWS Config: objects of any service as they were recorded, each with its type (AWS Config
//! developer guide, "Components of a Configuration Item"). Those of EC2 are the API's own objects with
//! small letters at the beginning of names.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::found::{Found, take_object, with_capitals};
use crate::ec2::document::Answer;

/// One item. Histories have its configuration as a text.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Item<'a> {
    resource_type: String,
    resource_id: Option<String>,
    /// A text in UTC, which sorts by time.
    configuration_item_capture_time: Value,
    aws_account_id: Option<String>,
    account_id: Option<String>,
    aws_region: Option<String>,
    #[serde(alias = "ARN")]
    arn: Option<String>,
    configuration_item_status: Option<String>,
    #[serde(borrow)]
    configuration: Option<&'a RawValue>,
}

/// Reads a list of items. Of several about one object, as histories have them, the newest counts.
pub(super) fn take(text: &[u8], found: &mut Found) {
    let items = serde_json::from_slice::<Vec<&RawValue>>(text).unwrap_or_default();
    let mut newest: BTreeMap<(String, String), Item<'_>> = BTreeMap::new();
    for (position, raw) in items.into_iter().enumerate() {
        let Ok(item) = serde_json::from_str::<Item<'_>>(raw.get()) else {
            found.unread += 1;
            continue;
        };
        // Without an id an item is about an object of its own.
        let id = item.resource_id.clone().unwrap_or_else(|| position.to_string());
        match newest.entry((item.resource_type.clone(), id)) {
            Entry::Vacant(slot) => drop(slot.insert(item)),
            Entry::Occupied(mut slot) if slot.get().time() < item.time() => drop(slot.insert(item)),
            // Histories begin with the newest.
            Entry::Occupied(_) => {}
        }
    }
    newest.into_values().for_each(|item| take_item(item, found));
}

impl Item<'_> {
    fn time(&self) -> &str {
        self.configuration_item_capture_time.as_str().unwrap_or_default()
    }
}

fn take_item(item: Item<'_>, found: &mut Found) {
    let is_gone = item.configuration_item_status.as_deref().is_some_and(|status| status.contains("Deleted"));
    let configuration = item.configuration.and_then(|raw| found.parse(raw.get()));
    let configuration = match configuration {
        Some(Value::String(text)) => found.parse(&text).unwrap_or_default(),
        other => other.unwrap_or_default(),
    };
    let Value::Object(mut members) = with_capitals(configuration) else { return };
    if is_gone {
        return;
    }
    let list = match item.resource_type.as_str() {
        "AWS::EC2::SecurityGroup" => "SecurityGroups",
        "AWS::EC2::NetworkInterface" => "NetworkInterfaces",
        "AWS::EC2::Instance" => "Instances",
        "AWS::EC2::Subnet" => "Subnets",
        "AWS::EC2::VPC" => "Vpcs",
        "AWS::EC2::VPCPeeringConnection" => "VpcPeeringConnections",
        _ => {
            if let Some(arn) = item.arn {
                let has_arn = members.keys().any(|name| name.to_ascii_lowercase().ends_with("arn"));
                if !has_arn {
                    members.insert("Arn".to_owned(), Value::String(arn));
                }
            }
            return take_object(Value::Object(members), found);
        }
    };
    for permissions in ["IpPermissions", "IpPermissionsEgress"] {
        let permissions = members.get_mut(permissions).and_then(Value::as_array_mut);
        permissions.into_iter().flatten().filter_map(Value::as_object_mut).for_each(as_the_api_has_it);
    }
    let mut answer = Map::new();
    answer.insert(list.to_owned(), Value::Array(vec![Value::Object(members)]));
    let account = item.aws_account_id.or(item.account_id);
    answer.extend(account.map(|account| ("account".to_owned(), Value::String(account))));
    answer.extend(item.aws_region.map(|region| ("region".to_owned(), Value::String(region))));
    match serde_json::from_value::<Answer>(Value::Object(answer)) {
        Ok(answer) => found.answers.push(answer),
        Err(_) => found.unread += 1,
    }
}

/// Gives a permission the API's names: AWS Config has `ipv4Ranges` where the API has `IpRanges`, and
/// keeps `ipRanges` as a list of texts.
fn as_the_api_has_it(permission: &mut Map<String, Value>) {
    if let Some(ranges) = permission.remove("Ipv4Ranges") {
        permission.insert("IpRanges".to_owned(), ranges);
    } else if let Some(Value::Array(ranges)) = permission.get_mut("IpRanges") {
        for range in ranges.iter_mut().filter(|range| range.is_string()) {
            let text = range.take();
            *range = Value::Object([("CidrIp".to_owned(), text)].into_iter().collect());
        }
    }
}
