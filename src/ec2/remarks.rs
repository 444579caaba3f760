//! What a reader of the answer should know of the document: what it could not hold, what it left
//! out, what it holds that is not the API's.

use super::document::Answer;
use super::reader::Reader;

/// What an answer does not see without a call, by the call's IAM action. Each text is true whatever
/// other calls are missing.
const WITHOUT: [(&str, &str); 10] = [
    ("ec2:DescribeSecurityGroups", "no group is seen"),
    ("ec2:DescribeSecurityGroupRules", "rules are shown without their ids"),
    ("ec2:DescribeNetworkInterfaces", "what carries groups and is no instance is not seen"),
    ("ec2:DescribeInstances", "the names of instances are not known"),
    ("ec2:DescribeSubnets", "the address blocks of subnets are not known"),
    ("ec2:DescribeVpcs", "the address blocks of VPCs are not known"),
    ("ec2:DescribeVpcPeeringConnections", "peered VPCs are not known"),
    ("ec2:DescribeManagedPrefixLists", "the names of prefix lists are not known"),
    (
        "ec2:GetManagedPrefixListEntries",
        "rules that name a prefix list whose entries are not known stay undecided",
    ),
    ("ec2:DescribeSecurityGroupVpcAssociations", "nothing that answers need is lost"),
];

/// Says what there is to say of an answer as a whole.
pub(super) fn take(reader: &mut Reader<'_>, answer: &Answer) {
    let mut place =
        [answer.account.get(), answer.region.get()].into_iter().flatten().collect::<Vec<_>>().join("/");
    if place.is_empty() {
        place.clone_from(&reader.source.name);
    }
    for (action, reason) in answer.unavailable.reasons() {
        let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        let without = WITHOUT.iter().find(|(name, _)| *name == action);
        let without = without.map(|(_, without)| format!(": {without}")).unwrap_or_default();
        reader.builder.warn_of_gap(format!("{action} gave no answer{reason}{without}"), &place);
    }
    if answer.next_token.get().is_some() {
        reader.remark("the answer breaks off before its end (NextToken): fetch all of its pages".to_owned());
    }
    reader.builder.skip("objects that are none of the EC2 API's", answer.foreign);
}
