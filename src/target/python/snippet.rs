//! A snippet for each operation.

use serde::Serialize;

use super::auth::{self, Becomes};
use super::pages::{self, Pages};
use super::source::{Functions, Source, bracketed, identifier, statement};
use crate::api::{Api, Body, Group, Operation, Parameter};
use crate::collection::{
    Auth, Encoding, Part, PartContent, PathPart, Text, WireBody, WirePart, content_type_of, encode_query_key,
    encode_query_value,
};
use crate::name::{Name, Scope};
use crate::target::generated_line;
use crate::target::quote::{self, py, py_block, py_doc};

/// The snippet of an operation.
pub(super) fn view(api: &Api, group: &Group, operation: &Operation) -> Snippet {
    Writer::new(api, operation).snippet(&group.name)
}

/// What `python/snippet.py` may say.
#[derive(Serialize)]
pub(super) struct Snippet {
    generated: String,
    doc: Vec<String>,
    imports: Vec<String>,
    third_party: Vec<String>,
    has_variables: bool,
    variables: Vec<String>,
    #[serde(flatten)]
    functions: Functions,
    has_body: bool,
    body: Vec<String>,
    function: String,
    function_doc: String,
    signature: Vec<String>,
    call_arguments: String,
    has_query: bool,
    query: Vec<String>,
    headers: Vec<Header>,
    has_headers: bool,
    paths: Vec<String>,
    files: Vec<String>,
    has_files: bool,
    method: String,
    url: Vec<String>,
    lacks_scheme: bool,
    repeated: Vec<Header>,
    has_repeated: bool,
    data: String,
    has_data: bool,
    auth: Vec<String>,
    #[serde(flatten)]
    token: auth::Token,
    #[serde(flatten)]
    pages: Pages,
    /// Whether the request is changed before it is sent.
    prepares: bool,
    /// Whether its URL is.
    verbatim: bool,
}

/// A header.
#[derive(Serialize)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) value: String,
}

