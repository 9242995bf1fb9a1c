//! Tests that come with the crate: each operation is called with the collection's own values,
//! and what arrives at a server on the same machine must be what Postman would send.

use std::collections::{BTreeSet, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::auth;
use super::example::{self, Argument};
use super::{code, group, layout, library_name};
use crate::api::{Api, Body, Operation, Type, Variable};
use crate::collection::{
    Auth, Aws, Dynamic, Encoding, Jwt, JwtPlace, OAuth1, Part, PartContent, PathPart, Text, TokenPlace,
    WireBody, WirePart, encode_literal,
};
use crate::target::given::Upload;
use crate::target::{Page, generated_line, quote};

/// What `rust/tests/contract.rs` may say.
#[derive(Serialize)]
struct Contract {
    generated: String,
    notes: Vec<String>,
    has_tests: bool,
    imports: Vec<String>,
    setup: Vec<String>,
    tests: Vec<Test>,
}

/// The test of a group.
#[derive(Serialize)]
struct Test {
    name: String,
    has_records: bool,
    records: String,
    handle: String,
    calls: Vec<Call>,
}

/// The call of an operation, with what has to arrive.
#[derive(Serialize)]
struct Call {
    /// All of its lines in one text, since there are very many of them.
    code: String,
}

/// What `rust/tests/contract/loopback.rs` may say.
#[derive(Serialize)]
struct Loopback {
    generated: String,
}

/// The tests and the server that they need; nothing for an API without operations.
pub(super) fn pages(api: &Api) -> Vec<Page<'_>> {
    if api.groups.is_empty() {
        return Vec::new();
    }
    let values = Values::of(api);
    let mut operations = api.groups.iter().flat_map(|it| &it.operations);
    let mut pages = Vec::new();
    if operations.any(|it| call(it, &values).is_ok()) {
        let loopback = Loopback { generated: generated_line(api) };
        pages.push(Page::new(
            "rust/tests/contract/loopback.rs",
            "rust/tests/contract/loopback.rs",
            &loopback,
        ));
    }
    // It has all operations, and is by far the largest of all views.
    pages.push(Page::later("rust/tests/contract.rs", "rust/tests/contract.rs", || contract(api)));
    pages
}

fn contract(api: &Api) -> Contract {
    let values = Values::of(api);
    let mut tests = Vec::new();
    let mut uncalled = Vec::new();
    let mut unsigned = Vec::new();
    let mut origins = BTreeSet::new();
    for group in &api.groups {
        let mut calls = Vec::new();
        let mut has_records = false;
        for operation in &group.operations {
            match call(operation, &values) {
                Ok(call) => {
                    origins.insert(call.origin);
                    has_records |= call.has_records;
                    calls.push(Call { code: call.lines.join("\n    ") });
                }
                Err(reason) => uncalled.push(format!("{}: {reason}", operation.id)),
            }
            if !super::signs(operation.auth()) {
                unsigned.push(format!("{}: {}", operation.id, auth::described(operation.auth())));
            }
        }
        if !calls.is_empty() {
            let name = group::module_name(group);
            tests.push(Test {
                has_records,
                records: format!("use {}::api::{name} as {RECORDS};", library_name(api)),
                handle: group::method_name(group),
                name,
                calls,
            });
        }
    }
    let mut notes = Vec::new();
    note(&mut notes, "Not called, because this crate cannot send what Postman sends:", &uncalled);
    note(&mut notes, "Called without auth, because this crate cannot sign so:", &unsigned);
    Contract {
        generated: generated_line(api),
        notes,
        has_tests: !tests.is_empty(),
        imports: imports(api),
        setup: setup(&values, origins),
        tests,
    }
}

/// A list in a comment, if there is something to list.
fn note(notes: &mut Vec<String>, about: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    notes.push("//".to_owned());
    notes.push(format!("// {about}"));
    notes.extend(items.iter().map(|it| format!("// - {}", quote::one_line(it))));
}

