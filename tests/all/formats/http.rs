//! `.http` files: what httpYac sends with them, and what the clients of editors would take for something else.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use postwright::api::Operation;
use postwright::collection::{Part, PathPart, Text, encode_literal};
use postwright::target::Target;
use serde_json::{Map, Value, json};

use super::{Verdict, compare, judge};
use crate::parity::{challenge, prepare_files};
use crate::runner::{Case, Content, Sent, sent};
use crate::server::{Recorded, Server};
use crate::support::{DRCHRONO, betrays, fixture, fixtures, operations, program, read, root, tree_of};

/// httpYac, which sends one request after the other.
struct HttpYac {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Drop for HttpYac {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl HttpYac {
    fn start(server: &Server) -> Self {
        let node = program("node", "install Node 18 or later");
        let folder = root().join("tests/formats");
        assert!(
            folder.join("node_modules/httpyac").exists(),
            "this test needs `npm --prefix tests/formats ci`"
        );
        let mut child = Command::new(node)
            .arg(folder.join("http.js"))
            .arg(server.port().to_string())
            .env("CANARY_SECRET", "c4n4ry-5ecret")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, input, output: BufReader::new(output) }
    }

    fn ask(&mut self, job: &Value) -> Option<String> {
        writeln!(self.input, "{job}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("{job}: {line:?}"))
    }
}

/// The lines of an operation in the file of its group, from behind its title; empty if it is not there.
fn lines<'a>(text: &'a str, operation: &Operation) -> Vec<&'a str> {
    let id = format!("# {}", operation.id);
    let parts = text.split("\n### ").skip(1).map(|part| part.lines().skip(1).collect::<Vec<_>>());
    parts.into_iter().find(|lines| lines.first() == Some(&id.as_str())).unwrap_or_default()
}

/// Values for what the file of environments lacks, encoded as the request says that they have to be.
fn values(case: &Case, operation: &Operation, lines: &[&str]) -> Map<String, Value> {
    let mut values = Map::new();
    let needed = lines.iter().find_map(|it| it.strip_prefix("# needs a value for ")).unwrap_or_default();
    let keys = operation.wire.url.path.iter().filter_map(|part| match part {
        PathPart::Argument { key, example: None } => Some(key),
        _ => None,
    });
    let mut keys = keys;
    for name in needed.split(", ").filter(|it| !it.is_empty()) {
        let own = name.trim_end_matches('_');
        let Some(variable) = case.api.variables.iter().find(|it| it.name.snake() == own) else {
            values.insert(name.to_owned(), format!(":{}", keys.next().unwrap()).into());
            continue;
        };
        let parts = operation.wire.texts().flat_map(Text::parts);
        let encoding = parts.filter_map(|part| match part {
            Part::Variable { name, encoding } if *name == variable.wire => Some(*encoding),
            _ => None,
        });
        let value = case.values.get(&variable.wire).cloned().unwrap_or_else(|| "unknown".to_owned());
        values.insert(name.to_owned(), encode_literal(encoding.last().unwrap_or_default(), &value).into());
    }
    values
}

/// The end of form data is a line break that means nothing, and httpYac leaves out.
fn with_end(mut sent: Sent) -> Sent {
    if let Content::Bytes(body) = &mut sent.body
        && body.ends_with(b"--BOUNDARY--")
    {
        body.extend_from_slice(b"\r\n");
    }
    sent
}

