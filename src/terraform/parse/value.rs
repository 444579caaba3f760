//! Attribute values, pruned while they are parsed: unwanted attributes are skipped, not built, and
//! texts are borrowed from the input.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::key_table::KeyTable;

/// A text or a key, borrowed from the input where it holds no escapes.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
pub(crate) struct CowText<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// Which attributes to keep, as a tree of names.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Wanted {
    /// Whether everything below is kept.
    whole: bool,
    /// Whether of all other attributes the texts are kept that may be ids of groups.
    probe: bool,
    names: KeyTable,
    /// What to keep of each name, by the number of the name.
    fields: Vec<Wanted>,
}

impl Wanted {
    /// Keeps everything.
    pub(crate) const WHOLE: Self =
        Self { whole: true, probe: false, names: KeyTable::EMPTY, fields: Vec::new() };

    /// Keeps the given paths, names joined with dots.
    pub(crate) fn paths<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let mut wanted = Self::default();
        for path in paths {
            wanted.add(path);
        }
        wanted
    }

    /// Keeps the given paths, and everywhere else the texts that may be ids of groups; see [`is_near_group`].
    pub(crate) fn probing<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        Self { probe: true, ..Self::paths(paths) }
    }

    fn add(&mut self, path: &str) {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let index = self.names.insert(name);
        self.fields.resize(self.names.len(), Self::default());
        match rest {
            Some(rest) => self.fields[index].add(rest),
            None => self.fields[index].whole = true,
        }
    }

    /// Returns what to keep of the attribute `name`; `None` to skip it.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        self.find(name).map(|(_, wanted)| wanted)
    }

    /// Returns what to keep of an attribute, and its number where it has a name here.
    fn find(&self, name: &str) -> Option<(Option<usize>, &Self)> {
        if self.whole {
            return Some((None, self));
        }
        match self.names.find(name) {
            Some(index) => Some((Some(index), &self.fields[index])),
            None if self.probe => Some((None, &PROBE)),
            None => None,
        }
    }

    /// Tells whether a text is kept.
    fn keeps(&self, text: &str) -> bool {
        !self.probe || is_near_group(text)
    }
}

/// Keeps texts that may be ids of groups, wherever they are.
static PROBE: Wanted = Wanted { whole: false, probe: true, names: KeyTable::EMPTY, fields: Vec::new() };

/// Tells whether a text may name a group by its id.
fn is_near_group(text: &str) -> bool {
    text.len() < 4096 && text.contains("sg-")
}

