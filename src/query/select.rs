//! Whom a text means: an id, a name, an address, a Terraform address, a tag, a pattern. Identities
//! come before names, and a name that fits several things is never chosen among them.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::{Candidate, SelectError, Target};
use crate::connectivity::{Connectivity, EndpointIx, GroupIx, Outside, Subject};
use crate::inventory::{Endpoint, Group, InterfaceId, Origin, Peer, PrefixListId, Tags, VpcId};
use crate::traffic::Block;

/// Finds what a text means: one thing, or, for `tag:KEY=VALUE` and a pattern with `*` or `?`, all that
/// fit.
///
/// # Errors
/// [`SelectError`] when nothing fits, or when a name fits more than one thing.
pub fn select(net: &Connectivity, text: &str) -> Result<Vec<Target>, SelectError> {
    select_by(net, &Query::parse(net, text))
}

fn select_by(net: &Connectivity, query: &Query<'_>) -> Result<Vec<Target>, SelectError> {
    let text = query.typed;
    if let Some(target) = query.identity(net) {
        return Ok(vec![target]);
    }
    if let Some(outside) = query.outside(net) {
        return outside.map(|target| vec![target]).map_err(|several| query.ambiguous(net, &several));
    }
    if query.wanted.starts_with("tag:") {
        let found = query.find(net, |entity| entity.has_tag(query.wanted));
        return query.all(net, found);
    }
    // A machine of that name must not stand for all that the pattern fits.
    if query.wanted.contains(['*', '?']) {
        let found = query.find(net, |entity| {
            matches_pattern(query.wanted, entity.id())
                || entity.has_name(|name| matches_pattern(query.wanted, name))
        });
        return query.all(net, found);
    }
    if query.only == Only::Anything && is_like_identity(query.wanted) {
        return Err(query.unknown(net));
    }
    let tests: [&dyn Fn(&Entity<'_>) -> bool; 2] =
        [&|entity| entity.has_name(|name| name == query.wanted), &|entity| {
            entity.has_name(|name| name.eq_ignore_ascii_case(query.wanted))
        }];
    for test in tests {
        let found = query.find(net, test);
        if !found.is_empty() {
            return query.only_one(net, &found);
        }
    }
    // A name may look like a prefix and a name.
    let literal = Query { typed: text, wanted: text, only: Only::Anything, vpc: None };
    let found = if query.wanted == text {
        Vec::new()
    } else {
        literal.find(net, |entity| entity.has_name(|name| name == text))
    };
    if found.is_empty() { Err(query.unknown(net)) } else { literal.only_one(net, &found) }
}

/// Finds the groups that a text means.
///
/// # Errors
/// [`SelectError`] when no group fits, or when a name fits more than one.
pub fn select_groups(net: &Connectivity, text: &str) -> Result<Vec<GroupIx>, SelectError> {
    let mut query = Query::parse(net, text);
    if query.only == Only::Anything {
        query.only = Only::Groups;
    }
    let found = select_by(net, &query).map_err(|error| match (&error, select(net, text)) {
        (SelectError::Unknown { .. }, Ok(others)) => {
            let candidates = others.iter().map(|target| candidate(net, target)).collect();
            SelectError::NoGroup { text: text.to_owned(), candidates }
        }
        _ => error,
    })?;
    let group = |target| if let Target::Known(Subject::Group(ix)) = target { Some(ix) } else { None };
    Ok(found.into_iter().filter_map(group).collect())
}

/// What kinds of things a text may mean.
#[derive(Clone, PartialEq, Eq)]
enum Only {
    Anything,
    Groups,
    Endpoints,
    Kind(String),
    Identities,
    Outside,
}

/// A text, taken apart: `lb:web`, `vpc:prod/web`, `id:sg-…`.
struct Query<'t> {
    typed: &'t str,
    wanted: &'t str,
    only: Only,
    vpc: Option<&'t str>,
}

impl<'t> Query<'t> {
    fn parse(net: &Connectivity, typed: &'t str) -> Self {
        let mut query = Query { typed, wanted: typed, only: Only::Anything, vpc: None };
        if let Some((vpc, rest)) = typed.strip_prefix("vpc:").and_then(|rest| rest.split_once('/')) {
            (query.vpc, query.wanted) = (Some(vpc), rest);
        }
        if let Some((prefix, rest)) = query.wanted.split_once(':') {
            let only = match prefix {
                "group" | "sg" => Some(Only::Groups),
                "endpoint" | "resource" => Some(Only::Endpoints),
                "id" => Some(Only::Identities),
                "outside" => Some(Only::Outside),
                kind => known_kind(net, kind).map(Only::Kind),
            };
            if let Some(only) = only {
                (query.only, query.wanted) = (only, rest);
            }
        }
        query
    }

    /// Returns the thing that has the text as its identity: an id that AWS gave, or the whole id that
    /// sglens prints. A name that somebody chose is no identity, even where a provider uses it as one.
    fn identity(&self, net: &Connectivity) -> Option<Target> {
        if self.only == Only::Outside {
            return None;
        }
        let found = self.find(net, |entity| entity.id() == self.wanted || entity.has_arn(self.wanted));
        if let [one] = found.as_slice() {
            return Some(Target::Known(one.subject()));
        }
        let interface = InterfaceId::new(self.wanted);
        let is_it = |ix: &EndpointIx| {
            let interfaces = &net.endpoint(*ix).interfaces;
            let position = interfaces.iter().position(|known| known.id.as_ref() == Some(&interface))?;
            Some(Target::Known(Subject::Interface(*ix, position as u32)))
        };
        let allowed = matches!(self.only, Only::Anything | Only::Endpoints | Only::Identities);
        net.all_endpoints().filter(|_| allowed).find_map(|ix| is_it(&ix))
    }

    /// Returns what a text means that is an address, a CIDR block, a prefix list or the internet;
    /// several where the private address is one of several resources.
    fn outside(&self, net: &Connectivity) -> Option<Result<Target, Vec<Target>>> {
        if !matches!(self.only, Only::Anything | Only::Identities | Only::Outside) {
            return None;
        }
        if self.wanted.eq_ignore_ascii_case("internet") {
            let internet = Target::Outside(Outside::Internet);
            let named = self.find(net, |entity| entity.has_name(|name| name == self.wanted));
            if named.is_empty() || self.only == Only::Outside {
                return Some(Ok(internet));
            }
            let named = named.iter().map(|entity| Target::Known(entity.subject()));
            return Some(Err(named.chain([internet]).collect()));
        }
        let list = PrefixListId::new(self.wanted);
        let names_list = |ix| matches!(&net.rule(ix).peer, Peer::PrefixList(id) if *id == list);
        if net.inventory().network.prefix_lists.contains_key(&list) || net.all_rules().any(names_list) {
            return Some(Ok(Target::Outside(Outside::PrefixList(list))));
        }
        let block: Block = self.wanted.parse().ok()?;
        let is_single = Block::host(block_address(&block)) == block;
        if !is_single || self.only == Only::Outside {
            return Some(Ok(Target::Outside(Outside::Block(block))));
        }
        let mut holders = self.holders(net, block_address(&block));
        match holders.len() {
            0 => Some(Ok(Target::Outside(Outside::Block(block)))),
            1 => holders.pop().map(Ok),
            _ => Some(Err(holders)),
        }
    }

    /// Returns the interfaces that have an address; by public address as they are seen from outside.
    fn holders(&self, net: &Connectivity, address: IpAddr) -> Vec<Target> {
        let host = Block::host(address);
        let (mut private, mut public) = (Vec::new(), Vec::new());
        for ix in net.all_endpoints().filter(|ix| self.is_in_vpc(net, &Entity::endpoint(net, *ix))) {
            for (position, interface) in net.endpoint(ix).interfaces.iter().enumerate() {
                let position = position as u32;
                if interface.addresses.iter().any(|block| block.contains(&host)) {
                    private.push(Target::Known(Subject::Interface(ix, position)));
                } else if interface.public.contains(&address) {
                    public.push(Target::Public(ix, position, address));
                }
            }
        }
        if private.is_empty() { public } else { private }
    }

    fn find<'n>(&self, net: &'n Connectivity, test: impl Fn(&Entity<'n>) -> bool) -> Vec<Entity<'n>> {
        let groups = net.all_groups().map(|ix| Entity::Group(ix, net.group(ix)));
        let endpoints = net.all_endpoints().map(|ix| Entity::endpoint(net, ix));
        let fits = |entity: &Entity<'_>| match (&self.only, entity) {
            (Only::Anything | Only::Identities, _)
            | (Only::Groups, Entity::Group(..))
            | (Only::Endpoints, Entity::Endpoint(..)) => true,
            (Only::Kind(kind), Entity::Endpoint(_, endpoint)) => *endpoint.kind == **kind,
            (Only::Groups | Only::Endpoints | Only::Kind(_) | Only::Outside, _) => false,
        };
        let all = groups.chain(endpoints).filter(fits);
        all.filter(|entity| self.is_in_vpc(net, entity) && test(entity)).collect()
    }

    fn is_in_vpc(&self, net: &Connectivity, entity: &Entity<'_>) -> bool {
        let Some(wanted) = self.vpc else { return true };
        let is_it = |id: &VpcId| {
            let name = net.inventory().network.vpcs.get(id).and_then(|vpc| vpc.name.as_deref());
            id.as_str() == wanted || name == Some(wanted)
        };
        entity.vpcs().into_iter().any(is_it)
    }

    fn all(&self, net: &Connectivity, found: Vec<Entity<'_>>) -> Result<Vec<Target>, SelectError> {
        if found.is_empty() {
            return Err(self.unknown(net));
        }
        Ok(found.into_iter().map(|entity| Target::Known(entity.subject())).collect())
    }

    /// Returns the one thing that was found; several are ambiguous.
    fn only_one(&self, net: &Connectivity, found: &[Entity<'_>]) -> Result<Vec<Target>, SelectError> {
        let targets: Vec<Target> = found.iter().map(|entity| Target::Known(entity.subject())).collect();
        if targets.len() == 1 { Ok(targets) } else { Err(self.ambiguous(net, &targets)) }
    }

    fn ambiguous(&self, net: &Connectivity, several: &[Target]) -> SelectError {
        let mut candidates: Vec<Candidate> = several.iter().map(|target| candidate(net, target)).collect();
        // A prefix settles it where only one candidate is of its kind, a VPC where kind and VPC do.
        let shorts: Vec<String> = candidates.iter().map(|one| one.short(self.wanted)).collect();
        let in_vpcs: Vec<Option<String>> = candidates.iter().map(|one| one.in_vpc(self.wanted)).collect();
        for (position, candidate) in candidates.iter_mut().enumerate() {
            let is_unique = |text: &String| shorts.iter().filter(|other| *other == text).count() == 1;
            let in_vpc = in_vpcs[position].as_ref();
            let is_unique_there =
                |text: &&String| in_vpcs.iter().filter(|other| other.as_ref() == Some(text)).count() == 1;
            let is_address = self.wanted.parse::<IpAddr>().is_ok();
            candidate.to_type = if is_address {
                match &candidate.vpc {
                    Some(vpc) if !candidate.id.starts_with("eni-") => format!("vpc:{vpc}/{}", self.wanted),
                    _ => candidate.id.clone(),
                }
            } else if self.only == Only::Anything && is_unique(&shorts[position]) {
                shorts[position].clone()
            } else if let Some(text) = in_vpc.filter(is_unique_there) {
                text.clone()
            } else {
                candidate.id.clone()
            };
        }
        candidates.sort();
        SelectError::Ambiguous { text: self.typed.to_owned(), candidates }
    }

    fn unknown(&self, net: &Connectivity) -> SelectError {
        let text = self.wanted;
        if self.only == Only::Anything
            && net.inventory().ungrouped.iter().any(|(id, label)| id.as_str() == text || label == text)
        {
            return SelectError::NoGroupAttached { text: self.typed.to_owned() };
        }
        let inventory = net.inventory();
        SelectError::Unknown {
            text: self.typed.to_owned(),
            near: self.near(net),
            groups: inventory.groups.len(),
            endpoints: inventory.endpoints.len(),
        }
    }

    /// Returns up to five names that look like the text.
    fn near(&self, net: &Connectivity) -> Vec<String> {
        const NEAR: usize = 5;
        // Comparing takes the product of the two lengths, and nobody mistypes more than this.
        const LONGEST: usize = 256;
        let lower = self.wanted.to_lowercase();
        let mut scored: BTreeSet<(std::cmp::Reverse<u64>, String)> = BTreeSet::new();
        for entity in self.find(net, |_| true) {
            for name in entity.names().chain([entity.id()]) {
                let known = name.to_lowercase();
                let is_short = lower.len() <= LONGEST && known.len() <= LONGEST;
                let score = if is_short { strsim::jaro_winkler(&lower, &known) } else { 0.0 };
                let is_part = lower.len() > 2 && known.contains(&lower);
                if score > 0.8 || is_part {
                    let score = (score * 1000.0) as u64 + if is_part { 500 } else { 0 };
                    scored.insert((std::cmp::Reverse(score), name.to_owned()));
                }
            }
        }
        let mut names: Vec<String> = Vec::new();
        for (_, name) in scored {
            if names.len() < NEAR && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// Returns the kind of endpoint that a prefix names: `lb` and `load-balancer` are load balancers.
fn known_kind(net: &Connectivity, prefix: &str) -> Option<String> {
    let prefix = prefix.to_ascii_lowercase();
    let kinds: BTreeSet<&str> = net.all_endpoints().map(|ix| &*net.endpoint(ix).kind).collect();
    let is_it = |kind: &&&str| super::slug(kind) == prefix || super::abbreviation(kind) == prefix;
    kinds.iter().find(is_it).map(|kind| (**kind).to_owned())
}

/// Returns the first address of a block.
fn block_address(block: &Block) -> IpAddr {
    let text = block.to_string();
    let address = text.split('/').next().and_then(|text| text.parse().ok());
    address.expect("a block is printed with its first address")
}

/// Returns what to print of a target that a text may mean.
fn candidate(net: &Connectivity, target: &Target) -> Candidate {
    let (entity, id) = match target {
        Target::Known(Subject::Group(ix)) => (Entity::Group(*ix, net.group(*ix)), None),
        Target::Known(Subject::Endpoint(ix)) => (Entity::endpoint(net, *ix), None),
        Target::Known(Subject::Interface(ix, at)) | Target::Public(ix, at, _) => {
            let interface = &net.endpoint(*ix).interfaces[*at as usize];
            (Entity::endpoint(net, *ix), interface.id.as_ref().map(ToString::to_string))
        }
        Target::Outside(outside) => {
            let label = outside.to_string();
            let id = format!("outside:{label}");
            return Candidate {
                to_type: id.clone(),
                id,
                kind: super::ADDRESSES.into(),
                label,
                ..Candidate::default()
            };
        }
    };
    let id = id.unwrap_or_else(|| entity.id().to_owned());
    let vpc = entity.vpcs().into_iter().next().map(|vpc| {
        let name = net.inventory().network.vpcs.get(vpc).and_then(|facts| facts.name.as_deref());
        name.unwrap_or(vpc.as_str()).to_owned()
    });
    let (kind, label) = match &entity {
        Entity::Group(_, group) => ("group".to_owned(), group.label()),
        Entity::Endpoint(_, endpoint) => (endpoint.kind.to_string(), endpoint.label()),
    };
    Candidate {
        to_type: id.clone(),
        id,
        kind,
        label: label.to_owned(),
        vpc,
        place: entity.origins().first().map(ToString::to_string).unwrap_or_default(),
    }
}

/// Something that can be meant.
enum Entity<'n> {
    Group(GroupIx, &'n Group),
    Endpoint(EndpointIx, &'n Endpoint),
}

impl<'n> Entity<'n> {
    fn endpoint(net: &'n Connectivity, ix: EndpointIx) -> Self {
        Self::Endpoint(ix, net.endpoint(ix))
    }

    fn subject(&self) -> Subject {
        match self {
            Self::Group(ix, _) => Subject::Group(*ix),
            Self::Endpoint(ix, _) => Subject::Endpoint(*ix),
        }
    }

    fn id(&self) -> &'n str {
        match self {
            Self::Group(_, group) => group.id.as_str(),
            Self::Endpoint(_, endpoint) => endpoint.id.as_str(),
        }
    }

    fn origins(&self) -> &'n [Origin] {
        match self {
            Self::Group(_, group) => &group.origins,
            Self::Endpoint(_, endpoint) => &endpoint.origins,
        }
    }

    fn tags(&self) -> &'n Tags {
        match self {
            Self::Group(_, group) => &group.tags,
            Self::Endpoint(_, endpoint) => &endpoint.tags,
        }
    }

    fn vpcs(&self) -> BTreeSet<&'n VpcId> {
        match self {
            Self::Group(_, group) => group.vpc.iter().collect(),
            Self::Endpoint(_, endpoint) => {
                endpoint.interfaces.iter().filter_map(|interface| interface.vpc.as_ref()).collect()
            }
        }
    }

    /// Other texts that name an endpoint; the ids of its interfaces name these alone.
    fn aliases(&self) -> impl Iterator<Item = &'n str> {
        let endpoint = if let Self::Endpoint(_, endpoint) = self { Some(*endpoint) } else { None };
        let is_interface = move |alias: &str| {
            let mut interfaces = endpoint.into_iter().flat_map(|endpoint| &endpoint.interfaces);
            interfaces.any(|interface| interface.id.as_ref().is_some_and(|id| id.as_str() == alias))
        };
        let aliases = endpoint.into_iter().flat_map(|endpoint| &endpoint.aliases).map(|alias| &**alias);
        aliases.filter(move |alias| !is_interface(alias))
    }

    fn has_arn(&self, text: &str) -> bool {
        text.starts_with("arn:") && self.aliases().any(|alias| alias == text)
    }

    fn names(&self) -> impl Iterator<Item = &'n str> {
        let name = match self {
            Self::Group(_, group) => &group.name,
            Self::Endpoint(_, endpoint) => &endpoint.name,
        };
        let addresses = self.origins().iter().map(|origin| &*origin.address);
        let own = self.tags().get("Name").into_iter().chain(name).map(AsRef::as_ref);
        own.chain(addresses).chain(self.aliases())
    }

    fn has_name(&self, test: impl Fn(&str) -> bool) -> bool {
        self.names().any(test)
    }

    /// `tag:key=value`
    fn has_tag(&self, text: &str) -> bool {
        let Some((key, value)) = text.strip_prefix("tag:").and_then(|rest| rest.split_once('=')) else {
            return false;
        };
        self.tags().get(key).is_some_and(|known| matches_pattern(value, known))
    }
}

