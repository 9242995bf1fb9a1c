//! Every way an input can be wrong: what is said, which exit code, and that what was there
//! before is untouched.

use std::fs;
use std::path::Path;

use crate::support::{files, fixture, postwright, root, said};

/// Runs the tool on a bad input in a folder that has good outputs already, and answers with what
/// it said.
fn refused(arguments: &[&str], prepare: impl FnOnce(&Path), code: i32) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("collections")).unwrap();
    let good = folder.path().join("collections/good.postman_collection.json");
    fs::copy(root().join(fixture("servers")), &good).unwrap();
    let run = postwright(folder.path(), &["generate"]);
    assert!(run.status.success(), "{}", said(&run));
    prepare(folder.path());
    let before = files(&folder.path().join("generated"));
    let run = postwright(folder.path(), arguments);
    assert_eq!(run.status.code(), Some(code), "{}", said(&run));
    assert_eq!(files(&folder.path().join("generated")), before, "the old outputs are touched");
    let said = said(&run);
    assert!(!said.contains("panicked"), "{said}");
    said
}

/// Each file in `tests/fixtures/bad`, beside a good one, in one run.
#[test]
fn bad_files() {
    let folder = root().join("tests/fixtures/bad");
    let mut names: Vec<String> =
        fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() >= 10, "the fixtures are gone");
    let mut all = String::new();
    for name in names {
        let bad = format!("collections/{name}");
        let said = refused(
            &["generate"],
            |project| {
                fs::copy(folder.join(&name), project.join(&bad)).unwrap();
            },
            1,
        );
        all.push_str(&format!("{said}\n\n"));
    }
    insta::assert_snapshot!("bad_files", all);
}

#[test]
fn folders_ten_thousand_deep() {
    let depth = 10_000;
    let open = r#"{"name":"f","item":["#.repeat(depth);
    let text = format!(
        r#"{{"info":{{"name":"Deep","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}},"item":[{open}{{"name":"r","request":"https://x.y"}}{}]}}"#,
        "]}".repeat(depth)
    );
    let write = |project: &Path| fs::write(project.join("collections/deep.json"), text).unwrap();
    insta::assert_snapshot!("deep", refused(&["generate"], write, 1));
}

#[test]
fn paths() {
    let mut all = String::new();
    let mut add = |said: String| all.push_str(&format!("{said}\n\n"));
    add(refused(&["generate", "nowhere.json"], |_| {}, 1));
    add(refused(&["generate", "collections"], |_| {}, 1));
    add(refused(&["generate", "--environment", "nowhere.json"], |_| {}, 1));
    add(refused(&["generate", "--config", "nowhere.toml"], |_| {}, 1));
    add(refused(&["generate", "--templates", "nowhere"], |_| {}, 1));
    add(refused(&["generate"], |it| fs::remove_dir_all(it.join("collections")).unwrap(), 1));
    assert_eq!(all.matches("help: ").count(), 6, "each says what to do: {all}");
    insta::assert_snapshot!("bad_paths", all);
}

#[test]
fn usage() {
    let mut all = String::new();
    let mut add = |said: String| all.push_str(&format!("{said}\n\n"));
    add(refused(&["generate", "--target", "cobol"], |_| {}, 2));
    add(refused(&["generate", "--nothing"], |_| {}, 2));
    add(refused(&["frobnicate"], |_| {}, 2));
    insta::assert_snapshot!("bad_usage", all);
}

#[test]
fn settings() {
    let mut all = String::new();
    let write = |text: &'static str| move |it: &Path| fs::write(it.join("postwright.toml"), text).unwrap();
    for text in ["out = ", "outt = \"x\"\n", "targets = [\"cobol\"]\n", "[[collection]]\nname = \"x\"\n"] {
        let code = if text.contains("cobol") { 2 } else { 1 };
        all.push_str(&format!("{}\n\n", refused(&["generate"], write(text), code)));
    }
    insta::assert_snapshot!("bad_settings", all);
}

