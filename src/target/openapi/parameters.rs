//! Parameters (§4.8.12): of the path, the query, and headers.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::path::PathParameter;
use super::plan::Entry;
use super::{Object, Writer, describe, object, schema, value};
use crate::api::{Operation, Parameter};
use crate::collection::{Text, WireHeader};
use crate::target::given;

/// Headers that are no parameters, because OpenAPI has other places for them (§4.8.12.2).
const ELSEWHERE: [&str; 3] = ["accept", "authorization", "content-type"];

/// What says that the collection sends something as it is; what it has switched off does not have it.
pub(super) const SENT: &str = "x-postwright-sent";

impl Writer<'_> {
    pub(super) fn parameters(&self, entry: &Entry<'_>) -> Vec<Value> {
        let path = entry.path.parameters().map(of_path);
        let operation = entry.operation;
        let pieces = operation.wire.url.query.as_deref().unwrap_or_default();
        let query = operation.query.iter().map(|it| self.of_query(it, pieces));
        path.chain(query).chain(self.headers(operation)).collect()
    }

    fn of_query(&self, parameter: &Parameter, pieces: &[Text]) -> Value {
        let mut out = object([("name", parameter.wire.as_str().into()), ("in", "query".into())]);
        let (schema, example) = self.value_of(parameter, pieces);
        add_value(&mut out, &parameter.description, schema, example);
        if parameter.sent {
            out.insert(SENT.to_owned(), true.into());
        }
        out.into()
    }

    /// Schema and example of a parameter or a field of a form: a list if it is sent more than once.
    pub(super) fn value_of(&self, parameter: &Parameter, pieces: &[Text]) -> (Value, Option<Value>) {
        let values = values_of(&parameter.wire, pieces);
        if values.len() > 1 {
            let known: Option<Vec<String>> = values.iter().map(|it| value::known(self.api, it)).collect();
            let known = known.map(|it| it.iter().map(|it| given::decoded(it)).collect::<Vec<_>>());
            return (json!({"type": "array", "items": {"type": "string"}}), known.map(Value::from));
        }
        let example = parameter.example.as_ref();
        (schema::scalar(parameter.ty), example.and_then(|it| value::example(self.api, it, parameter.ty)))
    }

    /// Headers by name. Several of one name are one with commas between their values (RFC 9110 §5.3).
    fn headers(&self, operation: &Operation) -> Vec<Value> {
        let mut headers: IndexMap<String, (String, Option<String>)> = IndexMap::new();
        for header in operation.wire.headers.iter().filter(|it| !it.signs) {
            let Some(name) = value::known(self.api, &header.name).filter(|it| is_parameter(it)) else {
                continue;
            };
            let value = value::known(self.api, &header.value);
            match headers.get_mut(&name.to_lowercase()) {
                Some((_, known)) => {
                    *known = known.take().zip(value).map(|(first, next)| format!("{first}, {next}"));
                }
                None => {
                    headers.insert(name.to_lowercase(), (name, value));
                }
            }
        }
        headers.into_values().map(|(name, value)| of_header(&name, value)).collect()
    }
}

/// Whether a header of this name is a parameter.
fn is_parameter(name: &str) -> bool {
    !name.is_empty() && !ELSEWHERE.iter().any(|it| name.eq_ignore_ascii_case(it))
}

/// Whether a header can be a parameter, but has a variable in the place of its name.
pub(super) fn is_nameless(header: &WireHeader) -> bool {
    !header.signs && header.name.as_literal().is_none()
}

fn of_path(parameter: &PathParameter) -> Value {
    let mut out =
        object([("name", parameter.name.as_str().into()), ("in", "path".into()), ("required", true.into())]);
    add_value(&mut out, &parameter.description, schema::scalar(parameter.ty), parameter.example.clone());
    out.into()
}

fn of_header(name: &str, value: Option<String>) -> Value {
    let mut out = object([("name", name.into()), ("in", "header".into())]);
    let example = value.filter(|it| !it.is_empty()).map(Value::from);
    add_value(&mut out, "", json!({"type": "string"}), example);
    out.insert(SENT.to_owned(), true.into());
    out.into()
}

fn add_value(out: &mut Object, description: &str, schema: Value, example: Option<Value>) {
    describe(out, description);
    out.insert("schema".to_owned(), schema);
    if let Some(example) = example {
        out.insert("example".to_owned(), example);
    }
}

/// The values that a key has among pieces of a query or form.
fn values_of(key: &str, pieces: &[Text]) -> Vec<Text> {
    let value = |piece: &Text| {
        let (own, value) = match piece.split_once(&['=']) {
            Some((own, _, value)) => (own, value),
            None => (piece.clone(), Text::default()),
        };
        own.as_literal().is_some_and(|it| given::decoded(it) == key).then_some(value)
    };
    pieces.iter().filter_map(value).collect()
}
