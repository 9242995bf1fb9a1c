//! The generated crates, built by the compiler: every one of the fixtures and of the corpus.
//!
//! They are put into a workspace below the target folder, so that they share what they depend
//! on with each other and with the tests, and nothing has to be fetched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use postwright::api::{Api, Operation};
use postwright::target::{Target, rust};

use crate::corpus;
use crate::support::{DRCHRONO, fixture, fixtures, operations, ours, paths, read, root, tree_of};

/// A workspace of generated crates, empty at first.
pub(crate) fn workspace(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // Crates of an earlier run that are no longer written would be built as well.
    for path in paths(&folder, "/Cargo.toml") {
        fs::remove_file(folder.join(path)).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Makes one workspace of the crates in a folder, as whoever vendors them does.
pub(crate) fn finish(folder: &Path) {
    for path in paths(folder, "/rust/Cargo.toml") {
        let text = fs::read_to_string(folder.join(&path)).unwrap();
        let own = "\n# A workspace of its own, wherever it lies.\n[workspace]\n";
        assert!(text.ends_with(own), "{}", path.display());
        fs::write(folder.join(&path), text.strip_suffix(own).unwrap()).unwrap();
    }
    let mut members = vec!["*/rust"];
    if folder.join("probe/Cargo.toml").exists() {
        members.push("probe");
    }
    let manifest = format!(
        "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n\n[profile.dev]\ndebug = \"line-tables-only\"\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The versions that the tests are built with: they are on this machine already.
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
}

/// Runs cargo on a workspace without a network, and answers with what it said.
pub(crate) fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let (done, said) = run_cargo(folder, arguments);
    assert!(done, "cargo {}: {said}", arguments.join(" "));
    said
}

/// What cargo says, whether it succeeds or not.
pub(crate) fn cargo_says(folder: &Path, arguments: &[&str]) -> String {
    run_cargo(folder, arguments).1
}

fn run_cargo(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut command = Command::new(env!("CARGO"));
    // What cargo tells a test about its crate would make build scripts run again, each time. What
    // somebody has set stays.
    let kept = ["CARGO_HOME", "CARGO_INCREMENTAL"];
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|it| it.starts_with("CARGO") && !kept.contains(&it)) {
            command.env_remove(name);
        }
    }
    let run = command
        .current_dir(folder)
        .args(arguments)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_TERM_COLOR", "never")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    let out = String::from_utf8_lossy(&run.stdout).into_owned();
    (run.status.success(), said + &out)
}

/// Compiles every crate of a workspace; a warning is a failure, and so is a line that rustfmt
/// would break elsewhere.
fn compiles(folder: &Path) {
    let said = cargo(folder, &["check", "--workspace", "--all-targets", "--offline"]);
    let warning = said.lines().find(|line| line.starts_with("warning"));
    assert_eq!(warning, None, "{said}");
    let rustfmt = Command::new("cargo").args(["fmt", "--version"]).output();
    let found = rustfmt.is_ok_and(|it| it.status.success());
    assert!(found, "this test needs rustfmt: `rustup component add rustfmt`");
    cargo(folder, &["fmt", "--all", "--check"]);
}

/// A program that calls the clients of our own collections, with the workspace it is built in.
pub(crate) struct Probe {
    pub(crate) program: PathBuf,
    samples: PathBuf,
}

/// The collections whose clients the program calls.
pub(crate) fn probed() -> Vec<(String, Api)> {
    let paths = ["wire", "samples", "dynamic", "signatures", "paging"]
        .map(fixture)
        .into_iter()
        .chain([DRCHRONO.to_owned()]);
    paths.map(|path| (path.clone(), read(&path).0)).collect()
}

