//! `sglens completions`: what a shell needs to complete commands. The script is made of the flags of this very
//! build; it goes where the shell looks for such files, as the examples of `--help` show. Names of resources are
//! not completed: they stand in the inputs, which a shell does not read at each key.

use anyhow::Result;
use clap::CommandFactory as _;
use clap_complete::aot::generate;

use super::output;
use super::session::Outcome;
use crate::cli::{Cli, CompletionsArgs};

/// Prints the script of a shell.
pub fn run(args: &CompletionsArgs) -> Result<Outcome> {
    let mut script: Vec<u8> = Vec::new();
    generate(args.shell, &mut Cli::command(), "sglens", &mut script);
    output::print(&script)
}
