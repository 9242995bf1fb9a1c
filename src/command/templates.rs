//! `postwright templates`: the built-in templates, listed or written out.

use std::process::ExitCode;

use anstream::eprintln;
use postwright::cli::{Eject, Templates};
use postwright::error::{Error, Result};
use postwright::render::built_in;

use super::inputs::shown;
use super::print;

pub(crate) fn run(arguments: &Templates) -> Result<ExitCode> {
    match arguments {
        Templates::List => list(),
        Templates::Eject(arguments) => eject(arguments),
    }
}

fn list() -> Result<ExitCode> {
    let names: String = built_in().map(|(name, _)| format!("{name}.hbs\n")).collect();
    print(&names)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes built-in templates out, to be changed. What is there already may have been changed, and stays.
fn eject(arguments: &Eject) -> Result<ExitCode> {
    let is_named = |name: &str| {
        let is_it = |it: &String| {
            let it = it.trim_end_matches('/');
            name == it.trim_end_matches(".hbs") || name.starts_with(&format!("{it}/"))
        };
        arguments.names.is_empty() || arguments.names.iter().any(is_it)
    };
    for wanted in &arguments.names {
        let bare = wanted.trim_end_matches('/').trim_end_matches(".hbs");
        if !built_in().any(|(name, _)| name == bare || name.starts_with(&format!("{bare}/"))) {
            eprintln!("error: there is no template {wanted:?}\n  help: postwright templates list");
            return Ok(ExitCode::from(2));
        }
    }
    let chosen: Vec<_> = built_in().filter(|(name, _)| is_named(name)).collect();
    let path = |name: &str| arguments.out.join(format!("{name}.hbs"));
    if let Some((name, _)) = chosen.iter().find(|(name, _)| path(name).exists()) {
        let source = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(Error::Write { path: path(name), source });
    }
    for (name, text) in &chosen {
        let path = path(name);
        let write = |source| Error::Write { path: path.clone(), source };
        path.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(write)?;
        std::fs::write(&path, text).map_err(write)?;
    }
    let out = shown(&arguments.out);
    eprintln!("{} templates in {out}; postwright generate --templates {out} uses them", chosen.len());
    Ok(ExitCode::SUCCESS)
}
