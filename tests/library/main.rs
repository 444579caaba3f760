//! The library, asked as its users ask it. One crate, because each crate of tests links the library.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_possible_wrap,
    clippy::case_sensitive_file_extension_comparisons,
    missing_docs
)]

mod architecture;
mod attachments;
mod corpus;
mod formats;
mod fuzz_smoke;
mod geometry;
mod hostile;
mod leaks;
mod oracle;
#[cfg(feature = "png")]
mod png;
mod verdicts;
mod words;

/// What tests share; each crate of tests uses a part of it.
#[path = "../testkit"]
#[allow(dead_code)]
mod testkit {
    pub mod canary;
    pub mod dot;
    pub mod names;
    pub mod random;
    pub mod skip;
    pub mod svg;
}

/// The fuzz targets, for `fuzz_smoke`. The package in `fuzz/` joins them with libFuzzer.
#[path = "../../fuzz/src"]
#[allow(dead_code, clippy::all, clippy::pedantic)]
mod fuzz {
    use super::testkit;

    pub mod dictionary;
    pub mod encodings;
    pub mod estate;
    pub mod json_mutator;
    pub mod pictures;
    pub mod readers;
    pub mod tree;

    /// In place of the allocator that counts, which needs unsafe code.
    pub mod memory {
        pub struct Bound {
            pub factor: usize,
            pub allowance: usize,
        }

        pub fn bounded<T>(_: &str, _: Bound, _: usize, work: impl FnOnce() -> T) -> T {
            work()
        }
    }
}
