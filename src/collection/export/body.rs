//! Bodies in Postman's modes.

use indexmap::IndexMap;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::super::body::strip_comments;
use super::super::{BodyKind, MultipartRow, PartContent, Request, WireBody};
use super::{describe, url, written};

pub(super) fn body(request: &Request) -> Option<Value> {
    Some(match (&request.body, &request.wire.body) {
        (BodyKind::Form(rows), _) => {
            json!({ "mode": "urlencoded", "urlencoded": rows.iter().map(url::row).collect::<Vec<_>>() })
        }
        (BodyKind::Multipart(rows), _) => {
            json!({ "mode": "formdata", "formdata": rows.iter().map(part).collect::<Vec<_>>() })
        }
        (BodyKind::GraphQl { .. }, WireBody::Text(text)) => graphql(&written(text)),
        (BodyKind::Json { .. }, WireBody::Text(text)) => json(&written(text)),
        (_, WireBody::Text(text)) => raw(&written(text), "text"),
        (_, WireBody::File(path)) => json!({ "mode": "file", "file": { "src": written(path) } }),
        (_, WireBody::Multipart(_) | WireBody::None) => return None,
    })
}

fn json(text: &str) -> Value {
    // Postman takes comments out of JSON before it puts values of variables in, which may have slashes as well.
    raw(text, if strip_comments(text) == text { "json" } else { "text" })
}

fn raw(text: &str, language: &str) -> Value {
    json!({ "mode": "raw", "raw": text, "options": { "raw": { "language": language } } })
}

/// What goes out is JSON around the document.
fn graphql(sent: &str) -> Value {
    let Ok(fields) = serde_json::from_str::<IndexMap<String, Box<RawValue>>>(sent) else {
        return json(sent);
    };
    let mut out = json!({});
    for (key, value) in fields {
        // Postman keeps variables as a text, with all that its author has put between them.
        let text = || serde_json::from_str(value.get()).ok();
        out[key.as_str()] = text().filter(|_| key != "variables").unwrap_or_else(|| value.get().into());
    }
    json!({ "mode": "graphql", "graphql": out })
}

fn part(row: &MultipartRow) -> Value {
    let part = &row.part;
    let mut out = json!({ "key": written(&part.name) });
    match &part.content {
        PartContent::Text(text) => {
            out["value"] = written(text).into();
            out["type"] = "text".into();
        }
        PartContent::File { path, name } => {
            out["type"] = "file".into();
            out["src"] = written(path).into();
            if let Some(name) = name {
                out["fileName"] = written(name).into();
            }
        }
    }
    if let Some(kind) = &part.content_type {
        out["contentType"] = written(kind).into();
    }
    describe(&mut out, &row.description);
    if !row.enabled {
        out["disabled"] = true.into();
    }
    out
}
