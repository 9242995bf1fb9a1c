//! URLs, from parts or from one text (postman-collection `lib/collection/url.js`).

use std::collections::{HashMap, HashSet};

use super::Row;
use super::encode;
use super::host;
use super::resolve::Context;
use super::text::{Encoding, Text};
use super::wire::{PathPart, WireUrl};
use crate::diagnostic::Code;
use crate::postman::{Param, Parts, Scalar, Url};

/// A URL, with what its author said about its rows.
pub(super) struct Resolved {
    pub(super) url: WireUrl,
    pub(super) path_rows: Vec<Row>,
    pub(super) query: Vec<Row>,
    /// User and password in front of the host (RFC 3986 §3.2.1).
    pub(super) user_info: Option<(Text, Text)>,
}

/// Resolves a URL. `None` if there is nothing to send a request to.
pub(super) fn resolve(context: &mut Context<'_>, url: &Url, encode: bool) -> Option<Resolved> {
    let (address, query) = match whole_text(context, url) {
        Some(text) => split_text(context, &text, encode),
        None => (address_of_parts(context, url), query_rows(context, url.query.as_deref(), encode)),
    };
    if address.is_empty() {
        return None;
    }
    let (origin, path) = split_origin(&address);
    let path = context.behind_user_info(path);
    let (origin, user_info) = without_user_info(&origin);
    let origin = host::normal(&origin);
    let path_rows = path_rows(context, url);
    let (mut pieces, mut rows) = query;
    let parts = path_parts(&path, &path_rows);
    let (path, cut) = encode_path(parts, encode);
    if cut {
        // The runner puts the URL together and reads it again: what follows a `#` is its fragment.
        pieces = None;
        rows.iter_mut().for_each(|it| it.enabled = false);
    }
    Some(Resolved { url: WireUrl { origin, path, query: pieces }, path_rows, query: rows, user_info })
}

/// The URL as one text: because it is written so, or because its parts say nothing.
fn whole_text(context: &mut Context<'_>, url: &Url) -> Option<String> {
    if url.text.is_some() {
        return url.text.clone();
    }
    let raw = url.raw.as_deref().filter(|raw| !raw.trim().is_empty())?;
    if url.host != Parts::Absent || url.path != Parts::Absent {
        return None;
    }
    context.note(
        Code::RawUrl,
        "the URL has only `raw`, which Postman's runner refuses; it was read from there",
        "open the request in Postman and save it again to get its parts",
    );
    Some(raw.to_owned())
}

type Query = (Option<Vec<Text>>, Vec<Row>);

/// A URL in one text: what is sent is what stands there, so that no row can be switched off.
fn split_text(context: &mut Context<'_>, text: &str, encode: bool) -> (Text, Query) {
    let text = context.read_address(text.trim_start());
    let text = text.split_once(&['#']).map_or(text.clone(), |(before, _, _)| before);
    let Some((address, _, query)) = text.split_once(&['?']) else {
        return (text, (None, Vec::new()));
    };
    let query = context.behind_user_info(query);
    let mut pieces = Vec::new();
    let mut rows = Vec::new();
    for piece in query.split('&') {
        let (key, value) = match piece.split_once(&['=']) {
            Some((key, _, value)) => (key, Some(value)),
            None => (piece.clone(), None),
        };
        let value = value.map(|value| context.guard(&key, &value.to_string()));
        let mut sent = key.clone();
        if let Some(value) = &value {
            sent.push_literal("=");
            sent.push(value.clone());
        }
        pieces.push(if encode { encode::text(Encoding::Query, &sent) } else { sent });
        rows.push(Row { key, value, enabled: true, description: String::new() });
    }
    (address, (Some(pieces), rows))
}

