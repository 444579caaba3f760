//! The one stream that every format becomes: resources with the attributes that sglens uses.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::schema::{Handler, SCHEMA, Spec};
use super::value::Value;
use super::{attachments, groups, links, network, rules};
use crate::inventory::{Builder, Known, Origin, Source, Tags};
use crate::traffic::Block;

/// Why a recognised document could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The JSON breaks off or is malformed. The message names a place, never a value.
    #[error("the JSON is broken at line {line}, column {column}{}", if *.eof { ": the file ends too early" } else { "" })]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// Whether the input ended.
        eof: bool,
    },
    /// The JSON is well-formed but not shaped like its kind.
    #[error("line {line}, column {column}: this is not shaped like {expected}")]
    Shape {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected.
        expected: &'static str,
    },
    /// `format_version` of `show -json` or a plan is of a major version that sglens does not know.
    #[error("its format_version is newer than 1.x, the newest that sglens knows")]
    FormatVersion,
}

impl ReadError {
    /// Takes the place from a JSON error and leaves its text, which may quote the input, behind.
    pub(super) fn from_json(error: &serde_json::Error, expected: &'static str) -> Self {
        let (line, column) = (error.line(), error.column());
        match error.classify() {
            serde_json::error::Category::Data => Self::Shape { line, column, expected },
            category => Self::Json { line, column, eof: category == serde_json::error::Category::Eof },
        }
    }
}

/// One instance of a resource, pruned.
#[derive(Debug)]
pub(super) struct Resource<'a> {
    /// Absolute address with index or key.
    pub(super) address: Arc<str>,
    /// Managed, or a data source.
    pub(super) managed: bool,
    /// Its kept attributes.
    pub(super) values: Value<'a>,
    /// Attributes whose value is only known after apply, with what they refer to (plans only).
    pub(super) unknown: BTreeMap<String, Vec<Reference>>,
}

/// What an unknown attribute of a plan refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reference {
    /// A group, by id or, when it is only planned, by address.
    Group(String),
    /// An expression that could not be resolved.
    Expression(String),
}

/// Turns resources of one source into findings.
pub(super) struct Reader<'b> {
    /// Where the findings go.
    pub(super) builder: &'b mut Builder,
    /// The input being read.
    pub(super) source: Arc<Source>,
    other_types: usize,
    deposed: usize,
    no_id: usize,
    /// Texts that states repeat by the thousand, kept once.
    texts: HashSet<Arc<str>, RandomState>,
    /// Where the resource before is at home, and how ARNs begin there.
    home: Arc<str>,
    arns: String,
    /// What could not be read, a sentence each.
    pub(super) unreadable: BTreeSet<String>,
}

impl<'b> Reader<'b> {
    pub(super) fn new(source: &Arc<Source>, builder: &'b mut Builder) -> Self {
        Self {
            builder,
            source: Arc::clone(source),
            other_types: 0,
            deposed: 0,
            no_id: 0,
            texts: HashSet::default(),
            home: "".into(),
            arns: String::new(),
            unreadable: BTreeSet::new(),
        }
    }

    /// How to read a resource type; `None` (and counted) when sglens has no use for it.
    pub(super) fn spec(&mut self, kind: &str) -> Option<&'static Spec> {
        let spec = SCHEMA.get(kind);
        if spec.is_none() {
            self.other_types += 1;
        }
        spec
    }

    /// Counts an object that awaits destruction; it is not part of the estate.
    pub(super) fn deposed(&mut self) {
        self.deposed += 1;
    }

    /// Takes one resource instance.
    pub(super) fn take(&mut self, spec: &'static Spec, resource: &Resource<'_>) {
        match spec.handler {
            Handler::Group => groups::group(self, resource),
            Handler::GroupRule => rules::group_rule(self, resource),
            Handler::IngressRule => rules::single_rule(self, resource, crate::inventory::Direction::Ingress),
            Handler::EgressRule => rules::single_rule(self, resource, crate::inventory::Direction::Egress),
            Handler::Network(handler) => network::take(self, handler, resource),
            Handler::Link(handler) => links::take(self, handler, resource),
            Handler::Attachment(row) => attachments::take(self, row, resource),
            Handler::Nothing => {}
        }
    }

    /// A text that other resources have too: a tag, a kind, the id of a group or subnet.
    pub(super) fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }

    /// Account and region of an ARN; most resources are at home where the one before was.
    pub(super) fn home(&mut self, arn: &str) -> Option<Arc<str>> {
        if self.arns.is_empty() || !arn.starts_with(&*self.arns) {
            let (Some(region), Some(account)) = groups::region_and_account(arn) else { return None };
            if self.home.split_once('/') != Some((account, region)) {
                self.home = format!("{account}/{region}").into();
            }
            let end = arn.match_indices(':').nth(4).map_or(0, |(place, _)| place + 1);
            arn[..end].clone_into(&mut self.arns);
        }
        Some(Arc::clone(&self.home))
    }

    /// Counts a resource that has no id: it was never created, or its attributes were pruned.
    pub(super) fn no_id(&mut self) {
        self.no_id += 1;
    }

    /// Hands the counts over.
    pub(super) fn finish(self) {
        self.builder.skip("resources of other types", self.other_types);
        self.builder.skip("deposed objects", self.deposed);
        self.builder.skip("resources without an id", self.no_id);
        let source = &self.source.name;
        for what in &self.unreadable {
            self.builder.warn(format!("{source}: {what}"));
        }
    }
}

impl Resource<'_> {
    /// The evidence that this resource gives.
    pub(super) fn origin(&self, reader: &Reader<'_>) -> Origin {
        Origin::new(&reader.source, Arc::clone(&self.address))
    }

    /// How well the state knows it.
    pub(super) fn known(&self) -> Known {
        if self.managed { Known::Owned } else { Known::Looked }
    }

    /// Tags, with those that the provider adds by default.
    pub(super) fn tags(&self, reader: &mut Reader<'_>) -> Tags {
        // Without defaults both are the same.
        let is_same = self.values.get("tags_all") == self.values.get("tags");
        let own = if is_same { None } else { Some(self.values.entries("tags")) };
        let tags = self.values.entries("tags_all").chain(own.into_iter().flatten());
        let tags = tags.map(|(key, value)| {
            // Names differ: looking for the same one would be in vain.
            let value = if key == "Name" { value.into() } else { reader.shared(value) };
            (reader.shared(key), value)
        });
        tags.collect()
    }

    /// The first non-empty text among some attributes.
    pub(super) fn first_text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.values.text(name))
    }

    /// Reads address blocks at the given paths and reports what is none.
    pub(super) fn blocks(&self, reader: &mut Reader<'_>, paths: &[&str]) -> Vec<Block> {
        self.parse_blocks(reader, paths.iter().flat_map(|path| self.values.texts(path))).collect()
    }

    /// Reads address blocks and reports what is none.
    pub(super) fn parse_blocks<'t>(
        &self,
        reader: &mut Reader<'_>,
        texts: impl Iterator<Item = &'t str>,
    ) -> impl Iterator<Item = Block> {
        texts.filter_map(|text| {
            let block = text.parse();
            if block.is_err() {
                reader.unreadable.insert(format!("{} holds a text that is no address block", self.address));
            }
            block.ok()
        })
    }
}
