//! The records of an API, a file for each group: that of the first one that needs them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::Serialize;

use super::record::{self, Record, Uses};
use super::{code, feature, group};
use crate::api::{Api, Body, Operation, Response, TypeId};
use crate::target::{Page, generated_line};

/// What `rust/src/models/mod.rs` may say.
#[derive(Serialize)]
struct Index {
    generated: String,
    has_files: bool,
    files: Vec<File>,
}

/// A file of records.
#[derive(Serialize)]
struct File {
    /// What it is there for.
    gate: Vec<String>,
    module: String,
}

/// What a file of records may say.
#[derive(Serialize)]
struct Models {
    generated: String,
    imports: Vec<String>,
    records: Vec<Record>,
}

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let uses = Uses::of(api);
    let needs = needs(api);
    let mut owned: Vec<Vec<TypeId>> = vec![Vec::new(); api.groups.len()];
    let mut owners = HashMap::new();
    for (id, _) in api.types.iter() {
        let owner = needs.iter().position(|needed| needed.contains(&id)).unwrap_or_default();
        if let Some(owned) = owned.get_mut(owner) {
            owned.push(id);
            owners.insert(id, owner);
        }
    }
    let needed: Vec<BTreeSet<usize>> = needs.iter().map(|it| files_of(api, it, &owned, &owners)).collect();
    let mut files = Vec::new();
    let mut pages = Vec::new();
    let known = Arc::new((uses, owners));
    for (owner, ids) in owned.into_iter().enumerate().filter(|(_, ids)| !ids.is_empty()) {
        let users = api.groups.iter().zip(&needed).filter(|(_, files)| files.contains(&owner));
        let module = group::module_name(&api.groups[owner]);
        files.push(File { gate: feature::gate(users.map(|(group, _)| group)), module: module.clone() });
        let known = Arc::clone(&known);
        let view = move || {
            let (uses, owners) = &*known;
            Models {
                generated: generated_line(api),
                imports: imports(api, &ids, owners),
                records: ids.iter().map(|id| record::model(api, uses, *id)).collect(),
            }
        };
        pages.push(Page::later(format!("rust/src/models/{module}.rs"), "rust/src/models/group.rs", view));
    }
    files.sort_by(|a, b| code::by_version(&a.module, &b.module));
    let index = Index { generated: generated_line(api), has_files: !files.is_empty(), files };
    pages.push(Page::new("rust/src/models/mod.rs", "rust/src/models/mod.rs", &index));
    pages
}

/// The records that each group needs, those within others included.
fn needs(api: &Api) -> Vec<BTreeSet<TypeId>> {
    let of_operation = |operation: &Operation| {
        let answer = match &operation.response {
            Response::Json(ty) => ty.record(),
            _ => None,
        };
        let sent = match &operation.body {
            Body::Json(ty) => ty.record(),
            _ => None,
        };
        let item = operation.paging.as_ref().and_then(|it| it.item.record());
        let whole = operation.bulk.as_ref().and_then(|it| it.item.record());
        [answer, sent, item, whole].into_iter().flatten()
    };
    let of_group = |group: &crate::api::Group| {
        let mut found = BTreeSet::new();
        let mut open: Vec<TypeId> = group.operations.iter().flat_map(of_operation).collect();
        while let Some(id) = open.pop() {
            if found.insert(id) {
                open.extend(api.types.get(id).fields.iter().filter_map(|field| field.ty.record()));
            }
        }
        found
    };
    api.groups.iter().map(of_group).collect()
}

/// The files of these records, and those that are needed by what else is in them.
fn files_of(
    api: &Api,
    records: &BTreeSet<TypeId>,
    owned: &[Vec<TypeId>],
    owners: &HashMap<TypeId, usize>,
) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open: Vec<usize> = records.iter().filter_map(|id| owners.get(id).copied()).collect();
    while let Some(file) = open.pop() {
        if found.insert(file) {
            let fields = owned[file].iter().flat_map(|id| &api.types.get(*id).fields);
            open.extend(fields.filter_map(|it| it.ty.record()).filter_map(|id| owners.get(&id).copied()));
        }
    }
    found
}

fn imports(api: &Api, ids: &[TypeId], owners: &HashMap<TypeId, usize>) -> Vec<String> {
    let records = || ids.iter().map(|id| api.types.get(*id));
    let mut types = Vec::new();
    let mut others: Vec<String> = Vec::new();
    let owner = ids.first().and_then(|id| owners.get(id));
    for field in records().flat_map(|record| &record.fields) {
        types.push(code::type_name(api, &field.ty, ""));
        if let Some(id) = field.ty.record().filter(|id| owners.get(id) != owner) {
            others.push(api.types.get(id).name.pascal());
        }
    }
    others.sort_by(|a, b| code::by_version(a, b));
    others.dedup();
    let mut imports = Vec::new();
    if code::names_in(&types, "BTreeMap") {
        imports.extend(["use std::collections::BTreeMap;".to_owned(), String::new()]);
    }
    let kinds = [(false, "answer"), (true, "input")];
    let kinds = kinds.iter().filter(|(input, _)| records().any(|it| it.input == *input));
    let kinds: Vec<String> = kinds.map(|(_, name)| (*name).to_owned()).collect();
    if !others.is_empty() {
        imports.extend(code::import("super", &others));
    }
    let own: Vec<String> = ["Date", "DateTime", "Decimal", "IntOrText", "Page"]
        .into_iter()
        .filter(|name| code::names_in(&types, name))
        .map(str::to_owned)
        .collect();
    let macros = code::import("crate::json", &kinds);
    match own.as_slice() {
        [] => imports.extend(macros),
        // rustfmt has a name before a module, and a list of names behind it.
        [_] => imports.extend(code::import("crate", &own).into_iter().chain(macros)),
        _ => imports.extend(macros.into_iter().chain(code::import("crate", &own))),
    }
    imports
}
