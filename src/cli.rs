//! The command line: definitions alone.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// What does this resource connect to? The inverse view of AWS security groups.
#[derive(Debug, Parser)]
#[command(name = "sglens", version, about, max_term_width = 100, help_expected = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Say nothing on stderr but errors.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Colour in reports: when stdout is a terminal, always, or never.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorWhen,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Draw the map: which groups may connect to which.
    Graph(GraphArgs),
    /// What TARGET connects to, on which ports, because of which rule.
    Focus(FocusArgs),
    /// May FROM connect to TO, by which rules; and if not, what is missing.
    Explain(ExplainArgs),
    /// What GROUP is attached to, and which connections it allows.
    Members(MembersArgs),
    /// Collect live EC2 into a file that every verb reads offline.
    Snapshot(SnapshotArgs),
    /// Print the smallest IAM policy that `--aws` and `snapshot` need.
    IamPolicy,
}

/// Where to read from.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Terraform states, plans, EC2 output, folders of them, or `-` for standard input. Several are
    /// merged into one estate.
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Refuse a folder that holds a file that cannot be read, instead of leaving the file out.
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub aws: AwsArgs,
}

/// What to read from live AWS. What is not said here is taken from the environment and from the
/// files of the AWS CLI, as the AWS CLI does.
#[derive(Debug, Clone, Args)]
pub struct AwsArgs {
    /// Read live from the EC2 API, instead of inputs or beside them.
    #[arg(long = "aws", help_heading = "AWS")]
    pub live: bool,
    /// The profile whose credentials to use; repeatable, for several accounts.
    #[arg(
        long,
        value_name = "NAME",
        value_parser = clap::builder::NonEmptyStringValueParser::new(),
        help_heading = "AWS"
    )]
    pub profile: Vec<String>,
    /// The region to read; repeatable, or with commas between; else `AWS_REGION`, else the profile's.
    #[arg(
        long,
        value_name = "REGION",
        value_delimiter = ',',
        value_parser = parse_region,
        help_heading = "AWS"
    )]
    pub region: Vec<String>,
    /// Read all regions that are enabled for the account.
    #[arg(long, conflicts_with = "region", help_heading = "AWS")]
    pub all_regions: bool,
    /// A role to assume with each profile's credentials; repeatable.
    #[arg(long, value_name = "ARN", value_parser = parse_role, help_heading = "AWS")]
    pub role_arn: Vec<String>,
    /// Whom to ask instead of AWS.
    #[arg(long, value_name = "URL", value_parser = parse_url, help_heading = "AWS")]
    pub endpoint_url: Option<String>,
    /// How long to wait for one answer of AWS; 60 seconds if not given.
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(1..=3600),
        help_heading = "AWS"
    )]
    pub timeout: Option<u64>,
}

/// Where to write to.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Write to FILE; its extension names the format.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The format, where the extension does not say it.
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Write nothing; exit with 2 if FILE is not up to date.
    #[arg(long, requires = "output")]
    pub check: bool,
}

/// How pictures look.
#[derive(Debug, Args)]
pub struct PictureArgs {
    /// The title of the picture.
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// Light, dark, or auto (the default): both in one SVG file.
    #[arg(long, value_name = "THEME")]
    pub theme: Option<ThemeName>,
    /// How an SVG file is embedded: as a file of its own (the default), or pasted into a page.
    #[arg(long, value_name = "HOW")]
    pub embed: Option<Embed>,
    /// What all ids of an SVG file begin with, if not a hash of the picture.
    #[arg(long, value_name = "TEXT")]
    pub id_prefix: Option<String>,
    /// Link nodes of an SVG file to this address; `{id}` stands for the node's id.
    #[arg(long, value_name = "URL")]
    pub link_template: Option<String>,
    /// How many pixels of a PNG file make one of the SVG file, 2 if not given; fewer where it would
    /// grow too large.
    #[arg(long, value_name = "N", value_parser = parse_scale)]
    pub scale: Option<f64>,
    /// Nodes with so many arrows are drawn once, with tags instead of arrows: off, auto (the default),
    /// or a number.
    #[arg(long, value_name = "N", value_parser = parse_hubs)]
    pub hubs: Option<HubsArg>,
    /// Fold the picture when it has more nodes than this.
    #[arg(long, value_name = "N")]
    pub max_nodes: Option<usize>,
    /// Fold groups by `vpc`, by `tag:KEY`, or by `name`.
    #[arg(long, value_name = "KEY", value_parser = parse_group_by)]
    pub group_by: Option<GroupByArg>,
    /// Leave the internet out of the picture.
    #[arg(long)]
    pub hide_internet: bool,
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

/// `sglens graph`
#[derive(Debug, Args)]
pub struct GraphArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub input: InputArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub picture: PictureArgs,
    /// Draw groups, or the resources they are attached to.
    #[arg(long, value_name = "LEVEL", default_value = "group")]
    pub level: Level,
    /// Only groups of this VPC, by id or name; repeatable.
    #[arg(long, value_name = "VPC")]
    pub vpc: Vec<String>,
    /// Only this group and its neighbours, by id or name; repeatable.
    #[arg(long, value_name = "GROUP")]
    pub group: Vec<String>,
    /// Only connections on this port (`443`, `udp/53`, `8000-8100`); repeatable.
    #[arg(long, value_name = "PORT", value_parser = sglens::traffic::Traffic::parse_filter)]
    pub port: Vec<sglens::traffic::Traffic>,
}

