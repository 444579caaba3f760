//! Reports for the terminal. Styled text: the caller strips the styles where they do not belong.

use std::borrow::Cow;
use std::net::IpAddr;

use anstyle::Style;
use comfy_table::presets::NOTHING;
use comfy_table::{ColumnConstraint, ContentArrangement, Table as Grid, Width};
use unicode_width::UnicodeWidthStr;

use crate::report::{Label, Line, Part, Report, Table};
use crate::words;

/// What stands between two cells of a line, and before what belongs to one.
const GAP: &str = "  ";
/// The narrowest report, in columns.
const NARROW: usize = 40;
/// Marks the first line of a row, so that what belongs to the row can follow it.
const MARK: &str = "•";

/// Prints a report that is so many columns wide. Long texts wrap within their column.
pub fn text(report: &Report, width: usize) -> String {
    let width = width.max(NARROW);
    report
        .parts
        .iter()
        .map(|part| match part {
            Part::Line(one) => line(one, width, 0),
            Part::Table(one) => table(one, width),
        })
        .collect()
}

fn line(line: &Line, width: usize, more: usize) -> String {
    if line.cells.is_empty() {
        return "\n".into();
    }
    let indent = GAP.repeat(line.depth + more);
    let texts = line.cells.iter().enumerate().map(|(place, cell)| match place {
        0 => words::line(&cell.text).into_owned(),
        _ => cell.text.clone(),
    });
    let texts: Vec<String> = texts.collect();
    let whole = texts.join(GAP);
    let room = width.saturating_sub(indent.len()).max(NARROW / 2);
    if UnicodeWidthStr::width(whole.as_str()) <= room {
        let cells = line.cells.iter().zip(&texts).map(|(cell, text)| styled(cell.label, text));
        return format!("{indent}{}\n", cells.collect::<Vec<_>>().join(GAP));
    }
    // What does not fit wraps, and all of it has the look of its first cell.
    let wrapped = wrap(&whole, room);
    let further = format!("{indent}{GAP}");
    let lines = wrapped.iter().enumerate().map(|(place, text)| {
        let start = if place == 0 { &indent } else { &further };
        format!("{start}{}\n", styled(line.cells[0].label, &begin(text)))
    });
    lines.collect()
}

/// Returns what begins a line, with a broken `::` unless that is an address: where a text wraps, any part of it
/// may come to the start of a line, where build servers look for commands.
fn begin(text: &str) -> Cow<'_, str> {
    let line = words::line(text);
    let word = line.split([' ', ',', ';', ')']).next().unwrap_or_default();
    let address = word.split('/').next().unwrap_or_default();
    if line.starts_with("::") && address.parse::<IpAddr>().is_err() {
        return Cow::Owned(format!(": {}", &line[1..]));
    }
    line
}

/// Wraps a text at so many columns; all but the first line leave room for a gap.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut grid = Grid::new();
    grid.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    grid.set_width(u16::try_from(width.saturating_sub(GAP.len())).unwrap_or(u16::MAX));
    grid.add_row([text]);
    grid.column_mut(0).expect("there is a column").set_padding((0, 0));
    grid.lines().map(|line| line.trim_end().to_owned()).collect()
}

fn table(table: &Table, width: usize) -> String {
    let mut grid = Grid::new();
    grid.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    // The mark stands where the indent will.
    grid.set_width(u16::try_from(width - 1).unwrap_or(u16::MAX));
    let columns = used(table);
    grid.add_row(std::iter::once(MARK).chain(columns.iter().map(|column| table.columns[*column].as_str())));
    for row in &table.rows {
        let cells = columns.iter().map(|column| words::line(&row.cells[*column]).into_owned());
        grid.add_row(std::iter::once(MARK.to_owned()).chain(cells));
    }
    let lower = whole_words(table, &columns, width);
    for (place, column) in grid.column_iter_mut().enumerate() {
        column.set_padding((0, if place == 0 { 1 } else { 2 }));
        if let Some(lower) = place.checked_sub(1).and_then(|place| lower.get(place)) {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(*lower)));
        }
    }
    let mut text = String::new();
    let mut row = 0;
    let notes = |row: usize| -> String {
        let notes = row.checked_sub(2).and_then(|row| table.rows.get(row)).map(|row| &row.notes);
        notes.into_iter().flatten().map(|note| line(note, width, 1)).collect()
    };
    for printed in grid.lines() {
        let is_first = printed.starts_with(MARK);
        if is_first {
            text += &notes(row);
            row += 1;
        }
        let printed = printed.replacen(MARK, " ", 1);
        let label = if row == 1 { Label::Quiet } else { Label::Plain };
        let printed = printed.trim_end();
        let indent = &printed[..printed.len() - printed.trim_start().len()];
        text += &format!("{indent}{}\n", styled(label, &begin(printed.trim_start())));
    }
    text + &notes(row)
}

/// The longest word that a column is widened for, in columns.
const WORD: usize = 24;
/// The shortest that words are kept whole up to.
const SHORT_WORD: usize = 6;

/// Returns how wide each column must be so that words are not broken: all words, if there is room for that,
/// else those up to some length.
fn whole_words(table: &Table, columns: &[usize], width: usize) -> Vec<u16> {
    let longest = |column: &usize| {
        let cells = table.rows.iter().map(|row| row.cells[*column].as_str());
        let words = cells.chain([table.columns[*column].as_str()]).flat_map(str::split_whitespace);
        words.map(UnicodeWidthStr::width).max().unwrap_or(0)
    };
    let longest: Vec<usize> = columns.iter().map(longest).collect();
    for most in (SHORT_WORD..=WORD).rev() {
        // The last column mostly holds a sentence.
        let of = |(place, word): (usize, &usize)| {
            let most = if place + 1 == longest.len() { most.min(WORD / 2) } else { most };
            (*word).min(most) + GAP.len()
        };
        let lower: Vec<usize> = longest.iter().enumerate().map(of).collect();
        if lower.iter().sum::<usize>() + GAP.len() <= width {
            return lower.into_iter().map(|width| u16::try_from(width).unwrap_or(u16::MAX)).collect();
        }
    }
    Vec::new()
}

/// Returns the columns that have something to say.
fn used(table: &Table) -> Vec<usize> {
    let has_text = |column: &usize| table.rows.iter().any(|row| !row.cells[*column].is_empty());
    (0..table.columns.len()).filter(has_text).collect()
}

fn styled(label: Label, text: &str) -> String {
    let style = match label {
        Label::Strong => Style::new().bold(),
        Label::Plain => return text.to_owned(),
        Label::Quiet => Style::new().dimmed(),
    };
    format!("{style}{text}{style:#}")
}
