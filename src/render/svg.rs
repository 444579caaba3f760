//! SVG, self-contained: no script, no font, nothing from outside. Titles on every node and arrow
//! give the evidence; light and dark are in one file.

mod xml;

use std::collections::HashSet;
use std::fmt::Write as _;

use crate::layout::{self, ARROW_TEXT, Rect, Role, Scene, lines, text_width};
use crate::view::{Arrow, Emphasis, Kind, Node, Style, View};
use xml::{attribute, number, text};

/// Space around the picture.
const MARGIN: f64 = 24.0;
/// Space for the heading.
const HEADING: f64 = 36.0;
/// Height of a line of notes.
const NOTE_LINE: f64 = 16.0;
/// Radius of the corners of lines.
const CORNER: f64 = 5.0;
/// Length and half width of an arrow's head.
const HEAD: (f64, f64) = (8.0, 3.6);

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
        let _ = writeln!(
            self.out,
            "<text class=\"sglens-heading\" x=\"{}\" y=\"{}\">{}</text>",
            number(MARGIN),
            number(MARGIN + 14.0),
            text(&self.view.title)
        );
        let _ = writeln!(
            self.out,
            "<g transform=\"translate({} {})\">",
            number(MARGIN),
            number(MARGIN + HEADING)
        );
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
            let (x, y) = (number(MARGIN), number(y));
            let _ =
                writeln!(self.out, "<text class=\"sglens-note\" x=\"{x}\" y=\"{y}\">{}</text>", text(note));
        }
        self.out.push_str("</svg>\n");
    }

    fn open(&mut self, width: f64, height: f64) {
        if !self.options.inline {
            self.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        }
        let (w, h, p) = (number(width.ceil()), number(height.ceil()), attribute(&self.prefix));
        let _ = writeln!(
            self.out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sglens\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" \
             height=\"{h}\" role=\"img\" aria-labelledby=\"{p}-title {p}-desc\">"
        );
        let _ = writeln!(self.out, "<title id=\"{p}-title\">{}</title>", text(&self.view.title));
        let _ = writeln!(self.out, "<desc id=\"{p}-desc\">{}</desc>", text(&self.view.description));
        let light = include_str!("../../assets/svg-light.css");
        let dark = include_str!("../../assets/svg-dark.css");
        let style = match self.options.theme {
            Theme::Light => light.to_owned(),
            Theme::Dark => format!("{light}{dark}"),
            Theme::Auto => format!("{light}@media (prefers-color-scheme:dark){{\n{dark}}}\n"),
        };
        let _ = writeln!(self.out, "<style>\n{style}</style>");
        let _ = writeln!(self.out, "<rect class=\"sglens-page\" width=\"{w}\" height=\"{h}\"/>");
    }

    fn clusters(&mut self) {
        for (index, cluster) in self.view.clusters.iter().enumerate() {
            let rect = self.scene.clusters[index];
            if rect.width <= 0.0 {
                continue;
            }
            let id = self.id("c", &cluster.id);
            let _ = writeln!(
                self.out,
                "<g class=\"sglens-cluster\" id=\"{id}\"><title>{}</title>",
                text(&cluster.label)
            );
            self.rect("", rect, 10.0);
            let (x, y) = (number(rect.x + 16.0), number(rect.y + 20.0));
            let _ = writeln!(
                self.out,
                "<text class=\"sglens-caption\" x=\"{x}\" y=\"{y}\">{}</text></g>",
                text(&cluster.label)
            );
        }
    }

    fn arrow(&mut self, index: usize) {
        let arrow: &Arrow = &self.view.arrows[index];
        let route = &self.scene.edges[index];
        let ends = format!("{}--{}", self.view.nodes[arrow.from].id, self.view.nodes[arrow.to].id);
        let id = self.id("e", &format!("{ends}-{}", arrow.style.class()));
        let focus = if arrow.emphasis == Emphasis::Focus { " sglens-focus" } else { "" };
        let class = arrow.style.class();
        let _ = write!(
            self.out,
            "<g class=\"sglens-edge sglens-{class}{focus}\" id=\"{id}\"><title>{}</title>",
            text(&format!("{}\n{}", self.view.arrow_name(arrow), arrow.tooltip))
        );
        let (line, head) = path(&route.points);
        let _ = write!(
            self.out,
            "<path class=\"sglens-line\" d=\"{line}\"/><path class=\"sglens-head\" d=\"{head}\"/>"
        );
        if let Some(rect) = route.label.filter(|_| !arrow.label.is_empty()) {
            let (x, y) = (number(rect.x + rect.width / 2.0), number(rect.y + ARROW_TEXT));
            let _ = write!(
                self.out,
                "<text class=\"sglens-label\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>",
                text(&arrow.label)
            );
        }
        self.out.push_str("</g>\n");
    }

    fn node(&mut self, index: usize) {
        let node = &self.view.nodes[index];
        let rect = self.scene.nodes[index];
        let id = self.id("n", &node.id);
        let focus = if node.emphasis == Emphasis::Focus { " sglens-focus" } else { "" };
        let link = self.link(node);
        if let Some(link) = &link {
            let _ = write!(self.out, "<a href=\"{}\">", attribute(link));
        }
        let kind = node.kind.class();
        let _ = writeln!(
            self.out,
            "<g class=\"sglens-node sglens-{kind}{focus}\" id=\"{id}\"><title>{}</title>",
            text(&node.tooltip)
        );
        if node.kind == Kind::Folded {
            self.rect("sglens-box", rect.moved(3.0, 3.0), 6.0);
        }
        self.rect("sglens-box", rect, if node.kind == Kind::Internet { 16.0 } else { 6.0 });
        let mut y = rect.y + layout::PADDING.1;
        for line in lines(node) {
            let height = line.role.height();
            let middle = rect.x + rect.width / 2.0;
            match line.role {
                Role::Tag(tag) => {
                    let tag = tag.map(|tag| &node.tags[tag]);
                    let class = tag.map_or(Style::Allowed, |tag| tag.style).class();
                    let rest = || {
                        node.tags
                            .iter()
                            .skip(layout::tags_shown(node))
                            .map(|tag| tag.text.as_str())
                            .collect::<Vec<_>>()
                            .join("\n")
                    };
                    let title = tag.map_or_else(rest, |tag| format!("{}\n{}", tag.text, tag.tooltip));
                    let _ = write!(
                        self.out,
                        "<g class=\"sglens-tag sglens-{class}\"><title>{}</title>",
                        text(&title)
                    );
                    let plate = Rect {
                        x: middle - line.width / 2.0,
                        y: y + 1.0,
                        width: line.width,
                        height: height - 3.0,
                    };
                    self.rect("", plate, 7.0);
                    self.words("", middle, y + 11.8, &line.text);
                    self.out.push_str("</g>\n");
                }
                Role::Title => self.words("sglens-title", middle, y + 13.0, &line.text),
                Role::Detail => self.words("sglens-detail", middle, y + 11.0, &line.text),
            }
            y += height;
        }
        self.out.push_str(if link.is_some() { "</g></a>\n" } else { "</g>\n" });
    }

    fn words(&mut self, class: &str, x: f64, y: f64, words: &str) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let (x, y) = (number(x), number(y));
        let _ = writeln!(
            self.out,
            "<text{class} x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>",
            text(words)
        );
    }

    fn rect(&mut self, class: &str, rect: Rect, radius: f64) {
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        let [x, y, w, h] = [rect.x, rect.y, rect.width, rect.height].map(number);
        let _ = writeln!(
            self.out,
            "<rect{class} x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"{}\"/>",
            number(radius)
        );
    }

    /// The link of a group or endpoint. The template is the user's; what goes into it is encoded.
    fn link(&self, node: &Node) -> Option<String> {
        let template = self.options.link_template.as_ref()?;
        let has_id = matches!(node.kind, Kind::Group | Kind::Elsewhere | Kind::Endpoint);
        has_id.then(|| template.replace("{id}", &xml::percent(&node.id)))
    }

    /// A stable id, used once: prefix, letter, and what of the identity may stand in an id; a number
    /// tells apart what looks the same then.
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

    fn legend_entries(&self) -> Vec<Style> {
        let mut styles = self.view.special_styles();
        if !styles.is_empty() {
            styles.insert(0, Style::Allowed);
        }
        styles
    }

    fn legend(&mut self, styles: &[Style], top: f64) {
        let mut x = MARGIN;
        for style in styles {
            let word = style.word().unwrap_or("allowed");
            let y = top + 6.0;
            let (from, to) = (number(x), number(x + 30.0));
            let _ = write!(
                self.out,
                "<g class=\"sglens-edge sglens-{}\"><path class=\"sglens-line\" d=\"M{from} {y}H{to}\"/>",
                style.class(),
                y = number(y)
            );
            let (tx, ty) = (number(x + 36.0), number(y + 4.0));
            let _ = writeln!(self.out, "<text class=\"sglens-note\" x=\"{tx}\" y=\"{ty}\">{word}</text></g>");
            x += 36.0 + text_width(word, 11.0, false) + 24.0;
        }
    }
}

