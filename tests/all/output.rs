//! What a run does to the disk.

use std::fs;
use std::path::Path;

use crate::support::{files, fixture, postwright, root, said};

/// A folder with a collection in it, generated.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("collections")).unwrap();
    let to = folder.path().join("collections/samples.postman_collection.json");
    fs::copy(root().join(fixture("samples")), to).unwrap();
    let run = postwright(folder.path(), &["generate"]);
    assert!(run.status.success(), "{}", said(&run));
    folder
}

const SCRIPT: &str = "generated/samples/curl/patients/list.sh";

fn check(folder: &Path) -> (bool, String) {
    let before = files(folder);
    let run = postwright(folder, &["generate", "--check"]);
    assert_eq!(files(folder), before, "--check wrote something");
    (run.status.success(), said(&run))
}

#[test]
fn a_second_run_writes_nothing() {
    let project = project();
    let time = || fs::metadata(project.path().join(SCRIPT)).unwrap().modified().unwrap();
    let before = time();
    let run = postwright(project.path(), &["generate"]);
    let said = said(&run);
    assert!(said.contains(" 0 files written, "), "{said}");
    assert!(said.contains(" 0 removed in N ms"), "{said}");
    assert_eq!(time(), before);
    assert!(check(project.path()).0);
}

#[test]
fn check_names_what_is_changed_missing_or_stale() {
    let project = project();
    let at = |path: &str| project.path().join(path);
    let text = fs::read_to_string(at(SCRIPT)).unwrap();
    fs::write(at(SCRIPT), text.replace("set -euo pipefail", "set -e")).unwrap();
    fs::remove_file(at("generated/samples/python/patients/get.py")).unwrap();
    fs::write(at("generated/samples/curl/patients/old.sh"), &text).unwrap();
    let (fresh, said) = check(project.path());
    assert!(!fresh);
    insta::assert_snapshot!("check", said);
    assert!(postwright(project.path(), &["generate"]).status.success());
    assert!(check(project.path()).0, "a run mends it");
}

#[test]
fn files_of_the_user_are_left_alone() {
    let project = project();
    let own = project.path().join("generated/samples/curl/patients/mine.sh");
    fs::write(&own, "#!/bin/sh\n").unwrap();
    let note = project.path().join("generated/README.md");
    fs::write(&note, "ours\n").unwrap();
    assert!(postwright(project.path(), &["generate"]).status.success());
    assert!(own.exists() && note.exists());
    assert!(check(project.path()).0, "and are no drift");
}

#[test]
fn a_renamed_request_leaves_nothing_behind() {
    let project = project();
    let collection = project.path().join("collections/samples.postman_collection.json");
    let text = fs::read_to_string(&collection).unwrap();
    fs::write(&collection, text.replace("Get CCDA of patient", "Get summary of patient")).unwrap();
    assert!(postwright(project.path(), &["generate"]).status.success());
    let folder = project.path().join("generated/samples/curl/patients");
    assert!(!folder.join("ccda.sh").exists());
    assert!(folder.join("summary.sh").exists());
}

#[test]
fn one_target_leaves_the_others_alone() {
    let project = project();
    let run = postwright(project.path(), &["generate", "--target", "rust"]);
    assert!(run.status.success(), "{}", said(&run));
    assert!(project.path().join(SCRIPT).exists());
}

#[cfg(unix)]
#[test]
fn scripts_can_be_run() {
    use std::os::unix::fs::PermissionsExt;
    let project = project();
    let mode = |path: &str| fs::metadata(project.path().join(path)).unwrap().permissions().mode();
    assert_eq!(mode(SCRIPT) & 0o111, 0o111 & (mode(SCRIPT) >> 2));
    assert_ne!(mode(SCRIPT) & 0o100, 0);
    assert_eq!(mode("generated/samples/manifest.json") & 0o111, 0);
    fs::set_permissions(project.path().join(SCRIPT), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(postwright(project.path(), &["generate"]).status.success());
    assert_ne!(mode(SCRIPT) & 0o100, 0, "a run mends the permission");
}

#[test]
fn templates_of_the_user_take_the_place_of_ours() {
    let project = project();
    let folder = project.path().join("mine/curl");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("script.sh.hbs"), "#!/bin/sh\n# {{generated}}\n# {{title}} of ours\n").unwrap();
    let run = postwright(project.path(), &["generate", "--templates", "mine"]);
    assert!(run.status.success(), "{}", said(&run));
    let text = fs::read_to_string(project.path().join(SCRIPT)).unwrap();
    assert!(text.ends_with("# List patients of ours\n"), "{text}");
}

#[test]
fn settings_are_read_from_postwright_toml() {
    let project = project();
    let settings = "out = \"sdk\"\ntargets = [\"curl\"]\n[[collection]]\npath = \"collections/samples.postman_collection.json\"\nname = \"clinic\"\n";
    fs::write(project.path().join("postwright.toml"), settings).unwrap();
    let run = postwright(project.path(), &["generate"]);
    assert!(run.status.success(), "{}", said(&run));
    assert!(project.path().join("sdk/clinic/curl/patients/list.sh").exists());
    assert!(!project.path().join("sdk/clinic/rust").exists());
}

#[test]
fn values_of_an_environment_win() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(root().join(fixture("servers")), folder.path().join("servers.json")).unwrap();
    let environment =
        r#"{"name": "Test", "values": [{"key": "base_url", "value": "http://127.0.0.1:8080"}]}"#;
    fs::write(folder.path().join("test.postman_environment.json"), environment).unwrap();
    let run = postwright(
        folder.path(),
        &["generate", "servers.json", "--environment", "test.postman_environment.json", "--target", "curl"],
    );
    assert!(run.status.success(), "{}", said(&run));
    let text =
        fs::read_to_string(folder.path().join("generated/servers/curl/requests/by_variable.sh")).unwrap();
    assert!(text.contains("http://127.0.0.1:8080"), "{text}");
}

#[test]
fn completions_and_the_manual_come_from_the_command() {
    for arguments in [vec!["completions", "bash"], vec!["completions", "zsh"], vec!["man"]] {
        let run = postwright(root(), &arguments);
        assert!(run.status.success());
        assert!(String::from_utf8_lossy(&run.stdout).contains("generate"), "{arguments:?}");
    }
}
