//! The formats, and which verb has which. Another format is a variant, a line in `extensions`, and its name in
//! the offers that have it.

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser as _, ValueParser};

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
    #[value(hide = !cfg!(feature = "png"))]
    Png,
    /// A table for documents and pull requests.
    #[value(alias = "md")]
    Markdown,
    /// A table for spreadsheets.
    Csv,
    /// For scripts.
    Json,
    /// The picture's coordinates, for those who draw themselves.
    Scene,
}

impl Format {
    /// What `-f` calls it.
    pub fn name(self) -> String {
        self.to_possible_value().expect("no format is skipped").get_name().to_owned()
    }

    /// The extensions of its files, the usual one first. Where formats share one, the first of an offer has it.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Dot => &["dot", "gv"],
            Self::Mermaid => &["mmd", "mermaid"],
            Self::Svg => &["svg"],
            Self::Png => &["png"],
            Self::Markdown => &["md", "markdown"],
            Self::Csv => &["csv"],
            Self::Json | Self::Scene => &["json"],
        }
    }

    /// Whether this build has it.
    pub fn is_built_in(self) -> bool {
        self != Self::Png || cfg!(feature = "png")
    }

    /// Finds the format that an extension names, for whatever verb.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|format| format.extensions().contains(&extension))
    }
}

/// The formats of a verb.
#[derive(Debug, Clone, Copy)]
pub struct Offer {
    /// What the verb is called.
    pub verb: &'static str,
    /// Its formats. The first is the one that it has where nothing names another.
    pub formats: &'static [Format],
}

impl Offer {
    /// The formats of `sglens focus`.
    pub const FOCUS: Self = Self {
        verb: "focus",
        formats: &[
            Format::Text,
            Format::Markdown,
            Format::Csv,
            Format::Dot,
            Format::Mermaid,
            Format::Svg,
            Format::Png,
            Format::Json,
            Format::Scene,
        ],
    };
    /// The formats of `sglens graph`.
    pub const GRAPH: Self = Self {
        verb: "graph",
        formats: &[
            Format::Dot,
            Format::Mermaid,
            Format::Svg,
            Format::Png,
            Format::Text,
            Format::Markdown,
            Format::Csv,
            Format::Json,
            Format::Scene,
        ],
    };
    /// The formats of `sglens explain`.
    pub const EXPLAIN: Self = Self::of_tables("explain");
    /// The formats of `sglens members`.
    pub const MEMBERS: Self = Self::of_tables("members");
    /// The formats of `sglens list`.
    pub const LIST: Self = Self::of_tables("list");

    const fn of_tables(verb: &'static str) -> Self {
        Self { verb, formats: &[Format::Text, Format::Markdown, Format::Csv, Format::Json] }
    }

    /// The format where nothing names one.
    pub fn usual(self) -> Format {
        self.formats[0]
    }

    /// The formats that this build has, and that help and messages name.
    pub fn built_in(self) -> impl Iterator<Item = Format> {
        self.formats.iter().copied().filter(|format| format.is_built_in())
    }

    /// Reads the value of `-f`.
    pub fn parser(self) -> ValueParser {
        let values = self.formats.iter().filter_map(ValueEnum::to_possible_value);
        let parser = PossibleValuesParser::new(values);
        ValueParser::new(parser.map(|name| {
            <Format as ValueEnum>::from_str(&name, false).expect("the values are names of formats")
        }))
    }
}
