//! Values of examples: the collection's own where they are short and say something.

use serde_json::Value;

use super::super::{code, record};
use crate::api::{Field, Operation, Parameter, Record, Scalar, Type};
use crate::target::given::decoded;
use crate::target::quote;

/// The longest text that makes a good example.
pub(super) const LONGEST: usize = 40;

/// The parameter of a list that says since when something has changed.
pub(in super::super) fn since(operation: &Operation) -> Option<&Parameter> {
    const NAMES: [&str; 9] = [
        "since",
        "updated_since",
        "modified_since",
        "changed_since",
        "updated_after",
        "modified_after",
        "changed_after",
        "updated_at_min",
        "updated_from",
    ];
    let is_one = |it: &&Parameter| it.ty == Scalar::Text && NAMES.contains(&it.name.snake().as_str());
    operation.query.iter().find(is_one)
}

/// The parameter of a query that shows best how it is used: what a list has anew, what is sent
/// anyway, or just the first one. Where a list goes on is not its caller's business.
pub(super) fn example_of_query(operation: &Operation) -> Option<&Parameter> {
    let good = |it: &&Parameter| !it.is_of_pages() && literal(it).is_some_and(|it| is_good(&decoded(it)));
    let all = || operation.query.iter().filter(good);
    since(operation).filter(good).or_else(|| all().find(|it| it.sent)).or_else(|| all().next())
}

/// The value that the collection has for a parameter of the query; empty if it has none.
pub(in super::super) fn sample(parameter: &Parameter) -> String {
    literal(parameter).map(decoded).unwrap_or_default()
}

/// What the collection sends in a query, but for where a list goes on and since when.
pub(super) fn sent_in_query(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let since = since(operation).map(|it| &it.wire);
    let is_own = move |it: &&Parameter| it.sent && !it.is_of_pages() && Some(&it.wire) != since;
    operation.query.iter().filter(is_own).filter(|it| is_good(&sample(it)))
}

pub(super) fn literal(parameter: &Parameter) -> Option<&str> {
    parameter.example.as_ref().and_then(|it| it.as_literal())
}

/// Whether a text says something and is not too long for an example.
pub(super) fn is_good(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= LONGEST && !text.contains('\n')
}

/// A value of the path.
pub(super) fn path_value(parameter: &Parameter) -> String {
    let example = literal(parameter).map(decoded).unwrap_or_default();
    let is_refused = ["", ".", ".."].contains(&example.as_str());
    setting(parameter, if is_refused { "" } else { &example })
}

/// A value as a method or a setter takes it: this one, or a plain one if it is not good.
pub(super) fn setting(parameter: &Parameter, example: &str) -> String {
    match parameter.ty {
        Scalar::Integer => example.parse::<i64>().unwrap_or(42).to_string(),
        Scalar::Bool => (example != "false").to_string(),
        Scalar::Text if is_good(example) => quote::rust(example),
        Scalar::Text => quote::rust(&parameter.name.snake()),
    }
}

/// A field of a form with the collection's own value.
pub(super) fn form_setter(field: &Parameter) -> Option<(String, String)> {
    let example = literal(field).filter(|it| field.sent && is_good(it))?;
    Some((code::identifier(&field.name, &record::METHODS), setting(field, example)))
}

/// The first fields of a record that a sample has a plain value for.
pub(super) fn fields(record: &Record, sample: &Value, count: usize) -> Vec<(String, String)> {
    let setter = |field: &Field| {
        let sample = sample.get(&field.wire)?;
        // `"nick_name": "nick name"` is no example but a filler.
        let is_filler = sample.as_str().is_some_and(|it| it.replace(' ', "_") == field.name.snake());
        let value = field_value(&field.ty, sample).filter(|_| !is_filler)?;
        Some((code::identifier(&field.name, &record::METHODS), value))
    };
    record.fields.iter().filter_map(setter).take(count).collect()
}

/// A value as the setter of a field takes it, if it is a plain one.
pub(super) fn field_value(ty: &Type, sample: &Value) -> Option<String> {
    match (ty, sample) {
        (Type::Bool, Value::Bool(value)) => Some(value.to_string()),
        (Type::Integer, value) => value.as_i64().map(|it| it.to_string()),
        (Type::Float, value) => value.as_f64().map(|it| format!("{it:?}")),
        (Type::Decimal(_) | Type::IntOrText, Value::Number(value)) => Some(quote::rust(&value.to_string())),
        (
            Type::Text | Type::Date | Type::DateTime | Type::Decimal(_) | Type::IntOrText,
            Value::String(value),
        ) => Some(quote::rust(value)).filter(|_| is_good(value)),
        _ => None,
    }
}

/// A literal of a text.
pub(super) fn text_value(sample: &Value) -> String {
    quote::rust(sample.as_str().filter(|it| is_good(it)).unwrap_or("…"))
}

/// A value of any kind: of an object its first plain fields.
pub(super) fn any_value(sample: &Value) -> String {
    let plain = |value: &Value| match value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => value.as_i64().map(|it| it.to_string()),
        Value::String(value) if is_good(value) => Some(quote::rust(value)),
        _ => None,
    };
    let fields = sample.as_object().into_iter().flatten();
    let fields = fields.filter(|(key, _)| is_good(key));
    let fields = fields.filter_map(|(key, it)| Some(format!("{}: {}", quote::rust(key), plain(it)?))).take(2);
    let fields: Vec<String> = fields.collect();
    match fields.is_empty() {
        true => "serde_json::json!({})".to_owned(),
        false => format!("serde_json::json!({{ {} }})", fields.join(", ")),
    }
}
