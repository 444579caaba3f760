//! `sglens graph`: the map.

use anyhow::{Context as _, Result, bail};
use sglens::connectivity::{Connectivity, GroupIx, Map, Node};
use sglens::inventory::Direction;
use sglens::query::{Filter, Relation};
use sglens::render;
use sglens::report::{
    Flow, Sheet, flows_sheet, groups_sheet, map_flows, matrix_sheet, relation_flows, rules_sheet,
};
use sglens::view::{ViewOptions, map_view, resources_view};
use sglens::words::{filters, summary_line};

use super::refuse::refuse;
use super::session::{Outcome, Session};
use super::{filter, input, output, picture, table};
use crate::cli::{Format, GraphArgs, Level, Offer, TableArg};

/// A column of a matrix needs so much room on a terminal.
const COLUMN: usize = 8;

/// Draws the map, or lists it.
pub fn run(args: &GraphArgs, session: Session) -> Result<Outcome> {
    // DOT is for programs: people at a terminal get a table.
    let format = if args.table.table.is_some() && args.output.format.is_none() && args.output.output.is_none()
    {
        Format::Text
    } else {
        output::format_or(&args.output, Offer::GRAPH, Format::Text)?
    };
    picture::refuse_without_effect(&args.picture, format)?;
    let is_table = format == Format::Text || table::is_table(format);
    table::refuse_without_effect(&args.table, format, is_table)?;
    refuse(&[("--width", args.width.is_some(), format == Format::Text)], format)?;
    let (net, read) = input::load(&args.input, session)?;
    picture::check_group_by(&args.picture, &net)?;
    let wanted = filter::filter(&net, &args.filter)?;
    let said = filters(&net, &wanted);
    let part = "choose a part with `focus`";
    let map = wanted.map(&net, Map::within_limits(&net).context(part)?);
    let mut count = map.graph.edge_count();
    let content = match format {
        Format::Json if args.level == Level::Endpoint => {
            let (text, edges) = render::estate_json(&net, &wanted)
                .context("choose a part with `focus`, or take `graph -f json`, the map of groups")?;
            count = edges;
            text.into_bytes()
        }
        Format::Json => render::graph_json(&net, &map, &wanted).into_bytes(),
        Format::Text | Format::Markdown | Format::Csv => {
            let sheet = sheet(&net, &map, &wanted, args, format)?;
            let sheet = table::select(sheet, &args.table.columns)?.with_filters(&said);
            let columns = sheet.columns.len();
            let is_matrix = format == Format::Text && args.table.table == Some(TableArg::Matrix);
            if is_matrix && columns > output::width(&args.output, args.width) / COLUMN {
                bail!(
                    "`--table matrix` has {columns} columns, which do not fit; take `-f csv` or `-f markdown`, \
                     or a part with `--vpc` or `--group`"
                );
            }
            let text = match format {
                Format::Text => table::text(&sheet, &args.output, args.width),
                _ => table::print(&sheet, &args.table.columns, format),
            };
            text.into_bytes()
        }
        Format::Dot | Format::Mermaid | Format::Svg | Format::Png | Format::Scene => {
            let options = ViewOptions { filtered: said, ..picture::options(&args.picture) };
            let view = match args.level {
                Level::Group => map_view(&net, &map, &options),
                Level::Endpoint => resources_view(&net, &map, &wanted, &options).context(
                    "choose a part with `--vpc` or `--group`, or draw groups with `--level group`",
                )?,
            };
            picture::draw(&view, &args.picture, format, session)?
        }
    };
    let outcome = output::write(&args.output, format, &content, &read, session)?;
    session.say(&summary_line(&net.inventory().tally, count));
    Ok(outcome)
}

fn sheet(net: &Connectivity, map: &Map, wanted: &Filter, args: &GraphArgs, format: Format) -> Result<Sheet> {
    let flows = || -> Result<Vec<Flow>> {
        Ok(match args.level {
            Level::Group => map_flows(net, map),
            Level::Endpoint => {
                let relation = Relation::new(net)
                    .context("choose a part with `focus`, or take `--level group`, the map of groups")?;
                relation_flows(net, &wanted.relation(net, relation))
            }
        })
    };
    let is_wanted = |ix| wanted.rule(net, ix);
    Ok(match args.table.table.unwrap_or(TableArg::Flows) {
        TableArg::Flows => {
            let is_whole = args.level == Level::Group && wanted.is_empty();
            let closed = if is_whole && format != Format::Csv { closed(net, map) } else { Vec::new() };
            let mut sheet = flows_sheet(net, &flows()?, &closed);
            if is_whole {
                sheet
                    .notes
                    .push("No other connection between these is permitted by rules that name them.".into());
            }
            sheet
        }
        TableArg::Matrix => matrix_sheet(&flows()?),
        TableArg::Groups => groups_sheet(net, map.groups().into_iter(), &is_wanted),
        TableArg::Rules => {
            let groups = map.groups();
            let rules =
                net.all_rules().filter(|ix| groups.contains(&net.rule_row(*ix).group) && is_wanted(*ix));
            rules_sheet(net, &rules.collect::<Vec<_>>())
        }
    })
}

/// Returns the groups that are attached to something and allow nothing inbound.
fn closed(net: &Connectivity, map: &Map) -> Vec<GroupIx> {
    let mut groups = map.groups();
    for (_, service, _) in map.between() {
        if let Node::Group(ix) = service {
            groups.remove(ix);
        }
    }
    let is_closed =
        |ix: &GroupIx| net.group(*ix).rules_known(Direction::Ingress) && !net.members(*ix).is_empty();
    groups.into_iter().filter(is_closed).collect()
}
