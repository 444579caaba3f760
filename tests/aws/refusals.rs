//! Calls that get no answer: of an optional one sglens says so and goes on.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::agreed::{arrows, list};
use crate::answers::{SHOP, recorded};
use crate::command::{Run, Sglens};
use crate::stub::{Reply, Stub};

const GRAPH: [&str; 4] = ["graph", "--aws", "-f", "json"];
const GROUPS: &str = "DescribeSecurityGroups";

/// The calls that sglens can do without.
fn optional() -> BTreeSet<String> {
    let stub = Stub::serve(|request, _| recorded(request));
    Sglens::at(&stub.url).run(&GRAPH).exits(0);
    let calls: BTreeSet<String> = stub.seen().into_iter().map(|request| request.action).collect();
    assert!(calls.len() > 6, "{calls:?}");
    calls.into_iter().filter(|call| call != GROUPS).collect()
}

/// A stub that treats one call specially.
fn except(call: String, reply: fn() -> Reply) -> Stub {
    Stub::serve(move |request, _| if request.action == call { reply() } else { recorded(request) })
}

/// What needs nothing but the groups is still answered.
#[track_caller]
fn answers(run: &Run) {
    let graph = run.json();
    let connection = arrows(&graph, "sg-0a000000000000001", "sg-0a000000000000002");
    assert!(connection.iter().any(|arrow| arrow["verdict"] == "allowed"), "{connection:?}\n{}", run.stderr);
}

#[test]
fn each_optional_call_may_be_denied() {
    for call in optional() {
        let stub = except(call.clone(), || Reply::Error(403, "UnauthorizedOperation"));
        let run = Sglens::at(&stub.url).run(&GRAPH).exits(0);
        run.says_once(&format!("ec2:{call}"));
        answers(&run);
    }
}

#[test]
fn a_server_that_does_not_know_a_call_is_not_asked_again() {
    for call in optional() {
        let stub = except(call.clone(), || Reply::Html);
        let run = Sglens::at(&stub.url).run(&GRAPH).exits(0);
        run.says_once(&format!("ec2:{call}"));
        answers(&run);
        // Entries are asked of two lists.
        let most = if call == "GetManagedPrefixListEntries" { 2 } else { 1 };
        assert!(stub.count(&call) <= most, "{call} {}", stub.count(&call));
    }
}

#[test]
fn all_of_them_in_two_regions_are_one_warning_each() {
    let stub = Stub::serve(|request, _| {
        if request.is_ec2() && request.action != GROUPS {
            Reply::Error(403, "UnauthorizedOperation")
        } else {
            recorded(request)
        }
    });
    let regions = ["--region", "eu-west-1", "--region", "eu-central-1"];
    let run = Sglens::at(&stub.url).run(&[&GRAPH[..], &regions].concat()).exits(0);
    assert_eq!(run.json()["stats"]["groups"], 3);
    for request in stub.seen().iter().filter(|request| request.action != GROUPS) {
        run.says_once(&format!("ec2:{}", request.action));
    }
}

#[test]
fn without_the_groups_there_is_no_answer() {
    let stub = except(GROUPS.to_owned(), || Reply::Error(403, "UnauthorizedOperation"));
    Sglens::at(&stub.url).run(&GRAPH).fails_saying(&["ec2:DescribeSecurityGroups", "sglens iam-policy"]);
}

