//! A collection as Postman's own JSON, format v2.1: what the model holds and nothing else, so that it reads back as the
//! same model. Values of secrets are not in the model, and so not in the file.
//!
//! Schema: <https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html>.

mod body;
mod signing;
mod url;

use serde_json::{Map, Value, json};

use super::{Auth, BodyKind, Collection, Part, Request, Sample, Text, TokenPlace, WireBody};

const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// The JSON of a collection.
#[must_use]
pub fn export(collection: &Collection) -> Value {
    let shared = shared(collection);
    let mut out = json!({
        "info": { "name": collection.title, "description": collection.description, "schema": SCHEMA },
        "item": items(collection, &collection.requests, 0, shared.as_ref()),
    });
    if let Some(auth) = shared.and_then(|it| signing::block(&it, collection.oauth2.as_ref())) {
        out["auth"] = auth;
    }
    // What has no value anywhere would be sent as it is written, and is to be asked for: an empty value says otherwise.
    let has_value = |it: &&super::Variable| it.defined || it.value.is_some() || it.hidden.reveal().is_some();
    let variables = collection.variables.iter().filter(has_value);
    let variables: Vec<Value> = variables.map(variable).collect();
    if !variables.is_empty() {
        out["variable"] = variables.into();
    }
    out
}

/// The auth of the collection: the one that says how tokens are got, also if no request has all of its scopes; else that
/// of most requests.
fn shared(collection: &Collection) -> Option<Auth> {
    if let Some(oauth2) = &collection.oauth2 {
        return Some(Auth::Bearer {
            token: oauth2.access_token.clone(),
            place: TokenPlace::Header("Bearer".to_owned()),
            oauth2: true,
            scopes: oauth2.scopes.clone(),
        });
    }
    let mut counts: Vec<(&Auth, usize)> = Vec::new();
    // A token of the collection would be one that it says how to get.
    let is_own = |it: &&Auth| matches!(it, Auth::None | Auth::Bearer { oauth2: true, .. });
    for auth in collection.requests.iter().map(|it| &it.wire.auth).filter(|it| !is_own(it)) {
        match counts.iter_mut().find(|(known, _)| *known == auth) {
            Some((_, count)) => *count += 1,
            None => counts.push((auth, 1)),
        }
    }
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(auth, _)| auth.clone())
}

fn variable(variable: &super::Variable) -> Value {
    let mut row = json!({ "key": variable.name, "value": variable.value.clone().unwrap_or_default() });
    if variable.secret {
        row["type"] = "secret".into();
    }
    describe(&mut row, &variable.description);
    row
}

fn describe(row: &mut Value, description: &str) {
    if !description.is_empty() {
        row["description"] = description.into();
    }
}

/// Requests in their folders: those that follow each other in one folder are in it.
fn items(collection: &Collection, requests: &[Request], depth: usize, shared: Option<&Auth>) -> Vec<Value> {
    let mut out = Vec::new();
    let mut rest = requests;
    while let Some(first) = rest.first() {
        let Some(name) = first.folders.get(depth) else {
            out.push(item(collection, first, shared));
            rest = &rest[1..];
            continue;
        };
        let length = rest.iter().take_while(|it| it.folders.get(depth) == Some(name)).count();
        let (inner, after) = rest.split_at(length);
        let path = &first.folders[..=depth];
        let mut folder = json!({ "name": name });
        if let Some((_, description)) = collection.folders.iter().find(|(it, _)| it == path) {
            describe(&mut folder, description);
        }
        folder["item"] = items(collection, inner, depth + 1, shared).into();
        out.push(folder);
        rest = after;
    }
    out
}

fn item(collection: &Collection, request: &Request, shared: Option<&Auth>) -> Value {
    let wire = &request.wire;
    let mut made = json!({ "method": wire.method });
    if Some(&wire.auth) != shared {
        match signing::block(&wire.auth, collection.oauth2.as_ref()) {
            Some(block) => made["auth"] = block,
            None if shared.is_some() => made["auth"] = json!({ "type": "noauth" }),
            None => {}
        }
    }
    let headers = wire.headers.iter().filter(|it| !it.signs);
    let headers: Vec<Value> =
        headers.map(|it| json!({ "key": written(&it.name), "value": written(&it.value) })).collect();
    made["header"] = headers.into();
    if let Some(body) = body::body(request) {
        made["body"] = body;
    }
    made["url"] = url::url(request);
    describe(&mut made, &request.description);
    let saved: Vec<Value> = request.samples.iter().map(sample).collect();
    let mut out = json!({ "name": request.name });
    let behavior = behavior(request);
    if !behavior.is_empty() {
        out["protocolProfileBehavior"] = behavior.into();
    }
    out["request"] = made;
    out["response"] = saved.into();
    out
}

/// What the runner is told to do otherwise than it does by itself.
fn behavior(request: &Request) -> Map<String, Value> {
    let mut behavior = Map::new();
    let wire = &request.wire;
    if wire.body != WireBody::None && !matches!(wire.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE") {
        behavior.insert("disableBodyPruning".to_owned(), true.into());
    }
    if url::is_not_encoded(request) {
        behavior.insert("disableUrlEncoding".to_owned(), true.into());
    }
    let has_type = wire.header("content-type").is_some();
    if !has_type
        && !matches!(wire.body, WireBody::None | WireBody::Multipart(_))
        && request.body != BodyKind::File
    {
        behavior.insert("disabledSystemHeaders".to_owned(), json!({ "content-type": true }));
    }
    behavior
}

fn sample(sample: &Sample) -> Value {
    let content_type = sample.content_type.iter().map(|it| json!({ "key": "Content-Type", "value": it }));
    // Their values are of the answer that was saved, not of the API.
    let others = sample.headers.iter().map(|it| json!({ "key": it, "value": "" }));
    json!({
        "name": sample.name,
        "code": sample.status,
        "_postman_previewlanguage": if sample.json { "json" } else { "text" },
        "header": content_type.chain(others).collect::<Vec<_>>(),
        "body": sample.body,
    })
}

/// A text with Postman's variables.
fn written(text: &Text) -> String {
    let part = |part: &Part| match part {
        Part::Literal(text) => text.clone(),
        Part::Variable { name, .. } => format!("{{{{{name}}}}}"),
        Part::Dynamic { dynamic, .. } => format!("{{{{{}}}}}", dynamic.name()),
    };
    text.parts().iter().map(part).collect()
}
