//! `postwright init`: files that a project begins with, written where there are none.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::eprintln;
use postwright::config::{Config, DEFAULT_PATH};
use postwright::error::{Error, Result};
use postwright::init;

use super::inputs::{in_folder, read_text};
use super::print;

const WORKFLOW: &str = ".github/workflows/postwright.yml";
const ATTRIBUTES: &str = ".gitattributes";
const PRE_COMMIT: &str = ".pre-commit-config.yaml";

pub(crate) fn run() -> Result<ExitCode> {
    // Settings that cannot be read stop this before anything is written.
    let config = Config::load(None)?;
    let text = init::settings(&found()?);
    let mut wrote = said(DEFAULT_PATH, written(DEFAULT_PATH, &text)?);
    let workflow = said(WORKFLOW, written(WORKFLOW, init::WORKFLOW)?);
    wrote |= workflow;
    wrote |= attributes(config.out.as_deref().unwrap_or(Path::new("generated")))?;
    wrote |= pre_commit()?;
    if workflow {
        eprintln!("write the owner of your copy of Postwright for OWNER in {WORKFLOW}");
    }
    if wrote && is_below_a_repository() {
        eprintln!(
            "this is not the root of the git repository: .github and {PRE_COMMIT} are read there only\n  \
             help: move them there, and name this folder as working-directory of the action"
        );
    }
    if wrote {
        eprintln!("next: postwright generate, and commit what it writes with these files");
    }
    Ok(ExitCode::SUCCESS)
}

/// The collections to list. What Postman exports beside them lies in the same folder with many people.
fn found() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for path in in_folder(Path::new("collections"))? {
        let Some(name) = path.to_str() else {
            eprintln!("{}: not listed, because its name is no Unicode\n  help: rename it", path.display());
            continue;
        };
        let beside = [".postman_environment.json", ".postman_globals.json"];
        if !beside.iter().any(|it| name.ends_with(it)) {
            names.push(name.replace(std::path::MAIN_SEPARATOR, "/"));
        }
    }
    Ok(names)
}

fn said(file: &str, written: bool) -> bool {
    eprintln!("{file}: {}", if written { "written" } else { "already there" });
    written
}

/// Writes a file; `false` if there is something of its name.
fn written(file: &str, text: &str) -> Result<bool> {
    let path = PathBuf::from(file);
    let failed = |source| Error::Write { path: path.clone(), source };
    path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(failed)?;
    match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map_err(failed).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

/// The lines of `.gitattributes`, of which a project may have some.
fn attributes(out: &Path) -> Result<bool> {
    let Some(wanted) = init::attributes(out) else {
        eprintln!("{ATTRIBUTES}: left alone, because the outputs are not in a folder below this one");
        return Ok(false);
    };
    if written(ATTRIBUTES, &init::missing("", &wanted).unwrap_or_default())? {
        return Ok(said(ATTRIBUTES, true));
    }
    let path = PathBuf::from(ATTRIBUTES);
    let Some(lines) = init::missing(&read_text(&path)?, &wanted) else {
        return Ok(said(ATTRIBUTES, false));
    };
    let added = OpenOptions::new().append(true).open(&path).and_then(|mut it| it.write_all(lines.as_bytes()));
    added.map_err(|source| Error::Write { path, source })?;
    eprintln!("{ATTRIBUTES}: already there; lines for the outputs are written at its end");
    Ok(true)
}

/// The hook of pre-commit. YAML of somebody else is not for this to change.
fn pre_commit() -> Result<bool> {
    if written(PRE_COMMIT, init::PRE_COMMIT)? {
        return Ok(said(PRE_COMMIT, true));
    }
    said(PRE_COMMIT, false);
    if !read_text(Path::new(PRE_COMMIT))?.contains("postwright generate") {
        eprintln!("paste this below its repos:");
        print(init::pre_commit_entry())?;
    }
    Ok(false)
}

/// Whether a folder above this one is the root of a git repository, and this one is not.
fn is_below_a_repository() -> bool {
    let Ok(here) = std::env::current_dir() else { return false };
    !here.join(".git").exists() && here.ancestors().any(|it| it.join(".git").exists())
}
