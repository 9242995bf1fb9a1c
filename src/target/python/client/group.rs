//! A module for each group, with a class that has a method for each operation.

use std::collections::{BTreeSet, HashSet};

use serde::Serialize;

use super::method::{self, Method};
use super::names;
use super::types::Types;
use crate::api::{Api, Group};
use crate::target::generated_line;
use crate::target::python::STANDARD;
use crate::target::python::snippet::in_order;
use crate::target::python::source::{Functions, Source};
use crate::target::quote::{self, py_doc};

/// What `python/client/src/api/group.py` may say.
#[derive(Serialize)]
pub(super) struct Module {
    generated: String,
    doc: Vec<String>,
    imports: Vec<String>,
    has_imports: bool,
    third_party: Vec<String>,
    has_third_party: bool,
    /// Imports out of the package.
    own: Vec<String>,
    names_requests: bool,
    /// What only type checkers import.
    checked: Vec<String>,
    #[serde(flatten)]
    functions: Functions,
    class: String,
    class_doc: String,
    methods: Vec<Method>,
}

/// Names that a module imports if its code has them.
const IMPORTED: [&str; 12] = [
    "Count", "Cursor", "File", "FileLike", "Link", "Listing", "Request", "Token", "builtins", "models",
    "requests", "segment",
];

/// The module of a group, and the names of the variables that it reads.
pub(super) fn module(api: &Api, group: &Group, used: &mut BTreeSet<String>) -> Module {
    let mut source = Source::with_names(api, names::read);
    let types = Types::of_class(api, &group.operations);
    let mut methods = Vec::new();
    for operation in &group.operations {
        methods.extend(method::methods(&types, operation, &mut source, used));
    }
    used.extend(source.variables().map(|it| it.wire.clone()));
    // It is the settings that look into the environment.
    source.imports.remove("import os");
    let code = methods.iter().flat_map(|it| it.signature.iter().chain(&it.statements));
    let code = code.map(String::as_str).collect::<Vec<_>>().join("\n");
    let words: HashSet<&str> = names::words(&code).filter(|it| IMPORTED.contains(it)).collect();
    let has = |word: &str| {
        debug_assert!(IMPORTED.contains(&word), "{word} is not looked for");
        words.contains(word)
    };
    if has("builtins") {
        source.imports.insert("import builtins");
    }
    source.imports.insert("from typing import TYPE_CHECKING");
    let mut third_party: Vec<&str> = source.imports.iter().copied().filter(|it| !is_standard(it)).collect();
    let standard: Vec<&str> = source.imports.iter().copied().filter(|it| is_standard(it)).collect();
    let mut own = Vec::new();
    let mut import = |module: &str, candidates: &[&str]| {
        let names: Vec<&str> = candidates.iter().copied().filter(|it| has(it)).collect();
        if !names.is_empty() {
            own.push(format!("from {module} import {}", names.join(", ")));
        }
    };
    import(".._files", &["File"]);
    import(".._request", &["Request", "Token"]);
    import(".._text", &["segment"]);
    import("..listing", &["Count", "Cursor", "Link", "Listing"]);
    let mut checked: Vec<String> = Vec::new();
    if has("models") {
        checked.push("from .. import models".to_owned());
    }
    if has("FileLike") {
        checked.push("from .._files import FileLike".to_owned());
    }
    checked.push("from .._settings import Settings".to_owned());
    checked.push("from .._transport import Transport".to_owned());
    third_party.sort_unstable();
    Module {
        generated: generated_line(api),
        doc: doc(group),
        has_imports: !standard.is_empty(),
        imports: in_order(&standard),
        has_third_party: !third_party.is_empty(),
        third_party: in_order(&third_party),
        own,
        names_requests: has("requests"),
        checked,
        functions: source.functions,
        class: names::class(group),
        class_doc: format!("The operations of `client.{}`.", names::group(group)),
        methods,
    }
}

fn is_standard(import: &str) -> bool {
    let module = import.split([' ', '.']).nth(1).unwrap_or_default();
    module == "builtins" || STANDARD.split(' ').any(|name| name == module)
}

fn doc(group: &Group) -> Vec<String> {
    let title = py_doc(&quote::one_line(&group.title));
    let mut lines = vec![format!("\"\"\"{}.", title.trim_end_matches(['.', '"', '\\']))];
    let description = quote::lines(&group.description);
    if description.is_empty() {
        lines[0].push_str("\"\"\"");
        return lines;
    }
    lines.push(String::new());
    lines.extend(description.iter().map(|it| py_doc(it)));
    lines.push("\"\"\"".to_owned());
    lines
}
