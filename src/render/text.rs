//! Reports for the terminal. Styled text: the caller strips the styles where they do not belong.

use anstyle::Style;

use crate::report::{Label, Report, Row};
use crate::words;

/// What stands between two cells of a row.
const GAP: &str = "  ";

/// Prints a report.
pub fn text(report: &Report) -> String {
    report.rows.iter().map(line).collect()
}

fn line(row: &Row) -> String {
    let cells = row.cells.iter().enumerate();
    let cells: Vec<String> = cells
        .map(|(place, cell)| match place {
            0 => styled(cell.label, &words::line(&cell.text)),
            _ => styled(cell.label, &cell.text),
        })
        .collect();
    if cells.is_empty() {
        return "\n".into();
    }
    format!("{}{}\n", GAP.repeat(row.depth), cells.join(GAP))
}

fn styled(label: Label, text: &str) -> String {
    let style = match label {
        Label::Strong => Style::new().bold(),
        Label::Plain => return text.to_owned(),
        Label::Quiet => Style::new().dimmed(),
    };
    format!("{style}{text}{style:#}")
}
