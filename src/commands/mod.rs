//! The verbs: one file each. They read, ask the library, and write.

#[cfg(feature = "aws")]
mod aws;
#[cfg(not(feature = "aws"))]
#[path = "no_aws.rs"]
mod aws;
mod explain;
mod file;
mod focus;
mod graph;
mod iam_policy;
mod input;
mod members;
mod output;
mod picture;
mod session;
mod snapshot;

pub use session::{Outcome, Session};

use session::message;

use std::ffi::OsString;
use std::io::{self, Write as _};

use anyhow::Result;
use sglens::query::SelectError;

use crate::cli::{Cli, ColorWhen, Command};

/// Runs the verb.
pub fn run(cli: &Cli) -> Result<Outcome> {
    let choice = match cli.color {
        ColorWhen::Auto => anstream::ColorChoice::Auto,
        ColorWhen::Always => anstream::ColorChoice::Always,
        ColorWhen::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
    let session = Session { quiet: cli.quiet };
    match &cli.command {
        Command::Graph(args) => graph::run(args, session),
        Command::Explain(args) => explain::run(args, session),
        Command::Focus(args) => focus::run(args, session),
        Command::Members(args) => members::run(args, session),
        Command::Snapshot(args) => snapshot::run(args, session),
        Command::IamPolicy => iam_policy::run(session),
    }
}

/// Tells whether the reader of our output has gone, as `head` does: that is no error.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Prints an error for people. Its texts may hold names from the input, which must not make lines of their
/// own: the only lines are those of a list of names, each of which is clean.
pub fn say_error(error: &anyhow::Error) {
    let said: Vec<String> = error
        .chain()
        .map(|cause| match cause.downcast_ref::<SelectError>() {
            Some(error) => error.to_string().lines().map(message).collect::<Vec<_>>().join("\n"),
            None => message(&cause.to_string()),
        })
        .collect();
    let _ = writeln!(io::stderr(), "error: {}", said.join(": "));
}

/// Prints help, or what is wrong with the arguments, which that repeats: whoever calls sglens in a script may
/// take them from names. Returns whether it could be printed.
pub fn say_usage(error: &clap::Error) -> bool {
    let is_odd = |argument: OsString| {
        let raw = argument.to_string_lossy();
        message(&raw) != raw
    };
    let printed = if std::env::args_os().any(is_odd) {
        writeln!(io::stderr(), "{}", message(&error.to_string()))
    } else {
        error.print()
    };
    printed.map_or_else(|error| error.kind() == io::ErrorKind::BrokenPipe, |()| true)
}
