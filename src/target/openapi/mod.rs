//! OpenAPI (<https://spec.openapis.org/oas/v3.1.0>, <https://spec.openapis.org/oas/v3.0.3>): the API in one file for
//! tools that read no collections. `docs/openapi.md` says what becomes of what.

mod body;
mod gaps;
mod merge;
mod operation;
mod parameters;
mod path;
mod plan;
mod response;
mod schema;
mod security;
mod servers;
mod tags;
mod times;
mod value;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::{Content, Later, Page, generated_line};
use crate::api::{Api, OpenApi};
use crate::seen;
use plan::{Item, Plan};
use schema::Schemas;
use security::Schemes;
use servers::Servers;
use tags::Tags;

pub(super) use gaps::gaps;

/// Where the description is, below the API's folder.
pub(super) const PATH: &str = "openapi/openapi.json";

/// An object of the description, whose fields keep their order.
type Object = Map<String, Value>;

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let content = Content::Text(Later::new(|| text(api)));
    vec![Page { path: PATH.to_owned(), executable: false, content }]
}

fn text(api: &Api) -> String {
    let writer = Writer::of(api);
    // Texts, lists and maps with text keys always become JSON.
    let mut text = seen::json(serde_json::to_string_pretty(&writer.document()).unwrap_or_default());
    text.push('\n');
    text
}

/// OpenAPI Object (§4.8.1), in its order. What has its name from us begins with `x-`.
#[derive(Serialize)]
struct Document<'a> {
    openapi: &'static str,
    #[serde(rename = "x-generated")]
    generated: String,
    info: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    servers: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Value>,
    #[serde(rename = "x-tagGroups", skip_serializing_if = "Vec::is_empty")]
    tag_groups: Vec<Value>,
    paths: Paths<'a>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    components: Object,
}

/// The path items, each of which is made when it is written: of a large collection they are many times its size.
struct Paths<'a> {
    writer: &'a Writer<'a>,
    plan: Plan<'a>,
}

impl Serialize for Paths<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.plan.items.iter().map(|it| (&it.template, self.writer.path_item(it))))
    }
}

/// What is known of the whole when a part is written.
struct Writer<'a> {
    api: &'a Api,
    version: OpenApi,
    servers: Servers<'a>,
    tags: Tags<'a>,
    schemas: Schemas<'a>,
    schemes: Schemes<'a>,
}

impl<'a> Writer<'a> {
    fn of(api: &'a Api) -> Self {
        let version = api.settings.openapi;
        Self {
            api,
            version,
            servers: Servers::of(api),
            tags: Tags::of(api),
            schemas: Schemas::of(api, version),
            schemes: Schemes::of(api),
        }
    }

    fn document(&self) -> Document<'_> {
        let mut components = Object::new();
        for (name, objects) in [("schemas", self.schemas.all()), ("securitySchemes", self.schemes.all())] {
            if !objects.is_empty() {
                components.insert(name.to_owned(), objects.into());
            }
        }
        Document {
            openapi: match self.version {
                OpenApi::V3_1 => "3.1.0",
                OpenApi::V3_0 => "3.0.3",
            },
            generated: generated_line(self.api),
            info: self.info(),
            servers: self.servers.of_all(),
            tags: self.tags.all(),
            tag_groups: self.tags.groups(),
            paths: Paths { writer: self, plan: Plan::of(self.api) },
            components,
        }
    }

    fn info(&self) -> Value {
        let mut info = Object::new();
        info.insert("title".to_owned(), self.api.title.as_str().into());
        describe(&mut info, &self.api.description);
        info.insert("version".to_owned(), self.api.settings.version.to_string().into());
        info.into()
    }

    /// Path Item Object (§4.8.9).
    fn path_item(&self, item: &Item<'a>) -> Value {
        let mut out = Object::new();
        let mut others = Object::new();
        for (method, entries) in &item.methods {
            let operation = self.operations(entries);
            if plan::is_known(method) {
                out.insert(method.to_ascii_lowercase(), operation.into());
            } else {
                others.insert((*method).to_owned(), operation.into());
            }
        }
        if !others.is_empty() {
            // As OpenAPI 3.2 has them, which knows `additionalOperations`.
            out.insert("x-additionalOperations".to_owned(), others.into());
        }
        out.into()
    }
}

/// Adds a description, if there is one.
fn describe(object: &mut Object, text: &str) {
    if !text.trim().is_empty() {
        object.insert("description".to_owned(), text.into());
    }
}

/// An object of these fields.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Object {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A reference to a schema of the components.
fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}
