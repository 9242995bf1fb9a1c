//! The method of an operation: how its request is put together.

use std::collections::BTreeSet;

use serde::Serialize;

use super::arguments::Arguments;
use super::layout::{INDENT, answered, indented, read};
use super::names;
use super::types::Types;
use crate::api::{Body, FormPart, Next, Operation, Parameter, Response, Type};
use crate::collection::{
    Auth, Encoding, Part, PartContent, PathPart, TokenPlace, WireBody, WirePart, encode_literal,
    encode_query_key, encode_query_value,
};
use crate::target::order::{self, Slot, default_of, is_bare};
use crate::target::python::auth::{self, Becomes};
use crate::target::python::request::{escape_bare_percents, is_form};
use crate::target::python::source::{Source, bracketed};
use crate::target::quote::{self, py, py_doc};

/// A method, each part indented.
#[derive(Serialize)]
pub(super) struct Method {
    pub(super) signature: Vec<String>,
    doc: Vec<String>,
    pub(super) statements: Vec<String>,
}

/// Its methods: the one that is called, and the one that signs a token for it.
pub(super) fn methods(
    types: &Types<'_>,
    operation: &Operation,
    source: &mut Source<'_>,
    used: &mut BTreeSet<String>,
) -> Vec<Method> {
    let arguments = Arguments::of(operation);
    let mut writer = Writer { types, operation, source, arguments, statements: Vec::new() };
    if let Some(token) = writer.only_token() {
        used.insert(token.to_owned());
    }
    let method = writer.method();
    std::iter::once(method).chain(writer.signing()).collect()
}

/// Writes one method.
struct Writer<'a, 's> {
    types: &'a Types<'a>,
    operation: &'a Operation,
    source: &'a mut Source<'s>,
    arguments: Arguments,
    statements: Vec<String>,
}

impl Writer<'_, '_> {
    fn method(&mut self) -> Method {
        let operation = self.operation;
        let url = self.url();
        let start = [py(&operation.id), py(&operation.wire.method), url];
        self.statements = bracketed(INDENT, "request = Request(", &start, ")");
        self.query();
        self.headers();
        self.auth();
        self.body();
        let answer = self.answer();
        let head = format!("def {}(", names::operation(operation));
        let mut signature = bracketed(4, &head, &self.parameters(), &format!(") -> {answer}:"));
        if let Some(last) = signature.pop() {
            signature.extend(answered(&last));
        }
        Method {
            signature: indented(4, signature),
            doc: indented(INDENT, self.doc()),
            statements: indented(INDENT, std::mem::take(&mut self.statements)),
        }
    }

    fn push(&mut self, head: &str, arguments: &[String]) {
        self.statements.extend(bracketed(INDENT, &format!("{head}("), arguments, ")"));
    }

    fn parameters(&self) -> Vec<String> {
        let operation = self.operation;
        let mut parameters = vec!["self".to_owned()];
        for (argument, name) in operation.arguments.iter().zip(&self.arguments.path) {
            parameters.push(format!("{name}: {}", self.types.scalar(argument.ty)));
        }
        match &operation.body {
            Body::Json(ty) => parameters.push(format!("body: {}", self.types.expression(ty))),
            Body::Text => parameters.push(format!("body: {}", self.types.built_in("str"))),
            Body::Binary => parameters.push("body: FileLike".to_owned()),
            Body::None | Body::Form(_) | Body::Multipart(_) => {}
        }
        let mut named = Vec::new();
        let form: Vec<(String, &String)> = match &operation.body {
            Body::Form(fields) => {
                fields.iter().map(|it| self.types.scalar(it.ty)).zip(&self.arguments.form).collect()
            }
            Body::Multipart(parts) => {
                let ty = |it: &FormPart| match it.file {
                    true => "FileLike".to_owned(),
                    false => self.types.scalar(it.parameter.ty),
                };
                parts.iter().map(ty).zip(&self.arguments.form).collect()
            }
            _ => Vec::new(),
        };
        named.extend(form.into_iter().map(|(ty, name)| format!("{name}: {ty} | None = None")));
        for (it, name) in operation.query.iter().zip(&self.arguments.query) {
            named.push(format!("{name}: {} | None = None", self.types.scalar(it.ty)));
        }
        if !named.is_empty() {
            parameters.push("*".to_owned());
            parameters.extend(named);
        }
        parameters
    }

