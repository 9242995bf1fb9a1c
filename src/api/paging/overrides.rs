//! What `postwright.toml` says about lists, where the samples do not.

use serde::Deserialize;

use super::bulk::{Bulk, BulkPages, free_name};
use super::{Next, Paging, escaped, item_type, page_items};
use crate::api::{Api, Group, Response, Type, TypeTable};
use crate::error::{InputError, Result};

/// What is said about one operation. Places in an answer are names with dots between them
/// (`meta.next_cursor`), or JSON pointers where a name has a dot itself (`/@odata.nextLink`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// Its path in Postman: `Clinical / Patients / List patients`.
    pub operation: String,
    /// How its list goes on.
    pub style: Style,
    /// Where the items are.
    pub items: Option<String>,
    /// Where the link or the cursor is.
    pub next: Option<String>,
    /// The parameter that asks for the next page, or for a batch.
    pub parameter: Option<String>,
    /// Where it says whether there is more.
    pub more: Option<String>,
    /// The parameter that says how many items a page has.
    pub size: Option<String>,
    /// Where it says how many pages or items there are.
    pub total: Option<String>,
    /// The number of the first page or item.
    pub first: Option<u64>,
    /// The operation that starts a batch.
    pub start: Option<String>,
}

/// How a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// It does not.
    None,
    /// By links.
    Links,
    /// By a cursor.
    Cursor,
    /// By the number of the page.
    Page,
    /// By the number of items that were read.
    Offset,
    /// It is a batch that another operation starts.
    Bulk,
}

impl Api {
    /// Takes what a file of settings says about lists in the place of what the samples say.
    ///
    /// # Errors
    /// If it names an operation that is none, or one whose answer has no list.
    pub fn set_paging(&mut self, file: &str, overrides: &[Override]) -> Result<()> {
        for own in overrides {
            let wrong = |message: String, help: &str| InputError {
                file: file.to_owned(),
                position: None,
                path: String::new(),
                message,
                help: help.to_owned(),
            };
            let Some((group, index)) = find(&self.groups, &own.operation) else {
                return Err(wrong(
                    format!("paging is set for {:?}, and no request is called that", own.operation),
                    "operation is the path in Postman with \" / \" between folders; inspect --json has it as path",
                )
                .into());
            };
            let done = apply(&self.types, &mut self.groups[group], index, own);
            done.map_err(|reason| {
                let message = format!("paging of {:?} cannot be set: {reason}", own.operation);
                wrong(message, "set items, next, parameter or start, or take style = \"none\"")
            })?;
        }
        Ok(())
    }
}

/// The operation of this path: its group and its index there.
fn find(groups: &[Group], path: &str) -> Option<(usize, usize)> {
    let place = |text: &str| text.split('/').map(|it| it.trim().to_owned()).collect::<Vec<_>>();
    let wanted = place(path);
    groups.iter().enumerate().find_map(|(at, group)| {
        let index = group.operations.iter().position(|it| place(&it.place.join("/")) == wanted)?;
        Some((at, index))
    })
}

/// A place as a JSON pointer.
fn pointer(place: &str) -> String {
    if place.is_empty() || place.starts_with('/') {
        return place.to_owned();
    }
    place.split('.').map(|key| format!("/{}", escaped(key))).collect()
}

fn apply(types: &TypeTable, group: &mut Group, index: usize, own: &Override) -> Result<(), String> {
    if own.style == Style::None {
        (group.operations[index].paging, group.operations[index].bulk) = (None, None);
        return Ok(());
    }
    let Response::Json(ty) = &group.operations[index].response else {
        return Err("no saved answer of it is JSON".to_owned());
    };
    let mut items = match (&own.items, ty) {
        (Some(items), _) => vec![pointer(items)],
        (None, Type::Page(_)) => page_items(),
        (None, Type::List(_)) => vec![String::new()],
        (None, _) => {
            vec![only_list(types, ty).ok_or("items is missing: its answer has no list, or several")?]
        }
    };
    let found = items.first().and_then(|it| item_type(types, ty, it));
    let item = found.ok_or_else(|| format!("there is no list at {:?}", items.join(" ")))?;
    if own.style == Style::Bulk {
        let items = items.swap_remove(0);
        let bulk = bulk(group, index, own, items, item)?;
        group.operations[index].paging = None;
        group.operations[index].bulk = Some(bulk);
        return Ok(());
    }
    let place = |name: &str, place: &Option<String>| {
        place.as_deref().map(pointer).ok_or_else(|| format!("{name} is missing"))
    };
    let parameter = || own.parameter.clone().ok_or_else(|| "parameter is missing".to_owned());
    let (size, total) = (own.size.clone(), own.total.as_deref().map(pointer));
    let next = match own.style {
        Style::Cursor => Next::Cursor {
            at: place("next", &own.next)?,
            parameter: parameter()?,
            more: own.more.as_deref().map(pointer),
        },
        Style::Page => {
            Next::Page { parameter: parameter()?, first: own.first.unwrap_or(1), size, pages: total }
        }
        Style::Offset => Next::Offset { parameter: parameter()?, first: own.first.unwrap_or(0), size, total },
        Style::Links | Style::Bulk | Style::None => {
            Next::Link { at: own.next.as_deref().map_or("/next".to_owned(), pointer) }
        }
    };
    group.operations[index].paging = Some(Paging { items, item, next });
    Ok(())
}

/// The only list among the fields of a record.
fn only_list(types: &TypeTable, ty: &Type) -> Option<String> {
    let Type::Record(id) = ty else { return None };
    let mut lists = types.get(*id).fields.iter().filter(|it| matches!(it.ty, Type::List(_)));
    let one = lists.next()?;
    lists.next().is_none().then(|| format!("/{}", escaped(&one.wire)))
}

fn bulk(group: &Group, index: usize, own: &Override, items: String, item: Type) -> Result<Bulk, String> {
    let start = own.start.as_deref().ok_or("start is missing: the request that starts a batch")?;
    let start = match find(std::slice::from_ref(group), start) {
        Some((_, start)) if start != index => start,
        _ => return Err(format!("no other request of its folder is called {start:?}")),
    };
    for operation in [&group.operations[index], &group.operations[start]] {
        if !operation.arguments.is_empty() || operation.body != crate::api::Body::None {
            return Err(format!("{:?} takes more than a query", operation.title()));
        }
    }
    let parameter = own.parameter.clone().ok_or("parameter is missing: what a batch is asked for by")?;
    if group.operations[index].query.iter().all(|it| it.wire != parameter) {
        return Err(format!("it has no parameter {parameter:?}"));
    }
    let page = |index: usize| group.operations[index].query.iter().any(|it| it.wire == "page");
    let pages = own.total.as_deref().map(|total| {
        let pages = pointer(total);
        let (around, _) = pages.rsplit_once('/').unwrap_or_default();
        let page_at = format!("{around}/page");
        BulkPages { page: page_at, pages, parameter: Some("page".to_owned()), of_start: !page(index) }
    });
    Ok(Bulk {
        name: free_name(&group.operations),
        start,
        id: own.next.as_deref().map_or_else(|| format!("/{}", escaped(&parameter)), pointer),
        parameter,
        status: "/status".to_owned(),
        items,
        item,
        pages,
    })
}
