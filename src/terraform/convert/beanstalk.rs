//! Elastic Beanstalk environments, which hold the groups of their instances and of their load balancer
//! in settings of a namespace, a name and a value (Elastic Beanstalk developer guide, "General options
//! for all environments").

use super::mentions::named_groups;
use crate::inventory::{
    EndpointFact, EndpointId, GroupRef, InterfaceFact, Multiplicity, SortedSet, SubnetId, VpcId,
};
use crate::terraform::resource::{Reader, Resource};

/// What of the environment a setting is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Instances,
    Balancer,
}

/// What the settings tell of the interfaces of one part.
#[derive(Default)]
struct Found {
    groups: SortedSet<GroupRef>,
    subnets: SortedSet<SubnetId>,
    /// Whether a plan does not tell the groups yet.
    is_open: bool,
}

/// Converts an environment: one interface for its instances, one for its load balancer.
pub(crate) fn take(reader: &mut Reader<'_>, resource: &Resource<'_>) {
    let values = &resource.values;
    let Some(id) = resource.own_id() else { return reader.no_id() };
    let mut parts = [Found::default(), Found::default()];
    let mut vpc = resource.object_at("vpc_id").map(VpcId::new);
    // All settings repeat the configured ones; a plan of a new environment has these alone.
    let lists = ["all_settings", "setting"].map(|list| values.blocks(list));
    let settings = lists.into_iter().find(|list| !list.is_empty()).unwrap_or_default();
    for setting in settings {
        let (namespace, name) = (setting.text("namespace"), setting.text("name"));
        let texts = || setting.text("value").into_iter().flat_map(|text| text.split(',')).map(str::trim);
        if let Some(part) = group_part(namespace, name) {
            let found = &mut parts[part as usize];
            found.groups.extend(named_groups(reader, texts()));
            found.is_open |= setting.text("value").is_none();
        }
        if namespace == Some("aws:ec2:vpc") {
            match name {
                Some("VPCId") => vpc = vpc.or_else(|| setting.text("value").map(VpcId::new)),
                Some("Subnets") => parts[0].subnets.extend(texts().map(SubnetId::new)),
                Some("ELBSubnets") => parts[1].subnets.extend(texts().map(SubnetId::new)),
                _ => {}
            }
        }
    }
    add_planned(&mut parts, resource);
    let id = EndpointId::of("aws_elastic_beanstalk_environment", &id);
    let fact = resource.endpoint(reader, &id, "beanstalk environment");
    let fact = EndpointFact { members: Multiplicity::Many, ..fact };
    let (origin, account_region) = (fact.origin.clone(), fact.account_region.clone());
    reader.builder.endpoint(id.clone(), fact);
    for (slot, found) in
        parts.into_iter().enumerate().filter(|(slot, found)| *slot == 0 || !found.groups.is_empty())
    {
        reader.builder.interface(InterfaceFact {
            account_region: account_region.clone(),
            slot,
            groups: found.groups,
            subnets: found.subnets,
            vpc: vpc.clone(),
            ..InterfaceFact::new(origin.clone(), id.clone())
        });
    }
}

/// Returns whose groups a setting holds.
fn group_part(namespace: Option<&str>, name: Option<&str>) -> Option<Part> {
    match (namespace?, name?) {
        ("aws:autoscaling:launchconfiguration", "SecurityGroups") => Some(Part::Instances),
        ("aws:elb:loadbalancer" | "aws:elbv2:loadbalancer", "SecurityGroups" | "ManagedSecurityGroup") => {
            Some(Part::Balancer)
        }
        _ => None,
    }
}

/// Adds the groups that a plan does not know yet. Planned settings and their expressions come in
/// different orders, so that only one setting without a value can be told whose groups they are.
fn add_planned(parts: &mut [Found; 2], resource: &Resource<'_>) {
    let references: Vec<GroupRef> = resource.unknown_groups("setting.value").collect();
    let is_alone = parts.iter().filter(|found| found.is_open).count() == 1;
    for found in parts.iter_mut().filter(|found| found.is_open) {
        if is_alone && !references.is_empty() {
            found.groups.extend(references.iter().cloned());
        } else {
            found.groups.insert(GroupRef::Unresolved("a setting that is only known after apply".into()));
        }
    }
}
