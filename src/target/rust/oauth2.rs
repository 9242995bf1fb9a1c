//! The OAuth 2.0 calls around the API.

use serde::Serialize;

use super::{Runtime, code, layout, library_name};
use crate::api::{Api, Variable};
use crate::collection::{Part, Text};
use crate::target::{Page, generated_line, quote};

/// What `rust/src/oauth2/mod.rs` may say.
#[derive(Serialize)]
struct Config {
    generated: String,
    constants: Vec<Vec<String>>,
    client_in_body: bool,
    pkce: bool,
    has_client_credentials: bool,
    has_dynamic: bool,
    has_revoke_url: bool,
    has_scopes: bool,
}

/// What `rust/src/oauth2/store.rs` may say.
#[derive(Serialize)]
struct Store {
    generated: String,
    library: String,
}

/// Files of the module without holes.
const RUNTIME: [&str; 5] = [
    "rust/src/oauth2/file.rs",
    "rust/src/oauth2/protocol.rs",
    "rust/src/oauth2/session.rs",
    "rust/src/oauth2/sign_in.rs",
    "rust/src/oauth2/token.rs",
];

/// None if the collection does not say where tokens come from.
pub(super) fn pages(api: &Api, runtime: &Runtime) -> Vec<Page<'static>> {
    let Some(config) = config(api) else { return Vec::new() };
    let store = Store { generated: generated_line(api), library: library_name(api) };
    let mut pages: Vec<Page> = RUNTIME.iter().map(|path| Page::new(*path, path, runtime)).collect();
    pages.push(Page::new("rust/src/oauth2/mod.rs", "rust/src/oauth2/mod.rs", &config));
    pages.push(Page::new("rust/src/oauth2/store.rs", "rust/src/oauth2/store.rs", &store));
    pages
}

fn config(api: &Api) -> Option<Config> {
    let oauth2 = api.oauth2.as_ref()?;
    let endpoint = oauth2.refresh_endpoint();
    let access_token = code::only_variable(api, &oauth2.access_token)?;
    let refresh_token = code::only_variable(api, &oauth2.refresh_token)?;
    if endpoint.is_empty() {
        return None;
    }
    let text = |name: &str, text: &Text| {
        layout::array(0, &format!("const {name}: &[Piece] = &"), &code::pieces(api, text), ";")
    };
    let variable = |name: &str, variable: &Variable| {
        vec![format!("const {name}: Variable = Variable::{};", code::constant(variable))]
    };
    let with_doc = |doc: &str, mut lines: Vec<String>| {
        lines.insert(0, format!("/// {doc}"));
        lines
    };
    let scopes: Vec<String> = oauth2.scopes.iter().map(|it| quote::rust(it)).collect();
    let revoke_url = api.revoke_url().unwrap_or_default();
    let is_made = |part: &Part| matches!(part, Part::Dynamic { .. });
    let has_dynamic = oauth2.texts().chain([&revoke_url]).any(|it| it.parts().iter().any(is_made));
    let constants = vec![
        with_doc("Where users are sent to sign in.", text("AUTHORIZE_URL", &oauth2.authorize_url)),
        with_doc("Where a code is traded for tokens.", text("TOKEN_URL", &oauth2.token_url)),
        with_doc("Where tokens are refreshed.", text("REFRESH_URL", endpoint)),
        with_doc("Where tokens are revoked.", text("REVOKE_URL", &revoke_url)),
        with_doc("Where users come back to.", text("REDIRECT_URI", &oauth2.redirect_uri)),
        with_doc("Who the client is.", text("CLIENT_ID", &oauth2.client_id)),
        with_doc(
            "How it proves that; empty for a public client (RFC 6749 §2.1).",
            text("CLIENT_SECRET", &oauth2.client_secret),
        ),
        with_doc(
            "The token to begin with, and the variable that requests are signed with.",
            variable("ACCESS_TOKEN", access_token),
        ),
        with_doc("The refresh token to begin with.", variable("REFRESH_TOKEN", refresh_token)),
        with_doc(
            "Every scope that the collection signs in with.",
            layout::array(0, "pub const SCOPES: &[&str] = &", &scopes, ";"),
        ),
    ];
    Some(Config {
        generated: generated_line(api),
        constants,
        client_in_body: oauth2.client_in_body,
        pkce: oauth2.pkce,
        has_client_credentials: oauth2.is_without_user(),
        has_dynamic,
        has_revoke_url: !revoke_url.is_empty(),
        has_scopes: !oauth2.scopes.is_empty(),
    })
}
