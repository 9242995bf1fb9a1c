//! Annotations: the workflow commands with which a step of GitHub Actions marks lines of files.

use std::path::Path;

use postwright::config::{CollectionConfig, Config};
use postwright::diagnostic::{Diagnostics, Severity};
use postwright::error::{Error, Result};
use postwright::lint::findings;
use postwright::output::Drift;

use super::inputs::{Texts, shown};
use super::print;

/// GitHub shows ten of a kind for each step, and one of ours says how many files there are.
const SHOWN: usize = 9;

/// One command. Everything in it may come from a collection: a line break would begin a command of its own, and
/// a comma a property.
fn command(kind: &str, properties: &[(&str, &str)], message: &str) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |(name, value): &(&str, &str)| {
        format!("{name}={}", data(value).replace(':', "%3A").replace(',', "%2C"))
    };
    let properties: Vec<String> = properties.iter().map(property).collect();
    format!("::{kind} {}::{}\n", properties.join(","), data(message))
}

/// Annotates what is wrong in a collection.
pub(super) fn say(collection: &CollectionConfig, config: &Config, notes: &Diagnostics) -> Result<()> {
    let texts = Texts::read(collection)?;
    for finding in findings(notes, texts.files(), config) {
        let kind = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Gap | Severity::Note => continue,
        };
        let (line, column) = (finding.position.0.to_string(), finding.position.1.to_string());
        let it = finding.diagnostic;
        let place = [("file", finding.file), ("line", &line), ("col", &column), ("title", it.code.as_str())];
        let colon = if it.place.is_empty() { "" } else { ": " };
        print(&command(kind, &place, &format!("{}{colon}{}\n{}", it.place, it.message, it.help)))?;
    }
    Ok(())
}

/// Annotates what has stopped the tool, where that has a place in a file.
pub(super) fn stop(error: &Error) -> Result<()> {
    let Error::Input(input) = error else { return Ok(()) };
    let (line, column) = input.position.unwrap_or((1, 1));
    let (line, column) = (line.to_string(), column.to_string());
    let place =
        [("file", input.file.as_str()), ("line", &line), ("col", &column), ("title", "cannot be read")];
    print(&command("error", &place, &format!("{}\n{}", input.message, input.help)))
}

/// Annotates the files that are not fresh.
pub(super) fn drifts(drifts: &[Drift], out: &Path, mend: &str) -> Result<()> {
    if drifts.len() > SHOWN {
        let all = format!("{} files are not fresh; run `{mend}`", drifts.len());
        print(&command("error", &[("title", "not fresh")], &all))?;
    }
    for drift in drifts.iter().take(SHOWN) {
        let (path, line, what) = match drift {
            Drift::Missing(path) => (path, 1, "this file is missing".to_owned()),
            Drift::Stale(path) => (path, 1, "this file is generated and no longer made".to_owned()),
            Drift::Changed(path, difference) => {
                let (line, change) = first_change(difference);
                (path, line, format!("this file is not what is generated now\n{change}"))
            }
        };
        let (file, line) = (shown(&out.join(path)), line.to_string());
        let place = [("file", file.as_str()), ("line", &line), ("title", "not fresh")];
        print(&command("error", &place, &format!("{what}\nrun `{mend}` and commit what it writes")))?;
    }
    Ok(())
}

/// The line of the file on disk at which a difference begins, and the lines of it that have changed first.
fn first_change(difference: &str) -> (usize, String) {
    let mut lines = difference.lines().skip_while(|it| !it.starts_with("@@"));
    let start = lines.next().and_then(|it| it.strip_prefix("@@ -")?.split([',', ' ']).next()?.parse().ok());
    let start: usize = start.unwrap_or(1);
    let lines: Vec<&str> = lines.collect();
    let is_change = |it: &&&str| it.starts_with(['-', '+']);
    let before = lines.iter().take_while(|it| !it.starts_with(['-', '+'])).count();
    let change: Vec<&str> = lines[before..].iter().take_while(is_change).take(10).copied().collect();
    (start + before, change.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_command() {
        let text = command("error", &[("file", "a,b:c%\n::error::x")], "50%\r\n::set-output name=x::y");
        assert_eq!(
            text,
            "::error file=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3Ax::50%25%0D%0A::set-output name=x::y\n"
        );
        assert_eq!(text.matches('\n').count(), 1);
    }

    #[test]
    fn a_difference_begins_at_its_first_change() {
        let difference = "--- a (on disk)\n+++ a\n@@ -7,5 +7,5 @@\n one\n two\n-three\n+drei\n four\n";
        assert_eq!(first_change(difference), (9, "-three\n+drei".to_owned()));
        assert_eq!(first_change("the file can be run"), (1, String::new()));
    }
}
