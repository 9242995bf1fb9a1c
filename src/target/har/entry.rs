//! An entry of the archive.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::signs;
use crate::api::{Api, Example, Operation, Server};
use crate::collection::{
    Auth, PartContent, PathPart, Text, WireBody, WirePart, WireRequest, encode_literal, encode_path,
};
use crate::target::form_data;
use crate::target::given::decoded;
use crate::target::quote;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry<'a> {
    comment: String,
    started_date_time: &'static str,
    time: u8,
    request: Request<'a>,
    response: Response,
    cache: Empty,
    timings: Timings,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    method: &'a str,
    url: String,
    http_version: &'static str,
    cookies: Vec<Pair>,
    headers: Vec<Pair>,
    query_string: Vec<Pair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_data: Option<PostData>,
    headers_size: i8,
    body_size: i8,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct PostData {
    mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<Vec<Param>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Param {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

#[derive(Serialize)]
struct Pair {
    name: String,
    value: String,
}

/// What was answered: a saved response, or what browsers write where there was none.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    status: u16,
    status_text: &'static str,
    http_version: &'static str,
    cookies: Vec<Pair>,
    headers: Vec<Pair>,
    content: Content,
    #[serde(rename = "redirectURL")]
    redirect_url: &'static str,
    headers_size: i8,
    body_size: i8,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    size: usize,
    mime_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Timings {
    send: u8,
    wait: u8,
    receive: u8,
}

/// What says where the content of something is: an archive has no place for files.
const OF_FILE: &str = "the content of the file ";

/// What is not known is -1 there.
const UNKNOWN: i8 = -1;

impl<'a> Entry<'a> {
    pub(super) fn of(api: &Api, operation: &'a Operation) -> Self {
        let mut comment = format!("{}: {}", operation.id, quote::one_line(&operation.place.join(" / ")));
        if !signs(operation) {
            comment.push_str(&format!(". Not signed: {}", operation.auth().scheme()));
        }
        Self {
            comment,
            // Nothing was sent yet, and the format wants a time.
            started_date_time: "1970-01-01T00:00:00.000Z",
            time: 0,
            request: Writer { api, operation }.request(),
            response: response(operation),
            cache: Empty {},
            timings: Timings { send: 0, wait: 0, receive: 0 },
        }
    }
}

struct Writer<'b, 'a> {
    api: &'b Api,
    operation: &'a Operation,
}

impl<'a> Writer<'_, 'a> {
    fn request(&self) -> Request<'a> {
        let wire = &self.operation.wire;
        let headers = self.headers();
        let query: Vec<String> = wire.url.query.iter().flatten().map(|it| self.query(it)).collect();
        let mut url = format!("{}{}", self.origin(), self.path());
        if wire.url.query.is_some() {
            url.push_str(&format!("?{}", query.join("&")));
        }
        Request {
            method: &wire.method,
            url,
            http_version: "HTTP/1.1",
            cookies: cookies(&headers),
            query_string: query.iter().map(|it| pair(it, false)).collect(),
            post_data: self.post_data(wire),
            headers,
            headers_size: UNKNOWN,
            body_size: UNKNOWN,
        }
    }

    /// A text with the collection's values. A name in braces stands for what it has none for.
    fn text(&self, text: &Text) -> String {
        let value = |name: &str| {
            let variable = self.api.variables.named(name);
            let default = |it: &crate::api::Variable| it.default.clone();
            variable.map(|it| default(it).unwrap_or_else(|| named(&it.name.snake()))).unwrap_or_default()
        };
        text.filled(value, |dynamic, encoding| encode_literal(encoding, &dynamic.sample()))
    }

    /// The names of those variables that the collection has no value for.
    fn unknown<'t>(&self, text: &'t Text) -> impl Iterator<Item = String> + use<'_, 't> {
        let variables = text.variables().filter_map(|name| self.api.variables.named(name));
        variables.filter(|it| it.default.is_none()).map(|it| it.name.snake())
    }

    /// A host that nobody has (RFC 2606) takes the place of one that is not known: a URL needs one.
    fn origin(&self) -> String {
        let origin = &self.operation.wire.url.origin;
        let unknown: Vec<String> = self.unknown(origin).map(|it| it.replace('_', "-")).collect();
        if !unknown.is_empty() {
            return format!("https://{}.invalid", unknown.join("."));
        }
        let lacks_scheme = self.api.servers.get(self.operation.server).is_some_and(Server::lacks_scheme);
        // Postman takes a bare host for one of http.
        format!("{}{}", if lacks_scheme { "http://" } else { "" }, self.text(origin))
    }

    fn path(&self) -> String {
        let text = |part: &PathPart| match part {
            PathPart::Fixed(text) | PathPart::Argument { example: Some(text), .. } => self.text(text),
            // What Postman sends in its place.
            PathPart::Argument { key, example: None } => encode_path(&format!(":{key}")),
        };
        self.operation.wire.url.path.iter().map(text).collect()
    }

    /// A piece of the query. A name in braces would make it no URL, for there Postman leaves braces as they are.
    fn query(&self, piece: &Text) -> String {
        let names = self.unknown(piece).map(|it| named(&it));
        names.fold(self.text(piece), |text, name| text.replace(&name, &encode_path(&name)))
    }

    fn headers(&self) -> Vec<Pair> {
        let wire = &self.operation.wire;
        let multipart = matches!(wire.body, WireBody::Multipart(_));
        let is_type = |name: &Text| name.to_string().eq_ignore_ascii_case("content-type");
        let own = wire.headers.iter().filter(|it| !(multipart && is_type(&it.name)));
        let mut headers: Vec<Pair> =
            own.map(|it| Pair { name: self.text(&it.name), value: self.text(&it.value) }).collect();
        if multipart {
            let value = "multipart/form-data".to_owned();
            headers.push(Pair { name: "Content-Type".to_owned(), value });
        }
        if let Auth::Basic { username, password } = &wire.auth {
            let credentials = format!("{}:{}", self.text(username), self.text(password));
            let is_known = self.unknown(username).chain(self.unknown(password)).next().is_none();
            let written = match is_known {
                true => STANDARD.encode(credentials),
                // What has to be encoded once it is known.
                false => format!("base64({credentials})"),
            };
            headers.push(Pair { name: "Authorization".to_owned(), value: format!("Basic {written}") });
        }
        headers
    }

    fn post_data(&self, wire: &WireRequest) -> Option<PostData> {
        let mime_type = wire.header("content-type").map(|it| self.text(it)).unwrap_or_default();
        match &wire.body {
            WireBody::None => None,
            WireBody::Text(text) => {
                let text = self.text(text);
                let is_form = mime_type.starts_with("application/x-www-form-urlencoded");
                let param = |it: &str| {
                    let Pair { name, value } = pair(it, true);
                    Param { name, value: Some(value), ..Param::default() }
                };
                // Browsers write a form twice as well, and tools read the one or the other.
                let params = is_form.then(|| text.split('&').map(param).collect());
                Some(PostData { mime_type, params, text: Some(text), comment: None })
            }
            WireBody::File(path) => {
                let comment = format!("{OF_FILE}{}", quote::one_line(&self.text(path)));
                Some(PostData { mime_type, comment: Some(comment), ..PostData::default() })
            }
            WireBody::Multipart(parts) => {
                let params = Some(parts.iter().map(|it| self.param(it)).collect());
                Some(PostData {
                    mime_type: "multipart/form-data".to_owned(),
                    params,
                    text: None,
                    comment: None,
                })
            }
        }
    }

    fn param(&self, part: &WirePart) -> Param {
        let content_type = form_data::content_type(part).map(|it| self.text(&it));
        let name = self.text(&part.name);
        match &part.content {
            PartContent::Text(text) => {
                Param { name, value: Some(self.text(text)), content_type, ..Param::default() }
            }
            PartContent::File { path, name: own } => {
                let path = self.text(path);
                let comment = own.as_ref().map(|_| format!("{OF_FILE}{}", quote::one_line(&path)));
                let file_name = Some(own.as_ref().map_or(path, |it| self.text(it)));
                Param { name, file_name, content_type, comment, ..Param::default() }
            }
        }
    }
}

