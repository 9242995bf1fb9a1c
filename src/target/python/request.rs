//! The request of a snippet: its address, headers and body as expressions of Python.

use std::collections::HashSet;

use serde::Serialize;

use super::source::{Source, bracketed, identifier};
use super::{auth, httpx};
use crate::api::{Api, Body, Http, Operation, Parameter};
use crate::collection::{
    Encoding, Part, PartContent, PathPart, Text, WireBody, WirePart, content_type_of, encode_query_key,
    encode_query_value,
};
use crate::name::{Name, Scope};
use crate::target::quote::{self, py, py_block};

/// A header.
#[derive(Serialize)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) value: String,
}

/// Writes the pieces of a request.
pub(super) struct Writer<'a> {
    pub(super) operation: &'a Operation,
    pub(super) source: Source<'a>,
    /// Names of local variables that are taken.
    locals: Scope,
    /// Assignments of the paths of files.
    pub(super) paths: Vec<String>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(api: &'a Api, operation: &'a Operation) -> Self {
        let mut locals = Scope::default();
        for argument in &operation.arguments {
            locals.claim(std::slice::from_ref(&argument.name));
        }
        let mut source = Source::new(api);
        source.http = api.settings.http;
        Self { operation, source, locals, paths: Vec::new() }
    }

    /// A local variable of this name, or of one like it.
    pub(super) fn local(&mut self, name: &str) -> String {
        let name = Name::new(name);
        identifier(&self.locals.claim(&[name.clone(), Name::new("sent").then(&name)]))
    }

    /// A piece of the URL as it is written.
    pub(super) fn piece(&self, text: &Text) -> Text {
        match self.source.http {
            Http::Requests => text.map_literals(escape_bare_percents),
            Http::Httpx => text.clone(),
        }
    }

    pub(super) fn argument(&mut self, argument: &Parameter, optional: bool) -> String {
        let name = identifier(&argument.name);
        match argument.example.as_ref().filter(|_| optional) {
            Some(example) => {
                let example = self.piece(example);
                format!("{name}: str = {}", self.source.expression(&example))
            }
            None => format!("{name}: str"),
        }
    }

    pub(super) fn url(&mut self) -> String {
        let wire = &self.operation.wire;
        let mut out = self.source.inside(&wire.url.origin, '"');
        let mut formatted = wire.url.origin.as_literal().is_none();
        let mut plain = wire.url.origin.as_literal().unwrap_or_default().to_owned();
        let mut arguments = self.operation.arguments.iter();
        for part in &wire.url.path {
            match part {
                PathPart::Fixed(text) => {
                    let text = self.piece(text);
                    formatted |= text.as_literal().is_none();
                    plain.push_str(text.as_literal().unwrap_or_default());
                    out.push_str(&self.source.inside(&text, '"'));
                }
                PathPart::Argument { .. } => {
                    formatted = true;
                    if let Some(argument) = arguments.next() {
                        let name = identifier(&argument.name);
                        if is_encoded_here(argument) {
                            self.source.imports.insert("from urllib.parse import quote");
                            out.push_str(&format!("{{quote({name}, safe=':@')}}"));
                        } else {
                            out.push_str(&format!("{{{name}}}"));
                        }
                    }
                }
            }
        }
        if formatted { format!("f\"{out}\"") } else { py(&plain) }
    }

    /// Pieces of the query: those that are sent, and those that can be, as comments.
    pub(super) fn query(&mut self) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for piece in self.operation.wire.url.query.iter().flatten() {
            let piece = self.piece(piece);
            out.push(format!("{},", self.source.expression(&piece)));
        }
        if let Some(piece) = auth::token_query(&mut self.source, &self.operation.wire.auth, "sign_token()") {
            out.push(format!("{piece},"));
        }
        for parameter in self.operation.query.iter().filter(|it| !it.sent) {
            let mut piece = encode_query_key(&parameter.wire);
            if let Some(example) = &parameter.example {
                piece.push('=');
                piece.push_str(&encode_query_value(&example.to_string()));
            }
            let about = quote::one_line(parameter.description.lines().next().unwrap_or_default());
            let about = if about.is_empty() { String::new() } else { format!("  # {about}") };
            out.push(format!("# {},{about}", py(&piece)));
        }
        out
    }

    /// Headers in order, each with whether its name is there already.
    pub(super) fn headers(&mut self) -> Vec<(Header, bool)> {
        let multipart = matches!(self.operation.wire.body, WireBody::Multipart(_));
        let mut names: HashSet<String> = HashSet::new();
        let mut headers = Vec::new();
        for header in &self.operation.wire.headers {
            let name = header.name.to_string().to_ascii_lowercase();
            // The library writes it, with the boundary.
            if multipart && name == "content-type" {
                continue;
            }
            let line = Header {
                name: self.source.expression(&header.name),
                value: self.source.expression(&header.value),
            };
            headers.push((line, !names.insert(name)));
        }
        if let Some((name, value)) = auth::token_header(&self.operation.wire.auth, "sign_token()") {
            headers.push((Header { name, value }, false));
        }
        headers
    }

    pub(super) fn files(&mut self) -> Vec<String> {
        let parts = self.operation.wire.body_parts();
        // What writes those guesses a type where there is none.
        let typed = self.source.http == Http::Httpx && httpx::has_odd_parts(self.operation);
        parts.iter().flat_map(|part| self.file(part, typed)).collect()
    }

    fn file(&mut self, part: &WirePart, typed: bool) -> Vec<String> {
        let none = typed.then(|| "None".to_owned());
        let name = self.source.expression(&part.name);
        let content_type = part.content_type.as_ref().map(|it| self.source.expression(it));
        match &part.content {
            PartContent::Text(text) => {
                let value = self.source.expression(text);
                tuple(name, ["None".to_owned(), value].into_iter().chain(content_type.or(none)).collect())
            }
            PartContent::File { path, .. } if path.is_empty() => {
                let content = ["\"\"".to_owned(), "b\"\"".to_owned()];
                tuple(name, content.into_iter().chain(none).collect())
            }
            PartContent::File { path, name: send_as } => {
                self.source.imports.insert("from pathlib import Path");
                let content_type = content_type.unwrap_or_else(|| {
                    py(path.as_literal().map_or("application/octet-stream", content_type_of))
                });
                let wanted = Name::new(&part.name.to_string()).or(Name::new("file"));
                let file = identifier(&self.locals.claim(&[wanted.clone(), wanted.then(&Name::new("file"))]));
                self.paths.push(format!("{file} = Path({})", self.source.expression(path)));
                let send_as = match send_as {
                    Some(name) => self.source.expression(name),
                    None => format!("{file}.name"),
                };
                tuple(name, vec![send_as, format!("{file}.read_bytes()"), content_type])
            }
        }
    }

    pub(super) fn body(&mut self) -> String {
        let WireBody::Text(text) = &self.operation.wire.body else {
            return String::new();
        };
        match text.as_literal() {
            Some(literal) => py_block(literal),
            None => self.source.expression(text),
        }
    }

    /// Whether requests would change the URL: it resolves dot segments and escapes some
    /// characters that Postman leaves alone.
    pub(super) fn is_odd_url(&self) -> bool {
        let url = &self.operation.wire.url;
        let path = url.path.iter().filter_map(|part| match part {
            PathPart::Fixed(text) => Some(text),
            PathPart::Argument { .. } => None,
        });
        let is_odd = |text: &str| {
            text.contains("/.")
                || text.contains("//")
                || text.contains(['|', '^', '[', ']', '\\', '`', '{', '}', '%'])
        };
        path.chain(url.query.iter().flatten()).flat_map(Text::parts).any(|part| match part {
            Part::Literal(text) => is_odd(text),
            Part::Variable { encoding, .. } => *encoding != Encoding::Raw,
            Part::Dynamic { dynamic, encoding } => *encoding != Encoding::Raw || dynamic.texts().any(is_odd),
        })
    }
}

