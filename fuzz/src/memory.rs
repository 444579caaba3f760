//! How much memory a piece of work holds at once: an allocator that counts, and a bound.
//!
//! The only unsafe code of the project: `GlobalAlloc` cannot be implemented without. Each function
//! passes its arguments to the system's allocator as they are, and counts bytes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    /// The bytes that this thread has allocated and not given back. It may give back what another
    /// thread has allocated.
    static LIVE: Cell<isize> = const { Cell::new(0) };
    /// The most of them at once since the last [`bounded`] began.
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

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
    let before = LIVE.get();
    PEAK.set(before);
    let result = work();
    let used = (PEAK.get() - before).unsigned_abs();
    let limit = bound.factor * length + bound.allowance;
    assert!(used <= limit, "{what} {length} bytes takes {used} bytes of memory, more than {limit}");
    result
}

/// The system's allocator, counted.
struct Counting;

fn grow(bytes: usize) {
    // Nothing is counted while a thread comes or goes.
    let _ = LIVE.try_with(|live| {
        live.set(live.get() + bytes.cast_signed());
        PEAK.with(|peak| peak.set(peak.get().max(live.get())));
    });
}

fn shrink(bytes: usize) {
    let _ = LIVE.try_with(|live| live.set(live.get() - bytes.cast_signed()));
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
        let bound = Bound { factor: 2, allowance: 1 << 20 };
        let hold =
            |bytes: usize| bounded("holding", bound, 10, || std::hint::black_box(vec![0u8; bytes]).len());
        assert_eq!(hold(1000), 1000);
        assert!(std::panic::catch_unwind(|| hold(8 << 20)).is_err());
    }
}
