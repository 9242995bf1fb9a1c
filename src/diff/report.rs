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
    let width = diff.changes.iter().map(|it| it.subject.chars().count()).max().unwrap_or_default().min(48);
    for change in &diff.changes {
        let Change { class, subject, what, why, .. } = change;
        // Writing to a String cannot fail.
        let _ = write!(out, "{:10}  {subject:width$}  {}", class.name(), one_line(&what.replace('`', "")));
        let _ = if *class == Class::Docs { writeln!(out) } else { writeln!(out, ": {why}") };
    }
    let _ = writeln!(out, "{}", sum(diff));
    out
}

/// A section of a changelog, or a comment of a pull request.
#[must_use]
pub fn markdown(title: &str, diff: &Diff) -> String {
    let mut out = format!("## {}\n\n**{}**\n", markdown::text(title), sum(diff));
    for class in [Class::Breaking, Class::Compatible, Class::Docs] {
        let changes: Vec<&Change> = diff.changes.iter().filter(|it| it.class == class).collect();
        if changes.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n### {}\n", class.title());
        for Change { subject, what, why, .. } in changes {
            let _ = write!(out, "- {} {}", markdown::code(subject), phrase(what));
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
fn sum(diff: &Diff) -> String {
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
