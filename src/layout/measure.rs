//! The size of text and of nodes. No font is asked: the advance widths are those of Helvetica (Adobe
//! font metrics), which Arial and Liberation Sans share.

use crate::view::{Emphasis, Node};

/// Advance widths of the printable ASCII characters, in thousandths of the font size.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Returns the width of a text in pixels at a font size. Characters beyond ASCII count as one em if
/// they may be wide, else as a broad letter, because a box may be too wide but never too narrow.
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
pub enum LineRole {
    /// The label.
    Title,
    /// A detail.
    Detail,
    /// A tag: the index into the node's tags, or `None` for the line that counts the rest.
    Tag(Option<usize>),
}

impl LineRole {
    /// Returns the font size in pixels.
    pub fn size(self) -> f64 {
        match self {
            Self::Title => 13.0,
            Self::Detail => 11.0,
            Self::Tag(_) => 10.5,
        }
    }

    /// Returns the height of the line in pixels.
    pub fn height(self) -> f64 {
        match self {
            Self::Detail => 15.0,
            Self::Title | Self::Tag(_) => 18.0,
        }
    }
}

/// A line of text in a node, as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is.
    pub role: LineRole,
    /// The text.
    pub text: String,
    /// The width of the text, with the padding of a tag.
    pub width: f64,
}

/// Space between the border of a node and its text: left and right, above and below. Public for the
/// test that looks for ink where the text is.
#[doc(hidden)]
pub const PADDING: (f64, f64) = (12.0, 8.0);
/// Space between the border of a tag and its text, left and right.
const TAG_PADDING: f64 = 6.0;
/// The number of lines for tags in a node. Where there are more tags, the last line counts the rest.
const MAX_TAGS: usize = 8;
/// As [`MAX_TAGS`], for the subject of the picture.
const MAX_FOCUS_TAGS: usize = 40;

/// Returns the lines of a node from top to bottom.
pub fn lines(node: &Node) -> Vec<Line> {
    let line = |role: LineRole, text: String| {
        let padding = if matches!(role, LineRole::Tag(_)) { 2.0 * TAG_PADDING } else { 0.0 };
        let width = text_width(&text, role.size(), role == LineRole::Title) + padding;
        Line { role, text, width }
    };
    let mut lines = vec![line(LineRole::Title, node.label.clone())];
    lines.extend(node.details.iter().map(|detail| line(LineRole::Detail, detail.clone())));
    lines.extend(tag_lines(node).into_iter().map(|(index, text)| line(LineRole::Tag(index), text)));
    lines
}

/// Returns the number of tags that a node shows; the line below them counts the rest.
pub fn tags_shown(node: &Node) -> usize {
    let limit = if node.emphasis == Emphasis::Focus { MAX_FOCUS_TAGS } else { MAX_TAGS };
    if node.tags.len() > limit { limit - 1 } else { node.tags.len() }
}

/// Returns the lines for tags: the index and text of each that is shown, then the count of the rest.
fn tag_lines(node: &Node) -> Vec<(Option<usize>, String)> {
    let shown = tags_shown(node);
    let mut tags: Vec<_> =
        node.tags.iter().take(shown).enumerate().map(|(i, tag)| (Some(i), tag.text.clone())).collect();
    if node.tags.len() > shown {
        tags.push((None, format!("and {} more", node.tags.len() - shown)));
    }
    tags
}

/// Returns the width and height of a node that holds its lines.
pub fn node_size(node: &Node) -> (f64, f64) {
    let lines = lines(node);
    let width = lines.iter().map(|line| line.width).fold(60.0, f64::max);
    let height: f64 = lines.iter().map(|line| line.role.height()).sum();
    ((width + 2.0 * PADDING.0).ceil(), (height + 2.0 * PADDING.1).ceil())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{NodeKind, Style, Tag, Way};

    fn node(tags: usize, emphasis: Emphasis) -> Node {
        let tag = |index: usize| Tag {
            way: Way::Out,
            other: None,
            text: format!("→ t{index}"),
            traffic: String::new(),
            tooltip: String::new(),
            style: Style::Allowed,
        };
        Node {
            id: "sg-1".into(),
            kind: NodeKind::Group,
            label: "web".into(),
            details: vec!["3 instances".into()],
            tooltip: String::new(),
            cluster: None,
            emphasis,
            tags: (0..tags).map(tag).collect(),
        }
    }

    fn last_line(tags: usize, emphasis: Emphasis) -> (usize, LineRole, String) {
        let lines = lines(&node(tags, emphasis));
        let count = lines.len();
        let last = lines.into_iter().next_back().expect("a node has a title");
        (count, last.role, last.text)
    }

    #[test]
    fn tags_that_do_not_fit_are_counted() {
        let tag = |index: usize| LineRole::Tag(Some(index));
        assert_eq!(last_line(0, Emphasis::Normal), (2, LineRole::Detail, "3 instances".into()));
        assert_eq!(last_line(8, Emphasis::Normal), (10, tag(7), "→ t7".into()));
        assert_eq!(last_line(9, Emphasis::Normal), (10, LineRole::Tag(None), "and 2 more".into()));
        assert_eq!(last_line(30, Emphasis::Normal), (10, LineRole::Tag(None), "and 23 more".into()));
        assert_eq!(last_line(40, Emphasis::Focus), (42, tag(39), "→ t39".into()));
        assert_eq!(last_line(41, Emphasis::Focus), (42, LineRole::Tag(None), "and 2 more".into()));
    }

    #[test]
    fn a_node_is_as_large_as_its_lines() {
        let (width, height) = node_size(&node(0, Emphasis::Normal));
        let text = text_width("3 instances", 11.0, false);
        assert!(width >= text + 2.0 * PADDING.0, "{width} for {text}");
        let is = |value: f64, wanted: f64| (value - wanted).abs() < 0.01;
        assert!(is(height, 18.0 + 15.0 + 2.0 * PADDING.1), "{height}");
        let (_, with_tags) = node_size(&node(2, Emphasis::Normal));
        assert!(is(with_tags, height + 36.0), "{with_tags}");
    }
}
