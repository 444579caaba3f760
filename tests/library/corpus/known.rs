//! What is known of single files: which are refused and why, and where a simple count cannot follow.

use super::index::Entry;

/// The problem with which a file is refused, by name; `None` when it is read.
pub fn refusal(entry: &Entry) -> Option<String> {
    // Part of the name, and the answer that fits. A file of `other` that is not here is an error.
    const OTHER: [(&str, Option<&str>); 10] = [
        ("MoerphyK", Some("CloudApi")),
        ("Sanchay-7", Some("OtherJson")),
        ("bankole874", Some("PlanLog")),
        ("GetResourceConfigHistory", None),
        // A state of version 2 that holds nothing is a state.
        ("invalid_version_state", Some("NoModules")),
        // A template for `run-instances`, with placeholders for ids.
        ("jbharti", Some("OtherJson")),
        // `--query` renamed the keys: refused as a whole rather than read by half.
        ("marchhare149", Some("OtherJson")),
        ("init-encryption-with-state", Some("Encrypted")),
        ("results.golden", Some("OtherJson")),
        ("v4_invalid", Some("Broken")),
    ];
    // Groups that rules of others name, and nothing that they are attached to.
    const OTHER_AWS: [&str; 1] = ["DescribeStaleSecurityGroups"];
    let is_in = |part: &str| entry.file.contains(part);
    let name = match entry.kind.as_str() {
        "other" => {
            let known = OTHER.iter().find(|(part, _)| is_in(part));
            known.unwrap_or_else(|| panic!("{} is new: how is it answered?", entry.file)).1
        }
        "aws-cli" => OTHER_AWS.iter().any(|part| is_in(part)).then_some("OtherAws"),
        _ => None,
    };
    name.map(str::to_owned)
}

/// Rules and references that a plan's values alone do not tell, and why.
pub fn beyond_the_values(file: &str) -> (isize, usize) {
    // file, rules more or less, references more, reason
    const KNOWN: [(&str, isize, usize, &str); 2] = [
        (
            "Anupriya35",
            -1,
            0,
            "a rule belongs to the group that EKS makes, which only apply tells: it is warned of",
        ),
        (
            "sagi-tal-1",
            0,
            1,
            "the open peer of an inline rule is found through outputs and variables of modules",
        ),
    ];
    let known = KNOWN.iter().find(|(part, ..)| file.contains(part));
    known.map_or((0, 0), |(_, rules, references, _)| (*rules, *references))
}

/// Machines of EC2 output that cannot be told apart.
pub fn machines_lost(file: &str) -> usize {
    // An anonymised sample: three instances claim one interface id. It is warned of.
    if file.contains("cloudmapper__account-data_demo_us-east-1_ec2-describe-instances") { 2 } else { 0 }
}
