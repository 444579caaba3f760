//! The inventory, compiled: dense indexes, and which rule names whom.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::blocks::NamedBlocks;
use super::by_peer::ByPeer;
use super::class::ClassBuilder;
use super::namesakes::Namesakes;
use super::peering::PeeringTable;
use super::{
    BlockIx, BlocksIx, ClassIx, EndpointIx, GroupIx, InterfaceClass, InterfaceProfile, PeerIx, RuleIx, VpcIx,
};
use crate::inventory::{
    Direction, Endpoint, EndpointId, Group, GroupId, Inventory, Peer, PrefixListId, Role, Rule, VpcId,
};
use crate::traffic::{Block, Family, Traffic};

/// A rule's group and compiled peer.
#[derive(Debug, Clone)]
pub struct RuleRow {
    /// The group that holds it.
    pub group: GroupIx,
    /// Its peer.
    pub peer: PeerIx,
    /// Its place among the rules of its group.
    position: u32,
}

/// The compiled inventory; every question about connections is asked of it.
#[derive(Debug)]
pub struct Connectivity {
    inventory: Arc<Inventory>,
    rules: Vec<RuleRow>,
    pub(super) named: NamedBlocks,
    vpcs: Vec<VpcId>,
    pub(super) peerings: PeeringTable,
    classes: Vec<InterfaceClass>,
    unknowns: Vec<String>,
    /// For each endpoint, the classes of its interfaces, in their order.
    classes_of: Vec<Vec<ClassIx>>,
    /// For each group, by direction: its rules, and the rules that name it as peer.
    by_group: Vec<GroupRules>,
    /// For each group: the classes it is attached to, the hypothetical one last.
    carriers: Vec<Vec<ClassIx>>,
    /// For each group: the VPCs in which it is attached; its own when it is attached to nothing.
    carrier_vpcs: Vec<Vec<Option<VpcIx>>>,
    /// Groups of which some ingress rule names another group, and groups whose ingress rules admit,
    /// or may admit, peers that the input does not tell.
    pub(super) admit_groups: Vec<GroupIx>,
    pub(super) admit_unknown: Vec<GroupIx>,
    /// Classes with groups attached that the input does not tell.
    pub(super) unresolved_classes: Vec<ClassIx>,
    /// Classes that nothing filters.
    pub(super) unfiltered_classes: Vec<ClassIx>,
    pub(super) namesakes: Namesakes,
}

#[derive(Debug, Default, Clone)]
struct GroupRules {
    ingress: Vec<RuleIx>,
    egress: Vec<RuleIx>,
    ingress_naming: Vec<RuleIx>,
    egress_naming: Vec<RuleIx>,
    /// The same as `ingress` and `egress`, by peer.
    by_peer: [ByPeer; 2],
}

impl Connectivity {
    /// Compiles an inventory. Costs one pass over its rules and interfaces.
    pub fn new(inventory: impl Into<Arc<Inventory>>) -> Self {
        Self::with_blocks(inventory, &[])
    }

    /// Compiles an inventory, and tells interfaces apart by further blocks than those that its own
    /// rules name. Two inventories that are compared must be cut alike.
    pub fn with_blocks(inventory: impl Into<Arc<Inventory>>, further: &[Block]) -> Self {
        let inventory = inventory.into();
        let group_by_id: HashMap<_, _> =
            inventory.groups.keys().enumerate().map(|(index, id)| (id, GroupIx::new(index))).collect();
        let vpcs: Vec<VpcId> = inventory.network.vpcs.keys().cloned().collect();
        let vpc_by_id: HashMap<&VpcId, VpcIx> =
            vpcs.iter().enumerate().map(|(index, id)| (id, VpcIx::new(index))).collect();
        let (named, peers) = NamedBlocks::new(&inventory, further);
        let rules = compile_rules(&inventory, &group_by_id, &peers);
        let peerings = PeeringTable::new(&inventory, &vpc_by_id);
        let mut builder = ClassBuilder::new(&inventory, &group_by_id, &vpc_by_id, named.all());
        let endpoints = inventory.endpoints.values().enumerate();
        let classes_of: Vec<Vec<ClassIx>> =
            endpoints.map(|(index, endpoint)| builder.add(EndpointIx::new(index), endpoint)).collect();
        let attached: BTreeSet<GroupIx> = builder.attached();
        for (index, group) in inventory.groups.values().enumerate() {
            let ix = GroupIx::new(index);
            if group.carriers_unseen || !attached.contains(&ix) {
                builder.add_hypothetical(ix, group);
            }
        }
        let (classes, unknowns) = builder.finish();
        let groups = inventory.groups.len();
        let mut net = Self {
            by_group: vec![GroupRules::default(); groups],
            carriers: vec![Vec::new(); groups],
            carrier_vpcs: vec![Vec::new(); groups],
            admit_groups: Vec::new(),
            admit_unknown: Vec::new(),
            unresolved_classes: Vec::new(),
            unfiltered_classes: Vec::new(),
            namesakes: Namesakes::default(),
            rules,
            named,
            vpcs,
            peerings,
            classes,
            unknowns,
            classes_of,
            inventory,
        };
        net.link_rules();
        net.link_classes();
        net.link_blocks();
        net
    }

