//! The addresses that rules name: CIDR blocks, and the entries of known prefix lists. A list is one
//! thing, however many rules name it and however many blocks it has.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{BlockIx, BlocksIx, ClassIx, GroupIx, InterfaceProfile, VpcIx};
use crate::inventory::{Inventory, Peer, PrefixListId};
use crate::traffic::{AddressSet, Block, Family};

/// What one peer of rules stands for.
#[derive(Debug)]
struct Named {
    /// One block, or the entries of a prefix list; ascending.
    blocks: Box<[BlockIx]>,
    /// The addresses of a prefix list.
    list: Option<AddressSet>,
    /// The groups that an ingress rule opens to it, by the VPCs they are attached in.
    open: BTreeMap<Option<VpcIx>, Vec<GroupIx>>,
}

/// The tables of blocks, and who is in them.
#[derive(Debug, Default)]
pub(super) struct NamedBlocks {
    /// The distinct blocks, ascending.
    blocks: Vec<Block>,
    /// The distinct peers of rules.
    named: Vec<Named>,
    /// For each block, the peers that have it.
    holders: Vec<Vec<BlocksIx>>,
    /// The prefix lists that rules name.
    lists: BTreeMap<PrefixListId, BlocksIx>,
    /// The distinct block lists of interfaces, each with the classes that have it.
    places: Vec<Vec<ClassIx>>,
    /// For each block, the block lists that have it.
    places_of: Vec<Vec<usize>>,
}

impl NamedBlocks {
    /// Collects what rules name, and further blocks to tell interfaces apart by. Returns the peer of each
    /// rule beside it, in the order of the inventory; `None` for peers that are no known addresses.
    pub(super) fn new(inventory: &Inventory, further: &[Block]) -> (Self, Vec<Option<BlocksIx>>) {
        let entries = |id: &PrefixListId| inventory.network.prefix_lists.get(id)?.entries.as_ref();
        let rules = || inventory.groups.values().flat_map(|group| &group.rules);
        let lists: BTreeMap<&PrefixListId, &BTreeSet<Block>> = rules()
            .filter_map(|rule| match &rule.peer {
                Peer::PrefixList(id) => Some((id, entries(id)?)),
                Peer::Block(_) | Peer::Group(_) | Peer::Unresolved(_) => None,
            })
            .collect();
        let single: BTreeSet<Block> = rules()
            .filter_map(|rule| match &rule.peer {
                Peer::Block(block) => Some(*block),
                Peer::PrefixList(_) | Peer::Group(_) | Peer::Unresolved(_) => None,
            })
            .collect();
        let blocks = lists.values().flat_map(|entries| entries.iter()).chain(&single).chain(further);
        let mut blocks: Vec<Block> = blocks.copied().collect();
        blocks.sort_unstable();
        blocks.dedup();
        let place = |block: &Block| BlockIx::new(blocks.binary_search(block).expect("all were collected"));
        let mut named: Vec<Named> = Vec::with_capacity(single.len() + lists.len());
        let mut by_block: HashMap<Block, BlocksIx> = HashMap::with_capacity(single.len());
        for block in single {
            by_block.insert(block, BlocksIx::new(named.len()));
            named.push(Named { blocks: Box::from([place(&block)]), list: None, open: BTreeMap::new() });
        }
        let mut by_list = BTreeMap::new();
        for (id, entries) in lists {
            by_list.insert(id.clone(), BlocksIx::new(named.len()));
            let list = Some(AddressSet::from_blocks(entries));
            named.push(Named { blocks: entries.iter().map(place).collect(), list, open: BTreeMap::new() });
        }
        let peers = rules().map(|rule| match &rule.peer {
            Peer::Block(block) => by_block.get(block).copied(),
            Peer::PrefixList(id) => by_list.get(id).copied(),
            Peer::Group(_) | Peer::Unresolved(_) => None,
        });
        let peers = peers.collect();
        let mut holders = vec![Vec::new(); blocks.len()];
        for (position, named) in named.iter().enumerate() {
            named.blocks.iter().for_each(|ix| holders[ix.get()].push(BlocksIx::new(position)));
        }
        let places_of = vec![Vec::new(); blocks.len()];
        let table = Self { blocks, named, holders, lists: by_list, places: Vec::new(), places_of };
        (table, peers)
    }

    /// Notes the classes, without the hypothetical ones, that are or may be in blocks.
    pub(super) fn place<'p>(&mut self, profiles: impl Iterator<Item = (ClassIx, &'p InterfaceProfile)>) {
        let mut known: HashMap<*const BlockIx, usize> = HashMap::new();
        for (class, profile) in profiles {
            for list in Family::BOTH.iter().flat_map(|family| profile.presence(*family).lists()) {
                let place = *known.entry(list.as_ptr()).or_insert_with(|| {
                    list.iter().for_each(|ix| self.places_of[ix.get()].push(self.places.len()));
                    self.places.push(Vec::new());
                    self.places.len() - 1
                });
                self.places[place].push(class);
            }
        }
    }

    /// Notes that an ingress rule opens a group to addresses. Groups come one after the other.
    pub(super) fn open(&mut self, named: BlocksIx, vpc: Option<VpcIx>, group: GroupIx) {
        let open = self.named[named.get()].open.entry(vpc).or_default();
        if open.last() != Some(&group) {
            open.push(group);
        }
    }

    /// Returns the groups that an ingress rule opens to a peer, by the VPCs they are attached in.
    pub(super) fn open_to(&self, named: BlocksIx) -> &BTreeMap<Option<VpcIx>, Vec<GroupIx>> {
        &self.named[named.get()].open
    }

    /// Returns the classes, without the hypothetical ones, that are or may be in a block.
    pub(super) fn classes_in(&self, block: BlockIx) -> impl Iterator<Item = ClassIx> {
        self.places_of[block.get()].iter().flat_map(|place| self.places[*place].iter().copied())
    }

    /// Returns the peers of rules that have one of some blocks, each once, ascending.
    pub(super) fn holders(&self, blocks: impl Iterator<Item = BlockIx>) -> Vec<BlocksIx> {
        let mut named: Vec<BlocksIx> = blocks.flat_map(|ix| &self.holders[ix.get()]).copied().collect();
        named.sort_unstable();
        named.dedup();
        named
    }

    /// Returns the peer of rules that is a prefix list, with its addresses.
    pub(super) fn list(&self, id: &PrefixListId) -> Option<(BlocksIx, &AddressSet)> {
        let ix = *self.lists.get(id)?;
        Some((ix, self.named[ix.get()].list.as_ref()?))
    }

    /// Tells whether a peer is a prefix list.
    pub(super) fn is_list(&self, named: BlocksIx) -> bool {
        self.named[named.get()].list.is_some()
    }

    /// Returns the blocks of a peer, ascending.
    pub(super) fn of(&self, named: BlocksIx) -> &[BlockIx] {
        &self.named[named.get()].blocks
    }

    /// Returns a block.
    pub(super) fn block(&self, ix: BlockIx) -> Block {
        self.blocks[ix.get()]
    }

    /// Returns all blocks, ascending.
    pub(super) fn all(&self) -> &[Block] {
        &self.blocks
    }

    /// Returns the block of all addresses of a family, if any rule names it.
    pub(super) fn everywhere(&self, family: Family) -> Option<BlockIx> {
        let all = if family == Family::V4 { Block::ALL_V4 } else { Block::ALL_V6 };
        self.blocks.binary_search(&all).ok().map(BlockIx::new)
    }
}
