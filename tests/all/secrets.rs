//! Forty secrets of twenty-six kinds, in every place of a collection: all are found, none is written.

use std::fs;
use std::process::Command;

use postwright::diagnostic::{Code, Diagnostics};
use postwright::postman::Source;
use postwright::secret::Secrets;
use postwright::{Input, model};
use serde_json::{Value, json};

use crate::corpus::{collections, generated};
use crate::formats::FORMATS;
use crate::support::{DRCHRONO, files, root, tree_of_all};

/// Characters in no order, the same each time. Secrets are made here rather than written down, because hosts of
/// repositories refuse what looks like them.
fn noise(seed: usize, alphabet: &str, length: usize) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    let mut state = (seed as u64 + 7).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        alphabet[usize::try_from(state >> 33).unwrap() % alphabet.len()]
    };
    // A digit, so that no seed makes a word.
    let text: String = (1..length).map(|_| next()).collect();
    format!("{text}{}", if alphabet.contains(&'7') { '7' } else { 'a' })
}

const HEX: &str = "0123456789abcdef";
const ALPHANUMERIC: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(text)
}

/// One secret of each kind that is told by its shape.
fn kinds(seed: usize) -> Vec<String> {
    let after = |prefix: &str, alphabet, length| format!("{prefix}{}", noise(seed, alphabet, length));
    vec![
        after("ghp_", ALPHANUMERIC, 36),
        after("github_pat_", ALPHANUMERIC, 70),
        after("glpat-", ALPHANUMERIC, 20),
        after("sk_live_", ALPHANUMERIC, 24),
        after("rk_test_", ALPHANUMERIC, 24),
        after("AKIA", UPPER, 16),
        after("AIza", ALPHANUMERIC, 35),
        after("GOCSPX-", ALPHANUMERIC, 28),
        after("xoxb-", ALPHANUMERIC, 40),
        format!("SG.{}.{}", noise(seed, ALPHANUMERIC, 22), noise(seed + 1, ALPHANUMERIC, 43)),
        after("npm_", ALPHANUMERIC, 36),
        format!("PMAK-{}-{}", noise(seed, HEX, 24), noise(seed + 1, HEX, 34)),
        after("shpat_", HEX, 32),
        after("dop_v1_", HEX, 64),
        after("sk-ant-api03-", ALPHANUMERIC, 60),
        after("hf_", ALPHANUMERIC, 34),
        after("key-", HEX, 32),
        format!("{}-us6", noise(seed, HEX, 32)),
        format!("{}:AA{}", "123456789", noise(seed, ALPHANUMERIC, 33)),
        format!(
            "{}.{}.{}",
            base64("{\"alg\":\"HS256\"}"),
            base64(&format!("{{\"sub\":\"{seed}\"}}")),
            noise(seed, ALPHANUMERIC, 43)
        ),
        format!(
            "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
            noise(seed, ALPHANUMERIC, 300)
        ),
        after("hvs.", ALPHANUMERIC, 24),
        after("dckr_pat_", ALPHANUMERIC, 27),
    ]
}

