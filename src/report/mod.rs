//! Answers as rows of labelled cells: what every text format prints. What is said is decided here,
//! how it looks is left to the format.

mod explain;
mod focus;
mod members;
mod parts;
mod paths;

pub use explain::explain_report;
pub use focus::focus_report;
pub use members::members_report;
pub use paths::paths_report;

use crate::words;

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

/// A piece of a row. Its text is clean: no control character, no line break.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// What it is.
    pub label: Label,
    /// Its text.
    pub text: String,
}

/// A line of a report.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// How deep it stands below what it belongs to.
    pub depth: usize,
    /// Its cells; none for an empty line.
    pub cells: Vec<Cell>,
}

/// An answer in rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// The rows, in reading order.
    pub rows: Vec<Row>,
}

/// The longest text of a cell, in characters: a screenful. Names are cut before.
const CELL: usize = 4000;

impl Report {
    /// Adds a row of cells; empty texts are left out.
    fn row<const N: usize>(&mut self, depth: usize, cells: [(Label, String); N]) {
        let cells = cells.into_iter().filter(|(_, text)| !text.is_empty());
        let cells = cells.map(|(label, text)| Cell { label, text: words::short(&text, CELL) }).collect();
        self.rows.push(Row { depth, cells });
    }

    /// Adds a row of plain text.
    fn line(&mut self, depth: usize, text: impl Into<String>) {
        self.row(depth, [(Label::Plain, text.into())]);
    }

    /// Adds a row that is read on demand.
    fn quiet(&mut self, depth: usize, text: impl Into<String>) {
        self.row(depth, [(Label::Quiet, text.into())]);
    }

    /// Adds an empty line and a heading.
    fn heading(&mut self, text: impl Into<String>) {
        self.rows.push(Row::default());
        self.row(0, [(Label::Strong, text.into())]);
    }

    /// Adds an empty line and what the answer leaves out.
    fn disclaimer(&mut self) {
        self.rows.push(Row::default());
        self.quiet(0, crate::words::DISCLAIMER);
    }
}
