//! The file format, one struct per object of Postman's collection schema
//! (`schemas/draft-07/collection/` of postmanlabs/schemas, v2.0.0 and v2.1.0).

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_json::Value;

use super::de::{self, FromText, Row, Scalar};

/// A collection.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Document {
    /// Name and description.
    #[serde(deserialize_with = "de::or_default")]
    pub info: Info,
    /// Folders and requests, in the order that Postman shows.
    #[serde(deserialize_with = "de::list")]
    pub item: Vec<Item>,
    /// Auth of every request that has none of its own.
    #[serde(deserialize_with = "auth")]
    pub auth: Option<Auth>,
    /// Collection variables.
    #[serde(deserialize_with = "de::list")]
    pub variable: Vec<Variable>,
    /// Scripts of the collection.
    #[serde(deserialize_with = "de::list")]
    pub event: Vec<Event>,
    /// How the runner behaves, merged key by key down to the request.
    #[serde(rename = "protocolProfileBehavior", deserialize_with = "de::or_default")]
    pub behavior: IndexMap<String, Value>,
}

/// Name and description of a collection.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Info {
    /// The name that Postman shows.
    #[serde(deserialize_with = "de::text")]
    pub name: Option<String>,
    /// Markdown.
    #[serde(deserialize_with = "de::description")]
    pub description: Option<String>,
    /// URL of the schema. What can be read is read whatever it says, since exports lie about it.
    #[serde(deserialize_with = "de::text")]
    pub schema: Option<String>,
}

/// A folder if `item` is there, else a request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Item {
    /// The name that Postman shows.
    #[serde(deserialize_with = "de::text")]
    pub name: Option<String>,
    /// Postman's identifier; may be missing or stand twice.
    #[serde(deserialize_with = "de::text", alias = "_postman_id")]
    pub id: Option<String>,
    /// Markdown.
    #[serde(deserialize_with = "de::description")]
    pub description: Option<String>,
    /// What is in the folder; its presence makes a folder, even beside a `request`.
    #[serde(deserialize_with = "folder")]
    pub item: Option<Vec<Item>>,
    /// The request.
    #[serde(deserialize_with = "de::text_or_struct")]
    pub request: Option<Request>,
    /// Saved responses ("examples").
    #[serde(deserialize_with = "de::list")]
    pub response: Vec<Option<Response>>,
    /// Auth of a folder.
    #[serde(deserialize_with = "auth")]
    pub auth: Option<Auth>,
    /// Variables of a folder or request, which Postman's runner ignores.
    #[serde(deserialize_with = "de::list")]
    pub variable: Vec<Variable>,
    /// Scripts.
    #[serde(deserialize_with = "de::list")]
    pub event: Vec<Event>,
    /// How the runner behaves.
    #[serde(rename = "protocolProfileBehavior", deserialize_with = "de::or_default")]
    pub behavior: IndexMap<String, Value>,
}

/// A request: an object, or a text that is the URL of a GET.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Request {
    /// Absent, `null` and empty mean GET.
    #[serde(deserialize_with = "de::text")]
    pub method: Option<String>,
    /// An object, or the URL as one text.
    #[serde(deserialize_with = "de::text_or_struct")]
    pub url: Option<Url>,
    /// Headers, in the order they are sent.
    #[serde(deserialize_with = "de::rows")]
    pub header: Vec<Param>,
    /// The body.
    #[serde(deserialize_with = "de::text_or_struct")]
    pub body: Option<Body>,
    /// Auth of this request.
    #[serde(deserialize_with = "auth")]
    pub auth: Option<Auth>,
    /// Markdown.
    #[serde(deserialize_with = "de::description")]
    pub description: Option<String>,
}

impl FromText for Request {
    fn from_text(text: &str) -> Self {
        Request { url: Some(Url::from_text(text)), ..Request::default() }
    }
}

