//! Texts of the collection as values: what is not known stays out, or is named.

use serde_json::{Number, Value};

use crate::api::{Api, Scalar};
use crate::collection::{Text, encode_literal};
use crate::target::given;

/// The text with the collection's values; `None` if it has a variable without one.
pub(super) fn known(api: &Api, text: &Text) -> Option<String> {
    let is_known = |name: &str| value_of(api, name).is_some();
    text.variables().all(is_known).then(|| filled(api, text, |_| String::new()))
}

/// The text with the collection's values, and the names of variables without one: `<name>`.
pub(super) fn named(api: &Api, text: &Text) -> String {
    filled(api, text, |name| format!("<{name}>"))
}

/// The text with the collection's values, and others where it has none.
pub(super) fn filled(api: &Api, text: &Text, other: impl Fn(&str) -> String) -> String {
    let value = |name: &str| value_of(api, name).map_or_else(|| other(name), str::to_owned);
    text.filled(value, |dynamic, encoding| encode_literal(encoding, &dynamic.sample()))
}

fn value_of<'a>(api: &'a Api, name: &str) -> Option<&'a str> {
    api.variables.named(name)?.default.as_deref()
}

/// An example of a parameter; `None` if the collection has no value for it.
pub(super) fn example(api: &Api, text: &Text, ty: Scalar) -> Option<Value> {
    known(api, text).filter(|it| !it.is_empty()).map(|it| typed(it, ty))
}

/// The same of a text that is percent-encoded.
pub(super) fn encoded_example(api: &Api, text: &Text, ty: Scalar) -> Option<Value> {
    known(api, text).filter(|it| !it.is_empty()).map(|it| typed(given::decoded(&it), ty))
}

fn typed(text: String, ty: Scalar) -> Value {
    let value = match ty {
        Scalar::Text => None,
        Scalar::Integer => text.parse::<i64>().ok().map(|it| Value::Number(Number::from(it))),
        Scalar::Bool => text.parse::<bool>().ok().map(Value::Bool),
    };
    value.unwrap_or(Value::String(text))
}

/// The JSON of a body. Variables without a value stand in texts by their names, elsewhere as what the type was
/// inferred with. `None` if it is not JSON even so.
pub(super) fn json(api: &Api, text: &Text) -> Option<Value> {
    let parsed = |text: String| serde_json::from_str(&text).ok();
    parsed(named(api, text))
        .or_else(|| parsed(filled(api, text, |_| "null".to_owned())))
        .or_else(|| parsed(filled(api, text, |_| "0".to_owned())))
}
