//! How a script reads a list to its end: a call of one of the functions in `curl/pages.sh`.

use crate::api::{Api, Next, Operation};
use crate::collection::encode_query_key;
use crate::target::quote::{jq, sh};

/// The call, for an operation that answers with a list.
pub(super) fn call(api: &Api, operation: &Operation) -> Option<String> {
    let paging = operation.paging.as_ref()?;
    let places: Vec<String> = paging.items.iter().map(|it| place(it)).collect();
    let items = sh(&places.join(", "));
    let optional = |it: &Option<String>| it.as_deref().map_or_else(|| sh("empty"), |it| sh(&place(it)));
    let parameter = |it: &str| sh(&encode_query_key(it));
    let size = |it: &Option<String>| parameter(it.as_deref().unwrap_or_default());
    Some(match &paging.next {
        Next::Link { at } => {
            format!("pages_by_link {items} {} {}", sh(&place(at)), sh(&home(api, operation)))
        }
        Next::Cursor { at, parameter: name, more } => {
            format!("pages_by_cursor {items} {} {} {}", parameter(name), sh(&place(at)), optional(more))
        }
        Next::Page { parameter: name, first, size: of, pages } => {
            let (name, of) = (parameter(name), size(of));
            format!("pages_by_page {items} {name} {first} {of} {}", optional(pages))
        }
        Next::Offset { parameter: name, first, size: of, total } => {
            let (name, of) = (parameter(name), size(of));
            format!("pages_by_offset {items} {name} {first} {of} {}", optional(total))
        }
    })
}

/// A JSON pointer as a filter of jq that gives nothing where there is nothing.
fn place(pointer: &str) -> String {
    if pointer.is_empty() {
        return ".".to_owned();
    }
    let keys = pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~"));
    let steps: Vec<String> = keys.map(|key| format!(".[{}]?", jq(&key))).collect();
    format!("({} | values)", steps.join(" | "))
}

/// Where the collection has the server, which it may name in its links wherever it is asked.
fn home(api: &Api, operation: &Operation) -> String {
    let home = api.servers.get(operation.server).and_then(|it| it.default.clone()).unwrap_or_default();
    if home.starts_with("https://") || home.starts_with("http://") { home } else { String::new() }
}
