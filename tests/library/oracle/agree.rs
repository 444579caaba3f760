//! One question, one answer: `explain` of a pair, `focus` of either side, the map of resources and its
//! JSON, the map of groups, `--via`, and quantities, over estates of which much is hidden.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use sglens::connectivity::{
    Connectivity, EndpointIx, Finding, Findings, GroupIx, Link, Map, Node, Subject, Verdict,
};
use sglens::inventory::{Direction, Multiplicity, Role};
use sglens::query::{Answer, Target, Unit, explain, paths, select};
use sglens::render;
use sglens::report::{Detail, explain_report, focus_report};
use sglens::traffic::{Family, Protocol, Traffic};

use super::estates;
use super::mask::{Mask, machine_id};
use super::world::World;
use crate::testkit::random::Random;

/// What is said of a pair: traffic by family and verdict, without what is empty.
type Said = BTreeMap<(Family, Verdict), Traffic>;

fn add(said: &mut Said, finding: &Finding, traffic: &Traffic) {
    let slot = said.entry((finding.family, finding.verdict)).or_default();
    *slot = slot.union(traffic);
}

fn of_findings<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Said {
    let mut said = Said::new();
    findings.into_iter().for_each(|finding| add(&mut said, finding, &finding.traffic));
    said
}

/// What links say of one endpoint.
fn of_links(links: &[Link], endpoint: EndpointIx) -> Said {
    let mut said = Said::new();
    for link in links {
        for member in link.members.iter().filter(|member| member.endpoint == endpoint) {
            add(&mut said, &link.finding, &member.traffic);
        }
    }
    said
}

/// Rebuilds traffic from the rows of JSON.
fn traffic(rows: &Value) -> Traffic {
    rows.as_array().unwrap().iter().fold(Traffic::none(), |sum, row| {
        let protocol = row["protocol"].as_str().unwrap();
        let whole =
            Traffic::from_permission(protocol, row["from_port"].as_i64(), row["to_port"].as_i64()).unwrap();
        let except = row.get("except").map_or_else(Traffic::none, traffic);
        sum.union(&whole.difference(&except))
    })
}

fn of_json(finding: &Value) -> ((Family, Verdict), Traffic) {
    let family = if finding["family"] == "ipv4" { Family::V4 } else { Family::V6 };
    let verdict = match finding["verdict"].as_str().unwrap() {
        "allowed" => Verdict::Allowed,
        "undecided" => Verdict::Undecided,
        "blocked-by-egress" => Verdict::BlockedByEgress,
        "no-ingress" => Verdict::NoIngress,
        other => panic!("{other} is no verdict"),
    };
    ((family, verdict), traffic(&finding["traffic"]))
}

/// The edges of `graph --level endpoint -f json`, spread over the resources at their ends.
fn of_estate(net: &Connectivity) -> HashMap<(String, String), Said> {
    let json: Value =
        serde_json::from_str(&render::estate_json(net, &sglens::query::Filter::default()).unwrap().0)
            .unwrap();
    let mut members: HashMap<&str, Vec<&str>> = HashMap::new();
    for node in json["nodes"].as_array().unwrap() {
        let ids = node["members"].as_array().unwrap().iter().map(|member| member["id"].as_str().unwrap());
        members.insert(node["id"].as_str().unwrap(), ids.collect());
    }
    let mut said: HashMap<(String, String), Said> = HashMap::new();
    for edge in json["edges"].as_array().unwrap() {
        let end = |name: &str| members[edge[name].as_str().unwrap()].clone();
        let (key, traffic) = of_json(edge);
        for from in end("from") {
            for to in end("to") {
                let slot = said.entry((from.to_owned(), to.to_owned())).or_default().entry(key).or_default();
                *slot = slot.union(&traffic);
            }
        }
    }
    said
}

struct Asked {
    seed: u64,
    world: World,
    mask: Mask,
    net: Connectivity,
    questions: usize,
}

