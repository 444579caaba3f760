//! From a view to a file: DOT, SVG, or the scene itself.

use anyhow::{Result, bail};
use sglens::layout::layout_view;
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
pub fn draw(view: &View, args: &PictureArgs, format: Format, session: Session) -> Result<String> {
    if format == Format::Dot {
        return Ok(render::dot(view));
    }
    if format == Format::Mermaid {
        return Ok(render::mermaid(view)?);
    }
    let (scene, trouble) = layout_view(view);
    if let Some(trouble) = trouble {
        session.say(&format!("warning: {trouble}; the picture uses a plain placement"));
    }
    if format == Format::Scene {
        return Ok(render::scene_json(view, &scene));
    }
    if let Some(template) = &args.link_template
        && !(template.starts_with("https://") || template.starts_with("http://"))
    {
        bail!("--link-template takes an http or https address");
    }
    let options = SvgOptions {
        theme: match args.theme {
            ThemeName::Auto => Theme::Auto,
            ThemeName::Light => Theme::Light,
            ThemeName::Dark => Theme::Dark,
        },
        inline: matches!(args.embed, Embed::Inline),
        id_prefix: args.id_prefix.clone(),
        link_template: args.link_template.clone(),
    };
    Ok(render::svg(view, &scene, &options))
}
