//! The `sglens` command: parses, runs, maps the outcome to an exit code.

mod cli;
mod commands;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use clap::error::ErrorKind;

use commands::Outcome;

/// Answers are many small lists: a third of the time of a question about all machines is allocation.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The most threads that are of use. More of them wait for memory rather than work.
const MAX_THREADS: usize = 8;

/// Configures rayon's global pool, on which the library reads and merges large inputs. The main thread
/// is part of it, so that it works with the others instead of waiting for them.
fn start_threads() -> anyhow::Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let pool = rayon::ThreadPoolBuilder::new().use_current_thread().num_threads(cores.min(MAX_THREADS));
    pool.build_global().context("the threads that read large inputs cannot be started")
}

fn main() -> ExitCode {
    if let Err(error) = start_threads() {
        commands::say_error(&error);
        return ExitCode::FAILURE;
    }
    // The layout engine is young and may panic; the caller falls back and says so in its own words.
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some("layout") {
            usual(panic);
        }
    }));
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let is_said = commands::say_usage(&error);
            // clap would exit with 2, which for us means "done, but there are findings".
            let is_help =
                matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) && is_said;
            return if is_help { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
    };
    match commands::run(&cli) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(2),
        Err(error) if commands::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            commands::say_error(&error);
            ExitCode::FAILURE
        }
    }
}
