//! Phase 3, build: the API as every target sees it. No word of Postman's format, none of any
//! language: groups, operations, parameters, bodies, types, auth, scopes, names as words.

mod build;
mod contradiction;
mod example;
mod full_name;
mod infer;
mod models;
mod naming;
mod paging;
mod plain;
mod renames;
mod revocation;
mod scalars;
mod scopes;
mod settings;
mod types;
mod variables;

pub use build::build;
pub use contradiction::{Contradiction, contradictions};
pub use example::{Example, ExampleBody};
pub use paging::{Bulk, BulkPages, Next, Override, Paging, Style};
pub use renames::{Kind, Rename, Retype};
pub use settings::{HELP, Http, MediaType, OpenApi, PackageVersion, Prefix, Settings, Version};
pub use types::{Field, Record, Seen, Type, TypeId, TypeTable, Written};
pub use variables::{Variable, Variables};

use std::num::NonZeroU32;

use crate::collection::{Auth, OAuth2, Text, WireRequest};
use crate::diagnostic::At;
use crate::name::Name;

/// An API.
#[derive(Debug, Clone)]
pub struct Api {
    /// Short name: the folder is called so. What leaves the folder has [`Api::public_name`].
    pub name: Name,
    /// The name that people know it by.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// Path of the collection as the user named it, for the headers of generated files.
    pub source: String,
    /// Values that the user may or must give, by order of definition.
    pub variables: Variables,
    /// Where requests go, in the order of first use.
    pub servers: Vec<Server>,
    /// How OAuth 2.0 tokens are got, if the collection says so.
    pub oauth2: Option<OAuth2>,
    /// How many requests it allows.
    pub limits: Limits,
    /// What is wanted of the outputs.
    pub settings: Settings,
    /// Operations by what they are about, in document order.
    pub groups: Vec<Group>,
    /// Records of requests and responses.
    pub types: TypeTable,
}

impl Api {
    /// The name of a type as people read it: `[Patient]` for a list, `Patient?` for what may be null.
    #[must_use]
    pub fn type_name(&self, ty: &Type) -> String {
        match ty {
            Type::Any => "any".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Integer => "integer".to_owned(),
            Type::Float => "float".to_owned(),
            Type::Number => "number".to_owned(),
            Type::Decimal(_) => "decimal".to_owned(),
            Type::Text => "text".to_owned(),
            Type::IntOrText => "integer or text".to_owned(),
            Type::Date => "date".to_owned(),
            Type::DateTime => "date-time".to_owned(),
            Type::Nullable(inner) => format!("{}?", self.type_name(inner)),
            Type::List(item) => format!("[{}]", self.type_name(item)),
            Type::Map(value) => format!("{{{}}}", self.type_name(value)),
            Type::Page(item) => format!("page of {}", self.type_name(item)),
            Type::Record(id) => self.types.get(*id).name.pascal(),
        }
    }
}

/// How many requests an API allows. No collection says so: it is up to whoever reads it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Between two full hours of the clock.
    pub per_clock_hour: Option<NonZeroU32>,
    /// Within any one second.
    pub per_second: Option<NonZeroU32>,
}

/// Where requests go.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// Scheme and authority, or the variables that hold them.
    pub origin: Text,
    /// The collection's own value, if every variable in it has one.
    pub default: Option<String>,
}

impl Server {
    /// Whether the scheme is to be added when a request is sent: the variables that hold the
    /// address may hold a bare host, which Postman takes for one of http.
    #[must_use]
    pub fn lacks_scheme(&self) -> bool {
        let shown = self.default.clone().unwrap_or_else(|| self.origin.to_string());
        !shown.contains("://")
    }
}

/// Operations about one thing.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name.
    pub name: Name,
    /// The name of its folder.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// Its operations, in document order.
    pub operations: Vec<Operation>,
}

