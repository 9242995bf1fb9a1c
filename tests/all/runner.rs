//! What Postman's runner sent, recorded into `tests/wire/golden`, against what we send.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postwright::api::{Api, Operation};
use postwright::collection::{
    Auth, JwtPlace, PartContent, PathPart, Text, WireBody, content_type_of, encode_path, encode_query_key,
};
use postwright::diagnostic::Diagnostics;
use postwright::postman::Source;
use postwright::secret::Secrets;
use postwright::{Input, model};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::exceptions::{Difference, EXCEPTIONS, Sender};
use crate::server::Recorded;
use crate::support::root;

/// A request without what every HTTP client does in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) host: String,
    /// Path and query, byte for byte.
    pub(crate) target: String,
    /// Names in lower case, sorted by name; those of one name in their order.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Content,
}

/// A body: as it is, or as much of it as the recording keeps.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Bytes(Vec<u8>),
    Hash { length: usize, sha256: String },
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Bytes(one), Self::Bytes(other)) => one == other,
            (Self::Hash { length, sha256 }, Self::Bytes(bytes))
            | (Self::Bytes(bytes), Self::Hash { length, sha256 }) => {
                let hash: String = Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect();
                bytes.len() == *length && hash == *sha256
            }
            (Self::Hash { sha256: one, .. }, Self::Hash { sha256: other, .. }) => one == other,
        }
    }
}

impl Eq for Content {}

impl std::fmt::Display for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                write!(f, "{:?}", text.chars().take(300).collect::<String>())?;
                if text.chars().count() > 300 { write!(f, "… ({} bytes)", bytes.len()) } else { Ok(()) }
            }
            Self::Hash { length, sha256 } => write!(f, "{length} bytes, {}…", &sha256[..12]),
        }
    }
}

/// Names of headers that HTTP clients add, and of those that are never compared. The list is in
/// one file, which the recorder reads as well.
fn own_headers(kind: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("tests/wire/own_headers.json")).unwrap();
    let list: Value = serde_json::from_str(&text).unwrap();
    list[kind].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

/// What came over the wire. Of the headers that clients add, only those in `wanted` count.
pub(crate) fn sent(request: &Recorded, wanted: &[(String, String)]) -> Sent {
    let (added, framing) = (own_headers("added"), own_headers("framing"));
    let mut body = request.body.clone();
    let mut headers = Vec::new();
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        let asked = wanted.iter().any(|(own, _)| *own == name);
        if framing.contains(&name) || (added.contains(&name) && !asked) {
            continue;
        }
        let mut value = value.clone();
        if name == "content-type"
            && value.to_ascii_lowercase().starts_with("multipart/")
            && let Some((_, boundary)) = value.clone().split_once("boundary=")
        {
            let boundary = boundary.trim_matches('"');
            body = replace(&body, boundary.as_bytes(), b"BOUNDARY");
            value = value.replace(boundary, "BOUNDARY").replace('"', "");
        }
        headers.push((name.clone(), normal(&name, &value)));
    }
    headers.sort_by(|one, other| one.0.cmp(&other.0));
    let host = request.header("host").unwrap_or_default();
    Sent {
        method: request.method.clone(),
        host: host.to_owned(),
        target: request.target.clone(),
        headers,
        body: Content::Bytes(body),
    }
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(from) {
            out.extend_from_slice(to);
            at += from.len();
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

/// Signatures are made anew each time: what is left of them are their scheme and, in order of
/// their names, the parameters that do not change.
fn normal(name: &str, value: &str) -> String {
    const VOLATILE: [&str; 16] = [
        "nonce",
        "cnonce",
        "nc",
        "response",
        "ts",
        "mac",
        "hash",
        "timestamp",
        "signature",
        "oauth_nonce",
        "oauth_timestamp",
        "oauth_signature",
        "oauth_body_hash",
        "uri",
        "Signature",
        "opaque",
    ];
    if name == "x-amz-date" {
        return "~".to_owned();
    }
    let Some((scheme, rest)) = value.split_once(' ').filter(|_| name == "authorization") else {
        return value.to_owned();
    };
    match scheme.to_ascii_lowercase().as_str() {
        "digest" | "oauth" | "hawk" | "aws4-hmac-sha256" => {}
        "eg1-hmac-sha256" => {
            let fixed = |it: &&str| {
                !["timestamp", "nonce", "signature"].contains(&it.split('=').next().unwrap_or(""))
            };
            let rest: Vec<&str> = rest.split(';').filter(fixed).collect();
            return format!("eg1-hmac-sha256 {}", rest.join(";"));
        }
        "ntlm" => return "ntlm".to_owned(),
        _ => return value.to_owned(),
    }
    let mut parameters: Vec<String> = rest
        .split(',')
        .map(|pair| {
            let (key, value) = pair.trim().split_once('=').unwrap_or((pair.trim(), ""));
            let value = value.trim_matches('"');
            let value = match key {
                key if VOLATILE.contains(&key) => "~".to_owned(),
                "Credential" => {
                    let parts: Vec<&str> = value.split('/').collect();
                    parts
                        .iter()
                        .map(|it| if it.len() == 8 && it.starts_with("20") { "~" } else { it })
                        .collect::<Vec<_>>()
                        .join("/")
                }
                _ => value.to_owned(),
            };
            format!("{key}={value}")
        })
        .collect();
    parameters.sort();
    format!("{} {}", scheme.to_ascii_lowercase(), parameters.join(", "))
}

/// What the runner did with one request.
#[derive(Debug, Clone)]
pub(crate) struct Golden {
    pub(crate) index: usize,
    pub(crate) place: String,
    /// What it sent, or why it did not.
    pub(crate) sent: Result<Sent, String>,
}

fn golden(file: &Path) -> Vec<Golden> {
    let text = fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
            let sent = match line["error"].as_str() {
                Some(error) => Err(error.to_owned()),
                None => Ok(Sent {
                    method: text("method"),
                    host: text("host"),
                    target: text("target"),
                    headers: headers(&line["headers"]),
                    body: content(&line),
                }),
            };
            Golden { index: line["index"].as_u64().unwrap() as usize, place: text("place"), sent }
        })
        .collect()
}