    fn url(&mut self) -> String {
        let wire = &self.operation.wire;
        let mut out = self.source.inside(&wire.url.origin, '"');
        let mut plain = wire.url.origin.as_literal().map(str::to_owned);
        let mut arguments = self.arguments.path.iter();
        for part in &wire.url.path {
            match part {
                PathPart::Fixed(text) => {
                    let text = text.map_literals(escape_bare_percents);
                    out.push_str(&self.source.inside(&text, '"'));
                    plain = plain.zip(text.as_literal()).map(|(plain, text)| plain + text);
                }
                PathPart::Argument { .. } => {
                    plain = None;
                    if let Some(name) = arguments.next() {
                        out.push_str(&format!("{{segment('{name}', {name})}}"));
                    }
                }
            }
        }
        plain.map_or_else(|| format!("f\"{out}\""), |plain| py(&plain))
    }

    fn query(&mut self) {
        let operation = self.operation;
        for slot in order::query(operation, false) {
            let parameter = match slot {
                Slot::Parameter(parameter) => parameter,
                Slot::Fixed(piece) => {
                    let piece = self.source.expression(&piece.map_literals(escape_bare_percents));
                    self.push("request.pieces.append", &[piece]);
                    continue;
                }
            };
            let name = self.name_of(parameter, &operation.query);
            let mut arguments = vec![py(&escape_bare_percents(&encode_query_key(&parameter.wire))), name];
            if let Some(text) = default_of(parameter) {
                let text = text.encoded(Encoding::Query, encode_query_value);
                let text = text.map_literals(escape_bare_percents);
                arguments.push(format!("lambda: {}", self.source.expression(&text)));
            }
            let method = if is_bare(parameter) { "request.query_key" } else { "request.query" };
            self.push(method, &arguments);
        }
        let call = self.sign_call();
        if let Some(piece) = auth::token_query(self.source, operation.auth(), &call) {
            self.push("request.pieces.append", &[piece]);
        }
    }

    /// What a parameter of the query is called.
    fn name_of(&self, parameter: &Parameter, all: &[Parameter]) -> String {
        let at = all.iter().position(|it| std::ptr::eq(it, parameter));
        at.and_then(|at| self.arguments.query.get(at)).cloned().unwrap_or_else(|| "None".to_owned())
    }

    fn headers(&mut self) {
        let wire = &self.operation.wire;
        let multipart = matches!(wire.body, WireBody::Multipart(_));
        let has_token = self.only_token().is_some();
        let mut rows = Vec::new();
        for header in &wire.headers {
            let name = header.name.to_string().to_ascii_lowercase();
            // The library writes it, with the boundary; and the token is put in when it is sent.
            if (multipart && name == "content-type") || (header.signs && has_token) {
                continue;
            }
            let (name, value) = (self.source.expression(&header.name), self.source.expression(&header.value));
            rows.push(format!("({name}, {value})"));
        }
        let call = self.sign_call();
        if let Some((name, value)) = auth::token_header(&wire.auth, &call) {
            rows.push(format!("({name}, {value})"));
        }
        if !rows.is_empty() {
            self.statements.extend(bracketed(INDENT, "request.headers = [", &rows, "]"));
        }
    }

    /// The variable of the token in the header, if it is one: it can come from elsewhere as well.
    fn only_token(&self) -> Option<&str> {
        match self.operation.auth() {
            Auth::Bearer { token, place: TokenPlace::Header(_), .. } => match token.parts() {
                [Part::Variable { name, encoding: Encoding::Raw }] => Some(name),
                _ => None,
            },
            _ => None,
        }
    }

