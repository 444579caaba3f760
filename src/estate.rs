//! The library for those who embed it: an estate that owns what was read, and answers that carry ids
//! and labels.

use std::path::Path;
use std::sync::Arc;

use crate::connectivity::{self, Connectivity, Counterpart, RuleIx};
use crate::input::{Input, InputError, Options, Problem, read, read_document};
use crate::inventory::{Builder, Direction, Inventory};
use crate::query::{self, Answer, SelectError, Target};
use crate::traffic::{Family, Traffic};
use crate::words;

/// Everything that was read, compiled. Cloning is cheap: clones share it.
#[derive(Debug, Clone)]
pub struct Estate {
    net: Arc<Connectivity>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An input cannot be read.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A document is nothing that sglens reads.
    #[error(transparent)]
    Document(#[from] Problem),
    /// A text means nothing, or more than one thing.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// The answer would be about more than anyone reads.
    #[error(transparent)]
    TooLarge(#[from] connectivity::TooLarge),
    /// The subject was found in another estate.
    #[error("the subject was found in another estate")]
    OtherEstate,
}

/// Which way connections are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// What the subject connects to.
    Out,
    /// Who connects to the subject.
    In,
}

/// What a question is about: one or several resources, groups, or addresses. It remembers its estate.
#[derive(Debug, Clone)]
pub struct Subject {
    net: Arc<Connectivity>,
    targets: Vec<Target>,
}

/// What the rules say about some traffic between a subject and a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Connection {
    /// The other end.
    pub peer: Peer,
    /// The address family.
    pub family: Family,
    /// What the rules say.
    pub verdict: Verdict,
    /// The traffic, never empty.
    pub traffic: Traffic,
    /// Where the subject is addresses outside the input: those that it is about.
    pub only: Option<Vec<String>>,
    /// The resources of the peer that the input tells, each with its part of the traffic.
    pub resources: Vec<(Resource, Traffic)>,
    /// The rules behind it, ingress first.
    pub rules: Vec<Rule>,
    /// Why it is undecided; empty otherwise.
    pub reasons: Vec<String>,
}

pub use crate::connectivity::Verdict;

/// The other end of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Peer {
    /// Resources with a security group attached.
    Group {
        /// The group's id.
        id: String,
        /// What people call it.
        label: String,
    },
    /// Resources of the input within a CIDR block or prefix list, by its text.
    Within(String),
    /// Addresses outside the input: `internet`, a CIDR block, a prefix list.
    Outside(String),
    /// Resources without security groups, which nothing filters.
    Unfiltered,
    /// Whoever rules name that are not in the input.
    Unknown(String),
}

/// A resource that has security groups attached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Resource {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// What it is: `instance`, `load balancer`.
    pub kind: String,
}

/// A rule, as evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// The id of the group that holds it.
    pub group: String,
    /// Its `sgr-` ids, as far as the input tells them.
    pub ids: Vec<String>,
    /// The rule as a sentence: `ingress of logstash: tcp 5000 from application`.
    pub sentence: String,
    /// The places that state it: input and resource address.
    pub places: Vec<String>,
}

/// The answer to whether one side may connect to another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The answer in one word.
    pub answer: Answer,
    /// How many pairs of different resources were asked about.
    pub pairs: usize,
    /// For how many of them all that was asked for is allowed.
    pub allowed: usize,
    /// What the rules say, by family and verdict.
    pub findings: Vec<Finding>,
}

/// What the rules say about some of the traffic that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The address family.
    pub family: Family,
    /// What the rules say.
    pub verdict: Verdict,
    /// The traffic, never empty.
    pub traffic: Traffic,
    /// The rules behind it, ingress first.
    pub rules: Vec<Rule>,
    /// Why it is undecided; empty otherwise.
    pub reasons: Vec<String>,
}

impl Estate {
    /// Reads files, folders and patterns: Terraform states and plans, EC2 output, snapshots.
    ///
    /// # Errors
    /// [`Error::Input`] for the first input that cannot be read.
    pub fn read<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Self, Error> {
        let inputs: Vec<Input> = paths.into_iter().map(|path| Input::from_argument(path.as_ref())).collect();
        Ok(Self::new(read(&inputs, Options::default())?))
    }

    /// Reads one document. Its name is shown as evidence.
    ///
    /// # Errors
    /// [`Error::Document`] when the document is broken or nothing that sglens reads.
    pub fn from_bytes(name: &str, document: &[u8]) -> Result<Self, Error> {
        let mut builder = Builder::new();
        read_document(name, document, Options::default(), &mut builder)?;
        Ok(Self::new(builder.finish()))
    }

    fn new(inventory: Inventory) -> Self {
        Self { net: Arc::new(Connectivity::new(inventory)) }
    }

