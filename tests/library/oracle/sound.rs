//! Where all is known every verdict is the oracle's. Where facts are hidden, allowed holds whatever
//! they are, absent holds whatever they are, and the rest is undecided.

use sglens::connectivity::{Connectivity, EndpointIx, Party, Verdict};
use sglens::inventory::Multiplicity;

use super::mask::{Mask, machine_id};
use super::naive::{Packet, verdict};
use super::world::World;
use super::{estates, told};
use crate::testkit::random::Random;

const QUESTIONS: usize = 300;
/// In how many ways what is hidden is filled in, besides the way it was.
const COMPLETIONS: usize = 5;

/// Two interfaces, by machine and position.
fn pair(random: &mut Random, world: &World) -> ((usize, usize), (usize, usize)) {
    let mut one = || {
        let machine = random.below(world.machines.len());
        (machine, random.below(world.machines[machine].nics.len()))
    };
    (one(), one())
}

fn ask(
    net: &Connectivity,
    world: &World,
    from: (usize, usize),
    to: (usize, usize),
    packet: Packet,
) -> Option<Verdict> {
    if from.0 == to.0 && world.machines[from.0].members == Multiplicity::One {
        return None;
    }
    let endpoint = |number| -> EndpointIx { net.find_endpoint(&machine_id(number)).unwrap() };
    let profile =
        |(machine, position): (usize, usize)| &net.class(net.classes_of(endpoint(machine))[position]).profile;
    told(&net.evaluate(Party::interface(profile(from)), Party::interface(profile(to))), packet)
}

#[test]
fn every_verdict_agrees_with_the_oracle() {
    let mut counts = [0usize; 5];
    for seed in 0..estates(450) {
        let mut random = Random::new(seed);
        let world = World::random(&mut random);
        let net = Connectivity::new(Mask::none(&world).inventory(&world));
        for _ in 0..QUESTIONS {
            let ((from, to), packet) = (pair(&mut random, &world), Packet::random(&mut random));
            let mut expected = verdict(&world, from, to, packet);
            let said = ask(&net, &world, from, to, packet);
            // Rules that name a group across VPCs without a peering leave a doubt: there may be one.
            if said == Some(Verdict::Undecided) && expected.is_none() {
                let vpc = |(machine, position): (usize, usize)| world.machines[machine].nics[position].vpc;
                let ends = [(vpc(from), vpc(to)), (vpc(to), vpc(from))];
                let is_peered = world.peering.is_some_and(|(a, b, _)| ends.contains(&(a, b)));
                assert!(
                    vpc(from) != vpc(to) && !is_peered,
                    "seed {seed}: {from:?} {to:?} {packet:?}\n{world:#?}"
                );
                expected = Some(Verdict::Undecided);
            }
            assert_eq!(said, expected, "seed {seed}: {from:?} → {to:?} {packet:?}\n{world:#?}");
            counts[said.map_or(4, |verdict| verdict as usize)] += 1;
        }
    }
    println!("allowed, undecided, blocked, no ingress, nothing: {counts:?}");
    assert!(
        counts.iter().all(|count| *count > 200),
        "a verdict that is hardly met is not proved: {counts:?}"
    );
}

#[test]
fn what_is_hidden_is_undecided_and_nothing_else_is_said_too_much_of() {
    let (mut asked, mut undecided, mut differing) = (0usize, 0usize, 0usize);
    for seed in 0..estates(450) {
        let mut random = Random::new(seed ^ 0x5EED_0000);
        let world = World::random(&mut random);
        let mask = Mask::random(&mut random, &world);
        let net = Connectivity::new(mask.inventory(&world));
        let mut worlds = vec![world.clone()];
        worlds.extend((0..COMPLETIONS).map(|_| mask.complete(&mut random, &world)));
        for _ in 0..QUESTIONS {
            let ((from, to), packet) = (pair(&mut random, &world), Packet::random(&mut random));
            let said = ask(&net, &world, from, to, packet);
            let is_allowed = |world: &World| verdict(world, from, to, packet) == Some(Verdict::Allowed);
            let allowed: Vec<bool> = worlds.iter().map(is_allowed).collect();
            let text = || format!("seed {seed}: {from:?} → {to:?} {packet:?} {said:?}\n{mask:?}\n{world:#?}");
            match said {
                Some(Verdict::Allowed) => assert!(allowed.iter().all(|is| *is), "not always: {}", text()),
                Some(Verdict::Undecided) => undecided += 1,
                Some(Verdict::BlockedByEgress | Verdict::NoIngress) | None => {
                    assert!(allowed.iter().all(|is| !is), "sometimes: {}", text());
                }
            }
            asked += 1;
            differing += usize::from(allowed.iter().any(|is| *is) && !allowed.iter().all(|is| *is));
        }
    }
    println!("{asked} questions, {undecided} undecided, {differing} that the completions answer differently");
    assert!(differing * 50 > asked, "completions that hardly differ prove nothing: {differing} of {asked}");
}