    fn auth(&mut self) {
        let operation = self.operation;
        if let (Auth::Bearer { place: TokenPlace::Header(prefix), .. }, Some(wire)) =
            (operation.auth(), self.only_token())
        {
            let variable = self.source.api.variables.named(wire);
            let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix} ") };
            let arguments = [py(&variable.map(names::setting).unwrap_or_default()), py(&prefix)];
            self.push("request.token = Token", &arguments);
            return;
        }
        if let Some((class, arguments)) = auth::signer(self.source, operation.auth(), is_form(operation)) {
            self.push(&format!("request.auth = {class}"), &arguments);
        }
        if matches!(operation.auth(), Auth::OAuth1(oauth) if !oauth.in_header) {
            self.statements.push("request.signs_url = True".to_owned());
        }
    }

    /// How the method that signs a token is called.
    fn sign_call(&self) -> String {
        format!("self._sign_{}()", self.operation.name.snake())
    }

    /// The method that signs a token for each request.
    fn signing(&mut self) -> Option<Method> {
        let token = auth::token(Becomes::Answer(INDENT), self.source, self.operation.auth());
        let name = self.operation.name.snake();
        token.has_token.then(|| Method {
            signature: vec![format!("    def _sign_{name}(self) -> {}:", self.types.built_in("str"))],
            doc: indented(INDENT, vec!["\"\"\"Sign a token for one request.\"\"\"".to_owned()]),
            statements: indented(INDENT, token.token_lines.into_iter().chain(token.token_signed).collect()),
        })
    }

    fn body(&mut self) {
        let operation = self.operation;
        match &operation.body {
            Body::None => {}
            Body::Json(_) => self.push("request.json", &["body".to_owned()]),
            Body::Text => self.statements.push("request.body = body".to_owned()),
            Body::Binary => self.statements.push("request.body = File.of(body)".to_owned()),
            Body::Form(fields) => {
                for slot in order::form(operation, fields) {
                    match slot {
                        Slot::Parameter(field) => {
                            let at = fields.iter().position(|it| std::ptr::eq(it, field)).unwrap_or_default();
                            let key = py(&encode_literal(Encoding::Form, &field.wire));
                            let mut arguments = vec![key, self.arguments.form[at].clone()];
                            let default = default_of(field).map(|it| {
                                it.encoded(Encoding::Form, |it| encode_literal(Encoding::Form, it))
                            });
                            arguments
                                .extend(default.map(|it| format!("lambda: {}", self.source.expression(&it))));
                            self.push("request.field", &arguments);
                        }
                        Slot::Fixed(pair) => {
                            let pair = self.source.expression(&pair);
                            self.push("request.fixed_field", &[pair]);
                        }
                    }
                }
            }
            Body::Multipart(parts) => {
                for slot in order::parts(operation) {
                    match slot {
                        Slot::Parameter(part) => self.part(part, parts),
                        Slot::Fixed(part) => self.fixed_part(part),
                    }
                }
            }
        }
    }

    fn part(&mut self, part: &FormPart, all: &[FormPart]) {
        let at = all.iter().position(|it| std::ptr::eq(it, part)).unwrap_or_default();
        let mut arguments = vec![py(&part.parameter.wire), self.arguments.form[at].clone()];
        arguments.extend(part.content_type.as_deref().map(py));
        if let Some(default) = default_of(&part.parameter).filter(|_| !part.file) {
            arguments.push(format!("otherwise=lambda: {}", self.source.expression(default)));
        }
        self.push("request.part", &arguments);
    }

    /// A part whose name is made of variables. A file needs somebody to give it.
    fn fixed_part(&mut self, part: &WirePart) {
        let PartContent::Text(text) = &part.content else { return };
        let mut arguments = vec![self.source.expression(&part.name), self.source.expression(text)];
        let content_type = part.content_type.as_ref().filter(|it| !it.is_empty());
        arguments.extend(content_type.map(|it| self.source.expression(it)));
        self.push("request.part", &arguments);
    }

    /// The type of the answer; adds the statements that send the request.
    fn answer(&mut self) -> String {
        let operation = self.operation;
        if let Some(paging) = &operation.paging {
            let answer = match &operation.response {
                Response::Json(ty) => self.types.expression(ty),
                _ => self.types.expression(&Type::Any),
            };
            let items: Vec<String> = paging.items.iter().map(|it| py(it)).collect();
            let comma = if items.len() == 1 { "," } else { "" };
            let items = format!("({}{comma})", items.join(", "));
            let arguments = ["self._transport".to_owned(), "request".to_owned(), items, next(&paging.next)];
            self.push("return Listing", &arguments);
            return format!("Listing[{}, {answer}]", self.types.expression(&paging.item));
        }
        match &operation.response {
            Response::Empty => {
                self.statements.push("self._transport.send(request)".to_owned());
                "None".to_owned()
            }
            Response::Text => {
                self.statements.push("return self._transport.text(request)".to_owned());
                self.types.built_in("str")
            }
            Response::Unknown => {
                self.statements.push("return self._transport.send(request)".to_owned());
                "requests.Response".to_owned()
            }
            Response::Json(ty) => {
                let ty = self.types.expression(ty);
                self.statements.extend(read(&ty));
                self.statements.push("return answer".to_owned());
                ty
            }
        }
    }

    fn doc(&self) -> Vec<String> {
        let operation = self.operation;
        let title = py_doc(&quote::one_line(operation.title()));
        let title = match title.trim_end_matches(['.', '"', '\\']) {
            "" => "Send the request",
            title => title,
        };
        let mut lines = vec![format!("\"\"\"{title}."), String::new()];
        let description = quote::lines(&operation.description);
        if !description.is_empty() {
            lines.extend(description.iter().map(|it| py_doc(it)));
            lines.push(String::new());
        }
        lines.push(py_doc(&format!("{} {}", operation.wire.method, quote::one_line(&operation.path()))));
        lines.push(py_doc(
            format!("In Postman: {}", quote::one_line(&operation.place.join(" / "))).trim_end(),
        ));
        if !operation.scopes().is_empty() {
            lines.push(py_doc(&quote::one_line(&format!("Scopes: {}", operation.scopes().join(" ")))));
        }
        let path = operation.arguments.iter().zip(&self.arguments.path);
        let query = operation.query.iter().zip(&self.arguments.query);
        let form: Vec<&Parameter> = match &operation.body {
            Body::Form(fields) => fields.iter().collect(),
            Body::Multipart(parts) => parts.iter().map(|it| &it.parameter).collect(),
            _ => Vec::new(),
        };
        let form = form.into_iter().zip(&self.arguments.form);
        let told: Vec<String> = path
            .chain(form)
            .chain(query)
            .filter_map(|(it, name)| {
                let about = quote::one_line(it.description.trim().lines().next()?);
                (!about.is_empty()).then(|| format!("- {name}: {}", py_doc(&about)))
            })
            .collect();
        if !told.is_empty() {
            lines.push(String::new());
            lines.extend(told);
        }
        if !auth::signs(operation.auth()) {
            let scheme = operation.auth().scheme();
            lines.extend([String::new(), format!("Not signed: this client cannot do {scheme}.")]);
        }
        lines.push("\"\"\"".to_owned());
        lines
    }
}

/// How the next page is asked for.
fn next(next: &Next) -> String {
    let count = |parameter: &str, first: u64, by_item: &str, size: &Option<String>, end: &Option<String>| {
        let mut arguments = vec![py(parameter), first.to_string(), format!("by_item={by_item}")];
        arguments.extend(size.iter().map(|it| format!("size={}", py(it))));
        arguments.extend(end.iter().map(|it| format!("end={}", py(it))));
        format!("Count({})", arguments.join(", "))
    };
    match next {
        Next::Link { at } => format!("Link({})", py(at)),
        Next::Cursor { at, parameter, more } => {
            let more = more.as_deref().map(|it| format!(", more={}", py(it))).unwrap_or_default();
            format!("Cursor({}, {}{more})", py(at), py(parameter))
        }
        Next::Page { parameter, first, size, pages } => count(parameter, *first, "False", size, pages),
        Next::Offset { parameter, first, size, total } => count(parameter, *first, "True", size, total),
    }
}
