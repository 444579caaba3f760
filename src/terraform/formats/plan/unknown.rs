//! The attributes of an instance that are only known after apply, with what they refer to.
//!
//! `after_unknown` has the shape of the attributes, with `true` where a value is unknown. That does
//! not mean that a value refers to anything: attributes that the provider fills in when they are
//! left unset are unknown too, but have no expression.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use super::candidate::{Candidate, Object, describe, group_id, is_group_reference, names_groups, one_of};
use super::document::{Delta, Planned};
use super::index::{ConfigSite, PlanIndex};
use super::references::candidates;
use crate::terraform::parse::{Value, Wanted};
use crate::terraform::resource::{Reference, Unknown};
use crate::terraform::schema::{Column, Handler, Link};

/// The most groups that an interface can have.
const MAX_GROUPS: usize = 64;

/// The attributes of inline rules that hold addresses.
const ADDRESSES: [&str; 3] = ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids"];

/// What an attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// One object.
    One(Object),
    /// Any number of objects.
    Many(Object),
    /// Addresses or prefix lists.
    Addresses,
}

/// Finds the unknown attributes of one instance that its converter reads.
pub(super) fn find<'e>(
    planned: &'e Planned<'e>,
    delta: &Delta<'_>,
    plan: &'e PlanIndex<'e>,
) -> Result<Unknown, serde_json::Error> {
    let mut unknown = Unknown::new();
    let (Some(spec), Some(raw)) = (planned.spec, delta.after_unknown) else { return Ok(unknown) };
    let flags = prune(raw, &spec.wanted)?;
    let mut paths = BTreeMap::new();
    walk(&flags, "", false, &mut paths);
    if paths.contains_key("id") {
        unknown.insert("id".to_owned(), Vec::new());
    }
    let Some(site) = plan.site(&planned.address) else { return Ok(unknown) };
    for (path, partial) in &paths {
        let Some(slot) = slot(spec.handler, path) else { continue };
        let mut references = resolve(plan, &site, path, slot, *partial);
        if slot == Slot::Many(Object::Group) && !*partial && !references.is_empty() && delta.updates() {
            references.extend(kept(delta, &spec.wanted, path, plan)?);
        }
        if path == "security_group_id" && spec.handler.is_rule() {
            let possible = possible(&references, plan, &site, path);
            references.extend(possible.into_iter().map(Reference::Perhaps));
        }
        if !references.is_empty() {
            unknown.entry(target(spec.handler, path).to_owned()).or_default().extend(references);
        }
    }
    if matches!(spec.handler, Handler::Group) {
        for direction in ["ingress", "egress"] {
            inline(direction, &flags, planned, &site, plan, &mut unknown);
        }
    }
    for references in unknown.values_mut() {
        references.sort();
        references.dedup();
    }
    Ok(unknown)
}

pub(super) fn prune<'r>(raw: &'r RawValue, wanted: &Wanted) -> Result<Value<'r>, serde_json::Error> {
    wanted.deserialize(&mut serde_json::Deserializer::from_str(raw.get()))
}

/// Collects the paths of unknown values, each with whether other elements of its list are known.
fn walk(flags: &Value<'_>, path: &str, partial: bool, paths: &mut BTreeMap<String, bool>) {
    match flags {
        Value::Bool(true) => *paths.entry(path.to_owned()).or_insert(true) &= partial,
        Value::List(items) => items.iter().for_each(|item| walk(item, path, true, paths)),
        Value::Map(fields) => {
            for (name, flag) in fields {
                let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
                walk(flag, &path, false, paths);
            }
        }
        _ => {}
    }
}

