//! Long lists come in pages, and busy servers are asked again.

use crate::agreed::list;
use crate::answers::{paged, recorded};
use crate::command::Sglens;
use crate::stub::{Reply, Stub};

const GRAPH: [&str; 4] = ["graph", "--aws", "-f", "json"];

#[test]
fn many_pages_are_one_answer() {
    let stub = Stub::serve(|request, _| recorded(request));
    let whole = Sglens::at(&stub.url).run(&GRAPH).exits(0);
    let slices = Stub::serve(|request, _| paged(request));
    let run = Sglens::at(&slices.url).run(&GRAPH).exits(0);
    assert_eq!(run.stdout, whole.stdout);
    for (action, pages) in [
        ("DescribeSecurityGroups", 3),
        ("DescribeSecurityGroupRules", 12),
        ("DescribeNetworkInterfaces", 5),
        ("DescribeInstances", 2),
        ("DescribeSubnets", 2),
        ("DescribeVpcPeeringConnections", 2),
        ("DescribeManagedPrefixLists", 3),
    ] {
        assert_eq!(stub.count(action), 1, "{action}");
        assert_eq!(slices.count(action), pages, "{action}");
    }
    // Two lists are named by rules, and each has two entries.
    assert_eq!(stub.count("GetManagedPrefixListEntries"), 2);
    assert_eq!(slices.count("GetManagedPrefixListEntries"), 4);
    // Without MaxResults a call counts against a much smaller allowance.
    for request in slices.seen() {
        let most = if request.action.contains("PrefixList") { 100 } else { 1000 };
        let asked: Option<u32> = request.fields.get("MaxResults").and_then(|text| text.parse().ok());
        assert!(asked.is_some_and(|asked| (5..=most).contains(&asked)), "{} {asked:?}", request.action);
        // What AWS runs for the account is hidden unless it is asked for.
        if ["DescribeInstances", "DescribeNetworkInterfaces"].contains(&request.action.as_str()) {
            assert_eq!(request.fields["IncludeManagedResources"], "true", "{}", request.action);
        }
    }
}

#[test]
fn pages_that_lead_in_a_circle_end() {
    let stub = Stub::serve(|request, before| match request.action.as_str() {
        // Of two tokens each leads to the other.
        "DescribeSubnets" => Reply::Xml(format!(
            "<DescribeSubnetsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
             <requestId>r-1</requestId><subnetSet/><nextToken>{}</nextToken></DescribeSubnetsResponse>",
            before % 2
        )),
        _ => recorded(request),
    });
    let run = Sglens::at(&stub.url).run(&["snapshot", "--aws"]).exits(0);
    run.says_once("ec2:DescribeSubnets");
    assert_eq!(stub.count("DescribeSubnets"), 3);
}

#[test]
fn a_list_that_breaks_off_is_not_there() {
    let stub = Stub::serve(|request, before| match request.action.as_str() {
        "DescribeNetworkInterfaces" if before == 2 => Reply::Error(400, "InvalidPaginationToken"),
        _ => paged(request),
    });
    let sglens = Sglens::at(&stub.url);
    let run = sglens.run(&["snapshot", "--aws"]).exits(0);
    run.says_once("ec2:DescribeNetworkInterfaces");
    let region = &run.json()["regions"][0];
    let reason = region["unavailable"]["ec2:DescribeNetworkInterfaces"].as_str().unwrap();
    assert!(reason.contains("InvalidPaginationToken"), "{reason}");
    assert!(list(region, "NetworkInterfaces").is_empty(), "half a list would look like a whole one");
    assert_eq!(list(region, "SecurityGroups").len(), 3);
}

#[test]
fn groups_that_break_off_are_an_error() {
    let stub = Stub::serve(|request, before| match request.action.as_str() {
        "DescribeSecurityGroups" if before == 2 => Reply::Error(400, "InvalidPaginationToken"),
        _ => paged(request),
    });
    let words = ["ec2:DescribeSecurityGroups", "InvalidPaginationToken", "eu-west-1"];
    Sglens::at(&stub.url).run(&GRAPH).fails_saying(&words);
}

#[test]
fn a_busy_server_is_asked_again() {
    let busy = |times: usize| {
        Stub::serve(move |request, before| match request.action.as_str() {
            "DescribeSecurityGroups" if before < times => Reply::Error(503, "RequestLimitExceeded"),
            _ => recorded(request),
        })
    };
    let stub = busy(2);
    let run = Sglens::at(&stub.url).run(&GRAPH).exits(0);
    assert_eq!(run.json()["stats"]["groups"], 3);
    assert_eq!(stub.count("DescribeSecurityGroups"), 3);
    // The environment can say how often.
    let stub = busy(usize::MAX);
    let sglens = Sglens::at(&stub.url).with("AWS_MAX_ATTEMPTS", "2");
    sglens.run(&GRAPH).fails_saying(&["ec2:DescribeSecurityGroups", "RequestLimitExceeded"]);
    assert_eq!(stub.count("DescribeSecurityGroups"), 2);
}

#[test]
fn an_answer_that_breaks_off_is_none() {
    // Wherever it breaks off: within a tag, a text, between two groups.
    let whole = Stub::serve(|request, _| recorded(request));
    let groups = Sglens::at(&whole.url).run(&GRAPH).exits(0).json()["stats"]["groups"].clone();
    for part in 1..20 {
        let stub = Stub::serve(move |request, _| match (request.action.as_str(), recorded(request)) {
            ("DescribeSecurityGroups", Reply::Xml(body)) => {
                let end = body.len() * part / 20;
                Reply::Broken(body, end)
            }
            (_, reply) => reply,
        });
        let run = Sglens::at(&stub.url).with("AWS_MAX_ATTEMPTS", "1").run(&GRAPH);
        run.fails_saying(&["ec2:DescribeSecurityGroups", "breaks off"]);
    }
    let stub = Stub::serve(|request, _| match recorded(request) {
        Reply::Xml(body) => {
            let end = body.len();
            Reply::Broken(body, end)
        }
        reply => reply,
    });
    let run = Sglens::at(&stub.url).run(&GRAPH).exits(0);
    assert_eq!(run.json()["stats"]["groups"], groups, "the end of a connection may be the end of an answer");
}

#[test]
fn pages_without_an_end_are_left() {
    let stub = Stub::serve(|request, before| match request.action.as_str() {
        "DescribeSubnets" => Reply::Xml(format!(
            "<DescribeSubnetsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
             <requestId>r-1</requestId><subnetSet/><nextToken>{before}</nextToken></DescribeSubnetsResponse>"
        )),
        _ => recorded(request),
    });
    let run = Sglens::at(&stub.url).run(&["snapshot", "--aws"]).exits(0);
    run.says_once("ec2:DescribeSubnets");
    assert!(stub.count("DescribeSubnets") < 200);
}
