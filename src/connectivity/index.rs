//! The inventory, compiled: dense indexes, and who is named by which rule.

use std::collections::{BTreeMap, HashMap};

use super::class::{Class, ClassBuilder, Presence, Standing};
use super::scope::Scope;
use crate::inventory::{Direction, Endpoint, EndpointId, Group, GroupId, Inventory, Peer, Rule, VpcId};
use crate::traffic::Block;

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub(super) u32);

        impl $name {
            pub(super) fn new(index: usize) -> Self {
                Self(u32::try_from(index).expect("fewer than 2^32 things fit into memory"))
            }

            /// The position in the table that it indexes.
            pub fn get(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

index! {
    /// A group.
    GroupIx;
    /// An endpoint.
    EndpointIx;
    /// A rule.
    RuleIx;
    /// A block that some rule names.
    BlockIx;
    /// A VPC.
    VpcIx;
    /// A class of interfaces.
    ClassIx;
    /// Groups that an interface carries and the input does not tell, by their expressions.
    UnknownIx;
}

/// A rule's peer, compiled.
#[derive(Debug, Clone)]
pub enum PeerIx {
    /// The carriers of a group.
    Group(GroupIx),
    /// The addresses in some blocks: one block, or the entries of a known prefix list.
    Blocks(Vec<BlockIx>),
    /// A prefix list whose entries are not in the input, or a value that the input does not tell.
    Unknown,
}

/// A rule with its group and compiled peer.
#[derive(Debug, Clone)]
pub struct RuleRow<'i> {
    /// The group that holds it.
    pub owner: GroupIx,
    /// The rule.
    pub rule: &'i Rule,
    /// Its peer.
    pub peer: PeerIx,
}

/// The compiled inventory; every question about connections is asked of it.
#[derive(Debug)]
pub struct Connectivity<'i> {
    /// What it was compiled from.
    pub inventory: &'i Inventory,
    pub(super) groups: Vec<&'i Group>,
    pub(super) group_by_id: HashMap<&'i GroupId, GroupIx>,
    pub(super) endpoints: Vec<&'i Endpoint>,
    endpoint_by_id: HashMap<&'i EndpointId, EndpointIx>,
    pub(super) rules: Vec<RuleRow<'i>>,
    pub(super) blocks: Vec<Block>,
    pub(super) vpcs: Vec<&'i VpcId>,
    pub(super) scope: Scope,
    pub(super) classes: Vec<Class>,
    pub(super) unknowns: Vec<String>,
    /// For each endpoint, the classes of its interfaces, in their order.
    pub(super) classes_of: Vec<Vec<ClassIx>>,
    /// For each group: its rules, by direction.
    pub(super) ingress: Vec<Vec<RuleIx>>,
    pub(super) egress: Vec<Vec<RuleIx>>,
    /// For each group: the rules that name it as peer, by direction.
    pub(super) ingress_naming: Vec<Vec<RuleIx>>,
    pub(super) egress_naming: Vec<Vec<RuleIx>>,
    /// For each block: the groups that an ingress rule opens to it, by the VPCs they are carried in.
    pub(super) open_to_block: Vec<BTreeMap<Option<VpcIx>, Vec<GroupIx>>>,
    /// For each block: the classes that are, or may be, in it.
    pub(super) classes_in_block: Vec<Vec<ClassIx>>,
    /// For each group: the classes that carry it.
    pub(super) carriers: Vec<Vec<ClassIx>>,
    /// For each group: the VPCs in which it is carried; its own when nobody carries it.
    pub(super) homes: Vec<Vec<Option<VpcIx>>>,
    /// For each group: how an interface would stand that carried it alone, of which nothing else is known.
    pub(super) alone: Vec<Standing>,
}

