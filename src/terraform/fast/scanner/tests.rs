//! The scanner compared with `serde_json`.

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use super::*;

/// Reads values without the brackets of their list.
fn list<'a, T: Deserialize<'a>>(text: &'a str) -> Option<Vec<T>> {
    let mut json = Scanner::new(text, 1);
    let mut values = Vec::new();
    while json.has_more().ok()? {
        values.push(T::deserialize(&mut json).ok()?);
    }
    Some(values)
}

/// Both parsers read the same values or both refuse; the same holds for skipping.
fn agree(text: &str) {
    let whole = format!("[{text}]");
    assert_eq!(list(text), serde_json::from_str::<Vec<Value>>(&whole).ok(), "{text:?}");
    let ours = list::<IgnoredAny>(text).map(|values| values.len());
    let theirs = serde_json::from_str::<Vec<IgnoredAny>>(&whole).ok().map(|values| values.len());
    assert_eq!(ours, theirs, "skipping {text:?}");
}

#[test]
fn agrees_with_serde_json_on_hard_cases() {
    let numbers =
        ["0", "-0", "00", "01", "1.", "1.5", "1e5", "1E+400", "-", "+1", "18446744073709551616", "NaN"];
    let lists =
        ["[1,]", "[,1]", "[1 2]", "[}", "[1", "[[]", "[]]", "[1],", "[\n\n        1,\t2 ]", "{}", "[{}]"];
    let objects = [
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{1:2}"#,
        r#"{"a":1"#,
        r#"{"a":[}]}"#,
        r#"{"a" : {"b":[1,{}]}}"#,
        r#"{"a":1 "b":2}"#,
        r#"{"\u0061":1}"#,
        r#"{"\x":1}"#,
        r#"{,"a":1}"#,
    ];
    let texts = [
        r#""\u00e9\n""#,
        r#""\ud800""#,
        r#""\x""#,
        r#""\"#,
        r#"""#,
        r#""\\""#,
        "\"a\nb\"",
        "\"a\tb\"",
        "\"12345678",
        "\"\u{7f}é\u{2028}\"",
        "\"1234567\\\"\"",
        "\"é\\",
        "\"1234567é\"",
    ];
    let others = [
        "",
        " ",
        "nul",
        "nulll",
        "true",
        "true1",
        "false",
        "falsey",
        "fals",
        "null\"",
        "truefalse",
        "null null",
        "\u{feff}1",
        "1\u{a0}",
        "é",
    ];
    for text in
        [&["1, 2", "1,", ",", "1 2", "[],{}"], &numbers[..], &lists, &objects, &texts, &others].concat()
    {
        agree(text);
        agree(&format!("[{text}]"));
        agree(&format!("{{\"k\": {text}\n}}"));
        agree(&format!("{{\"k\":{text},\"l\":{text}, \"m\": [12345678]}}"));
    }
}

#[test]
fn no_depth_exhausts_the_stack() {
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    agree(&deep(126));
    assert!(Value::deserialize(&mut Scanner::new(&deep(127), 0)).is_ok());
    assert!(Value::deserialize(&mut Scanner::new(&deep(126), 2)).is_err());
    for levels in [129, 200_000] {
        assert!(Value::deserialize(&mut Scanner::new(&deep(levels), 0)).is_err());
        // serde_json has no limit for skipped values, so it reads them where the scanner does not.
        assert!(IgnoredAny::deserialize(&mut Scanner::new(&deep(levels), 0)).is_err());
    }
}

fn value() -> impl Strategy<Value = Value> {
    let text = || prop_oneof!["[a-z_]{0,20}", "\\PC{0,12}", any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        text().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        let members = prop::collection::btree_map(text(), inner.clone(), 0..6);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Into::into),
            members.prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn agrees_with_serde_json(value in value(), pretty: bool, at: prop::sample::Index, put in "[\\[\\]{},:\"\\\\ 0a\n]?") {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.unwrap();
        agree(&text);
        // With a character put in or taken away, it is mostly broken.
        let places: Vec<usize> = (0..=text.len()).filter(|place| text.is_char_boundary(*place)).collect();
        let (before, after) = text.split_at(*at.get(&places));
        let rest = after.chars().skip(usize::from(put.is_empty()));
        agree(&before.chars().chain(put.chars()).chain(rest).collect::<String>());
    }
}
