//! The walk: folders give their auth and behaviour to what is in them, requests become
//! [`Request`]s.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::Value;

use super::auth::Auth;
use super::signing::{self, Signing};
use super::text::Text;
use super::variables::Variables;
use super::wire::{PathPart, WireBody, WireHeader, WireRequest, WireUrl};
use super::{Collection, Request, Sample, body, limits, prose, script, url};
use crate::diagnostic::{At, Code, Diagnostics};
use crate::postman::{self, Document, Environment, Item, Scalar};
use crate::secret::{Secrets, is_secret_name};

/// Resolves a document, with the variables of an environment and globals where there are some.
#[must_use]
pub fn resolve(
    mut document: Document,
    environment: Option<&Environment>,
    globals: Option<&Environment>,
    secrets: &Secrets,
    notes: &mut Diagnostics,
) -> Collection {
    prose::mask(&mut document, secrets);
    limits::cut_names(&mut document, notes);
    let variables = Variables::new(&document.variable, environment, globals, secrets, notes);
    let mut context = Context { variables, at: Spot::default(), notes };
    context.script_note(&document.event);
    let mut walk = Walk::default();
    let auth = document.auth.as_ref().map(|block| Owned::new(block, Spot::of("", "", "auth")));
    let inherited = Inherited { auth: auth.clone(), behavior: document.behavior.clone() };
    if let Some(auth) = auth.filter(|auth| auth.block.kind == "oauth2") {
        context.at = auth.at;
        walk.signing.declare(&mut context, auth.block);
    }
    walk.items(&mut context, document.item, "", &mut Vec::new(), &inherited);
    if walk.requests.is_empty() {
        context.at = Spot::of("", "", "item");
        context.note(
            Code::Empty,
            "the collection has no request that can be sent",
            "export a collection that has some; until then only the OAuth 2.0 calls are written, if it has such a block",
        );
    }
    context.variables.defined_by(&document.variable);
    Collection {
        title: document.info.name.clone().unwrap_or_default(),
        description: document.info.description.clone().unwrap_or_default(),
        oauth2: walk.signing.finish(),
        folders: walk.folders,
        requests: walk.requests,
        variables: context.variables.into_vec(),
    }
}

/// What every step of the walk needs: the variables, the place it is at, and where to say things.
pub(super) struct Context<'a> {
    pub(super) variables: Variables,
    at: Spot,
    notes: &'a mut Diagnostics,
}

/// Where the walk is.
#[derive(Debug, Clone, Default)]
pub(super) struct Spot {
    /// As Postman shows it.
    place: String,
    /// The pointer of the item, or of what else an auth block stands in.
    item: String,
    /// The way from there on.
    within: String,
}

impl Spot {
    fn of(place: &str, item: &str, within: &str) -> Self {
        Self { place: place.to_owned(), item: item.to_owned(), within: within.to_owned() }
    }
}

impl From<&Spot> for At {
    fn from(spot: &Spot) -> Self {
        let slash = if spot.within.is_empty() { "" } else { "/" };
        At::new(&spot.place, format!("{}{slash}{}", spot.item, spot.within))
    }
}

