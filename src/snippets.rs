//! Short snippets in the user's own Markdown, between marks that say which one stands there:
//!
//! ```text
//! <!-- postwright: curl patients.list -->
//! …
//! <!-- /postwright -->
//! ```
//!
//! What is between the marks is replaced; everything else is the user's, and stays as it is to the byte.

use crate::api::{Api, Group, Operation};
use crate::error::{Error, InputError, Result};
use crate::render::Templates;
use crate::snippet;
use crate::target::Language;

/// How a mark is written.
const USAGE: &str = "write <!-- postwright: LANGUAGE GROUP.OPERATION --> and <!-- /postwright -->, each alone on a \
                     line; with several collections, add collection=NAME";

/// The text of a file with fresh snippets between its marks.
///
/// # Errors
/// If a mark is not closed, not opened or misspelt, or names what there is not; or if a template of
/// the user fails.
pub fn inject(file: &str, text: &str, apis: &[Api], templates: &Templates) -> Result<String> {
    let mut out = String::with_capacity(text.len());
    let mut fence = None;
    let mut open: Option<usize> = None;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let place = Place { file, line: index + 1 };
        let is_code = in_code(&mut fence, line);
        let mark = if is_code { None } else { Mark::read(line, place)? };
        match (open, mark) {
            (None, None) => out.push_str(line),
            (Some(_), None) => {}
            (None, Some(Mark::Open(wanted))) => {
                out.push_str(line);
                out.push_str(&block(line, &wanted, place, apis, templates)?);
                open = Some(place.line);
            }
            (Some(_), Some(Mark::Close)) => {
                out.push_str(line);
                open = None;
            }
            (Some(line), Some(Mark::Open(_))) => return Err(unclosed(Place { file, line })),
            (None, Some(Mark::Close)) => {
                return Err(place.error("there is no mark that this one ends", USAGE));
            }
        }
    }
    match open {
        Some(line) => Err(unclosed(Place { file, line })),
        None => Ok(out),
    }
}

/// The operations that marks can name, a line for each.
#[must_use]
pub fn list(apis: &[Api]) -> String {
    let mut out = String::new();
    for api in apis {
        if apis.len() > 1 {
            out.push_str(&format!("collection={}\n", api.name.snake()));
        }
        let ids = operations(api).map(|(_, it)| it.id.len());
        let width = ids.max().unwrap_or_default();
        for (_, it) in operations(api) {
            out.push_str(&format!("{:width$}  {} {}\n", it.id, it.wire.method, it.path()));
        }
    }
    out
}

fn operations(api: &Api) -> impl Iterator<Item = (&Group, &Operation)> {
    api.groups.iter().flat_map(|group| group.operations.iter().map(move |it| (group, it)))
}

/// A line of a file.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a str,
    /// From 1.
    line: usize,
}

impl Place<'_> {
    fn error(self, message: impl Into<String>, help: impl Into<String>) -> Error {
        Error::from(InputError {
            file: self.file.to_owned(),
            position: Some((self.line, 1)),
            path: String::new(),
            message: message.into(),
            help: help.into(),
        })
    }
}

fn unclosed(place: Place<'_>) -> Error {
    place.error(
        "this mark has no end",
        "write <!-- /postwright --> on a line of its own behind it, outside of a block of code",
    )
}

/// A mark.
enum Mark<'a> {
    Open(Wanted<'a>),
    Close,
}

/// What stands in a mark.
struct Wanted<'a> {
    language: &'a str,
    operation: &'a str,
    collection: Option<&'a str>,
}

impl<'a> Mark<'a> {
    /// Reads a line outside of code; `None` if it is no mark.
    fn read(line: &'a str, place: Place<'_>) -> Result<Option<Self>> {
        if indent(line) > 3 {
            // Markdown takes it for code.
            return Ok(None);
        }
        let Some(rest) = line.trim().strip_prefix("<!--") else { return Ok(None) };
        let rest = rest.trim_start();
        let word = rest.split(|c: char| c.is_whitespace() || c == ':').next().unwrap_or_default();
        let is_ours = matches!(word.trim_end_matches("-->"), "postwright" | "/postwright");
        if !is_ours {
            return Ok(None);
        }
        let Some(inside) = rest.strip_suffix("-->").filter(|it| !it.contains("-->")) else {
            return Err(place.error("a mark has to be alone on its line", USAGE));
        };
        if inside.trim() == "/postwright" {
            return Ok(Some(Mark::Close));
        }
        let wrong = || place.error("this is no mark", USAGE);
        let words = inside.strip_prefix("postwright:").ok_or_else(wrong)?;
        let words: Vec<&str> = words.split_whitespace().collect();
        let (language, operation, collection) = match words.as_slice() {
            [language, operation] => (*language, *operation, None),
            [language, operation, last] => {
                (*language, *operation, Some(last.strip_prefix("collection=").ok_or_else(wrong)?))
            }
            _ => return Err(wrong()),
        };
        Ok(Some(Mark::Open(Wanted { language, operation, collection })))
    }
}