fn imports(api: &Api) -> Vec<String> {
    let library = library_name(api);
    let names = "Call, Client, ClientBuilder, File, Unknown, Variable";
    let line = format!("use {library}::{{{names}}};");
    // rustfmt breaks a list that is wider than a line.
    let broken = || vec![format!("use {library}::{{"), format!("    {names},"), "};".to_owned()];
    let names = if line.chars().count() > 100 { broken() } else { vec![line] };
    std::iter::once(format!("use {library}::reqwest;")).chain(names).collect()
}

/// Values for variables, and servers to be replaced.
fn setup(values: &Values<'_>, origins: BTreeSet<String>) -> Vec<String> {
    let mut lines = Vec::new();
    for variable in values.api.variables.iter().filter(|it| it.default.is_none()) {
        let constant = format!("Variable::{}", code::constant(variable));
        lines.extend(layout::call(4, "setup.set", &[constant, quote::rust(&values.of_variable(variable))]));
    }
    for origin in origins {
        lines.extend(layout::call(4, "setup.redirect", &[quote::rust(&origin)]));
    }
    lines
}

/// What stands for values that are made anew at each call.
const ANY: &str = "\0";

/// Whether a text says of itself what stands for something else here.
fn holds_any(text: &Text) -> bool {
    text.literals().any(|it| it.contains(ANY))
}

/// The values that the tests work with.
struct Values<'a> {
    api: &'a Api,
    /// Of variables that stand for a whole value of JSON.
    json: HashMap<&'a str, &'static str>,
}

impl<'a> Values<'a> {
    fn of(api: &'a Api) -> Self {
        let mut values = Self { api, json: HashMap::new() };
        for operation in api.groups.iter().flat_map(|group| &group.operations) {
            let (Body::Json(_), WireBody::Text(text)) = (&operation.body, &operation.wire.body) else {
                continue;
            };
            // Types are inferred from bodies that are filled with these.
            for json in ["null", "0"] {
                for name in outside_of_strings(text) {
                    values.json.insert(name, json);
                }
                if is_json(&values.given(text)) {
                    break;
                }
            }
        }
        values
    }

    fn of_variable(&self, variable: &Variable) -> String {
        match (&variable.default, self.json.get(variable.wire.as_str())) {
            (Some(default), _) => default.clone(),
            (None, Some(json)) => (*json).to_owned(),
            (None, None) => format!("value-of-{}", variable.name.snake()),
        }
    }

    fn named(&self, name: &str) -> String {
        code::variable(self.api, name).map(|it| self.of_variable(it)).unwrap_or_default()
    }

    /// A text that the test gives to the crate.
    fn given(&self, text: &Text) -> String {
        let made = |dynamic: Dynamic, encoding| encode_literal(encoding, &dynamic.sample());
        text.filled(|name| self.named(name), made)
    }

    /// A text that the crate puts together by itself.
    fn sent(&self, text: &Text) -> String {
        text.filled(|name| self.named(name), |_, _| ANY.to_owned())
    }
}

/// Reads JSON byte by byte, only to tell strings from what is around them.
#[derive(Default)]
struct Scanner {
    inside: bool,
    escaped: bool,
}

impl Scanner {
    /// Goes on; answers whether the byte is part of a string.
    fn read(&mut self, byte: u8) -> bool {
        let inside = self.inside;
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if inside => self.escaped = true,
            b'"' => self.inside = !inside,
            _ => {}
        }
        inside
    }
}