fn address_of_parts(context: &mut Context<'_>, url: &Url) -> Text {
    let host = match &url.host {
        Parts::Absent => String::new(),
        Parts::List(labels) => labels.join("."),
        Parts::Text(host) => host.clone(),
    };
    let path = match &url.path {
        Parts::Absent => None,
        Parts::List(segments) => Some(segments.join("/")),
        Parts::Text(path) => Some(without_first_slash(path).to_owned()),
    };
    if host.is_empty() {
        return Text::default();
    }
    let mut address = String::new();
    if let Some(protocol) = url.protocol.as_deref().filter(|it| !it.is_empty()) {
        address.push_str(protocol.trim_end_matches("://"));
        address.push_str("://");
    }
    address.push_str(&host);
    if let Some(port) = url.port.as_deref().filter(|it| !it.is_empty()) {
        address.push(':');
        address.push_str(port);
    }
    if let Some(path) = path {
        address.push('/');
        address.push_str(&path);
    }
    context.read_address(&address)
}

/// A path in one text, from its first segment on. Its slash stays if there is a line break in the
/// path (`trimPath` is `/^\/((.+))$/`, and its `.` stands for none), and `//` has one blank segment.
fn without_first_slash(path: &str) -> &str {
    match path.strip_prefix('/') {
        Some("/") => "",
        Some(rest) if !rest.contains(['\n', '\r', '\u{2028}', '\u{2029}']) => rest,
        _ => path,
    }
}

fn query_rows(context: &mut Context<'_>, params: Option<&[Param]>, encode: bool) -> Query {
    let mut pieces = Vec::new();
    let mut rows = Vec::new();
    for (index, param) in params.unwrap_or_default().iter().enumerate() {
        context.go(format_args!("request/url/query/{index}"));
        // Only a text is a key, and only a text gets a `=`: a number or a boolean is not sent.
        let key = context.read(param.key.as_text().unwrap_or_default());
        let value = param.value.as_text().map(|value| context.guard(&key, value));
        if !param.disabled {
            type Encode = fn(&str) -> String;
            // What would end a row is escaped even where the encoding is switched off.
            let (on_key, on_value): (Encode, Encode) = if encode {
                (encode::query_key, encode::query_value)
            } else {
                (encode::key_ends, encode::value_ends)
            };
            let encoding = if encode { Encoding::Query } else { Encoding::Raw };
            let mut piece = key.encoded(encoding, on_key);
            if let Some(value) = &value {
                piece.push_literal("=");
                piece.push(value.encoded(encoding, on_value));
            }
            pieces.push(piece);
        }
        rows.push(Row {
            key,
            value,
            enabled: !param.disabled,
            description: param.description.clone().unwrap_or_default(),
        });
    }
    (Some(pieces).filter(|pieces| !pieces.is_empty()), rows)
}

/// Splits at the first slash of the path: the first one that is not of a `://`.
fn split_origin(address: &Text) -> (Text, Text) {
    let address = address.encoded(Encoding::Raw, encode::slashes);
    let Some((mut origin, _, mut rest)) = address.split_once(&['/']) else {
        return (with_scheme(address), Text::default());
    };
    let scheme = origin.to_string().ends_with(':') && rest.to_string().starts_with('/');
    if scheme {
        origin.push_literal("//");
        // The second slash of `://`.
        let Some((_, _, after)) = rest.split_once(&['/']) else {
            return (with_scheme(origin), Text::default());
        };
        match after.split_once(&['/']) {
            Some((authority, _, path)) => {
                origin.push(authority);
                rest = path;
            }
            None => {
                origin.push(after);
                return (with_scheme(origin), Text::default());
            }
        }
    }
    let mut path = Text::literal("/");
    path.push(rest);
    (with_scheme(origin), path)
}

/// Scheme and host in lower case; `http` where there is no scheme and no variable to bring one.
fn with_scheme(origin: Text) -> Text {
    let shown = origin.to_string();
    if shown.contains("://") || shown.starts_with("{{") {
        return origin;
    }
    let mut out = Text::literal("http://");
    out.push(origin);
    out
}

/// The origin, and user and password where they stand in front of its host. Both may be variables.
fn without_user_info(origin: &Text) -> (Text, Option<(Text, Text)>) {
    let mut rest = origin.clone();
    let mut before = Text::default();
    // A password may have an `@` of its own: the last one counts.
    while let Some((part, _, after)) = rest.split_once(&['@']) {
        if !before.is_empty() {
            before.push_literal("@");
        }
        before.push(part);
        rest = after;
    }
    let Some((scheme, _, after)) = before.split_once(&['/']) else {
        return (origin.clone(), None);
    };
    let Some((_, _, user_info)) = after.split_once(&['/']) else {
        return (origin.clone(), None);
    };
    let mut out = scheme;
    out.push_literal("//");
    out.push(rest);
    let (user, password) = match user_info.split_once(&[':']) {
        Some((user, _, password)) => (user, password),
        None => (user_info, Text::default()),
    };
    (out, Some((user, password)))
}