/// Returns what the converter of a resource expects at a path; `None` when it does not read it.
fn slot(handler: Handler, path: &str) -> Option<Slot> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let groups = || {
        let is_many = name.ends_with('s') || name.ends_with("_list");
        let slot = if is_many { Slot::Many } else { Slot::One };
        names_groups(name).then_some(slot(Object::Group))
    };
    match handler {
        Handler::Group => match path {
            "ingress" | "egress" => Some(Slot::Many(Object::Group)),
            "vpc_id" => Some(Slot::One(Object::Vpc)),
            _ => None,
        },
        Handler::GroupRule | Handler::IngressRule | Handler::EgressRule | Handler::DataRule => match path {
            "security_group_id" | "source_security_group_id" | "referenced_security_group_id" => {
                Some(Slot::One(Object::Group))
            }
            "cidr_ipv4" | "cidr_ipv6" | "prefix_list_id" => Some(Slot::Addresses),
            _ if ADDRESSES.contains(&path) => Some(Slot::Addresses),
            _ => None,
        },
        Handler::Attachment(row) => {
            let is_in = |column| row.paths_of(column).any(|known| known == path);
            if is_in(Column::LaunchTemplate) || is_in(Column::LaunchConfiguration) {
                Some(Slot::One(Object::Template))
            } else if is_in(Column::Subnets) {
                Some(Slot::Many(Object::Subnet))
            } else if path == "vpc_id" {
                Some(Slot::One(Object::Vpc))
            } else {
                groups()
            }
        }
        Handler::CloudGroup | Handler::CloudRule(_) => match path {
            "vpc_id" => Some(Slot::One(Object::Vpc)),
            "group_id" => Some(Slot::One(Object::Group)),
            _ => groups(),
        },
        Handler::Beanstalk => (path == "setting.value").then_some(Slot::Many(Object::Group)),
        Handler::Link(Link::GroupToVpc) if path == "vpc_id" => Some(Slot::One(Object::Vpc)),
        Handler::Link(_) if path == "subnet_ids" => Some(Slot::Many(Object::Subnet)),
        Handler::Link(_) | Handler::AnyType => groups(),
        Handler::Network(_) => matches!(path, "vpc_id" | "peer_vpc_id").then_some(Slot::One(Object::Vpc)),
        Handler::Nothing => None,
    }
}

/// Returns the path at which the converter reads what was found at a path: instances read group ids
/// even where the configuration gives names.
fn target(handler: Handler, path: &str) -> &str {
    match (handler, path) {
        (Handler::Attachment(row), "security_groups" | "security_group_names")
            if matches!(row.kind, "aws_instance" | "aws_spot_instance_request" | "aws_launch_template") =>
        {
            "vpc_security_group_ids"
        }
        _ => path,
    }
}

/// Returns what an unknown attribute refers to; nothing when it has no expression.
fn resolve<'e>(
    plan: &'e PlanIndex<'e>,
    site: &ConfigSite<'e>,
    path: &str,
    slot: Slot,
    partial: bool,
) -> Vec<Reference> {
    let expressions = site.expressions(path);
    match slot {
        _ if expressions.is_empty() => Vec::new(),
        Slot::One(object) => {
            // Each block of several has a value of its own.
            let each = expressions
                .iter()
                .map(|expression| candidates(plan, (object, true), &[*expression], &site.scope));
            each.flat_map(one).collect()
        }
        Slot::Many(object) => {
            let mut found = candidates(plan, (object, false), &expressions, &site.scope);
            if partial {
                drop_known(&mut found);
            }
            many(found)
        }
        Slot::Addresses => vec![Reference::Expression(describe(&expressions, &site.scope, |_| true))],
    }
}

/// Returns the groups to which a rule may belong whose own group could not be resolved: one of several
/// candidates, or any group that the module of a local plans. What is an attribute of another resource
/// is none of these.
fn possible<'e>(
    references: &[Reference],
    plan: &'e PlanIndex<'e>,
    site: &ConfigSite<'e>,
    path: &str,
) -> Vec<String> {
    let [Reference::Expression(text)] = references else { return Vec::new() };
    if text.starts_with("local.") {
        let planned = plan.planned_groups(&site.scope.module).into_iter();
        return planned.take(MAX_GROUPS).map(str::to_owned).collect();
    }
    let found = candidates(plan, (Object::Group, true), &site.expressions(path), &site.scope);
    let groups = found.into_iter().filter_map(|candidate| match candidate {
        Candidate::Known(id) | Candidate::Planned(id) => Some(id),
        Candidate::Opaque(_) => None,
    });
    groups.take(MAX_GROUPS).collect()
}

