//! What the subcommands do.

pub(crate) mod convert;
pub(crate) mod diff;
pub(crate) mod generate;
mod github;
pub(crate) mod init;
mod inputs;
pub(crate) mod inspect;
pub(crate) mod lint;
mod progress;
mod release;
mod repeat;
mod revision;
pub(crate) mod scrub;
pub(crate) mod shell;
pub(crate) mod snippets;
pub(crate) mod templates;
pub(crate) mod watch;

use std::io::Write as _;
use std::path::PathBuf;

use anstream::eprintln;
use clap::builder::styling::{AnsiColor, Style};
use postwright::config::{CollectionConfig, Config};
use postwright::diagnostic::{Diagnostics, Severity};
use postwright::error::{Error, Result};
use postwright::files;
use postwright::lint::{Finding, findings, findings_by_parts};
use postwright::seen;

use inputs::{Texts, beside, shown};

/// Most diagnostics of one collection that are printed without `--verbose`.
const SHOWN: usize = 20;

/// Says what has stopped the tool.
pub(crate) fn complain(error: &Error) {
    let red = AnsiColor::Red.on_default().bold();
    eprintln!("{red}error{red:#}: {error}");
}

/// Options of a command line that name files.
fn options(given: &[(&str, &Option<PathBuf>)]) -> String {
    let given = given.iter().filter_map(|(option, value)| Some((option, value.as_ref()?)));
    given.map(|(option, path)| format!(" {option} {}", shown(path))).collect()
}

/// Writes to standard output. A reader that has seen enough (`| head`) is no failure.
fn print(text: &str) -> Result<()> {
    written(std::io::stdout().write_all(text.as_bytes()))
}

/// Writes JSON to standard output, for programs and for who looks at it in a terminal.
fn print_json(value: &serde_json::Value) -> Result<()> {
    print(&format!("{}\n", seen::json(format!("{value:#}"))))
}

/// As [`print`], without the colours where standard output is no terminal.
fn print_coloured(text: &str) -> Result<()> {
    written(anstream::stdout().write_all(text.as_bytes()))
}

fn written(done: std::io::Result<()>) -> Result<()> {
    match done {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(stdout_error),
    }
}

fn stdout_error(source: std::io::Error) -> Error {
    Error::Write { path: PathBuf::from("standard output"), source }
}

/// Says what there is to say about a collection: all of it, or what is wrong only.
fn say(collection: &CollectionConfig, config: &Config, notes: &Diagnostics, verbose: bool) -> Result<()> {
    told(collection, config, notes, verbose)?.iter().for_each(|it| eprintln!("{it}"));
    Ok(())
}

/// The same, to be said.
fn told(
    collection: &CollectionConfig,
    config: &Config,
    notes: &Diagnostics,
    verbose: bool,
) -> Result<Vec<String>> {
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let beside = beside(collection)?;
    let (environment, globals) = beside.sources();
    let file = shown(&collection.path);
    let part = |range| files::read_part(&collection.path, range).ok();
    let texts;
    let all = match findings_by_parts(notes, (&file, &part), environment, globals, config) {
        Some(all) => all,
        None => {
            texts = Texts::read(collection)?;
            findings(notes, texts.files(), config)
        }
    };
    let limit = if verbose { usize::MAX } else { SHOWN };
    let chosen = all.iter().filter(|it| verbose || it.severity != Severity::Note).take(limit);
    let mut said: Vec<String> = chosen.map(coloured).collect();
    let left = all.len() - said.len();
    if left > 0 {
        said.push(format!("{file}: {left} more things to say; --verbose says them"));
    }
    Ok(said)
}

/// A finding with its severity in the colour of it.
fn coloured(finding: &Finding<'_>) -> String {
    let style: Style = match finding.severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Gap => AnsiColor::Magenta.on_default().bold(),
        Severity::Note => AnsiColor::Cyan.on_default(),
    };
    let label = format!("{}[{}]", finding.severity, finding.diagnostic.code.as_str());
    finding.to_string().replacen(&label, &format!("{style}{label}{style:#}"), 1)
}
