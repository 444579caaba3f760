//! Maps long lists on rayon's global pool, which the caller configures (`src/main.rs` does for the
//! command). Order is kept: no result depends on how many threads there are.

use rayon::prelude::*;

/// Shorter lists are mapped by the calling thread, because they are done before another thread wakes.
const MIN_ITEMS: usize = 512;

/// Maps each item, in order.
///
/// # Panics
/// If the mapping does.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, map: impl Fn(T) -> R + Sync) -> Vec<R> {
    if items.len() < MIN_ITEMS {
        items.into_iter().map(map).collect()
    } else {
        items.into_par_iter().with_min_len(MIN_ITEMS / 8).map(&map).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::MIN_ITEMS;

    #[test]
    fn items_are_mapped_once_each_and_in_order() {
        for count in [0, 1, MIN_ITEMS - 1, MIN_ITEMS, 10_007] {
            let items: Vec<usize> = (0..count).collect();
            let doubled = super::map(items, |item| item * 2);
            assert_eq!(doubled, (0..count).map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}
