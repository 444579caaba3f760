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
    /// Sorted by length and name.
    fields: Vec<(Box<str>, Wanted)>,
    /// A bit for the mark of each name: most names of an input are none of ours, and nearly all of
    /// those show it by their mark.
    marks: [u64; 4],
}

impl Wanted {
    /// Keeps everything.
    pub(super) const WHOLE: Self = Self { whole: true, fields: Vec::new(), marks: [0; 4] };

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
        let (word, bit) = mark(name);
        self.marks[word] |= bit;
        let index = self.find(name).unwrap_or_else(|index| {
            self.fields.insert(index, (name.into(), Self::default()));
            index
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
        let (word, bit) = mark(name);
        if self.marks[word] & bit == 0 {
            return None;
        }
        self.find(name).ok().map(|index| &self.fields[index].1)
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.fields
            .binary_search_by(|(known, _)| known.len().cmp(&name.len()).then_with(|| (**known).cmp(name)))
    }
}

/// One of 256 bits, by the length, the first and the last byte of a name.
fn mark(name: &str) -> (usize, u64) {
    let (Some(first), Some(last)) = (name.as_bytes().first(), name.as_bytes().last()) else { return (0, 1) };
    let mark = (name.len() * 37) ^ usize::from(*first).wrapping_mul(5) ^ usize::from(*last).wrapping_mul(11);
    (mark / 64 % 4, 1 << (mark % 64))
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
                let (name, rest) = path.split_once('.').unwrap_or((path, ""));
                fields
                    .iter()
                    .filter(|(key, _)| key == name)
                    .for_each(|(_, value)| value.collect(rest, found));
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
        let mut fields = Vec::with_capacity(self.0.fields.len().min(12));
        while let Some(key) = map.next_key_seed(Key(self.0))? {
            match key {
                Some((name, wanted)) => fields.push((name, map.next_value_seed(wanted)?)),
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
