//! Tables for spreadsheets and scripts: RFC 4180, in UTF-8.

use crate::report::Sheet;

/// Prints a sheet as CSV; for Excel with the mark by which it knows UTF-8.
pub fn csv(sheet: &Sheet, is_for_excel: bool) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in std::iter::once(&sheet.columns).chain(&sheet.rows) {
        let cells = row.iter().map(|cell| guard(cell));
        writer.write_record(cells).expect("memory takes all rows, and all have as many cells");
    }
    let bytes = writer.into_inner().expect("memory takes all rows");
    let text = String::from_utf8(bytes).expect("cells are text");
    if is_for_excel { format!("\u{feff}{text}") } else { text }
}

/// Keeps spreadsheets from taking a cell for a formula, which could send what others hold to anybody
/// (OWASP, CSV Injection). The rest of the escaping is the writer's.
fn guard(cell: &str) -> String {
    let cell = crate::shown::clean(cell);
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas() {
        let mut sheet = Sheet::new(&["a", "b"]);
        sheet.rows = vec![vec!["=1+1".into(), "x, \"y\"".into()], vec!["-1".into(), "a\nb".into()]];
        let text = csv(&sheet, false);
        assert_eq!(text.lines().next(), Some("a,b"));
        assert!(text.contains("'=1+1,\"x, \"\"y\"\"\"") && text.contains("'-1,"), "{text}");
        assert_eq!(text.lines().count(), 3);
        assert!(csv(&sheet, true).starts_with('\u{feff}'));
    }
}
