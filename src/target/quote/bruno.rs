//! Texts in files of Bruno (<https://docs.usebruno.com/bru-lang/overview>). Values are on one line and have no escapes;
//! blocks of text are indented, so that nothing in them ends them. In `{{ }}` stands a variable, or the environment
//! of the process.

use super::{is_invisible, one_line};
use crate::collection::Text;
use crate::target::holes::Piece;
pub(crate) use crate::target::quote::http::text as value;
use crate::target::quote::http::{apart, is_plain, with_variables};

/// Whether a text is the value of a pair.
#[must_use]
pub(crate) fn is_value(text: &Text) -> bool {
    let literal: String = text.literals().collect();
    is_plain(text) && !literal.contains(is_invisible) && !literal.trim_start().starts_with("'''")
}

/// Whether a text is the value of a part of a form, and neither a file nor something with a type.
#[must_use]
pub(crate) fn is_part(text: &Text) -> bool {
    let literal: String = text.literals().collect();
    is_value(text)
        && literal.trim() == literal
        && !literal.contains("@file(")
        && !literal.contains("@contentType(")
}

/// Whether a text can be in a block: line breaks of Windows become plain ones.
#[must_use]
pub(crate) fn is_block(text: &Text) -> bool {
    is_plain(text)
}

/// Whether a text is a path between brackets, of one file.
#[must_use]
pub(crate) fn is_path(text: &Text) -> bool {
    let literal: String = text.literals().collect();
    is_part(text) && !literal.contains([')', '|'])
}

/// The name of a header, a parameter or a part: in quotes where it has what would end it.
#[must_use]
pub(crate) fn key(pieces: &[Piece]) -> String {
    let text = value(pieces);
    match text.contains([':', '"', '{', '}', ' ']) {
        true => format!("\"{}\"", text.replace('"', "\\\"")),
        false => text,
    }
}

/// Whether a text is such a name. `~` would switch it off, `@` and a backslash before a quote mean something else.
#[must_use]
pub(crate) fn is_key(text: &Text) -> bool {
    let literal: String = text.literals().collect();
    is_value(text)
        && !text.is_empty()
        && literal.trim() == literal
        && !literal.starts_with(['~', '@', '\''])
        && !literal.contains('\\')
}

/// A URL.
#[must_use]
pub(crate) fn url(pieces: &[Piece]) -> String {
    with_variables(pieces, str::to_owned)
}

/// Lines of a block, without their indentation.
#[must_use]
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.split('\n').map(str::to_owned).collect()
}

/// A text of the collection as a value that nobody reads but people.
#[must_use]
pub(crate) fn plain(text: &str) -> String {
    apart(&one_line(text)).replace("'''", "' ' '").trim().to_owned()
}
