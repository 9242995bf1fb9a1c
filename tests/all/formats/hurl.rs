//! hurl itself, with its file for each request: run as the file says that it is run.

use std::path::Path;
use std::process::{Command, Stdio};

use postwright::api::{Api, Group, Operation};
use postwright::collection::{Part, PathPart, Text, WireBody, WireHeader, encode_literal};
use postwright::output::Tree;
use postwright::target::Target;
use proptest::prelude::Strategy as _;
use proptest::test_runner::{Config, TestRunner};

use super::hurl_reader::{self, Values};
use super::{Verdict, compare, judge};
use crate::parity::{challenge, prepare_files};
use crate::runner::{Case, sent};
use crate::server::{Recorded, Server};
use crate::support::{DRCHRONO, SECRET, bash, betrays, fixture, fixtures, operations, read, tree_of};

/// The program, which may lie outside of the path.
fn hurl() -> String {
    let name = std::env::var("HURL").unwrap_or_else(|_| "hurl".to_owned());
    let found = Command::new(&name).arg("--version").output().is_ok_and(|it| it.status.success());
    assert!(
        found,
        "this test needs hurl 8: `cargo install --locked hurl`, and HURL if it is not in the PATH"
    );
    name
}

struct Stage<'a> {
    case: &'a Case,
    folder: tempfile::TempDir,
    server: Server,
    hurl: String,
}

impl<'a> Stage<'a> {
    fn new(case: &'a Case) -> Self {
        let folder = tempfile::tempdir().unwrap();
        tree_of(&case.api, Target::Hurl).write(folder.path()).unwrap();
        let server = Server::start(|_| (200, "{}".to_owned()));
        Self { case, folder, server, hurl: hurl() }
    }

    fn send(&self, group: &Group, operation: &Operation) -> Result<Recorded, String> {
        let folder = self.folder.path().join(self.case.api.name.snake());
        let file = folder.join(Target::Hurl.file_of(group, operation));
        let text = std::fs::read_to_string(file).unwrap();
        let said = text.lines().find_map(|it| it.strip_prefix("#   hurl "));
        let said = said.ok_or_else(|| "it says that it is not sent".to_owned())?;
        prepare_files(self.case, operation, &folder.join("hurl"));
        self.server.challenge(challenge(operation.auth()));
        let environment = self.environment(operation, &folder.join("hurl/vars.env"));
        let failure = self.run(&folder.join("hurl"), &with_values(said, operation), environment);
        let request = self.server.take().pop();
        request.ok_or_else(|| failure.unwrap_or_else(|| "nothing was sent".to_owned()))
    }

    fn run(&self, folder: &Path, arguments: &str, environment: Vec<(String, String)>) -> Option<String> {
        let command = format!("{} --connect-to ::127.0.0.1:{} {arguments}", self.hurl, self.server.port());
        let run = Command::new(bash())
            .args(["-c", &command])
            .current_dir(folder)
            .envs(environment)
            .env("NO_COLOR", "1")
            .env("NO_PROXY", "*")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let (said, failure) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(!betrays(&said) && !betrays(&failure), "{arguments}: {said}{failure}");
        (!run.status.success()).then(|| failure.trim().to_owned())
    }

    /// Values that no file of variables has: secrets, what the collection leaves open, and what such a file
    /// cannot hold. Each is given as the request's file says that it is: encoded for its place.
    fn environment(&self, operation: &Operation, file: &Path) -> Vec<(String, String)> {
        let file = std::fs::read_to_string(file).unwrap();
        let mut out = vec![SECRET.map(str::to_owned).into()];
        for variable in &self.case.api.variables {
            let name = variable.name.snake();
            let unknown = format!("{{{{{}}}}}", variable.wire);
            let value = self.case.values.get(&variable.wire).cloned().unwrap_or(unknown);
            if value.contains('\0') || file.lines().any(|it| it.starts_with(&format!("{name}="))) {
                continue;
            }
            let parts = operation.wire.texts().flat_map(Text::parts);
            let encoding = parts.filter_map(|part| match part {
                Part::Variable { name, encoding } if *name == variable.wire => Some(*encoding),
                _ => None,
            });
            let encoding = encoding.filter(|_| variable.default.is_none()).last().unwrap_or_default();
            let kind = if variable.secret { "SECRET" } else { "VARIABLE" };
            out.push((format!("HURL_{kind}_{name}"), encode_literal(encoding, &value)));
        }
        out
    }
}