pub(crate) fn probe() -> &'static Probe {
    static PROBE: OnceLock<Probe> = OnceLock::new();
    PROBE.get_or_init(|| {
        let folder = workspace("ours");
        for (_, api, _) in ours() {
            tree_of(api, Target::Rust).write(&folder).unwrap();
        }
        let mut dependencies = String::new();
        let (mut calls, mut answers) = (String::new(), String::new());
        for (_, api) in probed() {
            let (library, name) = (rust::library_name(&api), api.name.snake());
            dependencies.push_str(&format!(
                "{library} = {{ path = \"../{name}/rust\", features = [\"json\"] }}\n"
            ));
            for (group, operation) in operations(&api) {
                let id = format!("{name}.{}", operation.id);
                if let Some(call) = rust::example_call(&api, group, operation) {
                    calls.push_str(&format!(
                        "        {id:?} => {{\n            let client = client!({library});\n            \
                         match {call}.await {{\n                Ok(_) | Err({library}::Error::Decode(_)) => {{}}\n                \
                         Err(error) => panic!(\"{{error}}\"),\n            }}\n        }}\n"
                    ));
                }
                if let Some(answer) = rust::answer_type(&api, operation) {
                    answers.push_str(&format!("        {id:?} => read::<{answer}>(body, lossless),\n"));
                }
            }
        }
        let probe = folder.join("probe");
        fs::create_dir_all(probe.join("src")).unwrap();
        let manifest = format!(
            "[package]\nname = \"probe\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n\
             {dependencies}serde = \"1\"\nserde_path_to_error = \"0.1\"\nserde_json = {{ version = \"1\", features = [\"preserve_order\", \"raw_value\"] }}\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n"
        );
        fs::write(probe.join("Cargo.toml"), manifest).unwrap();
        let program = PROGRAM.replace("/* calls */", &calls).replace("/* answers */", &answers);
        fs::write(probe.join("src/main.rs"), program).unwrap();
        fs::write(probe.join("src/walk.rs"), include_str!("paging/walk.rs")).unwrap();
        finish(&folder);
        cargo(&folder, &["build", "--package", "probe", "--offline"]);
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let program = target.join("debug").join(format!("probe{}", std::env::consts::EXE_SUFFIX));
        Probe { program, samples: folder.join("samples.json") }
    })
}

/// `call ID…` makes calls with the collection's own values; `answers FILE` reads the answers of
/// the file into their types, writes them back and compares.
///
/// `REDIRECT` has an origin and, after a blank, the one that is asked in its place.
const PROGRAM: &str = r#"mod walk;

use serde_json::Value;
use serde_json::value::RawValue;

macro_rules! client {
    ($library:ident) => {{
        let mut builder = $library::Client::builder().variables_from_env();
        if let Ok(redirect) = std::env::var("REDIRECT") {
            let (from, to) = redirect.split_once(' ').unwrap();
            builder = builder.origin(from, to);
        }
        builder.build().unwrap()
    }};
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("call") => {
            for id in arguments {
                call(&id).await;
            }
        }
        Some("answers") => answers(&arguments.next().unwrap()),
        Some("mutants") => mutants(&arguments.next().unwrap()),
        Some("walk") => walk::walk(&arguments.next().unwrap()).await,
        other => panic!("{other:?}"),
    }
}

#[rustfmt::skip]
async fn call(id: &str) {
    match id {
/* calls */
        _ => panic!("there is no call {id}"),
    }
}

fn answers(file: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    let samples: Vec<(String, String)> = serde_json::from_str(&text).unwrap();
    let mut bad = 0;
    for (id, body) in &samples {
        if let Err(problem) = answer(id, body, true) {
            println!("{id}: {problem}");
            bad += 1;
        }
    }
    println!("{} answers, {bad} lost something", samples.len());
    std::process::exit(i32::from(bad > 0));
}

#[rustfmt::skip]
fn answer(id: &str, body: &str, lossless: bool) -> Result<(), String> {
    match id {
/* answers */
        _ => Err("it has no type".to_owned()),
    }
}