    fn link_rules(&mut self) {
        for (position, row) in self.rules.iter().enumerate() {
            let ix = RuleIx::new(position);
            let is_ingress = self.rule(ix).direction == Direction::Ingress;
            let own = &mut self.by_group[row.group.get()];
            if is_ingress {
                own.ingress.push(ix);
            } else {
                own.egress.push(ix);
            }
            match (&row.peer, is_ingress) {
                (PeerIx::Group(peer), true) => {
                    self.by_group[peer.get()].ingress_naming.push(ix);
                    self.admit_groups.push(row.group);
                }
                (PeerIx::Group(peer), false) => self.by_group[peer.get()].egress_naming.push(ix),
                (PeerIx::Unknown, true) => self.admit_unknown.push(row.group),
                (PeerIx::Blocks(_), _) | (PeerIx::Unknown, false) => {}
            }
        }
        for group in &mut self.by_group {
            group.by_peer = [&group.ingress, &group.egress]
                .map(|rules| ByPeer::new(rules, |ix| self.rules[ix.get()].peer));
        }
        let unknown = self.inventory.groups.values().enumerate().filter(|(_, group)| !group.ingress_known);
        self.admit_unknown.extend(unknown.map(|(index, _)| GroupIx::new(index)));
        for groups in [&mut self.admit_groups, &mut self.admit_unknown] {
            groups.sort_unstable();
            groups.dedup();
        }
    }

    fn link_classes(&mut self) {
        for (position, class) in self.classes.iter().enumerate() {
            let ix = ClassIx::new(position);
            for group in &class.profile.groups {
                self.carriers[group.get()].push(ix);
                self.carrier_vpcs[group.get()].push(class.profile.vpc);
            }
            if class.hypothetical.is_some() {
                continue;
            }
            if class.profile.unresolved.is_some() {
                self.unresolved_classes.push(ix);
            }
            if class.profile.unfiltered {
                self.unfiltered_classes.push(ix);
            }
        }
        for vpcs in &mut self.carrier_vpcs {
            vpcs.sort_unstable();
            vpcs.dedup();
        }
        let known = self.classes.iter().enumerate().filter(|(_, class)| class.hypothetical.is_none());
        self.named.place(known.map(|(position, class)| (ClassIx::new(position), &class.profile)));
    }

    fn link_blocks(&mut self) {
        for (position, row) in self.rules.iter().enumerate() {
            let PeerIx::Blocks(named) = row.peer else { continue };
            if self.rule(RuleIx::new(position)).direction == Direction::Ingress {
                for vpc in &self.carrier_vpcs[row.group.get()] {
                    self.named.open(named, *vpc, row.group);
                }
            }
        }
    }

    /// Returns what it was compiled from.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// Returns all groups of the same label, the group itself among them; nothing when no other has it.
    pub fn namesakes(&self, group: GroupIx) -> &[GroupIx] {
        self.namesakes.of(group, self.all_groups().map(|ix| (ix, self.group(ix).label())))
    }

    /// Returns a group by its index.
    pub fn group(&self, ix: GroupIx) -> &Group {
        self.inventory.groups.at(ix.get())
    }

    /// Finds a group by its id.
    pub fn find_group(&self, id: &GroupId) -> Option<GroupIx> {
        self.inventory.groups.position(id).map(GroupIx::new)
    }

    /// Returns all groups, by id.
    pub fn all_groups(&self) -> impl Iterator<Item = GroupIx> + use<> {
        (0..self.inventory.groups.len()).map(GroupIx::new)
    }

    /// Returns an endpoint by its index.
    pub fn endpoint(&self, ix: EndpointIx) -> &Endpoint {
        self.inventory.endpoints.at(ix.get())
    }

