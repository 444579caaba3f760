//! From a view to a file: DOT, Mermaid, SVG, PNG, or the scene itself.

use anyhow::{Result, bail};
use sglens::connectivity::Connectivity;
use sglens::layout::{Scene, layout_view};
use sglens::render::{self, SvgOptions, Theme};
use sglens::view::{GroupBy, Hubs, View, ViewOptions};

use super::filter::is_anything;
use super::refuse::refuse;
use super::session::Session;
use crate::cli::{Embed, Format, GroupByArg, HubsArg, PictureArgs, ThemeName};

/// How many pixels of a PNG file make one of the SVG file, unless the user says.
const SCALE: f64 = 2.0;

/// The choices that all pictures share.
pub fn options(args: &PictureArgs) -> ViewOptions {
    ViewOptions {
        hubs: match args.hubs {
            Some(HubsArg::Off) => Hubs::Off,
            Some(HubsArg::Auto) | None => Hubs::Auto,
            Some(HubsArg::AtLeast(arrows)) => Hubs::AtLeast(arrows),
        },
        max_nodes: args.max_nodes,
        group_by: args.group_by.as_ref().map(|by| match by {
            GroupByArg::Vpc => GroupBy::Vpc,
            GroupByArg::Tag(key) => GroupBy::Tag(key.clone()),
            GroupByArg::Name => GroupBy::Prefix,
        }),
        title: args.title.clone(),
        ..ViewOptions::default()
    }
}

/// Refuses to fold by a tag that nothing has: all would be one box.
pub fn check_group_by(args: &PictureArgs, net: &Connectivity) -> Result<()> {
    let Some(GroupByArg::Tag(key)) = &args.group_by else { return Ok(()) };
    if !is_anything(net, |tags| tags.get(key).is_some()) {
        bail!("nothing in the input has a tag `{key}` (`--group-by`)");
    }
    Ok(())
}

/// Refuses options that have no effect on a format: an option that is ignored misleads.
pub fn refuse_without_effect(args: &PictureArgs, format: Format) -> Result<()> {
    let is_svg = format == Format::Svg;
    let is_picture = !matches!(format, Format::Text | Format::Markdown | Format::Csv | Format::Json);
    let is_styled = is_svg || format == Format::Png;
    let given = [
        ("--title", args.title.is_some(), is_picture),
        ("--theme", args.theme.is_some(), is_styled),
        ("--embed", args.embed.is_some(), is_svg),
        ("--id-prefix", args.id_prefix.is_some(), is_svg),
        ("--link-template", args.link_template.is_some(), is_svg),
        ("--scale", args.scale.is_some(), format == Format::Png),
        ("--hubs", args.hubs.is_some(), is_picture),
        ("--max-nodes", args.max_nodes.is_some(), is_picture),
        ("--group-by", args.group_by.is_some(), is_picture),
        ("--fence", args.fence, format == Format::Mermaid),
    ];
    refuse(&given, format)
}

/// Prints a view in one of the picture formats.
pub fn draw(view: &View, args: &PictureArgs, format: Format, session: Session) -> Result<Vec<u8>> {
    let scene = || {
        let (scene, trouble) = layout_view(view);
        match trouble {
            // Another run would draw another picture: a file would change, and `--check` call it stale, by the
            // load of the machine.
            Some(trouble) if trouble.is_by_clock => {
                bail!("{}; draw less of it with `--max-nodes`, `--vpc` or `--group`", trouble.reason)
            }
            Some(trouble) => {
                session.say(&format!("warning: {}; the picture uses a plain placement", trouble.reason));
            }
            None => {}
        }
        Ok(scene)
    };
    let theme = match args.theme {
        Some(ThemeName::Auto) | None => Theme::Auto,
        Some(ThemeName::Light) => Theme::Light,
        Some(ThemeName::Dark) => Theme::Dark,
    };
    match format {
        Format::Text | Format::Markdown | Format::Csv | Format::Json => bail!("a picture is no report"),
        Format::Dot => Ok(render::dot(view).into_bytes()),
        Format::Mermaid if args.fence => {
            Ok(format!("```mermaid\n{}```\n", render::mermaid(view)?).into_bytes())
        }
        Format::Mermaid => Ok(render::mermaid(view)?.into_bytes()),
        Format::Scene => Ok(render::scene_json(view, &scene()?).into_bytes()),
        Format::Png => png(view, &scene()?, theme, args.scale.unwrap_or(SCALE), session),
        Format::Svg => {
            if let Some(template) = &args.link_template
                && !(template.starts_with("https://") || template.starts_with("http://"))
            {
                bail!("--link-template takes an http or https address");
            }
            let options = SvgOptions {
                theme,
                inline: matches!(args.embed, Some(Embed::Inline)),
                id_prefix: args.id_prefix.clone(),
                link_template: args.link_template.clone(),
            };
            Ok(render::svg(view, &scene()?, &options).into_bytes())
        }
    }
}

#[cfg(feature = "png")]
fn png(view: &View, scene: &Scene, theme: Theme, scale: f64, session: Session) -> Result<Vec<u8>> {
    let png = render::png(view, scene, theme, scale)?;
    if png.scale < scale {
        session.say(&format!(
            "warning: at scale {scale} the picture is too large for a PNG; drawn at {:.2}",
            png.scale
        ));
    }
    Ok(png.bytes)
}

/// Never asked: `output::format` has refused.
#[cfg(not(feature = "png"))]
fn png(_: &View, _: &Scene, _: Theme, _: f64, _: Session) -> Result<Vec<u8>> {
    bail!(super::output::NO_PNG)
}
