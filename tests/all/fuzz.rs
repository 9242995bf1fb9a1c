//! The targets of `fuzz/` on stable Rust: fixtures with random edits, for each of which the same must hold.
//!
//! They are the same inputs in every run, so that it fails for what was changed, and for nothing else. With `POSTWRIGHT_FUZZ`,
//! which has how many inputs each target gets, they are others each time.

#[allow(dead_code, unreachable_pub, reason = "it is a crate of its own, with a part for libFuzzer alone")]
#[path = "../../fuzz/src/lib.rs"]
mod shared;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use shared::mutate::Random;
use shared::{check, mutate, seeds};

/// Longest input in bytes, as libFuzzer has it.
const LARGEST: usize = 65_536;

/// Inputs of each target in a run of all tests.
const CASES: u32 = 60;

/// Gives a target inputs that are made of random numbers; one that fails is kept as a file.
fn drive(name: &str, make: fn(&[u8], usize, &mut Random) -> Option<String>, target: fn(&[u8])) {
    let asked = std::env::var("POSTWRIGHT_FUZZ").ok().map(|it| it.parse().unwrap());
    let config = Config { cases: asked.unwrap_or(CASES), failure_persistence: None, ..Config::default() };
    let mut runner = match asked {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let run = |seed: u64| {
        let mut random = Random::new(seed);
        let mut text = String::new();
        // As a fuzzer does, which edits what it has edited.
        for _ in 0..1 + seed % 4 {
            text = make(text.as_bytes(), LARGEST, &mut random).unwrap_or(text);
        }
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(text.as_bytes()))) {
            let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"));
            fs::write(&file, &text).unwrap();
            println!("seed {seed}: the input is in {}", file.display());
            resume_unwind(panic);
        }
        Ok(())
    };
    if let Err(failure) = runner.run(&any::<u64>(), run) {
        panic!("{name}: {failure}");
    }
}

#[test]
fn parse() {
    seeds::bad().iter().for_each(|it| check::parse(it));
    drive("parse", mutate::text, check::parse);
}

#[test]
fn resolve() {
    drive("resolve", mutate::text, check::resolve);
}

#[test]
fn build() {
    drive("build", mutate::text, check::build);
}

#[test]
fn generate() {
    drive("generate", mutate::text, check::generate);
}

#[test]
fn diff() {
    drive("diff", mutate::pair, check::diff);
}

/// A test that cannot fail shows nothing.
#[test]
fn what_is_wrong_is_found() {
    let text = seeds::good()[0].to_string();
    assert!(check::generated(&text).is_some());
    // An edit is one: most inputs are other ones than the seeds, and most of them can be read.
    let mut random = Random::new(7);
    let edited: Vec<String> =
        (0..200).filter_map(|_| mutate::text(text.as_bytes(), LARGEST, &mut random)).collect();
    assert!(edited.len() > 150 && edited.iter().filter(|it| **it != text).count() > 150);
    assert!(edited.iter().filter(|it| check::generated(it).is_some()).count() > 100);
}