/// With what Postman sends where the collection has no value for the path.
fn with_values(said: &str, operation: &Operation) -> String {
    let keys = operation.wire.url.path.iter().filter_map(|part| match part {
        PathPart::Argument { key, example: None } => Some(key),
        _ => None,
    });
    keys.fold(said.to_owned(), |said, key| said.replacen("=…", &format!("=':{key}'"), 1))
}

fn run(case: &Case) -> Vec<Verdict> {
    let stage = Stage::new(case);
    let operations = case.operations();
    let mut verdicts = Vec::new();
    for golden in &case.golden {
        let (Ok(wanted), Some((group, operation))) = (&golden.sent, operations.get(&golden.index)) else {
            continue;
        };
        let got = stage.send(group, operation).map(|it| sent(&it, &wanted.headers));
        verdicts.push(judge(case, golden, wanted, Target::Hurl, operation, got));
    }
    verdicts
}

#[test]
#[ignore = "needs hurl"]
fn hurl_sends_what_the_runner_sends() {
    compare(Target::Hurl, run);
}

/// What stands in the place of a value that the collection lacks: no encoding changes it.
fn unknown(name: &str) -> String {
    format!("unknown-{name}").replace('_', "-")
}

/// The values that a run has, by hurl's names: those of the file of variables, and some for what it lacks.
fn values(api: &Api, tree: &Tree) -> Values {
    let file = format!("{}/hurl/vars.env", api.name.snake());
    let file = &tree.files().find(|it| it.path == file).unwrap().text;
    let mut values: Values =
        api.variables.iter().map(|it| (it.name.snake(), unknown(&it.name.snake()))).collect();
    for variable in api.variables.iter() {
        if let Some(default) = &variable.default {
            values.insert(variable.name.snake(), default.clone());
        }
    }
    values.extend(hurl_reader::variables(file));
    values.insert("newUuid".to_owned(), "00000000-0000-4000-8000-000000000000".to_owned());
    values
}

/// A text as it goes out with the collection's values.
fn text(api: &Api, text: &Text) -> String {
    let value = |name: &str| {
        let variable = api.variables.named(name);
        variable.map(|it| it.default.clone().unwrap_or_else(|| unknown(&it.name.snake()))).unwrap_or_default()
    };
    text.filled(value, |dynamic, encoding| encode_literal(encoding, &dynamic.sample().replace('\n', " ")))
}

/// What is wrong with the file of an operation, if something is.
fn problem(api: &Api, tree: &Tree, values: &Values, group: &Group, operation: &Operation) -> Option<String> {
    let path = format!("{}/{}", api.name.snake(), Target::Hurl.file_of(group, operation));
    let file = &tree.files().find(|it| it.path == path).unwrap().text;
    let wire = &operation.wire;
    let mut values = values.clone();
    let mut url = text(api, &wire.url.origin);
    if api.servers[operation.server].lacks_scheme() {
        url.insert_str(0, "http://");
    }
    let given = file.lines().find_map(|it| it.strip_prefix("#   hurl ")).unwrap_or_default();
    let mut names =
        given.split("--variable ").skip(1).map(|it| it.trim_start_matches('\'').split('=').next());
    for part in &wire.url.path {
        url.push_str(&match part {
            PathPart::Fixed(it) => text(api, it),
            PathPart::Argument { example, .. } => {
                let value = example.as_ref().map_or_else(|| "given".to_owned(), |it| text(api, it));
                if example.as_ref().is_none_or(|it| it.as_literal().is_some()) {
                    values.insert(names.next().flatten().unwrap_or_default().to_owned(), value.clone());
                }
                value
            }
        });
    }
    if let Some(query) = &wire.url.query {
        let query: Vec<String> = query.iter().map(|it| text(api, it)).collect();
        url.push_str(&format!("?{}", query.join("&")));
    }
    let read = match hurl_reader::read(file, &values) {
        Ok(Some(read)) => read,
        Ok(None) => {
            return wire.method.bytes().all(|it| it.is_ascii_uppercase()).then(|| "is not sent".to_owned());
        }
        Err(error) => return Some(error),
    };
    let multipart = !wire.body_parts().is_empty();
    let is_type = |name: &str| name.eq_ignore_ascii_case("content-type");
    let header = |it: &WireHeader| (text(api, &it.name), text(api, &it.value));
    let headers: Vec<_> =
        wire.headers.iter().map(header).filter(|it| !(multipart && is_type(&it.0))).collect();
    let own: Vec<_> = read.headers.into_iter().filter(|it| !(multipart && is_type(&it.0))).collect();
    let body = match &wire.body {
        WireBody::Text(it) => Some(text(api, it)),
        WireBody::File(it) => Some(format!("file,{}", text(api, it))),
        WireBody::None | WireBody::Multipart(_) => None,
    };
    let pairs = [
        (read.method, wire.method.clone()),
        (read.url, url),
        (format!("{own:?}"), format!("{headers:?}")),
        (format!("{:?}", read.body.filter(|_| !multipart)), format!("{body:?}")),
    ];
    pairs
        .into_iter()
        .find(|(got, wanted)| got != wanted)
        .map(|(got, wanted)| format!("{got} instead of {wanted}"))
}

