//! What the collection says, and OpenAPI cannot.

use std::collections::BTreeSet;

use super::parameters::is_nameless;
use super::plan::{Entry, Plan, is_known};
use super::{body, response, security};
use crate::api::{Api, Body, Example, ExampleBody, Operation};
use crate::collection::{Text, WireBody};
use crate::diagnostic::{Code, Diagnostics};

/// Says what the description has not, or has otherwise.
pub(in crate::target) fn gaps(api: &Api, notes: &mut Diagnostics) {
    for item in Plan::of(api).items {
        for (method, entries) in &item.methods {
            if !is_known(method) {
                entries.iter().for_each(|it| unknown_method(it, notes));
            }
            if let Some((first, others)) = entries.split_first() {
                others.iter().for_each(|it| shared(first, it, &item.template, notes));
            }
            for entry in entries {
                of_operation(entry, notes);
                saved_texts(api, entry.operation, notes);
                left_out(api, entry.operation, notes);
            }
        }
    }
}

fn add(operation: &Operation, message: String, help: &str, notes: &mut Diagnostics) {
    notes.add(Code::Unrepresentable, operation.at(), message, help);
}

fn unknown_method(entry: &Entry<'_>, notes: &mut Diagnostics) {
    let method = &entry.operation.wire.method;
    let message =
        format!("OpenAPI has no method {method}; the operation stands in x-additionalOperations of its path");
    add(entry.operation, message, "read it from there, or use another target", notes);
}

fn shared(first: &Entry<'_>, entry: &Entry<'_>, template: &str, notes: &mut Diagnostics) {
    let (operation, first) = (entry.operation, first.operation);
    let message = format!(
        "OpenAPI has one operation for {} {template}; {} is a part of {} there, with its parameters, bodies, examples \
         and answers",
        operation.wire.method, operation.id, first.id
    );
    add(operation, message, "give them paths of their own, if the API has such", notes);
}

fn of_operation(entry: &Entry<'_>, notes: &mut Diagnostics) {
    let operation = entry.operation;
    if !security::says_how(operation.auth()) {
        let scheme = operation.auth().scheme();
        let message = format!("OpenAPI cannot say how {scheme} signs; the security scheme names it only");
        add(operation, message, "sign it yourself where you use the description", notes);
    }
    if entry.path.has_query {
        let message = "its path has a ?, which ends it: what follows is not in OpenAPI".to_owned();
        add(operation, message, "put what follows into the query in Postman", notes);
    }
    if operation.wire.headers.iter().any(is_nameless) {
        let message =
            "a header has a variable in its name; OpenAPI has it only if there is a value".to_owned();
        add(operation, message, NAMED, notes);
    }
    if has_nameless(operation) {
        let message = "a key of its query or form is a variable; OpenAPI has no parameter for it".to_owned();
        add(operation, message, NAMED, notes);
    }
    let statuses = operation.successes.iter().chain(&operation.failures);
    for status in statuses.filter(|it| !response::is_status(**it)) {
        let message = format!("a saved response has the status {status}, which OpenAPI has no place for");
        add(operation, message, "give it the status that the server sent", notes);
    }
}

/// Bodies and answers that the settings leave out.
fn left_out(api: &Api, operation: &Operation, notes: &mut Diagnostics) {
    let sent = body::sent_type(api, operation).map(|it| ("its body", it));
    let answered = operation.examples.iter().filter_map(|it| response::answered_type(api, operation, it));
    let answered: BTreeSet<String> = answered.collect();
    for (what, media_type) in sent.into_iter().chain(answered.into_iter().map(|it| ("an answer", it))) {
        if body::is_left_out(api, &media_type) {
            let message = format!("{what} is {media_type}, which the settings have OpenAPI do without");
            add(operation, message, "take it out of `without` in [target.openapi] to have it", notes);
        }
    }
}

/// Saved answers of which only the media type is in the description, or not even that.
fn saved_texts(api: &Api, operation: &Operation, notes: &mut Diagnostics) {
    // What the settings leave out has not even its media type there, which is said of it.
    let is_left_out = |it: &Example| {
        response::answered_type(api, operation, it).is_some_and(|it| body::is_left_out(api, &it))
    };
    let saved = operation.examples.iter().filter(|it| response::is_status(it.status) && !is_left_out(it));
    for example in saved {
        let (name, status) = (&example.name, example.status);
        match &example.body {
            ExampleBody::Empty => {}
            _ if !response::has_content(operation, status) => {
                let message = format!(
                    "the saved response {name:?} has a body, which an answer of status {status} to {} cannot have; \
                     OpenAPI has none for it",
                    operation.wire.method
                );
                add(operation, message, "give it the status that the server sent", notes);
            }
            ExampleBody::Json { .. } => {}
            ExampleBody::Other => {
                let message = format!(
                    "the saved response {name:?} is no JSON; OpenAPI has its media type and not its text, in which \
                     nothing tells what is a secret"
                );
                add(
                    operation,
                    message,
                    "add it to the description by hand, if it is to be an example",
                    notes,
                );
            }
        }
    }
}

const NAMED: &str = "write its name in the collection";

/// Whether a key is known only when the request is sent.
fn has_nameless(operation: &Operation) -> bool {
    let key_of = |piece: &Text| piece.split_once(&['=']).map_or_else(|| piece.clone(), |(key, _, _)| key);
    let is_nameless = |piece: &Text| key_of(piece).as_literal().is_none();
    let form = match (&operation.body, &operation.wire.body) {
        (Body::Form(_), WireBody::Text(text)) => text.split('&'),
        _ => Vec::new(),
    };
    let query = operation.wire.url.query.iter().flatten();
    query.chain(&form).any(is_nameless)
        || operation.wire.body_parts().iter().any(|it| it.name.as_literal().is_none())
}
