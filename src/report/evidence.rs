//! The rules behind a row, on demand: each with its ids, Terraform addresses and descriptions, and with
//! the inputs as footnotes where there are several.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Detail, Label, Line, Report};
use crate::connectivity::{Connectivity, EndpointIx, Finding, GroupIx, RuleIx};
use crate::inventory::Origin;
use crate::words;

/// What is told beside the answer, and the footnotes that it needs.
pub(super) struct Evidence<'n> {
    net: &'n Connectivity,
    /// Whether it is asked for.
    pub(super) is_wanted: bool,
    /// The only group of the subject, if it has but one.
    pub(super) sole: Option<GroupIx>,
    /// The inputs that were named, with their numbers.
    sources: RefCell<BTreeMap<String, usize>>,
}

impl<'n> Evidence<'n> {
    pub(super) fn new(net: &'n Connectivity, detail: &Detail) -> Self {
        Self { net, is_wanted: detail.rules, sole: None, sources: RefCell::default() }
    }

    /// Returns the rules of a finding, each with its places; nothing where that is not asked for.
    pub(super) fn rules(&self, depth: usize, finding: &Finding) -> Vec<Line> {
        if !self.is_wanted {
            return Vec::new();
        }
        finding.rules().flat_map(|ix| self.rule(depth, ix)).collect()
    }

    /// Returns a rule with its places.
    pub(super) fn rule(&self, depth: usize, ix: RuleIx) -> Vec<Line> {
        let mut lines = vec![Line::new(depth, [(Label::Plain, words::rule_sentence(self.net, ix))])];
        lines.extend(self.rule_places(depth + 1, ix));
        lines
    }

    /// Returns the places of a rule that stands in a row; nothing where that is not asked for.
    pub(super) fn below_row(&self, depth: usize, ix: RuleIx) -> Vec<Line> {
        if self.is_wanted { self.rule_places(depth, ix).collect() } else { Vec::new() }
    }

    fn rule_places(&self, depth: usize, ix: RuleIx) -> impl Iterator<Item = Line> {
        let rule = self.net.rule(ix);
        // Of the egress rule that AWS gives each new group, and that nobody described, there is nothing to
        // look up.
        let is_told = rule.origins.iter().any(|origin| origin.description.is_some());
        let origins = rule.origins.iter().filter(move |_| !rule.is_default_egress() || is_told);
        let places = origins.map(|origin| words::rule_place(origin) + &self.source(origin));
        places.map(move |place| Line::new(depth, [(Label::Quiet, place)]))
    }

    /// Returns all resources with their addresses.
    pub(super) fn resources(&self, depth: usize, members: impl Iterator<Item = EndpointIx>) -> Vec<Line> {
        if !self.is_wanted {
            return Vec::new();
        }
        let mut all: Vec<String> = members.map(|ix| resource(self.net, ix)).collect();
        all.sort_by(|one, other| words::natural(one, other));
        all.dedup();
        if all.is_empty() { Vec::new() } else { vec![Line::new(depth, [(Label::Plain, all.join(", "))])] }
    }

    /// Returns where something is defined.
    pub(super) fn places(&self, depth: usize, origins: &[Origin]) -> Vec<Line> {
        if !self.is_wanted {
            return Vec::new();
        }
        let place = |origin: &Origin| words::name(&origin.address) + &self.source(origin);
        origins.iter().map(|origin| Line::new(depth, [(Label::Quiet, place(origin))])).collect()
    }

    /// Returns the number of the input, where there are several.
    fn source(&self, origin: &Origin) -> String {
        if self.net.inventory().sources.len() < 2 {
            return String::new();
        }
        let mut sources = self.sources.borrow_mut();
        let next = sources.len() + 1;
        let number = *sources.entry(origin.source.name.clone()).or_insert(next);
        format!(" [{number}]")
    }

    /// Adds the inputs that were named.
    pub(super) fn footnotes(&self, report: &mut Report) {
        let sources = self.sources.borrow();
        let mut all: Vec<(usize, &String)> = sources.iter().map(|(name, number)| (*number, name)).collect();
        all.sort_unstable();
        if !all.is_empty() {
            report.space();
        }
        for (number, source) in all {
            report.quiet(0, format!("[{number}] {}", words::name(source)));
        }
    }
}

/// Returns a resource with its first address.
fn resource(net: &Connectivity, ix: EndpointIx) -> String {
    let address = words::addresses(net.endpoint(ix)).into_iter().next();
    let address = address.map(|text| format!(" {text}")).unwrap_or_default();
    format!("{}{address}", words::endpoint(net, ix))
}

/// How many resources a line names before it counts the rest.
pub(super) const NAMED: usize = 8;

/// Returns `web-1 10.0.0.1, web-2 10.0.0.2 and 3 more`.
pub(super) fn some_resources(net: &Connectivity, members: impl Iterator<Item = EndpointIx>) -> String {
    let mut all: Vec<String> = members.map(|ix| resource(net, ix)).collect();
    all.sort_by(|one, other| words::natural(one, other));
    words::few(&all, NAMED)
}