impl Asked {
    fn new(seed: u64, is_masked: bool) -> Self {
        Self::of(seed, is_masked, World::random)
    }

    fn of(seed: u64, is_masked: bool, world: impl Fn(&mut Random) -> World) -> Self {
        let mut random = Random::new(seed ^ 0xA6EE);
        let world = world(&mut random);
        let mask = if is_masked { Mask::random(&mut random, &world) } else { Mask::none(&world) };
        let net = Connectivity::new(mask.inventory(&world));
        Self { seed, world, mask, net, questions: 0 }
    }

    #[track_caller]
    fn same<T: PartialEq + std::fmt::Debug>(&mut self, one: &T, other: &T, what: &str) {
        self.questions += 1;
        assert_eq!(one, other, "{what}, seed {}\n{:?}\n{:#?}", self.seed, self.mask, self.world);
    }

    fn endpoint(&self, number: usize) -> Option<EndpointIx> {
        self.net.find_endpoint(&machine_id(number))
    }
}

fn known(ix: EndpointIx) -> [Target; 1] {
    [Target::Known(Subject::Endpoint(ix))]
}

#[test]
fn verbs_agree_on_every_pair_of_resources() {
    let mut questions = 0;
    for seed in 0..estates(300) {
        let mut asked = Asked::new(seed, seed % 3 != 0);
        let mut random = Random::new(seed);
        let all: Vec<EndpointIx> =
            (0..asked.world.machines.len()).filter_map(|n| asked.endpoint(n)).collect();
        let out: Vec<Vec<Link>> =
            all.iter().map(|ix| asked.net.links(Subject::Endpoint(*ix), Direction::Egress)).collect();
        let back: Vec<Vec<Link>> =
            all.iter().map(|ix| asked.net.links(Subject::Endpoint(*ix), Direction::Ingress)).collect();
        let estate = of_estate(&asked.net);
        for (from, client) in all.iter().enumerate() {
            for (to, service) in all.iter().enumerate() {
                let answer = explain(&asked.net, &known(*client), &known(*service), None).unwrap();
                let said = of_findings(&answer.findings);
                let pair =
                    format!("{} → {}", asked.net.endpoint(*client).id, asked.net.endpoint(*service).id);
                asked.same(&of_links(&out[from], *service), &said, &format!("focus out, {pair}"));
                asked.same(&of_links(&back[to], *client), &said, &format!("focus in, {pair}"));
                let ids = |ix: &EndpointIx| asked.net.endpoint(*ix).id.to_string();
                let drawn = estate.get(&(ids(client), ids(service))).cloned().unwrap_or_default();
                // Resources of one set are told by one edge; one of them and itself is no pair.
                if client != service || asked.net.endpoint(*client).members == Multiplicity::Many {
                    asked.same(&drawn, &said, &format!("map of resources, {pair}"));
                }
                if random.one_in(8) {
                    check_via(&mut asked, *client, *service, &mut random, &pair);
                }
                let is_open = |ix: EndpointIx| {
                    asked.net.endpoint(ix).interfaces.iter().any(|interface| interface.unfiltered)
                };
                let open = (is_open(*client), is_open(*service));
                check_evidence(&mut asked, &answer.findings, open, &pair);
            }
        }
        questions += asked.questions;
    }
    println!("{questions} questions");
    assert!(questions > 50_000 || estates(300) != 300, "{questions}");
}

