//! How changes are told: to a terminal, in a pull request, to a program.

use std::fmt::Write;

use serde_json::{Value, json as object};

use super::{Change, Class, Diff, Verdict};
use crate::target::{markdown, one_line};

impl Verdict {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Verdict::None => "none",
            Verdict::Patch => "patch",
            Verdict::Minor => "minor",
            Verdict::Major => "major",
        }
    }
}

impl Class {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Class::Breaking => "breaking",
            Class::Compatible => "compatible",
            Class::Docs => "docs",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Class::Breaking => "Breaking",
            Class::Compatible => "Compatible",
            Class::Docs => "Documentation",
        }
    }
}

/// A line for each change, and the verdict.
#[must_use]
pub fn text(diff: &Diff) -> String {
    let mut out = String::new();
    let rows = rows(diff);
    let subject = |row: &Row<'_>| row.subject(one_line);
    let short = rows.iter().filter(|it| it.subjects.len() == 1).map(|it| subject(it).chars().count());
    let width = short.max().unwrap_or_default().min(48);
    for row in &rows {
        let Change { class, what, why, .. } = row.change;
        let (subject, what) = (subject(row), one_line(&what.replace('`', "")));
        // Writing to a String cannot fail.
        let _ = write!(out, "{:10}  {subject:width$}  {what}", class.name());
        let _ = if *class == Class::Docs { writeln!(out) } else { writeln!(out, ": {why}") };
    }
    let _ = writeln!(out, "{}", sum(diff));
    out
}

/// A section of a changelog, or a comment of a pull request.
#[must_use]
pub fn markdown(title: &str, diff: &Diff) -> String {
    format!("## {}\n\n**{}**\n{}", markdown::text(title), sum(diff), groups(diff))
}

/// The changes of each class under a heading of their own.
pub(super) fn groups(diff: &Diff) -> String {
    let mut out = String::new();
    let rows = rows(diff);
    for class in [Class::Breaking, Class::Compatible, Class::Docs] {
        let rows: Vec<&Row<'_>> = rows.iter().filter(|it| it.change.class == class).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n### {}\n", class.title());
        for row in rows {
            let Change { what, why, .. } = row.change;
            let _ = write!(out, "- {} {}", row.subject(markdown::code), phrase(what));
            let _ = if class == Class::Docs { writeln!(out, ".") } else { writeln!(out, ": {why}.") };
        }
    }
    out
}

/// The changes with their kinds, and the verdict.
#[must_use]
pub fn json(source: &str, diff: &Diff) -> Value {
    let change = |it: &Change| {
        object!({
            "class": it.class,
            "kind": it.kind,
            "subject": it.subject,
            "what": it.what,
            "why": it.why,
            "verdict": it.verdict,
        })
    };
    object!({
        "collection": source,
        "verdict": diff.verdict(),
        "changes": diff.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

/// Kinds of which one edit makes many, and that are told once.
const TOGETHER: [&str; 8] =
    ["docs", "examples", "failures", "samples", "scopes-added", "scopes-removed", "headers", "host"];

/// A line of a report: a change, and everything that it is true of.
struct Row<'a> {
    change: &'a Change,
    subjects: Vec<&'a str>,
}

fn rows(diff: &Diff) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for change in &diff.changes {
        let is_same = |it: &&mut Row<'_>| (it.change.kind, &it.change.what) == (change.kind, &change.what);
        match rows.iter_mut().find(is_same).filter(|_| TOGETHER.contains(&change.kind)) {
            Some(row) => row.subjects.push(&change.subject),
            None => rows.push(Row { change, subjects: vec![&change.subject] }),
        }
    }
    rows
}

impl Row<'_> {
    /// What the sentence is about.
    fn subject(&self, shown: impl Fn(&str) -> String) -> String {
        let all: Vec<String> = self.subjects.iter().map(|it| shown(it)).collect();
        if all.len() == 1 { all.concat() } else { format!("each of {}", all.join(", ")) }
    }
}

/// What stands between backticks is code, and everything else is text.
fn phrase(what: &str) -> String {
    let pieces = what.split('`').enumerate();
    pieces.map(|(at, piece)| if at % 2 == 1 { markdown::code(piece) } else { escaped(piece) }).collect()
}

/// A piece of text with the blanks around it.
fn escaped(piece: &str) -> String {
    let (head, tail) = (piece.len() - piece.trim_start().len(), piece.trim_end().len());
    if head >= tail {
        return piece.to_owned();
    }
    format!("{}{}{}", &piece[..head], markdown::text(&piece[head..tail]), &piece[tail..])
}

/// `major: 2 breaking, 1 compatible, 4 docs`
#[must_use]
pub fn sum(diff: &Diff) -> String {
    if diff.changes.is_empty() {
        return "none: nothing has changed".to_owned();
    }
    let count = |class: Class| diff.changes.iter().filter(|it| it.class == class).count();
    let counts = [Class::Breaking, Class::Compatible, Class::Docs].map(|class| (count(class), class.name()));
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    format!("{}: {}", diff.verdict().name(), counts.join(", "))
}
