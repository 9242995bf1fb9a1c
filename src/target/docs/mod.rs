//! Documentation in Markdown: it reads well where it lies, and `mdbook build` makes a site of it.
//!
//! The heading of an operation is its name, so that its anchor is that name wherever the page is
//! rendered. Everything else that gets an anchor has a hyphen in it, which no name of an operation has.

mod authentication;
mod llms;
mod operation;
mod types;

use serde::Serialize;

use super::quote::{self, markdown};
use super::{Page, generated_line};
use crate::api::{Api, Group, Operation};
use operation::Section;
use types::{Model, Models};

/// What `docs/book.toml` may say.
#[derive(Serialize)]
struct Book {
    generated: String,
    title: String,
}

/// What files without other holes may say.
#[derive(Serialize)]
struct Plain {
    generated: String,
}

/// What `docs/src/SUMMARY.md` may say.
#[derive(Serialize)]
struct Summary {
    generated: String,
    title: String,
    parts: Vec<Part<Link>>,
}

/// Pages of one folder of folders.
#[derive(Serialize)]
struct Part<P> {
    title: String,
    pages: Vec<P>,
}

/// A link to the page of a group.
#[derive(Serialize)]
struct Link {
    title: String,
    file: String,
}

/// A row for a group.
#[derive(Serialize)]
struct Row {
    title: String,
    file: String,
    count: String,
    about: String,
}

/// What `docs/src/index.md` may say.
#[derive(Serialize)]
struct Index {
    generated: String,
    title: String,
    about: Vec<String>,
    has_about: bool,
    servers: Vec<String>,
    has_servers: bool,
    limits: Vec<String>,
    has_limits: bool,
    parts: Vec<Part<Row>>,
    variables: Vec<String>,
    has_variables: bool,
}

/// What `docs/src/group.md` may say.
#[derive(Serialize)]
struct GroupPage {
    generated: String,
    title: String,
    about: Vec<String>,
    has_about: bool,
    rows: Vec<String>,
    operations: Vec<Section>,
    has_models: bool,
    models: Vec<Model>,
}

/// Longest summary in a table.
const SUMMARY_LENGTH: usize = 100;

/// Pages that are there in any case, and what mdBook writes beside them.
const TAKEN: [&str; 8] =
    ["authentication", "index", "print", "readme", "searchindex", "summary", "theme", "toc"];

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let plain = Plain { generated: generated_line(api) };
    let generated = comment(api);
    let title = quote::one_line(&api.title);
    let mut pages = vec![
        Page::new(
            "docs/book.toml",
            "docs/book.toml",
            &Book { generated: generated_line(api), title: quote::toml(&title) },
        ),
        Page::new("docs/.gitignore", "docs/gitignore", &plain),
        // The line stands in a comment, which ends at the first `*/`.
        Page::new(
            "docs/theme/postwright.css",
            "docs/theme/postwright.css",
            &Plain { generated: generated_line(api).replace("*/", "* /") },
        ),
        Page::new("docs/theme/diagram.js", "docs/theme/diagram.js", &plain),
        Page::new("docs/theme/postwright.js", "docs/theme/postwright.js", &plain),
        Page::new(
            "docs/src/SUMMARY.md",
            "docs/src/SUMMARY.md",
            &Summary {
                generated: generated.clone(),
                title: markdown::text(&title),
                parts: parts(api, |it| Link { title: markdown::text(&it.title), file: page_of(it) }),
            },
        ),
        Page::later("docs/src/index.md", "docs/src/index.md", || index(api)),
        authentication::page(api),
    ];
    pages.extend(
        api.groups.iter().map(|it| Page::later(file_of(it), "docs/src/group.md", move || group(api, it))),
    );
    pages.extend(llms::pages(api));
    pages
}

/// The page of a group.
pub(super) fn file_of(group: &Group) -> String {
    format!("docs/src/{}", page_of(group))
}

fn page_of(group: &Group) -> String {
    let name = group.name.snake();
    let mark = if TAKEN.contains(&name.as_str()) { "_" } else { "" };
    format!("{name}{mark}.md")
}

/// The line that says what a file is made of, for a comment of HTML, which ends at the first `-->`.
fn comment(api: &Api) -> String {
    generated_line(api).replace('>', "&gt;")
}