    /// Returns what to know about the input, one sentence each.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        self.net.inventory().warnings.iter().map(|warning| warning.message.as_str())
    }

    /// Returns all resources that have groups attached, by id.
    pub fn resources(&self) -> impl Iterator<Item = Resource> {
        self.net.all_endpoints().map(|ix| resource(&self.net, ix))
    }

    /// Finds what a text means: a name, an id, an address, a CIDR block, `internet`, `tag:KEY=VALUE`,
    /// a pattern with `*`.
    ///
    /// # Errors
    /// [`Error::Select`] when nothing matches, or when a name is ambiguous; the message says what to
    /// write instead.
    pub fn find(&self, text: &str) -> Result<Subject, Error> {
        Ok(Subject { net: Arc::clone(&self.net), targets: query::select(&self.net, text)? })
    }

    /// Returns the connections of a subject, by peer, family and verdict.
    ///
    /// # Errors
    /// [`Error::OtherEstate`] when the subject was found in another estate, [`Error::TooLarge`] when the
    /// answer takes too much.
    pub fn connections(&self, subject: &Subject, way: Way) -> Result<Vec<Connection>, Error> {
        self.own(subject)?;
        let direction = match way {
            Way::Out => Direction::Egress,
            Way::In => Direction::Ingress,
        };
        let answer = query::focus(&self.net, &subject.targets, &[direction], 1)?;
        let links = answer.hops.iter().flat_map(|hop| &hop.links);
        Ok(links
            .map(|link| Connection {
                peer: peer(&self.net, &link.counterpart),
                family: link.finding.family,
                verdict: link.finding.verdict,
                traffic: link.finding.traffic.clone(),
                only: link.only.as_ref().map(|set| set.blocks().iter().map(ToString::to_string).collect()),
                resources: link
                    .members
                    .iter()
                    .map(|member| (resource(&self.net, member.endpoint), (*member.traffic).clone()))
                    .collect(),
                rules: rules(&self.net, &link.finding),
                reasons: words::doubts(&self.net, &link.finding),
            })
            .collect())
    }

    /// Answers whether one subject may connect to another on some traffic, or at all.
    ///
    /// # Errors
    /// [`Error::OtherEstate`] when one of them was found in another estate, [`Error::TooLarge`] when the
    /// answer takes too much.
    pub fn explain(
        &self,
        from: &Subject,
        to: &Subject,
        traffic: Option<&Traffic>,
    ) -> Result<Explanation, Error> {
        self.own(from)?;
        self.own(to)?;
        let answer = query::explain(&self.net, &from.targets, &to.targets, traffic.cloned())?;
        let told = |finding: &connectivity::Finding| Finding {
            family: finding.family,
            verdict: finding.verdict,
            traffic: finding.traffic.clone(),
            rules: rules(&self.net, finding),
            reasons: words::doubts(&self.net, finding),
        };
        Ok(Explanation {
            answer: answer.answer,
            pairs: answer.quantity.pairs,
            allowed: answer.quantity.allowed,
            findings: answer.findings.iter().map(told).collect(),
        })
    }

    fn own(&self, subject: &Subject) -> Result<(), Error> {
        if Arc::ptr_eq(&self.net, &subject.net) { Ok(()) } else { Err(Error::OtherEstate) }
    }
}

impl Subject {
    /// Returns what people call it.
    pub fn label(&self) -> String {
        words::targets(&self.net, &self.targets)
    }
}

fn resource(net: &Connectivity, ix: crate::connectivity::EndpointIx) -> Resource {
    let endpoint = net.endpoint(ix);
    Resource { id: endpoint.id.to_string(), label: words::endpoint(net, ix), kind: endpoint.kind.to_string() }
}

fn peer(net: &Connectivity, counterpart: &Counterpart) -> Peer {
    let label = words::counterpart(net, counterpart);
    match counterpart {
        Counterpart::Group(ix) => Peer::Group { id: net.group(*ix).id.to_string(), label },
        Counterpart::Within(outside) => Peer::Within(outside.to_string()),
        Counterpart::Outside(outside) => Peer::Outside(outside.to_string()),
        Counterpart::Unfiltered => Peer::Unfiltered,
        Counterpart::UnknownGroup(_) | Counterpart::Anyone => Peer::Unknown(label),
    }
}

fn rules(net: &Connectivity, finding: &connectivity::Finding) -> Vec<Rule> {
    let rule = |ix: RuleIx| {
        let rule = net.rule(ix);
        let ids = rule.origins.iter().filter_map(|origin| origin.rule.as_ref().map(ToString::to_string));
        Rule {
            group: net.group(net.rule_row(ix).group).id.to_string(),
            ids: ids.collect(),
            sentence: words::rule_sentence(net, ix),
            places: words::rule_places(rule),
        }
    };
    finding.rules().map(rule).collect()
}