/// Values of path variables; the last one of a name counts, and only a text is a value.
fn path_rows(context: &mut Context<'_>, url: &Url) -> Vec<Row> {
    let mut rows: Vec<(&str, Row)> = Vec::new();
    for variable in &url.variable {
        let Some(key) = variable.key.as_ref().or(variable.id.as_ref()) else {
            continue;
        };
        let value = match &variable.value {
            Scalar::Text(value) if !value.is_empty() => Some(context.guard(&Text::literal(key), value)),
            _ => None,
        };
        let row = Row {
            key: Text::literal(key),
            value,
            enabled: true,
            description: variable.description.clone().unwrap_or_default(),
        };
        rows.push((key, row));
    }
    let mut seen = HashSet::new();
    rows.reverse();
    rows.retain(|(key, _)| seen.insert(*key));
    rows.into_iter().rev().map(|(_, row)| row).collect()
}

/// Path variables are whole segments that begin with `:`; the name ends at the first `.`.
fn path_parts(path: &Text, rows: &[Row]) -> Vec<PathPart> {
    let by_key: HashMap<&str, &Row> = rows.iter().filter_map(|it| Some((it.key.as_literal()?, it))).collect();
    let mut parts = Vec::new();
    let mut fixed = Text::default();
    for (index, segment) in path.split('/').into_iter().enumerate() {
        if index > 0 {
            fixed.push_literal("/");
        }
        let name = segment.as_literal().and_then(|it| it.strip_prefix(':')).filter(|it| !it.is_empty());
        let Some(name) = name else {
            fixed.push(segment);
            continue;
        };
        let (key, suffix) = name.split_at(name.find('.').unwrap_or(name.len()));
        if key.is_empty() {
            fixed.push(segment);
            continue;
        }
        if !fixed.is_empty() {
            parts.push(PathPart::Fixed(std::mem::take(&mut fixed)));
        }
        let example = by_key.get(key).and_then(|row| row.value.clone());
        parts.push(PathPart::Argument { key: key.to_owned(), example });
        fixed.push_literal(suffix);
    }
    if !fixed.is_empty() {
        parts.push(PathPart::Fixed(fixed));
    }
    parts
}

/// The parts, percent-encoded, and whether a `#` ended them. A `?` begins the query, wherever it
/// stands: the runner puts the URL together before it reads it.
pub(super) fn encode_path(parts: Vec<PathPart>, encode: bool) -> (Vec<PathPart>, bool) {
    let mut out = Vec::new();
    let mut encoding = Encoding::Path;
    let write = |encoding, text: &Text| match encoding {
        _ if encode => encode::text(encoding, text),
        Encoding::Path => text.map_literals(encode::slashes),
        _ => text.clone(),
    };
    for part in parts {
        let text = match &part {
            PathPart::Fixed(text) | PathPart::Argument { example: Some(text), .. } => text,
            PathPart::Argument { example: None, .. } => {
                out.push(part);
                continue;
            }
        };
        let (text, cut) = match text.split_once(&['#']) {
            Some((before, _, _)) => (before, true),
            None => (text.clone(), false),
        };
        let text = match text.split_once(&['?']) {
            Some((path, _, query)) if encoding == Encoding::Path => {
                encoding = Encoding::Query;
                let mut text = write(Encoding::Path, &path);
                text.push_literal("?");
                text.push(write(Encoding::Query, &query));
                text
            }
            _ => write(encoding, &text),
        };
        out.push(match part {
            PathPart::Argument { key, .. } => PathPart::Argument { key, example: Some(text) },
            PathPart::Fixed(_) => PathPart::Fixed(text),
        });
        if cut {
            return (out, true);
        }
    }
    (out, false)
}
