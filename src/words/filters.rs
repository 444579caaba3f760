//! What was left out of an answer, in words.

use super::{group, name, vpc};
use crate::connectivity::Connectivity;
use crate::query::Filter;

/// Returns what an answer is restricted to, or lacks, because the user asked for that.
pub fn filters(net: &Connectivity, filter: &Filter) -> Vec<String> {
    let Filter { vpcs, groups, tags, ports, hide_internet, hide_broad } = filter;
    let mut said = Vec::new();
    said.extend(ports.iter().map(|ports| format!("only {ports}")));
    said.extend(vpcs.iter().map(|ix| format!("only VPC {}", vpc(net, net.vpc(*ix)))));
    said.extend(groups.iter().map(|ix| format!("only security group {}", group(net, *ix))));
    said.extend(tags.iter().map(|(key, value)| format!("only tag {}={}", name(key), name(value))));
    said.extend(hide_internet.then(|| "without the internet".to_owned()));
    said.extend(hide_broad.then(|| "without CIDR rules wider than a VPC".to_owned()));
    said
}