/// What stands between the marks: the snippet as a block of code, with the indent and the line ends of
/// its mark.
fn block(
    mark: &str,
    wanted: &Wanted<'_>,
    place: Place<'_>,
    apis: &[Api],
    templates: &Templates,
) -> Result<String> {
    let Some(language) = Language::from_name(wanted.language) else {
        let names = Language::ALL.map(Language::name);
        return Err(unknown(place, "language", wanted.language, names.into_iter()));
    };
    let (api, group, operation) = find(wanted, place, apis)?;
    let text = language.fenced(&snippet(api, group, operation, language, templates)?);
    let end = if mark.ends_with("\r\n") { "\r\n" } else { "\n" };
    let indent = " ".repeat(indent(mark));
    let mut out = end.to_owned();
    for line in text.lines() {
        if !line.is_empty() {
            out.push_str(&indent);
            out.push_str(line);
        }
        out.push_str(end);
    }
    out.push_str(end);
    Ok(out)
}

/// The operation that a mark names.
fn find<'a>(
    wanted: &Wanted<'_>,
    place: Place<'_>,
    apis: &'a [Api],
) -> Result<(&'a Api, &'a Group, &'a Operation)> {
    let chosen: Vec<&Api> = match wanted.collection {
        Some(name) => apis.iter().filter(|it| it.name.snake() == name).collect(),
        None => apis.iter().collect(),
    };
    if let (Some(name), []) = (wanted.collection, chosen.as_slice()) {
        let names: Vec<String> = apis.iter().map(|it| it.name.snake()).collect();
        return Err(unknown(place, "collection", name, names.iter().map(String::as_str)));
    }
    let all = || chosen.iter().flat_map(|api| operations(api).map(|(group, it)| (*api, group, it)));
    let found: Vec<_> = all().filter(|(_, _, it)| it.id == wanted.operation).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(unknown(place, "operation", wanted.operation, all().map(|(_, _, it)| it.id.as_str()))),
        several => {
            let names: Vec<String> =
                several.iter().map(|(api, ..)| format!("collection={}", api.name.snake())).collect();
            let message = format!("several collections have an operation {}", wanted.operation);
            Err(place.error(message, format!("add one of these to the mark: {}", names.join(", "))))
        }
    }
}

/// There is nothing of this name; the nearest one is suggested.
fn unknown<'a>(place: Place<'_>, what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let nearest = known.min_by_key(|it| strsim::osa_distance(it, name));
    let help = match nearest {
        Some(nearest) => format!("did you mean {nearest}? `postwright snippets list` prints every operation"),
        None => "`postwright snippets list` prints every operation".to_owned(),
    };
    place.error(format!("there is no {what} {name}"), help)
}

/// How many blanks a line begins with; a tab is worth four.
fn indent(line: &str) -> usize {
    let mut width = 0;
    for c in line.chars() {
        match c {
            ' ' => width += 1,
            '\t' => width += 4,
            _ => break,
        }
    }
    width
}

/// A block of code that has begun: the character of its fence, and how many of them.
type Fence = (char, usize);

/// Whether a line is in a fenced block of code, or begins or ends one (CommonMark 0.31 §4.5).
fn in_code(fence: &mut Option<Fence>, line: &str) -> bool {
    let text = line.trim();
    let first = text.chars().next().filter(|it| matches!(it, '`' | '~'));
    let run = first.map_or(0, |first| text.chars().take_while(|it| *it == first).count());
    match *fence {
        Some((of, length)) => {
            if first == Some(of) && run >= length && text.len() == run && indent(line) < 4 {
                *fence = None;
            }
            true
        }
        None => match first {
            Some(of) if run >= 3 && indent(line) < 4 && !(of == '`' && text[run..].contains('`')) => {
                *fence = Some((of, run));
                true
            }
            _ => false,
        },
    }
}