/// A URL in parts. Where it was written as one text, only `text` is set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Url {
    /// The URL if it was written as one text.
    #[serde(skip)]
    pub text: Option<String>,
    /// What the address bar shows. Postman sends the parts, not this.
    #[serde(deserialize_with = "de::text")]
    pub raw: Option<String>,
    /// `https`
    #[serde(deserialize_with = "de::text")]
    pub protocol: Option<String>,
    /// Labels of the host, or the host as one text.
    #[serde(deserialize_with = "de::parts")]
    pub host: Parts,
    /// The port.
    #[serde(deserialize_with = "de::text")]
    pub port: Option<String>,
    /// Segments of the path, or the path as one text.
    #[serde(deserialize_with = "de::parts")]
    pub path: Parts,
    /// Query parameters; `None` is no `?` at all.
    #[serde(deserialize_with = "some_rows")]
    pub query: Option<Vec<Param>>,
    /// The fragment, which is never sent.
    #[serde(deserialize_with = "de::text")]
    pub hash: Option<String>,
    /// Values of the path variables.
    #[serde(deserialize_with = "de::list")]
    pub variable: Vec<Variable>,
}

impl FromText for Url {
    fn from_text(text: &str) -> Self {
        Url { text: Some(text.to_owned()), ..Url::default() }
    }
}

/// A host or a path as the file writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Parts {
    /// Not there.
    #[default]
    Absent,
    /// Its parts.
    List(Vec<String>),
    /// The whole as one text.
    Text(String),
}

/// A row of a table: a header, a query parameter, a form field.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Param {
    /// Name of the header, parameter or field.
    pub key: Scalar,
    /// Its value.
    pub value: Scalar,
    /// Whether the row is switched off.
    #[serde(deserialize_with = "de::truthy")]
    pub disabled: bool,
    /// Markdown.
    #[serde(deserialize_with = "de::description")]
    pub description: Option<String>,
    /// `text` or `file` in form data.
    #[serde(rename = "type", deserialize_with = "de::text")]
    pub kind: Option<String>,
    /// Path or paths of a file in form data.
    pub src: Scalar,
    /// Content type of one part of form data.
    #[serde(rename = "contentType", deserialize_with = "de::text")]
    pub content_type: Option<String>,
    /// The name a file is sent under, instead of its own.
    #[serde(rename = "fileName", deserialize_with = "de::text")]
    pub file_name: Option<String>,
}

impl Row for Param {
    fn from_pair(key: String, value: Scalar) -> Self {
        Param { key: Scalar::Text(key), value, ..Param::default() }
    }

    /// Header lines; a query text has no line break and no `: `, and is split at `&` later.
    fn from_text(text: &str) -> Vec<Self> {
        let header = |line: &str| {
            let (key, value) = line.split_once(':')?;
            Some(Self::from_pair(key.trim().to_owned(), Scalar::Text(value.trim().to_owned())))
        };
        text.lines().filter_map(header).collect()
    }
}

/// A body: an object, or a text that is the raw body.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Body {
    /// `raw`, `urlencoded`, `formdata`, `file`, `graphql`.
    #[serde(deserialize_with = "de::text")]
    pub mode: Option<String>,
    /// The text of a raw body.
    pub raw: Scalar,
    /// Fields of a form.
    #[serde(deserialize_with = "form")]
    pub urlencoded: Vec<Param>,
    /// Parts of form data.
    #[serde(deserialize_with = "de::rows")]
    pub formdata: Vec<Param>,
    /// The file that is the body.
    #[serde(deserialize_with = "de::text_or_struct")]
    pub file: Option<FileBody>,
    /// Query and variables of GraphQL.
    #[serde(deserialize_with = "de::or_default")]
    pub graphql: GraphQl,
    /// `options.raw.language` is the only one with an effect.
    pub options: Option<Value>,
    /// Whether the body is switched off.
    #[serde(deserialize_with = "de::truthy")]
    pub disabled: bool,
}

