//! What a reader of the answer should know of the document: what it could not hold, what it left
//! out, what it holds that is not the API's.

use super::document::Answer;
use super::lenient::Text;
use super::reader::Reader;

/// What an answer does not see without a call, by the call's IAM action.
const WITHOUT: [(&str, &str); 9] = [
    ("ec2:DescribeSecurityGroups", "no group is seen"),
    ("ec2:DescribeSecurityGroupRules", "rules are shown without their ids"),
    ("ec2:DescribeNetworkInterfaces", "of all that carries groups, only instances are seen"),
    ("ec2:DescribeInstances", "instances are shown without their names"),
    ("ec2:DescribeSubnets", "the address blocks of subnets are not known"),
    ("ec2:DescribeVpcs", "the address blocks of VPCs are not known"),
    ("ec2:DescribeVpcPeeringConnections", "peered VPCs are not known"),
    ("ec2:DescribeManagedPrefixLists", "rules that name a prefix list stay undecided"),
    ("ec2:GetManagedPrefixListEntries", "rules that name a prefix list stay undecided"),
];

/// Says what there is to say of an answer as a whole.
pub(super) fn take(reader: &mut Reader<'_>, answer: &Answer) {
    let place =
        [answer.account.get(), answer.region.get()].into_iter().flatten().collect::<Vec<_>>().join("/");
    for action in answer.unavailable.iter().flatten().filter_map(Text::get) {
        let without =
            WITHOUT.iter().find(|(name, _)| *name == action).map(|(_, without)| format!(": {without}"));
        reader.remark(format!("{action} gave no answer in {place}{}", without.unwrap_or_default()));
    }
    if answer.next_token.get().is_some() {
        reader.remark("the answer breaks off before its end (NextToken): fetch all of its pages".to_owned());
    }
    reader.builder.skip("objects that are none of the EC2 API's", answer.foreign);
}
