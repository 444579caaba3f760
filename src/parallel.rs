//! Work on all cores, for inputs that are large enough to gain by it. Order is kept: nothing that is
//! computed here depends on how many threads there are.

use std::cell::Cell;
use std::sync::OnceLock;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// More threads than this wait for memory rather than work.
const MOST_THREADS: usize = 8;
/// Fewer items than this are done before another thread has woken.
const FEW: usize = 512;

thread_local! {
    static STAYS: Cell<bool> = const { Cell::new(false) };
}

/// Says that this thread lives as long as the process. Then it works with the others instead of
/// waiting for them, and finds in its caches what it did. For the command's first thread.
pub fn this_thread_stays() {
    STAYS.set(true);
}

/// The threads, which start when they are first needed; nothing on one core, or if they do not start.
fn pool() -> Option<&'static ThreadPool> {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let start = || {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        if cores < 2 || cfg!(fuzzing) {
            return None;
        }
        let builder = ThreadPoolBuilder::new().num_threads(cores.min(MOST_THREADS));
        let builder = if STAYS.get() { builder.use_current_thread() } else { builder };
        builder.build().ok()
    };
    POOL.get_or_init(start).as_ref()
}

/// Runs the same work on all threads, which share it out themselves.
///
/// # Panics
/// If the work does.
pub(crate) fn on_all<R: Send>(work: impl Fn() -> R + Sync) -> Vec<R> {
    let Some(pool) = pool() else { return vec![work()] };
    let each = 0..pool.current_num_threads();
    pool.install(|| each.into_par_iter().with_max_len(1).map(|_| work()).collect())
}

/// Maps each item, in order.
///
/// # Panics
/// If the mapping does.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, map: impl Fn(T) -> R + Sync) -> Vec<R> {
    match if items.len() < FEW { None } else { pool() } {
        Some(pool) => pool.install(|| items.into_par_iter().with_min_len(FEW / 8).map(&map).collect()),
        None => items.into_iter().map(map).collect(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn items_are_mapped_once_each_and_in_order() {
        for count in [0, 1, super::FEW - 1, super::FEW, 10_007] {
            let items: Vec<usize> = (0..count).collect();
            let doubled = super::map(items, |item| item * 2);
            assert_eq!(doubled, (0..count).map(|item| item * 2).collect::<Vec<_>>());
        }
        assert!(super::on_all(|| 7).iter().all(|seven| *seven == 7));
    }
}
