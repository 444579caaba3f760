//! Snapshots of one state: Terraform gives a state a lineage when it is created, and raises the serial
//! with each change (Terraform source, `internal/states/statefile`).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};

use crate::inventory::Builder;

/// What one file says.
pub(super) struct Document {
    pub(super) name: String,
    pub(super) builder: Builder,
    /// Of which state it is a snapshot, and the serial; `None` for other documents.
    pub(super) snapshot: Option<(String, i64)>,
}

/// Returns the documents without older snapshots of a state of which a newer one is there. Each of those
/// is named in a warning.
pub(super) fn newest(documents: Vec<Document>, builder: &mut Builder) -> Vec<Document> {
    let mut highest: BTreeMap<String, (i64, String)> = BTreeMap::new();
    for document in &documents {
        let Some((lineage, serial)) = &document.snapshot else { continue };
        let newest = highest.entry(lineage.clone()).or_insert_with(|| (*serial, document.name.clone()));
        if *serial > newest.0 {
            *newest = (*serial, document.name.clone());
        }
    }
    let is_newest = |document: &Document| {
        let Some((lineage, serial)) = &document.snapshot else { return true };
        let (newest, name) = &highest[lineage];
        if serial < newest {
            builder.warn(format!(
                "`{}` is an older snapshot (serial {serial}) of the state in `{name}` (serial {newest}); it is \
                 left out",
                document.name
            ));
        }
        serial >= newest
    };
    documents.into_iter().filter(is_newest).collect()
}

/// Returns the lineage and serial of a raw state.
pub(super) fn of(text: &[u8]) -> Option<(String, i64)> {
    let mut found = Found::default();
    let mut json = serde_json::Deserializer::from_slice(text);
    // The visitor ends with a deliberate error as soon as both are found.
    let _ = json.deserialize_map(TopLevel(&mut found));
    let lineage = found.lineage.filter(|lineage| !lineage.is_empty() && found.is_state)?;
    Some((lineage, found.serial?))
}

#[derive(Default)]
struct Found {
    lineage: Option<String>,
    serial: Option<i64>,
    is_state: bool,
}

struct TopLevel<'f>(&'f mut Found);

impl<'de> Visitor<'de> for TopLevel<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            match &*key {
                "lineage" => self.0.lineage = Some(map.next_value()?),
                "serial" => self.0.serial = Some(map.next_value()?),
                "version" => {
                    map.next_value::<IgnoredAny>()?;
                    self.0.is_state = true;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
            if self.0.lineage.is_some() && self.0.serial.is_some() && self.0.is_state {
                return Err(A::Error::custom("found"));
            }
        }
        Ok(())
    }
}
