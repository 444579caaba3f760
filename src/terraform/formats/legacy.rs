//! Raw states of versions 1 to 3: modules of resources with flat maps.
//!
//! Terraform source, `internal/states/statefile/version3.go`. Terraformer writes version 3 today.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::state::Resources;
use crate::terraform::parse::{CowText, FlatMap, ReadError};
use crate::terraform::resource::{Reader, Resource};

#[derive(Deserialize)]
struct State<'a> {
    #[serde(borrow, default)]
    modules: Option<Vec<Object<Module<'a>>>>,
    /// A few tools write version 3 with the resource list of version 4.
    #[serde(borrow, default)]
    resources: Option<&'a serde_json::value::RawValue>,
}

#[derive(Deserialize)]
struct Module<'a> {
    #[serde(borrow, default)]
    path: Vec<CowText<'a>>,
    #[serde(borrow, default)]
    resources: Option<BTreeMap<CowText<'a>, Object<Entry<'a>>>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, rename = "type", default)]
    kind: Option<CowText<'a>>,
    #[serde(borrow, default)]
    primary: Option<Object<Primary<'a>>>,
    #[serde(default)]
    deposed: Option<Vec<IgnoredAny>>,
}

#[derive(Deserialize)]
struct Primary<'a> {
    #[serde(borrow, default)]
    id: Option<CowText<'a>>,
    #[serde(borrow, default)]
    attributes: Option<FlatMap<'a>>,
}

/// An object and nothing else: a serde struct would also accept a list of its fields in order.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}

/// Reads a state of version 1, 2 or 3.
pub(crate) fn read(text: &[u8], reader: &mut Reader<'_>) -> Result<(), ReadError> {
    let error =
        |error: serde_json::Error| ReadError::from_json(&error, "a Terraform state of version 1 to 3");
    let state: State<'_> = serde_json::from_slice(text).map_err(error)?;
    for Object(module) in state.modules.unwrap_or_default() {
        let path: Vec<String> =
            module.path.iter().skip(1).map(|name| format!("module.{}.", name.0)).collect();
        let prefix = path.concat();
        for (key, Object(entry)) in module.resources.unwrap_or_default() {
            (0..entry.deposed.map_or(0, |list| list.len())).for_each(|_| reader.deposed());
            let Some(Object(primary)) = entry.primary else { continue };
            let (managed, rest) = match key.0.strip_prefix("data.") {
                Some(rest) => (false, rest),
                None => (true, &*key.0),
            };
            let kind: Cow<'_, str> = match &entry.kind {
                Some(kind) => Cow::Borrowed(&kind.0),
                None => Cow::Borrowed(rest.split('.').next().unwrap_or_default()),
            };
            let Some(spec) = reader.spec(&kind) else { continue };
            let flat = primary.attributes.unwrap_or_default().with_id(primary.id.map(|id| id.0));
            let resource = Resource {
                address: Arc::from(format!("{prefix}{}", indexed(&key.0))),
                managed,
                values: flat.unflatten(&spec.wanted),
                unknown: BTreeMap::new(),
            };
            reader.take(spec, &resource);
        }
    }
    if let Some(raw) = state.resources {
        let mut json = serde_json::Deserializer::from_str(raw.get());
        serde::de::DeserializeSeed::deserialize(Resources(reader), &mut json).map_err(error)?;
    }
    Ok(())
}

/// Rewrites the index of `aws_instance.web.0` as `aws_instance.web[0]`.
fn indexed(key: &str) -> String {
    match key.rsplit_once('.') {
        Some((name, index))
            if name.contains('.') && index.bytes().all(|b| b.is_ascii_digit()) && !index.is_empty() =>
        {
            format!("{name}[{index}]")
        }
        _ => key.to_owned(),
    }
}
