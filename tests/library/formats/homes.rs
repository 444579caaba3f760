//! What is one thing: facts of several sources about one id, one ARN, one interface.

use sglens::inventory::{
    AccountRegion, Authority, Builder, EndpointFact, EndpointId, GroupFact, GroupId, GroupRef, InterfaceFact,
    InterfaceId, Inventory, Origin, VpcId,
};

/// What a source states of a thing: id, account and region, group; each may be missing but the id.
struct Said(&'static str, Option<(&'static str, &'static str)>, &'static str);

/// Groups by id, VPC and owner.
const GROUPS: [(&str, &str, &str); 5] = [
    ("sg-1", "vpc-1", ""),
    ("sg-2", "vpc-2", ""),
    ("sg-3", "", "111122223333"),
    ("sg-4", "", "444455556666"),
    ("sg-5", "vpc-1", ""),
];

fn builder() -> Builder {
    let mut builder = Builder::new();
    let source = builder.source("groups");
    for (id, vpc, account) in GROUPS {
        let mut fact = GroupFact::new(Authority::Managed, Some(Origin::new(&source, id)));
        fact.vpc = Some(VpcId::new(vpc)).filter(|_| !vpc.is_empty());
        fact.account = Some(account.into()).filter(|_| !account.is_empty());
        builder.group(GroupId::new(id), fact);
    }
    builder
}

/// Adds what a source of its own states.
fn add(builder: &mut Builder, number: usize, Said(id, place, group): &Said, aliases: &[&str]) {
    let source = builder.source(&format!("{number}"));
    let origin = Origin::new(&source, format!("r{number}"));
    let place = place.map(|(account, region)| AccountRegion::new(account, region));
    let mut fact = EndpointFact::new(Authority::Managed, origin.clone(), "cache");
    fact.account_region.clone_from(&place);
    fact.aliases = aliases.iter().map(|alias| (*alias).into()).collect();
    builder.endpoint(EndpointId::new(*id), fact);
    let mut interface = InterfaceFact::new(origin, EndpointId::new(*id));
    interface.account_region = place;
    if !group.is_empty() {
        interface.groups = [GroupRef::Id(GroupId::new(*group))].into_iter().collect();
    }
    builder.interface(interface);
}

/// Things with their groups: `cache@vpc-1 sg-1`.
fn things(inventory: &Inventory) -> Vec<String> {
    let thing = inventory.endpoints.values().map(|thing| {
        let groups: Vec<String> = thing.groups().iter().map(ToString::to_string).collect();
        format!("{} {}", thing.id, groups.join("+"))
    });
    thing.collect()
}

fn told(said: &[Said]) -> Vec<String> {
    let mut there = builder();
    said.iter().enumerate().for_each(|(number, said)| add(&mut there, number, said, &[]));
    let mut back = builder();
    said.iter().enumerate().rev().for_each(|(number, said)| add(&mut back, number, said, &[]));
    let (there, back) = (things(&there.finish()), things(&back.finish()));
    assert_eq!(there, back, "the order of sources does not matter");
    there
}

#[test]
fn homes_that_contradict_each_other_are_of_two_things() {
    let here = Some(("111122223333", "eu-west-1"));
    let there = Some(("111122223333", "us-east-1"));
    // By account and region, whatever the VPCs.
    assert_eq!(
        told(&[Said("c", here, "sg-1"), Said("c", there, "sg-5")]),
        ["c@111122223333/eu-west-1 sg-1", "c@111122223333/us-east-1 sg-5"]
    );
    assert_eq!(told(&[Said("c", here, "sg-1"), Said("c", here, "sg-2")]), ["c sg-1+sg-2"]);
    // By VPC, and by the owner of the groups.
    assert_eq!(told(&[Said("c", None, "sg-1"), Said("c", None, "sg-2")]), ["c@vpc-1 sg-1", "c@vpc-2 sg-2"]);
    assert_eq!(told(&[Said("c", None, "sg-1"), Said("c", None, "sg-5")]), ["c sg-1+sg-5"]);
    assert_eq!(
        told(&[Said("c", None, "sg-3"), Said("c", None, "sg-4")]),
        ["c@111122223333 sg-3", "c@444455556666 sg-4"]
    );
    assert_eq!(told(&[Said("c", None, "sg-1"), Said("c", None, "sg-3")]), ["c sg-1+sg-3"], "may be one");
    // A group's VPC leads to the place of another one there.
    assert_eq!(
        told(&[Said("c", here, "sg-1"), Said("c", there, "sg-2"), Said("c", None, "sg-5")]),
        ["c@111122223333/eu-west-1 sg-1+sg-5", "c@111122223333/us-east-1 sg-2"]
    );
    // What tells no home may be any of them.
    assert_eq!(
        told(&[Said("c", here, "sg-1"), Said("c", there, "sg-2"), Said("c", None, "sg-9")]),
        ["c sg-9", "c@111122223333/eu-west-1 sg-1", "c@111122223333/us-east-1 sg-2"]
    );
    // EC2 gives an id once in the world.
    assert_eq!(told(&[Said("i-1", None, "sg-1"), Said("i-1", None, "sg-2")]), ["i-1 sg-1+sg-2"]);
}

#[test]
fn one_arn_joins_what_other_names_do_not() {
    let told = |aliases: [&[&str]; 3]| {
        let mut builder = builder();
        for (number, aliases) in aliases.into_iter().enumerate() {
            add(
                &mut builder,
                number,
                &Said(["b", "a", "c"][number], None, ["sg-1", "sg-5", "sg-9"][number]),
                aliases,
            );
        }
        builder.own(InterfaceId::new("eni-1"), EndpointId::new("b"));
        let origin = Origin::new(&builder.source("x"), "eni-1");
        let mut interface = InterfaceFact::new(origin, EndpointId::new("eni-1"));
        interface.id = Some(InterfaceId::new("eni-1"));
        interface.groups = [GroupRef::Id(GroupId::new("sg-7"))].into_iter().collect();
        builder.interface(interface);
        things(&builder.finish())
    };
    assert_eq!(told([&["arn:x"], &["arn:x"], &[]]), ["a sg-1+sg-5+sg-7", "c sg-9"]);
    assert_eq!(told([&["arn:x"], &["arn:x", "arn:y"], &["arn:y"]]), ["a sg-1+sg-5+sg-7+sg-9"]);
    assert_eq!(told([&["x"], &["x"], &["arn:y"]]), ["a sg-5", "b sg-1+sg-7", "c sg-9"]);
}

#[test]
fn sources_that_differ_about_groups_are_named_once() {
    let warnings = |said: &[Said]| {
        let mut builder = builder();
        said.iter().enumerate().for_each(|(number, said)| add(&mut builder, number, said, &[]));
        let warnings = builder.finish().warnings;
        let about = warnings.into_iter().map(|warning| warning.message);
        about.filter(|text| text.contains("different groups")).collect::<Vec<_>>()
    };
    let differ = "i-1 has different groups attached in 0, 1; the union is used";
    assert_eq!(warnings(&[Said("i-1", None, "sg-1"), Said("i-1", None, "sg-5")]), [differ]);
    assert_eq!(warnings(&[Said("i-1", None, "sg-1"), Said("i-1", None, "sg-1")]), [""; 0]);
    assert_eq!(warnings(&[Said("i-1", None, "sg-1"), Said("i-1", None, "")]), [""; 0], "one does not know");
    let differ = "vpce-1 has different groups attached in 0, 1; the union is used";
    assert_eq!(warnings(&[Said("vpce-1", None, "sg-1"), Said("vpce-1", None, "sg-5")]), [differ]);
}
