//! Tokens that end, and are renewed once.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::server::Server;
use crate::support::DRCHRONO;

use super::{Scripts, fields, targets};

/// A server that gives new tokens for `old`, knows the newest access token only, and is slow enough for
/// others to ask meanwhile.
pub(crate) fn rotating() -> Server {
    let newest = Mutex::new((String::from("old"), String::from("a1"), 0));
    Server::start(move |request| {
        let mut newest = newest.lock().unwrap();
        if !request.target.starts_with("/o/token") {
            let given = request.header("authorization").unwrap_or_default();
            return match given == format!("Bearer {}", newest.1) {
                true => (200, r#"{"results": [], "next": null}"#.to_owned()),
                false => (401, r#"{"detail": "no"}"#.to_owned()),
            };
        }
        if !request.text().contains(&format!("refresh_token={}", newest.0)) {
            return (400, r#"{"error": "invalid_grant", "secret": "not to be shown"}"#.to_owned());
        }
        std::thread::sleep(Duration::from_millis(300));
        let count = newest.2 + 1;
        *newest = (format!("new{count}"), format!("a{}", count + 1), count);
        let answer = json!({"access_token": newest.1, "refresh_token": newest.0, "expires_in": 172_800, "scope": "a b c"});
        (200, answer.to_string())
    })
}

#[test]
fn a_token_that_has_ended_is_renewed_once() {
    use std::os::unix::fs::PermissionsExt;
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    scripts.sign_in("a1", "old", -1);
    scripts.said("patients/list.sh", &server, &["page_size=3"]);
    let sent = server.take();
    assert_eq!(targets(&sent), ["/o/token/", "/api/patients?page_size=3"]);
    // RFC 6749 §2.3.1: both are form-encoded before they become user and password.
    assert_eq!(sent[0].header("authorization"), Some("Basic aSUyMGQ6cyUyRmUlM0Fj"));
    assert_eq!(fields(&sent[0]), ["grant_type=refresh_token", "refresh_token=old"]);
    assert_eq!(sent[1].header("authorization"), Some("Bearer a2"));
    scripts.said("doctors/list.sh", &server, &[]);
    assert_eq!(targets(&server.take()), ["/api/doctors"], "the second one has a token");
    let saved = scripts.saved();
    assert_eq!((&saved["access_token"], &saved["refresh_token"]), (&json!("a2"), &json!("new1")));
    assert_eq!(saved["scope"], "a b c");
    assert!(saved["expires_at"].as_u64().unwrap() > 1_700_000_000);
    assert_eq!(fs::metadata(scripts.tokens()).unwrap().permissions().mode() & 0o777, 0o600);
    // Whether or not it is time.
    assert!(scripts.run("auth/refresh.sh", &server, &[]).status.success());
    assert_eq!(scripts.said("auth/token.sh", &server, &[]), "a3\n");
    assert_eq!(targets(&server.take()), ["/o/token/"]);
}

#[test]
fn many_processes_renew_it_once() {
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    scripts.sign_in("a1", "old", 30);
    let start = |_| {
        scripts
            .command("auth/token.sh", &server)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let running: Vec<Child> = (0..8).map(start).collect();
    for process in running {
        let output = process.wait_with_output().unwrap();
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "a2\n",
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert_eq!(server.take().len(), 1);
}

/// Machines without `flock` have perl.
#[test]
fn perl_locks_as_well() {
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    scripts.sign_in("a1", "old", 0);
    let bin = scripts.folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let tools = "bash cat curl date dirname find mkdir mv od perl rm sync tr uname";
    for tool in tools.split(' ') {
        let path = Command::new("sh").args(["-c", &format!("command -v {tool}")]).output().unwrap();
        let path = String::from_utf8(path.stdout).unwrap();
        assert!(!path.is_empty(), "this test needs {tool}: install it");
        std::os::unix::fs::symlink(path.trim(), bin.join(tool)).unwrap();
    }
    let start = |_| {
        let mut command = scripts.command("auth/token.sh", &server);
        command.env("PATH", &bin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let running: Vec<Child> = (0..4).map(start).collect();
    for process in running {
        let output = process.wait_with_output().unwrap();
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            "a2\n",
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert_eq!(server.take().len(), 1);
    fs::remove_file(bin.join("perl")).unwrap();
    scripts.sign_in("a1", "old", 0);
    let output = scripts.command("auth/token.sh", &server).env("PATH", &bin).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("this needs flock"), "{output:?}");
}

#[test]
fn tokens_of_the_environment_come_first_or_begin() {
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    let run =
        scripts.command("patients/list.sh", &server).env("DRCHRONO_ACCESS_TOKEN", "a1").output().unwrap();
    assert!(run.status.success());
    assert_eq!(targets(&server.take()), ["/api/patients"]);
    let complaint = scripts.complaint("patients/list.sh", &server, &[]);
    assert_eq!(
        complaint,
        "set DRCHRONO_ACCESS_TOKEN or DRCHRONO_REFRESH_TOKEN, or sign in with auth/login.sh\n"
    );
    let begin =
        || scripts.command("auth/token.sh", &server).env("DRCHRONO_REFRESH_TOKEN", "old").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&begin().stdout), "a2\n");
    // The one of the environment is spent by now, and the file comes before it.
    assert_eq!(String::from_utf8_lossy(&begin().stdout), "a2\n");
    assert_eq!(server.take().len(), 1);
}

#[test]
fn what_cannot_be_renewed_says_why() {
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    scripts.sign_in("a1", "spent", -1);
    let before = scripts.saved();
    let complaint = scripts.complaint("auth/token.sh", &server, &[]);
    assert_eq!(
        complaint,
        "the server no longer takes this token or code: sign in again, with auth/login.sh\n"
    );
    assert_eq!(server.take().len(), 1, "a refresh is never repeated");
    assert_eq!(scripts.saved(), before);
    assert!(!scripts.tokens().with_extension("json.new").exists());

    let down = Server::start(|_| (503, r#"{"error": "x;y\u001b[31m"}"#.to_owned()));
    assert_eq!(scripts.complaint("auth/token.sh", &down, &[]), "the server gave no token: 503 xy31m\n");

    scripts.write_tokens("[]", 0o600);
    let complaint = scripts.complaint("auth/refresh.sh", &server, &[]);
    assert!(complaint.contains("holds no token that can be read"), "{complaint}");
    assert_eq!(fs::read_to_string(scripts.tokens()).unwrap(), "[]", "somebody may want it back");

    scripts.write_tokens(&before.to_string(), 0o644);
    let complaint = scripts.complaint("auth/token.sh", &server, &[]);
    assert!(complaint.contains("can be read by other users"), "{complaint}");
}

/// The old refresh token may be dead: whatever else is odd, the new one must be kept as it is.
#[test]
fn an_odd_answer_does_not_lose_the_token() {
    let scripts = Scripts::of(DRCHRONO);
    let long = "x".repeat(8000);
    let table = [
        (
            r#"{"access_token": "a", "refresh_token": "n", "expires_in": null, "scope": ["a"]}"#,
            "a",
            "n",
            Value::Null,
        ),
        (r#"{"access_token":"a","refresh_token":"n","expires_in":"soon"}"#, "a", "n", Value::Null),
        (
            "{\"refresh_token\"\n:\n\"n\\u002b\\/\\\"\\\\\", \"access_token\": \"a\"}",
            "a",
            "n+/\"\\",
            Value::Null,
        ),
        (r#"{"access_token": "a", "refresh_token": null}"#, "a", "old", Value::Null),
        (r#"{"access_token": "a", "refresh_token": ""}"#, "a", "old", Value::Null),
        (r#"{"note": "\"access_token\":\"wrong\"", "access_token": "a"}"#, "a", "old", Value::Null),
        (&format!(r#"{{"access_token": "{long}", "refresh_token": "n"}}"#), long.as_str(), "n", Value::Null),
    ];
    for (answer, access_token, refresh_token, end) in table {
        let body = answer.to_owned();
        let server = Server::start(move |_| (200, body.clone()));
        scripts.sign_in("a1", "old", -1);
        assert_eq!(scripts.said("auth/token.sh", &server, &[]).trim_end(), access_token, "{answer}");
        let saved = scripts.saved();
        assert_eq!(saved["access_token"], access_token, "{answer}");
        assert_eq!(saved["refresh_token"], refresh_token, "{answer}");
        assert_eq!(saved["expires_at"], end, "{answer}");
    }
    for lifetime in ["60", "\"60\"", "60.9"] {
        let body = format!(r#"{{"access_token": "a", "expires_in": {lifetime}}}"#);
        let server = Server::start(move |_| (200, body.clone()));
        scripts.sign_in("a1", "old", -1);
        scripts.said("auth/token.sh", &server, &[]);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let left = scripts.saved()["expires_at"].as_u64().unwrap() - now;
        assert!((50..=60).contains(&left), "{lifetime}: {left}");
    }
}

/// The client and the scripts of a program share the file.
#[test]
fn the_rust_client_reads_the_same_file() {
    use drchrono::oauth2::{FileTokenStore, TokenStore};
    use drchrono::secrecy::ExposeSecret;
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    scripts.sign_in("a1", "old", -1);
    scripts.said("auth/token.sh", &server, &[]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let token = runtime.block_on(FileTokenStore::new(scripts.tokens()).load()).unwrap().unwrap();
    assert_eq!(token.access_token.expose_secret(), "a2");
    assert_eq!(token.refresh_token.unwrap().expose_secret(), "new1");
}
