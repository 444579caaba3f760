//! Work on all cores, for inputs that are large enough to gain by it. Order is kept: nothing that is
//! computed here depends on how many threads there are.

use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread::{self, Builder};

/// More threads than this wait for memory rather than work.
const MOST_THREADS: usize = 8;
/// Fewer items than this are done before a thread has started.
const FEW: usize = 512;

/// How many threads work at once.
pub(crate) fn threads() -> usize {
    // Asked once: the system's answer is in several files.
    static THREADS: LazyLock<usize> = LazyLock::new(|| match thread::available_parallelism() {
        Ok(cores) if !cfg!(fuzzing) => cores.get().min(MOST_THREADS),
        _ => 1,
    });
    *THREADS
}

/// Runs the same work on all threads, of which the caller's is one; they share it out themselves. A
/// thread that does not start is made up for by the others.
///
/// # Panics
/// If the work does.
pub(crate) fn on_all<R: Send>(work: impl Fn() -> R + Sync) -> Vec<R> {
    thread::scope(|scope| {
        let start = |_| Builder::new().spawn_scoped(scope, &work).ok();
        let others: Vec<_> = (1..threads()).filter_map(start).collect();
        let own = work();
        let joined = others.into_iter().map(|other| match other.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        std::iter::once(own).chain(joined).collect()
    })
}

/// Maps each item, in order.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, map: impl Fn(T) -> R + Sync) -> Vec<R> {
    if items.len() < FEW || threads() < 2 {
        return items.into_iter().map(map).collect();
    }
    // A few parts for each thread, so that none waits long for the last.
    let length = items.len().div_ceil(threads() * 4);
    let rest = Mutex::new((0, items.into_iter()));
    let done = on_all(|| {
        let mut done: Vec<(usize, Vec<R>)> = Vec::new();
        loop {
            let (number, part) = {
                let mut rest = rest.lock().unwrap_or_else(PoisonError::into_inner);
                rest.0 += 1;
                let part: Vec<T> = rest.1.by_ref().take(length).collect();
                (rest.0, part)
            };
            if part.is_empty() {
                return done;
            }
            done.push((number, part.into_iter().map(&map).collect()));
        }
    });
    let mut parts: Vec<(usize, Vec<R>)> = done.into_iter().flatten().collect();
    parts.sort_by_key(|(number, _)| *number);
    parts.into_iter().flat_map(|(_, part)| part).collect()
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
        assert_eq!(super::on_all(|| 7).into_iter().sum::<usize>(), 7 * super::threads());
    }
}
