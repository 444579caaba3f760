//! Which resource types sglens reads, which of their attributes, and which converter takes them.

mod row;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::parse::Wanted;
use crate::inventory::Direction;
use row::ROWS;
pub(crate) use row::{Column, Row, Texts};

/// Which converter takes a resource.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Handler {
    /// `aws_security_group` and its kin.
    Group,
    /// `aws_security_group_rule`.
    GroupRule,
    /// `aws_vpc_security_group_ingress_rule`.
    IngressRule,
    /// `aws_vpc_security_group_egress_rule`.
    EgressRule,
    /// `data.aws_vpc_security_group_rule`, of either direction.
    DataRule,
    /// VPCs, subnets, peerings, prefix lists.
    Network(Net),
    /// Resources that join two others.
    Link(Link),
    /// Resources with groups attached, from the table.
    Attachment(&'static Row),
    /// `awscc_ec2_security_group`.
    CloudGroup,
    /// `awscc_ec2_security_group_ingress` and `_egress`.
    CloudRule(Direction),
    /// `aws_elastic_beanstalk_environment`.
    Beanstalk,
    /// Known, but converted to nothing: the type adds no rule and attaches no group.
    Nothing,
    /// A type that is not known, which may have groups attached all the same.
    AnyType,
}

impl Handler {
    /// Tells whether resources of the type are groups.
    pub(crate) fn is_group(&self) -> bool {
        matches!(self, Self::Group | Self::CloudGroup)
    }

    /// Tells whether resources of the type are rules.
    pub(crate) fn is_rule(&self) -> bool {
        matches!(
            self,
            Self::GroupRule | Self::IngressRule | Self::EgressRule | Self::DataRule | Self::CloudRule(_)
        )
    }
}

/// What a network resource describes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Net {
    /// A VPC.
    Vpc,
    /// A further CIDR block of a VPC.
    VpcBlock,
    /// A subnet.
    Subnet,
    /// A VPC peering connection.
    Peering,
    /// A prefix list.
    PrefixList,
    /// An entry of a prefix list.
    PrefixListEntry,
    /// The attachment of a VPC to a transit gateway.
    Transit,
}

/// What a resource joins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Link {
    /// `aws_network_interface_sg_attachment`: one more group for an interface.
    GroupToInterface,
    /// `aws_network_interface_attachment`: an interface to an instance.
    InterfaceToInstance,
    /// `aws_vpc_endpoint_security_group_association`: one more group for a VPC endpoint.
    GroupToVpcEndpoint,
    /// `aws_vpc_security_group_vpc_association`: one more VPC in which a group can be attached.
    GroupToVpc,
    /// A named group of subnets. The text is the service, because names repeat across services.
    SubnetGroup(&'static str),
}

/// How to read one resource type.
#[derive(Debug)]
pub(crate) struct Spec {
    /// The attributes to keep. They are put together when the first resource of the type is met,
    /// because an input uses a dozen of all types.
    pub(crate) wanted: LazyLock<Wanted, Box<dyn FnOnce() -> Wanted + Send>>,
    /// Which converter takes the resource.
    pub(crate) handler: Handler,
}

const GROUP: &str = "id arn name name_prefix description vpc_id owner_id region tags tags_all \
    ingress.protocol ingress.from_port ingress.to_port ingress.cidr_blocks ingress.ipv6_cidr_blocks \
    ingress.prefix_list_ids ingress.security_groups ingress.self ingress.description \
    egress.protocol egress.from_port egress.to_port egress.cidr_blocks egress.ipv6_cidr_blocks \
    egress.prefix_list_ids egress.security_groups egress.self egress.description";
const GROUP_RULE: &str = "id type security_group_id protocol from_port to_port cidr_blocks ipv6_cidr_blocks \
    prefix_list_ids source_security_group_id self description security_group_rule_id";
const SINGLE_RULE: &str = "id security_group_id security_group_rule_id cidr_ipv4 cidr_ipv6 prefix_list_id \
    referenced_security_group_id ip_protocol from_port to_port description is_egress";
const VPC: &str = "id cidr_block ipv6_cidr_block cidr_block_associations.cidr_block default_security_group_id \
    owner_id tags tags_all";
const SUBNET: &str = "id vpc_id cidr_block ipv6_cidr_block tags tags_all";
const PEERING: &str = "id vpc_id peer_vpc_id vpc_peering_connection_id accept_status status";
const BEANSTALK: &str = "id arn region name vpc_id tags tags_all \
    setting.namespace setting.name setting.value \
    all_settings.namespace all_settings.name all_settings.value";
