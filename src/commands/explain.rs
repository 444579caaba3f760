//! `sglens explain`: may FROM connect to TO?

use std::path::PathBuf;

use anyhow::{Result, bail};
use sglens::query::{Answer, explain, paths, select};
use sglens::render;
use sglens::report::{explain_report, paths_report};
use sglens::traffic::Traffic;
use sglens::words::summary_line;

use super::session::{Outcome, Session};
use super::{input, output};
use crate::cli::{ExplainArgs, Format, InputArgs};

/// How many paths `--via` shows.
const PATHS: usize = 5;

/// Explains a connection. Ends with findings (exit code 2) when it is not allowed.
pub fn run(args: &ExplainArgs, session: Session) -> Result<Outcome> {
    let format = output::format(&args.output, Format::Text)?;
    let (asked, inputs) = split(&args.rest)?;
    let inputs = InputArgs { inputs, strict: args.strict, aws: args.aws.clone() };
    let (net, read) = input::load(&inputs, session)?;
    let (from, to) = (select(&net, &args.from)?, select(&net, &args.to)?);
    let is_text = match format {
        Format::Text => true,
        Format::Json => false,
        Format::Dot | Format::Mermaid | Format::Svg | Format::Png | Format::Scene => {
            bail!("`explain` answers in text or JSON; draw it with `sglens focus {}`", args.from)
        }
    };
    let (content, is_allowed, count) = if args.via {
        let answer = paths(&net, &from, &to, asked.as_ref(), PATHS)?;
        let content = if is_text {
            render::text(&paths_report(&net, &answer))
        } else {
            render::paths_json(&net, &answer)
        };
        (content, answer.answer == Answer::Yes, answer.paths.len())
    } else {
        let answer = explain(&net, &from, &to, asked)?;
        let content = if is_text {
            render::text(&explain_report(&net, &answer))
        } else {
            render::explain_json(&net, &answer)
        };
        (content, answer.answer == Answer::Yes, answer.findings.iter().count())
    };
    let outcome = output::write(&args.output, format, content.as_bytes(), &read, session)?;
    session.say(&summary_line(&net.inventory().tally, count));
    Ok(if is_allowed { outcome } else { Outcome::Findings })
}

/// Tells a port from the inputs: it comes first. Where an input follows it, it is a port even if some file
/// has its name; alone, such a file is the input.
fn split(rest: &[String]) -> Result<(Option<Traffic>, Vec<PathBuf>)> {
    if let [first, _, ..] = rest
        && !PathBuf::from(first).exists()
        && !first.contains(['.', '*', '?', '\\'])
        && first != "-"
        && let Err(wrong) = first.parse::<Traffic>()
    {
        bail!(wrong);
    }
    let is_port = |first: &&String| rest.len() > 1 || !PathBuf::from(first).exists();
    let asked = rest.first().filter(is_port).and_then(|first| first.parse().ok());
    let inputs = rest.iter().skip(usize::from(asked.is_some())).map(PathBuf::from).collect();
    Ok((asked, inputs))
}
