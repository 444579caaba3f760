//! Plan JSON: the estate as it will be after the plan, or as it was before.
//!
//! Terraform source, `internal/command/jsonplan`. Values that are only known after apply are absent
//! from `planned_values`; [`unknown`] finds them and [`references`] finds what they refer to.

mod candidate;
mod configuration;
mod document;
mod echo;
mod index;
mod keys;
mod references;
mod steps;
mod unknown;

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;

use super::show::{Entry, check_version};
use crate::terraform::parse::{ReadError, Wanted};
use crate::terraform::resource::{Reader, Unknown};
use candidate::is_group;
use document::{Changes, Delta, Document, Planned, Prior, changes};
use index::PlanIndex;

/// Which side of a plan to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Moment {
    /// The estate after the plan is applied.
    #[default]
    After,
    /// The estate before: the prior state, refreshed.
    Before,
}

/// Reads one side of a plan.
pub(crate) fn read(text: &[u8], moment: Moment, reader: &mut Reader<'_>) -> Result<(), ReadError> {
    let error = |error: serde_json::Error| ReadError::from_json(&error, "a Terraform plan");
    let document: Document<'_> = serde_json::from_slice(text).map_err(error)?;
    check_version(document.format_version.as_ref())?;
    match moment {
        Moment::Before => before(document, reader).map_err(error),
        Moment::After => after(document, reader).map_err(error),
    }
}

/// Reads the prior state like any other state.
fn before(document: Document<'_>, reader: &mut Reader<'_>) -> Result<(), serde_json::Error> {
    for entry in prior_entries(document.prior_state) {
        if let Some(planned) = Planned::new(&entry, reader)? {
            planned.take(Unknown::new(), reader);
        }
    }
    Ok(())
}

/// Reads the planned values, and the part of the prior state that the plan does not change: data
/// sources that were read while planning, and everything outside the targets of a targeted plan.
fn after(document: Document<'_>, reader: &mut Reader<'_>) -> Result<(), serde_json::Error> {
    let changes = changes(document.resource_changes.unwrap_or_default());
    let entries = document.planned_values.unwrap_or_default().entries();
    let prior = prior_entries(document.prior_state);
    let named: HashSet<&str> = entries.iter().map(|entry| &*entry.address.0).collect();
    let known: HashSet<&str> = prior.iter().map(|entry| &*entry.address.0).collect();
    let is_forgotten = |entry: &Entry<'_>| {
        // Deleting what AWS made by itself, such as a default group, only forgets it.
        let is_default = entry.kind.0.starts_with("aws_default_");
        let forgets = |delta: &Delta<'_>| delta.only_forgets() || (is_default && delta.only_deletes());
        changes.get(&*entry.address.0).is_some_and(forgets)
    };
    let mut list = Vec::new();
    for entry in &entries {
        // A data source that is only read during apply has no values yet, nor has an object that is
        // forgotten in plans of some versions.
        let is_empty = changes.get(&*entry.address.0).is_some_and(Delta::reads)
            || (is_forgotten(entry) && known.contains(&*entry.address.0));
        if !is_empty {
            list.extend(Planned::new(entry, reader)?);
        }
    }
    for entry in &prior {
        let address = &*entry.address.0;
        let is_untouched = !named.contains(address) && !changes.contains_key(address);
        if is_untouched || is_forgotten(entry) {
            list.extend(Planned::new(entry, reader)?);
        }
    }
    let ids = group_ids(entries.iter().chain(&prior))?;
    let (configuration, variables) = (json(document.configuration)?, json(document.variables)?);
    let plan = PlanIndex::new(&list, &changes, ids, &configuration, &variables);
    let found = unknowns(&list, &changes, &plan)?;
    let mut rules = Vec::new();
    for entry in &prior {
        rules.extend(Planned::rule(entry)?);
    }
    reader.echo = Arc::new(echo::find(&rules, (&list, &found), &changes, &plan, reader)?);
    drop(plan);
    for (planned, unknown) in list.into_iter().zip(found) {
        planned.take(unknown, reader);
    }
    Ok(())
}

fn prior_entries(prior: Option<Prior<'_>>) -> Vec<Entry<'_>> {
    prior.unwrap_or_default().values.unwrap_or_default().entries()
}

/// Returns the ids of all groups that the plan manages, deletes or reads as data sources.
fn group_ids<'x, 'a: 'x>(
    entries: impl Iterator<Item = &'x Entry<'a>>,
) -> Result<HashSet<String>, serde_json::Error> {
    let wanted = Wanted::paths(["id"]);
    let mut ids = HashSet::new();
    for entry in entries.filter(|entry| is_group(&entry.kind.0)) {
        let values = entry.values(&wanted)?;
        ids.extend(values.text("id").map(str::to_owned));
    }
    Ok(ids)
}

fn json(raw: Option<&RawValue>) -> Result<Value, serde_json::Error> {
    raw.map_or(Ok(Value::Null), |raw| serde_json::from_str(raw.get()))
}

/// Finds the unknown values of each instance, in the order of the list.
fn unknowns<'e>(
    list: &'e [Planned<'e>],
    changes: &Changes<'_>,
    plan: &'e PlanIndex<'e>,
) -> Result<Vec<Unknown>, serde_json::Error> {
    let mut found = Vec::with_capacity(list.len());
    for planned in list {
        found.push(match changes.get(&*planned.address) {
            Some(delta) => unknown::find(planned, delta, plan)?,
            None => Unknown::new(),
        });
        // Plans that were pruned, or made by other tools, may not say that an id is unknown.
        if let Some(unknown) = found.last_mut()
            && planned.managed
            && planned.values.text("id").is_none()
        {
            unknown.entry("id".to_owned()).or_default();
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
