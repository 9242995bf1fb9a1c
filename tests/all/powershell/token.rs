//! The script that tells the access token, and the scripts of requests that call it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::server::Server;
use crate::shell::{Scripts, fields, rotating, targets};
use crate::support::{DRCHRONO, fixture, python_with_requests, root};

/// A script that asks this port for everything, with no token of the environment.
fn command_at(scripts: &Scripts, script: &str, port: u16) -> Command {
    let origin = format!("http://127.0.0.1:{port}");
    let mut command = Command::new(python_with_requests());
    command
        .arg(root().join("tests/powershell/interpret.py"))
        .arg(port.to_string())
        .arg(scripts.folder.path().join(&scripts.name).join("powershell").join(script))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    for name in ["ACCESS_TOKEN", "REFRESH_TOKEN", "REFRESH_URL"] {
        command.env_remove(format!("{}_{name}", scripts.prefix));
    }
    for (name, value) in [
        ("BASE_URL", origin.clone()),
        ("TOKEN_URL", format!("{origin}/o/token/")),
        ("CLIENT_ID", "i d".to_owned()),
        ("CLIENT_SECRET", "s/e:c".to_owned()),
        ("TOKEN_FILE", scripts.tokens().display().to_string()),
    ] {
        command.env(format!("{}_{name}", scripts.prefix), value);
    }
    command
}

fn command(scripts: &Scripts, script: &str, server: &Server) -> Command {
    command_at(scripts, script, server.port())
}

/// What a script writes that is expected to end well.
fn written(command: &mut Command) -> Value {
    let run = command.output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

/// What a script throws.
fn thrown(command: &mut Command) -> String {
    let run = command.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&run.stdout), "");
    let said = String::from_utf8(run.stderr).unwrap();
    said.strip_prefix("ThrownError: ").unwrap_or_else(|| panic!("{said}")).trim_end().to_owned()
}

