//! The live EC2 source: `--aws`, `sglens snapshot`, `sglens iam-policy`. Two kinds of servers on this
//! machine stand for AWS: moto keeps an estate as EC2 does, and a stub answers what a test wants.
//!
//! moto and the AWS CLI need Python 3 with pip and the package registry; the first test that wants
//! them installs them into `target/moto`. `SGLENS_SKIP_MOTO=1` skips what needs them.

#![cfg(feature = "aws")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod accounts;
mod agreed;
mod answers;
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
