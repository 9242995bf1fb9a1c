//! Bruno's own runner, with a collection of its for each of ours.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::process::{Command, Stdio};

use postwright::collection::{Auth, Encoding, Part, Text, encode_literal};
use postwright::target::Target;
use serde_json::{Value, json};

use super::{Verdict, compare, judge};
use crate::parity::prepare_files;
use crate::runner::{Case, sent};
use crate::server::{Recorded, Server};
use crate::support::{DRCHRONO, betrays, fixture, fixtures, read, root, tree_of};

/// What the runner sent, by the file of the request; or what it said.
type Results = HashMap<String, Result<Recorded, String>>;

fn run_all(case: &Case, folder: &std::path::Path) -> Results {
    let bru = root().join("tests/formats/node_modules/.bin/bru");
    assert!(bru.exists(), "this test needs `npm --prefix tests/formats ci`");
    let server = Server::start(|_| (200, "{}".to_owned()));
    let report = folder.join("report.json");
    let values = folder.join("values.json");
    fs::write(&values, environment(case, folder).to_string()).unwrap();
    let mut command = Command::new(bru);
    command
        .args(["run", "-r", "--disable-cookies", "--env-file"])
        .arg(&values)
        .arg("--reporter-json")
        .arg(&report);
    let connect = root().join("tests/formats/connect.js");
    let run = command
        .current_dir(folder)
        .env("NODE_OPTIONS", format!("--require {}", connect.display()))
        .env("SERVER_PORT", server.port().to_string())
        .env("CANARY_SECRET", "c4n4ry-5ecret")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    let report = fs::read_to_string(&report).unwrap_or_else(|_| panic!("{}: {said}", case.name));
    let report: Value = serde_json::from_str(&report).unwrap();
    let mut requests = server.take().into_iter();
    let mut results = Results::new();
    for result in report[0]["results"].as_array().unwrap() {
        let file = result["test"]["filename"].as_str().unwrap().to_owned();
        let outcome = match result["response"]["status"].is_number() {
            true => requests.next().map(without_own).ok_or_else(|| "nothing is left".to_owned()),
            false => Err(result["error"].to_string()),
        };
        assert!(!outcome.as_ref().is_ok_and(|it| betrays(&it.text()) || betrays(&it.target)), "{file}");
        results.insert(file, outcome);
    }
    assert_eq!(requests.count(), 0, "{}: more was sent than is said", case.name);
    results
}

/// The environment that is written, with values for what it lacks. A value has one
/// encoding for all requests.
fn environment(case: &Case, folder: &std::path::Path) -> Value {
    let written = fs::read_to_string(folder.join("environments/default.bru")).unwrap();
    let mut values: HashMap<String, String> = HashMap::new();
    for variable in &case.api.variables {
        let unknown = format!("{{{{{}}}}}", variable.wire);
        let value = case.values.get(&variable.wire).cloned().unwrap_or(unknown);
        let encoding =
            if variable.default.is_none() { encoding(case, &variable.wire) } else { Encoding::Raw };
        values.insert(variable.name.snake(), encode_literal(encoding, &value));
    }
    for line in written.lines().filter_map(|it| it.strip_prefix("  ")) {
        if let Some((name, value)) = line.split_once(": ").filter(|(_, value)| !value.is_empty()) {
            values.insert(name.to_owned(), value.to_owned());
        }
    }
    let variable = |(name, value)| json!({ "name": name, "value": value, "enabled": true, "type": "text" });
    json!({ "name": "values", "variables": values.into_iter().map(variable).collect::<Vec<_>>() })
}

/// How a request says that a value has to be given. Bruno encodes those of forms itself.
fn encoding(case: &Case, wire: &str) -> Encoding {
    let operations = case.api.groups.iter().flat_map(|it| &it.operations);
    let parts = operations.flat_map(|it| it.wire.texts()).flat_map(Text::parts);
    let encodings = parts.filter_map(|part| match part {
        Part::Variable { name, encoding } if name == wire => Some(*encoding),
        _ => None,
    });
    encodings.filter(|it| *it != Encoding::Form).last().unwrap_or_default()
}

