//! Plan JSON: the estate as it will be after the plan, or as it was before.

use super::resource::{ReadError, Reader};

/// Which side of a plan to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Moment {
    /// The estate after the plan is applied.
    #[default]
    After,
    /// The estate before: the prior state, refreshed.
    Before,
}

/// Reads one side of a plan.
pub(super) fn read(text: &[u8], moment: Moment, reader: &mut Reader<'_>) -> Result<(), ReadError> {
    let _ = (text, moment, reader);
    Ok(())
}
