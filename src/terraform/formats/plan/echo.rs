//! Rules that a group's own list only echoes. After a refresh the provider stores every rule that AWS
//! has in `ingress` and `egress` of `aws_security_group`, also those that resources of their own state.
//! A plan that deletes or narrows such a resource leaves the list as it was, so the list must not speak
//! for what the plan takes away.
//!
//! Provider source, `vpc_security_group.go`: both lists are optional and computed.

use std::collections::HashSet;

use super::document::{Changes, Delta, Planned};
use super::index::PlanIndex;
use crate::inventory::{Builder, Direction, GroupId};
use crate::terraform::resource::{Atom, Echo, Reader, Unknown};
use crate::terraform::schema::Handler;

/// Finds what the lists of groups echo: rules that separate resources state before the plan, and those
/// that they state after it.
pub(super) fn find(
    before: &[Planned<'_>],
    (after, unknown): (&[Planned<'_>], &[Unknown]),
    changes: &Changes<'_>,
    plan: &PlanIndex<'_>,
    reader: &Reader<'_>,
) -> Result<Echo, serde_json::Error> {
    let before = atoms(before.iter().map(|planned| (planned, None)), reader);
    let later = atoms(after.iter().zip(unknown.iter().map(Some)), reader);
    let mut configured = HashSet::new();
    for planned in after.iter().filter(|planned| is(planned, Handler::is_group)) {
        let Some(id) = planned.values.text("id") else { continue };
        for direction in [Direction::Ingress, Direction::Egress] {
            let delta = changes.get(&*planned.address);
            let list = direction.name();
            if plan.states(&planned.address, list) || changes_list(planned, delta, list)? {
                configured.insert((GroupId::new(id), direction));
            }
        }
    }
    let is_echo = |atom: &&Atom| !configured.contains(&atom.list());
    Ok(Echo {
        lists: before.union(&later).filter(is_echo).map(Atom::list).collect(),
        gone: before.difference(&later).filter(is_echo).cloned().collect(),
        stated: before.into_iter().chain(later).collect(),
    })
}

fn is(planned: &Planned<'_>, wanted: impl Fn(&Handler) -> bool) -> bool {
    planned.managed && planned.spec.is_some_and(|spec| wanted(&spec.handler))
}

/// Tells whether the plan changes a list of the group itself: then the list is configured, perhaps by
/// `dynamic`, which the configuration in a plan leaves out.
fn changes_list(
    planned: &Planned<'_>,
    delta: Option<&Delta<'_>>,
    list: &str,
) -> Result<bool, serde_json::Error> {
    let (Some(spec), Some(delta)) = (planned.spec, delta) else { return Ok(false) };
    let Some(before) = delta.before.filter(|_| delta.updates()) else { return Ok(false) };
    let before = super::unknown::prune(before, &spec.wanted)?;
    Ok(before.get(list) != planned.values.get(list))
}

/// Returns the rules of separate resources, one for each peer.
fn atoms<'x>(
    list: impl Iterator<Item = (&'x Planned<'x>, Option<&'x Unknown>)>,
    reader: &Reader<'_>,
) -> HashSet<Atom> {
    let mut builder = Builder::new();
    let mut scratch = Reader::new(&reader.source, &mut builder);
    for (planned, unknown) in list.filter(|(planned, _)| is(planned, Handler::is_rule)) {
        planned.tell(unknown.cloned().unwrap_or_default(), &mut scratch);
    }
    let rules = builder.rules();
    rules.map(|(group, rule)| Atom::new(group, rule.direction, &rule.peer, &rule.traffic)).collect()
}
