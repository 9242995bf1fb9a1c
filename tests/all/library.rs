//! Postwright as a library.

use std::fs;
use std::path::Path;
use std::process::Command;

use postwright::diff::diff;

use crate::support::{DRCHRONO, files, read, root};

/// The example of the docs, run as Cargo runs a `build.rs`: what it makes is what the program makes.
#[test]
fn a_build_script_makes_what_the_program_makes() {
    let examples = Path::new(env!("CARGO_BIN_EXE_postwright")).parent().unwrap().join("examples");
    let script = examples.join(format!("build_script{}", std::env::consts::EXE_SUFFIX));
    let out = tempfile::tempdir().unwrap();
    let run = Command::new(&script).current_dir(root()).env("OUT_DIR", out.path()).output();
    let run = run.unwrap_or_else(|error| panic!("{}: {error}; `cargo test` builds it", script.display()));
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(said.starts_with("cargo::rerun-if-changed=collections/"), "{said}");
    // Cargo takes a line for a warning if it begins so; what goes on in another line would be lost.
    assert!(said.lines().filter(|it| it.starts_with("cargo::warning=")).count() > 1, "{said}");
    let made = out.path().join("drchrono/rust");
    let kept = root().join("generated/drchrono/rust");
    let (made, kept) = (files(&made), files(&kept));
    assert!(made.len() > 50, "{}", made.len());
    for (path, content) in made {
        let same = kept.iter().find(|(it, _)| *it == path);
        assert!(
            same.is_some_and(|(_, it)| *it == content) || path.ends_with("README.md"),
            "{}",
            path.display()
        );
    }
}

/// What [docs/library.md] promises is what the example and this use.
#[test]
fn two_models_are_compared() {
    let (old, _) = read(DRCHRONO);
    let mut new = old.clone();
    new.groups.remove(0);
    let changes = diff(&old, &new);
    assert!(changes.changes.len() > 1, "{changes:?}");
    assert!(diff(&old, &old).changes.is_empty());
}

#[test]
fn the_page_shows_the_example() {
    let page = fs::read_to_string(root().join("docs/library.md")).unwrap();
    let example = fs::read_to_string(root().join("examples/build_script.rs")).unwrap();
    let code = example.split_once("\n\n").unwrap().1;
    assert!(page.contains(code), "docs/library.md shows another one than examples/build_script.rs");
}
