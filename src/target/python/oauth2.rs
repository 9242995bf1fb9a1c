//! The OAuth 2.0 calls around the API: a module that keeps the token, and a snippet that refreshes
//! it.

use serde::Serialize;

use super::source::{Source, bracketed, identifier};
use crate::api::{Api, Variable};
use crate::collection::{Auth, Encoding, OAuth2, Part, Text, TokenPlace};
use crate::target::quote::py;
use crate::target::{Page, generated_line, token_file};

/// What `python/oauth2_refresh.py` may say.
#[derive(Serialize)]
struct Refresh {
    generated: String,
    variables: Vec<String>,
    token_url: String,
    client_id: String,
    client_secret: String,
    refresh_env: String,
    token_file_env: String,
    client_in_body: bool,
}

/// What `python/token_store.py` may say.
#[derive(Serialize)]
struct TokenStore {
    generated: String,
    variables: Vec<String>,
    client_id: String,
    client_secret: String,
    token_url: String,
    refresh_url: String,
    revoke_url: String,
    authorize_url: String,
    redirect_uri: String,
    scopes: Vec<String>,
    pkce: String,
    scheme: String,
    access_env: String,
    refresh_env: String,
    token_file_env: String,
    folder: String,
    /// What is imported to write and read addresses.
    urls: String,
    needs_urls: bool,
    needs_token_url: bool,
    client_in_body: bool,
    has_client_credentials: bool,
    has_revoke_url: bool,
    has_sign_in: bool,
}

/// None if the collection does not say where tokens come from.
pub(super) fn pages(api: &Api) -> Vec<Page<'static>> {
    let refresh = known(api).and_then(|oauth2| refresh(api, oauth2));
    let refresh = refresh.map(|it| Page::new("python/oauth2_refresh.py", "python/oauth2_refresh.py", &it));
    store_page(api, "python/token_store.py").into_iter().chain(refresh).collect()
}

/// The module that keeps the token, at this path.
pub(super) fn store_page(api: &Api, path: &str) -> Option<Page<'static>> {
    let store = token_store(api, known(api)?)?;
    Some(Page::new(path, "python/token_store.py", &store))
}

/// Whether there is a `token_store.py`.
pub(in crate::target) fn has_token_store(api: &Api) -> bool {
    known(api).and_then(|oauth2| token_store(api, oauth2)).is_some()
}

/// Where tokens come from, if the collection says it without values that are made up.
fn known(api: &Api) -> Option<&OAuth2> {
    api.oauth2.as_ref().filter(|it| !it.refresh_endpoint().is_empty() && it.texts().all(is_plain))
}

/// Whether nothing of a text has to be made up or encoded.
fn is_plain(text: &Text) -> bool {
    text.parts().iter().all(|part| match part {
        Part::Literal(_) => true,
        Part::Variable { encoding, .. } => *encoding == Encoding::Raw,
        Part::Dynamic { .. } => false,
    })
}

fn refresh(api: &Api, oauth2: &OAuth2) -> Option<Refresh> {
    let mut source = Source::new(api);
    let token_url = source.expression(oauth2.refresh_endpoint());
    let client_id = source.expression(&oauth2.client_id);
    let client_secret = source.expression(&oauth2.client_secret);
    // A public client has no secret (RFC 6749 §2.1).
    let optional: Vec<&str> = oauth2.client_secret.variables().collect();
    Some(Refresh {
        generated: generated_line(api),
        variables: source.assignments(&optional),
        token_url,
        client_id,
        client_secret,
        refresh_env: environment(api, &oauth2.refresh_token)?,
        token_file_env: token_file::env(api),
        client_in_body: oauth2.client_in_body,
    })
}

