//! Who may connect to whom as a grid: sources down, destinations across, ports in the cells.

use std::collections::{BTreeMap, BTreeSet};

use super::{Flow, NONE, Sheet};
use crate::connectivity::Verdict;
use crate::traffic::Traffic;
use crate::words;

/// Returns flows as a grid. What is undecided has a question mark.
pub fn matrix_sheet(flows: &[Flow]) -> Sheet {
    let mut cells: BTreeMap<(&str, &str), (Traffic, Traffic)> = BTreeMap::new();
    for (source, destination, finding) in flows.iter().map(Flow::named) {
        let slot = match finding.verdict {
            Verdict::Allowed => &mut cells.entry((source, destination)).or_default().0,
            Verdict::Undecided => &mut cells.entry((source, destination)).or_default().1,
            Verdict::BlockedByEgress | Verdict::NoIngress => continue,
        };
        *slot = slot.union(&finding.traffic);
    }
    let sorted = |names: BTreeSet<&str>| {
        let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        names.sort_by(|one, other| words::natural(one, other));
        names
    };
    let sources = sorted(cells.keys().map(|(source, _)| *source).collect());
    let destinations = sorted(cells.keys().map(|(_, destination)| *destination).collect());
    let mut sheet = Sheet::new(&["Source ↓ / Destination →"]);
    sheet.columns.extend(destinations.iter().cloned());
    for source in &sources {
        let cell = |destination: &String| {
            let (allowed, open) =
                cells.get(&(source.as_str(), destination.as_str())).cloned().unwrap_or_default();
            match (allowed.is_empty(), open.is_empty()) {
                (true, true) => NONE.to_owned(),
                (false, true) => short(&allowed),
                (true, false) => format!("{}?", short(&open)),
                (false, false) => format!("{}, {}?", short(&allowed), short(&open)),
            }
        };
        let row = std::iter::once(source.clone()).chain(destinations.iter().map(cell));
        sheet.rows.push(row.collect());
    }
    sheet.notes.push(format!(
        "Cells hold ports of TCP unless another protocol is named. {NONE}: not permitted by rules that name the two; what \
         CIDR rules permit stands at their CIDR blocks. ?: undecided."
    ));
    sheet
}

/// Returns traffic for a cell: the ports of TCP alone.
fn short(traffic: &Traffic) -> String {
    let text = traffic.to_string();
    match text.strip_prefix("tcp ") {
        Some(ports) if !ports.contains('·') => ports.to_owned(),
        _ if text == "all traffic" => "all".to_owned(),
        _ => text,
    }
}
