//! Signing in and out, and what others can see of it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::server::Server;
use crate::support::{DRCHRONO, program, python};

use super::{Scripts, fields, targets};

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
