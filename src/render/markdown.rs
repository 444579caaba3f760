//! Tables for documents and pull requests: GitHub's Markdown.

use crate::report::Sheet;

/// Prints a sheet as a table of Markdown.
pub fn markdown(sheet: &Sheet) -> String {
    let mut text = String::new();
    if let Some(title) = &sheet.title {
        text += &format!("{}\n\n", escape(title));
    }
    text += &row(sheet.columns.iter().map(String::as_str));
    text += &format!("|{}\n", "---|".repeat(sheet.columns.len()));
    sheet.rows.iter().for_each(|cells| text += &row(cells.iter().map(String::as_str)));
    for note in &sheet.notes {
        text += &format!("\n{}\n", escape(note));
    }
    text
}

fn row<'c>(cells: impl Iterator<Item = &'c str>) -> String {
    let cells: Vec<String> = cells.map(escape).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// Escapes what Markdown, HTML in it, and GitHub's links would take for their own: the one escaper of this
/// format. Underscores within words mean nothing and stay.
fn escape(text: &str) -> String {
    let text = crate::shown::clean(text);
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied().unwrap_or(' ');
        match c {
            '_' if before.is_alphanumeric() && next.is_alphanumeric() => escaped.push(c),
            '\\' | '`' | '*' | '_' | '|' | '[' | ']' | '~' | '$' => escaped.extend(['\\', c]),
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            // Addresses of the web, people and issues become links by themselves.
            ':' if next == '/' => escaped += "&#58;",
            '@' => escaped += "&#64;",
            '#' => escaped += "&#35;",
            '.' if before == 'w' || before == 'W' => escaped += "&#46;",
            // A sentence may not begin as a heading, a list or a quotation does.
            '-' | '+' if escaped.is_empty() => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
        before = c;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_cell() {
        assert_eq!(escape("a|b `c` *d*"), "a\\|b \\`c\\` \\*d\\*");
        assert_eq!(escape("log_sender _x_"), "log_sender \\_x\\_");
        assert_eq!(escape("<script>&"), "&lt;script&gt;&amp;");
        assert_eq!(escape("https://evil.example @you #1"), "https&#58;//evil.example &#64;you &#35;1");
        assert_eq!(escape("www.evil.example"), "www&#46;evil.example");
        assert_eq!(escape("[a](b)"), "\\[a\\](b)");
        assert_eq!(escape("- x"), "\\- x");
        assert!(!escape("a\nb\u{202e}").contains(['\n', '\u{202e}']));
    }
}