impl<'i> Connectivity<'i> {
    /// Compiles an inventory. Costs one pass over its rules and interfaces.
    pub fn new(inventory: &'i Inventory) -> Self {
        let groups: Vec<&Group> = inventory.groups.values().collect();
        let group_by_id: HashMap<_, _> =
            groups.iter().enumerate().map(|(index, group)| (&group.id, GroupIx::new(index))).collect();
        let endpoints: Vec<&Endpoint> = inventory.endpoints.values().map(AsRef::as_ref).collect();
        let endpoint_by_id = endpoints
            .iter()
            .enumerate()
            .map(|(index, endpoint)| (&endpoint.id, EndpointIx::new(index)))
            .collect();
        let vpcs: Vec<&VpcId> = inventory.network.vpcs.keys().collect();
        let vpc_by_id: HashMap<&VpcId, VpcIx> =
            vpcs.iter().enumerate().map(|(index, id)| (*id, VpcIx::new(index))).collect();

        let (rules, blocks) = compile_rules(inventory, &groups, &group_by_id);
        let scope = Scope::new(inventory, &vpc_by_id);
        let mut builder = ClassBuilder::new(inventory, &group_by_id, &vpc_by_id, &blocks);
        let mut classes_of = Vec::with_capacity(endpoints.len());
        for (index, endpoint) in endpoints.iter().enumerate() {
            classes_of.push(builder.add(EndpointIx::new(index), endpoint));
        }
        let alone =
            (0..groups.len()).map(|index| builder.alone(GroupIx::new(index), groups[index])).collect();
        let (classes, unknowns) = builder.finish();

        let mut index = Self {
            inventory,
            ingress: vec![Vec::new(); groups.len()],
            egress: vec![Vec::new(); groups.len()],
            ingress_naming: vec![Vec::new(); groups.len()],
            egress_naming: vec![Vec::new(); groups.len()],
            open_to_block: vec![BTreeMap::new(); blocks.len()],
            classes_in_block: vec![Vec::new(); blocks.len()],
            carriers: vec![Vec::new(); groups.len()],
            homes: vec![Vec::new(); groups.len()],
            groups,
            group_by_id,
            endpoints,
            endpoint_by_id,
            rules,
            blocks,
            vpcs,
            scope,
            classes,
            unknowns,
            classes_of,
            alone,
        };
        index.link();
        index.find_homes();
        index.open_blocks();
        index
    }

    fn link(&mut self) {
        for (position, row) in self.rules.iter().enumerate() {
            let ix = RuleIx::new(position);
            let is_ingress = row.rule.direction == Direction::Ingress;
            let own = if is_ingress { &mut self.ingress } else { &mut self.egress };
            own[row.owner.get()].push(ix);
            match (&row.peer, is_ingress) {
                (PeerIx::Group(peer), true) => self.ingress_naming[peer.get()].push(ix),
                (PeerIx::Group(peer), false) => self.egress_naming[peer.get()].push(ix),
                (PeerIx::Blocks(_) | PeerIx::Unknown, _) => {}
            }
        }
        for (position, class) in self.classes.iter().enumerate() {
            for group in &class.standing.groups {
                self.carriers[group.get()].push(ClassIx::new(position));
            }
            for presence in [&class.standing.v4, &class.standing.v6] {
                if let Presence::Present { inside, perhaps, .. } = presence {
                    for block in inside.iter().chain(perhaps.iter()) {
                        self.classes_in_block[block.get()].push(ClassIx::new(position));
                    }
                }
            }
        }
    }

    fn find_homes(&mut self) {
        for (position, carriers) in self.carriers.iter().enumerate() {
            let homes = &mut self.homes[position];
            homes.extend(carriers.iter().map(|class| self.classes[class.get()].standing.vpc));
            homes.sort_unstable();
            homes.dedup();
            if homes.is_empty() {
                homes.push(self.alone[position].vpc);
            }
        }
    }

    fn open_blocks(&mut self) {
        for row in self.rules.iter().filter(|row| row.rule.direction == Direction::Ingress) {
            let PeerIx::Blocks(blocks) = &row.peer else { continue };
            for block in blocks {
                for home in &self.homes[row.owner.get()] {
                    let open = self.open_to_block[block.get()].entry(*home).or_default();
                    // Rows come group by group: one look back keeps each group once.
                    if open.last() != Some(&row.owner) {
                        open.push(row.owner);
                    }
                }
            }
        }
    }

