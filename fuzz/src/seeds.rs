//! The collections that everything begins with: the fixtures of the tests, where they are.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

/// Larger ones would be most of the time, and their quirks are in the others as well.
const LARGEST: u64 = 30_000;

fn root() -> PathBuf {
    // The folder of the fuzz crate, or the repository where a test includes this.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    if here.ends_with("fuzz") { here.join("..") } else { here.to_owned() }
}

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = root().join("tests/fixtures").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(|it| Some(it.ok()?.path())).collect();
    paths.retain(|it| it.to_string_lossy().ends_with(".json"));
    paths.retain(|it| it.metadata().is_ok_and(|it| it.len() <= LARGEST));
    paths.sort();
    paths
}

/// Collections that can be read.
pub fn good() -> &'static [Value] {
    static READ: OnceLock<Vec<Value>> = OnceLock::new();
    READ.get_or_init(|| {
        let paths = ["ok", "odd", "diff"].into_iter().flat_map(files);
        let values = paths.filter_map(|it| serde_json::from_slice(&fs::read(it).ok()?).ok());
        // `changes.json` is a list of changes.
        let values: Vec<Value> = values.filter(Value::is_object).collect();
        assert!(values.len() > 20, "the fixtures are gone");
        values
    })
}

/// Files that are refused, and what Postman writes beside collections.
pub fn bad() -> Vec<Vec<u8>> {
    files("bad").iter().filter_map(|it| fs::read(it).ok()).collect()
}
