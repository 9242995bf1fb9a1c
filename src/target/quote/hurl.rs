//! Texts in files of hurl (<https://hurl.dev/docs/grammar.html>): each reads back as the text that it was, and
//! `{{` is written for a variable only.

use super::{is_invisible, one_line};
use crate::target::holes::Piece;

/// What stands on the rest of a line: a URL, the value of a header or of an option.
#[must_use]
pub(crate) fn value(pieces: &[Piece]) -> String {
    let mut out = join(pieces, |c| match c {
        '#' | '\\' => Some(format!("\\{c}")),
        c => control(c),
    });
    // Blanks at both ends are none of the value.
    if out.starts_with(' ') {
        out.replace_range(..1, "\\u{20}");
    }
    if out.ends_with(' ') {
        out.replace_range(out.len() - 1.., "\\u{20}");
    }
    out
}

/// A text in backticks.
#[must_use]
pub(crate) fn line(pieces: &[Piece]) -> String {
    let text = join(pieces, |c| match c {
        '`' | '\\' => Some(format!("\\{c}")),
        c => control(c),
    });
    format!("`{text}`")
}

/// The name of a header or of a part of a form.
#[must_use]
pub(crate) fn key(pieces: &[Piece]) -> String {
    join(pieces, |c| (!c.is_ascii_alphanumeric() && !"-_.".contains(c)).then(|| code(c)))
}

/// The path of a file.
#[must_use]
pub(crate) fn path(pieces: &[Piece]) -> String {
    join(pieces, |c| match c {
        '#' | ';' | '{' | '}' | ' ' | '\\' => Some(format!("\\{c}")),
        // What begins with a bracket is a section.
        '[' => Some(code(c)),
        c => control(c),
    })
}

/// A text of several lines as it is, between fences; `None` if it has something that no such block can hold.
#[must_use]
pub(crate) fn block(pieces: &[Piece]) -> Option<String> {
    let plain = |c: char| c == '\n' || c == '\t' || !is_invisible(c);
    let mut out = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(text) => {
                let before_hole = matches!(pieces.get(at + 1), Some(Piece::Hole(_)));
                if text.contains("{{") || (before_hole && text.ends_with('{')) || !text.chars().all(plain) {
                    return None;
                }
                out.push_str(text);
            }
            Piece::Hole(name) => out.push_str(&hole(name)),
        }
    }
    // The first three backticks end it.
    if out.contains("```") || out.ends_with('`') {
        return None;
    }
    Some(format!("```\n{out}```"))
}

/// A line of a comment. Hurl runs what it finds there behind `@cookie_storage_`.
#[must_use]
pub(crate) fn comment(text: &str) -> String {
    one_line(text).replace("@cookie_storage", "@ cookie_storage")
}

/// The value of a variable in a file of variables; `None` if it has a line break, which none can hold there.
/// Bare words that hurl would take for a number or a constant are in quotes, which have no escapes.
#[must_use]
pub(crate) fn variable(value: &str) -> Option<String> {
    if value.contains(|c: char| is_invisible(c) && c != '\t') {
        return None;
    }
    // Written again as it was.
    if value.parse::<i64>().is_ok_and(|it| it.to_string() == value) {
        return Some(value.to_owned());
    }
    let is_other = value.starts_with('"')
        || value.trim() != value
        || value.chars().all(char::is_numeric)
        || matches!(value, "true" | "false" | "null")
        || value.parse::<f64>().is_ok();
    Some(if is_other { format!("\"{value}\"") } else { value.to_owned() })
}

/// The pieces with characters escaped where they have to be, and a brace that would be taken for the begin of
/// a variable always.
fn join(pieces: &[Piece], escape: impl Fn(char) -> Option<String>) -> String {
    let mut out = String::new();
    for piece in pieces {
        let text = match piece {
            Piece::Hole(name) => {
                out.push_str(&hole(name));
                continue;
            }
            Piece::Literal(text) => text,
        };
        let mut rest = text.chars().peekable();
        while let Some(c) = rest.next() {
            match escape(c) {
                Some(escaped) => out.push_str(&escaped),
                None if c == '{' && rest.peek().is_none_or(|it| *it == '{') => out.push_str(&code(c)),
                None => out.push(c),
            }
        }
    }
    out
}

fn hole(name: &str) -> String {
    format!("{{{{{name}}}}}")
}

/// The escape of a character that cannot be seen.
fn control(c: char) -> Option<String> {
    match c {
        '\n' => Some("\\n".to_owned()),
        '\r' => Some("\\r".to_owned()),
        '\t' => Some("\\t".to_owned()),
        c if is_invisible(c) => Some(code(c)),
        _ => None,
    }
}

fn code(c: char) -> String {
    format!("\\u{{{:x}}}", u32::from(c))
}
