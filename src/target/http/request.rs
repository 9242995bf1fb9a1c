//! The requests of a file.

use std::collections::HashSet;

use serde::Serialize;

use super::signs;
use crate::api::{Group, Operation};
use crate::collection::{Auth, Part, PartContent, Text, WireBody, WirePart};
use crate::target::form_data::{self, Content};
use crate::target::holes::{Argument, Holes, Piece};
use crate::target::quote::{self, http};

/// A request of a file.
#[derive(Serialize)]
pub(super) struct Request {
    title: String,
    about: Vec<String>,
    is_sent: bool,
    arguments: Vec<Row>,
    name: String,
    method: String,
    url: String,
    headers: Vec<Row>,
    has_body: bool,
    body: String,
}

/// A name and a value.
#[derive(Serialize)]
struct Row {
    name: String,
    value: String,
}

/// Why the clients cannot be told to send a request.
pub(in crate::target) fn refusal(operation: &Operation) -> Option<&'static str> {
    let wire = &operation.wire;
    if !http::is_method(&wire.method) {
        return Some("its method is none that every client knows");
    }
    let braces =
        "it has braces, a character that nobody sees, or a line that the clients take for something else";
    let is_header = |(name, value): (&Text, &Text)| http::is_name(name) && http::is_header(value);
    let is_wrong = !http::is_plain(&wire.url.origin)
        || !wire.headers.iter().all(|it| is_header((&it.name, &it.value)))
        || matches!(wire.auth, Auth::Basic { .. } | Auth::Digest { .. })
            && !wire.auth.texts().all(http::is_header)
        || !is_body(&wire.body)
        || is_odd_form(operation);
    is_wrong.then_some(braces)
}

fn is_body(body: &WireBody) -> bool {
    match body {
        WireBody::None => true,
        WireBody::Text(text) => http::is_body(text),
        WireBody::File(path) => is_path(path),
        WireBody::Multipart(parts) => parts.iter().all(is_part),
    }
}

/// Whether something goes out as a form that is none: the clients write it anew.
fn is_odd_form(operation: &Operation) -> bool {
    let wire = &operation.wire;
    let kind = wire.header("content-type").map(Text::to_string).unwrap_or_default().to_ascii_lowercase();
    let is_form = |text: &Text| text.is_empty() || http::is_form(text);
    kind.trim_start().starts_with("application/x-www-form-urlencoded")
        && matches!(&wire.body, WireBody::Text(text) if !is_form(text))
}

fn is_part(part: &WirePart) -> bool {
    let heads = form_data::sections(std::slice::from_ref(part));
    let heads = heads.iter().flat_map(|it| &it.head).all(http::is_plain);
    let content = match &part.content {
        // An empty one is an empty line.
        PartContent::Text(text) => text.is_empty() || http::is_body(text),
        PartContent::File { path, .. } => path.is_empty() || is_path(path),
    };
    heads && content
}

fn is_path(path: &Text) -> bool {
    let literal: String = path.literals().collect();
    http::is_plain(path) && !path.is_empty() && literal.trim() == literal && !literal.contains(['\n', '\t'])
}

/// The requests of a group. Variables of a file are all of one place: each value of a path has the name of its
/// request before it.
pub(super) fn all(holes: &Holes<'_>, group: &Group) -> Vec<Request> {
    let mut names: HashSet<String> = HashSet::new();
    let mut free = |name: String| {
        let mut name = name;
        while holes.is_known(&name) || !names.insert(name.clone()) {
            name.push('_');
        }
        name
    };
    let mut out = Vec::new();
    for operation in &group.operations {
        let own = operation.name.snake();
        let name = free(if holes.is_known(&own) { format!("{own}_request") } else { own.clone() });
        let arguments = holes.arguments(operation).into_iter();
        let arguments = arguments.map(|it| Argument { name: free(format!("{own}_{}", it.name)), ..it });
        out.push(Writer { holes, operation }.request(name, &arguments.collect::<Vec<_>>()));
    }
    out
}

struct Writer<'a> {
    holes: &'a Holes<'a>,
    operation: &'a Operation,
}

