//! The Python module that keeps the token, run as its users run it.

mod processes;
mod sign_in;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use postwright::diagnostic::Diagnostics;
use postwright::postman::Source;
use postwright::target::Target;
use postwright::{Input, model};
use serde_json::{Value, json};

use crate::exceptions::on_httpx;
use crate::server::{Recorded, Server};
use crate::support::{DRCHRONO, fixture, operations, python_with_requests, read, root, tree_of};

/// The outputs of the fixture, and a file for the token.
struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    fn new() -> Self {
        Self::with(&[])
    }

    /// With texts of the collection replaced.
    fn with(changes: &[(&str, &str)]) -> Self {
        let mut text = fs::read_to_string(root().join(fixture("oauth2"))).unwrap();
        for (before, after) in changes {
            assert!(text.contains(before), "{before}");
            text = text.replace(before, after);
        }
        let source = Source { file: "oauth2.json", text: &text };
        let input = Input { collection: source, environment: None, globals: None, name: None, paging: None };
        let api = model(input, &mut Diagnostics::default()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        tree_of(&api, Target::Python).write(folder.path()).unwrap();
        Self { folder }
    }

    fn tokens(&self) -> PathBuf {
        self.folder.path().join("state/tokens.json")
    }

    /// A token that has ended, as we know ourselves.
    fn keep_expired(&self) {
        self.keep(&json!({"access_token": "token-1", "refresh_token": "refresh-1", "expires_at": 1}));
    }

    /// A token that has ended at the server only.
    fn keep_ended(&self) {
        self.keep(&json!({"access_token": "token-1", "refresh_token": "refresh-1", "expires_at": null}));
    }

    fn keep(&self, token: &Value) {
        fs::create_dir_all(self.tokens().parent().unwrap()).unwrap();
        fs::write(self.tokens(), token.to_string()).unwrap();
        only_ours(&self.tokens());
    }

    fn kept(&self) -> Value {
        serde_json::from_slice(&fs::read(self.tokens()).unwrap()).unwrap()
    }

    /// Python with the module in reach.
    fn python(&self, server: &Server) -> Command {
        let mut command = Command::new(python_with_requests());
        command
            .current_dir(self.folder.path().join("oauth2/python"))
            .env("OAUTH2_BASE_URL", server.origin())
            .env("OAUTH2_CLIENT_ID", "i d")
            .env("OAUTH2_CLIENT_SECRET", "s/e:c")
            .env("OAUTH2_TOKEN_FILE", self.tokens())
            .env_remove("OAUTH2_REFRESH_TOKEN")
            .env("NO_PROXY", "*")
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    fn run(&self, server: &Server, arguments: &[&str]) -> Output {
        self.python(server).arg("token_store.py").args(arguments).output().unwrap()
    }

    fn run_with(&self, server: &Server, arguments: &[&str], refresh_token: &str) -> Output {
        let mut command = self.python(server);
        command.arg("token_store.py").args(arguments).env("OAUTH2_REFRESH_TOKEN", refresh_token);
        command.output().unwrap()
    }

    fn program(&self, server: &Server, program: &str) -> Output {
        self.python(server).args(["-c", program]).output().unwrap()
    }
}

#[cfg(unix)]
fn only_ours(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn only_ours(_: &Path) {}

/// A server that rotates: it hands out `token-2` and `refresh-2` for `refresh-1` or any code, then
/// `token-3`, and takes none but the last of them. `token-1` has ended.
fn rotating() -> Server {
    let last = AtomicUsize::new(1);
    Server::start(move |request| {
        if request.target.starts_with("/o/token") {
            // Slow enough for everybody to have to wait.
            std::thread::sleep(std::time::Duration::from_millis(100));
            let (number, text) = (last.load(Ordering::SeqCst), request.text());
            if text.contains("refresh_token=") && !text.contains(&format!("refresh_token=refresh-{number}")) {
                return (400, r#"{"error": "invalid_grant", "secret": "not to be shown"}"#.to_owned());
            }
            last.store(number + 1, Ordering::SeqCst);
            return (200, answer(number + 1));
        }
        let last = last.load(Ordering::SeqCst);
        match last > 1 && request.header("authorization") == Some(&format!("Bearer token-{last}")) {
            true => (200, "{}".to_owned()),
            false => (401, "{}".to_owned()),
        }
    })
}

fn answer(number: usize) -> String {
    format!(
        r#"{{"access_token": "token-{number}", "refresh_token": "refresh-{number}", "expires_in": 172800}}"#
    )
}

fn is_for_token(request: &Recorded) -> bool {
    request.target.starts_with("/o/token")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

/// The module is on requests whatever snippets are on, and what it prints is for all of them.
#[test]
fn a_snippet_on_httpx_is_given_a_token_that_was_renewed() {
    let stage = Stage::new();
    let (mut api, _) = read(&fixture("oauth2"));
    let module = tree_of(&api, Target::Python).get("oauth2/python/token_store.py").unwrap().text.clone();
    api.set(on_httpx());
    let outputs = tree_of(&api, Target::Python);
    assert_eq!(outputs.get("oauth2/python/token_store.py").unwrap().text, module);
    outputs.write(stage.folder.path()).unwrap();
    let (group, operation) = operations(&api).find(|(_, it)| it.arguments.is_empty()).unwrap();
    let snippet = stage.folder.path().join("oauth2").join(Target::Python.file_of(group, operation));
    assert!(fs::read_to_string(&snippet).unwrap().contains("import httpx\n"));
    let server = rotating();
    let call =
        |token: &str| stage.python(&server).arg(&snippet).env("OAUTH2_ACCESS_TOKEN", token).output().unwrap();
    stage.keep_expired();
    let refused = call("token-1");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).starts_with("401 "));
    for number in [2, 2] {
        let token = stage.run(&server, &["token"]);
        assert!(token.status.success(), "{}", String::from_utf8_lossy(&token.stderr));
        let token = String::from_utf8(token.stdout).unwrap();
        assert_eq!(token.trim_end(), format!("token-{number}"));
        let answered = call(token.trim_end());
        assert!(answered.status.success(), "{}", String::from_utf8_lossy(&answered.stderr));
    }
    let refreshes = server.take().into_iter().filter(|it| it.target.starts_with("/o/token"));
    assert_eq!(refreshes.count(), 1);
}

#[test]
fn the_first_call_refreshes_and_the_second_does_not() {
    let stage = Stage::new();
    stage.keep_expired();
    let server = rotating();
    assert_eq!(printed(&stage.run(&server, &["token"])), "token-2");
    let sent = server.take();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].text().contains("refresh_token=refresh-1"), "{}", sent[0].text());
    assert_eq!(printed(&stage.run(&server, &["token"])), "token-2");
    assert_eq!(server.take(), []);
    let kept = stage.kept();
    assert_eq!(kept["refresh_token"], "refresh-2");
    // The true end: every program has a margin of its own.
    let left = kept["expires_at"].as_u64().unwrap() - now();
    assert!((172_700..=172_800).contains(&left), "{left}");
    assert_eq!(printed(&stage.run(&server, &["refresh"])), "");
    assert_eq!(stage.kept()["access_token"], "token-3", "it is renewed whatever its age");
}