pub(super) struct Writer<'a> {
    operation: &'a Operation,
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
        Self { operation, source: Source::new(api), locals, paths: Vec::new() }
    }

    fn snippet(mut self, group: &Name) -> Snippet {
        let operation = self.operation;
        let wire = &operation.wire;
        let url = self.url();
        let query = self.query();
        let query = pages::with_parameter(operation, query);
        let (headers, repeated) = self.headers();
        if !repeated.is_empty() {
            self.source.imports.insert("from urllib3 import HTTPHeaderDict");
        }
        let files = self.files();
        if !files.is_empty() {
            self.source.imports.insert("from typing import Any");
        }
        let body = self.body();
        let data = match &wire.body {
            WireBody::Text(_) => "BODY.encode()".to_owned(),
            WireBody::File(path) => {
                self.source.imports.insert("from pathlib import Path");
                format!("Path({}).read_bytes()", self.source.expression(path))
            }
            _ => String::new(),
        };
        let auth = auth::argument(&mut self.source, &wire.auth, is_form(operation));
        let token = auth::token(Becomes::Answer(4), &mut self.source, &wire.auth);
        let auth_in_url = matches!(&wire.auth, Auth::OAuth1(oauth) if !oauth.in_header);
        // What auth adds to the URL would be lost.
        let verbatim = self.is_odd_url() && !auth_in_url;
        let prepares = verbatim || !repeated.is_empty();
        // Python wants those without a default first, and the path has an order of its own.
        let required = operation.arguments.iter().rposition(|it| it.example.is_none()).map_or(0, |it| it + 1);
        let signature: Vec<String> = operation
            .arguments
            .iter()
            .enumerate()
            .map(|(at, it)| self.argument(it, at >= required))
            .collect();
        let function = identifier(&function_name(&operation.name, group));
        let names: Vec<String> = operation.arguments.iter().map(|it| identifier(&it.name)).collect();
        let pages = pages::view(operation, &function, &signature, &names);
        self.source.imports.extend(["import sys", "import requests"]);
        self.source.imports.extend(pages.imports());
        let is_standard = |it: &&str| {
            let module = it.split([' ', '.']).nth(1).unwrap_or_default();
            super::STANDARD.split(' ').any(|name| name == module)
        };
        let (standard, third_party): (Vec<&str>, Vec<&str>) =
            self.source.imports.iter().copied().partition(is_standard);
        let (imports, third_party) = (in_order(&standard), in_order(&third_party));
        let call_arguments = if signature.is_empty() { String::new() } else { "*sys.argv[1:]".to_owned() };
        let signature: Vec<String> = signature.into_iter().chain(pages.arguments()).collect();
        let head = bracketed(0, &format!("def {function}("), &signature, ") -> requests.Response:");
        let variables = self.source.assignments(&[]);
        let (doc, function_doc) = (self.doc(), self.function_doc());
        Snippet {
            generated: generated_line(self.source.api),
            doc,
            imports,
            third_party,
            has_variables: !variables.is_empty(),
            variables,
            functions: self.source.functions,
            has_body: !body.is_empty(),
            body: statement(0, "BODY = ", &body),
            function,
            call_arguments,
            function_doc,
            signature: head,
            has_query: !query.is_empty(),
            query,
            has_headers: !headers.is_empty(),
            headers,
            has_files: !files.is_empty(),
            paths: self.paths,
            files,
            method: py(&wire.method),
            url: statement(4, "url = ", &url),
            lacks_scheme: self.source.api.servers.get(operation.server).is_some_and(|it| it.lacks_scheme()),
            has_repeated: !repeated.is_empty(),
            repeated,
            has_data: !data.is_empty(),
            data,
            auth,
            token,
            pages,
            prepares,
            verbatim,
        }
    }

    fn doc(&self) -> Vec<String> {
        let operation = self.operation;
        let mut doc = vec![
            format!("{}.", py_doc(&quote::one_line(operation.title())).trim_end_matches(['.', '"', '\\'])),
            String::new(),
        ];
        let description = quote::lines(&operation.description);
        if !description.is_empty() {
            doc.extend(description.iter().map(|line| py_doc(line)));
            doc.push(String::new());
        }
        doc.push(py_doc(&quote::one_line(&operation.place.join(" / "))));
        doc.push(py_doc(&format!("{} {}", operation.wire.method, quote::one_line(&operation.path()))));
        if !operation.scopes().is_empty() {
            doc.push(py_doc(&quote::one_line(&format!("scopes: {}", operation.scopes().join(" ")))));
        }
        if operation.paging.is_some() {
            doc.push("--all reads it to the end, and prints an item a line, as JSON".to_owned());
        }
        if !auth::signs(operation.auth()) {
            doc.push(format!("not signed: this snippet cannot do {}", operation.auth().scheme()));
        }
        doc
    }

    fn function_doc(&self) -> String {
        let mut doc = "Send the request".to_owned();
        if self.operation.paging.is_some() {
            doc.push_str(", for the first page unless `all_items` goes on with another one");
        }
        if !self.operation.arguments.iter().all(is_encoded_here) {
            doc.push_str("; arguments with escapes like %20 go into its path as they are");
        }
        format!("{doc}.")
    }

    fn argument(&mut self, argument: &Parameter, optional: bool) -> String {
        let name = identifier(&argument.name);
        match argument.example.as_ref().filter(|_| optional) {
            Some(example) => {
                let example = example.map_literals(escape_bare_percents);
                format!("{name}: str = {}", self.source.expression(&example))
            }
            None => format!("{name}: str"),
        }
    }

    fn url(&mut self) -> String {
        let wire = &self.operation.wire;
        let mut out = self.source.inside(&wire.url.origin, '"');
        let mut formatted = wire.url.origin.as_literal().is_none();
        let mut plain = wire.url.origin.as_literal().unwrap_or_default().to_owned();
        let mut arguments = self.operation.arguments.iter();
        for part in &wire.url.path {
            match part {
                PathPart::Fixed(text) => {
                    formatted |= text.as_literal().is_none();
                    plain.push_str(&escape_bare_percents(text.as_literal().unwrap_or_default()));
                    out.push_str(&self.source.inside(&text.map_literals(escape_bare_percents), '"'));
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
    fn query(&mut self) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for piece in self.operation.wire.url.query.iter().flatten() {
            let piece = piece.map_literals(escape_bare_percents);
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

    /// Headers, and those whose name is there already: a dictionary has each name once.
    pub(super) fn headers(&mut self) -> (Vec<Header>, Vec<Header>) {
        let multipart = matches!(self.operation.wire.body, WireBody::Multipart(_));
        let mut names: Vec<String> = Vec::new();
        let (mut headers, mut repeated) = (Vec::new(), Vec::new());
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
            if names.contains(&name) {
                repeated.push(line);
            } else {
                names.push(name);
                headers.push(line);
            }
        }
        if let Some((name, value)) = auth::token_header(&self.operation.wire.auth, "sign_token()") {
            headers.push(Header { name, value });
        }
        (headers, repeated)
    }

    pub(super) fn files(&mut self) -> Vec<String> {
        let parts = self.operation.wire.body_parts();
        parts.iter().flat_map(|part| self.file(part)).collect()
    }

    fn file(&mut self, part: &WirePart) -> Vec<String> {
        let name = self.source.expression(&part.name);
        let content_type = part.content_type.as_ref().map(|it| self.source.expression(it));
        match &part.content {
            PartContent::Text(text) => {
                let value = self.source.expression(text);
                tuple(name, ["None".to_owned(), value].into_iter().chain(content_type).collect())
            }
            PartContent::File { path, .. } if path.is_empty() => {
                tuple(name, vec!["\"\"".to_owned(), "b\"\"".to_owned()])
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

    fn body(&mut self) -> String {
        let WireBody::Text(text) = &self.operation.wire.body else {
            return String::new();
        };
        match text.as_literal() {
            Some(literal) => py_block(literal),
            None => self.source.expression(text),
        }
    }

    /// Whether the library would change the URL: it resolves dot segments and escapes some
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

/// Imports as isort has them: modules before names out of modules, and these in one line for each.
pub(super) fn in_order(imports: &[&str]) -> Vec<String> {
    let (modules, names): (Vec<&str>, Vec<&str>) = imports.iter().partition(|it| it.starts_with("import"));
    let mut lines: Vec<String> = modules.into_iter().map(str::to_owned).collect();
    for import in names {
        match (import.split_once(" import "), lines.last_mut()) {
            (Some((module, name)), Some(last)) if last.starts_with(&format!("{module} import ")) => {
                last.push_str(&format!(", {name}"));
            }
            _ => lines.push(import.to_owned()),
        }
    }
    lines
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
fn is_encoded_here(argument: &Parameter) -> bool {
    let unreserved = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:@".contains(&b));
    argument.example.as_ref().is_none_or(|it| it.as_literal().is_some_and(unreserved))
}

/// `list` in `patients` → `list_patients`; a name of several words that names the thing stays.
fn function_name(verb: &Name, group: &Name) -> Name {
    let words = verb.words();
    let says_it = words.len() > 1 && words.iter().any(|word| group.words().contains(word));
    if says_it || words.len() > 2 { verb.clone() } else { verb.then(group) }
}
