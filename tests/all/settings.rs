//! What `postwright.toml` says of the outputs: the prefix of names, and the oldest curl.

use postwright::api::Api;
use postwright::config::Config;

use crate::support::{DRCHRONO, fixture, read, tree};

/// A collection with settings: those of its own table, then those of the targets.
pub(crate) fn with_settings(path: &str, own: &str, targets: &str) -> Api {
    let text = format!("[[collection]]\npath = \"x.json\"\n{own}\n{targets}");
    let config = Config::parse("postwright.toml", &text).unwrap();
    let (mut api, _) = read(path);
    api.set(config.settings(&config.collections[0]));
    api
}

fn text(api: &Api, path: &str) -> String {
    let path = format!("{}/{path}", api.name.snake());
    tree(api).get(&path).unwrap_or_else(|| panic!("there is no {path}")).text.clone()
}

/// The folder keeps its name: it is what people type.
#[test]
fn a_prefix_stands_where_names_leave_the_folder() {
    let api = with_settings(DRCHRONO, "name_prefix = \"Acme health\"", "");
    assert_eq!(api.public_name().snake(), "acme_health_drchrono");
    insta::assert_snapshot!("prefix.env.example", text(&api, "curl/.env.example"));
    let manifest = text(&api, "rust/Cargo.toml");
    insta::assert_snapshot!("prefix.Cargo.toml", manifest.split("[features]").next().unwrap());
    let (plain, _) = read(DRCHRONO);
    let (with, without) = (tree(&api), tree(&plain));
    assert!(
        with.files().map(|it| &it.path).eq(without.files().map(|it| &it.path)),
        "no file has another name"
    );
    for file in with.files() {
        // A server of the collection is a constant of the crate.
        let ours = ["ACME_HEALTH_DRCHRONO_", "acme_health_drchrono", "acme-health-drchrono", "DRCHRONO_COM"];
        let left = ours.iter().fold(file.text.clone(), |text, it| text.replace(it, ""));
        for it in ["DRCHRONO_", "drchrono::", "drchrono/tokens"] {
            assert!(!left.contains(it), "{} has the name without the prefix: {it}", file.path);
        }
    }
}

/// Nothing that a prefix may hold ends in a text of another kind.
#[test]
fn a_name_behind_a_prefix_keeps_all_its_words() {
    let own = format!("name_prefix = {:?}", "a".repeat(30));
    for path in [fixture("wire"), fixture("hostile"), DRCHRONO.to_owned()] {
        let (plain, _) = read(&path);
        let api = with_settings(&path, &own, "");
        assert_eq!(api.public_name().snake(), format!("{}_{}", "a".repeat(30), plain.name.snake()));
        assert_eq!(api.name, plain.name);
    }
}

/// The Rust client, the scripts and the Python module share a file, whatever the API is called.
#[cfg(target_os = "linux")]
#[test]
fn the_token_lies_where_all_look_for_it() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use crate::support::{bash, python_with_requests};

    for (own, folder) in [("", "oauth2-client"), ("name_prefix = \"acme\"", "acme-oauth2")] {
        let api = with_settings(&fixture("oauth2"), own, "");
        let stage = tempfile::tempdir().unwrap();
        tree(&api).write(stage.path()).unwrap();
        let settings = stage.path().join("settings");
        let file = settings.join(folder).join("tokens.json");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, r#"{"access_token": "t-1", "refresh_token": "r-1", "expires_at": 99999999999}"#)
            .unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let printed = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.current_dir(stage.path().join("oauth2")).args(arguments);
            let command = command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
            let command = command.env("HOME", stage.path()).env("XDG_CONFIG_HOME", &settings);
            let run =
                command.env("PYTHONPATH", "python").env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
            assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
            String::from_utf8(run.stdout).unwrap().trim_end().to_owned()
        };
        assert_eq!(printed(bash(), &["curl/auth/token.sh"]), "t-1");
        let place = "import token_store; print(token_store.default_path())";
        assert_eq!(printed(python_with_requests(), &["-c", place]), file.display().to_string());
        // The client takes the name of its package, as `oauth2::processes` has it for DrChrono.
        assert!(text(&api, "rust/Cargo.toml").contains(&format!("[package]\nname = \"{folder}\"\n")));
        assert!(text(&api, "rust/src/oauth2/file.rs").contains("env!(\"CARGO_PKG_NAME\")"));
    }
}