#[test]
fn it_begins_with_the_refresh_token_of_the_environment() {
    let stage = Stage::new();
    let server = rotating();
    let run = stage.run_with(&server, &["token"], "refresh-1");
    assert_eq!(printed(&run), "token-2");
    // From now on the file counts, as that one is spent.
    let run = stage.run_with(&server, &["refresh"], "refresh-1");
    assert!(run.status.success());
    assert_eq!(stage.kept()["access_token"], "token-3");
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::new();
    let server = rotating();
    let run = stage.run_with(&server, &["token"], "refresh-1");
    printed(&run);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&stage.tokens()), 0o600);
    assert_eq!(mode(stage.tokens().parent().unwrap()), 0o700);
    fs::set_permissions(stage.tokens(), fs::Permissions::from_mode(0o640)).unwrap();
    let run = stage.run(&server, &["token"]);
    assert!(!run.status.success());
    assert!(said(&run).contains("can be read by others"), "{}", said(&run));
}

#[test]
fn another_file_is_left_alone() {
    let stage = Stage::new();
    let server = rotating();
    for content in ["not JSON", "{}", r#"{"access_token": "a", "expires_at": "soon"}"#, "[1]", "\"\\ud800\""]
    {
        stage.keep(&Value::Null);
        fs::write(stage.tokens(), content).unwrap();
        for command in ["token", "refresh"] {
            let run = stage.run(&server, &[command]);
            assert!(!run.status.success());
            assert!(said(&run).contains("holds no token"), "{content}: {}", said(&run));
            assert_eq!(said(&run).lines().count(), 1, "{}", said(&run));
        }
        assert_eq!(fs::read_to_string(stage.tokens()).unwrap(), content);
    }
    assert_eq!(server.take(), []);
}

#[test]
fn a_dead_refresh_token_says_to_sign_in_again() {
    let stage = Stage::new();
    stage.keep(&json!({"access_token": "token-1", "refresh_token": "spent", "expires_at": 1}));
    let (server, before) = (rotating(), stage.kept());
    let run = stage.run(&server, &["token"]);
    assert!(!run.status.success());
    assert!(said(&run).contains("sign in again"), "{}", said(&run));
    assert!(!said(&run).contains("not to be shown"), "{}", said(&run));
    assert_eq!(server.take().len(), 1, "it is not asked a second time");
    assert_eq!(stage.kept(), before);
    let empty = Stage::new();
    let run = empty.run(&server, &["token"]);
    assert!(said(&run).contains("sign in"), "{}", said(&run));
}

/// A dead refresh token is asked for once, however often it is needed.
#[test]
fn a_dead_refresh_token_is_remembered() {
    let stage = Stage::new();
    stage.keep(&json!({"access_token": "token-1", "refresh_token": "spent", "expires_at": 1}));
    let server = rotating();
    let program = "
import token_store
oauth2 = token_store.OAuth2()
for _ in range(3):
    try:
        oauth2.token()
    except token_store.SignInRequired as error:
        print(error)
";
    let printed = printed(&stage.program(&server, program));
    assert_eq!(printed.lines().count(), 3, "{printed}");
    assert_eq!(server.take().len(), 1);
}

/// The new token is on the disk before anything else can go wrong, whatever the answer looks like.
#[test]
fn an_odd_answer_does_not_lose_the_token() {
    for expires_in in ["null", "\"soon\"", "\"60\"", "\"inf\"", "-5", "1e300", "[]"] {
        let stage = Stage::new();
        stage.keep_expired();
        let odd = format!(
            r#"{{"access_token": "a2", "refresh_token": "new", "expires_in": {expires_in}, "scope": ["a", "b"]}}"#
        );
        let server = Server::start(move |_| (200, odd.clone()));
        assert_eq!(printed(&stage.run(&server, &["token"])), "a2", "{expires_in}");
        let kept = stage.kept();
        assert_eq!((&kept["refresh_token"], &kept["scope"]), (&json!("new"), &json!("a b")));
        assert_eq!(kept["expires_at"].is_null(), expires_in != "\"60\"", "{kept}");
    }
}

/// The old refresh token is dead by then: the new one is held, and saved as soon as that is possible.
#[test]
fn a_token_that_could_not_be_saved_is_saved_later() {
    let stage = Stage::new();
    stage.keep_expired();
    let server = rotating();
    let program = "
import token_store
class Broken(token_store.FileTokenStore):
    is_broken = True
    def save(self, token):
        if self.is_broken:
            raise OSError('the disk is full')
        super().save(token)
store = Broken()
oauth2 = token_store.OAuth2(store)
for store.is_broken in (True, True, False):
    try:
        print(oauth2.token().access_token)
    except OSError as error:
        print(error)
";
    let printed = printed(&stage.program(&server, program));
    assert_eq!(printed.lines().collect::<Vec<_>>(), ["the disk is full", "the disk is full", "token-2"]);
    assert_eq!(server.take().len(), 1, "the refresh token was spent once");
    assert_eq!(stage.kept()["refresh_token"], "refresh-2");
}

const CALL: &str = "
import sys
import requests
import token_store
with requests.Session() as session:
    session.auth = token_store.OAuth2()
    url = sys.argv[1] + '/things'
    answers = [session.post(url, data=body, timeout=10) for body in (b'one', 'two', open(sys.argv[2], 'rb'))]
    print(*(it.status_code for it in answers))
";

fn call(stage: &Stage, server: &Server) -> Output {
    let file = stage.folder.path().join("body");
    fs::write(&file, "three").unwrap();
    let mut command = stage.python(server);
    command.args(["-c", CALL, &server.origin()]).arg(file).output().unwrap()
}

#[test]
fn a_rejected_call_is_sent_once_more_with_its_body() {
    let stage = Stage::new();
    stage.keep_ended();
    let server = rotating();
    assert_eq!(printed(&call(&stage, &server)), "200 200 200");
    let sent = server.take();
    let shown: Vec<(&str, String)> = sent
        .iter()
        .filter(|it| !is_for_token(it))
        .map(|it| (it.header("authorization").unwrap(), it.text()))
        .collect();
    let want = [("Bearer token-1", "one"), ("Bearer token-2", "one"), ("Bearer token-2", "two")];
    assert_eq!(shown[..3], want.map(|(token, body)| (token, body.to_owned())));
    assert_eq!(shown.len(), 4);
    assert_eq!(sent.iter().filter(|it| is_for_token(it)).count(), 1);
}

/// Of a file, what was read already is sent again.
#[test]
fn a_rejected_upload_is_sent_once_more_from_its_beginning() {
    let stage = Stage::new();
    stage.keep_ended();
    let server = rotating();
    let program = "
import io
import requests
import token_store
body = io.BytesIO(b'0123456789')
body.seek(4)
answer = requests.post(token_store.Settings.from_env().token_url[:-8] + '/things', data=body, auth=token_store.OAuth2(), timeout=10)
print(answer.status_code, len(answer.history))
";
    assert_eq!(printed(&stage.program(&server, program)), "200 1");
    let bodies: Vec<String> =
        server.take().iter().filter(|it| !is_for_token(it)).map(Recorded::text).collect();
    assert_eq!(bodies, ["456789", "456789"]);
}

/// A server that takes no token at all is asked twice, and the second answer is the answer.
#[test]
fn a_replay_does_not_go_round_in_circles() {
    let stage = Stage::new();
    stage.keep_ended();
    let server = Server::start(|request| match is_for_token(request) {
        true => (200, answer(2)),
        false => (401, "{}".to_owned()),
    });
    let program = "
import requests
import token_store
url = token_store.Settings.from_env().token_url[:-8] + '/things'
print(requests.get(url, auth=token_store.OAuth2(), timeout=10).status_code)
";
    assert_eq!(printed(&stage.program(&server, program)), "401");
    let sent = server.take();
    assert_eq!(
        sent.iter().map(|it| it.target.as_str()).collect::<Vec<_>>(),
        ["/things", "/o/token", "/things"]
    );
}

/// Somebody else has renewed the token meanwhile: theirs is taken.
#[test]
fn a_token_that_others_have_renewed_is_not_renewed_again() {
    let stage = Stage::new();
    stage.keep_ended();
    let server = Server::start(|request| match request.header("authorization") {
        Some("Bearer theirs") => (200, "{}".to_owned()),
        _ => (401, "{}".to_owned()),
    });
    let program = "
import requests
import token_store
oauth2 = token_store.OAuth2()
oauth2.token()
oauth2.store.save(token_store.Token('theirs', 'refresh-7'))
url = token_store.Settings.from_env().token_url[:-8] + '/things'
print(requests.get(url, auth=oauth2, timeout=10).status_code)
";
    assert_eq!(printed(&stage.program(&server, program)), "200");
    assert!(!server.take().iter().any(is_for_token));
}

/// To another server the library goes without the token, and must not be given one for its 401.
#[test]
fn no_token_follows_to_another_server() {
    let stage = Stage::new();
    stage.keep(&json!({"access_token": "token-1", "refresh_token": "refresh-1", "expires_at": null}));
    let other = Server::start(|_| (401, "{}".to_owned()));
    let server = rotating();
    let program = format!(
        "
import requests
import token_store
oauth2 = token_store.OAuth2()
request = oauth2(requests.Request('GET', 'http://localhost:{port}/things').prepare())
del request.headers['Authorization']
with requests.Session() as session:
    print(session.send(request, timeout=10).status_code)
",
        port = other.port()
    );
    assert_eq!(printed(&stage.program(&server, &program)), "401");
    let sent = other.take();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].header("authorization"), None);
    assert_eq!(server.take(), []);
}

