//! `manifest.json`: what was written, for programs. Its schema is `schemas/manifest.schema.json`.

use std::collections::HashSet;

use serde::{Serialize, Serializer};

use super::{Content, Later, Page, Target};
use crate::api::{Api, Group, Operation};
use crate::seen;

/// Where the manifest is, below the API's folder.
pub const MANIFEST_PATH: &str = "manifest.json";

#[derive(Serialize)]
struct Manifest<'a> {
    generator: &'static str,
    collection: &'a str,
    name: String,
    title: &'a str,
    requests: Requests<'a>,
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
    let operations = api.groups.iter().flat_map(|group| group.operations.iter().map(move |it| (group, it)));
    let mut operations: Vec<(&Group, &Operation)> = operations.collect();
    operations.sort_by_key(|(_, operation)| operation.index);
    // As it grows, a text is there twice for a moment. What is reserved and not used costs nothing.
    let mut document = Vec::with_capacity(operations.len() * 2048);
    let manifest = Manifest {
        generator: "postwright",
        collection: &api.source,
        name: api.name.snake(),
        title: &api.title,
        requests: Requests { api, targets, operations },
    };
    // A manifest holds texts, lists and maps with text keys, which always become JSON, and that is UTF-8.
    let _ = serde_json::to_writer_pretty(&mut document, &manifest);
    let mut text = seen::json(String::from_utf8(document).unwrap_or_default());
    text.push('\n');
    text
}

/// Requests, each of which is made when it is written: of a large collection they are many times its size.
struct Requests<'a> {
    api: &'a Api,
    targets: &'a [Target],
    operations: Vec<(&'a Group, &'a Operation)>,
}

impl Serialize for Requests<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.operations.iter().map(|(group, it)| self.request(group, it)))
    }
}

impl<'a> Requests<'a> {
    fn request(&self, group: &Group, operation: &'a Operation) -> Request<'a> {
        let outputs = self.targets.iter().map(|target| (target.name(), target.file_of(group, operation)));
        let used: HashSet<&String> = operation.variables.iter().collect();
        let variables = self.api.variables.iter().filter(|it| used.contains(&it.wire));
        Request {
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
        }
    }
}

/// The URL as Postman shows it, without its query.
fn url(operation: &Operation) -> String {
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
