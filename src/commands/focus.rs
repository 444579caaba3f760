//! `sglens focus`: the inverse view.

use anyhow::Result;
use sglens::inventory::Direction;
use sglens::query::{focus, select};
use sglens::render;
use sglens::report::focus_report;
use sglens::view::focus_view;
use sglens::words::summary_line;

use super::session::{Outcome, Session};
use super::{input, output, picture};
use crate::cli::{FocusArgs, Format, Way};

/// Answers what a target connects to.
pub fn run(args: &FocusArgs, session: Session) -> Result<Outcome> {
    let format = output::format(&args.output, Format::Text)?;
    picture::refuse_without_effect(&args.picture, format)?;
    let (net, read) = input::load(&args.input, session)?;
    let targets = select(&net, &args.target)?;
    let directions: &[Direction] = match args.direction {
        Way::Out => &[Direction::Egress],
        Way::In => &[Direction::Ingress],
        Way::Both => &[Direction::Egress, Direction::Ingress],
    };
    let answer = focus(&net, &targets, directions, args.depth.into())?;
    let content = match format {
        Format::Text => render::text(&focus_report(&net, &answer)).into_bytes(),
        Format::Json => render::focus_json(&net, &answer).into_bytes(),
        Format::Dot | Format::Mermaid | Format::Svg | Format::Png | Format::Scene => {
            let view = focus_view(&net, &answer, &picture::options(&args.picture));
            picture::draw(&view, &args.picture, format, session)?
        }
    };
    let outcome = output::write(&args.output, format, &content, &read, session)?;
    let links = answer.hops.iter().map(|hop| hop.links.len()).sum();
    session.say(&summary_line(&net.inventory().tally, links));
    Ok(outcome)
}