/// Returns the only candidate, or one text that names all of several.
fn one(mut candidates: BTreeSet<Candidate>) -> Vec<Reference> {
    drop_known(&mut candidates);
    if candidates.len() > 1 {
        return vec![Reference::Expression(one_of(&candidates))];
    }
    candidates.into_iter().map(reference).collect()
}

/// Returns all candidates, or one text when there are more than an interface can have.
fn many(candidates: BTreeSet<Candidate>) -> Vec<Reference> {
    if candidates.len() > MAX_GROUPS {
        return vec![Reference::Expression(one_of(&candidates))];
    }
    candidates.into_iter().map(reference).collect()
}

/// Drops groups whose id is known, unless all are, because a known id cannot make a value unknown.
fn drop_known(candidates: &mut BTreeSet<Candidate>) {
    let is_known = |candidate: &Candidate| matches!(candidate, Candidate::Known(_));
    if !candidates.iter().all(is_known) {
        candidates.retain(|candidate| !is_known(candidate));
    }
}

fn reference(candidate: Candidate) -> Reference {
    match candidate {
        Candidate::Known(id) | Candidate::Planned(id) => Reference::Object(id),
        Candidate::Opaque(text) => Reference::Expression(text),
    }
}

/// Returns the groups of an unknown list before an update that the plan does not manage. They are
/// literal ids, which a plan leaves out once another element of the list is unknown. Groups that the
/// plan manages are found by references.
fn kept(
    delta: &Delta<'_>,
    wanted: &Wanted,
    path: &str,
    plan: &PlanIndex<'_>,
) -> Result<Vec<Reference>, serde_json::Error> {
    let Some(raw) = delta.before else { return Ok(Vec::new()) };
    let before = prune(raw, wanted)?;
    let ids = before.texts(path).into_iter().filter_map(group_id);
    Ok(ids.filter(|id| !plan.has_group(id)).map(|id| Reference::Object(id.to_owned())).collect())
}

/// Adds the unknown peers of inline rules. All blocks of a direction share one expression. The groups
/// that it mentions are assigned to a block when only one block has unknown groups or only one group
/// is left, and are undecided otherwise.
fn inline<'e>(
    direction: &str,
    flags: &Value<'_>,
    planned: &Planned<'_>,
    site: &ConfigSite<'e>,
    plan: &'e PlanIndex<'e>,
    unknown: &mut Unknown,
) {
    let blocks = flags.blocks(direction).iter().enumerate();
    let is_open = |block: &Value<'_>, name: &str| block.get(name).is_some_and(holds_unknown);
    let by_group: Vec<usize> = blocks
        .clone()
        .filter(|(_, block)| is_open(block, "security_groups"))
        .map(|(index, _)| index)
        .collect();
    let by_address = blocks.filter(|(_, block)| ADDRESSES.iter().any(|name| is_open(block, name)));
    let expressions = site.expressions(direction);
    // A dynamic block leaves no expression.
    let dynamic = || format!("a dynamic {direction} block");
    for (index, _) in by_address {
        let text = if expressions.is_empty() {
            dynamic()
        } else {
            describe(&expressions, &site.scope, |reference| !is_group_reference(reference))
        };
        unknown.entry(format!("{direction}.{index}")).or_default().push(Reference::Expression(text));
    }
    if by_group.is_empty() {
        return;
    }
    let mut groups = candidates(plan, (Object::Group, false), &expressions, &site.scope);
    for id in planned.values.texts(&format!("{direction}.security_groups")) {
        groups.remove(&Candidate::Known(id.to_owned()));
    }
    if groups.is_empty() {
        groups.insert(Candidate::Opaque(dynamic()));
    }
    let certain = groups.len() == 1 || by_group.len() == 1;
    let references = many(groups);
    if certain {
        for index in by_group {
            unknown.entry(format!("{direction}.{index}")).or_default().extend(references.iter().cloned());
        }
    } else {
        unknown.entry(direction.to_owned()).or_default().extend(references);
    }
}

/// Tells whether a value, or an element of it, is unknown.
fn holds_unknown(flags: &Value<'_>) -> bool {
    match flags {
        Value::Bool(unknown) => *unknown,
        Value::List(items) => items.iter().any(holds_unknown),
        _ => false,
    }
}
