//! Postwright as a library.

use std::fs;
use std::process::Command;

use postwright::diff::diff;
use postwright::target::Target;

use crate::support::{DRCHRONO, files, read, root, tree_of};

#[path = "../../examples/build_script.rs"]
mod build_script;

#[test]
#[ignore = "the next test starts it, with the variable that Cargo would set"]
fn as_cargo_runs_it() {
    build_script::main().unwrap();
}

/// The example of the docs, run as Cargo runs a `build.rs`: what it makes is what the program makes.
#[test]
fn a_build_script_makes_what_the_program_makes() {
    let out = tempfile::tempdir().unwrap();
    let this = std::env::current_exe().unwrap();
    let run = Command::new(this)
        .args(["--exact", "library::as_cargo_runs_it", "--ignored", "--nocapture"])
        .current_dir(root())
        .env("OUT_DIR", out.path())
        .output()
        .unwrap();
    let said = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert!(said.contains("\ncargo::rerun-if-changed=collections/"), "{said}");
    // Cargo takes a line for a warning if it begins so; what goes on in another line would be lost.
    assert!(said.contains("\ncargo::warning=Clinical / "), "{said}");
    let made = files(out.path());
    let expected = tree_of(&read(DRCHRONO).0, Target::Rust);
    assert!(made.len() > 50 && made.len() == expected.files().count(), "{}", made.len());
    for (path, content) in made {
        let path = path.to_string_lossy().replace('\\', "/");
        assert_eq!(expected.get(&path).map(|it| it.text.as_bytes()), Some(&content[..]), "{path}");
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
    let code = example.split_once("\n\n").unwrap().1.replace("pub(crate) fn main", "fn main");
    assert!(page.contains(&code), "docs/library.md shows another one than examples/build_script.rs");
}