/// `--via` finds one hop exactly where `explain` says that the traffic is allowed, at least in part;
/// the JSON of `explain` says what its findings say.
fn check_via(asked: &mut Asked, client: EndpointIx, service: EndpointIx, random: &mut Random, pair: &str) {
    let port = random.below(9) as u16;
    let traffic_asked = Traffic::ports(*random.pick(&[Protocol::TCP, Protocol::UDP]), port, port);
    let answer = explain(&asked.net, &known(client), &known(service), Some(traffic_asked.clone())).unwrap();
    let found = paths(&asked.net, &known(client), &known(service), Some(&traffic_asked), 1).unwrap();
    let is_direct = found.paths.first().is_some_and(|path| path.len() == 1);
    asked.same(&is_direct, &(answer.answer <= Answer::Partly), &format!("--via on {traffic_asked}, {pair}"));
    let cut = explain(&asked.net, &known(client), &known(service), None).unwrap().findings;
    let cut = cut.within(&asked.net, &traffic_asked);
    asked.same(&of_findings(&cut), &of_findings(&answer.findings), &format!("on {traffic_asked}, {pair}"));
    let json: Value =
        serde_json::from_str(&render::explain_json(&asked.net, &answer, &sglens::query::Filter::default()))
            .unwrap();
    let said: Said = json["findings"].as_array().unwrap().iter().map(of_json).collect();
    asked.same(&said, &of_findings(&answer.findings), &format!("JSON on {traffic_asked}, {pair}"));
    let text = render::text(&explain_report(&asked.net, &answer, &Detail::default()), 100);
    let word = json["answer"].as_str().unwrap();
    let is_same = text.contains(&format!("{word}:"));
    asked.same(&is_same, &true, &format!("text on {traffic_asked}, {pair}: {text}"));
}

/// Each rule that is named as evidence has traffic in common with its finding and belongs to its side.
/// An end that nothing filters needs no rule.
fn check_evidence(asked: &mut Asked, findings: &Findings, open: (bool, bool), pair: &str) {
    for finding in findings {
        let is_about = finding.rules().all(|ix| asked.net.rule(ix).traffic.overlaps(&finding.traffic));
        let is_told = match finding.verdict {
            Verdict::Allowed => {
                (open.1 || !finding.ingress.is_empty()) && (open.0 || !finding.egress.is_empty())
            }
            Verdict::Undecided => !finding.doubts.is_empty(),
            Verdict::BlockedByEgress => (open.1 || !finding.ingress.is_empty()) && finding.egress.is_empty(),
            Verdict::NoIngress => finding.ingress.is_empty() && !finding.egress.is_empty(),
        };
        asked.same(&(is_about, is_told), &(true, true), &format!("evidence of {finding:?}, {pair}"));
        // All the traffic is covered by the rules of either side.
        if finding.verdict == Verdict::Allowed {
            for (rules, is_open) in [(&finding.ingress, open.1), (&finding.egress, open.0)] {
                if is_open {
                    continue;
                }
                let sum =
                    rules.iter().fold(Traffic::none(), |sum, ix| sum.union(&asked.net.rule(*ix).traffic));
                asked.same(&finding.traffic.is_subset(&sum), &true, &format!("cover of {finding:?}, {pair}"));
            }
        }
    }
}

/// The arrow of the map between two groups is the part of `explain` that their own rules give; the
/// quantities of `explain` are what the pairs of resources say one by one.
#[test]
fn groups_are_answered_by_what_they_are_attached_to() {
    let mut questions = 0;
    for seed in 0..estates(160) {
        let world = if seed % 4 < 2 { World::random } else { World::crowded };
        let mut asked = Asked::of(seed, seed % 2 == 0, world);
        let mut random = Random::new(seed);
        let map = Map::new(&asked.net);
        let mut arrows: HashMap<(GroupIx, GroupIx), Said> = HashMap::new();
        for edge in map.graph.edge_indices() {
            let (from, to) = map.graph.edge_endpoints(edge).unwrap();
            if let (Node::Group(from), Node::Group(to)) = (&map.graph[from], &map.graph[to]) {
                let finding = &map.graph[edge];
                add(arrows.entry((*from, *to)).or_default(), finding, &finding.traffic);
            }
        }
        let groups: Vec<GroupIx> = asked.net.all_groups().collect();
        for client in &groups {
            for service in &groups {
                let sides =
                    [[Target::Known(Subject::Group(*client))], [Target::Known(Subject::Group(*service))]];
                let answer = explain(&asked.net, &sides[0], &sides[1], None).unwrap();
                let name = format!("{} → {}", asked.net.group(*client).id, asked.net.group(*service).id);
                // Of a rule that names its own group the map tells, even where one resource has it.
                if !(client == service && answer.pairs.is_empty()) {
                    let own = of_findings(answer.own.as_ref().unwrap());
                    let arrow = arrows.get(&(*client, *service)).cloned().unwrap_or_default();
                    asked.same(&arrow, &own, &format!("arrow {name}"));
                }
                let port = random.below(9) as u16;
                let on = Traffic::ports(Protocol::TCP, port, port);
                check_quantity(&mut asked, *client, *service, &on, &name);
            }
        }
        questions += asked.questions;
    }
    println!("{questions} questions");
}

