//! The AWS CLI's output, counted and read a second time.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::model::{block, traffic};
use super::values::{list, text};

/// The answer itself; boto3's recordings keep it in `data`.
pub fn answer(json: &Value) -> &Value {
    if json["data"].is_object() { &json["data"] } else { json }
}

fn sum(json: &Value, names: &[&str]) -> usize {
    names.iter().map(|name| list(&json[*name]).len()).sum()
}

fn permissions(json: &Value) -> Vec<(&Value, &'static str, &Value)> {
    let mut all = Vec::new();
    for group in list(&json["SecurityGroups"]) {
        for (name, direction) in [("IpPermissions", "ingress"), ("IpPermissionsEgress", "egress")] {
            all.extend(list(&group[name]).into_iter().map(|permission| (group, direction, permission)));
        }
    }
    all
}

fn instances(json: &Value) -> Vec<&Value> {
    list(&json["Reservations"]).into_iter().flat_map(|one| list(&one["Instances"])).collect()
}

/// Every count of the index that we check, by column.
pub fn counts(json: &Value) -> Vec<(&'static str, usize)> {
    let all = permissions(json);
    vec![
        ("sg", list(&json["SecurityGroups"]).len()),
        ("aws_permissions", all.len()),
        ("sg_refs", all.iter().map(|(.., permission)| sum(permission, &["UserIdGroupPairs"])).sum()),
        ("aws_instance", instances(json).len()),
    ]
}

/// The ids of the groups.
pub fn groups(json: &Value) -> BTreeSet<String> {
    let groups = list(&json["SecurityGroups"]);
    groups.into_iter().filter_map(|group| text(&group["GroupId"])).map(str::to_owned).collect()
}

/// The rules, one for each peer.
pub fn rules(json: &Value) -> BTreeSet<String> {
    let mut rules = BTreeSet::new();
    for (group, direction, permission) in permissions(json) {
        let ports = json!({"from_port": permission["FromPort"], "to_port": permission["ToPort"]});
        let traffic = traffic(&permission["IpProtocol"], &ports);
        let peers = |name: &str, member: &str| -> Vec<String> {
            let objects = list(&permission[name]).into_iter();
            objects.filter_map(|object| text(&object[member])).map(str::to_owned).collect()
        };
        let blocks = [peers("IpRanges", "CidrIp"), peers("Ipv6Ranges", "CidrIpv6")].concat();
        let lists = peers("PrefixListIds", "PrefixListId");
        let pairs = peers("UserIdGroupPairs", "GroupId");
        let all = blocks
            .iter()
            .map(|text| block(text))
            .chain(lists.iter().map(|id| format!("list {id}")))
            .chain(pairs.iter().map(|id| format!("group {id}")));
        let owner = text(&group["GroupId"]).unwrap_or_default();
        rules.extend(all.map(|peer| format!("{owner} {direction} {traffic} {peer}")));
    }
    rules
}

/// The instances that are there and carry groups, and those that interfaces are attached to.
pub fn machines(json: &Value) -> BTreeSet<String> {
    let mut machines = BTreeSet::new();
    for instance in instances(json) {
        let interfaces = list(&instance["NetworkInterfaces"]);
        let groups = sum(instance, &["SecurityGroups"])
            + interfaces.iter().map(|one| sum(one, &["Groups"])).sum::<usize>();
        if groups > 0 && instance["State"]["Name"] != "terminated" {
            machines.extend(text(&instance["InstanceId"]).map(str::to_owned));
        }
    }
    for interface in list(&json["NetworkInterfaces"]) {
        if sum(interface, &["Groups"]) > 0 {
            machines.extend(text(&interface["Attachment"]["InstanceId"]).map(str::to_owned));
        }
    }
    machines
}
