//! Names of regions.

use std::fmt;

use super::Error;

/// The name of a region. It is checked, because it becomes part of the address that is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RegionName(String);

impl RegionName {
    /// Refuses a text that does not look like a region.
    pub(super) fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        let is_region = text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if is_region { Ok(Self(text)) } else { Err(Error::NotRegion(text)) }
    }

    /// The name as text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RegionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_letters_digits_and_dashes() {
        assert!(
            ["eu-west-1", "us-gov-west-1", "local"].iter().all(|region| RegionName::new(*region).is_ok())
        );
        for wrong in ["", "1eu", "-eu", "eu west", "eu-west-1.example", "eu/../", "eu#"] {
            assert!(RegionName::new(wrong).is_err(), "{wrong}");
        }
    }
}
