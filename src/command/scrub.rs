//! `postwright scrub`: a collection without its secrets.

use std::process::ExitCode;

use anstream::eprintln;
use postwright::cli::Scrub;
use postwright::config::Config;
use postwright::error::{Error, Result};
use postwright::output::rewrite;
use postwright::postman::{self, Source};
use postwright::scrub;

use super::inputs::{read_text, shown};
use super::print;

pub(crate) fn run(arguments: &Scrub) -> Result<ExitCode> {
    let config = Config::load(arguments.config.as_deref())?;
    let file = shown(&arguments.collection);
    let text = read_text(&arguments.collection)?;
    let source = Source { file: &file, text: &text };
    // What is no collection is not rewritten.
    postman::parse(source)?;
    let clean = scrub::scrub(source, &config.secrets())?;
    for replaced in &clean.replaced {
        eprintln!("{file}: {replaced}");
    }
    let count = clean.replaced.len();
    if arguments.check {
        eprintln!("{count} secrets in {file}");
        return Ok(if count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    match (&arguments.out, arguments.in_place) {
        (Some(path), _) => {
            std::fs::write(path, &clean.text)
                .map_err(|source| Error::Write { path: path.clone(), source })?;
        }
        (None, true) if clean.text != text => rewrite(&arguments.collection, &clean.text)?,
        (None, true) => {}
        (None, false) => print(&clean.text)?,
    }
    eprintln!("{count} secrets replaced; change them as well, if the collection was shared");
    Ok(ExitCode::SUCCESS)
}
