//! Answers as plain columns and rows, as people write them into documents: who may connect to whom, which
//! groups there are, what a rule says.

mod console;
mod flows;
mod groups;
mod list;
mod matrix;

pub use flows::{Flow, explain_sheet, flows_sheet, focus_flows, map_flows, relation_flows};
pub use groups::{groups_sheet, rules_sheet};
pub use list::{Listed, list_report, list_sheet};
pub use matrix::matrix_sheet;

use super::{Report, Table, TableRow};
use crate::words;

/// A cell in which there is nothing to say.
const NONE: &str = "—";

/// Columns and rows, with sentences below.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sheet {
    /// A sentence above, if there is one.
    pub title: Option<String>,
    /// The headings.
    pub columns: Vec<String>,
    /// A cell for each column. Texts are clean.
    pub rows: Vec<Vec<String>>,
    /// The columns that are shown only if the user names them.
    hidden: Vec<&'static str>,
    /// Sentences below: what was left out, what is not evaluated.
    pub notes: Vec<String>,
}

/// Tells whether a column holds ids, by its name.
fn is_id(name: &str) -> bool {
    name.ends_with("ID")
}

/// A column that a sheet does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no column `{name}` here; there are {known}")]
pub struct NoColumn {
    name: String,
    known: String,
}

impl Sheet {
    pub(crate) fn new(columns: &[&str]) -> Self {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        Self { columns, ..Self::default() }
    }

    /// Sorts rows as people count.
    fn sort(&mut self) {
        self.rows.sort_by(|one, other| {
            let cells = one.iter().zip(other).map(|(one, other)| words::natural(one, other));
            cells.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        self.rows.dedup();
    }

    /// Returns the sheet with some columns alone, in the order in which they are named, whatever their case;
    /// with the usual ones where none is named, and with those that hold ids, if they are wanted.
    ///
    /// # Errors
    /// [`NoColumn`] for a name that is none.
    pub fn select(self, names: &[String], with_ids: bool) -> Result<Self, NoColumn> {
        let is_usual =
            |name: &&String| !self.hidden.iter().any(|hidden| hidden == name) || with_ids && is_id(name);
        let usual: Vec<String> = self.columns.iter().filter(is_usual).cloned().collect();
        let names = if names.is_empty() { &usual } else { names };
        let place = |name: &String| {
            let place = self.columns.iter().position(|column| column.eq_ignore_ascii_case(name.trim()));
            place
                .ok_or_else(|| NoColumn { name: name.clone(), known: self.columns.join(", ").to_lowercase() })
        };
        let places = names.iter().map(place).collect::<Result<Vec<usize>, _>>()?;
        let pick = |row: &Vec<String>| places.iter().map(|place| row[*place].clone()).collect();
        let mut rows: Vec<Vec<String>> = self.rows.iter().map(pick).collect();
        rows.dedup();
        Ok(Self { columns: pick(&self.columns), rows, ..self })
    }

    /// Tells whether it has ids that only show if they are asked for.
    pub fn hides_ids(&self) -> bool {
        self.hidden.iter().any(|name| is_id(name))
    }

    /// Says below what was left out.
    #[must_use]
    pub fn filtered(mut self, filters: &[String]) -> Self {
        if !filters.is_empty() {
            self.notes.push(format!("Filtered: {}.", filters.join(", ")));
        }
        self
    }

    /// Says below what was left out, and what is not evaluated.
    #[must_use]
    pub fn with_filters(self, filters: &[String]) -> Self {
        let mut sheet = self.filtered(filters);
        sheet.notes.push(words::DISCLAIMER.to_owned());
        sheet
    }

    /// Returns the sheet as a report for the terminal.
    pub fn report(&self) -> Report {
        let mut report = Report::default();
        if let Some(title) = &self.title {
            report.line(0, title.clone());
            report.space();
        }
        let rows = self.rows.iter().map(|cells| TableRow { cells: cells.clone(), notes: Vec::new() });
        report.table(Table { columns: self.columns.clone(), rows: rows.collect() });
        if self.rows.is_empty() {
            report.line(0, "nothing");
        }
        if !self.notes.is_empty() {
            report.space();
        }
        self.notes.iter().for_each(|note| report.quiet(0, note.clone()));
        report
    }
}
