//! What `postwright.toml` says of the outputs: the prefix of names, the oldest curl, and the library of Python
//! snippets.

use std::fs;
use std::process::{Command, Stdio};

use postwright::api::{Api, Group, Operation, Settings, Version};
use postwright::config::Config;
use postwright::diagnostic::Diagnostics;
use postwright::postman::Source;
use postwright::secret::Secrets;
use postwright::target::{Language, Target};
use postwright::{Input, model, snippet};
use serde_json::json;

use crate::server::{Recorded, Server};
use crate::support::{
    DRCHRONO, bash, curl_version, fixture, operations, postwright, read, root, said, templates, tree,
    tree_of, tree_with_notes,
};

/// A collection with settings: those of its own table, then those of the targets.
fn with_settings(path: &str, own: &str, targets: &str) -> Api {
    let (mut api, _) = read(path);
    set(&mut api, own, targets);
    api
}

fn set(api: &mut Api, own: &str, targets: &str) {
    let text = format!("[[collection]]\npath = \"x.json\"\n{own}\n{targets}");
    let config = Config::parse("postwright.toml", &text).unwrap();
    api.set(config.settings(&config.collections[0]));
}

fn text(api: &Api, path: &str) -> String {
    let path = format!("{}/{path}", api.name.snake());
    tree(api).get(&path).unwrap_or_else(|| panic!("there is no {path}")).text.clone()
}

/// `config::tests` has each of them read.
#[test]
fn every_key_is_documented() {
    let page = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let readme = page("README.md");
    let examples: String =
        readme.split("```toml\n").skip(1).filter_map(|it| it.split("```").next()).collect();
    let settings = page("docs/settings.md");
    let cells: String =
        settings.lines().filter_map(|it| it.strip_prefix("| ")?.split(" | ").next()).collect();
    let mut seen = 0;
    let tables = ["[target]\n", "[target.curl]\n", "[target.python]\n", "[target.openapi]\n"];
    for table in ["", "[[collection]]\npath = \"a\"\n"].into_iter().chain(tables) {
        let text = format!("{table}nothing = 1\n");
        let said = Config::parse("postwright.toml", &text).unwrap_err().to_string();
        for key in said.split('`').skip(3).step_by(2) {
            let is_it = |it: &str| it.split(|c: char| !c.is_alphanumeric() && c != '_').any(|it| it == key);
            assert!(is_it(&examples), "{key} is in no example of the README");
            assert!(is_it(&cells), "{key} is not in the table of docs/settings.md");
            seen += 1;
        }
    }
    assert!(seen > 15, "{seen}");
}