/// Tells whether a text looks like an id that AWS gives, or like an IPv4 address or CIDR block: anybody may
/// name a machine so, and a question about one that is not there must not be answered with another.
fn is_like_identity(text: &str) -> bool {
    let is_id = text.rsplit_once('-').is_some_and(|(kind, digits)| {
        let is_kind =
            matches!(kind, "sg" | "sgr" | "i" | "eni" | "vpc" | "subnet" | "pl" | "vpce" | "pcx" | "lt");
        is_kind && matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    let is_address = text.matches('.').count() == 3
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'/'));
    is_id || is_address
}

/// Tells whether a name fits a pattern with `*` and `?`; linear in practice, never exponential.
fn matches_pattern(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        if p < pattern.len() && pattern[p] == '*' {
            star = Some((p, n));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == '?' || pattern[p] == name[n]) {
            p += 1;
            n += 1;
        } else if let Some((at, from)) = star {
            star = Some((at, from + 1));
            p = at + 1;
            n = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches_pattern;

    #[test]
    fn patterns() {
        for (pattern, name, fits) in [
            ("web-*", "web-1", true),
            ("*", "", true),
            ("w?b", "web", true),
            ("a*b*c", "aXXbYc", true),
            ("web-*", "db", false),
        ] {
            assert_eq!(matches_pattern(pattern, name), fits, "{pattern} {name}");
        }
        assert!(!matches_pattern(&"a*".repeat(200), &"b".repeat(2000)), "and it ends");
    }
}