    /// A group by its index.
    pub fn group(&self, ix: GroupIx) -> &'i Group {
        self.groups[ix.get()]
    }

    /// A group by its id.
    pub fn find_group(&self, id: &GroupId) -> Option<GroupIx> {
        self.group_by_id.get(id).copied()
    }

    /// All groups, by id.
    pub fn all_groups(&self) -> impl Iterator<Item = GroupIx> + use<> {
        (0..self.groups.len()).map(GroupIx::new)
    }

    /// An endpoint by its index.
    pub fn endpoint(&self, ix: EndpointIx) -> &'i Endpoint {
        self.endpoints[ix.get()]
    }

    /// An endpoint by its id.
    pub fn find_endpoint(&self, id: &EndpointId) -> Option<EndpointIx> {
        self.endpoint_by_id.get(id).copied()
    }

    /// All endpoints, by id.
    pub fn all_endpoints(&self) -> impl Iterator<Item = EndpointIx> + use<> {
        (0..self.endpoints.len()).map(EndpointIx::new)
    }

    /// A rule with its group.
    pub fn rule(&self, ix: RuleIx) -> &RuleRow<'i> {
        &self.rules[ix.get()]
    }

    /// The rules of a group, in one direction.
    pub fn rules_of(&self, group: GroupIx, direction: Direction) -> &[RuleIx] {
        match direction {
            Direction::Ingress => &self.ingress[group.get()],
            Direction::Egress => &self.egress[group.get()],
        }
    }

    /// A class.
    pub fn class(&self, ix: ClassIx) -> &Class {
        &self.classes[ix.get()]
    }

    /// All classes.
    pub fn all_classes(&self) -> impl Iterator<Item = ClassIx> + use<> {
        (0..self.classes.len()).map(ClassIx::new)
    }

    /// The classes of an endpoint's interfaces, in their order.
    pub fn classes_of(&self, endpoint: EndpointIx) -> &[ClassIx] {
        &self.classes_of[endpoint.get()]
    }

    /// The classes that carry a group.
    pub fn carriers(&self, group: GroupIx) -> &[ClassIx] {
        &self.carriers[group.get()]
    }

    /// A machine to be imagined beside the carriers of a group: where nobody carries it, and where
    /// not everybody who may carry it could be seen.
    pub fn imagined(&self, group: GroupIx) -> Option<&Standing> {
        let is_wanted = self.carriers(group).is_empty() || self.group(group).carriers_unseen;
        is_wanted.then(|| self.alone(group))
    }

    /// How an interface would stand that carried the group alone.
    pub fn alone(&self, group: GroupIx) -> &Standing {
        &self.alone[group.get()]
    }

    /// The endpoints that carry a group, by id.
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

    /// All VPCs, by id.
    pub fn all_vpcs(&self) -> impl Iterator<Item = VpcIx> + use<> {
        (0..self.vpcs.len()).map(VpcIx::new)
    }

    /// The id of a VPC.
    pub fn vpc(&self, ix: VpcIx) -> &'i VpcId {
        self.vpcs[ix.get()]
    }
}

/// Compiles rules and the distinct blocks they name (with the entries of known prefix lists).
fn compile_rules<'i>(
    inventory: &'i Inventory,
    groups: &[&'i Group],
    group_by_id: &HashMap<&GroupId, GroupIx>,
) -> (Vec<RuleRow<'i>>, Vec<Block>) {
    let entries = |peer: &Peer| -> Option<Vec<Block>> {
        match peer {
            Peer::Block(block) => Some(vec![*block]),
            Peer::PrefixList(id) => inventory
                .network
                .prefix_lists
                .get(id)?
                .entries
                .as_ref()
                .map(|set| set.iter().copied().collect()),
            Peer::Group(_) | Peer::Unresolved(_) => None,
        }
    };
    let all = || groups.iter().flat_map(|group| &group.rules);
    let mut blocks: BTreeMap<Block, BlockIx> =
        all().filter_map(|rule| entries(&rule.peer)).flatten().map(|block| (block, BlockIx(0))).collect();
    for (position, ix) in blocks.values_mut().enumerate() {
        *ix = BlockIx::new(position);
    }
    let mut rows = Vec::with_capacity(all().count());
    for (position, group) in groups.iter().enumerate() {
        for rule in &group.rules {
            let peer = match (&rule.peer, entries(&rule.peer)) {
                (Peer::Group(id), _) => PeerIx::Group(group_by_id[id]),
                (_, Some(list)) => PeerIx::Blocks(list.iter().map(|block| blocks[block]).collect()),
                _ => PeerIx::Unknown,
            };
            rows.push(RuleRow { owner: GroupIx::new(position), rule, peer });
        }
    }
    (rows, blocks.into_keys().collect())
}
