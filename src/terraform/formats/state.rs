//! Raw state of version 4, in one pass: unwanted attributes are skipped while they are parsed.
//!
//! Terraform source, `internal/states/statefile/version4.go`.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::terraform::parse::{CowText, FlatMap, ReadError, Value, Wanted, absolute_address};
use crate::terraform::resource::{Reader, Resource};
use crate::terraform::schema::Spec;

/// Reads a state of version 4.
pub(crate) fn read(text: &[u8], reader: &mut Reader<'_>) -> Result<(), ReadError> {
    // One check of the whole text saves a check of each name. Text that is not UTF-8 is left to the
    // parser, because the parser reports the place.
    match std::str::from_utf8(text) {
        Ok(text) => read_json(serde_json::Deserializer::from_str(text), reader),
        Err(_) => read_json(serde_json::Deserializer::from_slice(text), reader),
    }
}

fn read_json<'de, R: serde_json::de::Read<'de>>(
    mut json: serde_json::Deserializer<R>,
    reader: &mut Reader<'_>,
) -> Result<(), ReadError> {
    let error = |error: serde_json::Error| ReadError::from_json(&error, "a Terraform state of version 4");
    json.deserialize_map(State(reader)).map_err(error)?;
    json.end().map_err(error)
}

/// Reads the resources of a list into the reader; `null` is an empty list.
pub(crate) struct Resources<'r, 'b>(pub(crate) &'r mut Reader<'b>);

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum StateKey {
    Resources,
    #[serde(other)]
    Other,
}

/// Reads a whole state into the reader.
pub(crate) struct State<'r, 'b>(pub(crate) &'r mut Reader<'b>);

impl<'de> Visitor<'de> for State<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a state object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut is_read = false;
        while let Some(key) = map.next_key()? {
            match key {
                // Of two the last would count, and the first has been read.
                StateKey::Resources if is_read => return Err(A::Error::duplicate_field("resources")),
                StateKey::Resources => {
                    is_read = true;
                    map.next_value_seed(Resources(self.0))?;
                }
                StateKey::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Resources<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Resources<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of resources")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(ResourceSeed(self.0))?.is_some() {}
        Ok(())
    }
}

/// Reads one element of `resources[]`.
pub(crate) struct ResourceSeed<'r, 'b>(pub(crate) &'r mut Reader<'b>);

/// The keys of a resource that say what its instances are. In JSON they come in any order.
#[derive(Default)]
struct Head<'a> {
    module: Option<Cow<'a, str>>,
    data: bool,
    kind: Option<Cow<'a, str>>,
    name: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum ResourceKey {
    Module,
    Mode,
    Type,
    Name,
    Instances,
    #[serde(other)]
    Other,
}

impl<'de> DeserializeSeed<'de> for ResourceSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ResourceSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut head = Head::default();
        let mut spec: Option<&'static Spec> = None;
        let mut instances: Vec<Instance<'de>> = Vec::new();
        // Instances before the type, which says how to read them.
        let mut early: Option<&RawValue> = None;
        while let Some(key) = map.next_key()? {
            match key {
                ResourceKey::Module => {
                    head.module = map.next_value::<Option<CowText<'de>>>()?.map(|text| text.0);
                }
                ResourceKey::Mode => {
                    head.data = map.next_value::<CowText<'de>>()?.0 == "data";
                }
                // It says how instances are read, so a second one would come too late.
                ResourceKey::Type if head.kind.is_some() => return Err(A::Error::duplicate_field("type")),
                ResourceKey::Type => head.kind = Some(map.next_value::<CowText<'de>>()?.0),
                ResourceKey::Name => head.name = map.next_value::<CowText<'de>>()?.0,
                ResourceKey::Instances => match &head.kind {
                    Some(kind) => match self.0.spec(kind) {
                        Some(found) => {
                            spec = Some(found);
                            // Of two lists the last counts, as Terraform reads JSON.
                            instances.clear();
                            map.next_value_seed(Instances { spec: found, instances: &mut instances })?;
                        }
                        None => drop(map.next_value::<IgnoredAny>()?),
                    },
                    None => early = map.next_value()?,
                },
                ResourceKey::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if let (Some(raw), Some(kind)) = (early, &head.kind) {
            spec = self.0.spec(kind);
            if let Some(spec) = spec {
                let mut json = serde_json::Deserializer::from_str(raw.get());
                let seed = Instances { spec, instances: &mut instances };
                seed.deserialize(&mut json).map_err(serde::de::Error::custom)?;
            }
        }
        if let Some(spec) = spec {
            head.hand_over(spec, instances, self.0);
        }
        Ok(())
    }
}

impl Head<'_> {
    /// Hands the instances to the reader, now that all is known which their addresses are made of.
    fn hand_over(&self, spec: &'static Spec, instances: Vec<Instance<'_>>, reader: &mut Reader<'_>) {
        let kind = self.kind.as_deref().unwrap_or_default();
        for Instance { key, deposed, values } in instances {
            if deposed {
                reader.deposed();
                continue;
            }
            let address =
                absolute_address(self.module.as_deref(), !self.data, kind, &self.name, key.as_ref());
            let unknown = std::collections::BTreeMap::new();
            let resource = Resource { address: Arc::from(address), managed: !self.data, values, unknown };
            reader.take(spec, &resource);
        }
    }
}

/// Reads the instances of one resource into a list.
struct Instances<'x, 'de> {
    spec: &'static Spec,
    instances: &'x mut Vec<Instance<'de>>,
}

impl<'de> DeserializeSeed<'de> for Instances<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Instances<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of resource instances")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(instance) = seq.next_element_seed(InstanceSeed(&self.spec.wanted))? {
            self.instances.push(instance);
        }
        Ok(())
    }
}

#[derive(Default)]
struct Instance<'a> {
    key: Option<Value<'a>>,
    deposed: bool,
    values: Value<'a>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum InstanceKey {
    IndexKey,
    Deposed,
    Attributes,
    AttributesFlat,
    #[serde(other)]
    Other,
}

struct InstanceSeed<'w>(&'w Wanted);

impl<'de> DeserializeSeed<'de> for InstanceSeed<'_> {
    type Value = Instance<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Instance<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for InstanceSeed<'_> {
    type Value = Instance<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource instance")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Instance<'de>, A::Error> {
        let mut instance = Instance::default();
        let mut is_stated = false;
        while let Some(key) = map.next_key()? {
            match key {
                InstanceKey::IndexKey => instance.key = Some(map.next_value_seed(&Wanted::WHOLE)?),
                InstanceKey::Deposed => {
                    instance.deposed =
                        map.next_value::<Option<CowText<'de>>>()?.is_some_and(|t| !t.0.is_empty());
                }
                InstanceKey::Attributes => match map.next_value_seed(self.0)? {
                    // Beside attributes in the flat form there are none in this one.
                    Value::Null if !is_stated => {}
                    values => {
                        is_stated = true;
                        instance.values = values;
                    }
                },
                InstanceKey::AttributesFlat => {
                    if let Some(flat) = map.next_value::<Option<FlatMap<'de>>>()? {
                        instance.values = flat.unflatten(self.0);
                    }
                }
                InstanceKey::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(instance)
    }
}
