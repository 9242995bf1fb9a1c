//! Values that schemas allow, to stand where a description has no example.

use serde_json::{Map, Value, json};

use super::super::build::{list, text};
use super::operation::Context;

/// How deep values are made at most: records that contain themselves have no end.
const DEEP: usize = 12;

/// How many values a sample has at most.
const MOST: usize = 2_000;

/// How often a schema stands within itself.
const REPEATED: usize = 2;

/// Which of the values that a schema allows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Every field there, none of them null.
    Full,
    /// Every field there, null where that is allowed.
    Nulls,
    /// As little as is allowed: fields that need not be there are not, and what may be null is.
    Least,
}

/// Makes a value of a schema.
pub(super) fn sample(context: &Context<'_>, schema: &Value, kind: Kind, is_request: bool) -> Value {
    let mut maker = Maker { context, kind, is_request, left: MOST, within: Vec::new() };
    maker.value(schema, DEEP).unwrap_or_default()
}

struct Maker<'a> {
    context: &'a Context<'a>,
    kind: Kind,
    is_request: bool,
    left: usize,
    /// The references that lead to where it is.
    within: Vec<&'a str>,
}

impl<'a> Maker<'a> {
    /// `None` where there would be no end: whoever has such a value has it once more, and not again.
    fn value(&mut self, schema: &'a Value, deep: usize) -> Option<Value> {
        let reference = text(schema, "$ref");
        let before = self.within.iter().filter(|it| **it == reference && !it.is_empty()).count();
        if before == REPEATED || deep == 0 || self.left == 0 {
            return None;
        }
        self.left -= 1;
        self.within.push(reference);
        let value = self.resolved(self.context.resolved(schema), deep);
        self.within.pop();
        value
    }

    fn resolved(&mut self, schema: &'a Value, deep: usize) -> Option<Value> {
        if self.kind != Kind::Full && is_nullable(schema) {
            return Some(Value::Null);
        }
        if let Some(given) = given(schema).filter(|_| self.kind == Kind::Full || !is_object(schema)) {
            return Some(given.clone());
        }
        for key in ["oneOf", "anyOf"] {
            let choices = list(schema, key).iter();
            let mut real = choices.filter(|it| text(it, "type") != "null");
            if let Some(choice) = real.next() {
                let choice = self.value(choice, deep - 1)?;
                return Some(merged(choice, self.object(schema, deep)));
            }
        }
        Some(match kind_of(schema) {
            "object" => self.object(schema, deep),
            "array" => {
                let items = schema.get("items").and_then(|it| self.value(it, deep - 1));
                items.into_iter().filter(|it| !it.is_null()).collect()
            }
            "integer" => number(schema).unwrap_or_else(|| json!(1)),
            "number" => number(schema).unwrap_or_else(|| json!(1.5)),
            "boolean" => json!(true),
            "null" => Value::Null,
            _ => word(text(schema, "format")).into(),
        })
    }

    /// The fields of a record, with those of all that it is made of.
    fn object(&mut self, schema: &'a Value, deep: usize) -> Value {
        let mut out = Value::Null;
        for part in list(schema, "allOf") {
            let part = self.value(part, deep - 1).unwrap_or_default();
            out = merged(out, part);
        }
        let required: Vec<&str> = list(schema, "required").iter().filter_map(Value::as_str).collect();
        let mut fields = Map::new();
        for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let hidden = if self.is_request { "readOnly" } else { "writeOnly" };
            let is_hidden = self.context.resolved(field).get(hidden) == Some(&Value::Bool(true));
            let is_left_out = self.kind == Kind::Least && !required.contains(&name.as_str());
            if is_hidden || is_left_out {
                continue;
            }
            if let Some(value) = self.value(field, deep - 1) {
                fields.insert(name.clone(), value);
            }
        }
        match schema.get("additionalProperties") {
            Some(more @ Value::Object(_)) if fields.is_empty() && self.kind != Kind::Least => {
                let value = self.value(more, deep - 1);
                fields.extend(value.map(|it| ("key".to_owned(), it)));
            }
            _ => {}
        }
        merged(out, fields.into())
    }
}

/// What the schema itself gives as a value.
fn given(schema: &Value) -> Option<&Value> {
    let first = |key: &str| list(schema, key).first();
    let own = ["example", "const", "default"].iter().find_map(|key| schema.get(*key));
    own.or_else(|| first("examples")).or_else(|| first("enum")).filter(|it| !it.is_null())
}

