//! Short snippets: they send what the runner sends, keep secrets to themselves, and those of Rust are
//! the examples of the crate's docs, which are compiled.

use std::fs;
use std::process::{Command, Stdio};

use postwright::api::{Http, Operation, Settings, Version};
use postwright::snippet;
use postwright::target::{GENERATED_MARK, Language, Target};

use crate::exceptions::{Sender, on_httpx};
use crate::parity::Stage;
use crate::runner::{Case, Content, Outcome, Sent, Verdict, cases, differences, sent};
use crate::support::{
    DRCHRONO, bash, curl, curl_version, fixture, fixtures, operations, ours, read, templates, tree_of,
};

/// Where a snippet has no room for a function that encodes the value of a variable, and says so.
fn asks_for_encoding(snippet: &str) -> bool {
    snippet.lines().any(|line| line.starts_with("# ") && line.contains(" has to be "))
}

/// What was compared.
#[derive(Default)]
struct Compared {
    different: Vec<String>,
    equal: usize,
    left_out: usize,
    texts: String,
}

/// With the body itself: of a long one the recording keeps a hash, which the model is equal to.
fn whole(case: &Case, operation: &Operation, wanted: &Sent) -> Sent {
    let body = case.wire(operation).body;
    Sent { body: if body == wanted.body { body } else { wanted.body.clone() }, ..wanted.clone() }
}

/// A form without the content types of its parts, and without second copies of names of files.
fn untyped(sent: Sent) -> Sent {
    let Content::Bytes(body) = &sent.body else { return sent };
    if !body.starts_with(b"--BOUNDARY\r\n") {
        return sent;
    }
    // Latin-1 gives every byte a character of its own.
    let body: String = body.iter().copied().map(char::from).collect();
    let parts = body.split("--BOUNDARY").map(|part| {
        let Some((head, content)) = part.split_once("\r\n\r\n") else { return part.to_owned() };
        let head = head.split("\r\n").filter(|it| !it.starts_with("Content-Type: "));
        let head: Vec<&str> = head.map(|it| it.split("; filename*=").next().unwrap_or_default()).collect();
        format!("{}\r\n\r\n{content}", head.join("\r\n"))
    });
    let body = parts.collect::<Vec<_>>().join("--BOUNDARY");
    Sent { body: Content::Bytes(body.chars().map(|it| it as u8).collect()), ..sent }
}

fn compare(languages: &[(Language, Target, &str)], settings: &Settings) -> Compared {
    let ours = fixtures();
    let mut compared = Compared::default();
    for mut case in cases().into_iter().filter(|it| it.name == "drchrono" || ours.contains(&it.name)) {
        case.api.set(settings.clone());
        let mut stage = Stage::new(&case);
        let all = case.operations();
        for golden in &case.golden {
            let (Ok(wanted), Some((group, operation))) = (&golden.sent, all.get(&golden.index)) else {
                continue;
            };
            for (language, target, name) in languages {
                let text = snippet(&case.api, group, operation, *language, templates()).unwrap();
                if asks_for_encoding(&text) {
                    compared.left_out += 1;
                    continue;
                }
                let file = stage.folder.path().join(name);
                fs::write(&file, &text).unwrap();
                let got = stage.run(*target, operation, &file, &[]).map(|it| sent(&it, &wanted.headers));
                // What `-Form` makes of a form says more of each part, and means the same.
                let (got, wanted) = match target {
                    Target::PowerShell => (got.map(untyped), &untyped(whole(&case, operation, wanted))),
                    _ => (got, wanted),
                };
                let found = match &got {
                    Ok(got) => differences(wanted, got),
                    Err(said) => vec![("sent".to_owned(), format!("nothing is sent: {said}\n{text}"))],
                };
                let sender = match target {
                    Target::Python if settings.http == Http::Httpx => Sender::Httpx,
                    target => Sender::Program(*target),
                };
                let outcome = Outcome::new(&case, golden, sender, Some(operation), got, found);
                match outcome.verdict {
                    Verdict::Equal => compared.equal += 1,
                    Verdict::Excepted(_) => {}
                    _ => compared.different.push(outcome.line),
                }
                compared.texts.push_str(&text);
            }
        }
    }
    compared
}

#[test]
fn short_snippets_send_what_the_runner_sends() {
    curl();
    let languages = [
        (Language::Curl, Target::Curl, "short.sh"),
        (Language::Python, Target::Python, "short.py"),
        (Language::PowerShell, Target::PowerShell, "short.ps1"),
    ];
    let Compared { different, equal, left_out, .. } = compare(&languages, &Settings::default());
    assert!(different.is_empty(), "{} of {equal}:\n{}", different.len(), different.join("\n"));
    assert!(equal > 1250, "only {equal} were equal");
    assert!(left_out < equal / 10, "{left_out} say that a value has to be encoded");
}

#[test]
fn short_snippets_on_httpx_send_what_the_runner_sends() {
    let languages = [(Language::Python, Target::Python, "short.py")];
    let Compared { different, equal, left_out, texts } = compare(&languages, &on_httpx());
    assert!(different.is_empty(), "{} of {equal}:\n{}", different.len(), different.join("\n"));
    assert!(equal > 420, "only {equal} were equal");
    assert!(left_out < equal / 10, "{left_out} say that a value has to be encoded");
    assert!(texts.contains("import httpx\n") && !texts.contains("requests"), "one is on requests");
}

