//! DOT for Graphviz, Sphinx and Kroki, built with `graphviz-rust`.
//!
//! That crate escapes nothing, so node ids are ours (`n0`) and every text goes through [`quote`].

use graphviz_rust::dot_structures::{
    Attribute, Edge, EdgeTy, Graph, GraphAttributes, Id, Node as DotNode, NodeId, Stmt, Subgraph, Vertex,
};
use graphviz_rust::printer::{DotPrinter, PrinterContext};

use crate::view::{Arrow, Emphasis, Node, NodeKind, Style, View};

/// Prints a view as DOT.
pub fn dot(view: &View) -> String {
    let mut stmts = vec![
        Stmt::GAttribute(GraphAttributes::Graph(vec![
            attribute("rankdir", "LR"),
            // Without it dot 2.43 loses edges of labelled graphs with clusters.
            attribute("newrank", "true"),
            attribute("fontname", "Helvetica"),
            attribute("fontsize", "14"),
            attribute("labelloc", "t"),
            attribute("nodesep", "0.3"),
            attribute("ranksep", "0.7"),
            attribute("tooltip", &view.description),
            attribute("label", &view.title),
        ])),
        Stmt::GAttribute(GraphAttributes::Node(vec![
            attribute("shape", "box"),
            attribute("style", "rounded,filled"),
            attribute("fontname", "Helvetica"),
            attribute("fontsize", "11"),
            attribute("fillcolor", "#eaf2ff"),
            attribute("color", "#3b6fb6"),
        ])),
        Stmt::GAttribute(GraphAttributes::Edge(vec![
            attribute("fontname", "Helvetica"),
            attribute("fontsize", "10"),
            attribute("color", "#5b6977"),
        ])),
    ];
    for (index, cluster) in view.clusters.iter().enumerate() {
        let mut inner = vec![
            Stmt::Attribute(attribute("label", &cluster.label)),
            Stmt::Attribute(attribute("style", "rounded,filled")),
            Stmt::Attribute(attribute("fillcolor", "#f6f8fb")),
            Stmt::Attribute(attribute("color", "#a9b4c0")),
        ];
        inner.extend(nodes(view, Some(index)));
        stmts.push(Stmt::Subgraph(Subgraph { id: Id::Plain(format!("cluster_{index}")), stmts: inner }));
    }
    stmts.extend(nodes(view, None));
    stmts.extend(view.arrows.iter().map(|arrow| Stmt::Edge(edge(view, arrow))));
    let graph = Graph::DiGraph { id: Id::Plain("sglens".into()), strict: false, stmts };
    let mut text = graph.print(&mut PrinterContext::default());
    text.push('\n');
    // The notes stand in comments: they are for people who read the file.
    let notes: Vec<String> = view
        .notes
        .iter()
        .map(|note| format!("// {}\n", crate::words::clean(note).replace('\n', " ")))
        .collect();
    notes.concat() + &text
}

fn nodes(view: &View, cluster: Option<usize>) -> impl Iterator<Item = Stmt> + '_ {
    let wanted = view.nodes.iter().enumerate().filter(move |(_, node)| node.cluster == cluster);
    wanted.map(|(index, node)| Stmt::Node(DotNode { id: node_id(index), attributes: node_attributes(node) }))
}

fn node_id(index: usize) -> NodeId {
    NodeId(Id::Plain(format!("n{index}")), None)
}

fn node_attributes(node: &Node) -> Vec<Attribute> {
    let tags = node.tags.iter().map(|tag| tag.text.as_str());
    let lines: Vec<&str> = std::iter::once(node.label.as_str())
        .chain(node.details.iter().map(String::as_str))
        .chain(tags)
        .collect();
    let mut attributes = vec![attribute("label", &lines.join("\n")), attribute("tooltip", &node.tooltip)];
    let (fill, color, style) = match node.kind {
        NodeKind::Group => ("", "", ""),
        NodeKind::Endpoint => ("#ecf7ee", "#3c7d44", ""),
        NodeKind::Internet => ("#fff3e2", "#a85a00", ""),
        NodeKind::Block => ("#f6efff", "#7a4fb0", ""),
        NodeKind::Elsewhere | NodeKind::Unknown => ("#f3f4f6", "#66717d", "rounded,filled,dashed"),
        NodeKind::Folded => ("#eef1f5", "#51606f", "rounded,filled,bold"),
    };
    for (name, value) in [("fillcolor", fill), ("color", color), ("style", style)] {
        if !value.is_empty() {
            attributes.push(attribute(name, value));
        }
    }
    if node.emphasis == Emphasis::Focus {
        attributes.push(attribute("penwidth", "2.5"));
    }
    attributes
}

