//! Mermaid flowcharts, for pull-request comments and job summaries: the only diagrams that render
//! there. No links, no tooltips, no directives; node ids are ours (`n0`), every text goes through
//! [`quote`], notes stand in comments.
//!
//! Mermaid refuses diagrams of more than 500 edges or 50,000 characters, and shows an error in
//! their place. [`mermaid`] refuses them first, and says what to do instead.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::view::{Arrow, Emphasis, Node, NodeKind, Style, View};
use crate::words::clean;

/// Mermaid's own limit (`maxEdges`); a diagram cannot raise it.
const MAX_ARROWS: usize = 500;
/// Mermaid's own limit (`maxTextSize`), in UTF-16 units.
const MAX_CHARACTERS: usize = 50_000;
/// Mermaid writes entities with it while it works.
const LIGATURE: char = '\u{FB02}';

/// Why a view is no Mermaid diagram, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MermaidRefusal {
    /// More arrows than Mermaid draws.
    #[error(
        "the picture has {arrows} arrows, and Mermaid draws {limit} at most; fold it with `--group-by`, \
         draw a part with `sglens focus TARGET`, or draw all of it with `-f svg`",
        limit = MAX_ARROWS
    )]
    TooManyArrows {
        /// How many there are.
        arrows: usize,
    },
    /// A longer text than Mermaid reads.
    #[error(
        "the diagram has {characters} characters, and Mermaid reads {limit} at most; fold it with \
         `--group-by`, draw a part with `sglens focus TARGET`, or draw all of it with `-f svg`",
        limit = MAX_CHARACTERS
    )]
    TooLong {
        /// How many there are.
        characters: usize,
    },
}

/// Prints a view as a Mermaid flowchart.
///
/// # Errors
/// [`MermaidRefusal`] when Mermaid would not draw it.
pub fn mermaid(view: &View) -> Result<String, MermaidRefusal> {
    let arrows = view.arrows.len();
    if arrows > MAX_ARROWS {
        return Err(MermaidRefusal::TooManyArrows { arrows });
    }
    let out = print(view);
    let characters = out.encode_utf16().count();
    if characters > MAX_CHARACTERS {
        return Err(MermaidRefusal::TooLong { characters });
    }
    Ok(out)
}

/// Prints a flowchart, however large it is.
fn print(view: &View) -> String {
    let mut out = String::new();
    for note in &view.notes {
        let _ = writeln!(out, "%% {}", comment(note));
    }
    out.push_str("flowchart LR\n");
    for (name, value) in [("accTitle", &view.title), ("accDescr", &view.description)] {
        if !value.is_empty() {
            let _ = writeln!(out, "  {name}: {}", escape(value));
        }
    }
    for (index, cluster) in view.clusters.iter().enumerate() {
        let members: Vec<usize> =
            (0..view.nodes.len()).filter(|node| view.nodes[*node].cluster == Some(index)).collect();
        if members.is_empty() {
            continue;
        }
        let _ = writeln!(out, "  subgraph c{index}[{}]", quote(&cluster.label));
        for member in members {
            let _ = writeln!(out, "    {}", node(member, &view.nodes[member]));
        }
        out.push_str("  end\n");
    }
    for (index, free) in view.nodes.iter().enumerate().filter(|(_, node)| node.cluster.is_none()) {
        let _ = writeln!(out, "  {}", node(index, free));
    }
    for line in view.arrows.iter().map(arrow) {
        let _ = writeln!(out, "  {line}");
    }
    classes(&mut out, view);
    out
}

/// Returns a node: `n0["web<br/>3 instances"]:::group`.
fn node(index: usize, node: &Node) -> String {
    let tags = node.tags.iter().map(|tag| tag.text.as_str());
    let lines: Vec<&str> = std::iter::once(node.label.as_str())
        .chain(node.details.iter().map(String::as_str))
        .chain(tags)
        .collect();
    format!("n{index}[{}]:::{}", quote(&lines.join("\n")), node.kind.class())
}

/// Returns an arrow: `n0 -->|"tcp 443"| n1`.
fn arrow(arrow: &Arrow) -> String {
    let line = match (arrow.style, arrow.emphasis) {
        (Style::Allowed, Emphasis::Focus) => "==>",
        (Style::Allowed, Emphasis::Normal) => "-->",
        (Style::Undecided | Style::Blocked | Style::NoIngress, _) => "-.->",
    };
    // Dots alone do not tell undecided from blocked: where the picture is too dense for labels, the word stays.
    let label = if arrow.label.is_empty() { arrow.style.word().unwrap_or_default() } else { &arrow.label };
    let label = if label.is_empty() { String::new() } else { format!("|{}|", quote(label)) };
    format!("n{} {line}{label} n{}", arrow.from, arrow.to)
}

