//! A module for each group, a method for each operation.

use std::collections::BTreeSet;

use serde::Serialize;

use super::code::{self, doc, inner_doc};
use super::layout;
use super::record::{self, Record, Setting};
use crate::api::{Api, Body, Group, Operation, Parameter, Response, Scalar, Type};
use crate::collection::{Auth, PathPart, Text, TokenPlace, WireHeader, encode_query_key, encode_query_value};
use crate::target::{generated_line, quote};

/// What `rust/src/api/group.rs` may say.
#[derive(Serialize)]
pub(super) struct Module {
    generated: String,
    doc: Vec<String>,
    imports: Vec<String>,
    operations: Vec<Method>,
    records: Vec<Record>,
}

/// A method.
#[derive(Serialize)]
struct Method {
    doc: Vec<String>,
    signature: Vec<String>,
    statements: Vec<String>,
}

/// Names of the other variables of a method.
const LOCALS: [&str; 7] = ["request", "query", "form", "body", "pieces", "name", "value"];

/// Names that [`Client`] has for itself.
const CLIENT: [&str; 5] = ["builder", "from_env", "request", "clone", "http"];

pub(super) fn module_name(group: &Group) -> String {
    code::identifier(&group.name, &[])
}

/// The method of the client that answers with the handle.
pub(super) fn method_name(group: &Group) -> String {
    code::identifier(&group.name, &CLIENT)
}

pub(super) fn operation_name(operation: &Operation) -> String {
    // By convention `new` answers with what it is called on.
    code::identifier(&operation.name, &["new"])
}

/// What the operations of a group need from the rest of the crate.
#[derive(Default)]
struct Needs {
    /// Names out of the crate's root.
    root: BTreeSet<&'static str>,
    encoding: bool,
    piece: bool,
    map: bool,
}

impl Needs {
    /// Takes note of what is named in a piece of code.
    fn note(&mut self, code: &str) {
        let code = [code.to_owned()];
        for name in ["Empty", "File", "Json", "Page", "Text", "Unknown", "Date", "DateTime"] {
            if code::names_in(&code, name) {
                self.root.insert(name);
            }
        }
        if code[0].contains("models::") {
            self.root.insert("models");
        }
        self.map |= code::names_in(&code, "BTreeMap");
    }

    fn note_pieces(&mut self, pieces: &[String]) {
        self.piece |= !pieces.is_empty();
        for piece in pieces.iter().filter(|piece| piece.starts_with("Piece::Variable")) {
            self.encoding |= piece.contains("Encoding::");
            self.root.insert("Variable");
        }
    }

    fn imports(mut self) -> Vec<String> {
        self.root.extend(["Call", "Client", "Request"]);
        let mut imports = Vec::new();
        if self.map {
            imports.extend(["use std::collections::BTreeMap;".to_owned(), String::new()]);
        }
        imports.push("use super::servers;".to_owned());
        match (self.encoding, self.piece) {
            (true, _) => imports.push("use crate::text::{Encoding, Piece};".to_owned()),
            (false, true) => imports.push("use crate::text::Piece;".to_owned()),
            (false, false) => {}
        }
        let root: Vec<&str> = self.root.into_iter().collect();
        imports.push(format!("use crate::{{{}}};", root.join(", ")));
        imports
    }
}

pub(super) fn module(api: &Api, group: &Group, servers: &[String]) -> Module {
    let mut needs = Needs::default();
    let mut records = Vec::new();
    let mut operations = Vec::new();
    for operation in &group.operations {
        let mut writer = Writer { api, operation, needs: &mut needs, statements: Vec::new() };
        let (signature, statements) = writer.method(&servers[operation.server]);
        operations.push(Method { doc: method_doc(operation), signature, statements });
        if let Body::Multipart(parts) = &operation.body
            && parts.iter().any(|part| part.file)
        {
            needs.root.insert("File");
        }
        records.extend(query_record(operation).into_iter().chain(form_record(operation)));
    }
    let mut about = vec![format!("{}.", quote::rust_doc(&quote::one_line(&group.title)))];
    let description = code::description(&group.description);
    if !description.is_empty() {
        about.push(String::new());
        about.extend(description);
    }
    Module {
        generated: generated_line(api),
        doc: inner_doc(about),
        imports: needs.imports(),
        operations,
        records,
    }
}

