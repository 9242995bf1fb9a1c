//! How a script reads a list to its end.

use serde::Serialize;

use crate::api::{Next, Operation};
use crate::collection::encode_query_key;
use crate::target::quote::ps;

/// What a script says about the pages of its list. Places are JSON pointers (RFC 6901).
#[derive(Serialize, Default)]
pub(super) struct Pages {
    has_pages: bool,
    /// Places of the items.
    items: String,
    /// Whether the next page is at an address that the answer names.
    is_link: bool,
    /// Whether it is asked for with a value of the answer.
    is_cursor: bool,
    /// Whether it is asked for with a number.
    is_counted: bool,
    place: String,
    parameter: String,
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

/// How the pages of an operation are read.
pub(super) fn view(operation: &Operation) -> Pages {
    let Some(paging) = &operation.paging else { return Pages::default() };
    let places: Vec<String> = paging.items.iter().map(|it| ps(it)).collect();
    let pages = Pages { has_pages: true, items: places.join(", "), ..Pages::default() };
    let optional = |it: &Option<String>| it.as_deref().map(ps).unwrap_or_default();
    match &paging.next {
        Next::Link { at } => Pages { is_link: true, place: ps(at), ..pages },
        Next::Cursor { at, parameter, more } => Pages {
            is_cursor: true,
            place: ps(at),
            parameter: ps(&encode_query_key(parameter)),
            has_more: more.is_some(),
            more: optional(more),
            ..pages
        },
        Next::Page { parameter, first, size, pages: end } => {
            pages.counted(parameter, *first, "1", size.as_deref(), end.as_deref())
        }
        Next::Offset { parameter, first, size, total } => {
            pages.counted(parameter, *first, "$items.Count", size.as_deref(), total.as_deref())
        }
    }
}

impl Pages {
    fn counted(self, parameter: &str, first: u64, step: &str, size: Option<&str>, end: Option<&str>) -> Self {
        Self {
            is_counted: true,
            parameter: ps(&encode_query_key(parameter)),
            first: first.to_string(),
            step: step.to_owned(),
            has_size: size.is_some(),
            size: size.map(|it| ps(&encode_query_key(it))).unwrap_or_default(),
            has_end: end.is_some(),
            end: end.map(ps).unwrap_or_default(),
            behind: if first == 0 { String::new() } else { format!(" + {first}") },
            ..self
        }
    }

    pub(super) fn has_pages(&self) -> bool {
        self.has_pages
    }

    /// Whether the next page is asked for with a parameter of the query.
    pub(super) fn has_parameter(&self) -> bool {
        self.is_cursor || self.is_counted
    }
}