/// A collection with secrets, and each secret with the pointer of the text that it is in.
fn planted() -> (Value, Vec<(String, String)>) {
    let shaped = |index: usize| kinds(index)[index % kinds(0).len()].clone();
    // Told by their place only: nothing in them says what they are.
    let named = |index: usize| format!("Zq9-{}", noise(index, ALPHANUMERIC, 9));
    let mut planted: Vec<(String, String)> = Vec::new();
    let mut at = |pointer: &str, secret: String| -> String {
        planted.push((pointer.to_owned(), secret.clone()));
        secret
    };
    let request = |pointer: &str| format!("/item/0/item/0{pointer}");
    let document = json!({
        "info": {
            "name": "Planted",
            "description": format!("Call it with `{}`.", at("/info/description", shaped(0))),
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": at("/auth/bearer/0/value", named(1))}]},
        "variable": [
            {"key": "base", "value": "https://api.example.com"},
            {"key": "password", "value": at("/variable/1/value", named(2))},
            {"key": "harmless", "value": at("/variable/2/value", shaped(3))},
            {"key": "typed", "type": "secret", "value": at("/variable/3/value", named(4))},
            {"key": "told", "value": "1", "description": format!("once {}", at("/variable/4/description", shaped(5)))},
            {"key": "a", "value": at("/variable/5/value", shaped(4))},
            {"key": "b", "value": at("/variable/6/value", shaped(6))},
            {"key": "c", "value": at("/variable/7/value", shaped(11))},
            {"key": "d", "value": at("/variable/8/value", shaped(13))},
            {"key": "e", "value": at("/variable/9/value", shaped(15))},
            {"key": "f", "value": at("/variable/10/value", shaped(20))},
            {"key": format!("for {}", shaped(26)), "value": "1"},
        ],
        "event": [{"listen": "prerequest", "script": {"exec": [
            "// before",
            format!("pm.environment.set(\"api_key\", \"{}\");", at("/event/0/script/exec/1", named(6))),
            format!("const key = '{}';", at("/event/0/script/exec/2", shaped(7))),
        ]}}],
        "item": [{
            "name": format!("Folder {}", at("/item/0/name", shaped(8))),
            "description": {"content": format!("curl -u 'joe' -H 'X-Api-Key: {}'", at("/item/0/description/content", noise(9, ALPHANUMERIC, 32)))},
            "item": [
                {
                    "name": format!("Request {}", at(&request("/name"), shaped(10))),
                    "event": [{"listen": "test", "script": {"exec": [
                        format!("var client_secret = \"{}\"", at(&request("/event/0/script/exec/0"), named(11))),
                    ]}}],
                    "request": {
                        "method": "POST",
                        "description": format!("See Bearer {} there", at(&request("/request/description"), noise(12, ALPHANUMERIC, 40))),
                        "header": [
                            {"key": "X-Api-Key", "value": at(&request("/request/header/0/value"), named(13))},
                            {"key": "X-Plain", "value": format!("v1 {}", at(&request("/request/header/1/value"), shaped(14)))},
                            {"key": "Cookie", "value": format!("sid={}", at(&request("/request/header/2/value"), named(15)))},
                            {"key": "X-Off", "disabled": true, "value": at(&request("/request/header/3/value"), shaped(16)), "description": "off"},
                            {"key": "X-Told", "value": "1", "description": at(&request("/request/header/4/description"), shaped(17))},
                        ],
                        "url": {
                            "raw": "{{base}}/a",
                            "host": ["{{base}}"],
                            "path": ["a", at(&request("/request/url/path/1"), shaped(25)), ":id"],
                            "query": [
                                {"key": "access_token", "value": at(&request("/request/url/query/0/value"), named(19))},
                                {"key": "page", "value": at(&request("/request/url/query/1/value"), shaped(19))},
                            ],
                            "variable": [{"key": "id", "value": at(&request("/request/url/variable/0/value"), shaped(21))}],
                        },
                        "body": {"mode": "raw", "raw": format!(
                            "{{\"login\": {{\"password\": \"{}\", \"note\": \"use {} here\"}}}}",
                            at(&request("/request/body/raw"), named(22)),
                            at(&request("/request/body/raw"), shaped(45)),
                        ), "options": {"raw": {"language": "json"}}},
                    },
                    "response": [{
                        "name": format!("Answer {}", at(&request("/response/0/name"), shaped(24))),
                        "code": 200,
                        "_postman_previewlanguage": "json",
                        "header": [{"key": "Set-Cookie", "value": at(&request("/response/0/header/0/value"), named(25))}],
                        "originalRequest": {"method": "GET", "header": [
                            {"key": "Authorization", "value": format!("Bearer {}", at(&request("/response/0/originalRequest/header/0/value"), named(26)))},
                        ]},
                        "body": format!(
                            "{{\"refresh_token\": \"{}\", \"items\": [{{\"text\": \"{}\"}}]}}",
                            at(&request("/response/0/body"), named(27)),
                            at(&request("/response/0/body"), shaped(28)),
                        ),
                    }],
                },
                {
                    "name": "Form",
                    "request": {
                        "method": "POST",
                        "url": format!("https://joe:{}@api.example.com/b?api_key={}", at("/item/0/item/1/request/url", named(29)), at("/item/0/item/1/request/url", named(30))),
                        "auth": {"type": "noauth"},
                        "body": {"mode": "urlencoded", "urlencoded": [
                            {"key": "client_secret", "value": at("/item/0/item/1/request/body/urlencoded/0/value", named(31))},
                            {"key": "memo", "value": at("/item/0/item/1/request/body/urlencoded/1/value", shaped(32))},
                        ]},
                    },
                },
                {
                    "name": "Parts",
                    "request": {
                        "method": "POST",
                        "url": "https://api.example.com/c",
                        "auth": {"type": "oauth2", "oauth2": [
                            {"key": "clientSecret", "value": at("/item/0/item/2/request/auth/oauth2/0/value", named(33))},
                            {"key": "accessTokenUrl", "value": "https://api.example.com/token"},
                        ]},
                        "body": {"mode": "formdata", "formdata": [
                            {"key": "token", "type": "text", "value": at("/item/0/item/2/request/body/formdata/0/value", named(34))},
                            {"key": "memo", "type": "text", "value": at("/item/0/item/2/request/body/formdata/1/value", shaped(35))},
                        ]},
                    },
                },
                {
                    "name": "Graph",
                    "request": {
                        "method": "POST",
                        "url": "https://api.example.com/d",
                        "auth": {"type": "apikey", "apikey": [
                            {"key": "key", "value": "X-Key"},
                            {"key": "value", "value": at("/item/0/item/3/request/auth/apikey/1/value", named(36))},
                        ]},
                        "body": {"mode": "graphql", "graphql": {
                            "query": format!("{{ a(t: \"{}\") }}", at("/item/0/item/3/request/body/graphql/query", shaped(37))),
                            // The second in a key that names a secret, too.
                            "variables": format!(
                                "{{\"password\": \"{}\", \"api_key={}&x=y\": \"a value\"}}",
                                at("/item/0/item/3/request/body/graphql/variables", named(38)),
                                at("/item/0/item/3/request/body/graphql/variables", noise(49, ALPHANUMERIC, 24)),
                            ),
                        }},
                    },
                },
                {
                    "name": "XML",
                    "request": {
                        "method": "POST",
                        // In the name of a variable, defined and not, and of a path variable.
                        "url": format!(
                            "https://api.example.com/e/{{{{for {}}}}}/{{{{base_Bearer {}}}}}/:{}",
                            at("/variable/11/key", shaped(26)),
                            at("/item/0/item/4/request/url", noise(46, ALPHANUMERIC, 40)),
                            at("/item/0/item/4/request/url", shaped(47)),
                        ),
                        "header": [
                            {"key": at("/item/0/item/4/request/header/0/key", shaped(48)), "value": "1"},
                        ],
                        "auth": {"type": "aws4", "awsv4": [
                            {"key": "secretKey", "value": at("/item/0/item/4/request/auth/awsv4/0/value", named(39))},
                        ]},
                        "body": {"mode": "raw", "raw": format!(
                            "<a><w:Password Type=\"t\">{}</w:Password><b>{}</b></a>",
                            at("/item/0/item/4/request/body/raw", named(40)),
                            at("/item/0/item/4/request/body/raw", shaped(41)),
                        )},
                    },
                },
                {
                    "name": "Addresses in an address",
                    "request": {
                        "method": "GET",
                        "url": format!(
                            "https://api.example.com/f/https://joe:{}@example.org/?https://joe:{}@example.org/a=1",
                            at("/item/0/item/5/request/url", named(50)),
                            at("/item/0/item/5/request/url", named(51)),
                        ),
                        // A word that becomes code, and is no text.
                        "auth": {"type": "oauth1", "oauth1": [
                            {"key": "consumerKey", "value": "k"},
                            {"key": "signatureMethod", "value": {"name": format!(
                                "api_key={}&x=y",
                                at("/item/0/item/5/request/auth/oauth1/1/value/name", noise(52, ALPHANUMERIC, 24)),
                            )}},
                        ]},
                    },
                },
            ],
        }],
    });
    (document, planted)
}

fn pointed<'a>(document: &'a Value, pointer: &str) -> &'a str {
    document.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer}"))
}

