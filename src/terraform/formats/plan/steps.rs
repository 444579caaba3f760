//! Names taken apart: the addresses of instances, and the references of expressions.

use serde_json::Value;

/// The longest text that is read as a name; the bound keeps hostile input cheap.
pub(super) const MAX_LENGTH: usize = 2048;

/// The deepest nesting of modules, and the longest chain of references, that is followed.
pub(super) const MAX_DEPTH: usize = 32;

/// The most references of one expression that are read.
const MAX_REFERENCES: usize = 512;

/// One step of an address or a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum AddressStep<'t> {
    /// `aws_security_group`.
    Name(&'t str),
    /// The text between brackets: `0`, or `"web"` with its quotes.
    Key(&'t str),
}

/// The call of a module, by name, and the key of the instance that it makes.
pub(super) type Call<'t> = (&'t str, Option<&'t str>);

/// The absolute address of a resource instance, taken apart.
#[derive(Debug)]
pub(super) struct Address<'t> {
    /// Its module instance, outermost call first.
    pub(super) module: Vec<Call<'t>>,
    /// `aws_instance.web` or `data.aws_vpc.main`.
    pub(super) resource: String,
    /// Its own key.
    pub(super) key: Option<&'t str>,
}

impl<'t> Address<'t> {
    /// Takes an address apart; `None` when it is none, or absurdly long.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        if text.len() > MAX_LENGTH {
            return None;
        }
        let all = steps(text);
        let mut rest = all.as_slice();
        let mut module = Vec::new();
        while let [AddressStep::Name("module"), AddressStep::Name(name), more @ ..] = rest {
            let (key, more) = split_key(more);
            module.push((*name, key));
            rest = more;
        }
        let (resource, key) = match rest {
            [front @ .., AddressStep::Key(key)] => (front, Some(*key)),
            _ => (rest, None),
        };
        if resource.is_empty() || module.len() > MAX_DEPTH {
            return None;
        }
        Some(Self { module, resource: spell(resource), key })
    }
}

/// Splits `module.a["x"].aws_instance.web[0]` into its steps.
pub(super) fn steps(text: &str) -> Vec<AddressStep<'_>> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let end = closing(inside);
            steps.push(AddressStep::Key(&inside[..end]));
            rest = inside.get(end + 1..).unwrap_or_default();
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            steps.push(AddressStep::Name(&name[..end]));
            rest = &name[end..];
        }
    }
    steps
}

/// Finds where the bracket closes; brackets within quotes do not count.
fn closing(inside: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (index, byte) in inside.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b']' if !quoted => return index,
            _ => {}
        }
    }
    inside.len()
}

/// Joins steps again.
pub(super) fn spell(steps: &[AddressStep<'_>]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            AddressStep::Name(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            AddressStep::Key(key) => push_key(&mut text, key),
        }
    }
    text
}

/// Puts the address of a module instance before a name.
pub(super) fn absolute(module: &[Call<'_>], inner: &str) -> String {
    let mut text = String::new();
    for (name, key) in module {
        text.push_str("module.");
        text.push_str(name);
        if let Some(key) = key {
            push_key(&mut text, key);
        }
        text.push('.');
    }
    text.push_str(inner);
    text
}

fn push_key(text: &mut String, key: &str) {
    text.push('[');
    text.push_str(key);
    text.push(']');
}

/// Splits the leading key off some steps.
pub(super) fn split_key<'s, 't>(steps: &'s [AddressStep<'t>]) -> (Option<&'t str>, &'s [AddressStep<'t>]) {
    match steps {
        [AddressStep::Key(key), rest @ ..] => (Some(*key), rest),
        _ => (None, steps),
    }
}

/// Returns a key without its quotes.
pub(super) fn unquoted(key: &str) -> &str {
    key.trim_matches('"')
}

/// Returns the references of an expression. Terraform lists `a.b["x"].id` as itself, as `a.b["x"]` and as
/// `a.b`; only the longest of each is kept.
pub(super) fn longest(expression: &Value) -> Vec<Vec<AddressStep<'_>>> {
    let texts = expression.get("references").and_then(Value::as_array).into_iter().flatten();
    let texts = texts.filter_map(Value::as_str).filter(|text| text.len() <= MAX_LENGTH);
    let mut references: Vec<Vec<AddressStep<'_>>> = texts.take(MAX_REFERENCES).map(steps).collect();
    // Sorted, a reference is directly preceded by its own beginning.
    references.sort();
    references.dedup();
    let is_longest = |pair: &[Vec<AddressStep<'_>>]| !pair[1].starts_with(&pair[0]);
    let mut keep: Vec<bool> = references.windows(2).map(is_longest).collect();
    keep.push(true);
    let mut keep = keep.into_iter();
    references.retain(|_| keep.next().unwrap_or(true));
    references
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_apart() {
        let address = Address::parse(r#"module.a["x.y]"].module.b[0].data.aws_vpc.main["k\"]"]"#).unwrap();
        assert_eq!(address.module, [("a", Some(r#""x.y]""#)), ("b", Some("0"))]);
        assert_eq!((address.resource.as_str(), address.key), ("data.aws_vpc.main", Some(r#""k\"]""#)));
        assert_eq!(absolute(&address.module, "t.n"), r#"module.a["x.y]"].module.b[0].t.n"#);
        for hostile in ["", ".", "[", "[[", "..[", "a[", "module", "module.", "module.a", "é[\"é", "a]b"] {
            drop(Address::parse(hostile));
        }
    }

    #[test]
    fn each_key_is_a_step() {
        let expected = [
            AddressStep::Name("var"),
            AddressStep::Name("m"),
            AddressStep::Key("\"a\""),
            AddressStep::Key("\"b\""),
        ];
        assert_eq!(steps(r#"var.m["a"]["b"]"#), expected);
    }

    #[test]
    fn only_the_longest_references_stay() {
        let expression = serde_json::json!({"references": [
            "a.b[\"x\"].id", "a.b[\"x\"]", "a.b", "var.c", "a.b[\"y\"].id", "a.b[\"y\"]", "a.b", "a.bc", 7]});
        let kept: Vec<String> = longest(&expression).iter().map(|steps| spell(steps)).collect();
        assert_eq!(kept, ["a.b[\"x\"].id", "a.b[\"y\"].id", "a.bc", "var.c"]);
        assert!(longest(&serde_json::json!({"constant_value": 1})).is_empty());
    }
}
