//! Schemas (§4.8.24) of types.

use std::collections::HashSet;

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::path::unique;
use super::times::Times;
use super::{Object, object, reference};
use crate::api::{Api, Body, Field, OpenApi, Record, Response, Scalar, Type, Written};

/// The schemas of an API.
pub(super) struct Schemas<'a> {
    api: &'a Api,
    version: OpenApi,
    times: Times,
    /// Names of pages of records, by the type of their items.
    pages: IndexMap<&'a Type, String>,
    /// Those of records and pages.
    names: HashSet<String>,
}

impl<'a> Schemas<'a> {
    pub(super) fn of(api: &'a Api, version: OpenApi) -> Self {
        let names = api.types.iter().map(|(_, it)| it.name.pascal()).collect();
        let mut schemas = Self { api, version, times: Times::of(api), pages: IndexMap::new(), names };
        for operation in api.groups.iter().flat_map(|it| &it.operations) {
            if let Response::Json(ty) = &operation.response {
                schemas.find_pages(ty);
            }
            if let Body::Json(ty) = &operation.body {
                schemas.find_pages(ty);
            }
        }
        for (_, record) in api.types.iter() {
            record.fields.iter().for_each(|it| schemas.find_pages(&it.ty));
        }
        schemas
    }

    fn find_pages(&mut self, ty: &'a Type) {
        match ty {
            Type::Page(item) => {
                self.find_pages(item);
                if let (Type::Record(id), false) = (&**item, self.pages.contains_key(&**item)) {
                    let name = format!("{}Page", self.api.types.get(*id).name.pascal());
                    let name = unique(&name, |it| !self.names.contains(it));
                    self.names.insert(name.clone());
                    self.pages.insert(item, name);
                }
            }
            Type::Nullable(inner) | Type::List(inner) | Type::Map(inner) => self.find_pages(inner),
            _ => {}
        }
    }

    /// Those of the components: records, and pages of them.
    pub(super) fn all(&self) -> Object {
        let records = self.api.types.iter().map(|(_, it)| (it.name.pascal(), self.record(it)));
        let pages = self.pages.iter().map(|(item, name)| (name.clone(), self.page(item)));
        records.chain(pages).collect()
    }

    /// The schema of a type.
    pub(super) fn of_type(&self, ty: &Type) -> Value {
        self.under("", ty)
    }

    /// The schema of what stands under a key.
    fn under(&self, key: &str, ty: &Type) -> Value {
        match ty {
            Type::Any => json!({}),
            Type::Bool => json!({"type": "boolean"}),
            Type::Integer => json!({"type": "integer", "format": "int64"}),
            Type::Float => json!({"type": "number", "format": "double"}),
            Type::Number => json!({"type": "number"}),
            Type::Decimal(Written::Number) => json!({"type": "number", "format": "decimal"}),
            Type::Decimal(Written::Quoted) => json!({"type": "string", "format": "decimal"}),
            Type::Decimal(Written::Either) => self.either("number", "string"),
            Type::Text => json!({"type": "string"}),
            Type::IntOrText => self.either("integer", "string"),
            Type::Date => json!({"type": "string", "format": "date"}),
            Type::DateTime => match self.times.format(key) {
                Some(format) => json!({"type": "string", "format": format}),
                None => json!({"type": "string"}),
            },
            Type::Nullable(inner) => self.or_null(self.under(key, inner)),
            Type::List(item) => json!({"type": "array", "items": self.under(key, item)}),
            Type::Map(value) => {
                json!({"type": "object", "additionalProperties": self.under(key, value)})
            }
            Type::Page(item) => match self.pages.get(&**item) {
                Some(name) => reference(name),
                None => self.page(item),
            },
            Type::Record(id) => reference(&self.api.types.get(*id).name.pascal()),
        }
    }

    /// One of two types without parts.
    fn either(&self, first: &str, second: &str) -> Value {
        match self.version {
            OpenApi::V3_1 => json!({"type": [first, second]}),
            OpenApi::V3_0 => json!({"oneOf": [{"type": first}, {"type": second}]}),
        }
    }