/// A line with rounded corners, and the head at its end.
fn path(points: &[(f64, f64)]) -> (String, String) {
    let [.., before, end] = points else { return (String::new(), String::new()) };
    let length = (end.0 - before.0).hypot(end.1 - before.1).max(0.01);
    let (ux, uy) = ((end.0 - before.0) / length, (end.1 - before.1) / length);
    let base = (end.0 - ux * HEAD.0.min(length), end.1 - uy * HEAD.0.min(length));
    let side = (-uy * HEAD.1, ux * HEAD.1);
    let at = |x: f64, y: f64| format!("{} {}", number(x), number(y));
    let head = format!(
        "M{}L{}L{}Z",
        at(end.0, end.1),
        at(base.0 + side.0, base.1 + side.1),
        at(base.0 - side.0, base.1 - side.1)
    );
    let mut line = format!("M{}", at(points[0].0, points[0].1));
    for window in points.windows(3) {
        let [a, corner, b] = [window[0], window[1], window[2]];
        let toward = |to: (f64, f64)| {
            let length = (to.0 - corner.0).hypot(to.1 - corner.1).max(0.01);
            let step = CORNER.min(length / 2.0) / length;
            (corner.0 + (to.0 - corner.0) * step, corner.1 + (to.1 - corner.1) * step)
        };
        let (start, stop) = (toward(a), toward(b));
        let _ = write!(line, "L{}Q{} {}", at(start.0, start.1), at(corner.0, corner.1), at(stop.0, stop.1));
    }
    let _ = write!(line, "L{}", at(base.0, base.1));
    (line, head)
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

/// FNV-1a over what the picture shows, so that two pictures on one page have different ids.
fn hash(view: &View) -> u32 {
    let ids = view.nodes.iter().map(|node| node.id.as_str()).chain([view.title.as_str()]);
    let arrows =
        view.arrows.iter().flat_map(|arrow| [arrow.from as u32, arrow.to as u32]).flat_map(u32::to_le_bytes);
    ids.flat_map(str::bytes)
        .chain(arrows)
        .fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