#[test]
fn environments() {
    let mut all = String::new();
    for text in ["", "{", "{\"values\": 3}", "{\"info\": {}, \"item\": []}", "[]"] {
        let write = |it: &Path| fs::write(it.join("env.json"), text).unwrap();
        let said = refused(&["generate", "--environment", "env.json"], write, 1);
        all.push_str(&format!("{said}\n\n"));
    }
    insta::assert_snapshot!("bad_environments", all);
}

#[test]
fn templates() {
    let mut all = String::new();
    for (name, text) in [
        ("curl/scrip.sh.hbs", "x"),
        ("curl/script.sh.hbs", "{{#if x}}"),
        ("curl/script.sh.hbs", "{{nothing_of_this_name}}"),
    ] {
        let write = |it: &Path| {
            fs::create_dir_all(it.join("mine/curl")).unwrap();
            fs::write(it.join("mine").join(name), text).unwrap();
        };
        let said = refused(&["generate", "--templates", "mine"], write, 1);
        all.push_str(&format!("{said}\n\n"));
    }
    insta::assert_snapshot!("bad_templates", all);
}

#[test]
fn two_collections_of_one_name() {
    let copy = |it: &Path| {
        let good = it.join("collections/good.postman_collection.json");
        fs::copy(good, it.join("collections/good.other.json")).unwrap();
    };
    insta::assert_snapshot!("same_folder", refused(&["generate"], copy, 1));
}

/// Root may read everything, so permission is taken from a user that the test cannot become;
/// a link to itself cannot be read by anyone.
#[cfg(unix)]
#[test]
fn what_cannot_be_read() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let loop_link = |it: &Path| symlink("loop.json", it.join("collections/loop.json")).unwrap();
    let said = refused(&["generate"], loop_link, 1);
    assert!(said.starts_with("error: cannot read collections/loop.json: "), "{said}");

    let probe = tempfile::NamedTempFile::new().unwrap();
    fs::set_permissions(probe.path(), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(probe.path()).is_ok() {
        println!("skipped: this user may read files without permission");
        return;
    }
    let closed = |it: &Path| {
        let path = it.join("collections/closed.json");
        fs::write(&path, "{}").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    };
    let said = refused(&["generate"], closed, 1);
    assert!(said.contains("Permission denied"), "{said}");
}

/// Whoever may not write learns that, and the rest of the outputs stays whole.
#[cfg(unix)]
#[test]
fn what_cannot_be_written() {
    let project = tempfile::tempdir().unwrap();
    fs::copy(root().join(fixture("samples")), project.path().join("samples.json")).unwrap();
    fs::write(project.path().join("generated"), "a file where the folder should be").unwrap();
    let run = postwright(project.path(), &["generate", "samples.json"]);
    assert_eq!(run.status.code(), Some(1));
    let said = said(&run);
    assert!(said.contains("error: cannot write generated"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

/// A mark at the beginning that editors on Windows write is no mistake.
#[test]
fn a_byte_order_mark_is_fine() {
    let project = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(root().join(fixture("samples"))).unwrap();
    fs::write(project.path().join("bom.json"), format!("\u{feff}{text}")).unwrap();
    let run = postwright(project.path(), &["generate", "bom.json"]);
    assert!(run.status.success(), "{}", said(&run));
}

/// Names that give no name of their own are replaced, and whoever wrote them learns where and how.
#[test]
fn names_that_say_nothing() {
    let project = tempfile::tempdir().unwrap();
    let request = |name: &str, path: &str| {
        format!(r#"{{"name": "{name}", "request": "https://api.example.com/{path}"}}"#)
    };
    let items = [request("Same", "a"), request("Same", "b"), request("!?", "c"), request("", "d")].join(", ");
    let text =
        format!(r#"{{"info": {{"name": "Names"}}, "item": [{{"name": "Things", "item": [{items}]}}]}}"#);
    fs::write(project.path().join("names.json"), text).unwrap();
    let run = postwright(project.path(), &["generate", "names.json"]);
    assert_eq!(run.status.code(), Some(0), "{}", said(&run));
    insta::assert_snapshot!("names", said(&run));
}
