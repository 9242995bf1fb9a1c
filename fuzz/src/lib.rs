//! What the fuzz targets share: collections that are almost right, and what must hold for each of them.
//!
//! Nothing here knows a fuzzer: `fuzz_targets/` drives it by libFuzzer, and `tests/all/fuzz.rs` includes it as a
//! module and drives it by proptest on stable Rust.

pub mod check;
pub mod mutate;
pub mod seeds;
