//! Mentions of groups by other resources: by id, ARN or name, or by an unknown value of a plan.

use crate::inventory::{Authority, GroupFact, GroupId, GroupRef};
use crate::terraform::parse::account;
use crate::terraform::resource::{Reader, Reference, Resource};

/// Returns the id that a text names, and the owner's account if the text is `ACCOUNT/sg-…` or an ARN.
pub(crate) fn parse_group(text: &str) -> (GroupId, Option<&str>) {
    let (before, id) = text.rsplit_once('/').map_or((None, text), |(before, id)| (Some(before), id));
    let id = if id.starts_with("sg-") { GroupId::new(id) } else { GroupId::new(format!("name:{id}")) };
    (id, before.and_then(account))
}

/// Reads a mention of a group. The owner's account, if the mention holds it, becomes a fact.
pub(crate) fn mention(reader: &mut Reader<'_>, text: &str) -> GroupId {
    if text.starts_with("sg-") && !text.contains('/') {
        return GroupId::new(reader.shared(text));
    }
    let (id, account) = parse_group(text);
    if let Some(account) = account {
        let fact = GroupFact { account: Some(account.into()), ..GroupFact::new(Authority::Mention, None) };
        reader.builder.group(id.clone(), fact);
    }
    id
}

/// Reads the groups that texts name. One text holds one group, or several with commas between.
pub(crate) fn named_groups<'t>(
    reader: &mut Reader<'_>,
    texts: impl Iterator<Item = &'t str>,
) -> impl Iterator<Item = GroupRef> {
    let ids = texts.flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty());
    ids.map(|text| GroupRef::Id(mention(reader, text)))
}

impl Resource<'_> {
    /// Returns the groups at a path: those that it names, and those of a plan's unknown value.
    pub(crate) fn groups_at(&self, reader: &mut Reader<'_>, path: &str) -> Vec<GroupRef> {
        let odd = self.odd_group(reader, path);
        let texts = self.values.texts(path).into_iter();
        named_groups(reader, texts).chain(self.unknown_groups(path)).chain(odd).collect()
    }

    /// Returns a group that is not known, where a path that names groups holds something else than texts.
    pub(crate) fn odd_group(&self, reader: &mut Reader<'_>, path: &str) -> Option<GroupRef> {
        self.values.is_odd_at(path).then(|| {
            let what = format!("{}: its {path} cannot be read; a group of it is not known", self.address);
            reader.unreadable.insert(what);
            GroupRef::Unresolved("a group that cannot be read".into())
        })
    }

    /// Returns the groups that a plan's unknown value refers to.
    pub(crate) fn unknown_groups(&self, path: &str) -> impl Iterator<Item = GroupRef> {
        self.unknown.get(path).into_iter().flatten().filter_map(|reference| match reference {
            Reference::Object(id) => Some(GroupRef::Id(GroupId::new(id.as_str()))),
            Reference::Expression(text) => Some(GroupRef::Unresolved(text.as_str().into())),
            Reference::Perhaps(_) => None,
        })
    }

    /// Returns the groups that a plan's unknown value may refer to.
    pub(crate) fn possible_groups(&self, path: &str) -> impl Iterator<Item = GroupId> {
        self.unknown.get(path).into_iter().flatten().filter_map(|reference| match reference {
            Reference::Perhaps(id) => Some(GroupId::new(id.as_str())),
            Reference::Object(_) | Reference::Expression(_) => None,
        })
    }
}