impl Context<'_> {
    pub(super) fn read(&mut self, text: &str) -> Text {
        self.variables.read(text, &self.at, self.notes)
    }

    pub(super) fn read_address(&mut self, text: &str) -> Text {
        self.variables.read_address(text, &self.at, self.notes)
    }

    /// A part of an address that is read, behind where a user and a password of it can stand.
    pub(super) fn behind_user_info(&mut self, text: Text) -> Text {
        self.variables.behind_user_info(text)
    }

    /// Says where in the item the walk is, by the keys that lead there.
    pub(super) fn go(&mut self, within: impl std::fmt::Display) {
        use std::fmt::Write as _;
        self.at.within.clear();
        // To write into a text cannot fail.
        let _ = write!(self.at.within, "{within}");
    }

    pub(super) fn fill(&self, text: &Text, missing: &str) -> String {
        self.variables.fill(text, missing)
    }

    pub(super) fn note(&mut self, code: Code, message: impl Into<String>, help: impl Into<String>) {
        self.notes.add(code, &self.at, message, help);
    }

    /// The value of a row; a variable takes its place if its key says that it is a secret.
    pub(super) fn guard(&mut self, key: &Text, value: &str) -> Text {
        let key = key.to_string();
        if value.is_empty() || self.variables.allows(value) || !is_secret_name(&key) {
            return self.read(value);
        }
        self.variables.read_secret(&key, value, &self.at, self.notes)
    }

    pub(super) fn secret(&mut self, name: &str, value: Option<&Scalar>) -> Text {
        let value = value.and_then(Scalar::non_empty).unwrap_or_default();
        self.variables.read_secret(name, &value, &self.at, self.notes)
    }

    fn script_note(&mut self, events: &[postman::Event]) {
        let Some(names) = script::variables_set(events) else {
            return;
        };
        let (message, help) = if names.is_empty() {
            (
                "has scripts, which are not run".to_owned(),
                "what they change in the request is not in the outputs",
            )
        } else {
            (
                format!("its scripts, which are not run, set {}", names.join(", ")),
                "set these variables yourself, from the answer of the call that the script belongs to",
            )
        };
        self.note(Code::Script, message, help);
    }
}

/// What a folder gives to what is in it.
#[derive(Clone, Default)]
struct Inherited<'a> {
    auth: Option<Owned<'a>>,
    behavior: IndexMap<String, Value>,
}

/// An auth block, and where it stands: not always in the request that it signs.
#[derive(Clone)]
struct Owned<'a> {
    block: &'a postman::Auth,
    at: Spot,
    /// How long its texts are.
    bytes: usize,
}

impl<'a> Owned<'a> {
    fn new(block: &'a postman::Auth, at: Spot) -> Self {
        let length = |value: &Scalar| match value {
            Scalar::Json(value) => value.to_string().len(),
            other => other.as_text().map_or(0, str::len),
        };
        let bytes = block.params.values().map(length).sum();
        Self { block, at, bytes }
    }
}

/// Auth of so many bytes is never left out, however many requests have it.
const LITTLE: usize = 1024;

impl<'a> Inherited<'a> {
    fn with(&self, item: &'a Item, auth: Option<Owned<'a>>) -> Self {
        let mut behavior = self.behavior.clone();
        behavior.extend(item.behavior.iter().map(|(key, value)| (key.clone(), value.clone())));
        Self { auth: auth.or_else(|| self.auth.clone()), behavior }
    }

    /// Whether a header that the runner adds by itself is not to be sent.
    fn switches_off_header(&self, name: &str) -> bool {
        let headers = self.behavior.get("disabledSystemHeaders");
        headers.and_then(|it| it.get(name)) == Some(&Value::Bool(true))
    }

    fn is_on(&self, key: &str) -> bool {
        self.behavior.get(key) == Some(&Value::Bool(true))
    }
}

#[derive(Default)]
struct Walk {
    requests: Vec<Request>,
    folders: Vec<(Vec<String>, String)>,
    signing: Signing,
    /// How many items that are no folder it came by.
    count: usize,
    /// Bytes of auth that requests have inherited so far.
    inherited: usize,
}

impl Walk {
    /// Each item is gone when it has become a request, so that a large document is never there twice.
    fn items(
        &mut self,
        context: &mut Context<'_>,
        items: Vec<Item>,
        parent: &str,
        folders: &mut Vec<String>,
        inherited: &Inherited<'_>,
    ) {
        for (index, mut item) in items.into_iter().enumerate() {
            let name = item.name.clone().unwrap_or_default();
            let pointer = format!("{parent}/item/{index}");
            context.at = Spot::of(&place(folders, &name), &pointer, "event");
            context.script_note(&item.event);
            if !item.variable.is_empty() {
                context.go("variable");
                context.note(
                    Code::IgnoredVariables,
                    "has variables of its own, which Postman's runner ignores",
                    "move them to the collection or an environment",
                );
            }
            let Some(children) = item.item.take() else {
                self.request(context, item, folders, inherited);
                continue;
            };
            folders.push(name);
            if let Some(description) = item.description.as_ref().filter(|it| !it.trim().is_empty()) {
                self.folders.push((folders.clone(), description.clone()));
            }
            let at = Spot::of(
                &place(&folders[..folders.len() - 1], item.name.as_deref().unwrap_or_default()),
                &pointer,
                "auth",
            );
            let auth = item.auth.as_ref().map(|block| Owned::new(block, at));
            self.items(context, children, &pointer, folders, &inherited.with(&item, auth));
            folders.pop();
        }
    }

