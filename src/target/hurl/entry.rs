//! The file of a request.

use serde::Serialize;

use super::{relative, signs};
use crate::api::{Api, Group, Operation};
use crate::collection::{Auth, PartContent, Text, WireBody, WirePart};
use crate::target::form_data::{self, Content};
use crate::target::holes::{Argument, Holes, Piece};
use crate::target::quote::{self, hurl, sh};
use crate::target::{curl, generated_line};

/// What `hurl/entry.hurl` may say.
#[derive(Serialize)]
pub(super) struct Entry {
    generated: String,
    title: String,
    about: Vec<String>,
    is_sent: bool,
    method: String,
    url: String,
    headers: Vec<Row>,
    options: Vec<String>,
    has_parts: bool,
    parts: Vec<Row>,
    has_body: bool,
    body: String,
}

/// `name: value`
#[derive(Serialize)]
struct Row {
    name: String,
    value: String,
}

/// Why hurl cannot be told to send a request.
pub(in crate::target) fn refusal(operation: &Operation) -> Option<String> {
    let method = &operation.wire.method;
    let is_word = !method.is_empty() && method.bytes().all(|it| it.is_ascii_uppercase());
    (!is_word).then(|| {
        format!("hurl knows methods of capital letters only, and this is {}", quote::one_line(method))
    })
}

/// The view of an operation.
pub(super) fn view(api: &Api, holes: &Holes<'_>, group: &Group, operation: &Operation) -> Entry {
    Writer { holes, operation }.entry(api, group)
}

struct Writer<'a> {
    holes: &'a Holes<'a>,
    operation: &'a Operation,
}

