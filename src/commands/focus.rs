//! `sglens focus`: the inverse view.

use anyhow::Result;
use sglens::connectivity::Connectivity;
use sglens::inventory::Direction;
use sglens::query::{Filter, Focus, focus, groups_of, select};
use sglens::render;
use sglens::report::{
    Detail, Sheet, flows_sheet, focus_flows, focus_report, groups_sheet, matrix_sheet, rules_sheet,
};
use sglens::view::{ViewOptions, focus_view};
use sglens::words::{filters, summary_line};

use super::session::{Outcome, Session};
use super::{filter, input, output, picture, table};
use crate::cli::{FocusArgs, Format, Offer, TableArg, Way};

/// Answers what a target connects to.
pub fn run(args: &FocusArgs, session: Session) -> Result<Outcome> {
    let format = output::format(&args.output, Offer::FOCUS)?;
    picture::refuse_without_effect(&args.picture, format)?;
    table::refuse_without_effect(&args.table, format, table::is_table(format))?;
    output::refuse_without_effect(&args.text, format)?;
    let (net, read) = input::load(&args.input, session)?;
    picture::check_group_by(&args.picture, &net)?;
    let wanted = filter::filter(&net, &args.filter)?;
    let targets = select(&net, &args.target)?;
    let directions: &[Direction] = match args.way.way() {
        Way::Out => &[Direction::Egress],
        Way::In => &[Direction::Ingress],
        Way::Both => &[Direction::Egress, Direction::Ingress],
    };
    let answer = wanted.focus(&net, focus(&net, &targets, directions, args.depth.into())?);
    let said = filters(&net, &wanted);
    let content = match format {
        Format::Text => {
            let detail = Detail { rules: args.text.rules, filtered: said };
            let width = output::width(&args.output, args.text.width);
            render::text(&focus_report(&net, &answer, &detail), width).into_bytes()
        }
        Format::Json => render::focus_json(&net, &answer, &wanted).into_bytes(),
        Format::Markdown | Format::Csv => {
            let sheet = sheet(&net, &answer, &wanted, args.table.table.unwrap_or(TableArg::Flows));
            let sheet = table::select(sheet, &args.table.columns)?.with_filters(&said);
            table::print(&sheet, &args.table.columns, format).into_bytes()
        }
        Format::Dot | Format::Mermaid | Format::Svg | Format::Png | Format::Scene => {
            let options = ViewOptions { filtered: said, ..picture::options(&args.picture) };
            picture::draw(&focus_view(&net, &answer, &options), &args.picture, format, session)?
        }
    };
    let outcome = output::write(&args.output, format, &content, &read, session)?;
    let links = answer.hops.iter().map(|hop| hop.links.len()).sum();
    session.say(&summary_line(&net.inventory().tally, links));
    Ok(outcome)
}

fn sheet(net: &Connectivity, answer: &Focus, wanted: &Filter, table: TableArg) -> Sheet {
    let is_wanted = |ix| wanted.rule(net, ix);
    let groups = || groups_of(net, &answer.targets).into_iter();
    match table {
        TableArg::Flows => flows_sheet(net, &focus_flows(net, answer), &[]),
        TableArg::Matrix => matrix_sheet(&focus_flows(net, answer)),
        TableArg::Groups => groups_sheet(net, groups(), &is_wanted),
        TableArg::Rules => {
            let rules = groups().flat_map(|group| net.own_rules(group)).filter(|ix| is_wanted(*ix));
            rules_sheet(net, &rules.collect::<Vec<_>>())
        }
    }
}