fn headers(rows: &Value) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let name = row[0].as_str().unwrap().to_ascii_lowercase();
            let value = normal(&name, row[1].as_str().unwrap());
            (name, value)
        })
        .collect();
    headers.sort_by(|one, other| one.0.cmp(&other.0));
    headers
}

fn content(line: &Value) -> Content {
    if let Some(sha256) = line["sha256"].as_str() {
        return Content::Hash {
            length: line["length"].as_u64().unwrap() as usize,
            sha256: sha256.to_owned(),
        };
    }
    if let Some(hex) = line["hex"].as_str() {
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        return Content::Bytes((0..hex.len()).step_by(2).map(byte).collect());
    }
    Content::Bytes(line["body"].as_str().unwrap_or_default().as_bytes().to_vec())
}

/// A collection with what the runner sent for it.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) api: Api,
    pub(crate) notes: Diagnostics,
    pub(crate) golden: Vec<Golden>,
    /// Values of the variables, by their name in the collection.
    pub(crate) values: HashMap<String, String>,
}

/// Where the collections are that were recorded.
fn sources() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = Vec::new();
    for folder in [
        "collections",
        "tests/fixtures/ok",
        "tests/fixtures/odd",
        "tests/fixtures/wire",
        "../shared/corpus/open",
        "../shared/wire/probe",
    ] {
        let entries = fs::read_dir(root().join(folder)).into_iter().flatten();
        let mut files: Vec<PathBuf> = entries.map(|it| it.unwrap().path()).collect();
        files.sort();
        all.extend(files);
    }
    all
}

fn short_name(path: &Path) -> String {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    name.trim_end_matches(".json").trim_end_matches(".postman_collection").to_owned()
}

/// Files of the collections that are recorded and on this machine: the corpus lies beside the repository.
pub(crate) fn recorded() -> Vec<PathBuf> {
    let folder = root().join("tests/wire/golden");
    let mut files = sources();
    files.retain(|path| folder.join(format!("{}.jsonl", short_name(path))).exists());
    files
}

/// Every collection that is recorded, with its recording.
pub(crate) fn cases() -> Vec<Case> {
    let folder = root().join("tests/wire/golden");
    // For whoever looks into one collection.
    let wanted = std::env::var("WIRE_ONLY").unwrap_or_default();
    let chosen = |path: &&PathBuf| wanted.is_empty() || wanted.split(',').any(|it| it == short_name(path));
    recorded().iter().filter(chosen).filter_map(|path| case(path, &folder)).collect()
}