impl Writer<'_> {
    fn entry(&self, api: &Api, group: &Group) -> Entry {
        let wire = &self.operation.wire;
        let arguments = self.holes.arguments(self.operation);
        let by_hand = needs_hands(wire.body_parts());
        let named = wire.body_parts().iter().filter(|it| !it.name.is_empty());
        let parts: Vec<Row> = if by_hand { Vec::new() } else { named.map(|it| self.part(it)).collect() };
        let body = self.body(by_hand);
        Entry {
            generated: generated_line(api),
            title: hurl::comment(self.operation.title()),
            about: self.about(group, &arguments).iter().map(|it| hurl::comment(it)).collect(),
            is_sent: refusal(self.operation).is_none(),
            method: quote::one_line(&wire.method),
            url: hurl::value(&self.holes.url(self.operation, &arguments)),
            headers: self.headers(by_hand),
            options: self.options(),
            has_parts: !parts.is_empty(),
            parts,
            has_body: body.is_some(),
            body: body.unwrap_or_default(),
        }
    }

    fn about(&self, group: &Group, arguments: &[Argument]) -> Vec<String> {
        let operation = self.operation;
        let mut about = vec![format!("{} {}", operation.wire.method, operation.path())];
        if !operation.scopes().is_empty() {
            about.push(format!("scopes: {}", operation.scopes().join(" ")));
        }
        if !signs(operation) {
            about.push(format!("not signed: hurl cannot do {} here", operation.auth().scheme()));
        }
        about.extend(self.holes.notes(operation));
        about.extend(self.lost_types());
        if let Some(why) = refusal(operation) {
            about.push(format!("Not sent: {why}."));
            return about;
        }
        let lacking = self.holes.lacking(operation);
        let secrets = lacking.iter().filter(|it| it.secret);
        let secrets: Vec<String> = secrets.map(|it| format!("HURL_SECRET_{}", it.name)).collect();
        let with = match secrets.is_empty() {
            true => String::new(),
            false => format!(", with {} in the environment", secrets.join(", ")),
        };
        about.push(String::new());
        about.push(format!("From the folder of vars.env{with}:"));
        about.push(format!(
            "  hurl --variables-file vars.env {}{}",
            self.given(arguments),
            relative(group, operation)
        ));
        about
    }

    /// Options of the command line that only this file needs.
    fn given(&self, arguments: &[Argument]) -> String {
        let mut given = String::new();
        if has_files(&self.operation.wire.body) {
            // Hurl reads no file but those below this folder.
            given.push_str("--file-root . ");
        }
        for Argument { name, value } in arguments {
            let pair = match value {
                Some(value) => sh(&format!("{name}={}", hurl::variable(value).unwrap_or_default())),
                None => format!("{name}=…"),
            };
            given.push_str(&format!("--variable {pair} "));
        }
        given
    }

    fn headers(&self, by_hand: bool) -> Vec<Row> {
        let wire = &self.operation.wire;
        let multipart = matches!(wire.body, WireBody::Multipart(_));
        let is_type = |name: &Text| name.to_string().eq_ignore_ascii_case("content-type");
        let own = wire.headers.iter().filter(|it| !(multipart && is_type(&it.name)));
        let mut rows: Vec<Row> = own.map(|it| self.row(&it.name, &it.value)).collect();
        if by_hand {
            let value = format!("multipart/form-data; boundary={}", form_data::boundary(wire.body_parts()));
            rows.push(Row { name: "Content-Type".to_owned(), value });
        }
        rows
    }

    fn row(&self, name: &Text, value: &Text) -> Row {
        Row { name: hurl::key(&self.holes.pieces(name)), value: hurl::value(&self.holes.pieces(value)) }
    }

    /// Redirects are followed as Postman does; credentials stay with the host that they are for.
    fn options(&self) -> Vec<String> {
        let mut options = vec!["location: true".to_owned(), "max-redirs: 10".to_owned()];
        if curl::may_have_dots(self.operation) {
            options.push("path-as-is: true".to_owned());
        }
        let user = match self.operation.auth() {
            Auth::Basic { username, password } => pair(username, password),
            Auth::Digest { username, password } => {
                options.push("digest: true".to_owned());
                pair(username, password)
            }
            Auth::Ntlm { username, password, domain, .. } => {
                options.push("ntlm: true".to_owned());
                let mut user = domain.clone();
                user.push_literal(if domain.is_empty() { "" } else { "\\" });
                user.push(username.clone());
                pair(&user, password)
            }
            Auth::Aws(aws) if signs(self.operation) => {
                let mut scope = Text::literal("aws:amz:");
                scope.push(aws.region.clone());
                scope.push_literal(":");
                scope.push(aws.service.clone());
                options.push(format!("aws-sigv4: {}", self.value(&scope)));
                if !aws.session_token.is_empty() {
                    let mut line = Text::literal("X-Amz-Security-Token: ");
                    line.push(aws.session_token.clone());
                    options.push(format!("header: {}", self.value(&line)));
                }
                pair(&aws.access_key, &aws.secret_key)
            }
            _ => return options,
        };
        options.push(format!("user: {}", self.value(&user)));
        options
    }

    fn value(&self, text: &Text) -> String {
        hurl::value(&self.holes.pieces(text))
    }

    /// A part as a line of its section.
    fn part(&self, part: &WirePart) -> Row {
        let path = match &part.content {
            PartContent::Text(text) => return self.row(&part.name, text),
            // No file was chosen, and hurl needs one to call it a file.
            PartContent::File { path, .. } if path.is_empty() => return self.row(&part.name, path),
            PartContent::File { path, .. } => path,
        };
        let kind = form_data::content_type(part).unwrap_or_default();
        let value = format!("file,{}; {}", hurl::path(&self.holes.pieces(path)), self.value(&kind));
        Row { name: hurl::key(&self.holes.pieces(&part.name)), value }
    }

    /// What is lost where files are sent beside parts that a section has no words for.
    fn lost_types(&self) -> Vec<String> {
        let parts = self.operation.wire.body_parts();
        if needs_hands(parts) {
            return Vec::new();
        }
        let said = |part: &WirePart| match part.name.to_string() {
            name if name.is_empty() => "a part without a name is left out".to_owned(),
            name => format!("the part {name:?} goes out without its content type or file name"),
        };
        parts.iter().filter(|it| is_special(it)).map(said).collect()
    }

    fn body(&self, by_hand: bool) -> Option<String> {
        let pieces = match &self.operation.wire.body {
            WireBody::None => return None,
            WireBody::File(path) => return Some(format!("file,{};", hurl::path(&self.holes.pieces(path)))),
            WireBody::Text(text) => self.holes.pieces(text),
            WireBody::Multipart(parts) if by_hand => self.written_out(parts),
            WireBody::Multipart(_) => return None,
        };
        let has = |c: &[char]| pieces.iter().any(|it| matches!(it, Piece::Literal(text) if text.contains(c)));
        // One line reads better without fences, and a line with escapes worse.
        let block = if has(&['\n', '\\', '`']) { hurl::block(&pieces) } else { None };
        Some(block.unwrap_or_else(|| hurl::line(&pieces)))
    }

    /// Form data as one text.
    fn written_out(&self, parts: &[WirePart]) -> Vec<Piece> {
        let boundary = form_data::boundary(parts);
        let mut whole = Text::default();
        for section in form_data::sections(parts) {
            whole.push_literal(format!("--{boundary}\r\n"));
            for line in section.head {
                whole.push(line);
                whole.push_literal("\r\n");
            }
            whole.push_literal("\r\n");
            if let Content::Text(text) = section.content {
                whole.push(text);
            }
            whole.push_literal("\r\n");
        }
        whole.push_literal(format!("--{boundary}--\r\n"));
        self.holes.pieces(&whole)
    }
}

fn pair(user: &Text, password: &Text) -> Text {
    let mut pair = user.clone();
    pair.push_literal(":");
    pair.push(password.clone());
    pair
}

/// Whether hurl's section for form data has no words for a part.
fn is_special(part: &WirePart) -> bool {
    match &part.content {
        PartContent::Text(_) => part.content_type.is_some() || part.name.is_empty(),
        PartContent::File { path, name } => name.is_some() || path.is_empty() || part.name.is_empty(),
    }
}

/// Whether form data is written out: bytes of a file cannot be.
fn needs_hands(parts: &[WirePart]) -> bool {
    let is_file = |it: &WirePart| matches!(&it.content, PartContent::File { path, .. } if !path.is_empty());
    parts.iter().any(is_special) && !parts.iter().any(is_file)
}

fn has_files(body: &WireBody) -> bool {
    match body {
        WireBody::File(_) => true,
        WireBody::Multipart(parts) => parts.iter().any(|it| matches!(it.content, PartContent::File { .. })),
        WireBody::None | WireBody::Text(_) => false,
    }
}