/// Something for each group, by the folders that they are in.
fn parts<P>(api: &Api, page: impl Fn(&Group) -> P) -> Vec<Part<P>> {
    let mut parts: Vec<Part<P>> = Vec::new();
    for group in &api.groups {
        let folders = group.operations.first().map_or(&[][..], |it| &it.place);
        let above = folders.get(..folders.len().saturating_sub(2)).unwrap_or_default();
        let title =
            if above.is_empty() { "Operations".to_owned() } else { markdown::text(&above.join(" / ")) };
        match parts.iter_mut().find(|it| it.title == title) {
            Some(part) => part.pages.push(page(group)),
            None => parts.push(Part { title, pages: vec![page(group)] }),
        }
    }
    parts
}

/// What a group is about: its description, or what can be done.
fn about(group: &Group) -> String {
    let about = markdown::summary(&group.description, SUMMARY_LENGTH);
    if !about.is_empty() {
        return about;
    }
    let names: Vec<String> = group.operations.iter().map(|it| markdown::text(&it.name.snake())).collect();
    names.join(", ")
}

fn index(api: &Api) -> Index {
    let about = markdown::paragraphs(&api.description);
    let server = |it: &crate::api::Server| {
        markdown::code(&it.default.clone().unwrap_or_else(|| operation::shown(api, &it.origin)))
    };
    let servers: Vec<String> = api.servers.iter().map(server).collect();
    let variables = api.variables.iter().map(|it| {
        let value = match &it.default {
            Some(default) if default.is_empty() => "empty".to_owned(),
            Some(default) => markdown::code_cell(default),
            None if it.secret => "a secret of yours".to_owned(),
            None => "yours to set".to_owned(),
        };
        format!("| `{}` | {} | {value} |", it.env, markdown::code_cell(&it.wire))
    });
    let variables: Vec<String> = variables.collect();
    let limits: Vec<String> = [
        api.limits.per_clock_hour.map(|it| format!("{it} requests between two full hours of the clock")),
        api.limits.per_second.map(|it| format!("{it} requests within a second")),
    ]
    .into_iter()
    .flatten()
    .collect();
    Index {
        generated: comment(api),
        title: markdown::text(&api.title),
        has_about: !about.is_empty(),
        about,
        has_servers: !servers.is_empty(),
        servers,
        has_limits: !limits.is_empty(),
        limits,
        parts: parts(api, row_of),
        has_variables: !variables.is_empty(),
        variables,
    }
}

fn row_of(group: &Group) -> Row {
    Row {
        title: markdown::text(&group.title),
        file: page_of(group),
        count: group.operations.len().to_string(),
        about: about(group),
    }
}

fn group(api: &Api, group: &Group) -> GroupPage {
    let models = Models::of(api, &group.operations);
    let about = markdown::paragraphs(&group.description);
    let tables = models.tables();
    GroupPage {
        generated: comment(api),
        title: format!("{} ({})", markdown::text(&group.title), counted(group.operations.len())),
        has_about: !about.is_empty(),
        about,
        rows: group.operations.iter().map(row).collect(),
        operations: group.operations.iter().map(|it| operation::section(api, group, it, &models)).collect(),
        has_models: !tables.is_empty(),
        models: tables,
    }
}

fn counted(operations: usize) -> String {
    match operations {
        1 => "1 operation".to_owned(),
        count => format!("{count} operations"),
    }
}

fn row(operation: &Operation) -> String {
    let name = operation.name.snake();
    let route = markdown::code_cell(&format!("{} {}", operation.wire.method, operation.path()));
    format!("| [{name}](#{name}) | {route} | {} |", summary(operation))
}

/// What an operation does, in a sentence.
fn summary(operation: &Operation) -> String {
    let about = markdown::summary(&operation.description, SUMMARY_LENGTH);
    if about.is_empty() { place(&[operation.title()]) } else { about }
}

/// Where a request stands in Postman, or what it is called there.
fn place(names: &[impl AsRef<str>]) -> String {
    let names = names.iter().map(|it| markdown::text(it.as_ref()));
    let names: Vec<String> =
        names.map(|it| if it.is_empty() { "(without a name)".to_owned() } else { it }).collect();
    names.join(" / ")
}
