//! The `sglens` command as its users meet it: arguments and files in; exit code, stdout and stderr out.
//! And Mermaid's own parser, which is another program too.
//!
//! `UPDATE_GOLDEN=1 cargo test --test command golden` writes the pictures of the examples anew.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::needless_pass_by_value,
    missing_docs
)]

mod arguments;
mod attached;
mod bounds;
mod files;
mod filters;
mod given;
mod golden;
mod hostile;
mod iam_policy;
mod identity;
mod inputs;
mod leaks;
mod mermaid;
mod order;
mod output;
mod plans;
mod readme;
mod reports;
mod stories;
mod unreadable;

/// What tests share; each crate of tests uses a part of it.
#[path = "../testkit"]
#[allow(dead_code)]
mod testkit {
    pub mod canary;
    pub mod command;
    pub mod names;
    pub mod products;
    pub mod random;
    pub mod skip;
}

use testkit::command::{Case, REPOSITORY, Run, state, state_text};
