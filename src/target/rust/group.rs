//! A module for each group, a method for each operation.

use std::collections::BTreeSet;

use serde::Serialize;

use super::auth;
use super::code::{self, doc, inner_doc};
use super::layout;
use super::method;
use super::paging;
use super::record::{self, Record, Setting};
use super::scope::{self, Constant};
use super::{table, usage};
use crate::api::{Api, Body, Group, Operation, Response, Type};
use crate::target::{generated_line, quote};

/// What `rust/src/api/group.rs` may say.
#[derive(Serialize)]
pub(super) struct Module {
    generated: String,
    doc: Vec<String>,
    imports: Vec<String>,
    constants: Vec<Constant>,
    operations: Vec<Method>,
    records: Vec<Record>,
    queries: Vec<Query>,
    aliases: Vec<Alias>,
}

/// A query that is the same as that of another operation.
#[derive(Serialize)]
struct Alias {
    doc: Vec<String>,
    lines: Vec<String>,
}

/// How a query is written into a request.
#[derive(Serialize)]
struct Query {
    name: String,
    statements: Vec<String>,
}

/// A method.
#[derive(Serialize)]
struct Method {
    doc: Vec<String>,
    signature: Vec<String>,
    statements: Vec<String>,
    finish: Vec<String>,
}

/// Names of the other variables of a method.
pub(super) const LOCALS: [&str; 7] = ["request", "query", "form", "body", "pieces", "name", "value"];

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
pub(super) struct Needs {
    /// Names out of the crate's root.
    pub(super) root: BTreeSet<&'static str>,
    /// Whether a list goes on.
    pub(super) next: bool,
    /// Whether a batch is read.
    pub(super) plan: bool,
    encoding: bool,
    piece: bool,
    dynamic: bool,
    map: bool,
}

impl Needs {
    /// Takes note of what is named in a piece of code.
    pub(super) fn note(&mut self, code: &str) {
        let code = [code.to_owned()];
        for name in [
            "Bulk",
            "Call",
            "Empty",
            "File",
            "Json",
            "List",
            "ListCall",
            "Map",
            "Page",
            "Text",
            "Unknown",
            "Date",
            "DateTime",
            "Decimal",
            "IntOrText",
        ] {
            if code::names_in(&code, name) {
                self.root.insert(name);
            }
        }
        if code[0].contains("models::") {
            self.root.insert("models");
        }
        self.map |= code::names_in(&code, "BTreeMap");
    }

    pub(super) fn note_pieces(&mut self, pieces: &[String]) {
        self.piece |= !pieces.is_empty();
        for piece in pieces {
            let (variable, dynamic) =
                (piece.starts_with("Piece::Variable"), piece.starts_with("Piece::Dynamic"));
            self.encoding |= variable || dynamic;
            self.dynamic |= dynamic;
            if variable {
                self.root.insert("Variable");
            }
        }
    }

    fn imports(mut self) -> Vec<String> {
        self.root.extend(["Client", "Operation", "Request"]);
        let mut imports = Vec::new();
        if self.map {
            imports.extend(["use std::collections::BTreeMap;".to_owned(), String::new()]);
        }
        imports.push("use super::servers;".to_owned());
        if self.plan {
            imports.push("use crate::bulk::Plan;".to_owned());
        }
        if self.dynamic {
            imports.push("use crate::dynamic;".to_owned());
        }
        if self.next {
            imports.push("use crate::paging::Next;".to_owned());
        }
        match (self.encoding, self.piece) {
            (true, _) => imports.push("use crate::text::{Encoding, Piece};".to_owned()),
            (false, true) => imports.push("use crate::text::Piece;".to_owned()),
            (false, false) => {}
        }
        let root: Vec<String> = self.root.into_iter().map(str::to_owned).collect();
        imports.extend(code::import("crate", &root));
        imports
    }
}

pub(super) fn module(api: &Api, group: &Group, servers: &[String]) -> Module {
    let mut needs = Needs::default();
    let mut records = Vec::new();
    let mut queries: Vec<Query> = Vec::new();
    let mut of_queries: Vec<Record> = Vec::new();
    let mut aliases = Vec::new();
    let mut operations = Vec::new();
    for operation in &group.operations {
        if let Some(record) = query_record(operation) {
            let statements = method::query_lines(api, operation, &mut needs);
            let mut known = of_queries.iter().zip(&queries);
            match known.find(|(own, query)| own.is_like(&record) && query.statements == statements) {
                Some((_, Query { name, .. })) => {
                    let mut about = about_query(operation);
                    about[0].push_str(&format!(" It is the same as [`{name}`]."));
                    let lines = layout::alias(&query_name(operation), name);
                    aliases.push(Alias { doc: doc(about), lines });
                }
                None => {
                    queries.push(Query { name: query_name(operation), statements });
                    of_queries.push(record);
                }
            }
        }
        let (signature, statements) = method::lines(api, operation, &servers[operation.server], &mut needs);
        let finish = paging::finish(operation, &mut needs);
        operations.push(Method { doc: method_doc(api, group, operation), signature, statements, finish });
        if let Some(it) = paging::whole(api, group, operation, &mut needs) {
            let paging::Whole { doc, signature, statements, finish } = it;
            operations.push(Method { doc, signature, statements, finish });
        }
        if let Body::Multipart(parts) = &operation.body
            && parts.iter().any(|part| part.file)
        {
            needs.root.insert("File");
        }
        records.extend(form_record(operation));
    }
    of_queries.append(&mut records);
    let mut about = vec![format!("{}.", quote::rust_doc(&quote::one_line(&group.title)))];
    let description = code::description(&group.description);
    if !description.is_empty() {
        about.push(String::new());
        about.extend(description);
    }
    about.extend(table::operations(group));
    Module {
        generated: generated_line(api),
        doc: inner_doc(about),
        imports: needs.imports(),
        constants: group.operations.iter().map(|it| scope::operation(api, it)).collect(),
        operations,
        records: of_queries,
        queries,
        aliases,
    }
}

