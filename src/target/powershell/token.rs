//! The script that tells the access token: it reads the token file, and renews what has ended.

use serde::Serialize;

use super::source::Source;
use crate::api::{Api, Variable};
use crate::collection::{Encoding, OAuth2, Part, Text};
use crate::name::Name;
use crate::target::quote::{self, ps, ps_help};
use crate::target::{Page, generated_line, python, token_file};

/// What `powershell/auth/token.ps1` may say.
#[derive(Serialize)]
struct Token {
    generated: String,
    access_env: String,
    refresh_env: String,
    token_file_env: String,
    /// The folder of this script.
    folder: &'static str,
    /// The folder of the token file, below the one where settings are kept.
    settings_folder: String,
    /// What signs in.
    sign_in: String,
    no_token: String,
    environment: Vec<String>,
    variables: Vec<String>,
    refresh_url: String,
    /// What the environment says of the address.
    overrides: Vec<String>,
    client_in_body: bool,
    client_id: String,
    client_secret: String,
}

/// Names that the script uses for something else.
const OWN: &str =
    "bytes deadline end file form headers id lock old pair response secret settings staged token";

/// The variable that requests are signed with, if the script can tell its value, and the call that does.
pub(super) fn told(api: &Api) -> Option<(&Variable, String)> {
    let (oauth2, _) = session(api)?;
    let call = format!("& (Join-Path $PSScriptRoot '../{}/token.ps1')", token_file::programs(api));
    Some((variable(api, &oauth2.access_token)?, call))
}

/// The block of the collection and the variable of its refresh token, if there is a user to sign in and
/// nothing of it is made up.
fn session(api: &Api) -> Option<(&OAuth2, &Variable)> {
    let is_plain = |text: &Text| {
        text.parts().iter().all(|part| match part {
            Part::Literal(_) => true,
            Part::Variable { encoding, .. } => *encoding == Encoding::Raw,
            Part::Dynamic { .. } => false,
        })
    };
    let oauth2 =
        api.oauth2.as_ref().filter(|it| !it.refresh_endpoint().is_empty() && it.texts().all(is_plain))?;
    let oauth2 = Some(oauth2).filter(|it| !it.is_without_user())?;
    Some((oauth2, variable(api, &oauth2.refresh_token)?))
}

fn variable<'a>(api: &'a Api, text: &Text) -> Option<&'a Variable> {
    let name = text.variables().next()?;
    api.variables.named(name)
}

/// None if the collection does not say where tokens come from, or if no user has to sign in: the script
/// asks with a refresh token, and such a client has none.
pub(super) fn page(api: &Api) -> Option<Page<'static>> {
    let (oauth2, refresh) = session(api)?;
    let (access, _) = told(api)?;
    let mut source = Source::new(api);
    for name in OWN.split(' ') {
        source.names.variable(&Name::new(name));
    }
    let refresh_url = source.expression(oauth2.refresh_endpoint());
    let (client_id, client_secret) =
        (source.expression(&oauth2.client_id), source.expression(&oauth2.client_secret));
    // A public client has no secret (RFC 6749 §2.1).
    let optional: Vec<&str> = oauth2.client_secret.variables().collect();
    // Whoever names another token endpoint means this one too.
    let names: &[&str] =
        if oauth2.refresh_url.is_empty() { &["token url", "refresh url"] } else { &["refresh url"] };
    let names: Vec<String> = names.iter().map(|it| api.env(&Name::new(it))).collect();
    let overrides = names.iter().map(|env| format!("if ($env:{env}) {{ $url = $env:{env} }}")).collect();
    let token_file_env = token_file::env(api);
    let mut rows: Vec<(String, String)> = source
        .variables()
        .map(|variable| {
            let about = match &variable.default {
                Some(default) => format!("default: {}", quote::one_line(default)),
                None if optional.contains(&variable.wire.as_str()) => {
                    "empty for a client without one".to_owned()
                }
                None => "required".to_owned(),
            };
            (variable.env.clone(), about)
        })
        .collect();
    let mut add = |name: &str, about: &str| {
        // A variable of the collection may have the name already, and says the same then.
        if !rows.iter().any(|(known, _)| known == name) {
            rows.push((name.to_owned(), about.to_owned()));
        }
    };
    add(&refresh.env, "a refresh token to begin with, if there is no token file");
    add(&token_file_env, "the token file, else tokens.json where settings are kept");
    for name in &names {
        add(name, "where tokens are renewed, if not where the collection says");
    }
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let sign_in = match python::has_token_store(api) {
        true => "python/token_store.py login",
        false => "the login of the Rust client",
    };
    let no_token = format!("set {} or {}, or sign in with {sign_in}", access.env, refresh.env);
    let token = Token {
        generated: generated_line(api),
        access_env: access.env.clone(),
        refresh_env: refresh.env.clone(),
        token_file_env,
        folder: token_file::programs(api),
        settings_folder: ps(&token_file::folder(api)),
        sign_in: sign_in.to_owned(),
        no_token: ps(&no_token),
        environment: rows.iter().map(|(name, about)| ps_help(&format!("{name:width$}  {about}"))).collect(),
        variables: source.assignments(&optional),
        refresh_url,
        overrides,
        client_in_body: oauth2.client_in_body,
        client_id,
        client_secret,
    };
    let path = format!("powershell/{}/token.ps1", token_file::programs(api));
    Some(Page::new(path, "powershell/auth/token.ps1", &token).executable())
}
