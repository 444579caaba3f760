//! Lists of blocks that interfaces share.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::BlockIx;

/// Blocks, ascending. Many interfaces have the same list: it is shared, and its hash is computed once.
#[derive(Clone, Debug)]
pub struct BlockList {
    hash: u64,
    blocks: Arc<[BlockIx]>,
}

impl BlockList {
    pub(super) fn as_ptr(&self) -> *const BlockIx {
        self.blocks.as_ptr()
    }

    /// Tells whether it has one of some blocks, which are ascending too.
    pub(super) fn meets(&self, others: &[BlockIx]) -> bool {
        let (few, many) = if self.len() < others.len() { (&**self, others) } else { (others, &**self) };
        few.iter().any(|ix| many.binary_search(ix).is_ok())
    }
}

impl From<Vec<BlockIx>> for BlockList {
    fn from(blocks: Vec<BlockIx>) -> Self {
        let mut hasher = DefaultHasher::new();
        blocks.hash(&mut hasher);
        Self { hash: hasher.finish(), blocks: blocks.into() }
    }
}

impl std::ops::Deref for BlockList {
    type Target = [BlockIx];

    fn deref(&self) -> &[BlockIx] {
        &self.blocks
    }
}

impl PartialEq for BlockList {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.blocks, &other.blocks) || (self.hash == other.hash && self.blocks == other.blocks)
    }
}

impl Eq for BlockList {}

impl Hash for BlockList {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}
