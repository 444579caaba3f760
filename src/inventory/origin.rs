//! Where a fact comes from: the evidence behind every answer.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::{RuleId, Tags};

/// One input: a file, standard input, or an account and region of EC2.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Source {
    /// The name to show: the path as it was given, or `aws:account/region`.
    pub name: String,
}

/// Where one fact is stated: in which source, at which address.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Origin {
    /// The input.
    pub source: Arc<Source>,
    /// The Terraform resource address, or the EC2 id, of the object that states it.
    pub address: Arc<str>,
    /// The rule's `sgr-` id, if this origin knows it.
    pub rule: Option<RuleId>,
    /// The rule's description, if it has one.
    pub description: Option<Arc<str>>,
    /// Whether a plan says that nothing configures the rule: only the group's own list, which Terraform
    /// fills with all rules that AWS has, holds it beside rules with resources of their own.
    pub unowned: bool,
}

impl Origin {
    /// An origin without a rule id and description.
    pub fn new(source: &Arc<Source>, address: impl Into<Arc<str>>) -> Self {
        let address = address.into();
        Self { source: Arc::clone(source), address, rule: None, description: None, unowned: false }
    }
}

/// By source, then address. Most origins that are compared share one source object, whose name need
/// not be compared.
impl Ord for Origin {
    fn cmp(&self, other: &Self) -> Ordering {
        let sources = if Arc::ptr_eq(&self.source, &other.source) {
            Ordering::Equal
        } else {
            self.source.cmp(&other.source)
        };
        sources
            .then_with(|| self.address.cmp(&other.address))
            .then_with(|| self.rule.cmp(&other.rule))
            .then_with(|| self.description.cmp(&other.description))
            .then_with(|| self.unowned.cmp(&other.unowned))
    }
}

impl PartialOrd for Origin {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Returns what people call a thing: the Name tag, its own name, the Terraform address, the id; the first
/// of them that is not blank.
pub(super) fn label<'a>(
    tags: &'a Tags,
    name: Option<&'a Arc<str>>,
    origins: &'a [Origin],
    id: &'a str,
) -> &'a str {
    let named = [tags.get("Name"), name, origins.first().map(|origin| &origin.address)];
    named.into_iter().flatten().map(AsRef::as_ref).find(|text: &&str| !text.trim().is_empty()).unwrap_or(id)
}

/// Returns the names of the sources of some origins, sorted, each once.
pub(super) fn list_sources(origins: &[Origin]) -> String {
    let names: BTreeSet<&str> = origins.iter().map(|origin| origin.source.name.as_str()).collect();
    names.into_iter().collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Origin {
    /// `infra.tfstate aws_security_group.logs`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.source.name, self.address)
    }
}
