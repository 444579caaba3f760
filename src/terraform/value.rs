//! Attribute values, pruned while they are parsed: what nobody asked for is skipped, not built,
//! and texts are borrowed from the input.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A text or a key, borrowed from the input where it holds no escapes.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

/// Which attributes to keep, as a tree of names.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Wanted {
    /// Keep everything below.
    whole: bool,
    fields: Vec<(Box<str>, Wanted)>,
    /// A hash table: the number of a field, from 1, at the mark of its name or at the next free place
    /// behind it. Most names of an input are none of ours and meet a 0. Empty without fields.
    places: Vec<u8>,
}

/// How many places a table has: many more than fields, so that searches are short.
const PLACES: usize = 256;

impl Wanted {
    /// Keeps everything.
    pub(super) const WHOLE: Self = Self { whole: true, fields: Vec::new(), places: Vec::new() };

    /// Keeps the given paths, names joined with dots.
    pub(super) fn paths<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut wanted = Self::default();
        for path in paths {
            wanted.add(path);
        }
        wanted
    }

    fn add(&mut self, path: &str) {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        self.places.resize(PLACES, 0);
        let index = self.find(name).unwrap_or_else(|place| {
            self.fields.push((name.into(), Self::default()));
            assert!(self.fields.len() < PLACES / 2, "no resource type has so many attributes of use");
            self.places[place] = self.fields.len() as u8;
            self.fields.len() - 1
        });
        match rest {
            Some(rest) => self.fields[index].1.add(rest),
            None => self.fields[index].1.whole = true,
        }
    }

    /// What to keep of the attribute `name`; `None` to skip it.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        if self.whole {
            return Some(self);
        }
        self.find(name).ok().map(|index| &self.fields[index].1)
    }

    /// The number of a field, or the place in the table where it would be entered.
    fn find(&self, name: &str) -> Result<usize, usize> {
        let mut place = mark(name);
        while let Some(entry @ 1..) = self.places.get(place) {
            let index = usize::from(*entry) - 1;
            if *self.fields[index].0 == *name {
                return Ok(index);
            }
            place = (place + 1) % PLACES;
        }
        Err(place)
    }
}

/// Where the search for a name begins: by its length, first and last byte.
fn mark(name: &str) -> usize {
    let byte = |byte: Option<&u8>| byte.copied().map_or(0, usize::from);
    let (first, last) = (byte(name.as_bytes().first()), byte(name.as_bytes().last()));
    (name.len() * 37 + first * 5 + last * 11) % PLACES
}

/// A JSON value of which only the wanted parts were kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Value<'a> {
    /// `null`, or a kind of value that no attribute of ours has.
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    /// In input order.
    Map(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl Value<'_> {
    /// The attribute `name`; through a list of one block too.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(fields) => fields.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            Self::List(items) if items.len() == 1 => items[0].get(name),
            _ => None,
        }
    }

    /// The text itself; nothing for an empty one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// A non-empty text attribute.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// An integer attribute, written as a number or (in flatmap states) as text.
    pub(super) fn int(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Self::Int(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A boolean attribute, written as such or as text; absent is false.
    pub(super) fn flag(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Self::Bool(flag)) => *flag,
            Some(Self::Text(text)) => text == "true" || text == "1",
            _ => false,
        }
    }

    /// The blocks of an attribute: the elements of a list, or a single block by itself.
    pub(super) fn blocks(&self, name: &str) -> &[Self] {
        match self.get(name) {
            Some(Self::List(items)) => items,
            Some(block @ Self::Map(_)) => std::slice::from_ref(block),
            _ => &[],
        }
    }

    /// All non-empty texts at a path, stepping through lists on the way.
    pub(super) fn texts<'v>(&'v self, path: &str) -> Vec<&'v str> {
        let mut found = Vec::new();
        self.collect(path, &mut found);
        found
    }

    fn collect<'v>(&'v self, path: &str, found: &mut Vec<&'v str>) {
        match self {
            Self::List(items) => items.iter().for_each(|item| item.collect(path, found)),
            Self::Text(text) if path.is_empty() && !text.is_empty() => found.push(text),
            Self::Map(fields) if !path.is_empty() => {
                for (key, value) in fields {
                    // The length tells most keys from the path's first name.
                    let is_name = matches!(path.as_bytes().get(key.len()), None | Some(b'.'));
                    if is_name && let Some(rest) = path.strip_prefix(&**key) {
                        value.collect(rest.strip_prefix('.').unwrap_or(rest), found);
                    }
                }
            }
            _ => {}
        }
    }

    /// The entries of a map of texts, such as tags.
    pub(super) fn entries(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let fields = match self.get(name) {
            Some(Self::Map(fields)) => fields.as_slice(),
            _ => &[],
        };
        fields.iter().filter_map(|(key, value)| match value {
            Self::Text(text) => Some((&**key, &**text)),
            _ => None,
        })
    }
}

impl<'de> DeserializeSeed<'de> for &Wanted {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(Prune(self))
    }
}

struct Prune<'w>(&'w Wanted);

impl<'de> Visitor<'de> for Prune<'_> {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute value")
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value<'de>, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value<'de>, E> {
        Ok(i64::try_from(value).map_or(Value::Null, Value::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value<'de>, E> {
        // Ports are small: a whole number survives the way through a float, others are not ours.
        Ok(if value.fract() == 0.0 && value.abs() < 1e9 { Value::Int(value as i64) } else { Value::Null })
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.0)? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let mut fields = Vec::with_capacity(self.0.fields.len().min(16));
        while let Some(key) = map.next_key_seed(Key(self.0))? {
            match key {
                Some((name, wanted)) => match map.next_value_seed(wanted)? {
                    // Terraform writes all attributes that a type has; unset ones say nothing.
                    Value::Null => {}
                    value => fields.push((name, value)),
                },
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Value::Map(fields))
    }
}

/// Looks a key up before it is copied anywhere.
struct Key<'w>(&'w Wanted);

impl<'de, 'w> DeserializeSeed<'de> for Key<'w> {
    type Value = Option<(Cow<'de, str>, &'w Wanted)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, 'w> Visitor<'de> for Key<'w> {
    type Value = Option<(Cow<'de, str>, &'w Wanted)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(self.0.field(name).map(|wanted| (Cow::Borrowed(name), wanted)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.field(name).map(|wanted| (Cow::Owned(name.to_owned()), wanted)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_is_wanted_and_steps_through_lists() {
        let wanted = Wanted::paths(["vpc_config.ids", "tags", "port"]);
        let text = r#"{"password":"x","tags":{"Name":"a","n":{"deep":[1]}},"port":"80",
            "vpc_config":[{"ids":["sg-1",null,"sg-2"],"secret":1},{"ids":"sg-3"}]}"#;
        let value = (&wanted).deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap();
        assert_eq!(value.texts("vpc_config.ids"), ["sg-1", "sg-2", "sg-3"]);
        assert_eq!(value.entries("tags").collect::<Vec<_>>(), [("Name", "a")]);
        assert_eq!(value.int("port"), Some(80));
        assert!(!format!("{value:?}").contains("secret") && value.get("password").is_none());
    }
}
