//! Several threads, several processes, and the client in Rust, with one token file.

use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use drchrono::oauth2::{FileTokenStore, Token, TokenStore};
use drchrono::secrecy::ExposeSecret;
use postwright::target::Target;

use super::{Stage, answer, is_for_token, printed, rotating};
use crate::server::Server;
use crate::support::{DRCHRONO, python_with_requests, read, tree_of};

const THREADS: &str = "
import sys
import threading
import requests
import token_store
oauth2, barrier, found = token_store.OAuth2(), threading.Barrier(8), []
def call():
    barrier.wait()
    found.append(requests.get(sys.argv[1] + '/things', auth=oauth2, timeout=30).status_code)
threads = [threading.Thread(target=call) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*found)
";

#[test]
fn eight_threads_refresh_once() {
    for is_known in [true, false] {
        let stage = Stage::new();
        if is_known {
            stage.keep_expired()
        } else {
            stage.keep_ended()
        }
        let server = rotating();
        let run = stage.python(&server).args(["-c", THREADS, &server.origin()]).output().unwrap();
        assert_eq!(printed(&run), ["200"; 8].join(" "));
        let sent = server.take();
        assert_eq!(sent.iter().filter(|it| is_for_token(it)).count(), 1);
        assert_eq!(stage.kept()["refresh_token"], "refresh-2");
    }
}

/// Says that it is there, waits for a line, calls.
const PROCESS: &str = "
import sys
import requests
import token_store
oauth2 = token_store.OAuth2()
print('ready', flush=True)
sys.stdin.readline()
print(requests.get(sys.argv[1] + '/things', auth=oauth2, timeout=30).status_code, flush=True)
";

#[test]
fn four_processes_refresh_once() {
    let stage = Stage::new();
    stage.keep_expired();
    let server = rotating();
    let start = || {
        let mut command = stage.python(&server);
        command.args(["-c", PROCESS, &server.origin()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        command.spawn().unwrap()
    };
    let mut processes: Vec<_> = (0..4).map(|_| start()).collect();
    for process in &mut processes {
        let mut said = [0; 6];
        process.stdout.as_mut().unwrap().read_exact(&mut said).unwrap();
        assert_eq!(&said, b"ready\n");
    }
    // The end of their input is what they wait for.
    processes.iter_mut().for_each(|it| drop(it.stdin.take()));
    for process in processes {
        let output = process.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "200");
    }
    let sent = server.take();
    assert_eq!(sent.iter().filter(|it| is_for_token(it)).count(), 1);
    assert_eq!(sent.len(), 5, "and each has made its call");
    assert_eq!(stage.kept()["access_token"], "token-2");
}

/// Killed as soon as it uses what it was given: by then it is on the disk, and nobody is locked out.
#[test]
fn a_killed_process_has_saved_what_it_used() {
    let stage = Stage::new();
    stage.keep_expired();
    let (sender, used) = mpsc::channel();
    let server = Server::start(move |request| {
        if is_for_token(request) {
            return (200, answer(2));
        }
        let _ = sender.send(request.header("authorization").unwrap_or_default().to_owned());
        std::thread::sleep(Duration::from_secs(5));
        (200, "{}".to_owned())
    });
    let mut command = stage.python(&server);
    let command = command.args(["-c", PROCESS, &server.origin()]).stdin(Stdio::null()).stdout(Stdio::null());
    let mut process = command.spawn().unwrap();
    let used = used.recv_timeout(Duration::from_secs(60)).unwrap();
    process.kill().unwrap();
    assert!(!process.wait().unwrap().success());
    assert_eq!(used, "Bearer token-2");
    assert_eq!(stage.kept()["refresh_token"], "refresh-2");
    assert_eq!(printed(&stage.run(&server, &["token"])), "token-2");
}

fn names(token: &Token) -> (String, Option<String>) {
    let text = |it: &drchrono::secrecy::SecretString| it.expose_secret().to_owned();
    (text(&token.access_token), token.refresh_token.as_ref().map(text))
}

/// What one of them writes the other one reads, and neither renews while the other one does.
#[tokio::test]
async fn the_rust_client_shares_file_and_lock() {
    let stage = Stage::new();
    let store = FileTokenStore::new(stage.tokens());
    let end = std::time::UNIX_EPOCH + Duration::from_secs(4_000_000_000);
    let token = Token::new("a").with_refresh_token("refresh-1").with_scope("x y").with_expires_at(end);
    store.save(&token).await.unwrap();
    let server = rotating();
    assert_eq!(printed(&stage.run(&server, &["token"])), "a");
    let guard = store.lock().await.unwrap();
    let mut command = stage.python(&server);
    let mut process = command.args(["token_store.py", "refresh"]).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(2));
    assert!(process.try_wait().unwrap().is_none(), "it waits");
    assert_eq!(server.take(), []);
    drop(guard);
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let token = store.load().await.unwrap().unwrap();
    assert_eq!(names(&token), ("token-2".to_owned(), Some("refresh-2".to_owned())));
    assert_eq!(token.scope.as_deref(), Some("x y"), "without a word of the server it stays");
    assert!(token.expires_at.unwrap() > std::time::SystemTime::now() + Duration::from_secs(172_000));
}

#[cfg(target_os = "linux")]
#[test]
fn both_look_for_it_at_the_same_place() {
    let folder = tempfile::tempdir().unwrap();
    tree_of(&read(DRCHRONO).0, Target::Python).write(folder.path()).unwrap();
    let place = |config: Option<&str>| {
        let mut command = Command::new(python_with_requests());
        command.current_dir(folder.path().join("drchrono/python"));
        command.args(["-c", "import token_store; print(token_store.default_path())"]);
        command.env_remove("DRCHRONO_TOKEN_FILE").env_remove("XDG_CONFIG_HOME").env("HOME", "/home/x");
        config.map(|it| command.env("XDG_CONFIG_HOME", it));
        printed(&command.output().unwrap())
    };
    // As `oauth2::processes::settings_lie_in_a_folder_of_the_crate` has it.
    assert_eq!(place(Some("/c")), "/c/drchrono/tokens.json");
    assert_eq!(place(None), "/home/x/.config/drchrono/tokens.json");
    assert_eq!(place(Some("relative")), "/home/x/.config/drchrono/tokens.json");
}
