//! What the fuzz targets share: how inputs are made ([`json_mutator`], [`encodings`], [`estate`]),
//! what is asked of sglens ([`readers`], [`pictures`]), and what it may use ([`memory`]).
//!
//! A target is a file of a few lines in `fuzz_targets/` that joins one of each.

#![deny(unsafe_code)]

pub mod dictionary;
pub mod encodings;
pub mod estate;
pub mod json_mutator;
// An allocator cannot be written without.
#[allow(unsafe_code)]
pub mod memory;
pub mod pictures;
pub mod readers;
pub mod tree;

/// What the targets share with the tests of sglens, which in turn run the targets (`fuzz_smoke`):
/// hence `super::` and not `crate::` in the modules here.
#[path = "../../tests/testkit"]
pub mod testkit {
    pub mod dot;
    pub mod random;
    pub mod svg;
}
