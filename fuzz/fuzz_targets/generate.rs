//! Everything is written.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use postwright_fuzz::{check, mutate};

fuzz_target!(|data: &[u8]| check::generate(data));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    mutate::in_place(data, size, max_size, seed.into(), mutate::text).unwrap_or(size)
});
