//! One policy: what `iam-policy` prints is what the documentation quotes.

use crate::Case;

#[test]
fn the_policy_is_printed_and_quoted() {
    let case = Case::repository();
    let run = case.run(&["iam-policy"]).exits(0);
    assert_eq!(run.stdout, case.read("assets/iam-policy.json"));
    assert_eq!(run.stderr, "");
    let actions = run.json()["Statement"][0]["Action"].as_array().unwrap().clone();
    assert!(!actions.is_empty());
    for action in actions {
        let name = action.as_str().unwrap().strip_prefix("ec2:").unwrap();
        assert!(name.starts_with("Describe") || name.starts_with("Get"), "{name} only reads");
    }
    let docs = case.read("docs/aws.md");
    assert!(docs.contains(&format!("```json\n{}```\n", run.stdout)), "docs/aws.md quotes the policy");
}
