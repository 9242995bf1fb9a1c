//! The snippet that refreshes an access token, run against a server that rotates refresh tokens.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use postwright::diagnostic::Diagnostics;
use postwright::postman::Source;
use postwright::{Input, model};
use serde_json::Value;

use crate::server::{Recorded, Server};
use crate::support::{SCRIPTS, fixture, python_with_requests, root, tree_of_all};

/// The outputs of a collection whose client proves itself in this way (`header`, `body`).
fn outputs(client_authentication: &str) -> tempfile::TempDir {
    let text = fs::read_to_string(root().join(fixture("oauth2"))).unwrap();
    let (before, after) = (r#""value": "body""#, format!(r#""value": "{client_authentication}""#));
    assert!(text.contains(before));
    let text = text.replace(before, &after);
    let source = Source { file: "oauth2.json", text: &text };
    let input = Input { collection: source, environment: None, globals: None, name: None, paging: None };
    let api = model(input, &mut Diagnostics::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    tree_of_all(&api, &SCRIPTS).write(folder.path()).unwrap();
    folder
}

/// A server that trades `old+1` for new tokens, and nothing else.
fn rotating() -> Server {
    Server::start(|request| match request.text() {
        text if text.contains("refresh_token=old%2B1") => {
            (200, r#"{"access_token": "a2", "refresh_token": "new", "expires_in": 172800}"#.to_owned())
        }
        _ => (400, r#"{"error": "invalid_grant", "secret": "not to be shown"}"#.to_owned()),
    })
}

fn run(program: &str, folder: &Path, file: &str, server: &Server, more: &[(&str, &str)]) -> Output {
    Command::new(program)
        .current_dir(folder)
        .arg(file)
        .env("OAUTH2_BASE_URL", server.origin())
        .env("OAUTH2_CLIENT_ID", "i d")
        .env("OAUTH2_CLIENT_SECRET", "s/e:c")
        .env("OAUTH2_REFRESH_TOKEN", "old+1")
        .envs(more.iter().copied())
        .output()
        .unwrap()
}

const SNIPPET: &str = "oauth2/python/oauth2_refresh.py";

fn programs() -> [(&'static str, &'static str); 1] {
    [(python_with_requests(), SNIPPET)]
}

fn fields(request: &Recorded) -> Vec<String> {
    let mut fields: Vec<String> = request.text().split('&').map(str::to_owned).collect();
    fields.sort();
    fields
}

#[test]
fn the_client_proves_itself_in_a_header() {
    let folder = outputs("header");
    for (program, file) in programs() {
        let server = rotating();
        let output = run(program, folder.path(), file, &server, &[]);
        assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&answer["access_token"], &answer["refresh_token"]), (&"a2".into(), &"new".into()));
        let sent = server.take().remove(0);
        assert_eq!((sent.method.as_str(), sent.target.as_str()), ("POST", "/o/token"), "{file}");
        assert_eq!(sent.header("content-type"), Some("application/x-www-form-urlencoded"), "{file}");
        // `i%20d:s%2Fe%3Ac`, encoded first (RFC 6749 §2.3.1).
        assert_eq!(sent.header("authorization"), Some("Basic aSUyMGQ6cyUyRmUlM0Fj"), "{file}");
        assert_eq!(fields(&sent), ["grant_type=refresh_token", "refresh_token=old%2B1"], "{file}");
    }
}

#[test]
fn the_client_proves_itself_in_the_body() {
    let folder = outputs("body");
    for (program, file) in programs() {
        let server = rotating();
        let output = run(program, folder.path(), file, &server, &[]);
        assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
        let sent = server.take().remove(0);
        assert_eq!(sent.header("authorization"), None, "{file}");
        let decoded = fields(&sent).join("&").replace('+', "%20");
        assert_eq!(
            decoded, "client_id=i%20d&client_secret=s%2Fe%3Ac&grant_type=refresh_token&refresh_token=old%2B1",
            "{file}"
        );
    }
}

#[test]
fn a_client_without_a_secret_says_who_it_is() {
    let folder = outputs("header");
    for (program, file) in programs() {
        let server = rotating();
        let output = run(program, folder.path(), file, &server, &[("OAUTH2_CLIENT_SECRET", "")]);
        assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
        let sent = server.take().remove(0);
        assert_eq!(sent.header("authorization"), None, "{file}");
        assert!(sent.text().contains("client_id=i"), "{file}");
    }
}

#[test]
fn a_dead_token_fails_without_showing_the_answer() {
    let folder = outputs("header");
    for (program, file) in programs() {
        let server = rotating();
        let output = run(program, folder.path(), file, &server, &[("OAUTH2_REFRESH_TOKEN", "spent")]);
        assert!(!output.status.success(), "{file}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!said.contains("not to be shown"), "{file}: {said}");
        assert!(said.contains("sign in again") || said.contains("400"), "{file}: {said}");
        assert_eq!(server.take().len(), 1, "{file}: a refresh is never repeated");
    }
}

/// The second run uses what the first one was given, and the file is its owner's alone.
#[cfg(unix)]
#[test]
fn new_tokens_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    let folder = outputs("header");
    let python = python_with_requests();
    let tokens = folder.path().join("state/tokens.json");
    let more = [("OAUTH2_TOKEN_FILE", tokens.to_str().unwrap())];
    let server = rotating();
    assert!(run(python, folder.path(), SNIPPET, &server, &more).status.success());
    let kept: Value = serde_json::from_slice(&fs::read(&tokens).unwrap()).unwrap();
    assert_eq!(kept["refresh_token"], "new");
    assert_eq!(fs::metadata(&tokens).unwrap().permissions().mode() & 0o777, 0o600);
    server.take();
    let second = run(python, folder.path(), SNIPPET, &server, &more);
    assert!(fields(&server.take()[0]).contains(&"refresh_token=new".to_owned()));
    // The server of this test knows one token only; what was kept before is not lost for that.
    assert!(!second.status.success());
    let kept: Value = serde_json::from_slice(&fs::read(&tokens).unwrap()).unwrap();
    assert_eq!(kept["refresh_token"], "new");
}

/// The old refresh token may be dead: whatever else is odd, the new one must be kept.
#[test]
fn an_odd_answer_does_not_lose_the_token() {
    let folder = outputs("header");
    for expires_in in ["null", "\"soon\"", "\"60\"", "\"inf\""] {
        let answer =
            format!(r#"{{"access_token": "a2", "refresh_token": "new", "expires_in": {expires_in}}}"#);
        let server = Server::start(move |_| (200, answer.clone()));
        let tokens = folder.path().join("tokens.json");
        let more = [("OAUTH2_TOKEN_FILE", tokens.to_str().unwrap())];
        let output = run(python_with_requests(), folder.path(), SNIPPET, &server, &more);
        assert!(output.status.success(), "{expires_in}: {}", String::from_utf8_lossy(&output.stderr));
        let kept: Value = serde_json::from_slice(&fs::read(&tokens).unwrap()).unwrap();
        assert_eq!(kept["refresh_token"], "new");
    }
}