/// Two APIs with one name would take each other's token.
#[test]
fn no_two_collections_have_one_name() {
    let project = tempfile::tempdir().unwrap();
    let collection = fs::read_to_string(root().join(fixture("oauth2"))).unwrap();
    let settings = |prefix: &str| {
        format!(
            "[[collection]]\npath = \"a.json\"\nname = \"c\"\nname_prefix = \"a-b\"\n\
             [[collection]]\npath = \"b.json\"\nname = \"b c\"\nname_prefix = {prefix:?}\n"
        )
    };
    for file in ["a.json", "b.json"] {
        fs::write(project.path().join(file), &collection).unwrap();
    }
    fs::write(project.path().join("postwright.toml"), settings("a")).unwrap();
    let run = postwright(project.path(), &["generate", "--target", "curl"]);
    assert_eq!(run.status.code(), Some(1));
    let message = "a.json and b.json would both be called a_b_c outside of their folders";
    assert!(said(&run).contains(message), "{}", said(&run));
    assert!(!project.path().join("generated").exists());
    fs::write(project.path().join("postwright.toml"), settings("z")).unwrap();
    let run = postwright(project.path(), &["generate", "--target", "curl"]);
    assert!(run.status.success(), "{}", said(&run));
    let script = fs::read_to_string(project.path().join("generated/b_c/curl/.env.example")).unwrap();
    assert!(script.contains("\nZ_B_C_CLIENT_ID="), "{script}");
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
    // The folder of the Python package is what programs import.
    let package = |path: &str| path.replace("/src/acme_health_drchrono/", "/src/drchrono/");
    assert!(
        with.files().map(|it| package(&it.path)).eq(without.files().map(|it| it.path.clone())),
        "no other file has another name"
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

/// However long the two are together.
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
    use std::os::unix::fs::PermissionsExt;

    use crate::support::python_with_requests;

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

/// Requests that newer curls can say more shortly, and their like that they would change.
fn requests() -> Api {
    let header = |key: &str, value: &str| json!({"key": key, "value": value});
    let json_headers = [header("Accept", "application/json"), header("Content-Type", "application/json")];
    let item = |name: &str, method: &str, path: &str, headers: &[serde_json::Value], body: &str| {
        json!({"name": name, "request": {
            "method": method, "url": format!("{{{{baseUrl}}}}{path}"), "header": headers,
            "body": {"mode": "raw", "raw": body},
        }})
    };
    let pretty = "{\n  \"name\": \"d'Arc é %41 @\",\r\n  \"n\": [1, {}]\n}\n";
    let secret = "{\n  \"a\": \"{{api_token}}\"\n}\n";
    let form = json!({"name": "form", "request": {
        "method": "POST", "url": "{{baseUrl}}/form",
        "body": {"mode": "formdata", "formdata": [{"key": "x", "type": "text", "value": "@{{api_token}};y"}]},
    }});
    let basic = json!({"name": "basic", "request": {
        "method": "GET", "url": "{{baseUrl}}/basic",
        "auth": {"type": "basic", "basic": [
            {"key": "username", "value": "{{user}}"}, {"key": "password", "value": "{{password}}"},
        ]},
    }});
    let token = [header("X-Token", "Key {{api_token}}")];
    let items = json!([
        item("post json", "POST", "/json", &json_headers, pretty),
        item("put json", "PUT", "/json", &json_headers, pretty),
        item("secret json", "POST", "/json", &json_headers, secret),
        item("list", "POST", "/json", &json_headers, "@not-a-file"),
        item("one header", "POST", "/json", &json_headers[1..], pretty),
        item("two accepts", "POST", "/json", &[&json_headers[..], &json_headers[..1]].concat(), pretty),
        item(
            "lower case",
            "POST",
            "/json",
            &[json_headers[0].clone(), header("content-type", "application/json")],
            pretty
        ),
        item(
            "charset",
            "POST",
            "/json",
            &[json_headers[0].clone(), header("Content-Type", "application/json; charset=utf-8")],
            pretty
        ),
        item("plain query", "GET", "/a/b_c.d?limit=10&since=2026-01-01&flag&empty=", &[], ""),
        item("no path", "GET", "?limit=10", &[], ""),
        item("slash", "GET", "/a/?limit=10", &[], ""),
        item("upper", "GET", "/q?a=%C3%A9&b=1", &[], ""),
        item("lower", "GET", "/q?a=%c3%a9", &[], ""),
        item("blank", "GET", "/q?a=b c&d=e+f", &[], ""),
        item("raw", "GET", "/q?ids=1,2:3/4&a=b=c", &[], ""),
        item("brackets", "GET", "/q?a[]=1&b={x}", &[], ""),
        item("no name", "GET", "/q?=1&&@x", &[], ""),
        item("dots", "GET", "/a/../b/./c?limit=10", &[], ""),
        item("slashes", "GET", "/a//b?limit=10", &[], ""),
        item("escapes", "GET", "/a%2fb/é;x?limit=10", &[], ""),
        item("secret header", "GET", "/header", &token, ""),
        item("secret query", "GET", "/q?key={{api_token}}&n=1", &[], ""),
        item(
            "braces",
            "POST",
            "/text",
            &[header("X-Token", "\\{{api_token}} {{{api_token}}}")],
            "{\"a\":{\"b\":\"{{api_token}}\"}}"
        ),
        form,
        basic,
    ]);
    let variable = |key: &str| json!({"key": key, "value": ""});
    let collection = json!({
        "info": {"name": "x", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": items,
        "variable": [variable("baseUrl"), variable("api_token"), variable("user"), variable("password")],
    })
    .to_string();
    let collection = Source { file: "floor.json", text: &collection };
    let input = Input {
        collection,
        environment: None,
        globals: None,
        name: None,
        secrets: &Secrets::default(),
        paging: None,
    };
    model(input, &mut Diagnostics::default()).unwrap()
}

fn snippets_for(floor: &str) -> (Api, Vec<(String, String)>) {
    let mut api = requests();
    set(&mut api, "", &format!("[target.curl]\nfloor = \"{floor}\""));
    let text = |(group, operation)| snippet(&api, group, operation, Language::Curl, templates()).unwrap();
    let texts = operations(&api).map(|it| (it.1.title().to_owned(), text(it))).collect();
    (api, texts)
}

/// What a snippet sends, with the headers sorted: which come first does not matter.
fn sends(server: &Server, api: &Api, snippet: &str) -> Recorded {
    let mut command = Command::new(bash());
    command.args(["-c", snippet]).stdin(Stdio::null());
    for variable in &api.variables {
        let value =
            if variable.wire == "baseUrl" { server.origin() } else { format!("v\\\"{}", variable.wire) };
        command.env(&variable.env, value);
    }
    let run = command.output().unwrap();
    assert!(run.status.success(), "{snippet}\n{}", String::from_utf8_lossy(&run.stderr));
    let mut request = server.take().pop().unwrap();
    request.headers.sort();
    if let Some(boundary) = request.header("content-type").and_then(|it| it.split_once("boundary=")) {
        let body = request.text().replace(boundary.1, "BOUNDARY");
        request.body = body.into_bytes();
        request.headers.retain(|(name, _)| name != "Content-Type" && name != "Content-Length");
    }
    request
}

#[test]
fn a_newer_curl_is_told_to_send_the_same() {
    if curl_version() < Version::URL_QUERY {
        println!("skipped: the curl of this machine has no --url-query");
        return;
    }
    let server = Server::start(|_| (200, "{}".to_owned()));
    let (api, old) = snippets_for("7.76");
    let (_, new) = snippets_for("7.87");
    let (mut json, mut query) = (Vec::new(), Vec::new());
    for ((name, old), (_, new)) in old.iter().zip(&new) {
        assert_eq!(sends(&server, &api, old), sends(&server, &api, new), "{name}:\n{old}\n{new}");
        json.extend(new.contains("--json ").then_some(name.as_str()));
        query.extend(new.contains("--url-query ").then_some(name.as_str()));
        assert!(!old.contains("--json") && !old.contains("--url-query"), "{old}");
    }
    assert_eq!(json, ["post json", "put json", "secret json"]);
    assert_eq!(query, ["plain query", "no path", "slash"]);
}

/// No curl of that age runs here: what people get is in the snapshot.
#[test]
fn from_8_3_on_curl_reads_the_environment() {
    let (api, texts) = snippets_for("8.3");
    let all: String = texts.iter().map(|(name, text)| format!("# {name}\n{text}\n")).collect();
    insta::assert_snapshot!("floor_8_3.short", all);
    let (_, older) = snippets_for("8.2");
    let (_, old) = snippets_for("7.88");
    assert_eq!(older, old);
    let mut piped = Vec::new();
    for (name, text) in &texts {
        piped.extend(text.contains("<(").then_some(name.as_str()));
        for variable in api.variables.iter().filter(|it| it.secret) {
            let import = text.find(&format!("--variable %{}", variable.env));
            if let Some(used) = text.find(&format!("{{{{{}}}}}", variable.env)) {
                assert!(import.is_some_and(|it| it < used), "{text}");
            }
        }
    }
    assert_eq!(piped, ["braces"], "what curl would read in another way stays in a pipe");
}

/// The floor of each is in its first lines, and a curl that is older is refused before anything is sent.
#[cfg(unix)]
#[test]
fn scripts_refuse_a_curl_that_is_too_old() {
    use std::os::unix::fs::PermissionsExt;
    let stage = tempfile::tempdir().unwrap();
    let api = with_settings(&fixture("oauth2"), "", "[target.curl]\nfloor = \"8.3\"");
    tree(&api).write(stage.path()).unwrap();
    let scripts = stage.path().join("oauth2/curl");
    let plain = tree(&read(&fixture("oauth2")).0);
    for file in tree(&api).files().filter(|it| it.path.ends_with(".sh") && it.text.contains("curl --config"))
    {
        let head: String = file.text.lines().take(16).collect();
        assert!(head.contains("bash 3.2 and curl 8.3, or later"), "{}", file.path);
        let old = &plain.get(&file.path).unwrap().text;
        assert!(
            old.contains("bash 3.2 and curl 7.76, or later") && !old.contains("check_curl"),
            "{}",
            file.path
        );
    }
    let (group, operation) = operations(&api).find(|(_, it)| it.arguments.is_empty()).unwrap();
    let script = format!("{}/{}.sh", group.name.snake(), operation.name.snake());
    let program = stage.path().join("curl");
    let run = |version: &str, script: &str, arguments: &[&str]| {
        let fake = format!(
            "#!/usr/bin/env bash\nif [[ $1 == --version ]]; then printf '{version}\\n'; else touch \"$0.called\"; fi\n"
        );
        fs::write(&program, fake).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", stage.path().display(), std::env::var("PATH").unwrap());
        let mut command = Command::new(bash());
        command.arg(scripts.join(script)).args(arguments).env("PATH", path).stdin(Stdio::null());
        command.env("OAUTH2_TOKEN_FILE", stage.path().join("nothing.json")).env("OAUTH2_REFRESH_TOKEN", "r");
        for variable in &api.variables {
            command.env(&variable.env, "http://127.0.0.1:1");
        }
        let run = command.output().unwrap();
        let called = fs::remove_file(stage.path().join("curl.called")).is_ok();
        (run.status.code(), String::from_utf8_lossy(&run.stderr).into_owned(), called)
    };
    for version in ["curl 7.76.1 (x86_64)", "curl 7.88.1 (x)", "curl 8.2.1 (x)", "curl 8.0.0-DEV", "no curl"]
    {
        for script in [script.as_str(), "auth/refresh.sh"] {
            let (code, said, called) = run(version, script, &[]);
            assert_eq!((code, called), (Some(2), false), "{script} with {version}: {said}");
            assert!(said.contains("this needs curl 8.3 or later; here is "), "{said}");
        }
    }
    for version in ["curl 8.3.0 (x)", "curl 8.10.1 (x)", "curl 9.0.0 (x)"] {
        let (code, said, called) = run(version, &script, &[]);
        assert_eq!((code, called), (Some(0), true), "{version}: {said}");
    }
    let (code, said, called) = run("curl 7.76.0 (x)", &script, &["--dry-run"]);
    assert_eq!((code, called), (Some(0), false), "nothing is sent: {said}");
    let (code, ..) = run("curl 7.76.0 (x)", &script, &["--help"]);
    assert_eq!(code, Some(0));
}

/// The same files; what differs in them is a snapshot.
#[test]
fn snippets_are_on_httpx_if_that_is_said() {
    for name in ["auth_kinds", "bodies", "headers", "hostile", "paging", "signatures", "variables", "wire"] {
        let path = fixture(name);
        let api = with_settings(&path, "", "[target.python]\nhttp = \"httpx\"");
        let (with, without) = (tree_of(&api, Target::Python), tree_of(&read(&path).0, Target::Python));
        assert!(with.files().map(|it| &it.path).eq(without.files().map(|it| &it.path)));
        let mut text = String::new();
        for file in with.files().filter(|it| without.get(&it.path).unwrap().text != it.text) {
            let (_, path) = file.path.split_once('/').unwrap();
            assert!(!path.starts_with("python/client/"), "the package stays on requests");
            assert!(!file.text.contains("import requests"), "{path}");
            text.push_str(&format!("======== {path}\n{}\n", file.text));
        }
        insta::assert_snapshot!(format!("httpx.{name}"), text);
    }
    let (plain, _) = read(&fixture("paging"));
    let said = with_settings(&fixture("paging"), "", "[target.python]\nhttp = \"requests\"");
    assert!(tree(&said).files().map(|it| &it.text).eq(tree(&plain).files().map(|it| &it.text)));
}

#[test]
fn requirements_are_those_of_the_library() {
    let httpx = "[target.python]\nhttp = \"httpx\"";
    let packages = |path: &str, targets: &str| {
        let text = text(&with_settings(path, "", targets), "python/requirements.txt");
        text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    // What signs on requests only is not installed for snippets on httpx.
    assert_eq!(
        packages(&fixture("signatures"), ""),
        "requests>=2.31 PyJWT[crypto]>=2.8 edgegrid-python>=2.0 requests-aws4auth>=1.3 requests-ntlm>=1.3 \
         requests-oauthlib>=2.0"
    );
    assert_eq!(packages(&fixture("signatures"), httpx), "httpx>=0.27 PyJWT[crypto]>=2.8");
    assert_eq!(packages(&fixture("folders"), httpx), "httpx>=0.27");
    // token_store.py stays on requests.
    assert_eq!(packages(DRCHRONO, httpx), "httpx>=0.27 requests>=2.31 urllib3>=2.0");
    assert_eq!(packages(&fixture("wire"), httpx), "httpx>=0.27 httpcore>=1.0.4 urllib3>=2.0");
}

/// What only requests can sign goes out unsigned, and is said with the place.
#[test]
fn what_httpx_cannot_sign_is_said() {
    let api = with_settings(&fixture("signatures"), "", "[target.python]\nhttp = \"httpx\"");
    let mut notes = Diagnostics::default();
    let tree = tree_with_notes(&api, &mut notes);
    let notes: Vec<String> = notes.sorted().iter().map(ToString::to_string).collect();
    let mut unsigned = 0;
    for (group, operation) in operations(&api) {
        let path = format!("{}/{}", api.name.snake(), Target::Python.file_of(group, operation));
        let snippet = &tree.get(&path).unwrap().text;
        let short = snippet_of(&api, group, operation);
        let is_signed = Target::Python.signs(operation, &api.settings);
        let by_requests = Target::Python.signs(operation, &Settings::default());
        let scheme = operation.auth().scheme();
        assert_eq!(snippet.contains(&format!("not signed: this snippet cannot do {scheme}")), !is_signed);
        assert_eq!(short.contains(&format!("# Not signed: this snippet cannot do {scheme}.")), !is_signed);
        let place = operation.place.join(" / ");
        let is_said = |it: &&String| it.contains(&place) && it.contains("Python snippets on httpx");
        assert_eq!(notes.iter().any(|it| is_said(&it)), !is_signed && by_requests, "{place}: {notes:?}");
        unsigned += usize::from(!is_signed);
    }
    assert!(unsigned > 8, "{unsigned}");
}

fn snippet_of(api: &Api, group: &Group, operation: &Operation) -> String {
    snippet(api, group, operation, Language::Python, templates()).unwrap()
}