/// Runs the tool in a folder; answers with all that it prints.
fn postwright(folder: &std::path::Path, arguments: &[&str]) -> (bool, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_postwright")).args(arguments).current_dir(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

fn holds_none(what: &str, text: &str, planted: &[(String, String)]) {
    for (pointer, secret) in planted {
        // A part of one is as bad; keys of several lines may be escaped.
        let piece = secret.split('\n').max_by_key(|it| it.len()).unwrap();
        // Names of constants and of environment variables are in capitals.
        if let Some(at) = text.to_ascii_lowercase().find(&piece.to_ascii_lowercase()) {
            let context: String =
                text[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
            panic!("{what} has the secret of {pointer}, after: {context}");
        }
    }
}

#[test]
fn planted_secrets_are_found_and_written_nowhere() {
    let (document, planted) = planted();
    assert!(planted.len() >= 40, "{}", planted.len());
    for (pointer, secret) in &planted {
        let text = pointed(&document, pointer).replace("\\n", "\n");
        assert!(text.contains(secret.as_str()), "{pointer} has not {secret}");
    }

    let folder = tempfile::tempdir().unwrap();
    let text = serde_json::to_string_pretty(&document).unwrap();
    fs::write(folder.path().join("planted.json"), &text).unwrap();

    let found = postwright::secrets(Source { file: "planted.json", text: &text }, &Secrets::default());
    for (pointer, secret) in &planted {
        let piece = secret.split('\n').next().unwrap();
        let is_it = |it: &&postwright::secret::Finding| it.pointer == *pointer && it.value.contains(piece);
        assert!(found.iter().any(|it| is_it(&it)), "{pointer} is not found: {secret}");
    }
    let kinds: std::collections::BTreeSet<_> = found.iter().map(|it| it.kind.title).collect();
    assert!(kinds.len() >= 20, "{kinds:?}");
    let reported = found.iter().filter(|it| !it.continued).count();
    assert!(reported <= planted.len() + 1, "{found:#?}");

    let targets = postwright::target::Target::ALL.map(|it| it.name()).join(",");
    let (ok, said) =
        postwright(folder.path(), &["generate", "--verbose", "--target", &targets, "planted.json"]);
    assert!(ok, "{said}");
    holds_none("what generate says", &said, &planted);
    let mut files = 0;
    let mut folders = vec![folder.path().join("generated")];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            holds_none("a path", &path.display().to_string(), &planted);
            holds_none(&path.display().to_string(), &fs::read_to_string(&path).unwrap(), &planted);
            files += 1;
        }
    }
    assert!(files > 30, "{files}");
    for arguments in [
        &["lint", "planted.json"][..],
        &["lint", "--format", "json", "planted.json"],
        &["lint", "--format", "sarif", "planted.json"],
        &["inspect", "planted.json"],
        &["inspect", "--json", "planted.json"],
        &["diff", "planted.json", "planted.json"],
        &["scrub", "planted.json"],
        &["convert", "--to", "postman", "planted.json"],
    ] {
        let (_, said) = postwright(folder.path(), arguments);
        holds_none(&arguments.join(" "), &said, &planted);
    }
}