/// Prints the looks of the kinds that occur, and which nodes are in focus.
fn classes(out: &mut String, view: &View) {
    let kinds: BTreeSet<NodeKind> = view.nodes.iter().map(|node| node.kind).collect();
    for kind in kinds {
        let _ = writeln!(out, "  classDef {} {}", kind.class(), look(kind));
    }
    let is_focus = |index: &usize| view.nodes[*index].emphasis == Emphasis::Focus;
    let focus: Vec<String> =
        (0..view.nodes.len()).filter(is_focus).map(|index| format!("n{index}")).collect();
    if !focus.is_empty() {
        let _ = writeln!(out, "  classDef focus stroke-width:3px\n  class {} focus", focus.join(","));
    }
}

/// Returns the look of a kind: dark text on a light plate, which is readable on GitHub's light and dark
/// pages alike.
fn look(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Group => "fill:#eaf2ff,stroke:#3b6fb6,color:#14263d",
        NodeKind::Elsewhere | NodeKind::Unknown => {
            "fill:#f3f4f6,stroke:#66717d,color:#2b333b,stroke-dasharray:4 3"
        }
        NodeKind::Endpoint => "fill:#ecf7ee,stroke:#3c7d44,color:#16331a",
        NodeKind::Internet => "fill:#fff3e2,stroke:#a85a00,color:#4a2800",
        NodeKind::Block => "fill:#f6efff,stroke:#7a4fb0,color:#331d52",
        NodeKind::Folded => "fill:#eef1f5,stroke:#51606f,color:#222b34,stroke-width:2px",
    }
}

/// Returns a note on one line. Without braces it cannot be a directive (`%%{…}%%`).
fn comment(note: &str) -> String {
    clean(note).replace('{', "(").replace('}', ")")
}

