//! Which operations share a path, and which a path and a method: OpenAPI has one of each.

use indexmap::IndexMap;

use super::path::Path;
use crate::api::{Api, Group, Operation};

/// Every operation by path and method.
pub(super) struct Plan<'a> {
    pub(super) items: Vec<Item<'a>>,
}

/// The operations of a path.
pub(super) struct Item<'a> {
    /// The path, with the names of the first operation.
    pub(super) template: String,
    /// Those of each method, in the order of the collection.
    pub(super) methods: IndexMap<&'a str, Vec<Entry<'a>>>,
}

/// An operation.
pub(super) struct Entry<'a> {
    pub(super) group: &'a Group,
    pub(super) operation: &'a Operation,
    pub(super) path: Path,
}

impl<'a> Plan<'a> {
    pub(super) fn of(api: &'a Api) -> Self {
        let all = api.groups.iter().flat_map(|group| group.operations.iter().map(move |it| (group, it)));
        let mut all: Vec<(&Group, &Operation)> = all.collect();
        all.sort_by_key(|(_, operation)| operation.index);
        let mut paths: IndexMap<String, Vec<Entry<'_>>> = IndexMap::new();
        for (group, operation) in all {
            let mut path = Path::of(api, operation);
            let entries = paths.entry(path.shape()).or_default();
            if let Some(first) = entries.first() {
                path.rename_after(&first.path);
            }
            entries.push(Entry { group, operation, path });
        }
        Self { items: paths.into_values().map(Item::of).collect() }
    }
}

impl<'a> Item<'a> {
    fn of(entries: Vec<Entry<'a>>) -> Self {
        let template = entries.first().map(|it| it.path.template()).unwrap_or_default();
        let mut methods: IndexMap<&str, Vec<Entry<'_>>> = IndexMap::new();
        for entry in entries {
            methods.entry(&entry.operation.wire.method).or_default().push(entry);
        }
        Self { template, methods }
    }
}

/// Whether a path item has a field for the method (§4.8.9.1).
pub(super) fn is_known(method: &str) -> bool {
    matches!(method, "GET" | "PUT" | "POST" | "DELETE" | "OPTIONS" | "HEAD" | "PATCH" | "TRACE")
}
