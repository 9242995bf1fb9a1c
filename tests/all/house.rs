//! The rules of the house that a compiler does not hold: templates, imports and what manifests say.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::process::Command;

use postwright::target::{Content, Target};
use serde_json::Value;

use crate::support::{DRCHRONO, fixture, fixtures, paths, read, root};

/// The built-in ones: those in `custom/` are an example of what users write, those in `init/` are no
/// templates but files that are written as they stand.
fn templates() -> Vec<(String, String)> {
    let folder = root().join("templates");
    let names = paths(&folder, "")
        .into_iter()
        .filter(|path| !path.starts_with("custom") && !path.starts_with("init"));
    names
        .map(|path| {
            (path.to_string_lossy().replace('\\', "/"), fs::read_to_string(folder.join(&path)).unwrap())
        })
        .collect()
}

/// Every file is in the table that the tool is built with, and the other way round.
#[test]
fn the_table_of_templates_is_complete() {
    let on_disk: BTreeSet<String> = templates().into_iter().map(|(path, _)| path).collect();
    let built_in: BTreeSet<String> =
        postwright::render::built_in().map(|(name, _)| format!("{name}.hbs")).collect();
    assert_eq!(on_disk, built_in);
}

/// The first line names the view, which is a struct of that module.
#[test]
fn templates_name_their_view() {
    for (path, text) in templates() {
        let first = text.lines().next().unwrap_or_default();
        let view = first.strip_prefix("{{!-- view: ").and_then(|it| it.strip_suffix(" --}}"));
        let view = view.unwrap_or_else(|| panic!("{path}: the first line names no view"));
        let (module, name) = view.rsplit_once("::").unwrap();
        let sources = sources_of(module);
        assert!(!sources.is_empty(), "{path}: there is no module {module}");
        let declared = sources.iter().any(|source| source.contains(&format!("struct {name}")));
        assert!(declared, "{path}: there is no {view}");
    }
}

/// The source of a module, and of those in its folder.
fn sources_of(module: &str) -> Vec<String> {
    let path = root().join("src").join(module.replace("::", "/"));
    let mut sources: Vec<String> = fs::read_to_string(path.with_extension("rs")).into_iter().collect();
    sources.extend(paths(&path, ".rs").iter().map(|file| fs::read_to_string(path.join(file)).unwrap()));
    sources
}

/// Fields, loops, conditions and partials; nothing that decides or computes.
#[test]
fn templates_only_place_what_they_are_given() {
    for (path, text) in templates() {
        for (number, line) in text.lines().enumerate() {
            let place = format!("{path}:{}", number + 1);
            assert!(!line.contains("{{{"), "{place}: a brace is eaten");
            let mut rest = line;
            while let Some(open) = rest.find("{{") {
                let length =
                    rest[open..].find("}}").unwrap_or_else(|| panic!("{place}: a tag over two lines"));
                let tag = &rest[open + 2..open + length];
                assert!(is_allowed(tag), "{place}: {{{{{tag}}}}}");
                rest = &rest[open + length + 2..];
            }
        }
    }
}

fn is_allowed(tag: &str) -> bool {
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if let Some(comment) = tag.strip_prefix("!--") {
        return comment.ends_with("--");
    }
    if let Some(partial) = tag.strip_prefix("> ") {
        return partial.rsplit('/').next().is_some_and(|name| name.starts_with('_'));
    }
    match tag.split_once(' ') {
        Some(("#each" | "#if" | "#unless", "this" | "@last")) => true,
        Some(("#each" | "#if" | "#unless", name)) => is_name(name),
        Some(_) => false,
        None => matches!(tag, "/each" | "/if" | "/unless" | "this" | "else") || is_name(tag),
    }
}

/// What a module may import: those to its left.
const ORDER: [&[&str]; 13] = [
    &["files", "phases", "seen"],
    &["name", "diagnostic", "error", "locate", "parallel"],
    &["secret"],
    &["postman"],
    &["reader"],
    &["collection"],
    &["api"],
    &["target"],
    &["render"],
    &["output"],
    &["config", "trace"],
    &["diff", "extra", "init", "inspect", "lint", "scrub", "snippets"],
    &["cli", "command", "main", "lib"],
];

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|modules| modules.contains(&module))
}

