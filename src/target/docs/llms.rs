//! The documentation for programs that read text: `llms.txt`, an index with links
//! (<https://llmstxt.org>), and `llms-full.txt`, everything in one file without the tabs.

use serde::Serialize;

use super::types::{described, presence, scalar};
use super::{Part, about, comment, operation, page_of, parts, summary};
use crate::api::{Api, Body, Operation, Response, Type};
use crate::target::Page;
use crate::target::quote::{self, markdown};

/// What `docs/llms.txt` may say.
#[derive(Serialize)]
struct Index {
    generated: String,
    title: String,
    about: String,
    parts: Vec<Part<Link>>,
}

/// A link with what is there.
#[derive(Serialize)]
struct Link {
    title: String,
    file: String,
    about: String,
}

/// What `docs/llms-full.txt` may say.
#[derive(Serialize)]
struct Full {
    generated: String,
    title: String,
    about: Vec<String>,
    has_about: bool,
    variables: Vec<String>,
    has_variables: bool,
    groups: Vec<Group>,
    has_models: bool,
    models: Vec<String>,
}

/// A group.
#[derive(Serialize)]
struct Group {
    title: String,
    operations: Vec<Entry>,
}

/// An operation.
#[derive(Serialize)]
struct Entry {
    id: String,
    about: String,
    lines: Vec<String>,
}

pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    let title = markdown::text(&api.title);
    let index = Index {
        generated: comment(api),
        title: title.clone(),
        about: match markdown::summary(&api.description, 400) {
            about if about.is_empty() => format!("What can be asked of {title}, and how."),
            about => about,
        },
        parts: parts(api, |it| Link {
            title: markdown::text(&it.title),
            file: page_of(it),
            about: about(it),
        }),
    };
    vec![
        Page::new("docs/llms.txt", "docs/llms.txt", &index),
        Page::later("docs/llms-full.txt", "docs/llms-full.txt", || full(api, title)),
    ]
}

fn full(api: &Api, title: String) -> Full {
    let groups = api.groups.iter().map(|group| Group {
        title: markdown::text(&group.title),
        operations: group.operations.iter().map(|it| entry(api, it)).collect(),
    });
    let models = api.types.iter().map(|(_, record)| {
        let field = |it: &crate::api::Field| {
            let (ty, presence) = (named(api, &it.ty), presence(record, it));
            format!("{} ({ty}, {presence})", markdown::code(&it.wire))
        };
        let fields: Vec<String> = record.fields.iter().map(field).collect();
        let fields = if fields.is_empty() { "no field is known".to_owned() } else { fields.join(", ") };
        format!("- {}: {fields}", record.name.pascal())
    });
    let models: Vec<String> = models.collect();
    let variables = api.variables.iter().map(|it| {
        let value = match &it.default {
            Some(default) => format!("by default {}", markdown::code(default)),
            None => "has to be set".to_owned(),
        };
        format!("- `{}`: {value}", it.env)
    });
    let variables: Vec<String> = variables.collect();
    let about = markdown::paragraphs(&api.description);
    Full {
        generated: comment(api),
        title,
        has_about: !about.is_empty(),
        about,
        has_variables: !variables.is_empty(),
        variables,
        groups: groups.collect(),
        has_models: !models.is_empty(),
        models,
    }
}

fn named(api: &Api, ty: &Type) -> String {
    described(ty, &|id| api.types.get(id).name.pascal())
}

fn entry(api: &Api, operation: &Operation) -> Entry {
    let route = format!("{} {}", operation.wire.method, operation::address(api, operation));
    let mut lines = vec![markdown::code(&route)];
    if !operation.scopes().is_empty() {
        let scopes: Vec<String> = operation.scopes().iter().map(|it| markdown::code(it)).collect();
        lines.push(format!("scopes: {}", scopes.join(", ")));
    }
    let list = |lines: &mut Vec<String>, what: &str, all: &mut dyn Iterator<Item = (&str, &str)>| {
        let all: Vec<String> = all.map(|(name, ty)| format!("{} ({ty})", markdown::code(name))).collect();
        if !all.is_empty() {
            lines.push(format!("{what}: {}", all.join(", ")));
        }
    };
    list(&mut lines, "path", &mut operation.arguments.iter().map(|it| (it.wire.as_str(), scalar(it.ty))));
    list(&mut lines, "query", &mut operation.query.iter().map(|it| (it.wire.as_str(), scalar(it.ty))));
    match &operation.body {
        Body::None => {}
        Body::Json(ty) => lines.push(format!("body: JSON, {}", named(api, ty))),
        Body::Text => lines.push("body: a text".to_owned()),
        Body::Binary => lines.push("body: the bytes of a file".to_owned()),
        Body::Form(fields) => {
            list(&mut lines, "form", &mut fields.iter().map(|it| (it.wire.as_str(), scalar(it.ty))));
        }
        Body::Multipart(parts) => {
            let of = |file: bool, ty| if file { "file" } else { scalar(ty) };
            let parts =
                &mut parts.iter().map(|it| (it.parameter.wire.as_str(), of(it.file, it.parameter.ty)));
            list(&mut lines, "form data", parts);
        }
    }
    match &operation.response {
        Response::Json(ty) => lines.push(format!("answer: JSON, {}", named(api, ty))),
        Response::Text => lines.push("answer: a text".to_owned()),
        Response::Empty => lines.push("answer: no body".to_owned()),
        Response::Unknown => {}
    }
    if !operation.failures.is_empty() {
        let failures: Vec<String> = operation.failures.iter().map(|it| operation::status(*it)).collect();
        lines.push(format!("errors: {}", failures.join(", ")));
    }
    Entry {
        id: operation.id.clone(),
        about: summary(operation),
        lines: lines.iter().map(|it| quote::one_line(it)).collect(),
    }
}
