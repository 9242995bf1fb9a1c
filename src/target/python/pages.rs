//! How a snippet reads a list to its end.

use serde::Serialize;

use super::source::bracketed;
use crate::api::{Http, Next, Operation};
use crate::collection::encode_query_key;
use crate::target::quote::py;

/// Names that a snippet of a list uses.
pub(super) const NAMES: &str = "all_items answer asked before end find found items next_page number number_of \
    parse_qs unquote urljoin urlsplit";

/// What a snippet says about the pages of its list. Places are JSON pointers.
#[derive(Serialize, Default)]
pub(super) struct Pages {
    has_pages: bool,
    /// Whether the next page is at an address that the answer names.
    is_link: bool,
    /// Whether it is asked for with a value of the answer.
    is_cursor: bool,
    /// Whether it is asked for with a number.
    is_counted: bool,
    all_signature: Vec<String>,
    all_call: Vec<String>,
    items: Vec<String>,
    place: String,
    has_parameter: bool,
    parameter: String,
    /// The parameter as it begins in a query.
    parameter_head: String,
    has_more: bool,
    more: String,
    first: String,
    /// What a page adds to the number.
    step: String,
    has_size: bool,
    size: String,
    has_end: bool,
    end: String,
    /// What is added to a count to have the first number behind it.
    behind: String,
}

/// How the pages of an operation are read by a function of this name, with these arguments.
pub(super) fn view(operation: &Operation, function: &str, signature: &[String], names: &[String]) -> Pages {
    let Some(paging) = &operation.paging else { return Pages::default() };
    let places = paging.items.iter().map(|it| py(it));
    let places: Vec<String> = std::iter::once("answer".to_owned()).chain(places).collect();
    let given = names.iter().cloned().chain(["next_page=next_page".to_owned()]);
    let pages = Pages {
        has_pages: true,
        all_signature: bracketed(0, "def all_items(", signature, ") -> Iterator[Any]:"),
        all_call: bracketed(8, &format!("response = {function}("), &given.collect::<Vec<_>>(), ")"),
        items: bracketed(8, "items = find(", &places, ")"),
        ..Pages::default()
    };
    let optional = |it: &Option<String>| it.as_deref().map(py).unwrap_or_default();
    match &paging.next {
        Next::Link { at } => Pages { is_link: true, place: py(at), ..pages },
        Next::Cursor { at, parameter, more } => Pages {
            is_cursor: true,
            place: py(at),
            has_more: more.is_some(),
            more: optional(more),
            ..pages.by(parameter)
        },
        Next::Page { parameter, first, size, pages: end } => {
            pages.counted(*first, "1", size.as_deref(), end.as_deref()).by(parameter)
        }
        Next::Offset { parameter, first, size, total } => {
            pages.counted(*first, "len(items)", size.as_deref(), total.as_deref()).by(parameter)
        }
    }
}

impl Pages {
    fn by(self, parameter: &str) -> Self {
        Self {
            has_parameter: true,
            parameter: py(parameter),
            parameter_head: py(&format!("{}=", encode_query_key(parameter))),
            ..self
        }
    }

    fn counted(self, first: u64, step: &str, size: Option<&str>, end: Option<&str>) -> Self {
        Self {
            is_counted: true,
            first: first.to_string(),
            step: step.to_owned(),
            has_size: size.is_some(),
            size: size.map(py).unwrap_or_default(),
            has_end: end.is_some(),
            end: end.map(py).unwrap_or_default(),
            behind: if first == 0 { String::new() } else { format!(" + {first}") },
            ..self
        }
    }

    /// What the function that sends the request takes besides its own arguments.
    pub(super) fn arguments(&self) -> impl Iterator<Item = String> + use<> {
        let arguments: &[&str] = if self.has_pages { &["*", "next_page: str = \"\""] } else { &[] };
        arguments.iter().map(|it| (*it).to_owned())
    }

    pub(super) fn imports(&self, http: Http) -> Vec<&'static str> {
        let mut imports = Vec::new();
        if self.has_pages {
            imports.extend(["import json", "from collections.abc import Iterator", "from typing import Any"]);
        }
        if self.has_parameter {
            imports.extend(["from urllib.parse import quote", "from urllib.parse import unquote"]);
        }
        if self.is_counted {
            imports.extend(["from urllib.parse import parse_qs", "from urllib.parse import urlsplit"]);
        }
        if self.is_link {
            imports.push("from urllib.parse import urlsplit");
        }
        // httpx has its own.
        if self.is_link && http == Http::Requests {
            imports.push("from urllib.parse import urljoin");
        }
        imports
    }
}

/// The query of a list that goes on by a parameter has a row for it.
pub(super) fn with_parameter(operation: &Operation, mut query: Vec<String>) -> Vec<String> {
    let parameter = match operation.paging.as_ref().map(|it| &it.next) {
        Some(
            Next::Cursor { parameter, .. } | Next::Page { parameter, .. } | Next::Offset { parameter, .. },
        ) => parameter,
        Some(Next::Link { .. }) | None => return query,
    };
    if query.is_empty() {
        query.push(format!("# {},", py(&format!("{}=", encode_query_key(parameter)))));
    }
    query
}
