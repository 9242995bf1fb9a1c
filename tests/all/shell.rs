//! The scripts as people use them: signed in, from page to page, and without sending anything.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use postwright::api::{Api, Operation};
use postwright::collection::{Part, PartContent, WireBody};
use postwright::diagnostic::Diagnostics;
use postwright::postman::Source;
use postwright::{Input, model};
use serde_json::{Value, json};

use crate::server::{Recorded, Server};
use crate::support::{
    DRCHRONO, bash, curl, fixture, fixtures, operations, program, python, read, root, tree,
};

/// The scripts of a collection, and a place for tokens.
pub(crate) struct Scripts {
    folder: tempfile::TempDir,
    name: String,
    prefix: String,
}

impl Scripts {
    pub(crate) fn of(path: &str) -> Self {
        Self::from(&read(path).0)
    }

    fn from(api: &Api) -> Self {
        curl();
        let folder = tempfile::tempdir().unwrap();
        tree(api).write(folder.path()).unwrap();
        Self { folder, name: api.name.snake(), prefix: api.name.screaming() }
    }

    fn tokens(&self) -> PathBuf {
        self.folder.path().join("state/tokens.json")
    }

    /// Writes a token that has ended, or lives for some seconds.
    fn sign_in(&self, access_token: &str, refresh_token: &str, seconds: i64) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let end = i64::try_from(now).unwrap() + seconds;
        let token = json!({
            "access_token": access_token, "refresh_token": refresh_token, "expires_at": end, "scope": "a b"
        });
        self.write_tokens(&token.to_string(), 0o600);
    }

    fn write_tokens(&self, text: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::create_dir_all(self.tokens().parent().unwrap()).unwrap();
        fs::write(self.tokens(), text).unwrap();
        fs::set_permissions(self.tokens(), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn saved(&self) -> Value {
        serde_json::from_slice(&fs::read(self.tokens()).unwrap()).unwrap()
    }

    /// A script that asks this server for everything, with nothing of the environment of the tests.
    fn command(&self, script: &str, server: &Server) -> Command {
        self.command_at(script, &server.origin())
    }

    pub(crate) fn command_at(&self, script: &str, origin: &str) -> Command {
        let mut command = Command::new(bash());
        command.arg(self.folder.path().join(&self.name).join("curl").join(script)).stdin(Stdio::null());
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        for (name, value) in [
            ("BASE_URL", origin.to_owned()),
            ("TOKEN_URL", format!("{origin}/o/token/")),
            ("REVOKE_URL", format!("{origin}/o/revoke_token/")),
            ("CLIENT_ID", "i d".to_owned()),
            ("CLIENT_SECRET", "s/e:c".to_owned()),
            ("TOKEN_FILE", self.tokens().display().to_string()),
        ] {
            command.env(format!("{}_{name}", self.prefix), value);
        }
        command
    }

    fn run(&self, script: &str, server: &Server, arguments: &[&str]) -> Output {
        self.command(script, server).args(arguments).output().unwrap()
    }

    /// What a script says that is expected to end well.
    fn said(&self, script: &str, server: &Server, arguments: &[&str]) -> String {
        let run = self.run(script, server, arguments);
        assert!(run.status.success(), "{script}: {}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).unwrap()
    }

    /// What a script complains about.
    fn complaint(&self, script: &str, server: &Server, arguments: &[&str]) -> String {
        let run = self.run(script, server, arguments);
        assert!(!run.status.success(), "{script}: {}", String::from_utf8_lossy(&run.stdout));
        assert_eq!(String::from_utf8_lossy(&run.stdout), "", "{script}");
        String::from_utf8(run.stderr).unwrap()
    }
}

/// A server that gives new tokens for `old`, knows the newest access token only, and is slow enough for
/// others to ask meanwhile.
fn rotating() -> Server {
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

fn targets(requests: &[Recorded]) -> Vec<&str> {
    requests.iter().map(|it| it.target.as_str()).collect()
}

fn fields(request: &Recorded) -> Vec<String> {
    let mut fields: Vec<String> = request.text().split('&').map(str::to_owned).collect();
    fields.sort();
    fields
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
    assert_eq!(complaint, "it is no longer valid: sign in again, with auth/login.sh\n");
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

/// A sign-in in the background, and the address that it shows.
pub(crate) fn begin_sign_in(mut command: Command) -> (Child, String) {
    let mut running =
        command.stdin(Stdio::piped()).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(running.stderr.take().unwrap()).lines();
    let mut said = Vec::new();
    let url = loop {
        let line = lines.next().unwrap_or_else(|| panic!("no address: {said:?}")).unwrap();
        if let Some(url) = line.strip_prefix("  http") {
            break format!("http{url}");
        }
        said.push(line);
    };
    // What is said afterwards must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    (running, url)
}

fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

/// What a browser gets at this machine.
fn open(port: u16, target: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    page
}

/// A server that gives a token for a code.
fn giving() -> Server {
    Server::start(|request| match request.text() {
        text if text.contains("code=c%2F1%20%2B") => {
            (200, r#"{"access_token": "a1", "expires_in": 60}"#.to_owned())
        }
        _ => (400, r#"{"error": "invalid_request"}"#.to_owned()),
    })
}

#[test]
fn a_browser_comes_back_to_this_machine() {
    program("perl", "install it with the package manager of the system");
    let scripts = Scripts::of(DRCHRONO);
    let server = giving();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let redirect = format!("http://127.0.0.1:{port}/back");
    let mut command = scripts.command("auth/login.sh", &server);
    command.args(["--pkce", "user:read", "patients:read"]).env("DRCHRONO_REDIRECT_URI", &redirect);
    let (running, url) = begin_sign_in(command);
    assert!(
        url.starts_with("https://drchrono.com/o/authorize/?response_type=code&client_id=i%20d&"),
        "{url}"
    );
    assert_eq!(parameter(&url, "scope").unwrap(), "user%3Aread%20patients%3Aread");
    assert_eq!(parameter(&url, "redirect_uri").unwrap(), format!("http%3A%2F%2F127.0.0.1%3A{port}%2Fback"));
    assert_eq!(parameter(&url, "code_challenge_method").unwrap(), "S256");
    let state = parameter(&url, "state").unwrap();
    assert_eq!(state.len(), 64);

    assert!(open(port, "/favicon.ico").starts_with("HTTP/1.1 404 "));
    let other = open(port, "/back?code=c&state=another");
    assert!(other.starts_with("HTTP/1.1 400 "), "{other}");
    assert!(open(port, &format!("/back?code=c%2F1+%2B&state={state}")).starts_with("HTTP/1.1 200 "));
    assert!(running.wait_with_output().unwrap().status.success());

    let sent = server.take();
    assert_eq!(sent.len(), 1);
    let form = fields(&sent[0]);
    assert_eq!(form[0], "code=c%2F1%20%2B");
    let verifier = form[1].strip_prefix("code_verifier=").unwrap();
    assert_eq!(form[2], "grant_type=authorization_code");
    assert_eq!(form[3], format!("redirect_uri=http%3A%2F%2F127.0.0.1%3A{port}%2Fback"));
    // As another implementation of RFC 7636 §4.2 has it.
    let sum = "import base64, hashlib, sys; print(base64.urlsafe_b64encode(hashlib.sha256(sys.argv[1].encode()).digest()).decode().rstrip('='))";
    let sum = Command::new(python()).args(["-c", sum, verifier]).output().unwrap();
    assert_eq!(parameter(&url, "code_challenge").unwrap(), String::from_utf8(sum.stdout).unwrap().trim_end());
    let saved = scripts.saved();
    assert_eq!((&saved["access_token"], &saved["refresh_token"]), (&json!("a1"), &Value::Null));
    assert_eq!(saved["scope"], "user:read patients:read", "what was asked for, if the server does not say");
}

/// Signs in by pasting what a function makes of the state.
fn paste(scripts: &Scripts, server: &Server, address: impl Fn(&str) -> String) -> (bool, String) {
    let mut command = scripts.command("auth/login.sh", server);
    command.arg("--paste").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    let mut input = running.stdin.take().unwrap();
    let mut errors = running.stderr.take().unwrap();
    let mut said = Vec::new();
    let mut bytes = [0; 256];
    while !String::from_utf8_lossy(&said).contains("Paste the address") {
        let count = errors.read(&mut bytes).unwrap();
        assert!(count > 0, "{}", String::from_utf8_lossy(&said));
        said.extend_from_slice(&bytes[..count]);
    }
    let shown = String::from_utf8_lossy(&said).into_owned();
    let url = shown.lines().find(|it| it.starts_with("  http")).unwrap();
    writeln!(input, "{}", address(&parameter(url, "state").unwrap())).unwrap();
    let mut rest = String::new();
    errors.read_to_string(&mut rest).unwrap();
    let success = running.wait().unwrap().success();
    // The prompt has no end of its own.
    (success, rest.trim_start().trim_end().to_owned())
}

#[test]
fn an_address_can_be_pasted() {
    let scripts = Scripts::of(DRCHRONO);
    let server = giving();
    type Address<'a> = &'a dyn Fn(&str) -> String;
    let table: [(&str, Address<'_>); 4] = [
        ("it answers another sign-in", &|_| "https://x.example/?code=c%2F1+%2B&state=another".to_owned()),
        ("it answers another sign-in", &|_| "https://x.example/?code=c".to_owned()),
        ("the sign-in was refused: access_denied", &|state| {
            format!("https://x/?error=access_denied&state={state}")
        }),
        ("it holds no code", &|state| format!("https://x/?state={state}")),
    ];
    for (want, address) in table {
        let (success, said) = paste(&scripts, &server, address);
        assert!(!success && said.starts_with(want), "{said}");
    }
    assert!(server.take().is_empty() && !scripts.tokens().exists());
    let (success, said) =
        paste(&scripts, &server, |state| format!("https://x/?state={state}&code=c%2F1+%2B#end"));
    assert!(success, "{said}");
    assert_eq!(scripts.saved()["access_token"], "a1");
}

#[test]
fn signing_out_ends_the_tokens() {
    let scripts = Scripts::of(DRCHRONO);
    let server = Server::start(|_| (200, String::new()));
    scripts.sign_in("a1", "o+ld", 3600);
    scripts.said("auth/revoke.sh", &server, &[]);
    let sent = server.take();
    assert_eq!(targets(&sent), ["/o/revoke_token/"]);
    assert_eq!(fields(&sent[0]), ["token=o%2Bld", "token_type_hint=refresh_token"]);
    assert!(!scripts.tokens().exists());
    assert!(scripts.complaint("auth/revoke.sh", &server, &[]).starts_with("nobody is signed in"));
    let down = Server::start(|_| (503, String::new()));
    scripts.sign_in("a1", "old", 3600);
    assert!(scripts.complaint("auth/revoke.sh", &down, &[]).ends_with("has not revoked the tokens: 503\n"));
    assert!(scripts.tokens().exists());
}

/// Whatever runs on the machine while a server is asked: its arguments, which every user can read.
#[cfg(target_os = "linux")]
#[test]
fn no_secret_is_in_the_list_of_processes() {
    let scripts = Scripts::of(DRCHRONO);
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&seen);
    let server = Server::start(move |_| {
        for process in fs::read_dir("/proc").unwrap().flatten() {
            let arguments = fs::read(process.path().join("cmdline")).unwrap_or_default();
            log.lock().unwrap().push(String::from_utf8_lossy(&arguments).replace('\0', " "));
        }
        (200, r#"{"access_token": "t0k3n-a", "refresh_token": "t0k3n-b", "results": []}"#.to_owned())
    });
    scripts.sign_in("t0k3n-1", "t0k3n-2", -1);
    scripts.said("patients/list.sh", &server, &[]);
    scripts.said("patients/list.sh", &server, &["--all"]);
    scripts.said("auth/refresh.sh", &server, &[]);
    let state = Mutex::new(String::new());
    let (success, said) = paste(&scripts, &server, |given| {
        state.lock().unwrap().push_str(given);
        format!("https://x/?state={given}&code=t0k3n-c")
    });
    assert!(success, "{said}");
    scripts.said("auth/revoke.sh", &server, &[]);
    let seen = seen.lock().unwrap();
    assert!(seen.iter().filter(|it| it.starts_with("curl ")).count() >= 6, "the list shows what runs");
    let secrets = ["t0k3n", "s/e:c", "s%2Fe%3Ac", "aSUyMGQ6cyUyRmUlM0Fj"];
    for process in seen.iter() {
        assert!(!secrets.iter().any(|it| process.contains(it)), "{process}");
        assert!(!process.contains(state.lock().unwrap().as_str()), "{process}");
    }
}

/// A server that answers a target with what stands beside it, and with 404 to all others.
fn serving(answers: &'static [(&'static str, &'static str)]) -> Server {
    Server::start(move |request| {
        let answer = answers.iter().find(|(target, _)| *target == request.target);
        answer.map_or((404, "{}".to_owned()), |(_, body)| (200, (*body).to_owned()))
    })
}

fn jq() {
    program("jq", "install it with the package manager of the system");
}

#[test]
fn lists_are_read_to_their_ends() {
    jq();
    let scripts = Scripts::of(&fixture("paging"));
    let server = serving(&[
        (
            "/links/things?since=2026",
            r#"{"results": [{"id": 1, "x": "a b"}, null], "next": "https://things.example.com/links/things?cursor=b%2Fc"}"#,
        ),
        ("/links/things?cursor=b%2Fc", r#"{"results": [], "next": "?cursor=d"}"#),
        ("/links/things?cursor=d", "{\"data\":\n [{\"id\": 3}], \"next\": null}"),
        ("/links/rows", r#"{"rows": [{"id": 1}], "_links": {"next": {"href": "/links/rows?after=1"}}}"#),
        ("/links/rows?after=1", r#"{"rows": [{"id": 2}], "_links": {}}"#),
        (
            "/cursors/events?limit=2",
            r#"{"data": [{"id": 1}], "meta": {"next_cursor": "b/c&d", "has_more": true}}"#,
        ),
        (
            "/cursors/events?limit=2&cursor=b%2Fc%26d",
            r#"{"data": [{"id": 2}], "meta": {"next_cursor": "e", "has_more": false}}"#,
        ),
        ("/pages/users?per_page=2", r#"[{"id": 1}, {"id": 2}]"#),
        ("/pages/users?per_page=2&page=2", r#"[{"id": 3}]"#),
        ("/pages/users", r#"[{"id": 1}, {"id": 2}]"#),
        ("/pages/users?page=2", "[]"),
        ("/pages/orders", r#"{"orders": [{"id": 1}], "total_pages": 2}"#),
        ("/pages/orders?page=1", r#"{"orders": [{"id": 2}], "total_pages": 2}"#),
        ("/offsets/logs?offset=1&limit=2", r#"{"logs": [{"id": 2}, {"id": 3}], "total": 5}"#),
        ("/offsets/logs?limit=2&offset=3", r#"{"logs": [{"id": 4}, {"id": 5}], "total": 5}"#),
    ]);
    let table: [(&str, &[&str], &str); 8] = [
        ("links/list_things.sh", &["since=2026"], "{\"id\":1,\"x\":\"a b\"}\n{\"id\":3}\n"),
        ("links/list_rows.sh", &[], "{\"id\":1}\n{\"id\":2}\n"),
        ("cursors/list_events.sh", &["limit=2"], "{\"id\":1}\n{\"id\":2}\n"),
        ("pages/list_users.sh", &["per_page=2"], "{\"id\":1}\n{\"id\":2}\n{\"id\":3}\n"),
        ("pages/list_users.sh", &[], "{\"id\":1}\n{\"id\":2}\n"),
        ("pages/list_orders.sh", &[], "{\"id\":1}\n{\"id\":2}\n"),
        (
            "offsets/list_logs.sh",
            &["offset=1", "limit=2"],
            "{\"id\":2}\n{\"id\":3}\n{\"id\":4}\n{\"id\":5}\n",
        ),
        ("links/list_rows.sh", &["--dry-run"], ""),
    ];
    for (script, arguments, want) in table {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--all"]).collect();
        let said = scripts.said(script, &server, &arguments);
        if want.is_empty() {
            assert!(said.starts_with("curl \\\n"), "{said}");
        } else {
            assert_eq!(said, want, "{script} {arguments:?}");
        }
    }
    // Without --all it is one page, as it came.
    assert!(scripts.said("links/list_things.sh", &server, &["since=2026"]).contains("null], \"next\""));
}

#[test]
fn lists_that_cannot_be_read_say_why() {
    jq();
    let scripts = Scripts::of(&fixture("paging"));
    let elsewhere = Server::start(|_| (200, r#"{"results": [{"id": 9}], "next": null}"#.to_owned()));
    let links = [
        format!("{}/links/things?cursor=b", elsewhere.origin()),
        "//127.0.0.2/links/things".to_owned(),
        "https://things.example.com.evil.example/links/things".to_owned(),
        "http://things.example.com/links/things".to_owned(),
        "https://user:pass@things.example.com/links/things".to_owned(),
        "https://things.example.com:8443/links/things".to_owned(),
        "https://things.example.com\\\\@evil.example/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "https://".to_owned(),
        "?cursor=\\u00e9".to_owned(),
    ];
    for link in links {
        let next = link.clone();
        let server =
            Server::start(move |_| (200, format!(r#"{{"results": [{{"id": 1}}], "next": "{next}"}}"#)));
        let run = scripts.run("links/list_things.sh", &server, &["--all"]);
        let said = String::from_utf8_lossy(&run.stderr);
        assert!(!run.status.success() && said.starts_with("the link to the next page"), "{link}: {said}");
        assert_eq!(String::from_utf8_lossy(&run.stdout), "{\"id\":1}\n");
        assert_eq!(server.take().len(), 1, "{link}");
    }
    assert_eq!(elsewhere.take(), []);
    let circle = Server::start(|_| (200, r#"{"results": [{"id": 1}], "next": "?cursor=b"}"#.to_owned()));
    let run = scripts.run("links/list_things.sh", &circle, &["--all"]);
    assert!(!run.status.success() && String::from_utf8_lossy(&run.stderr).contains("read already"));
    let same = Server::start(|_| (200, r#"[{"id": 1}, {"id": 2}]"#.to_owned()));
    let run = scripts.run("pages/list_users.sh", &same, &["--all"]);
    assert!(!run.status.success() && String::from_utf8_lossy(&run.stderr).contains("the same page again"));
    let none = Server::start(|_| (200, r#"{"other": []}"#.to_owned()));
    let run = scripts.run("links/list_things.sh", &none, &["--all"]);
    assert!(!run.status.success() && String::from_utf8_lossy(&run.stderr).contains("there is no list"));
    let down = Server::start(|_| (500, r#"{"why": "broken"}"#.to_owned()));
    let run = scripts.run("links/list_things.sh", &down, &["--all"]);
    assert_eq!(run.status.code(), Some(22), "curl's own code");
    assert!(String::from_utf8_lossy(&run.stderr).contains(r#"{"why": "broken"}"#));
}

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
        let input = Input { collection, environment: None, globals: None, name: None, paging: None };
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
