//! Texts and lists in all forms that `--query`, boto3 and other tools write.

use std::fmt;
use std::sync::Arc;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// A text, or nothing: absent, `null` and empty are the same. A number is the text of it.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LenientText(Option<Arc<str>>);

impl LenientText {
    /// Returns the text, if there is one.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Returns the text, if there is one, without a copy.
    pub(super) fn shared(&self) -> Option<Arc<str>> {
        self.0.clone()
    }
}

impl<T: AsRef<str>> From<Option<T>> for LenientText {
    fn from(text: Option<T>) -> Self {
        match text {
            Some(text) if !text.as_ref().is_empty() => Self(Some(Arc::from(text.as_ref()))),
            _ => Self(None),
        }
    }
}

impl Serialize for LenientText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for LenientText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LenientTextVisitor)
    }
}

struct LenientTextVisitor;

impl Visitor<'_> for LenientTextVisitor {
    type Value = LenientText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_unit<E>(self) -> Result<LenientText, E> {
        Ok(LenientText(None))
    }

    fn visit_str<E>(self, text: &str) -> Result<LenientText, E> {
        Ok(LenientText(if text.is_empty() { None } else { Some(text.into()) }))
    }

    fn visit_i64<E>(self, number: i64) -> Result<LenientText, E> {
        Ok(LenientText(Some(number.to_string().into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<LenientText, E> {
        Ok(LenientText(Some(number.to_string().into())))
    }
}

/// A list of objects: `null` is an empty one, a single object is one of itself, and lists within
/// lists (`Reservations[].Instances`) are joined.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OneOrMany<T>(pub(super) Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> FromIterator<T> for OneOrMany<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T: Serialize> Serialize for OneOrMany<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut items = Vec::new();
        deserializer.deserialize_any(Collect(&mut items))?;
        Ok(Self(items))
    }
}

/// Appends every object it reads to a list. The JSON parser bounds how deep lists may nest.
struct Collect<'v, T>(&'v mut Vec<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Collect<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Collect<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Collect(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.push(T::deserialize(MapAccessDeserializer::new(map))?);
        Ok(())
    }
}
