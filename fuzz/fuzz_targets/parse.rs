//! Bytes become a document, or an error that says where and what to do.

#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use postwright_fuzz::{check, mutate};

fuzz_target!(|data: &[u8]| check::parse(data));

// Most mistakes of JSON are of single bytes, which libFuzzer knows how to make.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let edited =
        if seed % 2 == 0 { mutate::in_place(data, size, max_size, seed.into(), mutate::text) } else { None };
    edited.unwrap_or_else(|| fuzzer_mutate(data, size, max_size))
});
