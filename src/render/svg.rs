//! SVG, self-contained: no script, no font, nothing from outside. Titles on every node and arrow
//! give the evidence; light and dark are in one file.
//!
//! Every text and every value from outside goes through the escaper in `xml`: `text` or `attribute`.

mod arrow;
mod xml;

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::layout::{self, ARROW_TEXT, Line, LineRole, Rect, Scene, lines, text_width};
use crate::view::{Arrow, Emphasis, Node, NodeKind, Style, View};
use arrow::path;
use xml::{attribute, number, text};

/// Space around the picture.
const MARGIN: f64 = 24.0;
/// Space for the heading.
const HEADING: f64 = 36.0;
/// Height of a line of notes.
const NOTE_LINE: f64 = 16.0;

/// Light, dark, or as the reader's screen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// By media query.
    #[default]
    Auto,
    /// Light alone.
    Light,
    /// Dark alone.
    Dark,
}

/// How the file is to be used.
#[derive(Debug, Clone, Default)]
pub struct SvgOptions {
    /// Light or dark.
    pub theme: Theme,
    /// To be pasted into a page: no XML header, no blank line.
    pub inline: bool,
    /// What all ids begin with; a hash of the picture when absent.
    pub id_prefix: Option<String>,
    /// Where nodes link to, with `{id}` for the node's id.
    pub link_template: Option<String>,
}

/// Prints a view at its coordinates.
pub fn svg(view: &View, scene: &Scene, options: &SvgOptions) -> String {
    let prefix = options.id_prefix.clone().unwrap_or_else(|| format!("sg{:08x}", hash(view)));
    let mut page = Page { out: String::new(), view, scene, prefix, options, ids: HashSet::new() };
    page.print();
    page.out
}

struct Page<'v> {
    out: String,
    view: &'v View,
    scene: &'v Scene,
    prefix: String,
    options: &'v SvgOptions,
    ids: HashSet<String>,
}

