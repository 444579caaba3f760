//! Answers as lines and tables of labelled cells: what every text format prints. What is said is decided
//! here, how it looks is left to the format.

mod evidence;
mod explain;
mod focus;
mod links;
mod members;
mod missing;
mod paths;
mod reason;
mod sheet;
mod sides;
mod subject;
mod summary;
mod tree;

pub use explain::{explain_report, explain_sentence};
pub use focus::focus_report;
pub use members::members_report;
pub use paths::paths_report;
pub use sheet::{
    Flow, Listed, NoColumn, Sheet, explain_sheet, flows_sheet, focus_flows, groups_sheet, list_report,
    list_sheet, map_flows, matrix_sheet, relation_flows, rules_sheet,
};

use crate::words;

/// What a report has beside the answer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Detail {
    /// Whether the rules behind each row are told, with all resources.
    pub rules: bool,
    /// What the user left out, in words.
    pub filtered: Vec<String>,
}

/// What a cell is, which decides its look.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Label {
    /// The answer, a heading, a name that the eye looks for.
    Strong,
    /// Everything else.
    Plain,
    /// Where something is defined, ids, the disclaimer.
    Quiet,
}

/// A piece of a line. Its text is clean: no control character, no line break.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// What it is.
    pub label: Label,
    /// Its text.
    pub text: String,
}

/// A line of a report.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line {
    /// How deep it stands below what it belongs to.
    pub depth: usize,
    /// Its cells; none for an empty line.
    pub cells: Vec<Cell>,
}

/// Rows under common headings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// The headings of the columns.
    pub columns: Vec<String>,
    /// The rows, in reading order.
    pub rows: Vec<TableRow>,
}

/// A row of a table, and the evidence that is told below it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TableRow {
    /// A cell for each column.
    pub cells: Vec<String>,
    /// Lines below it.
    pub notes: Vec<Line>,
}

/// A piece of a report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// A line.
    Line(Line),
    /// A table.
    Table(Table),
}

/// An answer in lines and tables.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Its parts, in reading order.
    pub parts: Vec<Part>,
}

/// The longest text of a cell, in characters: a screenful. Names are cut before.
const CELL: usize = 4000;

impl Table {
    fn new(columns: &[&str], rows: Vec<TableRow>) -> Self {
        Self { columns: columns.iter().map(|column| (*column).to_owned()).collect(), rows }
    }
}

impl Line {
    /// Makes a line of cells; empty texts are left out.
    fn new<const N: usize>(depth: usize, cells: [(Label, String); N]) -> Self {
        let cells = cells.into_iter().filter(|(_, text)| !text.is_empty());
        let cells = cells.map(|(label, text)| Cell { label, text: words::short(&text, CELL) }).collect();
        Self { depth, cells }
    }
}

impl Report {
    /// Adds a line of cells; empty texts are left out.
    fn row<const N: usize>(&mut self, depth: usize, cells: [(Label, String); N]) {
        self.parts.push(Part::Line(Line::new(depth, cells)));
    }

    /// Adds a line of plain text.
    fn line(&mut self, depth: usize, text: impl Into<String>) {
        self.row(depth, [(Label::Plain, text.into())]);
    }

    /// Adds a line that is read on demand.
    fn quiet(&mut self, depth: usize, text: impl Into<String>) {
        self.row(depth, [(Label::Quiet, text.into())]);
    }

    /// Adds lines.
    fn lines(&mut self, lines: impl IntoIterator<Item = Line>) {
        self.parts.extend(lines.into_iter().map(Part::Line));
    }

    /// Adds an empty line.
    fn space(&mut self) {
        self.parts.push(Part::Line(Line::default()));
    }

    /// Adds an empty line and a heading.
    fn heading(&mut self, text: impl Into<String>) {
        self.space();
        self.row(0, [(Label::Strong, text.into())]);
    }

    /// Adds a table, if it has rows.
    fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.parts.push(Part::Table(table));
        }
    }

    /// Adds an empty line and what the answer leaves out: by the user's choice, and ever.
    fn disclaimer(&mut self, detail: &Detail) {
        self.space();
        if !detail.filtered.is_empty() {
            self.line(0, format!("Filtered: {}.", detail.filtered.join(", ")));
        }
        self.quiet(0, words::DISCLAIMER);
    }
}
