//! What is missing before any call, and what to do about it.

use crate::command::Sglens;
use crate::stub::{Reply, Stub};

const KEYS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

/// An endpoint that nothing may reach.
fn nowhere() -> Sglens {
    Sglens::at("http://127.0.0.1:1").with("AWS_MAX_ATTEMPTS", "1")
}

#[test]
fn no_credentials() {
    nowhere().without(&KEYS).run(&["graph", "--aws"]).fails(&["no credentials", "--profile"]);
}

#[test]
fn no_region() {
    nowhere().without(&["AWS_REGION"]).run(&["graph", "--aws"]).fails(&["--region"]);
}

#[test]
fn no_such_profile() {
    nowhere().run(&["graph", "--aws", "--profile", "elsewhere"]).fails(&["elsewhere"]);
    let sglens = nowhere().without(&KEYS).with("AWS_PROFILE", "nobody");
    sglens.run(&["graph", "--aws"]).fails(&["nobody"]);
}

#[test]
fn an_expired_session_says_what_to_type() {
    // EC2 says the one, STS the other.
    for code in ["RequestExpired", "ExpiredToken"] {
        let stub = Stub::serve(move |_, _| Reply::Error(400, code));
        let sglens = Sglens::at(&stub.url);
        sglens.run(&["graph", "--aws"]).fails(&["expired", code, "AWS_ACCESS_KEY_ID"]);
        sglens.write(".aws/credentials", "[prod]\naws_access_key_id = AKIAPROD\naws_secret_access_key = x\n");
        let words = ["expired", code, "`aws sso login --profile prod`"];
        sglens.run(&["graph", "--aws", "--profile", "prod"]).fails(&words);
    }
}
