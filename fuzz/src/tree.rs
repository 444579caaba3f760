//! JSON as it is written, not as it is meant: keys keep their order and may occur twice, and a number
//! is its text.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// `null`, `true`, `false` or a number.
    Bare(String),
    /// A text.
    Text(String),
    /// An array.
    List(Vec<Tree>),
    /// An object.
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// Parses a document.
    pub fn parse(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    /// Prints a document.
    pub fn print(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Bare(text) => out.push_str(text),
            Self::Text(text) => quote(text, out),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    item.write(out);
                }
                out.push(']');
            }
            Self::Map(fields) => {
                out.push('{');
                for (index, (key, value)) in fields.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    quote(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// How many values there are, this one among them.
    pub fn count(&self) -> usize {
        self.positions(|_| true).len()
    }

    /// The positions of the values that pass a test, in the order in which they are written.
    pub fn positions(&self, test: impl Fn(&Self) -> bool) -> Vec<usize> {
        let (mut found, mut position) = (Vec::new(), 0);
        self.walk(&mut |value| {
            if test(value) {
                found.push(position);
            }
            position += 1;
        });
        found
    }

    fn walk(&self, see: &mut dyn FnMut(&Self)) {
        see(self);
        match self {
            Self::List(items) => items.iter().for_each(|item| item.walk(see)),
            Self::Map(fields) => fields.iter().for_each(|(_, value)| value.walk(see)),
            Self::Bare(_) | Self::Text(_) => {}
        }
    }

    /// The value at a position.
    ///
    /// # Panics
    /// When there is none.
    pub fn at(&mut self, position: usize) -> &mut Self {
        self.find(&mut { position }).expect("a position of the tree")
    }

    fn find(&mut self, left: &mut usize) -> Option<&mut Self> {
        if *left == 0 {
            return Some(self);
        }
        *left -= 1;
        match self {
            Self::List(items) => items.iter_mut().find_map(|item| item.find(left)),
            Self::Map(fields) => fields.iter_mut().find_map(|(_, value)| value.find(left)),
            Self::Bare(_) | Self::Text(_) => None,
        }
    }
}

fn quote(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Grow)
    }
}

struct Grow;

impl<'de> Visitor<'de> for Grow {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Bare("null".to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bare(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Bare(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Bare(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        // `Debug` writes exponents, `Display` hundreds of digits.
        Ok(Tree::Bare(format!("{value:?}")))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Tree::Map(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_stays_as_it_is_written() {
        let text = r#"{"b":[1,-2,1.5,1e300,null,true],"a":{"x":"\"\n"},"b":{}}"#;
        let mut tree = Tree::parse(text.as_bytes()).unwrap();
        assert_eq!(tree.print(), text);
        assert_eq!(tree.count(), 11);
        assert_eq!(tree.at(0).print(), text);
        assert_eq!(*tree.at(3), Tree::Bare("-2".to_owned()));
        assert_eq!(*tree.at(10), Tree::Map(Vec::new()));
        assert_eq!(tree.positions(|value| matches!(value, Tree::Text(_))), [9]);
        assert!(Tree::parse(b"{").is_none());
    }
}