pub(super) fn query_name(operation: &Operation) -> String {
    format!("{}Query", operation.name.pascal())
}

pub(super) fn form_name(operation: &Operation) -> String {
    format!("{}Form", operation.name.pascal())
}

fn method_doc(operation: &Operation) -> Vec<String> {
    let mut lines = code::description(&operation.description);
    if lines.is_empty() {
        lines.push(format!("{}.", quote::rust_doc(&quote::one_line(operation.title()))));
    }
    lines.push(String::new());
    let mut route = code::route(operation);
    match operation.scopes() {
        [] => {}
        [scope] => route.push_str(&format!(" · scope {}", code::code_span(scope))),
        scopes => {
            let scopes: Vec<String> = scopes.iter().map(|it| code::code_span(it)).collect();
            route.push_str(&format!(" · scopes {}", scopes.join(", ")));
        }
    }
    lines.push(route);
    lines.push(String::new());
    let place: Vec<String> = operation.place.iter().map(|it| quote::rust_doc(&quote::one_line(it))).collect();
    lines.push(format!("In Postman: {}", place.join(" / ")));
    for argument in operation.arguments.iter().filter(|it| !it.description.trim().is_empty()) {
        let about = code::description(&argument.description).join(" ");
        lines.extend([String::new(), format!("`{}`: {about}", code::identifier(&argument.name, &LOCALS))]);
    }
    if let Some(unsigned) = unsigned(operation.auth()) {
        lines.extend([String::new(), format!("Not signed: this crate cannot do {unsigned}.")]);
    }
    if !operation.failures.is_empty() {
        let statuses: Vec<String> = operation.failures.iter().map(u16::to_string).collect();
        lines.extend([
            String::new(),
            "# Errors".to_owned(),
            String::new(),
            format!("Failures that the collection has saved: {}.", statuses.join(", ")),
        ]);
    }
    doc(lines)
}

/// What the auth of an operation is called, if this target cannot sign with it.
pub(super) fn unsigned(auth: &Auth) -> Option<&'static str> {
    match auth {
        Auth::Digest { .. } => Some("Digest"),
        Auth::Unsupported { kind } => Some(kind),
        _ => None,
    }
}

fn query_record(operation: &Operation) -> Option<Record> {
    if operation.query.is_empty() {
        return None;
    }
    let settings: Vec<Setting<'_>> =
        operation.query.iter().map(|parameter| Setting { parameter, file: false }).collect();
    let about = format!("The query of {}.", code::route(operation));
    Some(record::settings(about, query_name(operation), &settings))
}

fn form_record(operation: &Operation) -> Option<Record> {
    let settings: Vec<Setting<'_>> = match &operation.body {
        Body::Form(fields) => fields.iter().map(|parameter| Setting { parameter, file: false }).collect(),
        Body::Multipart(parts) => {
            parts.iter().map(|part| Setting { parameter: &part.parameter, file: part.file }).collect()
        }
        _ => return None,
    };
    let about = format!("The form of {}.", code::route(operation));
    (!settings.is_empty()).then(|| record::settings(about, form_name(operation), &settings))
}

/// Writes one method.
struct Writer<'a> {
    api: &'a Api,
    operation: &'a Operation,
    needs: &'a mut Needs,
    statements: Vec<String>,
}

/// Indent of the statements of a method.
const INDENT: usize = 8;

