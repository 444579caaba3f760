//! Which part of an answer is wanted: one set of filters, the same for every verb, level and format.

use std::collections::BTreeSet;
use std::sync::Arc;

use petgraph::visit::EdgeRef as _;

use super::{Focus, Members, Relation, RelationArrow, Target};
use crate::connectivity::{
    Connectivity, Counterpart, EndpointIx, Finding, Findings, GroupIx, Link, Map, MapEnd, Member, Node,
    Outside, ResourceMap, RuleIx, Subject, VpcIx,
};
use crate::inventory::{Peer, Tags};
use crate::traffic::{Block, Family, Traffic};

/// A block with a shorter prefix than this is broad: no VPC is larger (VPC User Guide, VPC CIDR blocks).
const BROAD_V4: u8 = 16;
/// The same of IPv6.
const BROAD_V6: u8 = 44;

/// Which part of an answer is wanted. What is empty or false leaves nothing out.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only what is in these VPCs.
    pub vpcs: Vec<VpcIx>,
    /// Only what has these groups attached, with what is connected to it.
    pub groups: Vec<GroupIx>,
    /// Only what has these tags.
    pub tags: Vec<(String, String)>,
    /// Only this traffic.
    pub ports: Option<Traffic>,
    /// Without the internet.
    pub hide_internet: bool,
    /// Without what CIDR rules alone allow that are wider than any VPC, or than one of the input.
    pub hide_broad: bool,
}

/// Tells whether a block is wider than a VPC can be, or than a VPC of the input.
pub fn is_broad(net: &Connectivity, block: Block) -> bool {
    let most = if block.family() == Family::V4 { BROAD_V4 } else { BROAD_V6 };
    let is_wider = |vpc: &Block| block.contains(vpc) && *vpc != block;
    block.prefix() < most || net.inventory().network.vpcs.values().flat_map(|vpc| &vpc.blocks).any(is_wider)
}

impl Filter {
    /// Tells whether nothing is left out.
    pub fn is_empty(&self) -> bool {
        !self.is_of_ends() && !self.is_of_connections()
    }

    /// Tells whether it chooses among resources and groups.
    fn is_of_ends(&self) -> bool {
        !(self.vpcs.is_empty() && self.groups.is_empty() && self.tags.is_empty())
    }

    /// Tells whether it chooses among connections: what has none left has no reason to be shown.
    fn is_of_connections(&self) -> bool {
        self.ports.is_some() || self.hide_internet || self.hide_broad
    }

    /// Returns the wanted part of a finding.
    fn finding(&self, net: &Connectivity, finding: &Finding) -> Option<Finding> {
        let mut wanted = finding.traffic.clone();
        if let Some(ports) = &self.ports {
            wanted = wanted.intersection(ports);
        }
        if self.hide_broad {
            let rules = finding.deciding();
            let is_narrow = |ix: &&RuleIx| match &net.rule(**ix).peer {
                Peer::Block(block) => !is_broad(net, *block),
                Peer::Group(_) | Peer::PrefixList(_) | Peer::Unresolved(_) => true,
            };
            if !rules.is_empty() {
                wanted = wanted.intersection(&net.traffic_of(rules.iter().filter(is_narrow).copied()));
            }
        }
        finding.within(net, &wanted)
    }

    fn findings(&self, net: &Connectivity, findings: &Findings) -> Findings {
        let mut kept = Findings::default();
        findings
            .iter()
            .filter_map(|finding| self.finding(net, finding))
            .for_each(|finding| kept.join(&finding));
        kept
    }

    /// Tells whether a CIDR block is wanted.
    fn block(&self, net: &Connectivity, block: Block) -> bool {
        !(self.hide_broad && is_broad(net, block) || self.hide_internet && block.is_internet())
    }

    /// Tells whether an outside peer is wanted.
    fn outside(&self, net: &Connectivity, outside: &Outside) -> bool {
        match outside {
            Outside::Internet => !self.hide_internet && !self.hide_broad,
            Outside::Block(block) => self.block(net, *block),
            Outside::PrefixList(_) | Outside::Unresolved(_) => true,
        }
    }

