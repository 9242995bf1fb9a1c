//! `.http` files for the HTTP clients of editors: one for each group, and the variables that they take from an
//! environment. What is written is what VS Code's REST Client, JetBrains' client and httpYac have in common.

mod request;

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::holes::Holes;
use super::{Content, Later, Page, generated_line, quote};
use crate::api::{Api, Group, Operation};
use crate::collection::{Auth, Dynamic, Ingredient};
use crate::seen;
use request::Request;

pub(super) use request::refusal;

/// What `http/group.http` may say.
#[derive(Serialize)]
struct File {
    generated: String,
    title: String,
    requests: Vec<Request>,
}

/// The environment's name in the file of environments.
const ENVIRONMENT: &str = "default";

/// Names that are none of a variable to httpYac: words of JavaScript, and what it has itself.
const RESERVED: &[&str] = &[
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "super",
    "switch",
    "static",
    "this",
    "throw",
    "try",
    "true",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
    "request",
    "response",
    "test",
    "sleep",
    "console",
    "require",
    "client",
    "host",
    "undefined",
    "process",
    "global",
];

/// Whether the clients sign a request this way, or its header is known before.
pub(super) fn signs(operation: &Operation) -> bool {
    matches!(
        operation.auth(),
        Auth::None | Auth::Basic { .. } | Auth::Bearer { .. } | Auth::ApiKey { .. } | Auth::Digest { .. }
    )
}

pub(super) fn file_of(group: &Group) -> String {
    format!("http/{}.http", group.name.snake())
}

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let holes = Arc::new(Holes::new(api, RESERVED, made));
    let mut pages = Vec::new();
    for group in &api.groups {
        let holes = Arc::clone(&holes);
        let view = move || File {
            generated: generated_line(api),
            title: quote::http::comment(&group.title),
            requests: request::all(&holes, group),
        };
        pages.push(Page::later(file_of(group), "http/group.http", view));
    }
    let content = Content::Text(Later::new(move || environment(api, &holes)));
    pages.push(Page { path: "http/http-client.env.json".to_owned(), executable: false, content });
    pages
}

/// What all clients, or two of them, make themselves.
fn made(dynamic: Dynamic) -> Option<&'static str> {
    match dynamic.recipe() {
        [Ingredient::Guid] => Some("$guid"),
        [Ingredient::Timestamp] => Some("$timestamp"),
        _ => None,
    }
}

/// The environment. JSON has no comments: its first value says whose file it is.
fn environment(api: &Api, holes: &Holes<'_>) -> String {
    let mut values = Map::new();
    values.insert("_generated".to_owned(), generated_line(api).into());
    for hole in holes.all() {
        // In braces there would be code.
        if let Some(value) = hole.value.filter(|it| !it.contains("{{")) {
            values.insert(hole.name, Value::from(value));
        }
    }
    let whole = json!({ ENVIRONMENT: values });
    let mut text = seen::json(serde_json::to_string_pretty(&whole).unwrap_or_default());
    text.push('\n');
    text
}
