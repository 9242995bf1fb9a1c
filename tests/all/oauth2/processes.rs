//! Several processes with one token file, and such that are killed.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use drchrono::oauth2::{FileTokenStore, OAuth2, Token, TokenStore};

use super::{PAGE, answer, asked, both, builder, expired, list, names, rotating};
use crate::server::Server;

const ROLE: &str = "POSTWRIGHT_TEST_ROLE";
const FILE: &str = "POSTWRIGHT_TEST_FILE";
const ORIGIN: &str = "POSTWRIGHT_TEST_ORIGIN";

/// This program once more, as a process that plays a role.
fn start(role: &str, file: &Path, origin: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "oauth2::processes::the_other_process", "--nocapture"])
        .env(ROLE, role)
        .env(FILE, file)
        .env(ORIGIN, origin)
        .env("XDG_CONFIG_HOME", file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Not a test, but what the tests below start; by itself it does nothing.
#[tokio::test]
async fn the_other_process() {
    let Ok(role) = std::env::var(ROLE) else { return };
    // Should the test have failed meanwhile, nobody ends this one.
    std::thread::spawn(|| {
        std::thread::sleep(Duration::from_secs(90));
        std::process::exit(1);
    });
    let file = std::env::var(FILE).unwrap();
    let store = FileTokenStore::new(&file);
    match role.as_str() {
        "call" => {
            let origin = std::env::var(ORIGIN).unwrap();
            let oauth2 = OAuth2::new(builder(&origin).build().unwrap()).store(store);
            let client = builder(&origin).auth(oauth2).build().unwrap();
            std::fs::write(format!("{file}.{}.ready", std::process::id()), "").unwrap();
            while !Path::new(&format!("{file}.go")).exists() {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            list(&client).await.unwrap();
        }
        "save" => loop {
            for number in 1..100 {
                let token = Token::new("a".repeat(number * 100)).with_refresh_token("b".repeat(5000));
                store.save(&token).await.unwrap();
            }
        },
        "where" => println!("{}", FileTokenStore::in_config_dir().unwrap().path().display()),
        role => panic!("{role}"),
    }
}

/// Lets the processes go once all of them are there.
fn go(file: &Path, count: usize) {
    let begin = Instant::now();
    let is_ready = |name: std::ffi::OsString| name.to_string_lossy().ends_with(".ready");
    let folder = file.parent().unwrap();
    let ready = || std::fs::read_dir(folder).unwrap().filter(|it| is_ready(it.as_ref().unwrap().file_name()));
    while ready().count() < count {
        assert!(begin.elapsed() < Duration::from_secs(60), "they do not start");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::fs::write(format!("{}.go", file.display()), "").unwrap();
}

#[tokio::test]
async fn four_processes_renew_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens.json");
    let store = FileTokenStore::new(&file);
    store.save(&expired()).await.unwrap();
    let server = rotating();
    let processes: Vec<Child> = (0..4).map(|_| start("call", &file, &server.origin())).collect();
    go(&file, 4);
    for mut process in processes {
        assert!(process.wait().unwrap().success());
    }
    let sent = server.take();
    assert_eq!(sent.iter().filter(|it| it.target.starts_with("/o/token")).count(), 1, "{sent:#?}");
    assert_eq!(sent.len(), 5, "and each has made its call");
    assert_eq!(names(&store.load().await.unwrap().unwrap()), both(2));
}

/// Killed as soon as it uses what it was given: by then it is on the disk.
#[tokio::test]
async fn a_killed_process_has_saved_what_it_used() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens.json");
    let store = FileTokenStore::new(&file);
    store.save(&expired()).await.unwrap();
    let (sender, used) = mpsc::channel();
    let server = Server::start(move |request| {
        if request.target.starts_with("/o/token") {
            return (200, answer(2));
        }
        let _ = sender.send(request.header("authorization").unwrap_or_default().to_owned());
        std::thread::sleep(Duration::from_secs(5));
        (200, PAGE.to_owned())
    });
    let mut process = start("call", &file, &server.origin());
    go(&file, 1);
    let used = used.recv_timeout(Duration::from_secs(60)).unwrap();
    process.kill().unwrap();
    assert!(!process.wait().unwrap().success());
    assert_eq!(used, "Bearer token-2");
    assert_eq!(names(&store.load().await.unwrap().unwrap()), both(2));
    assert_eq!(asked(&server).len(), 1);
    // Its lock went with it.
    let lock = tokio::time::timeout(Duration::from_secs(5), store.lock());
    drop(lock.await.unwrap().unwrap());
}

#[tokio::test]
async fn a_process_killed_while_it_saves_leaves_a_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens.json");
    let store = FileTokenStore::new(&file);
    for round in 0..8 {
        let mut process = start("save", &file, "");
        let begin = Instant::now();
        while !file.exists() {
            assert!(begin.elapsed() < Duration::from_secs(60), "it does not start");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(20 + 7 * round));
        process.kill().unwrap();
        process.wait().unwrap();
        let token = store.load().await.unwrap().unwrap();
        assert_eq!(names(&token).1.unwrap().len(), 5000);
    }
    store.save(&expired()).await.unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn settings_lie_in_a_folder_of_the_crate() {
    let folder = tempfile::tempdir().unwrap();
    let output = start("where", folder.path(), "").wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let want = folder.path().join("drchrono/tokens.json");
    assert!(said.contains(want.to_str().unwrap()), "{said}");
}