    /// Finds an endpoint by its id.
    pub fn find_endpoint(&self, id: &EndpointId) -> Option<EndpointIx> {
        self.inventory.endpoints.position(id).map(EndpointIx::new)
    }

    /// Returns all endpoints, by id.
    pub fn all_endpoints(&self) -> impl Iterator<Item = EndpointIx> + use<> {
        (0..self.inventory.endpoints.len()).map(EndpointIx::new)
    }

    /// Returns a rule.
    pub fn rule(&self, ix: RuleIx) -> &Rule {
        let row = &self.rules[ix.get()];
        &self.group(row.group).rules[row.position as usize]
    }

    /// Returns the traffic of several rules together.
    pub fn traffic_of(&self, rules: impl IntoIterator<Item = RuleIx>) -> Traffic {
        let mut sum = Traffic::none();
        rules.into_iter().for_each(|ix| sum.join(&self.rule(ix).traffic));
        sum
    }

    /// Returns a rule's group and compiled peer.
    pub fn rule_row(&self, ix: RuleIx) -> &RuleRow {
        &self.rules[ix.get()]
    }

    /// Returns all rules, group by group.
    pub fn all_rules(&self) -> impl ExactSizeIterator<Item = RuleIx> + use<> {
        (0..self.rules.len()).map(RuleIx::new)
    }

    /// Returns the rules of a group, in one direction.
    pub fn rules_of(&self, group: GroupIx, direction: Direction) -> &[RuleIx] {
        let rules = &self.by_group[group.get()];
        match direction {
            Direction::Ingress => &rules.ingress,
            Direction::Egress => &rules.egress,
        }
    }

