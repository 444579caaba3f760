//! Reads DOT again, with the parser of `graphviz-rust`.

use graphviz_rust::dot_structures::{Attribute, Graph, GraphAttributes, Stmt};
use sglens::render::dot;
use sglens::view::View;

/// Prints a view, and says what is wrong with it.
pub(super) fn faults(view: &View) -> Result<(), String> {
    let stmts = match graphviz_rust::parse(&dot(view)) {
        Ok(Graph::DiGraph { stmts, .. }) => stmts,
        Ok(Graph::Graph { .. }) => return Err("the DOT is not directed".to_owned()),
        Err(error) => return Err(format!("the DOT cannot be read: {error}")),
    };
    let mut found = Tally::default();
    found.count(&stmts);
    let clusters = view.clusters.len();
    if (found.nodes, found.edges, found.clusters) != (view.nodes.len(), view.arrows.len(), clusters) {
        return Err(format!("the DOT holds {found:?}, the view holds {clusters} clusters"));
    }
    match found.names.into_iter().find(|name| acts(name)) {
        Some(name) => Err(format!("the DOT has the attribute {name}")),
        None => Ok(()),
    }
}

/// Tells whether an attribute links, or loads something.
fn acts(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["url", "href", "target", "image", "shapefile", "stylesheet"].iter().any(|part| name.contains(part))
}

#[derive(Debug, Default)]
struct Tally {
    nodes: usize,
    edges: usize,
    clusters: usize,
    names: Vec<String>,
}

impl Tally {
    fn count(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            match stmt {
                Stmt::Node(node) => {
                    self.nodes += 1;
                    self.note(&node.attributes);
                }
                Stmt::Edge(edge) => {
                    self.edges += 1;
                    self.note(&edge.attributes);
                }
                Stmt::Subgraph(subgraph) => {
                    self.clusters += 1;
                    self.count(&subgraph.stmts);
                }
                Stmt::Attribute(attribute) => self.note(std::slice::from_ref(attribute)),
                Stmt::GAttribute(
                    GraphAttributes::Graph(list) | GraphAttributes::Node(list) | GraphAttributes::Edge(list),
                ) => self.note(list),
            }
        }
    }

    fn note(&mut self, list: &[Attribute]) {
        self.names.extend(list.iter().map(|attribute| attribute.0.to_string()));
    }
}
