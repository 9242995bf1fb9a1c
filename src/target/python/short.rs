//! Short snippets: a request in a few lines, to paste.

use serde::Serialize;

use super::auth::{self, Becomes};
use super::request::{Writer, escape_bare_percents, is_form};
use super::source::bracketed;
use super::{STANDARD, signs};
use crate::api::{Api, Operation};
use crate::collection::{Auth, Encoding, PathPart, Text, WireBody};
use crate::target::quote::{py, py_block};
use crate::target::short::{Filled, fill};

/// What `snippets/_python.py` may say.
#[derive(Serialize)]
pub(in crate::target) struct Short {
    comments: Vec<String>,
    imports: Vec<String>,
    has_imports: bool,
    third_party: Vec<String>,
    assignments: Vec<String>,
    has_assignments: bool,
    #[serde(flatten)]
    token: auth::Token,
    prepares: bool,
    /// What sends the request: `requests.get`, or `requests.request` for a method without a
    /// function of its own.
    call: String,
    has_method: bool,
    method: String,
    url: String,
    arguments: Vec<String>,
    /// Statements that change the request before it is sent.
    changes: Vec<String>,
}

/// Methods that the library has a function for.
const FUNCTIONS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The short snippet of an operation.
pub(in crate::target) fn short(api: &Api, operation: &Operation) -> Short {
    let Filled { operation, notes } =
        fill(api, operation, |it| matches!(it, Encoding::Form | Encoding::Json));
    let mut writer = Writer::new(api, &operation);
    let wire = &operation.wire;
    let mut comments = notes;
    if !signs(&wire.auth) {
        comments.push(format!("Not signed: this snippet cannot do {}.", wire.auth.scheme()));
    }
    let url = url(&mut writer, &operation);
    let token = auth::token(Becomes::Value, &mut writer.source, &wire.auth);
    let (headers, repeated) = writer.headers();
    let header = |name: &str, value: &str| format!("{name}: {}", value.replace("sign_token()", "token"));
    let headers: Vec<String> = headers.iter().map(|it| header(&it.name, &it.value)).collect();
    let verbatim = is_odd_url(api, &operation) && !matches!(&wire.auth, Auth::OAuth1(it) if !it.in_header);
    let prepares = verbatim || !repeated.is_empty();
    let indent = if prepares { 8 } else { 4 };
    let mut arguments = Vec::new();
    if !headers.is_empty() {
        arguments.extend(bracketed(indent, "headers={", &headers, "},"));
    }
    let files: Vec<String> = writer.files().iter().map(|line| format!("    {line}")).collect();
    let mut assignments = std::mem::take(&mut writer.paths);
    if !files.is_empty() {
        arguments.push("files=[".to_owned());
        arguments.extend(files);
        arguments.push("],".to_owned());
    }
    arguments.extend(data(&mut writer, &operation, &mut assignments));
    arguments.extend(auth::argument(&mut writer.source, &wire.auth, is_form(&operation)));
    let mut changes = Vec::new();
    if verbatim {
        assignments.push(format!("url = {url}"));
        changes
            .push("# As it is: requests would escape some characters and resolve dots in the path.".into());
        changes.push("request.url = url".to_owned());
    }
    if !repeated.is_empty() {
        writer.source.imports.insert("from urllib3 import HTTPHeaderDict");
        changes.push("lines = HTTPHeaderDict(request.headers)".to_owned());
        changes.extend(repeated.iter().map(|it| format!("lines.add({}, {})", it.name, it.value)));
        changes.push("request.headers = lines".to_owned());
    }
    let mut values = writer.source.assignments(&[]);
    values.extend(assignments);
    writer.source.imports.insert("import requests");
    let (imports, third_party) = imports(&writer);
    let has_function = FUNCTIONS.contains(&wire.method.as_str());
    Short {
        comments,
        has_imports: !imports.is_empty(),
        imports,
        third_party,
        has_assignments: !values.is_empty(),
        assignments: values,
        token,
        prepares,
        call: match has_function {
            true => format!("requests.{}", wire.method.to_ascii_lowercase()),
            false => "requests.request".to_owned(),
        },
        has_method: !has_function,
        method: py(&wire.method),
        url: if verbatim { "url".to_owned() } else { url },
        arguments,
        changes,
    }
}

/// Whether the library would change the URL. What it leaves alone beside the characters that
/// the snippets count on are escapes that are needed, in upper case (requests `requote_uri`).
fn is_odd_url(api: &Api, operation: &Operation) -> bool {
    let wire = operation.wire.map_texts(&|text| text.map_literals(without_escapes));
    let operation = Operation { wire, ..operation.clone() };
    Writer::new(api, &operation).is_odd_url()
}

fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let hex = after.get(..2).filter(|it| !it.contains(|c: char| c.is_ascii_lowercase() || c == '+'));
        let byte = hex.and_then(|it| u8::from_str_radix(it, 16).ok());
        let unreserved = |it: u8| it.is_ascii_alphanumeric() || b"-._~".contains(&it);
        rest = match byte {
            Some(byte) if !unreserved(byte) => &after[2..],
            _ => {
                out.push('%');
                after
            }
        };
    }
    out + rest
}

/// The whole address as an expression.
fn url(writer: &mut Writer<'_>, operation: &Operation) -> String {
    let wire = &operation.wire.url;
    let mut whole = wire.origin.clone();
    for part in &wire.path {
        if let PathPart::Fixed(text) = part {
            whole.push(text.map_literals(escape_bare_percents));
        }
    }
    for (at, piece) in wire.query.iter().flatten().enumerate() {
        whole.push_literal(if at == 0 { "?" } else { "&" });
        whole.push(piece.map_literals(escape_bare_percents));
    }
    let token = auth::token_query(&mut writer.source, &operation.wire.auth, "sign_token()");
    if token.is_some() {
        whole.push(Text::literal(if wire.query.is_some() { "&" } else { "?" }));
    }
    let url = writer.source.expression(&whole);
    match token {
        Some(piece) => format!("{url} + {}", piece.replace("sign_token()", "token")),
        None => url,
    }
}

/// The argument `data`, and the assignment of what it sends.
fn data(writer: &mut Writer<'_>, operation: &Operation, assignments: &mut Vec<String>) -> Option<String> {
    match &operation.wire.body {
        WireBody::Text(text) => {
            let body = match text.as_literal() {
                Some(literal) => py_block(literal),
                None => writer.source.expression(text),
            };
            assignments.push(format!("body = {body}"));
            Some("data=body.encode(),".to_owned())
        }
        WireBody::File(path) => {
            writer.source.imports.insert("from pathlib import Path");
            Some(format!("data=Path({}).read_bytes(),", writer.source.expression(path)))
        }
        _ => None,
    }
}

/// Imports of the standard library, and of packages.
fn imports(writer: &Writer<'_>) -> (Vec<String>, Vec<String>) {
    let is_standard = |it: &&str| {
        let module = it.split([' ', '.']).nth(1).unwrap_or_default();
        STANDARD.split(' ').any(|name| name == module)
    };
    let sorted = |imports: Vec<&str>| -> Vec<String> {
        // As isort has it: modules before names out of modules.
        let (modules, names): (Vec<&str>, Vec<&str>) =
            imports.into_iter().partition(|it| it.starts_with("import"));
        modules.into_iter().chain(names).map(str::to_owned).collect()
    };
    let (standard, third_party) = writer.source.imports.iter().copied().partition(is_standard);
    (sorted(standard), sorted(third_party))
}
