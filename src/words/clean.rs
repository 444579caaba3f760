//! Names are written by anyone who may set a tag: before they reach any output, what cannot be
//! seen or would change how the rest is read is made visible.

use std::borrow::Cow;

/// Replaces control characters, direction overrides and invisible characters; line breaks and tabs
/// become spaces.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| !is_unsafe(c)) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().map(|c| match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_unsafe(c) => '\u{FFFD}',
        c => c,
    });
    Cow::Owned(shown.collect())
}

/// [`clean`], and at most `max` characters with an ellipsis.
pub fn short(text: &str, max: usize) -> String {
    let cleaned = clean(text);
    if cleaned.chars().count() <= max {
        return cleaned.into_owned();
    }
    cleaned.chars().take(max.saturating_sub(1)).chain(['…']).collect()
}

/// Control characters, direction marks and overrides (Unicode TR 36), zero-width characters,
/// surrogate-like noncharacters, and line separators.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(c, '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}')
        || matches!(c, '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_made_visible() {
        assert_eq!(clean("web é 日本"), "web é 日本");
        assert_eq!(clean("a\u{1b}[31mb\nc\u{202e}d"), "a\u{FFFD}[31mb c\u{FFFD}d");
        assert_eq!(short("abcdef", 4), "abc…");
        assert_eq!(short("", 4), "");
    }
}
