//! Whom the user means: an id, a name, an address, a Terraform address, a tag, a pattern.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::connectivity::{Connectivity, Subject};
use crate::inventory::{Endpoint, Group, Origin};
use crate::traffic::Block;

/// What may be meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Only {
    /// Endpoints and groups.
    Anything,
    /// Groups alone.
    Groups,
}

/// One thing that a name may mean.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Candidate {
    /// What to type to mean it alone.
    pub id: String,
    /// What it is.
    pub kind: String,
    /// What people call it.
    pub label: String,
    /// Where it stands.
    pub place: String,
}

/// Why a name means nothing, or too much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectError {
    /// Nothing has the name.
    Unknown {
        /// What was typed.
        text: String,
        /// Names that are near to it.
        near: Vec<String>,
    },
    /// Several things have it.
    Ambiguous {
        /// What was typed.
        text: String,
        /// All of them.
        candidates: Vec<Candidate>,
    },
}

/// Finds the one subject that a text means. An identity wins over a name, a name over a pattern.
///
/// # Errors
/// [`SelectError`] when nothing or more than one thing fits.
pub fn select(index: &Connectivity<'_>, text: &str, only: Only) -> Result<Subject, SelectError> {
    let (only, wanted, endpoints_only) = match (text.strip_prefix("group:"), text.strip_prefix("endpoint:")) {
        (Some(rest), _) => (Only::Groups, rest, false),
        (_, Some(rest)) => (only, rest, true),
        _ => (only, text, false),
    };
    let tests: [&dyn Fn(&Entity<'_>) -> bool; 4] = [
        &|entity| entity.is_identity(wanted),
        &|entity| {
            entity.has_name(|name| name == wanted) || entity.has_address(wanted) || entity.has_tag(wanted)
        },
        &|entity| entity.has_name(|name| name.eq_ignore_ascii_case(wanted)),
        &|entity| wanted.contains(['*', '?']) && entity.has_name(|name| matches_pattern(wanted, name)),
    ];
    for test in tests {
        let found = entities(index, only, endpoints_only).filter(|entity| test(entity)).collect::<Vec<_>>();
        match found.as_slice() {
            [] => {}
            [one] => return Ok(one.subject()),
            several => {
                let candidates: BTreeSet<Candidate> = several.iter().map(Entity::candidate).collect();
                return Err(SelectError::Ambiguous {
                    text: text.to_owned(),
                    candidates: candidates.into_iter().collect(),
                });
            }
        }
    }
    Err(SelectError::Unknown { text: text.to_owned(), near: near(index, only, wanted) })
}

/// Something that can be meant.
enum Entity<'i> {
    Group(crate::connectivity::GroupIx, &'i Group),
    Endpoint(crate::connectivity::EndpointIx, &'i Endpoint),
}

fn entities<'x>(
    index: &'x Connectivity<'_>,
    only: Only,
    endpoints_only: bool,
) -> impl Iterator<Item = Entity<'x>> {
    let groups = index.all_groups().map(|ix| Entity::Group(ix, index.group(ix)));
    let endpoints = index.all_endpoints().map(|ix| Entity::Endpoint(ix, index.endpoint(ix)));
    groups.filter(move |_| !endpoints_only).chain(endpoints.filter(move |_| only == Only::Anything))
}

impl Entity<'_> {
    fn subject(&self) -> Subject {
        match self {
            Self::Group(ix, _) => Subject::Group(*ix),
            Self::Endpoint(ix, _) => Subject::Endpoint(*ix),
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Group(_, group) => group.id.as_str(),
            Self::Endpoint(_, endpoint) => endpoint.id.as_str(),
        }
    }

    fn origins(&self) -> &[Origin] {
        match self {
            Self::Group(_, group) => &group.origins,
            Self::Endpoint(_, endpoint) => &endpoint.origins,
        }
    }

    fn is_identity(&self, text: &str) -> bool {
        let alias = |endpoint: &Endpoint| endpoint.aliases.iter().any(|alias| &**alias == text);
        self.id() == text || matches!(self, Self::Endpoint(_, endpoint) if alias(endpoint))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let (tags, name) = match self {
            Self::Group(_, group) => (&group.tags, &group.name),
            Self::Endpoint(_, endpoint) => (&endpoint.tags, &endpoint.name),
        };
        let addresses = self.origins().iter().map(|origin| &*origin.address);
        tags.get("Name").into_iter().chain(name).map(AsRef::as_ref).chain(addresses)
    }

    fn has_name(&self, test: impl Fn(&str) -> bool) -> bool {
        self.names().any(test)
    }

    fn has_address(&self, text: &str) -> bool {
        let (Self::Endpoint(_, endpoint), Ok(address)) = (self, text.parse::<IpAddr>()) else { return false };
        let host = Block::host(address);
        let mut interfaces = endpoint.interfaces.iter();
        interfaces
            .any(|i| i.public.contains(&address) || i.addresses.iter().any(|block| block.contains(&host)))
    }

    /// `tag:key=value`
    fn has_tag(&self, text: &str) -> bool {
        let Some((key, value)) = text.strip_prefix("tag:").and_then(|rest| rest.split_once('=')) else {
            return false;
        };
        let tags = match self {
            Self::Group(_, group) => &group.tags,
            Self::Endpoint(_, endpoint) => &endpoint.tags,
        };
        tags.get(key).is_some_and(|known| &**known == value)
    }

    fn candidate(&self) -> Candidate {
        let (kind, label) = match self {
            Self::Group(_, group) => ("group", group.label()),
            Self::Endpoint(_, endpoint) => (&*endpoint.kind, endpoint.label()),
        };
        Candidate {
            id: self.id().to_owned(),
            kind: kind.to_owned(),
            label: label.to_owned(),
            place: self.origins().first().map(ToString::to_string).unwrap_or_default(),
        }
    }
}

/// Tells whether a name fits a pattern with `*` and `?`; linear in practice, never exponential.
pub(crate) fn matches_pattern(pattern: &str, name: &str) -> bool {
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

/// Up to five names that look like the text.
fn near(index: &Connectivity<'_>, only: Only, text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut scored: Vec<(u64, String)> = Vec::new();
    for entity in entities(index, only, false) {
        for name in entity.names().chain([entity.id()]) {
            let known = name.to_lowercase();
            let score = strsim::jaro_winkler(&lower, &known);
            let part = lower.len() > 2 && known.contains(&lower);
            if score > 0.8 || part {
                scored.push(((score * 1000.0) as u64 + if part { 500 } else { 0 }, name.to_owned()));
            }
        }
    }
    scored.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut names: Vec<String> = Vec::new();
    for (_, name) in scored {
        if !names.contains(&name) && names.len() < 5 {
            names.push(name);
        }
    }
    names
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
