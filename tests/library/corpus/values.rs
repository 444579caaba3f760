//! JSON as it stands in the corpus, and small questions to it. Nothing here is sglens'.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What is not there.
pub static NULL: Value = Value::Null;

/// Parses a document in UTF-8 or, as PowerShell writes it, UTF-16.
pub fn parse(bytes: &[u8]) -> Value {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).unwrap(),
        [0xFF, 0xFE, rest @ ..] => {
            let (pairs, _) = rest.as_chunks::<2>();
            let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
            String::from_utf16(&units).unwrap()
        }
        _ => String::from_utf8(bytes.to_vec()).unwrap(),
    };
    serde_json::from_str(&text).unwrap()
}

/// The elements of a list; a single value is a list of one, null and an empty text are none.
pub fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        Value::String(text) if text.is_empty() => Vec::new(),
        other => vec![other],
    }
}

/// The non-empty texts of a list.
pub fn texts(value: &Value) -> Vec<&str> {
    list(value).into_iter().filter_map(text).collect()
}

/// A non-empty text.
pub fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty())
}

/// The texts at a dotted path, through every list on the way.
pub fn texts_at<'v>(value: &'v Value, path: &str) -> Vec<&'v str> {
    match value {
        Value::Array(items) => items.iter().flat_map(|item| texts_at(item, path)).collect(),
        Value::String(text) if path.is_empty() && !text.is_empty() => vec![text.as_str()],
        Value::Object(fields) if !path.is_empty() => {
            let (name, rest) = path.split_once('.').unwrap_or((path, ""));
            fields.get(name).map(|field| texts_at(field, rest)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// A yes, in JSON or as flat maps write it.
pub fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::String(text) => text == "true" || text == "1",
        _ => false,
    }
}

/// A number, in JSON or as flat maps write it.
pub fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A flat map as a tree: `a.#` makes a list, everything else with parts an object.
pub fn unflatten(flat: &Value) -> Value {
    let mut root = Tree::default();
    for (key, value) in flat.as_object().into_iter().flatten() {
        let node = key.split('.').fold(&mut root, |node, part| node.children.entry(part).or_default());
        node.leaf = Some(value);
    }
    match root.value() {
        Value::Null => Value::Object(Map::new()),
        value => value,
    }
}

#[derive(Default)]
struct Tree<'v> {
    leaf: Option<&'v Value>,
    children: BTreeMap<&'v str, Tree<'v>>,
}

impl Tree<'_> {
    fn value(&self) -> Value {
        if self.children.is_empty() {
            return self.leaf.cloned().unwrap_or_default();
        }
        if self.children.contains_key("#") {
            let items = self.children.iter().filter(|(key, _)| **key != "#");
            return items.map(|(_, node)| node.value()).collect();
        }
        let fields = self.children.iter().filter(|(key, _)| **key != "%");
        fields.map(|(key, node)| ((*key).to_owned(), node.value())).collect()
    }
}
