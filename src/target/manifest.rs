//! `manifest.json`: what was written, for programs. Its schema is `schemas/manifest.schema.json`.

use std::collections::HashSet;

use serde::Serialize;

use super::{Content, Later, Page, Target};
use crate::api::Api;
use crate::seen;

/// Where the manifest is, below the API's folder.
pub const MANIFEST_PATH: &str = "manifest.json";

#[derive(Serialize)]
struct Manifest<'a> {
    generator: &'static str,
    collection: &'a str,
    name: String,
    title: &'a str,
    requests: Vec<Request<'a>>,
}

#[derive(Serialize)]
struct Request<'a> {
    id: &'a str,
    path: &'a [String],
    method: &'a str,
    url: String,
    scopes: &'a [String],
    outputs: indexmap::IndexMap<&'static str, String>,
    variables: Vec<Variable<'a>>,
}

#[derive(Serialize)]
struct Variable<'a> {
    name: &'a str,
    environment: &'a str,
    default: Option<&'a str>,
    secret: bool,
}

pub(super) fn page<'a>(api: &'a Api, targets: &'a [Target]) -> Page<'a> {
    let content = Content::Text(Later::new(|| text(api, targets)));
    Page { path: MANIFEST_PATH.to_owned(), executable: false, content }
}

fn text(api: &Api, targets: &[Target]) -> String {
    let mut requests: Vec<(usize, Request<'_>)> = Vec::new();
    for group in &api.groups {
        for operation in &group.operations {
            let outputs = targets.iter().map(|target| (target.name(), target.file_of(group, operation)));
            let used: HashSet<&String> = operation.variables.iter().collect();
            let variables = api.variables.iter().filter(|it| used.contains(&it.wire));
            let request = Request {
                id: &operation.id,
                path: &operation.place,
                method: &operation.wire.method,
                url: url(operation),
                scopes: operation.scopes(),
                outputs: outputs.collect(),
                variables: variables
                    .map(|it| Variable {
                        name: &it.wire,
                        environment: &it.env,
                        default: it.default.as_deref(),
                        secret: it.secret,
                    })
                    .collect(),
            };
            requests.push((operation.index, request));
        }
    }
    requests.sort_by_key(|(index, _)| *index);
    let manifest = Manifest {
        generator: "postwright",
        collection: &api.source,
        name: api.name.snake(),
        title: &api.title,
        requests: requests.into_iter().map(|(_, request)| request).collect(),
    };
    // A manifest holds texts, lists and maps with text keys, which always become JSON.
    let mut text = seen::json(&serde_json::to_string_pretty(&manifest).unwrap_or_default());
    text.push('\n');
    text
}

/// The URL as Postman shows it, without its query.
fn url(operation: &crate::api::Operation) -> String {
    use crate::collection::PathPart;
    let mut url = operation.wire.url.origin.to_string();
    for part in &operation.wire.url.path {
        match part {
            PathPart::Fixed(text) => url.push_str(&text.to_string()),
            PathPart::Argument { key, .. } => {
                url.push(':');
                url.push_str(key);
            }
        }
    }
    url
}
