//! Recognises Terraform documents by content, not by name.

use std::fmt;

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

/// A Terraform document that sglens reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Raw state, version 4 (Terraform 0.12 and later, `OpenTofu`).
    State,
    /// Raw state, versions 1 to 3 (before 0.12; Terraformer still writes it).
    LegacyState,
    /// `terraform show -json` of a state.
    Show,
    /// `terraform show -json` of a plan.
    Plan,
}

/// What a document is, as far as its top-level keys tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    Terraform(Kind),
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

/// Recognises the kind of a JSON document; `None` when it is not Terraform's.
pub fn detect(text: &[u8]) -> Option<Kind> {
    match verdict(text) {
        Verdict::Terraform(kind) => Some(kind),
        _ => None,
    }
}

/// Looks at top-level keys until one decides.
pub(crate) fn verdict(text: &[u8]) -> Verdict {
    let mut found = None;
    let mut hints = Hints::default();
    let mut json = serde_json::Deserializer::from_slice(text);
    // Looking ends with a deliberate error as soon as a key decides.
    let _ = json.deserialize_map(TopLevel { found: &mut found, hints: &mut hints });
    found.unwrap_or(match hints {
        Hints { api: true, .. } => Verdict::CloudApi,
        Hints { format_version: true, terraform_version: true, .. } => Verdict::Terraform(Kind::Show),
        _ => Verdict::Unknown,
    })
}

#[derive(Default)]
struct Hints {
    format_version: bool,
    terraform_version: bool,
    api: bool,
}

struct TopLevel<'a> {
    found: &'a mut Option<Verdict>,
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
                "planned_values" | "resource_changes" => Some(Verdict::Terraform(Kind::Plan)),
                "values" => Some(Verdict::Terraform(Kind::Show)),
                "encrypted_data" | "encryption_version" => Some(Verdict::Encrypted),
                "@level" | "@message" => Some(Verdict::Log),
                "lineage" | "serial" | "resources" | "modules" if version.is_some() => version,
                "version" => {
                    version = match map.next_value::<serde_json::Value>()?.as_i64() {
                        Some(4) => Some(Verdict::Terraform(Kind::State)),
                        Some(1..=3) => Some(Verdict::Terraform(Kind::LegacyState)),
                        Some(other) => Some(Verdict::StateVersion(other)),
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
        let kind = |text: &str| verdict(text.as_bytes());
        assert_eq!(kind(r#"{"version":4,"resources":[]}"#), Verdict::Terraform(Kind::State));
        assert_eq!(kind(r#"{"resources":[],"version":4}"#), Verdict::Terraform(Kind::State));
        assert_eq!(kind(r#"{"version":3,"modules":[]}"#), Verdict::Terraform(Kind::LegacyState));
        assert_eq!(kind(r#"{"version":5,"serial":1}"#), Verdict::StateVersion(5));
        assert_eq!(
            kind(r#"{"format_version":"1.0","terraform_version":"1.1"}"#),
            Verdict::Terraform(Kind::Show)
        );
        assert_eq!(kind(r#"{"format_version":"1.2","planned_values":{}}"#), Verdict::Terraform(Kind::Plan));
        assert_eq!(kind(r#"{"serial":1,"encryption_version":"v0","encrypted_data":""}"#), Verdict::Encrypted);
        assert_eq!(kind(r#"{"@level":"info"}"#), Verdict::Log);
        assert_eq!(kind(r#"{"data":{"type":"state-versions","attributes":{}}}"#), Verdict::CloudApi);
        assert_eq!(kind(r#"{"SecurityGroups":[]}"#), Verdict::Unknown);
        assert_eq!(kind("[1]"), Verdict::Unknown);
    }
}
