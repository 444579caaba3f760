//! Refuses flags that have no effect: one that is ignored misleads.

use anyhow::{Result, bail};

use crate::cli::Format;

/// Refuses flags that are given, and have no effect.
pub fn refuse(flags: &[(&str, bool, bool)], format: Format) -> Result<()> {
    match flags.iter().find(|(_, is_given, has_effect)| *is_given && !has_effect) {
        Some((flag, ..)) => bail!("`{flag}` has no effect with `-f {}`", format.name()),
        None => Ok(()),
    }
}