/// Without what Bruno tells its server, and is no part of the request.
fn without_own(mut request: Recorded) -> Recorded {
    request.headers.retain(|(name, _)| name != "request-start-time");
    request
}

fn run(case: &Case) -> Vec<Verdict> {
    let folder = tempfile::tempdir().unwrap();
    tree_of(&case.api, Target::Bruno).write(folder.path()).unwrap();
    let collection = folder.path().join(case.api.name.snake()).join("bruno");
    let operations = case.operations();
    for (_, operation) in operations.values() {
        prepare_files(case, operation, &collection);
    }
    let results = run_all(case, &collection);
    let mut verdicts = Vec::new();
    for golden in &case.golden {
        let (Ok(wanted), Some((group, operation))) = (&golden.sent, operations.get(&golden.index)) else {
            continue;
        };
        // A challenge would make two requests of one.
        if matches!(operation.auth(), Auth::Digest { .. } | Auth::Ntlm { .. }) {
            continue;
        }
        let file = Target::Bruno.file_of(group, operation);
        let text = fs::read_to_string(collection.join(file.trim_start_matches("bruno/"))).unwrap();
        let refused = text.contains("\n  Not sent: ");
        let result = results.get(file.trim_start_matches("bruno/")).cloned().filter(|_| !refused);
        let got = result.unwrap_or_else(|| Err("it says that it is not sent".to_owned()));
        let got = got.map(|it| sent(&it, &wanted.headers));
        verdicts.push(judge(case, golden, wanted, Target::Bruno, operation, got));
    }
    verdicts
}

#[test]
#[ignore = "needs Node, and what is in tests/formats/package.json"]
fn bruno_sends_what_the_runner_sends() {
    compare(Target::Bruno, run);
}

/// Everything in braces is a name of ours, and nothing ends a block but its end.
#[test]
fn bruno_files_have_no_code() {
    let wire = ["adversarial", "adversarial_variables"];
    let wire = wire.map(|it| format!("tests/fixtures/wire/{it}.postman_collection.json"));
    let ours = fixtures().into_iter().map(|name| fixture(&name)).chain([DRCHRONO.to_owned()]);
    let mut count = 0;
    for path in ours.chain(wire) {
        let (api, _) = read(&path);
        for file in tree_of(&api, Target::Bruno).files().filter(|it| it.path.ends_with(".bru")) {
            assert_eq!(problem(&file.text), None, "{}", file.path);
            count += 1;
        }
    }
    assert!(count > 1000, "{count} files");
}

/// Each is in a file once.
const BLOCKS: [&str; 29] = [
    "meta {",
    "docs {",
    "get {",
    "post {",
    "put {",
    "patch {",
    "delete {",
    "head {",
    "options {",
    "trace {",
    "connect {",
    "http {",
    "params:query {",
    "params:path {",
    "headers {",
    "auth:basic {",
    "auth:digest {",
    "auth:ntlm {",
    "auth:awsv4 {",
    "body:text {",
    "body:json {",
    "body:xml {",
    "body:form-urlencoded {",
    "body:multipart-form {",
    "body:file {",
    "settings {",
    "vars {",
    "vars:secret [",
    "]",
];

/// What is wrong with a file, if something is.
pub(super) fn problem(text: &str) -> Option<String> {
    let is_letter = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    let is_name = |it: &str| !it.is_empty() && it.trim_start_matches('$').bytes().all(is_letter);
    let mut inside = text.split("{{").skip(1).map(|rest| rest.split_once("}}").map_or(rest, |it| it.0));
    if let Some(name) = inside.find(|it| !is_name(it)) {
        return Some(format!("in braces stands {name:?}"));
    }
    let mut known = HashSet::new();
    let is_block = |line: &&str| !line.is_empty() && !line.starts_with("  ") && *line != "}";
    let mut blocks = text.lines().filter(is_block);
    let wrong = blocks.find(|line| !BLOCKS.contains(line) || !known.insert(*line));
    wrong.map(|line| format!("a block {line:?}"))
}
