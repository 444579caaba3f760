//! Whom the user means, or a message that helps to say it better.

use anyhow::{Result, anyhow};
use sglens::connectivity::{Connectivity, Subject};
use sglens::query::{Only, SelectError, select};

/// Finds the subject of a name.
pub fn find(index: &Connectivity<'_>, text: &str, only: Only) -> Result<Subject> {
    select(index, text, only).map_err(|error| anyhow!(message(index, &error)))
}

/// Tells whether a name is that of an endpoint without groups.
fn is_ungrouped(index: &Connectivity<'_>, text: &str) -> bool {
    index.inventory.ungrouped.iter().any(|(id, label)| id.as_str() == text || label == text)
}

fn message(index: &Connectivity<'_>, error: &SelectError) -> String {
    match error {
        SelectError::Unknown { text, .. } if is_ungrouped(index, text) => {
            format!("`{text}` is in the input, but the input does not tell a group that it carries")
        }
        SelectError::Unknown { text, near } => {
            let tally = &index.inventory.tally;
            let mut lines = vec![format!(
                "nothing in the input is called `{text}` ({} groups, {} endpoints)",
                tally.groups + tally.groups_elsewhere,
                tally.endpoints
            )];
            if !near.is_empty() {
                lines.push("did you mean".into());
                lines.extend(near.iter().map(|name| format!("  {name}")));
            }
            lines.join("\n")
        }
        SelectError::Ambiguous { text, candidates } => {
            let mut lines = vec![format!("`{text}` means {} things; name one by its id", candidates.len())];
            let shown = candidates.iter().take(20).map(|candidate| {
                format!("  {}  {} {}  {}", candidate.id, candidate.kind, candidate.label, candidate.place)
            });
            lines.extend(shown);
            if candidates.len() > 20 {
                lines.push(format!("  and {} more", candidates.len() - 20));
            }
            lines.join("\n")
        }
    }
}
