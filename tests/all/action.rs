//! `postwright init`, and the action of GitHub: its scripts in a repository of their own, with a server in
//! the place of GitHub's API.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::server::{Recorded, Server};
use crate::support::{bash, curl, files, postwright, program, root, said};

const COLLECTION: &str = "collections/shop.postman_collection.json";
const TOKEN: &str = "ghs_made-up.token_1";
const BOT: &str = "github-actions[bot]";
/// Anything that takes this for a command makes a file.
const HOSTILE: &str = "$(touch pwned);`touch pwned`'\"&|>pwned ::error::x ${{ github.token }}";

/// A repository with a small collection and its outputs, committed; the collection is changed then.
struct Project {
    folder: tempfile::TempDir,
    base: String,
}

fn shop() -> String {
    fs::read_to_string(root().join("tests/fixtures/diff/shop.postman_collection.json")).unwrap()
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let run = Command::new(program("git", "install git with the package manager of the system"))
        .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(run.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap().trim().to_owned()
}

impl Project {
    /// `below` is the folder to work in, from the root of the repository.
    fn new(below: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = folder.path().join("repository");
        let work = repository.join(below);
        fs::create_dir_all(work.join("collections")).unwrap();
        git(&repository, &["init", "--quiet"]);
        fs::write(work.join(COLLECTION), shop()).unwrap();
        for arguments in [&["init"][..], &["generate", "--target", "curl,docs"]] {
            let run = postwright(&work, arguments);
            assert!(run.status.success(), "{}", said(&run));
        }
        // Two targets are enough here.
        let settings = work.join("postwright.toml");
        let text = fs::read_to_string(&settings).unwrap();
        fs::write(&settings, format!("targets = [\"curl\", \"docs\"]\n{text}")).unwrap();
        git(&repository, &["add", "."]);
        git(&repository, &["commit", "--quiet", "--message", "All of it"]);
        let base = git(&repository, &["rev-parse", "HEAD"]);
        Self { folder, base }
    }

    fn repository(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    fn scratch(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A breaking change: an operation is renamed.
    fn change(&self, below: &str) {
        let changed = shop().replace("\"List pets\"", "\"Show pets\"");
        assert_ne!(changed, shop());
        fs::write(self.repository().join(below).join(COLLECTION), changed).unwrap();
    }

    fn event(&self, event: &Value) -> String {
        let path = self.scratch("event.json");
        fs::write(&path, event.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn pull_request(&self) -> String {
        let head = json!({"ref": HOSTILE, "label": HOSTILE});
        self.event(&json!({
            "number": 7,
            "pull_request": {"number": 7, "title": HOSTILE, "head": head, "base": {"sha": self.base, "ref": HOSTILE}}
        }))
    }

    /// A script of the action, with nothing in its environment but this.
    fn run(&self, script: &str, environment: &[(&str, &str)]) -> Output {
        curl();
        program("jq", "install jq with the package manager of the system");
        let tool = Path::new(env!("CARGO_BIN_EXE_postwright")).parent().unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders =
            [self.scratch("shims"), tool.to_owned()].into_iter().chain(std::env::split_paths(&path));
        Command::new(bash())
            .arg(root().join("action").join(script))
            .current_dir(self.repository())
            .env_clear()
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("HOME", self.scratch("home"))
            .env("NO_COLOR", "1")
            .envs(environment.iter().copied())
            .output()
            .unwrap()
    }

    /// The script that comments, as the action runs it for a pull request.
    fn diff(&self, api: &str, more: &[(&str, &str)]) -> Output {
        let (event, summary) = (self.pull_request(), self.scratch("summary.md"));
        let mut environment = vec![
            ("GITHUB_EVENT_PATH", event.as_str()),
            ("GITHUB_API_URL", api),
            ("GITHUB_REPOSITORY", "acme/api"),
            ("GITHUB_REF", HOSTILE),
            ("GITHUB_HEAD_REF", HOSTILE),
            ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
            ("POSTWRIGHT_TOKEN", TOKEN),
        ];
        environment.extend(more);
        self.run("diff.sh", &environment)
    }

    fn summary(&self) -> String {
        fs::read_to_string(self.scratch("summary.md")).unwrap_or_default()
    }

    fn assert_untouched(&self) {
        let touched = files(self.folder.path()).into_iter().find(|(path, _)| path.ends_with("pwned"));
        assert_eq!(touched.map(|it| it.0), None, "a text became a command");
    }
}

fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// GitHub's comments of one pull request, a hundred a page.
fn comments(already: Vec<Value>) -> (Server, Arc<Mutex<Vec<Value>>>) {
    let all = Arc::new(Mutex::new(already));
    let kept = Arc::clone(&all);
    let server = Server::start(move |request: &Recorded| {
        let mut all = kept.lock().unwrap();
        let body = || serde_json::from_slice::<Value>(&request.body).unwrap()["body"].clone();
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        match (request.method.as_str(), path) {
            ("GET", "/repos/acme/api/issues/7/comments") => {
                let page: usize = query.rsplit_once("page=").unwrap().1.parse().unwrap();
                let page: Vec<Value> = all.iter().skip((page - 1) * 100).take(100).cloned().collect();
                (200, Value::from(page).to_string())
            }
            ("POST", "/repos/acme/api/issues/7/comments") => {
                let id = 1000 + all.len();
                all.push(json!({"id": id, "user": {"login": BOT}, "body": body()}));
                (201, json!({"id": id}).to_string())
            }
            ("PATCH", path) => {
                let id: usize =
                    path.strip_prefix("/repos/acme/api/issues/comments/").unwrap().parse().unwrap();
                let comment = all.iter_mut().find(|it| it["id"] == id).unwrap();
                comment["body"] = body();
                (200, comment.to_string())
            }
            _ => (404, "{}".to_owned()),
        }
    });
    (server, all)
}

fn methods(server: &Server) -> Vec<String> {
    server.take().into_iter().map(|it| it.method).collect()
}

#[test]
fn init_writes_what_is_not_there_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("collections")).unwrap();
    let names = ["a.json", "b \"]\\ [c.json", "Acme.postman_environment.json"];
    for name in names {
        fs::write(folder.join("collections").join(name), shop()).unwrap();
    }
    let run = postwright(folder, &["init"]);
    assert!(run.status.success(), "{}", said(&run));
    assert_eq!(said(&run).matches(": written").count(), 4, "{}", said(&run));
    let settings = fs::read_to_string(folder.join("postwright.toml")).unwrap();
    let config = postwright::config::Config::parse("postwright.toml", &settings).unwrap();
    let paths: Vec<String> = config.collections.iter().map(|it| it.path.display().to_string()).collect();
    assert_eq!(paths, ["collections/a.json", "collections/b \"]\\ [c.json"]);
    let before = files(folder);
    let run = postwright(folder, &["init"]);
    assert!(run.status.success(), "{}", said(&run));
    assert_eq!(said(&run).matches(": already there").count(), 4, "{}", said(&run));
    assert!(run.stdout.is_empty(), "there is nothing to paste");
    assert_eq!(files(folder), before);
}

#[test]
fn init_leaves_what_is_somebodys_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let own = [
        ("postwright.toml", "out = \"sdk\""),
        (".github/workflows/postwright.yml", "on: push\n"),
        (".gitattributes", "*.png binary\r\nsdk/** text eol=lf"),
        (".pre-commit-config.yaml", "repos: []\n"),
    ];
    fs::create_dir_all(folder.join(".github/workflows")).unwrap();
    for (name, text) in own {
        fs::write(folder.join(name), text).unwrap();
    }
    for _ in 0..2 {
        let run = postwright(folder, &["init"]);
        assert!(run.status.success(), "{}", said(&run));
        let paste = String::from_utf8(run.stdout).unwrap();
        assert!(paste.starts_with("  - repo: local\n"), "{paste}");
        for (name, text) in own {
            let added = if name == ".gitattributes" { "\nsdk/** linguist-generated=true\n" } else { "" };
            assert_eq!(fs::read_to_string(folder.join(name)).unwrap(), format!("{text}{added}"), "{name}");
        }
    }
}

/// Settings that cannot be read are an error, and nothing is written then.
#[test]
fn init_stops_before_it_writes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("postwright.toml"), "out = 1").unwrap();
    let run = postwright(folder.path(), &["init"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(said(&run).contains("help: "), "{}", said(&run));
    assert_eq!(files(folder.path()).len(), 1);
}

/// The whole way of a pull request: stale, regenerated, told, and told again in the same comment.
#[test]
fn a_pull_request_is_checked_and_told() {
    let project = Project::new("");
    let check = project.run("check.sh", &[]);
    assert!(check.status.success(), "{}", printed(&check));
    let (server, all) = comments(vec![]);
    let origin = server.origin();

    // Nothing has changed, so that there is nothing to tell.
    let diff = project.diff(&origin, &[]);
    assert!(diff.status.success(), "{}", printed(&diff));
    assert_eq!(methods(&server), ["GET"]);

    project.change("");
    let check = project.run("check.sh", &[]);
    assert_eq!(check.status.code(), Some(1), "{}", printed(&check));
    assert!(printed(&check).contains("generated/shop/curl/pets/list.sh"), "{}", printed(&check));
    assert!(postwright(&project.repository(), &["generate"]).status.success());
    let check = project.run("check.sh", &[]);
    assert!(check.status.success(), "{}", printed(&check));

    // A curl that tells what others could see of it.
    let shims = project.scratch("shims");
    fs::create_dir(&shims).unwrap();
    let seen = project.scratch("seen");
    let shim = format!(
        "#!/bin/sh\n{{ env; echo \"$@\"; }} >> '{}'\nPATH=${{PATH#*:}} exec curl \"$@\"\n",
        seen.display()
    );
    fs::write(shims.join("curl"), shim).unwrap();
    make_executable(&shims.join("curl"));

    let diff = project.diff(&origin, &[("POSTWRIGHT_FAIL_ON", "breaking")]);
    assert_eq!(diff.status.code(), Some(1), "{}", printed(&diff));
    let entry = "`pets.list`";
    assert!(printed(&diff).contains(entry) && printed(&diff).contains("fail-on"), "{}", printed(&diff));
    assert!(project.summary().contains(entry));
    let requests = server.take();
    assert_eq!(requests.iter().map(|it| it.method.as_str()).collect::<Vec<_>>(), ["GET", "POST"]);
    for request in &requests {
        assert_eq!(request.header("authorization"), Some(&*format!("Bearer {TOKEN}")));
    }
    let seen = fs::read_to_string(seen).unwrap();
    assert!(seen.contains("--config - ") && !seen.contains(TOKEN), "{seen}");
    let first = all.lock().unwrap()[0]["body"].as_str().unwrap().to_owned();
    assert!(first.starts_with("<!-- postwright diff ") && first.contains(entry), "{first}");

    // The change is taken back: the same comment says so.
    fs::write(project.repository().join(COLLECTION), shop()).unwrap();
    let diff = project.diff(&origin, &[("POSTWRIGHT_FAIL_ON", "docs")]);
    assert!(diff.status.success(), "{}", printed(&diff));
    assert_eq!(methods(&server), ["GET", "PATCH"]);
    let all = all.lock().unwrap();
    assert_eq!(all.len(), 1);
    assert!(!all[0]["body"].as_str().unwrap().contains(entry), "{}", all[0]);
    project.assert_untouched();
}

fn make_executable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = path;
}

/// The comment may lie behind many others; one of somebody else is not it, whatever it says.
#[test]
fn a_comment_is_found_behind_others() {
    let project = Project::new("");
    project.change("");
    let marker = "<!-- postwright diff .  -->\n";
    let comment =
        |id: usize, login: &str, body: &str| json!({"id": id, "user": {"login": login}, "body": body});
    let mut already: Vec<Value> = (0..130).map(|id| comment(id, BOT, "something else")).collect();
    already[5] = comment(5, "mallory", marker);
    already[6] = json!({"id": 6, "user": null, "body": null});
    already[120] = comment(120, BOT, marker);
    let (server, all) = comments(already);
    let diff = project.diff(&server.origin(), &[]);
    assert!(diff.status.success(), "{}", printed(&diff));
    assert_eq!(methods(&server), ["GET", "GET", "PATCH"]);
    let all = all.lock().unwrap();
    assert_eq!((all.len(), all[5]["body"].as_str()), (130, Some(marker)));
    assert!(all[120]["body"].as_str().unwrap().contains("`pets.list`"), "{}", all[120]);
}

/// The token of a fork may not write, and an API may be down: the summary has it all.
#[test]
fn a_comment_that_cannot_be_written_is_said() {
    let project = Project::new("");
    project.change("");
    for (status, sentence) in [(403, "Pull requests from forks"), (500, "answered 500")] {
        let server = Server::start(move |_| (status, r#"{"message": "no"}"#.to_owned()));
        let diff = project.diff(&server.origin(), &[]);
        assert!(diff.status.success(), "{}", printed(&diff));
        assert!(
            printed(&diff).contains(sentence) && project.summary().contains(sentence),
            "{}",
            printed(&diff)
        );
    }
    // Only writing is refused, and there is no such server.
    let server = Server::start(
        |request| if request.method == "GET" { (200, "[]".into()) } else { (403, "{}".into()) },
    );
    let diff = project.diff(&server.origin(), &[("POSTWRIGHT_FAIL_ON", "breaking")]);
    assert_eq!(diff.status.code(), Some(1), "{}", printed(&diff));
    assert_eq!(methods(&server), ["GET", "POST"]);
    let diff = project.diff("http://127.0.0.1:1", &[]);
    assert!(diff.status.success() && printed(&diff).contains("answered 000"), "{}", printed(&diff));
    let diff = project.diff("http://127.0.0.1:1", &[("POSTWRIGHT_COMMENT", "false")]);
    assert!(diff.status.success() && !printed(&diff).contains("no comment"), "{}", printed(&diff));
}

/// GitHub refuses a comment of 65,536 characters, and tells whoever is named in one.
#[test]
fn a_long_comment_is_cut() {
    let project = Project::new("");
    let mut collection: Value = serde_json::from_str(&shop()).unwrap();
    let request = json!({"method": "GET", "url": "https://api.example.com/x"});
    let items = (0..700)
        .map(|it| json!({"name": format!("{it} {}", "very long name ".repeat(8)), "request": request}));
    collection["item"] = items.collect();
    collection["info"]["name"] = "Ask @octocat".into();
    fs::write(project.repository().join(COLLECTION), collection.to_string()).unwrap();
    let (server, all) = comments(vec![]);
    let diff = project
        .diff(&server.origin(), &[("GITHUB_SERVER_URL", "https://git.example"), ("GITHUB_RUN_ID", "5")]);
    assert!(diff.status.success(), "{}", printed(&diff));
    let all = all.lock().unwrap();
    let body = all[0]["body"].as_str().unwrap();
    assert!((50_000..65_536).contains(&body.chars().count()), "{} characters", body.chars().count());
    assert!(
        body.trim_end()
            .ends_with("see [the summary of the run](https://git.example/acme/api/actions/runs/5).")
    );
    assert!(!body.contains("@octocat") && body.contains("octocat"), "somebody is called");
    assert!(project.summary().len() > body.len());
}

#[test]
fn a_push_is_compared_with_what_was_before() {
    let project = Project::new("");
    project.change("");
    let run = |event: &Value| project.run("diff.sh", &[("GITHUB_EVENT_PATH", &project.event(event))]);
    let diff = run(&json!({"before": project.base, "ref": HOSTILE}));
    assert!(diff.status.success() && printed(&diff).contains("`pets.list`"), "{}", printed(&diff));
    let nothing = [
        json!({"before": "0".repeat(40)}),
        json!({"before": "1".repeat(40)}),
        json!({"before": "--output=pwned"}),
        json!({"schedule": "17 3 * * *"}),
    ];
    for event in nothing {
        let diff = run(&event);
        let said = printed(&diff);
        assert!(diff.status.success() && said.contains("has compared nothing"), "{event}: {said}");
    }
    let diff = project.run("diff.sh", &[("POSTWRIGHT_BASE", "HEAD")]);
    assert!(diff.status.success() && printed(&diff).contains("`pets.list`"), "{}", printed(&diff));
    let diff = project.run("diff.sh", &[("POSTWRIGHT_FAIL_ON", "all"), ("POSTWRIGHT_BASE", "HEAD")]);
    assert!(!diff.status.success() && printed(&diff).contains("help: "), "{}", printed(&diff));
    project.assert_untouched();
}

#[test]
fn findings_are_written_and_the_exit_code_kept() {
    let project = Project::new("part 1");
    let sarif = project.scratch("found.sarif");
    let output = project.scratch("output");
    let lint = |fail_on: &str| {
        let run = project.run(
            "lint.sh",
            &[
                ("POSTWRIGHT_WORKING_DIRECTORY", "part 1"),
                ("POSTWRIGHT_SARIF", sarif.to_str().unwrap()),
                ("POSTWRIGHT_LINT_FAIL_ON", fail_on),
                ("GITHUB_OUTPUT", output.to_str().unwrap()),
                ("GITHUB_ACTIONS", "true"),
            ],
        );
        let written = fs::read_to_string(&output).is_ok_and(|it| it == "written=true\n");
        let _ = fs::remove_file(&output);
        (run, written)
    };
    let (run, written) = lint("never");
    assert!(run.status.success() && written, "{}", printed(&run));
    let path = project.repository().join("part 1").join(COLLECTION);
    let mut collection: Value = serde_json::from_str(&shop()).unwrap();
    let secret = json!({"key": "password", "value": "hunter2-hunter2"});
    collection["variable"].as_array_mut().unwrap().push(secret);
    fs::write(&path, collection.to_string()).unwrap();
    let (run, written) = lint("warning");
    assert_eq!((run.status.code(), written), (Some(1), true), "{}", printed(&run));
    assert!(
        printed(&run).contains("::stop-commands::") && printed(&run).contains("[PW0003]"),
        "{}",
        printed(&run)
    );
    let value: Value = serde_json::from_str(&fs::read_to_string(&sarif).unwrap()).unwrap();
    let location =
        &value["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(location, "part%201/collections/shop.postman_collection.json");
    // A collection that cannot be read has no findings to upload.
    fs::write(&path, "{").unwrap();
    let (run, written) = lint("never");
    assert_eq!((run.status.code(), written), (Some(1), false), "{}", printed(&run));
}

/// Names of folders and files are texts, too.
#[test]
fn hostile_names_do_nothing() {
    let below = "a $(touch pwned) `touch pwned` ,:%";
    let project = Project::new(below);
    let path = project.repository().join(below).join("collections");
    fs::rename(
        project.repository().join(below).join(COLLECTION),
        path.join("$(touch pwned)';touch pwned.json"),
    )
    .unwrap();
    fs::remove_file(project.repository().join(below).join("postwright.toml")).unwrap();
    let folder = ("POSTWRIGHT_WORKING_DIRECTORY", below);
    let check = project.run("check.sh", &[folder]);
    assert_eq!(check.status.code(), Some(1), "{}", printed(&check));
    let place = "file=a $(touch pwned) `touch pwned` %2C%3A%25/generated/";
    assert!(printed(&check).contains(place), "{}", printed(&check));
    let lint = project.run("lint.sh", &[folder, ("POSTWRIGHT_LINT_FAIL_ON", "never")]);
    assert!(lint.status.success(), "{}", printed(&lint));
    let (server, all) = comments(vec![]);
    let diff = project.diff(&server.origin(), &[folder, ("POSTWRIGHT_COMMENT_AUTHOR", HOSTILE)]);
    assert!(diff.status.success(), "{}", printed(&diff));
    let all = all.lock().unwrap();
    let body = all[0]["body"].as_str().unwrap();
    assert!(body.starts_with("<!-- postwright diff a __touch pwned_ _touch pwned_ ___  -->\n"), "{body}");
    for (name, value) in [("GITHUB_REPOSITORY", HOSTILE), ("POSTWRIGHT_TOKEN", HOSTILE)] {
        let diff = project.diff(&server.origin(), &[folder, (name, value)]);
        assert!(!diff.status.success() && printed(&diff).contains("help: "), "{name}: {}", printed(&diff));
    }
    project.assert_untouched();
}

/// One that is there is used; the sources have a key; what a cache brought back is not built again.
#[test]
fn the_tool_is_installed_once() {
    let project = Project::new("");
    let (output, path) = (project.scratch("output"), project.scratch("path"));
    let run = |arguments: &[&str], with_tool: bool| {
        let _ = fs::remove_file(&output);
        let tool = Path::new(env!("CARGO_BIN_EXE_postwright")).parent().unwrap();
        let others = std::env::var_os("PATH").unwrap_or_default();
        let others = std::env::split_paths(&others).filter(|it| !it.join("postwright").exists());
        let folders = with_tool.then(|| tool.to_owned()).into_iter().chain(others);
        let run = Command::new(bash())
            .arg(root().join("action/install.sh"))
            .args(arguments)
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("HOME", project.scratch("home"))
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_PATH", &path)
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", printed(&run));
        fs::read_to_string(&output).unwrap_or_default()
    };
    assert_eq!(run(&["key"], true), "found=true\n");
    let key = run(&["key"], false);
    assert!(key.starts_with("found=false\nkey=") && key.trim_end().len() >= 40 + 16, "{key}");
    assert_eq!(run(&["key"], false), key);
    let bin = project.scratch("home/.cache/postwright-action/bin");
    fs::create_dir_all(&bin).unwrap();
    fs::write(bin.join("postwright"), "#!/bin/sh\n").unwrap();
    make_executable(&bin.join("postwright"));
    run(&[], false);
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{}\n", bin.display()));
}

/// What a page tells people to paste is what `init` writes.
#[test]
fn the_page_has_the_hook_that_init_writes() {
    let page = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    assert!(page.contains(postwright::init::pre_commit_entry()));
    let git_lab = page.split_once("## GitLab").unwrap().1.split_once("## pre-commit").unwrap().0;
    assert!(
        git_lab.contains("generate --check") && git_lab.contains("diff --since") && git_lab.contains("lint")
    );
}

/// An expression inside a command is a hole; an input that nothing reads, or no page names, is a trap.
#[test]
fn the_action_hands_texts_over_as_variables() {
    let action = fs::read_to_string(root().join("action/action.yml")).unwrap();
    let page = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    let runs: Vec<&str> = action.lines().filter(|it| it.trim_start().starts_with("run:")).collect();
    assert!(runs.len() >= 5, "{runs:?}");
    for run in runs {
        assert!(run.trim_start().starts_with("run: bash \"$GITHUB_ACTION_PATH/"), "{run}");
        assert!(!run.contains("${{"), "{run}");
    }
    let inputs = action.split_once("\ninputs:\n").unwrap().1.split_once("\nruns:").unwrap().0;
    let is_name = |it: &&str| it.starts_with("  ") && !it.starts_with("   ") && it.ends_with(':');
    let names: Vec<&str> = inputs.lines().filter(is_name).map(|it| it.trim().trim_end_matches(':')).collect();
    assert!(names.len() >= 8, "{names:?}");
    for name in names {
        assert!(
            action.contains(&format!("${{{{ inputs.{name} }}}}"))
                || action.contains(&format!("inputs.{name} ==")),
            "{name}"
        );
        assert!(page.contains(&format!("| `{name}` |")), "docs/ci.md has no {name}");
    }
    let scripts: String = ["lib", "check", "lint", "diff"]
        .map(|it| fs::read_to_string(root().join(format!("action/{it}.sh"))).unwrap())
        .concat();
    for variable in action.lines().filter_map(|it| it.trim().strip_prefix("POSTWRIGHT_")?.split(':').next()) {
        assert!(
            scripts.contains(&format!("${{POSTWRIGHT_{variable}")),
            "no script reads POSTWRIGHT_{variable}"
        );
    }
}
