//! How a user signs in: with a browser on this machine, or with an address that they paste.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::json;

use super::{Stage, is_for_token, rotating, said};
use crate::server::Server;

/// A sign-in that has shown its address.
struct Asked {
    process: Child,
    url: String,
    rest: BufReader<std::process::ChildStderr>,
}

impl Asked {
    fn start(stage: &Stage, server: &Server, arguments: &[&str]) -> Self {
        let mut command = stage.python(server);
        // A browser that opens nothing.
        command.arg("token_store.py").args(arguments).env("BROWSER", "true");
        command.stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut rest = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        rest.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("open ").unwrap_or_else(|| panic!("{line}")).to_owned();
        Self { process, url, rest }
    }

    fn field(&self, name: &str) -> Option<String> {
        let query = self.url.split_once('?').unwrap().1;
        let pair = query.split('&').find_map(|it| it.strip_prefix(&format!("{name}=")))?;
        Some(pair.replace("%3A", ":").replace("%2F", "/").replace("%20", " "))
    }

    /// What a browser does when the server sends it back.
    fn visit(&self, query: &str) -> String {
        let redirect = self.field("redirect_uri").unwrap();
        let (host, path) = redirect.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(stream, "GET /{path}?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn end(mut self) -> (bool, String) {
        drop(self.process.stdin.take());
        let mut said = String::new();
        self.rest.read_to_string(&mut said).unwrap();
        (self.process.wait().unwrap().success(), said)
    }
}

#[test]
fn a_user_comes_back_to_this_machine() {
    let (stage, server) = (Stage::new(), rotating());
    let asked = Asked::start(&stage, &server, &["login", "--port", "0", "--scope", "things:read"]);
    assert!(
        asked.url.starts_with("https://api.example.com/o/authorize?response_type=code&"),
        "{}",
        asked.url
    );
    assert_eq!(asked.field("scope").as_deref(), Some("things:read"));
    assert_eq!(asked.field("client_id").as_deref(), Some("i d"));
    assert_eq!(asked.field("code_challenge"), None, "the collection does not ask for it");
    let state = asked.field("state").unwrap();
    assert!(state.len() > 30);
    // A browser that has opened a connection and sends nothing holds nobody up.
    let redirect = asked.field("redirect_uri").unwrap();
    let _idle =
        TcpStream::connect(redirect.strip_prefix("http://").unwrap().split('/').next().unwrap()).unwrap();
    let other = asked.visit("state=wrong&code=theirs");
    assert!(other.starts_with("HTTP/1.0 400"), "{other}");
    let own = asked.visit(&format!("code=c%2B1&state={state}"));
    assert!(own.starts_with("HTTP/1.0 200") && !own.contains("c+1"), "{own}");
    let (is_fine, said) = asked.end();
    assert!(is_fine, "{said}");
    let sent = server.take();
    assert_eq!(sent.len(), 1);
    let text = sent[0].text();
    assert!(
        text.contains("grant_type=authorization_code&code=c%2B1&redirect_uri=http%3A%2F%2F127.0.0.1"),
        "{text}"
    );
    let kept = stage.kept();
    assert_eq!((&kept["access_token"], &kept["scope"]), (&json!("token-2"), &json!("things:read")));
}

#[test]
fn the_code_is_bound_to_the_program() {
    let stage = Stage::with(&[("\"authorization_code\"", "\"authorization_code_with_pkce\"")]);
    let server = rotating();
    let asked = Asked::start(&stage, &server, &["login", "--port", "0", "--all-scopes"]);
    assert_eq!(asked.field("scope").as_deref(), Some("things:read things:write"));
    assert_eq!(asked.field("code_challenge_method").as_deref(), Some("S256"));
    let (challenge, state) = (asked.field("code_challenge").unwrap(), asked.field("state").unwrap());
    asked.visit(&format!("code=c&state={state}"));
    assert!(asked.end().0);
    let text = server.take()[0].text();
    let verifier = text.split('&').find_map(|it| it.strip_prefix("code_verifier=")).unwrap();
    assert!((43..=128).contains(&verifier.len()), "{verifier}");
    assert_eq!(challenge, s256(verifier));
}

/// RFC 7636 §4.2, as the library of the Rust client has it.
fn s256(verifier: &str) -> String {
    let program = "import base64, hashlib, sys
print(base64.urlsafe_b64encode(hashlib.sha256(sys.argv[1].encode()).digest()).decode().rstrip('='))";
    let run = std::process::Command::new(crate::support::python()).args(["-c", program, verifier]).output();
    super::printed(&run.unwrap())
}

#[test]
fn a_user_may_say_no() {
    let (stage, server) = (Stage::new(), rotating());
    let asked = Asked::start(&stage, &server, &["login", "--port", "0", "--all-scopes"]);
    let state = asked.field("state").unwrap();
    let answer = asked.visit(&format!("error=access_denied%0A&state={state}"));
    assert!(answer.contains("refused"), "{answer}");
    let (is_fine, said) = asked.end();
    assert!(!is_fine);
    assert_eq!(said, "the sign-in was refused: access_denied\n");
    assert!(!server.take().iter().any(is_for_token));
}

#[test]
fn an_address_can_be_pasted() {
    for (mark, is_own) in [("", true), ("x", false)] {
        let (stage, server) = (Stage::new(), rotating());
        let mut asked = Asked::start(&stage, &server, &["login", "--paste", "--all-scopes"]);
        assert_eq!(asked.field("redirect_uri").as_deref(), Some("http://localhost:8080/"));
        let state = asked.field("state").unwrap();
        let address = format!("http://localhost:8080/?state={state}{mark}&code=c\n");
        asked.process.stdin.as_mut().unwrap().write_all(address.as_bytes()).unwrap();
        let (is_fine, said) = asked.end();
        assert_eq!(is_fine, is_own, "{said}");
        assert_eq!(server.take().len(), usize::from(is_own));
        assert_eq!(said.contains("another sign-in"), !is_own, "{said}");
    }
}

/// A server may take no scope for all of them, which nobody has asked for.
#[test]
fn scopes_have_to_be_named() {
    let (stage, server) = (Stage::new(), rotating());
    let run = stage.run(&server, &["login"]);
    assert!(!run.status.success());
    assert!(said(&run).contains("--scope"), "{}", said(&run));
}

/// What cannot be read is not written over, and the user is not bothered first.
#[test]
fn a_file_that_cannot_be_read_is_found_before() {
    let (stage, server) = (Stage::new(), rotating());
    stage.keep(&json!({"something": "else"}));
    for way in [&["login", "--all-scopes"][..], &["login", "--all-scopes", "--paste"]] {
        let run = stage.run(&server, way);
        assert!(said(&run).contains("holds no token"), "{}", said(&run));
        assert!(!said(&run).contains("open "), "{}", said(&run));
    }
}
