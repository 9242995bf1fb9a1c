//! curl scripts: bash 3.2 and curl 7.76 or later.
//!
//! No secret is ever an argument of a program, where every user of the machine could read it:
//! whatever holds one reaches curl through a pipe, as a line of its configuration.

mod form;
mod script;
mod shell;
mod short;
mod usage;

use serde::Serialize;

use super::{Page, Target, generated_line, quote};
use crate::api::Api;
use crate::collection::Text;
use shell::Shell;

/// What `curl/oauth2_refresh.sh` may say.
#[derive(Serialize)]
struct Refresh {
    generated: String,
    token_url: String,
    variables: Vec<String>,
    environment: Vec<String>,
    client_id: String,
    client_secret: String,
    refresh_token: String,
    refresh_env: String,
    access_env: String,
    client_in_body: bool,
}

pub(super) use script::{holds_nul, signs};
pub(super) use short::{Short, short};

pub(super) fn pages(api: &Api) -> Vec<Page> {
    let mut pages = Vec::new();
    for group in &api.groups {
        for operation in &group.operations {
            let path = Target::Curl.file_of(group, operation);
            pages.push(Page::program(path, "curl/script.sh", &script::view(api, group, operation)));
        }
    }
    if let Some(refresh) = refresh(api) {
        pages.push(Page::program("curl/oauth2_refresh.sh", "curl/oauth2_refresh.sh", &refresh));
    }
    pages
}

fn refresh(api: &Api) -> Option<Refresh> {
    let oauth2 = api.oauth2.as_ref()?;
    let endpoint = oauth2.refresh_endpoint();
    if endpoint.is_empty() {
        return None;
    }
    let mut shell = Shell::new(api);
    let token_url = shell.word(endpoint);
    let client_id = shell.word(&oauth2.client_id);
    let client_secret = shell.word(&oauth2.client_secret);
    let refresh_token = shell.word(&oauth2.refresh_token);
    // A public client has no secret (RFC 6749 §2.1).
    let optional: Vec<&str> = oauth2.client_secret.variables().collect();
    let environment = shell.variables().map(|it| {
        let value = match &it.default {
            Some(default) => format!("default: {}", quote::one_line(default)),
            None if optional.contains(&it.wire.as_str()) => "empty for a client without one".to_owned(),
            None => "required".to_owned(),
        };
        format!("{}  {value}", it.env)
    });
    Some(Refresh {
        generated: generated_line(api),
        environment: environment.collect(),
        variables: shell.assignments(&optional),
        refresh_env: env_of(api, &oauth2.refresh_token),
        access_env: env_of(api, &oauth2.access_token),
        token_url,
        client_id,
        client_secret,
        refresh_token,
        client_in_body: oauth2.client_in_body,
    })
}

/// The environment variable of a text that is one variable.
fn env_of(api: &Api, text: &Text) -> String {
    let name = text.variables().next().unwrap_or_default();
    api.variables.iter().find(|it| it.wire == name).map(|it| it.env.clone()).unwrap_or_default()
}
