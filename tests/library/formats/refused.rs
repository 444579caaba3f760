//! What is recognised and refused. The words for people are tested where they are printed.

use sglens::input::Problem;

use super::fixture::{bytes, read_bytes};

#[track_caller]
fn problem(bytes: &[u8]) -> Problem {
    match read_bytes(bytes) {
        Ok(inventory) => panic!("it is read: {:?}", inventory.tally),
        Err(problem) => problem,
    }
}

#[test]
fn each_look_alike_has_its_own_answer() {
    assert!(matches!(problem(b""), Problem::Empty));
    assert!(matches!(problem(b"PK\x03\x04\x14\x00"), Problem::BinaryPlan));
    assert!(matches!(problem(b"\x1F\x8B\x08\x00"), Problem::Compressed));
    assert!(matches!(problem(b"<!DOCTYPE html><html></html>"), Problem::Html));
    assert!(matches!(
        problem(b"# all groups\nresource \"aws_security_group\" \"app\" {\n}\n"),
        Problem::Configuration
    ));
    assert!(matches!(problem(b"sg-0a0a0a0a0a0a0a0a1\n"), Problem::NotJson));
    assert!(matches!(problem(br#"{"name": "app"}"#), Problem::OtherJson));
    let log = br#"{"@level":"info","@message":"Terraform 1.11.4","type":"version"}
        {"@level":"info","@message":"Plan: 1 to add","type":"change_summary"}"#;
    assert!(matches!(problem(log), Problem::PlanLog));
    let encrypted = br#"{"serial":1,"lineage":"x","meta":{},"encrypted_data":"x","encryption_version":"v0"}"#;
    assert!(matches!(problem(encrypted), Problem::Encrypted));
    let answer = br#"{"data":{"id":"sv-1","type":"state-versions","attributes":{"serial":1}}}"#;
    assert!(matches!(problem(answer), Problem::CloudApi));
    let balancers =
        br#"{"LoadBalancers":[{"LoadBalancerArn":"x","SecurityGroups":["sg-0a0a0a0a0a0a0a0a1"]}]}"#;
    assert!(matches!(problem(balancers), Problem::OtherAws));
}

#[test]
fn versions_of_the_future_are_named() {
    let future = br#"{"version":5,"terraform_version":"2.0.0","serial":1,"lineage":"x","resources":[]}"#;
    assert!(matches!(problem(future), Problem::StateVersion(5)));
    let future = br#"{"format_version":"2.0","terraform_version":"2.0.0","values":{"root_module":{}}}"#;
    assert!(matches!(problem(future), Problem::Broken(_)));
    let past = br#"{"format_version":"0.1","terraform_version":"0.12.0","values":{"root_module":{}}}"#;
    assert!(read_bytes(past).is_ok());
}

#[test]
fn a_list_in_the_place_of_an_object_is_no_state() {
    let state = |module: &str| format!(r#"{{"version":3,"serial":1,"lineage":"x","modules":[{module}]}}"#);
    let resource = |entry: &str| format!(r#"{{"path":["root"],"resources":{{"aws_instance.web":{entry}}}}}"#);
    assert!(
        read_bytes(state(&resource(r#"{"type":"aws_instance","primary":{"id":"i-1"}}"#)).as_bytes()).is_ok()
    );
    let wrong = [
        resource(r#"{"type":"aws_instance","primary":["i-1"]}"#),
        resource(r#"["aws_instance"]"#),
        "[[]]".into(),
    ];
    for module in wrong {
        assert!(matches!(problem(state(&module).as_bytes()), Problem::Broken(_)), "{module}");
    }
}

#[test]
fn a_state_that_is_cut_off_is_broken_and_not_another_thing() {
    for name in ["same-v4.tfstate", "same-v3.tfstate", "same-show.json", "plan-modules.json"] {
        let whole = bytes(name);
        let end = whole.trim_ascii_end().len();
        for cut in [end / 4, end / 2, end * 3 / 4, end - 1] {
            let problem = problem(&whole[..cut]);
            assert!(matches!(problem, Problem::Broken(_)), "{name} cut at {cut}: {problem:?}");
        }
    }
}