    /// Tells whether a group is in a wanted VPC and has a wanted tag, or is attached to what has.
    fn group(&self, net: &Connectivity, ix: GroupIx) -> bool {
        let is_in_vpc = || {
            let own = net.group_vpc(ix).is_some_and(|vpc| self.vpcs.contains(&vpc));
            own || net.members(ix).iter().any(|member| self.is_in_vpc(net, *member))
        };
        let is_tagged = || {
            self.has_tags(&net.group(ix).tags)
                || net.members(ix).iter().any(|member| self.has_tags(&net.endpoint(*member).tags))
        };
        (self.vpcs.is_empty() || is_in_vpc()) && (self.tags.is_empty() || is_tagged())
    }

    /// Tells whether a resource is in a wanted VPC, and has a wanted tag itself or by a group.
    fn endpoint(&self, net: &Connectivity, ix: EndpointIx) -> bool {
        let endpoint = net.endpoint(ix);
        let is_tagged = || {
            let groups = endpoint.groups().into_iter().filter_map(|id| net.find_group(id));
            self.has_tags(&endpoint.tags) || groups.into_iter().any(|ix| self.has_tags(&net.group(ix).tags))
        };
        (self.vpcs.is_empty() || self.is_in_vpc(net, ix)) && (self.tags.is_empty() || is_tagged())
    }

    fn is_in_vpc(&self, net: &Connectivity, ix: EndpointIx) -> bool {
        let vpcs = net.classes_of(ix).iter().filter_map(|class| net.class(*class).profile.vpc);
        vpcs.into_iter().any(|vpc| self.vpcs.contains(&vpc))
    }

    fn has_tags(&self, tags: &Tags) -> bool {
        self.tags.iter().all(|(key, value)| tags.get(key).is_some_and(|own| **own == **value))
    }

    fn has_group(&self, net: &Connectivity, ix: EndpointIx) -> bool {
        let mut groups = net.endpoint(ix).groups().into_iter().filter_map(|id| net.find_group(id));
        self.groups.is_empty() || groups.any(|group| self.groups.contains(&group))
    }

    /// Leaves out of the answer of `focus` what is not wanted. The steps that it took stay, because what is
    /// not shown may lead to what is.
    pub fn focus(&self, net: &Connectivity, mut focus: Focus) -> Focus {
        if !self.is_empty() {
            for hop in &mut focus.hops {
                hop.links = hop.links.iter().filter_map(|link| self.link(net, link)).collect();
            }
        }
        focus
    }

    fn link(&self, net: &Connectivity, link: &Link) -> Option<Link> {
        let finding = self.finding(net, &link.finding)?;
        let is_wanted = |ix| self.endpoint(net, ix) && self.has_group(net, ix);
        match &link.counterpart {
            Counterpart::Outside(outside) if !self.outside(net, outside) || !self.groups.is_empty() => {
                return None;
            }
            Counterpart::Group(ix) if link.members.is_empty() => {
                let is_group = self.groups.is_empty() || self.groups.contains(ix);
                return (is_group && self.group(net, *ix)).then(|| Link { finding, ..link.clone() });
            }
            Counterpart::Outside(_)
            | Counterpart::Group(_)
            | Counterpart::UnknownGroup(_)
            | Counterpart::Unfiltered
            | Counterpart::Anyone
            | Counterpart::Within(_) => {}
        }
        let part = |member: &Member| {
            let traffic = member.traffic.intersection(&finding.traffic);
            Member { endpoint: member.endpoint, traffic: Arc::new(traffic) }
        };
        let members = link.members.iter().filter(|member| is_wanted(member.endpoint)).map(part);
        let members: Vec<Member> = members.filter(|member| !member.traffic.is_empty()).collect();
        let is_left = !members.is_empty() || link.members.is_empty() && !self.is_of_ends();
        let is_outside = matches!(link.counterpart, Counterpart::Outside(_));
        (is_left || is_outside).then(|| Link { finding, members, ..link.clone() })
    }

