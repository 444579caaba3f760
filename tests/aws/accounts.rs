//! Several regions, accounts and profiles, and where their servers are.

use std::collections::BTreeSet;

use crate::agreed::{arrows, list, set, sources, text, texts};
use crate::answers::{PARTNER, SHOP, recorded};
use crate::command::Sglens;
use crate::moto::ACCOUNT;
use crate::sources::{OTHER_ACCOUNT, stories};
use crate::stub::Stub;

/// Keys of both accounts that the stub knows.
const CREDENTIALS: &str = "[shop]\naws_access_key_id = AKIASHOP\naws_secret_access_key = x\n\
                           [partner]\naws_access_key_id = AKIAPARTNER\naws_secret_access_key = x\n";

const WEB: &str = "sg-0b000000000000001";
const DB: &str = "sg-0a000000000000002";

#[test]
fn two_regions_are_one_estate() {
    let Some((moto, _)) = stories() else { return };
    let sglens = Sglens::at(&moto.url).without(&["AWS_REGION"]);
    let args = ["graph", "--aws", "--region", "eu-west-1", "--region", "eu-west-2", "-f", "json"];
    let graph = sglens.run(&args).exits(0).json();
    let [one, other] = ["eu-west-1", "eu-west-2"].map(|region| format!("aws:{ACCOUNT}/{region}"));
    assert_eq!(sources(&graph), set([&one, &other]));
    let groups = texts(list(&graph, "nodes"), "label");
    assert!(groups.contains("application") && groups.contains("log_sender"), "{groups:?}");
}

#[test]
fn a_role_leads_into_another_account() {
    let Some((moto, _)) = stories() else { return };
    let role = format!("arn:aws:iam::{OTHER_ACCOUNT}:role/reader");
    let run = Sglens::at(&moto.url).run(&["graph", "--aws", "--role-arn", &role, "-f", "json"]);
    let graph = run.exits(0).json();
    assert_eq!(sources(&graph), set([&format!("aws:{OTHER_ACCOUNT}/eu-west-1")]));
    // Both accounts have the region; only the other has this example in it.
    assert!(texts(list(&graph, "nodes"), "label").contains("log_sender"));
}

#[test]
fn the_other_side_of_a_peering_is_in_doubt_until_its_account_is_read() {
    let stub = Stub::serve(|request, _| recorded(request));
    // As with the AWS CLI, a profile that is named wins over keys in the environment.
    let sglens = Sglens::at(&stub.url);
    sglens.write(".aws/credentials", CREDENTIALS);
    let shop = format!("aws:{SHOP}/eu-west-1");
    let graph = sglens.run(&["graph", "--aws", "--profile", "shop", "-f", "json"]).exits(0).json();
    assert_eq!(sources(&graph), set([&shop]));
    let connection = arrows(&graph, WEB, DB);
    assert_eq!(connection.len(), 1);
    assert_eq!(connection[0]["verdict"], "undecided");
    assert_eq!(texts(list(connection[0], "evidence"), "rule"), set(["sgr-0a000000000000007"]));
    // Nothing comes through the peering that was deleted.
    assert!(arrows(&graph, "sg-0b000000000000009", DB).is_empty());

    let both = ["--aws", "--profile", "shop", "--profile", "partner", "-f", "json"];
    let graph = sglens.run(&[&["graph"][..], &both].concat()).exits(0).json();
    assert_eq!(sources(&graph), set([&shop, &format!("aws:{PARTNER}/eu-west-1")]));
    let connection = arrows(&graph, WEB, DB);
    assert_eq!(connection.len(), 1);
    assert_eq!(connection[0]["verdict"], "allowed");
    let question = ["explain", "web-1", "db-1", "5432"];
    let answer = sglens.run(&[&question[..], &both].concat()).exits(0).json();
    assert_eq!(answer["answer"], "yes");
    let rules = texts(list(&answer["findings"][0], "evidence"), "rule");
    assert_eq!(rules, set(["sgr-0a000000000000007", "sgr-0b000000000000001"]));
}

#[test]
fn all_regions_are_those_that_are_enabled() {
    let stub = Stub::serve(|request, _| recorded(request));
    let snapshot = Sglens::at(&stub.url).run(&["snapshot", "--aws", "--all-regions"]).exits(0).json();
    let places: Vec<(&str, &str)> =
        list(&snapshot, "regions").iter().map(|one| (text(one, "account"), text(one, "region"))).collect();
    assert_eq!(places, [(SHOP, "eu-central-1"), (SHOP, "eu-west-1")], "in order");
    assert_eq!(stub.count("DescribeRegions"), 1);
    let asked: BTreeSet<String> = stub.seen().into_iter().map(|request| request.region).collect();
    assert_eq!(asked, set(["eu-central-1", "eu-west-1"]));
}

#[test]
fn the_nearest_word_on_the_endpoint_counts() {
    let stub = Stub::serve(|request, _| recorded(request));
    let nobody = "http://127.0.0.1:1";
    // Only EC2's own variable and STS's lead to the stub.
    let sglens =
        Sglens::at(nobody).with("AWS_ENDPOINT_URL_EC2", &stub.url).with("AWS_ENDPOINT_URL_STS", &stub.url);
    sglens.run(&["graph", "--aws"]).exits(0);
    // The flag is nearer than EC2's variable.
    let sglens = sglens.with("AWS_ENDPOINT_URL_EC2", nobody);
    sglens.run(&["graph", "--aws", "--endpoint-url", &stub.url]).exits(0);
    assert_eq!(stub.count("DescribeSecurityGroups"), 2);
}
