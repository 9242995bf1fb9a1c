//! Operations that share a path and a method, as one: everything that one of them takes and answers with.

use serde_json::{Value, json};

use super::{Object, object};
use crate::api::Operation;

/// Where the requests are listed that stand in one operation.
const REQUESTS: &str = "x-postwright-requests";

/// Gives the examples of parameters the id of their operation, so that those of others stand beside them.
pub(super) fn name_examples(operation: &mut Object, of: &Operation) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten().filter_map(Value::as_object_mut) {
        if let Some(example) = parameter.remove("example") {
            let examples = object([(of.id.as_str(), json!({"value": example}))]);
            parameter.insert("examples".to_owned(), examples.into());
        }
    }
}

/// Adds an operation to another one, whose name it keeps.
pub(super) fn add(base: &mut Object, mut other: Object) {
    let request = summary(&other);
    if !base.contains_key(REQUESTS) {
        base.insert(REQUESTS.to_owned(), json!([summary(base)]));
    }
    if let Some(requests) = base.get_mut(REQUESTS).and_then(Value::as_array_mut) {
        requests.push(request);
    }
    let take = |object: &mut Object, key| object.shift_remove(key);
    add_list(base, "tags", take(&mut other, "tags"));
    add_parameters(base, take(&mut other, "parameters"));
    add_body(base, take(&mut other, "requestBody"));
    add_responses(base, take(&mut other, "responses"));
    add_security(base, take(&mut other, "security"));
    add_list(base, "x-postwright-scopes", take(&mut other, "x-postwright-scopes"));
}

/// What tells a request from others.
fn summary(operation: &Object) -> Value {
    let keys = ["operationId", "summary", "description"];
    let fields = keys.iter().filter_map(|it| Some(((*it).to_owned(), operation.get(*it)?.clone())));
    fields.collect::<Object>().into()
}

fn add_list(base: &mut Object, key: &str, other: Option<Value>) {
    let Some(Value::Array(other)) = other else { return };
    match base.get_mut(key) {
        Some(Value::Array(list)) => {
            for item in other {
                if !list.contains(&item) {
                    list.push(item);
                }
            }
        }
        _ => {
            base.insert(key.to_owned(), other.into());
        }
    }
}

fn add_parameters(base: &mut Object, other: Option<Value>) {
    let Some(Value::Array(other)) = other else { return };
    let entry = base.entry("parameters").or_insert_with(|| json!([]));
    let Some(list) = entry.as_array_mut() else { return };
    for parameter in other {
        let own = |it: &&mut Value| it["in"] == parameter["in"] && is_named(it, &parameter);
        match (list.iter_mut().find(own), parameter) {
            (Some(Value::Object(known)), Value::Object(parameter)) => join_parameter(known, parameter),
            (_, parameter) => list.push(parameter),
        }
    }
}

/// Whether two parameters of one kind have one name: those of headers have no case.
fn is_named(one: &Value, other: &Value) -> bool {
    match (one["name"].as_str(), other["name"].as_str()) {
        (Some(one_name), Some(name)) if one["in"] == "header" => one_name.eq_ignore_ascii_case(name),
        (one_name, name) => one_name == name,
    }
}

fn join_parameter(known: &mut Object, mut other: Object) {
    let mut examples = other.shift_remove("examples");
    let (own, schema) = (known.get("schema").cloned(), other.shift_remove("schema"));
    if let (Some(own), Some(schema)) = (own, schema)
        && own != schema
    {
        // Of two that look different, neither tells what the server takes.
        let is_list = own["type"] == "array" || schema["type"] == "array";
        let text = json!({"type": "string"});
        let joined = if is_list { json!({"type": "array", "items": text}) } else { text };
        known.insert("schema".to_owned(), joined);
        for examples in known.get_mut("examples").into_iter().chain(&mut examples) {
            write_out(examples, is_list);
        }
    }
    for (key, value) in other {
        known.entry(key).or_insert(value);
    }
    add_fields(known, "examples", examples);
}

