//! Reads what the user named, files and live AWS, and says what to know about it.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use sglens::connectivity::Connectivity;
use sglens::input::{Input, Options, read_into};
use sglens::inventory::{Builder, Inventory};

use super::arguments::{NoInput, check_input};
use super::aws;
use super::session::Session;
use crate::cli::{AwsArgs, InputArgs};

/// Whoever pipes a state sees it read sooner.
const PATIENCE: Duration = Duration::from_secs(3);

/// What Terraform calls a state that no backend keeps elsewhere.
const STATE: &str = "terraform.tfstate";

/// Reads and compiles all inputs; where none is named, what comes through a pipe, else the state of this
/// folder. Returns with it the files that were read.
pub fn load(args: &InputArgs, session: Session) -> Result<(Connectivity, Vec<PathBuf>)> {
    if !args.aws.live
        && let Some(option) = stray(&args.aws)
    {
        bail!("`{option}` is about live AWS: add `--aws`");
    }
    args.inputs.iter().try_for_each(|path| check_input(path))?;
    let mut inputs: Vec<Input> = args.inputs.iter().map(|path| Input::from_argument(path)).collect();
    let is_unnamed = inputs.is_empty() && !args.aws.live;
    let is_piped = is_unnamed && !std::io::stdin().is_terminal();
    let mut waiting = (is_piped || inputs.contains(&Input::Stdin)).then(|| Waiting::new(session));
    if is_unnamed {
        let input = unnamed(is_piped, session)?;
        waiting = waiting.filter(|_| input == Input::Stdin);
        inputs.push(input);
    }
    // Files first: a mistake in their names shows at once, and not after minutes of collecting.
    let mut builder = Builder::new();
    let options = Options { strict: args.strict, ..Options::default() };
    let mut read = read_into(&inputs, options, &mut builder)?;
    if inputs.contains(&Input::Stdin) {
        read.push("/dev/stdin".into());
    }
    drop(waiting);
    if args.aws.live {
        read_into(&aws::inputs(&args.aws, session)?, options, &mut builder)?;
    }
    let inventory = builder.finish();
    warn(&inventory, session);
    Ok((Connectivity::new(inventory), read))
}

/// Finds what to read where nothing is named. Under a build server or an editor, standard input is no
/// terminal and gives nothing: that is no pipe.
fn unnamed(is_piped: bool, session: Session) -> Result<Input> {
    // Only looked at: whoever reads standard input then gets all of it.
    let gives_something = || std::io::stdin().lock().fill_buf().map_or(true, |bytes| !bytes.is_empty());
    if is_piped && gives_something() {
        return Ok(Input::Stdin);
    }
    if Path::new(STATE).is_file() {
        session.say(&format!("reading {STATE}, because no input was named"));
        return Ok(Input::Path(STATE.into()));
    }
    let given = if is_piped { "standard input is empty, and " } else { "" };
    let live = if cfg!(feature = "aws") { ", `--aws` for live AWS" } else { "" };
    let text = format!(
        "{given}there is no {STATE} in this folder; name a Terraform state, a folder of states{live}, or `-` for \
         standard input (`terraform state pull | sglens … -`)"
    );
    Err(NoInput(text).into())
}

/// Says what is waited for, when standard input gives nothing for a while.
struct Waiting(Arc<AtomicBool>);

impl Waiting {
    fn new(session: Session) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&is_over);
        std::thread::spawn(move || {
            std::thread::sleep(PATIENCE);
            if !told.load(Ordering::Relaxed) {
                session.say("reading standard input, to its end; name a file to read that instead");
            }
        });
        Self(is_over)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Says what to know about what was read.
pub fn warn(inventory: &Inventory, session: Session) {
    for warning in &inventory.warnings {
        session.say(&format!("warning: {}", warning.message));
    }
}

/// An option that says how to read live AWS, where nothing says to do so. clap cannot tell, since
/// `snapshot` always does.
fn stray(args: &AwsArgs) -> Option<&'static str> {
    let given = [
        (!args.profile.is_empty(), "--profile"),
        (!args.region.is_empty(), "--region"),
        (args.all_regions, "--all-regions"),
        (!args.role_arn.is_empty(), "--role-arn"),
        (args.endpoint_url.is_some(), "--endpoint-url"),
        (args.timeout.is_some(), "--timeout"),
    ];
    given.into_iter().find_map(|(is_given, option)| is_given.then_some(option))
}