impl Page<'_> {
    /// Prints the whole picture.
    fn print(&mut self) {
        let legend = self.legend_entries();
        let heading = text_width(&self.view.title, 16.0, true);
        let width = self.scene.width.max(heading).max(420.0) + 2.0 * MARGIN;
        let notes: Vec<String> =
            self.view.notes.iter().flat_map(|note| wrap(note, width - 2.0 * MARGIN)).collect();
        let legend_height = if legend.is_empty() { 0.0 } else { 22.0 };
        let foot = MARGIN + HEADING + self.scene.height + 20.0;
        let height = foot + legend_height + notes.len() as f64 * NOTE_LINE + MARGIN - 8.0;
        self.open(width, height);
        self.words("sglens-heading", (MARGIN, MARGIN + 14.0), &self.view.title);
        let (x, y) = (number(MARGIN), number(MARGIN + HEADING));
        let _ = writeln!(self.out, r#"<g transform="translate({x} {y})">"#);
        self.clusters();
        for index in 0..self.view.arrows.len() {
            self.arrow(index);
        }
        for index in 0..self.view.nodes.len() {
            self.node(index);
        }
        self.out.push_str("</g>\n");
        self.legend(&legend, foot);
        for (row, note) in notes.iter().enumerate() {
            let y = foot + legend_height + (row as f64 + 0.7) * NOTE_LINE;
            self.words("sglens-note", (MARGIN, y), note);
        }
        self.out.push_str("</svg>\n");
    }

    /// Prints what stands before the picture: the element itself, its title and description, the styles.
    fn open(&mut self, width: f64, height: f64) {
        if !self.options.inline {
            self.out.push_str(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
            self.out.push('\n');
        }
        let (w, h, p) = (number(width.ceil()), number(height.ceil()), attribute(&self.prefix));
        let (title, description) = (text(&self.view.title), text(&self.view.description));
        let size = format!(r#"viewBox="0 0 {w} {h}" width="{w}" height="{h}""#);
        let role = format!(r#"role="img" aria-labelledby="{p}-title {p}-desc""#);
        let _ =
            writeln!(self.out, r#"<svg xmlns="http://www.w3.org/2000/svg" class="sglens" {size} {role}>"#);
        let _ = writeln!(self.out, r#"<title id="{p}-title">{title}</title>"#);
        let _ = writeln!(self.out, r#"<desc id="{p}-desc">{description}</desc>"#);
        let light = include_str!("../../assets/svg-light.css");
        let dark = include_str!("../../assets/svg-dark.css");
        let style = match self.options.theme {
            Theme::Light => light.to_owned(),
            Theme::Dark => format!("{light}{dark}"),
            Theme::Auto => format!("{light}@media (prefers-color-scheme:dark){{\n{dark}}}\n"),
        };
        let _ = writeln!(self.out, "<style>\n{style}</style>");
        let _ = writeln!(self.out, r#"<rect class="sglens-page" width="{w}" height="{h}"/>"#);
    }

    /// Prints the boxes around nodes.
    fn clusters(&mut self) {
        for (index, cluster) in self.view.clusters.iter().enumerate() {
            let rect = self.scene.clusters[index];
            if rect.width <= 0.0 {
                continue;
            }
            let id = self.id("c", &cluster.id);
            let label = text(&cluster.label);
            let _ = writeln!(self.out, r#"<g class="sglens-cluster" id="{id}"><title>{label}</title>"#);
            self.rect("", rect, 10.0);
            let (x, y) = (number(rect.x + 16.0), number(rect.y + 20.0));
            let _ = writeln!(self.out, r#"<text class="sglens-caption" x="{x}" y="{y}">{label}</text></g>"#);
        }
    }

    /// Prints an arrow with its label.
    fn arrow(&mut self, index: usize) {
        let arrow: &Arrow = &self.view.arrows[index];
        let route = &self.scene.edges[index];
        let ends = format!("{}--{}", self.view.nodes[arrow.from].id, self.view.nodes[arrow.to].id);
        let id = self.id("e", &format!("{ends}-{}", arrow.style.class()));
        let focus = if arrow.emphasis == Emphasis::Focus { " sglens-focus" } else { "" };
        let class = arrow.style.class();
        let title = format!("{}\n{}", self.view.arrow_name(arrow), arrow.tooltip);
        let title = text(&title);
        let _ = write!(
            self.out,
            r#"<g class="sglens-edge sglens-{class}{focus}" id="{id}"><title>{title}</title>"#
        );
        let (line, head) = path(&route.points);
        let _ = write!(self.out, r#"<path class="sglens-line" d="{line}"/>"#);
        let _ = write!(self.out, r#"<path class="sglens-head" d="{head}"/>"#);
        if let Some(rect) = route.label.filter(|_| !arrow.label.is_empty()) {
            let (x, y) = (number(rect.x + rect.width / 2.0), number(rect.y + ARROW_TEXT));
            let label = text(&arrow.label);
            let _ = write!(
                self.out,
                r#"<text class="sglens-label" x="{x}" y="{y}" text-anchor="middle">{label}</text>"#
            );
        }
        self.out.push_str("</g>\n");
    }

    /// Prints a node with its lines and tags.
    fn node(&mut self, index: usize) {
        let node = &self.view.nodes[index];
        let rect = self.scene.nodes[index];
        let id = self.id("n", &node.id);
        let focus = if node.emphasis == Emphasis::Focus { " sglens-focus" } else { "" };
        let link = self.link(node);
        if let Some(link) = &link {
            let _ = write!(self.out, r#"<a href="{}">"#, attribute(link));
        }
        let (kind, title) = (node.kind.class(), text(&node.tooltip));
        let _ = writeln!(
            self.out,
            r#"<g class="sglens-node sglens-{kind}{focus}" id="{id}"><title>{title}</title>"#
        );
        if node.kind == NodeKind::Folded {
            self.rect("sglens-box", rect.moved(3.0, 3.0), 6.0);
        }
        self.rect("sglens-box", rect, if node.kind == NodeKind::Internet { 16.0 } else { 6.0 });
        let mut y = rect.y + layout::PADDING.1;
        for line in lines(node) {
            let height = line.role.height();
            let middle = rect.x + rect.width / 2.0;
            match line.role {
                LineRole::Tag(tag) => self.tag(node, tag, (middle, y), &line),
                LineRole::Title => self.centred("sglens-title", (middle, y + 13.0), &line.text),
                LineRole::Detail => self.centred("sglens-detail", (middle, y + 11.0), &line.text),
            }
            y += height;
        }
        self.out.push_str(if link.is_some() { "</g></a>\n" } else { "</g>\n" });
    }

    /// Prints the tag of a node, or the plate that counts the tags beyond those that are shown.
    fn tag(&mut self, node: &Node, tag: Option<usize>, (middle, y): (f64, f64), line: &Line) {
        let tag = tag.map(|tag| &node.tags[tag]);
        let class = tag.map_or(Style::Allowed, |tag| tag.style).class();
        let title = match tag {
            Some(tag) => format!("{}\n{}", tag.text, tag.tooltip),
            None => {
                let rest = node.tags.iter().skip(layout::tags_shown(node)).map(|tag| tag.text.as_str());
                rest.collect::<Vec<_>>().join("\n")
            }
        };
        let title = text(&title);
        let _ = write!(self.out, r#"<g class="sglens-tag sglens-{class}"><title>{title}</title>"#);
        let (width, height) = (line.width, line.role.height() - 3.0);
        self.rect("", Rect { x: middle - width / 2.0, y: y + 1.0, width, height }, 7.0);
        self.centred("", (middle, y + 11.8), &line.text);
        self.out.push_str("</g>\n");
    }

    /// Prints a line of text that begins at a point.
    fn words(&mut self, class: &str, (x, y): (f64, f64), words: &str) {
        let (x, y, words) = (number(x), number(y), text(words));
        let _ = writeln!(self.out, r#"<text class="{class}" x="{x}" y="{y}">{words}</text>"#);
    }

    /// Prints a line of text around a point.
    fn centred(&mut self, class: &str, (x, y): (f64, f64), words: &str) {
        let (class, x, y, words) = (class_of(class), number(x), number(y), text(words));
        let _ = writeln!(self.out, r#"<text{class} x="{x}" y="{y}" text-anchor="middle">{words}</text>"#);
    }

    /// Prints a rectangle with round corners.
    fn rect(&mut self, class: &str, rect: Rect, radius: f64) {
        let (class, radius) = (class_of(class), number(radius));
        let [x, y, w, h] = [rect.x, rect.y, rect.width, rect.height].map(number);
        let _ =
            writeln!(self.out, r#"<rect{class} x="{x}" y="{y}" width="{w}" height="{h}" rx="{radius}"/>"#);
    }

    /// Returns the link of a group or endpoint. The template is the user's; what goes into it is encoded.
    fn link(&self, node: &Node) -> Option<String> {
        let template = self.options.link_template.as_ref()?;
        let has_id = matches!(node.kind, NodeKind::Group | NodeKind::Elsewhere | NodeKind::Endpoint);
        has_id.then(|| template.replace("{id}", &xml::percent(&node.id)))
    }

    /// Returns a stable id that is used once: the prefix, a letter, and those characters of the identity
    /// that may stand in an id. A number tells apart what looks the same then.
    fn id(&mut self, letter: &str, identity: &str) -> String {
        let slug: String = identity
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .take(80)
            .collect();
        let stem = format!("{}-{letter}-{slug}", attribute(&self.prefix));
        let mut id = stem.clone();
        // From the count on: a picture full of names without a letter takes no longer.
        let mut numbers = self.ids.len()..;
        while !self.ids.insert(id.clone()) {
            id = format!("{stem}-{}", numbers.next().expect("numbers do not end"));
        }
        id
    }

    /// Returns the styles that the legend explains: all that occur, if any needs an explanation.
    fn legend_entries(&self) -> Vec<Style> {
        let mut styles = self.view.special_styles();
        if !styles.is_empty() {
            styles.insert(0, Style::Allowed);
        }
        styles
    }

    /// Prints a sample line and a word for each style.
    fn legend(&mut self, styles: &[Style], top: f64) {
        let mut x = MARGIN;
        for style in styles {
            let (class, word) = (style.class(), style.word().unwrap_or("allowed"));
            let y = top + 6.0;
            let (left, right, middle) = (number(x), number(x + 30.0), number(y));
            let line = format!(r#"<path class="sglens-line" d="M{left} {middle}H{right}"/>"#);
            let _ = write!(self.out, r#"<g class="sglens-edge sglens-{class}">{line}"#);
            let (tx, ty) = (number(x + 36.0), number(y + 4.0));
            let _ = writeln!(self.out, r#"<text class="sglens-note" x="{tx}" y="{ty}">{word}</text></g>"#);
            x += 36.0 + text_width(word, 11.0, false) + 24.0;
        }
    }
}

/// Returns a class as an attribute, or nothing for none.
fn class_of(class: &str) -> String {
    if class.is_empty() { String::new() } else { format!(r#" class="{class}""#) }
}

/// Breaks a note into lines that fit.
fn wrap(note: &str, width: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in note.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if line.is_empty() || text_width(&longer, 11.0, false) <= width {
            *line = longer;
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Returns a hash (FNV-1a) of what the picture shows, so that two pictures on one page have different
/// ids.
fn hash(view: &View) -> u32 {
    let ids = view.nodes.iter().map(|node| node.id.as_str()).chain([view.title.as_str()]);
    let arrows =
        view.arrows.iter().flat_map(|arrow| [arrow.from as u32, arrow.to as u32]).flat_map(u32::to_le_bytes);
    ids.flat_map(str::bytes)
        .chain(arrows)
        .fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Cluster, Tag, Way};

    fn node(label: &str, tags: usize) -> Node {
        let tag = |index: usize| Tag {
            way: Way::Out,
            other: None,
            text: format!("→ t{index}"),
            traffic: String::new(),
            tooltip: "tcp 443".into(),
            style: Style::Undecided,
        };
        Node {
            id: "sg-1".into(),
            kind: NodeKind::Group,
            label: label.to_owned(),
            details: Vec::new(),
            tooltip: label.to_owned(),
            cluster: Some(0),
            emphasis: Emphasis::Normal,
            tags: (0..tags).map(tag).collect(),
        }
    }

    fn page(view: &View, options: &SvgOptions) -> String {
        svg(view, &layout::layout_view(view).0, options)
    }

    fn view(label: &str, tags: usize) -> View {
        View {
            title: label.to_owned(),
            description: label.to_owned(),
            clusters: vec![Cluster { id: label.to_owned(), label: label.to_owned() }],
            nodes: vec![node(label, tags)],
            notes: vec![label.to_owned()],
            ..View::default()
        }
    }

    #[test]
    fn no_text_brings_control_characters_or_markup() {
        let hostile = "a\u{1b}[31m\u{85}\u{9b}b<script>\"'&";
        let prefix = Some(hostile.to_owned());
        let link_template = Some(format!("https://example.com/{hostile}{{id}}"));
        let options = SvgOptions { id_prefix: prefix, link_template, ..SvgOptions::default() };
        let page = page(&view(hostile, 1), &options);
        assert!(page.chars().all(|c| c == '\n' || !c.is_control()), "{page:?}");
        assert!(!page.contains("<script") && !page.contains("b<"), "{page}");
        // As heading, title, description, caption, cluster, label, tooltip and note.
        let escaped = "b&lt;script&gt;&quot;&#39;&amp;</";
        assert_eq!(page.matches(escaped).count(), 8, "{page}");
    }

    #[test]
    fn tags_that_do_not_fit_are_named_in_a_tooltip() {
        let all_fit = page(&view("web", 8), &SvgOptions::default());
        assert!(all_fit.contains("<title>→ t7&#10;tcp 443</title>"), "{all_fit}");
        assert!(!all_fit.contains(" more</text>"), "{all_fit}");
        let two_left = page(&view("web", 9), &SvgOptions::default());
        assert!(two_left.contains("<title>→ t7&#10;→ t8</title>"), "{two_left}");
        assert!(two_left.contains(">and 2 more</text>"), "{two_left}");
        assert!(!two_left.contains("<title>→ t7&#10;tcp 443</title>"), "{two_left}");
    }

    #[test]
    fn an_inline_picture_has_no_header() {
        let file = page(&view("web", 0), &SvgOptions::default());
        assert!(file.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns="), "{file}");
        let inline = page(&view("web", 0), &SvgOptions { inline: true, ..SvgOptions::default() });
        assert_eq!(file.split_once('\n').map(|(_, rest)| rest), Some(inline.as_str()));
    }

    #[test]
    fn notes_are_wrapped_between_words() {
        assert_eq!(wrap("one two three", 1000.0), ["one two three"]);
        assert_eq!(wrap("one two three", 45.0), ["one two", "three"]);
        assert_eq!(wrap("one two three", 1.0), ["one", "two", "three"]);
        assert_eq!(wrap("", 1.0), [""]);
    }
}
