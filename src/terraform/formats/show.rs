//! `terraform show -json` of a state: nested modules of resources with whole addresses.
//!
//! Terraform source, `internal/command/jsonstate`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use crate::terraform::parse::{CowText, ReadError, Value, Wanted};
use crate::terraform::resource::{Reader, Resource};

/// A `values` or `planned_values` object.
#[derive(Deserialize, Default)]
pub(crate) struct Values<'a> {
    #[serde(borrow, default)]
    root_module: Option<Module<'a>>,
}

#[derive(Deserialize)]
struct Module<'a> {
    #[serde(borrow, default)]
    resources: Vec<Entry<'a>>,
    #[serde(borrow, default)]
    child_modules: Vec<Module<'a>>,
}

/// One resource, its attributes not yet parsed.
#[derive(Deserialize)]
pub(crate) struct Entry<'a> {
    #[serde(borrow, default)]
    pub(crate) address: CowText<'a>,
    #[serde(borrow, default)]
    mode: CowText<'a>,
    #[serde(borrow, default, rename = "type")]
    pub(crate) kind: CowText<'a>,
    #[serde(borrow, default)]
    values: Option<&'a RawValue>,
    #[serde(borrow, default)]
    deposed_key: Option<CowText<'a>>,
}

impl<'a> Values<'a> {
    /// Returns all resources of all modules, in document order.
    pub(crate) fn entries(self) -> Vec<Entry<'a>> {
        let mut entries = Vec::new();
        let mut modules: Vec<Module<'a>> = self.root_module.into_iter().collect();
        while let Some(module) = modules.pop() {
            entries.extend(module.resources);
            modules.extend(module.child_modules);
        }
        entries
    }
}

impl<'a> Entry<'a> {
    /// Tells whether the resource is managed rather than a data source.
    pub(crate) fn is_managed(&self) -> bool {
        self.mode.0 != "data"
    }

    /// Tells whether the object awaits destruction.
    pub(crate) fn is_deposed(&self) -> bool {
        self.deposed_key.is_some()
    }

    /// Parses the wanted attributes.
    pub(crate) fn values(&self, wanted: &Wanted) -> Result<Value<'a>, serde_json::Error> {
        match self.values {
            Some(raw) => wanted.deserialize(&mut serde_json::Deserializer::from_str(raw.get())),
            None => Ok(Value::Null),
        }
    }
}

/// Reads the JSON form of a state.
pub(crate) fn read(text: &[u8], reader: &mut Reader<'_>) -> Result<(), ReadError> {
    #[derive(Deserialize)]
    struct Document<'a> {
        #[serde(borrow, default)]
        format_version: Option<CowText<'a>>,
        #[serde(borrow, default)]
        values: Option<Values<'a>>,
    }
    let error = |error: serde_json::Error| ReadError::from_json(&error, "`terraform show -json` of a state");
    let document: Document<'_> = serde_json::from_slice(text).map_err(error)?;
    check_version(document.format_version.as_ref())?;
    for entry in document.values.unwrap_or_default().entries() {
        if entry.is_deposed() {
            reader.deposed();
        } else if let Some(spec) = reader.spec(&entry.kind.0) {
            let resource = Resource {
                address: Arc::from(&*entry.address.0),
                managed: entry.is_managed(),
                values: entry.values(&spec.wanted).map_err(error)?,
                unknown: BTreeMap::new(),
            };
            reader.take(spec, &resource);
        }
    }
    Ok(())
}

/// Refuses a `format_version` above 1.x. Terraform promises that 1.x stays readable, and 0.x was in
/// fact the same.
pub(crate) fn check_version(version: Option<&CowText<'_>>) -> Result<(), ReadError> {
    let major = version.and_then(|text| text.0.split('.').next()?.parse::<u32>().ok());
    if major.is_some_and(|major| major > 1) { Err(ReadError::FormatVersion) } else { Ok(()) }
}
