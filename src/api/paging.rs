//! Lists that come in pages: where the items of an answer are, and how what comes after it is asked
//! for.
//!
//! Both are told from the saved answers and the parameters. What is not plain is left alone: a
//! list that is read as one page is no mistake, one that never ends is.

mod bulk;
mod overrides;
mod words;

pub(super) use bulk::find as find_bulks;
pub use bulk::{Bulk, BulkPages};
pub use overrides::{Override, Style};

use serde_json::Value;

use super::{Body, Operation, Parameter, Response, Scalar, Type, TypeTable};
use crate::collection::{Request, Text};
use words::{is_one_of, plain};

/// How a list goes on. Places in an answer are JSON pointers (RFC 6901).
#[derive(Debug, Clone, PartialEq)]
pub struct Paging {
    /// Where the items are: the first of these that leads to something. Empty for the answer itself.
    pub items: Vec<String>,
    /// What an item is.
    pub item: Type,
    /// How the next page is asked for.
    pub next: Next,
}

/// How the next page is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// At the address that stands there.
    Link {
        /// Where it stands.
        at: String,
    },
    /// With a value of the answer as a parameter.
    Cursor {
        /// Where it stands.
        at: String,
        /// The parameter.
        parameter: String,
        /// Where it says whether there is more.
        more: Option<String>,
    },
    /// With the number of the page.
    Page {
        /// The parameter.
        parameter: String,
        /// The number of the first page.
        first: u64,
        /// The parameter that says how many items a page has.
        size: Option<String>,
        /// Where it says how many pages there are.
        pages: Option<String>,
    },
    /// With the number of items that were read.
    Offset {
        /// The parameter.
        parameter: String,
        /// The number of the first item.
        first: u64,
        /// The parameter that says how many items a page has.
        size: Option<String>,
        /// Where it says how many items there are.
        total: Option<String>,
    },
}

impl Next {
    /// What it is called in `postwright.toml`.
    #[must_use]
    pub fn style(&self) -> &'static str {
        match self {
            Next::Link { .. } => "links",
            Next::Cursor { .. } => "cursor",
            Next::Page { .. } => "page",
            Next::Offset { .. } => "offset",
        }
    }
}

impl Parameter {
    /// Whether it says where a list goes on, or how much of it comes at once.
    pub(crate) fn is_of_pages(&self) -> bool {
        let words = [&words::CURSOR_PARAMETERS[..], &words::PAGES, &words::OFFSETS, &words::SIZES];
        words.iter().any(|words| is_one_of(&self.wire, words))
    }
}

/// The saved answers of success that are JSON.
pub(super) fn samples(request: &Request) -> Vec<Value> {
    if !matches!(request.wire.method.as_str(), "GET" | "POST") {
        return Vec::new();
    }
    let successes = request.samples.iter().filter(|it| (200..300).contains(&it.status));
    successes.filter_map(|it| serde_json::from_str(&it.body).ok()).collect()
}

/// How the list goes on that an operation answers with, if it does.
pub(super) fn detect(operation: &Operation, samples: &[Value], types: &TypeTable) -> Option<Paging> {
    let Response::Json(ty) = &operation.response else { return None };
    if operation.wire.method != "GET" || operation.body != Body::None {
        return None;
    }
    if let Type::Page(item) = ty {
        let next = Next::Link { at: "/next".to_owned() };
        return Some(Paging { items: page_items(), item: (**item).clone(), next });
    }
    let items = items(samples)?;
    let item = item_type(types, ty, &items)?;
    let parameters = &operation.query;
    let next = link(samples)
        .or_else(|| cursor(samples, parameters))
        .or_else(|| page(samples, parameters))
        .or_else(|| offset(samples, parameters))?;
    // What is called the one, some versions of a framework call the other.
    let items = if items == "/results" { page_items() } else { vec![items] };
    Some(Paging { items, item, next })
}

fn page_items() -> Vec<String> {
    vec!["/results".to_owned(), "/data".to_owned()]
}

/// What the items are that are found there.
fn item_type(types: &TypeTable, ty: &Type, pointer: &str) -> Option<Type> {
    let mut ty = ty.clone();
    for key in pointer.split('/').skip(1) {
        ty = match bare(ty) {
            Type::Page(item) if matches!(key, "results" | "data") => Type::List(item),
            Type::Record(id) => {
                let field = types.get(id).fields.iter().find(|it| escaped(&it.wire) == key)?;
                field.ty.clone()
            }
            _ => return None,
        };
    }
    match bare(ty) {
        Type::List(item) => Some(bare(*item)),
        _ => None,
    }
}

fn bare(ty: Type) -> Type {
    if let Type::Nullable(inner) = ty { *inner } else { ty }
}

/// A key as a part of a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Where the items of an answer are: the answer itself, or the one list in it.
fn items(samples: &[Value]) -> Option<String> {
    let objects: Vec<_> = samples.iter().filter_map(Value::as_object).collect();
    if !samples.is_empty() && samples.iter().all(Value::is_array) {
        return Some(String::new());
    }
    if objects.is_empty() || objects.len() != samples.len() {
        return None;
    }
    let mut lists: Vec<&str> = Vec::new();
    let mut others: Vec<&str> = Vec::new();
    for (key, value) in objects.iter().flat_map(|it| it.iter()) {
        let slot = if value.is_array() && !is_one_of(key, &words::ASIDE) { &mut lists } else { &mut others };
        if !slot.contains(&key.as_str()) {
            slot.push(key);
        }
    }
    let named: Vec<&str> = lists.iter().copied().filter(|it| is_one_of(it, &words::ITEMS)).collect();
    let around_a_list = others.iter().all(|it| words::is_about_pages(it));
    match (named.as_slice(), lists.as_slice()) {
        ([one], _) => Some(format!("/{}", escaped(one))),
        ([], [one]) if around_a_list => Some(format!("/{}", escaped(one))),
        ([], []) => {
            // `{"data": {"items": [...]}}`
            let wrapper = others.iter().find(|it| is_one_of(it, &words::WRAPPERS))?;
            let inside: Vec<Value> = objects.iter().filter_map(|it| it.get(*wrapper)).cloned().collect();
            let inside = items(&inside).filter(|it| !it.is_empty())?;
            Some(format!("/{}{inside}", escaped(wrapper)))
        }
        _ => None,
    }
}

