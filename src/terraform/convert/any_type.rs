//! Resources of types that are not known: what names a group is taken for something that the group is
//! attached to, because a resource that is left out would be a connection that is left out.

use std::sync::Arc;

use crate::inventory::{EndpointFact, EndpointId, GroupId, GroupRef, InterfaceFact, Multiplicity, SortedSet};
use crate::terraform::parse::kind_of;
use crate::terraform::resource::{Reader, Resource};

/// Attributes that name the resource itself, or that anybody may write.
const OWN: [&str; 6] = ["id", "arn", "region", "name", "tags", "tags_all"];

/// Converts a resource of any type that names groups; others are counted.
pub(crate) fn take(reader: &mut Reader<'_>, resource: &Resource<'_>) {
    let mut groups: SortedSet<GroupRef> = SortedSet::default();
    for (name, value) in resource.values.fields() {
        if !OWN.contains(&&**name) {
            value.all_texts(&mut |text| {
                let ids = text.split(',').map(str::trim).filter_map(group);
                groups.extend(ids.map(|id| GroupRef::Id(GroupId::new(id))));
            });
        }
    }
    for path in resource.unknown.keys() {
        groups.extend(resource.unknown_groups(path));
    }
    let kind = kind_of(&resource.address);
    if groups.is_empty() || kind.is_empty() {
        return reader.other_type();
    }
    reader.unknown_types.insert(kind.to_owned());
    let id = match resource.first_text(&["id", "arn"]) {
        Some(id) => EndpointId::of(kind, id),
        None => EndpointId::new(Arc::clone(&resource.address)),
    };
    let kind = reader.shared(kind);
    let fact = EndpointFact { members: Multiplicity::Many, ..resource.endpoint(reader, &id, kind) };
    let (origin, account_region) = (fact.origin.clone(), fact.account_region.clone());
    reader.builder.endpoint(id.clone(), fact);
    reader.builder.interface(InterfaceFact { account_region, groups, ..InterfaceFact::new(origin, id) });
}

/// Returns the id of a group that a text is, alone or at the end of an ARN or of a pair such as
/// `security_group:sg-…`.
fn group(text: &str) -> Option<&str> {
    let id = text.rsplit(['/', ':']).next()?;
    let before = &text[..text.len() - id.len()];
    let is_pair =
        before.is_empty() || before.ends_with("security-group/") || before.ends_with("security_group:");
    (GroupId::is_id(id) && is_pair).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::group;

    #[test]
    fn only_whole_ids_are_groups() {
        let arn = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0000000a";
        assert_eq!(["sg-0000000a", arn, "security_group:sg-0000000a"].map(group), [Some("sg-0000000a"); 3]);
        assert_eq!(
            ["sg-", "sg-short", "msg-0000000a", "x/sg-0000000a", "see sg-0000000a"].map(group),
            [None; 5]
        );
    }
}
