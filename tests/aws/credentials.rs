//! What is missing before any call, and what to do about it.

use crate::answers::recorded;
use crate::command::Sglens;
use crate::stub::{Reply, Stub};

const KEYS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

/// An endpoint that nothing may reach.
fn nowhere() -> Sglens {
    Sglens::at("http://127.0.0.1:1").with("AWS_MAX_ATTEMPTS", "1")
}

#[test]
fn no_credentials() {
    nowhere().without(&KEYS).run(&["graph", "--aws"]).fails_saying(&["no credentials", "--profile"]);
}

#[test]
fn no_region() {
    nowhere().without(&["AWS_REGION"]).run(&["graph", "--aws"]).fails_saying(&["--region"]);
    nowhere().with("AWS_REGION", "").run(&["graph", "--aws"]).fails_saying(&["no region", "--region"]);
}

#[test]
fn an_empty_region_hides_nothing() {
    let stub = Stub::serve(|request, _| recorded(request));
    let sglens = Sglens::at(&stub.url).with("AWS_REGION", "");
    sglens.write(".aws/config", "[default]\nregion = eu-central-1\n");
    sglens.run(&["snapshot"]).exits(0);
    assert!(stub.seen().iter().all(|request| request.region == "eu-central-1"));
    assert!(!stub.seen().is_empty());
}

#[test]
fn a_region_that_is_none_is_never_asked() {
    let wrong = "eu-west-1.example/";
    nowhere().with("AWS_REGION", wrong).run(&["graph", "--aws"]).fails_saying(&[wrong, "is no region"]);
    let sglens = nowhere().without(&["AWS_REGION"]);
    sglens.write(".aws/config", "[default]\nregion = eu west\n");
    sglens.run(&["graph", "--aws"]).fails_saying(&["`eu west` is no region"]);
}

#[test]
fn no_such_profile() {
    let words = ["no profile `elsewhere`", "there are none"];
    nowhere().run(&["graph", "--aws", "--profile", "elsewhere"]).fails_saying(&words);
    // It is told before the region that it would have.
    let sglens = nowhere().without(&[KEYS[0], KEYS[1], "AWS_REGION"]).with("AWS_PROFILE", "nobody");
    sglens.write(".aws/config", "[profile b]\nregion = eu-west-1\n");
    sglens.write(".aws/credentials", "[a]\naws_access_key_id = AKIAA\naws_secret_access_key = x\n");
    sglens.run(&["graph", "--aws"]).fails_saying(&["no profile `nobody`", "there are a, b"]);
    nowhere().run(&["graph", "--aws", "--profile", ""]).fails_saying(&["--profile"]);
}

#[test]
fn profiles_that_cannot_be_read() {
    let sglens = nowhere();
    sglens.write(".aws/config", "[profile prod]\ns3cret\n");
    let run = sglens.run(&["graph", "--aws", "--profile", "prod"]);
    assert!(!run.stderr.contains("s3cret"), "{}", run.stderr);
    run.fails_saying(&["profiles of the AWS CLI", "line 2"]);
}

#[test]
fn keys_in_the_environment_win_over_its_profile() {
    let stub = Stub::serve(|request, _| {
        if request.is_ec2() { Reply::Error(403, "UnauthorizedOperation") } else { recorded(request) }
    });
    let sglens = Sglens::at(&stub.url).with("AWS_PROFILE", "prod");
    sglens.write(".aws/credentials", "[prod]\naws_access_key_id = AKIAPROD\naws_secret_access_key = x\n");
    sglens.run(&["graph", "--aws"]).fails_saying(&["denied for the keys in the environment"]);
    let sglens = sglens.without(&KEYS);
    sglens.run(&["graph", "--aws"]).fails_saying(&["denied for profile `prod`"]);
}

#[test]
fn a_role_that_may_not_be_assumed() {
    let role = "arn:aws:iam::111122223333:role/reader";
    let stub = Stub::serve(|request, _| match request.action.as_str() {
        "AssumeRole" => Reply::Error(403, "AccessDenied"),
        _ => recorded(request),
    });
    let sglens = Sglens::at(&stub.url);
    let words = [role, "from the keys in the environment", "AccessDenied", "trust policy"];
    sglens.run(&["graph", "--aws", "--role-arn", role]).fails_saying(&words);
    // The role may stand in a profile.
    let config = format!("[profile prod]\nrole_arn = {role}\nsource_profile = base\n");
    sglens.write(".aws/config", &config);
    sglens.write(".aws/credentials", "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = x\n");
    let words = [role, "from profile `prod`", "AccessDenied", "trust policy"];
    sglens.run(&["graph", "--aws", "--profile", "prod"]).fails_saying(&words);
}

#[test]
fn settings_for_retries_that_are_none() {
    let stub = Stub::serve(|request, _| recorded(request));
    for (name, value) in [
        ("AWS_RETRY_MODE", "legacy"),
        ("AWS_MAX_ATTEMPTS", "abc"),
        ("AWS_MAX_ATTEMPTS", "0"),
        ("AWS_MAX_ATTEMPTS", ""),
    ] {
        Sglens::at(&stub.url).with(name, value).run(&["graph", "--aws"]).exits(0);
    }
    for line in ["retry_mode = legacy", "max_attempts = 0"] {
        let sglens = Sglens::at(&stub.url);
        sglens.write(".aws/config", &format!("[default]\n{line}\n"));
        sglens.run(&["graph", "--aws"]).exits(0);
    }
}

#[test]
fn an_expired_session_says_what_to_type() {
    // EC2 says the one, STS the other.
    for code in ["RequestExpired", "ExpiredToken"] {
        let stub = Stub::serve(move |_, _| Reply::Error(400, code));
        let sglens = Sglens::at(&stub.url);
        sglens.run(&["graph", "--aws"]).fails_saying(&["expired", code, "AWS_ACCESS_KEY_ID"]);
        sglens.write(".aws/credentials", "[prod]\naws_access_key_id = AKIAPROD\naws_secret_access_key = x\n");
        let words = ["expired", code, "`aws sso login --profile prod`"];
        sglens.run(&["graph", "--aws", "--profile", "prod"]).fails_saying(&words);
    }
}