/// Variables of a text of JSON that stand outside of its strings.
fn outside_of_strings(text: &Text) -> Vec<&str> {
    let mut scanner = Scanner::default();
    let mut found = Vec::new();
    for part in text.parts() {
        match part {
            Part::Literal(literal) => literal.bytes().for_each(|byte| {
                scanner.read(byte);
            }),
            Part::Variable { name, encoding: Encoding::Raw } if !scanner.inside => found.push(name.as_str()),
            _ => {}
        }
    }
    found
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Whether a key of a text of JSON holds a variable, which no field can be called after.
fn has_variable_key(text: &Text, values: &Values<'_>) -> bool {
    fn any_key(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::Array(items) => items.iter().any(any_key),
            serde_json::Value::Object(fields) => {
                fields.iter().any(|(key, value)| key.contains(MARK) || any_key(value))
            }
            _ => false,
        }
    }
    /// In no text of a collection: a character that Unicode keeps for private use.
    const MARK: char = '\u{f8ff}';
    let outside = outside_of_strings(text);
    let value = |name: &str| if outside.contains(&name) { values.named(name) } else { MARK.to_string() };
    let marked = text.filled(value, |_, _| MARK.to_string());
    serde_json::from_str(&marked).is_ok_and(|value| any_key(&value))
}

/// Whether some object of a text of JSON has a key twice, which no record can have.
fn has_key_twice(json: &str) -> bool {
    let mut scanner = Scanner::default();
    let colons = json.bytes().filter(|byte| !scanner.read(*byte) && *byte == b':').count();
    serde_json::from_str(json).is_ok_and(|value| keys(&value) < colons)
}

fn keys(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Array(items) => items.iter().map(keys).sum(),
        serde_json::Value::Object(fields) => fields.len() + fields.values().map(keys).sum::<usize>(),
        _ => 0,
    }
}

/// The statements that call an operation and compare what arrives.
fn call(operation: &Operation, values: &Values<'_>) -> Result<Written, String> {
    can_sign(operation.auth(), values)?;
    let given = |text: &Text| Some(values.given(text));
    let arguments = example::arguments(values.api, operation, &given)?;
    let (origin, target) = address(operation, values)?;
    let mut writer = Writer { values, operation, written: Written { origin, ..Written::default() } };
    let id = quote::rust(&operation.id);
    writer.call("server.expect", &[id, quote::rust(&operation.wire.method), quote::rust(&target)]);
    writer.headers()?;
    writer.body()?;
    let arguments: Vec<String> = arguments.into_iter().map(|it| writer.argument(it)).collect();
    writer.bind("call", &format!("api.{}", group::operation_name(operation)), &arguments);
    let call = if operation.paging.is_some() { "call.raw()" } else { "call" };
    writer.call("server.check", &[call.to_owned()]);
    Ok(writer.written)
}

/// Says what keeps a request from being signed with the values of the tests.
fn can_sign(auth: &Auth, values: &Values<'_>) -> Result<(), String> {
    let prefix = match auth {
        Auth::Bearer { place: TokenPlace::Header(prefix), .. }
        | Auth::Jwt(Jwt { place: JwtPlace::Header(prefix), .. }) => prefix.as_str(),
        _ => "",
    };
    // What the collection itself has is not made anew, and most of it becomes a header, which cannot have it.
    if prefix.contains(ANY) || auth.texts().any(holds_any) {
        return Err(header_has_odd_character("Authorization"));
    }
    let private_key = match auth {
        _ if !auth::signs(auth) => return Ok(()),
        Auth::Jwt(Jwt { private_key, claims, header, .. }) => {
            let is_object = |text: &Text| {
                let text = values.sent(text);
                text.trim().is_empty() || (text.trim_start().starts_with('{') && is_json(&text))
            };
            if !is_object(claims) || !is_object(header) {
                return Err("with the values of its variables, its token is not JSON".to_owned());
            }
            private_key
        }
        Auth::Asap(asap) => &asap.private_key,
        Auth::OAuth1(oauth1) => &oauth1.private_key,
        Auth::Hawk(it) => {
            // The header has them as they are; of what it has of them, the tests compare nothing.
            let parts = [&it.nonce, &it.timestamp, &it.ext, &it.app, &it.delegation];
            let is_one = parts.iter().all(|it| may_be_in_header(&values.sent(it).replace(ANY, "")));
            return if is_one { Ok(()) } else { Err(header_has_odd_character("Authorization")) };
        }
        _ => return Ok(()),
    };
    if private_key.is_empty() { Ok(()) } else { Err("there is no private key to sign it with".to_owned()) }
}

