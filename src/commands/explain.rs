//! `sglens explain`: may FROM connect to TO?

use std::path::PathBuf;

use anyhow::{Result, bail};
use sglens::connectivity::{Connectivity, Subject};
use sglens::inventory::Members;
use sglens::query::{Answer, Only, Party, explain, paths};
use sglens::render::{account, explain_json, explain_text, paths_json, paths_text};
use sglens::traffic::{Block, Traffic};

use super::{Outcome, Session, input, output, ports, target};
use crate::cli::{ExplainArgs, Format, InputArgs};

/// How many paths `--via` shows.
const PATHS: usize = 5;

/// Explains a connection. Ends with findings (exit code 2) when it is not allowed.
pub fn run(args: &ExplainArgs, session: Session) -> Result<Outcome> {
    let format = output::format(&args.output, Format::Text)?;
    let (asked, inputs) = split(&args.rest)?;
    let inventory = input::load(&InputArgs { inputs, aws: args.aws.clone() }, session)?;
    let index = Connectivity::new(&inventory);
    let (from, to) = (party(&index, &args.from)?, party(&index, &args.to)?);
    if let (Party::Known(Subject::Endpoint(one)), Party::Known(Subject::Endpoint(other))) = (from, to)
        && one == other
        && index.endpoint(one).members == Members::One
    {
        bail!("FROM and TO are the same machine; what it sends to itself passes no security group");
    }
    let (content, is_allowed, links) = if args.via {
        let (Party::Known(from), Party::Known(to)) = (from, to) else {
            bail!("`--via` leads from one known machine or group to another, not to an address");
        };
        let found = paths(&index, from, to, PATHS);
        let content = match format {
            Format::Text => paths_text(&index, from, to, &found),
            Format::Json => paths_json(&index, from, to, &found),
            _ => bail!("`explain` answers in text or JSON; draw it with `sglens focus {}`", args.from),
        };
        (content, !found.is_empty(), found.len())
    } else {
        let answer = explain(&index, from, to, asked);
        let content = match format {
            Format::Text => explain_text(&index, &answer),
            Format::Json => explain_json(&index, &answer),
            _ => bail!("`explain` answers in text or JSON; draw it with `sglens focus {}`", args.from),
        };
        (content, answer.verdict() == Answer::Yes, answer.findings.len())
    };
    let outcome = output::write(&args.output, format, content.as_bytes(), session)?;
    session.say(&account(&inventory.tally, links));
    Ok(if is_allowed { outcome } else { Outcome::Findings })
}

/// Tells a port from the inputs: it comes first, and no file has its name.
fn split(rest: &[String]) -> Result<(Option<Traffic>, Vec<PathBuf>)> {
    if let [first, _, ..] = rest
        && !PathBuf::from(first).exists()
        && !first.contains(['.', '*', '?', '\\'])
        && first != "-"
        && let Err(wrong) = ports::parse_one(first)
    {
        bail!(wrong);
    }
    let asked = rest
        .first()
        .filter(|first| !PathBuf::from(first).exists())
        .and_then(|first| ports::parse_one(first).ok());
    let inputs = rest.iter().skip(usize::from(asked.is_some())).map(PathBuf::from).collect();
    Ok((asked, inputs))
}

/// A known machine or group; failing that, an address, a block, or `internet`.
fn party(index: &Connectivity<'_>, text: &str) -> Result<Party> {
    if text == "internet" {
        return Ok(Party::Address(Block::ALL_V4));
    }
    let block: Option<Block> = text.parse().ok();
    match (target::find(index, text, Only::Anything), block) {
        (Ok(subject), _) => Ok(Party::Known(subject)),
        (Err(_), Some(block)) => Ok(Party::Address(block)),
        (Err(error), None) => Err(error),
    }
}