#[test]
fn imports_point_one_way() {
    let folder = root().join("src");
    let mut seen = 0;
    for path in paths(&folder, ".rs") {
        let text = fs::read_to_string(folder.join(&path)).unwrap();
        let path = path.to_string_lossy().replace('\\', "/");
        let own = path.split('/').next().unwrap().trim_end_matches(".rs");
        let own_rank = rank(own).unwrap_or_else(|| panic!("src/{path}: where does {own} stand?"));
        let lines = text.split("#[cfg(test)]").next().unwrap().lines();
        let code: String = lines.filter(|line| !line.trim_start().starts_with("//")).collect();
        for used in code.split("crate::").skip(1) {
            let used = used.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
            let Some(used_rank) = rank(used) else { continue };
            seen += 1;
            let leaf = own_rank == 0 && used_rank == 0;
            assert!(
                used == own || (used_rank < own_rank && !leaf) || own == "lib",
                "src/{path} imports {used}, which stands to its right"
            );
        }
    }
    assert!(seen > 50, "{seen} imports: the test reads the wrong files");
}

/// By the lint, which the compiler then holds: what is forbidden cannot be allowed again further in.
#[test]
fn unsafe_is_forbidden() {
    let generated = paths(&root().join("generated"), "rust/Cargo.toml");
    assert!(!generated.is_empty(), "there is no generated crate: the test reads the wrong folder");
    let generated = generated.iter().map(|path| root().join("generated").join(path));
    for path in ["Cargo.toml", "fuzz/Cargo.toml"].map(|path| root().join(path)).into_iter().chain(generated) {
        let manifest: toml::Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let lint = manifest.get("lints").and_then(|lints| lints.get("rust")?.get("unsafe_code")?.as_str());
        assert_eq!(lint, Some("forbid"), "{}: unsafe_code", path.display());
    }
    // Of every other crate that is written, whatever its collection has.
    let template = fs::read_to_string(root().join("templates/rust/Cargo.toml.hbs")).unwrap();
    let (before, _) = template.split_once("\n[lints.rust]\nunsafe_code = \"forbid\"\n").expect("the lint");
    let (opened, closed) = (before.matches("{{#").count(), before.matches("{{/").count());
    assert_eq!(opened, closed, "the lint depends on something");
}

/// What git ignores is missing from a clean clone, while everything still works here: a rule for
/// build products once swallowed `src/target`.
#[test]
fn no_source_is_ignored() {
    let git = |arguments: &[&str]| {
        let run = Command::new("git").current_dir(root()).args(arguments).output().ok()?;
        run.status.success().then(|| String::from_utf8_lossy(&run.stdout).into_owned())
    };
    let folders = ["src", "templates", "tests", "schemas", "collections"];
    let list = ["ls-files", "--others", "--ignored", "--exclude-standard", "--"];
    let Some(ignored) = git(&[&list[..], &folders].concat()) else {
        println!("skipped: this is not a clone, or there is no git");
        return;
    };
    // Left behind by a snapshot that differs, to be looked at, and what npm has fetched.
    let fetched = ["action", "docs", "formats", "openapi", "openapi/rivals", "wire"]
        .map(|it| format!("tests/{it}/node_modules"));
    let kept = |path: &&str| !path.ends_with(".snap.new") && !fetched.iter().any(|it| path.starts_with(it));
    let lost: Vec<&str> = ignored.lines().filter(kept).collect();
    assert_eq!(lost, [""; 0], "git ignores these, so that a clean clone lacks them");
}

/// A field that no template says is work for nothing, or a template that forgot it.
#[test]
fn templates_use_every_field_of_their_view() {
    let texts: HashMap<&str, &str> = postwright::render::built_in().collect();
    let mut views = 0;
    let collections = fixtures().into_iter().map(|name| fixture(&name)).chain([DRCHRONO.to_owned()]);
    let mut forgotten = BTreeSet::new();
    for path in collections {
        let (api, _) = read(&path);
        for page in Target::ALL.into_iter().flat_map(|target| target.pages(&api)) {
            let Content::View { template, view } = page.content else { continue };
            let mut said = BTreeSet::new();
            names_in(template, &texts, &mut said);
            let mut fields = BTreeSet::new();
            fields_of(&view.make().fields(), &mut fields);
            forgotten.extend(fields.difference(&said).map(|field| format!("{template}: {field}")));
            views += 1;
        }
    }
    assert!(views > 1000, "{views} views: the test sees too few");
    assert_eq!(forgotten, BTreeSet::new());
}

/// The names that a template says, those of its partials included.
fn names_in(template: &str, texts: &HashMap<&str, &str>, said: &mut BTreeSet<String>) {
    for tag in texts[template].split("{{").skip(1) {
        let tag = tag.split("}}").next().unwrap();
        match tag.strip_prefix("> ") {
            Some(partial) => names_in(partial, texts, said),
            None => said.extend(tag.split(' ').next_back().map(str::to_owned)),
        }
    }
}

/// The fields of a view, those of its lists included.
fn fields_of(view: &Value, fields: &mut BTreeSet<String>) {
    match view {
        Value::Object(map) => {
            for (name, value) in map {
                fields.insert(name.clone());
                fields_of(value, fields);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| fields_of(value, fields)),
        _ => {}
    }
}
