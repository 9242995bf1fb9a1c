//! Short snippets: a request in a few lines, to paste.

use serde::Serialize;

use super::auth::{self, Becomes};
use super::httpx;
use super::request::{Header, Writer, is_form};
use super::source::bracketed;
use super::{STANDARD, signs};
use crate::api::{Api, Http, Operation};
use crate::collection::{Auth, Encoding, PathPart, Text, WireBody, WireRequest};
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
    #[serde(flatten)]
    call: Call,
}

/// How the request is sent.
#[derive(Serialize)]
struct Call {
    is_httpx: bool,
    /// Whether more than a function of the library is needed.
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

/// Methods that the libraries have a function for.
const FUNCTIONS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// The short snippet of an operation.
pub(in crate::target) fn short(api: &Api, operation: &Operation) -> Short {
    let Filled { operation, notes } =
        fill(api, operation, |it| matches!(it, Encoding::Form | Encoding::Json));
    let mut writer = Writer::new(api, &operation);
    let http = api.settings.http;
    let wire = &operation.wire;
    let mut comments = notes;
    if !signs(http, &operation) {
        comments.push(format!("Not signed: this snippet cannot do {}.", wire.auth.scheme()));
    }
    let address = url(&mut writer, &operation);
    let token = auth::token(Becomes::Value, &mut writer.source, &wire.auth);
    let (call, assignments) = match http {
        Http::Requests => with_requests(api, &mut writer, &operation, address),
        Http::Httpx => with_httpx(&mut writer, &operation, address),
    };
    let mut values = writer.source.assignments(&[]);
    values.extend(assignments);
    let (imports, third_party) = imports(&writer);
    Short {
        comments,
        has_imports: !imports.is_empty(),
        imports,
        third_party,
        has_assignments: !values.is_empty(),
        assignments: values,
        token,
        call,
    }
}

/// The call, and the assignments before it.
fn with_requests(
    api: &Api,
    writer: &mut Writer<'_>,
    operation: &Operation,
    Address { expression: url, .. }: Address,
) -> (Call, Vec<String>) {
    let wire = &operation.wire;
    writer.source.imports.insert("import requests");
    let (repeated, headers): (Vec<_>, Vec<_>) =
        writer.headers().into_iter().partition(|(_, is_repeated)| *is_repeated);
    let header = |it: &Header| format!("{}: {}", it.name, with_token(&it.value));
    let headers: Vec<String> = headers.iter().map(|(it, _)| header(it)).collect();
    let verbatim = is_odd_url(api, operation) && !matches!(&wire.auth, Auth::OAuth1(it) if !it.in_header);
    let prepares = verbatim || !repeated.is_empty();
    let indent = if prepares { 8 } else { 4 };
    let mut arguments = Vec::new();
    if !headers.is_empty() {
        arguments.extend(bracketed(indent, "headers={", &headers, "},"));
    }
    arguments.extend(listed("files=[", writer.files(), "],"));
    let mut assignments = std::mem::take(&mut writer.paths);
    arguments.extend(data(writer, operation, &mut assignments).map(|it| format!("data={it},")));
    arguments.extend(auth::argument(&mut writer.source, &wire.auth, is_form(operation)));
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
        changes.extend(repeated.iter().map(|(it, _)| format!("lines.add({}, {})", it.name, it.value)));
        changes.push("request.headers = lines".to_owned());
    }
    let has_function = FUNCTIONS.contains(&wire.method.as_str());
    let call = Call {
        is_httpx: false,
        prepares,
        call: call_of("requests", wire, has_function),
        has_method: !has_function,
        method: py(&wire.method),
        url: if verbatim { "url".to_owned() } else { url },
        arguments,
        changes,
    };
    (call, assignments)
}

