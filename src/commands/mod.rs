//! The verbs: one file each. They read, ask the library, and write.

mod arguments;
#[cfg(feature = "aws")]
mod aws;
#[cfg(not(feature = "aws"))]
#[path = "no_aws.rs"]
mod aws;
mod completions;
mod explain;
mod file;
mod filter;
mod focus;
mod graph;
mod iam_policy;
mod input;
mod list;
mod man;
mod members;
mod output;
mod picture;
mod refuse;
mod session;
mod snapshot;
mod table;
mod typed;

pub use session::{Outcome, Session};

use arguments::{GROUP, Shape, TARGET};
use session::message;

use std::ffi::OsString;
use std::io::{self, Write as _};

use anyhow::Result;
use sglens::query::SelectError;

use crate::cli::{Cli, ColorWhen, Command, InputArgs};

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
        Command::Focus(args) => ask_about(TARGET, &args.target, &args.input, || focus::run(args, session)),
        Command::Members(args) => ask_about(GROUP, &args.target, &args.input, || members::run(args, session)),
        Command::List(args) => list::run(args, session),
        Command::Snapshot(args) => snapshot::run(args, session),
        Command::IamPolicy => iam_policy::run(session),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}

/// Runs a verb that asks about one thing, unless that is missing or stands among the inputs.
fn ask_about(
    shape: Shape,
    asked: &str,
    input: &InputArgs,
    run: impl FnOnce() -> Result<Outcome>,
) -> Result<Outcome> {
    let inputs: Vec<String> = input.inputs.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    shape.check(&[asked], &inputs)?;
    run().map_err(|error| shape.or_missing(error, &[asked], &inputs))
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
