//! Every secret of a collection, wherever it stands in the file.

use std::ops::Range;

use rayon::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::names::is_placeholder;
use super::{Found, Kind, Secrets, is_secret_name, shapes};
use crate::locate::{Fields, ItemFields, escaped, fields, item_fields, range_of};

/// A secret and where it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// The folders and the request that it is in, as Postman shows them; empty for the collection itself.
    pub place: String,
    /// The text that it is in, by its JSON pointer (RFC 6901).
    pub pointer: String,
    /// Which bytes of that text it is.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// What its place calls it: name of the header, field or parameter; empty where only its shape tells.
    pub name: String,
    /// Name of the variable that takes its place.
    pub variable: String,
    /// The secret. Never shown.
    pub value: String,
    /// Whether it goes on from the finding before: scripts are kept line by line.
    pub continued: bool,
}

impl std::fmt::Debug for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {} ({})", self.kind.title, self.pointer, super::hint(&self.value))
    }
}

/// Parameters of auth blocks that are secrets, and the variables that take their places: those that the outputs
/// have.
const PARAMETERS: [(&str, &str, &str); 22] = [
    ("apikey", "value", "api_key"),
    ("asap", "privateKey", "private_key"),
    ("awsv4", "accessKey", "access_key"),
    ("awsv4", "secretKey", "secret_key"),
    ("awsv4", "sessionToken", "session_token"),
    ("basic", "password", "password"),
    ("bearer", "token", "bearer_token"),
    ("digest", "password", "password"),
    ("edgegrid", "accessToken", "access_token"),
    ("edgegrid", "clientToken", "client_token"),
    ("edgegrid", "clientSecret", "client_secret"),
    ("hawk", "authKey", "hawk_key"),
    ("jwt", "secret", "jwt_secret"),
    ("jwt", "privateKey", "private_key"),
    ("ntlm", "password", "password"),
    ("oauth1", "consumerSecret", "consumer_secret"),
    ("oauth1", "token", "oauth_token"),
    ("oauth1", "tokenSecret", "token_secret"),
    ("oauth1", "privateKey", "private_key"),
    ("oauth2", "accessToken", "access_token"),
    ("oauth2", "clientSecret", "client_secret"),
    ("oauth2", "refreshToken", "refresh_token"),
];

/// Every secret in the JSON of a collection or environment, in the order of the file.
#[must_use]
pub fn scan(document: &Value, secrets: &Secrets) -> Vec<Finding> {
    let mut walk = Walk::new(secrets);
    walk.value(document);
    walk.found
}

/// What a look through the text of a file has found.
#[derive(Debug, Clone, Default)]
pub struct Scanned {
    /// The secrets, as of [`scan`].
    pub found: Vec<Finding>,
    /// Where its parts stand, by their JSON pointers: the fields of the collection, and the items of the outermost two
    /// levels.
    pub parts: Vec<(String, Range<usize>)>,
}

/// As [`scan`], of the text of a file, which is never whole in memory as JSON: each item is read when it is looked at.
/// A text that is no JSON has no secrets.
#[must_use]
pub fn scan_text(whole: &str, secrets: &Secrets) -> Scanned {
    let mut walk = Walk { whole, ..Walk::new(secrets) };
    let text = whole.trim_start_matches('\u{feff}').trim();
    let outer = item_fields(text);
    // Postman's API wraps a collection.
    let wrapped = outer.as_ref().map(|it| &it.fields).filter(|it| !it.contains_key("item"));
    let wrapped = wrapped.and_then(|it| it.get("collection")).map(|it| it.get());
    let (text, known) = wrapped.map_or((text, outer), |it| (it, item_fields(it)));
    match known {
        Some(known) => walk.fields(&known),
        // What is read as a collection may be written in other ways.
        None => walk.value(&serde_json::from_str(text).unwrap_or_default()),
    }
    Scanned { found: walk.found, parts: walk.parts }
}

fn parsed(raw: &RawValue) -> Option<Value> {
    serde_json::from_str(raw.get()).ok()
}

fn name_of(item: &Value) -> String {
    item.get("name").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// How deep values are that are taken apart one by one, at most: as deep as JSON is read.
const DEEP: usize = 127;

struct Walk<'a> {
    secrets: &'a Secrets,
    /// Names of the folders and the request that it is in.
    names: Vec<String>,
    pointer: String,
    found: Vec<Finding>,
    /// The text of the file, if it is one.
    whole: &'a str,
    parts: Vec<(String, Range<usize>)>,
}

