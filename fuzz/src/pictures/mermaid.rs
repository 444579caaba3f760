//! Reads Mermaid again, by the few forms of lines that sglens writes. Mermaid's own parser is asked
//! by `tests/command/mermaid.rs`; here every line has one of these forms, every text is made of plain
//! characters and entities, and all of it says what the view says.

use sglens::render::mermaid;
use sglens::view::{Arrow, Node, View};
use sglens::words::clean;

/// Prints a view, and says what is wrong with it.
pub(super) fn faults(view: &View) -> Result<(), String> {
    // What is too large is refused, and that is checked elsewhere.
    let Ok(text) = mermaid(view) else { return Ok(()) };
    let mut rest: &[&str] = &text.split('\n').collect::<Vec<_>>();
    for _ in &view.notes {
        let (note, after) = rest.split_first().ok_or("there are fewer notes")?;
        let words = note.strip_prefix("%% ").ok_or_else(|| format!("no note: {note:?}"))?;
        if words.contains(['{', '}']) || clean(words) != words {
            return Err(format!("a note that may be more: {note:?}"));
        }
        rest = after;
    }
    let [first, lines @ .., ""] = rest else { return Err("there is no end".to_owned()) };
    if *first != "flowchart LR" {
        return Err(format!("the first line is {first:?}"));
    }
    let mut found = Found { arrows: Vec::new(), texts: vec![None; view.nodes.len()], clusters: Vec::new() };
    for line in lines {
        found
            .take(line.trim_start_matches(' '), view)
            .ok_or_else(|| format!("not a line of ours: {line:?}"))?;
    }
    found.compare(view)
}

/// What the lines say.
struct Found {
    texts: Vec<Option<String>>,
    arrows: Vec<(usize, usize, String)>,
    clusters: Vec<String>,
}

impl Found {
    /// Takes a line; `None` when it has no form of ours.
    fn take(&mut self, line: &str, view: &View) -> Option<()> {
        if line == "end" {
            return Some(());
        }
        for (key, value) in [("accTitle: ", &view.title), ("accDescr: ", &view.description)] {
            if let Some(words) = line.strip_prefix(key) {
                return (decode(words)? == shown(&value.replace('\n', " "))).then_some(());
            }
        }
        if let Some(look) = line.strip_prefix("classDef ").or(line.strip_prefix("class ")) {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || " #-:,".contains(c);
            return look.chars().all(is_plain).then_some(());
        }
        if let Some(cluster) = line.strip_prefix("subgraph c") {
            let (text, end) = quoted(number(cluster)?.1, "[", "]")?;
            self.clusters.push(text);
            return end.is_empty().then_some(());
        }
        let (index, rest) = number(line.strip_prefix('n')?)?;
        if let Some((text, class)) = quoted(rest, "[", "]") {
            let is_its_class = class.strip_prefix(":::")? == view.nodes.get(index)?.kind.class();
            let before = self.texts.get_mut(index)?.replace(text);
            return (is_its_class && before.is_none()).then_some(());
        }
        let rest =
            ["-->", "==>", "-.->"].iter().find_map(|sign| rest.strip_prefix(' ')?.strip_prefix(*sign))?;
        let (label, rest) = quoted(rest, "|", "|").unwrap_or((String::new(), rest));
        let (other, end) = number(rest.strip_prefix(" n")?)?;
        self.arrows.push((index, other, label));
        end.is_empty().then_some(())
    }

    /// Says what the view says otherwise.
    fn compare(self, view: &View) -> Result<(), String> {
        for (text, node) in self.texts.iter().zip(&view.nodes) {
            if text.as_ref() != Some(&node_text(node)) {
                return Err(format!("the node {:?} became {text:?}", node.label));
            }
        }
        let arrows: Vec<(usize, usize, String)> = view.arrows.iter().map(arrow_text).collect();
        if arrows != self.arrows {
            return Err(format!("the arrows {arrows:?} became {:?}", self.arrows));
        }
        let is_used = |cluster: &usize| view.nodes.iter().any(|node| node.cluster == Some(*cluster));
        let used = (0..view.clusters.len()).filter(is_used);
        let clusters: Vec<String> =
            used.map(|cluster| filled(shown(&view.clusters[cluster].label))).collect();
        if clusters == self.clusters {
            Ok(())
        } else {
            Err(format!("the clusters became {:?}", self.clusters))
        }
    }
}

fn node_text(node: &Node) -> String {
    let tags = node.tags.iter().map(|tag| &tag.text);
    let lines: Vec<String> =
        std::iter::once(&node.label).chain(&node.details).chain(tags).map(|line| shown(line)).collect();
    filled(lines.join("\n"))
}

fn arrow_text(arrow: &Arrow) -> (usize, usize, String) {
    let label = if arrow.label.is_empty() { arrow.style.word().unwrap_or_default() } else { &arrow.label };
    (arrow.from, arrow.to, shown(label))
}

/// What a reader should see.
fn shown(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| clean(line).replace('\u{FB02}', "fl")).collect();
    lines.join("\n")
}

/// An empty box holds a space that does not break.
fn filled(text: String) -> String {
    if text.is_empty() { "\u{A0}".to_owned() } else { text }
}

/// A number, and what follows it.
fn number(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// A text between quotes and what stands around them, and what follows.
fn quoted<'t>(text: &'t str, open: &str, close: &str) -> Option<(String, &'t str)> {
    let (words, rest) = text.strip_prefix(open)?.strip_prefix('"')?.split_once('"')?;
    Some((decode(words)?, rest.strip_prefix(close)?))
}

/// Resolves entities and line breaks; `None` when anything else is not plain.
fn decode(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("<br/>") {
            out.push('\n');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('#') {
            let (code, after) = number(after)?;
            out.push(char::from_u32(u32::try_from(code).ok()?)?);
            rest = after.strip_prefix(';')?;
        } else if c.is_alphanumeric() || " ,/()+-._→←↔·×–…".contains(c) {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            return None;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_text_is_taken() {
        assert_eq!(decode("web #34;x#34;<br/>10.0.0.0/8").as_deref(), Some("web \"x\"\n10.0.0.0/8"));
        for bad in ["a;b", "`a`", "%%", "a&b", "<b>", "#quot;", "#9999999;", "a\u{1b}", "a\nb", "{a}", "[a]"]
        {
            assert_eq!(decode(bad), None, "{bad:?}");
        }
        assert_eq!(quoted("[\"a\"]:::group", "[", "]"), Some(("a".to_owned(), ":::group")));
        assert_eq!(number("12[x"), Some((12, "[x")));
    }
}
