//! The command line: definitions alone.

mod format;
mod help;
mod values;

pub use format::{Format, Offer};
pub use values::{ColorWhen, Embed, Expect, GroupByArg, HubsArg, Level, TableArg, ThemeName, Way};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};
use sglens::traffic::Traffic;

use help::{ASK, AWS, DRAW, TABLE, WRITE};
use values::{
    parse_group_by, parse_hubs, parse_id_prefix, parse_max_nodes, parse_region, parse_role, parse_scale,
    parse_tag, parse_url,
};

/// What `--version` says: also which features are built in, which a bug report and a refused flag turn on.
pub const VERSION: &str = match (cfg!(feature = "aws"), cfg!(feature = "png")) {
    (true, true) => concat!(env!("CARGO_PKG_VERSION"), " (aws, png)"),
    (true, false) => concat!(env!("CARGO_PKG_VERSION"), " (aws, no png)"),
    (false, true) => concat!(env!("CARGO_PKG_VERSION"), " (no aws, png)"),
    (false, false) => concat!(env!("CARGO_PKG_VERSION"), " (no aws, no png)"),
};

/// Without live AWS its flags are refused with the way out; help does not offer them.
const NO_AWS: bool = !cfg!(feature = "aws");

/// What does this resource connect to? The inverse view of AWS security groups.
#[derive(Debug, Parser)]
#[command(name = "sglens", version = VERSION, about, max_term_width = 100, help_expected = true)]
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
    /// What TARGET connects to, on which ports, because of which rule.
    #[command(before_help = help::FOCUS, after_help = help::CODES, help_template = help::ORDER)]
    Focus(FocusArgs),
    /// May FROM connect to TO, by which rules; and if not, what is missing.
    #[command(
        before_help = help::EXPLAIN,
        after_help = help::EXPLAIN_CODES,
        help_template = help::ORDER,
        override_usage = "sglens explain [OPTIONS] <FROM> <TO> [PORT] [INPUT]..."
    )]
    Explain(ExplainArgs),
    /// What GROUP is attached to, and which connections it allows.
    #[command(before_help = help::MEMBERS, after_help = help::CODES, help_template = help::ORDER)]
    Members(MembersArgs),
    /// What is in the input: resources, security groups, rules, VPCs.
    #[command(
        before_help = help::LIST,
        after_help = help::CODES,
        help_template = help::ORDER,
        override_usage = "sglens list [OPTIONS] [resources|groups|rules|vpcs] [INPUT]..."
    )]
    List(ListArgs),
    /// Draw the map: which groups may connect to which.
    #[command(before_help = help::GRAPH, after_help = help::CODES, help_template = help::ORDER)]
    Graph(GraphArgs),
    /// Collect live EC2 into a file that every verb reads offline.
    #[command(
        hide = NO_AWS,
        before_help = help::SNAPSHOT,
        after_help = help::CODES,
        help_template = help::ORDER
    )]
    Snapshot(SnapshotArgs),
    /// Print the smallest IAM policy that `--aws` and `snapshot` need.
    #[command(before_help = help::IAM_POLICY, after_help = help::PRINT_CODES, help_template = help::ORDER)]
    IamPolicy,
    /// Print what completes the commands of sglens in a shell.
    #[command(before_help = help::COMPLETIONS, after_help = help::PRINT_CODES, help_template = help::ORDER)]
    Completions(CompletionsArgs),
    /// Print the manual, of sglens or of one verb.
    #[command(before_help = help::MAN, after_help = help::PRINT_CODES, help_template = help::ORDER)]
    Man(ManArgs),
}

