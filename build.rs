//! Gives the build a name of its own: what an earlier build has noted of its outputs says nothing about those of this
//! one.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// All that outputs depend on besides the compiler.
const MADE_OF: [&str; 5] = ["src", "templates", "Cargo.toml", "Cargo.lock", "build.rs"];

fn main() -> io::Result<()> {
    let mut files = BTreeSet::new();
    for path in MADE_OF {
        println!("cargo::rerun-if-changed={path}");
        add(Path::new(path), &mut files)?;
    }
    let mut hasher = DefaultHasher::new();
    for path in files {
        // The same on every system.
        let parts: Vec<_> = path.iter().map(|it| it.to_string_lossy()).collect();
        (parts, fs::read(&path)?).hash(&mut hasher);
    }
    println!("cargo::rustc-env=POSTWRIGHT_BUILD={:016x}", hasher.finish());
    Ok(())
}

/// Adds a file, or all that are below a folder. What is not there is none: packages may come without a lock file.
fn add(path: &Path, files: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            add(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.insert(path.to_owned());
    }
    Ok(())
}
