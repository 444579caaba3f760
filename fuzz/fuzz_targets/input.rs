//! The front door: any bytes, or JSON of any kind in any encoding.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use sglens_fuzz::{encodings, readers};

fuzz_target!(|data: &[u8]| readers::input(data));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    encodings::mutate(data, size, max_size, seed, fuzzer_mutate)
});
