//! For each fixture: the model with what was said about it, and everything that is written.

use std::fmt::Write;
use std::fs;

use postwright::api::Api;
use postwright::generate;
use postwright::output::Tree;
use postwright::target::{GENERATED_MARK, Target};

use crate::support::{fixture, fixtures, ours, read, root, templates, tree_of_all};

/// Whether a file is the one that `generated/` has, but for the line that names the collection:
/// it is read there, and not once more in each of the snapshots.
fn is_generated(path: &str, text: &str) -> bool {
    let generated = fs::read_to_string(root().join("generated/drchrono").join(path));
    let rest = |text: &str| {
        let lines = text.lines().filter(|line| !line.contains(GENERATED_MARK));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    generated.is_ok_and(|it| rest(&it) == rest(text))
}

/// The model of a fixture, and everything that is written for it.
fn written(name: &str) -> (&'static Api, &'static Tree) {
    let path = fixture(name);
    let (_, api, tree) = ours().iter().find(|(own, ..)| *own == path).unwrap();
    (api, tree)
}

#[test]
fn models() {
    for name in fixtures() {
        let (api, mut notes) = read(&fixture(&name));
        generate(&api, &Target::DEFAULT, &[], templates(), &mut notes).unwrap();
        let mut text = String::new();
        for note in notes.sorted() {
            writeln!(text, "{note}").unwrap();
        }
        writeln!(text, "\n{}", postwright::inspect::text(&api)).unwrap();
        writeln!(text, "{:#}", postwright::inspect::json(&api)).unwrap();
        insta::assert_snapshot!(format!("{name}.model"), text);
    }
}

#[test]
fn trees() {
    for name in fixtures() {
        let mut text = String::new();
        // Formats for other tools have tests of their own.
        for file in tree_of_all(written(&name).0, &Target::DEFAULT).files() {
            let (_, path) = file.path.split_once('/').unwrap();
            if is_generated(path, &file.text) {
                continue;
            }
            let mode = if file.executable { " (executable)" } else { "" };
            writeln!(text, "======== {path}{mode}\n{}", file.text).unwrap();
        }
        insta::assert_snapshot!(format!("{name}.tree"), text);
    }
}

/// A snapshot of nothing would hold as well.
#[test]
fn every_fixture_has_outputs() {
    for name in fixtures().iter().filter(|name| *name != "empty") {
        let (api, tree) = written(name);
        let operations: usize = api.groups.iter().map(|group| group.operations.len()).sum();
        assert!(operations > 0, "{name}");
        let scripts = tree.files().filter(|file| file.path.ends_with(".sh")).count();
        assert!(scripts >= operations, "{name}");
    }
}

/// No secret of the fixture is in anything that is written or said.
#[test]
fn secrets_are_written_nowhere() {
    let (api, notes) = read(&fixture("secrets"));
    let mut all = format!("{api:?}{notes:?}");
    for file in tree_of_all(&api, &Target::ALL).files() {
        all.push_str(&file.text);
    }
    let at = all.find("s3cr3t");
    assert_eq!(at, None, "{}", &all[at.unwrap_or_default()..][..40.min(all.len())]);
}
