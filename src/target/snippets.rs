//! The short snippet of every request in every language, each in a file of its own: for docs that are made elsewhere,
//! which take what they show from files.

use serde::Serialize;

use super::short::Language;
use super::{Page, curl, generated_line, powershell, python, rust};
use crate::api::{Api, Group, Operation};

/// What the files may say: that they are generated, and what the snippet says.
#[derive(Serialize)]
struct File<S> {
    generated: String,
    #[serde(flatten)]
    snippet: S,
}

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let mut pages = Vec::new();
    for group in &api.groups {
        for operation in &group.operations {
            pages.extend(Language::ALL.map(|it| page(it, api, group, operation)));
        }
    }
    pages
}

fn page<'a>(language: Language, api: &'a Api, group: &'a Group, operation: &'a Operation) -> Page<'a> {
    let path = path(language, group, operation);
    match language {
        Language::Curl => {
            Page::later(path, "snippets/curl.sh", move || file(api, curl::short(api, operation)))
        }
        Language::Python => {
            Page::later(path, "snippets/python.py", move || file(api, python::short(api, operation)))
        }
        Language::Rust => {
            Page::later(path, "snippets/rust.rs", move || file(api, rust::short(api, group, operation)))
        }
        Language::PowerShell => {
            Page::later(path, "snippets/powershell.ps1", move || file(api, powershell::short(api, operation)))
        }
    }
}

fn file<S>(api: &Api, snippet: S) -> File<S> {
    File { generated: generated_line(api), snippet }
}

fn path(language: Language, group: &Group, operation: &Operation) -> String {
    let ending = match language {
        Language::Curl => "sh",
        Language::Python => "py",
        Language::Rust => "rs",
        Language::PowerShell => "ps1",
    };
    format!("snippets/{}/{}.{ending}", group.name.snake(), operation.name.snake())
}

/// The first file of an operation; those of other languages differ from it in their ending.
pub(super) fn file_of(group: &Group, operation: &Operation) -> String {
    path(Language::Curl, group, operation)
}
