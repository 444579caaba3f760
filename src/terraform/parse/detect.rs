//! Recognises Terraform documents by content, not by name.

use std::fmt;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

/// A Terraform document that sglens reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Raw state, version 4 (Terraform 0.12 and later, `OpenTofu`).
    State,
    /// Raw state, versions 1 to 3 (before 0.12; Terraformer still writes it).
    LegacyState,
    /// `terraform show -json` of a state.
    Show,
    /// `terraform show -json` of a plan.
    Plan,
}

/// What the top-level keys of a document identify it as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Detected {
    /// State or plan in a format that sglens reads.
    Terraform(Format),
    /// A raw state of a version that does not exist yet.
    StateVersion(i64),
    /// State or plan that `OpenTofu` has encrypted.
    Encrypted,
    /// A line of the `terraform plan -json` log.
    Log,
    /// An answer of the Terraform Cloud API.
    CloudApi,
    /// JSON, but nothing of Terraform's.
    Unknown,
}

/// Returns the format of a JSON document; `None` when it is not Terraform's.
pub fn detect(text: &[u8]) -> Option<Format> {
    match recognise(text) {
        Detected::Terraform(format) => Some(format),
        _ => None,
    }
}

/// Reads top-level keys until one decides what the document is.
pub(crate) fn recognise(text: &[u8]) -> Detected {
    let mut found = None;
    let mut hints = Hints::default();
    let mut json = serde_json::Deserializer::from_slice(text);
    // The visitor ends with a deliberate error as soon as a key decides.
    let _ = json.deserialize_map(TopLevel { found: &mut found, hints: &mut hints });
    found.unwrap_or(match hints {
        Hints { api: true, .. } => Detected::CloudApi,
        Hints { format_version: true, terraform_version: true, .. } => Detected::Terraform(Format::Show),
        _ => Detected::Unknown,
    })
}

/// Keys that do not decide by themselves.
#[derive(Default)]
struct Hints {
    format_version: bool,
    terraform_version: bool,
    api: bool,
}

struct TopLevel<'a> {
    found: &'a mut Option<Detected>,
    hints: &'a mut Hints,
}

impl<'de> Visitor<'de> for TopLevel<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut version = None;
        while let Some(key) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            let decided = match &*key {
                "planned_values" | "resource_changes" => Some(Detected::Terraform(Format::Plan)),
                "values" => Some(Detected::Terraform(Format::Show)),
                "encrypted_data" | "encryption_version" => Some(Detected::Encrypted),
                "@level" | "@message" => Some(Detected::Log),
                "lineage" | "serial" | "resources" | "modules" if version.is_some() => version,
                "version" => {
                    version = match map.next_value::<serde_json::Value>()?.as_i64() {
                        Some(4) => Some(Detected::Terraform(Format::State)),
                        Some(1..=3) => Some(Detected::Terraform(Format::LegacyState)),
                        Some(other) => Some(Detected::StateVersion(other)),
                        None => None,
                    };
                    continue;
                }
                _ => None,
            };
            if decided.is_some() {
                *self.found = decided;
                return Err(A::Error::custom("decided"));
            }
            self.hints.format_version |= key == "format_version";
            self.hints.terraform_version |= key == "terraform_version";
            self.hints.api |= key == "jsonapi";
            if key == "data" {
                let data = map.next_value::<serde_json::Value>()?;
                let first = data.as_array().and_then(|list| list.first()).unwrap_or(&data);
                self.hints.api |= first.get("type").is_some() && first.get("attributes").is_some();
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        *self.found = version;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_decide_in_any_order() {
        let detected = |text: &str| recognise(text.as_bytes());
        assert_eq!(detected(r#"{"version":4,"resources":[]}"#), Detected::Terraform(Format::State));
        assert_eq!(detected(r#"{"resources":[],"version":4}"#), Detected::Terraform(Format::State));
        assert_eq!(detected(r#"{"version":3,"modules":[]}"#), Detected::Terraform(Format::LegacyState));
        assert_eq!(detected(r#"{"version":5,"serial":1}"#), Detected::StateVersion(5));
        assert_eq!(
            detected(r#"{"format_version":"1.0","terraform_version":"1.1"}"#),
            Detected::Terraform(Format::Show)
        );
        assert_eq!(
            detected(r#"{"format_version":"1.2","planned_values":{}}"#),
            Detected::Terraform(Format::Plan)
        );
        assert_eq!(
            detected(r#"{"serial":1,"encryption_version":"v0","encrypted_data":""}"#),
            Detected::Encrypted
        );
        assert_eq!(detected(r#"{"@level":"info"}"#), Detected::Log);
        assert_eq!(detected(r#"{"data":{"type":"state-versions","attributes":{}}}"#), Detected::CloudApi);
        assert_eq!(detected(r#"{"SecurityGroups":[]}"#), Detected::Unknown);
        assert_eq!(detected("[1]"), Detected::Unknown);
    }
}
