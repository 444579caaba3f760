//! Whatever the source, the answer is the same: Terraform's state, the live account, a snapshot of
//! it, and the files of the AWS CLI.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

use crate::agreed::{self, list, set, text, texts};
use crate::command::Sglens;
use crate::moto::{ACCOUNT, Moto, moto};
use crate::testkit::skip::outside;

/// Each example has a region of its own; estates of other tests have others.
const STORIES: [(&str, &str); 5] = [
    ("logstash", "eu-west-1"),
    ("paired-groups", "eu-west-2"),
    ("subnet-shortcut", "eu-central-1"),
    ("component-groups", "us-east-2"),
    ("microservices", "us-west-2"),
];

/// An account that holds one of the examples a second time.
pub const OTHER_ACCOUNT: &str = "222222222222";

/// The server with all examples: in [`STORIES`]' regions, and `paired-groups` in `eu-west-1` of
/// [`OTHER_ACCOUNT`]. With the ids that each has in its state, by live id.
pub fn stories() -> Option<(&'static Moto, &'static Value)> {
    static LOADED: OnceLock<Value> = OnceLock::new();
    let moto = moto()?;
    let ids = LOADED.get_or_init(|| {
        let other = format!("{OTHER_ACCOUNT}/eu-west-1");
        let places = STORIES.into_iter().chain([("paired-groups", other.as_str())]);
        let estates = places.map(|(story, place)| format!("{place}={}", state(story).display()));
        moto.load(&estates.collect::<Vec<_>>())
    });
    Some((moto, ids))
}

fn state(story: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(story).join("terraform.tfstate")
}

/// The Name tags of a state's instances.
fn machines(state: &Path) -> BTreeSet<String> {
    let state: Value = serde_json::from_str(&fs::read_to_string(state).unwrap()).unwrap();
    let resources = list(&state, "resources").iter();
    let instances = resources.filter(|resource| resource["type"] == "aws_instance");
    let each = instances.flat_map(|resource| list(resource, "instances"));
    each.map(|instance| text(&instance["attributes"]["tags"], "Name").to_owned()).collect()
}

/// All sources say the same of the map and of each `step`th machine.
#[track_caller]
fn agree(moto: &Moto, region: &str, state: &Path, step: usize) {
    let sglens = Sglens::at(&moto.url).with("AWS_REGION", region);
    let ask = |question: &[&str], source: &[&str]| {
        sglens.run(&[question, &["-f", "json"], source].concat()).exits(0).json()
    };
    sglens.run(&["snapshot", "--aws", "-o", "snapshot.json"]).exits(0);
    moto.dump(&moto.url, &sglens.path("dump"), region);
    let dump = format!("dump/{region}");
    let (state, machines) = (state.to_str().unwrap(), machines(state));
    let live = ["--aws", "--endpoint-url", &moto.url];

    let expected = agreed::map(&ask(&["graph"], &[state]), &machines);
    assert!(expected.len() > machines.len(), "there are arrows, too");
    for source in [&live[..], &["snapshot.json"], &[dump.as_str()]] {
        assert_eq!(agreed::map(&ask(&["graph"], source), &machines), expected, "{source:?}");
    }
    for (index, name) in machines.iter().step_by(step).enumerate() {
        let question = ["focus", &format!("endpoint:{name}"), "--direction", "both"];
        let expected = agreed::machine(&ask(&question, &[state]), &machines);
        for source in [&["snapshot.json"][..], &[dump.as_str()], &live] {
            // A live account says of one machine what its snapshot says of all.
            if source == live && index > 0 {
                continue;
            }
            assert_eq!(agreed::machine(&ask(&question, source), &machines), expected, "{name} {source:?}");
        }
    }
}

#[track_caller]
fn story(name: &str) {
    let Some((moto, _)) = stories() else { return };
    let (_, region) = STORIES.into_iter().find(|(story, _)| *story == name).unwrap();
    agree(moto, region, &state(name), 1);
}

