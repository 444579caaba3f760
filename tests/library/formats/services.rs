//! What carries groups: machines with several interfaces, templates, services, databases; and the
//! network around them.

use sglens::inventory::{InterfaceId, Inventory, Multiplicity, Role, SubnetId, VpcId};

use super::fixture::{
    A, ONE, OTHER_SUBNET, OTHER_VPC, SUBNET, VPC, arrows, carried, endpoints, read, short, skipped,
};

/// Each interface of an endpoint: its id, its groups, its subnets.
#[track_caller]
fn interfaces(inventory: &Inventory, endpoint: &str) -> Vec<String> {
    let interfaces = inventory.endpoints[endpoint].interfaces.iter();
    interfaces
        .map(|interface| {
            let id = interface.id.as_ref().map_or("unnamed", InterfaceId::as_str);
            let groups: Vec<String> = interface.groups.iter().map(|id| short(id.as_str())).collect();
            format!("{id}: {}", groups.join(" "))
        })
        .collect()
}

#[track_caller]
fn subnets<'i>(inventory: &'i Inventory, endpoint: &str) -> Vec<&'i str> {
    let interfaces = inventory.endpoints[endpoint].interfaces.iter();
    interfaces.flat_map(|interface| &interface.subnets).map(SubnetId::as_str).collect()
}

#[test]
fn a_machine_has_the_interfaces_that_are_attached_to_it() {
    let inventory = read("interfaces.tfstate");
    let machine = "i-09090909090909091";
    let expected = ["eni-01010101010101011: A", "eni-02020202020202021: B", "eni-03030303030303031: C"];
    assert_eq!(interfaces(&inventory, machine), expected);
    assert_eq!(endpoints(&inventory), ["eni-04040404040404041", machine]);
    let loose = &inventory.endpoints["eni-04040404040404041"];
    assert_eq!((loose.label(), &*loose.kind), ("spare", "network interface"));
    assert!(inventory.warnings.is_empty(), "{:?}", inventory.warnings);
}

#[test]
fn a_group_that_is_attached_to_an_interface_is_carried_by_its_machine() {
    let inventory = read("sg-attachment.tfstate");
    assert_eq!(interfaces(&inventory, ONE), ["eni-01010101010101011: A B"]);
    assert_eq!(interfaces(&inventory, "eni-07070707070707071"), ["eni-07070707070707071: B"]);
}

#[test]
fn autoscaling_groups_carry_the_groups_of_their_templates() {
    let inventory = read("autoscaling.tfstate");
    let expected = [
        "aws_autoscaling_group:job",
        "aws_autoscaling_group:lost",
        "aws_autoscaling_group:old",
        "aws_autoscaling_group:web",
        "aws_launch_template:lt-0a0a0a0a0a0a0a0a3",
    ];
    assert_eq!(endpoints(&inventory), expected, "a template that is used is no machine of its own");
    for (endpoint, group) in [("job", "B"), ("old", "C"), ("web", "A")] {
        let endpoint = format!("aws_autoscaling_group:{endpoint}");
        assert_eq!(carried(&inventory, &endpoint), [[group]]);
        assert_eq!(subnets(&inventory, &endpoint), [SUBNET]);
        assert_eq!(inventory.endpoints[endpoint.as_str()].members, Multiplicity::Many);
    }
    let lost = &inventory.endpoints["aws_autoscaling_group:lost"].interfaces[0];
    assert!(lost.groups.is_empty());
    let open: Vec<&str> = lost.unresolved.iter().map(AsRef::as_ref).collect();
    assert!(open.iter().all(|text| text.ends_with("(not in the input)")), "{open:?}");
    assert!(open.iter().any(|text| text.contains("lt-0d0d0d0d0d0d0d0d1")), "{open:?}");
}

#[test]
fn clusters_carry_two_kinds_of_groups_and_nodes_those_of_their_template() {
    let inventory = read("kubernetes.tfstate");
    assert_eq!(carried(&inventory, "aws_eks_cluster:shop"), [["A", "C"]]);
    assert_eq!(carried(&inventory, "aws_eks_node_group:shop:templated"), [["B"]]);
    assert_eq!(carried(&inventory, "aws_eks_node_group:shop:plain"), [["C"]], "the group of the cluster");
    assert_eq!(inventory.endpoints.len(), 3, "a source of remote access is not carried");
    assert_eq!(arrows(&inventory), ["C -> B: tcp 10250 allowed"]);
}