/// Where to read from.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Terraform states, plans, EC2 output, folders of them, or `-` for standard input. Several are
    /// merged into one estate. Without any: what comes through a pipe, else `terraform.tfstate`.
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
    #[arg(long = "aws", hide = NO_AWS, help_heading = AWS)]
    pub live: bool,
    /// The profile whose credentials to use; repeatable, for several accounts.
    #[arg(
        long,
        value_name = "NAME",
        value_parser = clap::builder::NonEmptyStringValueParser::new(),
        hide = NO_AWS,
        help_heading = AWS
    )]
    pub profile: Vec<String>,
    /// The region to read; repeatable, or with commas between; else `AWS_REGION`, else the profile's.
    #[arg(
        long,
        value_name = "REGION",
        value_delimiter = ',',
        value_parser = parse_region,
        hide = NO_AWS,
        help_heading = AWS
    )]
    pub region: Vec<String>,
    /// Read all regions that are enabled for the account.
    #[arg(long, conflicts_with = "region", hide = NO_AWS, help_heading = AWS)]
    pub all_regions: bool,
    /// A role to assume with each profile's credentials; repeatable.
    #[arg(long, value_name = "ARN", value_parser = parse_role, hide = NO_AWS, help_heading = AWS)]
    pub role_arn: Vec<String>,
    /// Whom to ask instead of AWS.
    #[arg(long, value_name = "URL", value_parser = parse_url, hide = NO_AWS, help_heading = AWS)]
    pub endpoint_url: Option<String>,
    /// How long to wait for one answer of AWS; 60 seconds if not given.
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = clap::value_parser!(u64).range(1..=3600),
        hide = NO_AWS,
        help_heading = AWS
    )]
    pub timeout: Option<u64>,
}

/// Where to write to. Which formats `-f` takes, each verb says by its [`Offer`].
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Write to FILE, `-` being standard output; its extension names the format.
    #[arg(short, long, value_name = "FILE", help_heading = WRITE)]
    pub output: Option<PathBuf>,
    /// The format, where the extension does not say it.
    #[arg(short, long, value_name = "FORMAT", help_heading = WRITE)]
    pub format: Option<Format>,
    /// Write nothing; exit with 2 if FILE is missing or not up to date.
    #[arg(long, requires = "output", help_heading = WRITE)]
    pub check: bool,
}

/// How pictures look.
#[derive(Debug, Args)]
pub struct PictureArgs {
    /// The title of the picture.
    #[arg(long, value_name = "TEXT", help_heading = DRAW)]
    pub title: Option<String>,
    /// Light, dark, or auto (the default): both in one SVG file.
    #[arg(long, value_name = "THEME", help_heading = DRAW)]
    pub theme: Option<ThemeName>,
    /// How an SVG file is embedded: as a file of its own (the default), or pasted into a page.
    #[arg(long, value_name = "HOW", help_heading = DRAW)]
    pub embed: Option<Embed>,
    /// What all ids of an SVG file begin with, if not a hash of the picture.
    #[arg(long, value_name = "TEXT", value_parser = parse_id_prefix, help_heading = DRAW)]
    pub id_prefix: Option<String>,
    /// Link nodes of an SVG file to this address; `{id}` stands for the node's id.
    #[arg(long, value_name = "URL", help_heading = DRAW)]
    pub link_template: Option<String>,
    /// How many pixels of a PNG file make one of the SVG file, 2 if not given; fewer where it would
    /// grow too large.
    #[arg(long, value_name = "N", value_parser = parse_scale, help_heading = DRAW)]
    pub scale: Option<f64>,
    /// Nodes with so many arrows are drawn once, with tags instead of arrows: off, auto (the default),
    /// or a number.
    #[arg(long, value_name = "N", value_parser = parse_hubs, help_heading = DRAW)]
    pub hubs: Option<HubsArg>,
    /// Fold the picture when it has more nodes than this.
    #[arg(long, value_name = "N", value_parser = parse_max_nodes, help_heading = DRAW)]
    pub max_nodes: Option<usize>,
    /// Fold groups by `vpc`, by `tag:KEY`, or by `name`.
    #[arg(long, value_name = "KEY", value_parser = parse_group_by, help_heading = DRAW)]
    pub group_by: Option<GroupByArg>,
    /// Put Mermaid between the fences of a code block, to be pasted into Markdown.
    #[arg(long, help_heading = DRAW)]
    pub fence: bool,
}