/// A collection and its recording, if the collection can be read.
pub(crate) fn case(path: &Path, folder: &Path) -> Option<Case> {
    let name = short_name(path);
    let text = fs::read_to_string(path).unwrap();
    let mut json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
    prepare(&mut json);
    let text = json.to_string();
    let beside = |ending: &str| fs::read_to_string(folder.join(format!("{name}.{ending}.json"))).ok();
    let environment = beside("environment").unwrap();
    let mut environment: Value = serde_json::from_str(&environment).unwrap();
    prepare(&mut environment);
    let environment = environment.to_string();
    let globals = beside("globals");
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut notes = Diagnostics::default();
    let input = Input {
        collection: Source { file: &file, text: &text },
        environment: Some(Source { file: "environment", text: &environment }),
        globals: globals.as_ref().map(|text| Source { file: "globals", text }),
        name: None,
        secrets: &Secrets::default(),
        paging: None,
    };
    // Format v1 is refused, with a sentence that says what to do.
    let api = model(input, &mut notes).ok()?;
    let mut values = HashMap::new();
    for variable in &api.variables {
        let value = variable.default.as_deref().or(variable.hidden.reveal());
        if let Some(value) = value {
            values.insert(variable.wire.clone(), value.to_owned());
        }
    }
    let golden = golden(&folder.join(format!("{name}.jsonl")));
    Some(Case { name, api, notes, golden, values })
}

