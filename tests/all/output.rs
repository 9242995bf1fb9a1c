//! What a run does to the disk.

use std::fs;
use std::path::Path;

use postwright::output::Tree;
use postwright::render::File;

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
/// What a run takes is told if it is asked for; how many threads do it changes no byte, and whoever is no terminal
/// gets no bar.
#[test]
fn threads_and_times_change_no_output() {
    let project = project();
    let before = files(project.path());
    for jobs in ["1", "3"] {
        std::fs::remove_dir_all(project.path().join("generated")).unwrap();
        let run = postwright(project.path(), &["generate", "--jobs", jobs, "--timings"]);
        let said = String::from_utf8(run.stderr).unwrap();
        for phase in ["read", "parse", "resolve", "build", "rust", "curl", "docs", "compare", "write"] {
            let line = said.lines().find(|it| it.split(' ').next() == Some(phase));
            let line = line.unwrap_or_else(|| panic!("no {phase}: {said}"));
            let times: Vec<f64> =
                line.split(" ms").filter_map(|it| it.split(' ').next_back()?.parse().ok()).collect();
            assert!(times.len() == 2 && times[0] <= times[1] + 0.1, "{line}");
        }
        assert!(!said.contains(['\r', '\u{1b}']), "{said:?}");
        assert!(files(project.path()) == before);
    }
    let run = postwright(project.path(), &["generate", "--jobs", "0"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(!String::from_utf8(postwright(project.path(), &["generate"]).stderr).unwrap().contains("took"));
}

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

/// A folder is not left out because cargo would call its own so.
#[test]
fn a_group_called_target_is_looked_after() {
    let folder = tempfile::tempdir().unwrap();
    let collection = folder.path().join("goals.json");
    let item = |name: &str| format!(r#"{{"name": "{name}", "request": "https://api.example.com/targets"}}"#);
    let text = |items: &str| {
        format!(r#"{{"info": {{"name": "Goals"}}, "item": [{{"name": "Target", "item": [{items}]}}]}}"#)
    };
    fs::write(&collection, text(&format!("{}, {}", item("Begin"), item("Reach")))).unwrap();
    assert!(postwright(folder.path(), &["generate", "goals.json"]).status.success());
    let generated = folder.path().join("generated/goals");
    assert!(generated.join("curl/target/reach.sh").exists());

    fs::write(&collection, text(&item("Begin"))).unwrap();
    let run = postwright(folder.path(), &["generate", "goals.json", "--check"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(said(&run).contains("stale:   generated/goals/curl/target/reach.sh"), "{}", said(&run));
    // What cargo builds may lie there as well, and may have a line of ours in it.
    // mdBook copies the script of the docs into the site, with the line that says it is generated.
    let site = generated.join("docs/book/theme/postwright.js");
    fs::create_dir_all(site.parent().unwrap()).unwrap();
    fs::copy(generated.join("docs/theme/postwright.js"), &site).unwrap();
    let product = generated.join("rust/target/debug/build.sh");
    fs::create_dir_all(product.parent().unwrap()).unwrap();
    fs::copy(generated.join("curl/target/reach.sh"), &product).unwrap();
    assert!(postwright(folder.path(), &["generate", "goals.json"]).status.success());
    assert!(!generated.join("curl/target/reach.sh").exists());
    assert!(site.exists());
    assert!(product.exists());
}

/// What `generate` would mend is what `--check` finds.
#[cfg(unix)]
#[test]
fn check_finds_a_script_that_cannot_be_run() {
    use std::os::unix::fs::PermissionsExt;
    let project = project();
    fs::set_permissions(project.path().join(SCRIPT), fs::Permissions::from_mode(0o644)).unwrap();
    let (fresh, said) = check(project.path());
    assert!(!fresh);
    assert!(said.contains(&format!("changed: {SCRIPT}\nthe file cannot be run")), "{said}");
}

/// A run that was killed leaves its staged file behind; the next one removes it.
#[test]
fn what_a_killed_run_left_is_removed() {
    let project = project();
    let samples = project.path().join("generated/samples");
    let staged = [".manifest.json.4711.postwright", "curl/patients/.list.sh.4711.postwright"];
    for name in staged {
        fs::write(samples.join(name), "#!/usr/bin/env ba").unwrap();
    }
    let own = samples.join(".notes");
    fs::write(&own, "mine").unwrap();
    assert!(!check(project.path()).0);
    let run = postwright(project.path(), &["generate"]);
    assert!(said(&run).contains(" 0 files written, "), "{}", said(&run));
    assert!(said(&run).contains(" 2 removed in N ms"), "{}", said(&run));
    assert!(staged.iter().all(|it| !samples.join(it).exists()));
    assert_eq!(fs::read_to_string(own).unwrap(), "mine");
}

/// A link in the place of an output is replaced; what it points to is the user's.
#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let project = project();
    let own = project.path().join("own.sh");
    fs::write(&own, "mine\n").unwrap();
    fs::remove_file(project.path().join(SCRIPT)).unwrap();
    std::os::unix::fs::symlink(&own, project.path().join(SCRIPT)).unwrap();
    assert!(postwright(project.path(), &["generate"]).status.success());
    assert_eq!(fs::read_to_string(&own).unwrap(), "mine\n");
    assert!(check(project.path()).0);
}

/// The last line of a failed check is the command that mends it, options included.
#[test]
fn check_ends_with_the_command_that_mends() {
    let project = project();
    let options = ["--out", "sdk", "--target", "curl"];
    let run = |extra: &[&str]| postwright(project.path(), &[&["generate"], &options[..], extra].concat());
    let text = said(&run(&["--check"]));
    let mend = "run `postwright generate --out sdk --target curl` and commit what it writes";
    assert!(text.lines().next_back().unwrap().ends_with(mend), "{text}");
    assert!(run(&[]).status.success());
    assert!(run(&["--check"]).status.success());
}

#[test]
fn a_tree_refuses_paths_that_meet_or_leave_it() {
    let mut tree = Tree::default();
    let mut add = |path: &str| {
        tree.add(File { path: path.to_owned(), text: String::new(), executable: false })
            .map_err(|error| error.to_string().lines().next().unwrap().to_owned())
    };
    assert_eq!(add("api/curl/list.sh"), Ok(()));
    let taken = "cannot write api/curl/LIST.sh: two pages want this file";
    assert_eq!(add("api/curl/LIST.sh"), Err(taken.to_owned()), "one file where case is ignored");
    for path in ["../x", "/x", "a//b", "a/./b", "c:x", "a\\b", ""] {
        let left = format!("cannot write {path}: the path leaves the output folder");
        assert_eq!(add(path), Err(left));
    }
}
