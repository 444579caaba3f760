//! Targets taken apart into what can be counted: resources that no rule of the question tells apart,
//! and addresses outside the input.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::Target;
use crate::connectivity::{ClassIx, Connectivity, EndpointIx, GroupIx, Subject};
use crate::traffic::AddressSet;

/// One side of a question, as far as all of it has the same answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Resources with interfaces of the same classes.
    Resources(ResourceUnit),
    /// Addresses outside the input; `None` where the input does not tell them.
    Addresses(Option<AddressSet>),
}

/// Resources with interfaces of the same classes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResourceUnit {
    /// The resources, ascending; empty for an imagined one.
    pub members: Vec<EndpointIx>,
    /// The classes of the interfaces that are meant.
    pub classes: Vec<ClassIx>,
    /// The address by which the internet sees it, where that is asked about.
    pub public: Option<IpAddr>,
    /// Whether it was named by a CIDR block that holds its address.
    pub by_address: bool,
    /// The group whose only attachment it imagines.
    pub hypothetical: Option<GroupIx>,
}

impl Unit {
    /// Returns the resources of the unit; none for addresses and for an imagined resource.
    pub fn members(&self) -> &[EndpointIx] {
        match self {
            Self::Resources(unit) => &unit.members,
            Self::Addresses(_) => &[],
        }
    }
}

/// Returns the units of several targets, each resource once.
pub(super) fn units(net: &Connectivity, targets: &[Target]) -> Vec<Unit> {
    // What of each resource is meant, and how.
    let mut resources: BTreeMap<EndpointIx, Vec<ClassIx>> = BTreeMap::new();
    let mut by_address: BTreeMap<EndpointIx, Vec<ClassIx>> = BTreeMap::new();
    let mut others: Vec<Unit> = Vec::new();
    let class = |ix: EndpointIx, position: u32| net.classes_of(ix).get(position as usize).copied();
    for target in targets {
        match target {
            Target::Known(Subject::Endpoint(ix)) => {
                resources.entry(*ix).or_default().extend(net.classes_of(*ix));
            }
            Target::Known(Subject::Interface(ix, position)) => {
                resources.entry(*ix).or_default().extend(class(*ix, *position));
            }
            Target::Known(Subject::Group(group)) => {
                for ix in net.carriers(*group) {
                    let class = net.class(*ix);
                    for member in &class.members {
                        resources.entry(*member).or_default().push(*ix);
                    }
                    if class.hypothetical.is_some() {
                        others.push(Unit::Resources(ResourceUnit {
                            members: Vec::new(),
                            classes: vec![*ix],
                            public: None,
                            by_address: false,
                            hypothetical: class.hypothetical,
                        }));
                    }
                }
            }
            Target::Public(ix, position, address) => {
                others.push(Unit::Resources(ResourceUnit {
                    members: vec![*ix],
                    classes: class(*ix, *position).into_iter().collect(),
                    public: Some(*address),
                    by_address: false,
                    hypothetical: None,
                }));
            }
            Target::Outside(_) => {
                others.push(Unit::Addresses(target.addresses(net)));
                for (ix, position) in target.interfaces_within(net) {
                    by_address.entry(ix).or_default().extend(class(ix, position));
                }
            }
        }
    }
    by_address.retain(|ix, _| !resources.contains_key(ix));
    let mut units = bundle(resources, false);
    units.extend(bundle(by_address, true));
    units.extend(others);
    units
}

/// Puts resources with the same classes together.
fn bundle(resources: BTreeMap<EndpointIx, Vec<ClassIx>>, by_address: bool) -> Vec<Unit> {
    let mut bundles: BTreeMap<Vec<ClassIx>, Vec<EndpointIx>> = BTreeMap::new();
    for (ix, mut classes) in resources {
        classes.sort_unstable();
        classes.dedup();
        bundles.entry(classes).or_default().push(ix);
    }
    let mut units: Vec<ResourceUnit> = bundles
        .into_iter()
        .map(|(classes, members)| ResourceUnit {
            members,
            classes,
            public: None,
            by_address,
            hypothetical: None,
        })
        .collect();
    units.sort_by(|one, other| one.members.cmp(&other.members));
    units.into_iter().map(Unit::Resources).collect()
}

/// Returns units of one resource each.
pub(super) fn one_by_one(units: Vec<Unit>) -> Vec<Unit> {
    let split = |unit: Unit| match unit {
        Unit::Resources(unit) if unit.members.len() > 1 => {
            let each =
                unit.members.iter().map(|member| ResourceUnit { members: vec![*member], ..unit.clone() });
            each.map(Unit::Resources).collect()
        }
        other => vec![other],
    };
    units.into_iter().flat_map(split).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_falls_into_as_many_units_as_it_has_members() {
        let bundle = |count: usize| {
            let classes = vec![ClassIx::new(0)];
            bundle((0..count).map(|ix| (EndpointIx::new(ix), classes.clone())).collect(), false)
        };
        for count in 1..4 {
            let whole = bundle(count);
            assert_eq!(whole.len(), 1, "no rule tells them apart");
            let each: Vec<usize> = one_by_one(whole).iter().map(|unit| unit.members().len()).collect();
            assert_eq!(each, vec![1; count]);
        }
    }
}
