//! The file of a request.

use serde::Serialize;

use super::{Row, signs};
use crate::api::{Api, Operation};
use crate::collection::{Auth, Encoding, PartContent, PathPart, Text, WireBody, WirePart};
use crate::target::form_data;
use crate::target::generated_line;
use crate::target::given::decoded;
use crate::target::holes::{Holes, Piece};
use crate::target::quote::{self, bruno};

/// What `bruno/request.bru` may say.
#[derive(Serialize)]
pub(super) struct Request {
    generated: String,
    name: String,
    seq: String,
    about: Vec<String>,
    is_sent: bool,
    verb: String,
    method: Vec<String>,
    url: String,
    body_mode: &'static str,
    auth_mode: &'static str,
    has_query: bool,
    query: Vec<Row>,
    has_path: bool,
    path: Vec<Row>,
    has_headers: bool,
    headers: Vec<Row>,
    has_auth: bool,
    auth: Vec<Row>,
    has_text: bool,
    text: Vec<String>,
    has_parts: bool,
    body_block: &'static str,
    parts: Vec<Row>,
}

/// Methods that have a block of their own.
const METHODS: [&str; 9] = ["get", "post", "put", "patch", "delete", "head", "options", "trace", "connect"];

/// Why Bruno cannot be told to send a request.
pub(in crate::target) fn refusal(operation: &Operation) -> Option<&'static str> {
    let wire = &operation.wire;
    let is_part = |part: &WirePart| {
        bruno::is_key(&part.name)
            && part.content_type.as_ref().is_none_or(bruno::is_path)
            && match &part.content {
                PartContent::Text(text) => bruno::is_part(text),
                PartContent::File { path, .. } => bruno::is_path(path),
            }
    };
    let is_body = match &wire.body {
        WireBody::None => true,
        WireBody::Text(text) => bruno::is_block(text),
        WireBody::File(path) => bruno::is_path(path),
        WireBody::Multipart(parts) => parts.iter().all(is_part),
    };
    let is_fine = bruno::is_value(&wire.url.origin)
        && wire.headers.iter().all(|it| bruno::is_key(&it.name) && bruno::is_value(&it.value))
        && wire.auth.texts().all(bruno::is_value)
        && is_body;
    (!is_fine).then_some("it has braces, a line break, or a character that a file of Bruno cannot hold")
}

/// The view of an operation.
pub(super) fn view(api: &Api, holes: &Holes<'_>, operation: &Operation, seq: usize) -> Request {
    let mut own = operation.clone();
    if let (true, WireBody::Text(text)) = (is_form(operation), &mut own.wire.body) {
        // Bruno encodes it.
        *text = text.encoded(Encoding::Raw, str::to_owned);
    }
    Writer { holes, operation: &own }.request(api, seq)
}

/// The pairs of a form, each without its encoding.
fn pairs(text: &Text) -> Vec<(Text, Text)> {
    let plain = |it: &Text| it.map_literals(|it| decoded(&it.replace('+', " ")));
    let pair = |piece: &Text| match piece.split_once(&['=']) {
        Some((name, _, value)) => (plain(&name), plain(&value)),
        None => (plain(piece), Text::default()),
    };
    text.split('&').iter().map(pair).collect()
}

/// Whether a body goes out as a form that Bruno encodes: as a text, its variables would stay names.
fn is_form(operation: &Operation) -> bool {
    let wire = &operation.wire;
    let kind = wire.header("content-type").and_then(Text::as_literal);
    let is_pair = |(name, value): &(Text, Text)| bruno::is_key(name) && bruno::is_part(value);
    kind == Some("application/x-www-form-urlencoded")
        && matches!(&wire.body, WireBody::Text(text) if pairs(text).iter().all(is_pair))
}

struct Writer<'a> {
    holes: &'a Holes<'a>,
    operation: &'a Operation,
}

