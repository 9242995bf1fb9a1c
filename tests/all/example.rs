//! Programs, run to their end against a DrChrono of the test's own: `examples/drchrono.rs`, and
//! those that are generated.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use drchrono::oauth2::{FileTokenStore, Token, TokenStore};

use crate::clients::{cargo, probe};
use crate::server::{Recorded, Server};
use crate::support::root;

/// As much of DrChrono as the example asks for.
fn drchrono() -> Server {
    Server::start(|request| {
        let (status, body) = match (request.method.as_str(), request.target.split('?').next().unwrap()) {
            ("POST", "/o/token/") => (
                200,
                r#"{"access_token": "t1", "refresh_token": "r1", "expires_in": 172800, "token_type": "Bearer"}"#,
            ),
            ("GET", "/api/patients") if request.target.contains("cursor=b") => {
                (200, r#"{"previous": null, "results": [{"id": 2}], "next": null}"#)
            }
            ("GET", "/api/patients") => (
                200,
                r#"{"previous": null, "results": [{"id": 1, "last_name": "Larsen"}], "next": "https://app.drchrono.com/api/patients?cursor=b"}"#,
            ),
            ("POST", "/api/patients") => (201, r#"{"id": 33}"#),
            ("PATCH", "/api/patients/33") => (204, ""),
            ("POST", "/api/documents") => (201, r#"{"id": 44}"#),
            ("GET", "/api/patients/33/ccda") => (200, "<ClinicalDocument/>"),
            _ => (404, r#"{"detail": "Not found."}"#),
        };
        (status, body.to_owned())
    })
}

/// What the browser brings back from the server.
fn come_back(url: &str) {
    let (_, query) = url.split_once('?').unwrap();
    let value = |key: &str| {
        let pair = query.split('&').find_map(|it| it.strip_prefix(&format!("{key}="))).unwrap();
        pair.replace("%3A", ":").replace("%2F", "/").replace('+', " ").replace("%20", " ")
    };
    assert_eq!(value("scope"), "patients:read patients:write");
    let redirect_uri = value("redirect_uri");
    let address = redirect_uri.strip_prefix("http://").unwrap().strip_suffix("/callback").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let state = value("state");
    write!(stream, "GET /callback?code=c1&state={state} HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    stream.read_to_string(&mut String::new()).unwrap();
}

/// Runs the example in a folder; answers with what it said, the address to sign in at left out.
fn run(folder: &Path, server: &Server) -> Vec<String> {
    // `cargo test` has built it; a run of this test alone has not.
    cargo(root(), &["build", "--example", "drchrono", "--offline"]);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let program = format!("debug/examples/drchrono{}", std::env::consts::EXE_SUFFIX);
    let mut example = Command::new(target.join(program))
        .current_dir(folder)
        .env("DRCHRONO_CLIENT_ID", "id")
        .env("DRCHRONO_CLIENT_SECRET", "secret")
        .env("DRCHRONO_ORIGIN", server.origin())
        .env("XDG_CONFIG_HOME", folder)
        .env("HOME", folder)
        .env("APPDATA", folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = Vec::new();
    for line in BufReader::new(example.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        match line.strip_prefix("open ") {
            Some(url) => come_back(url),
            None => said.push(line),
        }
    }
    assert!(example.wait().unwrap().success(), "{said:?}");
    said
}

#[test]
fn the_example_runs_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("referral.pdf"), "%PDF-1.7").unwrap();
    let server = drchrono();
    let said = run(folder.path(), &server);
    assert_eq!(said, ["1 Larsen", "2 -", "44 None", "no such patient"]);
    let copy = std::fs::read_to_string(folder.path().join("ada.ccda.xml")).unwrap();
    assert_eq!(copy, "<ClinicalDocument/>");

    let sent = server.take();
    let asked = |it: &Recorded| format!("{} {}", it.method, it.target);
    let want = [
        "POST /o/token/",
        "GET /api/patients?doctor=42&since=2026-11-01",
        "GET /api/patients?cursor=b",
        "POST /api/patients",
        "PATCH /api/patients/33",
        "POST /api/documents",
        "GET /api/patients/33/ccda",
        "GET /api/patients/7",
    ];
    assert_eq!(sent.iter().map(asked).collect::<Vec<_>>(), want);
    assert!(sent[0].text().contains("code=c1"), "{}", sent[0].text());
    for request in &sent[1..] {
        assert_eq!(request.header("authorization"), Some("Bearer t1"));
        assert_eq!(request.header("user-agent"), Some("chart-sync/1.0"));
    }
    let json = |it: &Recorded| serde_json::from_slice::<serde_json::Value>(&it.body).unwrap();
    let ada = serde_json::json!({
        "doctor": 42, "gender": "Female", "first_name": "Ada", "last_name": "Lovelace"
    });
    assert_eq!(json(&sent[3]), ada);
    assert_eq!(json(&sent[4]), serde_json::json!({"email": "ada@example.org", "cell_phone": null}));
    let form = sent[5].text();
    for part in ["name=\"document\"; filename=\"referral.pdf\"", "%PDF-1.7", "name=\"patient\"\r\n\r\n33\r\n"]
    {
        assert!(form.contains(part), "{form}");
    }

    // The next day nobody has to sign in.
    run(folder.path(), &server);
    assert!(server.take().iter().all(|it| it.target != "/o/token/"));
}

/// Patients on two pages, of which the first has no name; what is created is refused.
fn clinic() -> Server {
    Server::start(|request| {
        let host = request.header("host").unwrap();
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        match (request.method.as_str(), path) {
            ("GET", "/api/patients") if query.contains("cursor=b") => {
                (200, r#"{"previous": null, "results": [{"id": 2}], "next": null}"#.to_owned())
            }
            ("GET", "/api/patients") => {
                let next = format!("http://{host}/api/patients?cursor=b");
                (200, format!(r#"{{"previous": null, "results": [{{"id": 1}}], "next": "{next}"}}"#))
            }
            ("POST", "/api/patients") => (400, r#"{"gender": ["This field is required."]}"#.to_owned()),
            ("POST", "/api/documents") => (201, r#"{"id": 44}"#.to_owned()),
            _ => (404, "{}".to_owned()),
        }
    })
}

/// Someone who is signed in and has a folder to work in.
struct User {
    folder: tempfile::TempDir,
    programs: std::path::PathBuf,
}

impl User {
    async fn signed_in() -> Self {
        probe();
        let ours = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ours");
        cargo(&ours, &["build", "--package", "drchrono", "--examples", "--offline"]);
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let user = Self { folder: tempfile::tempdir().unwrap(), programs: target.join("debug/examples") };
        let settings = if cfg!(target_os = "macos") { "Library/Application Support" } else { "" };
        let file = user.folder.path().join(settings).join("drchrono/tokens.json");
        FileTokenStore::new(file).save(&Token::new("t1")).await.unwrap();
        user
    }

    /// Runs a program; answers with the lines that it said, and whether it succeeded.
    fn run(&self, server: &str, name: &str, arguments: &[&str]) -> (Vec<String>, bool) {
        let folder = self.folder.path();
        let run = Command::new(self.programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
            .current_dir(folder)
            .args(arguments)
            .env("DRCHRONO_BASE_URL", server)
            .env("DRCHRONO_CLIENT_ID", "id")
            .env("DRCHRONO_CLIENT_SECRET", "secret")
            .env("XDG_CONFIG_HOME", folder)
            .env("HOME", folder)
            .env("APPDATA", folder)
            .output()
            .unwrap();
        let said = String::from_utf8(run.stdout).unwrap();
        (said.lines().map(str::to_owned).collect(), run.status.success())
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

#[tokio::test]
async fn generated_programs_run() {
    let user = User::signed_in().await;
    let server = clinic();
    let run = |name: &str, arguments: &[&str]| user.run(&server.origin(), name, arguments);

    assert_eq!(run("sign_in", &[]), (vec!["signed in".to_owned()], true));
    assert_eq!(run("list", &[]), (["1", "2", "2 in all"].map(str::to_owned).to_vec(), true));
    assert!(server.take().iter().all(|it| it.header("authorization") == Some("Bearer t1")));

    let (said, _) = run("create", &[]);
    assert_eq!(said, ["400 Bad Request", "gender: This field is required."]);

    assert!(!run("upload", &[]).1, "no file is named");
    std::fs::write(user.file("scan of Ada.pdf"), "%PDF-1.7").unwrap();
    server.take();
    let (said, done) = run("upload", &["scan of Ada.pdf"]);
    assert!(done && said.iter().any(|it| it.trim() == "id: 44,"), "{said:?}");
    let form = server.take().remove(0).text();
    assert!(form.contains("filename=\"scan of Ada.pdf\"") && form.contains("%PDF-1.7"), "{form}");
}

#[tokio::test]
async fn a_job_reads_what_is_new() {
    let user = User::signed_in().await;
    let server = clinic();
    let run = || user.run(&server.origin(), "sync", &[]);
    let (said, done) = run();
    assert_eq!((said, done), (["1", "2", "2 read"].map(str::to_owned).to_vec(), true));
    let first = std::fs::read_to_string(user.file("last_run.txt")).unwrap();
    // The API's samples have no zone; a day is read twice.
    let begins = humantime::parse_rfc3339(&format!("{first}Z")).unwrap();
    let ago = begins.elapsed().unwrap().as_secs();
    assert!((86_400..87_000).contains(&ago), "{first}");
    assert_eq!(server.take()[0].target, "/api/patients");

    assert!(run().1);
    assert_eq!(server.take()[0].target, format!("/api/patients?since={first}"));

    // Who cannot read everything begins there again.
    let last = std::fs::read_to_string(user.file("last_run.txt")).unwrap();
    let broken = Server::start(|_| (403, "{}".to_owned()));
    assert!(!user.run(&broken.origin(), "sync", &[]).1);
    assert_eq!(std::fs::read_to_string(user.file("last_run.txt")).unwrap(), last);
    assert!(!user.file("last_run.txt.new").exists());
}
