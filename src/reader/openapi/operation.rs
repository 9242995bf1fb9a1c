//! An operation becomes a request with its saved responses.

use serde_json::{Map, Value, json};

use super::super::build::{Collection, fields, item as item_of, left_out, list, plain, row, text};
use super::sample::{Kind, kind_of, sample};
use super::{BASE, address, security};
use crate::diagnostic::Diagnostics;
use crate::locate::escaped;

/// How many references are followed one after the other.
const REFERENCES: usize = 32;

/// What operations refer to.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) description: &'a Value,
}

/// An operation and where it stands.
struct Place<'a> {
    context: Context<'a>,
    method: &'a str,
    path: &'a str,
    operation: &'a Value,
    pointer: String,
}

impl<'a> Context<'a> {
    /// What a reference stands for (§4.8.23), as long as it is in the same document; everything else as it is.
    pub(super) fn resolved(&self, value: &'a Value) -> &'a Value {
        let mut value = value;
        for _ in 0..REFERENCES {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return value };
            let target = reference.strip_prefix('#').and_then(|it| self.description.pointer(&unescaped(it)));
            match target {
                Some(target) => value = target,
                None => return value,
            }
        }
        &Value::Null
    }

    /// The request of an operation.
    pub(super) fn request(
        self,
        (path, item): (&'a str, &'a Value),
        (method, operation): (&'a str, &'a Value),
        out: &mut Collection,
        notes: &mut Diagnostics,
    ) -> Value {
        let pointer = format!("/paths/{}/{method}", escaped(path));
        let place = Place { context: self, method, path, operation, pointer };
        let parameters = place.parameters(item);
        let (url_path, mut variables) = place.path(&parameters, out);
        let mut query: Vec<Value> = Vec::new();
        let mut headers: Vec<Value> = Vec::new();
        let mut cookies: Vec<String> = Vec::new();
        for parameter in &parameters {
            match text(parameter, "in") {
                "query" => query.extend(place.query_rows(parameter)),
                "header" if !place.is_written_elsewhere(text(parameter, "name")) => {
                    headers.push(place.row(parameter));
                }
                "cookie" => cookies.push(format!("{}={}", text(parameter, "name"), place.example(parameter))),
                _ => {}
            }
        }
        if !cookies.is_empty() {
            headers.push(row("Cookie", &cookies.join("; "), "", true));
        }
        let mut request = json!({ "method": method.to_ascii_uppercase() });
        if let Some(body) = place.body(&mut headers, notes) {
            request["body"] = body;
        }
        request["header"] = headers.into();
        let description = text(operation, "description");
        if !description.is_empty() {
            request["description"] = description.into();
        }
        let auth = security::of(self.description, operation.get("security"), notes, &place.title());
        if let Some(auth) = auth {
            request["auth"] = auth;
        }
        variables.retain(|it| !text(it, "key").is_empty());
        let base = place.base(item, out);
        request["url"] = url(&base, &url_path, query, variables);
        place.note_what_is_left_out(notes);
        item_of(&place.title(), request, place.responses(notes))
    }
}

