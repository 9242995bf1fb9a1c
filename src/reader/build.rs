//! What collections are built of, whatever they are read from.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::diagnostic::{At, Code, Diagnostics};

/// The schema of format v2.1.
const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// A collection to be.
#[derive(Default)]
pub(super) struct Collection {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) variables: IndexMap<String, Value>,
    pub(super) auth: Option<Value>,
    pub(super) items: Vec<Value>,
}

impl Collection {
    /// Gives a variable a value, if it has none yet.
    pub(super) fn variable(&mut self, name: &str, value: Value) {
        self.variables.entry(name.to_owned()).or_insert(value);
    }

    pub(super) fn json(self) -> Value {
        let rows = self.variables.into_iter().map(|(key, value)| json!({ "key": key, "value": value }));
        let mut out = json!({
            "info": { "name": self.name, "description": self.description, "schema": SCHEMA },
            "item": self.items,
            "variable": rows.collect::<Vec<_>>(),
        });
        if let Some(auth) = self.auth {
            out["auth"] = auth;
        }
        out
    }
}

/// An auth block of one type.
pub(super) fn auth(kind: &str, parameters: &[(&str, String)]) -> Value {
    let rows = parameters.iter().filter(|(_, value)| !value.is_empty());
    let rows: Vec<Value> =
        rows.map(|(key, value)| json!({ "key": key, "value": value, "type": "string" })).collect();
    let mut block = Map::new();
    block.insert("type".to_owned(), kind.into());
    block.insert(kind.to_owned(), rows.into());
    block.into()
}

/// The block that says that nothing is signed.
pub(super) fn no_auth() -> Value {
    json!({ "type": "noauth" })
}

/// A row of a table.
pub(super) fn row(key: &str, value: &str, description: &str, is_enabled: bool) -> Value {
    let mut row = json!({ "key": key, "value": value });
    if !description.is_empty() {
        row["description"] = description.into();
    }
    if !is_enabled {
        row["disabled"] = true.into();
    }
    row
}

/// A request with its saved responses. Its body is sent whatever its method is: that Postman leaves it out unless it is
/// told otherwise, no other tool does.
pub(super) fn item(name: &str, request: Value, responses: Vec<Value>) -> Value {
    let mut item = json!({ "name": name });
    if request.get("body").is_some()
        && !matches!(text(&request, "method"), "POST" | "PUT" | "PATCH" | "DELETE")
    {
        item["protocolProfileBehavior"] = json!({ "disableBodyPruning": true });
    }
    item["request"] = request;
    item["response"] = responses.into();
    item
}

/// A folder.
pub(super) fn folder(name: &str, description: &str, items: Vec<Value>) -> Value {
    let mut folder = json!({ "name": name });
    if !description.is_empty() {
        folder["description"] = description.into();
    }
    folder["item"] = items.into();
    folder
}

/// A value as a text: texts as they are, everything else as JSON.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The text of a field; empty if it has none.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The items of a list; none if it is no list.
pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The fields of an object; none if it is no object.
pub(super) fn fields<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// Says what was left out.
pub(super) fn left_out(notes: &mut Diagnostics, place: &str, pointer: &str, what: &str) {
    notes.add(
        Code::LeftOut,
        At::new(place, pointer),
        format!("{what}; it is left out"),
        "a collection has no place for it: write it by hand where you need it",
    );
}