/// Whether a header may have this value (RFC 9110 §5.5).
fn may_be_in_header(value: &str) -> bool {
    !value.chars().any(|c| c.is_ascii_control() && c != '\t')
}

fn header_has_odd_character(name: &str) -> String {
    format!("the header {name} has a character that none may have")
}

/// The call of an operation as it is written.
#[derive(Default)]
struct Written {
    /// The server that is to be replaced.
    origin: String,
    lines: Vec<String>,
    /// Whether records of the group are named.
    has_records: bool,
}

/// The server that is to be replaced, and what has to arrive as path and query.
fn address(operation: &Operation, values: &Values<'_>) -> Result<(String, String), String> {
    let url = &operation.wire.url;
    let mut address = values.sent(&url.origin);
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find(['/', '?', '#']).map_or(address.len(), |at| start + at);
    let mut target = address.split_off(end);
    for part in &url.path {
        match part {
            PathPart::Fixed(text) => target.push_str(&values.sent(text)),
            PathPart::Argument { key, example: None } => target.push_str(&format!(":{key}")),
            PathPart::Argument { example: Some(example), .. } => target.push_str(&values.given(example)),
        }
    }
    if let Some(query) = &url.query {
        let pieces: Vec<String> = query.iter().map(|piece| values.sent(piece)).collect();
        target.push(if target.contains('?') { '&' } else { '?' });
        target.push_str(&pieces.join("&"));
    }
    if let Some(signature) = signature_in_query(operation, values) {
        target.push(if target.contains('?') { '&' } else { '?' });
        target.push_str(&signature);
    }
    if !target.starts_with('/') {
        target.insert(0, '/');
    }
    // One variable alone is replaced as a whole.
    let is_whole = url.origin.variables().count() == 1 && url.origin.literals().next().is_none();
    let reads_address = !matches!(
        operation.auth(),
        Auth::None | Auth::Basic { .. } | Auth::Bearer { .. } | Auth::ApiKey { .. }
    );
    if reads_address && auth::signs(operation.auth()) && !is_whole && !address.contains("://") {
        return Err(
            "what signs it needs an address with a scheme, which its variables have not here".to_owned()
        );
    }
    if address.contains(ANY) {
        return Err("its server is another one at each call".to_owned());
    }
    if !is_kept(&target) {
        return Err(format!("the HTTP client writes {} in another way", example::shown(&target)));
    }
    Ok((address, target))
}

/// What a signature adds to the query.
fn signature_in_query(operation: &Operation, values: &Values<'_>) -> Option<String> {
    match operation.auth() {
        auth if !auth::signs(auth) => None,
        Auth::Jwt(Jwt { place: JwtPlace::Query(key), .. }) => {
            Some(format!("{}={ANY}.{ANY}.{ANY}", unreserved(&values.sent(key))))
        }
        Auth::Aws(Aws { in_query: true, region, service, .. }) => {
            let scope = [values.sent(region), values.sent(service), "aws4_request".to_owned()];
            let scope = scope.map(|it| unreserved(&it)).join("%2F");
            Some(format!(
                "{ANY}X-Amz-Date={ANY}&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={ANY}%2F{scope}\
                 &X-Amz-SignedHeaders={ANY}host{ANY}&X-Amz-Signature={ANY}"
            ))
        }
        Auth::OAuth1(oauth1) if !oauth1.in_header && !signs_form(operation) => {
            let pair = |(name, value): (&str, String)| format!("{name}={}", unreserved(&value));
            Some(
                oauth1_parameters(oauth1, operation, values)
                    .into_iter()
                    .map(pair)
                    .collect::<Vec<_>>()
                    .join("&"),
            )
        }
        _ => None,
    }
}

