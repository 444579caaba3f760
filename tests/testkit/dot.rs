//! Reads DOT again, with the parser of `graphviz-rust`.

use graphviz_rust::dot_structures::{Attribute, Graph, GraphAttributes, Stmt};
use sglens::view::View;

/// What is wrong with the DOT of a view: it is not what the view holds, or something in it acts.
pub fn faults(view: &View, text: &str) -> Vec<String> {
    let stmts = match graphviz_rust::parse(text) {
        Ok(Graph::DiGraph { stmts, .. }) => stmts,
        Ok(Graph::Graph { .. }) => return vec!["the DOT is not directed".to_owned()],
        Err(error) => {
            let start: Vec<&str> = error.lines().take(6).collect();
            return vec![format!("the DOT cannot be read: {}", start.join(" "))];
        }
    };
    let mut found = Tally::default();
    found.count(&stmts);
    let mut faults = Vec::new();
    let wanted = (view.nodes.len(), view.arrows.len(), view.clusters.len());
    let drawn = (found.nodes, found.edges, found.clusters);
    if drawn != wanted {
        faults.push(format!("the DOT holds {drawn:?} nodes, edges and boxes instead of {wanted:?}"));
    }
    let acting = found.names.into_iter().filter(|name| acts(name));
    faults.extend(acting.map(|name| format!("the DOT has the attribute {name}")));
    faults
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
