//! How requests are signed, and how one gets what they are signed with.

use indexmap::{IndexMap, IndexSet};
use serde::Serialize;

use super::{comment, operation};
use crate::api::Api;
use crate::collection::{Auth, OAuth2, Text};
use crate::target::quote::markdown;
use crate::target::{Page, curl, powershell, python, rust, token_file};

/// What `docs/src/authentication.md` may say.
#[derive(Serialize)]
struct Authentication {
    generated: String,
    has_schemes: bool,
    schemes: Vec<String>,
    has_secrets: bool,
    has_oauth2: bool,
    has_user: bool,
    pkce: bool,
    client_in_body: bool,
    settings: Vec<String>,
    has_revoke_url: bool,
    has_scopes: bool,
    scopes: Vec<String>,
    library: String,
    access_env: String,
    /// The folder of the scripts that sign in.
    auth: &'static str,
    has_scripts: bool,
    has_token_store: bool,
    has_token_script: bool,
}

pub(super) fn page(api: &Api) -> Page<'static> {
    let oauth2 = api.oauth2.as_ref().filter(|it| !it.token_url.is_empty());
    let schemes = schemes(api);
    let scopes = oauth2.map(|it| scopes(api, it)).unwrap_or_default();
    let access_env = oauth2.map(|it| env(api, &it.access_token)).unwrap_or_default();
    let view = Authentication {
        generated: comment(api),
        has_schemes: !schemes.is_empty(),
        schemes,
        has_secrets: api.variables.iter().any(|it| it.secret),
        has_oauth2: oauth2.is_some(),
        has_user: oauth2.is_some_and(|it| !it.is_without_user()),
        pkce: oauth2.is_some_and(|it| it.pkce),
        client_in_body: oauth2.is_some_and(|it| it.client_in_body),
        settings: oauth2.map(|it| settings(api, it)).unwrap_or_default(),
        has_revoke_url: oauth2.is_some() && api.revoke_url().is_some(),
        has_scopes: !scopes.is_empty(),
        scopes,
        library: rust::library_name(api),
        access_env,
        auth: token_file::programs(api),
        has_scripts: curl::auth::access_token(api).is_some(),
        has_token_store: python::has_token_store(api),
        has_token_script: powershell::has_token_script(api),
    };
    Page::new("docs/src/authentication.md", "docs/src/authentication.md", &view)
}

/// The environment variable of a text that is one variable.
fn env(api: &Api, text: &Text) -> String {
    let name = text.variables().next().unwrap_or_default();
    api.variables.named(name).map(|it| it.env.clone()).unwrap_or_default()
}

/// A row for each scheme: what it is called, what it needs, and how many operations are signed so.
fn schemes(api: &Api) -> Vec<String> {
    let mut rows: IndexMap<String, (IndexSet<String>, usize)> = IndexMap::new();
    for operation in api.groups.iter().flat_map(|group| &group.operations) {
        let name = match operation.auth() {
            Auth::None => "not signed".to_owned(),
            Auth::Bearer { oauth2: true, .. } => "OAuth 2.0".to_owned(),
            auth => auth.scheme().to_owned(),
        };
        let (needs, count) = rows.entry(name).or_default();
        *count += 1;
        for name in operation.auth().texts().flat_map(Text::variables) {
            let variable = api.variables.named(name);
            needs.extend(variable.map(|it| format!("`{}`", it.env)));
        }
    }
    let list = |needs: IndexSet<String>| needs.into_iter().collect::<Vec<_>>().join(", ");
    rows.into_iter().map(|(name, (needs, count))| format!("| {name} | {} | {count} |", list(needs))).collect()
}

/// What the collection says of OAuth 2.0.
fn settings(api: &Api, oauth2: &OAuth2) -> Vec<String> {
    let revoke_url = api.revoke_url().unwrap_or_default();
    let texts = [
        ("authorization URL", &oauth2.authorize_url),
        ("token URL", &oauth2.token_url),
        ("refresh URL", &oauth2.refresh_url),
        ("revocation URL", &revoke_url),
        ("redirect URI", &oauth2.redirect_uri),
        ("client identifier", &oauth2.client_id),
        ("client secret", &oauth2.client_secret),
        ("access token", &oauth2.access_token),
        ("refresh token", &oauth2.refresh_token),
    ];
    let given = texts.iter().filter(|(_, text)| !text.is_empty());
    let row = |(name, text): &(&str, &Text)| {
        format!("| {name} | {} |", markdown::code_cell(&operation::shown(api, text)))
    };
    given.map(row).collect()
}

/// Each scope, with the number of operations that the collection gives it to.
fn scopes(api: &Api, oauth2: &OAuth2) -> Vec<String> {
    let all = || api.groups.iter().flat_map(|group| &group.operations);
    let count = |scope| all().filter(|it| it.scopes().contains(scope)).count();
    oauth2.scopes.iter().map(|it| format!("| {} | {} |", markdown::code_cell(it), count(it))).collect()
}
