//! The corpus of real files beside the repository: each is read, or refused with the answer that
//! fits it; and what is read is what an independent count of the JSON says.
//!
//! `cargo test --release --test library corpus -- --nocapture` prints the table.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod counts;
mod document;
mod ec2;
mod endpoints;
mod index;
mod known;
mod model;
mod values;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;
use sglens::connectivity::{Connectivity, Map};
use sglens::input::{Input, Options, Problem, read, read_document};
use sglens::inventory::{Builder, Inventory};
use sglens::render::graph_json;

use document::Kind;
use model::Model;

use crate::testkit::skip::outside;

/// No file may take longer, in a debug build either.
const LIMIT: Duration = Duration::from_secs(2);

/// The corpus; `None`, with a word that no run keeps to itself, where it is not.
fn corpus() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if folder.join("INDEX.tsv").is_file() {
        return Some(folder);
    }
    outside("the corpus, ../shared/corpus,");
    None
}

/// One file, with what its index says of it.
struct File {
    entry: index::Entry,
    bytes: Vec<u8>,
}

fn files() -> Vec<File> {
    let Some(folder) = corpus() else { return Vec::new() };
    let text = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let entries = index::entries(&text);
    assert_eq!(entries.len(), 111, "the index is whole");
    let file = |entry: index::Entry| {
        let bytes = fs::read(folder.join(&entry.file)).unwrap();
        File { entry, bytes }
    };
    entries.into_iter().map(file).collect()
}

fn read_file(file: &File) -> Result<Inventory, Problem> {
    let mut builder = Builder::new();
    read_document(&file.entry.file, &file.bytes, Options::default(), &mut builder)?;
    Ok(builder.finish())
}

fn edges(inventory: &Inventory) -> usize {
    let index = Connectivity::new(inventory.clone());
    Map::new(&index).graph.edge_count()
}

