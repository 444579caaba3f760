//! Classes: interfaces that no rule can tell apart.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{BlockIx, ClassIx, EndpointIx, GroupIx, UnknownIx, VpcIx};
use crate::inventory::{Endpoint, Group, GroupId, Interface, Inventory, Members, Role, SubnetId, VpcId};
use crate::traffic::{Block, Family};

/// What is known of an interface's addresses of one family, as far as rules care.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Presence {
    /// It has no address of the family.
    Absent,
    /// It has one, or, when `certain` is false, may have one.
    Present {
        /// Whether the input tells that it has an address of the family.
        certain: bool,
        /// Blocks (without /0) in which an address of it surely is, ascending.
        inside: Arc<[BlockIx]>,
        /// Blocks in which an address of it may be, ascending.
        perhaps: Arc<[BlockIx]>,
    },
}

/// Everything about an interface that rules can tell.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Standing {
    /// The groups it carries, ascending.
    pub groups: Vec<GroupIx>,
    /// What it carries and the input does not tell, if anything.
    pub unresolved: Option<UnknownIx>,
    /// Its VPC, if known.
    pub vpc: Option<VpcIx>,
    /// Its IPv4 addresses.
    pub v4: Presence,
    /// Its IPv6 addresses.
    pub v6: Presence,
    /// Client, service or both.
    pub role: Role,
    /// Whether the endpoint stands for many machines, which may connect to each other.
    pub many: bool,
}

impl Standing {
    /// The addresses of a family.
    pub fn presence(&self, family: Family) -> &Presence {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }
}

/// What a client whose egress looks at no address can tell of a service: where it stands, which
/// families it speaks, and what it is.
pub(super) type Shape = (Option<VpcIx>, u8, u8, Role, bool);

impl Standing {
    /// The part of the standing that egress rules to everywhere can tell.
    pub(super) fn shape(&self) -> Shape {
        let family = |presence: &Presence| match presence {
            Presence::Absent => 0,
            Presence::Present { certain, .. } => 1 + u8::from(*certain),
        };
        (self.vpc, family(&self.v4), family(&self.v6), self.role, self.many)
    }
}

/// Interfaces of equal standing, and the endpoints that own them.
#[derive(Clone, Debug)]
pub struct Class {
    /// What they have in common.
    pub standing: Standing,
    /// The endpoints, ascending; an endpoint with two such interfaces stands here twice.
    pub members: Vec<EndpointIx>,
}

/// What the addresses of an interface are looked up by.
type Where = (Arc<[BlockIx]>, Arc<[BlockIx]>);

/// Sorts interfaces into classes.
pub(super) struct ClassBuilder<'i> {
    inventory: &'i Inventory,
    groups: &'i HashMap<&'i GroupId, GroupIx>,
    vpcs: &'i HashMap<&'i VpcId, VpcIx>,
    blocks: &'i [Block],
    by_block: HashMap<Block, BlockIx>,
    /// Prefix lengths that occur among the blocks, without /0, by family.
    prefixes: [Vec<u8>; 2],
    classes: Vec<Class>,
    unknowns: Vec<String>,
    by_standing: HashMap<Standing, ClassIx>,
    /// Block lists that were seen, so that equal ones are one allocation.
    lists: HashMap<Vec<BlockIx>, Arc<[BlockIx]>>,
    /// Where an address lies of which only the subnets or the VPC are known.
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
            by_standing: HashMap::new(),
            lists: HashMap::new(),
            somewhere: HashMap::new(),
        }
    }

    /// Sorts the interfaces of an endpoint; returns their classes in order.
    pub(super) fn add(&mut self, ix: EndpointIx, endpoint: &Endpoint) -> Vec<ClassIx> {
        let many = endpoint.members == Members::Many;
        let interfaces = endpoint.interfaces.iter();
        interfaces
            .map(|interface| {
                let standing = Standing {
                    groups: interface.groups.iter().map(|id| self.groups[id]).collect(),
                    unresolved: self.unknown(interface),
                    vpc: interface.vpc.as_ref().and_then(|id| self.vpcs.get(id)).copied(),
                    v4: self.presence(interface, Family::V4),
                    v6: self.presence(interface, Family::V6),
                    role: endpoint.role,
                    many,
                };
                let next = ClassIx::new(self.classes.len());
                let class = *self.by_standing.entry(standing).or_insert_with_key(|standing| {
                    self.classes.push(Class { standing: standing.clone(), members: Vec::new() });
                    next
                });
                self.classes[class.get()].members.push(ix);
                class
            })
            .collect()
    }

    /// How an interface stands that carries only a group and of which nothing else is known.
    pub(super) fn alone(&mut self, ix: GroupIx, group: &Group) -> Standing {
        let interface = Interface { vpc: group.vpc.clone(), ..Interface::default() };
        Standing {
            groups: vec![ix],
            unresolved: None,
            vpc: group.vpc.as_ref().and_then(|id| self.vpcs.get(id)).copied(),
            v4: self.presence(&interface, Family::V4),
            v6: self.presence(&interface, Family::V6),
            role: Role::Both,
            many: true,
        }
    }

    pub(super) fn finish(self) -> (Vec<Class>, Vec<String>) {
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

    fn list(&mut self, blocks: Vec<BlockIx>) -> Arc<[BlockIx]> {
        if let Some(list) = self.lists.get(&blocks) {
            return Arc::clone(list);
        }
        let list: Arc<[BlockIx]> = blocks.clone().into();
        self.lists.insert(blocks, Arc::clone(&list));
        list
    }
}

impl super::Connectivity<'_> {
    /// How an address or block stands that is no known machine's.
    pub fn stranger(&self, block: Block) -> Standing {
        let index = |position: usize| BlockIx::new(position);
        let named = self.blocks.iter().enumerate().filter(|(_, known)| !known.is_internet());
        let (mut inside, mut perhaps) = (Vec::new(), Vec::new());
        for (position, known) in named {
            if known.contains(&block) {
                inside.push(index(position));
            } else if block.contains(known) {
                perhaps.push(index(position));
            }
        }
        let present = Presence::Present { certain: true, inside: inside.into(), perhaps: perhaps.into() };
        let (v4, v6) = match block.family() {
            Family::V4 => (present, Presence::Absent),
            Family::V6 => (Presence::Absent, present),
        };
        Standing { groups: Vec::new(), unresolved: None, vpc: None, v4, v6, role: Role::Both, many: true }
    }
}
