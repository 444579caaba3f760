//! The members of a plan document that sglens reads, and the instances made of them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::terraform::formats::show::{Entry, Values};
use crate::terraform::parse::{CowText, Value, Wanted};
use crate::terraform::resource::{Reader, Resource, Unknown};
use crate::terraform::schema::{SCHEMA, Spec};

/// The top level of a plan.
#[derive(Deserialize)]
pub(super) struct Document<'a> {
    #[serde(borrow, default)]
    pub(super) format_version: Option<CowText<'a>>,
    #[serde(borrow, default)]
    pub(super) planned_values: Option<Values<'a>>,
    #[serde(borrow, default)]
    pub(super) prior_state: Option<Prior<'a>>,
    #[serde(borrow, default)]
    pub(super) resource_changes: Option<Vec<Change<'a>>>,
    #[serde(borrow, default)]
    pub(super) configuration: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) variables: Option<&'a RawValue>,
}

/// The state before the plan.
#[derive(Deserialize, Default)]
pub(super) struct Prior<'a> {
    #[serde(borrow, default)]
    pub(super) values: Option<Values<'a>>,
}

/// One element of `resource_changes[]`.
#[derive(Deserialize)]
pub(super) struct Change<'a> {
    #[serde(borrow, default)]
    address: CowText<'a>,
    /// Set for the deletion of an object that was already replaced.
    #[serde(borrow, default)]
    deposed: Option<CowText<'a>>,
    #[serde(borrow, default)]
    change: Option<Delta<'a>>,
}

/// What the plan does to one instance.
#[derive(Deserialize, Default)]
pub(super) struct Delta<'a> {
    #[serde(borrow, default)]
    pub(super) actions: Vec<CowText<'a>>,
    #[serde(borrow, default)]
    pub(super) before: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) after_unknown: Option<&'a RawValue>,
}

/// The changes by address.
pub(super) type Changes<'a> = HashMap<Cow<'a, str>, Delta<'a>>;

/// One resource instance, pruned but not yet converted.
pub(super) struct Planned<'a> {
    pub(super) address: Arc<str>,
    pub(super) managed: bool,
    /// `None` for a resource that only others need, to resolve their references.
    pub(super) spec: Option<&'static Spec>,
    pub(super) values: Value<'a>,
}

/// Indexes the changes by address, without deletions of objects that were already replaced.
pub(super) fn changes(list: Vec<Change<'_>>) -> Changes<'_> {
    let current = list.into_iter().filter(|change| change.deposed.is_none());
    current.map(|change| (change.address.0, change.change.unwrap_or_default())).collect()
}

impl Delta<'_> {
    /// Tells whether a data source is only read during apply.
    pub(super) fn reads(&self) -> bool {
        self.actions.iter().any(|action| action.0 == "read")
    }

    /// Tells whether Terraform only forgets the object, which AWS keeps.
    pub(super) fn only_forgets(&self) -> bool {
        let [action] = self.actions.as_slice() else { return false };
        action.0 == "forget"
    }

    /// Tells whether the object is deleted and nothing takes its place.
    pub(super) fn only_deletes(&self) -> bool {
        let [action] = self.actions.as_slice() else { return false };
        action.0 == "delete"
    }

    /// Tells whether the object stays and is changed in place.
    pub(super) fn updates(&self) -> bool {
        self.actions.iter().any(|action| action.0 == "update")
    }
}

impl<'a> Planned<'a> {
    /// Prunes an entry; returns `None`, and counts the entry, when sglens has no use for it.
    pub(super) fn new(entry: &Entry<'a>, reader: &mut Reader<'_>) -> Result<Option<Self>, serde_json::Error> {
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

    /// Prunes an entry if it is a rule; counts nothing.
    pub(super) fn rule(entry: &Entry<'a>) -> Result<Option<Self>, serde_json::Error> {
        let spec = SCHEMA.get(&*entry.kind.0).filter(|spec| spec.handler.is_rule() && !entry.is_deposed());
        let Some(spec) = spec else { return Ok(None) };
        let (address, values) = (Arc::from(&*entry.address.0), entry.values(&spec.wanted)?);
        Ok(Some(Self { address, managed: entry.is_managed(), spec: Some(spec), values }))
    }

    /// Tells a reader of the instance, and keeps it.
    pub(super) fn tell(&self, unknown: Unknown, reader: &mut Reader<'_>) {
        let Self { address, managed, spec, values } = self;
        let copy =
            Self { address: Arc::clone(address), managed: *managed, spec: *spec, values: values.clone() };
        copy.take(unknown, reader);
    }

    /// Hands the instance to the reader.
    pub(super) fn take(self, unknown: Unknown, reader: &mut Reader<'_>) {
        let Self { address, managed, spec, values } = self;
        if let Some(spec) = spec {
            reader.take(spec, &Resource { address, managed, values, unknown });
        }
    }
}
