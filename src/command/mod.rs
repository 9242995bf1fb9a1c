//! What the subcommands do.

pub(crate) mod diff;
pub(crate) mod generate;
mod inputs;
pub(crate) mod inspect;
mod release;
mod revision;
pub(crate) mod shell;
pub(crate) mod snippets;
pub(crate) mod templates;

use std::io::Write as _;
use std::path::PathBuf;

use anstream::eprintln;
use clap::builder::styling::{AnsiColor, Style};
use postwright::diagnostic::{Diagnostics, Severity};
use postwright::error::{Error, Result};

use inputs::shown;

/// Most diagnostics of one collection that are printed without `--verbose`.
const SHOWN: usize = 20;

/// Options of a command line that name files.
fn options(given: &[(&str, &Option<PathBuf>)]) -> String {
    let given = given.iter().filter_map(|(option, value)| Some((option, value.as_ref()?)));
    given.map(|(option, path)| format!(" {option} {}", shown(path))).collect()
}

/// Writes to standard output. A reader that has seen enough (`| head`) is no failure.
fn print(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(stdout_error),
    }
}

fn stdout_error(source: std::io::Error) -> Error {
    Error::Write { path: PathBuf::from("standard output"), source }
}

fn say(file: &str, notes: &Diagnostics, verbose: bool) {
    let all = notes.sorted();
    let important = |severity: Severity| severity != Severity::Note;
    let limit = if verbose { usize::MAX } else { SHOWN };
    let chosen = all.iter().filter(|it| verbose || important(it.severity()));
    for diagnostic in chosen.take(limit) {
        let style: Style = match diagnostic.severity() {
            Severity::Warning => AnsiColor::Yellow.on_default().bold(),
            Severity::Gap => AnsiColor::Magenta.on_default().bold(),
            Severity::Note => AnsiColor::Cyan.on_default(),
        };
        let text = diagnostic.to_string();
        let (head, rest) = text.split_once(": ").unwrap_or((&text, ""));
        eprintln!("{style}{head}{style:#}: {rest}");
    }
    let printed = all.iter().filter(|it| verbose || important(it.severity())).count().min(limit);
    if printed < all.len() {
        eprintln!("{file}: {} more things to say; --verbose says them", all.len() - printed);
    }
}
