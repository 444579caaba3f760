//! Classes: interfaces that no rule can tell apart, evaluated once.

use std::collections::{BTreeSet, HashMap};

use super::block_list::BlockList;
use super::{BlockIx, ClassIx, EndpointIx, GroupIx, InterfaceProfile, Presence, UnknownIx, VpcIx};
use crate::inventory::{Endpoint, Group, GroupId, Interface, Inventory, Multiplicity, Role, SubnetId, VpcId};
use crate::traffic::{Block, Family};

/// Interfaces of one profile, and the endpoints that own them.
#[derive(Clone, Debug)]
pub struct InterfaceClass {
    /// What they have in common.
    pub profile: InterfaceProfile,
    /// The endpoints, ascending; an endpoint with two such interfaces stands here twice. Empty for a
    /// hypothetical class.
    pub members: Vec<EndpointIx>,
    /// The group whose only attachment this class imagines, because the input knows none or not all.
    pub hypothetical: Option<GroupIx>,
}

/// What the addresses of an interface are looked up by.
type Where = (BlockList, BlockList);

/// Sorts interfaces into classes.
pub(super) struct ClassBuilder<'i> {
    inventory: &'i Inventory,
    groups: &'i HashMap<&'i GroupId, GroupIx>,
    vpcs: &'i HashMap<&'i VpcId, VpcIx>,
    blocks: &'i [Block],
    by_block: HashMap<Block, BlockIx>,
    /// Prefix lengths that occur among the blocks, without /0, by family.
    prefixes: [Vec<u8>; 2],
    classes: Vec<InterfaceClass>,
    unknowns: Vec<String>,
    by_profile: HashMap<InterfaceProfile, ClassIx>,
    /// Block lists by content, so that equal ones are one allocation.
    lists: HashMap<Vec<BlockIx>, BlockList>,
    /// Where an address is of which only the subnets or the VPC are known.
    somewhere: HashMap<(Vec<SubnetId>, Option<VpcId>, Family), (Option<bool>, Where)>,
}

impl<'i> ClassBuilder<'i> {
    pub(super) fn new(
        inventory: &'i Inventory,
        groups: &'i HashMap<&'i GroupId, GroupIx>,
        vpcs: &'i HashMap<&'i VpcId, VpcIx>,
        blocks: &'i [Block],
    ) -> Self {
        let prefixes = Family::BOTH.map(|family| {
            let lengths: BTreeSet<u8> = blocks
                .iter()
                .filter(|block| block.family() == family && !block.is_internet())
                .map(Block::prefix)
                .collect();
            lengths.into_iter().collect()
        });
        let by_block =
            blocks.iter().enumerate().map(|(index, block)| (*block, BlockIx::new(index))).collect();
        Self {
            inventory,
            groups,
            vpcs,
            blocks,
            by_block,
            prefixes,
            classes: Vec::new(),
            unknowns: Vec::new(),
            by_profile: HashMap::new(),
            lists: HashMap::new(),
            somewhere: HashMap::new(),
        }
    }

    /// Sorts the interfaces of an endpoint into classes, and returns these in the order of the interfaces.
    pub(super) fn add(&mut self, ix: EndpointIx, endpoint: &Endpoint) -> Vec<ClassIx> {
        let many = endpoint.members == Multiplicity::Many;
        let interfaces = endpoint.interfaces.iter();
        interfaces
            .map(|interface| {
                let profile = InterfaceProfile {
                    groups: interface.groups.iter().map(|id| self.groups[id]).collect(),
                    unresolved: self.unknown(interface),
                    unfiltered: interface.unfiltered,
                    vpc: interface.vpc.as_ref().and_then(|id| self.vpcs.get(id)).copied(),
                    v4: self.presence(interface, Family::V4),
                    v6: self.presence(interface, Family::V6),
                    role: endpoint.role,
                    many,
                };
                let next = ClassIx::new(self.classes.len());
                let class = *self.by_profile.entry(profile).or_insert_with_key(|profile| {
                    self.classes.push(InterfaceClass {
                        profile: profile.clone(),
                        members: Vec::new(),
                        hypothetical: None,
                    });
                    next
                });
                self.classes[class.get()].members.push(ix);
                class
            })
            .collect()
    }

    /// Adds the class of an imagined interface that has a group alone attached and of which nothing
    /// else is known.
    pub(super) fn add_hypothetical(&mut self, ix: GroupIx, group: &Group) {
        let vpc = self.inventory.network.only_vpc(&group.id, group.vpc.as_ref()).cloned();
        let interface = Interface { vpc, ..Interface::default() };
        let profile = InterfaceProfile {
            groups: vec![ix],
            unresolved: None,
            unfiltered: false,
            vpc: interface.vpc.as_ref().and_then(|id| self.vpcs.get(id)).copied(),
            v4: self.presence(&interface, Family::V4),
            v6: self.presence(&interface, Family::V6),
            role: Role::Both,
            many: true,
        };
        self.classes.push(InterfaceClass { profile, members: Vec::new(), hypothetical: Some(ix) });
    }

