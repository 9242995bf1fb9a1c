//! `postwright convert`: a collection, or a description of another format, in the format of another tool.

use std::path::Path;
use std::process::ExitCode;

use anstream::eprintln;
use postwright::cli::Convert;
use postwright::config::Config;
use postwright::diagnostic::Diagnostics;
use postwright::error::{Error, Result};
use postwright::output::{Tree, keep};
use postwright::render::{File, Templates};
use postwright::{collection, generate, seen};

use super::inputs::{collections, read, read_collection};
use super::{print, say};

pub(crate) fn run(arguments: &Convert) -> Result<ExitCode> {
    let config = Config::load(arguments.inputs.config.as_deref())?;
    let named = std::slice::from_ref(&arguments.input);
    let mut chosen = collections(named, &arguments.inputs, &config)?;
    let Some(input) = chosen.pop() else { return Err(Error::NoCollection) };
    let mut notes = Diagnostics::default();
    let files = match arguments.to.target() {
        None => {
            let read = read_collection(&input, &config, &mut notes)?;
            let text = seen::json(format!("{:#}\n", collection::export(&read)));
            vec![File { path: "collection.json".to_owned(), text, executable: false }]
        }
        Some(target) => {
            let api = read(&input, &arguments.inputs, &config, &mut notes)?;
            let tree = generate(&api, &[target], &[], &Templates::load(None)?, &mut notes)?;
            let folder = format!("{}/{}/", api.name.snake(), target.name());
            let inside = |it: &File| Some((it.path.strip_prefix(&folder)?.to_owned(), it.clone()));
            let files = tree.files().filter_map(inside);
            files.map(|(path, file)| File { path, ..file }).collect()
        }
    };
    say(&input, &config, &notes, arguments.verbose)?;
    match (&files[..], &arguments.out) {
        ([file], None) => print(&file.text)?,
        ([file], Some(out)) if !out.is_dir() => keep(out, &file.text)?,
        (_, None) => {
            eprintln!("error: this format has several files\n  help: name a folder for them with --out");
            return Ok(ExitCode::from(2));
        }
        (files, Some(out)) => return write(files, out),
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes files into a folder that has none yet: what is in it may be somebody's.
fn write(files: &[File], out: &Path) -> Result<ExitCode> {
    if std::fs::read_dir(out).is_ok_and(|mut it| it.next().is_some()) {
        eprintln!(
            "error: {} is not empty\n  help: name another folder with --out, or empty it",
            out.display()
        );
        return Ok(ExitCode::from(2));
    }
    let mut tree = Tree::default();
    for file in files {
        tree.add(file.clone())?;
    }
    std::fs::create_dir_all(out).map_err(|source| Error::Write { path: out.to_owned(), source })?;
    let written = tree.write(out)?;
    eprintln!("{} files written into {}", written.written, out.display());
    Ok(ExitCode::SUCCESS)
}
