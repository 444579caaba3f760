//! How much an answer may take. Two lists that the input chooses make a product that no machine bears,
//! so pairs are counted, and a question that is about too many of them is refused before it is slow.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::Connectivity;

/// So many pairs take about a second; what a small input may ask for.
const PAIRS: usize = 1_000_000;
/// What an input may ask for beside that, for each of its rules and classes of interfaces.
const PAIRS_EACH: usize = 4;

/// Pairs that may still be looked at for an answer.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    left: usize,
    limit: usize,
}

/// The same, of several threads. Whether it is enough does not depend on their order.
#[derive(Debug)]
pub(super) struct SharedWork {
    spent: AtomicUsize,
    limit: usize,
}

impl SharedWork {
    /// So many pairs may be looked at.
    pub(super) fn new(limit: usize) -> Self {
        Self { spent: AtomicUsize::new(0), limit }
    }

    /// Counts pairs that are about to be looked at. Tells whether there is work left for them.
    pub(super) fn spend(&self, pairs: usize) -> bool {
        let before = self.spent.fetch_add(pairs.min(self.limit), Ordering::Relaxed);
        before <= self.limit && pairs <= self.limit - before
    }

    /// Tells whether all that was counted was done.
    ///
    /// # Errors
    /// [`TooLarge`] when it was too much.
    pub(super) fn finish(&self) -> Result<(), TooLarge> {
        let spent = self.spent.load(Ordering::Relaxed);
        if spent <= self.limit { Ok(()) } else { Err(TooLarge { limit: self.limit }) }
    }
}

/// An answer is about more pairs of resources than are looked at for one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the answer is about more than {limit} pairs of resources, which nobody reads: ask about fewer of them \
     at a time"
)]
pub struct TooLarge {
    /// So many are looked at.
    pub limit: usize,
}

/// Returns what bounds grow with: the number of rules and of classes of interfaces.
pub(super) fn size(net: &Connectivity) -> usize {
    net.all_rules().len() + net.all_classes().len()
}

impl Work {
    /// Returns what a question about an estate may take: the more rules and interfaces, the more.
    pub fn of(net: &Connectivity) -> Self {
        let limit = PAIRS + PAIRS_EACH * size(net);
        Self { left: limit, limit }
    }

    /// Returns work without a limit, for what is linear in the input.
    pub(super) fn unlimited() -> Self {
        Self { left: usize::MAX, limit: usize::MAX }
    }

    /// Counts pairs that are about to be looked at.
    ///
    /// # Errors
    /// [`TooLarge`] when they are too many.
    pub fn spend(&mut self, pairs: usize) -> Result<(), TooLarge> {
        match self.left.checked_sub(pairs) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(TooLarge { limit: self.limit }),
        }
    }
}