/// The name of a variable in the place of its value.
fn named(name: &str) -> String {
    format!("{{{{{name}}}}}")
}

/// A pair of a query or a form, without its encoding.
fn pair(text: &str, is_form: bool) -> Pair {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let plain = |it: &str| decoded(&if is_form { it.replace('+', " ") } else { it.to_owned() });
    Pair { name: plain(name), value: plain(value) }
}

/// The pairs of the headers `Cookie` (RFC 6265 §4.2.1).
fn cookies(headers: &[Pair]) -> Vec<Pair> {
    let own = headers.iter().filter(|it| it.name.eq_ignore_ascii_case("cookie"));
    let pairs = own.flat_map(|it| it.value.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.map(|(name, value)| Pair { name: name.to_owned(), value: value.to_owned() }).collect()
}

/// The first saved response with JSON that is a success, else the first one.
fn response(operation: &Operation) -> Response {
    let mut successes = operation.json_examples().filter(|it| (200..300).contains(&it.status));
    let saved = successes.next().or_else(|| operation.json_examples().next());
    let content = match saved.and_then(Example::json) {
        Some(json) => {
            Content { size: json.len(), mime_type: "application/json", text: Some(json.to_owned()) }
        }
        None => Content { size: 0, mime_type: "x-unknown", text: None },
    };
    let header =
        saved.map(|_| Pair { name: "Content-Type".to_owned(), value: "application/json".to_owned() });
    Response {
        status: saved.map_or(0, |it| it.status),
        status_text: "",
        http_version: "HTTP/1.1",
        cookies: Vec::new(),
        headers: header.into_iter().collect(),
        content,
        redirect_url: "",
        headers_size: UNKNOWN,
        body_size: UNKNOWN,
        comment: saved.filter(|it| it.is_cut()).map(|_| "lists are cut"),
    }
}
