//! Launch templates and configurations: which of them gives an endpoint its groups. An id or address names
//! one; a name is only unique in an account and region.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::inventory::{Endpoint, EndpointId, Interface, SortedSet, TemplateName};

/// Templates by each of their names.
type ByName = BTreeMap<TemplateName, BTreeSet<EndpointId>>;

/// A template: what names it, and of a launch template the version whose groups the input tells, and the
/// default one.
pub(super) struct Pattern {
    pub(super) names: SortedSet<TemplateName>,
    pub(super) version: Option<(i64, i64)>,
}

/// The templates that an endpoint uses.
pub(super) struct Wanted {
    /// What names them.
    pub(super) names: SortedSet<TemplateName>,
    /// Their versions: numbers, `$Latest` or `$Default`.
    pub(super) versions: SortedSet<Arc<str>>,
}

/// Gives endpoints without groups those of their templates, and drops used templates.
pub(super) fn inherit(
    endpoints: &mut BTreeMap<EndpointId, Box<Endpoint>>,
    templates: &BTreeMap<EndpointId, Wanted>,
    patterns: &BTreeMap<EndpointId, Pattern>,
) {
    let mut by_name = ByName::new();
    for (id, pattern) in patterns {
        for name in &pattern.names {
            by_name.entry(name.clone()).or_default().insert(id.clone());
        }
    }
    let mut used = BTreeSet::new();
    for (id, wanted) in templates {
        let versions = &wanted.versions;
        let (last_resort, wanted): (Vec<_>, Vec<_>) =
            wanted.names.iter().cloned().partition(|name| matches!(name, TemplateName::Nodes(_)));
        let Choice { mut found, mut unknown } =
            choose(&endpoints[id], &wanted, &by_name, patterns, endpoints);
        if found.len() == 1
            && let Some(known) = found.first().and_then(|id| patterns[id].version)
            && let Some(other) = other_version(versions, known)
            && let Some(name) = wanted.first()
        {
            used.append(&mut found);
            unknown.insert(format!("{name}, version {other} (not in the input)").into());
        }
        let has_groups = |id: &EndpointId| endpoints[id].interfaces.iter().any(is_attached);
        if unknown.is_empty() && !found.iter().any(has_groups) {
            used.extend(std::mem::take(&mut found));
            Choice { found, unknown } = choose(&endpoints[id], &last_resort, &by_name, patterns, endpoints);
        }
        let given: Vec<Interface> = found.iter().flat_map(|id| endpoints[id].interfaces.clone()).collect();
        used.extend(found);
        let endpoint = endpoints.get_mut(id).expect("templates are wanted by known endpoints");
        if wanted.is_empty()
            && let [own] = endpoint.interfaces.as_mut_slice()
            && is_attached(own)
        {
            // Nodes without a launch template have the group of remote access beside the cluster's.
            own.groups.extend(given.iter().flat_map(|pattern| pattern.groups.iter().cloned()));
            own.unresolved.extend(given.into_iter().flat_map(|pattern| pattern.unresolved));
            continue;
        }
        if endpoint.interfaces.iter().any(is_attached) || (given.is_empty() && unknown.is_empty()) {
            continue;
        }
        let own = endpoint.interfaces.first().cloned().unwrap_or_default();
        let merge = |pattern: Interface| Interface {
            groups: pattern.groups,
            unresolved: pattern.unresolved,
            subnets: if own.subnets.is_empty() { pattern.subnets } else { own.subnets.clone() },
            ..own.clone()
        };
        endpoint.interfaces = given.into_iter().map(merge).collect();
        if !unknown.is_empty() {
            endpoint.interfaces.push(Interface { unresolved: unknown, ..own });
        }
    }
    let is_nodes = |id: &EndpointId| {
        let names = patterns.get(id).map(|pattern| &pattern.names);
        names.is_some_and(|names| names.iter().any(|name| matches!(name, TemplateName::Nodes(_))))
    };
    endpoints.retain(|id, _| !used.contains(id) && !is_nodes(id));
}

/// Returns the version that is used where it is not the one whose groups the input tells, which is the
/// latest. A state holds one version of each template.
fn other_version(used: &SortedSet<Arc<str>>, (latest, default): (i64, i64)) -> Option<Arc<str>> {
    let is_other = |text: &&Arc<str>| match text.parse::<i64>() {
        Ok(number) => number != latest,
        Err(_) => &***text == "$Default" && default != latest,
    };
    used.iter().find(is_other).cloned()
}

/// Tells whether an interface has groups attached, known or not.
fn is_attached(interface: &Interface) -> bool {
    !interface.groups.is_empty() || !interface.unresolved.is_empty()
}

/// The templates of one endpoint.
struct Choice {
    found: BTreeSet<EndpointId>,
    /// Those that the input does not tell, with the reason.
    unknown: SortedSet<Arc<str>>,
}

fn choose(
    user: &Endpoint,
    wanted: &[TemplateName],
    by_name: &ByName,
    patterns: &BTreeMap<EndpointId, Pattern>,
    endpoints: &BTreeMap<EndpointId, Box<Endpoint>>,
) -> Choice {
    let (ids, names): (Vec<&TemplateName>, Vec<&TemplateName>) =
        wanted.iter().partition(|name| name.is_identity());
    // Where both are told, the name is the id's; it may also be another template's of another account.
    let names = if names.len() > ids.len() { names } else { Vec::new() };
    let mut choice = Choice { found: BTreeSet::new(), unknown: SortedSet::default() };
    for id in ids {
        match by_name.get(id) {
            Some(found) => choice.found.extend(found.iter().cloned()),
            None => drop(choice.unknown.insert(format!("{id} (not in the input)").into())),
        }
    }
    for name in names {
        if choice.found.iter().any(|id| patterns[id].names.contains(name)) {
            continue;
        }
        let candidates = by_name.get(name).into_iter().flatten();
        let near = nearest(user, candidates.map(|id| &*endpoints[id]).collect());
        match near.as_slice() {
            [only] => drop(choice.found.insert(only.id.clone())),
            [] => drop(choice.unknown.insert(format!("{name} (not in the input)").into())),
            _ => drop(choice.unknown.insert(format!("{name} (several are in the input)").into())),
        }
    }
    choice
}

/// Returns the templates of one name that may be an endpoint's: those of its account and region; else
/// those of the same input, because a state refers to what it holds.
fn nearest<'e>(user: &Endpoint, mut candidates: Vec<&'e Endpoint>) -> Vec<&'e Endpoint> {
    let place = user.account_region.as_ref();
    candidates.retain(|one| {
        let pair = place.zip(one.account_region.as_ref());
        pair.is_none_or(|(one, other)| !one.contradicts(other))
    });
    let is_there = |one: &&Endpoint| place.is_some() && one.account_region.as_ref() == place;
    let shares_source = |one: &&Endpoint| {
        let mut origins = one.origins.iter();
        origins.any(|origin| user.origins.iter().any(|own| own.source == origin.source))
    };
    for is_near in [&is_there as &dyn Fn(&&Endpoint) -> bool, &shares_source] {
        if candidates.iter().any(is_near) {
            candidates.retain(is_near);
        }
    }
    candidates
}