/// Which part of the answer is wanted. The same for every verb, level and format.
#[derive(Debug, Default, Args)]
pub struct FilterArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub ends: EndArgs,
    /// Only connections on this port (`443`, `https`, `udp/53`, `8000-8100`); repeatable.
    #[arg(long, value_name = "PORT", value_parser = Traffic::parse_filter, help_heading = ASK)]
    pub port: Vec<Traffic>,
    /// Leave out what the internet may connect to, and what may connect to it.
    #[arg(long, help_heading = ASK)]
    pub hide_internet: bool,
    /// Leave out what CIDR rules alone allow that are wider than /16, or than a VPC of the input.
    #[arg(long, help_heading = ASK)]
    pub hide_broad: bool,
}

/// Which resources and groups are wanted.
#[derive(Debug, Default, Args)]
pub struct EndArgs {
    /// Only what is in this VPC, by id or name; repeatable.
    #[arg(long, value_name = "VPC", help_heading = ASK)]
    pub vpc: Vec<String>,
    /// Only what has this security group attached, by id or name, with what is connected to it; repeatable.
    #[arg(long, value_name = "GROUP", help_heading = ASK)]
    pub group: Vec<String>,
    /// Only what has this tag, itself or by a security group; repeatable: all of them.
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_tag, help_heading = ASK)]
    pub tag: Vec<(String, String)>,
}

/// How reports look.
#[derive(Debug, Args)]
pub struct TextArgs {
    /// Print the rules of both sides under each row, with all resources.
    #[arg(short = 'v', long, help_heading = WRITE)]
    pub rules: bool,
    /// How many columns a report may take; if not given, as many as the terminal has, or 80.
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..), help_heading = WRITE)]
    pub width: Option<u16>,
}

/// What a table of Markdown or CSV holds.
#[derive(Debug, Args)]
pub struct ColumnArgs {
    /// Which columns, with commas between, in this order.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', help_heading = TABLE)]
    pub columns: Vec<String>,
    /// With ids, too.
    #[arg(long, help_heading = TABLE)]
    pub ids: bool,
    /// Mark CSV as UTF-8 in the way that Excel knows.
    #[arg(long, help_heading = TABLE)]
    pub excel: bool,
}

/// Which table of Markdown or CSV.
#[derive(Debug, Args)]
pub struct TableArgs {
    /// What a row of the table is.
    #[arg(long, value_name = "WHAT", help_heading = TABLE)]
    pub table: Option<TableArg>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub columns: ColumnArgs,
}

/// `sglens graph`
#[derive(Debug, Args)]
#[command(mut_arg("format", |format| format.value_parser(Offer::GRAPH.parser())))]
pub struct GraphArgs {
    /// Draw groups, or the resources they are attached to.
    #[arg(long, value_name = "LEVEL", default_value = "group", help_heading = ASK)]
    pub level: Level,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub filter: FilterArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub picture: PictureArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub table: TableArgs,
    /// How many columns the table of a terminal may take; if not given, as many as the terminal has, or 80.
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..), help_heading = WRITE)]
    pub width: Option<u16>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub input: InputArgs,
}

/// `sglens focus`
#[derive(Debug, Args)]
#[command(mut_arg("format", |format| format.value_parser(Offer::FOCUS.parser())))]
pub struct FocusArgs {
    /// A resource or security group by id, name or Terraform address (`group:web`, `lb:web` and
    /// `vpc:prod/web` settle what a name means), `tag:KEY=VALUE`, a pattern, an interface, an address,
    /// a CIDR block, a prefix list, or `internet`.
    pub target: String,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub way: WayArgs,
    /// How many steps to follow.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1,
        value_parser = clap::value_parser!(u8).range(1..),
        help_heading = ASK
    )]
    pub depth: u8,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub filter: FilterArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub picture: PictureArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub table: TableArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub text: TextArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub input: InputArgs,
}