fn check_quantity(asked: &mut Asked, client: GroupIx, service: GroupIx, on: &Traffic, name: &str) {
    let net = &asked.net;
    let sides = [[Target::Known(Subject::Group(client))], [Target::Known(Subject::Group(service))]];
    let answer = explain(net, &sides[0], &sides[1], Some(on.clone())).unwrap();
    let interfaces = |group: GroupIx| -> Vec<Target> {
        let id = &net.group(group).id;
        let of = |ix: EndpointIx| {
            let interfaces = net.endpoint(ix).interfaces.iter().enumerate();
            let attached = interfaces.filter(|(_, interface)| interface.groups.contains(id.as_str()));
            attached.map(move |(at, _)| Target::Known(Subject::Interface(ix, at as u32))).collect::<Vec<_>>()
        };
        net.all_endpoints().flat_map(of).collect()
    };
    let (from, to) = (interfaces(client), interfaces(service));
    if from.is_empty() || to.is_empty() {
        return;
    }
    // One question for each pair of resources, with the interfaces to which the groups are attached.
    let of = |targets: &[Target]| {
        let mut by_endpoint: BTreeMap<EndpointIx, Vec<Target>> = BTreeMap::new();
        for target in targets {
            if let Target::Known(Subject::Interface(ix, _)) = target {
                by_endpoint.entry(*ix).or_default().push(target.clone());
            }
        }
        by_endpoint
    };
    let mut counts: BTreeMap<Answer, usize> = BTreeMap::new();
    for (one, from) in &of(&from) {
        for (other, to) in &of(&to) {
            if one == other && net.endpoint(*one).members == Multiplicity::One {
                continue;
            }
            *counts.entry(explain(net, from, to, Some(on.clone())).unwrap().answer).or_default() += 1;
        }
    }
    let quantity = &answer.quantity;
    let said = [quantity.allowed, quantity.partly, quantity.undecided, quantity.pairs];
    let count = |answer: Answer| counts.get(&answer).copied().unwrap_or_default();
    let expected =
        [count(Answer::Yes), count(Answer::Partly), count(Answer::Undecided), counts.values().sum::<usize>()];
    let word = match expected {
        [yes, _, _, all] if yes == all && all > 0 => Answer::Yes,
        [0, 0, 0, _] => Answer::No,
        [0, 0, _, _] => Answer::Undecided,
        _ => Answer::Partly,
    };
    let is_imagined = answer.to_units.iter().chain(&answer.from_units).any(|unit| unit.members().is_empty());
    if !is_imagined {
        let said_word = answer.answer;
        asked.same(&said, &expected, &format!("quantity on {on}, {name}"));
        asked.same(&said_word, &word, &format!("answer on {on}, {name}"));
    }
}