/// What a newer curl lets a snippet say more shortly is the same request.
#[test]
fn short_snippets_for_a_newer_curl_send_what_the_runner_sends() {
    if curl_version() < Version::URL_QUERY {
        println!("skipped: the curl of this machine has no --url-query");
        return;
    }
    let settings = Settings { curl: Version::URL_QUERY, ..Settings::default() };
    let languages = [(Language::Curl, Target::Curl, "short.sh")];
    let Compared { different, equal, texts, .. } = compare(&languages, &settings);
    assert!(different.is_empty(), "{} of {equal}:\n{}", different.len(), different.join("\n"));
    assert!(equal > 400, "only {equal} were equal");
    let count = |option: &str| texts.matches(option).count();
    assert!(count("--url-query ") > 20, "{}", count("--url-query "));
    assert!(texts.contains("?"), "queries that curl would change stay in the URL");
}

/// A curl that writes down its arguments, and reads the pipes that they name.
const FAKE_CURL: &str = r#"#!/usr/bin/env bash
printf '%s\n' "$@" >> "$ARGV_LOG"
for argument; do
  path=/dev/${argument#*/dev/}
  if [[ $argument == */dev/fd/* ]]; then cat "$path" >> "$PIPE_LOG"; fi
done
"#;

/// Arguments of a program can be read by every user of the machine.
#[cfg(unix)]
#[test]
fn no_secret_of_a_short_snippet_is_an_argument() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("curl");
    fs::write(&program, FAKE_CURL).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let (argv, pipe) = (folder.path().join("argv"), folder.path().join("pipe"));
    fs::write(&argv, "").unwrap();
    fs::write(&pipe, "").unwrap();
    let mut ran = 0;
    for path in [fixture("secrets"), fixture("auth_kinds"), fixture("wire"), DRCHRONO.to_owned()] {
        let (api, _) = read(&path);
        for (group, operation) in operations(&api).take(40) {
            let text = snippet(&api, group, operation, Language::Curl, templates()).unwrap();
            let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default());
            let mut command = Command::new(bash());
            command.current_dir(folder.path()).args(["-c", &text]);
            command.env("PATH", path).env("ARGV_LOG", &argv).env("PIPE_LOG", &pipe);
            for variable in &api.variables {
                command.env(&variable.env, if variable.secret { "m4rk3d-s3cr3t" } else { "plain" });
            }
            let run = command.stdin(Stdio::null()).output().unwrap();
            assert!(run.status.success(), "{text}: {}", String::from_utf8_lossy(&run.stderr));
            ran += 1;
        }
    }
    assert!(ran > 70, "{ran}");
    let arguments = fs::read_to_string(&argv).unwrap();
    assert!(arguments.lines().count() > 100, "curl was not called");
    assert!(!arguments.contains("m4rk3d-s3cr3t"), "a secret is an argument of curl");
    assert!(fs::read_to_string(&pipe).unwrap().contains("m4rk3d-s3cr3t"), "and reached it all the same");
}

/// `clients::docs_of_ours_compile` compiles the docs of the crates.
#[test]
fn short_snippets_of_rust_are_the_examples_of_the_docs() {
    let mut seen = 0;
    for (path, api, tree) in ours() {
        for (group, operation) in operations(api) {
            let file = format!("{}/{}", api.name.snake(), Target::Rust.file_of(group, operation));
            let docs: Vec<&str> = tree.get(&file).unwrap().text.lines().map(str::trim_start).collect();
            let docs = docs.iter().filter_map(|it| it.strip_prefix("///")).collect::<Vec<_>>();
            let docs: String =
                docs.iter().map(|it| format!("{}\n", it.strip_prefix(' ').unwrap_or(it))).collect();
            let text = snippet(api, group, operation, Language::Rust, templates()).unwrap();
            assert!(docs.contains(&text), "{path} {}: no example is\n{text}", operation.id);
            seen += 1;
        }
    }
    assert!(seen > 400, "{seen}");
}

/// What is pasted is read first.
#[test]
fn short_snippets_are_short() {
    let (api, _) = read(DRCHRONO);
    for (group, operation) in operations(&api).filter(|(_, it)| it.wire.method == "GET") {
        for (language, most) in
            [(Language::Curl, 6), (Language::Python, 15), (Language::Rust, 12), (Language::PowerShell, 10)]
        {
            let text = snippet(&api, group, operation, language, templates()).unwrap();
            let lines = text.lines().count();
            assert!(lines <= most, "{} in {}: {lines} lines\n{text}", operation.id, language.name());
        }
    }
}

/// Those for docs that are made elsewhere: a line that says whose they are, and the snippet.
#[test]
fn each_snippet_has_a_file_of_its_own() {
    let mut seen = 0;
    for (path, api, _) in ours() {
        let tree = tree_of(api, Target::Snippets);
        for (group, operation) in operations(api) {
            let file = format!("{}/{}", api.name.snake(), Target::Snippets.file_of(group, operation));
            let stem = file.strip_suffix(".sh").unwrap();
            for (language, ending) in Language::ALL.into_iter().zip(["sh", "py", "rs", "ps1"]) {
                let text = &tree.get(&format!("{stem}.{ending}")).unwrap().text;
                let (first, rest) = text.split_once("\n\n").unwrap();
                assert!(first.contains(GENERATED_MARK), "{file}: {first}");
                let same = snippet(api, group, operation, language, templates()).unwrap();
                assert_eq!(rest, same, "{path} {}", operation.id);
                seen += 1;
            }
        }
        assert_eq!(tree.files().count(), 1 + 4 * operations(api).count(), "{path}");
    }
    assert!(seen > 1600, "{seen}");
}