#[test]
fn logstash() {
    story("logstash");
}

#[test]
fn paired_groups() {
    story("paired-groups");
}

#[test]
fn subnet_shortcut() {
    story("subnet-shortcut");
}

#[test]
fn component_groups() {
    story("component-groups");
}

#[test]
fn microservices() {
    story("microservices");
}

#[test]
fn an_estate_of_sixty_groups() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/bench/estate.py");
    if !script.is_file() {
        outside("the generator of estates, ../shared/bench/estate.py,");
        return;
    }
    let Some(moto) = moto() else { return };
    let folder = tempfile::tempdir().unwrap();
    let [state, truth] = ["estate.tfstate", "truth.json"].map(|name| folder.path().join(name));
    let estate = |more: &[&str]| moto.script(&script, &[more, &["--n", "60"]].concat());
    estate(&["load", "--endpoint", &moto.url]);
    estate(&["state", "-o", state.to_str().unwrap()]);
    estate(&["truth", "-o", truth.to_str().unwrap()]);
    // The script's own region and account.
    agree(moto, "us-east-1", &state, 20);

    // The script knows which groups its rules connect; all its groups let everything out.
    let truth: Value = serde_json::from_str(&fs::read_to_string(truth).unwrap()).unwrap();
    let expected: BTreeSet<(&str, &str)> = list(&truth, "group_edges")
        .iter()
        .map(|edge| (edge[0].as_str().unwrap(), edge[1].as_str().unwrap()))
        .collect();
    let sglens = Sglens::at(&moto.url).with("AWS_REGION", "us-east-1");
    let graph = sglens.run(&["graph", "--aws", "-f", "json"]).exits(0).json();
    let groups = list(&graph, "nodes").iter().filter(|node| node["kind"] == "group");
    let labels: BTreeMap<&str, &str> = groups.map(|node| (text(node, "id"), text(node, "label"))).collect();
    let edges = list(&graph, "edges").iter();
    let between =
        edges.filter_map(|edge| Some((*labels.get(text(edge, "from"))?, *labels.get(text(edge, "to"))?)));
    assert_eq!(between.collect::<BTreeSet<_>>(), expected);
}

#[test]
fn a_state_and_its_live_account_meet_by_id() {
    let Some((moto, ids)) = stories() else { return };
    let place = "eu-west-2";
    let mut infra = fs::read_to_string(state("paired-groups")).unwrap();
    for (live, known) in ids[place].as_object().unwrap() {
        infra = infra.replace(known.as_str().unwrap(), live);
    }
    let sglens = Sglens::at(&moto.url).with("AWS_REGION", place);
    sglens.write("infra.tfstate", &infra);
    let ask = |source: &[&str]| sglens.run(&[&["graph", "-f", "json"][..], source].concat()).exits(0).json();
    let machines = machines(&sglens.path("infra.tfstate"));
    let (apart, alone) = (ask(&["--aws"]), ask(&["infra.tfstate"]));
    let together = ask(&["infra.tfstate", "--aws"]);
    for count in ["groups", "endpoints", "rules"] {
        assert_eq!(together["stats"][count], apart["stats"][count], "{count}");
    }
    assert_eq!(agreed::map(&together, &machines), agreed::map(&apart, &machines));

    // All that the state knows has both origins; the live account has default groups besides.
    let both = set(["infra.tfstate", &format!("aws:{ACCOUNT}/{place}")]);
    let known = texts(list(&alone, "nodes"), "id");
    for node in list(&together, "nodes").iter().filter(|node| known.contains(text(node, "id"))) {
        if node["kind"] == "group" {
            assert_eq!(texts(list(node, "origins"), "file"), both, "{node:#}");
        }
        for member in list(node, "members") {
            assert_eq!(texts(list(member, "origins"), "file"), both, "{member:#}");
        }
    }
    for edge in list(&together, "edges") {
        assert_eq!(texts(list(edge, "evidence"), "file"), both, "{edge:#}");
    }
}
