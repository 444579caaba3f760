//! The one filter of texts for people.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar as _;

/// So many marks may stand on one letter; more are there to cover what stands around it.
const MARKS: usize = 4;

/// The longest name that AWS allows has 255 characters (`GroupName`, descriptions, values of tags 256).
const NAME: usize = 256;

/// Replaces control characters, direction overrides and invisible characters; line breaks and tabs
/// become spaces. What Azure Pipelines would obey, wherever it stands in a line (`##vso[`, `##[`), is broken by
/// a space.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'#') {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut marks = 0;
    for (at, c) in text.char_indices() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        match c {
            '\n' | '\r' | '\t' => shown.push(' '),
            c if is_unsafe(c) || marks > MARKS => {
                if marks <= MARKS + 1 {
                    shown.push(char::REPLACEMENT_CHARACTER);
                }
            }
            '#' if shown.ends_with('#') && is_command(&text[at + 1..]) => shown.push_str(" #"),
            c => shown.push(c),
        }
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// [`clean`], and at most `max` characters with an ellipsis.
pub fn short(text: &str, max: usize) -> String {
    // A name of megabytes is cut before each of its characters is looked at.
    let end = text.char_indices().nth(max.saturating_add(1)).map_or(text.len(), |(at, _)| at);
    let cleaned = clean(&text[..end]);
    if end == text.len() && cleaned.chars().count() <= max {
        return cleaned.into_owned();
    }
    cleaned.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

/// Returns a name or an id as people read it: [`clean`], and no longer than AWS allows.
pub fn name(text: &str) -> String {
    short(text, NAME)
}

/// Returns a line: [`clean`], and with a broken `::` where it begins with one, which GitHub Actions would
/// obey.
pub fn line(text: &str) -> Cow<'_, str> {
    let cleaned = clean(text);
    let begin = cleaned.len() - cleaned.trim_start().len();
    match cleaned[begin..].strip_prefix("::") {
        Some(rest) if is_workflow_command(rest) => Cow::Owned(format!("{}: :{rest}", &cleaned[..begin])),
        Some(_) | None => cleaned,
    }
}

/// Tells whether what follows `::` makes it a command of GitHub Actions, and not an IPv6 address:
/// `error::…`, `set-output name=x::…`.
fn is_workflow_command(rest: &str) -> bool {
    let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    name.len() < rest.len() && (name.starts_with("::") || (name.starts_with(' ') && name.contains("::")))
}

/// Tells whether what follows `##` makes it a command.
fn is_command(rest: &str) -> bool {
    rest.starts_with('[') || rest.as_bytes().get(..4).is_some_and(|next| next.eq_ignore_ascii_case(b"vso["))
}

/// Tells whether a character stands on the one before it.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && c.width() == Some(0)
}

/// Control characters, direction marks and overrides (Unicode TR 36), what is invisible or blank though it
/// is no space, variation selectors, private use, noncharacters, and line separators.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        )
        || matches!(c, '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2800}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}')
        || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFF0}'..='\u{FFFB}')
        || matches!(c, '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D159}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..)
        || u32::from(c) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_made_visible() {
        assert_eq!(clean("web é 日本"), "web é 日本");
        assert_eq!(clean("a\u{1b}[31mb\nc\u{202e}d"), "a\u{FFFD}[31mb c\u{FFFD}d");
        for c in "\u{9B}\u{3164}\u{115F}\u{2800}\u{FE0F}\u{E0100}\u{E000}\u{1D173}\u{10FFFE}".chars() {
            assert_eq!(clean(&format!("web{c}")), "web\u{FFFD}", "U+{:04X}", u32::from(c));
        }
        assert_eq!(
            clean(&format!("e\u{301}{}b", "\u{316}".repeat(1000))),
            "e\u{301}\u{316}\u{316}\u{316}\u{FFFD}b"
        );
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(short("abcdef", 4), "abc…");
        assert_eq!(short("abcd", 4), "abcd");
        assert_eq!(short("", 4), "");
        assert_eq!(name(&"a".repeat(256)), "a".repeat(256));
        assert_eq!(name(&"a".repeat(1 << 20)), "a".repeat(255) + "…");
    }

    #[test]
    fn commands_of_build_servers_are_broken() {
        assert_eq!(
            clean("##vso[task.setvariable]x ##[section] ##VSO[ ###["),
            "# #vso[task.setvariable]x # #[section] # #VSO[ ## #["
        );
        assert_eq!(clean("C## and ## x"), "C## and ## x");
        assert_eq!(line("  ::error::x"), "  : :error::x");
        assert_eq!(line("::set-output name=x::y"), ": :set-output name=x::y");
        for address in ["::/0  tcp 443", "::ffff:10.0.0.1", "::1"] {
            assert_eq!(line(address), address);
        }
        assert_eq!(line("a ::error::x"), "a ::error::x");
        for text in ["a\n::error", "##[x", "\u{1b}[8m"] {
            assert_eq!(clean(&clean(text)), clean(text), "twice is no more than once");
        }
    }
}