/// A clean copy says the same, holds no secret, and differs nowhere else.
#[test]
fn a_scrubbed_collection_is_clean() {
    let (document, planted) = planted();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("planted.json");
    fs::write(&path, serde_json::to_string_pretty(&document).unwrap()).unwrap();
    let (clean, said) = postwright(folder.path(), &["scrub", "--check", "planted.json"]);
    assert!(!clean && said.contains("secrets in planted.json"), "{said}");
    let (ok, said) = postwright(folder.path(), &["scrub", "--in-place", "planted.json"]);
    assert!(ok, "{said}");
    let text = fs::read_to_string(&path).unwrap();
    holds_none("the copy", &text, &planted);
    let (clean, said) = postwright(folder.path(), &["scrub", "--check", "planted.json"]);
    assert!(clean, "{said}");
    let (ok, said) = postwright(folder.path(), &["generate", "planted.json"]);
    assert!(ok, "{said}");
    // Nothing else has changed.
    let scrubbed: Value = serde_json::from_str(&text).unwrap();
    let mut expected = document.clone();
    for (pointer, _) in &planted {
        *expected.pointer_mut(pointer).unwrap() = scrubbed.pointer(pointer).unwrap().clone();
    }
    assert_eq!(scrubbed, expected);
    // A variable that had one in its name is still found.
    let address = pointed(&scrubbed, "/item/0/item/4/request/url");
    assert!(address.starts_with("https://api.example.com/e/{{for …}}/{{base_"), "{address}");
    assert_eq!(pointed(&scrubbed, "/variable/11/key"), "for …");
}

