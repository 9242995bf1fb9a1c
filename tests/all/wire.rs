//! Script, snippet and client of one request send one and the same request.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use postwright::api::{Api, Group, Operation};
use postwright::collection::{PartContent, Text, WireBody, WirePart};
use postwright::target::Target;

use crate::clients;
use crate::server::{Recorded, Server};
use crate::support::{
    DRCHRONO, SCRIPTS, bash, curl, fixture, operations, python_with_requests, read, tree_of_all,
};

/// Headers that every HTTP client has its own way with.
const OWN: [&str; 7] =
    ["accept", "accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"];

/// A request without what may differ: the boundary between parts, headers of the HTTP client.
#[derive(Debug, PartialEq, Eq)]
struct Essence {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Essence {
    fn of(request: &Recorded, accept: bool) -> Self {
        let mut body = request.text();
        let mut headers: Vec<(String, String)> = Vec::new();
        for (name, value) in &request.headers {
            let name = name.to_ascii_lowercase();
            if OWN.contains(&name.as_str()) && !(accept && name == "accept") {
                continue;
            }
            let mut value = value.clone();
            if let Some((kind, boundary)) = value.clone().split_once("; boundary=") {
                let boundary = boundary.trim_matches('"');
                assert!(body.contains(boundary), "the boundary is not in the body");
                body = body.replace(boundary, "BOUNDARY");
                value = kind.to_owned();
            }
            headers.push((name, value));
        }
        headers.sort();
        Self { method: request.method.clone(), target: request.target.clone(), headers, body }
    }

    /// The Rust client writes JSON from a model: the same values in another spelling.
    fn with_json_as_values(mut self) -> Self {
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(&self.body) {
            self.body = value.to_string();
        }
        self
    }
}

/// Everything that is needed to run the outputs of one collection.
pub(crate) struct Stage {
    pub(crate) api: Api,
    folder: tempfile::TempDir,
    server: Server,
    environment: Vec<(String, String)>,
}

impl Stage {
    pub(crate) fn new(path: &str) -> Self {
        let (api, _) = read(path);
        let folder = tempfile::tempdir().unwrap();
        tree_of_all(&api, &SCRIPTS).write(folder.path()).unwrap();
        for file in operations(&api).flat_map(|(_, operation)| files(operation)) {
            fs::write(folder.path().join(&file), format!("content of {file}\r\n\u{fc}")).unwrap();
        }
        let server = Server::start(|_| (200, "{}".to_owned()));
        let mut environment = Vec::new();
        for variable in &api.variables {
            let value = match &variable.default {
                _ if variable.wire.to_lowercase().contains("url") => server.origin(),
                // Each of the three has the collection's value built in.
                Some(_) => continue,
                // A header of HTTP has ASCII only.
                None if variable.secret => format!("s3cr3t-{}", variable.name.snake()),
                None => format!("s3cr3t-{}-\u{fc}", variable.name.snake()),
            };
            environment.push((variable.env.clone(), value));
        }
        Self { api, folder, server, environment }
    }

    fn run(&self, program: &str, file: &Path) -> Recorded {
        self.try_run(program, file).unwrap_or_else(|said| panic!("{}: {said}", file.display()))
    }

    /// What a program sends, or what it says when it fails.
    fn try_run(&self, program: &str, file: &Path) -> Result<Recorded, String> {
        let run = Command::new(program)
            .current_dir(self.folder.path())
            .arg(file)
            .envs(self.environment.iter().cloned())
            .env("HOME", self.folder.path())
            .env("NO_PROXY", "127.0.0.1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        if !run.status.success() {
            self.server.take();
            return Err(String::from_utf8_lossy(&run.stderr).into_owned());
        }
        Ok(self.only(&file.display().to_string()))
    }

    fn only(&self, who: &str) -> Recorded {
        let mut sent = self.server.take();
        assert_eq!(sent.len(), 1, "{who} sent {} requests", sent.len());
        sent.remove(0)
    }

