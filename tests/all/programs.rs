//! Every script and every snippet is a program, and keeps secrets to itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use postwright::target::Target;

use crate::exceptions::on_httpx;
use crate::server::Server;
use crate::support::{
    DRCHRONO, SCRIPTS, bash, curl, fixture, fixtures, paths, python, python_with_requests, read, root,
    tree_of, tree_of_all,
};

/// All programs of DrChrono and of the fixtures.
fn everything() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for path in fixtures().iter().map(|name| fixture(name)).chain([DRCHRONO.to_owned()]) {
        let (mut api, _) = read(&path);
        tree_of_all(&api, &SCRIPTS).write(folder.path()).unwrap();
        api.set(on_httpx());
        tree_of(&api, Target::Python).write(&folder.path().join("httpx")).unwrap();
    }
    folder
}

/// The scripts of bash of some collections.
fn scripts_of(paths: &[String]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for path in paths {
        tree_of(&read(path).0, Target::Curl).write(folder.path()).unwrap();
    }
    folder
}

/// Has bash read every script below a folder, without running any.
pub(crate) fn scripts_parse(folder: &Path) -> usize {
    let scripts = paths(folder, ".sh");
    let run = Command::new(bash())
        .current_dir(folder)
        .args(["-c", "for script; do bash -n \"$script\" || bad=1; done; exit \"${bad:-0}\"", "bash"])
        .args(&scripts)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    scripts.len()
}

/// Has Python compile every snippet below a folder.
pub(crate) fn snippets_compile(folder: &Path) -> usize {
    let snippets = paths(folder, ".py");
    let program = "import sys\nfor path in sys.argv[1:]:\n    compile(open(path, encoding='utf-8').read(), path, 'exec')\n";
    let run =
        Command::new(python()).current_dir(folder).args(["-c", program]).args(&snippets).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    snippets.len()
}

/// Has the grammar of PowerShell read every script below a folder, and every literal in it.
pub(crate) fn powershell_parses(folder: &Path) -> usize {
    let scripts = paths(folder, ".ps1");
    let run = Command::new(python_with_requests())
        .current_dir(folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(root().join("tests/powershell/parse.py"))
        .args(&scripts)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    scripts.len()
}

#[test]
fn all_of_them_parse() {
    let folder = everything();
    assert!(powershell_parses(folder.path()) > 380);
    assert!(scripts_parse(folder.path()) > 380);
    assert!(snippets_compile(folder.path()) > 380);
    assert!(snippets_compile(&folder.path().join("httpx")) > 380);
}

/// A test that cannot fail shows nothing.
#[test]
fn a_broken_one_is_found() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.sh"), "if\n").unwrap();
    fs::write(folder.path().join("a.py"), "if\n").unwrap();
    fs::write(folder.path().join("a.ps1"), "'a\u{2019}b'\n").unwrap();
    assert!(std::panic::catch_unwind(|| scripts_parse(folder.path())).is_err());
    assert!(std::panic::catch_unwind(|| snippets_compile(folder.path())).is_err());
    assert!(std::panic::catch_unwind(|| powershell_parses(folder.path())).is_err());
    fs::write(folder.path().join("a.ps1"), "if (\n").unwrap();
    assert!(std::panic::catch_unwind(|| powershell_parses(folder.path())).is_err());
}

