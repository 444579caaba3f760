//! The stream that every format becomes: resources with the attributes that sglens uses, and the
//! state that a reader keeps over all resources of a source.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::parse::Value;
use super::schema::{self, Spec};
use crate::inventory::{
    AccountRegion, Authority, Builder, Direction, EndpointFact, EndpointId, GroupId, Origin, Peer, Source,
    Tags,
};
use crate::traffic::{Block, Traffic};

/// One instance of a resource, with its wanted attributes alone.
#[derive(Debug)]
pub(crate) struct Resource<'a> {
    /// Absolute address with index or key.
    pub(crate) address: Arc<str>,
    /// Whether it is managed rather than a data source.
    pub(crate) managed: bool,
    /// Its kept attributes.
    pub(crate) values: Value<'a>,
    /// Attributes whose value is only known after apply; empty but for plans.
    pub(crate) unknown: Unknown,
}

/// What each unknown attribute refers to, by dotted path. An inline block of which all but the peers
/// is known has its direction and index as its path (`ingress.0`).
pub(crate) type Unknown = BTreeMap<String, Vec<Reference>>;

/// What an unknown attribute of a plan refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reference {
    /// A group, launch template, VPC or subnet, by id or, when it is only planned, by address.
    Object(String),
    /// A group that may be meant, where an expression could not be resolved.
    Perhaps(String),
    /// An expression that could not be resolved.
    Expression(String),
}

/// Turns resources of one source into findings.
pub(crate) struct Reader<'b> {
    /// Where the findings go.
    pub(crate) builder: &'b mut Builder,
    /// The input being read.
    pub(crate) source: Arc<Source>,
    /// How many resources are of a type that the schema does not have.
    other_types: usize,
    /// How many objects await destruction.
    deposed: usize,
    /// How many resources have no id.
    no_id: usize,
    /// Texts that states repeat by the thousand, kept once.
    texts: HashSet<Arc<str>, RandomState>,
    /// The account and region of the last resource with an ARN.
    account_region: AccountRegion,
    /// The beginning of every ARN of that account and region.
    arn_prefix: String,
    /// What could not be read: one sentence each, without a full stop.
    pub(crate) unreadable: BTreeSet<String>,
    /// Types that are not known and have groups attached.
    pub(crate) unknown_types: BTreeSet<String>,
    /// What the groups' own lists of a plan echo.
    pub(crate) echo: Arc<Echo>,
}

/// A rule with one peer, without its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Atom {
    group: GroupId,
    direction: Direction,
    peer: Peer,
    traffic: Traffic,
}

impl Atom {
    /// Takes what a rule of a group says.
    pub(crate) fn new(group: &GroupId, direction: Direction, peer: &Peer, traffic: &Traffic) -> Self {
        Self { group: group.clone(), direction, peer: peer.clone(), traffic: traffic.clone() }
    }

    /// Returns the list that echoes it.
    pub(crate) fn list(&self) -> (GroupId, Direction) {
        (self.group.clone(), self.direction)
    }
}

/// What the groups' own lists of a plan echo of rules that have resources of their own.
#[derive(Debug, Default)]
pub(crate) struct Echo {
    /// Rules that the plan takes away.
    pub(crate) gone: HashSet<Atom>,
    /// Rules that resources of their own state, before the plan or after it.
    pub(crate) stated: HashSet<Atom>,
    /// Lists that nothing configures, of groups that have rules with resources of their own.
    pub(crate) lists: HashSet<(GroupId, Direction)>,
}

impl Echo {
    /// Tells whether nothing configures a rule of a group's own list.
    pub(crate) fn is_unowned(&self, atom: &Atom) -> bool {
        self.lists.contains(&atom.list()) && !self.stated.contains(atom)
    }
}

impl<'b> Reader<'b> {
    /// A reader of one source.
    pub(crate) fn new(source: &Arc<Source>, builder: &'b mut Builder) -> Self {
        Self {
            builder,
            source: Arc::clone(source),
            other_types: 0,
            deposed: 0,
            no_id: 0,
            texts: HashSet::default(),
            account_region: AccountRegion::new("", ""),
            arn_prefix: String::new(),
            unreadable: BTreeSet::new(),
            unknown_types: BTreeSet::new(),
            echo: Arc::default(),
        }
    }

