//! Responses (§4.8.16): by the statuses of the saved ones.

use serde_json::{Value, json};

use super::body::{self, header_type, media};
use super::{Object, Writer, merge, object, schema};
use crate::api::{Api, Example, ExampleBody, Operation, Response};
use crate::collection::media_type;
use crate::target::status;

/// Statuses that OpenAPI has keys for (§4.8.16.2), which are those of RFC 9110 §15.
const STATUSES: std::ops::Range<u16> = 100..600;

/// Headers of the message and of who passes it on (RFC 9110 §6.6, §7.6, §8.6 and §10.2.4, RFC 9112 §6.1 and §9.6),
/// which every server sends as it likes.
const OF_MESSAGES: [&str; 10] = [
    "Connection",
    "Content-Length",
    "Date",
    "Keep-Alive",
    "Server",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Via",
];

impl Writer<'_> {
    pub(super) fn responses(&self, operation: &Operation) -> Object {
        let mut responses = Object::new();
        for status in operation.successes.iter().chain(&operation.failures).filter(|it| is_status(**it)) {
            responses.insert(status.to_string(), self.response(operation, *status));
        }
        if operation.successes.is_empty() {
            // One has to be there.
            let mut unknown =
                object([("description", "The collection has no saved answer that tells.".into())]);
            let accepted = accepted(self.api, operation);
            if let Some(accepted) = accepted.filter(|it| !body::is_left_out(self.api, it)) {
                let media = media(json!({}), operation, None);
                unknown.insert("content".to_owned(), object([(&accepted, media.into())]).into());
            }
            responses.insert("default".to_owned(), unknown.into());
        }
        responses
    }

    /// What the saved answers of a status tell.
    fn response(&self, operation: &Operation, status: u16) -> Value {
        let mut response = object([("description", reason(status).into())]);
        let saved = || operation.examples.iter().filter(|it| it.status == status);
        let headers = headers(saved());
        if !headers.is_empty() {
            response.insert("headers".to_owned(), headers.into());
        }
        let mut content = Object::new();
        for example in saved().filter(|_| has_content(operation, status)) {
            self.add(&mut content, operation, example);
        }
        if !content.is_empty() {
            response.insert("content".to_owned(), content.into());
        }
        response.into()
    }

    /// Adds what a saved answer tells of the content of its status.
    fn add(&self, content: &mut Object, operation: &Operation, example: &Example) {
        let Some(media_type) = answered_type(self.api, operation, example) else { return };
        if body::is_left_out(self.api, &media_type) {
            return;
        }
        let media = content.entry(media_type).or_insert_with(|| json!({}));
        let Some(media) = media.as_object_mut() else { return };
        let value = example.json().and_then(|it| serde_json::from_str(it).ok());
        let schema = match (&value, &operation.response) {
            (None, _) => json!({"type": "string"}),
            // One type for all successes. Of failures the model has none: it is what the saved ones show.
            (Some(_), Response::Json(ty)) if operation.successes.contains(&example.status) => {
                self.schemas.of_type(ty)
            }
            (Some(value), _) => schema::of_value(value),
        };
        merge::add_schema(media, Some(schema));
        if let Some(value) = value {
            body::add_example(media, &operation.id, named(operation, example, value));
        }
    }
}

/// The media type that is asked for, if it is one.
fn accepted(api: &Api, operation: &Operation) -> Option<String> {
    header_type(api, operation, "accept").filter(|it| !it.contains('*'))
}

/// The media type of a saved answer, if it has a body.
pub(super) fn answered_type(api: &Api, operation: &Operation, example: &Example) -> Option<String> {
    let is_json = match &example.body {
        ExampleBody::Empty => return None,
        ExampleBody::Json { .. } => true,
        ExampleBody::Other => false,
    };
    let said = example.content_type.as_deref().and_then(media_type).map(str::to_ascii_lowercase);
    let fits = said.into_iter().chain(accepted(api, operation)).find(|it| body::is_json(it) == is_json);
    Some(fits.unwrap_or_else(|| if is_json { "application/json" } else { "*/*" }.to_owned()))
}

/// Whether a description can have a response with this status.
pub(super) fn is_status(status: u16) -> bool {
    STATUSES.contains(&status)
}

/// Whether responses of this status have content (RFC 9110 §9.3.2, §15.3.5 and §15.3.6).
pub(super) fn has_content(operation: &Operation, status: u16) -> bool {
    !matches!(status, 204 | 205) && operation.wire.method != "HEAD"
}

/// Header Objects (§4.8.21), without values.
fn headers<'a>(saved: impl Iterator<Item = &'a Example>) -> Object {
    let mut headers = Object::new();
    for name in saved.flat_map(|it| &it.headers).filter(|it| is_of_the_api(it)) {
        if !headers.keys().any(|it| it.eq_ignore_ascii_case(name)) {
            headers.insert(name.clone(), json!({"schema": {"type": "string"}}));
        }
    }
    headers
}

fn is_of_the_api(header: &str) -> bool {
    !OF_MESSAGES.iter().any(|it| it.eq_ignore_ascii_case(header))
}

/// An Example Object (§4.8.19), by the name that Postman shows.
fn named(operation: &Operation, example: &Example, value: Value) -> Object {
    let name = match example.name.trim() {
        "" => operation.title(),
        name => name,
    };
    let mut named = object([("summary", name.into())]);
    if example.is_cut() {
        named.insert("description".to_owned(), "Lists are cut.".into());
    }
    named.insert("value".to_owned(), value);
    named
}

/// What a response is called.
fn reason(status: u16) -> String {
    status::name(status).map_or_else(|| format!("Status {status}"), str::to_owned)
}