#[test]
fn scripts_explain_themselves() {
    let folder = scripts_of(&[DRCHRONO.to_owned()]);
    for script in ["drchrono/curl/patients/get.sh", "drchrono/curl/auth/login.sh"] {
        let run = Command::new(bash()).current_dir(folder.path()).args([script, "--help"]).output().unwrap();
        assert!(run.status.success());
        let help = String::from_utf8_lossy(&run.stdout);
        assert!(help.starts_with("usage: "), "{help}");
        assert!(help.contains("DRCHRONO_"), "{help}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let folder = scripts_of(&[DRCHRONO.to_owned()]);
    let run = Command::new(bash())
        .current_dir(folder.path())
        .arg("drchrono/curl/patients/list.sh")
        .env_remove("DRCHRONO_ACCESS_TOKEN")
        .env("DRCHRONO_TOKEN_FILE", folder.path().join("nowhere.json"))
        .output()
        .unwrap();
    assert!(!run.status.success());
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(said.contains("DRCHRONO_ACCESS_TOKEN"), "{said}");
}

/// A curl that writes down its arguments, and what it is given through pipes.
const FAKE_CURL: &str = r#"#!/usr/bin/env bash
{
  printf '%s\n' "$@"
} >> "$ARGV_LOG"
while [ $# -gt 0 ]; do
  if [ "$1" = --config ]; then cat "$2" >> "$PIPE_LOG"; fi
  shift
done
cat > /dev/null
printf '{"access_token": "new", "expires_in": 1, "token_type": "Bearer"}\n200'
"#;

/// Arguments of a program can be read by every user of the machine.
#[cfg(unix)]
#[test]
fn no_secret_is_an_argument() {
    use std::os::unix::fs::PermissionsExt;
    curl();
    let collections =
        [fixture("secrets"), fixture("auth_kinds"), fixture("auth_inheritance"), DRCHRONO.to_owned()];
    let folder = scripts_of(&collections);
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join("curl"), FAKE_CURL).unwrap();
    fs::set_permissions(bin.join("curl"), fs::Permissions::from_mode(0o755)).unwrap();
    let (argv, pipe) = (folder.path().join("argv"), folder.path().join("pipe"));
    fs::write(&argv, "").unwrap();
    fs::write(&pipe, "").unwrap();
    let mut ran = 0;
    for path in collections {
        let (api, _) = read(&path);
        let root = folder.path().join(api.name.snake());
        let mut all: Vec<PathBuf> = paths(&root, ".sh");
        // Those are sourced by the others; who signs in is asked for an answer: `shell` does that.
        let is_program = |it: &Path| !it.ends_with("auth/login.sh") && !it.to_string_lossy().contains("/_");
        all.retain(|it| is_program(it));
        for script in all.iter().take(40) {
            let mut command = Command::new(bash());
            command.current_dir(folder.path()).arg(root.join(script));
            let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
            command.env("PATH", path).env("ARGV_LOG", &argv).env("PIPE_LOG", &pipe);
            let tokens = folder.path().join("tokens.json");
            fs::write(&tokens, r#"{"access_token": "m4rk3d-s3cr3t", "refresh_token": "m4rk3d-s3cr3t"}"#)
                .unwrap();
            fs::set_permissions(&tokens, fs::Permissions::from_mode(0o600)).unwrap();
            command.env(format!("{}_TOKEN_FILE", api.name.screaming()), tokens);
            for variable in &api.variables {
                let value = if variable.secret { "m4rk3d-s3cr3t" } else { "plain" };
                command.env(&variable.env, value);
            }
            let run = command.stdin(std::process::Stdio::null()).output().unwrap();
            assert!(run.status.success(), "{script:?}: {}", String::from_utf8_lossy(&run.stderr));
            ran += 1;
        }
    }
    assert!(ran > 50);
    let arguments = fs::read_to_string(&argv).unwrap();
    assert!(arguments.lines().count() > 100, "curl was not called");
    assert!(!arguments.contains("m4rk3d-s3cr3t"), "a secret is an argument of curl");
    assert!(fs::read_to_string(&pipe).unwrap().contains("m4rk3d-s3cr3t"), "and reached it all the same");
}

/// A mistake in the name of a file must not replace a record by nothing.
#[test]
fn a_body_that_cannot_be_read_is_not_sent() {
    curl();
    let folder = scripts_of(&[DRCHRONO.to_owned()]);
    let server = Server::start(|_| (200, "{}".to_owned()));
    let run = Command::new(bash())
        .current_dir(folder.path())
        .args(["drchrono/curl/patients/replace.sh", "--body", "nowhere.json"])
        .env("DRCHRONO_BASE_URL", server.origin())
        .env("DRCHRONO_ACCESS_TOKEN", "token")
        .output()
        .unwrap();
    assert!(!run.status.success());
    assert!(String::from_utf8_lossy(&run.stderr).contains("nowhere.json"));
    assert_eq!(server.take(), []);
}
