//! Collections of Bruno: folders of `.bru` files, or of YAML in the terms of OpenCollection
//! (<https://schema.opencollection.com>), in many files or in one. Files of `.bru` are read into the same terms first.

mod bru;
mod item;

use std::path::Path;

use serde_json::{Value, json};

use super::build::{left_out, list, text};
use super::yaml;
use crate::diagnostic::Diagnostics;
use crate::error::{Error, Result};
use crate::files;

/// Folders in each other are followed so deep: links may lead back.
const DEEP: usize = 30;

/// Whether it is the first file of an OpenCollection.
pub(super) fn is_opencollection(value: &Value) -> bool {
    value.get("opencollection").is_some()
}

/// An OpenCollection in one file.
pub(super) fn read_opencollection(value: &Value, notes: &mut Diagnostics) -> Value {
    item::collection(value, notes)
}

/// The Postman collection that a folder of Bruno's describes.
///
/// # Errors
/// If it is no such folder, or one of its files cannot be read.
pub fn read_folder(folder: &Path, notes: &mut Diagnostics) -> Result<String> {
    let shown = folder.display().to_string().replace('\\', "/");
    let bru = folder.join("bruno.json");
    let yml = folder.join("opencollection.yml");
    let collection = if files::is_file(&yml) {
        let mut collection = yaml_of(&yml, notes)?.unwrap_or_default();
        collection["items"] = items(folder, Kind::Yaml, 0, notes)?.into();
        collection
    } else if files::is_file(&bru) {
        let named: Value = serde_json::from_str(&read(&bru)?).unwrap_or_default();
        let root = folder.join("collection.bru");
        let mut collection = if files::is_file(&root) { bru::defaults(&read(&root)?) } else { json!({}) };
        collection["info"] = json!({ "name": text(&named, "name") });
        collection["items"] = items(folder, Kind::Bru, 0, notes)?.into();
        collection
    } else {
        return Err(super::refuse(
            &shown,
            "this is a folder, and none of Bruno's: it has neither bruno.json nor opencollection.yml",
            "name a file in it, or the folder in which a collection of Bruno's begins",
        ));
    };
    let mut collection = collection;
    environments(folder, &mut collection, notes)?;
    Ok(item::collection(&collection, notes).to_string())
}

/// How files are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bru,
    Yaml,
}

fn read(path: &Path) -> Result<String> {
    files::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })
}

fn yaml_of(path: &Path, notes: &mut Diagnostics) -> Result<Option<Value>> {
    let value = yaml::parse(&read(path)?);
    if value.is_none() {
        left_out(notes, "", "", &format!("{} cannot be read as YAML", path.display()));
    }
    Ok(value)
}

/// The requests and folders of a folder, in their order.
fn items(folder: &Path, kind: Kind, depth: usize, notes: &mut Diagnostics) -> Result<Vec<Value>> {
    let failed = |source| Error::Read { path: folder.to_owned(), source };
    let mut found = Vec::new();
    for entry in files::list(folder).map_err(failed)? {
        let name = entry.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_left_out =
            name.starts_with('.') || name == "node_modules" || depth == 0 && name == "environments";
        if is_left_out || depth == DEEP {
            continue;
        }
        if entry.is_folder {
            let inner = items(&entry.path, kind, depth + 1, notes)?;
            let own = entry.path.join(if kind == Kind::Bru { "folder.bru" } else { "folder.yml" });
            let mut own = match (files::is_file(&own), kind) {
                (false, _) => json!({}),
                (true, Kind::Bru) => bru::defaults(&read(&own)?),
                (true, Kind::Yaml) => yaml_of(&own, notes)?.unwrap_or_default(),
            };
            if text(&own["info"], "name").is_empty() {
                own["info"]["name"] = name.into();
            }
            // A folder without requests is none of the collection's.
            if !inner.is_empty() {
                own["items"] = inner.into();
                found.push(own);
            }
            continue;
        }
        match (kind, name.as_str()) {
            (_, "folder.bru" | "collection.bru" | "folder.yml" | "opencollection.yml") => {}
            (Kind::Bru, it) if it.ends_with(".bru") => found.push(bru::request(&read(&entry.path)?)),
            (Kind::Yaml, it) if it.ends_with(".yml") || it.ends_with(".yaml") => {
                found.extend(yaml_of(&entry.path, notes)?);
            }
            _ => {}
        }
    }
    found.sort_by(|a, b| place(a).total_cmp(&place(b)));
    Ok(found)
}

/// Requests have numbers; what has none comes last, by its file name.
fn place(item: &Value) -> f64 {
    let seq = &item["info"]["seq"];
    seq.as_f64().or_else(|| seq.as_str()?.parse().ok()).unwrap_or(f64::MAX)
}

/// The environment, if there is one only: a user chooses among several.
fn environments(folder: &Path, collection: &mut Value, notes: &mut Diagnostics) -> Result<()> {
    let Ok(entries) = files::list(&folder.join("environments")) else { return Ok(()) };
    let mut all = Vec::new();
    for entry in entries {
        match entry.path.extension().and_then(|it| it.to_str()) {
            Some("bru") => all.push((entry.path.clone(), bru::environment(&read(&entry.path)?))),
            Some("yml" | "yaml") => {
                all.extend(yaml_of(&entry.path, notes)?.map(|it| (entry.path.clone(), it)))
            }
            _ => {}
        }
    }
    if let [(_, only)] = &all[..] {
        let mut variables = list(only, "variables").to_vec();
        variables.extend(list(&collection["request"], "variables").iter().cloned());
        collection["request"]["variables"] = variables.into();
        return Ok(());
    }
    for (path, _) in all {
        left_out(notes, "", "", &format!("{} is one of several environments", path.display()));
    }
    Ok(())
}
