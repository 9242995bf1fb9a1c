//! What there is to say about a collection, with the place in its file.
//!
//! Most of it is what reading the collection has to say anyway; [`check`] adds what does not hinder outputs.

mod checks;
mod keys;
mod report;
mod sarif;

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, File, Severity};
use crate::locate::{locate, positions};
use crate::postman::Source;

pub use checks::check;
pub use report::{json, text};
pub use sarif::sarif;

/// The page about every code.
const PAGE: &str = include_str!("../../docs/diagnostics.md");

/// The files that one collection is read from.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// The collection.
    pub collection: Source<'a>,
    /// The environment.
    pub environment: Option<Source<'a>>,
    /// The globals.
    pub globals: Option<Source<'a>>,
}

/// A diagnostic as a project sees it.
#[derive(Debug, Clone)]
pub struct Finding<'a> {
    /// What there is to say.
    pub diagnostic: &'a Diagnostic,
    /// How much it matters to the project.
    pub severity: Severity,
    /// The file as the user named it.
    pub file: &'a str,
    /// Line and column, both from 1; the column counts characters.
    pub position: (usize, usize),
    /// Line and column behind the last character.
    pub end: (usize, usize),
}

/// Every diagnostic that the settings do not switch off: gravest first, then by place.
#[must_use]
pub fn findings<'a>(notes: &'a Diagnostics, files: Files<'a>, config: &Config) -> Vec<Finding<'a>> {
    let mut findings = Vec::new();
    for (file, source) in [
        (File::Collection, Some(files.collection)),
        (File::Environment, files.environment),
        (File::Globals, files.globals),
    ] {
        let Some(source) = source else { continue };
        let told = |it: &&Diagnostic| it.file == file && config.severity(it.code).is_some();
        let chosen: Vec<&Diagnostic> = notes.sorted().into_iter().filter(told).collect();
        let pointers: Vec<&str> = chosen.iter().map(|it| it.pointer.as_str()).collect();
        let ranges = locate(source.text, &pointers);
        let starts = positions(source.text, &ranges.iter().map(|it| it.start).collect::<Vec<_>>());
        let ends = positions(source.text, &ranges.iter().map(|it| it.end).collect::<Vec<_>>());
        for (diagnostic, (position, end)) in chosen.into_iter().zip(starts.into_iter().zip(ends)) {
            let severity = config.severity(diagnostic.code).unwrap_or(diagnostic.severity());
            findings.push(Finding { diagnostic, severity, file: source.file, position, end });
        }
    }
    findings.sort_by(|a, b| {
        let key = |it: &Finding<'_>| (it.severity, it.diagnostic.file, it.position, it.diagnostic.code);
        key(a).cmp(&key(b)).then_with(|| a.diagnostic.message.cmp(&b.diagnostic.message))
    });
    findings
}

/// What the page of diagnostics says about a code: Markdown, with its heading.
#[must_use]
pub fn explain(code: Code) -> &'static str {
    let start = PAGE.find(&format!("\n## {}", code.as_str())).map_or(PAGE.len(), |at| at + 1);
    let end = PAGE[start..].find("\n## ").map_or(PAGE.len(), |at| start + at);
    PAGE[start..end].trim_end()
}