fn read<T: serde::de::DeserializeOwned + serde::Serialize>(body: &str, lossless: bool) -> Result<(), String> {
    let mut json = serde_json::Deserializer::from_str(body);
    let typed: T = serde_path_to_error::deserialize(&mut json).map_err(|error| error.path().to_string())?;
    if !lossless {
        return Ok(());
    }
    let after = serde_json::to_string(&typed).map_err(|error| error.to_string())?;
    let (before, after) = (exact(body), exact(&after));
    match before == after {
        true => Ok(()),
        false => Err(format!("before {before:?} after {after:?}")),
    }
}

/// JSON as it is written: `4.0` is not `4`. A null in an answer is the same as nothing.
#[derive(Debug, PartialEq)]
enum Exact {
    List(Vec<Exact>),
    Record(std::collections::BTreeMap<String, Exact>),
    Plain(String),
}

fn exact(json: &str) -> Exact {
    let json = json.trim();
    let is_null = |it: &Box<RawValue>| it.get() == "null";
    match json.as_bytes()[0] {
        b'[' => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(json).unwrap();
            Exact::List(items.iter().filter(|it| !is_null(it)).map(|it| exact(it.get())).collect())
        }
        b'{' => {
            let fields: std::collections::BTreeMap<String, Box<RawValue>> =
                serde_json::from_str(json).unwrap();
            let kept = fields.into_iter().filter(|(_, it)| !is_null(it));
            Exact::Record(kept.map(|(key, it)| (key, exact(it.get()))).collect())
        }
        // Texts may be escaped in many ways.
        b'"' => Exact::Plain(format!("{:?}", serde_json::from_str::<String>(json).unwrap())),
        _ => Exact::Plain(json.to_owned()),
    }
}

/// Reads each answer with each field left out, each value null and a field too many in each
/// record, in turn. Says how many were read, and each that was not, with the path of its error.
fn mutants(file: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    let samples: Vec<(String, String)> = serde_json::from_str(&text).unwrap();
    let mut count = 0;
    for (id, body) in &samples {
        let value: Value = serde_json::from_str(body).unwrap();
        let mut all = Vec::new();
        changes(&value, String::new(), &mut all);
        for (what, place, key) in all {
            let mut changed = value.clone();
            let inside = changed.pointer_mut(&place).unwrap();
            match (what, inside) {
                ("drop", Value::Object(fields)) => drop(fields.remove(&key)),
                ("null", Value::Object(fields)) => drop(fields.insert(key.clone(), Value::Null)),
                ("null", Value::Array(items)) => items[key.parse::<usize>().unwrap()] = Value::Null,
                ("add", Value::Object(fields)) => drop(fields.insert("of_tomorrow".to_owned(), true.into())),
                other => panic!("{other:?}"),
            }
            if let Err(path) = answer(id, &changed.to_string(), false) {
                println!("{id}\t{what}\t{place}\t{key}\t{path}");
            }
            count += 1;
        }
    }
    println!("{count}");
}

fn changes(value: &Value, place: String, all: &mut Vec<(&'static str, String, String)>) {
    let inside = |key: &str| format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                all.push(("null", place.clone(), index.to_string()));
                changes(item, inside(&index.to_string()), all);
            }
        }
        Value::Object(fields) => {
            all.push(("add", place.clone(), String::new()));
            for (key, field) in fields {
                all.push(("drop", place.clone(), key.clone()));
                all.push(("null", place.clone(), key.clone()));
                changes(field, inside(key), all);
            }
        }
        _ => {}
    }
}
"#;

