//! Lists that go on, and reads of whole batches.

use super::code::{self, doc};
use super::group::{Needs, operation_name, query_name};
use super::{layout, usage};
use crate::api::{Api, Bulk, BulkPages, Group, Next, Operation, Paging};
use crate::target::quote;

/// Indent of the statements of a method.
const INDENT: usize = 8;

/// The statements that make a call out of a request.
pub(super) fn finish(operation: &Operation, needs: &mut Needs) -> Vec<String> {
    let Some(paging) = &operation.paging else {
        return vec!["Call::new(request)".to_owned()];
    };
    needs.next = true;
    let (function, arguments) = next(paging);
    let mut lines = layout::binding(INDENT, "next", function, &arguments);
    let arguments = ["request".to_owned(), list(&paging.items), "next".to_owned()];
    lines.extend(value(layout::call(INDENT, "ListCall::new", &arguments)));
    lines
}

/// A statement as the value of a block.
fn value(mut statement: Vec<String>) -> Vec<String> {
    if let Some(last) = statement.last_mut() {
        last.pop();
    }
    statement
}

fn list(pointers: &[String]) -> String {
    let pointers: Vec<String> = pointers.iter().map(|it| quote::rust(it)).collect();
    format!("&[{}]", pointers.join(", "))
}

fn next(paging: &Paging) -> (&'static str, Vec<String>) {
    let text = |it: &String| quote::rust(it);
    let optional = |it: &Option<String>| quote::rust(it.as_deref().unwrap_or_default());
    match &paging.next {
        Next::Link { at } => ("Next::Link", vec![text(at)]),
        Next::Cursor { at, parameter, more } => {
            ("Next::cursor", vec![text(at), text(parameter), optional(more)])
        }
        Next::Page { parameter, first, size, pages } => {
            ("Next::page", vec![text(parameter), first.to_string(), optional(size), optional(pages)])
        }
        Next::Offset { parameter, first, size, total } => {
            ("Next::offset", vec![text(parameter), first.to_string(), optional(size), optional(total)])
        }
    }
}

/// What the method of a list says about its pages.
pub(super) fn about(operation: &Operation) -> Option<String> {
    let paging = operation.paging.as_ref()?;
    let how = match &paging.next {
        Next::Link { at } => format!("by the link at {}", place(at)),
        Next::Cursor { at, parameter, .. } => {
            format!("by {}, which is {} of the page before", code::code_span(parameter), place(at))
        }
        Next::Page { parameter, .. } | Next::Offset { parameter, .. } => {
            format!("by {}", code::code_span(parameter))
        }
    };
    Some(format!("Awaited, it is one page; `.items()` reads all of them, {how}."))
}

/// A JSON pointer as people write a place.
fn place(pointer: &str) -> String {
    code::code_span(&pointer.trim_start_matches('/').replace('/', "."))
}

/// Documentation, signature, statements and value of the method that reads a whole batch.
pub(super) struct Whole {
    pub(super) doc: Vec<String>,
    pub(super) signature: Vec<String>,
    pub(super) statements: Vec<String>,
    pub(super) finish: Vec<String>,
}

pub(super) fn whole(api: &Api, group: &Group, read: &Operation, needs: &mut Needs) -> Option<Whole> {
    let bulk = read.bulk.as_ref()?;
    let start = group.operations.get(bulk.start)?;
    let head = format!("pub fn {}", whole_name(bulk));
    let mut parameters = vec!["&self".to_owned()];
    let mut given = Vec::new();
    if !start.query.is_empty() {
        parameters.push(format!("query: &{}", query_name(start)));
        given.push("query".to_owned());
    }
    let answer = format!("Bulk<'a, {}>", code::type_name(api, &bulk.item, "models::"));
    let signature = layout::signature(4, &head, &parameters, &answer);
    needs.note(&signature.join(" "));
    needs.plan = true;
    let call = |it: &Operation| format!("self.{}", operation_name(it));
    let mut statements = layout::binding(INDENT, "start", &call(start), &given);
    let record = format!("{}::new", query_name(read));
    statements.extend(layout::binding(INDENT, "query", &record, &[]));
    statements.extend(layout::binding(INDENT, "read", &call(read), &["&query".to_owned()]));
    let places = [&bulk.id, &bulk.parameter, &bulk.status].map(|it| quote::rust(it));
    let mut arguments = places.to_vec();
    arguments.push(list(std::slice::from_ref(&bulk.items)));
    statements.extend(layout::binding(INDENT, "plan", "Plan::new", &arguments));
    if let Some(BulkPages { page, pages, parameter, of_start }) = &bulk.pages {
        let method = if *of_start { "plan.batches" } else { "plan.pages" };
        let parameter = parameter.as_deref().unwrap_or_default();
        let arguments = [page, pages, parameter].map(quote::rust);
        statements.extend(layout::binding(INDENT, "plan", method, &arguments));
    }
    let arguments = ["start.into_request()", "read.into_request()", "plan"].map(str::to_owned);
    let finish = value(layout::call(INDENT, "Bulk::new", &arguments));
    Some(Whole { doc: whole_doc(api, group, bulk, start, read), signature, statements, finish })
}

/// Name of the method that reads a whole batch.
pub(super) fn whole_name(bulk: &Bulk) -> String {
    code::identifier(&bulk.name, &["new"])
}

fn whole_doc(api: &Api, group: &Group, bulk: &Bulk, start: &Operation, read: &Operation) -> Vec<String> {
    let (begin, ask) = (operation_name(start), operation_name(read));
    let mut lines = vec![
        format!("Reads a whole batch: starts it with [`{begin}`](Self::{begin}), asks with"),
        format!("[`{ask}`](Self::{ask}) until it is ready, and hands out what is in it."),
        String::new(),
        "`.items()` begins; `.interval(…)` and `.ready_within(…)` say how often it asks, and for how"
            .to_owned(),
        "long. A batch that fails or takes too long is [`Error::List`](crate::Error::List).".to_owned(),
    ];
    if bulk.pages.as_ref().is_some_and(|it| it.of_start) {
        lines.extend([String::new(), "Each of its pages is a batch of its own.".to_owned()]);
    }
    lines.push(String::new());
    lines.extend(usage::whole(api, group, start, &whole_name(bulk), &bulk.item));
    doc(lines)
}
