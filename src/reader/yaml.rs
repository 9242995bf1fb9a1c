//! YAML, as far as JSON can say the same.

use serde_json::Value;

/// The value of a text; `None` if it is no YAML, or says what JSON cannot.
pub(super) fn parse(text: &str) -> Option<Value> {
    yaml_serde::from_str(text).ok()
}