    /// The schema, or null: a type of its own from 3.1 on, a keyword before.
    fn or_null(&self, schema: Value) -> Value {
        let Value::Object(mut schema) = schema else { return schema };
        if schema.is_empty() {
            // Anything is null, too.
            return schema.into();
        }
        let is_reference = schema.contains_key("$ref");
        match self.version {
            // The keyword counts beside a type only (3.0.3 §4.7.24.1). Records and pages are objects.
            OpenApi::V3_0 if is_reference => json!({"type": "object", "nullable": true, "allOf": [schema]}),
            OpenApi::V3_0 => {
                let first = schema.get_mut("oneOf").and_then(|it| it.get_mut(0)?.as_object_mut());
                match first {
                    Some(first) => first.insert("nullable".to_owned(), true.into()),
                    None => schema.insert("nullable".to_owned(), true.into()),
                };
                schema.into()
            }
            OpenApi::V3_1 if is_reference => json!({"anyOf": [schema, {"type": "null"}]}),
            OpenApi::V3_1 => {
                match schema.get_mut("type") {
                    Some(Value::Array(types)) if !types.contains(&"null".into()) => types.push("null".into()),
                    Some(Value::String(ty)) => {
                        let types = json!([ty, "null"]);
                        schema.insert("type".to_owned(), types);
                    }
                    _ => {}
                }
                schema.into()
            }
        }
    }

    fn page(&self, item: &Type) -> Value {
        let link = || self.or_null(json!({"type": "string", "format": "uri"}));
        json!({
            "type": "object",
            "properties": {
                "previous": link(),
                "results": {"type": "array", "items": self.of_type(item)},
                "next": link(),
            },
        })
    }

    fn record(&self, record: &Record) -> Value {
        let field = |it: &Field| {
            let schema = self.under(&it.wire, &it.ty);
            // What a PATCH sends may be null to take a value away (RFC 7396 §1).
            let nullable = it.nullable || record.input && record.patched;
            (it.wire.clone(), if nullable { self.or_null(schema) } else { schema })
        };
        let mut schema = object([("type", "object".into())]);
        let properties: Object = record.fields.iter().map(field).collect();
        if !properties.is_empty() {
            schema.insert("properties".to_owned(), properties.into());
        }
        let required = record.fields.iter().filter(|it| it.required).map(|it| it.wire.as_str());
        let required: Vec<&str> = required.collect();
        if !required.is_empty() {
            schema.insert("required".to_owned(), required.into());
        }
        schema.into()
    }

    /// The schema of a file.
    pub(super) fn file(&self, content_type: Option<&str>) -> Value {
        let mut schema = object([("type", "string".into()), ("format", "binary".into())]);
        if let (OpenApi::V3_1, Some(content_type)) = (self.version, content_type) {
            schema.insert("contentMediaType".to_owned(), content_type.into());
        }
        schema.into()
    }
}

/// The schema of one value, whose fields may all be missing from another one.
pub(super) fn of_value(value: &Value) -> Value {
    match value {
        Value::Null => json!({}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(number) if number.is_f64() => json!({"type": "number"}),
        Value::Number(_) => json!({"type": "integer", "format": "int64"}),
        Value::String(_) => json!({"type": "string"}),
        Value::Array(items) => {
            let mut items = items.iter().map(of_value);
            let first = items.next().unwrap_or_else(|| json!({}));
            let item = if items.all(|it| it == first) { first } else { json!({}) };
            json!({"type": "array", "items": item})
        }
        Value::Object(fields) => {
            let properties: Object = fields.iter().map(|(key, it)| (key.clone(), of_value(it))).collect();
            json!({"type": "object", "properties": properties})
        }
    }
}

/// The schema of a parameter.
pub(super) fn scalar(ty: Scalar) -> Value {
    match ty {
        Scalar::Text => json!({"type": "string"}),
        Scalar::Integer => json!({"type": "integer", "format": "int64"}),
        Scalar::Bool => json!({"type": "boolean"}),
    }
}
