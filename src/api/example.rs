//! Saved responses as examples: short enough to read, and without the values of secrets.

use serde_json::Value;

use crate::collection::{Request, Sample};
use crate::secret::is_secret_name;

/// An answer that somebody saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Its status code.
    pub status: u16,
    /// Name that Postman shows.
    pub name: String,
    /// What it says of its content type.
    pub content_type: Option<String>,
    /// Names of its other headers.
    pub headers: Vec<String>,
    /// Its body.
    pub body: ExampleBody,
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleBody {
    /// It has none.
    Empty,
    /// JSON.
    Json {
        /// Indented by two.
        text: String,
        /// Whether items were left out.
        cut: bool,
    },
    /// Anything else, which is not shown: only in JSON the name of a value tells whether it is a secret.
    Other,
}

impl Example {
    /// Its JSON, if it has such.
    #[must_use]
    pub fn json(&self) -> Option<&str> {
        match &self.body {
            ExampleBody::Json { text, .. } => Some(text),
            ExampleBody::Empty | ExampleBody::Other => None,
        }
    }

    /// Whether items of its lists were left out.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        matches!(self.body, ExampleBody::Json { cut: true, .. })
    }
}

/// How many items of a list are shown.
const ITEMS: usize = 2;

/// The saved responses by their statuses, those of one status in their order.
pub(super) fn of(request: &mut Request) -> Vec<Example> {
    let samples = std::mem::take(&mut request.samples).into_iter();
    let mut examples: Vec<Example> = samples.map(example).collect();
    examples.sort_by_key(|it| it.status);
    examples
}

fn example(sample: Sample) -> Example {
    let body = body(&sample);
    let Sample { status, name, content_type, headers, .. } = sample;
    Example { status, name, content_type, headers, body }
}

/// The body, as JSON if it gives types.
fn body(sample: &Sample) -> ExampleBody {
    if sample.body.trim().is_empty() {
        return ExampleBody::Empty;
    }
    match serde_json::from_str::<Value>(&sample.body) {
        Ok(mut value) if sample.json || !value.is_number() => {
            let cut = shorten(&mut value, false);
            // JSON that was read can be written.
            ExampleBody::Json { text: serde_json::to_string_pretty(&value).unwrap_or_default(), cut }
        }
        _ => ExampleBody::Other,
    }
}

/// Cuts lists, and hides the values of what has the name of a secret. Answers whether a list was cut.
fn shorten(value: &mut Value, secret: bool) -> bool {
    match value {
        Value::Array(items) => {
            let mut cut = items.len() > ITEMS;
            items.truncate(ITEMS);
            items.iter_mut().for_each(|it| cut |= shorten(it, secret));
            cut
        }
        Value::Object(fields) => {
            let mut cut = false;
            for (name, value) in fields {
                cut |= shorten(value, secret || is_secret_name(name));
            }
            cut
        }
        Value::String(text) if text.is_empty() => false,
        Value::String(_) | Value::Number(_) if secret => {
            *value = Value::from("…");
            false
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cut_and_secrets_hidden() {
        let mut value = serde_json::json!({
            "items": [{"api_key": "k", "id": 1}, {"password": 5}, 3],
            "token_type": "Bearer",
            "access_token": "",
            "credentials": {"user": "u", "on": true},
        });
        assert!(shorten(&mut value, false));
        let want = serde_json::json!({
            "items": [{"api_key": "…", "id": 1}, {"password": "…"}],
            "token_type": "Bearer",
            "access_token": "",
            "credentials": {"user": "…", "on": true},
        });
        assert_eq!(value, want);
        assert!(!shorten(&mut value, false));
    }
}
