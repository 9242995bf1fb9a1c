//! Bodies and the headers they imply (postman-runtime `requester/core.js`, `core-body-builder.js`).

use indexmap::IndexMap;

use super::encode;
use super::resolve::Context;
use super::text::{Encoding, Text};
use super::wire::{PartContent, WireBody, WirePart};
use super::{BodyKind, MultipartRow, Row};
use crate::postman::{Body, Param, Scalar};
use crate::secret::{is_secret_name, json_texts, string_end};

/// A body, its content type if it implies one, and whether that beats a header of the user.
#[derive(Default)]
pub(super) struct Resolved {
    pub(super) wire: WireBody,
    pub(super) kind: BodyKind,
    pub(super) content_type: Option<String>,
    pub(super) forced: bool,
    /// Whether it cannot be sent, and that was said.
    pub(super) refused: bool,
}

/// Resolves a body. `user_type` is the value of the request's own `Content-Type` header.
pub(super) fn resolve(context: &mut Context<'_>, body: &Body, user_type: Option<&str>) -> Resolved {
    if body.disabled {
        return Resolved::default();
    }
    let Some(mode) = body.mode.as_deref() else {
        return Resolved::default();
    };
    match mode.to_ascii_lowercase().as_str() {
        "urlencoded" => form(context, &body.urlencoded),
        "formdata" => multipart(context, &body.formdata),
        "file" => file(context, body),
        "graphql" => graphql(context, body),
        _ => raw(context, body, user_type),
    }
}

fn raw(context: &mut Context<'_>, body: &Body, user_type: Option<&str>) -> Resolved {
    let text = match &body.raw {
        Scalar::Json(value) => value.to_string(),
        other => other.non_empty().unwrap_or_default(),
    };
    if text.is_empty() {
        return Resolved::default();
    }
    let language =
        body.options.as_ref().and_then(|it| it.pointer("/raw/language")).and_then(|it| it.as_str());
    let says_json = user_type.is_some_and(is_json_type);
    // Comments go away where the language is JSON, or is not said and the header is JSON.
    let strip = language == Some("json") || (language.is_none() && says_json);
    let text = if strip { strip_comments(&text) } else { text };
    let json = strip || says_json;
    let content = if json { read_json(context, &text) } else { context.read(&text) };
    let kind = if json { BodyKind::Json { sample: json_sample(context, &content) } } else { BodyKind::Text };
    Resolved {
        wire: WireBody::Text(content),
        kind,
        content_type: Some(language_type(language).to_owned()),
        forced: false,
        refused: false,
    }
}

/// A text of JSON, with variables in the place of secrets: texts under a key that names one.
/// Works on the text, which need not be JSON yet: variables may stand anywhere in it.
fn read_json(context: &mut Context<'_>, text: &str) -> Text {
    let mut out = Text::default();
    let mut read = 0;
    for (key, range) in json_texts(text) {
        let Ok(value) = serde_json::from_str::<String>(&text[range.start - 1..=range.end]) else { continue };
        let key = key.filter(|it| is_secret_name(it) && !value.is_empty() && !value.contains("{{"));
        if key.is_none() && !context.variables.has_secret(&value) {
            continue;
        }
        out.push(context.read(&text[read..range.start]));
        let value = match key {
            Some(key) => context.guard(&Text::literal(key), &value),
            None => context.read(&value),
        };
        out.push(encode::text(Encoding::Json, &value));
        read = range.end;
    }
    out.push(context.read(&text[read..]));
    out
}

fn language_type(language: Option<&str>) -> &'static str {
    match language {
        Some("json") => "application/json",
        Some("xml") => "application/xml",
        Some("html") => "text/html",
        Some("javascript") => "application/javascript",
        _ => "text/plain",
    }
}

