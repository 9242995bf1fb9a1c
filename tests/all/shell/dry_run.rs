//! What scripts show instead of sending it, and what they ask of the environment.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use postwright::api::Operation;
use postwright::collection::{Part, PartContent, WireBody};
use postwright::diagnostic::Diagnostics;
use postwright::postman::Source;
use postwright::secret::Secrets;
use postwright::{Input, model};

use crate::server::{Recorded, Server};
use crate::support::{DRCHRONO, bash, fixture, fixtures, operations, read, root};

use super::Scripts;
use super::renewal::rotating;

/// A request without what is made anew each time.
fn comparable(mut request: Recorded) -> Recorded {
    let boundary =
        request.header("content-type").and_then(|it| it.split_once("boundary=")).map(|it| it.1.to_owned());
    if let Some(boundary) = boundary {
        let text = |it: &[u8]| it.iter().copied().map(char::from).collect::<String>();
        request.body = text(&request.body).replace(&boundary, "BOUNDARY").chars().map(|c| c as u8).collect();
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    }
    request
}

/// The files that a request sends.
fn files_of(operation: &Operation) -> Vec<&str> {
    let of_parts = operation.wire.body_parts().iter().filter_map(|part| match &part.content {
        PartContent::File { path, .. } => path.as_literal(),
        PartContent::Text(_) => None,
    });
    let of_body = match &operation.wire.body {
        WireBody::File(path) => path.as_literal(),
        _ => None,
    };
    of_parts.chain(of_body).collect()
}

/// What is shown is a command, and sends what the script sends.
#[test]
fn a_dry_run_shows_the_command() {
    let mut compared = 0;
    let mut names = BTreeSet::new();
    for path in ["bodies", "headers", "auth_kinds", "path_variables", "query_rows", "secrets", "wire"]
        .map(fixture)
        .into_iter()
        .chain([DRCHRONO.to_owned()])
    {
        // No request of these may be encrypted: the server of this test could not read it.
        let text = fs::read_to_string(root().join(&path)).unwrap().replace("https://", "http://");
        let collection = Source { file: &path, text: &text };
        let input = Input {
            collection,
            environment: None,
            globals: None,
            name: None,
            secrets: &Secrets::default(),
            paging: None,
        };
        let api = model(input, &mut Diagnostics::default()).unwrap();
        let scripts = Scripts::from(&api);
        let server = Server::start(|_| (200, "{}".to_owned()));
        // Whatever host is asked, it is this one.
        let settings = format!("connect-to = \"::127.0.0.1:{}\"\n", server.port());
        fs::write(scripts.folder.path().join(".curlrc"), settings).unwrap();
        for (group, operation) in operations(&api).step_by(if path == DRCHRONO { 11 } else { 1 }) {
            // What is dynamic is another one each time.
            let is_dynamic = operation
                .wire
                .texts()
                .any(|it| it.parts().iter().any(|it| matches!(it, Part::Dynamic { .. })));
            if is_dynamic {
                continue;
            }
            for path in files_of(operation).into_iter().filter(|it| !it.is_empty()) {
                fs::write(scripts.folder.path().join(path), "it is\n\na file\n").unwrap();
            }
            let script = format!("{}/{}.sh", group.name.snake(), operation.name.snake());
            let environment = |command: &mut Command| {
                for variable in &api.variables {
                    let is_server =
                        api.servers.iter().any(|it| it.origin.variables().any(|it| it == variable.wire));
                    let value = match (variable.secret, is_server) {
                        (true, _) => "***".to_owned(),
                        (_, true) => server.origin(),
                        _ => "it's \"7\"".to_owned(),
                    };
                    command.env(&variable.env, value);
                }
                let count = operation.arguments.len();
                command.args(vec!["a b/c"; count]).current_dir(scripts.folder.path());
                command.env("HOME", scripts.folder.path());
            };
            let mut command = scripts.command(&script, &server);
            environment(&mut command);
            let shown = command.arg("--dry-run").output().unwrap();
            assert_eq!(server.take(), [], "{script}");
            if !shown.status.success() {
                assert!(String::from_utf8_lossy(&shown.stderr).contains("NUL byte"), "{script}: {shown:?}");
                continue;
            }
            let mut command = scripts.command(&script, &server);
            environment(&mut command);
            command.output().unwrap();
            let sent: Vec<Recorded> = server.take().into_iter().map(comparable).collect();
            Command::new(bash())
                .arg("-c")
                .arg(String::from_utf8(shown.stdout).unwrap())
                .current_dir(scripts.folder.path())
                .env("HOME", scripts.folder.path())
                .output()
                .unwrap();
            let again: Vec<Recorded> = server.take().into_iter().map(comparable).collect();
            assert_eq!(again, sent, "{path} {script}");
            compared += sent.len();
            names.insert(path.clone());
        }
    }
    assert!(compared > 70 && names.len() == 8, "{compared} of {names:?}");
}

/// What is copied to `.env` is read by a shell.
#[test]
fn the_environment_can_be_read_by_a_shell() {
    let all = fixtures().iter().map(|it| fixture(it)).chain([DRCHRONO.to_owned()]).collect::<Vec<_>>();
    for path in all {
        let scripts = Scripts::of(&path);
        let program = "set -eu; . ./.env.example; compgen -v | LC_ALL=C sort";
        let run = Command::new(bash())
            .args(["-c", program])
            .current_dir(scripts.folder.path().join(&scripts.name).join("curl"))
            .output()
            .unwrap();
        assert!(run.status.success() && run.stderr.is_empty(), "{path}: {run:?}");
        let set = String::from_utf8(run.stdout).unwrap();
        let own: Vec<&str> =
            set.lines().filter(|it| it.starts_with(&format!("{}_", scripts.prefix))).collect();
        let (api, _) = read(&path);
        let open = api.variables.iter().filter(|it| it.default.is_none()).map(|it| it.env.as_str());
        assert_eq!(own, open.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>(), "{path}");
    }
}

/// Even where there is one.
#[test]
fn a_dry_run_shows_no_secret() {
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    let run = scripts
        .command("patients/get.sh", &server)
        .args(["1", "--dry-run"])
        .env("DRCHRONO_ACCESS_TOKEN", "t0k3n")
        .output()
        .unwrap();
    let shown = String::from_utf8(run.stdout).unwrap();
    assert!(shown.contains("--header 'Authorization: Bearer ***'"), "{shown}");
    assert!(!shown.contains("t0k3n"));
    let path: &Path = &scripts.tokens();
    assert!(!path.exists() && server.take().is_empty(), "it needs no token, and does not ask for one");
}
