//! One estate, whatever the form in which it is written, cut into files or planned: the same answers for
//! every pair.

use std::collections::BTreeMap;

use sglens::connectivity::Connectivity;
use sglens::input::{Options, read_document};
use sglens::inventory::{Builder, Inventory};
use sglens::terraform::Moment;

use super::estates;
use super::mask::Mask;
use super::world::{World, random_rule};
use super::written::{ec2, plain, plan, resources, show, state};
use crate::testkit::random::Random;

/// What is said of each pair of resources.
type Answers = BTreeMap<(String, String), String>;

fn answers(inventory: Inventory, is_wanted: impl Fn(&str) -> bool) -> Answers {
    let net = Connectivity::new(inventory);
    let mut all: BTreeMap<(String, String), sglens::connectivity::Findings> = BTreeMap::new();
    for client in net.all_classes() {
        for row in net.row(client, sglens::inventory::Direction::Egress) {
            for from in &net.class(client).members {
                for to in net.class(row.class).members.iter().filter(|to| *to != from) {
                    let ids = [from, to].map(|ix| net.endpoint(*ix).id.to_string());
                    let [from, to] = ids;
                    all.entry((from, to)).or_default().join_all(&row.findings);
                }
            }
        }
    }
    let said = all.into_iter().filter(|((from, to), _)| is_wanted(from) && is_wanted(to));
    said.map(|(pair, findings)| {
        let findings = findings.disjoint(&net);
        let lines = findings.iter().map(|one| format!("{:?} {:?} {}", one.family, one.verdict, one.traffic));
        (pair, lines.collect::<Vec<_>>().join("; "))
    })
    .filter(|(_, said)| !said.is_empty())
    .collect()
}

fn read(documents: &[String], moment: Moment) -> Inventory {
    let mut builder = Builder::new();
    for (number, text) in documents.iter().enumerate() {
        let options = Options { moment, ..Options::default() };
        read_document(&format!("{number}.json"), text.as_bytes(), options, &mut builder).unwrap();
    }
    builder.finish()
}

#[track_caller]
fn same(said: &Answers, expected: &Answers, what: &str, world: &World) {
    for pair in said.keys().chain(expected.keys()) {
        assert_eq!(said.get(pair), expected.get(pair), "{what}: {pair:?}\n{world:#?}");
    }
}

#[test]
fn an_estate_is_the_same_in_every_form() {
    for seed in 0..estates(120) {
        let mut random = Random::new(seed ^ 0x000F_04A5);
        let world = plain(World::random(&mut random));
        let expected = answers(Mask::none(&world).inventory(&world), |_| true);
        let is_here = |id: &str| !id.contains("other");
        let after = |documents: &[String]| answers(read(documents, Moment::After), is_here);
        let all = resources(&world, &world);
        same(&after(&[state(&all, "a", 1)]), &expected, "a state", &world);
        same(&after(&[show(&all)]), &expected, "show", &world);
        same(&after(&[plan(&all, &all)]), &expected, "a plan without change", &world);
        same(&after(&[ec2(&world, false)]), &expected, "an answer of EC2", &world);
        same(&after(&[ec2(&world, true)]), &expected, "a snapshot", &world);
        // Cut anywhere.
        let mut parts = vec![Vec::new(); 1 + random.below(4)];
        for resource in &all {
            let part = random.below(parts.len());
            parts[part].push(resource.clone());
        }
        let mut files: Vec<String> =
            parts.iter().enumerate().map(|(number, part)| state(part, &number.to_string(), 1)).collect();
        same(&after(&files), &expected, "several states", &world);
        // Another account with the same names, and with the same addresses.
        let mut other = state(&all, "other", 1);
        for prefix in ["sg-", "vpc-", "subnet-", "i-", "eni-", "pcx-", "pl-", "sgr-"] {
            other = other.replace(&format!("\"{prefix}"), &format!("\"{prefix}other"));
        }
        files.push(other);
        same(&after(&files), &expected, "beside another account", &world);
        files.push(ec2(&world, true));
        same(&after(&files), &expected, "beside its snapshot", &world);
    }
}

#[test]
fn a_plan_answers_as_the_estates_before_and_after_it() {
    let mut changed = 0;
    for seed in 0..estates(200) {
        let mut random = Random::new(seed ^ 0x91A4);
        let world = plain(World::random(&mut random));
        let mut edited = world.clone();
        for _ in 0..=random.below(3) {
            edit(&mut random, &mut edited);
        }
        let before = resources(&world, &world);
        // Lists that nothing configures stay as the last refresh left them.
        let planned = resources(&edited, &world);
        let text = plan(&before, &planned);
        let expected = |world: &World| answers(Mask::none(world).inventory(world), |_| true);
        let of = |moment| answers(read(std::slice::from_ref(&text), moment), |_| true);
        same(&of(Moment::After), &expected(&edited), &format!("after, seed {seed}"), &edited);
        same(&of(Moment::Before), &expected(&world), &format!("before, seed {seed}"), &world);
        changed += usize::from(expected(&edited) != expected(&world));
    }
    assert!(changed > 50, "too few edits change an answer to prove anything: {changed}");
}

/// Adds, removes or changes a rule, or attaches another group.
fn edit(random: &mut Random, world: &mut World) {
    match random.below(4) {
        0 => {
            let group = random.below(world.groups.len());
            let rule = random_rule(random, group, world.groups.len());
            world.rules.push(rule);
        }
        1 if !world.rules.is_empty() => drop(world.rules.remove(random.below(world.rules.len()))),
        2 if !world.rules.is_empty() => {
            let at = random.below(world.rules.len());
            let group = world.rules[at].group;
            world.rules[at] = random_rule(random, group, world.groups.len());
        }
        _ => {
            let machine = random.below(world.machines.len());
            let group = random.below(world.groups.len());
            world.machines[machine].nics[0].groups = vec![group];
        }
    }
}

/// An older snapshot of a state beside it changes nothing.
#[test]
fn an_older_snapshot_is_left_out() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("snapshots");
    std::fs::create_dir_all(&folder).unwrap();
    for seed in 0..estates(20) {
        let mut random = Random::new(seed ^ 0x01D);
        let world = plain(World::random(&mut random));
        let mut edited = world.clone();
        (0..4).for_each(|_| edit(&mut random, &mut edited));
        let files = [(&world, 3, "a.tfstate"), (&edited, 4, "b.tfstate")].map(|(world, serial, name)| {
            let file = folder.join(name);
            std::fs::write(&file, state(&resources(world, world), "one", serial)).unwrap();
            sglens::input::Input::Path(file)
        });
        let said = answers(sglens::input::read(&files, Options::default()).unwrap(), |_| true);
        let expected = answers(Mask::none(&edited).inventory(&edited), |_| true);
        same(&said, &expected, &format!("seed {seed}"), &edited);
    }
}