/// A private address and an interface id mean that interface alone, with its own groups.
#[test]
fn an_address_is_its_interface_alone() {
    let mut compared = 0;
    for seed in 0..estates(60) {
        let mut asked = Asked::new(seed, false);
        for machine in 0..asked.world.machines.len() {
            let Some(ix) = asked.endpoint(machine) else { continue };
            for position in 0..asked.world.machines[machine].nics.len() {
                let by_id = select(&asked.net, &format!("eni-{machine}-{position}")).unwrap();
                let expected = vec![Target::Known(Subject::Interface(ix, position as u32))];
                asked.same(&by_id, &expected, "an interface id");
                for other in 0..asked.world.machines.len() {
                    let Some(other) = asked.endpoint(other) else { continue };
                    let answer = explain(&asked.net, &by_id, &known(other), None).unwrap();
                    let mut said = Said::new();
                    let own = asked.net.classes_of(ix)[position];
                    if ix != other || asked.net.endpoint(ix).members == Multiplicity::Many {
                        let mut all = Findings::default();
                        for class in asked.net.classes_of(other) {
                            let rows = asked.net.row(own, Direction::Egress).into_iter();
                            rows.filter(|row| row.class == *class)
                                .for_each(|row| all.join_all(&row.findings));
                        }
                        said = of_findings(&all.disjoint(&asked.net));
                    }
                    asked.same(&of_findings(&answer.findings), &said, "an interface alone");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 1_000);
}

/// Endpoints of one class have the same links, but for themselves.
#[test]
fn classes_expand_to_the_same_edges() {
    let mut compared = 0;
    for seed in 0..estates(100) {
        let asked = Asked::new(seed, seed % 2 == 0);
        let net = &asked.net;
        for class in net.all_classes() {
            let single = |ix: &EndpointIx| net.classes_of(*ix).len() == 1;
            let members: Vec<EndpointIx> = net.class(class).members.iter().copied().filter(single).collect();
            for pair in members.windows(2) {
                for direction in [Direction::Egress, Direction::Ingress] {
                    let of = |ix: EndpointIx| {
                        let links = net.links(Subject::Endpoint(ix), direction);
                        let others = (0..asked.world.machines.len()).filter_map(|n| asked.endpoint(n));
                        let others = others.filter(|other| !pair.contains(other));
                        others.map(|other| of_links(&links, other)).collect::<Vec<_>>()
                    };
                    assert_eq!(of(pair[0]), of(pair[1]), "seed {seed}\n{:#?}", asked.world);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 100, "too few classes of several machines to prove anything: {compared}");
}

/// The report of `focus` names every resource that its JSON names, and no verb has clients among what
/// only accepts, nor services among what only connects.
#[test]
fn reports_name_whom_the_links_name() {
    for seed in 0..estates(60) {
        let asked = Asked::new(seed, true);
        let net = &asked.net;
        for number in 0..asked.world.machines.len() {
            let Some(ix) = asked.endpoint(number) else { continue };
            for direction in [Direction::Egress, Direction::Ingress] {
                let answer = sglens::query::focus(net, &known(ix), &[direction], 1).unwrap();
                // With the rules, all resources are named; nothing wraps.
                let detail = Detail { rules: true, ..Detail::default() };
                let text = render::text(&focus_report(net, &answer, &detail), 60_000);
                let links = answer.hops.iter().flat_map(|hop| &hop.links);
                let members: BTreeSet<EndpointIx> =
                    links.flat_map(|link| link.members.iter().map(|member| member.endpoint)).collect();
                for member in members {
                    let label = net.endpoint(member).label();
                    assert!(text.contains(label), "seed {seed}: {label} is not in\n{text}");
                    let role = net.endpoint(member).role;
                    let unable = if direction == Direction::Egress { Role::Client } else { Role::Service };
                    assert_ne!(role, unable, "seed {seed}\n{text}");
                }
            }
        }
        assert!(matches!(
            explain(net, &known(asked.endpoint(0).unwrap()), &known(asked.endpoint(1).unwrap()), None)
                .unwrap()
                .to_units[..],
            [Unit::Resources(_)]
        ));
    }
}