/// A JSON value of which only the wanted parts were kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum Value<'a> {
    /// `null`.
    #[default]
    Null,
    /// A number that no wanted attribute has: a fraction, or one beyond 64 bits. It is there, so it
    /// must not be taken for an absent one.
    Odd,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Value<'a>>),
    /// An object, its attributes in input order.
    Map(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// Returns the attribute `name`. A list of one block counts as the block.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Map(fields) => fields.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            Self::List(items) if items.len() == 1 => items[0].get(name),
            _ => None,
        }
    }

    /// Returns the text; `None` for an empty one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Returns a text attribute that is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// Returns an integer attribute, written as a number or (in flatmap states) as text.
    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Self::Int(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Returns a boolean attribute, written as such or as text; absent is false.
    pub(crate) fn flag(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Self::Bool(flag)) => *flag,
            Some(Self::Text(text)) => text == "true" || text == "1",
            _ => false,
        }
    }

    /// Tells whether a boolean attribute is there and is none.
    pub(crate) fn is_odd_flag(&self, name: &str) -> bool {
        !match self.get(name) {
            None | Some(Self::Null | Self::Bool(_)) => true,
            Some(Self::Text(text)) => matches!(&**text, "" | "true" | "false" | "1" | "0"),
            Some(Self::Odd | Self::Int(_) | Self::List(_) | Self::Map(_)) => false,
        }
    }

    /// Tells whether an attribute that lists texts is there and holds something else. An element that is
    /// null or empty is there, and names nobody whom one could find; in plans null stands for what is told
    /// elsewhere.
    pub(crate) fn is_odd_list(&self, name: &str, may_be_null: bool) -> bool {
        self.get(name).is_some_and(|value| match value {
            Self::Null | Self::Text(_) => false,
            Self::List(items) => !items
                .iter()
                .all(|item| item.as_text().is_some() || (may_be_null && matches!(item, Self::Null))),
            Self::Odd | Self::Bool(_) | Self::Int(_) | Self::Map(_) => true,
        })
    }

    /// Tells whether an attribute of one text is there and holds something else.
    pub(crate) fn is_odd_text(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !matches!(value, Self::Null | Self::Text(_)))
    }

    /// Tells whether an attribute of blocks is there and holds something else.
    pub(crate) fn is_odd_blocks(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| match value {
            Self::Null | Self::Map(_) => false,
            Self::List(items) => {
                !items.iter().all(|item| matches!(item, Self::Map(fields) if !fields.is_empty()))
            }
            Self::Text(text) => !text.is_empty(),
            Self::Odd | Self::Bool(_) | Self::Int(_) => true,
        })
    }

    /// Returns the blocks of an attribute: the elements of a list, or a single block by itself.
    pub(crate) fn blocks(&self, name: &str) -> &[Self] {
        match self.get(name) {
            Some(Self::List(items)) => items,
            Some(block @ Self::Map(_)) => std::slice::from_ref(block),
            _ => &[],
        }
    }

    /// Returns the attributes, with their names.
    pub(crate) fn fields(&self) -> &[(Cow<'a, str>, Self)] {
        match self {
            Self::Map(fields) => fields,
            _ => &[],
        }
    }

    /// Returns all non-empty texts at a path, stepping through lists on the way.
    pub(crate) fn texts<'v>(&'v self, path: &str) -> Vec<&'v str> {
        let mut found = Vec::new();
        self.each_text(path, &mut |text| found.push(text));
        found
    }

    /// Calls a function for each non-empty text at a path, stepping through lists on the way.
    pub(crate) fn each_text<'v>(&'v self, path: &str, call: &mut impl FnMut(&'v str)) {
        match self {
            Self::List(items) => items.iter().for_each(|item| item.each_text(path, call)),
            Self::Text(text) if path.is_empty() && !text.is_empty() => call(text),
            Self::Map(fields) if !path.is_empty() => {
                for (key, value) in fields {
                    // The length rules out most keys before the texts are compared.
                    let is_name = matches!(path.as_bytes().get(key.len()), None | Some(b'.'));
                    if is_name && let Some(rest) = path.strip_prefix(&**key) {
                        value.each_text(rest.strip_prefix('.').unwrap_or(rest), call);
                    }
                }
            }
            _ => {}
        }
    }

    /// Tells whether a number or a boolean stands at a path that names texts, stepping through lists on the
    /// way.
    pub(crate) fn is_odd_at(&self, path: &str) -> bool {
        match self {
            Self::List(items) => items.iter().any(|item| item.is_odd_at(path)),
            Self::Odd | Self::Bool(_) | Self::Int(_) => path.is_empty(),
            Self::Map(fields) if !path.is_empty() => fields.iter().any(|(key, value)| {
                let rest = path.strip_prefix(&**key);
                let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with('.'));
                rest.is_some_and(|rest| value.is_odd_at(rest.strip_prefix('.').unwrap_or(rest)))
            }),
            Self::Map(_) | Self::Text(_) | Self::Null => false,
        }
    }

    /// Calls a function for each text, wherever it is.
    pub(crate) fn all_texts<'v>(&'v self, call: &mut impl FnMut(&'v str)) {
        match self {
            Self::Text(text) => call(text),
            Self::List(items) => items.iter().for_each(|item| item.all_texts(call)),
            Self::Map(fields) => fields.iter().for_each(|(_, value)| value.all_texts(call)),
            Self::Null | Self::Odd | Self::Bool(_) | Self::Int(_) => {}
        }
    }

    /// Returns the entries of a map of texts, such as tags; or of a list of keys and values, as some
    /// providers have tags.
    pub(crate) fn entries(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let (fields, list) = match self.get(name) {
            Some(Self::List(list)) => (&[][..], list.as_slice()),
            Some(map) => (map.fields(), &[][..]),
            None => (&[][..], &[][..]),
        };
        let of_map = fields.iter().filter_map(|(key, value)| match value {
            Self::Text(text) => Some((&**key, &**text)),
            _ => None,
        });
        of_map.chain(list.iter().filter_map(|pair| Some((pair.text("key")?, pair.text("value")?))))
    }
}

impl<'de> DeserializeSeed<'de> for &Wanted {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        let mut value = Value::Null;
        Prune { wanted: self, sink: &mut value }.deserialize(deserializer)?;
        Ok(value)
    }
}

/// Takes one value. Values are built in place, because returning them level by level costs as much
/// time as parsing.
trait Sink<'a> {
    /// Stores the value.
    fn put(self, value: Value<'a>);
}

impl<'a> Sink<'a> for &mut Value<'a> {
    #[inline]
    fn put(self, value: Value<'a>) {
        *self = value;
    }
}

/// Appends to a list.
impl<'a> Sink<'a> for &mut Vec<Value<'a>> {
    #[inline]
    fn put(self, value: Value<'a>) {
        self.push(value);
    }
}

/// Reads a value and stores its wanted parts in a sink.
struct Prune<'w, S> {
    wanted: &'w Wanted,
    sink: S,
}

