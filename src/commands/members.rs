//! `sglens members`: who carries a group.

use anyhow::{Result, bail};
use sglens::connectivity::{Connectivity, Subject};
use sglens::query::{Only, members};
use sglens::render::{account, members_json, members_text};

use super::{Outcome, Session, input, output, target};
use crate::cli::{Format, MembersArgs};

/// Lists the carriers of a group, and what carrying it opens.
pub fn run(args: &MembersArgs, session: Session) -> Result<Outcome> {
    let format = output::format(&args.output, Format::Text)?;
    let inventory = input::load(&args.input, session)?;
    let index = Connectivity::new(&inventory);
    let Subject::Group(group) = target::find(&index, &args.group, Only::Groups)? else {
        bail!("`{}` is no group", args.group)
    };
    let answer = members(&index, group);
    let content = match format {
        Format::Text => members_text(&index, &answer),
        Format::Json => members_json(&index, &answer),
        Format::Dot | Format::Mermaid | Format::Svg | Format::Png | Format::Scene => {
            bail!("`members` lists; draw the group with `sglens focus {}`", args.group)
        }
    };
    let outcome = output::write(&args.output, format, content.as_bytes(), session)?;
    session.say(&account(&inventory.tally, answer.opens.len()));
    Ok(outcome)
}
