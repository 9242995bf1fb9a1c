//! The OAuth 2.0 calls around the scripts: signing in, the token file, and signing out.

use serde::Serialize;

use super::floor::Floor;
use super::shell::{Functions, Shell};
use crate::api::{Api, Variable};
use crate::collection::{OAuth2, Text};
use crate::name::Name;
use crate::target::quote::{self, sh};
use crate::target::{Page, generated_line, token_file};

/// What `curl/auth/session.sh` may say.
#[derive(Serialize)]
struct Session {
    generated: String,
    auth: &'static str,
    token_file: String,
    folder: String,
    variables: Vec<String>,
    settings: Vec<String>,
    refresh_env: String,
    refresh_token: String,
    client_in_body: bool,
    has_client_credentials: bool,
    has_login: bool,
    #[serde(flatten)]
    floor: Floor,
    #[serde(flatten)]
    functions: Functions,
}

/// What `curl/auth/login.sh` may say.
#[derive(Serialize)]
struct Login<'a> {
    generated: &'a str,
    auth: &'static str,
    environment: &'a [String],
    pkce: &'static str,
    pkce_default: &'static str,
}

/// What `curl/auth/token.sh` may say.
#[derive(Serialize)]
struct Token<'a> {
    generated: &'a str,
    auth: &'static str,
    environment: &'a [String],
    access_env: &'a str,
    refresh_env: &'a str,
    has_client_credentials: bool,
    has_login: bool,
}

/// What `curl/auth/refresh.sh` may say.
#[derive(Serialize)]
struct Refresh<'a> {
    generated: &'a str,
    auth: &'static str,
    environment: &'a [String],
    refresh_env: &'a str,
}

/// What `curl/auth/revoke.sh` may say.
#[derive(Serialize)]
struct Revoke<'a> {
    generated: &'a str,
    auth: &'static str,
    environment: &'a [String],
}

/// An address that the programs ask or name, and that the environment may change.
struct Endpoint {
    /// The variable of the shell, without what all of them begin with.
    name: &'static str,
    env: String,
    about: &'static str,
    text: Text,
}

/// The variable that requests are signed with, if the programs can tell its value.
pub(in crate::target) fn access_token(api: &Api) -> Option<&Variable> {
    let (oauth2, _) = session(api)?;
    variable(api, &oauth2.access_token)
}

/// The block of the collection and the variable of its refresh token, if tokens can be had.
fn session(api: &Api) -> Option<(&OAuth2, &Variable)> {
    let oauth2 = api.oauth2.as_ref().filter(|it| !it.refresh_endpoint().is_empty())?;
    Some((oauth2, variable(api, &oauth2.refresh_token)?))
}

fn variable<'a>(api: &'a Api, text: &Text) -> Option<&'a Variable> {
    let name = text.variables().next()?;
    api.variables.named(name)
}

pub(super) fn pages(api: &Api) -> Vec<Page<'static>> {
    let (Some((oauth2, refresh)), Some(access)) = (session(api), access_token(api)) else {
        return Vec::new();
    };
    let auth = token_file::programs(api);
    let generated = &generated_line(api);
    let endpoints = endpoints(api, oauth2);
    let mut shell = Shell::new(api);
    let settings = settings(oauth2, &endpoints, &mut shell);
    let environment = &environment(api, oauth2, refresh, &endpoints, &shell);
    // What is sent to ask for tokens is a form.
    shell.functions.encode_form = true;
    let has_client_credentials = oauth2.is_without_user();
    let has_login = !oauth2.authorize_url.is_empty() && !has_client_credentials;
    let session = Session {
        generated: generated.clone(),
        auth,
        token_file: format!("${{{}:-}}", token_file::env(api)),
        folder: token_file::folder(api),
        // A public client has no secret (RFC 6749 §2.1).
        variables: shell.assignments(&oauth2.client_secret.variables().collect::<Vec<_>>()),
        settings,
        refresh_env: refresh.env.clone(),
        refresh_token: format!("${{{}:-}}", refresh.env),
        client_in_body: oauth2.client_in_body,
        has_client_credentials,
        has_login,
        floor: Floor::of(api),
        functions: shell.functions,
    };
    let (access_env, refresh_env) = (access.env.as_str(), refresh.env.as_str());
    let token =
        Token { generated, auth, environment, access_env, refresh_env, has_client_credentials, has_login };
    let path = |name: &str| format!("curl/{auth}/{name}.sh");
    let mut pages = vec![
        Page::new(path("_session"), "curl/auth/session.sh", &session),
        Page::new(path("token"), "curl/auth/token.sh", &token).executable(),
    ];
    let view = Refresh { generated, auth, environment, refresh_env };
    pages.push(Page::new(path("refresh"), "curl/auth/refresh.sh", &view).executable());
    if has_login {
        let (pkce, pkce_default) = match oauth2.pkce {
            true => ("1", "the collection does"),
            false => ("''", "the collection does not"),
        };
        let view = Login { generated, auth, environment, pkce, pkce_default };
        pages.push(Page::new(path("login"), "curl/auth/login.sh", &view).executable());
    }
    if endpoints.iter().any(|it| it.name == "revoke_url") {
        let view = Revoke { generated, auth, environment };
        pages.push(Page::new(path("revoke"), "curl/auth/revoke.sh", &view).executable());
    }
    pages
}