fn run(case: &Case) -> Vec<Verdict> {
    let folder = tempfile::tempdir().unwrap();
    tree_of(&case.api, Target::Http).write(folder.path()).unwrap();
    let server = Server::start(|_| (200, "{}".to_owned()));
    let mut httpyac = HttpYac::start(&server);
    let operations = case.operations();
    let mut verdicts = Vec::new();
    for golden in &case.golden {
        let (Ok(wanted), Some((group, operation))) = (&golden.sent, operations.get(&golden.index)) else {
            continue;
        };
        let file = folder.path().join(case.api.name.snake()).join(Target::Http.file_of(group, operation));
        let text = fs::read_to_string(&file).unwrap();
        let lines = lines(&text, operation);
        let name = lines.iter().find_map(|it| it.strip_prefix("# @name "));
        let got = match name {
            None => Err("it says that it is not sent".to_owned()),
            Some(name) => {
                prepare_files(case, operation, file.parent().unwrap());
                server.challenge(challenge(operation.auth()));
                let job = json!({ "file": file, "name": name, "values": values(case, operation, &lines) });
                let failure = httpyac.ask(&job);
                let request: Option<Recorded> = server.take().pop();
                assert!(
                    !request.as_ref().is_some_and(|it| betrays(&it.text()) || betrays(&it.target)),
                    "{job}"
                );
                request
                    .ok_or_else(|| failure.unwrap_or_else(|| "nothing was sent".to_owned()))
                    .map(|it| with_end(sent(&it, &wanted.headers)))
            }
        };
        verdicts.push(judge(case, golden, wanted, Target::Http, operation, got));
    }
    verdicts
}

#[test]
#[ignore = "needs Node, and what is in tests/formats/package.json"]
fn httpyac_sends_what_the_runner_sends() {
    compare(Target::Http, run);
}

/// Lines that a client takes for something else than a text.
const SPECIAL: [&str; 11] =
    ["###", "> ", ">>", "<>", "< {%", "> {%", "??", "# @import", "# @ref", "// @", "@global"];

/// Everything in braces is a name of ours, and there is no line but those that a request has.
#[test]
fn http_files_have_no_code() {
    let wire = ["adversarial", "adversarial_variables"];
    let wire = wire.map(|it| format!("tests/fixtures/wire/{it}.postman_collection.json"));
    let ours = fixtures().into_iter().map(|name| fixture(&name)).chain([DRCHRONO.to_owned()]);
    let (mut sent, mut refused) = (0, 0);
    for path in ours.chain(wire) {
        let (api, _) = read(&path);
        for file in tree_of(&api, Target::Http).files().filter(|it| it.path.ends_with(".http")) {
            assert_eq!(problem(&file.text), None, "{}", file.path);
            sent += file.text.matches("\n# @name ").count();
            refused += file.text.matches("\n# Not sent: ").count();
        }
        let operations = operations(&api).count();
        assert!(sent + refused >= operations, "{path}: {sent} and {refused} of {operations}");
    }
    assert!(sent > 800 && refused > 30, "{sent} sent, {refused} refused");
}

/// What is wrong with a file, if something is.
pub(super) fn problem(text: &str) -> Option<String> {
    let requests: Vec<&str> = text.split("\n### ").collect();
    if text.matches("\n###").count() != requests.len() - 1 {
        return Some("there are more requests than titles".to_owned());
    }
    requests.into_iter().find_map(problem_of)
}

fn problem_of(request: &str) -> Option<String> {
    let is_letter = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    let is_name = |it: &str| !it.is_empty() && it.trim_start_matches('$').bytes().all(is_letter);
    let mut inside = request.split("{{").skip(1).map(|rest| rest.split_once("}}").map_or(rest, |it| it.0));
    if let Some(name) = inside.find(|it| !is_name(it)) {
        return Some(format!("in braces stands {name:?}"));
    }
    for line in request.lines().skip(1) {
        // One setting alone is ours.
        let is_setting = line.starts_with("# @") || line.starts_with("#@");
        let is_ours = !is_setting || line.strip_prefix("# @name ").is_some_and(is_name);
        let is_special = SPECIAL.iter().any(|it| line.trim_start().starts_with(it.trim_end()));
        if is_special || line.trim() == "{{" || !is_ours {
            return Some(format!("a line {line:?}"));
        }
    }
    (request.matches("\n# @name ").count() > 1).then(|| "there are two requests under one title".to_owned())
}