/// A JSON pointer out of a fragment of a URI (RFC 6901 §6).
fn unescaped(fragment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = fragment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        match code.and_then(|it| u8::from_str_radix(it, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A URL in Postman's parts.
fn url(base: &str, path: &[String], query: Vec<Value>, variables: Vec<Value>) -> Value {
    let mut raw = format!("{base}/{}", path.join("/"));
    let enabled: Vec<String> = query
        .iter()
        .filter(|it| it.get("disabled").is_none())
        .map(|it| format!("{}={}", text(it, "key"), text(it, "value")))
        .collect();
    if !enabled.is_empty() {
        raw = format!("{raw}?{}", enabled.join("&"));
    }
    let mut url = json!({ "raw": raw });
    match base.split_once("://") {
        Some((scheme, rest)) => {
            let (host, before) = rest.split_once('/').unwrap_or((rest, ""));
            url["protocol"] = scheme.into();
            url["host"] = json!([host]);
            let before = before.split('/').filter(|it| !it.is_empty()).map(str::to_owned);
            url["path"] = before.chain(path.iter().cloned()).collect::<Vec<_>>().into();
        }
        None => {
            url["host"] = json!([base]);
            url["path"] = path.to_vec().into();
        }
    }
    if !query.is_empty() {
        url["query"] = query.into();
    }
    if !variables.is_empty() {
        url["variable"] = variables.into();
    }
    url
}

impl<'a> Place<'a> {
    fn title(&self) -> String {
        let named = ["summary", "operationId"].map(|it| text(self.operation, it).trim());
        let named = named.into_iter().find(|it| !it.is_empty());
        named.map_or_else(|| format!("{} {}", self.method.to_ascii_uppercase(), self.path), str::to_owned)
    }

    /// Those of the operation, and of the path where the operation has none of the name and place (§4.8.10).
    fn parameters(&self, item: &'a Value) -> Vec<&'a Value> {
        let key = |it: &&Value| (text(it, "in").to_owned(), text(it, "name").to_owned());
        let resolve = |it: &'a Value| self.context.resolved(it);
        let own: Vec<&Value> = list(self.operation, "parameters").iter().map(resolve).collect();
        let shared = list(item, "parameters").iter().map(resolve);
        let shared = shared.filter(|it| !own.iter().any(|own| key(own) == key(it)));
        shared.chain(own.iter().copied()).collect()
    }

    /// The segments of the path, and the rows of its variables.
    fn path(&self, parameters: &[&'a Value], out: &mut Collection) -> (Vec<String>, Vec<Value>) {
        let mut rows = Vec::new();
        let named =
            |name: &str| parameters.iter().find(|it| text(it, "in") == "path" && text(it, "name") == name);
        let mut segment = |segment: &str| {
            let whole = segment.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
            if let Some(name) = whole.filter(|it| !it.contains(['{', '}', '/', ':'])) {
                let (example, description) = match named(name) {
                    Some(it) => (self.example(it), text(it, "description")),
                    None => (String::new(), ""),
                };
                rows.push(row(name, &example, description, true));
                return format!(":{name}");
            }
            // A variable of a path has a segment to itself in Postman; one within it is one of the collection.
            let mut rest = segment;
            let mut written = String::new();
            while let Some((before, name, after)) = braced(rest) {
                written.push_str(&format!("{before}{{{{{name}}}}}"));
                if let Some(it) = named(name) {
                    out.variable(name, self.example(it).into());
                }
                rest = after;
            }
            written + rest
        };
        let segments = self.path.trim_start_matches('/').split('/').map(&mut segment).collect();
        (segments, rows)
    }

    /// The address that it goes to: its own server, that of its path, or the one of all.
    fn base(&self, item: &Value, out: &mut Collection) -> String {
        let own = list(self.operation, "servers").first().or_else(|| list(item, "servers").first());
        match own {
            Some(server) => address(server, text(server, "url"), out),
            None => format!("{{{{{BASE}}}}}"),
        }
    }

    /// A parameter as a row; it is sent if it has to be.
    fn row(&self, parameter: &Value) -> Value {
        let is_sent = is_sent(parameter);
        row(text(parameter, "name"), &self.example(parameter), text(parameter, "description"), is_sent)
    }

    /// The rows of a parameter of the query: one for each value where its style says so (§4.8.12.2).
    fn query_rows(&self, parameter: &Value) -> Vec<Value> {
        let value = self.value(parameter);
        let (name, description) = (text(parameter, "name"), text(parameter, "description"));
        let is_sent = is_sent(parameter);
        let explodes = parameter.get("explode") != Some(&Value::Bool(false));
        let style = text(parameter, "style");
        match &value {
            Value::Array(items) if explodes && matches!(style, "" | "form") && !items.is_empty() => {
                items.iter().map(|it| row(name, &plain(it), description, is_sent)).collect()
            }
            Value::Array(items) => {
                let separator = match style {
                    "spaceDelimited" => " ",
                    "pipeDelimited" => "|",
                    _ => ",",
                };
                let items: Vec<String> = items.iter().map(plain).collect();
                vec![row(name, &items.join(separator), description, is_sent)]
            }
            Value::Object(fields) if style == "deepObject" => fields
                .iter()
                .map(|(key, it)| row(&format!("{name}[{key}]"), &plain(it), description, is_sent))
                .collect(),
            Value::Object(fields) if explodes && parameter.get("content").is_none() => {
                fields.iter().map(|(key, it)| row(key, &plain(it), description, is_sent)).collect()
            }
            other => vec![row(name, &plain(other), description, is_sent)],
        }
    }

    fn example(&self, parameter: &Value) -> String {
        match self.value(parameter) {
            Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
            other => plain(&other),
        }
    }

    /// The example of a parameter, else a value that its schema allows.
    fn value(&self, parameter: &Value) -> Value {
        let media = fields(parameter, "content").next().map(|(_, it)| it);
        let holder = media.unwrap_or(parameter);
        self.given(holder).unwrap_or_else(|| {
            let schema = holder.get("schema").unwrap_or(&Value::Null);
            sample(&self.context, schema, Kind::Full, true)
        })
    }

    /// The example that stands beside a schema.
    fn given(&self, holder: &Value) -> Option<Value> {
        let first = fields(holder, "examples").next().map(|(_, it)| it);
        let first = first.and_then(|it| self.pointed(it).get("value").cloned());
        holder.get("example").cloned().or(first)
    }

    /// As [`Context::resolved`], of a value with a life of its own.
    fn pointed<'v>(&self, value: &'v Value) -> &'v Value
    where
        'a: 'v,
    {
        Context { description: self.context.description }.resolved(value)
    }

    /// Headers that are none of the parameters (§4.8.12.1).
    fn is_written_elsewhere(&self, header: &str) -> bool {
        ["accept", "content-type"].iter().any(|it| header.eq_ignore_ascii_case(it))
            || security::is_written_by_auth(self.context.description, header)
    }

    /// The body, of the content type that says the most.
    fn body(&self, headers: &mut Vec<Value>, notes: &mut Diagnostics) -> Option<Value> {
        let body = self.context.resolved(self.operation.get("requestBody")?);
        let all: Vec<(&String, &Value)> = fields(body, "content").collect();
        let best = |wanted: fn(&str) -> bool| all.iter().find(|(kind, _)| wanted(&essence(kind)));
        let (kind, media) = best(is_json)
            .or_else(|| best(|it| it == "application/x-www-form-urlencoded"))
            .or_else(|| best(|it| it == "multipart/form-data"))
            .or_else(|| all.first())?;
        let others: Vec<&str> = all.iter().map(|it| it.0.as_str()).filter(|it| it != kind).collect();
        if !others.is_empty() {
            let what = format!("the body is sent as {kind}, not as {}", others.join(", "));
            left_out(notes, &self.title(), &format!("{}/requestBody", self.pointer), &what);
        }
        let schema = media.get("schema").unwrap_or(&Value::Null);
        let value = || self.given(media).unwrap_or_else(|| sample(&self.context, schema, Kind::Full, true));
        let kind = essence(kind);
        Some(match kind.as_str() {
            "application/x-www-form-urlencoded" => {
                json!({ "mode": "urlencoded", "urlencoded": self.form(schema, &value(), false) })
            }
            "multipart/form-data" => {
                json!({ "mode": "formdata", "formdata": self.form(schema, &value(), true) })
            }
            it if is_json(it) => {
                headers.push(row("Content-Type", it, "", true));
                let text = match value() {
                    Value::String(text) if self.given(media).is_some() => text,
                    other => format!("{other:#}"),
                };
                json!({ "mode": "raw", "raw": text, "options": { "raw": { "language": "json" } } })
            }
            it if is_binary(it, self.context.resolved(schema)) => {
                headers.push(row("Content-Type", it, "", true));
                json!({ "mode": "file", "file": { "src": "" } })
            }
            it => {
                headers.push(row("Content-Type", it, "", true));
                json!({ "mode": "raw", "raw": plain(&value()) })
            }
        })
    }

    /// The rows of a form.
    fn form(&self, schema: &Value, value: &Value, has_files: bool) -> Vec<Value> {
        let schema = self.pointed(schema);
        let required: Vec<&str> = list(schema, "required").iter().filter_map(Value::as_str).collect();
        let given: &Map<String, Value> = match value {
            Value::Object(fields) => fields,
            _ => return Vec::new(),
        };
        let one = |(name, value): (&String, &Value)| {
            let field = schema.get("properties").and_then(|it| it.get(name)).unwrap_or(&Value::Null);
            let field = self.pointed(field);
            let is_sent = required.contains(&name.as_str()) || required.is_empty();
            let description = text(field, "description");
            let item = if kind_of(field) == "array" { self.pointed(&field["items"]) } else { field };
            if has_files && is_file(item) {
                let mut row = row(name, "", description, is_sent);
                row["type"] = "file".into();
                row["src"] = "".into();
                return vec![row];
            }
            let values: Vec<String> = match value {
                Value::Array(items) => items.iter().map(plain).collect(),
                other => vec![plain(other)],
            };
            values.iter().map(|it| row(name, it, description, is_sent)).collect()
        };
        given.iter().flat_map(one).collect()
    }

    /// A saved response for each status with an example, or with what its schema allows: in full and, where that is
    /// something else, with nulls and as little as may be, so that all of them tell what may be null or missing.
    fn responses(&self, notes: &mut Diagnostics) -> Vec<Value> {
        let mut saved = Vec::new();
        for (status, response) in fields(self.operation, "responses") {
            let response = self.context.resolved(response);
            // `2XX` is a range of codes; what has no code is no saved response.
            let Ok(code) = status.to_ascii_uppercase().replace("XX", "00").parse::<u16>() else {
                if status != "default" {
                    continue;
                }
                let what = "the answer of all other codes is of none in particular";
                left_out(notes, &self.title(), &format!("{}/responses/default", self.pointer), what);
                continue;
            };
            let name = match text(response, "description").trim() {
                "" => status.clone(),
                description => description.lines().next().unwrap_or_default().to_owned(),
            };
            // §4.8.17.1: a header of this name is none of the response's.
            let headers =
                fields(response, "headers").filter(|(it, _)| !it.eq_ignore_ascii_case("content-type"));
            let headers: Vec<Value> = headers.map(|(it, _)| json!({ "key": it, "value": "" })).collect();
            let before = saved.len();
            for (kind, media) in fields(response, "content") {
                for (index, (summary, body)) in self.bodies(kind, media).into_iter().enumerate() {
                    let name = match summary {
                        Some(summary) => summary,
                        None if index == 0 => name.clone(),
                        None => format!("{name} ({})", index + 1),
                    };
                    let mut headers = headers.clone();
                    headers.insert(0, json!({ "key": "Content-Type", "value": kind }));
                    saved.push(json!({ "name": name, "code": code, "header": headers, "body": body }));
                }
            }
            if saved.len() == before {
                saved.push(json!({ "name": name, "code": code, "header": headers, "body": "" }));
            }
        }
        saved
    }

    /// The bodies of an answer of one content type, those that are examples with what they say they are.
    fn bodies(&self, kind: &str, media: &Value) -> Vec<(Option<String>, String)> {
        let examples = fields(media, "examples").filter_map(|(_, it)| {
            let it = self.pointed(it);
            let summary = text(it, "summary").trim();
            Some(((!summary.is_empty()).then(|| summary.to_owned()), it.get("value")?.clone()))
        });
        let mut values: Vec<(Option<String>, Value)> =
            examples.chain(media.get("example").map(|it| (None, it.clone()))).collect();
        if let Some(schema) = media.get("schema") {
            let made = |it| sample(&self.context, schema, it, false);
            if values.is_empty() {
                values.push((None, made(Kind::Full)));
            }
            for other in [Kind::Nulls, Kind::Least] {
                let other = made(other);
                if is_json(&essence(kind)) && !values.iter().any(|it| it.1 == other) {
                    values.push((None, other));
                }
            }
        }
        let is_json = is_json(&essence(kind));
        values
            .into_iter()
            .map(|(summary, it)| match it {
                Value::String(text) if !is_json => (summary, text),
                it if is_json => (summary, format!("{it:#}")),
                it => (summary, plain(&it)),
            })
            .collect()
    }

    fn note_what_is_left_out(&self, notes: &mut Diagnostics) {
        if self.operation.get("callbacks").is_some() {
            let pointer = format!("{}/callbacks", self.pointer);
            left_out(notes, &self.title(), &pointer, "what the server calls back is no request");
        }
        let more: Vec<&str> = list(self.operation, "tags").iter().skip(1).filter_map(Value::as_str).collect();
        if !more.is_empty() {
            let what = format!("a request is in one folder; this one also has the tags {}", more.join(", "));
            left_out(notes, &self.title(), &format!("{}/tags", self.pointer), &what);
        }
    }
}

/// Whether a parameter is sent by default: it has to be, or our own target says that it was.
fn is_sent(parameter: &Value) -> bool {
    ["required", "x-postwright-sent"].iter().any(|it| parameter.get(*it) == Some(&Value::Bool(true)))
}

/// What is before, in and after the first braces of a text.
fn braced(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// A content type without its parameters.
fn essence(kind: &str) -> String {
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_json(kind: &str) -> bool {
    kind == "application/json" || kind.ends_with("+json") || kind == "*/*"
}

fn is_file(schema: &Value) -> bool {
    text(schema, "format") == "binary" || schema.get("contentMediaType").is_some()
}

fn is_binary(kind: &str, schema: &Value) -> bool {
    let is_text = kind.starts_with("text/") || kind.ends_with("xml") || kind == "application/graphql";
    text(schema, "format") == "binary" || (!is_text && kind_of(schema).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_of_uris_are_pointers() {
        assert_eq!(unescaped("/paths/~1a%7Bid%7D/get"), "/paths/~1a{id}/get");
        assert_eq!(unescaped("/100%"), "/100%");
        assert_eq!(unescaped("/%ff"), "/\u{fffd}");
    }
}
