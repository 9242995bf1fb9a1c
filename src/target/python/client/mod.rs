//! A package with a typed client: a method for each operation, dictionaries with types for what
//! goes in and out, on the requests library.

mod arguments;
mod example;
mod group;
mod layout;
mod method;
mod models;
mod names;
mod readme;
mod types;

use std::collections::BTreeSet;

use rayon::prelude::*;
use serde::Serialize;

use super::auth;
use super::oauth2;
use super::source::bracketed;
use crate::api::{Api, Variable};
use crate::target::quote::{self, py, py_doc};
use crate::target::{Page, generated_line};

pub use example::call as example_call;

/// What files without holes may say.
#[derive(Serialize)]
struct Runtime {
    generated: String,
}

/// What `python/client/src/_transport.py` may say.
#[derive(Serialize)]
struct Transport {
    generated: String,
    has_token_store: bool,
}

/// What `python/client/src/__init__.py` may say.
#[derive(Serialize)]
struct Package {
    generated: String,
    doc: Vec<String>,
}

/// What `python/client/src/_settings.py` may say.
#[derive(Serialize)]
struct Settings {
    generated: String,
    /// The environment variable of each.
    env: Vec<String>,
    variables: Vec<Property>,
}

/// A variable.
#[derive(Serialize)]
struct Property {
    name: String,
    doc: String,
    lines: Vec<String>,
}

/// What `python/client/src/_client.py` may say.
#[derive(Serialize)]
struct ClientFile {
    generated: String,
    imports: Vec<String>,
    doc: Vec<String>,
    variables: Vec<Argument>,
    given: Vec<String>,
    groups: Vec<Namespace>,
}

/// A value that the client can be given.
#[derive(Serialize)]
struct Argument {
    name: String,
}

/// The attribute of a group.
#[derive(Serialize)]
struct Namespace {
    name: String,
    class: String,
    module: String,
    doc: String,
}

/// What `python/client/pyproject.toml` may say.
#[derive(Serialize)]
struct Project {
    generated: String,
    name: String,
    version: String,
    description: String,
    folder: String,
    dependencies: Vec<String>,
}

/// Files of the package without holes, and their templates.
const RUNTIME: [(&str, &str); 8] = [
    ("_files.py", "python/client/src/_files.py"),
    ("_request.py", "python/client/src/_request.py"),
    ("_retry.py", "python/client/src/_retry.py"),
    ("_text.py", "python/client/src/_text.py"),
    ("api/__init__.py", "python/client/src/api/__init__.py"),
    ("errors.py", "python/client/src/errors.py"),
    ("listing.py", "python/client/src/listing.py"),
    ("py.typed", "python/client/py_typed"),
];

/// Nothing for an API without operations.
pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    if api.groups.is_empty() {
        return Vec::new();
    }
    let folder = format!("python/client/src/{}", names::package(api));
    let at = |file: &str| format!("{folder}/{file}");
    let runtime = Runtime { generated: generated_line(api) };
    let mut pages: Vec<Page> =
        RUNTIME.iter().map(|(file, template)| Page::new(at(file), template, &runtime)).collect();
    let store = oauth2::store_page(api, &at("token_store.py"));
    let transport = Transport { generated: generated_line(api), has_token_store: store.is_some() };
    pages.push(Page::new(at("_transport.py"), "python/client/src/_transport.py", &transport));
    if let Some(store) = store {
        pages.push(store);
        pages.push(Page::new(at("__main__.py"), "python/client/src/__main__.py", &runtime));
    }
    let module = |group| {
        let mut used = BTreeSet::new();
        (group::module(api, group, &mut used), used)
    };
    let modules: Vec<_> = api.groups.par_iter().map(module).collect();
    let mut used = BTreeSet::new();
    for (group, (module, uses)) in api.groups.iter().zip(modules) {
        used.extend(uses);
        let file = at(&format!("api/{}.py", names::group(group)));
        pages.push(Page::later(file, "python/client/src/api/group.py", || module));
    }
    let variables: Vec<&Variable> = api.variables.iter().filter(|it| used.contains(&it.wire)).collect();
    pages.push(Page::new(at("_settings.py"), "python/client/src/_settings.py", &settings(api, &variables)));
    pages.push(Page::new(at("_client.py"), "python/client/src/_client.py", &client(api, &variables)));
    pages.push(Page::new(at("models.py"), "python/client/src/models.py", &models::view(api)));
    pages.push(Page::new(at("__init__.py"), "python/client/src/__init__.py", &package(api)));
    pages.push(Page::new("python/client/pyproject.toml", "python/client/pyproject.toml", &project(api)));
    pages.push(readme::page(api, &variables));
    pages
}

