//! Reads what the user named, files and live AWS, and says what to know about it.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use sglens::connectivity::Connectivity;
use sglens::input::{Input, Options, read_into};
use sglens::inventory::{Builder, Inventory};

use super::aws;
use super::session::Session;
use crate::cli::{AwsArgs, InputArgs};

/// Whoever pipes a state sees it read sooner.
const PATIENCE: Duration = Duration::from_secs(3);

/// Reads and compiles all inputs; standard input when there is none and it is a pipe. Returns with it the
/// files that were read.
pub fn load(args: &InputArgs, session: Session) -> Result<(Connectivity, Vec<PathBuf>)> {
    let mut inputs: Vec<Input> = args.inputs.iter().map(|path| Input::from_argument(path)).collect();
    if !args.aws.live
        && let Some(option) = stray(&args.aws)
    {
        bail!("`{option}` is about live AWS: add `--aws`");
    }
    if inputs.is_empty() && !args.aws.live {
        if std::io::stdin().is_terminal() {
            bail!(
                "no input; name a Terraform state, a folder of states, `--aws` for live AWS, or `-` for \
                 standard input (`terraform state pull | sglens … -`)"
            );
        }
        inputs.push(Input::Stdin);
    }
    // Files first: a mistake in their names shows at once, and not after minutes of collecting.
    let mut builder = Builder::new();
    let options = Options { strict: args.strict, ..Options::default() };
    let waiting = inputs.contains(&Input::Stdin).then(|| Waiting::new(session));
    let mut read = read_into(&inputs, options, &mut builder)?;
    if waiting.is_some() {
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
