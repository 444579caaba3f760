//! The IAM policy that `sglens iam-policy` prints.

use std::collections::BTreeSet;

use crate::agreed::list;
use crate::answers::recorded;
use crate::command::Sglens;
use crate::stub::Stub;

#[test]
fn it_allows_what_is_asked_and_nothing_else() {
    let stub = Stub::serve(|request, _| recorded(request));
    let sglens = Sglens::at(&stub.url);
    let policy = sglens.run(&["iam-policy"]).exits(0).json();
    assert!(stub.seen().is_empty(), "it asks nobody");
    assert_eq!(policy["Version"], "2012-10-17");
    let [statement] = list(&policy, "Statement") else { panic!("{policy:#}") };
    assert_eq!(statement["Effect"], "Allow");
    assert_eq!(statement["Resource"], "*");
    let allowed: Vec<String> =
        list(statement, "Action").iter().map(|action| action.as_str().unwrap().to_owned()).collect();

    sglens.run(&["snapshot", "--aws", "--all-regions"]).exits(0);
    let asked: BTreeSet<String> =
        stub.seen().into_iter().map(|request| format!("ec2:{}", request.action)).collect();
    assert!(asked.contains("ec2:DescribeRegions"));
    assert_eq!(allowed.len(), asked.len(), "each once");
    assert_eq!(BTreeSet::from_iter(allowed), asked);
}