const CLOUD_GROUP: &str = "id group_id security_group_id group_name group_description vpc_id tags \
    security_group_ingress.cidr_ip security_group_ingress.cidr_ipv_6 security_group_ingress.description \
    security_group_ingress.from_port security_group_ingress.to_port security_group_ingress.ip_protocol \
    security_group_ingress.source_prefix_list_id security_group_ingress.source_security_group_id \
    security_group_egress.cidr_ip security_group_egress.cidr_ipv_6 security_group_egress.description \
    security_group_egress.from_port security_group_egress.to_port security_group_egress.ip_protocol \
    security_group_egress.destination_prefix_list_id security_group_egress.destination_security_group_id";
const CLOUD_RULE: &str = "id group_id cidr_ip cidr_ipv_6 description from_port to_port ip_protocol \
    source_prefix_list_id source_security_group_id destination_prefix_list_id destination_security_group_id";
const TRANSIT: &str = "id transit_gateway_id vpc_id";
const PREFIX_LIST: &str = "id name prefix_list_id entry.cidr entries.cidr cidr_blocks";
const SUBNET_GROUP: &str = "id arn region name subnet_ids replication_subnet_group_id";

/// Types that name groups and have none attached: rules and groups of other providers, copies of ids.
const MENTIONS: &str = "aws_security_groups aws_vpc_security_group_rules \
    aws_db_option_group \
    aws_ec2_network_insights_analysis aws_ec2_network_insights_path aws_medialive_input_security_group \
    aws_elastic_beanstalk_configuration_template \
    aws_emr_block_public_access_configuration aws_ec2_transit_gateway \
    aws_networkmanager_vpc_attachment \
    aws_ssm_parameter aws_ssm_parameters_by_path aws_secretsmanager_secret_version aws_cloudformation_stack \
    aws_cloudformation_export aws_iam_policy aws_iam_policy_document aws_iam_role_policy aws_s3_object \
    aws_default_network_acl aws_config_config_rule aws_ram_resource_association aws_ec2_tag aws_resourcegroups_resource \
    awscc_ec2_application_status_check awscc_ec2_network_insights_analysis awscc_rds_option_group \
    awscc_docdbelastic_cluster_snapshot awscc_timestream_influx_db_backup \
    terraform_remote_state terraform_data null_resource \
    null_data_source external local_file local_sensitive_file template_file http time_static random_id \
    kubernetes_config_map kubernetes_config_map_v1 kubernetes_secret helm_release vault_generic_secret \
    consul_keys tfe_outputs";

static MENTIONING: LazyLock<HashSet<&str>> = LazyLock::new(|| MENTIONS.split_whitespace().collect());

/// Returns how to read a resource type; `None` for one that has no part in any answer.
pub(crate) fn spec(kind: &str) -> Option<&'static Spec> {
    SCHEMA.get(kind).or_else(|| (!MENTIONING.contains(kind)).then(|| &*ANY_TYPE))
}

/// How to read a type that is not known.
static ANY_TYPE: LazyLock<Spec> = LazyLock::new(|| {
    let paths = ["id", "arn", "region", "name", "vpc_id", "tags", "tags_all"];
    let wanted = LazyLock::new(Box::new(move || Wanted::probing(paths)) as Box<_>);
    Spec { wanted, handler: Handler::AnyType }
});

