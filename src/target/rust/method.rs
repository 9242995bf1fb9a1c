//! The method of an operation: how its request is put together.

use std::collections::HashSet;

use super::auth;
use super::code;
use super::group::{self, LOCALS, Needs, form_name, operation_name, query_name};
use super::layout;
use super::scope;
use crate::api::{Api, Body, FormPart, Operation, Parameter, Response, Scalar, Type};
use crate::collection::{
    Auth, Encoding, PartContent, PathPart, Text, TokenPlace, WireHeader, WirePart, encode_query_key,
    encode_query_value,
};
use crate::target::order::{self, Slot, default_of, is_bare};
use crate::target::quote;

/// The lines of its signature and those of its statements.
pub(super) fn lines(
    api: &Api,
    operation: &Operation,
    server: &str,
    needs: &mut Needs,
) -> (Vec<String>, Vec<String>) {
    Writer { api, operation, needs, statements: Vec::new() }.method(server)
}

/// The statements that write its query into a request.
pub(super) fn query_lines(api: &Api, operation: &Operation, needs: &mut Needs) -> Vec<String> {
    let mut writer = Writer { api, operation, needs, statements: Vec::new() };
    writer.query_of("self");
    writer.needs.root.insert("Query");
    writer.statements
}

/// Whether something stands in its query by itself.
pub(super) fn sends_query(operation: &Operation) -> bool {
    let signed = matches!(operation.auth(), Auth::Bearer { place: TokenPlace::Query, .. });
    let mut slots = order::query(operation, signed).into_iter();
    slots.any(|slot| match slot {
        Slot::Parameter(parameter) => parameter.sent,
        Slot::Fixed(_) => true,
    })
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
    fn method(mut self, server: &str) -> (Vec<String>, Vec<String>) {
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
        let constant = format!("&{}", scope::constant_name(operation));
        let arguments = ["self.client".to_owned(), constant, format!("servers::{server}")];
        self.path();
        parameters.extend(self.query());
        self.headers();
        self.auth();
        parameters.extend(self.body());
        let name = if self.statements.is_empty() { "request" } else { "mut request" };
        let new = layout::binding(INDENT, name, "Request::new", &arguments);
        self.statements.splice(0..0, new);
        let answer = self.answer();
        let head = format!("pub fn {}", operation_name(operation));
        let signature = layout::signature(4, &head, &parameters, &answer);
        self.needs.note(&signature.join(" "));
        (signature, self.statements)
    }

    fn answer(&self) -> String {
        let answer = match &self.operation.response {
            Response::Empty => "Empty".to_owned(),
            Response::Text => "Text".to_owned(),
            Response::Unknown => "Unknown".to_owned(),
            Response::Json(Type::List(item)) => {
                format!("List<{}>", code::type_name(self.api, item, "models::"))
            }
            Response::Json(Type::Map(value)) => {
                format!("Map<{}>", code::type_name(self.api, value, "models::"))
            }
            Response::Json(ty) => format!("Json<{}>", code::type_name(self.api, ty, "models::")),
        };
        if let Some(paging) = &self.operation.paging {
            let item = code::type_name(self.api, &paging.item, "models::");
            return format!("ListCall<'a, {answer}, {item}>");
        }
        if group::sets_query_on_call(self.operation) {
            return format!("Call<'a, {answer}, {}>", query_name(self.operation));
        }
        format!("Call<'a, {answer}>")
    }

    /// `request.method(arguments)`
    fn call(&mut self, method: &str, arguments: &[String]) {
        self.call_on("request", method, arguments);
    }

    fn call_on(&mut self, value: &str, method: &str, arguments: &[String]) {
        self.statements.extend(layout::call(INDENT, &format!("{value}.{method}"), arguments));
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
        if operation.query.is_empty() {
            // What has no name may stand there all the same.
            self.query_of("query");
            return None;
        }
        if group::sets_query_on_call(operation) {
            return None;
        }
        self.call_on("query", "write", &["&mut request".to_owned()]);
        Some(format!("query: &{}", query_name(operation)))
    }

    /// Writes the query out of the record of this name.
    fn query_of(&mut self, record: &str) {
        let operation = self.operation;
        let token = matches!(operation.auth(), Auth::Bearer { place: TokenPlace::Query, .. });
        for slot in order::query(operation, token && self.token().is_some()) {
            let parameter = match slot {
                Slot::Parameter(parameter) => parameter,
                Slot::Fixed(piece) => {
                    self.call_with("query_from", Vec::new(), piece);
                    continue;
                }
            };
            let key = quote::rust(&encode_query_key(&parameter.wire));
            let value = format!("{record}.{}.as_ref()", code::identifier(&parameter.name, &[]));
            match default_of(parameter) {
                Some(text) => {
                    let text = text.encoded(Encoding::Query, encode_query_value);
                    self.call_with("query_or", vec![key, value], &text);
                }
                None if is_bare(parameter) => self.call("query_key", &[key, value]),
                None => self.call("query", &[key, value]),
            }
        }
    }

    /// The variable of the token, if it is one.
    fn token(&self) -> Option<String> {
        match self.operation.auth() {
            Auth::Bearer { token, .. } => code::only_variable(self.api, token).map(code::constant),
            _ => None,
        }
    }

    fn headers(&mut self) {
        let mut seen: HashSet<String> = HashSet::new();
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
            if !seen.insert(name.to_ascii_lowercase()) {
                self.call_with("add_header", vec![key], &header.value);
            } else if let Some(value) = header.value.as_literal() {
                self.call("header", &[key, quote::rust(value)]);
            } else {
                self.call_with("header_from", vec![key], &header.value);
            }
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
            Auth::Digest { username, password } => {
                let pieces = code::pieces(self.api, username);
                self.needs.note_pieces(&pieces);
                self.statements.extend(layout::array(INDENT, "let name = ", &pieces, ";"));
                self.call_with("digest", vec!["&name".to_owned()], password);
            }
            other => self.statements.extend(auth::statements(self.api, self.needs, other)),
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
                for slot in order::form(operation, fields) {
                    match slot {
                        Slot::Parameter(field) => {
                            let value = format!("form.{}.as_ref()", code::identifier(&field.name, &[]));
                            self.field("field", vec![quote::rust(&field.wire), value], field);
                        }
                        Slot::Fixed(piece) => self.call_with("field_from", Vec::new(), &piece),
                    }
                }
                (!fields.is_empty()).then(|| format!("form: &{}", form_name(operation)))
            }
            Body::Multipart(parts) => {
                for slot in order::parts(operation) {
                    match slot {
                        Slot::Parameter(part) => self.part(part),
                        Slot::Fixed(part) => self.fixed_part(part),
                    }
                }
                (!parts.is_empty()).then(|| format!("form: &{}", form_name(operation)))
            }
        }
    }

    fn part(&mut self, part: &FormPart) {
        let name = quote::rust(&part.parameter.wire);
        let value = format!("form.{}.as_ref()", code::identifier(&part.parameter.name, &[]));
        let (arguments, typed) = match &part.content_type {
            Some(content_type) => (vec![name, quote::rust(content_type), value], "typed_"),
            None => (vec![name, value], ""),
        };
        if part.file {
            self.call(&format!("{typed}part_file"), &arguments);
        } else {
            self.field(&format!("{typed}part"), arguments, &part.parameter);
        }
    }

    /// A part whose name is made of variables. A file needs somebody to give it.
    fn fixed_part(&mut self, part: &WirePart) {
        let PartContent::Text(text) = &part.content else { return };
        let pieces = code::pieces(self.api, &part.name);
        self.needs.note_pieces(&pieces);
        self.statements.extend(layout::array(INDENT, "let name = ", &pieces, ";"));
        let content_type = part.content_type.as_ref().and_then(Text::as_literal).unwrap_or_default();
        self.call_with("part_from", vec!["&name".to_owned(), quote::rust(content_type)], text);
    }

    fn field(&mut self, method: &str, arguments: Vec<String>, field: &Parameter) {
        match default_of(field) {
            Some(text) => self.call_with(&format!("{method}_or"), arguments, text),
            None => self.call(method, &arguments),
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