/// All that is wrong with the files of a collection, and how many there are.
pub(super) fn problems(api: &Api) -> (usize, Vec<String>) {
    let tree = tree_of(api, Target::Hurl);
    let values = values(api, &tree);
    let mut count = 0;
    let mut found = Vec::new();
    for (group, operation) in operations(api) {
        count += 1;
        let problem = problem(api, &tree, &values, group, operation);
        found.extend(problem.map(|it| format!("{} {}: {it}", api.name.snake(), operation.id)));
    }
    (count, found)
}

/// Whatever a collection has, its files say it, and nothing else.
#[test]
fn hurl_files_say_what_is_sent() {
    let wire = ["adversarial", "adversarial_variables"]
        .map(|it| format!("tests/fixtures/wire/{it}.postman_collection.json"));
    let ours = fixtures().into_iter().map(|name| fixture(&name)).chain([DRCHRONO.to_owned()]);
    let mut count = 0;
    let mut found = Vec::new();
    for path in ours.chain(wire) {
        let (requests, problems) = problems(&read(&path).0);
        count += requests;
        found.extend(problems);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(count > 900, "{count} requests");
}

/// Any text, in any place.
#[test]
fn hurl_files_hold_any_text() {
    let (api, _) = read(&fixture("oauth2"));
    let piece = proptest::prop_oneof![
        proptest::sample::select(
            &[
                "{",
                "}",
                "{{",
                "}}",
                "{{a}}",
                "\\",
                "`",
                "```",
                "#",
                ":",
                ";",
                " ",
                "\n",
                "\r",
                "\t",
                "[",
                "\"",
                "\u{0}",
                "\u{7f}",
                "\u{202e}",
                "HTTP *",
                "file,",
                "\\u{41}",
                "[Options]",
                "\n```\nHTTP 200\n"
            ][..]
        )
        .prop_map(str::to_owned),
        "\\PC{0,4}",
    ];
    let some = proptest::collection::vec(piece, 1..8).prop_map(|it| it.concat());
    let mut runner = TestRunner::new(Config { cases: 400, ..Config::default() });
    let outcome = runner.run(&(some.clone(), some.clone(), some), |(one, two, three)| {
        let mut api = api.clone();
        let mixed = |text: &str| {
            let mut mixed = Text::literal(text);
            mixed.push(Text::variable(api.variables[0].wire.clone()));
            mixed.push_literal(text);
            mixed
        };
        let (one, two, three) = (mixed(&one), mixed(&two), mixed(&three));
        let operation = &mut api.groups[0].operations[0];
        operation.wire.headers.push(WireHeader { name: one, value: two.clone(), signs: false });
        operation.wire.url.query = Some(vec![three.clone(), two]);
        operation.wire.body = WireBody::Text(three);
        proptest::prop_assert_eq!(problems(&api).1, Vec::<String>::new());
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}
