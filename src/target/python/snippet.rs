//! A snippet for each operation.

use serde::Serialize;

use super::auth::{self, Becomes};
use super::library::{self, Sends};
use super::pages::{self, Pages};
use super::request::{Writer, is_encoded_here};
use super::source::{Functions, bracketed, identifier, statement};
use crate::api::{Api, Group, Operation};
use crate::collection::WireBody;
use crate::name::Name;
use crate::target::generated_line;
use crate::target::quote::{self, py, py_doc};

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
    #[serde(flatten)]
    sends: Sends,
    paths: Vec<String>,
    files: Vec<String>,
    has_files: bool,
    method: String,
    url: Vec<String>,
    lacks_scheme: bool,
    #[serde(flatten)]
    token: auth::Token,
    #[serde(flatten)]
    pages: Pages,
}

impl Writer<'_> {
    fn snippet(mut self, group: &Name) -> Snippet {
        let operation = self.operation;
        let wire = &operation.wire;
        let url = self.url();
        let query = self.query();
        let query = pages::with_parameter(operation, query);
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
        let sends = library::sends(&mut self, &data);
        let token = auth::token(Becomes::Answer(4), &mut self.source, &wire.auth);
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
        self.source.imports.insert("import sys");
        self.source.imports.extend(pages.imports(self.source.http));
        let is_standard = |it: &&str| {
            let module = it.split([' ', '.']).nth(1).unwrap_or_default();
            super::STANDARD.split(' ').any(|name| name == module)
        };
        let (standard, third_party): (Vec<&str>, Vec<&str>) =
            self.source.imports.iter().copied().partition(is_standard);
        let (imports, third_party) = (in_order(&standard), in_order(&third_party));
        let call_arguments = if signature.is_empty() { String::new() } else { "*sys.argv[1:]".to_owned() };
        let signature: Vec<String> = signature.into_iter().chain(pages.arguments()).collect();
        let head = bracketed(
            0,
            &format!("def {function}("),
            &signature,
            &format!(") -> {}.Response:", sends.module()),
        );
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
            sends,
            has_files: !files.is_empty(),
            paths: self.paths,
            files,
            method: py(&wire.method),
            url: statement(4, "url = ", &url),
            lacks_scheme: self.source.api.servers.get(operation.server).is_some_and(|it| it.lacks_scheme()),
            token,
            pages,
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
        if !super::signs(self.source.http, operation) {
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

/// `list` in `patients` → `list_patients`; a name of several words that names the thing stays.
fn function_name(verb: &Name, group: &Name) -> Name {
    let words = verb.words();
    let says_it = words.len() > 1 && words.iter().any(|word| group.words().contains(word));
    if says_it || words.len() > 2 { verb.clone() } else { verb.then(group) }
}
