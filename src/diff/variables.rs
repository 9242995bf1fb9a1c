//! Variables, and how tokens are got.

use super::Diff;
use super::operations::code;
use crate::api::{Api, Variable};
use crate::collection::OAuth2;

pub(super) fn compare(diff: &mut Diff, old: &Api, new: &Api) {
    for variable in &old.variables {
        let Some(other) = new.variables.iter().find(|it| it.wire == variable.wire) else {
            diff.breaks("variable-removed", variable.env.as_str(), "is gone", "no setting has this name");
            continue;
        };
        if variable.env != other.env {
            let what = format!("is called {} now", other.env);
            diff.breaks("variable-renamed", variable.env.as_str(), what, "no setting has this name");
        }
        match (&variable.default, &other.default) {
            (Some(_), None) => {
                let what = "has no value of its own any more";
                diff.breaks("variable-required", other.env.as_str(), what, "calls fail until it is set");
            }
            (None, Some(_)) => {
                let what = "has a value if it is not set";
                diff.alters("variable-value", other.env.as_str(), what, "who sets it goes on doing so");
            }
            (Some(from), Some(to)) if from != to => {
                let what = "has another value if it is not set";
                diff.alters("variable-value", other.env.as_str(), what, "who sets it goes on doing so");
            }
            _ => {}
        }
        if variable.description != other.description {
            diff.documents("docs", other.env.as_str(), "is described otherwise");
        }
    }
    for variable in &new.variables {
        if !old.variables.iter().any(|it| it.wire == variable.wire) {
            added(diff, old, variable);
        }
    }
    oauth2(diff, old.oauth2.as_ref(), new.oauth2.as_ref());
}

/// A new variable. What needs it says so itself where it is new as well.
fn added(diff: &mut Diff, old: &Api, variable: &Variable) {
    if variable.default.is_some() || old.groups.is_empty() {
        diff.brings("variable-added", variable.env.as_str(), "is new", "it has a value if it is not set");
    } else {
        diff.brings(
            "variable-added",
            variable.env.as_str(),
            "is new, and has no value",
            "only what uses it needs it",
        );
    }
}

fn oauth2(diff: &mut Diff, old: Option<&OAuth2>, new: Option<&OAuth2>) {
    let (old, new) = match (old, new) {
        (None, None) => return,
        (None, Some(_)) => {
            return diff.brings("oauth2-added", "oauth2", "is new", "tokens can be got and renewed");
        }
        (Some(_), None) => {
            return diff.breaks("oauth2-removed", "oauth2", "is gone", "the module that gets tokens is gone");
        }
        (Some(old), Some(new)) => (old, new),
    };
    if old.is_without_user() != new.is_without_user() {
        let what = format!("gets tokens by {} instead of {}", code(&new.grant), code(&old.grant));
        diff.breaks("oauth2-grant", "oauth2", what, "tokens are asked for in another way");
    }
    if old.authorize_url.is_empty() != new.authorize_url.is_empty() {
        let what = if new.authorize_url.is_empty() {
            "has no page to sign in at"
        } else {
            "has a page to sign in at"
        };
        match new.authorize_url.is_empty() {
            true => diff.breaks("oauth2-sign-in", "oauth2", what, "the calls that sign in are gone"),
            false => diff.brings("oauth2-sign-in", "oauth2", what, "there are calls that sign in"),
        }
    }
    let places = |it: &OAuth2| {
        [&it.authorize_url, it.refresh_endpoint(), &it.token_url, &it.redirect_uri].map(ToString::to_string)
    };
    if places(old) != places(new) {
        diff.alters("oauth2-urls", "oauth2", "has other addresses", "the client asks there by itself");
    }
    let gone: Vec<&str> =
        old.scopes.iter().filter(|it| !new.scopes.contains(it)).map(String::as_str).collect();
    let more: Vec<&str> =
        new.scopes.iter().filter(|it| !old.scopes.contains(it)).map(String::as_str).collect();
    if !gone.is_empty() {
        let what = format!("has no longer the scopes {}", code(&gone.join(" ")));
        diff.breaks("scope-removed", "oauth2", what, "their names are gone");
    }
    if !more.is_empty() {
        diff.brings(
            "scope-added",
            "oauth2",
            format!("has the scopes {}", code(&more.join(" "))),
            "nobody has to ask for them",
        );
    }
}