    /// What the script of an operation sends.
    pub(crate) fn send_script(&self, group: &Group, operation: &Operation) -> Recorded {
        self.run(bash(), &self.file(Target::Curl, group, operation))
    }

    /// What its snippet sends.
    pub(crate) fn send_snippet(&self, group: &Group, operation: &Operation) -> Recorded {
        self.run(python_with_requests(), &self.file(Target::Python, group, operation))
    }

    fn file(&self, target: Target, group: &Group, operation: &Operation) -> PathBuf {
        self.folder.path().join(self.api.name.snake()).join(target.file_of(group, operation))
    }

    /// What the method of the client sends.
    pub(crate) fn send_call(&self, operation: &Operation) -> Recorded {
        let id = format!("{}.{}", self.api.name.snake(), operation.id);
        clients::call(std::slice::from_ref(&id), &self.environment, self.folder.path());
        self.only(&id)
    }

    fn compare(&self, group: &Group, operation: &Operation) {
        let id = &operation.id;
        // `Accept: */*` is each client's own, unless the collection asks for something.
        let accept = operation.wire.header("accept").is_some();
        let sent = [
            self.send_script(group, operation),
            self.send_snippet(group, operation),
            self.send_call(operation),
        ];
        let [script, snippet, client] = sent.map(|request| Essence::of(&request, accept));
        assert_eq!(script, snippet, "{id}: script and snippet");
        assert_eq!(script.with_json_as_values(), client.with_json_as_values(), "{id}: script and client");
    }
}

/// Paths of the files that an operation sends.
fn files(operation: &Operation) -> Vec<String> {
    let of_part = |part: &WirePart| match &part.content {
        PartContent::File { path, .. } => Some(path.clone()),
        PartContent::Text(_) => None,
    };
    let paths: Vec<Text> = match &operation.wire.body {
        WireBody::File(path) => vec![path.clone()],
        WireBody::Multipart(parts) => parts.iter().filter_map(of_part).collect(),
        _ => Vec::new(),
    };
    paths.iter().filter_map(Text::as_literal).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

#[test]
fn requests_of_every_kind() {
    curl();
    let stage = Stage::new(&fixture("wire"));
    let mut count = 0;
    for (group, operation) in operations(&stage.api) {
        assert!(clients::can_call(&stage.api, group, operation), "{}", operation.id);
        stage.compare(group, operation);
        count += 1;
    }
    assert!(count >= 20);
}

/// One request of DrChrono for each way in which its requests differ.
#[test]
fn requests_of_drchrono() {
    curl();
    let stage = Stage::new(DRCHRONO);
    let mut kinds = std::collections::BTreeSet::new();
    for (group, operation) in operations(&stage.api) {
        let kind = |text: String| text.split(['(', ' ']).next().unwrap_or_default().to_owned();
        let key = (
            operation.wire.method.clone(),
            kind(format!("{:?}", operation.body)),
            kind(format!("{:?}", operation.response)),
            operation.arguments.len(),
            operation.query.iter().filter(|it| it.sent).count(),
        );
        // Those that go to an address without a variable would leave the machine.
        let local = operation.wire.url.origin.as_literal().is_none();
        if local && clients::can_call(&stage.api, group, operation) && kinds.insert(key) {
            stage.compare(group, operation);
        }
    }
    assert!(kinds.len() >= 20, "{} kinds", kinds.len());
}

/// What the comparison leaves out must not be all there is.
#[test]
fn a_difference_is_found() {
    let request = |target: &str, header: &str, body: &str| {
        let recorded = Recorded {
            method: "GET".to_owned(),
            target: target.to_owned(),
            headers: vec![("X-A".to_owned(), header.to_owned()), ("Host".to_owned(), header.to_owned())],
            body: body.as_bytes().to_vec(),
        };
        Essence::of(&recorded, false)
    };
    let one = request("/a", "1", "{}");
    assert_eq!(one, request("/a", "1", "{}"));
    assert_ne!(one, request("/b", "1", "{}"));
    assert_ne!(one, request("/a", "2", "{}"));
    assert_ne!(one, request("/a", "1", "{ }"));
}
