//! Plan JSON, before and after, mutated as JSON.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use sglens_fuzz::{json_mutator, readers};

fuzz_target!(|data: &[u8]| readers::plan(data));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    json_mutator::mutate(data, size, max_size, seed, fuzzer_mutate)
});
