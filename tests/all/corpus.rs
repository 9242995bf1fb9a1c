//! Real collections that nobody of us wrote: they lie beside the repository, where they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use postwright::api::Api;
use postwright::diagnostic::Diagnostics;
use postwright::postman::Source;
use postwright::secret::Secrets;
use postwright::target::Target;
use postwright::{Input, model};

use crate::clients::{finish, workspace};
use crate::programs::{scripts_parse, snippets_compile};
use crate::support::{root, tree_of_all};

/// The collections, or none.
pub(crate) fn collections() -> Vec<PathBuf> {
    let folder = root().join("../shared/corpus/open");
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|it| it.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|it| it == "json"));
    paths.sort();
    paths
}

/// The outputs of each collection, a workspace of their crates, and their names: written once for all tests
/// that only look.
pub(crate) fn generated() -> &'static (PathBuf, Vec<String>) {
    static WRITTEN: OnceLock<(PathBuf, Vec<String>)> = OnceLock::new();
    WRITTEN.get_or_init(|| {
        let folder = workspace("corpus");
        let names = generate(&folder, &Target::DEFAULT);
        // Collections of an earlier run that are no longer there would be looked at as well.
        for entry in fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            if entry.path().is_dir() && !names.iter().any(|it| **it == *entry.file_name()) {
                fs::remove_dir_all(entry.path()).unwrap();
            }
        }
        finish(&folder);
        (folder, names)
    })
}

/// Writes what some targets write of each collection into a folder; answers with the names of the collections.
pub(crate) fn generate(folder: &Path, targets: &[Target]) -> Vec<String> {
    let mut names = Vec::new();
    for api in collections().iter().filter_map(|path| api(path)) {
        let name = api.name.snake();
        tree_of_all(&api, targets).write(folder).unwrap_or_else(|error| panic!("{name}: {error}"));
        names.push(name);
    }
    names
}

/// The model of one of the collections; `None` if it is in the one format that Postman itself has given up.
pub(crate) fn api(path: &Path) -> Option<Api> {
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(path).unwrap();
    let input = Input {
        collection: Source { file: &file, text: &text },
        environment: None,
        globals: None,
        name: None,
        secrets: &Secrets::default(),
        paging: None,
    };
    let api = model(input, &mut Diagnostics::default());
    if let Err(error) = &api {
        let error = error.to_string();
        assert!(error.contains("format v1") && error.contains("help: "), "{file}: {error}");
    }
    api.ok()
}

#[test]
fn every_collection_gives_programs() {
    if collections().is_empty() {
        println!("skipped: there are no collections in ../shared/corpus/open");
        return;
    }
    let (folder, names) = generated();
    assert!(names.len() >= 40, "{} collections", names.len());
    let scripts = scripts_parse(folder);
    let snippets = snippets_compile(folder);
    assert!(scripts > 1000 && snippets > 1000, "{scripts} scripts, {snippets} snippets");
}

/// Names that nobody of us chose make ids, files and variables as well.
#[test]
fn every_manifest_fits_the_schema() {
    if collections().is_empty() {
        println!("skipped: there are no collections in ../shared/corpus/open");
        return;
    }
    let (folder, names) = generated();
    for name in names {
        let api = folder.join(name);
        let text = fs::read_to_string(api.join("manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(crate::manifest::problems(&manifest), [""; 0], "{name}");
        let mut ids = std::collections::HashSet::new();
        for request in manifest["requests"].as_array().unwrap() {
            assert!(ids.insert(request["id"].as_str().unwrap()), "{name}: {} is there twice", request["id"]);
            for output in request["outputs"].as_object().unwrap().values() {
                assert!(api.join(output.as_str().unwrap()).exists(), "{name}: {output} is not there");
            }
        }
    }
}
