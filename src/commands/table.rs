//! Prints sheets: as Markdown, as CSV, or as a table for the terminal.

use anyhow::{Context as _, Result, bail};
use sglens::render;
use sglens::report::Sheet;

use super::output;
use super::refuse::refuse;
use crate::cli::{ColumnArgs, Format, OutputArgs, TableArgs};

/// Prints a sheet.
pub fn print(sheet: &Sheet, args: &ColumnArgs, format: Format) -> String {
    if format == Format::Csv { render::csv(sheet, args.excel) } else { render::markdown(sheet) }
}

/// Prints a sheet for the terminal.
pub fn text(sheet: &Sheet, output: &OutputArgs, width: Option<u16>) -> String {
    render::text(&sheet.report(), output::width(output, width))
}

/// Returns a sheet with the columns that were asked for.
pub fn select(sheet: Sheet, args: &ColumnArgs) -> Result<Sheet> {
    if args.ids && !(args.columns.is_empty() && sheet.hides_ids()) {
        bail!("`--ids` has no effect: the columns are those that were asked for, or hold the ids anyway");
    }
    sheet.select(&args.columns, args.ids).context("`--columns`")
}

/// Refuses flags of tables that have no effect on a format.
pub fn refuse_columns(args: &ColumnArgs, format: Format, is_table: bool) -> Result<()> {
    let given = [
        ("--columns", !args.columns.is_empty(), is_table),
        ("--ids", args.ids, is_table),
        ("--excel", args.excel, format == Format::Csv),
    ];
    refuse(&given, format)
}

/// The same, with `--table`.
pub fn refuse_without_effect(args: &TableArgs, format: Format, is_table: bool) -> Result<()> {
    refuse(&[("--table", args.table.is_some(), is_table)], format)?;
    refuse_columns(&args.columns, format, is_table)
}

/// Tells whether a format is a table of columns that the user may choose.
pub fn is_table(format: Format) -> bool {
    matches!(format, Format::Markdown | Format::Csv)
}