/// Whether OAuth 1.0 signs in the form of a request, if it does not do so in a header.
fn signs_form(operation: &Operation) -> bool {
    matches!(operation.body, Body::Form(_)) && matches!(operation.wire.method.as_str(), "POST" | "PUT")
}

/// The parameters of OAuth 1.0 in the order of the crate; what is empty is left out.
fn oauth1_parameters(
    oauth1: &OAuth1,
    operation: &Operation,
    values: &Values<'_>,
) -> Vec<(&'static str, String)> {
    let or_any = |text: &Text| Some(values.sent(text)).filter(|it| !it.trim().is_empty());
    let or_any = |text: &Text| or_any(text).unwrap_or_else(|| ANY.to_owned());
    let hashes = oauth1.body_hash && !matches!(operation.body, Body::Form(_)) && oauth1.method.contains('-');
    let all = [
        ("oauth_consumer_key", values.sent(&oauth1.consumer_key)),
        ("oauth_token", values.sent(&oauth1.token)),
        ("oauth_signature_method", oauth1.method.clone()),
        ("oauth_timestamp", or_any(&oauth1.timestamp)),
        ("oauth_nonce", or_any(&oauth1.nonce)),
        ("oauth_version", values.sent(&oauth1.version)),
        ("oauth_body_hash", if hashes { ANY } else { "" }.to_owned()),
        ("oauth_callback", values.sent(&oauth1.callback)),
        ("oauth_verifier", values.sent(&oauth1.verifier)),
        ("oauth_signature", ANY.to_owned()),
    ];
    all.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect()
}

/// A text with everything encoded but the unreserved characters (RFC 3986 §2.3), and with what
/// stands for other values left as it is.
fn unreserved(text: &str) -> String {
    let encode = |c: char| match c {
        '\0' | '-' | '_' | '.' | '~' => c.to_string(),
        c if c.is_ascii_alphanumeric() => c.to_string(),
        c => c.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect(),
    };
    text.chars().map(encode).collect()
}

/// The headers that a signature sets.
fn signature_headers(operation: &Operation, values: &Values<'_>) -> Vec<(String, String)> {
    let authorization = match operation.auth() {
        auth if !auth::signs(auth) => return Vec::new(),
        Auth::Basic { username, password } => {
            let credentials = format!("{}:{}", values.sent(username), values.sent(password));
            // What is made anew is not seen any more in base64.
            match credentials.contains(ANY) {
                true => format!("Basic {ANY}"),
                false => format!("Basic {}", STANDARD.encode(credentials)),
            }
        }
        Auth::Jwt(Jwt { place: JwtPlace::Header(prefix), .. }) => {
            let blank = if prefix.is_empty() { "" } else { " " };
            format!("{prefix}{blank}{ANY}.{ANY}.{ANY}")
        }
        Auth::Aws(aws) if !aws.in_query => {
            let mut headers = vec![
                ("X-Amz-Content-Sha256".to_owned(), ANY.to_owned()),
                ("X-Amz-Date".to_owned(), ANY.to_owned()),
            ];
            let token = values.sent(&aws.session_token);
            if !token.is_empty() {
                headers.push(("X-Amz-Security-Token".to_owned(), token));
            }
            let (region, service) = (values.sent(&aws.region), values.sent(&aws.service));
            let value = format!(
                "AWS4-HMAC-SHA256 Credential={}/{ANY}/{region}/{service}/aws4_request, \
                 SignedHeaders={ANY}host{ANY}, Signature={ANY}",
                values.sent(&aws.access_key)
            );
            headers.push(("Authorization".to_owned(), value));
            return headers;
        }
        Auth::OAuth1(oauth1) if oauth1.in_header => {
            let realm = Some(values.sent(&oauth1.realm)).filter(|it| !it.trim().is_empty());
            let all = realm.map(|it| ("realm", it)).into_iter();
            let pair = |(name, value): (&str, String)| format!("{name}=\"{}\"", unreserved(&value));
            let pairs = all.chain(oauth1_parameters(oauth1, operation, values)).map(pair);
            format!("OAuth {}", pairs.collect::<Vec<_>>().join(","))
        }
        Auth::Hawk(hawk) => {
            format!("Hawk id=\"{}\", ts=\"{ANY}\", mac=\"{ANY}\"{ANY}", values.sent(&hawk.id))
        }
        Auth::EdgeGrid { access_token, client_token, .. } => format!(
            "EG1-HMAC-SHA256 client_token={};access_token={};timestamp={ANY};nonce={ANY};signature={ANY}",
            values.sent(client_token),
            values.sent(access_token)
        ),
        _ => return Vec::new(),
    };
    vec![("Authorization".to_owned(), authorization)]
}