/// A media type without its parameters (RFC 9110 §8.3.1); `None` if the text is none.
#[must_use]
pub fn media_type(text: &str) -> Option<&str> {
    let first = text.split([';', ',']).next().unwrap_or_default().trim();
    let is_token = |text: &str| {
        !text.is_empty() && text.chars().all(|it| it.is_ascii_alphanumeric() || "!#$&^_.+-*".contains(it))
    };
    first.split_once('/').filter(|(kind, sub)| is_token(kind) && is_token(sub)).map(|_| first)
}

/// `application/json`, `application/vnd.x+json; charset=utf-8` …
pub(super) fn is_json_type(value: &str) -> bool {
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence
        .strip_prefix("application/")
        .is_some_and(|it| it == "json" || it.starts_with("json") || it.ends_with("+json"))
}

/// The body with values for its variables, if that is JSON.
fn json_sample(context: &mut Context<'_>, content: &Text) -> Option<String> {
    let valid = |text: &String| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    // A variable inside a JSON string makes any text; one outside must make a value.
    let sample =
        [Some(content.to_string()), Some(context.fill(content, "null")), Some(context.fill(content, "0"))]
            .into_iter()
            .flatten()
            .find(valid);
    if sample.is_none() {
        let error = serde_json::from_str::<serde::de::IgnoredAny>(&context.fill(content, "null")).err();
        let reason = error.map(|it| format!(": {it} of the body")).unwrap_or_default();
        context.note(
            crate::diagnostic::Code::InvalidJson,
            format!("the body says it is JSON, and is not, even with values for its variables{reason}"),
            "mend it in Postman, or set its language to Text; until then it has no type and is sent as text",
        );
    }
    sample
}

/// Removes `//…` and `/*…*/` outside strings and keeps everything else, line breaks included
/// (postman-runtime `runner/request-helpers-presend.js`).
pub(super) fn strip_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '/']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let length = if tail.starts_with('"') {
            let end = string_end(tail);
            out.push_str(&tail[..end]);
            end
        } else if tail.starts_with("//") {
            tail.find(['\n', '\r']).unwrap_or(tail.len())
        } else if let Some(comment) = tail.strip_prefix("/*") {
            comment.find("*/").map_or(tail.len(), |end| end + 4)
        } else {
            out.push('/');
            1
        };
        rest = &tail[length..];
    }
    out.push_str(rest);
    out
}

fn form(context: &mut Context<'_>, params: &[Param]) -> Resolved {
    let mut rows = Vec::new();
    for param in params {
        let key = context.read(&param.key.non_empty().unwrap_or_default());
        let value = match &param.value {
            Scalar::Absent | Scalar::Null | Scalar::Json(_) => String::new(),
            value => value.to_text(),
        };
        rows.push(Row {
            value: Some(context.guard(&key, &value)),
            key,
            enabled: !param.disabled,
            description: param.description.clone().unwrap_or_default(),
        });
    }
    let sent = form_order(rows.iter().filter(|row| row.enabled).collect());
    if sent.is_empty() {
        return Resolved::default();
    }
    let mut text = Text::default();
    for (index, row) in sent.into_iter().enumerate() {
        if index > 0 {
            text.push_literal("&");
        }
        text.push(encode::text(Encoding::Form, &row.key));
        text.push_literal("=");
        text.push(row.value.as_ref().map(|it| encode::text(Encoding::Form, it)).unwrap_or_default());
    }
    Resolved {
        wire: WireBody::Text(text),
        kind: BodyKind::Form(rows),
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        forced: true,
        refused: false,
    }
}

/// The order in which the runner sends fields: it puts them into a JavaScript object, so keys
/// like integers come first in ascending order, and equal keys stand together.
fn form_order(rows: Vec<&Row>) -> Vec<&Row> {
    let mut groups: IndexMap<String, Vec<&Row>> = IndexMap::new();
    for row in rows {
        groups.entry(row.key.to_string()).or_default().push(row);
    }
    let mut groups: Vec<(String, Vec<&Row>)> = groups.into_iter().collect();
    let index = |key: &str| key.parse::<u32>().ok().filter(|it| it.to_string() == key && *it < u32::MAX);
    groups.sort_by_key(|(key, _)| index(key).map_or((1, 0), |number| (0, number)));
    groups.into_iter().flat_map(|(_, rows)| rows).collect()
}

