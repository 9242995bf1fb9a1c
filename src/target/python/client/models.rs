//! `models.py`: a `TypedDict` for each record.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::names;
use super::types::Types;
use crate::api::{Api, Body, Field, Record, Response, TypeId};
use crate::target::generated_line;
use crate::target::quote::py;

/// What `python/client/src/models.py` may say.
#[derive(Serialize)]
pub(super) struct Models {
    generated: String,
    records: Vec<Lines>,
}

/// A class.
#[derive(Serialize)]
struct Lines {
    lines: Vec<String>,
}

pub(super) fn view(api: &Api) -> Models {
    let uses = uses(api);
    let types = Types::of_models(api);
    let records = api.types.iter().map(|(id, record)| {
        let about = uses.get(&id).map(|it| format!("{}.", it.join("; "))).unwrap_or_default();
        Lines { lines: class(&types, record, &about) }
    });
    Models { generated: generated_line(api), records: records.collect() }
}

/// Where each record is used.
fn uses(api: &Api) -> HashMap<TypeId, Vec<String>> {
    let mut uses: HashMap<TypeId, Vec<String>> = HashMap::new();
    let mut add = |about: &str, users: Vec<(TypeId, String)>| {
        let mut names: HashMap<TypeId, Vec<String>> = HashMap::new();
        for (id, name) in users {
            let names = names.entry(id).or_default();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for (id, names) in names {
            let about = if uses.contains_key(&id) { about.to_lowercase() } else { about.to_owned() };
            uses.entry(id).or_default().push(format!("{about} {}", names.join(", ")));
        }
    };
    let operations = || api.groups.iter().flat_map(|group| &group.operations);
    let answered = operations().filter_map(|it| match &it.response {
        Response::Json(ty) => Some((ty.record()?, it.id.clone())),
        _ => None,
    });
    add("Answer of", answered.collect());
    let sent = operations().filter_map(|it| match &it.body {
        Body::Json(ty) => Some((ty.record()?, it.id.clone())),
        _ => None,
    });
    add("Sent by", sent.collect());
    let inside = api.types.iter().flat_map(|(_, record)| {
        let ids = record.fields.iter().filter_map(|field| field.ty.record());
        ids.map(|id| (id, names::model(record)))
    });
    add("Part of", inside.collect());
    uses
}

fn class(types: &Types<'_>, record: &Record, about: &str) -> Vec<String> {
    let name = names::model(record);
    let total = if record.input { ", total=False" } else { "" };
    let rows: Vec<(&str, String)> =
        record.fields.iter().map(|field| (field.wire.as_str(), annotation(types, record, field))).collect();
    // A key may be no name, or hide a type that stands behind it in the class.
    let types_named: HashSet<&str> =
        rows.iter().flat_map(|(_, annotation)| names::words(annotation)).collect();
    let is_class = rows.iter().all(|(key, _)| names::is_plain_key(key) && !types_named.contains(key));
    if !is_class {
        return call(&name, about, record.input, &rows);
    }
    let mut lines = vec![format!("class {name}(TypedDict{total}):")];
    let about = if about.is_empty() { "A record." } else { about };
    lines.push(format!("    \"\"\"{about}\"\"\""));
    if !rows.is_empty() {
        lines.push(String::new());
    }
    lines.extend(rows.into_iter().map(|(key, annotation)| format!("    {key}: {annotation}")));
    lines
}

/// The form of a class whose keys are no names.
fn call(name: &str, about: &str, input: bool, rows: &[(&str, String)]) -> Vec<String> {
    let mut lines = Vec::new();
    if !about.is_empty() {
        lines.push(format!("# {about}"));
    }
    lines.extend([format!("{name} = TypedDict("), format!("    {},", py(name)), "    {".to_owned()]);
    lines.extend(rows.iter().map(|(key, annotation)| format!("        {}: {},", py(key), py(annotation))));
    lines.push("    },".to_owned());
    if input {
        lines.push("    total=False,".to_owned());
    }
    lines.push(")".to_owned());
    lines
}

fn annotation(types: &Types<'_>, record: &Record, field: &Field) -> String {
    let ty = match field.nullable || record.patched {
        true => types.nullable(&field.ty),
        false => types.expression(&field.ty),
    };
    let is_always_there = record.input || field.seen.times == field.seen.samples;
    if is_always_there { ty } else { format!("NotRequired[{ty}]") }
}
