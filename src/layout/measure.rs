//! How large text is, without asking any font: the advance widths of Helvetica (Adobe font metrics),
//! which Arial and Liberation Sans share.

use crate::view::{Emphasis, Node};

/// Advance widths of the printable ASCII characters, in thousandths of the font size.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The width of a text in pixels at a font size. Characters beyond ASCII count as one em if they
/// may be wide, else as a broad letter: a box may be too wide, never too narrow.
pub fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    let thousandths: u32 = text
        .chars()
        .map(|c| match c {
            ' '..='~' => u32::from(WIDTHS[c as usize - 32]),
            '·' => 333,
            '×' | '–' => 584,
            '…' | '→' | '←' | '↔' => 1000,
            '\u{00A0}'..='\u{024F}' => 667,
            '\u{0370}'..='\u{052F}' => 800,
            _ => 1100,
        })
        .sum();
    let factor = if bold { 1.08 } else { 1.0 };
    f64::from(thousandths) / 1000.0 * size * factor
}

/// What a line of a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The label.
    Title,
    /// A detail.
    Detail,
    /// A tag; the index into the node's tags, or `None` for "and so many more".
    Tag(Option<usize>),
}

impl Role {
    /// The font size in pixels.
    pub fn size(self) -> f64 {
        match self {
            Self::Title => 13.0,
            Self::Detail => 11.0,
            Self::Tag(_) => 10.5,
        }
    }

    /// The height of the line in pixels.
    pub fn height(self) -> f64 {
        match self {
            Self::Detail => 15.0,
            Self::Title | Self::Tag(_) => 18.0,
        }
    }
}

/// A line of a node, as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is.
    pub role: Role,
    /// What it says.
    pub text: String,
    /// How wide that is.
    pub width: f64,
}

/// Space inside a node, left and right, and above and below.
pub const PADDING: (f64, f64) = (12.0, 8.0);
/// Space inside a tag, left and right.
pub const TAG_PADDING: f64 = 6.0;
/// How many tags a node shows before it counts the rest; what the picture is about shows more.
const TAGS: usize = 8;
const FOCUS_TAGS: usize = 40;

/// The lines of a node from top to bottom.
pub fn lines(node: &Node) -> Vec<Line> {
    let line = |role: Role, text: String| {
        let padding = if matches!(role, Role::Tag(_)) { 2.0 * TAG_PADDING } else { 0.0 };
        let width = text_width(&text, role.size(), role == Role::Title) + padding;
        Line { role, text, width }
    };
    let mut lines = vec![line(Role::Title, node.label.clone())];
    lines.extend(node.details.iter().map(|detail| line(Role::Detail, detail.clone())));
    lines.extend(wrap_tags(node).into_iter().map(|(index, text)| line(Role::Tag(index), text)));
    lines
}

/// How many tags a node shows; the rest are counted.
pub fn tags_shown(node: &Node) -> usize {
    let most = if node.emphasis == Emphasis::Focus { FOCUS_TAGS } else { TAGS };
    if node.tags.len() > most { most - 1 } else { node.tags.len() }
}

/// The tags that a node shows, and how many more there are.
pub fn wrap_tags(node: &Node) -> Vec<(Option<usize>, String)> {
    let shown = tags_shown(node);
    let mut tags: Vec<_> =
        node.tags.iter().take(shown).enumerate().map(|(i, tag)| (Some(i), tag.text.clone())).collect();
    if node.tags.len() > shown {
        tags.push((None, format!("and {} more", node.tags.len() - shown)));
    }
    tags
}

/// The size of a node that holds its lines.
pub fn node_size(node: &Node) -> (f64, f64) {
    let lines = lines(node);
    let width = lines.iter().map(|line| line.width).fold(60.0, f64::max);
    let height: f64 = lines.iter().map(|line| line.role.height()).sum();
    ((width + 2.0 * PADDING.0).ceil(), (height + 2.0 * PADDING.1).ceil())
}