/// Has the Rust clients make these calls (`api.group.operation`).
pub(crate) fn call(ids: &[String], environment: &[(String, String)], folder: &Path) {
    let run = Command::new(&probe().program)
        .current_dir(folder)
        .arg("call")
        .args(ids)
        .envs(environment.iter().cloned())
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

/// Whether the Rust clients can make this call with the collection's own values.
pub(crate) fn can_call(api: &Api, group: &postwright::api::Group, operation: &Operation) -> bool {
    rust::example_call(api, group, operation).is_some()
}

#[test]
fn ours_compile_and_are_formatted() {
    probe();
    compiles(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("ours"));
}

#[test]
fn those_of_the_corpus_compile_and_are_formatted() {
    if corpus::collections().is_empty() {
        println!("skipped: there are no collections in ../shared/corpus/open");
        return;
    }
    let (folder, names) = corpus::generated();
    assert!(names.len() >= 40, "{} collections", names.len());
    compiles(folder);
}

/// Each group is a feature, and compiles without the others, with every record that it needs.
#[test]
fn groups_compile_alone() {
    probe();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ours");
    let groups = [
        ("paging", vec!["links", "cursors", "pages", "offsets", "exports", "plain"]),
        // One group of its own, one that shares records, one whose records lie in another's file.
        ("drchrono", vec!["", "patients", "appointments_list", "clinical_notes_list"]),
    ];
    for (package, features) in groups {
        for feature in features {
            let arguments = ["check", "--package", package, "--no-default-features", "--features", feature];
            let said = cargo(&folder, &[&arguments[..], &["--lib", "--offline"]].concat());
            assert!(!said.contains("warning"), "{package} with {feature:?}: {said}");
        }
    }
}

/// The signatures of the standards' own examples, and what else the crates know of signing.
#[test]
fn examples_of_signatures_hold() {
    probe();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ours");
    let said = cargo(&folder, &["test", "--package", "signatures", "--lib", "--offline"]);
    for module in ["asap", "aws", "digest", "edge_grid", "hawk", "jwt", "key", "oauth1"] {
        assert!(said.contains(&format!("test auth::{module}::tests::")), "{module}: {said}");
    }
}

/// Every example in the docs and in the README, by the compiler.
#[test]
fn docs_of_ours_compile() {
    probe();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ours");
    let doc = ["test", "--workspace", "--exclude", "probe", "--doc", "--no-fail-fast", "--offline"];
    let said = cargo(&folder, &doc);
    let passed = said.lines().filter_map(|line| line.strip_prefix("test result: ok. ")?.split_once(' '));
    let passed: usize = passed.map(|(count, _)| count.parse::<usize>().unwrap()).sum();
    let calls: usize = ours().iter().map(|(_, api, _)| operations(api).count()).sum();
    assert!(passed >= calls, "{passed} of {calls}: {said}");
}

/// A workspace of the crates of everything that is recorded, with the names of those of the corpus. Their
/// docs and their contracts are linked to the same builds of them.
fn recorded() -> &'static (PathBuf, Vec<String>) {
    static WRITTEN: OnceLock<(PathBuf, Vec<String>)> = OnceLock::new();
    WRITTEN.get_or_init(|| {
        let folder = workspace("recorded");
        let places = ["fixtures/odd", "fixtures/wire", "fixtures/urls", "wire/probe"];
        for path in crate::runner::recorded() {
            let path = path.to_string_lossy().into_owned();
            if places.iter().any(|it| path.contains(it)) {
                tree_of(&read(&path).0, Target::Rust).write(&folder).unwrap();
            }
        }
        let names = corpus::generate(&folder, &[Target::Rust]);
        finish(&folder);
        (folder, names)
    })
}

/// The name of the crate in the outputs of a collection.
fn package(outputs: &Path) -> String {
    let manifest = fs::read_to_string(outputs.join("rust/Cargo.toml")).unwrap();
    let (_, name) = manifest.split_once("\nname = \"").unwrap();
    name.split('"').next().unwrap().to_owned()
}

/// Every example in the docs of the corpus.
#[test]
#[ignore = "compiles the docs of 50 crates: minutes"]
fn docs_of_the_corpus_compile() {
    if corpus::collections().is_empty() {
        println!("skipped: there are no collections in ../shared/corpus/open");
        return;
    }
    let (folder, names) = recorded();
    let mut arguments = vec!["test", "--doc", "--no-fail-fast", "--offline"];
    let packages: Vec<String> = names.iter().map(|name| package(&folder.join(name))).collect();
    packages.iter().for_each(|name| arguments.extend(["--package", name]));
    let said = cargo(folder, &arguments);
    let crates = said.lines().filter(|line| line.starts_with("   Doc-tests ")).count();
    assert_eq!(crates, names.len(), "{said}");
}