/// `--direction`, and a flag for each of its values.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub struct WayArgs {
    /// What TARGET connects to: the default.
    #[arg(long, help_heading = ASK)]
    pub out: bool,
    /// Who connects to TARGET.
    #[arg(long = "in", help_heading = ASK)]
    pub inward: bool,
    /// Both.
    #[arg(long, help_heading = ASK)]
    pub both: bool,
    /// The same as a value, for scripts.
    #[arg(short, long, value_name = "WAY", help_heading = ASK)]
    pub direction: Option<Way>,
}

impl WayArgs {
    /// Returns what was asked for.
    pub fn way(&self) -> Way {
        let flags = [(self.out, Way::Out), (self.inward, Way::In), (self.both, Way::Both)];
        let flag = flags.into_iter().find_map(|(is_given, way)| is_given.then_some(way));
        self.direction.or(flag).unwrap_or(Way::Out)
    }
}

/// `sglens explain`
#[derive(Debug, Args)]
#[command(mut_arg("format", |format| format.value_parser(Offer::EXPLAIN.parser())))]
pub struct ExplainArgs {
    /// Who opens the connection: anything that `focus` takes.
    pub from: String,
    /// To whom, likewise.
    pub to: String,
    /// The traffic (`443`, `https`, `udp/53`, `8000-8100`, `icmp`), if not all of it, and the inputs, in any
    /// order: what `focus` reads. A file that is called as a port is given as `./443`.
    #[arg(value_name = "INPUT", value_hint = ValueHint::AnyPath)]
    pub rest: Vec<String>,
    /// The traffic, as a flag.
    #[arg(long, value_name = "PORT", help_heading = ASK)]
    pub port: Option<Traffic>,
    /// Show how FROM could reach TO in several hops, shortest first.
    #[arg(long, help_heading = ASK)]
    pub via: bool,
    /// For scripts: exit with 0 if this is the answer, with 2 if it is another one.
    #[arg(long, value_name = "ANSWER", help_heading = ASK)]
    pub expect: Option<Expect>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub ends: EndArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub text: TextArgs,
    /// Refuse a folder that holds a file that cannot be read, instead of leaving the file out.
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub aws: AwsArgs,
}

/// `sglens members`
#[derive(Debug, Args)]
#[command(mut_arg("format", |format| format.value_parser(Offer::MEMBERS.parser())))]
pub struct MembersArgs {
    /// A group: its id, name, or Terraform address.
    #[arg(value_name = "GROUP")]
    pub target: String,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub filter: FilterArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub text: TextArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub input: InputArgs,
}

/// `sglens list`
#[derive(Debug, Args)]
#[command(mut_arg("format", |format| format.value_parser(Offer::LIST.parser())))]
pub struct ListArgs {
    /// What to list (`resources` if not said), then the inputs.
    #[arg(value_name = "WHAT, INPUT", value_hint = ValueHint::AnyPath)]
    pub rest: Vec<String>,
    /// Only what is called so: a name or id, or a pattern with `*` or `?`; repeatable.
    #[arg(long, value_name = "PATTERN", help_heading = ASK)]
    pub name: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub filter: FilterArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub columns: ColumnArgs,
    /// How many columns the list may take; if not given, as many as the terminal has, or 80.
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..), help_heading = WRITE)]
    pub width: Option<u16>,
    /// Refuse a folder that holds a file that cannot be read, instead of leaving the file out.
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub output: OutputArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub aws: AwsArgs,
}

/// `sglens snapshot`
#[derive(Debug, Args)]
pub struct SnapshotArgs {
    /// Write to FILE instead of standard output.
    #[arg(short, long, value_name = "FILE", help_heading = WRITE)]
    pub output: Option<PathBuf>,
    /// Write nothing; exit with 2 if FILE is missing or not up to date.
    #[arg(long, requires = "output", help_heading = WRITE)]
    pub check: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub aws: AwsArgs,
}

/// `sglens completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: clap_complete::aot::Shell,
}

/// `sglens man`
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The verb whose page to print, if not that of sglens itself.
    pub verb: Option<String>,
}
