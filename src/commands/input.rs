//! Reads what the user named, files and live AWS, and says what to know about it.

use std::io::IsTerminal as _;

use anyhow::{Result, bail};
use sglens::input::{Input, Options, read_into};
use sglens::inventory::{Builder, Inventory};

use super::aws;
use super::session::Session;
use crate::cli::{AwsArgs, InputArgs};

/// Reads all inputs; standard input when there is none and it is a pipe.
pub fn load(args: &InputArgs, session: Session) -> Result<Inventory> {
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
    read_into(&inputs, options, &mut builder)?;
    if args.aws.live {
        read_into(&aws::inputs(&args.aws, session)?, options, &mut builder)?;
    }
    let inventory = builder.finish();
    warn(&inventory, session);
    Ok(inventory)
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
