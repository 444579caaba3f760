//! The one escaper of SVG, and its numbers.

use std::borrow::Cow;

use crate::shown::{clean, is_unsafe};

/// Returns text content: markup is escaped, and what XML 1.0 forbids is replaced, as are other control
/// characters.
pub(super) fn text(raw: &str) -> Cow<'_, str> {
    escape(raw, true)
}

/// Returns the value of an attribute between double quotes. As [`text`], but on one line.
pub(super) fn attribute(raw: &str) -> Cow<'_, str> {
    escape(raw, false)
}

/// The one escaper: it copies plain characters alone.
fn escape(raw: &str, keep_lines: bool) -> Cow<'_, str> {
    let is_plain = |c: char| !matches!(c, '&' | '<' | '>' | '"' | '\'' | '#') && is_xml(c) && !is_unsafe(c);
    if raw.chars().all(is_plain) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len() + 16);
    for (number, line) in raw.split('\n').enumerate() {
        if number > 0 {
            // A blank line would end an HTML block in Markdown: breaks are written as references.
            out.push_str(if keep_lines { "&#10;" } else { " " });
        }
        for c in clean(line).chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                c if !is_xml(c) => out.push('\u{FFFD}'),
                c => out.push(c),
            }
        }
    }
    Cow::Owned(out)
}

/// Tells whether XML 1.0 allows a character (production Char).
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// Prints a number with at most two decimals, and no needless zeros.
pub(super) fn number(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    // Zero has one spelling.
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

/// Percent-encodes everything but unreserved characters (RFC 3986).
pub(super) fn percent(raw: &str) -> String {
    let mut out = String::new();
    for byte in raw.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(text("a<script>&\"'\u{0}\n]]>"), "a&lt;script&gt;&amp;&quot;&#39;\u{FFFD}&#10;]]&gt;");
        assert_eq!(attribute("x\" onload=\"y\nz"), "x&quot; onload=&quot;y z");
        assert_eq!(percent("a/b ü"), "a%2Fb%20%C3%BC");
        assert_eq!((number(1.0), number(-0.001), number(2.345_6)), ("1".into(), "0".into(), "2.35".into()));
    }

    /// XML 1.0 allows DEL and the C1 control characters, which steer terminals: they are replaced all
    /// the same.
    #[test]
    fn control_characters_do_not_stand_raw() {
        for c in ('\u{0}'..='\u{1F}').chain('\u{7F}'..='\u{9F}').chain(['\u{FFFE}', '\u{FFFF}']) {
            let raw = format!("a{c}b");
            let (in_text, in_attribute) = match c {
                '\n' => ("a&#10;b", "a b"),
                '\r' | '\t' => ("a b", "a b"),
                _ => ("a\u{FFFD}b", "a\u{FFFD}b"),
            };
            assert_eq!(text(&raw), in_text, "U+{:04X} in text", u32::from(c));
            assert_eq!(attribute(&raw), in_attribute, "U+{:04X} in an attribute", u32::from(c));
        }
    }

    #[test]
    fn what_is_plain_is_not_copied() {
        assert!(matches!(text("web é 日本 \u{A0}"), Cow::Borrowed(_)));
        assert!(matches!(text("a&b"), Cow::Owned(_)));
    }
}