impl Writer<'_> {
    fn request(&self, name: String, arguments: &[Argument]) -> Request {
        let wire = &self.operation.wire;
        let is_sent = refusal(self.operation).is_none();
        let body = if is_sent { self.body() } else { None };
        let given = arguments.iter().filter_map(|it| {
            Some(Row { name: it.name.clone(), value: http::url(&[Piece::Literal(it.value.clone()?)]) })
        });
        Request {
            title: http::comment(self.operation.title()),
            about: self.about(arguments).iter().map(|it| http::comment(it)).collect(),
            is_sent,
            arguments: given.collect(),
            name,
            method: quote::one_line(&wire.method),
            url: http::url(&self.holes.url(self.operation, arguments)),
            headers: if is_sent { self.headers() } else { Vec::new() },
            has_body: body.is_some(),
            body: body.unwrap_or_default(),
        }
    }

    fn about(&self, arguments: &[Argument]) -> Vec<String> {
        let operation = self.operation;
        let mut about = vec![operation.id.clone()];
        if let Some(why) = refusal(operation) {
            about.push(format!("Not sent: {why}."));
            return about;
        }
        if !operation.scopes().is_empty() {
            about.push(format!("scopes: {}", operation.scopes().join(" ")));
        }
        if !signs(operation) {
            about.push(format!(
                "not signed: {} is nothing that every client can do",
                operation.auth().scheme()
            ));
        }
        let lacking = self.holes.lacking(operation).into_iter().map(|it| it.name);
        let open = arguments.iter().filter(|it| it.value.is_none()).map(|it| it.name.clone());
        let needed: Vec<String> = lacking.chain(open).collect();
        if !needed.is_empty() {
            about.push(format!("needs a value for {}", needed.join(", ")));
        }
        about.extend(self.holes.notes(operation));
        about
    }

    fn headers(&self) -> Vec<Row> {
        let wire = &self.operation.wire;
        let multipart = matches!(wire.body, WireBody::Multipart(_));
        let is_type = |name: &Text| name.to_string().eq_ignore_ascii_case("content-type");
        let own = wire.headers.iter().filter(|it| !(multipart && is_type(&it.name)));
        let row = |name: &str, value: String| Row { name: name.to_owned(), value };
        let mut rows: Vec<Row> = own.map(|it| row(&it.name.to_string(), self.text(&it.value))).collect();
        if multipart {
            let boundary = form_data::boundary(wire.body_parts());
            rows.push(row("Content-Type", format!("multipart/form-data; boundary={boundary}")));
        }
        let (scheme, username, password) = match &wire.auth {
            Auth::Basic { username, password } => ("Basic", username, password),
            Auth::Digest { username, password } => ("Digest", username, password),
            _ => return rows,
        };
        // The clients make the header of it. All know a blank between the two; not all a colon, which an odd name needs.
        let is_odd = username.is_empty() || username.literals().any(|it| it.contains(char::is_whitespace));
        let between = if is_odd { ":" } else { " " };
        let value = format!("{scheme} {}{between}{}", self.text(username), self.text(password));
        rows.push(row("Authorization", value));
        rows
    }

    fn text(&self, text: &Text) -> String {
        http::text(&self.holes.pieces(text))
    }

    fn body(&self) -> Option<String> {
        match &self.operation.wire.body {
            WireBody::None => None,
            // Lines without anything at both ends are none of a body.
            WireBody::Text(text) => Some(self.text(text).trim_matches('\n').to_owned()),
            WireBody::File(path) => Some(self.file(path)),
            WireBody::Multipart(parts) => Some(self.parts(parts)),
        }
    }

    fn file(&self, path: &Text) -> String {
        let is_relative = match path.parts().first() {
            Some(Part::Literal(it)) => {
                !it.starts_with(['/', '\\', '.']) && it.get(1..2).is_none_or(|it| it != ":")
            }
            _ => false,
        };
        format!("< {}{}", if is_relative { "./" } else { "" }, self.text(path))
    }

    fn parts(&self, parts: &[WirePart]) -> String {
        let boundary = form_data::boundary(parts);
        let mut lines = Vec::new();
        for section in form_data::sections(parts) {
            lines.push(format!("--{boundary}"));
            lines.extend(section.head.iter().map(|it| self.text(it)));
            lines.push(String::new());
            lines.push(match section.content {
                Content::Text(text) => self.text(&text),
                Content::File(path) => self.file(path),
            });
        }
        lines.push(format!("--{boundary}--"));
        lines.join("\n")
    }
}
