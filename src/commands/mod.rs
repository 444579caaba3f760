//! The verbs: one file each. They read, ask the library, and write.

#[cfg(feature = "aws")]
mod aws;
#[cfg(not(feature = "aws"))]
#[path = "no_aws.rs"]
mod aws;
mod explain;
mod focus;
mod graph;
mod iam_policy;
mod input;
mod members;
mod output;
mod picture;
pub mod ports;
mod snapshot;
mod target;

use std::io::{self, Write as _};

use anyhow::Result;

use crate::cli::{Cli, ColorWhen, Command};

/// How a run ended, when it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done,
    /// Done, and there is something: a difference, a stale file.
    Findings,
}

/// What all verbs share.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    /// Say nothing but errors.
    pub quiet: bool,
}

impl Session {
    /// Says something on stderr. A closed stderr is no reason to stop.
    pub fn say(self, text: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{}", sglens::render::clean(text));
        }
    }
}

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

/// Prints an error for people. Its texts may hold names from the input: they are cleaned, but lines stay lines.
pub fn say_error(error: &anyhow::Error) {
    let text = format!("{error:#}");
    let lines: Vec<_> = text.lines().map(sglens::render::clean).collect();
    let _ = writeln!(io::stderr(), "error: {}", lines.join("\n"));
}
