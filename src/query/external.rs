//! The links of what is outside the input: addresses as clients and as services of known resources.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Target;
use crate::connectivity::{
    ClassIx, Connectivity, Counterpart, EndpointIx, Finding, InterfaceProfile, Link, Member, Subject, Verdict,
};
use crate::inventory::Direction;
use crate::traffic::{AddressSet, Family, Traffic};

/// Returns the links of a target outside the input; nothing for one of the input.
pub(super) fn external_links(net: &Connectivity, target: &Target, direction: Direction) -> Vec<Link> {
    match target {
        Target::Known(_) => Vec::new(),
        // From outside a resource meets outside peers alone.
        Target::Public(ix, position, _) => {
            let links = net.links(Subject::Interface(*ix, *position), direction);
            links.into_iter().filter(|link| matches!(link.counterpart, Counterpart::Outside(_))).collect()
        }
        Target::Outside(_) => of_addresses(net, target.addresses(net).as_ref(), direction),
    }
}

/// What is said of one set of resources: the counterpart, family and verdict, and the traffic.
type Said = (Counterpart, Family, Verdict, Traffic);

/// Returns the links of addresses to ([`Direction::Egress`]) and from all resources with rules that
/// name their blocks. Addresses that a resource's rules do not tell apart in what they allow are one.
fn of_addresses(net: &Connectivity, addresses: Option<&AddressSet>, direction: Direction) -> Vec<Link> {
    let own = match direction {
        Direction::Egress => Direction::Ingress,
        Direction::Ingress => Direction::Egress,
    };
    let mut found: BTreeMap<(Counterpart, Family, Verdict, String), Link> = BTreeMap::new();
    for (classes, members) in sets(net) {
        let profiles: Vec<&InterfaceProfile> = classes.iter().map(|ix| &net.class(*ix).profile).collect();
        let mut said: BTreeMap<Said, (AddressSet, Finding)> = BTreeMap::new();
        for part in net.external_parts_of(&profiles, addresses, own) {
            for finding in &part.findings {
                for (counterpart, finding) in by_group(net, &profiles, finding, own) {
                    let key = (counterpart, finding.family, finding.verdict, finding.traffic.clone());
                    let slot = said.entry(key).or_insert_with(|| (AddressSet::default(), finding.clone()));
                    slot.0 = slot.0.union(&part.addresses);
                    slot.1.join(&finding);
                }
            }
        }
        for ((counterpart, family, verdict, traffic), (only, finding)) in said {
            let traffic = Arc::new(traffic);
            let members = members.iter();
            let members = members.map(|ix| Member { endpoint: *ix, traffic: Arc::clone(&traffic) });
            let key = (counterpart.clone(), family, verdict, only.to_string());
            let link = found.entry(key).and_modify(|link| link.finding.join(&finding)).or_insert_with(|| {
                Link { counterpart, finding, members: Vec::new(), only: addresses.map(|_| only) }
            });
            link.members.extend(members);
        }
    }
    let mut links: Vec<Link> = found.into_values().collect();
    links.iter_mut().for_each(|link| link.members.sort_by_key(|member| member.endpoint));
    links
}

/// Returns the resources of the input by their classes, and the imagined ones.
fn sets(net: &Connectivity) -> Vec<(Vec<ClassIx>, Vec<EndpointIx>)> {
    let known = net.resource_sets(&|_| true).into_iter().map(|set| (set.classes, set.members));
    let imagined = net.all_classes().filter(|ix| net.class(*ix).hypothetical.is_some());
    known.chain(imagined.map(|ix| (vec![ix], Vec::new()))).collect()
}

/// Splits a finding by the group whose rules give it; what no rule of the input gives stands at every
/// group of which not all rules are known.
fn by_group(
    net: &Connectivity,
    profiles: &[&InterfaceProfile],
    finding: &Finding,
    own: Direction,
) -> Vec<(Counterpart, Finding)> {
    let is_open = finding.verdict == Verdict::Undecided;
    let mut parts: BTreeMap<Counterpart, Traffic> = BTreeMap::new();
    for group in profiles.iter().flat_map(|profile| &profile.groups) {
        let is_known = net.group(*group).rules_known(own);
        let named = if is_known || !is_open {
            let rules = finding.rules().filter(|ix| net.rule_row(*ix).group == *group);
            net.traffic_of(rules)
        } else {
            Traffic::all()
        };
        parts.insert(Counterpart::Group(*group), named);
    }
    let unknown = profiles.iter().filter_map(|profile| profile.unresolved).filter(|_| is_open);
    parts.extend(unknown.map(|ix| (Counterpart::UnknownGroup(ix), Traffic::all())));
    parts.into_iter().filter_map(|(who, named)| Some((who, finding.within(net, &named)?))).collect()
}
