//! How `ruff format` breaks lines.

use crate::target::python::source::{MAX_WIDTH as WIDTH, bracketed};

/// Indent of the statements of a method.
pub(super) const INDENT: usize = 8;

/// The last line of a signature; a type with parameters on lines of their own if it is too long.
pub(super) fn answered(line: &str) -> Vec<String> {
    let (fits, parts) = (line.len() <= WIDTH - 4, line.split_once('['));
    match (fits, parts.and_then(|(head, rest)| Some((head, rest.strip_suffix("]:")?)))) {
        (false, Some((head, rest))) if line.starts_with(')') => {
            let items: Vec<String> = split(rest).into_iter().map(str::to_owned).collect();
            bracketed(4, &format!("{head}["), &items, "]:")
        }
        _ => vec![line.to_owned()],
    }
}

/// The parameters of a type, those of others inside left together.
fn split(types: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut start = 0;
    let mut items = Vec::new();
    for (at, character) in types.char_indices() {
        match character {
            '[' => depth += 1,
            ']' => depth -= 1,
            ',' if depth == 0 => {
                items.push(types[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(types[start..].trim());
    items
}

/// The statement that reads an answer of a type, as `ruff format` breaks it.
pub(super) fn read(ty: &str) -> Vec<String> {
    let head = format!("answer: {ty} = ");
    let fits = |text: &str| INDENT + head.len() + text.len() <= WIDTH;
    if fits("self._transport.json(request)") {
        vec![format!("{head}self._transport.json(request)")]
    } else if fits("self._transport.json(") {
        vec![format!("{head}self._transport.json("), "    request".to_owned(), ")".to_owned()]
    } else {
        vec![format!("{head}("), "    self._transport.json(request)".to_owned(), ")".to_owned()]
    }
}

/// Lines behind so many blanks; empty ones stay empty.
pub(super) fn indented(by: usize, lines: Vec<String>) -> Vec<String> {
    let indent = |line: String| if line.is_empty() { line } else { format!("{:by$}{line}", "") };
    lines.into_iter().map(indent).collect()
}
