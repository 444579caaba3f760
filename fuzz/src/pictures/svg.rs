//! Reads SVG again, with a strict parser.

use std::collections::HashSet;

use roxmltree::{Document, Node};
use sglens::render::{SvgOptions, Theme, svg};
use sglens::view::View;

use super::placement::column;

/// What links begin with here.
const LINKS: &str = "https://example.com/";
/// Elements that act, or load something.
const ACTIVE: &[&str] = &[
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

/// Prints a view for a file and for a page, and says what is wrong with either.
pub(super) fn faults(view: &View) -> Result<(), String> {
    let scene = column(view);
    let inline = SvgOptions {
        theme: Theme::Light,
        inline: true,
        id_prefix: Some("p".to_owned()),
        link_template: Some(format!("{LINKS}{{id}}")),
    };
    check(view, &svg(view, &scene, &SvgOptions::default()))?;
    let picture = svg(view, &scene, &inline);
    if picture.contains("\n\n") || !picture.starts_with("<svg") {
        return Err("the inline SVG is not one block of HTML".to_owned());
    }
    check(view, &picture)
}

fn check(view: &View, picture: &str) -> Result<(), String> {
    let document =
        Document::parse(picture).map_err(|error| format!("the SVG is not well-formed: {error}"))?;
    if picture.contains("<!") || document.descendants().any(|node| node.is_comment() || node.is_pi()) {
        return Err("the SVG holds a comment, a CDATA section or an instruction".to_owned());
    }
    let mut ids = HashSet::new();
    let (mut nodes, mut arrows) = (0, 0);
    for element in document.descendants().filter(|node| node.is_element()) {
        element_faults(element)?;
        let id = element.attribute("id");
        if id.is_some_and(|id| !ids.insert(id.to_owned())) {
            return Err(format!("two elements of the SVG have the id {id:?}"));
        }
        let is = |class: &str| {
            element.attribute("class").is_some_and(|all| all.split(' ').any(|one| one == class))
        };
        nodes += usize::from(is("sglens-node"));
        // The lines of the legend have none.
        arrows += usize::from(is("sglens-edge") && id.is_some());
    }
    if (nodes, arrows) == (view.nodes.len(), view.arrows.len()) {
        Ok(())
    } else {
        Err(format!("the SVG has {nodes} nodes and {arrows} arrows"))
    }
}

fn element_faults(element: Node<'_, '_>) -> Result<(), String> {
    let name = element.tag_name().name();
    if ACTIVE.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(format!("the SVG holds <{name}>"));
    }
    for attribute in element.attributes() {
        let (key, value) = (attribute.name().to_ascii_lowercase(), attribute.value());
        let bare = value.replace(|c: char| c.is_whitespace() || c.is_control(), "").to_ascii_lowercase();
        let acts = key.starts_with("on") || bare.starts_with("javascript:");
        let leaves = key == "href" && !value.starts_with(LINKS);
        let loads = key == "style" || bare.contains("url(");
        let is_nowhere = matches!(&*key, "x" | "y" | "width" | "height" | "d" | "viewbox")
            && (bare.contains("nan") || bare.contains("inf"));
        if acts || leaves || loads || is_nowhere {
            return Err(format!("<{name}> has {key}={value:?}"));
        }
    }
    Ok(())
}
