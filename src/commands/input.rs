//! Reads what the user named, and accounts for it.

use std::io::IsTerminal as _;

use anyhow::{Result, bail};
use sglens::input::{Input, Options, read};
use sglens::inventory::Inventory;

use super::Session;
use crate::cli::InputArgs;

/// Reads all inputs; standard input when there is none and it is a pipe.
pub fn load(args: &InputArgs, session: Session) -> Result<Inventory> {
    let mut inputs: Vec<Input> = args.inputs.iter().map(|path| Input::from_argument(path)).collect();
    if inputs.is_empty() {
        if std::io::stdin().is_terminal() {
            bail!(
                "no input; name a Terraform state, a folder of states, or `-` for standard input \
                 (`terraform state pull | sglens … -`)"
            );
        }
        inputs.push(Input::Stdin);
    }
    let inventory = read(&inputs, Options::default())?;
    for warning in &inventory.warnings {
        session.say(&format!("warning: {}", warning.message));
    }
    Ok(inventory)
}
