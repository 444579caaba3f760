//! Recognises the API's objects by their members, never by the name of a file.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

pub(super) use super::kinds::Kind;
use super::kinds::{IDS, LISTS, MARKS, OTHER_ANSWERS, RECIPES, Recipe};

/// The kinds of the objects in a document or list; lists within lists are looked through.
#[derive(Debug, Default)]
pub(super) struct Outline(BTreeSet<Kind>);

impl Outline {
    /// Looks at a document until it is clear whether it is readable. Of a broken one, what came
    /// before the break counts.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut outline = Self::default();
        let mut json = serde_json::Deserializer::from_slice(text);
        // The reader reports what is broken, with the place.
        let _ = json.deserialize_any(Look { outline: &mut outline, wanted: None });
        outline
    }

    /// The kind of a single object.
    pub(super) fn kind(value: &Value) -> Kind {
        let mut outline = Self::default();
        let _ = value.deserialize_any(Look { outline: &mut outline, wanted: None });
        outline.0.first().copied().unwrap_or(Kind::Foreign)
    }

    /// Tells whether an object of the kind was met.
    pub(super) fn has(&self, kind: Kind) -> bool {
        self.0.contains(&kind)
    }

    /// Tells whether anything was met that sglens reads.
    pub(super) fn is_readable(&self) -> bool {
        self.0.first().is_some_and(|first| *first <= Kind::PrefixList)
    }
}

/// Adds kinds to an outline until it has the wanted one; without one, until it is readable.
struct Look<'o> {
    outline: &'o mut Outline,
    wanted: Option<Kind>,
}

impl Look<'_> {
    fn is_done(&self) -> bool {
        self.wanted.map_or_else(|| self.outline.is_readable(), |kind| self.outline.has(kind))
    }

    fn foreign(self) {
        self.outline.0.insert(Kind::Foreign);
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.foreign();
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.foreign();
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.foreign();
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.foreign();
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.foreign();
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        loop {
            let more = if self.is_done() {
                seq.next_element::<IgnoredAny>()?.is_some()
            } else {
                seq.next_element_seed(Look { outline: &mut *self.outline, wanted: self.wanted })?.is_some()
            };
            if !more {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        let mut seen = Seen::default();
        let result = seen.look(map);
        self.outline.0.insert(seen.kind());
        result
    }
}

/// A key, borrowed from the input where it holds no escapes.
#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// The telling members of one object.
#[derive(Default)]
struct Seen {
    members: BTreeSet<&'static str>,
    /// Lists of an answer that hold what they should.
    good: usize,
    /// Lists of an answer that hold nothing.
    empty: usize,
    /// Members named like lists of an answer that hold something else.
    wrong: usize,
    /// What is below `data`.
    data: Outline,
}

impl Seen {
    fn look<'de, A: MapAccess<'de>>(&mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            let key: &str = &key;
            if let Some((name, prefix)) = IDS.iter().copied().find(|(name, _)| *name == key) {
                let id = map.next_value::<Value>()?;
                if id.as_str().is_some_and(|id| id.starts_with(prefix)) {
                    self.members.insert(name);
                }
            } else if let Some((name, wanted)) = LISTS.iter().copied().find(|(name, _)| *name == key) {
                self.members.insert(name);
                let mut list = Outline::default();
                let result = map.next_value_seed(Look { outline: &mut list, wanted: Some(wanted) });
                self.count(&list, wanted);
                result?;
            } else if key == "data" {
                map.next_value_seed(Look { outline: &mut self.data, wanted: Some(Kind::Answer) })?;
            } else {
                let names = MARKS.iter().chain(&OTHER_ANSWERS).copied();
                self.members.extend(names.filter(|name| *name == key));
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn count(&mut self, list: &Outline, wanted: Kind) {
        if list.has(wanted) {
            self.good += 1;
        } else if !list.0.is_empty() {
            self.wrong += 1;
        } else if wanted != Kind::Entry {
            self.empty += 1;
        }
    }

    fn kind(&self) -> Kind {
        let has = |name: &&'static str| self.members.contains(name);
        if has(&"status_code") && self.data.has(Kind::Answer) {
            return Kind::Envelope;
        }
        let fits = |(_, all, one): &&Recipe| all.iter().all(has) && (one.is_empty() || one.iter().any(has));
        if let Some((kind, ..)) = RECIPES.iter().find(fits) {
            return *kind;
        }
        let is_answer = self.good + self.empty > 0 || has(&"PrefixListEntries");
        if is_answer && self.wrong == 0 {
            Kind::Answer
        } else if OTHER_ANSWERS.iter().any(has) || (has(&"status_code") && self.data.has(Kind::OtherAws)) {
            Kind::OtherAws
        } else {
            Kind::Foreign
        }
    }
}
