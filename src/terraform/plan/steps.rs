//! Texts that name things: the addresses of instances, and the references of expressions.

use serde_json::Value as Json;

/// Longer texts are no names of ours; the bound keeps hostile input cheap.
pub(super) const LONGEST: usize = 2048;

/// Modules that are nested deeper, and references that lead on further, are not followed.
pub(super) const DEEPEST: usize = 32;

/// More references of one expression are not looked at.
const MOST: usize = 512;

/// One step of an address or a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step<'t> {
    /// `aws_security_group`.
    Name(&'t str),
    /// What stands between brackets: `0`, or `"web"` with its quotes.
    Key(&'t str),
}

/// The call of a module, by name, and the key of the instance that it makes.
pub(super) type Call<'t> = (&'t str, Option<&'t str>);

/// The absolute address of a resource instance, taken apart.
#[derive(Debug)]
pub(super) struct Address<'t> {
    /// The module instance it stands in, outermost call first.
    pub(super) module: Vec<Call<'t>>,
    /// `aws_instance.web` or `data.aws_vpc.main`.
    pub(super) resource: String,
    /// Its own key.
    pub(super) key: Option<&'t str>,
}

impl<'t> Address<'t> {
    /// Takes an address apart; `None` when it is none, or absurdly long.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let all = steps(text);
        let mut rest = all.as_slice();
        let mut module = Vec::new();
        while let [Step::Name("module"), Step::Name(name), more @ ..] = rest {
            let (key, more) = split_key(more);
            module.push((*name, key));
            rest = more;
        }
        let (resource, key) = match rest {
            [front @ .., Step::Key(key)] => (front, Some(*key)),
            _ => (rest, None),
        };
        if resource.is_empty() || module.len() > DEEPEST {
            return None;
        }
        Some(Self { module, resource: spell(resource), key })
    }
}

/// Splits `module.a["x"].aws_instance.web[0]` into its steps.
pub(super) fn steps(text: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let end = closing(inside);
            steps.push(Step::Key(&inside[..end]));
            rest = inside.get(end + 1..).unwrap_or_default();
        } else {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let end = name.find(['.', '[']).unwrap_or(name.len());
            steps.push(Step::Name(&name[..end]));
            rest = &name[end..];
        }
    }
    steps
}

/// Where the bracket closes; brackets within quotes do not count.
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
pub(super) fn spell(steps: &[Step<'_>]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Name(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            Step::Key(key) => push_key(&mut text, key),
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

/// The key that some steps begin with, and the other steps.
pub(super) fn split_key<'s, 't>(steps: &'s [Step<'t>]) -> (Option<&'t str>, &'s [Step<'t>]) {
    match steps {
        [Step::Key(key), rest @ ..] => (Some(*key), rest),
        _ => (None, steps),
    }
}

/// A key without its quotes.
pub(super) fn unquoted(key: &str) -> &str {
    key.trim_matches('"')
}

/// The references of an expression. Terraform lists `a.b["x"].id` as itself, as `a.b["x"]` and as
/// `a.b`; only the longest of each is kept.
pub(super) fn longest(expression: &Json) -> Vec<Vec<Step<'_>>> {
    let texts = expression.get("references").and_then(Json::as_array).into_iter().flatten();
    let texts = texts.filter_map(Json::as_str).filter(|text| text.len() <= LONGEST);
    let mut references: Vec<Vec<Step<'_>>> = texts.take(MOST).map(steps).collect();
    // Sorted, what a reference begins with stands right before it.
    references.sort();
    references.dedup();
    let is_longest = |pair: &[Vec<Step<'_>>]| !pair[1].starts_with(&pair[0]);
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
    fn only_the_longest_references_stay() {
        let expression = serde_json::json!({"references": [
            "a.b[\"x\"].id", "a.b[\"x\"]", "a.b", "var.c", "a.b[\"y\"].id", "a.b[\"y\"]", "a.b", "a.bc", 7]});
        let kept: Vec<String> = longest(&expression).iter().map(|steps| spell(steps)).collect();
        assert_eq!(kept, ["a.b[\"x\"].id", "a.b[\"y\"].id", "a.bc", "var.c"]);
        assert!(longest(&serde_json::json!({"constant_value": 1})).is_empty());
    }
}