    /// Returns how to read a resource type; `None` for one that has no part in any answer, which is
    /// counted.
    pub(crate) fn spec(&mut self, kind: &str) -> Option<&'static Spec> {
        let spec = schema::spec(kind);
        if spec.is_none() {
            self.other_types += 1;
        }
        spec
    }

    /// Counts a resource of a type that has no part in any answer.
    pub(crate) fn other_type(&mut self) {
        self.other_types += 1;
    }

    /// Counts an object that awaits destruction and is not part of the estate any more.
    pub(crate) fn deposed(&mut self) {
        self.deposed += 1;
    }

    /// Returns one shared copy of a text that many resources have: a tag, a kind, the id of a group or
    /// subnet.
    pub(crate) fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }

    /// Returns the account and region of an ARN. Most ARNs are of the same account and region as the
    /// one before, so their beginning is compared first.
    pub(crate) fn account_region(&mut self, arn: &str) -> Option<AccountRegion> {
        if self.arn_prefix.is_empty() || !arn.starts_with(&*self.arn_prefix) {
            let (Some(region), Some(account)) = AccountRegion::parts_of_arn(arn) else { return None };
            self.account_region = AccountRegion::new(account, region);
            let end = arn.match_indices(':').nth(4).map_or(0, |(place, _)| place + 1);
            arn[..end].clone_into(&mut self.arn_prefix);
        }
        Some(self.account_region.clone())
    }

    /// Counts a resource that has no id, because it was never created or its attributes were pruned.
    pub(crate) fn no_id(&mut self) {
        self.no_id += 1;
    }

    /// Hands counts and warnings to the builder.
    pub(crate) fn finish(self) {
        self.builder.skip("resources of other types", self.other_types);
        self.builder.skip("deposed objects", self.deposed);
        self.builder.skip("resources without an id", self.no_id);
        let source = &self.source.name;
        for kind in &self.unknown_types {
            self.builder.warn_of_type(kind);
        }
        for what in &self.unreadable {
            self.builder.warn(format!("{source}: {what}"));
        }
    }
}

impl Resource<'_> {
    /// Returns the origin of what this resource states.
    pub(crate) fn origin(&self, reader: &Reader<'_>) -> Origin {
        Origin::new(&reader.source, Arc::clone(&self.address))
    }

    /// Returns the authority of what this resource states.
    pub(crate) fn authority(&self) -> Authority {
        if self.managed { Authority::Managed } else { Authority::DataSource }
    }

    /// Returns the account and region, as far as the ARN or the provider's attribute `region` tell them
    /// (AWS provider 6, "Enhanced multi-region support").
    pub(crate) fn account_region(&self, reader: &mut Reader<'_>) -> Option<AccountRegion> {
        let by_arn = self.values.text("arn").and_then(|arn| reader.account_region(arn));
        by_arn.or_else(|| {
            let region = self.values.text("region").filter(|region| !region.is_empty())?;
            Some(AccountRegion::new("", region))
        })
    }

    /// Returns what the resource tells of itself as an endpoint.
    pub(crate) fn endpoint(
        &self,
        reader: &mut Reader<'_>,
        id: &EndpointId,
        kind: impl Into<Arc<str>>,
    ) -> EndpointFact {
        EndpointFact {
            account_region: self.account_region(reader),
            name: self.values.text("name").map(Into::into),
            tags: self.tags(reader),
            aliases: self.aliases(id).collect(),
            ..EndpointFact::new(self.authority(), self.origin(reader), kind)
        }
    }

    /// Returns the texts that name the resource beside its identity.
    pub(crate) fn aliases(&self, id: &EndpointId) -> impl Iterator<Item = Arc<str>> {
        let own = ["id", "arn"].iter().filter_map(|name| self.values.text(name));
        own.filter(|alias| *alias != id.as_str()).map(Arc::from)
    }

    /// Returns the tags, with those that the provider adds by default.
    pub(crate) fn tags(&self, reader: &mut Reader<'_>) -> Tags {
        // Both are equal without default tags.
        let is_same = self.values.get("tags_all") == self.values.get("tags");
        let own = if is_same { None } else { Some(self.values.entries("tags")) };
        let tags = self.values.entries("tags_all").chain(own.into_iter().flatten());
        let tags = tags.map(|(key, value)| {
            // Values of `Name` differ from resource to resource, so sharing them gains nothing.
            let value = if key == "Name" { value.into() } else { reader.shared(value) };
            (reader.shared(key), value)
        });
        tags.collect()
    }

    /// Returns the id of the resource, or its address where the id is only known after apply.
    pub(crate) fn own_id(&self) -> Option<Arc<str>> {
        match self.values.text("id") {
            Some(id) => Some(id.into()),
            None if self.unknown.contains_key("id") => Some(Arc::clone(&self.address)),
            None => None,
        }
    }

    /// Returns the object that an attribute names, by id or, when it is only planned, by address.
    pub(crate) fn object_at(&self, path: &str) -> Option<&str> {
        let planned = || match self.unknown.get(path)?.as_slice() {
            [Reference::Object(address)] => Some(address.as_str()),
            _ => None,
        };
        self.values.text(path).or_else(planned)
    }

    /// Returns the planned objects that the attribute at a path names.
    pub(crate) fn planned_at(&self, path: &str) -> impl Iterator<Item = &str> {
        self.unknown.get(path).into_iter().flatten().filter_map(|reference| match reference {
            Reference::Object(address) => Some(address.as_str()),
            Reference::Perhaps(_) | Reference::Expression(_) => None,
        })
    }

    /// Returns the first text among some attributes that is not empty.
    pub(crate) fn first_text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.values.text(name))
    }

    /// Reads the CIDR blocks at some paths. A text that is none becomes a warning.
    pub(crate) fn blocks(&self, reader: &mut Reader<'_>, paths: &[&str]) -> Vec<Block> {
        self.parse_blocks(reader, paths.iter().flat_map(|path| self.values.texts(path))).collect()
    }

    /// Reads CIDR blocks. A text that is none becomes a warning.
    pub(crate) fn parse_blocks<'t>(
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
