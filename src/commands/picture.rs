//! From a view to a file: DOT, Mermaid, SVG, PNG, or the scene itself.

use anyhow::{Result, bail};
use sglens::layout::{Scene, layout_view};
use sglens::render::{self, SvgOptions, Theme};
use sglens::view::{GroupBy, Hubs, View, ViewOptions};

use super::Session;
use crate::cli::{Embed, Format, GroupByArg, HubsArg, PictureArgs, ThemeName};

/// The choices that all pictures share.
pub fn options(args: &PictureArgs) -> ViewOptions {
    ViewOptions {
        hubs: match args.hubs {
            HubsArg::Off => Hubs::Off,
            HubsArg::Auto => Hubs::Auto,
            HubsArg::AtLeast(arrows) => Hubs::AtLeast(arrows),
        },
        max_nodes: args.max_nodes,
        group_by: args.group_by.as_ref().map(|by| match by {
            GroupByArg::Vpc => GroupBy::Vpc,
            GroupByArg::Tag(key) => GroupBy::Tag(key.clone()),
            GroupByArg::Name => GroupBy::Prefix,
        }),
        hide_internet: args.hide_internet,
        title: args.title.clone(),
        ..ViewOptions::default()
    }
}

/// Prints a view in one of the picture formats.
pub fn draw(view: &View, args: &PictureArgs, format: Format, session: Session) -> Result<Vec<u8>> {
    if format == Format::Dot {
        return Ok(render::dot(view).into_bytes());
    }
    if format == Format::Mermaid {
        return Ok(render::mermaid(view)?.into_bytes());
    }
    let (scene, trouble) = layout_view(view);
    if let Some(trouble) = trouble {
        session.say(&format!("warning: {trouble}; the picture uses a plain placement"));
    }
    if format == Format::Scene {
        return Ok(render::scene_json(view, &scene).into_bytes());
    }
    let theme = match args.theme {
        ThemeName::Auto => Theme::Auto,
        ThemeName::Light => Theme::Light,
        ThemeName::Dark => Theme::Dark,
    };
    if format == Format::Png {
        return png(view, &scene, theme, args.scale, session);
    }
    if let Some(template) = &args.link_template
        && !(template.starts_with("https://") || template.starts_with("http://"))
    {
        bail!("--link-template takes an http or https address");
    }
    let options = SvgOptions {
        theme,
        inline: matches!(args.embed, Embed::Inline),
        id_prefix: args.id_prefix.clone(),
        link_template: args.link_template.clone(),
    };
    Ok(render::svg(view, &scene, &options).into_bytes())
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