fn package(api: &Api) -> Package {
    let title = py_doc(&quote::one_line(&api.title));
    let doc = format!("\"\"\"A client for {}.\"\"\"", title.trim_end_matches(['.', '"', '\\']));
    Package { generated: generated_line(api), doc: vec![doc] }
}

fn settings(api: &Api, variables: &[&Variable]) -> Settings {
    let property = |it: &&Variable| {
        let name = names::setting(it);
        let about = quote::one_line(it.description.trim().lines().next().unwrap_or_default());
        let about = match about.trim_end_matches(['.', '"', '\\']) {
            "" => py_doc(&quote::one_line(&it.wire)),
            about => py_doc(about),
        };
        let call = match &it.default {
            None => bracketed(8, "return self._value(", &[py(&name)], ")"),
            Some(default) => bracketed(8, "return self._value_or(", &[py(&name), py(default)], ")"),
        };
        Property { doc: format!("{}.", about.trim_end_matches(['.', '"', '\\'])), lines: call, name }
    };
    let env = variables.iter().map(|it| format!("{}: {}", py(&names::setting(it)), py(&it.env)));
    Settings {
        generated: generated_line(api),
        env: dictionary(0, "_ENV: dict[str, str] = {", env, "}"),
        variables: variables.iter().map(property).collect(),
    }
}

/// A dictionary with a row on each line.
fn dictionary(indent: usize, head: &str, rows: impl Iterator<Item = String>, tail: &str) -> Vec<String> {
    let inside = |row: String| format!("{:indent$}    {row},", "");
    let mut lines: Vec<String> = rows.map(inside).collect();
    if lines.is_empty() {
        return vec![format!("{head}{tail}")];
    }
    lines.insert(0, head.to_owned());
    lines.push(format!("{:indent$}{tail}", ""));
    lines
}

fn client(api: &Api, variables: &[&Variable]) -> ClientFile {
    let title = py_doc(&quote::one_line(&api.title));
    let doc = [
        format!("\"\"\"A client for {}.", title.trim_end_matches(['.', '"', '\\'])),
        String::new(),
        "Values that are not given are looked for in the environment. `auth` signs what a token".to_owned(),
        "signs otherwise. `timeout` is in seconds: to connect, and between two pieces of the answer."
            .to_owned(),
        "Threads that share a client share its connections; each may as well have its own.".to_owned(),
        "\"\"\"".to_owned(),
    ];
    let mut modules: Vec<(String, String)> =
        api.groups.iter().map(|it| (names::group(it), names::class(it))).collect();
    modules.sort();
    let group = |it: &crate::api::Group| {
        let title = py_doc(&quote::one_line(&it.title));
        Namespace {
            name: names::group(it),
            module: names::group(it),
            class: names::class(it),
            doc: format!("{}.", title.trim_end_matches(['.', '"', '\\'])),
        }
    };
    ClientFile {
        generated: generated_line(api),
        imports: modules.iter().map(|(module, class)| format!("from .api.{module} import {class}")).collect(),
        doc: doc.into_iter().map(|it| if it.is_empty() { it } else { format!("    {it}") }).collect(),
        variables: variables.iter().map(|it| Argument { name: names::setting(it) }).collect(),
        given: given(variables),
        groups: api.groups.iter().map(group).collect(),
    }
}

/// The statement that hands the values on.
fn given(variables: &[&Variable]) -> Vec<String> {
    if variables.is_empty() {
        return vec!["self._settings = Settings({})".to_owned()];
    }
    let rows = variables.iter().map(|it| format!("{}: {}", py(&names::setting(it)), names::setting(it)));
    let mut lines = vec!["self._settings = Settings(".to_owned()];
    lines.extend(dictionary(0, "{", rows, "}").iter().map(|it| format!("    {it}")));
    lines.push(")".to_owned());
    lines
}

fn project(api: &Api) -> Project {
    let operations = api.groups.iter().flat_map(|group| &group.operations);
    let mut dependencies: BTreeSet<&str> = operations.filter_map(|it| auth::package(it.auth())).collect();
    dependencies.insert("requests>=2.31");
    let package = names::package(api);
    Project {
        generated: generated_line(api),
        name: quote::toml(&package.replace('_', "-")),
        version: quote::toml(&api.settings.version.to_string()),
        description: quote::toml(&format!("A client for {}", quote::one_line(&api.title))),
        folder: quote::toml(&format!("src/{package}")),
        dependencies: dependencies.into_iter().map(|it| format!("{},", quote::toml(it))).collect(),
    }
}
