//! `sglens explain`: may FROM connect to TO?

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use sglens::query::{Answer, explain, paths, select};
use sglens::render;
use sglens::report::{Detail, explain_report, explain_sentence, explain_sheet, paths_report};
use sglens::traffic::Traffic;
use sglens::words::{filters, summary_line};

use super::arguments::FROM_TO;
use super::session::{Outcome, Session};
use super::{filter, input, output, table};
use crate::cli::{Expect, ExplainArgs, Format, InputArgs, Offer};

/// How many paths `--via` shows.
const PATHS: usize = 5;

/// Explains a connection. Ends with findings (exit code 2) when the answer is not yes, or not the expected
/// one.
pub fn run(args: &ExplainArgs, session: Session) -> Result<Outcome> {
    let format = output::format(&args.output, Offer::EXPLAIN)?;
    table::refuse_columns(&args.columns, format, table::is_table(format))?;
    output::refuse_without_effect(&args.text, format)?;
    let words = [args.from.as_str(), args.to.as_str()];
    FROM_TO.check(&words, &args.rest)?;
    let (asked, inputs) = split(&args.rest, args.port.as_ref())?;
    let inputs = InputArgs { inputs, strict: args.strict, aws: args.aws.clone() };
    let (net, read) =
        input::load(&inputs, session).map_err(|error| FROM_TO.or_missing(error, &words, &args.rest))?;
    let wanted = filter::of_ends(&net, &args.ends)?;
    let side = |text: &str| filter::targets(&net, &wanted, text, select(&net, text)?);
    let (from, to) = (side(&args.from)?, side(&args.to)?);
    let detail = Detail { rules: args.text.rules, filtered: filters(&net, &wanted) };
    let width = output::width(&args.output, args.text.width);
    let (content, answer, count) = if args.via {
        if table::is_table(format) {
            bail!("`--via` shows paths, which are no table: leave out `-f {}`", format.name());
        }
        let found = paths(&net, &from, &to, asked.as_ref(), PATHS)?;
        let content = match format {
            Format::Json => render::paths_json(&net, &found, &wanted),
            _ => render::text(&paths_report(&net, &found, &detail), width),
        };
        (content, found.answer, found.paths.len())
    } else {
        let found = explain(&net, &from, &to, asked)?;
        let content = match format {
            Format::Json => render::explain_json(&net, &found, &wanted),
            Format::Markdown | Format::Csv => {
                let mut sheet = explain_sheet(&net, &found);
                sheet.title = Some(explain_sentence(&net, &found));
                let sheet = table::select(sheet, &args.columns)?.with_filters(&detail.filtered);
                table::print(&sheet, &args.columns, format)
            }
            _ => render::text(&explain_report(&net, &found, &detail), width),
        };
        (content, found.answer, found.findings.iter().count())
    };
    let outcome = output::write(&args.output, format, content.as_bytes(), &read, session)?;
    session.say(&summary_line(&net.inventory().tally, count));
    let wanted = match args.expect {
        Some(Expect::Yes) | None => Answer::Yes,
        Some(Expect::No) => Answer::No,
    };
    if answer == wanted {
        return Ok(outcome);
    }
    if args.expect.is_some() {
        session.say(&format!("expected {}, but the answer is {}", wanted.name(), answer.name()));
    }
    Ok(Outcome::Findings)
}

/// Tells the traffic from the inputs, in whatever order they stand: it is what reads as traffic and is no
/// file. A number that comes first, with an input after it, is a port even if some file has its name.
fn split(rest: &[String], flag: Option<&Traffic>) -> Result<(Option<Traffic>, Vec<PathBuf>)> {
    let mut asked: Vec<(&str, Traffic)> = Vec::new();
    let mut inputs = Vec::new();
    for (at, word) in rest.iter().enumerate() {
        let is_followed = at == 0 && rest.len() > 1;
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        let is_file = Path::new(word).exists() && !(is_followed && is_number);
        match word.parse::<Traffic>() {
            Ok(traffic) if !is_file => asked.push((word.as_str(), traffic)),
            Err(wrong) if !is_file && is_meant_as_port(word, is_followed) => bail!(wrong),
            Ok(_) | Err(_) => inputs.push(PathBuf::from(word)),
        }
    }
    let asked = match (flag, &asked[..]) {
        (None, [(one, _), (other, _), ..]) => bail!(
            "`{one}` and `{other}` are two ports: ask about one, or about a range from low to high (8000-8100)"
        ),
        (Some(_), [(word, _), ..]) => {
            bail!("`--port` is given, and `{word}` is a port too: leave out one of them")
        }
        (None, [(_, traffic)]) => Some(traffic.clone()),
        (flag, []) => flag.cloned(),
    };
    Ok((asked, inputs))
}

/// Tells whether a word that is neither traffic nor a file was meant as a port: by its begin, or by its place,
/// which is that of a port.
fn is_meant_as_port(word: &str, is_followed: bool) -> bool {
    let is_file_name = word == "-" || word.contains("://") || word.contains(['.', '*', '?', '\\']);
    let is_number = word.starts_with(|c: char| c.is_ascii_digit());
    let protocols = ["tcp", "udp", "icmp"];
    let has_protocol =
        protocols.iter().any(|name| word.strip_prefix(name).is_some_and(|rest| rest.starts_with(['/', ':'])));
    !is_file_name && (is_number || has_protocol || (is_followed && !word.contains('/')))
}
