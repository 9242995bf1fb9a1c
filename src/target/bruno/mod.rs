//! A collection of Bruno (<https://www.usebruno.com>): a folder for each group, a `.bru` file for each request, and
//! an environment.

mod request;

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;

use super::holes::{Hole, Holes};
use super::{Content, Later, Page, generated_line, quote};
use crate::api::{Api, Group, Operation};
use crate::collection::{Auth, Dynamic};
use crate::seen;

pub(super) use request::refusal;

/// What `bruno/folder.bru` may say.
#[derive(Serialize)]
struct Folder {
    generated: String,
    name: String,
    seq: String,
}

/// What `bruno/collection.bru` may say.
#[derive(Serialize)]
struct Collection {
    generated: String,
    about: Vec<String>,
}

/// What `bruno/environment.bru` may say.
#[derive(Serialize)]
struct Environment {
    generated: String,
    variables: Vec<Row>,
    has_secrets: bool,
    secrets: Vec<String>,
}

/// A name and a value.
#[derive(Serialize)]
struct Row {
    name: String,
    value: String,
}

/// Whether Bruno signs a request this way, or its header is known before.
pub(super) fn signs(operation: &Operation) -> bool {
    match operation.auth() {
        Auth::None | Auth::Basic { .. } | Auth::Bearer { .. } | Auth::ApiKey { .. } => true,
        Auth::Digest { .. } | Auth::Ntlm { .. } => true,
        Auth::Aws(aws) => !aws.in_query,
        _ => false,
    }
}

pub(super) fn file_of(group: &Group, operation: &Operation) -> String {
    format!("bruno/{}/{}.bru", group.name.snake(), file_name(operation))
}

/// `folder` is what Bruno calls the file about a folder.
fn file_name(operation: &Operation) -> String {
    let name = operation.name.snake();
    if matches!(name.as_str(), "folder" | "collection") { format!("{name}_request") } else { name }
}

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let holes = Arc::new(Holes::new(api, &["process"], made));
    let generated = generated_line(api);
    let mut pages = Vec::new();
    for (at, group) in api.groups.iter().enumerate() {
        let folder = Folder {
            generated: generated.clone(),
            name: quote::bruno::plain(&group.title),
            seq: (at + 1).to_string(),
        };
        let path = format!("bruno/{}/folder.bru", group.name.snake());
        pages.push(Page::new(path, "bruno/folder.bru", &folder));
        for (at, operation) in group.operations.iter().enumerate() {
            let holes = Arc::clone(&holes);
            let view = move || request::view(api, &holes, operation, at + 1);
            pages.push(Page::later(file_of(group, operation), "bruno/request.bru", view));
        }
    }
    let about = quote::lines(&api.description).iter().map(|it| quote::http::apart(it)).collect();
    let collection = Collection { generated: generated.clone(), about };
    pages.push(Page::new("bruno/collection.bru", "bruno/collection.bru", &collection));
    pages.push(Page::new(
        "bruno/environments/default.bru",
        "bruno/environment.bru",
        &environment(api, generated, &holes),
    ));
    let content = Content::Text(Later::new(move || settings(api)));
    pages.push(Page { path: "bruno/bruno.json".to_owned(), executable: false, content });
    pages
}

/// Bruno knows Postman's dynamic variables by their names.
fn made(dynamic: Dynamic) -> Option<&'static str> {
    Some(dynamic.name())
}

fn environment(api: &Api, generated: String, holes: &Holes<'_>) -> Environment {
    let is_line = |it: &String| {
        // In braces there would be another variable, or one of the process.
        !it.contains("{{") && !it.contains(seen::is_invisible) && !it.starts_with("'''")
    };
    let needed = holes.all();
    // A form has the value itself, which Bruno encodes, and not what it is elsewhere.
    let others = api.variables.iter().map(|it| Hole {
        name: it.name.snake(),
        value: it.default.clone(),
        secret: it.secret,
        about: Vec::new(),
    });
    let others: Vec<Hole> = others.filter(|it| !needed.iter().any(|has| has.name == it.name)).collect();
    let all = needed.into_iter().chain(others);
    let (secrets, open): (Vec<Hole>, Vec<Hole>) = all.partition(|it| it.secret);
    let row = |hole: Hole| Row { name: hole.name, value: hole.value.filter(is_line).unwrap_or_default() };
    Environment {
        generated,
        variables: open.into_iter().map(row).collect(),
        has_secrets: !secrets.is_empty(),
        secrets: secrets.into_iter().map(|it| it.name).collect(),
    }
}

/// `bruno.json`, which makes a folder a collection. JSON has no comments: a key says whose file it is.
fn settings(api: &Api) -> String {
    let whole = json!({
        "version": "1",
        "_generated": generated_line(api),
        "name": quote::one_line(&api.title),
        "type": "collection",
        "ignore": ["node_modules", ".git"],
    });
    let mut text = seen::json(serde_json::to_string_pretty(&whole).unwrap_or_default());
    text.push('\n');
    text
}
