//! What does not hinder outputs and still should be known.

use std::collections::HashMap;

use serde_json::Value;

use super::keys;
use crate::api::{Api, Operation, contradictions};
use crate::collection::{Auth, Part, PathPart, Text};
use crate::diagnostic::{At, Code, Diagnostics};
use crate::error::Result;
use crate::postman::{self, Document, Item, Response, Source};
use crate::secret::{Secrets, scan};

/// Says what reading the collection had no reason to say, without a secret.
///
/// # Errors
/// If it cannot be read; see [`postman::parse`].
pub fn check(source: Source<'_>, api: &Api, secrets: &Secrets, notes: &mut Diagnostics) -> Result<()> {
    let (json, document) = (postman::json(source)?, postman::parse(source)?);
    let secrets = secrets.knowing(&scan(&json, secrets));
    let mut said = Diagnostics::default();
    say(&json, &document, api, &mut said);
    notes.append(said, |text| secrets.masked(text));
    Ok(())
}

fn say(json: &Value, document: &Document, api: &Api, notes: &mut Diagnostics) {
    keys::check(json, notes);
    duplicate_variables(document, notes);
    unencrypted(api, notes);
    double_slashes(api, notes);
    let mut walk = Walk { signs: api.groups.iter().flat_map(|it| &it.operations).any(is_signed), api, notes };
    walk.items(&document.item, "", &mut Vec::new(), document.auth.is_some());
}

/// Whether a request has auth.
fn is_signed(operation: &Operation) -> bool {
    *operation.auth() != Auth::None
}

fn duplicate_variables(document: &Document, notes: &mut Diagnostics) {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (index, variable) in document.variable.iter().enumerate().filter(|(_, it)| !it.disabled) {
        let Some(key) = variable.key.as_deref() else { continue };
        if first.insert(key, index).is_some() {
            notes.add(
                Code::DuplicateVariable,
                At::new("", format!("/variable/{index}")),
                format!("the collection has the variable {key} twice; the last one counts"),
                "delete the one that is not meant",
            );
        }
    }
}

/// Hosts of this machine, to which nobody listens on the way.
fn is_local(origin: &str) -> bool {
    let host = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let name = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
    let ends = [".localhost", ".local", ".test", ".internal"];
    name == "localhost"
        || name.starts_with("127.")
        || name.starts_with("[::1]")
        || ends.iter().any(|it| name.ends_with(it))
}

fn unencrypted(api: &Api, notes: &mut Diagnostics) {
    let open = |address: &str| address.to_ascii_lowercase().starts_with("http://") && !is_local(address);
    let value = |text: &Text| -> String { text.filled(|name| default(api, name), |_, _| String::new()) };
    for operation in api.groups.iter().flat_map(|it| &it.operations) {
        let server = &api.servers[operation.server];
        let address = server.default.clone().unwrap_or_else(|| value(&server.origin));
        let secret = |name: &String| api.variables.iter().any(|it| it.wire == *name && it.secret);
        if open(&address) && (is_signed(operation) || operation.variables.iter().any(secret)) {
            let At { place, pointer, .. } = operation.at();
            notes.add(
                Code::Unencrypted,
                At::new(place, format!("{pointer}/request/url")),
                format!("credentials go to {address} without encryption: everybody on the way can read them"),
                "write https:// in Postman, if the server has it",
            );
        }
    }
    for (name, text) in
        api.oauth2.iter().flat_map(|it| [("accessTokenUrl", &it.token_url), ("authUrl", &it.authorize_url)])
    {
        let address = value(text);
        if open(&address) {
            notes.add(
                Code::Unencrypted,
                At::new("", format!("/auth/oauth2/{name}")),
                format!("tokens are asked for at {address} without encryption (RFC 6749 §3.2 wants TLS)"),
                "write https:// in Postman",
            );
        }
    }
}

fn default(api: &Api, name: &str) -> String {
    let variable = api.variables.named(name);
    variable.and_then(|it| it.default.clone()).unwrap_or_default()
}