/// The collection as the recorder takes it (`prepare` in `record.js`).
fn prepare(value: &mut Value) {
    match value {
        Value::Object(map) => {
            fill_credentials(map);
            for (key, inner) in map.iter_mut() {
                match inner {
                    Value::String(text) if key == "src" => *text = base_name(text),
                    Value::Array(files) if key == "src" => {
                        for file in files {
                            if let Value::String(text) = file {
                                *text = base_name(text);
                            }
                        }
                    }
                    inner => prepare(inner),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(prepare),
        Value::String(text) if text == "https" || text.starts_with("https://") => {
            text.replace_range(..5, "http");
        }
        _ => {}
    }
}

/// What is left empty in a block of auth gets a value, as in `record.js`.
fn fill_credentials(block: &mut serde_json::Map<String, Value>) {
    let Some(kind) = block.get("type").and_then(Value::as_str).map(str::to_owned) else { return };
    let keys: &[&str] = match kind.as_str() {
        "apikey" => &["value"],
        "basic" | "digest" | "ntlm" => &["username", "password"],
        "bearer" => &["token"],
        "oauth2" => &["accessToken"],
        _ => return,
    };
    let empty = |value: &Value| matches!(value, Value::Null) || value.as_str() == Some("");
    for key in keys {
        let own = Value::from(format!("v-{}", key.replace('T', "-t")));
        match block.get_mut(&kind) {
            Some(Value::Array(rows)) => match rows.iter_mut().rfind(|row| row["key"] == *key) {
                Some(row) if empty(&row["value"]) => row["value"] = own,
                Some(_) => {}
                None => rows.push(serde_json::json!({"key": key, "value": own})),
            },
            Some(Value::Object(map)) => {
                let value = map.entry(*key).or_insert(Value::Null);
                if empty(value) {
                    *value = own;
                }
            }
            _ => {}
        }
    }
}

fn base_name(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

/// The content of a file as the recorder makes it.
pub(crate) fn file_content(path: &str) -> Vec<u8> {
    format!("content of {path}\r\n\u{fc}").into_bytes()
}

impl Case {
    pub(crate) fn text(&self, text: &Text) -> String {
        let unknown = |name: &str| format!("{{{{{name}}}}}");
        text.filled(
            |name| self.values.get(name).cloned().unwrap_or_else(|| unknown(name)),
            |dynamic, _| unknown(dynamic.name()),
        )
    }

    /// The request that an operation describes, put together without any HTTP client.
    pub(crate) fn wire(&self, operation: &Operation) -> Sent {
        let wire = &operation.wire;
        let (host, target) = self.url(operation);
        let mut headers: Vec<(String, String)> = wire
            .headers
            .iter()
            .map(|header| {
                // Blanks around a value are not part of it (RFC 9110 §5.5).
                let value = self.text(&header.value);
                let value = value.trim_matches([' ', '\t']).to_owned();
                (self.text(&header.name).to_ascii_lowercase(), value)
            })
            .collect();
        if let Auth::Basic { username, password } = &wire.auth {
            let credentials = format!("{}:{}", self.text(username), self.text(password));
            headers.push(("authorization".to_owned(), format!("Basic {}", STANDARD.encode(credentials))));
        }
        let body = match &wire.body {
            WireBody::None => Vec::new(),
            WireBody::Text(text) => self.text(text).into_bytes(),
            WireBody::File(path) => file_content(&self.text(path)),
            WireBody::Multipart(_) => self.multipart(operation, &mut headers),
        };
        let host = match headers.iter().find(|(name, _)| name == "host") {
            Some((_, own)) => own.clone(),
            None => host,
        };
        let framing = own_headers("framing");
        headers.retain(|(name, _)| !framing.contains(name));
        headers.sort_by(|one, other| one.0.cmp(&other.0));
        let headers = headers.into_iter().map(|(name, value)| {
            let value = normal(&name, &value);
            (name, value)
        });
        Sent {
            method: wire.method.clone(),
            host,
            target,
            headers: headers.collect(),
            body: Content::Bytes(body),
        }
    }

    fn url(&self, operation: &Operation) -> (String, String) {
        let url = &operation.wire.url;
        let mut text = self.text(&url.origin);
        for part in &url.path {
            match part {
                PathPart::Fixed(fixed) => text.push_str(&self.text(fixed)),
                PathPart::Argument { example: Some(example), .. } => text.push_str(&self.text(example)),
                // What has no value has to be given: the comparison gives what Postman sends.
                PathPart::Argument { key, example: None } => {
                    text.push_str(&encode_path(&format!(":{key}")));
                }
            }
        }
        if let Some(pieces) = &url.query {
            let pieces: Vec<String> = pieces.iter().map(|it| self.text(it)).collect();
            text.push('?');
            text.push_str(&pieces.join("&"));
        }
        let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (host, target) = rest.split_at(end);
        let target = target.split('#').next().unwrap_or_default();
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        (host.to_owned(), target)
    }

    fn multipart(&self, operation: &Operation, headers: &mut Vec<(String, String)>) -> Vec<u8> {
        headers.retain(|(name, _)| name != "content-type");
        headers.push(("content-type".to_owned(), "multipart/form-data; boundary=BOUNDARY".to_owned()));
        let mut body = Vec::new();
        for part in operation.wire.body_parts() {
            let mut head =
                format!("--BOUNDARY\r\nContent-Disposition: form-data; name=\"{}\"", self.text(&part.name));
            let mut content_type = part.content_type.as_ref().map(|it| self.text(it));
            let content = match &part.content {
                PartContent::Text(text) => self.text(text).into_bytes(),
                PartContent::File { path, .. } if path.is_empty() => {
                    head.push_str("; filename=\"\"");
                    Vec::new()
                }
                PartContent::File { path, name } => {
                    let path = self.text(path);
                    let name = name.as_ref().map_or_else(|| path.clone(), |it| self.text(it));
                    head.push_str(&format!("; filename=\"{name}\""));
                    // Latin-1 goes out as it is.
                    if name.chars().any(|it| it > '\u{ff}') {
                        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
                        let escape = |it: u8| {
                            if plain(it) { char::from(it).to_string() } else { format!("%{it:02X}") }
                        };
                        let escaped: String = name.bytes().map(escape).collect();
                        head.push_str(&format!("; filename*=UTF-8''{escaped}"));
                    }
                    content_type.get_or_insert_with(|| content_type_of(&path).to_owned());
                    file_content(&path)
                }
            };
            if let Some(content_type) = content_type {
                head.push_str(&format!("\r\nContent-Type: {content_type}"));
            }
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(&content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--BOUNDARY--\r\n");
        body
    }

    /// The operation of each request, by the request's place in the collection.
    pub(crate) fn operations(&self) -> BTreeMap<usize, (&postwright::api::Group, &Operation)> {
        crate::support::operations(&self.api).map(|(group, it)| (it.index, (group, it))).collect()
    }
}

/// Values of a header, by its name in lower case.
pub(crate) fn headers_of(sent: &Sent, name: &str) -> Vec<String> {
    sent.headers.iter().filter(|(own, _)| own == name).map(|(_, value)| value.clone()).collect()
}

/// In what two requests differ: the field, and what it is instead of what.
pub(crate) fn differences(wanted: &Sent, got: &Sent) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut compare = |field: &str, got: String, wanted: String| {
        if got != wanted {
            out.push((field.to_owned(), format!("{got} instead of {wanted}")));
        }
    };
    compare("method", got.method.clone(), wanted.method.clone());
    compare("host", got.host.clone(), wanted.host.clone());
    compare("target", got.target.clone(), wanted.target.clone());
    let mut names: Vec<&String> = wanted.headers.iter().chain(&got.headers).map(|(name, _)| name).collect();
    names.sort();
    names.dedup();
    for name in names {
        compare(name, format!("{:?}", headers_of(got, name)), format!("{:?}", headers_of(wanted, name)));
    }
    if wanted.body != got.body {
        out.push(("body".to_owned(), format!("{} instead of {}", got.body, wanted.body)));
    }
    out
}

/// Signatures are computed by the programs; the model says only how.
fn without_signature(sent: &Sent, auth: &Auth) -> Sent {
    let mut sent = sent.clone();
    let computed =
        !matches!(auth, Auth::None | Auth::Basic { .. } | Auth::Bearer { .. } | Auth::ApiKey { .. });
    if computed {
        sent.headers.retain(|(name, _)| name != "authorization" && !name.starts_with("x-amz-"));
        let is_signature = |piece: &&str| {
            let key = piece.split('=').next().unwrap_or_default().to_ascii_lowercase();
            let jwt = match auth {
                Auth::Jwt(jwt) => match &jwt.place {
                    JwtPlace::Query(name) => encode_query_key(&name.to_string()).eq_ignore_ascii_case(&key),
                    JwtPlace::Header(_) => false,
                },
                _ => false,
            };
            jwt || key.starts_with("oauth_") || key.starts_with("x-amz-")
        };
        let strip = |text: &str| text.split('&').filter(|it| !is_signature(it)).collect::<Vec<_>>().join("&");
        if let Some((path, query)) = sent.target.clone().split_once('?') {
            let query = strip(query);
            sent.target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        }
        if let (Auth::OAuth1(_), Content::Bytes(bytes)) = (auth, &sent.body) {
            sent.body = Content::Bytes(strip(&String::from_utf8_lossy(bytes)).into_bytes());
        }
    }
    sent
}

/// What `WireRequest` says, request by request.
pub(crate) fn compare_wire(case: &Case) -> Vec<Outcome> {
    let operations = case.operations();
    let mut out = Vec::new();
    for golden in &case.golden {
        let operation = operations.get(&golden.index).map(|(_, operation)| *operation);
        let got = operation.map(|it| case.wire(it)).ok_or_else(|| "it is refused".to_owned());
        let found = match (&golden.sent, &got, operation) {
            (Ok(wanted), Ok(got), Some(operation)) => {
                let auth = operation.auth();
                differences(&without_signature(wanted, auth), &without_signature(got, auth))
            }
            (Err(_), Err(_), _) => Vec::new(),
            (Err(error), _, _) => vec![("sent".to_owned(), format!("is sent, and the runner says: {error}"))],
            (Ok(_), _, _) => vec![("sent".to_owned(), "is refused".to_owned())],
        };
        out.push(Outcome::new(case, golden, Sender::Wire, operation, got, found));
    }
    out
}

/// How the comparison of one request came out.
pub(crate) struct Outcome {
    pub(crate) sender: Sender,
    /// What it is, and what differs, for people.
    pub(crate) line: String,
    /// Which row of [`EXCEPTIONS`] it is of.
    pub(crate) verdict: Verdict,
}

/// Equal, different for a reason that is known, or different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Equal,
    Excepted(usize),
    Different,
}

impl Outcome {
    pub(crate) fn new(
        case: &Case,
        golden: &Golden,
        sender: Sender,
        operation: Option<&Operation>,
        got: Result<Sent, String>,
        found: Vec<(String, String)>,
    ) -> Self {
        let (fields, texts): (Vec<String>, Vec<String>) =
            found.into_iter().map(|(field, text)| (field.clone(), format!("{field}: {text}"))).unzip();
        let texts = texts.join("; ");
        let line = format!("{}#{} {:?} {}: {texts}", case.name, golden.index, golden.place, sender.name());
        if fields.is_empty() {
            return Self { sender, line, verdict: Verdict::Equal };
        }
        let difference =
            Difference { case, place: &golden.place, sender, operation, wanted: &golden.sent, got, fields };
        let row = EXCEPTIONS.iter().position(|it| (it.fits)(&difference));
        Self { sender, line, verdict: row.map_or(Verdict::Different, Verdict::Excepted) }
    }
}

#[test]
fn wire_requests_are_what_the_runner_sends() {
    let outcomes: Vec<Outcome> = cases().iter().flat_map(compare_wire).collect();
    let different = outcomes.iter().filter(|it| it.verdict == Verdict::Different);
    let lines: Vec<&str> = different.map(|it| it.line.as_str()).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
    // Those of the repository alone.
    let chosen = std::env::var_os("WIRE_ONLY").is_some();
    assert!(chosen || outcomes.len() > 400, "{} requests", outcomes.len());
}
