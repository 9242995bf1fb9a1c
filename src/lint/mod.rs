//! What there is to say about a collection, with the place in its file.
//!
//! Most of it is what reading the collection has to say anyway; [`check`] adds what does not hinder outputs.

mod checks;
mod keys;
mod report;
mod sarif;

use std::ops::Range;

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, File, Severity};
use crate::locate::{locate, locate_in_part, positions};
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
    let collection = Chosen::of(notes, File::Collection, config);
    let places = places(files.collection.text, &collection.pointers());
    let mut findings = collection.findings(files.collection.file, places);
    findings.extend(findings_beside(notes, files.environment, files.globals, config));
    in_order(findings)
}

/// The same, of a collection of which only those parts are read that there is something to say about. `None` if it is
/// not known where these are, or if one cannot be read.
#[must_use]
pub fn findings_by_parts<'a>(
    notes: &'a Diagnostics,
    (file, read): (&'a str, &dyn Fn(Range<usize>) -> Option<String>),
    environment: Option<Source<'a>>,
    globals: Option<Source<'a>>,
    config: &Config,
) -> Option<Vec<Finding<'a>>> {
    let outline = notes.outline.as_ref()?;
    let collection = Chosen::of(notes, File::Collection, config);
    let mut findings = Vec::new();
    // Those of one part in one reading: they stand one after the other.
    let mut rest = collection.0.as_slice();
    while let Some(((first, _), _)) = rest.split_first() {
        let (spot, _) = outline.around(&first.pointer)?;
        let is_within = |(it, _): &&(&Diagnostic, Severity)| {
            outline.around(&it.pointer).is_some_and(|it| std::ptr::eq(it.0, spot))
        };
        let count = rest.iter().take_while(is_within).count();
        let (these, others) = rest.split_at(count);
        rest = others;
        let text = read(spot.range.clone())?;
        let pointers: Vec<&str> =
            these.iter().filter_map(|it| Some(outline.around(&it.0.pointer)?.1)).collect();
        let moved = |(line, column): (usize, usize)| match line {
            1 => (spot.position.0, spot.position.1 + column - 1),
            _ => (spot.position.0 + line - 1, column),
        };
        let places = places_of(&text, &locate_in_part(&text, &pointers));
        let places = places.into_iter().map(|(start, end)| (moved(start), moved(end))).collect();
        findings.extend(Chosen(these.to_vec()).findings(file, places));
    }
    findings.extend(findings_beside(notes, environment, globals, config));
    Some(in_order(findings))
}

fn findings_beside<'a>(
    notes: &'a Diagnostics,
    environment: Option<Source<'a>>,
    globals: Option<Source<'a>>,
    config: &Config,
) -> Vec<Finding<'a>> {
    let beside = [(File::Environment, environment), (File::Globals, globals)];
    let beside = beside.into_iter().filter_map(|(file, source)| Some((file, source?)));
    let findings = beside.map(|(file, source)| {
        let chosen = Chosen::of(notes, file, config);
        let places = places(source.text, &chosen.pointers());
        chosen.findings(source.file, places)
    });
    findings.flatten().collect()
}

fn in_order(mut findings: Vec<Finding<'_>>) -> Vec<Finding<'_>> {
    findings.sort_by(|a, b| {
        let key = |it: &Finding<'_>| (it.severity, it.diagnostic.file, it.position, it.diagnostic.code);
        key(a).cmp(&key(b)).then_with(|| a.diagnostic.message.cmp(&b.diagnostic.message))
    });
    findings
}

/// Line and column of a first character, and behind the last one.
type Place = ((usize, usize), (usize, usize));

fn places(text: &str, pointers: &[&str]) -> Vec<Place> {
    places_of(text, &locate(text, pointers))
}

fn places_of(text: &str, ranges: &[Range<usize>]) -> Vec<Place> {
    let starts = positions(text, &ranges.iter().map(|it| it.start).collect::<Vec<_>>());
    let ends = positions(text, &ranges.iter().map(|it| it.end).collect::<Vec<_>>());
    starts.into_iter().zip(ends).collect()
}

/// The diagnostics of a file that a project wants to hear of, and how much they matter to it.
struct Chosen<'a>(Vec<(&'a Diagnostic, Severity)>);

impl<'a> Chosen<'a> {
    fn of(notes: &'a Diagnostics, file: File, config: &Config) -> Self {
        let told = notes.sorted().into_iter().filter(|it| it.file == file);
        Self(told.filter_map(|it| Some((it, config.severity(it.code)?))).collect())
    }

    fn pointers(&self) -> Vec<&'a str> {
        self.0.iter().map(|it| it.0.pointer.as_str()).collect()
    }

    /// With their places.
    fn findings(&self, file: &'a str, places: Vec<Place>) -> Vec<Finding<'a>> {
        let all = self.0.iter().zip(places);
        all.map(|((diagnostic, severity), (position, end))| Finding {
            diagnostic,
            severity: *severity,
            file,
            position,
            end,
        })
        .collect()
    }
}

/// What the page of diagnostics says about a code: Markdown, with its heading.
#[must_use]
pub fn explain(code: Code) -> &'static str {
    let start = PAGE.find(&format!("\n## {}", code.as_str())).map_or(PAGE.len(), |at| at + 1);
    let end = PAGE[start..].find("\n## ").map_or(PAGE.len(), |at| start + at);
    PAGE[start..end].trim_end()
}