/// `sglens focus`
#[derive(Debug, Args)]
pub struct FocusArgs {
    /// A resource or security group by id, name or Terraform address (`group:web`, `lb:web` and
    /// `vpc:prod/web` settle what a name means), `tag:KEY=VALUE`, a pattern, an interface, an address,
    /// a CIDR block, a prefix list, or `internet`.
    pub target: String,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub input: InputArgs,
    /// What TARGET connects to, who connects to it, or both.
    #[arg(short, long, value_name = "WAY", default_value = "out")]
    pub direction: Way,
    /// How many steps to follow.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    pub depth: u8,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub picture: PictureArgs,
}

/// `sglens explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Who opens the connection: anything that `focus` takes.
    pub from: String,
    /// To whom, likewise.
    pub to: String,
    /// The traffic (`443`, `tcp/443`, `udp/53`, `icmp`), if not all of it; then the inputs.
    #[arg(value_name = "[PORT] INPUT")]
    pub rest: Vec<String>,
    /// Show how FROM could reach TO in several hops, shortest first.
    #[arg(long)]
    pub via: bool,
    /// Refuse a folder that holds a file that cannot be read, instead of leaving the file out.
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub aws: AwsArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
}

/// `sglens members`
#[derive(Debug, Args)]
pub struct MembersArgs {
    /// A group: its id, name, or Terraform address.
    pub group: String,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub input: InputArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
}

/// `sglens snapshot`
#[derive(Debug, Args)]
pub struct SnapshotArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub aws: AwsArgs,
    /// Write to FILE instead of standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write nothing; exit with 2 if FILE is not up to date.
    #[arg(long, requires = "output")]
    pub check: bool,
}

/// `--level`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// One node a group.
    Group,
    /// One node for all resources that no rule can tell apart.
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

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A report to read.
    Text,
    /// Graphviz.
    Dot,
    /// For pull-request comments.
    Mermaid,
    /// A picture.
    Svg,
    /// A picture in pixels; only with the feature `png`.
    Png,
    /// For scripts.
    Json,
    /// The picture's coordinates, for those who draw themselves.
    Scene,
}

fn parse_region(text: &str) -> Result<String, String> {
    let text = text.trim();
    let is_region = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.contains('-')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_region { Ok(text.to_owned()) } else { Err("write a region as in `eu-west-1`".into()) }
}

fn parse_role(text: &str) -> Result<String, String> {
    let is_arn = text.starts_with("arn:") && text.contains(":role/");
    if is_arn {
        Ok(text.to_owned())
    } else {
        Err("write a role as in `arn:aws:iam::111122223333:role/NAME`".into())
    }
}

fn parse_url(text: &str) -> Result<String, String> {
    let is_address =
        ["http://", "https://"].iter().any(|start| text.len() > start.len() && text.starts_with(start));
    if is_address {
        Ok(text.to_owned())
    } else {
        Err("write an address as in `http://localhost:4566`".into())
    }
}

fn parse_hubs(text: &str) -> Result<HubsArg, String> {
    match text {
        "off" => Ok(HubsArg::Off),
        "auto" => Ok(HubsArg::Auto),
        number => number.parse().map(HubsArg::AtLeast).map_err(|_| "give `off`, `auto` or a number".into()),
    }
}

fn parse_scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if scale > 0.0 && scale.is_finite() => Ok(scale),
        _ => Err("give a number above 0, such as 2 or 1.5".into()),
    }
}

fn parse_group_by(text: &str) -> Result<GroupByArg, String> {
    match text {
        "vpc" => Ok(GroupByArg::Vpc),
        "name" => Ok(GroupByArg::Name),
        other => match other.strip_prefix("tag:") {
            Some(key) if !key.is_empty() => Ok(GroupByArg::Tag(key.to_owned())),
            _ => Err("give `vpc`, `name` or `tag:KEY`".into()),
        },
    }
}