/// Whether an HTTP client that follows the WHATWG's URL standard sends path and query as they are.
fn is_kept(target: &str) -> bool {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let plain = |text: &str, special: &str| {
        text.replace(ANY, "")
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !special.as_bytes().contains(&byte))
    };
    let dots =
        |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    plain(path, "\"#<>`{}^\\") && plain(query, "\"#<>'") && !path.split('/').any(dots)
}

/// Writes the statements of one call.
struct Writer<'a> {
    values: &'a Values<'a>,
    operation: &'a Operation,
    written: Written,
}

/// What the tests call the module of a group, for the records in it.
const RECORDS: &str = "records";

/// Indent of the statements of a test.
const INDENT: usize = 4;

impl Writer<'_> {
    fn call(&mut self, function: &str, arguments: &[String]) {
        self.written.lines.extend(layout::call(INDENT, function, arguments));
    }

    fn bind(&mut self, name: &str, function: &str, arguments: &[String]) {
        self.written.lines.extend(layout::binding(INDENT, name, function, arguments));
    }

    fn headers(&mut self) -> Result<(), String> {
        let mut headers = Vec::new();
        for header in &self.operation.wire.headers {
            let (name, value) = (self.values.sent(&header.name), self.values.sent(&header.value));
            // That of form data has a boundary; the server looks for it by itself.
            let multipart = matches!(self.operation.wire.body, WireBody::Multipart(_));
            if !(multipart && name.eq_ignore_ascii_case("content-type")) {
                headers.push((name, value.trim_matches([' ', '\t']).to_owned()));
            }
        }
        for (name, value) in signature_headers(self.operation, self.values) {
            headers.retain(|(own, _)| !own.eq_ignore_ascii_case(&name));
            headers.push((name, value));
        }
        for (name, value) in headers {
            // RFC 9110 §5.6.2.
            let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            if name.is_empty() || !name.bytes().all(token) {
                return Err(format!("{} is not a name of a header", example::shown(&name)));
            }
            if !may_be_in_header(&value.replace(ANY, "")) {
                return Err(header_has_odd_character(&name));
            }
            self.call("server.header", &[quote::rust(&name), quote::rust(&value)]);
        }
        Ok(())
    }

    fn body(&mut self) -> Result<(), String> {
        match (&self.operation.wire.body, &self.operation.body) {
            (WireBody::None, _) => {}
            (WireBody::Text(text), Body::Json(_)) => {
                let json = self.values.given(text);
                if !is_json(&json) {
                    return Err("with the values of its variables, its body is not JSON".to_owned());
                }
                if has_variable_key(text, self.values) {
                    return Err("its body has a key that holds a variable".to_owned());
                }
                if has_key_twice(&json) {
                    return Err("its body has a key twice".to_owned());
                }
                self.call("server.json", &[quote::rust(&json)]);
            }
            (WireBody::Text(text), Body::Form(_)) => {
                let mut form = self.values.sent(text);
                if let Auth::OAuth1(oauth1) = self.operation.auth()
                    && auth::signs(self.operation.auth())
                    && !oauth1.in_header
                    && signs_form(self.operation)
                {
                    for (name, value) in oauth1_parameters(oauth1, self.operation, self.values) {
                        let and = if form.is_empty() { "" } else { "&" };
                        form.push_str(&format!("{and}{name}={}", unreserved(&value)));
                    }
                }
                self.call("server.form", &[quote::rust(&form)]);
            }
            (WireBody::Text(text), _) => self.call("server.text", &[quote::rust(&self.values.given(text))]),
            (WireBody::File(path), _) => {
                let content = content_of(&self.values.given(path));
                self.call("server.text", &[quote::rust(&content)]);
            }
            (WireBody::Multipart(parts), _) => {
                for part in parts {
                    self.part(part)?;
                }
            }
        }
        Ok(())
    }

    fn part(&mut self, part: &WirePart) -> Result<(), String> {
        let name = quote::rust(&self.values.sent(&part.name));
        let given = |text: &Text| Some(self.values.given(text));
        let (function, arguments) = match (&part.content, Upload::of(part, &given)) {
            (PartContent::Text(text), _) => {
                let content_type = part.content_type.as_ref().map(|it| self.values.sent(it));
                ("server.part", vec![content_type.unwrap_or_default(), self.values.sent(text)])
            }
            (PartContent::File { .. }, Some(file)) => {
                let content = content_of(&file.path);
                ("server.file", vec![file.content_type, file.name, content])
            }
            (PartContent::File { .. }, None) => return Err("a file of it is not known".to_owned()),
        };
        let arguments = arguments.iter().map(|it| quote::rust(it));
        self.call(function, &std::iter::once(name).chain(arguments).collect::<Vec<_>>());
        Ok(())
    }

    /// An expression for an argument, with what has to be bound before.
    fn argument(&mut self, argument: Argument<'_>) -> String {
        match argument {
            Argument::Plain(value) => value,
            Argument::Record { name, record, constructor, files } => {
                self.written.has_records = true;
                self.bind(name, &format!("{RECORDS}::{record}::{constructor}"), &[]);
                for (setter, file) in files {
                    self.file(file);
                    self.bind(name, &format!("{name}.{setter}"), &["file".to_owned()]);
                }
                format!("&{name}")
            }
            Argument::Json(Type::List(_), _) => "&server.value::<Vec<_>>()".to_owned(),
            Argument::Json(Type::Text, _) => "&server.value::<String>()".to_owned(),
            Argument::Json(..) => "&server.value()".to_owned(),
            Argument::Text(_) => "server.body()".to_owned(),
            Argument::File(file) => {
                self.file(file);
                "&file".to_owned()
            }
        }
    }

    fn file(&mut self, file: Upload) {
        let content = content_of(&file.path);
        let file = [file.name, file.content_type, content].map(|it| quote::rust(&it));
        self.bind("file", "loopback::file", &file);
    }
}