#[test]
fn a_server_that_is_slow() {
    let stub = Stub::serve(|request, _| if request.is_ec2() { Reply::Silence } else { recorded(request) });
    let started = Instant::now();
    let sglens = Sglens::at(&stub.url).with("AWS_MAX_ATTEMPTS", "2");
    sglens.run(&["graph", "--aws", "--timeout", "1"]).fails_saying(&["no answer within 1 s", "--timeout"]);
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn a_region_that_is_not_enabled() {
    let stub = Stub::serve(|request, _| {
        if request.is_ec2() && request.region == "eu-central-1" {
            Reply::Error(401, "OptInRequired")
        } else {
            recorded(request)
        }
    });
    let sglens = Sglens::at(&stub.url);
    let run = sglens.run(&[&GRAPH[..], &["--all-regions"]].concat()).exits(0);
    run.says_once("eu-central-1");
    answers(&run);
    let graph = run.json();
    let mut warnings = list(&graph, "warnings").iter().filter_map(Value::as_str);
    assert!(warnings.any(|warning| warning.contains("eu-central-1")), "{graph:#}");
    // The snapshot says so as well, to all who read it later.
    sglens.run(&["snapshot", "--all-regions", "-o", "account.json"]).exits(0).says_once("eu-central-1");
    let snapshot: Value = serde_json::from_str(&sglens.read("account.json")).unwrap();
    assert_eq!(
        snapshot["regions"][0],
        json!({
            "account": SHOP, "region": "eu-central-1", "SecurityGroups": [],
            "unavailable": {"ec2:DescribeSecurityGroups": "failed: OptInRequired"},
        })
    );
    assert_eq!(list(&snapshot, "regions").len(), 2);
    sglens.run(&["graph", "account.json"]).exits(0).says_once("eu-central-1");
    // Whoever names it wants it.
    sglens
        .run(&[&GRAPH[..], &["--region", "eu-central-1"]].concat())
        .fails_saying(&["eu-central-1", "OptInRequired"]);
}

#[test]
fn a_region_counts_as_whoever_may_read_it_sees_it() {
    let stub = Stub::serve(|request, _| {
        let is_denied = if request.key == "AKIABLIND" {
            request.action == GROUPS && request.region == "eu-west-1"
        } else {
            ["DescribeSubnets", "DescribeVpcs"].contains(&request.action.as_str())
        };
        if is_denied { Reply::Error(403, "UnauthorizedOperation") } else { recorded(request) }
    });
    let sglens = Sglens::at(&stub.url);
    let keys =
        |name: &str, key: &str| format!("[{name}]\naws_access_key_id = {key}\naws_secret_access_key = x\n");
    let both = [keys("blind", "AKIABLIND"), keys("seeing", "AKIASEEING")];
    sglens.write(".aws/credentials", &both.concat());
    let run = sglens.run(&["snapshot", "--all-regions", "--profile", "blind", "--profile", "seeing"]);
    let snapshot = run.exits(0).json();
    let [_, region] = list(&snapshot, "regions") else { panic!("{snapshot:#}") };
    assert_eq!(list(region, "SecurityGroups").len(), 3, "{region:#}");
    // Nobody may read any.
    let stub = except(GROUPS.to_owned(), || Reply::Error(403, "UnauthorizedOperation"));
    Sglens::at(&stub.url)
        .run(&[&GRAPH[..], &["--all-regions"]].concat())
        .fails_saying(&["ec2:DescribeSecurityGroups", "sglens iam-policy"]);
}

#[test]
fn a_wrong_file_name_shows_before_anything_is_asked() {
    let stub = Stub::serve(|request, _| recorded(request));
    let sglens = Sglens::at(&stub.url);
    sglens.run(&["graph", "--aws", "nowhere.tfstate"]).fails_saying(&["nowhere.tfstate", "no such file"]);
    assert!(stub.seen().is_empty());
}

#[test]
fn an_account_without_regions() {
    let stub = except("DescribeRegions".to_owned(), || {
        Reply::Xml(
            "<DescribeRegionsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
             <requestId>r-1</requestId><regionInfo/></DescribeRegionsResponse>"
                .to_owned(),
        )
    });
    Sglens::at(&stub.url).run(&["graph", "--aws", "--all-regions"]).fails_saying(&["no region", "--region"]);
}

#[test]
fn lists_without_entries_are_named() {
    let stub =
        except("GetManagedPrefixListEntries".to_owned(), || Reply::Error(403, "UnauthorizedOperation"));
    let snapshot = Sglens::at(&stub.url).run(&["snapshot"]).exits(0).json();
    assert_eq!(
        snapshot["regions"][0]["unavailable"]["ec2:GetManagedPrefixListEntries"],
        "denied for pl-0a000000000000001, pl-0a000000000000002"
    );
}

#[test]
fn a_server_that_is_down() {
    let stub = Stub::serve(|request, _| recorded(request));
    // Nobody listens on the first port. STS is there.
    let sglens = Sglens::at(&stub.url).with("AWS_MAX_ATTEMPTS", "2");
    let run = sglens.run(&["graph", "--aws", "--endpoint-url", "http://127.0.0.1:1"]);
    run.fails_saying(&["eu-west-1", "http://127.0.0.1:1"]);
}
