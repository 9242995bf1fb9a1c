//! OpenAPI 3.0 and 3.1 (<https://spec.openapis.org/oas/v3.1.1.html>): a folder for each tag, a request for each operation,
//! a saved response for each status, made up from schemas where the description has no example.

mod operation;
mod sample;
mod security;

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::build::{Collection, fields, folder, left_out, list, plain, text};
use crate::diagnostic::Diagnostics;
use crate::error::Result;
use crate::locate::escaped;
use operation::Context;

/// The methods of a path item.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The name of the variable that holds the address.
const BASE: &str = "baseUrl";

pub(super) fn read(file: &str, description: &Value, notes: &mut Diagnostics) -> Result<Value> {
    let version = plain(&description["openapi"]);
    if !version.starts_with("3.") {
        return Err(super::refuse(
            file,
            &format!("this is a description of OpenAPI {version}; 3.0, 3.1 and 3.2 can be read"),
            "convert it to one of these first",
        ));
    }
    let info = &description["info"];
    let mut out = Collection {
        name: text(info, "title").to_owned(),
        description: text(info, "description").to_owned(),
        ..Collection::default()
    };
    servers(description, &mut out, notes);
    out.auth = security::of(description, description.get("security"), notes, "");
    let context = Context { description };
    let mut folders: IndexMap<&str, Vec<Value>> = list(description, "tags")
        .iter()
        .map(|tag| (text(tag, "name"), Vec::new()))
        .filter(|(name, _)| !name.is_empty())
        .collect();
    let mut outside = Vec::new();
    for (path, item) in fields(description, "paths") {
        let pointer = format!("/paths/{}", escaped(path));
        let item = context.resolved(item);
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let request = context.request((path, item), (method, operation), &mut out, notes);
            match list(operation, "tags").first().and_then(Value::as_str) {
                Some(tag) => folders.entry(tag).or_default().push(request),
                None => outside.push(request),
            }
        }
        unread(item, path, &pointer, notes);
    }
    for (key, what) in [("webhooks", "what is called back by webhooks"), ("x-webhooks", "webhooks")] {
        if description.get(key).is_some() {
            left_out(notes, "", &format!("/{key}"), what);
        }
    }
    let describe = |name: &str| {
        let tag = list(description, "tags").iter().find(|it| text(it, "name") == name);
        tag.map_or("", |it| text(it, "description"))
    };
    let folders = folders.into_iter().filter(|(_, items)| !items.is_empty());
    out.items = folders.map(|(name, items)| folder(name, describe(name), items)).collect();
    out.items.extend(outside);
    Ok(out.json())
}

/// Methods that are none of the specification's.
fn unread(item: &Value, path: &str, pointer: &str, notes: &mut Diagnostics) {
    const KNOWN: [&str; 5] = ["summary", "description", "servers", "parameters", "$ref"];
    let keys = item.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    for key in keys.filter(|it| !METHODS.contains(it) && !KNOWN.contains(it) && !it.starts_with("x-")) {
        left_out(notes, path, &format!("{pointer}/{}", escaped(key)), &format!("{key} is no method"));
    }
}

/// The first server becomes the address, its variables those of the collection.
fn servers(description: &Value, out: &mut Collection, notes: &mut Diagnostics) {
    let servers = list(description, "servers");
    let url = servers.first().map_or("", |it| text(it, "url"));
    let url = address(servers.first().unwrap_or(&Value::Null), url, out);
    // Where nothing is said, the server is the one that serves the description: nobody knows here which.
    let value = if url.contains("://") || url.starts_with("{{") { Value::from(url) } else { json!("") };
    out.variable(BASE, value);
    if servers.len() > 1 {
        let more: Vec<&str> = servers.iter().skip(1).map(|it| text(it, "url")).collect();
        let what = format!("the address is that of the first server; there is also {}", more.join(", "));
        left_out(notes, "", "/servers", &what);
    }
}

/// The URL of a server, with Postman's variables.
fn address(server: &Value, url: &str, out: &mut Collection) -> String {
    let mut url = url.trim_end_matches('/').to_owned();
    for (name, variable) in fields(server, "variables") {
        url = url.replace(&format!("{{{name}}}"), &format!("{{{{{name}}}}}"));
        out.variable(name, text(variable, "default").into());
    }
    url
}
