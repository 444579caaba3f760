//! `sglens graph`: the map.

use anyhow::{Context as _, Result, anyhow, bail};
use sglens::connectivity::{Connectivity, Map, Subject, VpcIx};
use sglens::query::Only;
use sglens::render::{account, graph_json};
use sglens::view::{ViewOptions, machines_view, map_view};

use super::{Outcome, Session, input, output, picture, target};
use crate::cli::{Format, GraphArgs, Level};

/// Draws the map.
pub fn run(args: &GraphArgs, session: Session) -> Result<Outcome> {
    let format = output::format(&args.output, Format::Dot)?;
    let is_narrowed = !args.vpc.is_empty() || !args.group.is_empty() || !args.port.is_empty();
    if format == Format::Json && args.level == Level::Endpoint {
        bail!(
            "JSON is the map of groups; for machines ask `sglens focus` or `sglens members` with `-f json`"
        );
    }
    if format == Format::Json && is_narrowed {
        bail!("JSON is the whole map: choose from its nodes and edges, or draw with `-f svg` or `-f dot`");
    }
    let inventory = input::load(&args.input, session)?;
    let index = Connectivity::new(&inventory);
    let map = Map::new(&index);
    let content = match format {
        Format::Json => graph_json(&index, &map).into_bytes(),
        Format::Text => bail!("`graph` draws; for a report use `sglens focus TARGET`, or `-f json`"),
        Format::Dot | Format::Mermaid | Format::Svg | Format::Png | Format::Scene => {
            let options = ViewOptions {
                vpcs: args.vpc.iter().map(|name| vpc(&index, name)).collect::<Result<_>>()?,
                groups: args
                    .group
                    .iter()
                    .map(|name| match target::find(&index, name, Only::Groups)? {
                        Subject::Group(ix) => Ok(ix),
                        Subject::Endpoint(_) => Err(anyhow!("`{name}` is no group")),
                    })
                    .collect::<Result<_>>()?,
                ports: args.port.clone(),
                ..picture::options(&args.picture)
            };
            let view = match args.level {
                Level::Group => map_view(&index, &map, &options),
                Level::Endpoint => machines_view(&index, &map, &options).context(
                    "choose a part with `--vpc` or `--group`, or draw groups with `--level group`",
                )?,
            };
            picture::draw(&view, &args.picture, format, session)?
        }
    };
    let outcome = output::write(&args.output, format, &content, session)?;
    session.say(&account(&inventory.tally, map.graph.edge_count()));
    Ok(outcome)
}

/// Finds a VPC by id or Name tag.
fn vpc(index: &Connectivity<'_>, text: &str) -> Result<VpcIx> {
    let mut found = index.all_vpcs().filter(|ix| {
        let id = index.vpc(*ix);
        let name = index.inventory.network.vpcs.get(id).and_then(|vpc| vpc.name.as_deref());
        id.as_str() == text || name == Some(text)
    });
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => bail!("several VPCs are called `{text}`; name one by its id"),
        (None, _) => {
            let known: Vec<String> = index.all_vpcs().take(10).map(|ix| index.vpc(ix).to_string()).collect();
            bail!("no VPC in the input is called `{text}`; there is {}", known.join(", "))
        }
    }
}