fn edge(view: &View, arrow: &Arrow) -> Edge {
    let mut attributes = Vec::new();
    if !arrow.label.is_empty() {
        attributes.push(attribute("label", &arrow.label));
    }
    let tooltip = format!("{}\n{}", view.arrow_name(arrow), arrow.tooltip);
    attributes.push(attribute("tooltip", &tooltip));
    if !arrow.label.is_empty() {
        attributes.push(attribute("labeltooltip", &tooltip));
    }
    match arrow.style {
        Style::Allowed => {}
        Style::Undecided => attributes.extend([attribute("style", "dashed"), attribute("color", "#806000")]),
        Style::Blocked => attributes.extend([attribute("style", "dashed"), attribute("color", "#b3261e")]),
        Style::NoIngress => attributes.extend([attribute("style", "dotted"), attribute("color", "#8a2c6d")]),
    }
    if arrow.emphasis == Emphasis::Focus {
        attributes.push(attribute("penwidth", "1.8"));
    }
    let ends = (Vertex::N(node_id(arrow.from)), Vertex::N(node_id(arrow.to)));
    Edge { ty: EdgeTy::Pair(ends.0, ends.1), attributes }
}

/// Returns an attribute. Its value is quoted here and nowhere else.
fn attribute(name: &str, value: &str) -> Attribute {
    Attribute(Id::Plain(name.to_owned()), Id::Plain(quote(value)))
}

/// The one escaper of DOT. Returns a quoted string in which backslashes, quotes and line breaks are
/// escaped, entities are text, because Graphviz decodes them in labels, and control characters are gone.
fn quote(raw: &str) -> String {
    let mut out = String::from('"');
    for (number, line) in raw.split('\n').enumerate() {
        if number > 0 {
            out.push_str(r"\n");
        }
        for c in crate::words::clean(line).chars() {
            match c {
                '\\' => out.push_str(r"\\"),
                '"' => out.push_str(r#"\""#),
                '&' => out.push_str("&amp;"),
                c => out.push(c),
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traffic::Traffic;

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        let hostile = "x\"]; n9 [label=\"pwned\" URL=\"javascript:alert(1)\\";
        assert_eq!(quote(hostile), r#""x\"]; n9 [label=\"pwned\" URL=\"javascript:alert(1)\\""#);
        assert_eq!(quote("a\nb\u{0}&lt;"), "\"a\\nb\u{FFFD}&amp;lt;\"");
    }

    #[test]
    fn kinds_and_styles_have_their_looks() {
        let node = |label: &str, kind: NodeKind, emphasis: Emphasis| Node {
            id: label.to_owned(),
            kind,
            label: label.to_owned(),
            details: Vec::new(),
            tooltip: "t".into(),
            cluster: None,
            emphasis,
            tags: Vec::new(),
        };
        let arrow = |ends: (usize, usize), label: &str, style: Style, emphasis: Emphasis| Arrow {
            from: ends.0,
            to: ends.1,
            count: 1,
            label: label.to_owned(),
            traffic: Traffic::none(),
            family: None,
            tooltip: "why".into(),
            style,
            emphasis,
        };
        let view = View {
            nodes: vec![
                node("web", NodeKind::Group, Emphasis::Focus),
                node("other", NodeKind::Elsewhere, Emphasis::Normal),
            ],
            arrows: vec![
                arrow((0, 1), "tcp 22", Style::Undecided, Emphasis::Normal),
                arrow((1, 0), "", Style::Blocked, Emphasis::Focus),
                arrow((1, 0), "", Style::NoIngress, Emphasis::Normal),
            ],
            notes: vec!["Two\nlines.".into()],
            ..View::default()
        };
        let text = dot(&view);
        assert!(text.starts_with("// Two lines.\ndigraph sglens {\n"), "{text}");
        for line in [
            r#"n0[label="web" tooltip="t" penwidth="2.5"]"#,
            r##"n1[label="other" tooltip="t" fillcolor="#f3f4f6" color="#66717d" style="rounded,filled,dashed"]"##,
            r##"style="dashed" color="#806000"]"##,
            r##"n1 -> n0 [tooltip="other → web\nwhy" style="dashed" color="#b3261e" penwidth="1.8"]"##,
            r##"n1 -> n0 [tooltip="other → web\nwhy" style="dotted" color="#8a2c6d"]"##,
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
        let explained =
            r#"n0 -> n1 [label="tcp 22" tooltip="web → other\nwhy" labeltooltip="web → other\nwhy""#;
        assert!(text.contains(explained), "{text}");
    }
}