fn token_store(api: &Api, oauth2: &OAuth2) -> Option<TokenStore> {
    let has_client_credentials = oauth2.is_without_user();
    let has_sign_in = !has_client_credentials && !oauth2.authorize_url.is_empty();
    let needs_token_url = has_client_credentials || has_sign_in;
    let revoke_url = api.revoke_url().filter(is_plain).unwrap_or_default();
    let mut source = Source::with_names(api, local);
    // Only what is said counts as used.
    let mut said = |is_said: bool, text: &Text| match is_said {
        true => source.expression(text),
        false => String::new(),
    };
    let client_id = said(true, &oauth2.client_id);
    let client_secret = said(true, &oauth2.client_secret);
    let token_url = said(needs_token_url, &oauth2.token_url);
    let refresh_url = said(true, oauth2.refresh_endpoint());
    let revoke_url_said = said(!revoke_url.is_empty(), &revoke_url);
    let authorize_url = said(has_sign_in, &oauth2.authorize_url);
    let redirect_uri = said(has_sign_in, &oauth2.redirect_uri);
    let optional = optional(oauth2, &revoke_url);
    let urls = imports_of_urls(has_sign_in, oauth2.client_in_body);
    Some(TokenStore {
        generated: generated_line(api),
        variables: source.variables().flat_map(|it| read(it, &optional)).collect(),
        client_id,
        client_secret,
        token_url,
        refresh_url,
        revoke_url: revoke_url_said,
        authorize_url,
        redirect_uri,
        scopes: scopes(&oauth2.scopes),
        pkce: if oauth2.pkce { "True" } else { "False" }.to_owned(),
        scheme: py(&scheme(api)),
        access_env: environment(api, &oauth2.access_token)?,
        refresh_env: environment(api, &oauth2.refresh_token)?,
        token_file_env: token_file::env(api),
        folder: py(&token_file::folder(api)),
        needs_urls: !urls.is_empty(),
        urls,
        needs_token_url,
        client_in_body: oauth2.client_in_body,
        has_client_credentials,
        has_revoke_url: !revoke_url.is_empty(),
        has_sign_in,
    })
}

/// The variables that need no value: who has signed in needs no address to come back to, and a public
/// client has no secret.
fn optional<'a>(oauth2: &'a OAuth2, revoke_url: &Text) -> Vec<&'a str> {
    let needed: Vec<&str> = [&oauth2.client_id, &oauth2.token_url, oauth2.refresh_endpoint()]
        .into_iter()
        .chain([&oauth2.authorize_url, revoke_url])
        .flat_map(Text::variables)
        .collect();
    let optional = oauth2.client_secret.variables().chain(oauth2.redirect_uri.variables());
    optional.filter(|it| !needed.contains(it)).collect()
}

fn imports_of_urls(has_sign_in: bool, client_in_body: bool) -> String {
    let names = match (has_sign_in, client_in_body) {
        (true, _) => "parse_qs, quote, urlencode, urlsplit",
        (false, false) => "quote",
        (false, true) => return String::new(),
    };
    format!("from urllib.parse import {names}")
}

/// What stands before the token, where requests are signed with it in a header.
fn scheme(api: &Api) -> String {
    let mut operations = api.groups.iter().flat_map(|group| &group.operations);
    let prefix = operations.find_map(|it| match it.auth() {
        Auth::Bearer { oauth2: true, place: TokenPlace::Header(prefix), .. } => Some(prefix.as_str()),
        _ => None,
    });
    match prefix.unwrap_or("Bearer") {
        "" => String::new(),
        prefix => format!("{prefix} "),
    }
}

/// The environment variable that a text consists of.
fn environment(api: &Api, text: &Text) -> Option<String> {
    let wire = text.variables().next()?;
    Some(api.variables.named(wire)?.env.clone())
}

/// What a variable is called where it is local.
fn local(variable: &Variable) -> String {
    let name = identifier(&variable.name);
    if name == "cls" { "cls_".to_owned() } else { name }
}

/// `name = _env(…)`: the value of a variable.
fn read(variable: &Variable, optional: &[&str]) -> Vec<String> {
    let default = match &variable.default {
        Some(default) => Some(py(default)),
        None if optional.contains(&variable.wire.as_str()) => Some(py("")),
        None => None,
    };
    let arguments: Vec<String> = std::iter::once(py(&variable.env)).chain(default).collect();
    bracketed(8, &format!("{} = _env(", local(variable)), &arguments, ")")
}

/// The list of all scopes.
fn scopes(scopes: &[String]) -> Vec<String> {
    if scopes.is_empty() {
        return vec!["SCOPES: list[str] = []".to_owned()];
    }
    let mut lines = vec!["SCOPES: list[str] = [".to_owned()];
    lines.extend(scopes.iter().map(|it| format!("    {},", py(it))));
    lines.push("]".to_owned());
    lines
}
