//! What is committed in `generated/` is what is generated.

use std::num::NonZeroU32;

use postwright::api::Limits;
use postwright::target::Target;

use crate::support::{DRCHRONO, files, postwright, read, root, said, tree, tree_of_all};

#[test]
fn generated_is_fresh() {
    let (mut api, _) = read(DRCHRONO);
    // What postwright.toml says.
    api.limits = Limits { per_clock_hour: NonZeroU32::new(500), per_second: NonZeroU32::new(10) };
    for file in tree_of_all(&api, &Target::DEFAULT).files() {
        let path = root().join("generated").join(&file.path);
        let on_disk = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(on_disk == file.text, "{} is not fresh: run `cargo run -- generate`", path.display());
    }
}

/// The command of the README, from a clean folder, writes what is committed, byte for byte.
#[test]
fn a_clean_run_writes_the_same_bytes() {
    let out = tempfile::tempdir().unwrap();
    let run = postwright(root(), &["generate", "--out", out.path().to_str().unwrap()]);
    assert!(run.status.success(), "{}", said(&run));
    let fresh = files(out.path());
    assert!(fresh.len() > 700, "{} files", fresh.len());
    for (path, content) in fresh {
        let committed = std::fs::read(root().join("generated").join(&path)).unwrap_or_default();
        assert!(committed == content, "{}", path.display());
    }
}

#[test]
fn check_agrees() {
    let run = postwright(root(), &["generate", "--check"]);
    assert!(run.status.success(), "{}", said(&run));
}

/// Same input, same bytes: nothing depends on the order of a hash map or on the time.
#[test]
fn two_runs_agree() {
    for path in [DRCHRONO.to_owned(), crate::support::fixture("samples")] {
        let texts = || -> Vec<(String, String)> {
            let (api, _) = read(&path);
            tree(&api).files().map(|file| (file.path.clone(), file.text.clone())).collect()
        };
        assert_eq!(texts(), texts());
    }
}
