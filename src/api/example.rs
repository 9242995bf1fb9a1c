//! Saved responses as examples: short enough to read, and without the values of secrets.

use serde_json::Value;

use crate::collection::Request;
use crate::secret::is_secret_name;

/// An answer that somebody saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Its status code.
    pub status: u16,
    /// Its JSON, indented by two.
    pub json: String,
    /// Whether items were left out.
    pub cut: bool,
}

/// How many items of a list are shown.
const ITEMS: usize = 2;

/// The first saved response with JSON of each status, in their order. Only in JSON the name of a value
/// tells whether it is a secret.
pub(super) fn of(request: &Request) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for sample in request.samples.iter().filter(|it| it.json) {
        if examples.iter().any(|it| it.status == sample.status) {
            continue;
        }
        let Ok(mut value) = serde_json::from_str::<Value>(&sample.body) else { continue };
        let cut = shorten(&mut value, false);
        // JSON that was read can be written.
        let json = serde_json::to_string_pretty(&value).unwrap_or_default();
        examples.push(Example { status: sample.status, json, cut });
    }
    examples.sort_by_key(|it| it.status);
    examples
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