impl<'a> Walk<'a> {
    fn new(secrets: &'a Secrets) -> Self {
        let (names, pointer, found, parts) = (Vec::new(), String::new(), Vec::new(), Vec::new());
        Self { secrets, names, pointer, found, whole: "", parts }
    }

    /// Something deeper, on its own: where it is, and in what.
    fn deeper(&self, pointer: String, names: Vec<String>) -> Self {
        Self { names, pointer, whole: self.whole, ..Self::new(self.secrets) }
    }

    fn part(&mut self, pointer: String, raw: &RawValue) {
        self.parts.push((pointer, range_of(self.whole, raw.get())));
    }

    /// Does something one step deeper.
    fn within(&mut self, step: &str, then: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escaped(step));
        then(self);
        self.pointer.truncate(length);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.within(&index.to_string(), |it| it.value(item));
                }
            }
            Value::Object(object) => self.object(object, None),
            _ => {}
        }
    }

    /// `items` are those of the object, where they were not read with it.
    fn object(&mut self, object: &Map<String, Value>, items: Option<&[&RawValue]>) {
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        // A row of a table: its key names its value.
        let row = text("key").filter(|_| object.contains_key("value"));
        let hidden = row.is_some() && text("type") == Some("secret");
        for (key, value) in object {
            self.within(key, |it| match (key.as_str(), value) {
                ("item", Value::Null) => it.raw_items(items.unwrap_or_default()),
                ("item", Value::Array(items)) => it.items(items),
                ("auth", Value::Object(auth)) => it.auth(auth),
                ("exec", Value::Array(lines)) => it.script(lines),
                ("value", Value::String(value)) if row.is_some() => {
                    it.named(row.unwrap_or_default(), value, hidden);
                }
                ("key" | "description" | "name" | "id", value) => it.value(value),
                (key, Value::String(value)) => it.named(key, value, false),
                (_, value) => it.value(value),
            });
        }
    }

    /// The fields of an item, or of the collection, as they stand in the text.
    fn fields(&mut self, known: &ItemFields<'_>) {
        let ItemFields { fields, items } = known;
        // The items are looked at one by one.
        let object = self.readable(fields, |key| key == "item" && items.is_some());
        let name = object.get("name").and_then(Value::as_str);
        if !self.pointer.is_empty() {
            self.names.push(name.unwrap_or_default().to_owned());
        } else {
            for (key, raw) in fields.iter().filter(|it| it.0 != "item") {
                self.part(format!("/{}", escaped(key)), raw);
            }
        }
        self.object(&object, items.as_deref());
    }

    /// The fields that can be read, with nothing in the place of those that are put off; all others are looked into.
    fn readable(&mut self, fields: &Fields<'_>, later: impl Fn(&str) -> bool) -> Map<String, Value> {
        let mut object = Map::new();
        for (key, raw) in fields {
            let value = if later(key) { Some(Value::Null) } else { parsed(raw) };
            match value {
                Some(value) => drop(object.insert(key.to_string(), value)),
                None => self.within(key, |it| it.unread(raw)),
            }
        }
        object
    }

    /// What can be read past and not read: somewhere in it is a number that is too large for any type.
    fn unread(&mut self, raw: &RawValue) {
        let text = raw.get();
        let is_deep = self.pointer.matches('/').count() > DEEP;
        if let Some(fields) = fields(text).filter(|_| !is_deep) {
            let object = self.readable(&fields, |_| false);
            self.object(&object, None);
            return;
        }
        match serde_json::from_str::<Vec<&RawValue>>(text) {
            Ok(items) if !is_deep => {
                for (index, raw) in items.iter().enumerate() {
                    self.within(&index.to_string(), |it| match parsed(raw) {
                        Some(value) => it.value(&value),
                        None => it.unread(raw),
                    });
                }
            }
            _ => self.text(text),
        }
    }

    /// Those of the outermost two levels, on all cores: they are most of a file.
    fn raw_items(&mut self, items: &[&RawValue]) {
        let in_item = |(index, raw): (usize, &&RawValue)| {
            let pointer = format!("{}/{index}", self.pointer);
            let mut walk = self.deeper(pointer.clone(), self.names.clone());
            walk.part(pointer, raw);
            let known = if self.names.is_empty() { item_fields(raw.get()) } else { None };
            if let Some(known) = known {
                walk.fields(&known);
            } else {
                let item = parsed(raw);
                walk.names.push(item.as_ref().map(name_of).unwrap_or_default());
                match item {
                    Some(item) => walk.value(&item),
                    None => walk.unread(raw),
                }
            }
            (walk.found, walk.parts)
        };
        let done: Vec<_> = items.par_iter().enumerate().map(in_item).collect();
        for (found, parts) in done {
            self.found.extend(found);
            self.parts.extend(parts);
        }
    }

    /// Each on its own, and those of the outermost two levels on all cores: they are most of a file.
    fn items(&mut self, items: &[Value]) {
        let in_item = |(index, item): (usize, &Value)| {
            let names = self.names.iter().cloned().chain([name_of(item)]).collect();
            let pointer = format!("{}/{index}", self.pointer);
            let mut walk = self.deeper(pointer, names);
            walk.value(item);
            walk.found
        };
        let found: Vec<Vec<Finding>> = match self.names.len() {
            0 | 1 => items.par_iter().enumerate().map(in_item).collect(),
            // While a thread waits for what is within, it takes on other work: deep folders would fill its stack.
            _ => items.iter().enumerate().map(in_item).collect(),
        };
        self.found.extend(found.into_iter().flatten());
    }

    /// Parameters as rows (v2.1) or as a map (v2.0).
    fn auth(&mut self, auth: &Map<String, Value>) {
        for (kind, parameters) in auth {
            self.within(kind, |it| match parameters {
                Value::Array(rows) => {
                    for (index, row) in rows.iter().enumerate() {
                        let (key, value) = (row.get("key").and_then(Value::as_str), row.get("value"));
                        it.within(&index.to_string(), |it| match (key, value) {
                            (Some(key), Some(value)) => {
                                it.within("value", |it| it.parameter(kind, key, value))
                            }
                            _ => it.value(row),
                        });
                    }
                }
                Value::Object(map) => {
                    for (key, value) in map {
                        it.within(key, |it| it.parameter(kind, key, value));
                    }
                }
                other => it.value(other),
            });
        }
    }

    fn parameter(&mut self, kind: &str, key: &str, value: &Value) {
        let Value::String(text) = value else { return self.value(value) };
        match PARAMETERS.iter().find(|it| (it.0, it.1) == (kind, key)) {
            Some((_, _, variable)) => {
                let before = self.found.len();
                self.named(key, text, true);
                self.found[before..].iter_mut().for_each(|it| it.variable = (*variable).to_owned());
            }
            None => self.text(text),
        }
    }

    /// A text that has a name.
    fn named(&mut self, name: &str, text: &str, secret: bool) {
        // The scheme of an Authorization header is no secret (RFC 9110 §11.4).
        let scheme = text.split_once(' ').filter(|(scheme, _)| {
            name.eq_ignore_ascii_case("authorization") && scheme.bytes().all(|it| it.is_ascii_alphabetic())
        });
        let start = scheme.map_or(0, |(scheme, _)| scheme.len() + 1);
        let value = &text[start..];
        let is_secret =
            (secret || is_secret_name(name)) && !is_placeholder(name, value) && !self.secrets.allows(value);
        if !is_secret {
            return self.text(text);
        }
        // What it looks like says more than its name, if it is that and nothing else.
        let shape = self.secrets.find(value).into_iter().find(|it| it.range == (0..value.len()));
        let kind = shape.map_or(shapes::NAMED, |it| it.kind);
        self.add(Found { range: start..text.len(), kind, variable: name.to_owned() }, text, name);
    }

    fn text(&mut self, text: &str) {
        for found in self.secrets.find_in_json(text) {
            let name = if found.kind == shapes::NAMED { found.variable.clone() } else { String::new() };
            self.add(found, text, &name);
        }
    }

    /// The lines of a script are one text.
    fn script(&mut self, lines: &[Value]) {
        let lines: Vec<&str> = lines.iter().map(|it| it.as_str().unwrap_or_default()).collect();
        for found in self.secrets.find_in_script(&lines.join("\n")) {
            let mut start = 0;
            let mut continued = false;
            for (index, line) in lines.iter().enumerate() {
                let end = start + line.len();
                let range = found.range.start.max(start)..found.range.end.min(end);
                if range.start < range.end {
                    let name =
                        if found.kind == shapes::NAMED { found.variable.clone() } else { String::new() };
                    let part = Found { range: range.start - start..range.end - start, ..found.clone() };
                    self.within(&index.to_string(), |it| it.add(part, line, &name));
                    if let Some(last) = self.found.last_mut() {
                        last.continued = continued;
                    }
                    continued = true;
                }
                start = end + 1;
            }
        }
    }

    fn add(&mut self, found: Found, text: &str, name: &str) {
        self.found.push(Finding {
            place: self.names.join(" / "),
            pointer: self.pointer.clone(),
            value: text[found.range.clone()].to_owned(),
            range: found.range,
            kind: found.kind,
            name: name.to_owned(),
            variable: found.variable,
            continued: false,
        });
    }
}