    /// Tells whether a rule is wanted, by its traffic and its peer.
    pub fn rule(&self, net: &Connectivity, ix: RuleIx) -> bool {
        let rule = net.rule(ix);
        let is_of_ports = self.ports.as_ref().is_none_or(|ports| rule.traffic.overlaps(ports));
        let is_shown = match &rule.peer {
            Peer::Block(block) => self.block(net, *block),
            Peer::Group(_) | Peer::PrefixList(_) | Peer::Unresolved(_) => true,
        };
        is_of_ports && is_shown
    }

    /// Tells whether a group is wanted: where rules are chosen by their traffic or peers, one that has such a
    /// rule.
    pub fn has(&self, net: &Connectivity, ix: GroupIx) -> bool {
        let is_of_rules = !self.is_of_connections() || net.own_rules(ix).any(|rule| self.rule(net, rule));
        (self.groups.is_empty() || self.groups.contains(&ix)) && self.group(net, ix) && is_of_rules
    }

    /// Tells whether a resource is wanted.
    pub fn resource(&self, net: &Connectivity, ix: EndpointIx) -> bool {
        self.endpoint(net, ix) && self.has_group(net, ix)
    }

    /// Leaves out of the answer of `members` what is not wanted.
    pub fn members(&self, net: &Connectivity, mut members: Members) -> Members {
        members.endpoints.retain(|ix| self.resource(net, *ix));
        members.opens.retain(|ix| self.rule(net, *ix));
        members.admits.retain(|ix| self.rule(net, *ix));
        members
    }

    /// Returns the wanted ones of what a text means. Of a group that is attached to several, those that
    /// are wanted stand for it.
    pub fn targets(&self, net: &Connectivity, targets: Vec<Target>) -> Vec<Target> {
        if !self.is_of_ends() {
            return targets;
        }
        let wanted = |target: Target| match target {
            Target::Known(Subject::Group(group)) => {
                let members = net.members(group);
                if members.is_empty() {
                    let is_group = self.groups.is_empty() || self.groups.contains(&group);
                    return Vec::from_iter((is_group && self.group(net, group)).then_some(target));
                }
                if members.iter().all(|ix| self.resource(net, *ix)) {
                    return vec![target];
                }
                let members = members.into_iter().filter(|ix| self.resource(net, *ix));
                members.map(|ix| Target::Known(Subject::Endpoint(ix))).collect()
            }
            Target::Known(Subject::Endpoint(ix) | Subject::Interface(ix, _)) | Target::Public(ix, ..) => {
                Vec::from_iter(self.resource(net, ix).then_some(target))
            }
            Target::Outside(_) => vec![target],
        };
        let mut kept: Vec<Target> = targets.into_iter().flat_map(wanted).collect();
        kept.sort_unstable();
        kept.dedup();
        kept
    }

    /// Leaves out of the map of groups what is not wanted.
    pub fn map(&self, net: &Connectivity, map: Map) -> Map {
        if self.is_empty() {
            return map;
        }
        let mut near: BTreeSet<GroupIx> = self.groups.iter().copied().collect();
        for edge in map.graph.edge_references() {
            if let (Node::Group(one), Node::Group(other)) =
                (&map.graph[edge.source()], &map.graph[edge.target()])
                && self.finding(net, edge.weight()).is_some()
            {
                let has = |group| self.groups.contains(group);
                near.extend([*one, *other].into_iter().filter(|_| has(one) || has(other)));
            }
        }
        let is_wanted = |node: &Node| match node {
            Node::Group(ix) => (self.groups.is_empty() || near.contains(ix)) && self.group(net, *ix),
            Node::Outside(outside) => self.outside(net, outside),
        };
        // Between two neighbours of a group that was asked for, nothing was asked.
        let is_asked = |node: &Node| match node {
            Node::Group(ix) => self.groups.contains(ix),
            Node::Outside(_) => false,
        };
        let graph = &map.graph;
        let kept = graph.filter_map(
            |_, node| is_wanted(node).then(|| node.clone()),
            |edge, finding| {
                let (from, to) = graph.edge_endpoints(edge).expect("the edge is of this graph");
                let is_near = self.groups.is_empty() || is_asked(&graph[from]) || is_asked(&graph[to]);
                self.finding(net, finding).filter(|_| is_near)
            },
        );
        let is_alone = |ix| kept.neighbors_undirected(ix).next().is_none();
        let is_shown = |ix, node: &Node| match node {
            Node::Group(group) => !is_alone(ix) || !self.is_of_connections() || self.groups.contains(group),
            Node::Outside(_) => !is_alone(ix),
        };
        let graph = kept.filter_map(
            |ix, node| is_shown(ix, node).then(|| node.clone()),
            |_, finding| Some(finding.clone()),
        );
        Map { graph }
    }

