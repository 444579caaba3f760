//! How much memory a piece of work holds at once: an allocator that counts, and a bound.
//!
//! The only unsafe code of the project: `GlobalAlloc` cannot be implemented without. Each function
//! passes its arguments to the system's allocator as they are, and counts bytes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The bytes that are allocated now.
static LIVE: AtomicUsize = AtomicUsize::new(0);
/// The most bytes that were allocated at once since the last [`bounded`] began.
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// How much memory an input of some length may cost.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    /// Bytes for each byte of input.
    pub factor: usize,
    /// Bytes for an input of any length.
    pub allowance: usize,
}

/// Does some work that an input of `length` bytes causes.
///
/// # Panics
/// When the work held more memory at once than its bound allows.
pub fn bounded<T>(what: &str, bound: Bound, length: usize, work: impl FnOnce() -> T) -> T {
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    let result = work();
    let used = PEAK.load(Relaxed).saturating_sub(before);
    let limit = bound.factor * length + bound.allowance;
    assert!(used <= limit, "{what} {length} bytes takes {used} bytes of memory, more than {limit}");
    result
}

/// The system's allocator, counted.
struct Counting;

fn grow(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Relaxed) + bytes;
    PEAK.fetch_max(live, Relaxed);
}

fn shrink(bytes: usize) {
    LIVE.fetch_sub(bytes, Relaxed);
}

// SAFETY: every block comes from the system's allocator and goes back to it with the layout that it
// came with; counting touches no memory of the caller and allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is passed on.
        let block = unsafe { System.alloc(layout) };
        if !block.is_null() {
            grow(layout.size());
        }
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is passed on.
        let block = unsafe { System.alloc_zeroed(layout) };
        if !block.is_null() {
            grow(layout.size());
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(block, layout) };
        shrink(layout.size());
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise is passed on.
        let moved = unsafe { System.realloc(block, layout, size) };
        match size.checked_sub(layout.size()) {
            _ if moved.is_null() => {}
            Some(more) => grow(more),
            None => shrink(layout.size() - size),
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_panics() {
        // One test, since all threads count together.
        let bound = Bound { factor: 2, allowance: 1 << 20 };
        let hold =
            |bytes: usize| bounded("holding", bound, 10, || std::hint::black_box(vec![0u8; bytes]).len());
        assert_eq!(hold(1000), 1000);
        assert!(std::panic::catch_unwind(|| hold(8 << 20)).is_err());
    }
}
