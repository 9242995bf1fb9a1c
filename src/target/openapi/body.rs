//! Request bodies (§4.8.13), and what bodies of both directions have in common.

use serde_json::{Value, json};

use super::parameters::SENT;
use super::{Object, Writer, describe, object, schema, value};
use crate::api::{Api, Body, FormPart, OpenApi, Operation, Parameter};
use crate::collection::{Text, WireBody, media_type};

const JSON: &str = "application/json";

impl Writer<'_> {
    /// The body of an operation, if it sends one.
    pub(super) fn request_body(&self, operation: &Operation) -> Option<Value> {
        let media_type = sent_type(self.api, operation)?;
        if is_left_out(self.api, &media_type) {
            return None;
        }
        let media = match &operation.body {
            Body::None => return None,
            Body::Json(ty) => {
                let example = self.sent(operation).and_then(|it| value::json(self.api, it));
                media(self.schemas.of_type(ty), operation, example)
            }
            Body::Text => {
                let example = self.sent(operation).map(|it| value::named(self.api, it));
                let schema = if is_json(&media_type) { json!({}) } else { json!({"type": "string"}) };
                media(schema, operation, example.map(Value::from))
            }
            Body::Binary => media(self.schemas.file(Some(&media_type)), operation, None),
            Body::Form(fields) => {
                let example = self.sent_fields(fields.iter());
                media(self.form(operation, fields), operation, example)
            }
            Body::Multipart(parts) => self.multipart(operation, parts),
        };
        let content = object([(&media_type, media.into())]);
        Some(json!({"required": true, "content": content}))
    }

    fn sent<'b>(&self, operation: &'b Operation) -> Option<&'b Text> {
        match &operation.wire.body {
            WireBody::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    fn form(&self, operation: &Operation, fields: &[Parameter]) -> Value {
        let pieces = self.sent(operation).map(|it| it.split('&')).unwrap_or_default();
        let properties = fields.iter().map(|it| (it.wire.clone(), self.field(it, &pieces)));
        json!({"type": "object", "properties": properties.collect::<Object>()})
    }

    /// What is sent of a form, with the names of variables that have no value.
    fn sent_fields<'b>(&self, fields: impl Iterator<Item = &'b Parameter>) -> Option<Value> {
        let value = |field: &Parameter| {
            let example = field.example.as_ref()?;
            let known = value::example(self.api, example, field.ty);
            Some((field.wire.clone(), known.unwrap_or_else(|| value::named(self.api, example).into())))
        };
        let fields: Object = fields.filter(|it| it.sent).filter_map(value).collect();
        (!fields.is_empty()).then(|| fields.into())
    }

    fn field(&self, field: &Parameter, pieces: &[Text]) -> Value {
        let (schema, example) = self.value_of(field, pieces);
        self.property(field, schema, example)
    }

    fn property(&self, field: &Parameter, schema: Value, example: Option<Value>) -> Value {
        let Value::Object(mut schema) = schema else { return schema };
        describe(&mut schema, &field.description);
        if let Some(example) = example {
            // JSON Schema has a list of them (3.1 §4.8.24.1).
            let (key, example) = match self.version {
                OpenApi::V3_1 => ("examples", json!([example])),
                OpenApi::V3_0 => ("example", example),
            };
            schema.insert(key.to_owned(), example);
        }
        if field.sent {
            schema.insert(SENT.to_owned(), true.into());
        }
        schema.into()
    }

    fn multipart(&self, operation: &Operation, parts: &[FormPart]) -> Object {
        let mut properties = Object::new();
        let mut encoding = Object::new();
        for part in parts {
            let key = &part.parameter.wire;
            properties.insert(key.clone(), self.part(operation, part));
            if let Some(content_type) = part.content_type.as_deref().and_then(media_type) {
                encoding.insert(key.clone(), json!({"contentType": content_type}));
            }
        }
        let example = self.sent_fields(parts.iter().filter(|it| !it.file).map(|it| &it.parameter));
        let mut media = media(json!({"type": "object", "properties": properties}), operation, example);
        if !encoding.is_empty() {
            media.insert("encoding".to_owned(), encoding.into());
        }
        media
    }

    fn part(&self, operation: &Operation, part: &FormPart) -> Value {
        let parameter = &part.parameter;
        let same = |it: &&crate::collection::WirePart| it.name.as_literal() == Some(parameter.wire.as_str());
        let is_list = operation.wire.body_parts().iter().filter(same).count() > 1;
        let (schema, example) = if part.file {
            (self.schemas.file(part.content_type.as_deref().and_then(media_type)), None)
        } else {
            let example = parameter.example.as_ref();
            let example = example.and_then(|it| value::example(self.api, it, parameter.ty));
            (schema::scalar(parameter.ty), example.filter(|_| !is_list))
        };
        let schema = if is_list { json!({"type": "array", "items": schema}) } else { schema };
        self.property(parameter, schema, example)
    }
}

/// What bytes are that nobody says anything of (RFC 2046 §4.5.1).
const BINARY: &str = "application/octet-stream";

/// A Media Type Object (§4.8.14). Examples have the ids of their operations, which no two share.
pub(super) fn media(schema: Value, operation: &Operation, example: Option<Value>) -> Object {
    let mut media = object([("schema", schema)]);
    if let Some(example) = example {
        add_example(
            &mut media,
            &operation.id,
            object([("summary", operation.title().into()), ("value", example)]),
        );
    }
    media
}

/// Adds an Example Object (§4.8.19). Further ones of an operation have a number behind its id, which has none there.
pub(super) fn add_example(media: &mut Object, id: &str, example: Object) {
    let examples = media.entry("examples").or_insert_with(|| json!({}));
    let Some(examples) = examples.as_object_mut() else { return };
    let name = match examples.len() {
        0 => id.to_owned(),
        before => format!("{id}.{}", before + 1),
    };
    examples.insert(name, example.into());
}

/// The media type of what an operation sends, if it sends something.
pub(super) fn sent_type(api: &Api, operation: &Operation) -> Option<String> {
    let otherwise = match &operation.body {
        Body::None => return None,
        Body::Json(_) => JSON,
        Body::Text => "text/plain",
        Body::Binary => BINARY,
        Body::Form(_) => "application/x-www-form-urlencoded",
        Body::Multipart(_) => "multipart/form-data",
    };
    Some(header_type(api, operation, "content-type").unwrap_or_else(|| otherwise.to_owned()))
}

/// Whether the settings say that the description does without a media type.
pub(super) fn is_left_out(api: &Api, media_type: &str) -> bool {
    api.settings.openapi_without.iter().any(|it| it.is(media_type))
}

/// The media type that a header of the request names, if it is one.
pub(super) fn header_type(api: &Api, operation: &Operation, name: &str) -> Option<String> {
    let value = value::known(api, operation.wire.header(name)?)?;
    media_type(&value).map(str::to_owned)
}

/// Whether a media type is one of JSON (RFC 6839 §3.1).
pub(super) fn is_json(media_type: &str) -> bool {
    media_type.eq_ignore_ascii_case(JSON) || media_type.to_ascii_lowercase().ends_with("+json")
}
