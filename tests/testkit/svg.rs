//! Reads SVG again, with a strict parser.

use std::collections::HashSet;

use roxmltree::{Document, Node, ParsingOptions};
use sglens::render::SvgOptions;
use sglens::view::View;

/// What links begin with in tests.
pub const LINKS: &str = "https://example.com/";

/// Elements that act, or load something.
const ACTIVE: [&str; 12] = [
    "script",
    "foreignobject",
    "iframe",
    "object",
    "embed",
    "image",
    "use",
    "animate",
    "set",
    "handler",
    "audio",
    "video",
];

/// Options for a picture that is pasted into a page, with links.
pub fn inline() -> SvgOptions {
    SvgOptions {
        inline: true,
        id_prefix: Some("p".to_owned()),
        link_template: Some(format!("{LINKS}{{id}}")),
        ..SvgOptions::default()
    }
}

/// What is wrong with a picture that sglens drew of a view.
pub fn faults(view: &View, picture: &str, options: &SvgOptions) -> Vec<String> {
    let document = match Document::parse(picture) {
        Ok(document) => document,
        Err(error) => return vec![format!("the SVG is not well-formed: {error}")],
    };
    let mut faults = Vec::new();
    if options.inline && (picture.contains("\n\n") || !picture.starts_with("<svg")) {
        faults.push("the inline SVG is not one block of HTML".to_owned());
    }
    if picture.contains("<!") || document.descendants().any(|node| node.is_comment() || node.is_pi()) {
        faults.push("the SVG holds a comment, a CDATA section or an instruction".to_owned());
    }
    let mut ids = HashSet::new();
    let (mut nodes, mut arrows) = (0, 0);
    for element in document.descendants().filter(Node::is_element) {
        element_faults(element, true, &mut faults);
        let id = element.attribute("id");
        if id.is_some_and(|id| !ids.insert(id.to_owned())) {
            faults.push(format!("two elements of the SVG have the id {id:?}"));
        }
        let is = |class: &str| {
            element.attribute("class").is_some_and(|all| all.split(' ').any(|one| one == class))
        };
        nodes += usize::from(is("sglens-node"));
        // The lines of the legend have none.
        arrows += usize::from(is("sglens-edge") && id.is_some());
    }
    let wanted = (view.nodes.len(), view.arrows.len());
    if (nodes, arrows) != wanted {
        faults.push(format!("the SVG has {:?} nodes and arrows instead of {wanted:?}", (nodes, arrows)));
    }
    faults
}

/// What is wrong with a picture that Graphviz drew of our DOT.
pub fn foreign_faults(picture: &str) -> Vec<String> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(picture, options) {
        Ok(document) => document,
        Err(error) => return vec![format!("the SVG of Graphviz is not well-formed: {error}")],
    };
    let mut faults = Vec::new();
    for element in document.descendants().filter(Node::is_element) {
        element_faults(element, false, &mut faults);
    }
    faults
}

fn element_faults(element: Node<'_, '_>, is_ours: bool, faults: &mut Vec<String>) {
    let name = element.tag_name().name();
    if ACTIVE.contains(&name.to_ascii_lowercase().as_str()) {
        faults.push(format!("the SVG holds <{name}>"));
    }
    for attribute in element.attributes() {
        let (key, value) = (attribute.name().to_ascii_lowercase(), attribute.value());
        let bare = value.replace(|c: char| c.is_whitespace() || c.is_control(), "").to_ascii_lowercase();
        // Graphviz writes tooltips into `xlink:title`: words, whatever they say.
        let is_words = !is_ours && key == "title";
        let acts = key.starts_with("on") || (bare.starts_with("javascript:") && !is_words);
        let leaves = key == "href" && !value.starts_with(LINKS);
        let loads = if is_ours {
            key == "style" || bare.contains("url(")
        } else {
            key == "style" && bare.contains("url(")
        };
        let is_nowhere = matches!(&*key, "x" | "y" | "width" | "height" | "d" | "viewbox")
            && (bare.contains("nan") || bare.contains("inf"));
        if acts || leaves || loads || is_nowhere {
            faults.push(format!("<{name}> has {key}={value:?}"));
        }
    }
}