fn endpoints(api: &Api, oauth2: &OAuth2) -> Vec<Endpoint> {
    let endpoint = |name, env: &str, about, text: &Text| {
        let env = api.env(&Name::new(env));
        Endpoint { name, env, about, text: text.clone() }
    };
    let revoke_url = api.revoke_url().unwrap_or_default();
    let mut endpoints = vec![
        endpoint("authorize_url", "AUTHORIZE_URL", "where users sign in", &oauth2.authorize_url),
        endpoint("token_url", "TOKEN_URL", "where tokens are given", &oauth2.token_url),
        endpoint("refresh_url", "REFRESH_URL", "where tokens are renewed", oauth2.refresh_endpoint()),
        endpoint("revoke_url", "REVOKE_URL", "where tokens are revoked", &revoke_url),
        endpoint("redirect_uri", "REDIRECT_URI", "where users come back to", &oauth2.redirect_uri),
    ];
    // Where users come back to may be registered and not be in the block.
    endpoints.retain(|it| it.name == "redirect_uri" || !it.text.is_empty());
    endpoints
}

/// Assignments of what the programs ask with.
fn settings(oauth2: &OAuth2, endpoints: &[Endpoint], shell: &mut Shell<'_>) -> Vec<String> {
    let mut lines = vec![
        format!("oauth_client_id={}", shell.word(&oauth2.client_id)),
        format!("oauth_client_secret={}", shell.word(&oauth2.client_secret)),
        format!("oauth_scopes={}", sh(&oauth2.scopes.join(" "))),
    ];
    for Endpoint { name, env, text, .. } in endpoints {
        if *name == "refresh_url" && oauth2.refresh_url.is_empty() {
            // Whoever names another token endpoint means this one too.
            lines.push(format!("oauth_{name}=${{{env}:-$oauth_token_url}}"));
            continue;
        }
        lines.push(format!("oauth_{name}={}", shell.word(text)));
        lines.push(format!("oauth_{name}=${{{env}:-$oauth_{name}}}"));
    }
    lines
}

/// What `--help` says of the environment.
fn environment(
    api: &Api,
    oauth2: &OAuth2,
    refresh: &Variable,
    endpoints: &[Endpoint],
    shell: &Shell<'_>,
) -> Vec<String> {
    let optional: Vec<&str> = oauth2.client_secret.variables().collect();
    let about = |variable: &Variable| match &variable.default {
        Some(default) => format!("default: {}", quote::one_line(default)),
        None if optional.contains(&variable.wire.as_str()) => "empty for a client without one".to_owned(),
        None => "required".to_owned(),
    };
    let mut rows: Vec<(String, String)> = shell.variables().map(|it| (it.env.clone(), about(it))).collect();
    let mut add = |name: &str, about: String| {
        // A variable of the collection may have the name already, and says the same then.
        if !rows.iter().any(|(known, _)| known == name) {
            rows.push((name.to_owned(), about));
        }
    };
    add(&refresh.env, "a refresh token to begin with, if there is no token file".to_owned());
    add(&token_file::env(api), "the token file, else tokens.json where settings are kept".to_owned());
    for endpoint in endpoints {
        add(&endpoint.env, format!("{}, if not where the collection says", endpoint.about));
    }
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    rows.into_iter().map(|(name, text)| format!("{name:width$}  {text}")).collect()
}