/// A name that is one of a secret only when the secret in it is gone.
#[test]
fn a_clean_copy_stays_as_it_is() {
    let secret = noise(3, ALPHANUMERIC, 40);
    for key in [format!("ConteBearer {secret}nt-Type"), format!("X-Token {secret}"), format!("of {secret}")] {
        let text = json!({
            "info": { "description": format!("Ask with {secret}.") },
            "auth": { "type": "bearer", "bearer": [{ "key": "token", "value": secret }] },
            "item": [{ "request": { "url": "https://api.example.com", "header": [
                { "key": key, "value": "application/json" },
            ] } }],
        });
        let clean = |text: &str| {
            postwright::scrub::scrub(Source { file: "a.json", text }, &Secrets::default()).unwrap()
        };
        let once = clean(&text.to_string());
        assert!(!once.text.contains(&secret), "{}", once.text);
        assert!(once.replaced.iter().all(|it| !it.contains(&secret)), "{:?}", once.replaced);
        assert_eq!(clean(&once.text).replaced, Vec::<String>::new(), "{}", once.text);
    }
}

/// A number that no type can hold hides nothing that stands beside it.
#[test]
fn secrets_beside_a_number_that_is_too_large() {
    let secret = noise(5, ALPHANUMERIC, 40);
    for deep in [false, true] {
        let item = format!(
            r#"{{"name": "Get it", "odd": 1e999, "request": {{"url": "https://api.example.com/x", "description": "with {secret}", "header": [
                {{"key": "X-Api-Key", "value": "{secret}"}}]}}}}"#
        );
        let item = if deep { format!(r#"{{"name": "Folder", "item": [{item}]}}"#) } else { item };
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.json"), format!(r#"{{"item": [{item}]}}"#)).unwrap();
        let (ok, said) = postwright(folder.path(), &["generate", "a.json"]);
        assert!(ok && !said.contains(&secret), "{said}");
        let written = files(&folder.path().join("generated"));
        assert!(written.len() > 10);
        for (path, bytes) in written {
            assert!(!String::from_utf8_lossy(&bytes).contains(&secret), "{}", path.display());
        }
    }
}

/// Item by item, the same is found as in all at once.
#[test]
fn a_text_is_searched_like_its_json() {
    let (document, planted) = planted();
    let wrapped = json!({ "collection": document }).to_string();
    let mut texts = vec![document.to_string(), format!("\u{feff} {wrapped}")];
    // Items that are none, that are there twice, and in a place where no folder is.
    texts.push(document.to_string().replacen("\"item\":", "\"item\": [{\"a\": 1}], \"item\":", 2));
    texts.push(document.to_string().replacen("\"item\":[{", "\"item\":[null, [{\"item\": []}], {", 1));
    texts.push(json!({ "info": document, "item": document["item"][0] }).to_string());
    let corpus = fs::read_dir(root().join("tests/fixtures/ok")).unwrap().map(|it| it.unwrap().path());
    let real = collections().into_iter().chain(corpus);
    texts.extend(real.filter_map(|it| fs::read_to_string(it).ok()));
    let mut found = 0;
    for text in texts {
        let Ok(json) = postwright::postman::json(Source { file: "a.json", text: &text }) else { continue };
        let all = postwright::secret::scan(&json, &Secrets::default());
        assert_eq!(postwright::secret::scan_text(&text, &Secrets::default()).found, all);
        found += all.len();
    }
    assert!(found > planted.len() * 4, "{found}");
}

