//! `INDEX.tsv`: what each file holds.
//!
//! What the columns count was found by counting: instances of managed resources (deposed ones too)
//! in `sg`, `aws_*_rule` and `aws_instance`; inline objects in `inline_*`; in `sg_refs` each group in
//! an inline object, each `self`, and each source of a rule of its own; data sources in
//! `data_sources`. Of a plan, its `planned_values`.

use std::collections::BTreeMap;

/// One line.
pub struct Entry {
    pub file: String,
    pub kind: String,
    columns: BTreeMap<String, String>,
}

/// Reads the index; the first line names the columns.
pub fn entries(text: &str) -> Vec<Entry> {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    lines
        .map(|line| {
            let cells = line.split('\t').map(str::to_owned);
            let columns: BTreeMap<String, String> =
                names.iter().map(|name| (*name).to_owned()).zip(cells).collect();
            Entry { file: columns["file"].clone(), kind: columns["kind"].clone(), columns }
        })
        .collect()
}

impl Entry {
    /// A column that counts something.
    #[track_caller]
    pub fn count(&self, column: &str) -> usize {
        self.columns[column].parse().unwrap()
    }

    /// The name of the file, short enough for a table.
    pub fn short(&self) -> String {
        const WIDTH: usize = 48;
        let name = self.file.split_once('/').map_or(self.file.as_str(), |(_, name)| name);
        let mut short: String = name.chars().take(WIDTH - 12).collect();
        if name.chars().count() > WIDTH {
            short.push('…');
            short.extend(name.chars().skip(name.chars().count() - 11));
        } else {
            name.clone_into(&mut short);
        }
        format!("{short:<WIDTH$}")
    }
}
