//! Files for hurl (<https://hurl.dev>), one for each request, and one of variables.
//!
//! No value of a secret is in them: hurl takes it from the environment.

mod entry;

use std::sync::Arc;

use serde::Serialize;

use super::holes::{Hole, Holes};
use super::{Page, curl, generated_line, quote};
use crate::api::{Api, Group, Operation};
use crate::collection::{Dynamic, Ingredient};

pub(super) use entry::refusal;

/// What `hurl/vars.env` may say.
#[derive(Serialize)]
struct Variables {
    generated: String,
    variables: Vec<Row>,
}

/// A variable of the file.
#[derive(Serialize)]
struct Row {
    about: Vec<String>,
    line: String,
}

/// Whether hurl can sign a request this way: it is made with libcurl.
pub(super) fn signs(operation: &Operation) -> bool {
    curl::signs(operation)
}

pub(super) fn file_of(group: &Group, operation: &Operation) -> String {
    format!("hurl/{}", relative(group, operation))
}

/// Its path below the folder of the target.
fn relative(group: &Group, operation: &Operation) -> String {
    format!("{}/{}.hurl", group.name.snake(), operation.name.snake())
}

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let holes = Arc::new(Holes::new(api, &[], made));
    let mut pages = Vec::new();
    for group in &api.groups {
        for operation in &group.operations {
            let holes = Arc::clone(&holes);
            let view = move || entry::view(api, &holes, group, operation);
            pages.push(Page::later(file_of(group, operation), "hurl/entry.hurl", view));
        }
    }
    let variables = holes.all().into_iter().map(row).collect();
    let view = Variables { generated: generated_line(api), variables };
    pages.push(Page::new("hurl/vars.env", "hurl/vars.env", &view));
    pages
}

/// What hurl makes itself, each time anew.
fn made(dynamic: Dynamic) -> Option<&'static str> {
    matches!(dynamic.recipe(), [Ingredient::Guid]).then_some("newUuid")
}

fn row(hole: Hole) -> Row {
    let Hole { name, value, secret, about } = hole;
    let mut about: Vec<String> = about.iter().map(|it| quote::hurl::comment(it)).collect();
    let line = match value.as_deref().map(quote::hurl::variable) {
        Some(Some(value)) => format!("{name}={value}"),
        Some(None) => {
            about
                .push("The collection's value has characters that no file of variables can hold.".to_owned());
            format!("#{name}=")
        }
        None if secret => {
            about.push("A secret: it is not for this file.".to_owned());
            format!("#HURL_SECRET_{name} in the environment")
        }
        None => format!("#{name}="),
    };
    Row { about, line }
}