/// Every value beside the items and in what is around them, with the places they have.
fn places(samples: &[Value]) -> Vec<(String, &str, Vec<&Value>)> {
    let mut found = Vec::new();
    for container in words::CONTAINERS {
        let inside: Vec<_> =
            samples.iter().filter_map(|it| it.pointer(container)).filter_map(Value::as_object).collect();
        let mut keys: Vec<&str> = Vec::new();
        for key in inside.iter().flat_map(|it| it.keys()) {
            if !keys.contains(&key.as_str()) {
                keys.push(key);
            }
        }
        for key in keys {
            let values = inside.iter().filter_map(|it| it.get(key)).collect();
            found.push((format!("{container}/{}", escaped(key)), key, values));
        }
    }
    found
}

/// The first place whose name is one of these and whose values are like that.
fn place(samples: &[Value], names: &[&str], is: impl Fn(&Value) -> bool) -> Option<String> {
    let fits = |(_, key, values): &(String, &str, Vec<&Value>)| {
        is_one_of(key, names)
            && values.iter().any(|it| is(it))
            && values.iter().all(|it| is(it) || it.is_null())
    };
    places(samples).into_iter().find(fits).map(|(place, ..)| place)
}

fn is_link(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|it| it.starts_with("http://") || it.starts_with("https://") || it.starts_with('/'))
}

fn is_cursor(value: &Value) -> bool {
    value.is_number() || (value.is_string() && !is_link(value))
}

/// A link to the next page; or none yet, beside one to the page before, as Django REST framework
/// has it on the only page.
fn link(samples: &[Value]) -> Option<Next> {
    if let Some(at) = place(samples, &words::LINKS, is_link) {
        return Some(Next::Link { at });
    }
    // `{"next": {"href": "..."}}`
    let is_object = |value: &Value| value.get("href").is_some_and(is_link);
    if let Some(at) = place(samples, &["next"], is_object) {
        return Some(Next::Link { at: format!("{at}/href") });
    }
    let null = |key: &str| samples.iter().all(|it| it.get(key).is_some_and(Value::is_null));
    let before = |it: &Value| it.get("previous").is_some_and(|it| it.is_null() || is_link(it));
    let alone = !samples.is_empty() && null("next") && samples.iter().all(before);
    alone.then(|| Next::Link { at: "/next".to_owned() })
}

/// A value of the answer that a parameter takes.
fn cursor(samples: &[Value], parameters: &[Parameter]) -> Option<Next> {
    let named = |names: &[&str]| parameters.iter().find(|it| is_one_of(&it.wire, names));
    let more = || place(samples, &words::MORE, Value::is_boolean);
    if let Some(parameter) = named(&words::CURSOR_PARAMETERS) {
        let parameter = parameter.wire.clone();
        let at = place(samples, &words::CURSORS, is_cursor).or_else(|| {
            // On the only page it is empty.
            place(samples, &words::NEXT_CURSORS, |it| it.is_null() || it.as_str() == Some(""))
        });
        if let Some(at) = at {
            return Some(Next::Cursor { at, parameter, more: more() });
        }
    }
    let parameter = named(&words::PAGES).filter(|it| is_number(it))?;
    let at = place(samples, &words::NEXT_PAGES, Value::is_number)?;
    Some(Next::Cursor { at, parameter: parameter.wire.clone(), more: more() })
}

/// Whether a parameter may hold a number.
fn is_number(parameter: &Parameter) -> bool {
    parameter.ty == Scalar::Integer || example(parameter).is_none_or(str::is_empty)
}

fn example(parameter: &Parameter) -> Option<&str> {
    parameter.example.as_ref().and_then(Text::as_literal)
}

fn size(parameters: &[Parameter]) -> Option<String> {
    parameters.iter().find(|it| is_one_of(&it.wire, &words::SIZES) && is_number(it)).map(|it| it.wire.clone())
}

fn page(samples: &[Value], parameters: &[Parameter]) -> Option<Next> {
    let parameter = parameters.iter().find(|it| is_one_of(&it.wire, &words::PAGES) && is_number(it))?;
    Some(Next::Page {
        parameter: parameter.wire.clone(),
        first: u64::from(example(parameter) != Some("0")),
        size: size(parameters),
        pages: place(samples, &words::PAGE_COUNTS, Value::is_u64),
    })
}

fn offset(samples: &[Value], parameters: &[Parameter]) -> Option<Next> {
    let size = size(parameters);
    let is = |it: &&Parameter| {
        let sure = is_one_of(&it.wire, &words::OFFSETS);
        is_number(it) && (sure || (size.is_some() && is_one_of(&it.wire, &words::STARTS)))
    };
    let parameter = parameters.iter().find(is)?;
    Some(Next::Offset {
        parameter: parameter.wire.clone(),
        // SCIM counts from one (RFC 7644 §3.4.2.4).
        first: u64::from(plain(&parameter.wire) == "startindex" && example(parameter) != Some("0")),
        size,
        total: place(samples, &words::TOTALS, Value::is_u64),
    })
}