    /// Returns the groups that are attached to any interface.
    pub(super) fn attached(&self) -> BTreeSet<GroupIx> {
        self.classes.iter().flat_map(|class| class.profile.groups.iter().copied()).collect()
    }

    pub(super) fn finish(self) -> (Vec<InterfaceClass>, Vec<String>) {
        (self.classes, self.unknowns)
    }

    fn unknown(&mut self, interface: &Interface) -> Option<UnknownIx> {
        if interface.unresolved.is_empty() {
            return None;
        }
        let text = interface.unresolved.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(", ");
        let known = self.unknowns.iter().position(|known| *known == text);
        Some(UnknownIx::new(known.unwrap_or_else(|| {
            self.unknowns.push(text);
            self.unknowns.len() - 1
        })))
    }

    fn presence(&mut self, interface: &Interface, family: Family) -> Presence {
        let own: Vec<Block> =
            interface.addresses.iter().filter(|block| block.family() == family).copied().collect();
        if !own.is_empty() {
            let inside = own.iter().flat_map(|address| self.around(*address)).collect::<BTreeSet<_>>();
            let inside = self.list(inside.into_iter().collect());
            return Presence::Present { certain: true, inside, perhaps: self.list(Vec::new()) };
        }
        if !interface.addresses.is_empty() {
            return Presence::Absent;
        }
        let subnets: Vec<SubnetId> = interface.subnets.iter().cloned().collect();
        let key = (subnets, interface.vpc.clone(), family);
        if !self.somewhere.contains_key(&key) {
            let found = self.look_around(&key.0, key.1.as_ref(), family);
            self.somewhere.insert(key.clone(), found);
        }
        let (has, (inside, perhaps)) = self.somewhere[&key].clone();
        match has {
            Some(false) => Presence::Absent,
            Some(true) => Presence::Present { certain: true, inside, perhaps },
            None => Presence::Present { certain: false, inside, perhaps },
        }
    }

    /// Where an unknown address can be: in one of the subnets, or somewhere in the VPC.
    fn look_around(
        &mut self,
        subnets: &[SubnetId],
        vpc: Option<&VpcId>,
        family: Family,
    ) -> (Option<bool>, Where) {
        let network = &self.inventory.network;
        let known: Option<Vec<&BTreeSet<Block>>> =
            subnets.iter().map(|id| Some(&network.subnets.get(id)?.blocks)).collect();
        let known = known.filter(|list| !list.is_empty() && list.iter().all(|blocks| !blocks.is_empty()));
        let blocks: Vec<Block> = match (known, vpc.and_then(|id| network.vpcs.get(id))) {
            (Some(list), _) => list.into_iter().flatten().copied().collect(),
            (None, Some(vpc)) => vpc.blocks.iter().copied().collect(),
            (None, None) => Vec::new(),
        };
        let homes: Vec<Block> = blocks.iter().filter(|block| block.family() == family).copied().collect();
        // A network that is known and has no block of the family holds no address of it. IPv4 is
        // there unless the network is known to be IPv6 alone.
        let has = match family {
            _ if !blocks.is_empty() && homes.is_empty() => Some(false),
            Family::V4 => Some(true),
            Family::V6 => None,
        };
        let named = self
            .blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| block.family() == family && !block.is_internet());
        let (mut inside, mut perhaps) = (Vec::new(), Vec::new());
        for (index, block) in named {
            if !homes.is_empty() && homes.iter().all(|home| block.contains(home)) {
                inside.push(BlockIx::new(index));
            } else if homes.is_empty() || homes.iter().any(|home| block.overlaps(home)) {
                perhaps.push(BlockIx::new(index));
            }
        }
        (has, (self.list(inside), self.list(perhaps)))
    }

    /// The blocks that an address lies in. A delegated prefix lies also in the blocks inside it:
    /// the interface holds every address of the prefix.
    fn around(&self, address: Block) -> Vec<BlockIx> {
        let family = address.family();
        let lengths = &self.prefixes[usize::from(family == Family::V6)];
        let supernets = lengths.iter().filter_map(|length| address.supernet(*length));
        let mut found: Vec<BlockIx> =
            supernets.filter_map(|block| self.by_block.get(&block)).copied().collect();
        let is_host = address.prefix() == if family == Family::V4 { 32 } else { 128 };
        if !is_host {
            let within = self.blocks.iter().enumerate().filter(|(_, block)| address.contains(block));
            found.extend(within.map(|(index, _)| BlockIx::new(index)));
        }
        found
    }

    fn list(&mut self, blocks: Vec<BlockIx>) -> BlockList {
        self.lists.entry(blocks).or_insert_with_key(|blocks| blocks.clone().into()).clone()
    }
}