impl<'de, S: Sink<'de>> DeserializeSeed<'de> for Prune<'_, S> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: Sink<'de>> Visitor<'de> for Prune<'_, S> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute value")
    }

    #[inline]
    fn visit_unit<E>(self) -> Result<(), E> {
        self.sink.put(Value::Null);
        Ok(())
    }

    #[inline]
    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        // In plans `true` marks what is only known after apply.
        self.sink.put(if self.wanted.probe && !value { Value::Null } else { Value::Bool(value) });
        Ok(())
    }

    #[inline]
    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.sink.put(if self.wanted.probe { Value::Null } else { Value::Int(value) });
        Ok(())
    }

    #[inline]
    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        let number = i64::try_from(value).map_or(Value::Odd, Value::Int);
        self.sink.put(if self.wanted.probe { Value::Null } else { number });
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        // Ports are small, so a whole number survives as a float.
        let is_whole = value.fract() == 0.0 && value.abs() < 1e9;
        let number = if is_whole { Value::Int(value as i64) } else { Value::Odd };
        self.sink.put(if self.wanted.probe { Value::Null } else { number });
        Ok(())
    }

    #[inline]
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        let is_kept = self.wanted.keeps(text);
        self.sink.put(if is_kept { Value::Text(Cow::Borrowed(text)) } else { Value::Null });
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        let is_kept = self.wanted.keeps(text);
        self.sink.put(if is_kept { Value::Text(Cow::Owned(text.to_owned())) } else { Value::Null });
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut items: Vec<Value<'de>> = Vec::new();
        while seq.next_element_seed(Prune { wanted: self.wanted, sink: &mut items })?.is_some() {
            if self.wanted.probe && items.last() == Some(&Value::Null) {
                items.pop();
            }
        }
        let is_empty = self.wanted.probe && items.is_empty();
        self.sink.put(if is_empty { Value::Null } else { Value::List(items) });
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut fields = Vec::with_capacity(self.wanted.fields.len().min(16));
        let mut seen = 0;
        while let Some(wanted) =
            map.next_key_seed(Key { wanted: self.wanted, fields: &mut fields, seen: &mut seen })?
        {
            match (wanted, fields.last_mut()) {
                (Some(wanted), Some((_, value))) => {
                    map.next_value_seed(Prune { wanted, sink: &mut *value })?;
                    // Terraform writes all attributes of a type; unset ones are null.
                    if matches!(value, Value::Null) {
                        fields.pop();
                    }
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let is_empty = self.wanted.probe && fields.is_empty();
        self.sink.put(if is_empty { Value::Null } else { Value::Map(fields) });
        Ok(())
    }
}

/// Looks a key up. The name of a wanted attribute is pushed to `fields` with a null value, which the
/// caller then fills.
struct Key<'w, 'f, 'a> {
    wanted: &'w Wanted,
    fields: &'f mut Vec<(Cow<'a, str>, Value<'a>)>,
    /// One bit for each number of a name that was met.
    seen: &'f mut u64,
}

impl<'a> Key<'_, '_, 'a> {
    /// Adds a field. Of two with one name the last counts, as Terraform reads JSON; fields that are kept
    /// without a name here, such as those of tags, are not looked through, because there may be any number
    /// of them.
    #[inline]
    fn push(self, name: Cow<'a, str>, number: Option<usize>) {
        if let Some(number) = number {
            let bit = 1_u64.checked_shl(u32::try_from(number).unwrap_or(u32::MAX)).unwrap_or_default();
            if (bit == 0 || *self.seen & bit != 0)
                && let Some(place) = self.fields.iter().position(|(known, _)| *known == name)
            {
                self.fields.remove(place);
            }
            *self.seen |= bit;
        }
        self.fields.push((name, Value::Null));
    }
}

impl<'de, 'w> DeserializeSeed<'de> for Key<'w, '_, 'de> {
    type Value = Option<&'w Wanted>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, 'w> Visitor<'de> for Key<'w, '_, 'de> {
    type Value = Option<&'w Wanted>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute name")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        let Some((number, wanted)) = self.wanted.find(name) else { return Ok(None) };
        self.push(Cow::Borrowed(name), number);
        Ok(Some(wanted))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let Some((number, wanted)) = self.wanted.find(name) else { return Ok(None) };
        self.push(Cow::Owned(name.to_owned()), number);
        Ok(Some(wanted))
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
        let text = r#"{"port":"80","tags":{},"port":"443","vpc_config":[],"port":"8443"}"#;
        let value = (&wanted).deserialize(&mut serde_json::Deserializer::from_str(text)).unwrap();
        assert_eq!((value.int("port"), value.texts("port")), (Some(8443), vec!["8443"]), "the last counts");
    }
}
