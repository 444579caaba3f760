//! What a snapshot could not ask for.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::lenient::Text;
use super::member::Member;

/// The calls that gave no answer, by IAM action, each with the reason in a few words. Snapshots
/// that others write may list the actions alone.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Unavailable(BTreeMap<String, Text>);

impl Unavailable {
    /// Tells whether a call is among them.
    pub(super) fn has(&self, action: &str) -> bool {
        self.0.contains_key(action)
    }

    /// The calls with their reasons, by action.
    pub(super) fn reasons(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0.iter().map(|(action, reason)| (action.as_str(), reason.get()))
    }

    /// How many calls there are.
    #[cfg(any(feature = "aws", test))]
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Adds a call. When it failed more than once, one of the reasons stays, the same whatever
    /// their order.
    #[cfg(any(feature = "aws", test))]
    pub(super) fn add(&mut self, action: &str, reason: &str) {
        let reason = Text::from(Some(reason));
        let known = self.0.entry(action.to_owned()).or_insert_with(|| reason.clone());
        *known = reason.min(known.clone());
    }
}

impl Member for Unavailable {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Unavailable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Actions)
    }
}

struct Actions;

impl<'de> Visitor<'de> for Actions {
    type Value = Unavailable;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("actions, with or without reasons")
    }

    fn visit_unit<E>(self) -> Result<Unavailable, E> {
        Ok(Unavailable::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Unavailable, A::Error> {
        let mut actions = BTreeMap::new();
        while let Some(action) = seq.next_element::<Text>()? {
            actions.extend(action.get().map(|action| (action.to_owned(), Text::default())));
        }
        Ok(Unavailable(actions))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Unavailable, A::Error> {
        let mut actions = BTreeMap::new();
        while let Some((action, reason)) = map.next_entry::<String, Text>()? {
            actions.insert(action, reason);
        }
        Ok(Unavailable(actions))
    }
}