/// What Postwright finds in real collections is in none of their outputs.
#[test]
fn secrets_of_real_collections_are_written_nowhere() {
    let mut paths = collections();
    paths.push(root().join(DRCHRONO));
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let source = Source { file: &file, text: &text };
        let secrets = Secrets::default();
        let input = Input {
            collection: source,
            environment: None,
            globals: None,
            name: None,
            secrets: &secrets,
            paging: None,
        };
        let mut notes = Diagnostics::default();
        let Ok(api) = model(input, &mut notes) else { continue };
        // A short one may be a word that stands elsewhere for itself.
        let mut found: Vec<String> =
            postwright::secrets(source, &secrets).into_iter().map(|it| it.value).collect();
        found.retain(|it| it.len() >= 12);
        found.sort();
        found.dedup();
        let outputs = match path.ends_with(DRCHRONO) {
            true => root().join("generated/drchrono"),
            false => generated().0.join(api.name.snake()),
        };
        let mut outputs = files(&outputs);
        assert!(!outputs.is_empty(), "{}", path.display());
        let formats = tree_of_all(&api, &FORMATS);
        outputs.extend(formats.files().map(|it| (it.path.clone().into(), it.text.clone().into_bytes())));
        for (output, content) in outputs {
            let text = String::from_utf8_lossy(&content);
            if let Some(secret) = found.iter().find(|it| text.contains(it.as_str())) {
                panic!("{}: {} has {secret}", path.display(), output.display());
            }
        }
        for note in notes.sorted() {
            let said = note.to_string();
            assert!(!found.iter().any(|it| said.contains(it.as_str())), "{said}");
        }
        if path.ends_with(DRCHRONO) {
            assert!(!notes.sorted().iter().any(|it| it.code == Code::Secret));
        }
    }
}

/// What is found in real collections, to be read: of all this, only `Server-Authorization` of `echo.json`, the
/// signature of an answer, is no secret.
#[test]
fn secrets_of_real_collections_are_secrets() {
    let mut paths = collections();
    if paths.is_empty() {
        println!("skipped: there are no collections in ../shared/corpus/open");
        return;
    }
    paths.push(root().join(DRCHRONO));
    let mut lines: Vec<String> = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let source = Source { file: "collection.json", text: &text };
        let mut counts = std::collections::BTreeMap::<(String, String), usize>::new();
        for it in postwright::secrets(source, &Secrets::default()).into_iter().filter(|it| !it.continued) {
            *counts.entry((it.kind.title.to_owned(), it.name)).or_default() += 1;
        }
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        lines.extend(
            counts.into_iter().map(|((kind, name), count)| format!("{file}: {count} × {kind}: {name}")),
        );
    }
    assert!(!lines.iter().any(|it| it.starts_with("drchrono")));
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_a_project_allows_is_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let key = format!("sk_test_{}", noise(1, ALPHANUMERIC, 24));
    let document = json!({"info": {"name": "a"}, "item": [{"name": "b", "request": {
        "url": format!("https://api.example.com/?api_key=public-demo-9&key={key}"),
    }}]});
    fs::write(folder.path().join("a.json"), document.to_string()).unwrap();
    let (ok, said) = postwright(folder.path(), &["lint", "a.json"]);
    assert!(!ok && said.matches("PW0003").count() == 2, "{said}");
    fs::write(
        folder.path().join("postwright.toml"),
        "[secrets]\nallow = [\"public-demo-9\", \"sk_test_*\"]\n",
    )
    .unwrap();
    let (ok, said) = postwright(folder.path(), &["lint", "a.json"]);
    assert!(ok && !said.contains("PW0003"), "{said}");
    let (ok, said) = postwright(folder.path(), &["generate", "a.json"]);
    assert!(ok, "{said}");
    let script = fs::read_to_string(folder.path().join("generated/a/curl/requests/b.sh")).unwrap();
    assert!(script.contains("public-demo-9") && script.contains(&key), "{script}");
}
