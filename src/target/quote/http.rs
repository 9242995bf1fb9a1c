//! Texts in `.http` files, as VS Code's REST Client, JetBrains' client and httpYac read them. There are no escapes: what
//! one of the three would take for something else than a text cannot be written, and in `{{ }}` httpYac runs code.

use super::{is_invisible, one_line};
use crate::collection::{Part, Text};
use crate::target::holes::Piece;

/// Methods that all three know.
const METHODS: [&str; 18] = [
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "HEAD",
    "OPTIONS",
    "CONNECT",
    "TRACE",
    "LOCK",
    "UNLOCK",
    "PROPFIND",
    "PROPPATCH",
    "COPY",
    "MOVE",
    "MKCOL",
    "ACL",
    "SEARCH",
];

/// First words of a line that begins a request of httpYac's, beside the methods.
const FIRST_WORDS: [&str; 19] = [
    "CHECKOUT",
    "CHECKIN",
    "REPORT",
    "MERGE",
    "MKACTIVITY",
    "MKWORKSPACE",
    "VERSION-CONTROL",
    "BASELINE-CONTROL",
    "MKCALENDAR",
    "GRAPHQL",
    "GRPC",
    "WS",
    "WEBSOCKET",
    "SSE",
    "EVENTSOURCE",
    "MQTT",
    "AMQP",
    "gql",
    "proto",
];

/// Begins of lines, without the blanks before them, that are comments, settings, files, scripts, answers or tests.
const BEGINS: [&str; 15] = [
    "#", "//", "/*", "@", "< ", "<\t", "<@", "<>", ">", "??", "===", "HTTP/", "query", "mutation", "fragment",
];

/// Whether all three know a method.
#[must_use]
pub(crate) fn is_method(method: &str) -> bool {
    METHODS.contains(&method)
}

/// Whether no brace of a text's own would be taken for a variable, and every character is seen.
#[must_use]
pub(crate) fn is_plain(text: &Text) -> bool {
    let parts = text.parts();
    let is_plain = |(at, part): (usize, &Part)| {
        let Part::Literal(literal) = part else { return true };
        let is_last = !matches!(parts.get(at + 1), Some(Part::Variable { .. } | Part::Dynamic { .. }));
        let seen = |c: char| c == '\n' || c == '\t' || !is_invisible(c);
        !literal.contains("{{")
            && (is_last || !literal.ends_with('{'))
            && literal.replace("\r\n", "\n").chars().all(seen)
    };
    parts.iter().enumerate().all(is_plain)
}

/// Whether a text is the value of a header there: what is behind a comma at its end is lost.
#[must_use]
pub(crate) fn is_header(text: &Text) -> bool {
    let literal: String = text.literals().collect();
    is_plain(text) && !literal.contains(['\n', '\r', '\t']) && !literal.trim_end().ends_with(',')
}

/// Whether a text is the name of a header (RFC 9110 §5.6.2) and no comment.
#[must_use]
pub(crate) fn is_name(text: &Text) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~".contains(c);
    text.as_literal().is_some_and(|it| !it.is_empty() && it.chars().all(letter))
}

/// Whether each line of a body stays a line of it.
#[must_use]
pub(crate) fn is_body(text: &Text) -> bool {
    let whole: String =
        text.parts().iter().map(|it| if let Part::Literal(it) = it { it } else { "\u{1}" }).collect();
    is_plain(text) && !whole.trim().is_empty() && whole.lines().all(is_line)
}

fn is_line(line: &str) -> bool {
    let line = line.trim();
    let word = line.split_whitespace().next().unwrap_or_default();
    let begins = BEGINS.iter().any(|it| line.starts_with(it)) || line == "<";
    let is_request = word != line && (METHODS.contains(&word) || FIRST_WORDS.contains(&word));
    !begins && !is_request && !line.ends_with("===") && !line.contains("<--->")
}

/// Pieces on one line, or on several with `\n` between them.
#[must_use]
pub(crate) fn text(pieces: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => text.replace("\r\n", "\n"),
        Piece::Hole(name) => format!("{{{{{name}}}}}"),
    };
    pieces.iter().map(piece).collect()
}

/// A URL. Braces of its own and a percent sign that begins no escape, which httpYac sends nowhere, are
/// percent-encoded: it means the same.
#[must_use]
pub(crate) fn url(pieces: &[Piece]) -> String {
    with_variables(pieces, with_escapes)
}

/// A URL whose literals are written in some way. Braces of its own that could be those of a variable are
/// percent-encoded.
#[must_use]
pub(crate) fn with_variables(pieces: &[Piece], literal: impl Fn(&str) -> String) -> String {
    let piece = |(at, piece): (usize, &Piece)| match piece {
        Piece::Hole(name) => format!("{{{{{name}}}}}"),
        Piece::Literal(text) => {
            let text = literal(text).replace("{{", "%7B%7B");
            match (text.strip_suffix('{'), pieces.get(at + 1)) {
                (Some(text), Some(Piece::Hole(_))) => format!("{text}%7B"),
                _ => text,
            }
        }
    };
    pieces.iter().enumerate().map(piece).collect()
}

/// A text of the collection with no two braces side by side, for people to read.
#[must_use]
pub(crate) fn apart(text: &str) -> String {
    // The second time parts what is left of three.
    text.replace("{{", "{ {").replace("{{", "{ {")
}

/// With every percent sign as the begin of an escape.
fn with_escapes(text: &str) -> String {
    let mut out = String::new();
    for (at, piece) in text.split('%').enumerate() {
        if at > 0 {
            let is_escape = piece.as_bytes().get(..2).is_some_and(|it| it.iter().all(u8::is_ascii_hexdigit));
            out.push_str(if is_escape { "%" } else { "%25" });
        }
        out.push_str(piece);
    }
    out
}

/// Whether a form is on one line and has nothing that a client would encode in it.
#[must_use]
pub(crate) fn is_form(text: &Text) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !"\"<>`{}".contains(c);
    text.literals().all(|it| it.chars().all(plain) && with_escapes(it) == it)
}

/// A line of a comment. Behind `@` there would be a setting.
#[must_use]
pub(crate) fn comment(line: &str) -> String {
    let line = apart(&one_line(line));
    if line.trim_start().starts_with('@') { format!("\\{}", line.trim_start()) } else { line }
}