/// One request, ready to be called.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `group.operation`: unique, and what users type.
    pub id: String,
    /// Its place among all requests of the collection, from 0. Those that cannot be sent count.
    pub index: usize,
    /// Its JSON pointer in the file of the collection (RFC 6901).
    pub pointer: String,
    /// Its name.
    pub name: Name,
    /// Verb and noun: what is set on it is called after it. Unique in its group.
    pub full_name: Name,
    /// Where the reader finds it in Postman: folder names, then its own.
    pub place: Vec<String>,
    /// Markdown; empty if there is none.
    pub description: String,
    /// Which of the servers it goes to.
    pub server: usize,
    /// Values in the path, in order.
    pub arguments: Vec<Parameter>,
    /// Values in the query.
    pub query: Vec<Parameter>,
    /// What is sent.
    pub body: Body,
    /// What a success answers with.
    pub response: Response,
    /// How the list goes on that it answers with.
    pub paging: Option<Paging>,
    /// The batch that it reads, once another operation has started it.
    pub bulk: Option<Bulk>,
    /// Status codes of the saved successes (2xx), ascending.
    pub successes: Vec<u16>,
    /// Status codes of the saved failures, ascending.
    pub failures: Vec<u16>,
    /// Saved answers, ascending by status.
    pub examples: Vec<Example>,
    /// Names of the variables that it uses, in order.
    pub variables: Vec<String>,
    /// What goes out.
    pub wire: WireRequest,
}

impl Operation {
    /// Its place in Postman and in the file.
    #[must_use]
    pub fn at(&self) -> At {
        At::new(self.place.join(" / "), &self.pointer)
    }

    /// The first saved answer with JSON of each status.
    pub fn json_examples(&self) -> impl Iterator<Item = &Example> {
        let mut last = None;
        let with_json = self.examples.iter().filter(|it| it.json().is_some());
        with_json.filter(move |it| last.replace(it.status) != Some(it.status))
    }

    /// The name that Postman shows.
    #[must_use]
    pub fn title(&self) -> &str {
        self.place.last().map_or("", String::as_str)
    }

    /// Scopes that the collection asks for.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        self.wire.auth.scopes()
    }

    /// How it is signed.
    #[must_use]
    pub fn auth(&self) -> &Auth {
        &self.wire.auth
    }

    /// The path as people write it: `/patients/{id}`, variables as `{name}`.
    #[must_use]
    pub fn path(&self) -> String {
        use crate::collection::{Part, PathPart};
        let mut path = String::new();
        for part in &self.wire.url.path {
            match part {
                PathPart::Argument { key, .. } => path.push_str(&format!("{{{key}}}")),
                PathPart::Fixed(text) => {
                    for part in text.parts() {
                        match part {
                            Part::Literal(literal) => path.push_str(literal),
                            Part::Variable { name, .. } => path.push_str(&format!("{{{name}}}")),
                            Part::Dynamic { .. } => path.push_str("{dynamic}"),
                        }
                    }
                }
            }
        }
        if path.is_empty() { "/".to_owned() } else { path }
    }
}

/// A value of a path, a query or a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its key on the wire.
    pub wire: String,
    /// What it holds, by the look of its example.
    pub ty: Scalar,
    /// The collection's own value, not encoded.
    pub example: Option<Text>,
    /// Whether the collection sends it by default.
    pub sent: bool,
    /// Markdown.
    pub description: String,
}

/// A type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// A text.
    Text,
    /// A signed 64-bit integer.
    Integer,
    /// `true` or `false`.
    Bool,
}

impl Scalar {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scalar::Text => "text",
            Scalar::Integer => "integer",
            Scalar::Bool => "bool",
        }
    }
}

/// What is sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON of this type.
    Json(Type),
    /// A text.
    Text,
    /// Bytes.
    Binary,
    /// `application/x-www-form-urlencoded`.
    Form(Vec<Parameter>),
    /// `multipart/form-data`: each part, and whether it is a file.
    Multipart(Vec<FormPart>),
}

/// A part of `multipart/form-data`.
#[derive(Debug, Clone, PartialEq)]
pub struct FormPart {
    /// Name, key, example.
    pub parameter: Parameter,
    /// Whether it is a file; its example is the path then.
    pub file: bool,
    /// Content type of the part, if the collection gives one.
    pub content_type: Option<String>,
}

/// What a success answers with.
#[derive(Debug, Clone, PartialEq)]
pub enum Response {
    /// No body.
    Empty,
    /// JSON of this type.
    Json(Type),
    /// A text that is not JSON.
    Text,
    /// There is no sample to tell.
    Unknown,
}