/// All resource types that sglens knows, by name.
pub(crate) static SCHEMA: LazyLock<HashMap<&'static str, Spec>> = LazyLock::new(|| {
    let rows = ROWS.iter().map(|row| {
        let wanted = LazyLock::new(Box::new(|| Wanted::paths(row.paths())) as Box<_>);
        (row.kind, Spec { wanted, handler: Handler::Attachment(row) })
    });
    let fixed = [
        ("aws_security_group", GROUP, Handler::Group),
        ("aws_default_security_group", GROUP, Handler::Group),
        ("aws_security_group_rule", GROUP_RULE, Handler::GroupRule),
        ("aws_vpc_security_group_ingress_rule", SINGLE_RULE, Handler::IngressRule),
        ("aws_vpc_security_group_egress_rule", SINGLE_RULE, Handler::EgressRule),
        ("aws_vpc_security_group_rule", SINGLE_RULE, Handler::DataRule),
        ("awscc_ec2_security_group", CLOUD_GROUP, Handler::CloudGroup),
        ("awscc_ec2_security_group_ingress", CLOUD_RULE, Handler::CloudRule(Direction::Ingress)),
        ("awscc_ec2_security_group_egress", CLOUD_RULE, Handler::CloudRule(Direction::Egress)),
        ("awscc_ec2_security_group_vpc_association", "group_id vpc_id", Handler::Link(Link::GroupToVpc)),
        ("awscc_ec2_vpc", VPC, Handler::Network(Net::Vpc)),
        ("awscc_ec2_subnet", SUBNET, Handler::Network(Net::Subnet)),
        ("aws_elastic_beanstalk_environment", BEANSTALK, Handler::Beanstalk),
        ("aws_vpc_security_group_rules_exclusive", "id", Handler::Nothing),
        (
            "aws_vpc_security_group_vpc_association",
            "security_group_id vpc_id",
            Handler::Link(Link::GroupToVpc),
        ),
        ("aws_vpc", VPC, Handler::Network(Net::Vpc)),
        ("aws_default_vpc", VPC, Handler::Network(Net::Vpc)),
        ("aws_vpc_ipv4_cidr_block_association", "vpc_id cidr_block", Handler::Network(Net::VpcBlock)),
        ("aws_vpc_ipv6_cidr_block_association", "vpc_id ipv6_cidr_block", Handler::Network(Net::VpcBlock)),
        ("aws_subnet", SUBNET, Handler::Network(Net::Subnet)),
        ("aws_default_subnet", SUBNET, Handler::Network(Net::Subnet)),
        ("aws_vpc_peering_connection", PEERING, Handler::Network(Net::Peering)),
        ("aws_vpc_peering_connection_accepter", PEERING, Handler::Network(Net::Peering)),
        ("aws_ec2_transit_gateway_vpc_attachment", TRANSIT, Handler::Network(Net::Transit)),
        ("aws_ec2_transit_gateway_vpc_attachment_accepter", TRANSIT, Handler::Network(Net::Transit)),
        ("aws_ec2_managed_prefix_list", PREFIX_LIST, Handler::Network(Net::PrefixList)),
        ("aws_prefix_list", PREFIX_LIST, Handler::Network(Net::PrefixList)),
        ("aws_ec2_managed_prefix_list_entry", "prefix_list_id cidr", Handler::Network(Net::PrefixListEntry)),
        ("aws_db_subnet_group", SUBNET_GROUP, Handler::Link(Link::SubnetGroup("db"))),
        ("aws_docdb_subnet_group", SUBNET_GROUP, Handler::Link(Link::SubnetGroup("db"))),
        ("aws_neptune_subnet_group", SUBNET_GROUP, Handler::Link(Link::SubnetGroup("db"))),
        ("aws_elasticache_subnet_group", SUBNET_GROUP, Handler::Link(Link::SubnetGroup("elasticache"))),
        ("aws_memorydb_subnet_group", SUBNET_GROUP, Handler::Link(Link::SubnetGroup("memorydb"))),
        ("aws_dax_subnet_group", SUBNET_GROUP, Handler::Link(Link::SubnetGroup("dax"))),
        ("aws_redshift_subnet_group", SUBNET_GROUP, Handler::Link(Link::SubnetGroup("redshift"))),
        ("aws_dms_replication_subnet_group", SUBNET_GROUP, Handler::Link(Link::SubnetGroup("dms"))),
        (
            "aws_network_interface_sg_attachment",
            "security_group_id network_interface_id",
            Handler::Link(Link::GroupToInterface),
        ),
        (
            "aws_network_interface_attachment",
            "instance_id network_interface_id",
            Handler::Link(Link::InterfaceToInstance),
        ),
        (
            "aws_vpc_endpoint_security_group_association",
            "vpc_endpoint_id security_group_id",
            Handler::Link(Link::GroupToVpcEndpoint),
        ),
    ];
    let fixed = fixed.into_iter().map(|(kind, paths, handler)| {
        let wanted = LazyLock::new(Box::new(|| Wanted::paths(paths.split_whitespace())) as Box<_>);
        (kind, Spec { wanted, handler })
    });
    rows.chain(fixed).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of a table, without its comments.
    fn cells(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
        table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
    }

    /// Tells whether the groups at an attribute become attachments or rules.
    fn is_read(kind: &str, path: &str) -> bool {
        match SCHEMA.get(kind).map(|spec| spec.handler) {
            Some(Handler::Attachment(row)) => row.names_groups_at(path),
            Some(_) => true,
            None => false,
        }
    }

    #[test]
    fn every_attribute_of_the_provider_that_names_groups_is_read_or_said_not_to_be() {
        let attributes = include_str!("../../../tests/provider/attributes.tsv");
        let others = include_str!("../../../tests/provider/no-attachments.tsv");
        let others: HashSet<(&str, &str)> = cells(others).map(|cells| (cells[0], cells[1])).collect();
        let known: HashSet<(&str, &str)> = cells(attributes).map(|cells| (cells[0], cells[1])).collect();
        let is_known = |(kind, path): &(&str, &str)| {
            is_read(kind, path) || MENTIONING.contains(kind) || others.contains(&(kind, path))
        };
        let mut missing: Vec<_> = known.iter().copied().filter(|one| !is_known(one)).collect();
        missing.sort_unstable();
        assert_eq!(missing, [], "of {}", known.len());
        let mut stale: Vec<_> = others.difference(&known).collect();
        stale.sort_unstable();
        assert!(stale.is_empty(), "the provider has no {stale:?}");
    }
}
