//! The calls, each with its IAM action, its request, and the list that its objects are added to.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::operation::describe_instances::DescribeInstancesOutput;
use aws_sdk_ec2::operation::describe_managed_prefix_lists::DescribeManagedPrefixListsOutput;
use aws_sdk_ec2::operation::describe_network_interfaces::DescribeNetworkInterfacesOutput;
use aws_sdk_ec2::operation::describe_security_group_rules::DescribeSecurityGroupRulesOutput;
use aws_sdk_ec2::operation::describe_security_group_vpc_associations::DescribeSecurityGroupVpcAssociationsOutput;
use aws_sdk_ec2::operation::describe_security_groups::DescribeSecurityGroupsOutput;
use aws_sdk_ec2::operation::describe_subnets::DescribeSubnetsOutput;
use aws_sdk_ec2::operation::describe_transit_gateway_vpc_attachments::DescribeTransitGatewayVpcAttachmentsOutput;
use aws_sdk_ec2::operation::describe_vpc_peering_connections::DescribeVpcPeeringConnectionsOutput;
use aws_sdk_ec2::operation::describe_vpcs::DescribeVpcsOutput;
use aws_sdk_ec2::operation::get_managed_prefix_list_entries::GetManagedPrefixListEntriesOutput;
use aws_sdk_ec2::types::Filter;
use tokio::sync::Semaphore;

use super::convert;
use super::failure::Failure;
use super::pages::{PAGE, SHORT_PAGE, Watch, add, pages};
use crate::ec2::document::Answer;

/// Regions that are enabled for the account.
pub(super) const REGIONS: &str = "ec2:DescribeRegions";
/// The groups: without them there is no answer.
pub(super) const GROUPS: &str = "ec2:DescribeSecurityGroups";
const RULES: &str = "ec2:DescribeSecurityGroupRules";
const INTERFACES: &str = "ec2:DescribeNetworkInterfaces";
const INSTANCES: &str = "ec2:DescribeInstances";
const SUBNETS: &str = "ec2:DescribeSubnets";
const VPCS: &str = "ec2:DescribeVpcs";
const PEERINGS: &str = "ec2:DescribeVpcPeeringConnections";
const ASSOCIATIONS: &str = "ec2:DescribeSecurityGroupVpcAssociations";
const TRANSIT: &str = "ec2:DescribeTransitGatewayVpcAttachments";
const LISTS: &str = "ec2:DescribeManagedPrefixLists";
const ENTRIES: &str = "ec2:GetManagedPrefixListEntries";

/// How many prefix lists are asked for at once.
const LISTS_AT_ONCE: usize = 4;

/// The values that one filter may have.
const FILTER_VALUES: usize = 100;

/// A call under way.
pub(super) type Call = Pin<Box<dyn Future<Output = Ended> + Send>>;

/// How a call ended.
pub(super) struct Ended {
    pub(super) action: &'static str,
    /// The id that the call was about, where it was not about all.
    pub(super) about: Option<String>,
    pub(super) answer: Result<Answer, Failure>,
}

fn call(
    action: &'static str,
    about: Option<String>,
    answer: impl Future<Output = Result<Answer, Failure>> + Send + 'static,
) -> Call {
    Box::pin(async move { Ended { action, about, answer: answer.await } })
}

/// Returns the calls that every region gets.
pub(super) fn all(client: &Client, watch: &Watch) -> Vec<Call> {
    let with = || (client.clone(), watch.clone());
    vec![
        call(GROUPS, None, groups(with())),
        call(RULES, None, rules(with())),
        call(INTERFACES, None, interfaces(with())),
        call(INSTANCES, None, instances(with())),
        call(SUBNETS, None, subnets(with())),
        call(VPCS, None, vpcs(with())),
        call(PEERINGS, None, peerings(with())),
        call(ASSOCIATIONS, None, associations(with())),
        call(TRANSIT, None, transit(with())),
    ]
}

/// Returns the calls for the prefix lists that rules mention.
pub(super) fn of_lists(client: &Client, watch: &Watch, mentioned: &BTreeSet<String>) -> Vec<Call> {
    let ids: Vec<String> = mentioned.iter().cloned().collect();
    let with = || (client.clone(), watch.clone());
    let permits = Arc::new(Semaphore::new(LISTS_AT_ONCE));
    let names = ids.chunks(FILTER_VALUES).map(|ids| call(LISTS, None, lists(with(), ids.to_vec())));
    let entries = ids.iter().map(|id| {
        let entries = entries(with(), id.clone(), Arc::clone(&permits));
        call(ENTRIES, Some(id.clone()), entries)
    });
    names.chain(entries).collect()
}

/// The client to ask, and the receiver of progress.
type With = (Client, Watch);

async fn groups((client, watch): With) -> Result<Answer, Failure> {
    pages(
        &watch,
        "groups",
        |token| client.describe_security_groups().max_results(PAGE).set_next_token(token).send(),
        |page: DescribeSecurityGroupsOutput, answer| {
            let groups = convert::each(page.security_groups, convert::group);
            (add(&mut answer.security_groups, groups), page.next_token)
        },
    )
    .await
}

async fn rules((client, watch): With) -> Result<Answer, Failure> {
    pages(
        &watch,
        "rules",
        |token| client.describe_security_group_rules().max_results(PAGE).set_next_token(token).send(),
        |page: DescribeSecurityGroupRulesOutput, answer| {
            let list = answer.security_group_rules.get_or_insert_default();
            (add(list, convert::each(page.security_group_rules, convert::rule)), page.next_token)
        },
    )
    .await
}

