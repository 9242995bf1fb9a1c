//! Lists that come in pages, and batches that are read when they are ready: where the items of an
//! answer are, and how what comes after it is asked for.
//!
//! Both are told from the saved answers and the parameters. What is not plain is left alone: a
//! list that is read as one page is no mistake, one that never ends is.

mod overrides;
mod words;

pub use overrides::{Override, Style};

use serde_json::Value;

use super::{Body, Operation, Parameter, Response, Scalar, Type, TypeTable};
use crate::collection::{Request, Text};
use crate::name::Name;
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

/// A read that another operation starts, and that is asked for until it is ready.
#[derive(Debug, Clone, PartialEq)]
pub struct Bulk {
    /// What the whole read is called. Unique among the operations of its group.
    pub name: Name,
    /// The operation that starts it, by its index in the group.
    pub start: usize,
    /// Where the answer to that has what the batch is asked for by.
    pub id: String,
    /// The parameter that takes it.
    pub parameter: String,
    /// Where the status is.
    pub status: String,
    /// Where the items are.
    pub items: String,
    /// What an item is.
    pub item: Type,
    /// How the next page is asked for, if there are pages.
    pub pages: Option<BulkPages>,
}

/// The pages of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkPages {
    /// Where the number of the page is.
    pub page: String,
    /// Where the number of pages is.
    pub pages: String,
    /// The parameter; `None` if the collection has none, so that more than one page cannot be read.
    pub parameter: Option<String>,
    /// Whether it belongs to the operation that starts a batch, so that each page is one.
    pub of_start: bool,
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

/// The batches of a group: a POST and a GET of one path, both of whose answers have a status and
/// what the GET asks for.
pub(super) fn find_bulks(operations: &mut [Operation], samples: &[Vec<Value>], types: &TypeTable) {
    for index in 0..operations.len() {
        let starts = (0..operations.len()).filter(|start| *start != index);
        let found = starts.filter_map(|start| bulk(operations, samples, types, index, start)).next();
        let name = bulk_name(operations);
        if let Some(found) = found {
            // Its pages are those of the batch.
            operations[index].paging = None;
            operations[index].bulk = Some(Bulk { name, ..found });
        }
    }
}

/// A name that no operation of the group has.
fn bulk_name(operations: &[Operation]) -> Name {
    let taken = |name: &Name| {
        operations.iter().any(|it| it.name == *name || it.bulk.as_ref().is_some_and(|it| it.name == *name))
    };
    let mut candidates = ["read all", "read whole batch", "start and read all"].into_iter().map(Name::new);
    let free = candidates.find(|it| !taken(it));
    free.unwrap_or_else(|| operations.iter().fold(Name::new("read all of"), |name, it| name.then(&it.name)))
}

/// Whether nothing but its query has to be given to a request.
fn is_plain(operation: &Operation, method: &str) -> bool {
    operation.wire.method == method && operation.arguments.is_empty() && operation.body == Body::None
}

fn bulk(
    operations: &[Operation],
    samples: &[Vec<Value>],
    types: &TypeTable,
    index: usize,
    start: usize,
) -> Option<Bulk> {
    let (read, begin) = (&operations[index], &operations[start]);
    let Response::Json(ty) = &read.response else { return None };
    let same = read.path() == begin.path() && read.server == begin.server;
    if !same || !is_plain(read, "GET") || !is_plain(begin, "POST") {
        return None;
    }
    let has = |index: usize, key: &str, is: &dyn Fn(&Value) -> bool| {
        let all: &[Value] = &samples[index];
        !all.is_empty() && all.iter().all(|it| it.get(key).is_some_and(is))
    };
    let is_status = |it: &Value| it.is_string();
    if !has(index, "status", &is_status) || !has(start, "status", &is_status) {
        return None;
    }
    let id = read.query.iter().find(|it| {
        let is_id = |value: &Value| value.is_string() || value.is_number();
        is_one_of(&it.wire, &words::BATCH_IDS) && has(index, &it.wire, &is_id) && has(start, &it.wire, &is_id)
    })?;
    let items = items_of_batch(&samples[index])?;
    let item = item_type(types, ty, &items)?;
    let pages = bulk_pages(&samples[index], read, begin);
    Some(Bulk {
        name: Name::default(),
        start,
        id: format!("/{}", escaped(&id.wire)),
        parameter: id.wire.clone(),
        status: "/status".to_owned(),
        items,
        item,
        pages,
    })
}

fn items_of_batch(samples: &[Value]) -> Option<String> {
    items(samples).filter(|it| !it.is_empty())
}

fn bulk_pages(samples: &[Value], read: &Operation, begin: &Operation) -> Option<BulkPages> {
    let page = place(samples, &["page", "currentpage", "pagenumber"], Value::is_u64)?;
    let pages = place(samples, &words::PAGE_COUNTS, Value::is_u64)?;
    let named = |it: &Operation| it.query.iter().find(|it| is_one_of(&it.wire, &words::PAGES)).cloned();
    let (parameter, of_start) = match (named(read), named(begin)) {
        (Some(parameter), _) => (parameter, false),
        (None, Some(parameter)) => (parameter, true),
        (None, None) => return Some(BulkPages { page, pages, parameter: None, of_start: false }),
    };
    Some(BulkPages { page, pages, parameter: Some(parameter.wire), of_start })
}
