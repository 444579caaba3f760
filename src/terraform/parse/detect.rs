//! Recognises Terraform documents by content, not by name.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

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
    /// A stack that `pulumi stack export` wrote.
    Pulumi,
    /// A state of version 1 to 3 without the modules that hold its resources.
    NoModules,
    /// Where Terraform notes which backend holds the state (`.terraform/terraform.tfstate`).
    Backend,
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
        let (mut version, mut is_backend) = (None, false);
        // Whether there is a list of resources or modules, and whether it holds any resource.
        let mut lists: Option<bool> = None;
        while let Some(key) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            let decided = match &*key {
                "planned_values" | "resource_changes" => Some(Detected::Terraform(Format::Plan)),
                "values" => Some(Detected::Terraform(Format::Show)),
                "encrypted_data" | "encryption_version" => Some(Detected::Encrypted),
                "@level" | "@message" => Some(Detected::Log),
                "deployment" => Some(Detected::Pulumi),
                "resources" if version.is_some() => version,
                "modules" if version.is_some() && !is_backend => version,
                "resources" | "modules" => {
                    lists = lists.max(Some(map.next_value::<Resources>()?.0));
                    continue;
                }
                "backend" => {
                    is_backend = true;
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
                "version" => {
                    version = match map.next_value::<Version>()?.0 {
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
                self.hints.api |= map.next_value::<ApiData>()?.0;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        *self.found = match version {
            Some(_) if is_backend && lists != Some(true) => Some(Detected::Backend),
            Some(Detected::Terraform(Format::LegacyState)) if lists.is_none() => Some(Detected::NoModules),
            found => found,
        };
        Ok(())
    }
}

/// The version of a state; `None` for what is no whole number.
struct Version(Option<i64>);

/// Whether `data` holds an object of the Terraform Cloud API, or a list that begins with one.
struct ApiData(bool);

// Both build nothing of what they do not look at, because it may be of any size.

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Skim).map(|seen| Self(seen.number))
    }
}

impl<'de> Deserialize<'de> for ApiData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Skim).map(|seen| Self(seen.has_type && seen.has_attributes))
    }
}

/// Whether a list of resources, or of modules with resources, holds any.
struct Resources(bool);

impl<'de> Deserialize<'de> for Resources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Skim).map(|seen| Self(seen.has_type || seen.has_resources))
    }
}

/// Looks at a number, or at the keys of an object or of the first one in a list.
struct Skim;

/// What [`Skim`] saw.
#[derive(Default)]
struct Seen {
    number: Option<i64>,
    has_type: bool,
    has_attributes: bool,
    /// Whether an object below `resources` holds anything.
    has_resources: bool,
    /// How many keys an object has.
    keys: usize,
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Skim)
    }
}

impl<'de> Visitor<'de> for Skim {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Seen, E> {
        Ok(Seen::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Seen, E> {
        Ok(Seen::default())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Seen, E> {
        Ok(Seen { number: Some(number), ..Seen::default() })
    }

    fn visit_u64<E>(self, number: u64) -> Result<Seen, E> {
        Ok(Seen { number: i64::try_from(number).ok(), ..Seen::default() })
    }

    fn visit_f64<E>(self, _: f64) -> Result<Seen, E> {
        Ok(Seen::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Seen, E> {
        Ok(Seen::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Seen, A::Error> {
        let mut all = seq.next_element::<Seen>()?.unwrap_or_default();
        while let Some(more) = seq.next_element::<Seen>()? {
            all.has_resources |= more.has_resources;
        }
        Ok(Seen { number: None, ..all })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen, A::Error> {
        let mut seen = Seen::default();
        while let Some(key) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            seen.keys += 1;
            seen.has_type |= key == "type";
            seen.has_attributes |= key == "attributes";
            if key == "resources" {
                seen.has_resources |= map.next_value::<Seen>()?.keys > 0;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(seen)
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
        assert_eq!(detected(r#"{"version":3,"deployment":{"resources":[]}}"#), Detected::Pulumi);
        assert_eq!(detected(r#"{"version":3,"serial":1,"lineage":"x"}"#), Detected::NoModules);
        let backend = r#""backend":{"type":"s3"}"#;
        assert_eq!(detected(&format!(r#"{{"version":3,"serial":1,{backend}}}"#)), Detected::Backend);
        assert_eq!(detected(&format!(r#"{{"version":3,{backend},"modules":[]}}"#)), Detected::Backend);
        assert_eq!(detected(&format!(r#"{{{backend},"modules":[],"version":3}}"#)), Detected::Backend);
        let module = r#""modules":[{"path":["root"],"resources":{}},{"resources":{"aws_vpc.a":{}}}]"#;
        let legacy = Detected::Terraform(Format::LegacyState);
        assert_eq!(detected(&format!(r#"{{"version":3,{backend},{module}}}"#)), legacy);
        assert_eq!(detected(r#"{"version":3,"resources":[]}"#), legacy);
        assert_eq!(detected(r#"{"version":[0,0],"data":[0,1]}"#), Detected::Unknown);
    }
}