    fn request(
        &mut self,
        context: &mut Context<'_>,
        mut item: Item,
        folders: &[String],
        inherited: &Inherited<'_>,
    ) {
        let index = self.count;
        self.count += 1;
        let responses = std::mem::take(&mut item.response);
        context.go("");
        let Some(request) = &item.request else {
            context.note(
                Code::NotSendable,
                "has no request",
                "give it a method and a URL in Postman, or delete it",
            );
            return;
        };
        context.go("request");
        let rows = limits::rows(request);
        if rows > limits::ROWS {
            context.note(
                Code::TooLarge,
                format!("has {rows} rows and variables, more than {}; it is left out", limits::ROWS),
                "take rows out of it in Postman, and add them where it is called",
            );
            return;
        }
        context.go("request/auth");
        let auth = request.auth.as_ref().map(|block| Owned::new(block, context.at.clone()));
        let inherited = inherited.with(&item, auth);
        self.inherited += inherited.auth.as_ref().map_or(0, |it| it.bytes);
        if self.inherited > limits::INHERITED && inherited.auth.as_ref().is_some_and(|it| it.bytes > LITTLE) {
            context.note(
                Code::TooLarge,
                format!(
                    "its auth has {} bytes, and that of all requests more than {} MiB; it is left out",
                    inherited.auth.as_ref().map_or(0, |it| it.bytes),
                    limits::INHERITED >> 20
                ),
                "shorten the texts of the auth in Postman",
            );
            return;
        }
        context.go("request/method");
        let Some(method) = method(context, request.method.as_deref()) else {
            return;
        };
        let encode = !inherited.is_on("disableUrlEncoding");
        context.go("request/url");
        let Some(url) = request.url.as_ref().and_then(|it| url::resolve(context, it, encode)) else {
            context.note(Code::NotSendable, "has no URL", "give it one in Postman, or delete it");
            return;
        };
        context.go("request/url");
        if let Some(reason) = unsendable(&url.url, encode) {
            context.note(Code::NotSendable, reason, "mend the URL in Postman");
            return;
        }
        let mut auth = match &inherited.auth {
            Some(auth) => {
                let here = std::mem::replace(&mut context.at, auth.at.clone());
                let signed = self.signing.auth(context, auth.block);
                context.at = here;
                signed
            }
            None => Auth::None,
        };
        let Some(mut headers) = headers(context, &request.header) else {
            return;
        };
        if let (Auth::None, Some((user, password))) = (&auth, &url.user_info) {
            auth = signing::user_info_auth(context, user, password);
        }
        context.go("request/body");
        let body = self.body(context, request, &inherited, &method, &mut headers);
        if body.refused {
            return;
        }
        let mut query = url.url.query.clone();
        signing::sign(&auth, &mut headers, &mut query);
        self.requests.push(Request {
            index,
            pointer: context.at.item.clone(),
            folders: folders.to_vec(),
            name: item.name.clone().unwrap_or_default(),
            description: request.description.clone().or(item.description.clone()).unwrap_or_default(),
            wire: WireRequest { method, url: WireUrl { query, ..url.url }, headers, body: body.wire, auth },
            path_rows: url.path_rows,
            query: url.query,
            body: body.kind,
            samples: samples(responses),
        });
    }

