//! The live EC2 source: `--aws`, `sglens snapshot`, `sglens iam-policy`. Two kinds of servers on this
//! machine stand for AWS: moto keeps an estate as EC2 does, and a stub answers what a test wants.
//!
//! `tests/install moto` installs moto and the AWS CLI into `target/moto`; it needs Python 3 with pip.
//! Without them, or with `SGLENS_SKIP_MOTO=1`, what needs them is skipped.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod accounts;
mod agreed;
mod answers;
mod bounds;
mod command;
mod credentials;
mod moto;
mod owners;
mod pages;
mod policy;
mod refusals;
mod snapshot;
mod sources;
mod stub;

/// What tests share; each crate of tests uses a part of it.
#[path = "../testkit"]
#[allow(dead_code)]
mod testkit {
    pub mod command;
    pub mod skip;
}