fn double_slashes(api: &Api, notes: &mut Diagnostics) {
    for operation in api.groups.iter().flat_map(|it| &it.operations) {
        let url = &operation.wire.url;
        let base = url.origin.parts().last().and_then(|part| match part {
            Part::Variable { name, .. } => Some((name, default(api, name))),
            _ => None,
        });
        let first = url.path.first().and_then(|part| match part {
            PathPart::Fixed(text) => text.literals().next().map(str::to_owned),
            PathPart::Argument { .. } => None,
        });
        let first = first.unwrap_or_default();
        let At { place, pointer, .. } = operation.at();
        let at = At::new(place, format!("{pointer}/request/url"));
        match base {
            Some((name, value)) if value.ends_with('/') && first.starts_with('/') => notes.add(
                Code::DoubleSlash,
                at,
                format!("the value of {name} ends with a slash, and so the URL has two in a row"),
                format!("take the slash away from the end of {name}"),
            ),
            _ if url.path.iter().any(
                |it| matches!(it, PathPart::Fixed(text) if text.literals().any(|it| it.contains("//"))),
            ) =>
            {
                notes.add(
                    Code::DoubleSlash,
                    at,
                    "the path of the URL has two slashes in a row",
                    "take one away in Postman, unless the server wants it so",
                );
            }
            _ => {}
        }
    }
}

struct Walk<'a> {
    /// Whether some request of the collection is signed.
    signs: bool,
    api: &'a Api,
    notes: &'a mut Diagnostics,
}

impl Walk<'_> {
    fn items(&mut self, items: &[Item], parent: &str, folders: &mut Vec<String>, auth: bool) {
        for (index, item) in items.iter().enumerate() {
            let pointer = format!("{parent}/item/{index}");
            folders.push(item.name.clone().unwrap_or_default());
            match &item.item {
                Some(children) => self.items(children, &pointer, folders, auth || item.auth.is_some()),
                None => self.request(item, &pointer, &folders.join(" / "), auth),
            }
            folders.pop();
        }
    }

    fn request(&mut self, item: &Item, pointer: &str, place: &str, auth: bool) {
        let mut operations = self.api.groups.iter().flat_map(|it| &it.operations);
        // What cannot be sent has been said.
        let (Some(operation), Some(request)) = (operations.find(|it| it.pointer == pointer), &item.request)
        else {
            return;
        };
        let says = auth || request.auth.is_some();
        let secret = |name: &String| self.api.variables.iter().any(|it| it.wire == *name && it.secret);
        if self.signs && !says && !is_signed(operation) && !operation.variables.iter().any(secret) {
            self.notes.add(
                Code::NoAuth,
                At::new(place, format!("{pointer}/request")),
                "has no auth, neither of its own nor from a folder, while other requests are signed",
                "choose an auth type in Postman; No Auth says that none is wanted",
            );
        }
        self.responses(item, pointer, place);
    }

    fn responses(&mut self, item: &Item, pointer: &str, place: &str) {
        let code = |it: &Response| it.code.as_ref().and_then(Value::as_u64).unwrap_or(200);
        let responses =
            item.response.iter().enumerate().filter_map(|(index, it)| Some((index, it.as_ref()?)));
        let successes: Vec<(usize, &Response)> =
            responses.filter(|(_, it)| (200..300).contains(&code(it))).collect();
        if successes.is_empty() {
            self.notes.add(
                Code::NoResponse,
                At::new(place, pointer),
                "has no saved response of a success, so that the type of its answer is unknown",
                "send it in Postman and save the response as an example",
            );
        }
        let body = |it: &Response| it.body.clone().unwrap_or_default();
        let Some((_, first)) = successes.iter().find(|(_, it)| !body(it).trim().is_empty()) else { return };
        for (index, other) in successes.iter().filter(|(_, it)| !std::ptr::eq(*it, *first)) {
            for found in contradictions(&body(first), &body(other)) {
                let what = if found.path.is_empty() { "it" } else { found.path.as_str() };
                self.notes.add(
                    Code::Contradiction,
                    At::new(place, format!("{pointer}/response/{index}/body")),
                    format!(
                        "in the saved response {:?}, {what} is {}; in {:?} it is {}",
                        other.name.as_deref().unwrap_or_default(),
                        found.second,
                        first.name.as_deref().unwrap_or_default(),
                        found.first,
                    ),
                    "save both again; until then it can be anything",
                );
            }
        }
    }
}
