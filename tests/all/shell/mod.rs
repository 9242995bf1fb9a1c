//! The scripts as people use them: signed in, from page to page, and without sending anything.

mod dry_run;
mod lists;
mod renewal;
mod sign_in;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use postwright::api::Api;
use serde_json::{Value, json};

use crate::server::{Recorded, Server};
use crate::support::{SCRIPTS, bash, curl, read, tree_of_all};

pub(crate) use renewal::rotating;
pub(crate) use sign_in::begin_sign_in;

/// The scripts of a collection, and a place for tokens.
pub(crate) struct Scripts {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) name: String,
    pub(crate) prefix: String,
}

impl Scripts {
    pub(crate) fn of(path: &str) -> Self {
        Self::from(&read(path).0)
    }

    pub(super) fn from(api: &Api) -> Self {
        curl();
        let folder = tempfile::tempdir().unwrap();
        tree_of_all(api, &SCRIPTS).write(folder.path()).unwrap();
        Self { folder, name: api.name.snake(), prefix: api.name.screaming() }
    }

    pub(crate) fn tokens(&self) -> PathBuf {
        self.folder.path().join("state/tokens.json")
    }

    /// Writes a token that has ended, or lives for some seconds.
    pub(crate) fn sign_in(&self, access_token: &str, refresh_token: &str, seconds: i64) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let end = i64::try_from(now).unwrap() + seconds;
        let token = json!({
            "access_token": access_token, "refresh_token": refresh_token, "expires_at": end, "scope": "a b"
        });
        self.write_tokens(&token.to_string(), 0o600);
    }

    pub(crate) fn write_tokens(&self, text: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::create_dir_all(self.tokens().parent().unwrap()).unwrap();
        fs::write(self.tokens(), text).unwrap();
        fs::set_permissions(self.tokens(), fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn saved(&self) -> Value {
        serde_json::from_slice(&fs::read(self.tokens()).unwrap()).unwrap()
    }

    /// A script that asks this server for everything, with nothing of the environment of the tests.
    pub(crate) fn command(&self, script: &str, server: &Server) -> Command {
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

    pub(super) fn run(&self, script: &str, server: &Server, arguments: &[&str]) -> Output {
        self.command(script, server).args(arguments).output().unwrap()
    }

    /// What a script says that is expected to end well.
    pub(super) fn said(&self, script: &str, server: &Server, arguments: &[&str]) -> String {
        let run = self.run(script, server, arguments);
        assert!(run.status.success(), "{script}: {}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).unwrap()
    }

    /// What a script complains about.
    pub(super) fn complaint(&self, script: &str, server: &Server, arguments: &[&str]) -> String {
        let run = self.run(script, server, arguments);
        assert!(!run.status.success(), "{script}: {}", String::from_utf8_lossy(&run.stdout));
        assert_eq!(String::from_utf8_lossy(&run.stdout), "", "{script}");
        String::from_utf8(run.stderr).unwrap()
    }
}

pub(crate) fn targets(requests: &[Recorded]) -> Vec<&str> {
    requests.iter().map(|it| it.target.as_str()).collect()
}

pub(crate) fn fields(request: &Recorded) -> Vec<String> {
    let mut fields: Vec<String> = request.text().split('&').map(str::to_owned).collect();
    fields.sort();
    fields
}