async fn interfaces((client, watch): With) -> Result<Answer, Failure> {
    pages(
        &watch,
        "network interfaces",
        |token| {
            // Interfaces that AWS manages for the account have its groups too, and are hidden otherwise.
            let request = client.describe_network_interfaces().include_managed_resources(true);
            request.max_results(PAGE).set_next_token(token).send()
        },
        |page: DescribeNetworkInterfacesOutput, answer| {
            let interfaces = convert::each(page.network_interfaces, convert::interface);
            (add(&mut answer.network_interfaces, interfaces), page.next_token)
        },
    )
    .await
}

async fn instances((client, watch): With) -> Result<Answer, Failure> {
    // Terminated instances are listed for an hour, with groups that have no effect any more.
    let states = ["pending", "running", "shutting-down", "stopping", "stopped"];
    let alive = filter("instance-state-name", states.map(str::to_owned).into());
    pages(
        &watch,
        "instances",
        |token| {
            let request = client.describe_instances().include_managed_resources(true);
            request.filters(alive.clone()).max_results(PAGE).set_next_token(token).send()
        },
        |page: DescribeInstancesOutput, answer| {
            // Each instance gets a reservation of its own, because the snapshot must not depend on
            // where EC2 cuts its pages.
            let instances = page.reservations.unwrap_or_default().into_iter();
            let instances = instances.flat_map(|reservation| reservation.instances.unwrap_or_default());
            (add(&mut answer.reservations, instances.map(convert::reservation)), page.next_token)
        },
    )
    .await
}

async fn subnets((client, watch): With) -> Result<Answer, Failure> {
    pages(
        &watch,
        "subnets",
        |token| client.describe_subnets().max_results(PAGE).set_next_token(token).send(),
        |page: DescribeSubnetsOutput, answer| {
            (add(&mut answer.subnets, convert::each(page.subnets, convert::subnet)), page.next_token)
        },
    )
    .await
}

async fn vpcs((client, watch): With) -> Result<Answer, Failure> {
    pages(
        &watch,
        "VPCs",
        |token| client.describe_vpcs().max_results(PAGE).set_next_token(token).send(),
        |page: DescribeVpcsOutput, answer| {
            (add(&mut answer.vpcs, convert::each(page.vpcs, convert::vpc)), page.next_token)
        },
    )
    .await
}

async fn peerings((client, watch): With) -> Result<Answer, Failure> {
    pages(
        &watch,
        "peering connections",
        |token| client.describe_vpc_peering_connections().max_results(PAGE).set_next_token(token).send(),
        |page: DescribeVpcPeeringConnectionsOutput, answer| {
            let peerings = convert::each(page.vpc_peering_connections, convert::peering);
            (add(&mut answer.vpc_peering_connections, peerings), page.next_token)
        },
    )
    .await
}

async fn associations((client, watch): With) -> Result<Answer, Failure> {
    pages(
        &watch,
        "associations of groups with VPCs",
        |token| {
            let request = client.describe_security_group_vpc_associations();
            request.max_results(PAGE).set_next_token(token).send()
        },
        |page: DescribeSecurityGroupVpcAssociationsOutput, answer| {
            let associations = convert::each(page.security_group_vpc_associations, convert::association);
            (add(&mut answer.security_group_vpc_associations, associations), page.next_token)
        },
    )
    .await
}

async fn transit((client, watch): With) -> Result<Answer, Failure> {
    pages(
        &watch,
        "attachments to transit gateways",
        |token| {
            let request = client.describe_transit_gateway_vpc_attachments();
            request.max_results(PAGE).set_next_token(token).send()
        },
        |page: DescribeTransitGatewayVpcAttachmentsOutput, answer| {
            let attachments = convert::each(page.transit_gateway_vpc_attachments, convert::transit);
            (add(&mut answer.transit_gateway_vpc_attachments, attachments), page.next_token)
        },
    )
    .await
}

async fn lists((client, watch): With, ids: Vec<String>) -> Result<Answer, Failure> {
    // A filter is used, because a list that is gone would be an error if it were named by its id.
    let wanted = filter("prefix-list-id", ids);
    pages(
        &watch,
        "prefix lists",
        |token| {
            let request = client.describe_managed_prefix_lists().filters(wanted.clone());
            request.max_results(SHORT_PAGE).set_next_token(token).send()
        },
        |page: DescribeManagedPrefixListsOutput, answer| {
            let lists = convert::each(page.prefix_lists, convert::prefix_list);
            (add(&mut answer.managed_prefix_lists, lists), page.next_token)
        },
    )
    .await
}

async fn entries((client, watch): With, id: String, permits: Arc<Semaphore>) -> Result<Answer, Failure> {
    let _permit = permits.acquire_owned().await;
    pages(
        &watch,
        "entries of prefix lists",
        |token| {
            let request = client.get_managed_prefix_list_entries().prefix_list_id(id.as_str());
            request.max_results(SHORT_PAGE).set_next_token(token).send()
        },
        |page: GetManagedPrefixListEntriesOutput, answer| {
            let lists = answer.prefix_list_entries.get_or_insert_default();
            let list = lists.entry(id.clone()).or_default();
            (add(list, convert::each(page.entries, convert::entry)), page.next_token)
        },
    )
    .await
}

fn filter(name: &str, values: Vec<String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values)).build()
}
