//! `sglens members`: what a group is attached to.

use anyhow::{Result, bail};
use sglens::query::{SelectError, members, select, select_groups};
use sglens::render;
use sglens::report::{Detail, members_report, rules_sheet};
use sglens::words::{filters, read_line};

use super::refuse::refuse;
use super::session::{Outcome, Session};
use super::{filter, input, output, table};
use crate::cli::{EndArgs, Format, MembersArgs, Offer};

/// Lists what a group is attached to, and what its attachment opens.
pub fn run(args: &MembersArgs, session: Session) -> Result<Outcome> {
    let format = output::format(&args.output, Offer::MEMBERS)?;
    table::refuse_columns(&args.columns, format, table::is_table(format))?;
    output::refuse_without_effect(&args.text, format)?;
    let EndArgs { vpc, group, tag } = &args.filter.ends;
    let has_resources = !table::is_table(format);
    let ends = [("--vpc", vpc.is_empty()), ("--group", group.is_empty()), ("--tag", tag.is_empty())];
    refuse(&ends.map(|(flag, is_empty)| (flag, !is_empty, has_resources)), format)?;
    let (net, read) = input::load(&args.input, session)?;
    let wanted = filter::filter(&net, &args.filter)?;
    let groups = match select_groups(&net, &args.target) {
        Err(SelectError::Unknown { .. }) if select(&net, &args.target).is_ok() => bail!(
            "`{0}` is no security group; what it connects to says `sglens focus {0}`, and `sglens list groups` \
             lists the groups",
            args.target
        ),
        found => found?,
    };
    let [group] = groups[..] else {
        bail!("`{}` matches {} groups: `members` answers for one", args.target, groups.len())
    };
    let answer = wanted.members(&net, members(&net, group));
    let said = filters(&net, &wanted);
    let content = match format {
        Format::Json => render::members_json(&net, &answer, &wanted),
        Format::Markdown | Format::Csv => {
            let own = net.own_rules(group).filter(|ix| wanted.rule(&net, *ix));
            let sheet = rules_sheet(&net, &own.collect::<Vec<_>>());
            let sheet = table::select(sheet, &args.columns)?.with_filters(&said);
            table::print(&sheet, &args.columns, format)
        }
        _ => {
            let detail = Detail { rules: args.text.rules, filtered: said };
            let width = output::width(&args.output, args.text.width);
            render::text(&members_report(&net, &answer, &detail), width)
        }
    };
    let outcome = output::write(&args.output, format, content.as_bytes(), &read, session)?;
    session.say(&read_line(&net.inventory().tally));
    Ok(outcome)
}
