//! `sglens members`: what a group is attached to.

use anyhow::{Result, bail};
use sglens::query::{members, select_groups};
use sglens::render;
use sglens::report::members_report;
use sglens::words::summary_line;

use super::session::{Outcome, Session};
use super::{input, output};
use crate::cli::{Format, MembersArgs};

/// Lists what a group is attached to, and what its attachment opens.
pub fn run(args: &MembersArgs, session: Session) -> Result<Outcome> {
    let format = output::format(&args.output, Format::Text)?;
    let (net, read) = input::load(&args.input, session)?;
    let groups = select_groups(&net, &args.group)?;
    let [group] = groups[..] else {
        bail!("`{}` matches {} groups: `members` answers for one", args.group, groups.len())
    };
    let answer = members(&net, group);
    let content = match format {
        Format::Text => render::text(&members_report(&net, &answer)),
        Format::Json => render::members_json(&net, &answer),
        Format::Dot | Format::Mermaid | Format::Svg | Format::Png | Format::Scene => {
            bail!("`members` lists; draw the group with `sglens focus {}`", args.group)
        }
    };
    let outcome = output::write(&args.output, format, content.as_bytes(), &read, session)?;
    session.say(&summary_line(&net.inventory().tally, answer.opens.len()));
    Ok(outcome)
}
