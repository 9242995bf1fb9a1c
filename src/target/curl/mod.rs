//! curl scripts: bash 3.2 and curl 7.76 or later, or what `postwright.toml` has as floor.
//!
//! No secret is ever an argument of a program, where every user of the machine could read it:
//! whatever holds one reaches curl through a pipe, as a line of its configuration.

pub(super) mod auth;
mod floor;
mod form;
mod newer;
mod pages;
mod script;
mod shell;
mod short;
mod usage;

use serde::Serialize;

use super::{Page, Target, generated_line, quote, token_file};
use crate::api::{Api, Variable};

/// What a file may say that the scripts share.
#[derive(Serialize)]
struct Shared {
    generated: String,
}

/// What `curl/.env.example` may say.
#[derive(Serialize)]
struct Environment {
    generated: String,
    variables: Vec<Row>,
}

/// A variable of the environment.
#[derive(Serialize)]
struct Row {
    about: Vec<String>,
    assignment: String,
}

pub(super) use script::{holds_nul, may_have_dots, signs};
pub(super) use short::{Short, short};

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let mut pages = Vec::new();
    for group in &api.groups {
        for operation in &group.operations {
            let path = Target::Curl.file_of(group, operation);
            let view = move || script::view(api, group, operation);
            pages.push(Page::later(path, "curl/script.sh", view).executable());
        }
    }
    let shared = Shared { generated: generated_line(api) };
    pages.push(Page::new("curl/.shellcheckrc", "curl/shellcheckrc", &shared));
    pages.push(Page::new("curl/_dry_run.sh", "curl/dry_run.sh", &shared));
    if api.groups.iter().flat_map(|group| &group.operations).any(|it| it.paging.is_some()) {
        pages.push(Page::new("curl/_pages.sh", "curl/pages.sh", &shared));
    }
    pages.extend(auth::pages(api));
    pages.push(Page::new("curl/.env.example", "curl/env.example", &environment(api)));
    pages
}

/// Every variable that a script may ask for: those with a default can stay as they are.
fn environment(api: &Api) -> Environment {
    let row = |variable: &Variable| {
        let about = quote::lines(&variable.description);
        let assignment = match &variable.default {
            Some(default) if !default.contains('\0') => {
                format!("#{}={}", variable.env, quote::sh(&quote::one_line(default)))
            }
            _ => format!("{}=", variable.env),
        };
        Row { about, assignment }
    };
    let mut variables: Vec<Row> = api.variables.iter().map(row).collect();
    if auth::access_token(api).is_some() {
        let about = "Where the tokens are kept; else in tokens.json, where settings are kept.".to_owned();
        let assignment = format!("#{}=", token_file::env(api));
        variables.push(Row { about: vec![about], assignment });
    }
    Environment { generated: generated_line(api), variables }
}
