//! `sglens list`: what is in the input.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use sglens::render;
use sglens::report::{Listed, list_report, list_sheet};
use sglens::words::{clean, count, filters, line, read_line};

use super::refuse::refuse;
use super::session::{Outcome, Session};
use super::{filter, input, output, table};
use crate::cli::{FilterArgs, Format, InputArgs, ListArgs, Offer};

/// Lists resources, groups, rules or VPCs.
pub fn run(args: &ListArgs, session: Session) -> Result<Outcome> {
    let format = output::format(&args.output, Offer::LIST)?;
    table::refuse_columns(&args.columns, format, format != Format::Json)?;
    refuse(&[("--width", args.width.is_some(), format == Format::Text)], format)?;
    let (what, inputs) = split(&args.rest);
    if !matches!(what, Listed::Rules | Listed::Groups) {
        let FilterArgs { port, hide_internet, hide_broad, .. } = &args.filter;
        let given = [
            ("--port", !port.is_empty()),
            ("--hide-internet", *hide_internet),
            ("--hide-broad", *hide_broad),
        ];
        if let Some((flag, _)) = given.iter().find(|(_, is_given)| *is_given) {
            bail!("`{flag}` is about rules: `sglens list rules` and `sglens list groups` take it");
        }
    }
    let inputs = InputArgs { inputs, strict: args.strict, aws: args.aws.clone() };
    let (net, read) = input::load(&inputs, session)?;
    let wanted = filter::filter(&net, &args.filter)?;
    let patterns = patterns(&args.name)?;
    let is_named = |names: &[&str]| {
        patterns.is_empty() || patterns.iter().any(|pattern| names.iter().any(|name| pattern.matches(name)))
    };
    let sheet = list_sheet(&net, what, &wanted, &is_named);
    let rows = count(sheet.rows.len(), "row");
    let mut said = filters(&net, &wanted);
    said.extend(args.name.iter().map(|name| format!("only named {}", line(&clean(name)))));
    let content = if format == Format::Json {
        render::list_json(&net, &sheet, what, &wanted)
    } else {
        let sheet = table::select(sheet, &args.columns)?.filtered(&said);
        match format {
            Format::Text => render::text(&list_report(&net, sheet), output::width(&args.output, args.width)),
            _ => table::print(&sheet, &args.columns, format),
        }
    };
    let outcome = output::write(&args.output, format, content.as_bytes(), &read, session)?;
    session.say(&format!("{}; {rows}", read_line(&net.inventory().tally)));
    Ok(outcome)
}

/// Tells what is to be listed from the inputs. A file of such a name is given as `./groups`.
fn split(rest: &[String]) -> (Listed, Vec<PathBuf>) {
    let kind = |word: &String| match word.as_str() {
        _ if Path::new(word).exists() => None,
        "resources" | "resource" => Some(Listed::Resources),
        "groups" | "group" => Some(Listed::Groups),
        "rules" | "rule" => Some(Listed::Rules),
        "vpcs" | "vpc" => Some(Listed::Vpcs),
        _ => None,
    };
    let what = rest.iter().find_map(kind).unwrap_or(Listed::Resources);
    (what, rest.iter().filter(|word| kind(word).is_none()).map(PathBuf::from).collect())
}

fn patterns(names: &[String]) -> Result<Vec<glob::Pattern>> {
    let pattern = |name: &String| match glob::Pattern::new(name) {
        Ok(pattern) => Ok(pattern),
        Err(error) => bail!("`--name {name}` is no pattern: {}", error.msg),
    };
    names.iter().map(pattern).collect()
}