fn multipart(context: &mut Context<'_>, params: &[Param]) -> Resolved {
    let mut rows = Vec::new();
    for param in params {
        let name = context.read(&param.key.non_empty().unwrap_or_default());
        let content_type =
            param.content_type.as_deref().filter(|it| !it.is_empty()).map(|it| context.read(it));
        if let Some(bad) =
            content_type.as_ref().map(|it| context.fill(it, "text/plain")).filter(|it| !is_media_type(it))
        {
            context.note(
                crate::diagnostic::Code::NotSendable,
                format!("{bad:?} is no content type of a part (RFC 9110 §8.3.1)"),
                "mend it in Postman, or leave it out",
            );
            return Resolved { refused: true, ..Resolved::default() };
        }
        let file = param.kind.as_deref() == Some("file");
        let paths = if file { file_paths(&param.src) } else { Vec::new() };
        let kept = param.value.as_text().filter(|it| file && !it.is_empty() && paths == [""]);
        let content_type = match kept {
            Some(_) => content_type.or(Some(Text::literal("application/octet-stream"))),
            None => content_type,
        };
        let contents = if let Some(kept) = kept {
            decoded(context, kept).map(PartContent::Text).into_iter().collect()
        } else if file {
            let send_as = param.file_name.as_deref().map(|it| context.read(it));
            paths
                .iter()
                .map(|path| PartContent::File { path: context.read(path), name: send_as.clone() })
                .collect()
        } else {
            let value = match &param.value {
                Scalar::Json(value) => value.to_string(),
                // `0` and `false` are nothing here, as in JavaScript.
                Scalar::Other(text) if text == "0" || text == "false" => String::new(),
                value => value.non_empty().unwrap_or_default(),
            };
            vec![PartContent::Text(context.guard(&name, &value))]
        };
        for content in contents {
            rows.push(MultipartRow {
                part: WirePart { name: name.clone(), content, content_type: content_type.clone() },
                enabled: !param.disabled,
                description: param.description.clone().unwrap_or_default(),
            });
        }
    }
    let parts: Vec<_> = rows.iter().filter(|row| row.enabled).map(|row| row.part.clone()).collect();
    if parts.is_empty() {
        return Resolved::default();
    }
    Resolved {
        wire: WireBody::Multipart(parts),
        kind: BodyKind::Multipart(rows),
        content_type: None,
        forced: true,
        refused: false,
    }
}

/// `type/subtype`, with parameters behind it.
fn is_media_type(text: &str) -> bool {
    let token = |it: &str| {
        let character = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        !it.is_empty() && it.chars().all(character)
    };
    let mut pieces = text.split(';').map(str::trim);
    let essence = pieces.next().and_then(|it| it.split_once('/'));
    let parameter = |it: &str| match it.split_once('=') {
        Some((name, value)) => {
            token(name) && (token(value) || value.starts_with('"')) && !value.contains(char::is_control)
        }
        None => false,
    };
    essence.is_some_and(|(kind, subtype)| token(kind) && token(subtype)) && pieces.all(parameter)
}

/// One path, several, or the empty one where no file was chosen.
fn file_paths(src: &Scalar) -> Vec<String> {
    if let Scalar::Json(value) = src
        && let Some(paths) = value.as_array().filter(|it| !it.is_empty())
    {
        return paths.iter().map(|path| path.as_str().unwrap_or_default().to_owned()).collect();
    }
    vec![src.as_text().unwrap_or_default().to_owned()]
}

