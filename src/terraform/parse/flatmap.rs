//! The flat maps of old states: `ingress.#`, `ingress.1234.cidr_blocks.0`, `tags.Name`.
//!
//! Terraform source, `internal/states/statefile/version3_upgrade.go`: lists and sets count their
//! elements under `#`, maps theirs under `%`; all values are texts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::value::{CowText, Value, Wanted};

/// A flat map as it is in the state.
#[derive(Debug, Default)]
pub(crate) struct FlatMap<'a>(BTreeMap<Cow<'a, str>, Cow<'a, str>>);

impl<'de: 'a, 'a> Deserialize<'de> for FlatMap<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FlatMapVisitor)
    }
}

struct FlatMapVisitor;

impl<'de> Visitor<'de> for FlatMapVisitor {
    type Value = FlatMap<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a flat map of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FlatMap<'de>, A::Error> {
        let mut flat = BTreeMap::new();
        while let Some(key) = map.next_key::<CowText<'de>>()? {
            match map.next_value::<Scalar<'de>>()? {
                Scalar::Text(text) => drop(flat.insert(key.0, text.0)),
                Scalar::Number(number) => drop(flat.insert(key.0, number.to_string().into())),
                Scalar::Flag(flag) => drop(flat.insert(key.0, flag.to_string().into())),
                Scalar::Other(_) => {}
            }
        }
        Ok(FlatMap(flat))
    }
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Scalar<'a> {
    #[serde(borrow)]
    Text(CowText<'a>),
    /// Some tools write numbers and booleans without quotes.
    Number(i64),
    Flag(bool),
    Other(IgnoredAny),
}

/// The keys of a flat map as a tree of their parts.
#[derive(Default)]
struct Node<'f> {
    text: Option<&'f str>,
    children: BTreeMap<&'f str, Node<'f>>,
}

/// The deepest wanted attribute is shallower; the bound keeps hostile input off the stack.
const MAX_DEPTH: usize = 16;

impl<'a> FlatMap<'a> {
    /// Adds the id that older states keep beside the attributes.
    pub(crate) fn with_id(mut self, id: Option<Cow<'a, str>>) -> Self {
        if let Some(id) = id {
            self.0.entry("id".into()).or_insert(id);
        }
        self
    }

    /// Rebuilds the nested value of the wanted attributes.
    pub(crate) fn unflatten(&self, wanted: &Wanted) -> Value<'a> {
        let mut root = Node::default();
        for (key, text) in &self.0 {
            let first = key.split('.').next().unwrap_or_default();
            if wanted.field(first).is_none() {
                continue;
            }
            let mut node = &mut root;
            for part in key.splitn(MAX_DEPTH, '.') {
                node = node.children.entry(part).or_default();
            }
            node.text = Some(text);
        }
        // The oldest states count the tags under `#`, as if they were a list.
        let value =
            |name: &str, node: &Node<'_>| if name.starts_with("tags") { node.map() } else { node.value() };
        let fields = root.children.iter().map(|(name, node)| ((*name).to_owned().into(), value(name, node)));
        Value::Map(fields.collect())
    }
}

impl Node<'_> {
    fn value(&self) -> Value<'static> {
        if self.children.is_empty() {
            return self.text.map_or(Value::Null, |text| Value::Text(text.to_owned().into()));
        }
        if self.children.contains_key("#") {
            let mut items: Vec<_> = self.children.iter().filter(|(key, _)| **key != "#").collect();
            // Lists by index, sets (keyed by hash) in the order of their keys.
            items.sort_by_key(|(key, _)| (key.parse::<u64>().unwrap_or(u64::MAX), **key));
            return Value::List(items.into_iter().map(|(_, node)| node.value()).collect());
        }
        if self.children.contains_key("%") {
            return self.map();
        }
        let fields = self.children.iter().map(|(name, node)| ((*name).to_owned().into(), node.value()));
        Value::Map(fields.collect())
    }

    fn map(&self) -> Value<'static> {
        let mut entries = Vec::new();
        for (key, node) in self.children.iter().filter(|(key, _)| !matches!(**key, "%" | "#")) {
            node.entries((*key).to_owned(), &mut entries);
        }
        Value::Map(entries)
    }

    /// Adds the entries of a map, whose keys may hold dots themselves.
    fn entries(&self, path: String, entries: &mut Vec<(Cow<'static, str>, Value<'static>)>) {
        for (key, node) in &self.children {
            node.entries(format!("{path}.{key}"), entries);
        }
        if let Some(text) = self.text {
            entries.push((path.into(), Value::Text(text.to_owned().into())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_sets_and_maps_come_back() {
        let flat: FlatMap<'_> = serde_json::from_str(
            r##"{"id":"sg-1","ingress.#":"2","ingress.99.from_port":"80","ingress.99.cidr_blocks.#":"1",
                "ingress.99.cidr_blocks.0":"10.0.0.0/8","ingress.7.self":"true","tags.%":"2","tags.Name":"a",
                "tags.aws:x.y":"b","secret":"s","empty.#":"0"}"##,
        )
        .unwrap();
        let wanted = Wanted::paths(["id", "ingress.from_port", "tags", "empty"]);
        let value = flat.unflatten(&wanted);
        assert_eq!(value.texts("ingress.cidr_blocks"), ["10.0.0.0/8"]);
        assert!(value.blocks("ingress")[0].flag("self"));
        assert_eq!(value.blocks("ingress")[1].int("from_port"), Some(80));
        assert_eq!(value.entries("tags").collect::<Vec<_>>(), [("Name", "a"), ("aws:x.y", "b")]);
        assert_eq!(value.get("empty"), Some(&Value::List(vec![])));
        assert_eq!(value.get("secret"), None);
    }
}
