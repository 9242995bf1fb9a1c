//! Batches that are read when they are ready.

use std::collections::HashMap;

use serde_json::Value;

use super::words::{self, is_one_of};
use super::{escaped, item_type, items, place};
use crate::api::{Body, Operation, Response, Type, TypeTable};
use crate::name::Name;

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

/// The batches of a group: a POST and a GET of one path, both of whose answers have a status and
/// what the GET asks for.
pub(in crate::api) fn find(operations: &mut [Operation], samples: &[Vec<Value>], types: &TypeTable) {
    let mut starts: HashMap<(usize, String), Vec<usize>> = HashMap::new();
    for (index, it) in operations.iter().enumerate().filter(|(_, it)| is_plain(it, "POST")) {
        starts.entry((it.server, it.path())).or_default().push(index);
    }
    for index in 0..operations.len() {
        let read = &operations[index];
        if !is_plain(read, "GET") {
            continue;
        }
        let starts = starts.get(&(read.server, read.path())).into_iter().flatten();
        let found = starts.filter_map(|start| bulk(operations, samples, types, index, *start)).next();
        if let Some(found) = found {
            let name = free_name(operations);
            // Its pages are those of the batch.
            operations[index].paging = None;
            operations[index].bulk = Some(Bulk { name, ..found });
        }
    }
}

/// A name that no operation of the group has.
pub(super) fn free_name(operations: &[Operation]) -> Name {
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

/// As a batch, the operation at the first index, if that at the second one starts it. They have one path.
fn bulk(
    operations: &[Operation],
    samples: &[Vec<Value>],
    types: &TypeTable,
    index: usize,
    start: usize,
) -> Option<Bulk> {
    let (read, begin) = (&operations[index], &operations[start]);
    let Response::Json(ty) = &read.response else { return None };
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