/// The call, and the assignments before it.
fn with_httpx(writer: &mut Writer<'_>, operation: &Operation, address: Address) -> (Call, Vec<String>) {
    let wire = &operation.wire;
    writer.source.imports.insert("import httpx");
    let headers = httpx::Headers::new(writer);
    let verbatim = httpx::is_odd_url(operation);
    let indent = if verbatim { 8 } else { 4 };
    let files = writer.files();
    let has_form = !files.is_empty();
    let form = httpx::form(writer);
    let content_type = form.as_ref().map(|it| it.content_type.as_str());
    let mut arguments = headers.inside(indent, content_type);
    arguments.iter_mut().for_each(|it| *it = with_token(it));
    let mut assignments = std::mem::take(&mut writer.paths);
    let content = match form {
        Some(form) => {
            assignments.extend(listed("files = [", files, "]"));
            assignments.extend(form.statements);
            Some(form.body)
        }
        None => {
            arguments.extend(listed("files=[", files, "],"));
            data(writer, operation, &mut assignments)
        }
    };
    let has_body = has_form || content.is_some();
    arguments.extend(content.map(|it| format!("content={it},")));
    arguments.extend(httpx::auth(&mut writer.source, operation, indent));
    let mut url = address.expression;
    if verbatim {
        arguments.push(httpx::TARGET_COMMENT.to_owned());
        if let Some(target) = address.target {
            arguments.push(format!("extensions={{\"target\": {}.encode()}},", py(&target)));
        } else {
            assignments.push(format!("url = {url}"));
            "url".clone_into(&mut url);
            arguments.push(httpx::target(&mut writer.source, &url));
        }
    }
    let method = wire.method.as_str();
    let has_function =
        FUNCTIONS.contains(&method) && (!has_body || ["PATCH", "POST", "PUT"].contains(&method));
    let call = Call {
        is_httpx: true,
        prepares: verbatim,
        call: call_of("httpx", wire, has_function),
        has_method: !has_function,
        method: py(method),
        url,
        arguments,
        changes: Vec::new(),
    };
    (call, assignments)
}

/// The function of a library that sends a request.
fn call_of(module: &str, wire: &WireRequest, has_function: bool) -> String {
    match has_function {
        true => format!("{module}.{}", wire.method.to_ascii_lowercase()),
        false => format!("{module}.request"),
    }
}

/// A value that was signed before, instead of one that is signed now.
fn with_token(value: &str) -> String {
    value.replace("sign_token()", "token")
}

/// A list of rows; nothing if there are none.
fn listed(begin: &str, rows: Vec<String>, end: &str) -> Vec<String> {
    if rows.is_empty() {
        return rows;
    }
    let rows = rows.iter().map(|line| format!("    {line}"));
    std::iter::once(begin.to_owned()).chain(rows).chain([end.to_owned()]).collect()
}

/// Whether requests would change the URL. What it leaves alone beside the characters that
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

/// The whole address.
struct Address {
    expression: String,
    /// Path and query, if they are known.
    target: Option<String>,
}

fn url(writer: &mut Writer<'_>, operation: &Operation) -> Address {
    let wire = &operation.wire.url;
    let mut whole = wire.origin.clone();
    for part in &wire.path {
        if let PathPart::Fixed(text) = part {
            whole.push(writer.piece(text));
        }
    }
    for (at, piece) in wire.query.iter().flatten().enumerate() {
        whole.push_literal(if at == 0 { "?" } else { "&" });
        whole.push(writer.piece(piece));
    }
    let token = auth::token_query(&mut writer.source, &operation.wire.auth, "sign_token()");
    if token.is_some() {
        whole.push(Text::literal(if wire.query.is_some() { "&" } else { "?" }));
    }
    let expression = writer.source.expression(&whole);
    match token {
        Some(piece) => Address { expression: format!("{expression} + {}", with_token(&piece)), target: None },
        None => Address { expression, target: whole.as_literal().map(target) },
    }
}

/// Path and query of an address.
fn target(address: &str) -> String {
    let behind_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    let from = behind_scheme.find(['/', '?']).map_or("", |at| &behind_scheme[at..]);
    if from.starts_with('/') { from.to_owned() } else { format!("/{from}") }
}

/// What is sent as the body unless it is form data, and its assignment.
fn data(writer: &mut Writer<'_>, operation: &Operation, assignments: &mut Vec<String>) -> Option<String> {
    match &operation.wire.body {
        WireBody::Text(text) => {
            let body = match text.as_literal() {
                Some(literal) => py_block(literal),
                None => writer.source.expression(text),
            };
            assignments.push(format!("body = {body}"));
            Some("body.encode()".to_owned())
        }
        WireBody::File(path) => {
            writer.source.imports.insert("from pathlib import Path");
            Some(format!("Path({}).read_bytes()", writer.source.expression(path)))
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