    /// Leaves out of the map of resources what is not wanted.
    pub fn resources(&self, net: &Connectivity, map: ResourceMap) -> ResourceMap {
        if self.is_empty() {
            return map;
        }
        let arrows = map.arrows.into_iter();
        let arrows = arrows.map(|(from, to, findings)| RelationArrow { from, to, findings }).collect();
        let relation = Relation { sets: map.sets, peers: BTreeSet::new(), arrows };
        let Relation { sets, arrows, .. } = self.relation(net, relation);
        let mut places = vec![0; sets.len()];
        let mut kept = Vec::new();
        for (position, set) in sets.into_iter().enumerate().filter(|(_, set)| !set.members.is_empty()) {
            places[position] = kept.len();
            kept.push(set);
        }
        let moved = |end| match end {
            MapEnd::Resources(set) => MapEnd::Resources(places[set]),
            MapEnd::Outside(_) => end,
        };
        let arrows = arrows.into_iter().map(|arrow| (moved(arrow.from), moved(arrow.to), arrow.findings));
        ResourceMap { sets: kept, arrows: arrows.collect() }
    }

    /// Leaves out of the relation what is not wanted. Resources stay where they are in the list; those
    /// that are not wanted lose their members.
    pub fn relation(&self, net: &Connectivity, relation: Relation) -> Relation {
        if self.is_empty() {
            return relation;
        }
        let Relation { mut sets, mut arrows, .. } = relation;
        for set in &mut sets {
            set.members.retain(|ix| self.endpoint(net, *ix));
        }
        let has_group: Vec<bool> =
            sets.iter().map(|set| set.members.iter().any(|ix| self.has_group(net, *ix))).collect();
        let is_wanted = |end: &MapEnd| match end {
            MapEnd::Resources(set) => !sets[*set].members.is_empty(),
            MapEnd::Outside(outside) => self.outside(net, outside),
        };
        let is_asked = |end: &MapEnd| matches!(end, MapEnd::Resources(set) if has_group[*set]);
        for arrow in &mut arrows {
            let is_kept = is_wanted(&arrow.from)
                && is_wanted(&arrow.to)
                && (is_asked(&arrow.from) || is_asked(&arrow.to));
            arrow.findings = if is_kept { self.findings(net, &arrow.findings) } else { Findings::default() };
        }
        arrows.retain(|arrow| !arrow.findings.is_empty());
        let ends = || arrows.iter().flat_map(|arrow| [&arrow.from, &arrow.to]);
        let connected: BTreeSet<usize> = ends()
            .filter_map(|end| match end {
                MapEnd::Resources(set) => Some(*set),
                MapEnd::Outside(_) => None,
            })
            .collect();
        let peers = ends()
            .filter_map(|end| match end {
                MapEnd::Outside(outside) => Some(outside.clone()),
                MapEnd::Resources(_) => None,
            })
            .collect();
        for (position, set) in sets.iter_mut().enumerate() {
            let is_near = self.groups.is_empty() && !self.is_of_connections() || has_group[position];
            if !connected.contains(&position) && !is_near {
                set.members.clear();
            }
        }
        Relation { sets, peers, arrows }
    }
}
