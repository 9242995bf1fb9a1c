//! A small reader of hurl's format, written from its grammar (<https://hurl.dev/docs/grammar.html>): what a file
//! says with values for its variables.

use std::collections::HashMap;

/// A request as its file has it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) options: Vec<(String, String)>,
    pub(super) parts: Vec<(String, String)>,
    pub(super) body: Option<String>,
}

pub(super) type Values = HashMap<String, String>;

/// Reads a file; an error says what is wrong with it. `None` if it has no request.
pub(super) fn read(text: &str, values: &Values) -> Result<Option<Read>, String> {
    let mut lines = text.lines().peekable();
    while lines.next_if(|it| it.is_empty() || it.starts_with('#')).is_some() {}
    let Some(first) = lines.next() else { return Ok(None) };
    let (method, url) = first.split_once(' ').ok_or("no URL")?;
    let mut read = Read { method: method.to_owned(), url: value(url, values)?, ..Read::default() };
    read.headers = rows(&mut lines, values)?;
    while let Some(section) = lines.next_if(|it| it.starts_with('[')) {
        let rows = rows(&mut lines, values)?;
        match section {
            "[Options]" => read.options = rows,
            "[Multipart]" => read.parts = rows,
            other => return Err(format!("a section {other}")),
        }
    }
    let mut rest: Vec<&str> = lines.collect();
    let end = ["", "HTTP *", "[Asserts]", "status < 400"];
    if !rest.ends_with(&end) {
        return Err(format!("another end: {rest:?}"));
    }
    rest.truncate(rest.len() - end.len());
    if !rest.is_empty() {
        read.body = Some(body(&rest.join("\n"), values)?);
    }
    Ok(Some(read))
}

type Lines<'a> = std::iter::Peekable<std::str::Lines<'a>>;

fn rows(lines: &mut Lines<'_>, values: &Values) -> Result<Vec<(String, String)>, String> {
    let is_row = |line: &&str| {
        let ends = ["[", "`", "file,", "HTTP "];
        !line.is_empty() && !ends.iter().any(|it| line.starts_with(it))
    };
    let mut rows = Vec::new();
    while let Some(line) = lines.next_if(is_row) {
        let (key, rest) = line.split_once(':').ok_or_else(|| format!("no row: {line}"))?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.\\{}".contains(c);
        if !key.chars().all(plain) || key.is_empty() {
            return Err(format!("no key: {key}"));
        }
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let written = match rest.strip_prefix("file,") {
            Some(file) => format!("file,{}", with_escapes(file, "", "#;{} ", values)?),
            None => value(rest, values)?,
        };
        rows.push((with_escapes(key, "", "", values)?, written));
    }
    Ok(rows)
}

/// What stands on the rest of a line. A comment could begin there, and blanks at both ends are lost.
fn value(text: &str, values: &Values) -> Result<String, String> {
    if text.trim_matches([' ', '\t']) != text {
        return Err(format!("blanks around {text:?}"));
    }
    with_escapes(text, "#", "#\"`/", values)
}

fn body(text: &str, values: &Values) -> Result<String, String> {
    if let Some(file) = text.strip_prefix("file,") {
        let file = file.strip_suffix(';').ok_or("a file without an end")?;
        return Ok(format!("file,{}", with_escapes(file, "#; ", "#;{} ", values)?));
    }
    if let Some(block) = text.strip_prefix("```\n") {
        let (block, rest) = block.split_once("```").ok_or("a block without an end")?;
        if !rest.is_empty() {
            return Err(format!("behind a block: {rest}"));
        }
        return filled(block, values);
    }
    let line = text.strip_prefix('`').and_then(|it| it.strip_suffix('`')).ok_or("no body")?;
    with_escapes(line, "`\n", "#\"`/", values)
}

/// A text with escapes and variables. Some characters may not stand there, some more have escapes.
fn with_escapes(text: &str, ends: &str, escaped: &str, values: &Values) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(inside) = rest.strip_prefix("{{") {
            let (name, after) = inside.split_once("}}").ok_or("a variable without an end")?;
            out.push_str(values.get(name).ok_or_else(|| format!("no variable {name}"))?);
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if c != '\\' {
            if ends.contains(c) || c.is_control() {
                return Err(format!("{c:?} in {text}"));
            }
            out.push(c);
            continue;
        }
        let code = rest.chars().next().ok_or("a backslash at the end")?;
        rest = &rest[code.len_utf8()..];
        match code {
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let (digits, after) =
                    rest.strip_prefix('{').and_then(|it| it.split_once('}')).ok_or("no code")?;
                let code = u32::from_str_radix(digits, 16).map_err(|it| it.to_string())?;
                out.push(char::from_u32(code).ok_or("no character")?);
                rest = after;
            }
            '\\' => out.push('\\'),
            c if escaped.contains(c) => out.push(c),
            c => return Err(format!("an escape of {c:?}")),
        }
    }
    Ok(out)
}

/// A text with variables and no escapes.
fn filled(text: &str, values: &Values) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once("{{") {
        let (name, after) = inside.split_once("}}").ok_or("a variable without an end")?;
        out.push_str(before);
        out.push_str(values.get(name).ok_or_else(|| format!("no variable {name}"))?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// Values of a file of variables.
pub(super) fn variables(text: &str) -> Values {
    let lines = text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    let plain =
        |value: &str| value.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(value).to_owned();
    pairs.map(|(name, value)| (name.to_owned(), plain(value))).collect()
}
