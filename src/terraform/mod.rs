//! Reads Terraform: raw state of every version, `terraform show -json` of a state, plan JSON.
//!
//! A document passes three parts in this order. `parse` recognises it and turns JSON into pruned
//! values. `formats` turns each format into the same stream of `Resource`s, which hold only the
//! attributes that sglens uses. `convert` turns a resource into findings for the [`Builder`].
//! `fast` is a second way through the first two parts for large states. This module evaluates
//! nothing.

mod convert;
mod fast;
mod formats;
mod parse;
mod resource;
mod schema;

pub use formats::Moment;
pub(crate) use parse::{Detected, recognise};
pub use parse::{Format, ReadError, detect};

use std::sync::Arc;

use crate::inventory::{Builder, Source};
use resource::Reader;

/// Reads one decoded document of a known format into the builder.
///
/// # Errors
/// [`ReadError`] when the document does not follow its format: truncated, or of a version that
/// sglens does not know.
pub fn read(
    format: Format,
    text: &[u8],
    source: &Arc<Source>,
    moment: Moment,
    builder: &mut Builder,
) -> Result<(), ReadError> {
    let mut reader = Reader::new(source, builder);
    match format {
        Format::State => {
            if fast::read(text, &mut reader).is_none() {
                formats::state::read(text, &mut reader)?;
            }
        }
        Format::LegacyState => formats::legacy::read(text, &mut reader)?,
        Format::Show => formats::show::read(text, &mut reader)?,
        Format::Plan => formats::plan::read(text, moment, &mut reader)?,
    }
    reader.finish();
    Ok(())
}