fn file(context: &mut Context<'_>, body: &Body) -> Resolved {
    let file = body.file.as_ref();
    let src = file.and_then(|file| file.src.as_deref()).filter(|src| !src.is_empty());
    let Some(src) = src else {
        let Some(content) = file.and_then(|file| file.content.as_deref()).filter(|it| !it.is_empty()) else {
            return Resolved::default();
        };
        let Some(text) = decoded(context, content) else { return Resolved::default() };
        return Resolved {
            wire: WireBody::Text(text),
            kind: BodyKind::Text,
            content_type: None,
            forced: false,
            refused: false,
        };
    };
    let content_type = super::wire::content_type_of(src);
    Resolved {
        wire: WireBody::File(context.read(src)),
        kind: BodyKind::File,
        content_type: Some(content_type.to_owned()),
        forced: false,
        refused: false,
    }
}

/// What the collection holds in base 64. The outputs are texts, and can hold no other bytes.
fn decoded(context: &mut Context<'_>, content: &str) -> Option<Text> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(content).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    if text.is_none() {
        context.note(
            crate::diagnostic::Code::Unrepresentable,
            "the body is kept in the collection as bytes that are no text; nothing is sent in its place",
            "choose a file in Postman instead",
        );
    }
    text.map(|text| context.variables.literal(text))
}

/// `{"query":…,"operationName":…,"variables":…}` without blanks, absent keys left out. Variables
/// given as a text go out as they are.
fn graphql(context: &mut Context<'_>, body: &Body) -> Resolved {
    let mut text = Text::default();
    let mut separator = "{";
    let mut key = |text: &mut Text, key: &str| {
        text.push_literal(format!("{separator}\"{key}\":"));
        separator = ",";
    };
    for (name, value) in [("query", &body.graphql.query), ("operationName", &body.graphql.operation_name)] {
        match value {
            Scalar::Absent => {}
            Scalar::Null => {
                key(&mut text, name);
                text.push_literal("null");
            }
            value => {
                key(&mut text, name);
                let value = context.read(&value.to_text());
                text.push_literal("\"");
                text.push(encode::text(Encoding::Json, &value));
                text.push_literal("\"");
            }
        }
    }
    let mut sample = None;
    match &body.graphql.variables {
        Scalar::Absent => {}
        Scalar::Text(variables) if variables.is_empty() => {}
        Scalar::Text(variables) => {
            key(&mut text, "variables");
            let variables = read_json(context, variables);
            sample = Some(context.fill(&variables, "null"));
            text.push(variables);
        }
        Scalar::Json(value) => {
            key(&mut text, "variables");
            let variables = read_json(context, &value.to_string());
            sample = Some(context.fill(&variables, "null"));
            text.push(variables);
        }
        other => {
            key(&mut text, "variables");
            text.push_literal(other.to_text());
        }
    }
    text.push_literal(if separator == "{" { "{}" } else { "}" });
    Resolved {
        wire: WireBody::Text(text),
        kind: BodyKind::GraphQl { variables: sample },
        content_type: Some("application/json".to_owned()),
        forced: false,
        refused: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_outside_strings_go_away() {
        let table = [
            ("{\"a\": 1} // x", "{\"a\": 1} "),
            ("{/* x\n */\"a\": \"// no\"}", "{\"a\": \"// no\"}"),
            ("{\"a\": \"\\\"//\"}//", "{\"a\": \"\\\"//\"}"),
            ("a / b", "a / b"),
            ("\"open // ", "\"open // "),
            ("// x\r\n1", "\r\n1"),
            ("/* open", ""),
        ];
        for (text, want) in table {
            assert_eq!(strip_comments(text), want, "{text:?}");
        }
    }

    #[test]
    fn json_types() {
        for yes in ["application/json", "Application/JSON; charset=utf-8", "application/vnd.api+json"] {
            assert!(is_json_type(yes), "{yes}");
        }
        for no in ["text/json", "application/xml", "", "application/x-www-form-urlencoded"] {
            assert!(!is_json_type(no), "{no}");
        }
    }
}
