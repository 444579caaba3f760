//! Which part of an answer is wanted: looks up what the flags name.

use anyhow::{Result, bail};
use sglens::connectivity::{Connectivity, VpcIx};
use sglens::inventory::Tags;
use sglens::query::{Filter, Target, select_groups};
use sglens::traffic::Traffic;
use sglens::words;

use crate::cli::{EndArgs, FilterArgs};

/// How many VPCs a message names.
const NAMED: usize = 10;

/// Returns the filter of a verb.
pub fn filter(net: &Connectivity, args: &FilterArgs) -> Result<Filter> {
    let ports = args.port.iter().cloned().reduce(|sum, port| sum.union(&port));
    let FilterArgs { ends, hide_internet, hide_broad, .. } = args;
    Ok(Filter { ports, hide_internet: *hide_internet, hide_broad: *hide_broad, ..of_ends(net, ends)? })
}

/// Returns the filter of resources and groups alone.
pub fn of_ends(net: &Connectivity, args: &EndArgs) -> Result<Filter> {
    let groups = args.group.iter().map(|name| select_groups(net, name)).collect::<Result<Vec<_>, _>>()?;
    for (key, value) in &args.tag {
        if !is_anything(net, |tags| tags.get(key).is_some_and(|own| **own == **value)) {
            bail!("nothing in the input has the tag `{key}={value}` (`--tag`)");
        }
    }
    Ok(Filter {
        vpcs: args.vpc.iter().map(|name| vpc(net, name)).collect::<Result<_>>()?,
        groups: groups.concat(),
        tags: args.tag.clone(),
        ports: None::<Traffic>,
        ..Filter::default()
    })
}

/// Tells whether the tags of any group or resource are such.
pub fn is_anything(net: &Connectivity, are_such: impl Fn(&Tags) -> bool) -> bool {
    net.all_groups().any(|ix| are_such(&net.group(ix).tags))
        || net.all_endpoints().any(|ix| are_such(&net.endpoint(ix).tags))
}

/// Returns the wanted ones of what a text means.
///
/// # Errors
/// When none is wanted: the question would be about nothing.
pub fn targets(net: &Connectivity, filter: &Filter, text: &str, targets: Vec<Target>) -> Result<Vec<Target>> {
    let kept = filter.targets(net, targets);
    if kept.is_empty() {
        bail!(
            "nothing of `{text}` is left with {} (`--vpc`, `--group`, `--tag`)",
            words::filters(net, filter).join(", ")
        );
    }
    Ok(kept)
}

/// Finds a VPC by id or Name tag.
fn vpc(net: &Connectivity, text: &str) -> Result<VpcIx> {
    let mut found = net.all_vpcs().filter(|ix| {
        let id = net.vpc(*ix);
        let name = net.inventory().network.vpcs.get(id).and_then(|vpc| vpc.name.as_deref());
        id.as_str() == text || name == Some(text)
    });
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => {
            bail!("several VPCs are called `{text}`; name one by its id (`sglens list vpcs`)")
        }
        (None, _) => {
            let name = |ix| {
                let id = net.vpc(ix);
                let name = words::vpc(net, id);
                if name == id.as_str() { name } else { format!("{name} ({id})") }
            };
            let mut known: Vec<String> = net.all_vpcs().map(name).collect();
            known.sort_by(|one, other| words::natural(one, other));
            match known.as_slice() {
                [] => bail!("no VPC is called `{text}`: the input tells of none"),
                known => {
                    bail!("no VPC in the input is called `{text}`; there is {}", words::few(known, NAMED))
                }
            }
        }
    }
}
