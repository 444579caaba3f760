//! Reads Terraform: raw state of every version, `terraform show -json` of a state, plan JSON.
//!
//! Every format is turned into the same stream of `Resource`s, each holding only the attributes
//! that sglens uses; one set of conversions turns a resource into findings for the
//! [`Builder`]. This room evaluates nothing.

mod address;
mod attachments;
mod detect;
mod flatmap;
mod groups;
mod json;
mod legacy;
mod links;
mod names;
mod network;
mod pieces;
mod plan;
mod resource;
mod rules;
mod schema;
mod show;
mod state;
mod value;

pub use detect::{Kind, detect};
pub(crate) use detect::{Verdict, verdict};
pub use plan::Moment;
pub use resource::ReadError;

use std::sync::Arc;

use crate::inventory::{Builder, Source};
use resource::Reader;

/// Reads one decoded document of a known kind into the builder.
///
/// # Errors
/// [`ReadError`] when the document is not what its kind promises: truncated, or of a version that
/// sglens does not know.
pub fn read(
    kind: Kind,
    text: &[u8],
    source: &Arc<Source>,
    moment: Moment,
    builder: &mut Builder,
) -> Result<(), ReadError> {
    let mut reader = Reader::new(source, builder);
    match kind {
        Kind::State => state::read(text, &mut reader)?,
        Kind::LegacyState => legacy::read(text, &mut reader)?,
        Kind::Show => show::read(text, &mut reader)?,
        Kind::Plan => plan::read(text, moment, &mut reader)?,
    }
    reader.finish();
    Ok(())
}