/// The files beside the tokens.
fn kept(scripts: &Scripts) -> Vec<String> {
    let entries = fs::read_dir(scripts.tokens().parent().unwrap()).unwrap();
    let mut names: Vec<String> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

#[cfg(unix)]
#[test]
fn a_token_that_has_ended_is_renewed_once() {
    use std::os::unix::fs::PermissionsExt;
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    scripts.sign_in("a1", "old", -1);
    written(command(&scripts, "patients/list.ps1", &server).args(["-PageSize", "3"]));
    let sent = server.take();
    assert_eq!(targets(&sent), ["/o/token/", "/api/patients?page_size=3"]);
    assert_eq!(sent[0].method, "POST");
    assert_eq!(sent[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    // RFC 6749 §2.3.1: both are form-encoded before they become user and password.
    assert_eq!(sent[0].header("authorization"), Some("Basic aSUyMGQ6cyUyRmUlM0Fj"));
    assert_eq!(fields(&sent[0]), ["grant_type=refresh_token", "refresh_token=old"]);
    assert_eq!(sent[1].header("authorization"), Some("Bearer a2"));
    written(&mut command(&scripts, "doctors/list.ps1", &server));
    assert_eq!(targets(&server.take()), ["/api/doctors"], "the second one has a token");
    let saved = scripts.saved();
    assert_eq!((&saved["access_token"], &saved["refresh_token"]), (&json!("a2"), &json!("new1")));
    assert_eq!(saved["scope"], "a b c");
    assert!(saved["expires_at"].as_u64().unwrap() > now() + 172_000);
    assert_eq!(fs::metadata(scripts.tokens()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(kept(&scripts), ["tokens.json", "tokens.json.lock"]);
}

/// If the request fails, or the process is killed meanwhile, the old refresh token is dead.
#[test]
fn a_new_token_is_saved_before_it_is_used() {
    let scripts = Scripts::of(DRCHRONO);
    let file = scripts.tokens();
    let server = Server::start(move |request| {
        if request.target.starts_with("/o/token") {
            return (200, r#"{"access_token": "a2", "refresh_token": "new", "expires_in": 60}"#.to_owned());
        }
        (200, fs::read_to_string(&file).unwrap())
    });
    scripts.sign_in("a1", "old", -1);
    let seen = written(&mut command(&scripts, "patients/list.ps1", &server));
    assert_eq!((&seen["access_token"], &seen["refresh_token"]), (&json!("a2"), &json!("new")));
}

/// The scripts of bash have the same file, and the same lock.
#[test]
fn many_processes_renew_it_once() {
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    scripts.sign_in("a1", "old", 30);
    let start = |number: usize| {
        let mut command = match number < 8 {
            true => command(&scripts, "auth/token.ps1", &server),
            false => scripts.command("auth/token.sh", &server),
        };
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let running: Vec<Child> = (0..10).map(start).collect();
    for process in running {
        let output = process.wait_with_output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).trim_end().trim_matches('"').to_owned();
        assert_eq!(printed, "a2", "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(server.take().len(), 1);
}

#[test]
fn tokens_of_the_environment_come_first_or_begin() {
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    written(command(&scripts, "patients/list.ps1", &server).env("DRCHRONO_ACCESS_TOKEN", "a1"));
    assert_eq!(targets(&server.take()), ["/api/patients"]);
    let complaint = thrown(&mut command(&scripts, "patients/list.ps1", &server));
    assert_eq!(
        complaint,
        "set DRCHRONO_ACCESS_TOKEN or DRCHRONO_REFRESH_TOKEN, or sign in with python/token_store.py login"
    );
    let begin = || written(command(&scripts, "auth/token.ps1", &server).env("DRCHRONO_REFRESH_TOKEN", "old"));
    assert_eq!(begin(), "a2");
    // The one of the environment is spent by now, and the file comes before it.
    assert_eq!(begin(), "a2");
    assert_eq!(server.take().len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn the_file_is_where_settings_are_kept() {
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    let (settings, home) = (scripts.folder.path().join("settings"), scripts.folder.path().join("home"));
    // A folder that is not absolute counts for nothing.
    let table = [(settings.to_str().unwrap(), &settings, "old"), ("odd", &home.join(".config"), "new1")];
    for (given, folder, refresh_token) in table {
        let mut command = command(&scripts, "auth/token.ps1", &server);
        command.env("XDG_CONFIG_HOME", given).env("HOME", &home).env("DRCHRONO_TOKEN_FILE", "");
        // Python looks for its libraries below the home.
        let base = Command::new(python_with_requests()).args(["-m", "site", "--user-base"]).output().unwrap();
        command.env("PYTHONUSERBASE", String::from_utf8(base.stdout).unwrap().trim());
        written(command.env("DRCHRONO_REFRESH_TOKEN", refresh_token));
        assert!(folder.join("drchrono/tokens.json").exists(), "{given}");
    }
}

#[test]
fn what_cannot_be_renewed_says_why() {
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    scripts.sign_in("a1", "spent", -1);
    let before = scripts.saved();
    let complaint = thrown(&mut command(&scripts, "patients/list.ps1", &server));
    assert_eq!(complaint, "the server no longer takes this refresh token: sign in again");
    assert_eq!(targets(&server.take()), ["/o/token/"], "a refresh is never repeated");
    assert_eq!(scripts.saved(), before);
    assert_eq!(kept(&scripts), ["tokens.json", "tokens.json.lock"]);

    let table = [
        // An answer may hold tokens, of which nothing is shown.
        (500, r#"{"access_token": "t1", "refresh_token": "t2", "error": "x;y\u001b[31m"}"#, "500 xy31m"),
        (500, r#"{"access_token": "t1", "refresh_token": "t2"}"#, "500"),
        (503, "<html>t1</html>", "503"),
        (200, r#"{"refresh_token": "t2"}"#, "200"),
        (200, r#"["t1"]"#, "200"),
        (200, "", "200"),
    ];
    for (status, answer, said) in table {
        let down = Server::start(move |_| (status, answer.to_owned()));
        let complaint = thrown(&mut command(&scripts, "auth/token.ps1", &down));
        assert_eq!(complaint.trim_end(), format!("the server gave no token: {said}"), "{answer}");
        assert_eq!(down.take().len(), 1);
    }
    // A form is never sent to where an answer leads.
    let moved = Server::start(|_| (307, String::new()));
    let complaint = thrown(&mut command(&scripts, "auth/token.ps1", &moved));
    assert!(complaint.contains("redirection"), "{complaint}");
    assert_eq!(scripts.saved(), before);
    assert_eq!(kept(&scripts), ["tokens.json", "tokens.json.lock"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_none_or_not_secret_is_refused() {
    let scripts = Scripts::of(DRCHRONO);
    let server = rotating();
    for text in ["[]", "{}", "null", "", "<html>", r#"{"access_token": "a1"#] {
        scripts.write_tokens(text, 0o600);
        let complaint = thrown(&mut command(&scripts, "auth/token.ps1", &server));
        assert!(
            complaint.ends_with("holds no token that can be read: delete it and sign in again"),
            "{text}"
        );
        assert_eq!(fs::read_to_string(scripts.tokens()).unwrap(), text, "somebody may want it back");
    }
    for mode in [0o640, 0o604, 0o644] {
        scripts.write_tokens(r#"{"access_token": "a1", "expires_at": null}"#, mode);
        let complaint = thrown(&mut command(&scripts, "auth/token.ps1", &server));
        assert!(complaint.contains("can be read by other users: chmod 600 it"), "{complaint}");
    }
    scripts.write_tokens(r#"{"access_token": "a1", "expires_at": null}"#, 0o600);
    assert_eq!(written(&mut command(&scripts, "auth/token.ps1", &server)), "a1");
    assert_eq!(server.take(), []);
}

/// The old refresh token may be dead: whatever else is odd, the new one must be kept as it is.
#[test]
fn an_odd_answer_does_not_lose_the_token() {
    let scripts = Scripts::of(DRCHRONO);
    let table = [
        (r#"{"access_token": "a"}"#, "old", Value::Null),
        (r#"{"access_token": "a", "refresh_token": null}"#, "old", Value::Null),
        (r#"{"access_token": "a", "refresh_token": ""}"#, "old", Value::Null),
        (
            r#"{"access_token": "a", "refresh_token": "n", "expires_in": null, "scope": ["a"]}"#,
            "n",
            Value::Null,
        ),
        (r#"{"access_token": "a", "refresh_token": "n", "expires_in": "soon"}"#, "n", Value::Null),
        (r#"{"access_token": "a", "refresh_token": "n", "expires_in": 12345678901234}"#, "n", Value::Null),
        (r#"{"refresh_token": "n\u002b\/\"\\", "access_token": "a"}"#, "n+/\"\\", Value::Null),
        // Names of JSON know case.
        (r#"{"access_token": "a", "Refresh_Token": "n"}"#, "old", Value::Null),
    ];
    for (answer, refresh_token, end) in table {
        let server = Server::start(move |_| (200, answer.to_owned()));
        scripts.sign_in("a1", "old", -1);
        assert_eq!(written(&mut command(&scripts, "auth/token.ps1", &server)), "a", "{answer}");
        let saved = scripts.saved();
        assert_eq!((&saved["access_token"], &saved["scope"]), (&json!("a"), &json!("a b")), "{answer}");
        assert_eq!(
            (&saved["refresh_token"], &saved["expires_at"]),
            (&json!(refresh_token), &end),
            "{answer}"
        );
    }
    for lifetime in ["60", "\"60\"", "60.9"] {
        let body = format!(r#"{{"access_token": "a", "expires_in": {lifetime}}}"#);
        let server = Server::start(move |_| (200, body.clone()));
        scripts.sign_in("a1", "old", -1);
        written(&mut command(&scripts, "auth/token.ps1", &server));
        let left = scripts.saved()["expires_at"].as_u64().unwrap() - now();
        assert!((50..=60).contains(&left), "{lifetime}: {left}");
    }
}

/// PowerShell takes the content of few types for a text.
#[test]
fn a_content_type_does_not_lose_the_token() {
    let scripts = Scripts::of(DRCHRONO);
    for content_type in ["", "Content-Type: application/vnd.token+json\r\n", "Content-Type: text/plain\r\n"] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"refresh_token=old") {
                let mut piece = [0; 4096];
                let count = stream.read(&mut piece).unwrap();
                request.extend_from_slice(&piece[..count]);
            }
            let head = format!("HTTP/1.1 200 OK\r\n{content_type}Connection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(br#"{"access_token": "a", "refresh_token": "n"}"#).unwrap();
        });
        scripts.sign_in("a1", "old", -1);
        assert_eq!(written(&mut command_at(&scripts, "auth/token.ps1", port)), "a", "{content_type}");
        assert_eq!(scripts.saved()["refresh_token"], "n", "{content_type}");
        server.join().unwrap();
    }
}

#[test]
fn a_client_proves_who_it_is_as_the_collection_says() {
    let scripts = Scripts::of(&fixture("oauth2"));
    let server = rotating();
    scripts.sign_in("a1", "old", -1);
    written(&mut command(&scripts, "requests/read.ps1", &server));
    let sent = server.take();
    assert_eq!(targets(&sent), ["/o/token/", "/things"]);
    assert_eq!(sent[0].header("authorization"), None);
    assert_eq!(
        fields(&sent[0]),
        ["client_id=i+d", "client_secret=s%2Fe%3Ac", "grant_type=refresh_token", "refresh_token=old"]
    );
    assert_eq!(sent[1].header("authorization"), Some("Bearer a2"));

    // Without a secret there is nothing to prove with: the client only says who it is.
    for name in [fixture("oauth2").as_str(), DRCHRONO] {
        let (scripts, server) = (Scripts::of(name), rotating());
        scripts.sign_in("a1", "old", -1);
        let secret = format!("{}_CLIENT_SECRET", scripts.prefix);
        written(command(&scripts, "auth/token.ps1", &server).env_remove(secret));
        let sent = server.take();
        assert_eq!(sent[0].header("authorization"), None);
        assert_eq!(fields(&sent[0]), ["client_id=i+d", "grant_type=refresh_token", "refresh_token=old"]);
    }
    scripts.sign_in("a1", "new1", -1);
    let complaint = thrown(command(&scripts, "auth/token.ps1", &server).env_remove("OAUTH2_CLIENT_ID"));
    assert_eq!(complaint, "set OAUTH2_CLIENT_ID: Get-Help says what it is");
    assert_eq!(server.take(), []);
}
