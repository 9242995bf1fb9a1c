//! Phase 2, resolve: the file's many ways of saying a thing become closed types, with auth
//! inherited, disabled rows told from enabled ones, and variables told from literals.
//!
//! The last place that knows a quirk of Postman. Rules and their sources are named where
//! they are applied; "runner" is Postman's own (newman 6.2 with postman-runtime 7.39).

mod auth;
mod body;
mod dynamic;
mod encode;
mod export;
mod host;
mod limits;
mod map;
mod prose;
mod resolve;
mod script;
mod signing;
mod text;
mod url;
mod variables;
mod wire;

pub use auth::{Asap, Auth, Aws, Hawk, Jwt, JwtPlace, OAuth1, OAuth2, TokenPlace};
pub use body::media_type;
pub use dynamic::{Dynamic, Ingredient};
pub use encode::{
    literal as encode_literal, path as encode_path, query as encode_query, query_key as encode_query_key,
    query_value as encode_query_value,
};
pub use export::export;
pub use resolve::resolve;
pub use text::{Encoding, Part, Text};
pub use wire::{
    PartContent, PathPart, WireBody, WireHeader, WirePart, WireRequest, WireUrl, content_type_of,
};

use crate::diagnostic::At;

/// A collection without anything left to interpret.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    /// The name that Postman shows.
    pub title: String,
    /// Markdown.
    pub description: String,
    /// Every variable that is defined or used, by the order of definition, then of use.
    pub variables: Vec<Variable>,
    /// How tokens are got, if some auth block says so.
    pub oauth2: Option<OAuth2>,
    /// Folders that have a description: their names from the top, and it.
    pub folders: Vec<(Vec<String>, String)>,
    /// Every request that can be sent, depth first in the order of the file.
    pub requests: Vec<Request>,
}

/// A variable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variable {
    /// Its name in Postman.
    pub name: String,
    /// Its value; `None` if it has none or must not be shown.
    pub value: Option<String>,
    /// Whether its value must never be written anywhere.
    pub secret: bool,
    /// Whether the collection has a row for it, with or without a value.
    pub defined: bool,
    /// What stood in the collection where the value of a secret must not be shown.
    pub hidden: Hidden,
    /// Markdown.
    pub description: String,
}

/// A value that must never be written anywhere, kept so that what is sent can be compared with
/// what Postman sends. It is in no view, has no text form, and its debug form does not show it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Hidden(Option<String>);

impl Hidden {
    fn new(value: impl Into<String>) -> Self {
        Self(Some(value.into()).filter(|value| !value.is_empty()))
    }

    /// The value, for those who know what they are doing with it; `None` if there is none.
    #[must_use]
    pub fn reveal(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Hidden(***)" } else { "Hidden" })
    }
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its place among all items of the collection that are no folder, from 0, depth first.
    pub index: usize,
    /// Its JSON pointer in the file (RFC 6901).
    pub pointer: String,
    /// Names of its folders from the top.
    pub folders: Vec<String>,
    /// The name that Postman shows.
    pub name: String,
    /// Markdown.
    pub description: String,
    /// What is sent.
    pub wire: WireRequest,
    /// Values and descriptions of its path variables.
    pub path_rows: Vec<Row>,
    /// Rows of its query, the disabled ones included.
    pub query: Vec<Row>,
    /// The body as its author means it.
    pub body: BodyKind,
    /// Saved responses.
    pub samples: Vec<Sample>,
}

impl Request {
    /// The place, and where a part of it stands in the file.
    #[must_use]
    pub fn at(&self, within: &str) -> At {
        At::new(self.place(), format!("{}{within}", self.pointer))
    }

    /// The place as Postman shows it: folders, then its own name.
    #[must_use]
    pub fn place(&self) -> String {
        let mut place = self.folders.join(" / ");
        if !place.is_empty() {
            place.push_str(" / ");
        }
        place + &self.name
    }
}

/// A row of a query or form.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its key.
    pub key: Text,
    /// Its value, not encoded; `None` for a bare key.
    pub value: Option<Text>,
    /// Whether Postman sends it.
    pub enabled: bool,
    /// Markdown.
    pub description: String,
}

/// What a body is, beside what it is on the wire.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum BodyKind {
    /// There is none, or it is never sent.
    #[default]
    None,
    /// JSON: its text without comments, and a sample with every variable filled in, if that
    /// gives valid JSON.
    Json {
        /// The sample to infer a type from.
        sample: Option<String>,
    },
    /// Another text.
    Text,
    /// Fields of a form, the disabled ones included.
    Form(Vec<Row>),
    /// Parts of form data, the disabled ones included.
    Multipart(Vec<MultipartRow>),
    /// A file.
    File,
    /// A GraphQL document, and a sample of its variables.
    GraphQl {
        /// The sample of the variables.
        variables: Option<String>,
    },
}

/// A row of form data.
#[derive(Debug, Clone, PartialEq)]
pub struct MultipartRow {
    /// The part.
    pub part: WirePart,
    /// Whether Postman sends it.
    pub enabled: bool,
    /// Markdown.
    pub description: String,
}

/// A saved response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its place among the saved responses of the request, from 0.
    pub index: usize,
    /// Name that Postman shows.
    pub name: String,
    /// Status code; 200 where the file has none.
    pub status: u16,
    /// What it says of its content type.
    pub content_type: Option<String>,
    /// Names of its other headers.
    pub headers: Vec<String>,
    /// Whether it is shown as, or was sent as, JSON.
    pub json: bool,
    /// The body; empty if there is none.
    pub body: String,
}