/// A part as the library takes it: its name, and a file's name, content and type.
fn tuple(name: String, content: Vec<String>) -> Vec<String> {
    let inline = format!("({})", content.join(", "));
    let lines = bracketed(8, "(", &[name.clone(), inline], "),");
    if lines.len() == 1 {
        return lines;
    }
    let mut lines = vec!["(".to_owned(), format!("    {name},")];
    lines.extend(bracketed(12, "(", &content, "),").iter().map(|it| format!("    {it}")));
    lines.push("),".to_owned());
    lines
}

/// Whether parameters of OAuth 1.0 go into the body (postman-runtime `authorizer/oauth1.js`).
pub(super) fn is_form(operation: &Operation) -> bool {
    matches!(operation.body, Body::Form(_)) && matches!(operation.wire.method.as_str(), "POST" | "PUT")
}

/// Each `%` that is no escape as one: urllib3 would escape all the others as well.
pub(super) fn escape_bare_percents(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        out.push(character);
        let escape = text.as_bytes().get(at + 1..at + 3);
        if character == '%' && !escape.is_some_and(|it| it.iter().all(u8::is_ascii_hexdigit)) {
            out.push_str("25");
        }
    }
    out
}

/// Whether the snippet percent-encodes an argument. It cannot where the collection's own value
/// would come out in another spelling than Postman's.
pub(super) fn is_encoded_here(argument: &Parameter) -> bool {
    let unreserved = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:@".contains(&b));
    argument.example.as_ref().is_none_or(|it| it.as_literal().is_some_and(unreserved))
}
