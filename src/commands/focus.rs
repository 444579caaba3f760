//! `sglens focus`: the inverse view.

use anyhow::Result;
use sglens::connectivity::Connectivity;
use sglens::inventory::Direction;
use sglens::query::{Only, focus};
use sglens::render::{account, focus_json, focus_text};
use sglens::view::focus_view;

use super::{Outcome, Session, input, output, picture, target};
use crate::cli::{FocusArgs, Format, Way};

/// Answers what a target connects to.
pub fn run(args: &FocusArgs, session: Session) -> Result<Outcome> {
    let format = output::format(&args.output, Format::Text)?;
    let inventory = input::load(&args.input, session)?;
    let index = Connectivity::new(&inventory);
    let subject = target::find(&index, &args.target, Only::Anything)?;
    let directions: &[Direction] = match args.direction {
        Way::Out => &[Direction::Egress],
        Way::In => &[Direction::Ingress],
        Way::Both => &[Direction::Egress, Direction::Ingress],
    };
    let answer = focus(&index, subject, directions, args.depth.into());
    let content = match format {
        Format::Text => focus_text(&index, &answer).into_bytes(),
        Format::Json => focus_json(&index, &answer).into_bytes(),
        Format::Dot | Format::Mermaid | Format::Svg | Format::Png | Format::Scene => {
            let view = focus_view(&index, &answer, &picture::options(&args.picture));
            picture::draw(&view, &args.picture, format, session)?
        }
    };
    let outcome = output::write(&args.output, format, &content, session)?;
    let links = answer.hops.iter().map(|hop| hop.links.len()).sum();
    session.say(&account(&inventory.tally, links));
    Ok(outcome)
}
