//! The answer of `list`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::parts::document;
use crate::connectivity::Connectivity;
use crate::query::Filter;
use crate::report::{Listed, Sheet};

/// Prints the answer of `list`: each row by the names of its columns.
pub fn list_json(net: &Connectivity, sheet: &Sheet, what: Listed, filter: &Filter) -> String {
    #[derive(Serialize)]
    struct Body<'s> {
        list: &'static str,
        rows: Vec<BTreeMap<String, &'s str>>,
    }
    let keys: Vec<String> =
        sheet.columns.iter().map(|column| column.to_lowercase().replace(' ', "_")).collect();

    let list = match what {
        Listed::Resources => "resources",
        Listed::Groups => "groups",
        Listed::Rules => "rules",
        Listed::Vpcs => "vpcs",
    };
    document(
        net,
        filter,
        0,
        Body {
            list,
            rows: sheet
                .rows
                .iter()
                .map(|cells| keys.iter().cloned().zip(cells.iter().map(String::as_str)).collect())
                .collect(),
        },
    )
}