impl FromText for Body {
    fn from_text(text: &str) -> Self {
        Body { mode: Some("raw".to_owned()), raw: Scalar::Text(text.to_owned()), ..Body::default() }
    }
}

/// A file as the whole body.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct FileBody {
    /// Its path.
    #[serde(deserialize_with = "de::text")]
    pub src: Option<String>,
    /// Its content in base64, where the collection holds it.
    #[serde(deserialize_with = "de::text")]
    pub content: Option<String>,
}

impl FromText for FileBody {
    fn from_text(text: &str) -> Self {
        FileBody { src: Some(text.to_owned()), ..FileBody::default() }
    }
}

/// A GraphQL body.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct GraphQl {
    /// The document.
    pub query: Scalar,
    /// Which operation of the document.
    #[serde(rename = "operationName")]
    pub operation_name: Scalar,
    /// The variables: JSON as a text, or as it is.
    pub variables: Scalar,
}

/// A saved response.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Response {
    /// The name that Postman shows.
    #[serde(deserialize_with = "de::text")]
    pub name: Option<String>,
    /// Status code.
    pub code: Option<Value>,
    /// Its headers.
    #[serde(deserialize_with = "response_headers")]
    pub header: ResponseHeaders,
    /// What the body is shown as: `json`, `xml`, `html`, `text`.
    #[serde(rename = "_postman_previewlanguage", deserialize_with = "de::text")]
    pub language: Option<String>,
    /// The body.
    #[serde(deserialize_with = "de::text")]
    pub body: Option<String>,
}

/// What the headers of a saved response say of the API. What they say of the one answer is data of the past, and
/// may be a secret.
#[derive(Debug, Clone, Default)]
pub struct ResponseHeaders {
    /// The value of `Content-Type`.
    pub content_type: Option<String>,
    /// Names of all others, each one once, as they are written.
    pub others: Vec<String>,
}

/// A variable of a collection, a folder, a path or an environment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Variable {
    /// Its name.
    #[serde(deserialize_with = "de::text")]
    pub key: Option<String>,
    /// An older name for `key` in paths.
    #[serde(deserialize_with = "de::text")]
    pub id: Option<String>,
    /// Its value.
    pub value: Scalar,
    /// `secret` hides it in Postman.
    #[serde(rename = "type", deserialize_with = "de::text")]
    pub kind: Option<String>,
    /// Markdown.
    #[serde(deserialize_with = "de::description")]
    pub description: Option<String>,
    /// Whether a collection's variable is switched off.
    #[serde(deserialize_with = "de::truthy")]
    pub disabled: bool,
    /// Whether an environment's variable is switched on.
    pub enabled: Option<Value>,
}

/// A script.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Event {
    /// `prerequest` or `test`.
    #[serde(deserialize_with = "de::text")]
    pub listen: Option<String>,
    /// The script itself.
    #[serde(deserialize_with = "de::text_or_struct")]
    pub script: Option<Script>,
    /// Whether the script is switched off.
    #[serde(deserialize_with = "de::truthy")]
    pub disabled: bool,
}

/// The text of a script.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Script {
    /// Its lines.
    #[serde(deserialize_with = "de::lines")]
    pub exec: Vec<String>,
}

impl FromText for Script {
    fn from_text(text: &str) -> Self {
        Script { exec: text.lines().map(str::to_owned).collect() }
    }
}

/// Auth: a type, and the parameters of that type. Parameters of other types are left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Auth {
    /// `oauth2`, `basic`, `noauth` …
    pub kind: String,
    /// Parameters, the last one of each key (v2.1 writes rows, v2.0 a map).
    pub params: IndexMap<String, Scalar>,
}