impl Writer<'_> {
    fn request(&self, api: &Api, seq: usize) -> Request {
        let wire = &self.operation.wire;
        let is_sent = refusal(self.operation).is_none();
        let verb = wire.method.to_ascii_lowercase();
        let is_own = METHODS.contains(&verb.as_str());
        let (auth_mode, auth) = self.auth();
        let (body_mode, body_block, parts) = self.parts();
        let text = self.body_text();
        let (query, headers, path) = (self.query(), self.headers(), self.path());
        Request {
            generated: generated_line(api),
            name: bruno::plain(self.operation.title()),
            seq: seq.to_string(),
            about: self.about(),
            is_sent,
            method: if is_own { Vec::new() } else { vec![quote::one_line(&wire.method)] },
            verb: if is_own { verb } else { "http".to_owned() },
            url: self.url(),
            body_mode,
            auth_mode,
            has_query: !query.is_empty(),
            query,
            has_path: !path.is_empty(),
            path,
            has_headers: !headers.is_empty(),
            headers,
            has_auth: !auth.is_empty(),
            auth,
            has_text: text.is_some(),
            text: text.unwrap_or_default(),
            has_parts: !parts.is_empty(),
            body_block,
            parts,
        }
    }

    fn about(&self) -> Vec<String> {
        let operation = self.operation;
        let mut about = vec![operation.id.clone()];
        about.extend(refusal(operation).map(|why| format!("Not sent: {why}.")));
        if !operation.scopes().is_empty() {
            about.push(format!("Scopes: {}", operation.scopes().join(" ")));
        }
        if !signs(operation) {
            about.push(format!("Not signed: Bruno cannot do {} here.", operation.auth().scheme()));
        }
        about.extend(self.holes.notes(operation));
        about.extend(quote::lines(&operation.description));
        about.iter().map(|it| quote::http::apart(&quote::one_line(it))).collect()
    }

    /// Whether Bruno can put an argument of the path in by its name: that is a word, and the argument is a whole
    /// segment, of which no other looks like it.
    fn is_named(&self, at: usize, key: &str) -> bool {
        let path = &self.operation.wire.url.path;
        let fixed = |part: Option<&PathPart>| match part {
            Some(PathPart::Fixed(text)) => text.as_literal().unwrap_or("?").to_owned(),
            Some(PathPart::Argument { .. }) => "?".to_owned(),
            None => "/".to_owned(),
        };
        let before = at.checked_sub(1).map_or_else(|| "/".to_owned(), |it| fixed(path.get(it)));
        let own = format!(":{key}");
        let is_own =
            |part: &PathPart| matches!(part, PathPart::Fixed(text) if text.to_string().contains(&own));
        !key.is_empty()
            && key.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
            && before.ends_with('/')
            && fixed(path.get(at + 1)).starts_with('/')
            && !path.iter().any(is_own)
    }

    fn url(&self) -> String {
        let mut named = self.operation.clone();
        for (at, part) in named.wire.url.path.iter_mut().enumerate() {
            if let PathPart::Argument { key, example } = part {
                let text = example.take().filter(|_| !self.is_named(at, key));
                *part = PathPart::Fixed(text.unwrap_or_else(|| Text::literal(format!(":{key}"))));
            }
        }
        named.arguments.clear();
        bruno::url(&self.holes.url(&named, &[]))
    }

    fn path(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for (at, part) in self.operation.wire.url.path.iter().enumerate() {
            let PathPart::Argument { key, example } = part else { continue };
            if self.is_named(at, key) && !rows.iter().any(|it| it.name == *key) {
                let value = example.as_ref().map(|it| self.value(it)).unwrap_or_default();
                rows.push(Row { name: key.clone(), value });
            }
        }
        rows
    }

    fn value(&self, text: &Text) -> String {
        bruno::value(&self.holes.pieces(text))
    }

    fn row(&self, name: &Text, value: &Text) -> Row {
        Row { name: bruno::key(&self.holes.pieces(name)), value: self.value(value) }
    }

    /// What people see of the query; the URL has it, too.
    fn query(&self) -> Vec<Row> {
        let pieces = self.operation.wire.url.query.iter().flatten();
        let pairs = pieces.map(|piece| match piece.split_once(&['=']) {
            Some((name, _, value)) => (name, value),
            None => (piece.clone(), Text::default()),
        });
        let pairs: Vec<(Text, Text)> = pairs.collect();
        // One that cannot be written would be lost when the others are changed.
        if !pairs.iter().all(|(name, value)| bruno::is_key(name) && bruno::is_value(value)) {
            return Vec::new();
        }
        pairs.iter().map(|(name, value)| self.row(name, value)).collect()
    }

    fn headers(&self) -> Vec<Row> {
        let wire = &self.operation.wire;
        let multipart = matches!(wire.body, WireBody::Multipart(_));
        let is_type = |name: &Text| name.to_string().eq_ignore_ascii_case("content-type");
        let own = wire.headers.iter().filter(|it| !(multipart && is_type(&it.name)));
        own.map(|it| self.row(&it.name, &it.value)).collect()
    }

    fn auth(&self) -> (&'static str, Vec<Row>) {
        let row = |name: &str, text: &Text| Row { name: name.to_owned(), value: self.value(text) };
        match self.operation.auth() {
            Auth::Basic { username, password } => {
                ("basic", vec![row("username", username), row("password", password)])
            }
            Auth::Digest { username, password } => {
                ("digest", vec![row("username", username), row("password", password)])
            }
            Auth::Ntlm { username, password, domain, .. } => {
                ("ntlm", vec![row("username", username), row("password", password), row("domain", domain)])
            }
            Auth::Aws(aws) if !aws.in_query => (
                "awsv4",
                vec![
                    row("accessKeyId", &aws.access_key),
                    row("secretAccessKey", &aws.secret_key),
                    row("sessionToken", &aws.session_token),
                    row("service", &aws.service),
                    row("region", &aws.region),
                ],
            ),
            // What has a token or a key has it in a header or in the query already.
            _ => ("none", Vec::new()),
        }
    }

    /// The mode of a body, its block, and the pairs in it.
    fn parts(&self) -> (&'static str, &'static str, Vec<Row>) {
        match &self.operation.wire.body {
            WireBody::None => ("none", "", Vec::new()),
            WireBody::Text(text) if is_form(self.operation) => {
                let rows = pairs(text);
                let rows = rows.iter().map(|(name, value)| self.row(name, value));
                ("formUrlEncoded", "form-urlencoded", rows.collect())
            }
            WireBody::Text(text) => (self.text_mode(text), "", Vec::new()),
            WireBody::File(path) => {
                let kind =
                    self.operation.wire.header("content-type").map(|it| self.value(it)).unwrap_or_default();
                let value = format!("@file({}) @contentType({kind})", self.value(path));
                ("file", "file", vec![Row { name: "file".to_owned(), value }])
            }
            WireBody::Multipart(parts) => {
                ("multipartForm", "multipart-form", parts.iter().map(|it| self.part(it)).collect())
            }
        }
    }

    /// What Bruno shows a text as. It takes comments out of JSON, what looks like one, and some blanks.
    fn text_mode(&self, text: &Text) -> &'static str {
        let kind = self.operation.wire.header("content-type").map(Text::to_string).unwrap_or_default();
        let is_changed = text.literals().any(|it| {
            let blank = it.lines().any(|line| !line.is_empty() && line.trim().is_empty());
            blank || it.contains("//") || it.contains("/*")
        });
        match kind {
            kind if kind.contains("json") && !is_changed => "json",
            kind if kind.contains("xml") => "xml",
            _ => "text",
        }
    }

    fn part(&self, part: &WirePart) -> Row {
        let mut value = match &part.content {
            PartContent::Text(text) => self.value(text),
            PartContent::File { path, .. } => format!("@file({})", self.value(path)),
        };
        if let Some(kind) = form_data::content_type(part) {
            value.push_str(&format!(" @contentType({})", self.value(&kind)));
        }
        Row { name: bruno::key(&self.holes.pieces(&part.name)), value }
    }

    fn body_text(&self) -> Option<Vec<String>> {
        match &self.operation.wire.body {
            WireBody::Text(text) if !is_form(self.operation) => {
                let pieces: Vec<Piece> = self.holes.pieces(text);
                Some(bruno::lines(&bruno::value(&pieces)))
            }
            _ => None,
        }
    }
}