/// Has examples fit the schema of texts, or of lists of them.
fn write_out(examples: &mut Value, is_list: bool) {
    for example in examples.as_object_mut().into_iter().flat_map(Object::values_mut) {
        let Some(value) = example.get_mut("value") else { continue };
        if !value.is_array() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            *value = if is_list { json!([text]) } else { text.into() };
        }
    }
}

/// The fields in the order that an operation has them in, whichever request brought them.
pub(super) fn in_order(mut operation: Object) -> Object {
    const ORDER: [&str; 7] =
        ["tags", "summary", "description", "operationId", "parameters", "requestBody", "responses"];
    let first = ORDER.iter().filter_map(|it| Some(((*it).to_owned(), operation.shift_remove(*it)?)));
    let mut out: Object = first.collect();
    out.extend(operation);
    out
}

/// Adds the fields of an object that the own one has not.
fn add_fields(base: &mut Object, key: &str, other: Option<Value>) {
    let Some(Value::Object(other)) = other else { return };
    let own = base.entry(key).or_insert_with(|| json!({}));
    if let Some(own) = own.as_object_mut() {
        for (name, value) in other {
            own.entry(name).or_insert(value);
        }
    }
}

fn add_body(base: &mut Object, other: Option<Value>) {
    match (base.get_mut("requestBody"), other) {
        (Some(Value::Object(body)), Some(Value::Object(mut other))) => {
            add_content(body, other.shift_remove("content"));
        }
        // What one of them does not send is not required.
        (Some(Value::Object(body)), None) => {
            body.shift_remove("required");
        }
        (None, Some(Value::Object(mut other))) => {
            other.shift_remove("required");
            base.insert("requestBody".to_owned(), other.into());
        }
        _ => {}
    }
}

/// Adds media types, and schemas and examples to those that are there already.
fn add_content(base: &mut Object, other: Option<Value>) {
    let Some(Value::Object(other)) = other else { return };
    let content = base.entry("content").or_insert_with(|| json!({}));
    let Some(content) = content.as_object_mut() else { return };
    for (media_type, media) in other {
        match (content.get_mut(&media_type), media) {
            (Some(Value::Object(known)), Value::Object(mut media)) => {
                add_schema(known, media.shift_remove("schema"));
                add_fields(known, "examples", media.shift_remove("examples"));
                add_fields(known, "encoding", media.shift_remove("encoding"));
            }
            (_, media) => {
                content.insert(media_type, media);
            }
        }
    }
}

/// One schema or the other. One that anything fits stays beside the others: they are what is known.
pub(super) fn add_schema(media: &mut Object, other: Option<Value>) {
    let Some(other) = other else { return };
    let Some(own) = media.get_mut("schema") else {
        media.insert("schema".to_owned(), other);
        return;
    };
    if *own == other {
        return;
    }
    match own.get_mut("anyOf") {
        Some(Value::Array(list)) if list.contains(&other) => {}
        Some(Value::Array(list)) => list.push(other),
        _ => *own = json!({"anyOf": [own.take(), other]}),
    }
}

fn add_responses(base: &mut Object, other: Option<Value>) {
    let Some(Value::Object(other)) = other else { return };
    let own = base.entry("responses").or_insert_with(|| json!({}));
    let Some(own) = own.as_object_mut() else { return };
    for (status, response) in other {
        match (own.get_mut(&status), response) {
            (Some(Value::Object(known)), Value::Object(mut response)) => {
                add_fields(known, "headers", response.shift_remove("headers"));
                add_content(known, response.shift_remove("content"));
            }
            (_, response) => {
                own.insert(status, response);
            }
        }
    }
}

/// One way to sign or the other; `{}` is none (§4.8.30).
fn add_security(base: &mut Object, other: Option<Value>) {
    let Some(Value::Array(mut other)) = other else { return };
    if let Some(Value::Array(own)) = base.get_mut("security") {
        let none = json!({});
        if own.is_empty() != other.is_empty() && !own.contains(&none) {
            own.push(none);
        }
        other.retain(|it| !own.contains(it));
        own.extend(other);
    }
}