#[test]
fn services_and_functions_carry_groups_in_their_role() {
    let inventory = read("services.tfstate");
    let task = "aws_ecs_service:arn:aws:ecs:eu-west-1:111122223333:service/main/shop";
    assert_eq!(carried(&inventory, task), [["A"]]);
    assert_eq!(carried(&inventory, "app/shop/0a0a0a0a0a0a0a0a"), [["B"]]);
    assert_eq!(carried(&inventory, "aws_lambda_function:mail"), [["C"]]);
    assert_eq!(inventory.endpoints["aws_lambda_function:mail"].role, Role::Client);
    assert_eq!(inventory.endpoints["vpce-0a0a0a0a0a0a0a0a1"].role, Role::Service);
    assert_eq!(skipped(&inventory, "endpoints without groups"), 3, "bridged, outside a VPC, a gateway");
}

#[test]
fn a_group_that_is_associated_with_a_vpc_endpoint_joins_its_interface() {
    let inventory = read("services.tfstate");
    assert_eq!(interfaces(&inventory, "vpce-0a0a0a0a0a0a0a0a1"), ["eni-05050505050505051: D E"]);
}

#[test]
fn databases_stand_in_the_subnets_of_their_subnet_group() {
    let inventory = read("databases.tfstate");
    let of = |endpoint: &str| subnets(&inventory, endpoint);
    assert_eq!(of("aws_db_instance:db-0A0A0A0A0A0A0A0A0A0A0A0A01"), [SUBNET, OTHER_SUBNET]);
    assert_eq!(of("aws_rds_cluster:stock"), [SUBNET, OTHER_SUBNET]);
    assert_eq!(of("aws_redshift_cluster:facts"), [OTHER_SUBNET], "another service's group of that name");
    assert_eq!(of("aws_dms_replication_instance:copy"), [SUBNET]);
    assert_eq!(inventory.endpoints.len(), 4, "an instance of a cluster has the cluster's groups");
    let warehouse = &inventory.endpoints["aws_redshift_cluster:facts"].interfaces[0];
    let addresses: Vec<String> = warehouse.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["10.20.2.40/32"]);
    assert!(warehouse.public.iter().any(|address| address.to_string() == "198.51.100.40"));
}

#[test]
fn replication_groups_carry_groups() {
    let inventory = read("replication-group.tfstate");
    let cache = "aws_elasticache_replication_group:sessions";
    assert_eq!(carried(&inventory, cache), [["C"]]);
    assert_eq!(subnets(&inventory, cache), [SUBNET]);
    assert_eq!(inventory.endpoints[cache].members, Multiplicity::Many);
    assert_eq!(arrows(&inventory), ["A -> C: tcp 6379 allowed"]);
}

#[test]
fn traffic_passes_an_active_peering_only() {
    let active = read("peering-active.tfstate");
    let peering = &active.network.peerings["pcx-0a0a0a0a0a0a0a0a1"];
    assert_eq!(peering.sides.each_ref().map(VpcId::as_str), [VPC, OTHER_VPC]);
    assert_eq!(peering.is_active(), Some(true), "the accepter knows it first");
    assert_eq!(arrows(&active), ["A -> B: tcp 443 allowed"]);

    let pending = read("peering-pending.tfstate");
    assert_eq!(pending.network.peerings["pcx-0a0a0a0a0a0a0a0a1"].is_active(), Some(false));
    assert!(arrows(&pending).is_empty());
}

#[test]
fn machines_stand_in_their_subnets_vpc() {
    let inventory = read("same-v4.tfstate");
    let interface = &inventory.endpoints[ONE].interfaces[0];
    assert_eq!(interface.vpc.as_ref().unwrap().as_str(), VPC);
    assert_eq!(subnets(&inventory, ONE), [SUBNET]);
    let public: Vec<String> = interface.public.iter().map(ToString::to_string).collect();
    assert_eq!(public, ["198.51.100.11"]);
    assert_eq!(inventory.network.subnets[SUBNET].vpc.as_ref().unwrap().as_str(), VPC);
    assert_eq!(inventory.groups[A].vpc.as_ref().unwrap().as_str(), VPC);
}
