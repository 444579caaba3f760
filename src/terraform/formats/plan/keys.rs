//! Keys of instances, and which of several instances a reference means.

use serde_json::Value;

use super::steps::{AddressStep, unquoted};

/// The most keys that are kept; the bound keeps hostile input cheap.
const MAX_HINTS: usize = 32;

/// The longest literal that counts as a key.
const MAX_KEY_LENGTH: usize = 256;

/// The keys and the depth on the way to a reference.
#[derive(Debug, Clone, Default)]
pub(super) struct Trail {
    /// Keys that may select one of several instances.
    hints: Vec<String>,
    /// Whether some key is not known, so that one of several instances may be meant.
    pub(super) unsure: bool,
    /// How many references lead here.
    pub(super) depth: usize,
}

impl Trail {
    /// Goes one reference further; its last steps pick from what it leads to.
    pub(super) fn after(&self, rest: &[AddressStep<'_>]) -> Self {
        let mut trail = self.clone();
        trail.depth += 1;
        for step in rest {
            match step {
                AddressStep::Name(name) => trail.hint(format!("{name:?}")),
                AddressStep::Key(key) => trail.hint((*key).to_owned()),
            }
        }
        trail
    }

    /// Adds a key.
    pub(super) fn hint(&mut self, key: String) {
        if self.hints.len() < MAX_HINTS && !self.hints.contains(&key) {
            self.hints.push(key);
        }
    }

    /// Returns the keys, in the order in which they were met.
    pub(super) fn hints(&self) -> &[String] {
        &self.hints
    }
}

/// Chooses the instances that a reference means, by their keys: the one it names, else those that a
/// hint names, else all. Returns `None` when one of several is meant and no key says which.
pub(super) fn choose(keys: &[Option<&str>], named: Option<&str>, trail: &Trail) -> Option<Vec<usize>> {
    let with = |wanted: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let keyed = keys.iter().enumerate().filter(|(_, key)| key.is_some_and(wanted));
        keyed.map(|(index, _)| index).collect()
    };
    if let Some(named) = named {
        return Some(with(&|key| key == named));
    }
    let hinted = with(&|key| trail.hints.iter().any(|hint| hint == key));
    if !hinted.is_empty() {
        return Some(hinted);
    }
    (keys.len() <= 1 || !trail.unsure).then(|| (0..keys.len()).collect())
}

/// Returns a literal as the key of an instance.
pub(super) fn as_key(value: &Value, rest: &[AddressStep<'_>]) -> Option<String> {
    let end = rest.iter().try_fold(value, |value, step| match step {
        AddressStep::Name(name) => value.get(*name),
        AddressStep::Key(key) => value.get(unquoted(key)),
    });
    match end? {
        Value::String(text) if text.len() <= MAX_KEY_LENGTH => Some(format!("{text:?}")),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_key_comes_before_hints() {
        let keys = [Some("0"), Some("\"a\""), Some("\"b\"")];
        let trail = Trail { hints: vec!["\"a\"".to_owned()], ..Trail::default() };
        assert_eq!(choose(&keys, Some("\"b\""), &trail), Some(vec![2]));
        assert_eq!(choose(&keys, None, &trail), Some(vec![1]));
        assert_eq!(choose(&keys, None, &Trail::default()), Some(vec![0, 1, 2]));
        assert_eq!(choose(&keys, None, &Trail { unsure: true, ..Trail::default() }), None);
        assert_eq!(choose(&keys[..1], None, &Trail { unsure: true, ..Trail::default() }), Some(vec![0]));
    }
}