/// Returns a quoted text with its line breaks as `<br/>`. An empty one would be a syntax error.
fn quote(raw: &str) -> String {
    let lines: Vec<String> = raw.split('\n').map(escape).collect();
    let text = lines.join("<br/>");
    let text = if text.is_empty() { "#160;" } else { &text };
    format!(r#""{text}""#)
}

/// The one escaper of Mermaid, for one line of text. Characters that are not known to be plain become
/// entities, and control characters are gone.
fn escape(line: &str) -> String {
    let characters: Vec<char> = clean(line).chars().collect();
    let mut out = String::with_capacity(line.len());
    for (at, &c) in characters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| characters[at]);
        if is_plain(before, c, characters.get(at + 1).copied()) {
            out.push(c);
        } else if c == LIGATURE {
            // Mermaid's own sign for an entity begins with it, and is looked for in the finished picture too.
            out.push_str("fl");
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}

/// Tells whether Mermaid and its Markdown read a character as itself. Quotes, `#`, `;`, `<`, `&`,
/// backticks, `%`, `*` and the like are never plain. A digit or dash at the start of a line may begin a
/// list, a dot among letters a link (`www.`), an underscore with a letter on one side only italics.
fn is_plain(before: Option<char>, c: char, after: Option<char>) -> bool {
    let between = |test: &dyn Fn(char) -> bool| before.is_some_and(test) && after.is_some_and(test);
    match c {
        'a'..='z' | 'A'..='Z' | '→' | '←' | '↔' | '·' | '×' | '–' | '…' => true,
        '0'..='9' | ' ' | ',' | '/' | '(' | ')' | '+' | '-' => before.is_some(),
        '.' => between(&|c: char| c.is_ascii_digit()),
        '_' => between(&|c: char| c.is_ascii_alphanumeric()),
        LIGATURE => false,
        c => !c.is_ascii() && c.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traffic::Traffic;
    use crate::view::{Cluster, Tag, Way};

    fn box_of(label: &str, kind: NodeKind, cluster: Option<usize>) -> Node {
        Node {
            id: label.to_owned(),
            kind,
            label: label.to_owned(),
            details: Vec::new(),
            tooltip: String::new(),
            cluster,
            emphasis: Emphasis::Normal,
            tags: Vec::new(),
        }
    }

    fn line(from: usize, to: usize, label: &str, style: Style) -> Arrow {
        Arrow {
            from,
            to,
            count: 1,
            label: label.to_owned(),
            traffic: Traffic::none(),
            family: None,
            tooltip: String::new(),
            style,
            emphasis: Emphasis::Normal,
        }
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let hostile = "x\"]; click n0 \"javascript:alert(1)";
        assert_eq!(quote(hostile), "\"x#34;#93;#59; click n0 #34;javascript#58;alert(1)\"");
        assert_eq!(quote("<script>&lt;#35;"), "\"#60;script#62;#38;lt#59;#35;35#59;\"");
        let markdown = "\"#96;#42;#42;a#42;#42;#96; #37;#37;#123;init#125;#37;#37;\"";
        assert_eq!(quote("`**a**` %%{init}%%"), markdown);
        assert_eq!(quote("a\u{0}\u{202e}b\\"), "\"a#65533;#65533;b#92;\"");
        assert_eq!(quote("\u{FB02}°°60¶ß"), "\"fl#176;#176;60#182;ß\"");
    }

    #[test]
    fn lines_are_no_markdown() {
        assert_eq!(
            quote("web\n3 instances\n- x\n→ logging"),
            "\"web<br/>#51; instances<br/>#45; x<br/>→ logging\""
        );
        assert_eq!(quote("log_sender _it_ 10.0.0.0/8"), "\"log_sender #95;it#95; 10.0.0.0/8\"");
        assert_eq!(quote("www.example.com"), "\"www#46;example#46;com\"");
        assert_eq!(quote("日本 é"), "\"日本 é\"");
        assert_eq!(quote(""), "\"#160;\"");
        assert_eq!(comment("a {b}\nc"), "a (b) c");
    }

    #[test]
    fn a_view_as_a_flowchart() {
        let mut web = box_of("web", NodeKind::Group, Some(0));
        web.emphasis = Emphasis::Focus;
        web.details.push("3 instances".into());
        web.tags.push(Tag {
            way: Way::Out,
            other: Some(1),
            text: "→ logging".into(),
            traffic: "tcp 9200".into(),
            tooltip: String::new(),
            style: Style::Allowed,
        });
        let mut loud = line(0, 1, "tcp 443", Style::Allowed);
        loud.emphasis = Emphasis::Focus;
        let view = View {
            title: "What web may connect to".into(),
            description: String::new(),
            clusters: vec![
                Cluster { id: "vpc-1".into(), label: "VPC main".into() },
                Cluster { id: "vpc-2".into(), label: "empty".into() },
            ],
            nodes: vec![web, box_of("internet", NodeKind::Internet, None)],
            arrows: vec![loud, line(1, 0, "tcp 80", Style::Allowed), line(1, 0, "", Style::Undecided)],
            notes: vec!["Folded.".into()],
        };
        let expected = "\
%% Folded.
flowchart LR
  accTitle: What web may connect to
  subgraph c0[\"VPC main\"]
    n0[\"web<br/>#51; instances<br/>→ logging\"]:::group
  end
  n1[\"internet\"]:::internet
  n0 ==>|\"tcp 443\"| n1
  n1 -->|\"tcp 80\"| n0
  n1 -.->|\"undecided\"| n0
  classDef group fill:#eaf2ff,stroke:#3b6fb6,color:#14263d
  classDef internet fill:#fff3e2,stroke:#a85a00,color:#4a2800
  classDef focus stroke-width:3px
  class n0 focus
";
        assert_eq!(mermaid(&view).as_deref(), Ok(expected));
    }

    #[test]
    fn what_mermaid_refuses_is_refused_with_advice() {
        let mut view = View {
            nodes: vec![box_of("a", NodeKind::Group, None), box_of("b", NodeKind::Group, None)],
            ..View::default()
        };
        view.arrows = vec![line(0, 1, "", Style::Allowed); MAX_ARROWS];
        assert!(mermaid(&view).is_ok());
        view.arrows.push(line(1, 0, "", Style::Allowed));
        assert_eq!(mermaid(&view), Err(MermaidRefusal::TooManyArrows { arrows: MAX_ARROWS + 1 }));
        view.arrows.clear();
        view.nodes[0].label = "x".repeat(MAX_CHARACTERS);
        let refusal = mermaid(&view).expect_err("a text beyond the limit");
        assert!(matches!(refusal, MermaidRefusal::TooLong { characters } if characters > MAX_CHARACTERS));
        for refusal in [refusal, MermaidRefusal::TooManyArrows { arrows: 501 }] {
            let message = refusal.to_string();
            for part in ["at most", "--group-by", "sglens focus", "-f svg"] {
                assert!(message.contains(part), "{message}");
            }
        }
    }
}