    /// Returns those rules of a group, in one direction, whose peer may be an interface, as its addresses
    /// of one family tell; where it has few rules, all of them.
    pub(super) fn rules_about(
        &self,
        group: GroupIx,
        direction: Direction,
        other: &InterfaceProfile,
        family: Family,
    ) -> Cow<'_, [RuleIx]> {
        let by_peer = &self.by_group[group.get()].by_peer[usize::from(direction == Direction::Egress)];
        let about = by_peer.about(other, family, &self.named);
        about.map_or_else(|| Cow::Borrowed(self.rules_of(group, direction)), Cow::Owned)
    }

    /// Returns all rules of a group, ingress first.
    pub fn own_rules(&self, group: GroupIx) -> impl Iterator<Item = RuleIx> {
        let directions = [Direction::Ingress, Direction::Egress].into_iter();
        directions.flat_map(move |direction| self.rules_of(group, direction).iter().copied())
    }

    /// Returns the rules of one direction that name a group as their peer.
    pub fn rules_naming(&self, group: GroupIx, direction: Direction) -> &[RuleIx] {
        let rules = &self.by_group[group.get()];
        match direction {
            Direction::Ingress => &rules.ingress_naming,
            Direction::Egress => &rules.egress_naming,
        }
    }

    /// Returns the rules of all groups of a profile, in one direction.
    pub(super) fn rules_for<'p>(
        &'p self,
        profile: &'p InterfaceProfile,
        direction: Direction,
    ) -> impl Iterator<Item = RuleIx> + 'p {
        profile.groups.iter().flat_map(move |group| self.rules_of(*group, direction)).copied()
    }

    /// Returns a class.
    pub fn class(&self, ix: ClassIx) -> &InterfaceClass {
        &self.classes[ix.get()]
    }

    /// Returns all classes, the hypothetical ones among them.
    pub fn all_classes(&self) -> impl ExactSizeIterator<Item = ClassIx> + use<> {
        (0..self.classes.len()).map(ClassIx::new)
    }

    /// Returns the classes of an endpoint's interfaces, in their order.
    pub fn classes_of(&self, endpoint: EndpointIx) -> &[ClassIx] {
        &self.classes_of[endpoint.get()]
    }

    /// Returns the classes to which a group is attached. Where the input knows no attachment, or not
    /// all of them, a hypothetical class is the last.
    pub fn carriers(&self, group: GroupIx) -> &[ClassIx] {
        &self.carriers[group.get()]
    }

    /// Returns the VPCs in which a group is attached; its own when it is attached to nothing.
    pub(super) fn carrier_vpcs(&self, group: GroupIx) -> &[Option<VpcIx>] {
        &self.carrier_vpcs[group.get()]
    }

    /// Returns a group's primary VPC.
    pub fn group_vpc(&self, group: GroupIx) -> Option<VpcIx> {
        self.find_vpc(self.group(group).vpc.as_ref()?)
    }

    /// Returns the endpoints to which a group is attached, by id.
    pub fn members(&self, group: GroupIx) -> Vec<EndpointIx> {
        let mut members: Vec<EndpointIx> = self
            .carriers(group)
            .iter()
            .flat_map(|class| self.class(*class).members.iter().copied())
            .collect();
        members.sort_unstable();
        members.dedup();
        members
    }

    /// Returns all VPCs, by id.
    pub fn all_vpcs(&self) -> impl Iterator<Item = VpcIx> + use<> {
        (0..self.vpcs.len()).map(VpcIx::new)
    }

    /// Returns the id of a VPC.
    pub fn vpc(&self, ix: VpcIx) -> &VpcId {
        &self.vpcs[ix.get()]
    }

    /// Finds a VPC by its id.
    pub fn find_vpc(&self, id: &VpcId) -> Option<VpcIx> {
        self.vpcs.binary_search(id).ok().map(VpcIx::new)
    }

    /// Returns the expressions of groups that the input does not tell.
    pub fn unknown(&self, ix: super::UnknownIx) -> &str {
        &self.unknowns[ix.get()]
    }

    /// Returns a block that some rule names.
    pub fn block(&self, ix: BlockIx) -> Block {
        self.named.block(ix)
    }

    /// Tells whether a peer of rules has all addresses of a family.
    pub(super) fn is_everywhere(&self, named: BlocksIx, family: Family) -> bool {
        let everywhere = self.named.everywhere(family);
        everywhere.is_some_and(|all| self.named.of(named).binary_search(&all).is_ok())
    }

    /// Tells whether a peer of rules looks at nothing but the family: all its blocks are /0.
    pub(super) fn is_all_everywhere(&self, named: BlocksIx) -> bool {
        self.named.of(named).iter().all(|block| self.block(*block).is_internet())
    }

    /// Tells whether private addresses of two classes mean each other.
    pub fn reach(&self, one: ClassIx, other: ClassIx) -> super::Reach {
        self.peerings.reach(self.class(one).profile.vpc, self.class(other).profile.vpc)
    }

    /// Tells whether one class holds two different endpoints, or one that stands for many, or two
    /// classes do together: only then may one connect to the other, since an endpoint is no
    /// counterpart of itself.
    pub(super) fn are_distinct(&self, one: ClassIx, other: ClassIx) -> bool {
        let (one, other) = (self.class(one), self.class(other));
        let Some(first) = one.members.first().or(other.members.first()) else { return true };
        let is_hypothetical = one.members.is_empty() || other.members.is_empty();
        is_hypothetical
            || one.profile.many
            || one.members.iter().chain(&other.members).any(|member| member != first)
    }

    /// Tells whether a class can be a client at all.
    pub(super) fn is_client(&self, class: ClassIx) -> bool {
        self.class(class).profile.role != Role::Service
    }

    /// Tells whether a class can be a service at all.
    pub(super) fn is_service(&self, class: ClassIx) -> bool {
        self.class(class).profile.role != Role::Client
    }

    /// Returns the entries of a prefix list, if the input tells them.
    pub(super) fn entries(&self, list: &PrefixListId) -> Option<&BTreeSet<Block>> {
        self.inventory.network.prefix_lists.get(list)?.entries.as_ref()
    }
}

/// Compiles the rules, group by group; `peers` are the addresses that each names.
fn compile_rules(
    inventory: &Inventory,
    group_by_id: &HashMap<&GroupId, GroupIx>,
    peers: &[Option<BlocksIx>],
) -> Vec<RuleRow> {
    let mut rows = Vec::with_capacity(peers.len());
    for (index, group) in inventory.groups.values().enumerate() {
        for (position, rule) in group.rules.iter().enumerate() {
            let peer = match (&rule.peer, peers[rows.len()]) {
                (Peer::Group(id), _) => PeerIx::Group(group_by_id[id]),
                (Peer::Block(_) | Peer::PrefixList(_) | Peer::Unresolved(_), Some(named)) => {
                    PeerIx::Blocks(named)
                }
                (Peer::Block(_) | Peer::PrefixList(_) | Peer::Unresolved(_), None) => PeerIx::Unknown,
            };
            let position = u32::try_from(position).expect("fewer than 2^32 rules fit into memory");
            rows.push(RuleRow { group: GroupIx::new(index), peer, position });
        }
    }
    rows
}
