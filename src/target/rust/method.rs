//! The method of an operation: how its request is put together.

use super::code;
use super::group::{LOCALS, Needs, form_name, operation_name, query_name};
use super::layout;
use crate::api::{Api, Body, Operation, Parameter, Response, Scalar, Type};
use crate::collection::{
    Auth, Encoding, PathPart, Text, TokenPlace, WireHeader, encode_query_key, encode_query_value,
};
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
        (signature, self.statements)
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
                    let text = text.encoded(Encoding::Query, encode_query_value);
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
            _ => {}
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