impl Writer<'_> {
    fn method(&mut self, server: &str) -> (Vec<String>, Vec<String>) {
        let operation = self.operation;
        let mut parameters = vec!["&self".to_owned()];
        for argument in &operation.arguments {
            parameters.push(format!(
                "{}: {}",
                code::identifier(&argument.name, &LOCALS),
                match argument.ty {
                    Scalar::Text => "&str",
                    other => code::scalar(other),
                }
            ));
        }
        let method = quote::rust(&operation.wire.method);
        let arguments = ["self.client".to_owned(), method, format!("servers::{server}")];
        self.path();
        parameters.extend(self.query());
        self.headers();
        self.auth();
        parameters.extend(self.body());
        let binding = if self.statements.is_empty() { "let request" } else { "let mut request" };
        let new = layout::call(INDENT, &format!("{binding} = Request::new"), &arguments);
        self.statements.splice(0..0, new);
        let answer = self.answer();
        let head = format!("pub fn {}", operation_name(operation));
        let signature = layout::signature(4, &head, &parameters, &answer);
        self.needs.note(&signature.join(" "));
        (signature, std::mem::take(&mut self.statements))
    }

    fn answer(&self) -> String {
        match &self.operation.response {
            Response::Empty => "Call<'a, Empty>".to_owned(),
            Response::Text => "Call<'a, Text>".to_owned(),
            Response::Unknown => "Call<'a, Unknown>".to_owned(),
            Response::Json(ty) => format!("Call<'a, Json<{}>>", code::type_name(self.api, ty, "models::")),
        }
    }

    /// `request.method(arguments)`
    fn call(&mut self, method: &str, arguments: &[String]) {
        self.statements.extend(layout::call(INDENT, &format!("request.{method}"), arguments));
    }

    /// `request.method(arguments, pieces)`, with the pieces in a variable if that is easier to read.
    fn call_with(&mut self, method: &str, mut arguments: Vec<String>, text: &Text) {
        let pieces = code::pieces(self.api, text);
        self.needs.note_pieces(&pieces);
        let inline = layout::inline(0, &pieces, 0).map(|it| format!("&{it}"));
        let total =
            |last: &str| arguments.iter().map(|it| it.chars().count() + 2).sum::<usize>() + last.len();
        match inline.filter(|it| total(it) <= 60) {
            Some(inline) => arguments.push(inline),
            None => {
                self.statements.extend(layout::array(INDENT, "let pieces = ", &pieces, ";"));
                arguments.push("&pieces".to_owned());
            }
        }
        self.call(method, &arguments);
    }

    fn path(&mut self) {
        let mut arguments = self.operation.arguments.iter();
        for part in &self.operation.wire.url.path {
            match part {
                PathPart::Fixed(text) => match text.as_literal() {
                    Some(literal) => self.call("push_url", &[quote::rust(literal)]),
                    None => self.call_with("url_from", Vec::new(), text),
                },
                PathPart::Argument { .. } => {
                    if let Some(argument) = arguments.next() {
                        let name = code::identifier(&argument.name, &LOCALS);
                        self.call("segment", &[quote::rust(&argument.wire), name]);
                    }
                }
            }
        }
    }

    fn query(&mut self) -> Option<String> {
        let operation = self.operation;
        for parameter in &operation.query {
            let key = quote::rust(&encode_query_key(&parameter.wire));
            let value = format!("query.{}.as_ref()", code::identifier(&parameter.name, &[]));
            match default_of(parameter) {
                Some(text) => {
                    let text = text.encoded(crate::collection::Encoding::Query, encode_query_value);
                    self.call_with("query_or", vec![key, value], &text);
                }
                None => self.call("query", &[key, value]),
            }
        }
        // Pieces without a key to set them by are sent as they are; the token is auth's.
        let is_set = |piece: &Text| {
            let key = piece.split_once(&['=']).map_or_else(|| piece.clone(), |(key, _, _)| key);
            key.as_literal().is_some_and(|key| {
                !key.is_empty() && operation.query.iter().any(|it| encode_query_key(&it.wire) == key)
            })
        };
        let token = matches!(operation.auth(), Auth::Bearer { place: TokenPlace::Query, .. });
        let pieces: Vec<&Text> = operation.wire.url.query.iter().flatten().collect();
        let last = pieces.len().saturating_sub(1);
        for (index, piece) in pieces.iter().enumerate() {
            if !(is_set(piece) || token && index == last && self.token().is_some()) {
                self.call_with("query_from", Vec::new(), piece);
            }
        }
        (!operation.query.is_empty()).then(|| format!("query: &{}", query_name(operation)))
    }

    /// The variable of the token, if it is one.
    fn token(&self) -> Option<String> {
        match self.operation.auth() {
            Auth::Bearer { token, .. } => code::only_variable(self.api, token).map(code::constant),
            _ => None,
        }
    }

    fn headers(&mut self) {
        let mut seen: Vec<String> = Vec::new();
        for header in &self.operation.wire.headers {
            if self.is_done_elsewhere(header) {
                continue;
            }
            let Some(name) = header.name.as_literal() else {
                let pieces = code::pieces(self.api, &header.name);
                self.needs.note_pieces(&pieces);
                self.statements.extend(layout::array(INDENT, "let name = ", &pieces, ";"));
                self.call_with("named_header", vec!["&name".to_owned()], &header.value);
                continue;
            };
            let key = quote::rust(name);
            if seen.contains(&name.to_ascii_lowercase()) {
                self.call_with("add_header", vec![key], &header.value);
            } else if let Some(value) = header.value.as_literal() {
                self.call("header", &[key, quote::rust(value)]);
            } else {
                self.call_with("header_from", vec![key], &header.value);
            }
            seen.push(name.to_ascii_lowercase());
        }
    }

    /// Whether a header is set together with the token or the body.
    fn is_done_elsewhere(&self, header: &WireHeader) -> bool {
        let is = |name: &str| header.name.as_literal().is_some_and(|it| it.eq_ignore_ascii_case(name));
        let token = header.signs && self.token().is_some();
        let plain = |value: &str| header.value.as_literal() == Some(value);
        let implied = match &self.operation.body {
            Body::Multipart(_) => is("content-type"),
            Body::Json(_) => is("content-type") && plain("application/json"),
            Body::Form(_) => is("content-type") && plain("application/x-www-form-urlencoded"),
            _ => false,
        };
        token || implied
    }

    fn auth(&mut self) {
        let operation = self.operation;
        match operation.auth() {
            Auth::Bearer { place, .. } => {
                let Some(token) = self.token() else { return };
                self.needs.root.insert("Variable");
                let variable = format!("Variable::{token}");
                match place {
                    TokenPlace::Header(prefix) => self.call("bearer", &[quote::rust(prefix), variable]),
                    TokenPlace::Query => self.call("bearer_in_query", &[variable]),
                }
            }
            Auth::Basic { username, password } => {
                let pieces = code::pieces(self.api, username);
                self.needs.note_pieces(&pieces);
                self.statements.extend(layout::array(INDENT, "let name = ", &pieces, ";"));
                self.call_with("basic", vec!["&name".to_owned()], password);
            }
            Auth::None | Auth::ApiKey { .. } | Auth::Digest { .. } | Auth::Unsupported { .. } => {}
        }
    }

    fn body(&mut self) -> Option<String> {
        let operation = self.operation;
        match &operation.body {
            Body::None => None,
            Body::Json(ty) => {
                self.call("json", &["body".to_owned()]);
                Some(format!("body: {}", self.reference(ty)))
            }
            Body::Text => {
                self.call("body", &["body".to_owned()]);
                Some("body: String".to_owned())
            }
            Body::Binary => {
                self.call("file", &["body".to_owned()]);
                Some("body: &File".to_owned())
            }
            Body::Form(fields) => {
                for field in fields {
                    let value = format!("form.{}.as_ref()", code::identifier(&field.name, &[]));
                    self.field("field", field, value);
                }
                (!fields.is_empty()).then(|| format!("form: &{}", form_name(operation)))
            }
            Body::Multipart(parts) => {
                for part in parts {
                    let name = code::identifier(&part.parameter.name, &[]);
                    let value = format!("form.{name}.as_ref()");
                    if part.file {
                        self.call("part_file", &[quote::rust(&part.parameter.wire), value]);
                    } else {
                        self.field("part", &part.parameter, value);
                    }
                }
                (!parts.is_empty()).then(|| format!("form: &{}", form_name(operation)))
            }
        }
    }

    fn field(&mut self, method: &str, field: &Parameter, value: String) {
        let key = quote::rust(&field.wire);
        match default_of(field) {
            Some(text) => self.call_with(&format!("{method}_or"), vec![key, value], text),
            None => self.call(method, &[key, value]),
        }
    }

    fn reference(&self, ty: &Type) -> String {
        match ty {
            Type::List(item) => format!("&[{}]", code::type_name(self.api, item, "models::")),
            Type::Text => "&str".to_owned(),
            ty => format!("&{}", code::type_name(self.api, ty, "models::")),
        }
    }
}

/// What is sent if the caller sets nothing: the variables of the collection are the caller's
/// own settings, while a literal is an example of somebody else.
fn default_of(parameter: &Parameter) -> Option<&Text> {
    parameter.example.as_ref().filter(|it| parameter.sent && it.as_literal().is_none())
}