    fn body(
        &mut self,
        context: &mut Context<'_>,
        request: &postman::Request,
        inherited: &Inherited<'_>,
        method: &str,
        headers: &mut Vec<WireHeader>,
    ) -> body::Resolved {
        // These methods have no body unless the collection insists (postman-runtime
        // `core-body-builder.js`).
        let pruned = matches!(method, "GET" | "COPY" | "HEAD" | "PURGE" | "UNLOCK");
        let Some(source) = request.body.as_ref().filter(|_| !pruned || inherited.is_on("disableBodyPruning"))
        else {
            return body::Resolved::default();
        };
        let is_type = |header: &&WireHeader| header.name.to_string().eq_ignore_ascii_case("content-type");
        let user_type = headers.iter().find(is_type).map(|header| header.value.to_string());
        // A row that is switched off still says that the body is JSON, if it is the only one.
        let mut rows =
            request.header.iter().filter(|it| it.key.to_text().eq_ignore_ascii_case("content-type"));
        let stated = match (&user_type, rows.next(), rows.next()) {
            (None, Some(row), None) => Some(row.value.to_text()),
            _ => user_type.clone(),
        };
        let resolved = body::resolve(context, source, stated.as_deref());
        if resolved.wire == WireBody::None {
            return resolved;
        }
        let fits = match (&resolved.content_type, &user_type) {
            (Some(own), Some(user)) if resolved.forced => user.to_ascii_lowercase().starts_with(own.as_str()),
            (None, Some(_)) => false,
            _ => true,
        };
        if !fits {
            headers.retain(|header| !header.name.to_string().eq_ignore_ascii_case("content-type"));
        }
        let implied = !inherited.switches_off_header("content-type");
        let wanted = (user_type.is_none() || !fits) && implied;
        if let Some(content_type) = resolved.content_type.as_ref().filter(|_| wanted) {
            headers.push(WireHeader {
                name: Text::literal("Content-Type"),
                value: Text::literal(content_type),
                signs: false,
            });
        }
        resolved
    }
}

fn method(context: &mut Context<'_>, method: Option<&str>) -> Option<String> {
    let method = method.filter(|it| !it.is_empty()).unwrap_or("GET").to_uppercase();
    if is_token(&method) {
        return Some(method);
    }
    context.note(
        Code::NotSendable,
        format!("the method {method:?} cannot be sent"),
        "choose a method in Postman; variables are not possible there",
    );
    None
}

/// What names of methods and headers are made of (RFC 9110 §5.6.2).
fn is_token(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}

/// Enabled headers with a name. Where spellings of one name differ, the runner keeps the last
/// spelling; rows of one spelling stand together at the first one's place.
///
/// `None` if one of them cannot be sent.
fn headers(context: &mut Context<'_>, rows: &[postman::Param]) -> Option<Vec<WireHeader>> {
    // Those of one spelling each, and which of them has a name.
    let mut groups: Vec<Vec<WireHeader>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| !row.disabled) {
        context.go(format_args!("request/header/{index}"));
        let Some(name) = row.key.non_empty() else {
            continue;
        };
        // They would be wrong as soon as the body or the connection is another one.
        if ["content-length", "postman-token", "transfer-encoding"]
            .iter()
            .any(|it| name.eq_ignore_ascii_case(it))
        {
            continue;
        }
        // Blanks around a value are not part of it (RFC 9110 §5.5), and some clients refuse them.
        let value = header_value(context, &name, row.value.to_text().trim_matches([' ', '\t']));
        let header = WireHeader { name: context.read(&name), value, signs: false };
        let shown = context.fill(&header.name, "x");
        if !is_token(&shown) {
            let reason = format!("{shown:?} cannot be the name of a header (RFC 9110 §5.6.2)");
            context.note(Code::NotSendable, reason, "mend it in Postman, or switch it off");
            return None;
        }
        // Bytes are characters of Latin-1 in HTTP. The value of a variable is the caller's to set, but a
        // line break in it must not become a header. It may be a secret, and is not shown.
        let filled = context.fill(&header.value, "");
        let mut controls = filled.chars().filter(|it| it.is_control() && *it != '\t');
        let literals: String = header.value.literals().collect();
        if let Some(bad) = controls.next().or(literals.chars().find(|it| *it > '\u{ff}')) {
            let reason = format!("the header {shown} has the character {bad:?}, which none may have");
            context.note(Code::NotSendable, reason, "mend it in Postman, or switch it off");
            return None;
        }
        let place = places.entry(header.name.to_string().to_ascii_lowercase()).or_insert(groups.len());
        if groups.get(*place).and_then(|it| it.first()).is_some_and(|it| it.name != header.name) {
            groups[*place].clear();
            *place = groups.len();
        }
        if *place == groups.len() {
            groups.push(Vec::new());
        }
        match groups[*place].first_mut() {
            // The one header whose values are joined in another way than all the others.
            Some(first) if name.eq_ignore_ascii_case("cookie") => {
                first.value.push_literal("; ");
                first.value.push(header.value);
            }
            _ => groups[*place].push(header),
        }
    }
    Some(groups.into_iter().flatten().collect())
}