fn is_object(schema: &Value) -> bool {
    schema.get("properties").is_some()
}

/// Whether null is allowed, in the words of 3.0 or 3.1.
fn is_nullable(schema: &Value) -> bool {
    let has_null = |key: &str| list(schema, key).iter().any(|it| text(it, "type") == "null");
    schema.get("nullable") == Some(&Value::Bool(true))
        || list(schema, "type").iter().any(|it| it == "null")
        || has_null("anyOf")
        || has_null("oneOf")
}

/// The type of a schema that is not null, also where only its other keywords tell.
pub(super) fn kind_of(schema: &Value) -> &str {
    let types = list(schema, "type").iter().filter_map(Value::as_str);
    let named =
        schema.get("type").and_then(Value::as_str).or_else(|| types.into_iter().find(|it| *it != "null"));
    match named {
        Some(kind) => kind,
        None if schema.get("items").is_some() => "array",
        None if ["properties", "allOf", "additionalProperties"]
            .iter()
            .any(|it| schema.get(*it).is_some()) =>
        {
            "object"
        }
        None => "",
    }
}

/// A number within the bounds of the schema.
fn number(schema: &Value) -> Option<Value> {
    schema.get("minimum").or_else(|| schema.get("maximum")).filter(|it| it.is_number()).cloned()
}

/// A text of a format.
fn word(format: &str) -> &'static str {
    match format {
        "date" => "2026-01-31",
        "date-time" => "2026-01-31T09:30:00Z",
        "time" => "09:30:00Z",
        "uuid" => "0b9f6a3e-5c1d-4e2a-9f47-3d2c1b0a9e8f",
        "email" => "somebody@example.com",
        "uri" | "url" => "https://example.com",
        "hostname" => "example.com",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" => "dGV4dA==",
        _ => "text",
    }
}

/// Fields of both; those of the second win. What is no record gives way to what is one.
fn merged(first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Object(mut first), Value::Object(second)) => {
            first.extend(second);
            first.into()
        }
        (first, Value::Object(second)) if second.is_empty() && !first.is_null() => first,
        (Value::Null, second) => second,
        (first, Value::Null) => first,
        (_, second) => second,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(description: &Value, schema: &Value) -> [Value; 3] {
        let context = Context { description };
        [Kind::Full, Kind::Nulls, Kind::Least].map(|it| sample(&context, schema, it, false))
    }

    #[test]
    fn records_in_full_and_as_little_as_may_be() {
        let schema = json!({
            "type": "object", "required": ["id", "gone"],
            "properties": {
                "id": {"type": "integer"},
                "gone": {"type": ["string", "null"], "format": "date"},
                "old": {"type": "string", "nullable": true},
                "secret": {"type": "string", "writeOnly": true},
            }
        });
        let [full, nulls, least] = samples(&Value::Null, &schema);
        assert_eq!(full, json!({"id": 1, "gone": "2026-01-31", "old": "text"}));
        assert_eq!(nulls, json!({"id": 1, "gone": null, "old": null}));
        assert_eq!(least, json!({"id": 1, "gone": null}));
    }

    #[test]
    fn what_contains_itself_ends() {
        let description = json!({"components": {"schemas": {"Node": {"properties": {
            "a": {"$ref": "#/components/schemas/Node"}, "b": {"$ref": "#/components/schemas/Node"},
            "c": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        }}}}});
        let [full, ..] = samples(&description, &json!({"$ref": "#/components/schemas/Node"}));
        assert_eq!(full, json!({"a": {"c": []}, "b": {"c": []}, "c": [{"c": []}]}));
        let itself = json!({"components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}});
        assert!(samples(&itself, &json!({"$ref": "#/components/schemas/A"}))[0].is_string());
    }

    #[test]
    fn parts_are_merged_and_the_first_choice_is_taken() {
        let schema = json!({"allOf": [{"properties": {"a": {"type": "boolean"}}}, {"properties": {"b": {"enum": [7]}}}]});
        assert_eq!(samples(&Value::Null, &schema)[0], json!({"a": true, "b": 7}));
        let schema = json!({"anyOf": [{"type": "null"}, {"type": "number", "minimum": 3}]});
        assert_eq!(samples(&Value::Null, &schema), [json!(3), Value::Null, Value::Null]);
    }
}
