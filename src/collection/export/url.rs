//! URLs in Postman's parts.

use serde_json::{Value, json};

use super::super::encode;
use super::super::url::encode_path;
use super::super::{Encoding, Part, PathPart, Request, Row, Text};
use super::{describe, written};

pub(super) fn url(request: &Request) -> Value {
    let url = &request.wire.url;
    let origin = written(&url.origin);
    let path: String = url.path.iter().map(piece).collect();
    let rows = &request.query;
    let pairs: Vec<String> = rows.iter().filter(|it| it.enabled).map(pair).collect();
    let query = if url.query.is_some() && !pairs.is_empty() {
        format!("?{}", pairs.join("&"))
    } else {
        String::new()
    };
    let mut out = json!({ "raw": format!("{origin}{path}{query}") });
    let (protocol, host) = origin.split_once("://").map_or((None, origin.as_str()), |(a, b)| (Some(a), b));
    if let Some(protocol) = protocol {
        out["protocol"] = protocol.into();
    }
    out["host"] = json!([host]);
    if let Some(path) = path.strip_prefix('/') {
        out["path"] = path.split('/').collect::<Vec<_>>().into();
    }
    if !rows.is_empty() {
        out["query"] = rows.iter().map(row).collect::<Vec<_>>().into();
    }
    if !request.path_rows.is_empty() {
        out["variable"] = request.path_rows.iter().map(row).collect::<Vec<_>>().into();
    }
    out
}

fn piece(part: &PathPart) -> String {
    match part {
        PathPart::Fixed(text) => written(text),
        PathPart::Argument { key, .. } => format!(":{key}"),
    }
}

fn pair(row: &Row) -> String {
    match &row.value {
        Some(value) => format!("{}={}", written(&row.key), written(value)),
        None => written(&row.key),
    }
}

pub(super) fn row(row: &Row) -> Value {
    let mut out = json!({ "key": written(&row.key), "value": row.value.as_ref().map(written) });
    describe(&mut out, &row.description);
    if !row.enabled {
        out["disabled"] = true.into();
    }
    out
}

/// Whether the URL is one that Postman would encode, and does not.
pub(super) fn is_not_encoded(request: &Request) -> bool {
    let url = &request.wire.url;
    let raw = |text: &Text| {
        text.parts().iter().any(|it| match it {
            Part::Literal(text) => encode::query(text) != *text,
            Part::Variable { encoding, .. } => *encoding == Encoding::Raw,
            Part::Dynamic { .. } => false,
        })
    };
    encode_path(url.path.clone(), true).0 != url.path || url.query.iter().flatten().any(raw)
}