/// Why a URL cannot be sent, if it cannot.
fn unsendable(url: &WireUrl, encoded: bool) -> Option<String> {
    // What stands in variables is the caller's to set.
    let shown = url.origin.to_string();
    if let Some((scheme, _)) = shown.split_once("://").filter(|(scheme, _)| !scheme.contains("{{"))
        && !scheme.eq_ignore_ascii_case("http")
        && !scheme.eq_ignore_ascii_case("https")
    {
        return Some(format!("the URL is of {scheme:?}, and only http and https can be sent"));
    }
    // What is not ASCII by now is in no script of hosts.
    let odd =
        |it: char| it.is_whitespace() || it.is_control() || !it.is_ascii() || "<>\"`^|\\?#".contains(it);
    if url.origin.literals().any(|it| it.contains(odd)) {
        return Some(format!("{shown:?} is no address"));
    }
    let origin = url.origin.as_literal().unwrap_or_default();
    let authority = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    if shown.ends_with("://") || !origin.is_empty() && (authority.is_empty() || authority.starts_with(':')) {
        return Some("the URL has no host".to_owned());
    }
    let port = authority.rsplit_once(']').map_or(authority, |(_, rest)| rest).rsplit_once(':');
    if port.is_some_and(|(_, port)| !port.is_empty() && port.parse::<u16>().is_err()) {
        return Some(format!("{origin:?} is no address: its port is no number"));
    }
    let fixed = url.path.iter().filter_map(|part| match part {
        PathPart::Fixed(text) | PathPart::Argument { example: Some(text), .. } => Some(text),
        PathPart::Argument { .. } => None,
    });
    let mut texts = fixed.chain(url.query.iter().flatten());
    let odd = |text: &Text| text.literals().any(|it| it.contains(|it: char| it <= ' ' || it > '~'));
    if !encoded && texts.any(odd) {
        return Some(
            "the URL has a character that has to be escaped, and its escaping is switched off".to_owned(),
        );
    }
    None
}

fn header_value(context: &mut Context<'_>, name: &str, value: &str) -> Text {
    // The auth scheme (RFC 9110 §11.4) is no secret, what follows it is.
    let scheme = value.split_once(' ').filter(|(scheme, rest)| {
        name.eq_ignore_ascii_case("authorization") && !scheme.contains("{{") && !rest.trim().is_empty()
    });
    match scheme {
        Some((scheme, rest)) => {
            let mut text = Text::literal(format!("{scheme} "));
            text.push(context.guard(&Text::literal(name), rest));
            text
        }
        None => context.guard(&Text::literal(name), value),
    }
}

fn samples(responses: Vec<Option<postman::Response>>) -> Vec<Sample> {
    let responses = responses.into_iter().enumerate();
    responses.filter_map(|(index, response)| Some(sample(index, response?))).collect()
}

fn sample(index: usize, response: postman::Response) -> Sample {
    let status = response.code.as_ref().and_then(Value::as_u64).and_then(|it| u16::try_from(it).ok());
    let content_type = response.header.content_type;
    let says_json = content_type.as_deref().is_some_and(body::is_json_type);
    let body = response.body.unwrap_or_default();
    let looks_json = content_type.is_none() && body.trim_start().starts_with(['{', '[']);
    let json = response.language.as_deref() == Some("json") || says_json || looks_json;
    Sample {
        index,
        name: response.name.unwrap_or_default(),
        status: status.unwrap_or(200),
        content_type,
        headers: response.header.others.into_iter().filter(|it| is_token(it)).collect(),
        json,
        body,
    }
}

/// The place as Postman shows it.
fn place(folders: &[String], name: &str) -> String {
    let mut place = folders.join(" / ");
    if !place.is_empty() {
        place.push_str(" / ");
    }
    place + name
}
