//! Plan JSON: the estate as it will be after the plan, or as it was before.
//!
//! Terraform source, `internal/command/jsonplan`. Values that are only known after apply are absent
//! from `planned_values`; [`unknown`] finds them and [`references`] says what they refer to.

mod candidate;
mod configuration;
mod estate;
mod keys;
mod references;
mod steps;
mod unknown;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::resource::{ReadError, Reader, Resource};
use super::schema::Spec;
use super::show::{Entry, Values, check_version};
use super::value::{Text, Value, Wanted};
use candidate::is_group;
use estate::Estate;
use unknown::Unknown;

/// Which side of a plan to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Moment {
    /// The estate after the plan is applied.
    #[default]
    After,
    /// The estate before: the prior state, refreshed.
    Before,
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow, default)]
    format_version: Option<Text<'a>>,
    #[serde(borrow, default)]
    planned_values: Option<Values<'a>>,
    #[serde(borrow, default)]
    prior_state: Option<Prior<'a>>,
    #[serde(borrow, default)]
    resource_changes: Option<Vec<Change<'a>>>,
    #[serde(borrow, default)]
    configuration: Option<&'a RawValue>,
    #[serde(borrow, default)]
    variables: Option<&'a RawValue>,
}

#[derive(Deserialize, Default)]
struct Prior<'a> {
    #[serde(borrow, default)]
    values: Option<Values<'a>>,
}

/// One element of `resource_changes[]`.
#[derive(Deserialize)]
struct Change<'a> {
    #[serde(borrow, default)]
    address: Text<'a>,
    /// Set for the deletion of an object that was already replaced.
    #[serde(borrow, default)]
    deposed: Option<Text<'a>>,
    #[serde(borrow, default)]
    change: Option<Delta<'a>>,
}

/// What the plan does to one instance.
#[derive(Deserialize, Default)]
struct Delta<'a> {
    #[serde(borrow, default)]
    actions: Vec<Text<'a>>,
    #[serde(borrow, default)]
    before: Option<&'a RawValue>,
    #[serde(borrow, default)]
    after_unknown: Option<&'a RawValue>,
}

type Changes<'a> = HashMap<Cow<'a, str>, Delta<'a>>;

/// One resource instance, pruned but not yet taken.
struct Planned<'a> {
    address: Arc<str>,
    managed: bool,
    /// `None` for what is of use only to those that refer to it.
    spec: Option<&'static Spec>,
    values: Value<'a>,
}

/// Reads one side of a plan.
pub(super) fn read(text: &[u8], moment: Moment, reader: &mut Reader<'_>) -> Result<(), ReadError> {
    let error = |error: serde_json::Error| ReadError::from_json(&error, "a Terraform plan");
    let document: Document<'_> = serde_json::from_slice(text).map_err(error)?;
    check_version(document.format_version.as_ref())?;
    match moment {
        Moment::Before => before(document, reader).map_err(error),
        Moment::After => after(document, reader).map_err(error),
    }
}

/// Reads the prior state as any other state.
fn before(document: Document<'_>, reader: &mut Reader<'_>) -> Result<(), serde_json::Error> {
    for entry in prior_entries(document.prior_state) {
        if let Some(planned) = Planned::new(&entry, reader)? {
            planned.take(Unknown::new(), reader);
        }
    }
    Ok(())
}

/// Reads what the plan makes, and of the prior state what the plan leaves alone: data sources that
/// were read while planning, and everything outside the targets of a targeted plan.
fn after(document: Document<'_>, reader: &mut Reader<'_>) -> Result<(), serde_json::Error> {
    let changes = changes(document.resource_changes.unwrap_or_default());
    let entries = document.planned_values.unwrap_or_default().entries();
    let prior = prior_entries(document.prior_state);
    let named: HashSet<&str> = entries.iter().map(|entry| &*entry.address.0).collect();
    let mut list = Vec::new();
    for entry in &entries {
        // A data source that is only read during apply tells nothing yet.
        if !changes.get(&*entry.address.0).is_some_and(Delta::reads) {
            list.extend(Planned::new(entry, reader)?);
        }
    }
    for entry in &prior {
        let address = &*entry.address.0;
        let stays = changes.get(address).is_none_or(Delta::only_forgets);
        if !named.contains(address) && stays {
            list.extend(Planned::new(entry, reader)?);
        }
    }
    let ids = group_ids(entries.iter().chain(&prior))?;
    let (configuration, variables) = (json(document.configuration)?, json(document.variables)?);
    let estate = Estate::new(&list, &changes, ids, &configuration, &variables);
    let found = unknowns(&list, &changes, &estate)?;
    drop(estate);
    for (planned, unknown) in list.into_iter().zip(found) {
        planned.take(unknown, reader);
    }
    Ok(())
}

fn prior_entries(prior: Option<Prior<'_>>) -> Vec<Entry<'_>> {
    prior.unwrap_or_default().values.unwrap_or_default().entries()
}

/// The changes by address.
fn changes(list: Vec<Change<'_>>) -> Changes<'_> {
    let current = list.into_iter().filter(|change| change.deposed.is_none());
    current.map(|change| (change.address.0, change.change.unwrap_or_default())).collect()
}

/// The ids of all groups that the plan manages or looks up, those that it deletes among them.
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

fn json(raw: Option<&RawValue>) -> Result<Json, serde_json::Error> {
    raw.map_or(Ok(Json::Null), |raw| serde_json::from_str(raw.get()))
}

/// The unknown values of each instance, in the order of the list.
fn unknowns<'e>(
    list: &'e [Planned<'e>],
    changes: &Changes<'_>,
    estate: &'e Estate<'e>,
) -> Result<Vec<Unknown>, serde_json::Error> {
    let mut found = Vec::with_capacity(list.len());
    for planned in list {
        found.push(match changes.get(&*planned.address) {
            Some(delta) => unknown::find(planned, delta, estate)?,
            None => BTreeMap::new(),
        });
    }
    Ok(found)
}

impl Delta<'_> {
    /// Tells whether a data source is only read during apply.
    fn reads(&self) -> bool {
        self.actions.iter().any(|action| action.0 == "read")
    }

    /// Tells whether Terraform lets go of the object, which AWS keeps.
    fn only_forgets(&self) -> bool {
        let [action] = self.actions.as_slice() else { return false };
        action.0 == "forget"
    }

    /// Tells whether the object stays and is changed in place.
    fn updates(&self) -> bool {
        self.actions.iter().any(|action| action.0 == "update")
    }
}

impl<'a> Planned<'a> {
    /// Prunes an entry; `None` (and counted) when it is of no use.
    fn new(entry: &Entry<'a>, reader: &mut Reader<'_>) -> Result<Option<Self>, serde_json::Error> {
        if entry.is_deposed() {
            reader.deposed();
            return Ok(None);
        }
        let spec = reader.spec(&entry.kind.0);
        let values = match spec {
            Some(spec) => entry.values(&spec.wanted)?,
            None if entry.kind.0 == "aws_security_groups" => entry.values(&Wanted::paths(["ids"]))?,
            None => return Ok(None),
        };
        Ok(Some(Self { address: Arc::from(&*entry.address.0), managed: entry.is_managed(), spec, values }))
    }

    /// Hands the instance to the reader.
    fn take(self, unknown: Unknown, reader: &mut Reader<'_>) {
        let Self { address, managed, spec, values } = self;
        if let Some(spec) = spec {
            reader.take(spec, &Resource { address, managed, values, unknown });
        }
    }
}

#[cfg(test)]
mod tests;
