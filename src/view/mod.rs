//! What a picture shows, apart from any format: nodes, arrows, boxes around VPCs, tags, notes.
//!
//! `map` and `focus` turn answers into a [`View`]; `hubs` replaces the arrows of nodes that
//! touch everything by tags. Renderers print views and decide nothing.

mod focus;
mod fold;
mod hubs;
mod map;
mod names;
mod options;
mod resources;

pub use focus::focus_view;
pub use hubs::Hubs;
pub use map::map_view;
pub use options::{GroupBy, ViewOptions};
pub use resources::resources_view;

use serde::Serialize;

use crate::connectivity::Verdict;
use crate::traffic::{Family, Traffic};

/// A picture before it has coordinates.
#[derive(Debug, Clone, Default, Serialize)]
pub struct View {
    /// What the picture is about.
    pub title: String,
    /// One sentence for those who cannot see it.
    pub description: String,
    /// Boxes around nodes: VPCs.
    pub clusters: Vec<Cluster>,
    /// The nodes, in a fixed order.
    pub nodes: Vec<Node>,
    /// The arrows, client to service, in a fixed order. At most one between two nodes and a style.
    pub arrows: Vec<Arrow>,
    /// Sentences below the picture: what was folded, what the answer leaves out.
    pub notes: Vec<String>,
}

/// A box around nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cluster {
    /// Stable id.
    pub id: String,
    /// Its caption.
    pub label: String,
}

/// What a node is, which decides its look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKind {
    /// A group.
    Group,
    /// A group that is only referred to.
    Elsewhere,
    /// Endpoints.
    Endpoint,
    /// Everywhere.
    Internet,
    /// An address block or a prefix list.
    Block,
    /// A peer that is not known.
    Unknown,
    /// Several nodes folded into one.
    Folded,
}

impl NodeKind {
    /// The class in pictures.
    pub fn class(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Elsewhere => "elsewhere",
            Self::Endpoint => "endpoint",
            Self::Internet => "internet",
            Self::Block => "block",
            Self::Unknown => "unknown",
            Self::Folded => "folded",
        }
    }
}

/// How much a node or arrow stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Emphasis {
    /// The subject, and the arrows at it.
    Focus,
    /// Like all others.
    Normal,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Stable id: a group id, an endpoint id, a block.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// What people call it.
    pub label: String,
    /// Smaller lines below the label.
    pub details: Vec<String>,
    /// Everything there is to say: ids, members, places.
    pub tooltip: String,
    /// Index of the cluster that holds it.
    pub cluster: Option<usize>,
    /// How much it stands out.
    pub emphasis: Emphasis,
    /// Connections that are shown as a tag instead of an arrow.
    pub tags: Vec<Tag>,
}

/// Which way a tag's connection goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// From this node to the named one.
    Out,
    /// From the named one to this node.
    In,
    /// Among the members of the node.
    Among,
}

/// A connection shown at one of its ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Tag {
    /// Which way it goes.
    pub way: Way,
    /// The node at the other end, if it is drawn: an index into the nodes.
    pub other: Option<usize>,
    /// What the tag says: `→ logging-es`.
    pub text: String,
    /// The traffic.
    pub traffic: String,
    /// Verdict, rules, places.
    pub tooltip: String,
    /// How it is drawn.
    pub style: Style,
}

/// How an arrow is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// Allowed.
    Allowed,
    /// Not decided: dashed.
    Undecided,
    /// Blocked by egress: dashed and crossed.
    Blocked,
    /// Named by egress, let in by nobody: dotted.
    NoIngress,
}

impl From<Verdict> for Style {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Allowed => Self::Allowed,
            Verdict::Undecided => Self::Undecided,
            Verdict::BlockedByEgress => Self::Blocked,
            Verdict::NoIngress => Self::NoIngress,
        }
    }
}

impl Style {
    /// The word that goes with the look, since looks alone say nothing; none for allowed.
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Allowed => None,
            Self::Undecided => Some("undecided"),
            Self::Blocked => Some("blocked by egress"),
            Self::NoIngress => Some("no ingress"),
        }
    }

    /// The class in pictures.
    pub fn class(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Undecided => "undecided",
            Self::Blocked => "blocked",
            Self::NoIngress => "no-ingress",
        }
    }
}

/// An arrow from a client to a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arrow {
    /// Index of the client node.
    pub from: usize,
    /// Index of the service node.
    pub to: usize,
    /// For how many connections it stands: more than one between folded nodes.
    pub count: usize,
    /// The traffic in short; empty where the picture is too dense for labels.
    pub label: String,
    /// The traffic in full.
    #[serde(skip)]
    pub traffic: Traffic,
    /// The address family, where the other one has another answer.
    #[serde(skip)]
    pub family: Option<Family>,
    /// Verdict, rules, places.
    pub tooltip: String,
    /// How it is drawn.
    pub style: Style,
    /// How much it stands out.
    pub emphasis: Emphasis,
}

impl View {
    /// Stable text for an arrow: `client → service`.
    pub fn arrow_name(&self, arrow: &Arrow) -> String {
        format!("{} → {}", self.nodes[arrow.from].label, self.nodes[arrow.to].label)
    }

    /// The styles that need a legend: all but the plain one.
    pub fn special_styles(&self) -> Vec<Style> {
        let tags = self.nodes.iter().flat_map(|node| &node.tags).map(|tag| tag.style);
        let mut styles: Vec<Style> = self.arrows.iter().map(|arrow| arrow.style).chain(tags).collect();
        styles.sort_unstable();
        styles.dedup();
        styles.retain(|style| *style != Style::Allowed);
        styles
    }
}
