//! Mermaid of hostile estates.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sglens_fuzz::{estate::Estate, pictures};

fuzz_target!(|estate: Estate| pictures::mermaid(&estate));
