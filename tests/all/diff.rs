//! What a change of a collection is to those who use the generated client: a table of single changes,
//! and for most of them a program, which the compiler is asked about.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use postwright::api::Api;
use postwright::diagnostic::Diagnostics;
use postwright::diff::{Change, Diff, diff};
use postwright::postman::Source;
use postwright::render::Templates;
use postwright::secret::Secrets;
use postwright::target::Target;
use postwright::{Input, generate, model};
use serde::Deserialize;
use serde_json::Value;

use crate::clients::{cargo_says, finish, workspace};
use crate::support::{postwright, root, said, tree_of};

/// A change, and what it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    /// An operation, a JSON pointer and a value. Behind a `#` the pointer goes on in the JSON that a text holds.
    #[serde(rename = "do")]
    edits: Vec<Vec<Value>>,
    /// `class kind subject` of each change that is found.
    expect: Vec<String>,
    /// Statements that use the client of the old collection.
    uses: Option<String>,
}

fn shop() -> Value {
    let text = fs::read_to_string(root().join("tests/fixtures/diff/shop.postman_collection.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("tests/fixtures/diff/changes.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn api(collection: &Value, name: &str) -> Api {
    let text = format!("{collection:#}");
    let source = Source { file: "shop.postman_collection.json", text: &text };
    let input = Input {
        collection: source,
        environment: None,
        globals: None,
        name: Some(name),
        secrets: &Secrets::default(),
        paging: None,
    };
    model(input, &mut Diagnostics::default()).unwrap()
}

impl Row {
    fn changed(&self) -> Value {
        let mut collection = shop();
        for edit in &self.edits {
            apply(&mut collection, edit);
        }
        collection
    }
}

fn apply(collection: &mut Value, edit: &[Value]) {
    let [operation, pointer, rest @ ..] = edit else { panic!("{edit:?}") };
    let (operation, pointer) = (operation.as_str().unwrap(), pointer.as_str().unwrap());
    if let Some((outer, inner)) = pointer.split_once('#') {
        let text = collection.pointer_mut(outer).unwrap_or_else(|| panic!("{outer}"));
        let mut value: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
        apply(&mut value, &[&[operation.into(), inner.into()], rest].concat());
        *text = format!("{value:#}").into();
        return;
    }
    match (operation, rest) {
        ("set", [value]) => {
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            match collection.pointer_mut(parent).unwrap_or_else(|| panic!("{parent}")) {
                Value::Object(object) => drop(object.insert(key.to_owned(), value.clone())),
                Value::Array(list) => list[key.parse::<usize>().unwrap()] = value.clone(),
                other => panic!("{pointer}: {other}"),
            }
        }
        ("add", [value]) => {
            collection.pointer_mut(pointer).unwrap().as_array_mut().unwrap().push(value.clone())
        }
        ("remove", []) => drop(take(collection, pointer)),
        ("move", [to]) => {
            let value = take(collection, pointer);
            collection.pointer_mut(to.as_str().unwrap()).unwrap().as_array_mut().unwrap().push(value);
        }
        ("swap", [other]) => {
            let other = other.as_str().unwrap();
            let (one, two) =
                (collection.pointer(pointer).unwrap().clone(), collection.pointer(other).unwrap().clone());
            *collection.pointer_mut(pointer).unwrap() = two;
            *collection.pointer_mut(other).unwrap() = one;
        }
        _ => panic!("{edit:?}"),
    }
}

fn take(collection: &mut Value, pointer: &str) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match collection.pointer_mut(parent).unwrap_or_else(|| panic!("{parent}")) {
        Value::Object(object) => object.shift_remove(key).unwrap_or_else(|| panic!("{pointer}")),
        Value::Array(list) => list.remove(key.parse().unwrap()),
        other => panic!("{pointer}: {other}"),
    }
}

fn shown(diff: &Diff) -> Vec<String> {
    let line = |Change { class, kind, subject, .. }: &Change| format!("{} {kind} {subject}", class.name());
    diff.changes.iter().map(line).collect()
}

/// Who renders again and again, as `watch` does, gets what a new run gets.
#[test]
fn kept_pages_are_as_new_ones_after_every_change() {
    let fresh = Templates::load(None).unwrap();
    let kept = Templates::load(None).unwrap().keeping();
    let tree = |api: &Api, templates: &Templates| {
        generate(api, &Target::DEFAULT, &[], templates, &mut Diagnostics::default()).unwrap()
    };
    tree(&api(&shop(), "shop"), &kept);
    for row in rows() {
        let api = api(&row.changed(), "shop");
        let (new, again) = (tree(&api, &fresh), tree(&api, &kept));
        let differ: Vec<&str> =
            new.files().filter(|it| again.get(&it.path) != Some(it)).map(|it| it.path.as_str()).collect();
        assert_eq!(differ, [""; 0], "{}", row.name);
        assert_eq!(new.files().count(), again.files().count(), "{}", row.name);
    }
}

#[test]
fn each_change_is_what_it_is() {
    let old = api(&shop(), "shop");
    let rows = rows();
    assert!(rows.len() >= 60, "{}", rows.len());
    let mut wrong = Vec::new();
    for row in &rows {
        let found = shown(&diff(&old, &api(&row.changed(), "shop")));
        if found != row.expect {
            wrong.push(format!("{}\n  found {found:?}\n  wanted {:?}", row.name, row.expect));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

impl Row {
    fn is_breaking(&self) -> bool {
        self.expect.iter().any(|it| it.starts_with("breaking "))
    }
}

/// A crate that has these statements, on the client in a folder beside it.
fn program(folder: &Path, name: &str, client: &str, statements: &[&str]) {
    let functions: String = statements
        .iter()
        .enumerate()
        .map(|(at, it)| {
            format!(
                "pub async fn program_{at}(client: &client::Client) -> Result<(), client::Error> {{\n    {it}\n    Ok(())\n}}\n"
            )
        })
        .collect();
    let manifest = fs::read_to_string(folder.join(client).join("rust/Cargo.toml")).unwrap();
    let own = manifest.lines().find_map(|it| it.strip_prefix("name = ")).unwrap().trim_matches('"');
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n\
         client = {{ package = \"{own}\", path = \"../../{client}/rust\" }}\n\
         \n# A workspace of its own, wherever it lies.\n[workspace]\n"
    );
    let crate_folder = folder.join(name).join("rust");
    fs::create_dir_all(crate_folder.join("src")).unwrap();
    fs::write(crate_folder.join("Cargo.toml"), manifest).unwrap();
    let text = format!("#![allow(unused)]\nuse client::{{api, models}};\n\n{functions}");
    fs::write(crate_folder.join("src/lib.rs"), text).unwrap();
}

/// What breaks programs does not compile, and what does not break them does.
#[test]
#[ignore = "compiles a client for each change: minutes"]
fn the_compiler_says_the_same() {
    let rows = rows();
    let rows: Vec<&Row> = rows.iter().filter(|it| it.uses.is_some()).collect();
    let breaking = rows.iter().filter(|it| it.is_breaking()).count();
    assert!(breaking >= 15 && rows.len() - breaking >= 15, "{breaking} of {}", rows.len());
    let folder = workspace("diff");
    tree_of(&api(&shop(), "shop"), Target::Rust).write(&folder).unwrap();
    let all: Vec<&str> = rows.iter().filter_map(|it| it.uses.as_deref()).collect();
    program(&folder, "uses", "shop", &all);
    for (at, row) in rows.iter().enumerate() {
        let client = format!("shop_{at:02}");
        tree_of(&api(&row.changed(), &client), Target::Rust).write(&folder).unwrap();
        program(&folder, &format!("uses_{at:02}"), &client, &[row.uses.as_deref().unwrap_or_default()]);
    }
    finish(&folder);
    let said =
        cargo_says(&folder, &["check", "--workspace", "--offline", "--keep-going", "--message-format=json"]);
    let failed: BTreeSet<String> = said
        .lines()
        .filter_map(|it| serde_json::from_str::<Value>(it).ok())
        .filter(|it| it["reason"] == "compiler-message" && it["message"]["level"] == "error")
        .map(|it| it["target"]["name"].as_str().unwrap().to_owned())
        .collect();
    assert!(!failed.contains("uses"), "a program does not fit the old client:\n{said}");
    let strange = failed.iter().find(|it| !it.starts_with("uses_"));
    assert_eq!(strange, None, "a client does not compile");
    let mut wrong = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let fails = failed.contains(&format!("uses_{at:02}"));
        if fails != row.is_breaking() {
            wrong.push(format!(
                "{}: {} {:?}",
                row.name,
                if fails { "does not compile" } else { "compiles" },
                row.expect
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A git repository with the collection, which has been committed as it was and then changed.
fn repository(row: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("collections/shop.postman_collection.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("{:#}", shop())).unwrap();
    let git = |arguments: &[&str]| {
        let run = Command::new("git")
            .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap_or_else(|_| panic!("this test needs git: install it"));
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    };
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "--message", "The collection"]);
    let row = rows().into_iter().find(|it| it.name == row).unwrap();
    fs::write(&path, format!("{:#}", row.changed())).unwrap();
    folder
}

#[test]
fn a_revision_is_compared_with_now() {
    let folder = repository("a request is renamed");
    let run = postwright(folder.path(), &["diff", "--since", "HEAD", "--format", "markdown"]);
    assert!(run.status.success(), "{}", said(&run));
    insta::assert_snapshot!("diff_markdown", String::from_utf8(run.stdout).unwrap());
    let run = postwright(folder.path(), &["diff", "--since", "HEAD", "--fail-on", "breaking"]);
    assert_eq!(run.status.code(), Some(1));
    insta::assert_snapshot!("diff_text", String::from_utf8(run.stdout).unwrap());
    let run = postwright(folder.path(), &["diff", "--since", "HEAD", "--format", "json"]);
    let value: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(value["verdict"], "major");
    assert_eq!(value["changes"][0]["kind"], "operation-renamed");
}

#[test]
fn what_does_not_break_does_not_fail() {
    let folder = repository("a parameter of a query is added");
    let run = |class: &str| postwright(folder.path(), &["diff", "--since", "HEAD", "--fail-on", class]);
    assert_eq!(run("breaking").status.code(), Some(0));
    assert_eq!(run("compatible").status.code(), Some(1));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let folder = repository("a request is renamed");
    let table: [(&[&str], i32, &str); 4] = [
        (&["diff"], 2, "compares two collections"),
        (&["diff", "--since", "nothing"], 1, "cannot read nothing:collections/shop.postman_collection.json"),
        (&["diff", "--since=--output=x"], 1, "no name of a revision"),
        (&["diff", "gone.json", "collections/shop.postman_collection.json"], 1, "cannot read gone.json"),
    ];
    for (arguments, code, wanted) in table {
        let run = postwright(folder.path(), arguments);
        assert_eq!(run.status.code(), Some(code), "{arguments:?}: {}", said(&run));
        assert!(said(&run).contains(wanted), "{arguments:?}: {}", said(&run));
    }
    assert!(!folder.path().join("x").exists());
}

/// The first pull request with a collection has something to say, too.
#[test]
fn a_collection_that_was_not_there_is_new() {
    let folder = repository("a request is renamed");
    let folder = folder.path();
    fs::rename(
        folder.join("collections/shop.postman_collection.json"),
        folder.join("collections/[s]hop.json"),
    )
    .unwrap();
    let run = postwright(folder, &["diff", "--since", "HEAD"]);
    let text = String::from_utf8(run.stdout.clone()).unwrap();
    assert!(run.status.success() && text.contains("pets.list"), "{text}{}", said(&run));
    let run = postwright(folder, &["diff", "--since", "HEAD", "--fail-on", "breaking"]);
    assert_eq!(run.status.code(), Some(0));
}

/// Settings of what is new are no mistake in the older collection.
#[test]
fn settings_are_those_of_now() {
    let folder = repository("a request is added");
    let settings = "[[collection]]\npath = \"collections/shop.postman_collection.json\"\n\
         [[collection.rename]]\nrequest = \"Pets / Feed pet\"\nname = \"give food\"\n\
         [[collection.rename]]\nrequest = \"Pets / Get pet\"\nname = \"find\"\n";
    fs::write(folder.path().join("postwright.toml"), settings).unwrap();
    let run = postwright(folder.path(), &["diff", "--since", "HEAD"]);
    let text = String::from_utf8(run.stdout.clone()).unwrap();
    assert!(run.status.success(), "{}", said(&run));
    assert!(text.contains("pets.give_food") && text.contains("minor: 1 compatible"), "{text}");
}

/// A text of a collection stays text, in a comment of a pull request too.
#[test]
fn texts_stay_texts() {
    let mut collection = shop();
    let hostile = "<img src=x onerror=alert(1)> `](http://evil) @everyone\n# heading";
    apply(&mut collection, &["set".into(), "/item/0/item/0/request/url/query/0/key".into(), hostile.into()]);
    apply(&mut collection, &["set".into(), "/item/0/item/4/request/url/path/0".into(), hostile.into()]);
    apply(&mut collection, &["set".into(), "/info/name".into(), hostile.into()]);
    let new = api(&collection, "shop");
    let markdown = postwright::diff::markdown(&new.title, &diff(&api(&shop(), "shop"), &new));
    let events: Vec<pulldown_cmark::Event<'_>> = pulldown_cmark::Parser::new(&markdown).collect();
    let is_harmful = |it: &pulldown_cmark::Event<'_>| {
        use pulldown_cmark::{Event, Tag};
        matches!(
            it,
            Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Link { .. } | Tag::Image { .. })
        )
    };
    assert!(!events.iter().any(is_harmful), "{markdown}");
    let headings = markdown.lines().filter(|it| it.starts_with('#')).count();
    assert_eq!(headings, 4, "{markdown}");
}
