//! `sglens graph`: the map.

use anyhow::{Context as _, Result, bail};
use sglens::connectivity::{Connectivity, Map, VpcIx};
use sglens::query::select_groups;
use sglens::render;
use sglens::view::{ViewOptions, map_view, resources_view};
use sglens::words::summary_line;

use super::session::{Outcome, Session};
use super::{input, output, picture};
use crate::cli::{Format, GraphArgs, Level};

/// Draws the map.
pub fn run(args: &GraphArgs, session: Session) -> Result<Outcome> {
    let format = output::format(&args.output, Format::Dot)?;
    picture::refuse_without_effect(&args.picture, format)?;
    let narrowing = [
        ("--vpc", args.vpc.is_empty()),
        ("--group", args.group.is_empty()),
        ("--port", args.port.is_empty()),
    ];
    if format == Format::Json
        && let Some((flag, _)) = narrowing.iter().find(|(_, is_empty)| !is_empty)
    {
        bail!(
            "JSON is the whole map, without `{flag}`: choose from its nodes and edges, or draw with `-f svg` or `-f dot`"
        );
    }
    if format == Format::Text {
        bail!("`graph` draws; for a report use `sglens focus TARGET`, or `-f json`");
    }
    let (net, read) = input::load(&args.input, session)?;
    let map = Map::new(&net);
    let mut count = map.graph.edge_count();
    let content = match format {
        Format::Json if args.level == Level::Endpoint => {
            let (text, edges) = render::estate_json(&net)
                .context("choose a part with `focus`, or take `graph -f json`, the map of groups")?;
            count = edges;
            text.into_bytes()
        }
        Format::Json => render::graph_json(&net, &map).into_bytes(),
        Format::Text | Format::Dot | Format::Mermaid | Format::Svg | Format::Png | Format::Scene => {
            let groups = args.group.iter().map(|name| select_groups(&net, name));
            let options = ViewOptions {
                vpcs: args.vpc.iter().map(|name| vpc(&net, name)).collect::<Result<_>>()?,
                groups: groups.collect::<Result<Vec<_>, _>>()?.concat(),
                ports: args.port.clone(),
                ..picture::options(&args.picture)
            };
            let view = match args.level {
                Level::Group => map_view(&net, &map, &options),
                Level::Endpoint => resources_view(&net, &map, &options).context(
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

/// Finds a VPC by id or Name tag.
fn vpc(net: &Connectivity, text: &str) -> Result<VpcIx> {
    let mut found = net.all_vpcs().filter(|ix| {
        let id = net.vpc(*ix);
        let name = net.inventory().network.vpcs.get(id).and_then(|vpc| vpc.name.as_deref());
        id.as_str() == text || name == Some(text)
    });
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => bail!("several VPCs are called `{text}`; name one by its id"),
        (None, _) => {
            let known: Vec<String> = net.all_vpcs().take(10).map(|ix| net.vpc(ix).to_string()).collect();
            let known = if known.is_empty() { "none".into() } else { known.join(", ") };
            bail!("no VPC in the input is called `{text}` (`--vpc`); there is {known}")
        }
    }
}
