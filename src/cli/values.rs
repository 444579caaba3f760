//! The values of options, and how they are read.

use clap::ValueEnum;

/// `--level`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// One node a group.
    Group,
    /// One node for all resources that no rule can tell apart; `endpoint` is its older name.
    #[value(name = "resource", alias = "endpoint")]
    Endpoint,
}

/// `--direction`
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Way {
    /// What it connects to.
    Out,
    /// Who connects to it.
    In,
    /// Both.
    Both,
}

/// `--table`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableArg {
    /// A connection: source, destination, port, protocol, purpose.
    Flows,
    /// A security group: what it is attached to, and its rules.
    Groups,
    /// A rule, in the words of the AWS console.
    Rules,
    /// A source, with a column for each destination and ports in the cells.
    Matrix,
}

/// `--expect`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Expect {
    /// All that was asked is allowed.
    Yes,
    /// None of it is.
    No,
}

/// `--color`
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ColorWhen {
    /// When stdout is a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `--theme`
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ThemeName {
    /// As the reader's screen is.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// `--embed`
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Embed {
    /// A file of its own.
    File,
    /// Pasted into a page: no XML header, no blank line.
    Inline,
}

/// `--hubs`
#[derive(Debug, Clone, Copy)]
pub enum HubsArg {
    /// No hubs.
    Off,
    /// By the size of the picture.
    Auto,
    /// From so many arrows.
    AtLeast(usize),
}

/// `--group-by`
#[derive(Debug, Clone)]
pub enum GroupByArg {
    /// By VPC.
    Vpc,
    /// By the value of a tag.
    Tag(String),
    /// By name prefix.
    Name,
}

pub(super) fn parse_region(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_region = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.contains('-')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_region { Ok(text.to_owned()) } else { Err("write a region as in `eu-west-1`".into()) }
}

pub(super) fn parse_role(text: &str) -> Result<String, String> {
    let is_arn = text.starts_with("arn:") && text.contains(":role/");
    if is_arn {
        Ok(text.to_owned())
    } else {
        Err("write a role as in `arn:aws:iam::111122223333:role/NAME`".into())
    }
}

pub(super) fn parse_url(text: &str) -> Result<String, String> {
    let is_address =
        ["http://", "https://"].iter().any(|start| text.len() > start.len() && text.starts_with(start));
    if is_address {
        Ok(text.to_owned())
    } else {
        Err("write an address as in `http://localhost:4566`".into())
    }
}

pub(super) fn parse_hubs(text: &str) -> Result<HubsArg, String> {
    match text {
        "off" => Ok(HubsArg::Off),
        "auto" => Ok(HubsArg::Auto),
        number => number.parse().map(HubsArg::AtLeast).map_err(|_| "give `off`, `auto` or a number".into()),
    }
}

pub(super) fn parse_max_nodes(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("give a number of nodes, 1 or more".into()),
        Ok(nodes) => Ok(nodes),
    }
}

/// What ids begin with must be an id itself, in every dialect of XML and in the selectors of CSS.
pub(super) fn parse_id_prefix(text: &str) -> Result<String, String> {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_next = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if text.starts_with(is_first) && text.chars().all(is_next) {
        Ok(text.to_owned())
    } else {
        Err("give a letter or `_`, and after it letters, digits, `-` and `_` ([A-Za-z_][A-Za-z0-9_-]*)"
            .into())
    }
}

pub(super) fn parse_scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if scale > 0.0 && scale.is_finite() => Ok(scale),
        _ => Err("give a number above 0, such as 2 or 1.5".into()),
    }
}

pub(super) fn parse_tag(text: &str) -> Result<(String, String), String> {
    let text = text.strip_prefix("tag:").unwrap_or(text);
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write a tag as in `Environment=prod`".into()),
    }
}

pub(super) fn parse_group_by(text: &str) -> Result<GroupByArg, String> {
    match text {
        "vpc" => Ok(GroupByArg::Vpc),
        "name" => Ok(GroupByArg::Name),
        other => match other.strip_prefix("tag:") {
            Some(key) if !key.is_empty() => Ok(GroupByArg::Tag(key.to_owned())),
            _ => Err("give `vpc`, `name` or `tag:KEY`".into()),
        },
    }
}