/// Every operation arrives as its collection has it: the crates say so themselves.
#[test]
fn contracts_of_ours_hold() {
    probe();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ours");
    let said = cargo(&folder, &["test", "--workspace", "--test", "contract", "--no-fail-fast", "--offline"]);
    let crates = said.lines().filter(|line| line.starts_with("test result: ok.")).count();
    // One of the fixtures has no operation.
    assert_eq!(crates, fixtures().len(), "{said}");
}

/// The contract tests of everything that is recorded, the corpus and the adversarial texts included.
#[test]
#[ignore = "links a test program for each of 50 crates: minutes"]
fn contracts_of_all_hold() {
    let (folder, names) = recorded();
    let said = cargo(folder, &["test", "--workspace", "--test", "contract", "--no-fail-fast", "--offline"]);
    let crates = said.lines().filter(|line| line.starts_with("test result: ok.")).count();
    println!("{crates} crates, {} of them of the corpus", names.len());
    assert!(crates >= names.len(), "{said}");
}

/// No operation is missing from a contract without a word.
#[test]
fn contracts_name_every_operation() {
    for (path, api, tree) in ours() {
        let mut files = tree.files().filter(|it| it.path.ends_with("/rust/tests/contract.rs"));
        let text = files.next().map_or("", |file| file.text.as_str());
        let (head, _) = text.split_once("#[path").unwrap_or((text, ""));
        let (uncalled, _) = head.split_once("// Called without auth").unwrap_or((head, ""));
        let called = |id: &str| text.contains(&format!("server.expect(\"{id}\","));
        let called = |id: &str| called(id) || text.contains(&format!("server.expect(\n        \"{id}\","));
        for (_, operation) in operations(api) {
            let id = &operation.id;
            let named = uncalled.contains(&format!("\n// - {id}: "));
            assert!(called(id) != named, "{path}: {id} is called: {}, and named: {named}", called(id));
            assert!(!named || *path != DRCHRONO, "{id}");
        }
    }
}

/// Every saved answer of success goes into the type of its operation and comes out as it was.
#[test]
fn saved_answers_survive() {
    let samples = saved_answers();
    assert!(samples.len() > 200, "{} answers", samples.len());
    let probe = probe();
    fs::write(&probe.samples, serde_json::to_string(&samples).unwrap()).unwrap();
    let run = Command::new(&probe.program).arg("answers").arg(&probe.samples).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
}

/// Every saved answer of success with JSON, each with `api.group.operation`.
pub(crate) fn saved_answers() -> Vec<(String, String)> {
    let mut samples = Vec::new();
    for (path, api) in probed() {
        let text = fs::read_to_string(root().join(&path)).unwrap();
        let collection: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mut all = Vec::new();
        walk(&collection, &mut all);
        for (_, operation) in operations(&api).filter(|(_, it)| rust::answer_type(&api, it).is_some()) {
            for body in &all[operation.index] {
                samples.push((format!("{}.{}", api.name.snake(), operation.id), body.clone()));
            }
        }
    }
    samples
}

/// The bodies of each request's saved successes, in document order.
fn walk(folder: &serde_json::Value, all: &mut Vec<Vec<String>>) {
    for item in folder["item"].as_array().into_iter().flatten() {
        if item.get("item").is_some() {
            walk(item, all);
            continue;
        }
        let saved = item["response"].as_array().into_iter().flatten();
        let success = saved.filter(|it| it["code"].as_u64().is_some_and(|code| (200..300).contains(&code)));
        let bodies = success.filter_map(|it| it["body"].as_str()).filter(|body| !body.trim().is_empty());
        all.push(bodies.map(str::to_owned).collect());
    }
}
