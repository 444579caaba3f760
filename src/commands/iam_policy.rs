//! `sglens iam-policy`: what an identity must be allowed to do.

use anyhow::Result;
use sglens::ec2::IAM_POLICY;

use super::output;
use super::session::{Outcome, Session};
use crate::cli::{Format, OutputArgs};

/// Prints the policy.
pub fn run(session: Session) -> Result<Outcome> {
    let stdout = OutputArgs { output: None, format: None, check: false };
    output::write(&stdout, Format::Json, IAM_POLICY.as_bytes(), &[], session)
}