/// Where users come back to is asked for when they sign in, and no sooner.
#[test]
fn a_refresh_needs_no_address_to_come_back_to() {
    let stage = Stage::with(&[("\"http://localhost:8080/\"", "\"{{redirect_uri}}\"")]);
    stage.keep_expired();
    let server = rotating();
    assert_eq!(printed(&stage.run(&server, &["token"])), "token-2");
}

#[test]
fn a_client_without_users_gets_its_own_token() {
    let stage = Stage::with(&[("\"authorization_code\"", "\"client_credentials\"")]);
    let server = rotating();
    assert_eq!(printed(&stage.run(&server, &["token"])), "token-2");
    let sent = server.take();
    assert_eq!(sent.len(), 1);
    let text = sent[0].text();
    assert!(text.contains("grant_type=client_credentials") && text.contains("scope=things"), "{text}");
    let help = printed(&stage.run(&server, &["--help"]));
    assert!(!help.contains("login"), "{help}");
}

/// As the collection has it: some servers want another word than Bearer.
#[test]
fn the_token_has_the_prefix_of_the_collection() {
    let prefix = r#""key": "headerPrefix", "value": "Token"}, {"key": "addTokenTo","#;
    let stage = Stage::with(&[(r#""key": "addTokenTo","#, prefix)]);
    stage.keep(&json!({"access_token": "a", "refresh_token": null, "expires_at": null}));
    let server = Server::start(|_| (200, "{}".to_owned()));
    assert_eq!(printed(&call(&stage, &server)), "200 200 200");
    assert_eq!(server.take()[0].header("authorization"), Some("Token a"));
}

/// What a request of the real collection needs: the address of revocation is known there.
#[test]
fn a_token_is_revoked_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    tree_of(&read(DRCHRONO).0, Target::Python).write(folder.path()).unwrap();
    let tokens = folder.path().join("tokens.json");
    let server = Server::start(|_| (200, "{}".to_owned()));
    let program = format!(
        "
from dataclasses import replace
import token_store
settings = replace(token_store.Settings.from_env(), revoke_url='{}/o/revoke_token/')
oauth2 = token_store.OAuth2(settings=settings)
oauth2.store.save(token_store.Token('a', 'r&1'))
oauth2.revoke()
print(oauth2.store.load())
",
        server.origin()
    );
    let run = Command::new(python_with_requests())
        .current_dir(folder.path().join("drchrono/python"))
        .args(["-c", &program])
        .env("DRCHRONO_CLIENT_ID", "id")
        .env("DRCHRONO_CLIENT_SECRET", "secret")
        .env("DRCHRONO_TOKEN_FILE", &tokens)
        .env("NO_PROXY", "*")
        .output()
        .unwrap();
    assert_eq!(printed(&run), "None");
    let sent = server.take();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].target, "/o/revoke_token/");
    assert_eq!(sent[0].text(), "token=r%261&token_type_hint=refresh_token");
    assert!(sent[0].header("authorization").unwrap().starts_with("Basic "));
    assert!(!tokens.exists());
}
