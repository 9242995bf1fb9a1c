//! The floor of a run: what any tool has to do that writes these files from this collection, and nothing else.
//!
//! ```text
//! cargo bench --bench floor -- pack TREE PACKED         puts the files below a folder into one file
//! cargo bench --bench floor -- run COLLECTION PACKED OUT   reads the collection, with its types, and writes the files
//! ```
//!
//! `run` works on one thread, no templates, no model.

#![allow(clippy::unwrap_used, reason = "a program to measure with, which stops at whatever goes wrong")]

use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;

use postwright::postman::{Source, parse};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "floor: pack TREE PACKED | run COLLECTION PACKED OUT";

fn main() -> ExitCode {
    // Cargo tells a bench that it is one.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["pack", tree, packed] => pack(Path::new(tree), Path::new(packed)),
        ["run", collection, packed, out] => run(collection, Path::new(packed), Path::new(out)),
        // As `cargo bench` starts it among others.
        [] => println!("{USAGE}"),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// Puts each file behind the lengths of its path and of its content.
fn pack(tree: &Path, packed: &Path) {
    let mut out = Vec::new();
    let mut folders = vec![tree.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let content = fs::read(&path).unwrap();
            let name = path.strip_prefix(tree).unwrap().to_str().unwrap().as_bytes();
            for length in [name.len(), content.len()] {
                out.extend(u64::try_from(length).unwrap().to_le_bytes());
            }
            out.extend(name);
            out.extend(content);
        }
    }
    fs::write(packed, out).unwrap();
}

fn run(collection: &str, packed: &Path, out: &Path) {
    let text = fs::read_to_string(collection).unwrap();
    black_box(parse(Source { file: collection, text: &text }).unwrap());
    let packed = fs::read(packed).unwrap();
    let mut rest = packed.as_slice();
    let mut made = BTreeSet::new();
    while !rest.is_empty() {
        let name = length(&mut rest);
        let content = length(&mut rest);
        let (name, after) = rest.split_at(name);
        let (content, after) = after.split_at(content);
        rest = after;
        let path = out.join(std::str::from_utf8(name).unwrap());
        let folder = path.parent().unwrap().to_owned();
        if made.insert(folder.clone()) {
            fs::create_dir_all(folder).unwrap();
        }
        fs::write(path, content).unwrap();
    }
}

/// The length that the bytes begin with, which are shorter by it then.
fn length(bytes: &mut &[u8]) -> usize {
    let (length, rest) = bytes.split_first_chunk::<8>().unwrap();
    *bytes = rest;
    usize::try_from(u64::from_le_bytes(*length)).unwrap()
}