#[test]
fn each_file_is_read_or_refused_with_the_answer_that_fits() {
    let mut failures = Vec::new();
    for file in files() {
        let start = Instant::now();
        let answer = read_file(&file);
        let File { entry, .. } = &file;
        let row = match &answer {
            Ok(inventory) => {
                let tally = &inventory.tally;
                format!(
                    "{:>4} groups {:>4} rules {:>4} references {:>4} endpoints {:>4} edges {:>2} warnings",
                    tally.groups,
                    tally.rules,
                    tally.references,
                    tally.endpoints,
                    edges(inventory),
                    inventory.warnings.len(),
                )
            }
            Err(problem) => format!("refused: it {problem}"),
        };
        let elapsed = start.elapsed();
        println!("{:<11} {} {:>6.1} ms  {row}", entry.kind, entry.short(), elapsed.as_secs_f64() * 1e3);
        if elapsed > LIMIT {
            failures.push(format!("{} takes {elapsed:?}", entry.file));
        }
        let got = answer.as_ref().err().map(name);
        let expected = known::refusal(entry);
        if got != expected {
            failures.push(format!("{}: {got:?} instead of {expected:?}", entry.file));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The name of a problem without what it holds.
fn name(problem: &Problem) -> String {
    let text = format!("{problem:?}");
    text.split(['(', ' ', '{']).next().unwrap_or_default().to_owned()
}

/// The counts of the index are those of the JSON itself: so we know what its columns mean.
#[test]
fn the_index_counts_what_we_think() {
    for file in files() {
        let counts = match Kind::of(&file.entry.kind) {
            Some(Kind::Aws) => ec2::counts(ec2::answer(&values::parse(&file.bytes))),
            Some(kind) => counts::counts(kind, &values::parse(&file.bytes)),
            None => continue,
        };
        for (column, count) in counts {
            assert_eq!(file.entry.count(column), count, "{} {column}", file.entry.file);
        }
    }
}

/// Groups, rules, references and endpoints of every Terraform file, one by one.
#[test]
fn terraform_is_read_to_the_last_rule() {
    let mut checked = 0;
    for file in files() {
        let Some(kind) = Kind::of(&file.entry.kind).filter(|kind| *kind != Kind::Aws) else { continue };
        let inventory = read_file(&file).unwrap();
        let model = Model::new(&document::resources(kind, &values::parse(&file.bytes)));
        let name = &file.entry.file;
        if kind == Kind::Plan {
            // The groups of planned rules are only known through the configuration: counts alone.
            let tally = &inventory.tally;
            let got = (tally.groups, tally.rules, tally.references);
            let (rules, references) = known::beyond_the_values(name);
            let counted = (model.rules.len() + model.open, model.references());
            let expected =
                (model.groups.len(), counted.0.saturating_add_signed(rules), counted.1 + references);
            assert_eq!(got, expected, "{name}");
        } else {
            assert_eq!(model::rules(&inventory), model.rules, "{name}");
            assert_eq!(model::groups(&inventory), model.groups, "{name}");
            assert_eq!(inventory.tally.references, model.references(), "{name}");
            assert_eq!(inventory.tally.endpoints, model.endpoints.len(), "{name}: {:?}", model.endpoints);
            let carried: BTreeSet<String> = inventory
                .endpoints
                .values()
                .flat_map(|endpoint| endpoint.groups())
                .map(ToString::to_string)
                .collect();
            assert_eq!(carried, model.carried, "{name}");
            for (reason, count) in &model.skipped {
                let got = inventory.tally.skipped.get(*reason).copied().unwrap_or_default();
                assert_eq!(got, *count, "{name}: {reason}");
            }
            // The index counts resources; several may be one group, and some are none.
            let surplus: usize = model.surplus.values().sum();
            let counted = model.groups.len() - model.looked_up + surplus;
            assert_eq!(file.entry.count("sg"), counted, "{name}: {:?}", model.surplus);
            for (reason, count) in &model.surplus {
                println!("{name}: {count} group resources less than the index counts: {reason}");
            }
        }
        checked += 1;
    }
    println!("{checked} Terraform files agree with the independent count");
}

/// The same for what the AWS CLI printed.
#[test]
fn aws_output_is_read_to_the_last_rule() {
    let mut checked = 0;
    for file in files().into_iter().filter(|file| file.entry.kind == "aws-cli") {
        let Ok(inventory) = read_file(&file) else { continue };
        let name = &file.entry.file;
        let json = values::parse(&file.bytes);
        let json = ec2::answer(&json);
        assert_eq!(model::rules(&inventory), ec2::rules(json), "{name}");
        assert_eq!(model::groups(&inventory), ec2::groups(json), "{name}");
        let machines: BTreeSet<String> =
            inventory.endpoints.keys().map(ToString::to_string).filter(|id| id.starts_with("i-")).collect();
        let lost = known::machines_lost(name);
        assert_eq!(machines.len() + lost, ec2::machines(json).len(), "{name}");
        assert!(machines.is_subset(&ec2::machines(json)), "{name}");
        checked += 1;
    }
    println!("{checked} files of the AWS CLI agree with the independent count");
}

/// `results.golden.json` is another tool's reading of the state beside it, rule by rule.
#[test]
fn another_tool_reads_the_same_rules() {
    let files = files();
    let find = |part: &str| files.iter().find(|file| file.entry.file.contains(part));
    let state = find("test_aws_vpc_security_group_rule_terraform.tfstate");
    let golden = find("test_aws_vpc_security_group_rule_results.golden.json");
    let (Some(state), Some(golden)) = (state, golden) else { return };
    let mut expected = Model::default();
    for rule in values::parse(&golden.bytes).as_array().unwrap() {
        expected.group_rule(&rule["Attrs"], "golden");
    }
    assert_eq!(expected.rules.len(), 15);
    assert_eq!(model::rules(&read_file(state).unwrap()), expected.rules);
}

/// The same machines, once as instances and once as interfaces: one graph.
#[test]
fn instances_and_interfaces_give_one_graph() {
    let files = files();
    if files.is_empty() {
        return;
    }
    for set in ["test-vpc-peering", "test-load-balancer"] {
        let graph = |machines: &str| -> Value {
            let mut builder = Builder::new();
            let wanted =
                [format!("{set}_aws_configs_SecurityGroups"), format!("{set}_aws_configs_{machines}")];
            let of_set = files.iter().filter(|file| wanted.iter().any(|part| file.entry.file.contains(part)));
            let mut count = 0;
            for file in of_set {
                read_document("set", &file.bytes, Options::default(), &mut builder).unwrap();
                count += 1;
            }
            assert_eq!(count, 2, "{set} is in the corpus");
            let inventory = builder.finish();
            let index = Connectivity::new(inventory);
            let json: Value = serde_json::from_str(&graph_json(
                &index,
                &Map::new(&index),
                &sglens::query::Filter::default(),
            ))
            .unwrap();
            simple(&json)
        };
        assert_eq!(graph("Reservations"), graph("NetworkInterfaces"), "{set}");
    }
}

/// A graph without what one form of a machine tells and the other does not: names, and origins.
fn simple(graph: &Value) -> Value {
    let pick = |object: &Value, names: &[&str]| -> Value {
        names.iter().map(|name| object[*name].clone()).collect()
    };
    let list = |of: &Value, names: &[&str]| -> Vec<Value> {
        of.as_array().unwrap().iter().map(|object| pick(object, names)).collect()
    };
    let nodes = graph["nodes"].as_array().unwrap().iter();
    let members: Vec<Vec<Value>> =
        nodes.map(|node| list(&node["members"], &["id", "kind", "addresses"])).collect();
    serde_json::json!({
        "nodes": list(&graph["nodes"], &["id", "kind", "vpc"]),
        "members": members,
        "edges": list(&graph["edges"], &["from", "to", "summary", "verdict"]),
    })
}

/// A folder is one estate: its states and JSON files, without backups.
#[test]
fn a_folder_of_the_corpus_is_one_estate() {
    let Some(folder) = corpus() else { return };
    for kind in ["tfstate-v4", "tfstate-v3", "tfstate-old", "plan-json"] {
        let folder = folder.join(kind);
        let files = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
        let named =
            files.filter(|path| path.extension().is_some_and(|ext| ext == "json" || ext == "tfstate"));
        let start = Instant::now();
        let inventory = read(&[Input::Path(folder.clone())], Options::default()).unwrap();
        assert_eq!(inventory.tally.files, named.count(), "{kind}");
        assert!(edges(&inventory) > 0, "{kind}");
        let elapsed = start.elapsed();
        println!("{kind}: {} files in {elapsed:?}", inventory.tally.files);
        assert!(elapsed < LIMIT * 5, "{kind} takes {elapsed:?}");
    }
}
