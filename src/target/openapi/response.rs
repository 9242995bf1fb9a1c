//! Responses (§4.8.16): by the statuses of the saved ones.

use serde_json::{Value, json};

use super::body::{header_type, is_json, media};
use super::{Object, Writer, object, schema};
use crate::api::{Example, Operation, Response};
use crate::target::status;

/// Statuses that OpenAPI has keys for (§4.8.16.2), which are those of RFC 9110 §15.
const STATUSES: std::ops::Range<u16> = 100..600;

impl Writer<'_> {
    pub(super) fn responses(&self, operation: &Operation) -> Object {
        let mut responses = Object::new();
        for status in operation.successes.iter().filter(|it| is_status(**it)) {
            let content = self.success(operation, *status);
            responses.insert(status.to_string(), response(&reason(*status), content));
        }
        for status in operation.failures.iter().filter(|it| is_status(**it)) {
            let content = example(operation, *status).map(|it| failure(operation, it));
            responses.insert(status.to_string(), response(&reason(*status), content));
        }
        if operation.successes.is_empty() {
            // One has to be there.
            let unknown = "The collection has no saved answer that tells.";
            let content = self.accepted(operation).map(|accepted| {
                let media = media(json!({}), operation, None);
                object([(&accepted, media.into())])
            });
            responses.insert("default".to_owned(), response(unknown, content));
        }
        responses
    }

    /// The media type that is asked for, if it is one.
    fn accepted(&self, operation: &Operation) -> Option<String> {
        header_type(self.api, operation, "accept").filter(|it| !it.contains('*'))
    }

    /// What a success answers with; the type is that of all of them.
    fn success(&self, operation: &Operation, status: u16) -> Option<Object> {
        // These have no content (RFC 9110 §15.3.5 and §15.3.6).
        if matches!(status, 204 | 205) || operation.wire.method == "HEAD" {
            return None;
        }
        let accepted = self.accepted(operation);
        match &operation.response {
            Response::Json(ty) => {
                let media_type = accepted.filter(|it| is_json(it));
                let media = with_example(self.schemas.of_type(ty), operation, example(operation, status));
                Some(object([(media_type.as_deref().unwrap_or("application/json"), media.into())]))
            }
            Response::Text => {
                let media_type = accepted.filter(|it| !is_json(it));
                let media = media(json!({"type": "string"}), operation, None);
                Some(object([(media_type.as_deref().unwrap_or("*/*"), media.into())]))
            }
            Response::Empty | Response::Unknown => None,
        }
    }
}

/// Whether a description can have a response with this status.
pub(super) fn is_status(status: u16) -> bool {
    STATUSES.contains(&status)
}

fn example(operation: &Operation, status: u16) -> Option<&Example> {
    operation.examples.iter().find(|it| it.status == status)
}

/// What a failure answers with. The model has types of successes only: this is what the saved one shows.
fn failure(operation: &Operation, example: &Example) -> Object {
    let value = serde_json::from_str(&example.json).unwrap_or_default();
    let media = with_example(schema::of_value(&value), operation, Some(example));
    object([("application/json", media.into())])
}

fn with_example(schema: Value, operation: &Operation, example: Option<&Example>) -> Object {
    let value = example.and_then(|it| serde_json::from_str(&it.json).ok());
    let mut media = media(schema, operation, value);
    if example.is_some_and(|it| it.cut)
        && let Some(Value::Object(examples)) = media.get_mut("examples")
    {
        for saved in examples.values_mut().filter_map(Value::as_object_mut) {
            saved.insert("description".to_owned(), "Lists are cut.".into());
        }
    }
    media
}

fn response(description: &str, content: Option<Object>) -> Value {
    let mut response = object([("description", description.into())]);
    if let Some(content) = content {
        response.insert("content".to_owned(), content.into());
    }
    response.into()
}

/// What a response is called.
fn reason(status: u16) -> String {
    status::name(status).map_or_else(|| format!("Status {status}"), str::to_owned)
}
