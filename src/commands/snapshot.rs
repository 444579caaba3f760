//! `sglens snapshot`: live EC2 as a file.

use anyhow::Result;
use sglens::input::{Options, read};

use super::session::{Outcome, Session};
use super::{aws, input, output};
use crate::cli::{Format, OutputArgs, SnapshotArgs};

/// Writes what live AWS answers.
pub fn run(args: &SnapshotArgs, session: Session) -> Result<Outcome> {
    let output = OutputArgs { output: args.output.clone(), format: Some(Format::Json), check: args.check };
    // A mistake shows at once, and not after minutes of collecting.
    output::file(&output)?;
    let (document, regions) = aws::snapshot(&args.aws, session)?;
    // Read at once, as any verb will: what could not be asked for is told now, not only then.
    input::warn(&read(&regions, Options::default())?, session);
    output::write_own(&output, Format::Json, document.as_bytes(), session)
}
