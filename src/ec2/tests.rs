//! Documents in, merged inventory out.

use super::*;
use crate::inventory::{Direction, Endpoint, Group, Inventory, Peer};

mod documents;
mod machines;
mod permissions;
mod services;
mod snapshot;

/// Reads a document and merges it.
fn inventory(text: &str) -> Inventory {
    assert!(detect(text.as_bytes()), "recognised: {text}");
    merged(&[text])
}

/// Reads documents as files of their own and merges them.
fn merged(texts: &[&str]) -> Inventory {
    let mut builder = Builder::new();
    for (index, text) in texts.iter().enumerate() {
        let source = builder.source(&format!("{index}.json"));
        read(text.as_bytes(), &source, &mut builder).unwrap();
    }
    builder.finish()
}

fn group<'i>(inventory: &'i Inventory, id: &str) -> &'i Group {
    inventory.groups.get(id).unwrap()
}

fn endpoint<'i>(inventory: &'i Inventory, id: &str) -> &'i Endpoint {
    inventory.endpoints.get(id).unwrap()
}

/// Direction, peer, traffic, and the ids and descriptions of the evidence.
fn rules(group: &Group) -> Vec<String> {
    let mut lines: Vec<String> = group
        .rules
        .iter()
        .map(|rule| {
            let peer = match &rule.peer {
                Peer::Group(id) => id.to_string(),
                Peer::Block(block) => block.to_string(),
                Peer::PrefixList(id) => id.to_string(),
                Peer::Unresolved(text) => text.to_string(),
            };
            let evidence: Vec<String> = rule
                .origins
                .iter()
                .map(|origin| {
                    let id = origin.rule.as_ref().map_or("-", |id| id.as_str());
                    format!("{id} {}", origin.description.as_deref().unwrap_or("-"))
                })
                .collect();
            let arrow = if rule.direction == Direction::Ingress { "<-" } else { "->" };
            format!("{arrow} {peer} {} [{}]", rule.traffic, evidence.join("; "))
        })
        .collect();
    lines.sort();
    lines
}

const GROUPS: &str = r#"{"SecurityGroups": [{
    "GroupId": "sg-logs", "GroupName": "logs", "Description": "logstash", "OwnerId": "111122223333",
    "VpcId": "vpc-1", "SecurityGroupArn": "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-logs",
    "Tags": [{"Key": "Name", "Value": "logstash"}, {"Key": "empty", "Value": ""}],
    "IpPermissions": [
        {"IpProtocol": "tcp", "FromPort": 5000, "ToPort": 5000,
         "IpRanges": [{"CidrIp": "10.0.0.7/16", "Description": "office"}], "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}],
         "PrefixListIds": [{"PrefixListId": "pl-1", "Description": "partners"}],
         "UserIdGroupPairs": [{"GroupId": "sg-app", "UserId": "444455556666", "VpcId": "vpc-2", "Description": "apps"},
                              {"GroupId": "sg-logs", "UserId": "111122223333"}, {"GroupName": "old", "UserId": "111122223333"}]},
        {"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
         "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
    ],
    "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
}]}"#;