/// `None` where Postman inherits: absent, `null`, `{}` and `{"type": null}`.
fn auth<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Auth>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let Value::Object(object) = value else {
        return match value {
            Value::Null => Ok(None),
            // What it says may be a secret.
            other => Err(D::Error::invalid_type(de::kind(&other), &"an object with a `type`")),
        };
    };
    let Some(Value::String(kind)) = object.get("type") else {
        return Ok(None);
    };
    let mut params = IndexMap::new();
    match object.get(kind.as_str()) {
        Some(Value::Array(rows)) => {
            for row in rows {
                if let Some(key) = row.get("key").and_then(Value::as_str) {
                    params.insert(key.to_owned(), scalar(row.get("value")));
                }
            }
        }
        Some(Value::Object(map)) => {
            params.extend(map.iter().map(|(key, value)| (key.clone(), scalar(Some(value)))));
        }
        _ => {}
    }
    Ok(Some(Auth { kind: kind.clone(), params }))
}

fn scalar(value: Option<&Value>) -> Scalar {
    match value {
        None => Scalar::Absent,
        // A `Value` reads every `Value`, so that the default is never used.
        Some(value) => Scalar::deserialize(value).unwrap_or_default(),
    }
}

/// What is in a folder; `null` makes none.
fn folder<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Item>>, D::Error> {
    let mut items = Option::<Vec<Item>>::deserialize(deserializer)?;
    items.iter_mut().for_each(Vec::shrink_to_fit);
    Ok(items)
}

/// Rows of a query, with the text form split at `&`.
fn some_rows<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Param>>, D::Error> {
    Ok(Some(pairs::<D>(deserializer)?))
}

/// Rows of a form, with the text form split at `&`.
fn form<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Param>, D::Error> {
    pairs::<D>(deserializer)
}

fn pairs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Param>, D::Error> {
    struct Pair(Param);
    impl<'de> Deserialize<'de> for Pair {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Param::deserialize(deserializer).map(Pair)
        }
    }
    impl Row for Pair {
        fn from_pair(key: String, value: Scalar) -> Self {
            Pair(Param::from_pair(key, value))
        }
        fn from_text(text: &str) -> Vec<Self> {
            let pair = |piece: &str| match piece.split_once('=') {
                Some((key, value)) => Self::from_pair(key.to_owned(), Scalar::Text(value.to_owned())),
                None => Self::from_pair(piece.to_owned(), Scalar::Null),
            };
            if text.is_empty() { Vec::new() } else { text.split('&').map(pair).collect() }
        }
    }
    Ok(de::rows::<D, Pair>(deserializer)?.into_iter().map(|pair| pair.0).collect())
}

/// Headers of a saved response, as rows or as lines; nobody writes them in one way only. What cannot be read is left
/// out.
fn response_headers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ResponseHeaders, D::Error> {
    let mut headers = ResponseHeaders::default();
    match Value::deserialize(deserializer)? {
        Value::Array(rows) => {
            for row in rows.iter().filter_map(|row| Param::deserialize(row).ok()) {
                headers.add(row.key.to_text(), || row.value.to_text());
            }
        }
        Value::String(lines) => {
            for (name, value) in lines.lines().filter_map(|it| it.split_once(':')) {
                headers.add(name.trim().to_owned(), || value.trim().to_owned());
            }
        }
        _ => {}
    }
    headers.others.shrink_to_fit();
    Ok(headers)
}

impl ResponseHeaders {
    fn add(&mut self, name: String, value: impl Fn() -> String) {
        if name.eq_ignore_ascii_case("content-type") {
            self.content_type.get_or_insert_with(value);
        } else if !name.is_empty() && !self.others.iter().any(|it| it.eq_ignore_ascii_case(&name)) {
            self.others.push(name);
        }
    }
}

/// An environment or globals.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Environment {
    /// The name that Postman shows.
    #[serde(deserialize_with = "de::text")]
    pub name: Option<String>,
    /// The variables.
    #[serde(deserialize_with = "de::list")]
    pub values: Vec<Variable>,
}