/// What the tests send in the place of a file.
fn content_of(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("content of {path}\r\n\u{fc}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_stay_as_they_are() {
        for target in
            ["/", "/a/b:c@d;e=f?a=b&c=[d]{e}|^", "//a..b/...?../", "/a%20b/\0?x='".trim_end_matches('\'')]
        {
            assert!(is_kept(target), "{target}");
        }
        for target in ["/a/../b", "/a/%2E/b", "/a\\b", "/a^b", "/ü", "/?a'b", "/?a b", "/a\tb"] {
            assert!(!is_kept(target), "{target}");
        }
    }

    #[test]
    fn strings_of_json_are_told_from_what_is_around() {
        let mut text = Text::literal("{\"a\": \"\\\"");
        for (variable, after) in [("inside", "\", \"b\": "), ("outside", "}")] {
            text.push(Text::variable(variable));
            text.push_literal(after);
        }
        assert_eq!(outside_of_strings(&text), ["outside"]);
    }

    #[test]
    fn keys_that_stand_there_twice() {
        for (json, twice) in
            [("{\"a:\": {\"b\": [1]}, \"b\": \":\"}", false), ("[{\"a\": 1, \"a\": 1}]", true)]
        {
            assert_eq!(has_key_twice(json), twice, "{json}");
        }
    }
}
