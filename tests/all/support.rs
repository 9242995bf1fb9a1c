//! What several tests need: collections in, trees out, programs found, the tool run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use postwright::api::{Api, Group, Operation, Version};
use postwright::diagnostic::Diagnostics;
use postwright::output::Tree;
use postwright::postman::Source;
use postwright::render::Templates;
use postwright::secret::Secrets;
use postwright::target::Target;
use postwright::{Input, generate, model};

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The flagship collection, as a run from the repository names it.
pub(crate) const DRCHRONO: &str = "collections/drchrono.postman_collection.json";

/// A collection of ours, by its short name.
pub(crate) fn fixture(name: &str) -> String {
    format!("tests/fixtures/ok/{name}.postman_collection.json")
}

/// Short names of all fixtures, sorted.
pub(crate) fn fixtures() -> Vec<String> {
    let folder = root().join("tests/fixtures/ok");
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".postman_collection.json").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() > 10, "the fixtures are gone");
    names
}

/// A variable of the environment that no text of a collection may have said, with its value.
pub(crate) const SECRET: [&str; 2] = ["CANARY_SECRET", "c4n4ry-5ecret"];

/// Whether a text has what only a text of a collection that was taken for code can have put there.
pub(crate) fn betrays(text: &str) -> bool {
    text.contains(SECRET[1]) || text.contains("root:x:0:")
}

/// Reads a collection that is named from the repository.
pub(crate) fn read(path: &str) -> (Api, Diagnostics) {
    let text = fs::read_to_string(root().join(path)).unwrap();
    let mut notes = Diagnostics::default();
    let source = Source { file: path, text: &text };
    let input = Input {
        collection: source,
        environment: None,
        globals: None,
        name: None,
        secrets: &Secrets::default(),
        paging: None,
    };
    let api = model(input, &mut notes).unwrap_or_else(|error| panic!("{path}: {error}"));
    (api, notes)
}

/// Everything that is written for a collection.
pub(crate) fn tree(api: &Api) -> Tree {
    tree_with_notes(api, &mut Diagnostics::default())
}

/// The built-in templates, which take longer to read than most collections.
pub(crate) fn templates() -> &'static Templates {
    static LOADED: OnceLock<Templates> = OnceLock::new();
    LOADED.get_or_init(|| Templates::load(None).unwrap())
}

/// Our own collections, DrChrono last, with everything that is written for each: made once for all
/// tests that only look.
pub(crate) fn ours() -> &'static [(String, Api, Tree)] {
    static MADE: OnceLock<Vec<(String, Api, Tree)>> = OnceLock::new();
    MADE.get_or_init(|| {
        let paths = fixtures().into_iter().map(|name| fixture(&name)).chain([DRCHRONO.to_owned()]);
        let made = paths.map(|path| {
            let api = read(&path).0;
            let tree = tree(&api);
            (path, api, tree)
        });
        made.collect()
    })
}

/// What one target writes for a collection.
pub(crate) fn tree_of(api: &Api, target: Target) -> Tree {
    tree_of_all(api, &[target])
}

/// What some targets write for a collection: files that no test reads cost time as well.
pub(crate) fn tree_of_all(api: &Api, targets: &[Target]) -> Tree {
    generate(api, targets, &[], templates(), &mut Diagnostics::default()).unwrap()
}

/// Those that write programs which need no compiler.
pub(crate) const SCRIPTS: [Target; 3] = [Target::Curl, Target::Python, Target::PowerShell];

/// Everything that can be written for a collection, with what the targets have to say about it.
pub(crate) fn tree_with_notes(api: &Api, notes: &mut Diagnostics) -> Tree {
    generate(api, &Target::DEFAULT, &[], templates(), notes).unwrap()
}

/// Every operation of an API, with its group.
pub(crate) fn operations(api: &Api) -> impl Iterator<Item = (&Group, &Operation)> {
    api.groups.iter().flat_map(|group| group.operations.iter().map(move |it| (group, it)))
}

/// A program that a test cannot do without.
pub(crate) fn program(name: &str, help: &str) -> &'static str {
    let found = Command::new(name).arg("--version").output().is_ok_and(|it| it.status.success());
    assert!(found, "this test needs {name}: {help}");
    Box::leak(name.to_owned().into_boxed_str())
}

/// bash, which runs the scripts.
pub(crate) fn bash() -> &'static str {
    static FOUND: OnceLock<&str> = OnceLock::new();
    FOUND.get_or_init(|| program("bash", "install bash with the package manager of the system"))
}

/// curl, which the scripts call.
pub(crate) fn curl() {
    static FOUND: OnceLock<&str> = OnceLock::new();
    FOUND.get_or_init(|| program("curl", "install curl with the package manager of the system"));
}

/// Which curl it is.
pub(crate) fn curl_version() -> Version {
    curl();
    let said = Command::new("curl").arg("--version").output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let mut numbers = said.split(' ').nth(1).unwrap().split('.').map(|it| it.parse().unwrap());
    Version { major: numbers.next().unwrap(), minor: numbers.next().unwrap() }
}

/// Python, which runs the snippets.
pub(crate) fn python() -> &'static str {
    static FOUND: OnceLock<&str> = OnceLock::new();
    FOUND.get_or_init(|| program("python3", "install Python 3.11 or later"))
}

/// Python with the libraries that the snippets import.
pub(crate) fn python_with_requests() -> &'static str {
    static FOUND: OnceLock<&str> = OnceLock::new();
    FOUND.get_or_init(|| {
        let python = python();
        let modules =
            "import akamai.edgegrid, httpx, jwt, pytest, requests, requests_aws4auth, requests_ntlm, requests_oauthlib, \
             tree_sitter_powershell";
        let found = Command::new(python).args(["-c", modules]).output();
        let found = found.is_ok_and(|it| it.status.success());
        assert!(
            found,
            "this test needs Python libraries: `python3 -m pip install --requirement tests/requirements.txt`"
        );
        python
    })
}

/// The tool, run in a folder, with its answer to the terminal.
pub(crate) fn postwright(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_postwright"))
        .current_dir(folder)
        .args(arguments)
        .env_remove("RUST_BACKTRACE")
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

/// What the tool said, times and the folder that it ran in left out.
pub(crate) fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines = text.lines().map(|line| match line.rsplit_once(" in ") {
        Some((before, time)) if time.ends_with(" ms") => format!("{before} in N ms"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Every file below a folder with its content, by relative path.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let all = paths(folder, "").into_iter();
    all.map(|path| (path.clone(), fs::read(folder.join(&path)).unwrap())).collect()
}

/// Files below a folder whose names end like this, by relative path.
pub(crate) fn paths(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path.strip_prefix(folder).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}