/// The record of its query.
pub(super) fn query_name(operation: &Operation) -> String {
    operation.full_name.pascal()
}

/// The record of its form.
pub(super) fn form_name(operation: &Operation) -> String {
    format!("{}Form", operation.full_name.pascal())
}

/// Whether the query is set on the call and is no argument: it is optional as a whole, and
/// there is something else to tell one call from another. A list is asked for by its query.
pub(super) fn sets_query_on_call(operation: &Operation) -> bool {
    let is_list = operation.paging.is_some()
        || matches!(&operation.response, Response::Json(Type::List(_) | Type::Page(_)));
    let has_other = !operation.arguments.is_empty() || has_body(&operation.body);
    !operation.query.is_empty() && has_other && !is_list && !method::sends_query(operation)
}

/// Whether the query is an argument of the method.
#[must_use]
pub fn takes_query(operation: &Operation) -> bool {
    !operation.query.is_empty() && !sets_query_on_call(operation)
}

/// Whether the method takes a body.
fn has_body(body: &Body) -> bool {
    match body {
        Body::None => false,
        Body::Json(_) | Body::Text | Body::Binary => true,
        Body::Form(fields) => !fields.is_empty(),
        Body::Multipart(parts) => !parts.is_empty(),
    }
}

fn method_doc(api: &Api, group: &Group, operation: &Operation) -> Vec<String> {
    let mut lines = code::description(&operation.description);
    if lines.is_empty() {
        lines.push(format!("{}.", quote::rust_doc(&quote::one_line(operation.title()))));
    }
    lines.push(String::new());
    let mut route = code::route(operation);
    route.push_str(&scope::about(api, operation));
    lines.push(route);
    lines.push(String::new());
    let place: Vec<String> = operation.place.iter().map(|it| quote::rust_doc(&quote::one_line(it))).collect();
    lines.push(format!("In Postman: {}", place.join(" / ")));
    for argument in operation.arguments.iter().filter(|it| !it.description.trim().is_empty()) {
        let about = code::description(&argument.description).join(" ");
        lines.extend([String::new(), format!("`{}`: {about}", code::identifier(&argument.name, &LOCALS))]);
    }
    if sets_query_on_call(operation) {
        let record = query_name(operation);
        lines.extend([String::new(), format!("Its query is optional: `.query(&{record}::new())` sets it.")]);
    }
    lines.extend(paging::about(operation).into_iter().flat_map(|it| [String::new(), it]));
    if !auth::signs(operation.auth()) {
        let scheme = auth::described(operation.auth());
        lines.extend([String::new(), format!("Not signed: this crate cannot do {scheme}.")]);
    }
    lines.push(String::new());
    lines.extend(usage::doc(api, group, operation));
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

fn query_record(operation: &Operation) -> Option<Record> {
    if operation.query.is_empty() {
        return None;
    }
    let settings: Vec<Setting<'_>> =
        operation.query.iter().map(|parameter| Setting { parameter, file: false, encoded: true }).collect();
    Some(record::settings(about_query(operation), query_name(operation), &settings))
}

fn about_query(operation: &Operation) -> Vec<String> {
    let mut about = vec![format!("The query of {}.", code::route(operation))];
    if sets_query_on_call(operation) {
        about.extend([String::new(), "It is optional: [`Call::query`] sets it.".to_owned()]);
    }
    about
}

fn form_record(operation: &Operation) -> Option<Record> {
    let settings: Vec<Setting<'_>> = match &operation.body {
        Body::Form(fields) => {
            fields.iter().map(|parameter| Setting { parameter, file: false, encoded: false }).collect()
        }
        Body::Multipart(parts) => parts
            .iter()
            .map(|part| Setting { parameter: &part.parameter, file: part.file, encoded: false })
            .collect(),
        _ => return None,
    };
    let about = vec![format!("The form of {}.", code::route(operation))];
    (!settings.is_empty()).then(|| record::settings(about, form_name(operation), &settings))
}
