//! Calls that get no answer: of an optional one sglens says so and goes on.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::agreed::arrows;
use crate::answers::recorded;
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
    Sglens::at(&stub.url).run(&GRAPH).fails(&["ec2:DescribeSecurityGroups", "sglens iam-policy"]);
}

#[test]
fn a_server_that_is_slow() {
    let stub = Stub::serve(|request, _| if request.is_ec2() { Reply::Silence } else { recorded(request) });
    let started = Instant::now();
    let sglens = Sglens::at(&stub.url).with("AWS_MAX_ATTEMPTS", "2");
    sglens.run(&["graph", "--aws", "--timeout", "1"]).fails(&["no answer within 1 s", "--timeout"]);
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
    // Whoever names it wants it.
    sglens
        .run(&[&GRAPH[..], &["--region", "eu-central-1"]].concat())
        .fails(&["eu-central-1", "OptInRequired"]);
}

#[test]
fn a_server_that_is_down() {
    let stub = Stub::serve(|request, _| recorded(request));
    // Nobody listens on the first port. STS is there.
    let sglens = Sglens::at(&stub.url).with("AWS_MAX_ATTEMPTS", "2");
    let run = sglens.run(&["graph", "--aws", "--endpoint-url", "http://127.0.0.1:1"]);
    run.fails(&["eu-west-1", "http://127.0.0.1:1"]);
}
